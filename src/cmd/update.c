/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/update.h"

#include "base/str.h"
#include "cmd/base.h"
#include "cmd/calibrate.h"
#include "cmd/outcome.h"
#include "gate/question.h"
#include "model/units.h"
#include "report/text.h"
#include "store/baseline.h"
#include "store/calibrations.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/process.h"
#include "sys/term.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Processes that differ by more tell of the machine, not of the code. */
#define MAX_SPREAD_PCT 5

/* One session on its way into the baseline. */
struct session_job {
	const struct update_options *options;
	const struct selection *selection;
	struct outcome *outcome;
	struct base base;
	struct calibration calibration;
	struct run run;
	struct texts left_out; /* names of benchmarks that are not recorded */
	struct changes
		changes; /* one for each result of the run; those left out have no timestamp */
	struct buf said; /* why they are left out */
};

#define SESSION_JOB_INIT \
	{ \
		.base = BASE_INIT, .calibration = CALIBRATION_INIT, .run = RUN_INIT, \
		.said = BUF_INIT \
	}

static void job_release(struct session_job *job)
{
	for (size_t i = 0; i < job->changes.nr; i++)
		change_release(&job->changes.items[i]);
	ARRAY_RELEASE(&job->changes);
	texts_release(&job->left_out);
	buf_release(&job->said);
	run_release(&job->run);
	calibration_release(&job->calibration);
	base_release(&job->base);
}

/* "test-procedure: longer runs" is a reason and a note; in other words it is a note. */
static void take_reason(struct change *change, const char *text)
{
	change->reason = text ? REASON_OVERRIDE : REASON_SESSION;
	for (unsigned i = REASON_SESSION + 1; text && reason_words[i]; i++) {
		size_t len = strlen(reason_words[i]);

		if (!str_starts(text, reason_words[i]) || (text[len] && text[len] != ':'))
			continue;
		change->reason = (enum reason)i;
		text += len + strspn(text + len, ": ");
	}
	change->note = text && *text ? str_dup(text) : NULL;
}

static const struct comparison *comparison_of(
	const struct verdict *verdict, const struct result *head)
{
	for (size_t i = 0; i < verdict->nr; i++) {
		const struct comparison *comparison = &verdict->items[i];

		if (comparison->head == head && comparison->metric && !comparison->is_limit &&
			metric_is_time(comparison->metric))
			return comparison;
	}
	return NULL;
}

static struct change change_of(const struct session_job *job, const struct comparison *comparison)
{
	const struct run *run = &job->run;
	struct change change = { .timestamp = str_dup(run->timestamp),
		.commit = str_dup(run->env.values[ENV_COMMIT]),
		.approved_by = str_dup(job->options->approved_by),
		.old_ns = comparison ? comparison->base_estimate.value : NAN,
		.new_ns = comparison ? comparison->estimate.value : NAN,
		.low = comparison ? 1 + comparison->change_low : NAN,
		.high = comparison ? 1 + comparison->change_high : NAN };

	take_reason(&change, job->options->reason);
	return change;
}

static bool changed(const struct verdict *verdict, const struct result *head)
{
	for (size_t i = 0; i < verdict->nr; i++) {
		enum verdict_word word = verdict->items[i].word;

		if (verdict->items[i].head == head && !verdict->items[i].is_limit &&
			(word == VERDICT_REGRESSION || word == VERDICT_IMPROVEMENT))
			return true;
	}
	return false;
}

static void leave_out(struct session_job *job, const struct result *head, const char *why)
{
	texts_add(&job->left_out, head->name);
	buf_adds(&job->said, "not recorded: ");
	buf_add_printable(&job->said, head->name);
	buf_addf(&job->said, ": %s\n", why);
	job->outcome->unmeasured = true;
}

/* Goes through the results: what is to be recorded, and what is not. */
static void sift(struct session_job *job, const struct verdict *verdict)
{
	const struct update_options *options = job->options;
	char why[128];

	for (size_t i = 0; i < job->run.nr; i++) {
		const struct result *head = &job->run.items[i];
		const struct comparison *time = comparison_of(verdict, head);

		*ARRAY_ADD(&job->changes) = change_of(job, time);
		if (head->word != RESULT_OK) {
			leave_out(job, head, "it has no values");
		} else if (time && time->estimate.spread_pct > MAX_SPREAD_PCT && !options->force) {
			snprintf(why, sizeof why,
				"unstable: its processes differ by %.1f %%, over %d %% (--force records it all the same)",
				time->estimate.spread_pct, MAX_SPREAD_PCT);
			leave_out(job, head, why);
		} else if (changed(verdict, head) && !options->reason) {
			leave_out(job, head,
				"it changed by more than its threshold: say why with --reason, and start it anew with --replace where the code did");
		}
	}
}

static void report(struct session_job *job)
{
	const struct base *base = &job->base;
	struct trial trial = { .head = &job->run,
		.base = base->found ? &base->run : NULL,
		.policy = &job->selection->settings->policy,
		.accepted = &base->accepted,
		.calibration = calibrate_known(&job->calibration),
		.mismatch = base->mismatch,
		.allow_mismatch = true };
	struct verdict verdict = verdict_reach(&trial);
	struct buf text = BUF_INIT;
	struct error ignored = ERROR_INIT;

	text_report(&verdict, measure_style(&job->options->measure), &text);
	/* Whoever cannot read it is asked all the same. */
	(void)!command_print(&text, &ignored);
	sift(job, &verdict);
	buf_release(&text);
	verdict_release(&verdict);
}

static void drop_old_changes(struct result *result)
{
	const struct metric *time = metrics_time(&result->metrics);
	struct changes kept = { 0 };

	for (size_t i = 0; i < result->changes.nr; i++) {
		struct change *change = &result->changes.items[i];

		if (change->reason == REASON_SESSION && time && time->sessions.nr &&
			strcmp(change->timestamp, time->sessions.items[0].timestamp) < 0)
			change_release(change);
		else
			*ARRAY_ADD(&kept) = *change;
	}
	ARRAY_RELEASE(&result->changes);
	result->changes = kept;
}

/* Adds what was not left out, and why. */
static void add_to_baseline(struct session_job *job)
{
	struct run *baseline = &job->base.run;
	struct texts names = { 0 };

	for (size_t i = 0; i < job->run.nr; i++)
		texts_add(&names, job->run.items[i].name);
	for (size_t i = 0; i < job->left_out.nr; i++)
		run_remove(&job->run, job->left_out.items[i]);
	baseline_add_session(baseline, &job->run, job->options->replace);
	for (size_t i = 0; i < names.nr; i++) {
		struct result *result = run_find(&job->run, names.items[i])
			? run_find(baseline, names.items[i])
			: NULL;

		if (!result)
			continue;
		*ARRAY_ADD(&result->changes) = job->changes.items[i];
		job->changes.items[i] = (struct change){ .timestamp = NULL };
		drop_old_changes(result);
	}
	texts_release(&names);
}

/* How many sessions the benchmark has that has the fewest. */
static size_t fewest_sessions(const struct session_job *job)
{
	size_t fewest = SIZE_MAX;

	for (size_t i = 0; i < job->run.nr; i++) {
		const struct result *result = run_find(&job->base.run, job->run.items[i].name);
		const struct metric *time = result ? metrics_time(&result->metrics) : NULL;
		size_t nr = time ? time->sessions.nr : 0;

		fewest = nr < fewest ? nr : fewest;
	}
	return fewest == SIZE_MAX ? 0 : fewest;
}

static void add_outlook(const struct session_job *job, struct buf *text)
{
	size_t nr = fewest_sessions(job);

	buf_addf(text, "%zu session%s on record", nr, nr == 1 ? "" : "s");
	if (nr < QUESTION_OWN_SESSIONS)
		buf_addf(text,
			"; with %zu more, each benchmark's own drift between sessions is known, which decides how small a change can be seen",
			QUESTION_OWN_SESSIONS - nr);
	else if (nr < BASELINE_MAX_SESSIONS)
		buf_adds(text, "; each benchmark's own drift is known, more make it surer");
	buf_addc(text, '\n');
}

static bool is_confirmed(const struct session_job *job)
{
	struct buf question = BUF_INIT;
	bool yes;

	buf_addf(&question, "record this in %s?", job->base.path.data);
	yes = job->options->yes || term_confirm(question.data);
	buf_release(&question);
	return yes;
}

static int record(struct session_job *job, struct error *err)
{
	struct buf text = BUF_INIT;
	size_t nr = job->run.nr - job->left_out.nr;
	int rc = 0;

	buf_adds(&text, job->said.data);
	if (job->options->dry_run) {
		buf_addf(&text, "%zu would be recorded in %s\n", nr, job->base.path.data);
	} else if (!nr) {
		buf_adds(&text, "nothing was recorded\n");
	} else if (command_print(&text, err)) {
		rc = -1;
	} else if (!is_confirmed(job)) {
		buf_clear(&text);
		buf_adds(&text, "nothing was recorded\n");
	} else {
		buf_clear(&text);
		add_to_baseline(job);
		rc = baseline_write(job->base.path.data, &job->base.run, err);
		buf_addf(&text, "%zu recorded in %s: ", nr, job->base.path.data);
		add_outlook(job, &text);
	}
	if (!rc)
		rc = command_print(&text, err);
	buf_release(&text);
	return rc;
}

/* Another build's baseline can be replaced; another machine's is not to be touched. */
static int check_mismatch(const struct session_job *job, struct error *err)
{
	if (!job->base.mismatch || job->options->replace)
		return 0;
	return error_set(err, ERR_NO_BASE,
		"%s is not comparable with what would be measured here: %s; --replace starts it anew",
		job->base.path.data, job->base.mismatch);
}

static int wait_a_while(const struct session_job *job, double seconds, const char *why)
{
	uint64_t end_ns = clock_now_ns() + (uint64_t)(seconds * 1e9);
	struct buf left = BUF_INIT;

	units_add_duration(&left, seconds);
	if (!job->options->measure.quiet)
		fprintf(stderr, "benchgate: waiting %s: %s\n", left.data, why);
	buf_release(&left);
	while (clock_now_ns() < end_ns && !process_interrupted())
		clock_sleep_ns(CLOCK_NS_PER_S / 10);
	return process_interrupted() ? -1 : 0;
}

/* Values that are taken closer together tell of one moment only. */
static int keep_apart(const struct session_job *job)
{
	double gap_s = (double)BASELINE_SESSION_GAP_NS / 1e9, newest_s = INFINITY;

	for (size_t i = 0; i < job->run.nr; i++) {
		const struct result *result = run_find(&job->base.run, job->run.items[i].name);
		const struct metric *time = result ? metrics_time(&result->metrics) : NULL;
		double age_s;

		if (!time || !time->sessions.nr)
			continue;
		age_s = clock_age_s(time->sessions.items[time->sessions.nr - 1].timestamp);
		newest_s = fmin(newest_s, age_s);
	}
	if (job->options->replace || job->options->dry_run || !(newest_s >= 0 && newest_s < gap_s))
		return 0;
	return wait_a_while(job, gap_s - newest_s, "sessions are at least 60 s apart");
}

static int one_session(struct session_job *job, struct error *err)
{
	const struct measure_options *options = &job->options->measure;
	const struct settings *settings = job->selection->settings;
	const struct catalog *catalog = job->selection->catalog;

	if (measure_prepare(options, catalog, &job->run, err) ||
		base_load_if_there(&job->base, job->options->baseline, settings, &job->run, err) ||
		calibrations_read(settings->baselines, &job->run.env, &job->calibration, err) ||
		check_mismatch(job, err))
		return -1;
	/* Nothing of another machine may stay. */
	if (job->base.mismatch) {
		run_release(&job->base.run);
		job->base.found = false;
	}
	if (keep_apart(job))
		return 0;
	clock_timestamp(job->run.timestamp);
	if (!job->options->replace)
		base_lend_pace(&job->base, &job->run);
	base_set_aside_all(&job->base);
	measure_benches(options, &catalog->benches,
		(struct measuring){ &settings->policy.tiers, decider_fixed(), NULL }, &job->run);
	report(job);
	return process_interrupted() ? 0 : record(job, err);
}

/* From the start of one to the start of the next. */
static double gap_s(const struct update_options *options)
{
	double spread_s = (double)options->spread_ns / 1e9;

	return options->nr_sessions > 1 ? spread_s / (double)(options->nr_sessions - 1) : 0;
}

static int wait_for_turn(const struct session_job *job, uint64_t nr_done, uint64_t start_ns)
{
	double due_s = gap_s(job->options) * (double)nr_done;
	double late_s = (double)(clock_now_ns() - start_ns) / 1e9;
	struct buf why = BUF_INIT;
	int rc;

	if (!nr_done || late_s >= due_s)
		return 0;
	buf_addf(&why, "session %llu of %llu is next; ", (unsigned long long)nr_done + 1,
		(unsigned long long)job->options->nr_sessions);
	units_add_duration(
		&why, (double)(job->options->nr_sessions - 1) * gap_s(job->options) - late_s);
	buf_adds(&why, " until the last");
	rc = wait_a_while(job, due_s - late_s, why.data);
	buf_release(&why);
	return rc;
}

static int all_sessions(const struct update_options *options, const struct selection *selection,
	struct outcome *outcome, struct error *err)
{
	uint64_t start_ns = clock_now_ns();
	int rc = 0;

	for (uint64_t i = 0; i < options->nr_sessions && !rc && !process_interrupted(); i++) {
		struct session_job job = SESSION_JOB_INIT;
		struct update_options once = *options;

		/* What the first session of several replaced is gone. */
		once.replace = options->replace && !i;
		job.options = &once;
		job.selection = selection;
		job.outcome = outcome;
		if (!wait_for_turn(&job, i, start_ns))
			rc = one_session(&job, err);
		job_release(&job);
	}
	return rc;
}

static int check_options(const struct update_options *options, struct error *err)
{
	if (!options->nr_sessions || options->nr_sessions > 1000)
		return error_set(err, ERR_USAGE, "--sessions takes a number from 1 to 1000");
	if (options->spread_ns && options->nr_sessions == 1)
		return error_set(err, ERR_USAGE,
			"--spread is the time from the first session to the last: say how many with --sessions");
	if (!options->yes && !options->dry_run && !term_is_terminal(STDIN_FILENO))
		return error_set(err, ERR_USAGE,
			"it asks before it records, and there is no terminal: say --yes, or --dry-run");
	return 0;
}

int update_baselines(const struct update_options *options, const struct words *patterns,
	struct outcome *outcome, struct error *err)
{
	struct settings settings = SETTINGS_INIT;
	struct catalog catalog = CATALOG_INIT;
	struct selection selection = { &options->measure.select, patterns, &settings, &catalog };
	int rc = check_options(options, err);

	if (!rc)
		rc = measure_select(&selection, err);
	if (!rc)
		rc = all_sessions(options, &selection, outcome, err);
	catalog_release(&catalog);
	settings_release(&settings);
	return rc;
}

bool update_is_asked_for(const char **reason)
{
	const char *asked = getenv("UPDATE_BASELINES");

	if (!asked || !*asked || strcmp(asked, "0") == 0)
		return false;
	*reason = strcmp(asked, "1") == 0 ? NULL : asked;
	return true;
}
