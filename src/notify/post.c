/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/post.h"

#include "base/array.h"
#include "base/str.h"
#include "notify/cause.h"
#include "notify/route.h"
#include "notify/title.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A channel while its letters are written. */
struct desk {
	struct post *post;
	struct state *state;
	const struct outlet *outlet;
};

static const struct occasion *occasion_of(const struct desk *desk)
{
	return desk->post->telling->occasion;
}

/* A change of a repository, or a branch, has one message. */
static char *about(const struct desk *desk)
{
	const struct occasion *occasion = occasion_of(desk);
	struct buf text = BUF_INIT;

	if (!desk->outlet->notifier->stays)
		return str_dup("");
	if (desk->outlet->notifier->about)
		desk->outlet->notifier->about(desk->outlet, occasion, &text);
	else if (*occasion->pull_request)
		buf_addf(&text, "%s#%s", occasion->repository, occasion->pull_request);
	else
		buf_addf(&text, "%s@%s", occasion->repository, occasion->branch);
	return buf_detach(&text);
}

static uint64_t hash_notice(uint64_t hash, const struct notice *notice)
{
	char runs[24];

	snprintf(runs, sizeof runs, "%" PRIu64, notice->nr_runs);
	return str_hash(
		str_hash(str_hash(hash, notice_words[notice->kind]), notice->fingerprint), runs);
}

/* News of a run that is told again, for want of a memory, keep their id, so that a receiver can
 * tell. Everything else is told once. */
static void set_id(const struct desk *desk, const struct bundle *bundle, bool is_digest,
	char id[LETTER_ID_MAX])
{
	const struct verdict *verdict = desk->post->telling->verdict;
	bool again = verdict && verdict->head && *verdict->head->id && !is_digest &&
		!desk->outlet->notifier->stays;
	uint64_t hash = str_hash(STR_HASH_START, desk->outlet->name);

	hash = str_hash(hash, again ? verdict->head->id : desk->post->claim);
	for (size_t i = 0; i < bundle->nr; i++)
		hash = hash_notice(hash, bundle->items[i]);
	snprintf(id, LETTER_ID_MAX, "%016" PRIx64, hash);
}

static bool tells_of_beginnings(const struct bundle *bundle)
{
	for (size_t i = 0; i < bundle->nr; i++)
		if (bundle->items[i]->kind != NOTICE_NEW)
			return false;
	return true;
}

static struct letter begin_letter(
	const struct desk *desk, const struct bundle *bundle, bool is_digest)
{
	const struct post *post = desk->post;
	struct letter letter = { .outlet = str_dup(desk->outlet->name),
		.type = str_dup(desk->outlet->notifier->type),
		.about = about(desk),
		.recallable = !desk->outlet->notifier->stays && tells_of_beginnings(bundle),
		.title = str_dup(bundle->title),
		.written = str_dup(post->telling->now),
		.claim = str_dup(post->claim),
		.claimed = str_dup(post->claimed),
		.body = json_new_object() };
	struct buf fingerprints = BUF_INIT;

	set_id(desk, bundle, is_digest, letter.id);
	for (size_t i = 0; i < bundle->nr; i++)
		buf_addf(&fingerprints, "%s%s", i ? " " : "", bundle->items[i]->fingerprint);
	letter.fingerprints = buf_detach(&fingerprints);
	return letter;
}

/* A later message about the same takes the place of one that nobody could deliver yet. Who claimed
 * it may be delivering it just now; but nobody after that. */
static void replace(const struct desk *desk, const char *subject)
{
	struct letters *outbox = &desk->state->outbox;

	for (size_t i = outbox->nr; *subject && i-- > 0;) {
		struct letter *letter = &outbox->items[i];

		if (strcmp(letter->outlet, desk->outlet->name) != 0 ||
			strcmp(letter->about, subject) != 0)
			continue;
		if (strcmp(letter->claimed, desk->post->telling->now) <= 0)
			letters_remove(outbox, i);
		else
			letter->overtaken = true;
	}
}

static void note_told(const struct desk *desk, const struct notice *notice)
{
	struct standing *standing = state_find(desk->state, notice->fingerprint);

	if (standing && !texts_have(&standing->told, desk->outlet->name))
		texts_add(&standing->told, desk->outlet->name);
}

static const char *earlier(const struct desk *desk, const struct bundle *bundle)
{
	const struct standing *standing =
		bundle->nr ? state_find(desk->state, bundle->items[0]->fingerprint) : NULL;

	return standing ? standing_left(standing, desk->outlet->name) : NULL;
}

/* Ends are a message of their own. */
static bool is_good_news(const struct bundle *bundle)
{
	return bundle->nr && bundle->items[0]->kind == NOTICE_RESOLVED;
}

static void write_letter(const struct desk *desk, const struct bundle *bundle, bool is_digest)
{
	struct letter letter = begin_letter(desk, bundle, is_digest);
	struct buf silence = BUF_INIT;
	struct news news = { .id = letter.id,
		.verdict = is_digest ? NULL : desk->post->telling->verdict,
		.occasion = occasion_of(desk),
		.notices = bundle->items,
		.nr = bundle->nr,
		.urgency = is_good_news(bundle) ? URGENCY_INFO : bundle->urgency,
		.title = bundle->title,
		.cause = bundle->cause,
		.is_digest = is_digest,
		.earlier = earlier(desk, bundle),
		.silence = &silence };
	bool said = desk->outlet->notifier->compose(desk->outlet, &news, letter.body);

	if (silence.len && desk->post->silence)
		buf_addf(desk->post->silence, "%s: not told: %s\n", desk->outlet->name,
			silence.data);
	buf_release(&silence);
	if (!said) {
		letter_release(&letter);
		return;
	}
	replace(desk, letter.about);
	for (size_t i = 0; !desk->outlet->notifier->stays && i < bundle->nr; i++)
		note_told(desk, bundle->items[i]);
	*ARRAY_ADD(&desk->state->outbox) = letter;
}

/* The caller's to free. */
static const struct notice **pointers_to(const struct notices *notices)
{
	const struct notice **items = mem_alloc(notices->nr + 1, sizeof(struct notice *));

	for (size_t i = 0; i < notices->nr; i++)
		items[i] = &notices->items[i];
	return items;
}

/* All in one message that begins with that word. */
static void write_all(
	const struct desk *desk, const struct notices *notices, const char *what, bool is_digest)
{
	const struct notice **items = pointers_to(notices);
	struct bundle bundle = cause_take_all(items, notices->nr);
	struct buf title = BUF_INIT;

	title_of_all(bundle.items, bundle.nr, what, &title);
	free(bundle.title);
	bundle.title = buf_detach(&title);
	write_letter(desk, &bundle, is_digest);
	bundle_release(&bundle);
	free(items);
}

/* What a channel that has not heard the last of an alert is to hear of it now: it is still new to
 * it, or it never ended. False: nothing. */
static bool catch_up(const struct desk *desk, struct notice *notice)
{
	const char *outlet = desk->outlet->name;
	const struct notice *last = state_waits(desk->state, outlet, notice->fingerprint);
	bool ended = last && last->kind == NOTICE_RESOLVED;
	bool tell = !ended || notice->urgency > last->urgency;

	if (!last)
		return true;
	if (ended)
		note_told(desk, notice);
	notice->kind = ended ? NOTICE_WORSE : last->kind;
	state_unwait(desk->state, outlet, notice->fingerprint);
	return tell;
}

static bool is_quiet(const struct desk *desk)
{
	const struct telling *telling = desk->post->telling;

	return !desk->post->forgetful && quiet_at(&telling->settings->quiet, telling->now);
}

/* News that is to be loud now; what else there is waits. */
static struct notices pick(const struct desk *desk, const struct settlement *settlement)
{
	struct notices picked = { NULL, 0, 0 };
	bool stays = desk->outlet->notifier->stays, quiet = is_quiet(desk) && !stays;

	for (size_t i = 0; i < settlement->nr; i++) {
		const struct settled *settled = &settlement->items[i];
		struct notice notice;

		if (!route_takes(settled, desk->outlet, desk->post->telling->settings))
			continue;
		notice = notice_copy(&settled->notice);
		if (!stays && !catch_up(desk, &notice)) {
			notice_release(&notice);
		} else if (quiet && notice.urgency < URGENCY_CRITICAL) {
			state_wait(desk->state, desk->outlet->name, &notice);
			desk->post->nr_waiting++;
			notice_release(&notice);
		} else {
			*ARRAY_ADD(&picked) = notice;
		}
	}
	return picked;
}

/* What waits of silenced benchmarks goes on waiting. */
static void write_digest(const struct desk *desk)
{
	struct waitings *waiting = &desk->state->waiting, kept = { NULL, 0, 0 };
	struct notices due = { NULL, 0, 0 };

	if (is_quiet(desk) || desk->post->forgetful)
		return;
	for (size_t i = 0; i < waiting->nr; i++) {
		const struct waiting *one = &waiting->items[i];

		if (strcmp(one->outlet, desk->outlet->name) != 0 ||
			state_silenced(
				desk->state, one->notice.benchmark, desk->post->telling->now)) {
			*ARRAY_ADD(&kept) = *one;
			continue;
		}
		*ARRAY_ADD(&due) = one->notice;
		free(one->outlet);
	}
	ARRAY_RELEASE(waiting);
	*waiting = kept;
	if (due.nr)
		write_all(desk, &due, "after quiet hours", true);
	notices_release(&due);
}

static void write_bundles(const struct desk *desk, const struct notices *notices)
{
	static const struct census nothing = { 0, 0, false };
	const struct census *census = desk->post->census;
	const struct notice **items = pointers_to(notices);
	struct bundles bundles = cause_bundle(items, notices->nr, census ? census : &nothing);

	for (size_t i = 0; i < bundles.nr; i++)
		write_letter(desk, &bundles.items[i], false);
	bundles_release(&bundles);
	free(items);
}

static const char *word_of(const struct desk *desk)
{
	const struct verdict *verdict = desk->post->telling->verdict;

	return verdict ? verdict_word_name(verdict->word) : "without a run";
}

static void write_outlet(const struct desk *desk, const struct settlement *settlement)
{
	struct notices picked;

	if (desk->outlet->notifier->stays && !desk->post->telling->verdict)
		return;
	write_digest(desk);
	picked = pick(desk, settlement);
	if (desk->outlet->notifier->stays || (desk->post->ignorant && picked.nr))
		write_all(desk, &picked, word_of(desk), false);
	else if (picked.nr)
		write_bundles(desk, &picked);
	notices_release(&picked);
}

void post_letters(struct post *post, const struct settlement *settlement, struct state *state)
{
	const struct outlets *outlets = &post->telling->settings->outlets;

	for (size_t i = 0; i < outlets->nr; i++)
		write_outlet(&(struct desk){ post, state, &outlets->items[i] }, settlement);
}
