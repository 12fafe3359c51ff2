/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The command table, dispatch, and the one place where an error or a verdict becomes an exit code.
 */
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
	EXIT_SIGNAL = 128,
};

const struct command *const commands[] = {
	&command_run,
	&command_compare,
	&command_report,
	&command_merge,
	&command_update_baselines,
	&command_baselines,
	&command_accept,
	&command_init,
	&command_hook,
	&command_notify,
	&command_alerts,
	&command_export,
	&command_push,
	&command_pull,
	&command_list,
	&command_doctor,
	&command_selftest,
	&command_config,
	&command_help_verb,
	&command_version,
	&command_completion,
	&command_worker,
	NULL,
};

static int unknown(const char *name, struct error *err)
{
	struct str_nearest nearest = str_nearest(name);

	commands_offer(&nearest);
	if (nearest.best)
		return error_set(err, ERR_USAGE, "unknown command '%s'; did you mean %s?", name,
			nearest.best);
	return error_set(err, ERR_USAGE, "unknown command '%s' (see 'benchgate help')", name);
}

static bool asks_for_help(struct arguments given)
{
	for (int i = 0; i < given.nr && strcmp(given.items[i], "--") != 0; i++)
		if (strcmp(given.items[i], "--help") == 0 || strcmp(given.items[i], "-h") == 0)
			return true;
	return false;
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

/* Takes --trace FILE out of the command's options; NULL in *path: it is not given. */
static int take_trace(struct arguments *given, const char **path, struct error *err)
{
	int kept = 0;

	*path = NULL;
	for (int i = 0; i < given->nr; i++) {
		char *item = given->items[i];

		if (strcmp(item, "--") == 0) {
			while (i < given->nr)
				given->items[kept++] = given->items[i++];
		} else if (str_starts(item, "--trace=")) {
			*path = item + strlen("--trace=");
		} else if (strcmp(item, "--trace") != 0) {
			given->items[kept++] = item;
		} else if (++i < given->nr) {
			*path = given->items[i];
		} else {
			return error_set(err, ERR_USAGE, "--trace needs a file to write to");
		}
	}
	given->nr = kept;
	return 0;
}

/* By the option, or by the variable, which children do not get. */
static int start_trace(const struct command *command, struct arguments *given, struct error *err)
{
	const char *variable = getenv("BENCHGATE_TRACE"), *path;
	struct buf title = BUF_INIT;
	int rc = take_trace(given, &path, err);

	if (!path)
		path = variable;
	if (!rc && path && *path) {
		buf_addf(&title, "benchgate %s", command->name);
		rc = trace_open(path, title.data, err);
		unsetenv("BENCHGATE_TRACE");
	}
	buf_release(&title);
	return rc;
}

static int dispatch(struct arguments given, struct outcome *outcome, struct error *err)
{
	const char *name = given.nr ? given.items[0] : "help";
	const struct command *command;

	if (strcmp(name, "--version") == 0)
		name = "version";
	else if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		name = "help";
	command = command_named(name);
	if (!command)
		return unknown(name, err);
	if (given.nr) {
		given.nr--;
		given.items++;
	}
	if (asks_for_help(given))
		return print_help(command, err);
	if (command != &command_worker && start_trace(command, &given, err))
		return -1;
	if (command != &command_worker)
		setlocale(LC_ALL,
			"C"); /* a suite that is linked in may have set another before main */
	if (!command->without_json && cjson_load(err))
		return -1;
	return command->run(given, outcome, err);
}

/* When several hold, the first of them. */
static int exit_code(int rc, const struct outcome *outcome, const struct error *err)
{
	if (process_interrupted())
		return EXIT_SIGNAL + process_interrupted();
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
