/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/state.h"

#include "base/array.h"
#include "base/date.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

static void receipt_release(struct receipt *receipt)
{
	free(receipt->channel);
	free(receipt->thread);
	free(receipt->message);
}

static void tracked_release(struct tracked_alert *alert)
{
	notice_release(&alert->notice);
	free(alert->seen);
	free(alert->run);
	free(alert->turn);
	free(alert->resolved);
	free(alert->held);
	free(alert->acked);
	free(alert->reason);
	free(alert->passed);
	starts_release(&alert->starts);
	texts_release(&alert->channels);
	receipts_clear(&alert->told, false);
	ARRAY_RELEASE(&alert->told);
}

static void start_release(struct start *start)
{
	free(start->at);
	free(start->before);
	free(start->commit);
}

void starts_add(struct starts *starts, const char *now, const char *before, const char *commit)
{
	size_t nr = 0;

	for (size_t i = 0; i < starts->nr; i++) {
		struct start *start = &starts->items[i];

		if (date_days_between(start->at, now) < STATE_RECUR_DAYS)
			starts->items[nr++] = *start;
		else
			start_release(start);
	}
	starts->nr = nr;
	*ARRAY_ADD(starts) = (struct start){ str_dup(now), str_dup(before), str_dup(commit) };
}

void starts_release(struct starts *starts)
{
	for (size_t i = 0; i < starts->nr; i++)
		start_release(&starts->items[i]);
	ARRAY_RELEASE(starts);
}

static void silence_release(struct silence *silence)
{
	free(silence->subject);
	free(silence->until);
	free(silence->reason);
}

static void unsent_release(struct unsent *unsent)
{
	free(unsent->channel);
	free(unsent->type);
	free(unsent->about);
	free(unsent->title);
	free(unsent->written);
	json_free(unsent->body);
	free(unsent->progress);
	free(unsent->trouble);
}

void state_release(struct state *state)
{
	for (size_t i = 0; i < state->alerts.nr; i++)
		tracked_release(&state->alerts.items[i]);
	for (size_t i = 0; i < state->silences.nr; i++)
		silence_release(&state->silences.items[i]);
	for (size_t i = 0; i < state->pauses.nr; i++)
		silence_release(&state->pauses.items[i]);
	for (size_t i = 0; i < state->unsent.nr; i++)
		unsent_release(&state->unsent.items[i]);
	reactions_release(&state->reactions);
	ARRAY_RELEASE(&state->alerts);
	ARRAY_RELEASE(&state->silences);
	ARRAY_RELEASE(&state->pauses);
	ARRAY_RELEASE(&state->unsent);
}

struct tracked_alert *state_find(const struct state *state, const char *fingerprint)
{
	for (size_t i = 0; i < state->alerts.nr; i++)
		if (strcmp(state->alerts.items[i].notice.fingerprint, fingerprint) == 0)
			return &state->alerts.items[i];
	return NULL;
}

bool state_silenced(const struct state *state, const char *benchmark, const char *now)
{
	for (size_t i = 0; i < state->silences.nr; i++)
		if (strcmp(now, state->silences.items[i].until) < 0 &&
			str_matches(state->silences.items[i].subject, benchmark))
			return true;
	return false;
}

bool state_paused(const struct state *state, const char *channel, const char *now)
{
	for (size_t i = 0; i < state->pauses.nr; i++)
		if (strcmp(now, state->pauses.items[i].until) < 0 &&
			strcmp(state->pauses.items[i].subject, channel) == 0)
			return true;
	return false;
}

struct receipt *receipts_find(const struct receipts *receipts, const char *channel)
{
	for (size_t i = 0; i < receipts->nr; i++)
		if (strcmp(receipts->items[i].channel, channel) == 0)
			return &receipts->items[i];
	return NULL;
}

struct receipt *receipts_get(struct receipts *receipts, const char *channel)
{
	struct receipt *receipt = receipts_find(receipts, channel);

	if (receipt)
		return receipt;
	receipt = ARRAY_ADD(receipts);
	*receipt = (struct receipt){ .channel = str_dup(channel) };
	return receipt;
}

void receipts_clear(struct receipts *receipts, bool only_ended)
{
	size_t kept = 0;

	for (size_t i = 0; i < receipts->nr; i++) {
		struct receipt *receipt = &receipts->items[i];

		if (only_ended && receipt->told && receipt->kind != NOTICE_RESOLVED)
			receipts->items[kept++] = *receipt;
		else
			receipt_release(receipt);
	}
	receipts->nr = kept;
}

void receipt_tell(struct receipt *receipt, const struct tracked_alert *alert, enum notice_kind kind)
{
	receipt->told = true;
	receipt->kind = kind;
	receipt->urgency = alert->peak;
	receipt->nr_escalated = alert->nr_escalated;
	receipt->unsure = receipt->put_off = false;
	str_set(&receipt->message, NULL);
}

struct unsent *unsents_find(const struct unsents *unsents, const char *id)
{
	for (size_t i = 0; i < unsents->nr; i++)
		if (strcmp(unsents->items[i].id, id) == 0)
			return &unsents->items[i];
	return NULL;
}

void unsents_remove(struct unsents *unsents, size_t at)
{
	unsent_release(&unsents->items[at]);
	unsents->nr--;
	memmove(&unsents->items[at], &unsents->items[at + 1],
		(unsents->nr - at) * sizeof *unsents->items);
}

void unsents_add(struct unsents *unsents, struct unsent unsent)
{
	for (size_t i = unsents->nr; *unsent.about && i-- > 0;)
		if (strcmp(unsents->items[i].channel, unsent.channel) == 0 &&
			strcmp(unsents->items[i].about, unsent.about) == 0)
			unsents_remove(unsents, i);
	*ARRAY_ADD(unsents) = unsent;
}

static bool is_kept_for_alert(const struct tracked_alerts *alerts, const char *id)
{
	for (size_t i = 0; i < alerts->nr; i++)
		for (size_t j = 0; j < alerts->items[i].told.nr; j++) {
			const char *message = alerts->items[i].told.items[j].message;

			if (message && strcmp(message, id) == 0)
				return true;
		}
	return false;
}

void state_drop_unsent(struct state *state)
{
	for (size_t i = state->unsent.nr; i-- > 0;) {
		const struct unsent *unsent = &state->unsent.items[i];

		if (!*unsent->about && !is_kept_for_alert(&state->alerts, unsent->id))
			unsents_remove(&state->unsent, i);
	}
}

bool state_is_failing(const struct state *state, const char *channel)
{
	uint64_t nr = 0;

	for (size_t i = 0; i < state->unsent.nr; i++)
		if (strcmp(state->unsent.items[i].channel, channel) == 0 &&
			state->unsent.items[i].nr_attempts > nr)
			nr = state->unsent.items[i].nr_attempts;
	return nr % STATE_WHOLE_TRY_EVERY != 0;
}

void silences_remove(struct silences *silences, size_t at)
{
	silence_release(&silences->items[at]);
	silences->nr--;
	memmove(&silences->items[at], &silences->items[at + 1],
		(silences->nr - at) * sizeof *silences->items);
}

static bool is_older(const char *time, const char *now, int64_t days)
{
	return date_seconds_between(time, now) > days * 24 * 3600;
}

/* What was not seen for so long belongs to a branch or a benchmark that no longer exists. */
static size_t expire_alerts(struct tracked_alerts *alerts, const char *now)
{
	size_t kept = 0, nr = 0;

	for (size_t i = 0; i < alerts->nr; i++) {
		struct tracked_alert *alert = &alerts->items[i];

		if (!is_older(alert->seen, now, STATE_UNSEEN_DAYS) &&
			!(alert->resolved && is_older(alert->resolved, now, STATE_RESOLVED_DAYS))) {
			alerts->items[kept++] = *alert;
			continue;
		}
		nr += !alert->resolved && !alert->notice.better;
		tracked_release(alert);
	}
	alerts->nr = kept;
	return nr;
}

static void expire_silences(struct silences *silences, const char *now)
{
	for (size_t i = silences->nr; i-- > 0;)
		if (is_older(silences->items[i].until, now, 0))
			silences_remove(silences, i);
}

/* As if the channel had been told: it is not told the same again, but how the alert goes on. */
static void give_up_message(struct tracked_alerts *alerts, const char *id)
{
	for (size_t i = 0; i < alerts->nr; i++)
		for (size_t j = 0; j < alerts->items[i].told.nr; j++) {
			struct receipt *receipt = &alerts->items[i].told.items[j];

			if (receipt->message && strcmp(receipt->message, id) == 0)
				receipt_tell(receipt, &alerts->items[i],
					alerts->items[i].resolved ? NOTICE_RESOLVED : NOTICE_NEW);
		}
}

static size_t expire_unsent(struct state *state, const char *now)
{
	size_t nr = 0;

	for (size_t i = state->unsent.nr; i-- > 0;) {
		if (!is_older(state->unsent.items[i].written, now, STATE_UNSENT_DAYS))
			continue;
		give_up_message(&state->alerts, state->unsent.items[i].id);
		unsents_remove(&state->unsent, i);
		nr++;
	}
	return nr;
}

void state_expire(struct state *state, const char *now, struct buf *warnings)
{
	size_t nr_unsent = expire_unsent(state, now);
	size_t nr = expire_alerts(&state->alerts, now);

	if (nr_unsent)
		buf_addf(warnings, "%zu message%s dropped that could not be sent for %d days\n",
			nr_unsent, nr_unsent > 1 ? "s were" : " was", STATE_UNSENT_DAYS);
	expire_silences(&state->silences, now);
	expire_silences(&state->pauses, now);
	if (nr)
		buf_addf(warnings, "%zu alert%s forgotten that no run has judged for %d days\n", nr,
			nr > 1 ? "s were" : " was", STATE_UNSEEN_DAYS);
}

/* Drops the first so many that are resolved, or that stand. */
static void drop_alerts(struct tracked_alerts *alerts, bool resolved, size_t nr)
{
	size_t kept = 0;

	for (size_t i = 0; i < alerts->nr; i++) {
		struct tracked_alert *alert = &alerts->items[i];

		if (nr && resolved == (alert->resolved != NULL)) {
			tracked_release(alert);
			nr--;
		} else {
			alerts->items[kept++] = *alert;
		}
	}
	alerts->nr = kept;
}

static size_t half_of(size_t nr)
{
	return (nr + 1) / 2;
}

static size_t count_resolved(const struct tracked_alerts *alerts)
{
	size_t nr = 0;

	for (size_t i = 0; i < alerts->nr; i++)
		nr += alerts->items[i].resolved != NULL;
	return nr;
}

bool state_shrink(struct state *state, size_t lost[LOSS_NR_KINDS])
{
	size_t nr_resolved = count_resolved(&state->alerts);

	if (nr_resolved) {
		drop_alerts(&state->alerts, true, half_of(nr_resolved));
		lost[LOSS_RESOLVED] += half_of(nr_resolved);
	} else if (state->unsent.nr) {
		lost[LOSS_UNSENT] += half_of(state->unsent.nr);
		for (size_t nr = half_of(state->unsent.nr); nr; nr--)
			unsents_remove(&state->unsent, 0);
	} else if (state->alerts.nr) {
		lost[LOSS_ALERTS] += half_of(state->alerts.nr);
		drop_alerts(&state->alerts, false, half_of(state->alerts.nr));
	} else {
		return false;
	}
	return true;
}
