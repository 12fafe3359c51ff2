/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/verbs.h"
#include "report/explain.h"
#include "session/finish.h"
#include "session/retold.h"
#include "session/weeks.h"
#include "sys/process.h"

#include <string.h>

struct report_options {
	struct retold_options retold;
	struct words reports;
	struct measure_options measure; /* the looks of it, no more */
	const char *why;
	const char *db, *since;
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
	OPT_WORD(0, "since", struct report_options, since, "TIME",
		"instead of a result: what became of a history's benchmarks since that day or time, "
		"or since so long ago: 7d; in text, markdown, html or json"),
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

static void report_work_release(struct work *work)
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

static int report_conclude(struct work *work, struct outcome *outcome, struct error *err)
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

/* Before anything is written. */
static int check_db(struct work *work, struct error *err)
{
	const char *path = pasts_db(work->options.db, &work->retold.settings);
	struct history *history;

	if (!path)
		return 0;
	work->finish.settings = &work->retold.settings;
	work->finish.past_db = path;
	history = history_open(path, DB_READ, err);
	history_close(history);
	return history ? 0 : -1;
}

static bool render_weekly(const char *format, const void *weekly, struct buf *out)
{
	static const struct {
		const char *format;
		weekly_render *render;
	} rows[] = { { "text", weekly_text }, { "markdown", weekly_markdown },
		{ "html", weekly_html }, { "json", weekly_json } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (strcmp(rows[i].format, format) == 0) {
			rows[i].render(weekly, out);
			return true;
		}
	return false;
}

/* The report over a time. */
static int report_since(struct work *work, struct error *err)
{
	const struct report_options *options = &work->options;
	struct settings *settings = &work->retold.settings;
	struct weeks weeks = WEEKS_INIT;
	char since[DATE_TIME_MAX];
	const char *path;
	int rc;

	if (work->operands.nr || options->retold.against || options->why || options->exit_code)
		return error_set(err, ERR_USAGE,
			"--since is of a history: it goes with --db and --report, not with a result, --against, --why or --exit-code");
	if (weeks_since(options->since, since, err) ||
		settings_load(&options->retold.settings, settings, err))
		return -1;
	path = recorder_path(options->db, settings);
	if (!path)
		return error_set(err, ERR_USAGE,
			"no history is named: give --db FILE, or set \"history\" in the policy file");
	rc = finish_open(&work->finish, &options->reports, err);
	if (!rc)
		rc = weeks_read(&weeks, path, settings, since, err);
	if (!rc)
		rc = finish_other(&work->finish, render_weekly, &weeks.weekly, err);
	weeks_release(&weeks);
	return rc;
}

static int report_prepare(struct work *work, struct error *err)
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
	if (!rc && work.options.since)
		rc = report_since(&work, err);
	else if (!rc && !(rc = report_prepare(&work, err)))
		rc = report_conclude(&work, outcome, err);
	report_work_release(&work);
	return rc;
}

const struct command command_report = {
	.name = "report",
	.group = COMMANDS_RESULTS,
	.operands = "[RESULT]",
	.summary = "tell again what was measured, from its files",
	.details =
		"Reads a result file, judges it against a base where one is given, and writes the reports that are "
		"asked for, or the usual one. Nothing is measured.\n"
		"With --since it tells, from a history, what became better and worse within a time, what creeps, what is "
		"noisy, what to do first, and how the gate did.\n"
		"What run compared with a baseline, and compare with its --base-out, is judged as it was then.",
	.examples = "benchgate report --since 7d --db benchmarks.db --report html=week.html\n"
		    "benchgate report result.json --report markdown=comment.md\n"
		    "benchgate report result.json --against old --report html=report.html\n",
	.opts = opts,
	.run = report_run,
};
