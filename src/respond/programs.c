/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "respond/programs.h"

#include "base/array.h"
#include "base/mem.h"
#include "base/str.h"
#include "report/escape.h"
#include "sys/program.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_OUTPUT (1u << 20)
#define MAX_ERRORS 4096

struct argv {
	const char **items; /* NULL at the end */
	size_t nr, alloc;
	char *own; /* the path of this program, where it is run */
	char budget[32];
};

static void programs_add_word(struct argv *argv, const char *word)
{
	*ARRAY_ADD(argv) = word;
}

/* A text alone is for the shell; of a list the first is a program. */
static void programs_add_command(struct argv *argv, const struct texts *command)
{
	if (command->nr == 1) {
		programs_add_word(argv, "/bin/sh");
		programs_add_word(argv, "-c");
	}
	for (size_t i = 0; i < command->nr; i++)
		programs_add_word(argv, command->items[i]);
}

/* A state file can say anything of a commit: one that began with a dash would be an option. */
static bool is_known_commit(const char *text)
{
	return text && strlen(text) >= 7 && !text[strspn(text, "0123456789abcdef")];
}

/* It ends by itself before it is killed: then what it knows by then is told. */
static void add_program_budget(struct argv *argv, uint64_t budget_ns)
{
	snprintf(argv->budget, sizeof argv->budget, "%" PRIu64 "ms", budget_ns / 10 * 9 / 1000000);
	programs_add_word(argv, "--budget");
	programs_add_word(argv, argv->budget);
}

static void add_bisect_words(struct argv *argv, const struct due *due, uint64_t budget_ns)
{
	programs_add_word(argv, "--good");
	programs_add_word(argv, due->before);
	programs_add_word(argv, "--bad");
	programs_add_word(argv, due->commit);
	if (due_metric(due)) {
		programs_add_word(argv, "--metric");
		programs_add_word(argv, due_metric(due));
	}
	add_program_budget(argv, budget_ns);
}

static int add_own_words(struct argv *argv, const struct program_context *context,
	const struct due *due, uint64_t budget_ns, struct error *err)
{
	const char *before = due->before, *commit = due->commit;

	if (!is_known_commit(before) || !is_known_commit(commit) || strcmp(before, commit) == 0)
		return error_set(err, ERR_USAGE,
			"it is not known which commits to look between: base and head must be measured at two commits that git knows");
	if (due->notice.benchmark[0] == '-' || due->notice.metric[0] == '-')
		return error_set(err, ERR_USAGE,
			"the name of the benchmark or of its metric begins with a dash");
	argv->own = process_own_path();
	programs_add_word(argv, argv->own);
	programs_add_word(argv, response_action_words[due->response->action]);
	programs_add_word(argv, due->notice.benchmark);
	if (due->response->action == RESPONSE_BISECT) {
		add_bisect_words(argv, due, budget_ns);
	} else {
		programs_add_word(argv, before);
		programs_add_word(argv, commit);
	}
	programs_add_word(argv, "--report");
	programs_add_word(argv, "markdown");
	programs_add_word(argv, "--quiet");
	if (context->config) {
		programs_add_word(argv, "--config");
		programs_add_word(argv, context->config);
	}
	return 0;
}

static int make_argv(struct argv *argv, const struct program_context *context,
	const struct due *due, uint64_t budget_ns, struct error *err)
{
	int rc = 0;

	*argv = (struct argv){ .nr = 0 };
	if (due->response->action == RESPONSE_COMMAND)
		programs_add_command(argv, &due->response->command);
	else
		rc = add_own_words(argv, context, due, budget_ns, err);
	programs_add_word(argv, NULL);
	return rc;
}

static void argv_release(struct argv *argv)
{
	free(argv->own);
	ARRAY_RELEASE(argv);
}

int programs_show(const struct program_context *context, const struct due *due, struct buf *out,
	struct error *err)
{
	struct argv argv;
	int rc = make_argv(&argv, context, due, due->response->budget_ns, err);

	for (size_t i = 0; !rc && argv.items[i]; i++) {
		if (i)
			buf_addc(out, ' ');
		escape_shell(out, argv.items[i]);
	}
	argv_release(&argv);
	return rc;
}

/* What a command can read: as a channel's, and which response it is. */
static void add_input(
	const struct program_context *context, const struct due *due, struct buf *input)
{
	const struct notice *notice = &due->notice;
	struct json *body = json_new_object();
	struct buf title = BUF_INIT;

	content_add_line(notice->text, &title);
	json_add_text(body, "response", due->response->name);
	content_write(&(struct content){ .id = notice->fingerprint,
			      .verdict = context->telling->verdict,
			      .ci = context->telling->ci,
			      .notices = &notice,
			      .nr = 1,
			      .urgency = due->peak,
			      .title = title.data },
		body);
	json_add_text(body, "good_commit", due->before);
	json_add_text(body, "bad_commit", due->commit);
	json_print_line(body, input);
	json_free(body);
	buf_release(&title);
}

static char *variable(const char *name, const char *value)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "BENCHGATE_%s=%s", name, value ? value : "");
	return buf_detach(&text);
}

#define NR_VARIABLES 7

/* The caller's to free, NULL at the end. */
static void fill_variables(const struct due *due, char *set[NR_VARIABLES + 1])
{
	const struct notice *notice = &due->notice;
	size_t nr = 0;

	set[nr++] = variable("RESPONSE", due->response->name);
	set[nr++] = variable("ALERT", notice->fingerprint);
	set[nr++] = variable("BENCHMARK", notice->benchmark);
	set[nr++] = variable("KIND", notice_words[notice->kind]);
	set[nr++] = variable("SEVERITY", urgency_words[due->peak]);
	set[nr++] = variable("GOOD_COMMIT", due->before);
	set[nr++] = variable("BAD_COMMIT", due->commit);
	set[nr] = NULL;
}

static const char *last_output_line(struct buf *output)
{
	const char *start;

	while (output->len && strchr("\r\n \t", output->data[output->len - 1]))
		output->data[--output->len] = '\0';
	start = strrchr(output->data, '\n');
	return start ? start + 1 : output->data;
}

#define NOT_MEASURED "not measured: "

/* Its last line; a report says itself why there is nothing in it. */
static const char *why_of(struct buf *errors, struct buf *output)
{
	char *report = strstr(output->data, NOT_MEASURED);

	if (errors->len || !report)
		return last_output_line(errors);
	report[strcspn(report, "\n")] = '\0';
	return report;
}

/* bisect exits with what it found: 1 for a regression, 5 for a range. */
static bool is_success(const struct due *due, const struct program_end *end)
{
	return program_is_fine(end) ||
		(due->response->action == RESPONSE_BISECT && end->kind == PROGRAM_EXITED &&
			(end->number == 1 || end->number == 5));
}

/* Whole lines, and no code that is left open. */
static char *cut_finding(struct buf *output)
{
	size_t nr_fences = 0;

	if (output->len > PROGRAMS_MAX_FINDING) {
		output->len = PROGRAMS_MAX_FINDING;
		while (output->len && output->data[output->len - 1] != '\n')
			output->len--;
		output->data[output->len] = '\0';
		for (const char *at = output->data; (at = strstr(at, "```")); at += 3)
			nr_fences++;
		buf_adds(output, nr_fences % 2 ? "```\n" : "");
		buf_adds(output, "\n(cut off here)\n");
	}
	return str_dup(output->data);
}

static int run_argv(
	const struct due *due, const struct program *program, char **finding, struct error *err)
{
	bool finds = due->response->action != RESPONSE_COMMAND;
	struct buf output = BUF_INIT_MAX(finds ? MAX_OUTPUT : MAX_ERRORS);
	struct buf errors = BUF_INIT_MAX(MAX_ERRORS), how = BUF_INIT, said = BUF_INIT;
	struct program_end end;
	int rc = program_run(program, &output, finds ? &errors : NULL, &end, err);

	if (!rc && !is_success(due, &end)) {
		program_end_spell(program, &end, &how);
		buf_add_printable(&said, why_of(finds ? &errors : &output, &output));
		rc = error_set(
			err, ERR_IO, "it %s%s%.300s", how.data, said.len ? ": " : "", said.data);
	} else if (!rc && finds) {
		*finding = cut_finding(&output);
	}
	buf_release(&output);
	buf_release(&errors);
	buf_release(&how);
	buf_release(&said);
	return rc;
}

int programs_run(const struct program_context *context, const struct due *due, uint64_t budget_ns,
	char **finding, struct error *err)
{
	char *set[NR_VARIABLES + 1];
	struct buf input = BUF_INIT;
	struct argv argv;
	int rc = make_argv(&argv, context, due, budget_ns, err);

	fill_variables(due, set);
	if (!rc && due->response->action == RESPONSE_COMMAND)
		add_input(context, due, &input);
	if (!rc)
		rc = run_argv(due,
			&(struct program){ .argv = argv.items,
				.set = (const char *const *)set,
				.input = &input,
				.timeout_ns = budget_ns },
			finding, err);
	for (size_t i = 0; set[i]; i++)
		free(set[i]);
	buf_release(&input);
	argv_release(&argv);
	return rc;
}
