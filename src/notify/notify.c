/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * With a state, what is to be sent is written down before it is sent, claimed by this run until a
 * time; and taken out once it is. Killed in between, another run sends it once the claim has run
 * out, under the same id.
 */
#include "notify/notify.h"

#include "base/array.h"
#include "base/date.h"
#include "base/str.h"
#include "notify/keep.h"
#include "notify/post.h"
#include "notify/queue.h"
#include "sys/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Beyond the budget: for waiting until the state can be written. */
#define CLAIM_MARGIN_S 20

/* One telling under way. */
struct round {
	const struct telling *telling;
	struct told *told;
	char claim[LETTER_ID_MAX];
	char claimed[DATE_TIME_MAX];
	uint64_t seed;
	bool forgetful;         /* nothing is remembered... */
	bool ignorant;          /* ... nor known */
	struct letters ours;    /* to be delivered by this run, in the order written */
	struct delivery *items; /* one a letter */
	struct secrets secrets;
};

void told_release(struct told *told)
{
	buf_release(&told->lines);
	buf_release(&told->warnings);
}

static struct round begin_round(const struct telling *telling, struct told *told)
{
	struct round round = { .telling = telling, .told = told, .seed = clock_entropy() };
	uint64_t budget_s = telling->settings->budget_ns / CLOCK_NS_PER_S;

	snprintf(round.claim, sizeof round.claim, "%016" PRIx64, round.seed);
	snprintf(round.claimed, sizeof round.claimed, "%s", telling->now);
	date_add_seconds(round.claimed, (int64_t)budget_s + 1 + CLAIM_MARGIN_S);
	outlets_secrets(&telling->settings->outlets, &round.secrets);
	return round;
}

static void end_round(struct round *round)
{
	for (size_t i = 0; round->items && i < round->ours.nr; i++) {
		free(round->items[i].left);
		json_free(round->items[i].rest);
	}
	free(round->items);
	letters_release(&round->ours);
	secrets_release(&round->secrets);
}

static struct letter copy_letter(const struct letter *letter)
{
	struct letter copy = *letter;

	copy.outlet = str_dup(letter->outlet);
	copy.type = str_dup(letter->type);
	copy.about = str_dup(letter->about);
	copy.title = str_dup(letter->title);
	copy.fingerprints = str_dup(letter->fingerprints);
	copy.written = str_dup(letter->written);
	copy.claim = str_dup(letter->claim);
	copy.claimed = str_dup(letter->claimed);
	copy.trouble = letter->trouble ? str_dup(letter->trouble) : NULL;
	copy.body = json_new_object();
	json_copy_members(copy.body, letter->body);
	return copy;
}

static bool is_ours(const struct round *round, const struct letter *letter)
{
	return strcmp(letter->claim, round->claim) == 0;
}

static const struct outlet *outlet_of(const struct round *round, const struct letter *letter)
{
	return outlets_find(&round->telling->settings->outlets, letter->outlet);
}

static bool is_anothers(const struct round *round, const struct letter *letter)
{
	return *letter->claim && !is_ours(round, letter) &&
		strcmp(round->telling->now, letter->claimed) < 0;
}

/* Their later ones are sent by now, or will be. */
static void drop_overtaken(const struct round *round, struct letters *outbox)
{
	for (size_t i = outbox->nr; i-- > 0;)
		if (outbox->items[i].overtaken && !is_anothers(round, &outbox->items[i]))
			letters_remove(outbox, i);
}

/* What was composed for a channel of the name that is of another kind now. */
static void drop_misfits(const struct round *round, struct letters *outbox, struct buf *warnings)
{
	for (size_t i = outbox->nr; i-- > 0;) {
		const struct letter *letter = &outbox->items[i];
		const struct outlet *outlet = outlet_of(round, letter);

		if (!outlet || is_anothers(round, letter) ||
			strcmp(letter->type, outlet->notifier->type) == 0)
			continue;
		buf_addf(warnings,
			"%s: a message was dropped that was written for a channel of type ",
			outlet->name);
		buf_add_printable(warnings, letter->type);
		buf_addf(warnings, "; it is of type %s now: ", outlet->notifier->type);
		buf_add_printable(warnings, letter->title);
		buf_addc(warnings, '\n');
		letters_remove(outbox, i);
	}
}

/* What earlier runs could not deliver, or did not live to. */
static void claim_leftovers(const struct round *round, struct letters *outbox, struct buf *warnings)
{
	drop_overtaken(round, outbox);
	drop_misfits(round, outbox, warnings);
	for (size_t i = 0; i < outbox->nr; i++) {
		struct letter *letter = &outbox->items[i];

		if (!outlet_of(round, letter) || is_anothers(round, letter))
			continue;
		/* Whose claim ran out may have sent it and been killed. */
		letter->recallable &= !*letter->claim || is_ours(round, letter);
		free(letter->claim);
		free(letter->claimed);
		letter->claim = str_dup(round->claim);
		letter->claimed = str_dup(round->claimed);
	}
}

/* Does another run still have a letter that this one follows? */
static bool is_ahead(const struct round *round, const struct letters *outbox, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (!is_ours(round, &outbox->items[i]) &&
			queue_follows(&outbox->items[at], &outbox->items[i]))
			return true;
	return false;
}

static void leave_what_is_not_due(const struct round *round, struct letters *outbox)
{
	size_t nr = 0;

	for (size_t i = 0; i < outbox->nr; i++) {
		struct letter *letter = &outbox->items[i];

		if (!is_ours(round, letter) || !is_ahead(round, outbox, i))
			continue;
		*letter->claim = '\0';
		*letter->claimed = '\0';
		nr++;
	}
	if (nr)
		buf_addf(&round->told->lines,
			"%zu message%s for an earlier one that another run is sending\n", nr,
			nr > 1 ? "s wait" : " waits");
}

/* Settles the run in the state and writes its letters into the outbox. */
static void write_letters(struct round *round, struct state *state)
{
	const struct telling *telling = round->telling;
	struct subject subject = { telling->verdict, NULL, telling->occasion->branch,
		telling->occasion->commit };
	struct alerts alerts = { NULL, 0, 0 };
	struct sightings sightings = { .nr = 0 };
	struct settlement settlement;
	struct post post = { .telling = telling,
		.census = telling->verdict ? &sightings.census : NULL,
		.forgetful = round->forgetful,
		.ignorant = round->ignorant,
		.claim = round->claim,
		.claimed = round->claimed,
		.silence = &round->told->lines };

	if (telling->verdict) {
		alerts = alerts_raise(telling->rules, &subject);
		sightings = sightings_take(&subject, &alerts, telling->now);
		sightings_add_identical(&sightings, &subject, &state->standings);
	}
	settlement =
		settle(state, telling->verdict ? &sightings : NULL, telling->rules, telling->now);
	post_letters(&post, &settlement, state);
	if (post.nr_waiting)
		buf_addf(&round->told->lines, "%zu notice%s until quiet hours are over\n",
			post.nr_waiting, post.nr_waiting > 1 ? "s wait" : " waits");
	settlement_release(&settlement);
	sightings_release(&sightings);
	alerts_release(&alerts);
}

static void take_ours(struct round *round, const struct state *state)
{
	for (size_t i = 0; i < state->outbox.nr; i++)
		if (is_ours(round, &state->outbox.items[i]))
			*ARRAY_ADD(&round->ours) = copy_letter(&state->outbox.items[i]);
	round->items = mem_alloc(round->ours.nr + 1, sizeof *round->items);
	for (size_t i = 0; i < round->ours.nr; i++)
		round->items[i] =
			(struct delivery){ .outlet = outlet_of(round, &round->ours.items[i]),
				.letter = &round->ours.items[i],
				.error = ERROR_INIT };
}

/* Nothing is known of what was told before, or it is (and cannot be added to). */
static void go_on_without(struct round *round, const struct error *why, struct state *known)
{
	struct state nothing = { .outbox = { NULL, 0, 0 } };
	struct state *state = known ? known : &nothing;

	round->forgetful = true;
	round->ignorant = !known;
	buf_addf(&round->told->warnings,
		"%s; what is sent is not remembered, and may be told again by the next run\n",
		why->text);
	write_letters(round, state);
	take_ours(round, state);
	state_release(&nothing);
}

/* The state on disk stays as it was; nothing that waits there is touched. */
static void go_on_unwritten(struct round *round, const char *path, const struct error *why)
{
	struct keep keep = KEEP_INIT;
	struct error err = ERROR_INIT;

	buf_clear(&round->told->lines);
	if (keep_look(&keep, path, &err))
		go_on_without(round, why, NULL);
	else
		go_on_without(round, why, &keep.state);
	keep_close(&keep);
}

static void prepare(struct round *round)
{
	const char *path = round->telling->state;
	struct buf dropped = BUF_INIT;
	struct keep keep = KEEP_INIT;
	struct error err = ERROR_INIT;

	if (!path || keep_open(&keep, path, &round->told->warnings, &err)) {
		if (!path)
			error_set(&err, ERR_IO, "%s", round->telling->why_no_state);
		go_on_without(round, &err, NULL);
		return;
	}
	state_expire(&keep.state, round->telling->now, &dropped);
	write_letters(round, &keep.state);
	claim_leftovers(round, &keep.state.outbox, &dropped);
	leave_what_is_not_due(round, &keep.state.outbox);
	if (keep_write(&keep, &dropped, &err)) {
		go_on_unwritten(round, path, &err);
	} else {
		take_ours(round, &keep.state);
		buf_adds(&round->told->warnings, dropped.data);
	}
	buf_release(&dropped);
	keep_close(&keep);
}

/* What became of the message is remembered of each alert in it. */
static void note_outcome(struct state *state, const struct delivery *item)
{
	const struct letter *letter = item->letter;
	const char *at = letter->fingerprints;
	char fingerprint[ALERT_FINGERPRINT_MAX];

	while (letter_next_alert(&at, fingerprint)) {
		struct standing *standing = state_find(state, fingerprint);

		if (standing && item->left)
			standing_leave(standing, letter->outlet, item->left);
		if (standing && item->outcome == DELIVERED_REFUSED)
			standing_untell(standing, letter->outlet);
	}
}

/* One that is to be kept is anybody's again, and without what of it is done. */
static void put_back(struct letter *letter, const struct delivery *item)
{
	letter->nr_attempts++;
	letter->recallable &= !item->doubtful && !item->outlet->notifier->put;
	free(letter->trouble);
	letter->trouble = str_dup(item->error.text);
	if (item->rest) {
		json_free(letter->body);
		letter->body = json_new_object();
		json_copy_members(letter->body, item->rest);
	}
	*letter->claim = '\0';
	*letter->claimed = '\0';
}

static void record_one(struct round *round, struct state *state, const struct delivery *item)
{
	struct letters *outbox = &state->outbox;
	size_t at = 0;

	note_outcome(state, item);
	while (at < outbox->nr && strcmp(outbox->items[at].id, item->letter->id) != 0)
		at++;
	if (at == outbox->nr)
		return;
	if (item->outcome != DELIVERED_LATER || outbox->items[at].overtaken)
		letters_remove(outbox, at);
	else if (is_ours(round, &outbox->items[at]))
		put_back(&outbox->items[at], item);
}

static void record(struct round *round)
{
	struct keep keep = KEEP_INIT;
	struct error err = ERROR_INIT;
	int rc;

	if (round->forgetful || !round->ours.nr)
		return;
	rc = keep_open(&keep, round->telling->state, &round->told->warnings, &err);
	for (size_t i = 0; !rc && i < round->ours.nr; i++)
		record_one(round, &keep.state, &round->items[i]);
	if (!rc)
		rc = keep_write(&keep, &round->told->warnings, &err);
	if (rc)
		buf_addf(&round->told->warnings,
			"%s; what was sent is not remembered, and will be sent again, under the same id\n",
			err.text);
	keep_close(&keep);
}

static void tell_trouble(struct round *round, const struct delivery *item)
{
	struct told *told = round->told;
	bool waits = item->outcome == DELIVERED_LATER && !round->forgetful;

	buf_addf(&told->warnings, "%s: ", item->letter->outlet);
	buf_add_printable(&told->warnings, item->error.text);
	buf_adds(&told->warnings,
		waits ? "; the message is kept, for the next run or 'benchgate notify --flush' to send\n"
		      : "; the message is lost\n");
	if (waits)
		told->nr_waiting++;
	else
		told->nr_lost++;
}

/* It was delivered, but not all of it, and never will be. */
static void tell_gap(struct round *round, const struct delivery *item)
{
	if (!*item->error.text)
		return;
	buf_addf(&round->told->warnings, "%s: ", item->letter->outlet);
	buf_add_printable(&round->told->warnings, item->error.text);
	buf_addc(&round->told->warnings, '\n');
}

/* A line for a channel that was told something. */
static void tell_outlet(struct round *round, const struct outlet *outlet)
{
	const char *title = NULL;
	size_t nr = 0;

	for (size_t i = 0; i < round->ours.nr; i++) {
		if (round->items[i].outlet != outlet || round->items[i].outcome != DELIVERED)
			continue;
		title = round->ours.items[i].title;
		nr++;
	}
	round->told->nr_sent += nr;
	if (!nr)
		return;
	buf_addf(&round->told->lines, "%s: sent ", outlet->name);
	if (nr == 1)
		buf_add_printable(&round->told->lines, title);
	else
		buf_addf(&round->told->lines, "%zu messages", nr);
	buf_addc(&round->told->lines, '\n');
}

static void tell_all(struct round *round)
{
	const struct outlets *outlets = &round->telling->settings->outlets;

	for (size_t i = 0; i < outlets->nr; i++)
		tell_outlet(round, &outlets->items[i]);
	for (size_t i = 0; i < round->ours.nr; i++)
		if (round->items[i].outcome != DELIVERED)
			tell_trouble(round, &round->items[i]);
		else
			tell_gap(round, &round->items[i]);
	if (!round->told->lines.len && !round->told->warnings.len)
		buf_adds(&round->told->lines, "nothing is to be told\n");
}

static struct delivery_terms terms_of(struct round *round)
{
	return (struct delivery_terms){ round->telling->settings->budget_ns, round->seed,
		&round->secrets };
}

void notify_tell(const struct telling *telling, struct told *told)
{
	struct round round = begin_round(telling, told);
	struct delivery_terms terms = terms_of(&round);

	prepare(&round);
	queue_deliver(round.items, round.ours.nr, &terms);
	record(&round);
	tell_all(&round);
	end_round(&round);
}

static void show_one(
	const struct round *round, const struct delivery *item, const struct delivery_terms *terms)
{
	struct buf *out = &round->told->lines;

	buf_addf(out, "To %s (%s): ", item->outlet->name, item->outlet->notifier->type);
	buf_add_printable(out, item->letter->title);
	buf_addc(out, '\n');
	deliver_show(item, terms, out);
	buf_addc(out, '\n');
}

void notify_show(const struct telling *telling, struct told *told)
{
	struct round round = begin_round(telling, told);
	struct delivery_terms terms = terms_of(&round);
	struct keep keep = KEEP_INIT;
	struct error err = ERROR_INIT;

	if (telling->state && keep_look(&keep, telling->state, &err))
		buf_addf(&told->warnings, "%s\n", err.text);
	write_letters(&round, &keep.state);
	claim_leftovers(&round, &keep.state.outbox, &told->warnings);
	leave_what_is_not_due(&round, &keep.state.outbox);
	take_ours(&round, &keep.state);
	for (size_t i = 0; i < round.ours.nr; i++)
		show_one(&round, &round.items[i], &terms);
	if (!told->lines.len)
		buf_adds(&told->lines, "nothing is to be told\n");
	keep_close(&keep);
	end_round(&round);
}
