/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/str.h"
#include "cmd/measure.h"
#include "cmd/verbs.h"
#include "gate/verdict.h"
#include "model/run_json.h"
#include "report/text.h"
#include "sys/file.h"
#include "sys/process.h"
#include "sys/term.h"

#include <string.h>
#include <unistd.h>

struct run_options {
	struct measure_options measure;
	const char *out;
};

static const struct opt opts[] = {
	MEASURE_OPTS(struct run_options, measure),
	OPT_WORD('o', "out", struct run_options, out, "FILE",
		"write the result file here (see 'benchgate help run-schema')"),
	OPT_END,
};

static int print_verdict(const struct run *run, const struct measure_options *options,
	struct outcome *outcome, struct error *err)
{
	struct text_style style = { .width = term_width(STDOUT_FILENO),
		.color = term_color(STDOUT_FILENO, options->color),
		.verbose = options->verbose };
	struct verdict verdict = verdict_of(run);
	struct buf text = BUF_INIT;
	int rc;

	text_report(&verdict, style, &text);
	rc = command_print(&text, err);
	outcome->unmeasured = verdict_count(&verdict, VERDICT_FAILED) ||
		verdict_count(&verdict, VERDICT_NOT_MEASURED) || run->status == RUN_SHORT_OF_TIME;
	buf_release(&text);
	verdict_release(&verdict);
	return rc;
}

static int write_result(const struct run *run, struct file_new *out, struct error *err)
{
	struct buf json = BUF_INIT;
	int rc;

	if (!out->path)
		return 0;
	run_json_print(run, &json);
	rc = file_new_commit(out, &json, err);
	buf_release(&json);
	return rc;
}

/* One slip must not cost a source file: only what may be a result file is replaced. */
static int check_out(const char *path, struct error *err)
{
	char *line;
	int rc = 0;

	if (strcmp(path, "-") == 0)
		return error_set(
			err, ERR_USAGE, "--out takes a file; for standard output say /dev/stdout");
	if (str_starts(path, "/dev/") || str_starts(path, "/proc/"))
		return 0;
	line = file_line(path);
	if (line && *line && strcmp(line, "{") != 0)
		rc = error_set(err, ERR_USAGE,
			"%s is there and is no result file: name another, or remove it", path);
	free(line);
	return rc;
}

static int run_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct run_options options = { .measure = MEASURE_OPTIONS_INIT };
	struct words patterns = { 0 };
	struct file_new out = FILE_NEW_INIT;
	struct catalog catalog = CATALOG_INIT;
	struct run run = RUN_INIT;
	int rc = -1;

	if (opts_parse(opts, given, &options, &patterns, err))
		goto out;
	process_setup();
	if (options.out && (check_out(options.out, err) || file_new_open(&out, options.out, err)))
		goto out;
	if (measure_select(&options.measure.select, &patterns, &catalog, err) ||
		measure_run(&options.measure, &catalog, decider_fixed(), &run, err))
		goto out;
	/* Neither keeps the other from being done; the error is the last one's. */
	rc = print_verdict(&run, &options.measure, outcome, err);
	if (write_result(&run, &out, err))
		rc = -1;
out:
	run_release(&run);
	catalog_release(&catalog);
	file_new_release(&out);
	ARRAY_RELEASE(&options.measure.select.suites);
	ARRAY_RELEASE(&patterns);
	return rc;
}

const struct command command_run = {
	.name = "run",
	.operands = "[PATTERN...]",
	.summary = "measure benchmarks",
	.details =
		"Measures the benchmarks whose names match a pattern (all when there is none) and prints a table.\n"
		"A pattern is a name, the part of it before a slash, or holds * and ?.\n"
		"A value is the geometric mean over fresh processes, each of which counts by the median of its batches; "
		"the interval is over processes.",
	.opts = opts,
	.run = run_run,
};
