/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/settle.h"

#include "base/array.h"
#include "base/date.h"
#include "base/str.h"
#include "sys/clock.h"

#include <stdlib.h>
#include <string.h>

static struct settled *add(
	struct settlement *settlement, const struct standing *standing, enum notice_kind kind)
{
	struct settled *settled = ARRAY_ADD(settlement);

	*settled = (struct settled){ .notice = notice_copy(&standing->notice), .of_run = true };
	settled->notice.kind = kind;
	settled->is_news = kind != NOTICE_STANDING;
	return settled;
}

static struct standing *begin(struct state *state, const struct sighting *sighting)
{
	struct standing *standing = ARRAY_ADD(&state->standings);

	*standing = (struct standing){ .notice = notice_copy(&sighting->notice),
		.peak = sighting->notice.urgency };
	standing->notice.nr_runs = 0;
	return standing;
}

/* What was resolved so lately is no news, unless nobody heard of it the last time. NULL: it is. */
static char *hold_until(
	const struct standing *standing, const struct sighting *sighting, const char *now)
{
	char until[DATE_TIME_MAX];

	if (standing->held)
		memcpy(until, standing->held, strlen(standing->held) + 1);
	else if (!standing->announced || !standing->told.nr)
		return NULL;
	else
		memcpy(until, standing->resolved, strlen(standing->resolved) + 1);
	if (!standing->held)
		date_add_seconds(until, (int64_t)(sighting->rule->cool_down_ns / CLOCK_NS_PER_S));
	if (strcmp(now, until) >= 0 || sighting->notice.urgency > standing->peak)
		return NULL;
	return str_dup(until);
}

static void come_back(struct standing *standing, const struct sighting *sighting, const char *now)
{
	char *held = hold_until(standing, sighting, now);

	if (!held) {
		standing->peak = sighting->notice.urgency;
		texts_release(&standing->told);
		texts_release(&standing->untold);
	}
	free(standing->held);
	standing->held = held;
	str_set(&standing->resolved, NULL);
	str_set(&standing->acked, NULL);
	str_set(&standing->reason, NULL);
	str_set(&standing->run, NULL);
	str_set(&standing->notice.since, now);
	standing->notice.nr_runs = 0;
	standing->nr_escalated = 0;
	standing->announced = false;
}

static bool is_of_same_run(const struct standing *standing, const struct sighting *sighting)
{
	return standing->run && sighting->run && strcmp(standing->run, sighting->run) == 0;
}

static void see(struct standing *standing, const struct sighting *sighting, const char *now)
{
	struct notice notice = notice_copy(&sighting->notice);

	notice.nr_runs = standing->notice.nr_runs + (is_of_same_run(standing, sighting) ? 0 : 1);
	str_set(&standing->run, sighting->run);
	str_set(&notice.since, standing->notice.since);
	notice_release(&standing->notice);
	standing->notice = notice;
	str_set(&standing->seen, now);
}

static void unack_when_worse(struct standing *standing, enum urgency urgency)
{
	if (!standing->acked || urgency <= standing->peak)
		return;
	str_set(&standing->acked, NULL);
	str_set(&standing->reason, NULL);
}

/* What there is to be said of what a run raised, which is on record now. */
static enum notice_kind kind_of(struct standing *standing, const char *now)
{
	bool worse = standing->notice.urgency > standing->peak;
	bool held = standing->held && strcmp(now, standing->held) < 0 && !worse;

	if (standing->acked || held)
		return NOTICE_STANDING;
	str_set(&standing->held, NULL);
	if (worse || !standing->announced)
		standing->peak = standing->notice.urgency;
	if (standing->announced && !worse)
		return NOTICE_STANDING;
	texts_release(&standing->untold);
	if (standing->announced)
		return NOTICE_WORSE;
	standing->announced = true;
	texts_release(&standing->told);
	return NOTICE_NEW;
}

/* What stands is new to those who could not hear of it. */
static void tell_untold(struct standing *standing, struct settlement *settlement)
{
	struct settled *settled;

	if (!standing->untold.nr || standing->acked || standing->held)
		return;
	settled = add(settlement, standing, NOTICE_NEW);
	settled->of_run = false;
	settled->exactly = true;
	settled->channels = standing->untold;
	standing->untold = (struct texts){ 0 };
}

static void settle_raised(struct state *state, const struct sighting *sighting, const char *now,
	struct settlement *settlement)
{
	struct standing *standing = state_find(state, sighting->fingerprint);
	enum notice_kind kind;
	struct settled *settled;

	if (!standing)
		standing = begin(state, sighting);
	else if (standing->resolved)
		come_back(standing, sighting, now);
	unack_when_worse(standing, sighting->notice.urgency);
	see(standing, sighting, now);
	if (state_silenced(state, standing->notice.benchmark, now))
		return;
	kind = kind_of(standing, now);
	settled = add(settlement, standing, kind);
	for (size_t i = 0; i < sighting->channels.nr; i++)
		texts_add(&settled->channels, sighting->channels.items[i]);
	if (kind == NOTICE_STANDING)
		tell_untold(standing, settlement);
}

/* Those who heard of it hear of its end, and what keeps one message of a run up to date says it
 * too; whoever was still to be told need not be told at all. An improvement that is gone is no end
 * of a trouble. */
static void settle_passing(struct state *state, const char *fingerprint, const char *now,
	struct settlement *settlement)
{
	struct standing *standing = state_find(state, fingerprint);
	struct settled *settled;

	if (!standing || standing->resolved)
		return;
	str_set(&standing->resolved, now);
	str_set(&standing->seen, now);
	state_unwait_all(state, fingerprint);
	if (standing->notice.better || !standing->announced ||
		state_silenced(state, standing->notice.benchmark, now))
		return;
	settled = add(settlement, standing, NOTICE_RESOLVED);
	settled->notice.urgency = standing->peak;
	settled->exactly = true;
}

/* Who was told of the beginning: that is known once what need not be sent is recalled. */
static void address_ends(const struct state *state, struct settlement *settlement)
{
	for (size_t i = 0; i < settlement->nr; i++) {
		struct settled *settled = &settlement->items[i];
		const struct standing *standing = state_find(state, settled->notice.fingerprint);

		if (settled->notice.kind != NOTICE_RESOLVED)
			continue;
		settled->is_news = standing->told.nr > 0;
		for (size_t j = 0; j < standing->told.nr; j++)
			texts_add(&settled->channels, standing->told.items[j]);
	}
}

static const struct rule *rule_named(const struct rules *rules, const char *name)
{
	for (size_t i = 0; i < rules->nr; i++)
		if (strcmp(rules->items[i].name, name) == 0)
			return &rules->items[i];
	return NULL;
}

/* The k-th time is due after k times so many runs, or so long. */
static bool is_due(const struct standing *standing, const struct rule *rule, const char *now)
{
	uint64_t next = standing->nr_escalated + 1;
	int64_t age_s = date_seconds_between(standing->notice.since, now);

	if (next > rule->escalate_to.nr)
		return false;
	if (rule->escalate_after_runs &&
		standing->notice.nr_runs > next * rule->escalate_after_runs)
		return true;
	return rule->escalate_after_ns && age_s > 0 &&
		(uint64_t)age_s >= next * rule->escalate_after_ns / CLOCK_NS_PER_S;
}

static struct settled *find(const struct settlement *settlement, const char *fingerprint)
{
	for (size_t i = 0; i < settlement->nr; i++)
		if (strcmp(settlement->items[i].notice.fingerprint, fingerprint) == 0)
			return &settlement->items[i];
	return NULL;
}

/* One that is told of in another way just now waits for the next run. */
static void escalate(
	struct standing *standing, const struct rule *rule, struct settlement *settlement)
{
	struct settled *settled = find(settlement, standing->notice.fingerprint);

	if (settled && settled->notice.kind != NOTICE_STANDING)
		return;
	if (settled)
		texts_release(&settled->channels);
	else
		settled = add(settlement, standing, NOTICE_ESCALATED);
	settled->of_run = settled->notice.kind == NOTICE_STANDING;
	settled->notice.kind = NOTICE_ESCALATED;
	settled->notice.urgency = standing->peak;
	settled->is_news = true;
	settled->exactly = true;
	texts_add(&settled->channels, rule->escalate_to.items[standing->nr_escalated++]);
}

static void escalate_all(struct state *state, const struct rules *rules, const char *now,
	struct settlement *settlement)
{
	for (size_t i = 0; i < state->standings.nr; i++) {
		struct standing *standing = &state->standings.items[i];
		const struct rule *rule = rule_named(rules, standing->notice.rule);

		if (rule && !standing->resolved && !standing->acked && standing->announced &&
			!standing->notice.better && is_due(standing, rule, now) &&
			!state_silenced(state, standing->notice.benchmark, now))
			escalate(standing, rule, settlement);
	}
}

struct settlement settle(struct state *state, const struct sightings *sightings,
	const struct rules *rules, const char *now)
{
	struct settlement settlement = { NULL, 0, 0 };

	for (size_t i = 0; sightings && i < sightings->nr; i++) {
		const struct sighting *sighting = &sightings->items[i];

		if (sighting->raised)
			settle_raised(state, sighting, now, &settlement);
		else if (sighting->passes)
			settle_passing(state, sighting->fingerprint, now, &settlement);
	}
	state_recall(state);
	address_ends(state, &settlement);
	escalate_all(state, rules, now, &settlement);
	return settlement;
}

void settlement_release(struct settlement *settlement)
{
	for (size_t i = 0; i < settlement->nr; i++) {
		notice_release(&settlement->items[i].notice);
		texts_release(&settlement->items[i].channels);
	}
	ARRAY_RELEASE(settlement);
}
