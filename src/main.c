/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The command table, dispatch, and the one place where an error or a verdict becomes an exit code.
 */
#include "base/error.h"
#include "base/str.h"
#include "cmd/command.h"
#include "cmd/verbs.h"
#include "sys/cjson.h"
#include "sys/process.h"
#include "sys/trace.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	EXIT_PASS = 0,
	EXIT_REGRESSED = 1,
	EXIT_USAGE = 2,
	EXIT_UNMEASURED = 3,
	EXIT_INCOMPARABLE = 4,
	EXIT_INCONCLUSIVE = 5,
	EXIT_GIT_SKIP = 125, /* git bisect run: this commit says nothing */
	EXIT_GIT_STOP = 128,
	EXIT_SIGNAL = 128,
};

const struct command *const commands[] = {
	&command_run,
	&command_compare,
	&command_bisect,
	&command_explain,
	&command_report,
	&command_merge,
	&command_import,
	&command_update_baselines,
	&command_baselines,
	&command_accept,
	&command_init,
	&command_hook,
	&command_notify,
	&command_alerts,
	&command_history,
	&command_trends,
	&command_site,
	&command_serve,
	&command_export,
	&command_push,
	&command_pull,
	&command_list,
	&command_doctor,
	&command_selftest,
	&command_validate,
	&command_config,
	&command_help_verb,
	&command_version,
	&command_completion,
	&command_worker,
	NULL,
};

static int unknown_command(const char *name, struct error *err)
{
	struct unknown unknown = { .given = name, .see = "'benchgate help'" };

	commands_offer(&unknown);
	return unknown_error(&unknown, err, "unknown command '%s'", name);
}

static int print_help(const struct command *command, struct error *err)
{
	struct buf text = BUF_INIT;
	int rc;

	command_help(command, &text);
	rc = command_page(&text, err);
	buf_release(&text);
	return rc;
}

static int print_screen(struct error *err)
{
	struct buf text = BUF_INIT;
	int rc;

	command_screen(&text);
	rc = command_print(&text, err);
	buf_release(&text);
	return rc;
}

/* By the option, or by the variable, which children do not get. */
static int start_trace(const struct command *command, const char *path, struct error *err)
{
	struct buf title = BUF_INIT;
	int rc;

	if (!path)
		path = getenv("BENCHGATE_TRACE");
	if (!path || !*path)
		return 0;
	buf_addf(&title, "benchgate %s", command->name);
	rc = trace_open(path, title.data, err);
	unsetenv("BENCHGATE_TRACE");
	buf_release(&title);
	return rc;
}

static int dispatch(struct arguments given, struct outcome *outcome, struct error *err)
{
	const char *name = given.nr ? given.items[0] : NULL;
	const struct command *command;
	struct common_options common = { .trace = NULL };

	if (!name)
		return print_screen(err);
	if (strcmp(name, "--version") == 0)
		name = "version";
	else if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		name = "help";
	command = command_named(name);
	if (!command)
		return unknown_command(name, err);
	given.nr--;
	given.items++;
	if (command != &command_worker) {
		if (opts_take(common_opts, &given, &common, err))
			return -1;
		if (common.help)
			return print_help(command, err);
		if (start_trace(command, common.trace, err))
			return -1;
		setlocale(LC_ALL,
			"C"); /* a suite that is linked in may have set another before main */
	}
	if (!command->without_json && cjson_load(err))
		return -1;
	return command->run(given, outcome, err);
}

/* For git, all that is neither good nor bad is no answer; a wrong command line never will be one.
 */
static int exit_code_for_git(int rc, const struct outcome *outcome, const struct error *err)
{
	if (rc && err->kind == ERR_USAGE)
		return EXIT_GIT_STOP;
	if (rc || outcome->unmeasured || outcome->incomparable)
		return EXIT_GIT_SKIP;
	if (outcome->regressed)
		return EXIT_REGRESSED;
	return outcome->inconclusive ? EXIT_GIT_SKIP : EXIT_PASS;
}

/* When several hold, the first of them. */
static int exit_code(int rc, const struct outcome *outcome, const struct error *err)
{
	if (process_interrupted())
		return EXIT_SIGNAL + process_interrupted();
	if (outcome->for_git)
		return exit_code_for_git(rc, outcome, err);
	if (rc && err->kind == ERR_USAGE)
		return EXIT_USAGE;
	if (outcome->regressed)
		return EXIT_REGRESSED;
	if (outcome->unmeasured || (rc && err->kind != ERR_NO_BASE))
		return EXIT_UNMEASURED;
	if (outcome->incomparable || rc)
		return EXIT_INCOMPARABLE;
	return outcome->inconclusive ? EXIT_INCONCLUSIVE : EXIT_PASS;
}

/* It may quote a file that anybody wrote. */
static void print_error(const struct error *err)
{
	struct buf line = BUF_INIT;

	buf_add_printable(&line, err->text);
	fprintf(stderr, "benchgate: %s\n", line.data);
	buf_release(&line);
}

int main(int argc, char **argv)
{
	struct arguments given = { argc > 0 ? argc - 1 : 0, argv + 1 };
	struct outcome outcome = { .unmeasured = false };
	struct error err = ERROR_INIT;
	int rc;

	process_open_standard();
	rc = dispatch(given, &outcome, &err);
	trace_close();

	if (rc)
		print_error(&err);
	return exit_code(rc, &outcome, &err);
}
