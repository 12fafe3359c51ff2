/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/compose.h"

#include "base/array.h"
#include "base/str.h"
#include "notify/cause.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One channel's part. */
struct compose_channel {
	struct compose_job *job;
	struct state *state;
	const struct outlet *outlet;
	struct outgoings *out;
};

/* What a channel is to be told of an alert; the texts are the state's. */
struct owed_alert {
	struct notice notice;
	const char *message; /* id of the message that failed to tell it; or NULL */
};

struct owed {
	struct owed_alert *items;
	size_t nr, alloc;
};

static void outgoing_release(struct outgoing *message)
{
	free(message->about);
	free(message->progress);
	free(message->title);
	json_free(message->body);
	free(message->alerts);
}

void outgoings_release(struct outgoings *outgoings)
{
	for (size_t i = 0; i < outgoings->nr; i++)
		outgoing_release(&outgoings->items[i]);
	ARRAY_RELEASE(outgoings);
}

static uint64_t hash_alert(
	const struct tracked_alert *alert, enum notice_kind kind, uint64_t channel_hash)
{
	uint64_t hash = str_hash(channel_hash, notice_words[kind]);
	char number[24];

	snprintf(number, sizeof number, "%" PRIu64,
		kind == NOTICE_ESCALATED ? alert->nr_escalated : 0);
	hash = str_hash(str_hash(hash, alert->notice.fingerprint), alert->turn);
	return str_hash(hash, number);
}

/* Of what it tells, so that a receiver knows a message that comes twice. */
static void set_id(struct outgoing *message, const struct state *state)
{
	uint64_t hash = str_hash(STR_HASH_START, message->outlet->name);

	hash = str_hash(hash, message->about ? message->about : "");
	for (size_t i = 0; i < message->nr; i++)
		hash = hash_alert(
			&state->alerts.items[message->alerts[i].at], message->alerts[i].kind, hash);
	snprintf(message->id, sizeof message->id, "%016" PRIx64, hash);
}

/* NULL: the channel keeps no message. Else a change of a repository has one, or a branch. */
static char *about_of(const struct compose_channel *channel)
{
	const struct notifier *notifier = channel->outlet->notifier;
	const struct ci_context *ci = channel->job->telling->ci;
	struct buf text = BUF_INIT;

	if (!notifier->stays)
		return NULL;
	if (notifier->about)
		notifier->about(channel->outlet, ci, &text);
	else if (*ci->pull_request)
		buf_addf(&text, "%s#%s", ci->repository, ci->pull_request);
	else
		buf_addf(&text, "%s@%s", ci->repository, ci->branch);
	return buf_detach(&text);
}

static void add_to_message(const struct compose_channel *channel, const struct notice *notice,
	struct outgoing *message)
{
	const struct tracked_alert *alert = state_find(channel->state, notice->fingerprint);
	const struct receipt *receipt = receipts_find(&alert->told, channel->outlet->name);

	message->alerts[message->nr++] =
		(struct outgoing_alert){ (size_t)(alert - channel->state->alerts.items),
			notice->kind, receipt && receipt->told, receipt && receipt->unsure };
}

static struct outgoing begin_message(
	const struct compose_channel *channel, const struct bundle *bundle)
{
	struct outgoing message = { .outlet = channel->outlet,
		.about = about_of(channel),
		.title = str_dup(bundle->title),
		.body = json_new_object(),
		.alerts = mem_alloc(bundle->nr + 1, sizeof *message.alerts) };

	for (size_t i = 0; i < bundle->nr; i++)
		add_to_message(channel, bundle->items[i], &message);
	set_id(&message, channel->state);
	return message;
}

/* What the channel left of an earlier message about the first alert; or NULL. */
static const char *thread_of(const struct compose_channel *channel, const struct outgoing *message)
{
	const struct tracked_alerts *alerts = &channel->state->alerts;
	const struct receipt *receipt = message->nr
		? receipts_find(&alerts->items[message->alerts[0].at].told, channel->outlet->name)
		: NULL;

	return receipt ? receipt->thread : NULL;
}

/* Ends are a message of their own. */
static bool is_good_news(const struct bundle *bundle)
{
	return bundle->nr && bundle->items[0]->kind == NOTICE_RESOLVED;
}

/* Takes the message over. The verdict is of the run that it tells of; NULL: of none. */
static void add_composed(const struct compose_channel *channel, const struct bundle *bundle,
	const struct verdict *verdict, bool is_digest, struct outgoing message)
{
	struct compose_job *job = channel->job;
	struct buf not_sent = BUF_INIT;
	struct content content = { .id = message.id,
		.verdict = verdict,
		.ci = job->telling->ci,
		.notices = bundle->items,
		.nr = bundle->nr,
		.urgency = is_good_news(bundle) ? URGENCY_INFO : bundle->urgency,
		.title = bundle->title,
		.cause = bundle->cause,
		.is_digest = is_digest,
		.earlier = thread_of(channel, &message),
		.silence = &not_sent };
	bool composed = channel->outlet->notifier->compose(channel->outlet, &content, message.body);

	if (not_sent.len && job->not_told)
		buf_addf(job->not_told, "%s: %s\n", channel->outlet->name, not_sent.data);
	buf_release(&not_sent);
	if (composed)
		*ARRAY_ADD(channel->out) = message;
	else
		outgoing_release(&message);
}

static void compose_add_message(
	const struct compose_channel *channel, const struct bundle *bundle, bool is_digest)
{
	add_composed(channel, bundle, is_digest ? NULL : channel->job->telling->verdict, is_digest,
		begin_message(channel, bundle));
}

/* The caller's to free. */
static const struct notice **pointers_to(const struct owed *owed)
{
	const struct notice **items = mem_alloc(owed->nr + 1, sizeof(struct notice *));

	for (size_t i = 0; i < owed->nr; i++)
		items[i] = &owed->items[i].notice;
	return items;
}

/* All in one message that begins with that word. */
static void add_whole(const struct compose_channel *channel, const struct owed *owed,
	const char *what, bool is_digest)
{
	const struct notice **items = pointers_to(owed);
	struct bundle bundle = cause_take_all(items, owed->nr);
	struct buf title = BUF_INIT;

	title_of_all(bundle.items, bundle.nr, what, &title);
	free(bundle.title);
	bundle.title = buf_detach(&title);
	compose_add_message(channel, &bundle, is_digest);
	bundle_release(&bundle);
	free(items);
}

static void add_bundles(const struct compose_channel *channel, const struct owed *owed)
{
	static const struct census nothing = { 0, 0, false };
	const struct census *census = channel->job->census;
	const struct notice **items = pointers_to(owed);
	struct bundles bundles = cause_bundle(items, owed->nr, census ? census : &nothing);

	for (size_t i = 0; i < bundles.nr; i++)
		compose_add_message(channel, &bundles.items[i], false);
	bundles_release(&bundles);
	free(items);
}

static struct json *copy_body(const struct json *body)
{
	struct json *copy = json_new_object();

	json_copy_members(copy, body);
	return copy;
}

static struct outgoing copy_unsent(
	const struct unsent *unsent, const struct outlet *outlet, size_t nr_alerts)
{
	struct outgoing message = { .outlet = outlet,
		.about = *unsent->about ? str_dup(unsent->about) : NULL,
		.title = str_dup(unsent->title),
		.body = copy_body(unsent->body),
		.alerts = mem_alloc(nr_alerts + 1, sizeof *message.alerts) };

	memcpy(message.id, unsent->id, sizeof message.id);
	str_set(&message.progress, unsent->progress);
	return message;
}

/* Of no run: the run that the message told of is over. */
static void compose_rest(const struct compose_channel *channel, const struct owed *owed,
	const char *id, const char *progress)
{
	const struct notice **items = pointers_to(owed);
	struct bundle bundle = cause_take_all(items, owed->nr);
	struct outgoing message = begin_message(channel, &bundle);

	snprintf(message.id, sizeof message.id, "%s", id);
	str_set(&message.progress, progress);
	add_composed(channel, &bundle, NULL, false, message);
	bundle_release(&bundle);
	free(items);
}

/* A message that failed is sent as it was. Where something of it is over, what is left of it is
 * composed, under the same id. */
static void compose_again(
	const struct compose_channel *channel, const struct owed *owed, const char *id)
{
	const struct unsent *unsent = unsents_find(&channel->state->unsent, id);
	struct outgoing message;

	if (!unsent || unsent->nr_alerts != owed->nr) {
		compose_rest(channel, owed, id, unsent ? unsent->progress : NULL);
		return;
	}
	message = copy_unsent(unsent, channel->outlet, owed->nr);
	for (size_t i = 0; i < owed->nr; i++)
		add_to_message(channel, &owed->items[i].notice, &message);
	*ARRAY_ADD(channel->out) = message;
}

/* Alerts of one message stay together. */
static void compose_all_again(const struct compose_channel *channel, struct owed *again)
{
	while (again->nr) {
		const char *id = again->items[0].message;
		struct owed group = { NULL, 0, 0 };
		size_t kept = 0;

		for (size_t i = 0; i < again->nr; i++)
			if (strcmp(again->items[i].message, id) == 0)
				*ARRAY_ADD(&group) = again->items[i];
			else
				again->items[kept++] = again->items[i];
		again->nr = kept;
		compose_again(channel, &group, id);
		ARRAY_RELEASE(&group);
	}
}

static bool is_quiet(const struct compose_channel *channel)
{
	const struct telling *telling = channel->job->telling;

	return !channel->job->state_read_only && !channel->outlet->notifier->stays &&
		quiet_at(&telling->settings->quiet, telling->now);
}

static bool is_paused(const struct compose_channel *channel)
{
	return state_paused(channel->state, channel->outlet->name, channel->job->telling->now);
}

static void put_off(const struct compose_channel *channel, struct tracked_alert *alert, bool paused)
{
	struct receipt *receipt = receipts_get(&alert->told, channel->outlet->name);

	if (!receipt->put_off)
		(*(paused ? &channel->job->nr_paused : &channel->job->nr_put_off))++;
	receipt->put_off = true;
}

/* What of the alerts is owed: sent `again` because it failed, put off and now due in the `digest`,
 * or for the first time. */
static void collect_owed(const struct compose_channel *channel, struct owed *owed,
	struct owed *digest, struct owed *again)
{
	const struct telling *telling = channel->job->telling;
	bool quiet = is_quiet(channel), paused = is_paused(channel);

	for (size_t i = 0; i < channel->state->alerts.nr; i++) {
		struct tracked_alert *alert = &channel->state->alerts.items[i];
		const struct receipt *receipt = receipts_find(&alert->told, channel->outlet->name);
		struct owed_alert one = { alert->notice, receipt ? receipt->message : NULL };

		if (!reconcile_owes(
			    channel->state, alert, channel->outlet, telling, &one.notice.kind))
			continue;
		if (one.notice.kind != NOTICE_STANDING)
			one.notice.urgency = alert->peak;
		if (paused || (quiet && one.notice.urgency < URGENCY_CRITICAL))
			put_off(channel, alert, paused);
		else if (one.message)
			*ARRAY_ADD(again) = one;
		else if (receipt && receipt->put_off && !quiet)
			*ARRAY_ADD(digest) = one;
		else
			*ARRAY_ADD(owed) = one;
	}
}

static void compose_channel(const struct compose_channel *channel)
{
	const struct verdict *verdict = channel->job->telling->verdict;
	const char *word = verdict ? verdict_word_name(verdict->word) : "without a run";
	bool stays = channel->outlet->notifier->stays;
	struct owed owed = { NULL, 0, 0 }, digest = { NULL, 0, 0 }, again = { NULL, 0, 0 };

	if (stays && (!verdict || is_paused(channel)))
		return;
	collect_owed(channel, &owed, &digest, &again);
	compose_all_again(channel, &again);
	if (digest.nr)
		add_whole(channel, &digest, "after quiet hours", true);
	if (stays || (channel->job->state_unknown && owed.nr))
		add_whole(channel, &owed, word, false);
	else if (owed.nr)
		add_bundles(channel, &owed);
	ARRAY_RELEASE(&owed);
	ARRAY_RELEASE(&digest);
	ARRAY_RELEASE(&again);
}

/* So that a later run can send it when this one cannot. What is sent as it was is kept already. */
static void keep_message(struct unsents *unsents, const struct outgoing *message, const char *now)
{
	struct unsent *earlier = message->about ? NULL : unsents_find(unsents, message->id);
	struct unsent unsent = { .channel = str_dup(message->outlet->name),
		.type = str_dup(message->outlet->notifier->type),
		.about = str_dup(message->about ? message->about : ""),
		.nr_alerts = message->nr,
		.title = str_dup(message->title),
		.written = str_dup(earlier ? earlier->written : now),
		.body = copy_body(message->body),
		.nr_attempts = earlier ? earlier->nr_attempts : 0 };

	memcpy(unsent.id, message->id, sizeof unsent.id);
	str_set(&unsent.progress, message->progress);
	if (earlier) {
		str_set(&unsent.trouble, earlier->trouble);
		unsents_remove(unsents, (size_t)(earlier - unsents->items));
	}
	unsents_add(unsents, unsent);
}

static bool has_newer(const struct unsent *unsent, const struct outgoings *own)
{
	for (size_t i = 0; i < own->nr; i++)
		if (own->items[i].about && strcmp(own->items[i].about, unsent->about) == 0 &&
			strcmp(own->items[i].outlet->name, unsent->channel) == 0)
			return true;
	return false;
}

/* Another type would not understand the body. Alerts are composed again where they can be. */
static void drop_misfits(struct compose_job *job, struct unsents *unsents)
{
	for (size_t i = unsents->nr; i-- > 0;) {
		const struct unsent *unsent = &unsents->items[i];
		const struct outlet *outlet =
			outlets_find(&job->telling->settings->outlets, unsent->channel);

		if (!outlet || strcmp(unsent->type, outlet->notifier->type) == 0)
			continue;
		if (*unsent->about || outlet->notifier->stays) {
			buf_addf(job->warnings,
				"%s: a message was dropped that was written for a channel of type ",
				outlet->name);
			buf_add_printable(job->warnings, unsent->type);
			buf_addf(job->warnings, "; it is of type %s now: ", outlet->notifier->type);
			buf_add_printable(job->warnings, unsent->title);
			buf_addc(job->warnings, '\n');
		}
		unsents_remove(unsents, i);
	}
}

/* What earlier runs could not send, and this one has nothing newer about. Alerts are among its own
 * messages. */
static void add_unsent(const struct compose_job *job, const struct state *state,
	const struct outgoings *own, struct outgoings *out)
{
	const struct unsents *unsents = &state->unsent;

	for (size_t i = 0; i < unsents->nr; i++) {
		const struct unsent *unsent = &unsents->items[i];
		const struct outlet *outlet =
			outlets_find(&job->telling->settings->outlets, unsent->channel);

		if (outlet && *unsent->about && !has_newer(unsent, own) &&
			!state_paused(state, outlet->name, job->telling->now))
			*ARRAY_ADD(out) = copy_unsent(unsent, outlet, 0);
	}
}

/* What is left of earlier runs goes first, so that nobody hears of an end before the beginning. */
struct outgoings compose_all(struct compose_job *job, struct state *state)
{
	const struct outlets *outlets = &job->telling->settings->outlets;
	struct outgoings own = { NULL, 0, 0 }, out = { NULL, 0, 0 };

	drop_misfits(job, &state->unsent);
	for (size_t i = 0; i < outlets->nr; i++)
		compose_channel(&(struct compose_channel){ job, state, &outlets->items[i], &own });
	if (job->state_read_only)
		return own;
	add_unsent(job, state, &own, &out);
	for (size_t i = 0; i < own.nr; i++) {
		keep_message(&state->unsent, &own.items[i], job->telling->now);
		*ARRAY_ADD(&out) = own.items[i];
	}
	ARRAY_RELEASE(&own);
	return out;
}

static void start_alert(struct tracked_alert *alert, const struct outgoing_alert *one,
	const struct outgoing *message)
{
	struct receipt *receipt = receipts_get(&alert->told, message->outlet->name);

	if (!receipt->told) {
		receipt->kind = one->kind;
		receipt->urgency = alert->peak;
	}
	receipt->told = receipt->unsure = true;
	str_set(&receipt->message, message->id);
}

void outgoings_start(const struct outgoings *outgoings, struct state *state)
{
	for (size_t i = 0; i < outgoings->nr; i++) {
		const struct outgoing *message = &outgoings->items[i];

		for (size_t j = 0; !message->about && j < message->nr; j++)
			start_alert(&state->alerts.items[message->alerts[j].at],
				&message->alerts[j], message);
	}
	state_drop_unsent(state);
}

/* What surely did not arrive is as if it had not been sent. */
static void fail_alert(
	struct receipt *receipt, const struct outgoing_alert *one, const struct delivery *delivery)
{
	if (!delivery->doubtful && !delivery->progress) {
		receipt->told = one->was_told;
		receipt->unsure = one->was_unsure;
	}
	if (delivery->outcome == DELIVERED_REFUSED)
		str_set(&receipt->message, NULL);
}

static void end_alert(struct tracked_alert *alert, const struct outgoing_alert *one,
	const struct delivery *delivery)
{
	struct receipt *receipt = receipts_get(&alert->told, delivery->outlet->name);

	if (delivery->outcome == DELIVERED)
		receipt_tell(receipt, alert, one->kind);
	else
		fail_alert(receipt, one, delivery);
	if (delivery->left)
		str_set(&receipt->thread, delivery->left);
}

static void end_unsent(struct unsents *unsents, const struct delivery *delivery)
{
	struct unsent *unsent = unsents_find(unsents, delivery->id);

	if (!unsent)
		return;
	if (delivery->outcome != DELIVERED_LATER) {
		unsents_remove(unsents, (size_t)(unsent - unsents->items));
		return;
	}
	unsent->nr_attempts++;
	str_set(&unsent->trouble, delivery->error.text);
	str_set(&unsent->progress, delivery->progress);
}

void outgoing_end(
	const struct outgoing *message, const struct delivery *delivery, struct state *state)
{
	end_unsent(&state->unsent, delivery);
	for (size_t i = 0; !message->about && i < message->nr; i++)
		end_alert(
			&state->alerts.items[message->alerts[i].at], &message->alerts[i], delivery);
}
