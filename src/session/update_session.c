/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/update_session.h"
#include "session/counting.h"
#include "session/output.h"

#include "base/date.h"
#include "base/str.h"
#include "gate/trial.h"
#include "model/proposal.h"
#include "report/text.h"
#include "session/judging.h"
#include "session/names.h"
#include "store/baseline.h"
#include "store/calibrations.h"
#include "store/result_file.h"
#include "sys/clock.h"
#include "sys/lock.h"
#include "sys/process.h"
#include "sys/term.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Processes that differ by more tell of the machine, not of the code. */
#define MAX_SPREAD_PCT 5

void update_said_release(struct update_said *said)
{
	buf_release(&said->table);
	buf_release(&said->left_out);
	texts_release(&said->recorded);
}

int update_said_print(struct update_said *said, struct error *err)
{
	struct buf text = BUF_INIT;
	int rc;

	buf_adds(&text, said->table.data);
	buf_adds(&text, said->left_out.data);
	buf_clear(&said->table);
	buf_clear(&said->left_out);
	rc = command_print(&text, err);
	buf_release(&text);
	return rc;
}

void update_session_release(struct update_session *session)
{
	for (size_t i = 0; i < session->changes.nr; i++)
		change_release(&session->changes.items[i]);
	ARRAY_RELEASE(&session->changes);
	texts_release(&session->left_out);
	run_release(&session->run);
	calibration_release(&session->calibration);
	base_release(&session->base);
}

/* Behind the word and its colon; NULL: it does not begin so. */
static const char *after_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	return str_starts(text, word) && (!text[len] || text[len] == ':')
		? text + len + strspn(text + len, ": ")
		: NULL;
}

enum reason update_read_reason(const char *text, const char **note)
{
	enum reason reason = text ? REASON_OVERRIDE : REASON_SESSION;

	*note = text;
	for (unsigned i = REASON_SESSION + 1; text && reason_words[i]; i++) {
		const char *rest = after_word(text, reason_words[i]);

		if (!rest)
			rest = after_word(text, proposal_reason_words[i]);
		if (!rest)
			continue;
		reason = (enum reason)i;
		*note = rest;
	}
	if (*note && !**note)
		*note = NULL;
	return reason;
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

static struct change change_of(
	const struct update_session *session, const struct comparison *comparison)
{
	const struct run *run = &session->run;
	const char *note;
	struct change change = { .timestamp = str_dup(run->timestamp),
		.commit = str_dup(run->env.values[ENV_COMMIT]),
		.approved_by = str_dup(session->options->approved_by),
		.old_ns = comparison ? comparison->base_estimate.value : NAN,
		.new_ns = comparison ? comparison->estimate.value : NAN,
		.low = comparison ? 1 + comparison->change_low : NAN,
		.high = comparison ? 1 + comparison->change_high : NAN };

	change.reason = update_read_reason(session->options->reason, &note);
	change.note = str_dup(note);
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

static void leave_out(struct update_session *session, const struct result *head, const char *why)
{
	struct buf *text = &session->said->left_out;

	texts_add(&session->left_out, head->name);
	buf_adds(text, "not recorded");
	if (session->nr > 1)
		buf_addf(text, " in session %" PRIu64, session->number);
	buf_adds(text, ": ");
	buf_add_printable(text, head->name);
	buf_addf(text, ": %s\n", why);
	session->outcome->unmeasured = true;
}

/* By which a benchmark's sessions are known: its time, if it has one. */
static const struct metric *main_metric(const struct result *result)
{
	const struct metric *time = metrics_time(&result->metrics);

	return time || !result->metrics.nr ? time : &result->metrics.items[0];
}

/* Sessions tell of the drift only where they are apart. */
static bool is_near_a_session(const struct metric *base, const char *timestamp)
{
	for (size_t i = 0; i < base->sessions.nr; i++) {
		double apart_s =
			clock_age_s(base->sessions.items[i].timestamp) - clock_age_s(timestamp);

		if (fabs(apart_s) < (double)BASELINE_SESSION_GAP_NS / 1e9)
			return true;
	}
	return false;
}

/* What a file holds may be of less worth than what is on record, or of the same moment. */
static const char *trouble_of_file(const struct update_session *session, const struct result *head)
{
	const struct result *before = run_find(&session->base.run, head->name);
	const struct metric *now = main_metric(head);
	const struct metric *base =
		before && now ? metrics_find(&before->metrics, now->name) : NULL;

	if (!session->options->from || session->options->replace || !base || !base->sessions.nr)
		return NULL;
	if (now->basis > base->basis)
		return "its values are worth less than those on record, which would go: give several files, each of a process, or start a new baseline with --replace";
	if (now->basis == base->basis && is_near_a_session(base, session->run.timestamp))
		return "a session on record is of the same minute: give what was measured together at once, or start a new baseline with --replace";
	return NULL;
}

/* Goes through the results: what is to be recorded, and what is not. */
static void sift(struct update_session *session, const struct verdict *verdict)
{
	const struct update_options *options = session->options;
	char why[128];

	for (size_t i = 0; i < session->run.nr; i++) {
		const struct result *head = &session->run.items[i];
		const struct comparison *time = comparison_of(verdict, head);
		const char *trouble = trouble_of_file(session, head);

		*ARRAY_ADD(&session->changes) = change_of(session, time);
		if (head->word != RESULT_OK) {
			leave_out(session, head, "it has no values");
		} else if (trouble) {
			leave_out(session, head, trouble);
		} else if (time && time->basis == BASIS_PROCESSES &&
			time->estimate.spread_pct > MAX_SPREAD_PCT && !options->force) {
			snprintf(why, sizeof why,
				"unstable: its processes differ by %.1f %%, over %d %% (--force records it anyway)",
				time->estimate.spread_pct, MAX_SPREAD_PCT);
			leave_out(session, head, why);
		} else if (changed(verdict, head) && !options->reason) {
			leave_out(session, head,
				"it changed by more than its threshold: say why with --reason; if its code changed, start a new baseline with --replace");
		}
	}
}

/* What was interrupted must not stand in for what was measured whole. */
static void draw_table(const struct update_session *session, const struct verdict *verdict)
{
	const struct update_options *options = session->options;
	struct buf *table = &session->said->table;

	if (process_interrupted() && table->len)
		return;
	buf_clear(table);
	if (!options->from)
		measure_add_fit(&options->measure.plan, &session->selection->settings->policy.tiers,
			&session->run, table);
	text_report(verdict, measure_style(&options->measure), table);
}

static void judge_session(struct update_session *session)
{
	const struct judging judging = { .policy = &session->selection->settings->policy,
		.head = &session->run,
		.base = &session->base,
		.calibration = calibrate_known(&session->calibration),
		.allow_mismatch = true };
	struct trial trial = judging_trial(&judging, NULL);
	struct verdict verdict = trial_judge(&trial);

	draw_table(session, &verdict);
	if (!process_interrupted())
		sift(session, &verdict);
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

static void drop_left_out(struct update_session *session)
{
	for (size_t i = 0; i < session->left_out.nr; i++)
		run_remove(&session->run, session->left_out.items[i]);
}

/* Adds what was not left out, and why. */
static void add_to_baseline(struct update_session *session)
{
	struct run *baseline = &session->base.run;
	struct texts names = { 0 };

	for (size_t i = 0; i < session->run.nr; i++)
		texts_add(&names, session->run.items[i].name);
	drop_left_out(session);
	baseline_add_session(baseline, &session->run, session->options->replace);
	for (size_t i = 0; i < names.nr; i++) {
		struct result *result = run_find(&session->run, names.items[i])
			? run_find(baseline, names.items[i])
			: NULL;

		if (!result)
			continue;
		*ARRAY_ADD(&result->changes) = session->changes.items[i];
		session->changes.items[i] = (struct change){ .timestamp = NULL };
		drop_old_changes(result);
	}
	texts_release(&names);
}

size_t update_session_count(const struct run *baseline, const char *name)
{
	const struct result *result = run_find(baseline, name);
	const struct metric *time = result ? metrics_time(&result->metrics) : NULL;

	return time ? time->sessions.nr : 0;
}

/* Takes down what was recorded, for the line at the end. */
static void note_recorded(struct update_session *session)
{
	struct update_said *said = session->said;

	for (size_t i = 0; i < session->run.nr; i++)
		if (!texts_have(&said->recorded, session->run.items[i].name))
			texts_add(&said->recorded, session->run.items[i].name);
	said->nr_on_record = SIZE_MAX;
	for (size_t i = 0; i < said->recorded.nr; i++) {
		size_t nr = update_session_count(&session->base.run, said->recorded.items[i]);

		if (nr < said->nr_on_record)
			said->nr_on_record = nr;
	}
}

/* Of one session the table comes first; several were asked for before they began. */
static bool update_session_is_confirmed(struct update_session *session)
{
	struct error ignored = ERROR_INIT;
	struct buf question = BUF_INIT;
	bool yes;

	if (session->options->yes || session->nr > 1)
		return true;
	/* Whoever cannot read it is asked all the same. */
	(void)!update_said_print(session->said, &ignored);
	buf_addf(&question, "record this in %s?", session->base.path.data);
	yes = term_confirm(question.data);
	buf_release(&question);
	return yes;
}

static void tell_session(const struct update_session *session, size_t nr_recorded)
{
	if (session->nr > 1 && !session->options->measure.quiet)
		fprintf(stderr, "benchgate: session %" PRIu64 " of %" PRIu64 ": %zu of %zu %s\n",
			session->number, session->nr, nr_recorded,
			nr_recorded + session->left_out.nr,
			session->options->dry_run ? "would be recorded" : "recorded");
}

/* Another build's baseline can be replaced; another machine's is not to be touched. */
static int check_mismatch(const struct update_session *session, struct error *err)
{
	if (!session->base.mismatch || session->options->replace)
		return 0;
	return error_set(err, ERR_NO_BASE,
		"%s is not comparable with what would be measured here: %s; --replace starts a new baseline",
		session->base.path.data, session->base.mismatch);
}

/* As it is now, in place of what was read before. */
static int update_session_read_base(struct update_session *session, struct error *err)
{
	base_release(&session->base);
	session->base = (struct base)BASE_INIT;
	if (base_load_if_there(&session->base, session->options->baseline,
		    session->selection->settings, &session->run, err) ||
		check_mismatch(session, err))
		return -1;
	/* Nothing of another machine may stay. */
	if (session->base.mismatch) {
		run_release(&session->base.run);
		session->base.found = false;
	}
	return 0;
}

/* Others may have recorded theirs while we measured: ours is added to what is there now. */
static int write_session(struct update_session *session, struct error *err)
{
	struct lock lock = LOCK_INIT;
	int rc = lock_folder_of(&lock, session->base.path.data, err);

	if (!rc)
		rc = update_session_read_base(session, err);
	if (!rc) {
		add_to_baseline(session);
		rc = baseline_write(session->base.path.data, &session->base.run, err);
	}
	lock_release(&lock);
	return rc;
}

static int record_session(struct update_session *session, struct error *err)
{
	size_t nr = session->run.nr - session->left_out.nr;

	if (nr && !session->options->dry_run) {
		if (!update_session_is_confirmed(session))
			return 0;
		if (write_session(session, err))
			return -1;
	} else {
		drop_left_out(session);
	}
	note_recorded(session);
	tell_session(session, nr);
	return 0;
}

int update_session_open(struct update_session *session, struct error *err)
{
	const struct measure_options *options = &session->options->measure;
	const struct settings *settings = session->selection->settings;

	if (measure_prepare(options, session->selection->catalog, &session->run, err) ||
		update_session_read_base(session, err) ||
		calibrations_read(
			settings->baselines, &session->run.env, &session->calibration, err))
		return -1;
	measure_fit(&settings->policy.tiers, false, &session->run);
	return 0;
}

/* A baseline that has counts is to have them of the same code as its newest times. */
static void count_session(struct update_session *session)
{
	const struct update_options *options = session->options;
	enum counts_when when =
		counting_when(&options->measure, &session->selection->settings->policy);
	const struct run *base =
		session->base.found && !options->replace ? &session->base.run : NULL;

	if (when == COUNTS_NONE && !options->measure.counts && base && base->counting.is_wanted)
		when = COUNTS_ON;
	counting_take(&options->measure, when,
		&(struct counting_side){
			&session->selection->catalog->benches, &session->run, base });
}

int update_session_take(struct update_session *session, struct error *err)
{
	const struct settings *settings = session->selection->settings;
	struct known_names names = { .whole = false };

	/* Said once, of several sessions. */
	names_of_selection(
		session->selection, session->base.found ? &session->base.run : NULL, &names);
	if (session->number == 1)
		names_warn(settings, &names);

	clock_timestamp(session->run.timestamp);
	if (!session->options->replace)
		base_lend_pace(&session->base, &session->run);
	base_set_aside_all(&session->base);
	measure_benches(&session->options->measure, &session->selection->catalog->benches,
		(struct measuring){ &settings->policy.tiers, decider_fixed(), NULL },
		&session->run);
	count_session(session);
	if (session->number == 1)
		names_warn_of_values(settings, &names, &session->run);
	known_names_release(&names);
	judge_session(session);
	return process_interrupted() ? 0 : record_session(session, err);
}

int update_session_from(
	struct update_session *session, const struct words *files, struct error *err)
{
	const struct settings *settings = session->selection->settings;
	struct run *run = &session->run;

	if (result_files_read(files, &settings->import, run, err))
		return -1;
	if (run_is_in_turn(run))
		return error_set(err, ERR_USAGE,
			"%s was measured in turn with a base; such times are longer than alone, and cannot be a baseline",
			files->items[0]);
	if (!date_is_time(run->timestamp))
		return error_set(
			err, ERR_USAGE, "%s does not say when it was measured", files->items[0]);
	if (update_session_read_base(session, err) ||
		calibrations_read(settings->baselines, &run->env, &session->calibration, err))
		return -1;
	base_set_aside_all(&session->base);
	session->said->has_no_machine = !run->env.values[ENV_CPU];
	judge_session(session);
	return process_interrupted() ? 0 : record_session(session, err);
}
