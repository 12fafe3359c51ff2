/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/reconcile.h"

#include "base/array.h"
#include "base/date.h"
#include "base/str.h"
#include "report/describe.h"
#include "report/escape.h"
#include "sys/clock.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rules that name channels say who is told; else the routes of the urgency; else all are. */
static bool is_routed(const struct tracked_alert *alert, const struct outlet *outlet,
	const struct notify_settings *settings, enum urgency urgency)
{
	if (urgency < outlet->terms->at_least)
		return false;
	if (alert->channels.nr)
		return texts_have(&alert->channels, outlet->name);
	return !(settings->routed >> urgency & 1) ||
		texts_have(&settings->routes[urgency], outlet->name);
}

static struct tracked_alert *begin_alert(struct state *state, const struct observation *observation)
{
	struct tracked_alert *alert = ARRAY_ADD(&state->alerts);

	*alert = (struct tracked_alert){ .notice = notice_copy(&observation->notice),
		.turn = str_dup(""),
		.peak = observation->notice.urgency };
	alert->notice.nr_runs = 0;
	return alert;
}

static bool was_heard(const struct tracked_alert *alert)
{
	for (size_t i = 0; i < alert->told.nr; i++)
		if (alert->told.items[i].told)
			return true;
	return false;
}

/* What ended so lately is not told again, unless nobody heard of it or it is more urgent. NULL: it
 * is told. */
static char *hold_until(
	const struct tracked_alert *alert, const struct observation *observation, const char *now)
{
	char until[DATE_TIME_MAX];

	if (!alert->held && !was_heard(alert))
		return NULL;
	snprintf(until, sizeof until, "%s", alert->held ? alert->held : alert->resolved);
	if (!alert->held)
		date_add_seconds(
			until, (int64_t)(observation->rule->cool_down_ns / CLOCK_NS_PER_S));
	if (strcmp(now, until) >= 0 || observation->notice.urgency > alert->peak)
		return NULL;
	return str_dup(until);
}

/* Who has not heard of the end goes on where it was. */
static void come_back(
	struct tracked_alert *alert, const struct observation *observation, const char *now)
{
	char *held = hold_until(alert, observation, now);

	receipts_clear(&alert->told, true);
	if (!held && !alert->told.nr)
		alert->peak = observation->notice.urgency;
	free(alert->held);
	alert->held = held;
	str_set(&alert->resolved, NULL);
	str_set(&alert->acked, NULL);
	str_set(&alert->reason, NULL);
	str_set(&alert->run, NULL);
	str_set(&alert->notice.since, now);
	alert->notice.nr_runs = 0;
	alert->nr_escalated = 0;
	for (size_t i = 0; i < alert->told.nr; i++)
		alert->told.items[i].nr_escalated = 0;
	alert->announced = false;
}

static bool is_of_same_run(const struct tracked_alert *alert, const struct observation *observation)
{
	return alert->run && observation->run && strcmp(alert->run, observation->run) == 0;
}

static void see_alert(
	struct tracked_alert *alert, const struct observation *observation, const char *now)
{
	struct notice notice = notice_copy(&observation->notice);

	notice.nr_runs = alert->notice.nr_runs + (is_of_same_run(alert, observation) ? 0 : 1);
	str_set(&alert->run, observation->run);
	str_set(&notice.since, alert->notice.since);
	str_set(&notice.recurs, alert->notice.recurs);
	notice_release(&alert->notice);
	alert->notice = notice;
	str_set(&alert->seen, now);
	texts_release(&alert->channels);
	for (size_t i = 0; i < observation->channels.nr; i++)
		texts_add(&alert->channels, observation->channels.items[i]);
}

/* A message that failed before told of another turn. */
static void begin_turn(struct tracked_alert *alert, const char *run)
{
	str_set(&alert->turn, run ? run : "");
	for (size_t i = 0; i < alert->told.nr; i++)
		str_set(&alert->told.items[i].message, NULL);
}

static void add_receipts(struct tracked_alert *alert, const struct notify_settings *settings)
{
	for (size_t i = 0; i < settings->outlets.nr; i++) {
		const struct outlet *outlet = &settings->outlets.items[i];

		if (!outlet->notifier->stays && is_routed(alert, outlet, settings, alert->peak))
			receipts_get(&alert->told, outlet->name);
	}
}

static void unack_when_worse(struct tracked_alert *alert, enum urgency urgency)
{
	if (!alert->acked || urgency <= alert->peak)
		return;
	str_set(&alert->acked, NULL);
	str_set(&alert->reason, NULL);
}

/* What the run says of an alert that it raised, which is on record now. */
static enum notice_kind turn_of(struct tracked_alert *alert, const char *now)
{
	enum urgency urgency = alert->notice.urgency;
	bool worse = urgency > alert->peak, was_announced = alert->announced;
	bool held = alert->held && strcmp(now, alert->held) < 0 && !worse;

	if (alert->acked || held || (was_announced && !worse))
		return NOTICE_STANDING;
	str_set(&alert->held, NULL);
	begin_turn(alert, alert->run);
	alert->announced = true;
	if (was_announced) {
		alert->peak = urgency;
		return NOTICE_WORSE;
	}
	/* What a channel heard before it came back still counts for that channel. */
	if (!alert->told.nr || worse)
		alert->peak = urgency;
	alert->began = urgency;
	return NOTICE_NEW;
}

#define MAX_CHANGED 3

/* Leaves what is among the others, too. */
static void keep_shared(struct texts *files, const struct texts *others)
{
	struct texts shared = { 0 };

	for (size_t i = 0; i < files->nr; i++)
		if (texts_have(others, files->items[i]))
			texts_add(&shared, files->items[i]);
	texts_release(files);
	*files = shared;
}

/* The files that changed each time that it began; none where one time is not known. */
static struct texts changed_each_time(const struct starts *starts, const struct telling *telling)
{
	struct texts shared = { 0 };

	for (size_t i = 0; i < starts->nr; i++) {
		const struct start *start = &starts->items[i];
		struct texts files = { 0 };

		if (telling->changed_files && start->before && start->commit)
			telling->changed_files(start->before, start->commit, &files);
		if (i)
			keep_shared(&shared, &files);
		else
			for (size_t at = 0; at < files.nr; at++)
				texts_add(&shared, files.items[at]);
		texts_release(&files);
	}
	return shared;
}

/* "third time in 14 days, each time after a change of parser.c" */
static void recurrence_add(
	const struct starts *starts, const struct telling *telling, struct buf *out)
{
	static const char *const words[] = { "second", "third", "fourth", "fifth" };
	struct texts files;

	if (starts->nr < 2)
		return;
	if (starts->nr - 2 < sizeof words / sizeof *words)
		buf_addf(out, "%s time in %d days", words[starts->nr - 2], STATE_RECUR_DAYS);
	else
		buf_addf(out, "%zu times in %d days", starts->nr, STATE_RECUR_DAYS);
	files = changed_each_time(starts, telling);
	for (size_t i = 0; i < files.nr && files.nr <= MAX_CHANGED; i++) {
		buf_adds(out,
			!i                         ? ", each time after a change of "
				: i + 1 < files.nr ? ", "
						   : " and ");
		buf_add_printable(out, files.items[i]);
	}
	texts_release(&files);
}

static const char *known_commit(const char *commit)
{
	return commit && *commit ? commit : NULL;
}

/* How often it began lately, and after a change of what. */
static void begin_again(struct tracked_alert *alert, const struct observation *observation,
	const char *commit, const struct telling *telling)
{
	const char *before = alert->passed ? alert->passed : observation->before;
	struct buf text = BUF_INIT;

	starts_add(&alert->starts, telling->now, known_commit(before), known_commit(commit));
	recurrence_add(&alert->starts, telling, &text);
	str_set(&alert->notice.recurs, text.len ? text.data : NULL);
	buf_release(&text);
}

static void reconcile_raised(struct state *state, const struct observation *observation,
	const char *commit, const struct telling *telling)
{
	struct tracked_alert *alert = state_find(state, observation->fingerprint);
	const char *now = telling->now;
	bool begins = !alert || alert->resolved;

	if (!alert)
		alert = begin_alert(state, observation);
	else if (alert->resolved)
		come_back(alert, observation, now);
	if (begins)
		begin_again(alert, observation, commit, telling);
	unack_when_worse(alert, observation->notice.urgency);
	see_alert(alert, observation, now);
	alert->notice.kind = NOTICE_STANDING;
	if (state_silenced(state, alert->notice.benchmark, now))
		return;
	alert->judged = true;
	alert->notice.kind = turn_of(alert, now);
	if (alert->notice.kind != NOTICE_STANDING)
		add_receipts(alert, telling->settings);
}

/* Of an improvement, or in silence, nobody hears of the end. */
static void reconcile_passing(struct state *state, const struct observation *observation,
	const struct observations *all, const char *now)
{
	struct tracked_alert *alert = state_find(state, observation->fingerprint);

	if (alert)
		str_set(&alert->passed, known_commit(all->commit));
	if (!alert || alert->resolved)
		return;
	str_set(&alert->resolved, now);
	str_set(&alert->seen, now);
	begin_turn(alert, all->run);
	alert->notice.kind = NOTICE_RESOLVED;
	str_set(&alert->notice.advice, NULL);
	alert->notice.baseline_value = observation->notice.baseline_value;
	alert->notice.current_value = observation->notice.current_value;
	if (alert->notice.better || state_silenced(state, alert->notice.benchmark, now))
		receipts_clear(&alert->told, false);
	else
		alert->judged = alert->announced;
}

static const struct rule *rule_named(const struct rules *rules, const char *name)
{
	for (size_t i = 0; i < rules->nr; i++)
		if (strcmp(rules->items[i].name, name) == 0)
			return &rules->items[i];
	return NULL;
}

/* The k-th time is due after k times so many runs, or so long. */
static bool is_due(const struct tracked_alert *alert, const struct rule *rule, const char *now)
{
	uint64_t next = alert->nr_escalated + 1;
	int64_t age_s = date_seconds_between(alert->notice.since, now);

	if (next > rule->escalate_to.nr)
		return false;
	if (rule->escalate_after_runs && alert->notice.nr_runs > next * rule->escalate_after_runs)
		return true;
	return rule->escalate_after_ns && age_s > 0 &&
		(uint64_t)age_s >= next * rule->escalate_after_ns / CLOCK_NS_PER_S;
}

static void escalate_to(struct tracked_alert *alert, const char *channel)
{
	struct receipt *receipt = receipts_get(&alert->told, channel);

	str_set(&receipt->message, NULL);
	alert->nr_escalated++;
	alert->notice.kind = NOTICE_ESCALATED;
}

/* An alert that is new or worse just now waits for the next run. */
static void escalate_all(struct state *state, const struct rules *rules, const char *now)
{
	for (size_t i = 0; i < state->alerts.nr; i++) {
		struct tracked_alert *alert = &state->alerts.items[i];
		const struct rule *rule = rule_named(rules, alert->notice.rule);

		if (!rule || alert->resolved || alert->acked || !alert->announced ||
			alert->notice.better || alert->notice.kind == NOTICE_NEW ||
			alert->notice.kind == NOTICE_WORSE || !is_due(alert, rule, now) ||
			state_silenced(state, alert->notice.benchmark, now))
			continue;
		escalate_to(alert, rule->escalate_to.items[alert->nr_escalated]);
	}
}

void reconcile_run(
	struct state *state, const struct observations *observations, const struct telling *telling)
{
	for (size_t i = 0; i < state->alerts.nr; i++) {
		state->alerts.items[i].judged = false;
		state->alerts.items[i].notice.kind = NOTICE_STANDING;
	}
	for (size_t i = 0; observations && i < observations->nr; i++) {
		const struct observation *observation = &observations->items[i];

		if (observation->raised)
			reconcile_raised(state, observation, observations->commit, telling);
		else if (observation->passes)
			reconcile_passing(state, observation, observations, telling->now);
	}
	escalate_all(state, telling->rules, telling->now);
}

static bool is_escalated_to(const struct tracked_alert *alert, const struct receipt *receipt,
	const struct outlet *outlet, const struct rules *rules)
{
	const struct rule *rule = rule_named(rules, alert->notice.rule);

	for (uint64_t i = receipt->nr_escalated;
		rule && i < alert->nr_escalated && i < rule->escalate_to.nr; i++)
		if (strcmp(rule->escalate_to.items[i], outlet->name) == 0)
			return true;
	return false;
}

/* What a channel that keeps one message shows of the run. */
static bool shows(const struct tracked_alert *alert, const struct outlet *outlet)
{
	enum urgency urgency =
		alert->notice.kind == NOTICE_STANDING ? alert->notice.urgency : alert->peak;

	return alert->judged && urgency >= outlet->terms->at_least;
}

/* What the channel was told, against what the alert has become. */
static bool owes_of_standing(const struct tracked_alert *alert, const struct receipt *receipt,
	const struct outlet *outlet, const struct telling *telling, enum notice_kind *kind)
{
	const struct notify_settings *settings = telling->settings;

	if (is_escalated_to(alert, receipt, outlet, telling->rules)) {
		*kind = NOTICE_ESCALATED;
		return true;
	}
	if (!receipt->told) {
		*kind = is_routed(alert, outlet, settings, alert->began) ? NOTICE_NEW
									 : NOTICE_WORSE;
		return true;
	}
	if (alert->peak <= receipt->urgency) {
		*kind = receipt->kind;
		return receipt->unsure;
	}
	*kind = NOTICE_WORSE;
	return is_routed(alert, outlet, settings, alert->peak);
}

bool reconcile_owes(const struct state *state, const struct tracked_alert *alert,
	const struct outlet *outlet, const struct telling *telling, enum notice_kind *kind)
{
	const struct receipt *receipt = receipts_find(&alert->told, outlet->name);

	*kind = alert->notice.kind;
	if (outlet->notifier->stays)
		return shows(alert, outlet);
	if (!receipt || state_silenced(state, alert->notice.benchmark, telling->now))
		return false;
	if (alert->resolved) {
		*kind = NOTICE_RESOLVED;
		return receipt->told && (receipt->kind != NOTICE_RESOLVED || receipt->unsure);
	}
	if (!alert->announced || alert->acked)
		return false;
	return owes_of_standing(alert, receipt, outlet, telling, kind);
}

/* How the base of a limit begins. */
#define BASE_BUDGET "budget of "

/* NULL where it is not known. */
static const char *base_commit(const struct subject *subject)
{
	const struct run *base = subject->verdict->parts[subject->comparison->part].base;

	return base ? base->env.values[ENV_COMMIT] : NULL;
}

static void add_base(const struct subject *subject, struct buf *out)
{
	const struct comparison *comparison = subject->comparison;
	const struct run *base = subject->verdict->parts[comparison->part].base;
	const char *commit = base_commit(subject);

	if (comparison->is_limit)
		buf_addf(out, BASE_BUDGET "%s", comparison->tolerance.limit->text);
	else if (commit && *commit)
		buf_addf(out, "commit %.12s", commit);
	else if (base)
		buf_adds(out, "baseline");
}

/* An alert of a time is the same, whichever of its two values the runs at hand have. */
static const char *reconcile_metric_name(const struct metric *metric)
{
	if (!metric)
		return "";
	return metric_is_time(metric) ? metric_time.name : metric->name;
}

/* Where the report has no advice: a regression that is sure. */
static void reconcile_add_advice(const struct comparison *comparison, struct buf *out)
{
	describe_advice(comparison, out);
	if (out->len ||
		(comparison->word != VERDICT_REGRESSION && comparison->word != VERDICT_WARNING))
		return;
	buf_adds(out, "find the change that did it; if it is meant: benchgate accept ");
	escape_shell(out, describe_result(comparison)->name);
	buf_adds(out, " --reason \"...\"");
}

static struct notice notice_of(
	const struct alert *alert, const struct subject *subject, const char *now)
{
	const struct comparison *comparison = alert->comparison;
	const struct result *result = comparison->head ? comparison->head : comparison->base;
	const struct metric *metric = comparison->metric;
	struct buf base = BUF_INIT, tier = BUF_INIT, advice = BUF_INIT;
	struct notice notice = { .kind = NOTICE_NEW,
		.urgency = alert->urgency,
		.benchmark = str_dup(result->name),
		.metric = str_dup(reconcile_metric_name(comparison->metric)),
		.file = str_dup(result->file ? result->file : ""),
		.line = result->line,
		.branch = str_dup(subject->branch),
		.rule = str_dup(alert->rule->name),
		.text = str_dup(alert->message),
		.since = str_dup(now),
		.unit = metric ? str_dup(metric->unit) : NULL,
		.baseline_value = metric ? comparison->base_estimate.value : (double)NAN,
		.current_value = metric ? comparison->estimate.value : (double)NAN,
		.change_percent = 100 * verdict_worsening(comparison),
		.nr_runs = 1,
		.better = alert->better };

	reconcile_add_advice(comparison, &advice);
	notice.advice = advice.len ? buf_detach(&advice) : NULL;
	add_base(subject, &base);
	notice.base = buf_detach(&base);
	/* The policy's, as rules and messages have it. */
	fact_print(fact_named("tier", strlen("tier")), subject, &tier);
	notice.tier = buf_detach(&tier);
	memcpy(notice.fingerprint, alert->fingerprint, sizeof notice.fingerprint);
	return notice;
}

static struct observation *reconcile_find(
	const struct observations *observations, const char *fingerprint)
{
	for (size_t i = 0; i < observations->nr; i++)
		if (strcmp(observations->items[i].fingerprint, fingerprint) == 0)
			return &observations->items[i];
	return NULL;
}

static struct observation *reconcile_add(struct observations *observations, const char *fingerprint)
{
	struct observation *observation = ARRAY_ADD(observations);

	*observation = (struct observation){ .notice = { .baseline_value = (double)NAN,
						     .current_value = (double)NAN } };
	memcpy(observation->fingerprint, fingerprint, sizeof observation->fingerprint);
	return observation;
}

/* The same once more, as a shard may have it, counts where it is more urgent. */
static void add_alert(struct observations *observations, const struct alert *alert,
	const struct subject *subject, const char *now)
{
	struct observation *observation = reconcile_find(observations, alert->fingerprint);

	if (observation && observation->notice.urgency >= alert->urgency)
		return;
	if (!observation)
		observation = reconcile_add(observations, alert->fingerprint);
	notice_release(&observation->notice);
	texts_release(&observation->channels);
	observation->raised = true;
	observation->rule = alert->rule;
	observation->run = *subject->verdict->head->id ? subject->verdict->head->id : NULL;
	observation->before = base_commit(subject);
	observation->notice = notice_of(alert, subject, now);
	for (size_t i = 0; i < alert->channels.nr; i++)
		texts_add(&observation->channels, alert->channels.items[i]);
}

/* What the policy no longer asks about is nobody's trouble. Everything that could not be told
 * leaves alone what is known. */
static bool is_passing(enum verdict_word word)
{
	return word == VERDICT_PASS || word == VERDICT_IMPROVEMENT || word == VERDICT_ACCEPTED ||
		word == VERDICT_LAYOUT || word == VERDICT_UNGATED;
}

/* All comparisons of the same fingerprint must pass. */
static void reconcile_add_word(
	struct observations *observations, const char *fingerprint, bool passes)
{
	struct observation *observation = reconcile_find(observations, fingerprint);

	if (!observation)
		reconcile_add(observations, fingerprint)->passes = passes;
	else if (!observation->raised)
		observation->passes &= passes;
}

/* Of what passes again. */
static void reconcile_add_values(struct observations *observations, const char *fingerprint,
	const struct comparison *comparison)
{
	struct observation *observation = reconcile_find(observations, fingerprint);

	if (observation->raised || !comparison->metric || !comparison->head)
		return;
	observation->notice.baseline_value = comparison->base_estimate.value;
	observation->notice.current_value = comparison->estimate.value;
}

/* A regression ends an improvement, too. */
static void reconcile_add_comparison(
	struct observations *observations, const struct subject *subject)
{
	char fingerprint[ALERT_FINGERPRINT_MAX];
	enum verdict_word word = subject->comparison->word;

	alert_fingerprint(subject, false, fingerprint);
	reconcile_add_word(observations, fingerprint, is_passing(word));
	reconcile_add_values(observations, fingerprint, subject->comparison);
	alert_fingerprint(subject, true, fingerprint);
	reconcile_add_word(observations, fingerprint,
		is_passing(word) || word == VERDICT_REGRESSION || word == VERDICT_WARNING);
}

/* A benchmark that has values, whatever they are, neither fails nor is missing any longer. */
static void reconcile_add_benchmark(
	struct observations *observations, const struct subject *subject)
{
	struct comparison whole = *subject->comparison;
	struct subject of_whole = *subject;
	char fingerprint[ALERT_FINGERPRINT_MAX];

	if (!whole.head || !whole.metric || !whole.nr_head)
		return;
	whole.metric = NULL;
	whole.is_limit = false;
	of_whole.comparison = &whole;
	alert_fingerprint(&of_whole, false, fingerprint);
	reconcile_add_word(observations, fingerprint, true);
}

static const char *reconcile_file_of(const struct comparison *comparison)
{
	return comparison->head && comparison->head->file ? comparison->head->file : "";
}

static void add_folder(struct texts *folders, const char *file)
{
	char *folder = mem_copy(file, str_folder_len(file));

	if (!texts_have(folders, folder))
		texts_add(folders, folder);
	free(folder);
}

static struct census reconcile_count(const struct verdict *verdict)
{
	struct census census = { 0, 0, verdict->nr > 0 };
	struct texts folders = { 0 };
	const struct result *last = NULL;

	for (size_t i = 0; i < verdict->nr; i++) {
		const struct comparison *comparison = &verdict->items[i];

		if (!comparison->metric || !comparison->head || !comparison->base)
			continue;
		census.in_turn &= comparison->evidence == EVIDENCE_IN_TURN ||
			comparison->evidence == EVIDENCE_IDENTICAL ||
			comparison->evidence == EVIDENCE_EXACT ||
			comparison->evidence == EVIDENCE_COUNTED;
		census.nr_compared += comparison->head != last;
		last = comparison->head;
		add_folder(&folders, reconcile_file_of(comparison));
	}
	census.nr_folders = folders.nr;
	texts_release(&folders);
	return census;
}

struct observations observations_take(
	const struct subject *subject, const struct alerts *alerts, const char *now)
{
	struct observations observations = { .nr = 0,
		.census = reconcile_count(subject->verdict),
		.run = subject->verdict->head->id,
		.commit = subject->commit };
	struct subject one = *subject;

	for (size_t i = 0; i < alerts->nr; i++) {
		one.comparison = alerts->items[i].comparison;
		add_alert(&observations, &alerts->items[i], &one, now);
	}
	for (size_t i = 0; i < subject->verdict->nr; i++) {
		one.comparison = &subject->verdict->items[i];
		reconcile_add_comparison(&observations, &one);
		reconcile_add_benchmark(&observations, &one);
	}
	return observations;
}

static bool is_identical(const struct subject *subject, const char *benchmark)
{
	const struct verdict *verdict = subject->verdict;

	for (size_t i = 0; i < verdict->nr; i++)
		if (verdict->items[i].evidence == EVIDENCE_IDENTICAL && verdict->items[i].head &&
			strcmp(verdict->items[i].head->name, benchmark) == 0)
			return true;
	return false;
}

void observations_add_identical(struct observations *observations, const struct subject *subject,
	const struct tracked_alerts *known)
{
	for (size_t i = 0; i < known->nr; i++) {
		const struct notice *notice = &known->items[i].notice;

		if (strcmp(notice->branch, subject->branch) == 0 &&
			!str_starts(notice->base, BASE_BUDGET) &&
			is_identical(subject, notice->benchmark))
			reconcile_add_word(observations, notice->fingerprint, true);
	}
}

void observations_release(struct observations *observations)
{
	for (size_t i = 0; i < observations->nr; i++) {
		notice_release(&observations->items[i].notice);
		texts_release(&observations->items[i].channels);
	}
	ARRAY_RELEASE(observations);
}
