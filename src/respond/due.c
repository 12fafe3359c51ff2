/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "respond/due.h"

#include "base/array.h"
#include "base/date.h"
#include "base/str.h"
#include "model/result.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_S UINT64_C(1000000000)

/* One response and the alerts of a run. */
struct search {
	const struct response *response;
	const struct state *state;
	const struct due_run *run;
	struct alerts raised; /* of the run */
};

static struct alerts raise(const struct due_run *run)
{
	return run->subject ? alerts_raise(run->rules, run->subject) : (struct alerts){ .nr = 0 };
}

/* Was the alert raised by this run, and does the condition hold of it? */
static bool concerns(const struct search *search, const struct tracked_alert *alert, bool *raised)
{
	const struct response *response = search->response;
	bool holds = false;

	*raised = false;
	for (size_t i = 0; i < search->raised.nr; i++) {
		struct subject one = *search->run->subject;

		if (strcmp(search->raised.items[i].fingerprint, alert->notice.fingerprint) != 0)
			continue;
		one.comparison = search->raised.items[i].comparison;
		*raised = true;
		holds |= !response->parsed || condition_holds(response->parsed, &one);
	}
	return holds && alert->peak >= response->at_least;
}

static bool wants(const struct response *response, enum notice_kind kind)
{
	return response->kinds >> kind & 1;
}

/* What it has become since the response acted last. False: nothing that it is to act on. */
static bool has_become(const struct search *search, const struct tracked_alert *alert,
	const struct reaction *last, enum notice_kind *kind)
{
	bool raised, concerned = concerns(search, alert, &raised);
	bool acted = last && strcmp(last->at, alert->notice.since) >= 0;
	bool ended = acted && last->kind == NOTICE_RESOLVED;

	*kind = NOTICE_RESOLVED;
	if (alert->resolved)
		return acted && (!ended || last->failed);
	if (alert->acked || !alert->announced ||
		state_silenced(search->state, alert->notice.benchmark, search->run->now))
		return false;
	*kind = NOTICE_NEW;
	if (!acted || ended)
		return concerned;
	*kind = last->kind;
	if (last->failed)
		return concerned || !response_is_program(search->response);
	*kind = NOTICE_WORSE;
	if (alert->peak > last->urgency)
		return concerned;
	*kind = NOTICE_ESCALATED;
	if (alert->nr_escalated > last->nr_escalated && wants(search->response, *kind))
		return true;
	*kind = NOTICE_STANDING;
	return raised;
}

/* A cool-down neither keeps an issue from being opened or closed, nor what failed on the way. */
static bool is_cooling(const struct search *search, const struct reaction *last,
	enum notice_kind kind, char until[DATE_TIME_MAX])
{
	const struct response *response = search->response;

	if (!last || (!response_is_program(response) && last->failed) ||
		(response->action == RESPONSE_ISSUE && kind != NOTICE_STANDING))
		return false;
	snprintf(until, DATE_TIME_MAX, "%s", last->at);
	date_add_seconds(until, (int64_t)(response->cool_down_ns / NS_PER_S));
	return strcmp(search->run->now, until) < 0;
}

static void add_due(struct dues *dues, const struct response *response,
	const struct tracked_alert *alert, const struct reaction *last, enum notice_kind kind)
{
	const struct start *start =
		alert->starts.nr ? &alert->starts.items[alert->starts.nr - 1] : NULL;
	struct due *due = ARRAY_ADD(dues);

	*due = (struct due){ .response = response,
		.notice = notice_copy(&alert->notice),
		.peak = alert->peak,
		.nr_escalated = alert->nr_escalated };
	due->notice.kind = kind;
	due->notice.urgency = alert->peak;
	str_set(&due->before, start ? start->before : NULL);
	str_set(&due->commit, start ? start->commit : NULL);
	str_set(&due->thread, last ? last->thread : NULL);
}

void dues_add_standing(struct dues *dues, const struct response *response,
	const struct state *state, const struct tracked_alert *alert)
{
	const struct reaction *last =
		reactions_find(&state->reactions, response->name, alert->notice.fingerprint);

	if (last && !alert->resolved && last->kind != NOTICE_RESOLVED)
		add_due(dues, response, alert, last, NOTICE_STANDING);
}

static void due_release(struct due *due)
{
	notice_release(&due->notice);
	free(due->before);
	free(due->commit);
	free(due->thread);
}

void dues_release(struct dues *dues)
{
	for (size_t i = 0; i < dues->nr; i++)
		due_release(&dues->items[i]);
	ARRAY_RELEASE(dues);
}

/* Ends come first, and what stands last. */
static int rank(const struct due *due)
{
	return due->notice.kind == NOTICE_RESOLVED ? 2 : due->notice.kind != NOTICE_STANDING;
}

static int compare_dues(const void *a, const void *b)
{
	const struct due *one = a, *other = b;
	double by = other->notice.change_percent - one->notice.change_percent;

	if (rank(one) != rank(other))
		return rank(other) - rank(one);
	if (one->peak != other->peak)
		return (int)other->peak - (int)one->peak;
	if (isfinite(by) && by != 0)
		return by > 0 ? 1 : -1;
	return strcmp(one->notice.benchmark, other->notice.benchmark);
}

/* What is over the limit waits; an end does not. */
static void cut_dues(struct dues *dues, const struct response *response, struct buf *waits)
{
	size_t kept = 0, nr_waiting = 0;
	uint64_t nr = 0;

	for (size_t i = 0; i < dues->nr; i++) {
		struct due *due = &dues->items[i];

		if (due->notice.kind == NOTICE_RESOLVED || nr < response->max_per_run) {
			nr += due->notice.kind != NOTICE_RESOLVED;
			dues->items[kept++] = *due;
			continue;
		}
		nr_waiting += due->notice.kind != NOTICE_STANDING;
		due_release(due);
	}
	dues->nr = kept;
	if (nr_waiting)
		buf_addf(waits, "%s: %zu more alert%s for a later run: max_per_run is %llu\n",
			response->name, nr_waiting, nr_waiting > 1 ? "s wait" : " waits",
			(unsigned long long)response->max_per_run);
}

static void find_dues(const struct search *search, struct dues *out, struct buf *waits)
{
	const struct response *response = search->response;
	struct dues dues = { NULL, 0, 0 };

	for (size_t i = 0; i < search->state->alerts.nr; i++) {
		const struct tracked_alert *alert = &search->state->alerts.items[i];
		const struct reaction *last = reactions_find(
			&search->state->reactions, response->name, alert->notice.fingerprint);
		char until[DATE_TIME_MAX];
		enum notice_kind kind;

		if (!has_become(search, alert, last, &kind) || !wants(response, kind))
			continue;
		if (!is_cooling(search, last, kind, until)) {
			add_due(&dues, response, alert, last, kind);
		} else if (kind != NOTICE_STANDING) {
			buf_addf(waits, "%s: not before %s (its cool-down): ", response->name,
				until);
			content_add_line(alert->notice.text, waits);
			buf_addc(waits, '\n');
		}
	}
	if (dues.nr)
		qsort(dues.items, dues.nr, sizeof *dues.items, compare_dues);
	cut_dues(&dues, response, waits);
	for (size_t i = 0; i < dues.nr; i++)
		*ARRAY_ADD(out) = dues.items[i];
	ARRAY_RELEASE(&dues);
}

struct dues dues_find(const struct responses *responses, const struct state *state,
	const struct due_run *run, struct buf *waits)
{
	struct search search = { .state = state, .run = run, .raised = raise(run) };
	struct dues dues = { NULL, 0, 0 };

	for (size_t i = 0; i < responses->nr; i++) {
		search.response = &responses->items[i];
		find_dues(&search, &dues, waits);
	}
	alerts_release(&search.raised);
	return dues;
}

struct reaction *due_begin(const struct due *due, struct state *state, const char *now)
{
	struct reaction *reaction = reactions_begin(
		&state->reactions, due->response->name, due->notice.fingerprint, now);

	reaction->kind = due->notice.kind;
	reaction->urgency = due->peak;
	reaction->nr_escalated = due->nr_escalated;
	return reaction;
}

const char *due_metric(const struct due *due)
{
	const char *metric = due->notice.metric;
	bool is_time = !*metric || strcmp(metric, metric_time.name) == 0 ||
		strcmp(metric, metric_typical.name) == 0;

	return is_time ? NULL : metric;
}

/* What was an alert before, and this run cannot tell, is no success. */
static bool is_in_doubt(const struct search *search, const struct tracked_alert *alert)
{
	const struct response *response = search->response;
	struct subject one = *search->run->subject;
	char fingerprint[ALERT_FINGERPRINT_MAX];

	for (size_t i = 0; i < one.verdict->nr; i++) {
		one.comparison = &one.verdict->items[i];
		if (one.comparison->word != VERDICT_INCONCLUSIVE)
			continue;
		alert_fingerprint(&one, alert->notice.better, fingerprint);
		if (strcmp(fingerprint, alert->notice.fingerprint) == 0)
			return alert->peak >= response->at_least &&
				(!response->parsed || condition_holds(response->parsed, &one));
	}
	return false;
}

size_t due_count(const struct response *response, const struct state *state,
	const struct due_run *run, const struct tracked_alert **worst)
{
	struct search search = { response, state, run, raise(run) };
	size_t nr = 0;

	*worst = NULL;
	for (size_t i = 0; i < state->alerts.nr; i++) {
		const struct tracked_alert *alert = &state->alerts.items[i];
		bool raised;

		if (alert->resolved || alert->acked || alert->notice.better ||
			state_silenced(state, alert->notice.benchmark, run->now) ||
			(!concerns(&search, alert, &raised) && !is_in_doubt(&search, alert)))
			continue;
		nr++;
		if (!*worst || alert->notice.urgency > (*worst)->notice.urgency)
			*worst = alert;
	}
	alerts_release(&search.raised);
	return nr;
}
