/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/max_time.h"

#include "base/mem.h"
#include "base/str.h"
#include "gate/policy_keys.h"

#include <stdlib.h>

static const struct metric_kind kind = { "max_time", "ns", false };

static struct max_time *add_time_rule(struct max_times *times, uint64_t max_ns, uint64_t spent_ns)
{
	struct max_time *rule = mem_alloc(1, sizeof *rule);
	struct buf text = BUF_INIT;

	rule->next = times->first;
	times->first = rule;
	policy_key_print(
		&(const struct policy_key)POLICY_KEY_DURATION("", struct tier, max_time_ns),
		&(const struct tier){ .max_time_ns = max_ns }, &text);
	rule->metric = (struct metric){ .name = str_dup(kind.name), .unit = str_dup(kind.unit) };
	*ARRAY_ADD(&rule->metric.values) = (double)spent_ns;
	rule->limit = (struct limit){
		.value = (double)max_ns, .unit = kind.unit, .text = buf_detach(&text)
	};
	return rule;
}

const struct max_time *max_times_add_benchmark(
	struct max_times *times, const struct policy *policy, const struct result *head)
{
	uint64_t max_ns = policy_max_time(policy, head->name);
	struct max_time *rule;

	if (!max_ns || !head->spent_ns)
		return NULL;
	rule = add_time_rule(times, max_ns, head->spent_ns);
	rule->head = head;
	rule->severity = policy_tolerance(policy, head, kind.name).severity;
	return rule;
}

const struct max_time *max_times_add_tier(
	struct max_times *times, const struct tier *tier, uint64_t spent_ns)
{
	struct max_time *rule;
	struct buf name = BUF_INIT;

	if (!tier->max_time_ns || !spent_ns)
		return NULL;
	buf_addf(&name, "tier %s", tier->name);
	rule = add_time_rule(times, tier->max_time_ns, spent_ns);
	rule->is_tier = true;
	rule->severity = tier->severity;
	rule->head = &rule->tier;
	result_init(&rule->tier,
		&(struct bench){ .name = name.data,
			.tier = tier->name,
			.file = (char[]){ "" },
			.nr_threads = 1 });
	rule->tier.spent_ns = spent_ns;
	buf_release(&name);
	return rule;
}

static void rule_free(struct max_time *rule)
{
	free(rule->metric.name);
	free(rule->metric.unit);
	ARRAY_RELEASE(&rule->metric.values);
	free(rule->limit.text);
	if (rule->is_tier)
		result_release(&rule->tier);
	free(rule);
}

void max_times_release(struct max_times *times)
{
	while (times->first) {
		struct max_time *rule = times->first;

		times->first = rule->next;
		rule_free(rule);
	}
}
