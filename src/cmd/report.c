/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/base.h"
#include "cmd/baselines.h"
#include "cmd/outcome.h"
#include "cmd/reports.h"
#include "cmd/side.h"
#include "cmd/verbs.h"
#include "sys/clock.h"
#include "sys/process.h"

#include <string.h>

struct report_options {
	struct measure_options measure; /* the settings and the looks, no more */
	struct words reports;
	const char *against;
	bool exit_code;
	bool allow_mismatch;
};

static const struct opt opts[] = {
	OPT_WORD('B', "against", struct report_options, against, "BASE",
		"what it is compared with: a result file, or the name or file of a baseline"),
	REPORT_OPT(struct report_options, reports),
	SETTINGS_OPTS(struct report_options, measure.select.settings),
	OPT_FLAG(0, "allow-mismatch", struct report_options, allow_mismatch,
		"compare with a base of another machine or build all the same"),
	OPT_FLAG(0, "exit-code", struct report_options, exit_code,
		"exit as run would have, instead of 0"),
	MEASURE_STYLE_OPTS(struct report_options, measure),
	OPT_END,
};

struct work {
	struct report_options options;
	struct words operands;
	struct settings settings;
	struct reports reports;
	struct side head, base_side;
	struct base base; /* base_side's run, once it is complete */
};

#define WORK_INIT \
	{ \
		.settings = SETTINGS_INIT, .reports = REPORTS_INIT, .head = SIDE_INIT, \
		.base_side = SIDE_INIT, .base = BASE_INIT \
	}

static void work_release(struct work *work)
{
	base_release(&work->base);
	side_release(&work->base_side);
	side_release(&work->head);
	reports_release(&work->reports);
	settings_release(&work->settings);
	ARRAY_RELEASE(&work->options.reports);
	ARRAY_RELEASE(&work->operands);
}

static int read_side(const struct work *work, struct side *side, struct error *err)
{
	struct side_options options = { .settings = &work->settings };

	if (side_find(side, &options, NULL, err))
		return -1;
	if (side_can_be_measured(side))
		return error_set(err, ERR_USAGE,
			"%s was not measured yet: 'benchgate run' and 'benchgate compare' do that, and report too",
			side->said);
	return 0;
}

/* In turn with this base; or as run looked at its own; or as something else, all at once. */
static bool take_base(struct work *work)
{
	struct run *head = &work->head.run, *base = &work->base.run;
	bool in_turn = run_is_in_turn_with(head, base);

	if (*base->id && !in_turn)
		baselines_forget_looks(head);
	return in_turn;
}

static int tell(struct work *work, struct outcome *outcome, struct error *err)
{
	const struct report_options *options = &work->options;
	char today[CLOCK_TIMESTAMP_MAX];
	struct trial trial = { .head = &work->head.run,
		.policy = &work->settings.policy,
		.accepted = &work->base.accepted,
		.today = today,
		.mismatch = work->base.mismatch,
		.allow_mismatch = options->allow_mismatch };
	struct buf nothing = BUF_INIT;
	struct verdict verdict;
	int rc;

	clock_today(today);
	if (options->against) {
		trial.base = &work->base.run;
		trial.in_turn = take_base(work);
	}
	verdict = verdict_reach(&trial);
	rc = reports_tell(
		&work->reports, &verdict, measure_style(&options->measure), &nothing, err);
	if (options->exit_code)
		outcome_take(outcome, &verdict);
	verdict_release(&verdict);
	return rc;
}

static int prepare(struct work *work, struct error *err)
{
	const struct report_options *options = &work->options;

	if (work->operands.nr != 1)
		return error_set(err, ERR_USAGE,
			"report takes one result file, as --out of run and compare writes it; its base goes behind --against");
	work->head.said = work->operands.items[0];
	work->base_side.said = options->against;
	work->base_side.is_base = true;
	if (settings_load(&options->measure.select.settings, &work->settings, err) ||
		reports_open(&work->reports, &options->reports, err) ||
		read_side(work, &work->head, err))
		return -1;
	if (!options->against)
		return 0;
	if (read_side(work, &work->base_side, err))
		return -1;
	work->base.run = work->base_side.run;
	work->base_side.run = (struct run)RUN_INIT;
	return base_complete(&work->base, &work->settings, &work->head.run, err);
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
		rc = tell(&work, outcome, err);
	work_release(&work);
	return rc;
}

const struct command command_report = {
	.name = "report",
	.operands = "RESULT",
	.summary = "tell again what was measured, from its files",
	.details =
		"Reads a result file, judges it against a base where one is given, and writes the reports that are "
		"asked for, or the usual one. Nothing is measured.\n"
		"What run compared with a baseline, and compare with its --base-out, is judged as it was then.",
	.opts = opts,
	.run = report_run,
};
