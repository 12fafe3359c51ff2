/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/rules.h"

#include "base/array.h"
#include "base/str.h"

#include <inttypes.h>
#include <stdio.h>

/* A budget is a base of its own; a base is known by its machine, for it is renewed now and then. */
static uint64_t hash_base(uint64_t hash, const struct subject *subject)
{
	const struct run *base = subject->verdict->parts[subject->comparison->part].base;
	char machine[ENV_MACHINE_MAX] = "";

	if (subject->comparison->is_limit)
		return str_hash(
			str_hash(hash, "budget"), subject->comparison->tolerance.limit->text);
	if (base)
		env_machine(&base->env, machine);
	return str_hash(str_hash(hash, "base"), machine);
}

void alert_fingerprint(
	const struct subject *subject, bool better, char fingerprint[ALERT_FINGERPRINT_MAX])
{
	const struct comparison *comparison = subject->comparison;
	const struct result *result = comparison->head ? comparison->head : comparison->base;
	uint64_t hash = str_hash(STR_HASH_START, result->name);

	hash = str_hash(hash, comparison->metric ? comparison->metric->name : "");
	hash = str_hash(hash, better ? "better" : "worse");
	hash = hash_base(hash, subject);
	hash = str_hash(hash, subject->branch ? subject->branch : "");
	snprintf(fingerprint, ALERT_FINGERPRINT_MAX, "%016" PRIx64, hash);
}

/* The rules that hold, together. */
struct holding {
	const struct rule *rule; /* the most urgent; NULL: none holds */
	struct texts channels;
	bool by_route; /* one of them names no channel */
};

static void add_rule(struct holding *holding, const struct rule *rule)
{
	if (!holding->rule || rule->urgency > holding->rule->urgency)
		holding->rule = rule;
	holding->by_route |= !rule->channels.nr;
	for (size_t i = 0; i < rule->channels.nr; i++)
		if (!texts_have(&holding->channels, rule->channels.items[i]))
			texts_add(&holding->channels, rule->channels.items[i]);
}

static struct holding holding_rules(const struct rules *rules, const struct subject *subject)
{
	struct holding holding = { .rule = NULL };

	for (size_t i = 0; i < rules->nr; i++)
		if (condition_holds(rules->items[i].parsed, subject))
			add_rule(&holding, &rules->items[i]);
	if (holding.by_route)
		texts_release(&holding.channels);
	return holding;
}

static char *message_of(const struct rule *rule, const struct subject *subject)
{
	struct buf message = BUF_INIT;

	if (rule->message)
		rule_fill_message(rule->message, subject, &message);
	else
		rule_usual_message(subject, &message);
	return buf_detach(&message);
}

static void raise_alert(
	struct alerts *alerts, const struct holding *holding, const struct subject *subject)
{
	struct alert *alert = ARRAY_ADD(alerts);

	*alert = (struct alert){
		.rule = holding->rule,
		.comparison = subject->comparison,
		.urgency = holding->rule->urgency,
		.better = verdict_worsening(subject->comparison) < 0,
		.channels = holding->channels,
		.message = message_of(holding->rule, subject),
	};
	alert_fingerprint(subject, alert->better, alert->fingerprint);
}

struct alerts alerts_raise(const struct rules *rules, const struct subject *subject)
{
	const struct verdict *verdict = subject->verdict;
	struct alerts alerts = { .nr = 0 };
	struct subject one = *subject;

	for (size_t i = 0; i < verdict->nr; i++) {
		struct holding holding;

		one.comparison = &verdict->items[i];
		holding = holding_rules(rules, &one);
		if (holding.rule)
			raise_alert(&alerts, &holding, &one);
	}
	return alerts;
}

void alerts_release(struct alerts *alerts)
{
	for (size_t i = 0; i < alerts->nr; i++) {
		texts_release(&alerts->items[i].channels);
		free(alerts->items[i].message);
	}
	ARRAY_RELEASE(alerts);
}
