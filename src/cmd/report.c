/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/verbs.h"
#include "report/explain.h"
#include "session/finish.h"
#include "session/retold.h"
#include "sys/folder.h"
#include "sys/process.h"

struct report_options {
	struct retold_options retold;
	struct words reports;
	struct measure_options measure; /* the looks of it, no more */
	const char *why;
	const char *db;
	bool exit_code;
};

static const struct opt opts[] = {
	RETOLD_OPTS(struct report_options, retold),
	REPORT_OPT(struct report_options, reports),
	OPT_WORD(0, "why", struct report_options, why, "BENCHMARK",
		"say step by step how that benchmark came to its word, and write no report"),
	OPT_WORD(0, "db", struct report_options, db, "FILE",
		"what this history says of each benchmark is told, too; none: no history (default: "
		"\"history\" of the policy file)"),
	OPT_FLAG(0, "exit-code", struct report_options, exit_code,
		"exit as run would have, instead of 0"),
	MEASURE_STYLE_OPTS(struct report_options, measure),
	OPT_END,
};

struct work {
	struct report_options options;
	struct words operands;
	struct finish finish;
	struct retold retold;
};

#define WORK_INIT \
	{ \
		.finish = FINISH_INIT, .retold = RETOLD_INIT \
	}

static void work_release(struct work *work)
{
	retold_release(&work->retold);
	finish_release(&work->finish);
	ARRAY_RELEASE(&work->options.reports);
	ARRAY_RELEASE(&work->operands);
}

static int print_explanation(
	const struct verdict *verdict, const char *benchmark, struct error *err)
{
	struct buf text = BUF_INIT;
	int rc = explain_benchmark(verdict, benchmark, &text, err);

	if (!rc)
		rc = command_print(&text, err);
	buf_release(&text);
	return rc;
}

static int conclude(struct work *work, struct outcome *outcome, struct error *err)
{
	struct outcome ignored = { .regressed = false };
	struct verdict verdict = retold_verdict(&work->retold);
	const struct report_options *options = &work->options;
	int rc = options->why ? print_explanation(&verdict, options->why, err)
			      : finish_verdict(&work->finish, &verdict,
					options->exit_code ? outcome : &ignored, err);

	verdict_release(&verdict);
	return rc;
}

/* Before anything is written. What only the policy file names need not be there. */
static int check_db(struct work *work, struct error *err)
{
	const char *path = recorder_path(work->options.db, &work->retold.settings);
	struct history *history;

	if (!path || (!work->options.db && folder_lacks(path)))
		return 0;
	work->finish.settings = &work->retold.settings;
	work->finish.past_db = path;
	history = history_open(path, DB_READ, err);
	history_close(history);
	return history ? 0 : -1;
}

static int prepare(struct work *work, struct error *err)
{
	const struct report_options *options = &work->options;

	if (work->operands.nr != 1)
		return error_set(err, ERR_USAGE,
			"report takes one result file, as --out of run and compare writes it; name its base with --against");
	if (options->why && (options->reports.nr || options->exit_code))
		return error_set(err, ERR_USAGE,
			"--why writes no report and ends with 0: it goes with neither --report nor --exit-code");
	if (settings_load(&options->retold.settings, &work->retold.settings, err) ||
		finish_open(&work->finish, &options->reports, err))
		return -1;
	if (check_db(work, err))
		return -1;
	work->finish.style = measure_style(&options->measure);
	return retold_read(&work->retold, &options->retold, work->operands.items[0], err);
}

static int report_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct work work = WORK_INIT;
	int rc = opts_parse(opts, given, &work.options, &work.operands, err);

	/* git may be asked what a name is. */
	process_setup();
	if (!rc)
		rc = prepare(&work, err);
	if (!rc)
		rc = conclude(&work, outcome, err);
	work_release(&work);
	return rc;
}

const struct command command_report = {
	.name = "report",
	.group = COMMANDS_RESULTS,
	.operands = "RESULT",
	.summary = "tell again what was measured, from its files",
	.details =
		"Reads a result file, judges it against a base where one is given, and writes the reports that are "
		"asked for, or the usual one. Nothing is measured.\n"
		"What run compared with a baseline, and compare with its --base-out, is judged as it was then.",
	.examples = "benchgate report result.json --report markdown=comment.md\n"
		    "benchgate report result.json --against old --report html=report.html\n",
	.opts = opts,
	.run = report_run,
};
