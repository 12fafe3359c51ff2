/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/recommend.h"

#include "base/array.h"
#include "base/date.h"
#include "gate/question.h"
#include "gate/trust.h"
#include "model/units.h"
#include "report/describe.h"
#include "report/escape.h"

#include <math.h>
#include <string.h>

/* A base whose newest session is older has seen another compiler, kernel and neighbours. */
#define OLD_DAYS 90

/* What goes through a verdict's comparisons and picks. */
typedef bool picks(const struct comparison *comparison);

struct picked {
	const struct comparison *first;
	size_t nr; /* comparisons */
};

static struct picked pick(const struct verdict *verdict, picks *is_meant)
{
	struct picked picked = { NULL, 0 };

	for (size_t i = 0; i < verdict->nr; i++) {
		if (!is_meant(&verdict->items[i]))
			continue;
		if (!picked.nr++)
			picked.first = &verdict->items[i];
	}
	return picked;
}

/* "hash", or "hash and 3 more" */
static void add_picked(const struct picked *picked, struct buf *out)
{
	buf_add_printable(out, describe_result(picked->first)->name);
	if (picked->nr > 1)
		buf_addf(out, " and %zu more", picked->nr - 1);
}

/* "benchgate run hash --processes 20": the name only where there is one. */
static void recommend_add_command(
	struct buf *out, const char *command, const struct picked *picked, const char *before)
{
	buf_adds(out, command);
	if (picked->nr > 1)
		return;
	buf_adds(out, before);
	escape_shell(out, describe_result(picked->first)->name);
}

/* Each makes its sentence and its command, or leaves the sentence empty. */

static bool has_one_layout(const struct comparison *comparison)
{
	return describe_suspects_layout(comparison) && !comparison->nr_layouts;
}

static void about_layout(const struct verdict *verdict, struct buf *text, struct buf *command)
{
	struct picked picked = pick(verdict, has_one_layout);

	if (!picked.nr)
		return;
	add_picked(&picked, text);
	buf_adds(text,
		" may differ only by code layout; compare the mean over several layouts, or build both sides with -falign-functions=64");
	buf_adds(command, "benchgate compare BASE --layouts 8");
}

static bool is_time_of_head(const struct comparison *comparison)
{
	return comparison->head && comparison->metric && metric_is_time(comparison->metric) &&
		!comparison->is_limit;
}

static bool has_empty_body(const struct comparison *comparison)
{
	return is_time_of_head(comparison) && result_is_empty(comparison->head);
}

static bool had_empty_body(const struct comparison *comparison)
{
	return is_time_of_head(comparison) && result_base_is_empty(comparison->head);
}

static void about_body(const struct verdict *verdict, struct buf *text, struct buf *command)
{
	struct picked head = pick(verdict, has_empty_body), base = pick(verdict, had_empty_body);
	const struct picked *picked = head.nr ? &head : &base;

	if (!picked->nr)
		return;
	add_picked(picked, text);
	buf_adds(text, picked->nr > 1 ? " cost" : " costs");
	buf_adds(text, head.nr ? "" : " in the base");
	buf_adds(text,
		" no more than an empty loop: the compiler may have removed the body; BG_KEEP around its result keeps it");
	buf_adds(command, "benchgate help suites");
}

/* About how the suite was built, or about all else. */
static const struct finding *worst_finding(const struct findings *findings, bool of_build)
{
	const struct finding *worst = NULL;

	for (size_t i = 0; i < findings->nr; i++) {
		const struct finding *finding = &findings->items[i];

		if ((finding->id == ENV_SUITE_BUILD) == of_build &&
			(!worst || finding->grade > worst->grade))
			worst = finding;
	}
	return worst;
}

/* What is a caution only matters where something could not be told. */
static bool is_worth_it(const struct verdict *verdict, const struct finding *finding)
{
	bool undecided = verdict_count(verdict, VERDICT_INCONCLUSIVE);

	return finding && finding->grade >= (undecided ? TRUST_CAUTION : TRUST_BAD);
}

static void recommend_add_finding(const struct verdict *verdict, size_t part, bool of_build,
	struct buf *text, struct buf *command)
{
	const struct env *env = &verdict->parts[part].head->env;
	struct findings findings = trust_judge(env);
	const struct finding *finding = worst_finding(&findings, of_build);

	if (!is_worth_it(verdict, finding))
		return;
	describe_shard(verdict, part, text);
	buf_addf(text, "%s: ", env_fields[finding->id].title);
	buf_add_printable(text, env->values[finding->id] ? env->values[finding->id] : "unknown");
	buf_addf(text, "; %s", finding->meaning);
	buf_adds(command, "benchgate doctor");
}

/* The first finding that is worth a recommendation is the one that is made. */
static const struct env *guest_of(const struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->nr_parts; i++) {
		const struct env *env = &verdict->parts[i].head->env;
		struct findings findings = trust_judge(env);
		const struct finding *finding = worst_finding(&findings, false);

		if (is_worth_it(verdict, finding))
			return finding->id == ENV_HYPERVISOR ? env : NULL;
	}
	return NULL;
}

/* One machine at a time. */
static void about_build(const struct verdict *verdict, struct buf *text, struct buf *command)
{
	for (size_t i = 0; i < verdict->nr_parts && !text->len; i++)
		recommend_add_finding(verdict, i, true, text, command);
}

static void about_machine(const struct verdict *verdict, struct buf *text, struct buf *command)
{
	for (size_t i = 0; i < verdict->nr_parts && !text->len; i++)
		recommend_add_finding(verdict, i, false, text, command);
}

static bool assumes_drift(const struct comparison *comparison)
{
	return comparison->word == VERDICT_INCONCLUSIVE &&
		comparison->nr_sessions < QUESTION_OWN_SESSIONS &&
		(comparison->drift_source == DRIFT_ASSUMED ||
			comparison->drift_source == DRIFT_POOLED);
}

static void about_sessions(const struct verdict *verdict, struct buf *text, struct buf *command)
{
	struct picked picked = pick(verdict, assumes_drift);
	size_t nr = picked.nr ? picked.first->nr_sessions : 0;

	if (!picked.nr)
		return;
	buf_addf(text, "the base has %zu session%s of ", nr, nr == 1 ? "" : "s");
	add_picked(&picked, text);
	buf_addf(text, "; from %d sessions on, the drift is measured instead of assumed",
		QUESTION_OWN_SESSIONS);
	buf_addf(command, "benchgate update-baselines --sessions %zu", QUESTION_OWN_SESSIONS - nr);
}

/* "" where it has no session. */
static const char *newest_session(const struct verdict *verdict)
{
	const char *newest = "";

	for (size_t i = 0; i < verdict->nr; i++) {
		const struct metric *metric = verdict->items[i].base_metric;

		for (size_t at = 0; metric && at < metric->sessions.nr; at++)
			if (strcmp(metric->sessions.items[at].timestamp, newest) > 0)
				newest = metric->sessions.items[at].timestamp;
	}
	return newest;
}

static void about_age(const struct verdict *verdict, struct buf *text, struct buf *command)
{
	const char *newest = newest_session(verdict), *today = verdict->head->timestamp;
	long days;

	if (!date_is_time(newest) || !date_is_time(today))
		return;
	days = date_days_between(newest, today);
	if (days <= OLD_DAYS)
		return;
	buf_addf(text, "the base is %ld days old; its newest session is of %.10s", days, newest);
	buf_adds(command, "benchgate update-baselines");
}

static size_t at_least(size_t nr, size_t least)
{
	return nr > least ? nr : least;
}

static bool lacks_processes(const struct comparison *comparison)
{
	return comparison->word == VERDICT_INCONCLUSIVE &&
		comparison->evidence != EVIDENCE_IN_TURN &&
		(comparison->why == WHY_NOT_ENOUGH || comparison->why == WHY_NOT_CONFIRMED ||
			comparison->why == WHY_AT_LIMIT ||
			comparison->why == WHY_TOO_FEW_PROCESSES);
}

static void about_processes(const struct verdict *verdict, struct buf *text, struct buf *command)
{
	struct picked picked = pick(verdict, lacks_processes);

	if (!picked.nr)
		return;
	buf_addf(text, "%zu processes are too few to judge ", picked.first->nr_head);
	add_picked(&picked, text);
	recommend_add_command(command, "benchgate run", &picked, " ");
	buf_addf(command, " --processes %zu", at_least(2 * picked.first->nr_head, 10));
}

static bool drifts(const struct comparison *comparison)
{
	return comparison->word == VERDICT_INCONCLUSIVE && comparison->why == WHY_DRIFT;
}

static void about_drift(const struct verdict *verdict, struct buf *text, struct buf *command)
{
	struct picked picked = pick(verdict, drifts);

	if (!picked.nr)
		return;
	add_picked(&picked, text);
	buf_adds(text,
		": the drift between sessions on this machine is larger than the target; measuring in turn with the base avoids it");
	recommend_add_command(command, "benchgate run", &picked, " ");
	buf_adds(command, " --base BASE");
}

static bool lacks_units(const struct comparison *comparison)
{
	return comparison->word == VERDICT_INCONCLUSIVE && comparison->evidence == EVIDENCE_IN_TURN;
}

static void about_units(const struct verdict *verdict, struct buf *text, struct buf *command)
{
	struct picked picked = pick(verdict, lacks_units);

	if (!picked.nr)
		return;
	buf_addf(text, "%zu units in turn are too few to judge ", picked.first->nr_units);
	add_picked(&picked, text);
	recommend_add_command(command, "benchgate compare BASE", &picked, " --only ");
	buf_addf(command, " --units %zu", at_least(2 * picked.first->nr_units, 20));
}

/* Who took most of what time there was. */
static void about_budget_of(
	const struct verdict *verdict, size_t part, struct buf *text, struct buf *command)
{
	const struct run *run = verdict->parts[part].head;
	const struct result *most = NULL;
	uint64_t spent_ns = 0;

	for (size_t i = 0; i < run->nr; i++) {
		spent_ns += run->items[i].spent_ns;
		if (!most || run->items[i].spent_ns > most->spent_ns)
			most = &run->items[i];
	}
	if (run->status != RUN_SHORT_OF_TIME || !spent_ns)
		return;
	describe_shard(verdict, part, text);
	buf_adds(text, "the run ended when the time budget was used up; ");
	buf_add_printable(text, most->name);
	buf_addf(
		text, " took %.0f %% of the time", 100 * (double)most->spent_ns / (double)spent_ns);
	buf_addf(command, "benchgate run --budget %.0fs", 2 * (double)run->duration_ns / 1e9 + 1);
}

static void about_budget(const struct verdict *verdict, struct buf *text, struct buf *command)
{
	for (size_t i = 0; i < verdict->nr_parts && !text->len; i++)
		about_budget_of(verdict, i, text, command);
}

static bool was_at_stake(const struct verdict *verdict, size_t part)
{
	for (size_t i = 0; i < verdict->nr; i++)
		if (verdict->items[i].part == part &&
			(verdict->items[i].again.nr_units ||
				verdict->items[i].why == WHY_NOT_REPEATED))
			return true;
	return false;
}

/* How far a control may move unmentioned where nothing hangs on it: where code lies moves many by
 * less. */
#define CONTROL_RATIO 0.02

static void about_control(const struct verdict *verdict, struct buf *text, struct buf *command)
{
	for (size_t i = 0; i < verdict->nr_parts && !text->len; i++) {
		const struct control *control = &verdict->parts[i].control;

		if (!control->moved ||
			(!was_at_stake(verdict, i) && fabs(control->change_ratio) < CONTROL_RATIO))
			continue;
		describe_shard(verdict, i, text);
		buf_adds(text, "control: ");
		buf_add_printable(text, control->result->name);
		buf_adds(text, ", whose code is identical on both sides, moved by ");
		units_add_change(text, control->change_ratio);
		buf_adds(text,
			": the machine was disturbed, or the speed of the code depends on its address");
		buf_adds(command, "benchgate doctor");
	}
}

static bool recommend_is_gone(const struct comparison *comparison)
{
	return comparison->word == VERDICT_MISSING;
}

static void about_missing(const struct verdict *verdict, struct buf *text, struct buf *command)
{
	struct picked picked = pick(verdict, recommend_is_gone);

	if (!picked.nr)
		return;
	add_picked(&picked, text);
	buf_adds(text,
		" is in the base, but not in the suite; if you removed it on purpose, remove it from the base");
	buf_adds(command, "benchgate baselines prune");
}

static const struct {
	const char *about;
	bool said;
	void (*make)(const struct verdict *verdict, struct buf *text, struct buf *command);
	const struct env *(*guest)(const struct verdict *verdict); /* or NULL */
	bool is_ours; /* helps where benchgate measures; what another tool did it cannot repeat */
} rows[] = {
	{ "missing", true, about_missing, NULL, false },
	{ "layout", true, about_layout, NULL, false },
	{ "control", false, about_control, NULL, false },
	{ "budget", false, about_budget, NULL, false },
	{ "body", false, about_body, NULL, false },
	{ "build", true, about_build, NULL, false },
	{ "machine", false, about_machine, guest_of, false },
	{ "sessions", true, about_sessions, NULL, true },
	{ "drift", true, about_drift, NULL, true },
	{ "processes", true, about_processes, NULL, true },
	{ "units", true, about_units, NULL, false },
	{ "age", false, about_age, NULL, true },
};

struct recommendations recommend(const struct verdict *verdict)
{
	struct recommendations recommendations = { 0 };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf text = BUF_INIT, command = BUF_INIT;

		if (!verdict->head->format || !rows[i].is_ours)
			rows[i].make(verdict, &text, &command);
		if (text.len)
			*ARRAY_ADD(&recommendations) = (struct recommendation){
				.about = rows[i].about,
				.said = rows[i].said,
				.guest = rows[i].guest ? rows[i].guest(verdict) : NULL,
				.text = buf_detach(&text),
				.command = buf_detach(&command),
			};
		buf_release(&text);
		buf_release(&command);
	}
	return recommendations;
}

void recommendations_release(struct recommendations *recommendations)
{
	for (size_t i = 0; i < recommendations->nr; i++) {
		free(recommendations->items[i].text);
		free(recommendations->items[i].command);
	}
	ARRAY_RELEASE(recommendations);
}
