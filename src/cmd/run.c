/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/str.h"
#include "cmd/verbs.h"
#include "session/base.h"
#include "session/calibrate.h"
#include "session/competing.h"
#include "session/counting.h"
#include "session/explain_red.h"
#include "session/finish.h"
#include "session/known_drifts.h"
#include "session/live_report.h"
#include "session/names.h"
#include "session/second_look.h"
#include "session/shard.h"
#include "session/tell.h"
#include "session/tuning.h"
#include "session/update.h"
#include "session/update_session.h"
#include "store/baseline.h"
#include "store/calibrations.h"
#include "store/shelf.h"
#include "sys/clock.h"
#include "sys/folder.h"
#include "sys/lock.h"
#include "sys/process.h"

#include <string.h>

struct run_options {
	struct measure_options measure;
	struct base_options base;
	struct second_look_options second;
	struct shard_options shard;
	bool require_comparison, explain, competitors;
	const char *save;
	bool replace;
	const char *out, *db, *live;
	struct words reports;
	struct tell_options tell;
	const char *update_reason; /* of UPDATE_BASELINES */
};

static const struct opt opts[] = {
	MEASURE_OPTS(struct run_options, measure),
	BASE_OPT_BASELINE(struct run_options, base),
	BASE_OPT_DB(struct run_options, base),
	OPT_WORD(0, "base", struct run_options, second.base, "REVISION|FILE|auto|none",
		"measure what the baseline does not clear in turn with this git revision or suite, and "
		"let that decide (default auto, where the policy file has \"build\": the commit that the "
		"baseline was recorded at, or without a baseline the one that the work began at)",
		GROUP_EVERYDAY),
	SECOND_LOOK_OPTS(struct run_options, second),
	JOBS_OPT(struct run_options, measure),
	FORMAT_OPT(struct run_options, measure.select.settings),
	COUNTS_OPT(struct run_options, measure),
	EXPLAIN_OPT(struct run_options, explain),
	COMPETITORS_OPT(struct run_options, competitors),
	SHARD_OPTS(struct run_options, shard),
	OPT_FLAG(0, "require-baseline", struct run_options, base.require,
		"having nothing to compare with is a failure (exit code 4): for CI", GROUP_BASE),
	OPT_FLAG(0, "require-comparison", struct run_options, require_comparison,
		"the same, but only when all is measured and reported: a budget is something, too",
		GROUP_BASE),
	OPT_FLAG(0, "allow-mismatch", struct run_options, base.allow_mismatch,
		"compare with a baseline of another machine or build all the same", GROUP_BASE),
	OPT_WORD(0, "save-baseline", struct run_options, save, "NAME",
		"add what was measured, as a session, to the baseline of that name, or in that file",
		GROUP_RESULTS),
	OPT_FLAG(0, "replace", struct run_options, replace,
		"with --save-baseline: forget the sessions that are there", GROUP_RESULTS),
	OPT_WORD('o', "out", struct run_options, out, "FILE",
		"write the result file here (see 'benchgate help run-schema')", GROUP_EVERYDAY),
	DB_OPT(struct run_options, db),
	LIVE_OPT(struct run_options, live),
	REPORT_OPT(struct run_options, reports),
	TELL_OPTS(struct run_options, tell, "auto"),
	OPT_END,
};

/* All that a run lives with. */
struct work {
	struct run_options options;
	struct words patterns;
	struct settings settings;
	struct catalog catalog;
	struct selection selection;
	struct file_new save_out;
	struct buf save_path;
	struct finish finish;
	struct base base;
	struct calibration calibration; /* of this machine, where it was made */
	struct judging judging;
	struct second_look second;
	struct competing competing;
	struct known_names names;
	struct run run;
};

#define WORK_INIT \
	{ \
		.options = { .measure = MEASURE_OPTIONS_INIT, \
			.second = { .nr_units = SECOND_LOOK_UNITS } }, \
		.settings = SETTINGS_INIT, .second = SECOND_LOOK_INIT, .catalog = CATALOG_INIT, \
		.save_out = FILE_NEW_INIT, .save_path = BUF_INIT, .finish = FINISH_INIT, \
		.base = BASE_INIT, .calibration = CALIBRATION_INIT, .run = RUN_INIT \
	}

static void work_release(struct work *work)
{
	live_report_free(work->options.measure.live);
	competing_release(&work->competing);
	run_release(&work->run);
	known_names_release(&work->names);
	calibration_release(&work->calibration);
	second_look_release(&work->second);
	base_release(&work->base);
	buf_release(&work->save_path);
	file_new_release(&work->save_out);
	finish_release(&work->finish);
	catalog_release(&work->catalog);
	settings_release(&work->settings);
	ARRAY_RELEASE(&work->options.reports);
	ARRAY_RELEASE(&work->options.shard.durations);
	ARRAY_RELEASE(&work->options.measure.select.suites);
	ARRAY_RELEASE(&work->options.measure.select.said.commands);
	ARRAY_RELEASE(&work->patterns);
}

/* What ends the first look at a benchmark. */
struct first_look {
	const struct judge *judge;
	const struct second_look *second;
};

/* Of what is measured in turn afterwards, so many processes that run alone say its level. */
#define LEVEL_PROCESSES 2

static bool first_look_is_done(void *context, const struct result *result)
{
	const struct first_look *look = context;

	return judge_enough(look->judge, result) ||
		(result->processes.nr >= LEVEL_PROCESSES &&
			second_look_is_sure(look->second, look->judge, result));
}

static bool judges(const struct work *work)
{
	return work->base.found || work->settings.policy.limits.nr;
}

static void take_counts(struct work *work)
{
	counting_take(&work->options.measure,
		counting_when(&work->options.measure, &work->settings.policy),
		&(struct counting_side){
			&work->catalog.benches, &work->run, base_of_counts(&work->base) });
}

static void measure(struct work *work)
{
	struct measuring measuring = { &work->settings.policy.tiers, decider_fixed(), NULL };
	struct judge judge;
	struct first_look look = { &judge, &work->second };

	work->run.plan.looks = judges(work);
	measure_fit(
		&work->settings.policy.tiers, judges(work) || work->second.has_side, &work->run);
	judge = judging_judge(&work->judging);
	/* A baseline is of processes that ran alone. */
	if (!work->options.save)
		second_look_prepare(&work->second, &judge);
	if (judges(work) || work->second.is_ready)
		measuring.decider = (struct decider){ first_look_is_done, &look };
	measure_benches(&work->options.measure, &work->catalog.benches, measuring, &work->run);
	if ((judges(work) || work->second.has_side) && work->run.status == RUN_COMPLETE)
		second_look_take(&work->second);
	take_counts(work);
}

/* Half a run is no baseline, and what was refused is none at all. */
static bool is_baseline(const struct run *run)
{
	for (size_t i = 0; i < run->nr; i++)
		if (run->items[i].word == RESULT_OK)
			return run->status == RUN_COMPLETE;
	return false;
}

/* The baseline that the run is added to; not found where it starts anew. */
static int read_saved(const struct work *work, struct base *saved, struct error *err)
{
	/* What is not replaced, a pipe or a log, is not read either. */
	if (!work->save_out.temporary || work->options.replace)
		return 0;
	if (base_load_if_there(saved, work->options.save, &work->settings, &work->run, err))
		return -1;
	if (saved->mismatch)
		return error_set(err, ERR_NO_BASE,
			"%s is not comparable with what would be measured here: %s; --replace starts it anew",
			work->save_path.data, saved->mismatch);
	return 0;
}

/* What is on record of that which was measured now; without a baseline it is the first session. */
static void add_saved_note(struct work *work, const struct run *baseline)
{
	struct buf *text = &work->finish.notes;
	size_t most = 1;

	for (size_t i = 0; i < work->run.nr && baseline; i++) {
		size_t nr = update_session_count(baseline, work->run.items[i].name);

		most = nr > most ? nr : most;
	}
	buf_adds(text, "saved in ");
	buf_add_printable(text, work->save_path.data);
	buf_adds(text, ": ");
	update_add_outlook(most, text);
}

/* Others may have saved theirs while we measured: ours is added to what is there now. */
static int add_to_saved(struct work *work, struct error *err)
{
	struct base saved = BASE_INIT;
	struct buf json = BUF_INIT;
	int rc = read_saved(work, &saved, err);

	if (!rc) {
		if (saved.found)
			baseline_add_session(&saved.run, &work->run, false);
		baseline_print(saved.found ? &saved.run : &work->run, &json);
		rc = file_new_commit(&work->save_out, &json, err);
	}
	if (!rc)
		add_saved_note(work, saved.found ? &saved.run : NULL);
	buf_release(&json);
	base_release(&saved);
	return rc;
}

static int save_baseline(struct work *work, struct error *err)
{
	struct lock lock = LOCK_INIT;
	int rc = 0;

	if (!work->save_out.path || !is_baseline(&work->run))
		return 0;
	if (work->save_out.temporary)
		rc = lock_folder_of(&lock, work->save_out.path, err);
	if (!rc)
		rc = add_to_saved(work, err);
	lock_release(&lock);
	return rc;
}

/* What is linked into a user's program stands in other files. */
static bool has_own_kernels(const struct run *run)
{
	return run->nr && !*run->items[0].suite && str_starts(run->items[0].file, "src/kernels/");
}

static void add_example_note(const struct run *run, struct buf *text)
{
	if (has_own_kernels(run))
		buf_adds(text,
			"note: no suite is named, so these are benchgate's own example kernels; name yours with --suite, or begin with 'benchgate init'\n");
}

/* Where nothing was compared, how that changes. */
static void add_advice(const struct work *work, struct buf *text)
{
	const struct base *base = &work->base;

	if (base->found)
		return;
	buf_adds(text, "no baseline for this machine yet");
	if (base->others.nr)
		buf_addf(text, " (%zu of other machines: %s%s)", base->others.nr,
			base->others.items[0], base->others.nr > 1 ? ", ..." : "");
	buf_adds(text, ": 'benchgate update-baselines' records one\n");
}

static void add_base_note(const struct second_look *second, struct buf *text)
{
	if (!second->note.len)
		return;
	buf_adds(text, "note: nothing was measured in turn with the base: ");
	buf_add_printable(text, second->note.data);
	buf_addc(text, '\n');
}

static void add_notes(const struct work *work, struct buf *text)
{
	add_example_note(&work->run, text);
	shard_add_note(&work->run, text);
	measure_add_fit(
		&work->options.measure.plan, &work->settings.policy.tiers, &work->run, text);
	add_advice(work, text);
	second_look_add_base(&work->second, text);
	add_base_note(&work->second, text);
}

/* Where the base is built, as the second look has it. */
static void explain_by_second_look(struct work *work, const struct verdict *verdict)
{
	const struct run *run = &work->run;
	const struct revision none = REVISION_INIT;
	uint64_t allowed_ns = counting_allowance(run->plan.budget_ns, run->duration_ns);
	const struct explaining explaining = { .plan = &run->plan,
		.catalogs = { &work->second.side.catalog, &work->catalog },
		.revisions = { &work->second.side.revision, &none },
		.said = { work->second.side.said, NULL },
		.quiet = work->options.measure.quiet,
		.deadline_ns = allowed_ns == UINT64_MAX ? 0 : clock_now_ns() + allowed_ns };

	if (work->options.explain && work->second.is_ready)
		explain_red(&explaining, work->settings.root, verdict, &work->run);
	else if (work->options.explain && verdict_count(verdict, VERDICT_REGRESSION))
		buf_adds(&work->finish.notes,
			"note: nothing is explained: there is no base that was built (see --base)\n");
}

static void compete(struct work *work, struct verdict *verdict)
{
	const struct competing_task task = { &work->settings, &work->options.measure,
		&work->catalog, &work->run, work->options.second.nr_units };

	if (!work->options.competitors || work->run.status != RUN_COMPLETE)
		return;
	competing_take(&work->competing, &task);
	verdict->gaps = &work->competing.gaps;
}

/* Then the history knows how each gap became what it is. */
static int keep_gaps(struct work *work, struct error *err)
{
	const char *said = work->finish.past_db, *db = said ? said : work->finish.recorder.path;
	struct competing *competing = &work->competing;

	if (!competing->gaps.nr)
		return 0;
	if (competing_keep(competing, &work->finish.recorder, &work->run, &work->finish.notes, err))
		return -1;
	return db ? pasts_give_gaps(&competing->pasts, db, &work->settings, &competing->gaps, err)
		  : 0;
}

static int conclude(struct work *work, struct outcome *outcome, struct error *err)
{
	struct verdict verdict = judging_verdict(&work->judging);
	int rc;

	explain_by_second_look(work, &verdict);
	compete(work, &verdict);

	add_notes(work, &work->finish.notes);
	counting_add_notes(&work->run.counting, &work->finish.notes);
	live_report_end(
		work->options.measure.live, verdict_word_name(verdict.word), &work->finish.notes);
	names_warn_of_values(&work->settings, &work->names, &work->run);
	rc = save_baseline(work, err);
	if (keep_gaps(work, err))
		rc = -1;
	if (finish_verdict(&work->finish, &verdict, outcome, err))
		rc = -1;
	verdict_release(&verdict);
	return rc;
}

static int open_save(struct work *work, struct error *err)
{
	const char *name = work->options.save;

	if (!name && work->options.replace)
		return error_set(err, ERR_USAGE, "--replace goes with --save-baseline");
	if (name && work->run.shard.of)
		return error_set(err, ERR_USAGE,
			"--save-baseline and --shard cannot be combined: a part of a suite is not a baseline");
	if (name &&
		(shelf_named_path(work->settings.baselines, name, &work->save_path, err) ||
			folder_make_parents(work->save_path.data, err) ||
			command_open_out(
				&work->save_out, work->save_path.data, "save-baseline", err)))
		return -1;
	return 0;
}

/* Before anything is measured: whether it can be added, and when. */
static int prepare_save(const struct work *work, struct error *err)
{
	struct base saved = BASE_INIT;
	int rc = 0;

	if (work->options.save) {
		rc = read_saved(work, &saved, err);
		/* An interrupted wait leaves an interrupted run. */
		if (!rc && saved.found)
			update_keep_apart(&saved.run, &work->run, work->options.measure.quiet);
	}
	base_release(&saved);
	return rc;
}

static int prepare(struct work *work, struct error *err)
{
	struct run_options *options = &work->options;

	work->selection = (struct selection){ &options->measure.select, &work->patterns,
		&work->settings, &work->catalog };
	work->judging = (struct judging){ .policy = &work->settings.policy,
		.head = &work->run,
		.base = &work->base,
		.allow_mismatch = options->base.allow_mismatch };
	work->second.judging = &work->judging;
	work->second.options = &options->second;
	work->second.measure = &options->measure;
	work->second.selection = &work->selection;
	if (second_look_check(&options->second, err) ||
		command_open_out(&work->finish.out, options->out, "out", err) ||
		finish_open(&work->finish, &options->reports, err))
		return -1;
	if (measure_select(&work->selection, &options->measure.plan, err))
		return -1;
	options->measure.plan.nr_retries = work->settings.policy.retry_failed;
	if (competing_check(options->competitors, &work->settings, err))
		return -1;
	if (shard_take(&options->shard, &work->selection, 1, &work->run.shard, err) ||
		open_save(work, err) ||
		measure_prepare(&options->measure, &work->catalog, &work->run, err) ||
		recorder_open(&work->finish.recorder, options->db, &work->settings, err) ||
		machine_check(&work->settings, &work->run.env, err) || prepare_save(work, err) ||
		base_load(&work->base, &options->base, &work->settings, &work->run, err) ||
		calibrations_read(
			work->settings.baselines, &work->run.env, &work->calibration, err) ||
		known_drifts_read(options->base.db ? options->base.db : work->finish.recorder.path,
			&work->settings, &work->run.env, &work->calibration, err))
		return -1;
	work->judging.calibration = calibrate_known(&work->calibration);
	if (second_look_find(&work->second, err))
		return -1;
	base_lend_pace(&work->base, &work->run);
	base_set_aside(&work->base, &work->selection);
	shard_note_missing(&work->run.shard, &work->base, &work->catalog.benches);
	names_of_selection(
		&work->selection, work->base.found ? &work->base.run : NULL, &work->names);
	names_warn(&work->settings, &work->names);
	if (live_report_begin(&options->measure.live, options->live, &work->run, err))
		return -1;
	work->finish.settings = &work->settings;
	work->finish.past_db = options->base.db;
	work->finish.style = measure_style(&options->measure);
	work->finish.require_base = options->base.require || options->require_comparison;
	/* Alerts about a part of a suite wait until merge has judged all parts. */
	work->finish.tell = work->run.shard.of ? NULL : &options->tell;
	return 0;
}

/* What is refused need not be measured. */
static void refuse(struct run *run)
{
	struct fault fault = { RESULT_NOT_MEASURED, "the baseline is not comparable" };

	for (size_t i = 0; i < run->nr; i++)
		result_fault(&run->items[i], &fault);
}

static int update_instead(struct work *work, struct outcome *outcome, struct error *err)
{
	struct update_options options = { .measure = work->options.measure,
		.baseline = work->options.base.baseline,
		.reason = work->options.update_reason,
		.nr_sessions = 1,
		.yes = true };

	if (work->options.out || work->options.reports.nr || work->options.save ||
		work->options.replace || work->options.shard.shard)
		return error_set(err, ERR_USAGE,
			"UPDATE_BASELINES is set, and a session is recorded in a baseline only: leave out --out, --report, --save-baseline, --replace and --shard");
	return update_baselines(&options, &work->patterns, outcome, err);
}

static int run_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct work work = WORK_INIT;
	int rc = -1;

	if (opts_parse(opts, given, &work.options, &work.patterns, err))
		goto out;
	process_setup();
	if (update_is_asked_for(&work.options.update_reason)) {
		rc = update_instead(&work, outcome, err);
		goto out;
	}
	if (prepare(&work, err))
		goto out;
	if (work.base.mismatch && !work.options.base.allow_mismatch) {
		/* Counts do not mind another processor. */
		if (!work.base.counts_mismatch)
			take_counts(&work);
		refuse(&work.run);
	} else {
		measure(&work);
	}
	rc = conclude(&work, outcome, err);
out:
	work_release(&work);
	return rc;
}

const struct command command_run = {
	.name = "run",
	.group = COMMANDS_GATE,
	.operands = "[PATTERN...]",
	.summary = "measure benchmarks and compare them with the baseline",
	.details =
		"Measures the benchmarks whose names match a pattern (all when there is none), compares them with "
		"this machine's baseline where there is one, and prints a table.\n"
		"A pattern is a name, the part of it before a slash, or holds * and ?.\n"
		"A value is the geometric mean over fresh processes, each of which counts by the mean of its batches; "
		"the interval is over processes.\n"
		"What each word and exit code means: 'benchgate help verdicts', 'benchgate help exit-codes'.",
	.examples =
		"benchgate run --tier=critical  # only the critical benchmarks\n"
		"benchgate run --base main      # what the baseline does not clear, in turn with main\n",
	.opts = opts,
	.run = run_run,
};
