/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/state.h"

#include "base/array.h"
#include "base/date.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

static void standing_release(struct standing *standing)
{
	notice_release(&standing->notice);
	free(standing->seen);
	free(standing->run);
	free(standing->resolved);
	free(standing->held);
	free(standing->acked);
	free(standing->reason);
	texts_release(&standing->told);
	texts_release(&standing->untold);
	for (size_t i = 0; i < standing->lefts.nr; i++) {
		free(standing->lefts.items[i].outlet);
		free(standing->lefts.items[i].text);
	}
	ARRAY_RELEASE(&standing->lefts);
}

static void silence_release(struct silence *silence)
{
	free(silence->benchmark);
	free(silence->until);
	free(silence->reason);
}

static void waiting_release(struct waiting *waiting)
{
	free(waiting->outlet);
	notice_release(&waiting->notice);
}

void state_release(struct state *state)
{
	for (size_t i = 0; i < state->standings.nr; i++)
		standing_release(&state->standings.items[i]);
	for (size_t i = 0; i < state->silences.nr; i++)
		silence_release(&state->silences.items[i]);
	for (size_t i = 0; i < state->waiting.nr; i++)
		waiting_release(&state->waiting.items[i]);
	ARRAY_RELEASE(&state->standings);
	ARRAY_RELEASE(&state->silences);
	ARRAY_RELEASE(&state->waiting);
	letters_release(&state->outbox);
}

struct standing *state_find(const struct state *state, const char *fingerprint)
{
	for (size_t i = 0; i < state->standings.nr; i++)
		if (strcmp(state->standings.items[i].notice.fingerprint, fingerprint) == 0)
			return &state->standings.items[i];
	return NULL;
}

bool state_silenced(const struct state *state, const char *benchmark, const char *now)
{
	for (size_t i = 0; i < state->silences.nr; i++)
		if (strcmp(now, state->silences.items[i].until) < 0 &&
			str_matches(state->silences.items[i].benchmark, benchmark))
			return true;
	return false;
}

void state_wait(struct state *state, const char *outlet, const struct notice *notice)
{
	*ARRAY_ADD(&state->waiting) = (struct waiting){ str_dup(outlet), notice_copy(notice) };
}

const struct notice *state_waits(
	const struct state *state, const char *outlet, const char *fingerprint)
{
	for (size_t i = 0; i < state->waiting.nr; i++)
		if (strcmp(state->waiting.items[i].outlet, outlet) == 0 &&
			strcmp(state->waiting.items[i].notice.fingerprint, fingerprint) == 0)
			return &state->waiting.items[i].notice;
	return NULL;
}

/* outlet NULL: all that are not ends. */
static void unwait(struct state *state, const char *outlet, const char *fingerprint)
{
	size_t kept = 0;

	for (size_t i = 0; i < state->waiting.nr; i++) {
		struct waiting *waiting = &state->waiting.items[i];

		if ((outlet ? strcmp(waiting->outlet, outlet) == 0
			    : waiting->notice.kind != NOTICE_RESOLVED) &&
			strcmp(waiting->notice.fingerprint, fingerprint) == 0)
			waiting_release(waiting);
		else
			state->waiting.items[kept++] = *waiting;
	}
	state->waiting.nr = kept;
}

void state_unwait(struct state *state, const char *outlet, const char *fingerprint)
{
	unwait(state, outlet, fingerprint);
}

void state_unwait_all(struct state *state, const char *fingerprint)
{
	unwait(state, NULL, fingerprint);
}

static struct left *find_left(const struct standing *standing, const char *outlet)
{
	for (size_t i = 0; i < standing->lefts.nr; i++)
		if (strcmp(standing->lefts.items[i].outlet, outlet) == 0)
			return &standing->lefts.items[i];
	return NULL;
}

const char *standing_left(const struct standing *standing, const char *outlet)
{
	const struct left *left = find_left(standing, outlet);

	return left ? left->text : NULL;
}

void standing_leave(struct standing *standing, const char *outlet, const char *text)
{
	struct left *left = find_left(standing, outlet);

	if (!left) {
		left = ARRAY_ADD(&standing->lefts);
		*left = (struct left){ .outlet = str_dup(outlet) };
	}
	free(left->text);
	left->text = str_dup(text);
}

void standing_untell(struct standing *standing, const char *outlet)
{
	if (!texts_have(&standing->told, outlet))
		return;
	texts_remove(&standing->told, outlet);
	if (!standing->told.nr)
		standing->announced = false;
	else
		texts_add(&standing->untold, outlet);
}

void letters_remove(struct letters *letters, size_t at)
{
	letter_release(&letters->items[at]);
	letters->nr--;
	memmove(&letters->items[at], &letters->items[at + 1],
		(letters->nr - at) * sizeof *letters->items);
}

static bool is_over(const struct state *state, const struct letter *letter)
{
	const char *at = letter->fingerprints;
	char fingerprint[ALERT_FINGERPRINT_MAX];

	while (letter_next_alert(&at, fingerprint)) {
		const struct standing *standing = state_find(state, fingerprint);

		if (!standing || !standing->resolved)
			return false;
	}
	return *letter->fingerprints;
}

/* Its channel hears of its alerts by no other letter, whose end would then be missing. */
static bool is_alone(const struct letters *letters, size_t at)
{
	const struct letter *letter = &letters->items[at];

	for (size_t i = 0; i < letters->nr; i++)
		if (i != at && strcmp(letters->items[i].outlet, letter->outlet) == 0 &&
			letter_shares_alert(letter, &letters->items[i]))
			return false;
	return true;
}

static void recall(struct state *state, size_t i)
{
	const struct letter *letter = &state->outbox.items[i];
	const char *at = letter->fingerprints;
	char fingerprint[ALERT_FINGERPRINT_MAX];

	while (letter_next_alert(&at, fingerprint))
		texts_remove(&state_find(state, fingerprint)->told, letter->outlet);
	letters_remove(&state->outbox, i);
}

void state_recall(struct state *state)
{
	const struct letters *outbox = &state->outbox;

	for (size_t i = outbox->nr; i-- > 0;) {
		const struct letter *letter = &outbox->items[i];

		if (letter->recallable && !*letter->claim && is_over(state, letter) &&
			is_alone(outbox, i))
			recall(state, i);
	}
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

static size_t expire_letters(struct letters *letters, const char *now)
{
	size_t nr = 0;

	for (size_t i = letters->nr; i-- > 0;) {
		if (!is_older(letters->items[i].written, now, STATE_LETTER_DAYS))
			continue;
		letters_remove(letters, i);
		nr++;
	}
	return nr;
}

/* What was resolved is told; what was not seen for so long belongs to a branch or a benchmark that
 * is no more. */
static size_t expire_standings(struct state *state, const char *now)
{
	size_t kept = 0, nr = 0;

	for (size_t i = 0; i < state->standings.nr; i++) {
		struct standing *standing = &state->standings.items[i];
		bool unseen = is_older(standing->seen, now, STATE_UNSEEN_DAYS);

		if (!unseen &&
			!(standing->resolved &&
				is_older(standing->resolved, now, STATE_RESOLVED_DAYS))) {
			state->standings.items[kept++] = *standing;
			continue;
		}
		nr += !standing->resolved && !standing->notice.better;
		standing_release(standing);
	}
	state->standings.nr = kept;
	return nr;
}

/* Whoever is to be told of what nobody knows of any more need not be. */
static void expire_waiting(struct state *state)
{
	struct waitings *waiting = &state->waiting;
	size_t kept = 0;

	for (size_t i = 0; i < waiting->nr; i++)
		if (state_find(state, waiting->items[i].notice.fingerprint))
			waiting->items[kept++] = waiting->items[i];
		else
			waiting_release(&waiting->items[i]);
	waiting->nr = kept;
}

static void expire_silences(struct silences *silences, const char *now)
{
	for (size_t i = silences->nr; i-- > 0;)
		if (is_older(silences->items[i].until, now, 0))
			silences_remove(silences, i);
}

void state_expire(struct state *state, const char *now, struct buf *warnings)
{
	size_t nr_letters = expire_letters(&state->outbox, now);
	size_t nr_unseen = expire_standings(state, now);

	expire_waiting(state);
	expire_silences(&state->silences, now);
	if (nr_letters)
		buf_addf(warnings, "%zu message%s dropped that could not be sent for %d days\n",
			nr_letters, nr_letters > 1 ? "s were" : " was", STATE_LETTER_DAYS);
	if (nr_unseen)
		buf_addf(warnings, "%zu alert%s forgotten that no run has judged for %d days\n",
			nr_unseen, nr_unseen > 1 ? "s were" : " was", STATE_UNSEEN_DAYS);
}

static size_t nr_resolved(const struct standings *standings)
{
	size_t nr = 0;

	for (size_t i = 0; i < standings->nr; i++)
		nr += standings->items[i].resolved != NULL;
	return nr;
}

/* The first so many of them. */
static void drop_standings(struct standings *standings, bool resolved, size_t nr)
{
	size_t kept = 0;

	for (size_t i = 0; i < standings->nr; i++) {
		struct standing *standing = &standings->items[i];

		if (nr && resolved == (standing->resolved != NULL)) {
			standing_release(standing);
			nr--;
		} else {
			standings->items[kept++] = *standing;
		}
	}
	standings->nr = kept;
}

static void drop_letters(struct letters *letters, size_t nr)
{
	while (nr--)
		letters_remove(letters, 0);
}

static void drop_waiting(struct waitings *waiting, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		waiting_release(&waiting->items[i]);
	waiting->nr -= nr;
	memmove(waiting->items, waiting->items + nr, waiting->nr * sizeof *waiting->items);
}

bool state_shrink(struct state *state, size_t lost[LOSS_NR_KINDS])
{
	size_t resolved = nr_resolved(&state->standings);
	const size_t there[LOSS_NR_KINDS] = { [LOSS_RESOLVED] = resolved,
		[LOSS_LETTERS] = state->outbox.nr,
		[LOSS_WAITING] = state->waiting.nr,
		[LOSS_ALERTS] = state->standings.nr - resolved };
	enum loss what = 0;
	size_t nr;

	while (what < LOSS_NR_KINDS && !there[what])
		what++;
	if (what == LOSS_NR_KINDS)
		return false;
	nr = (there[what] + 1) / 2;
	if (what == LOSS_LETTERS)
		drop_letters(&state->outbox, nr);
	else if (what == LOSS_WAITING)
		drop_waiting(&state->waiting, nr);
	else
		drop_standings(&state->standings, what == LOSS_RESOLVED, nr);
	lost[what] += nr;
	return true;
}
