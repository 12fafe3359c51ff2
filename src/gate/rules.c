/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/rules.h"

#include "base/array.h"
#include "base/str.h"

const char *const urgency_words[] = {
	[URGENCY_INFO] = "info",
	[URGENCY_WARNING] = "warning",
	[URGENCY_CRITICAL] = "critical",
	NULL,
};

/* What somebody has accepted is no news. */
#define SURELY " AND p_above_threshold_adjusted < 0.05 AND status != 'ACCEPTED'"

static const struct {
	const char *name, *condition;
	enum urgency urgency;
} usual[] = {
	{ "large-regression", "change_percent > 10" SURELY, URGENCY_CRITICAL },
	{ "regression", "change_percent >= 5 AND change_percent <= 10" SURELY, URGENCY_WARNING },
	{ "improvement", "change_percent < -3" SURELY, URGENCY_INFO },
};

void rules_init(struct rules *rules)
{
	*rules = (struct rules){ .nr = 0 };
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
		struct error err;

		*ARRAY_ADD(rules) = (struct rule){
			.name = str_dup(usual[i].name),
			.condition = str_dup(usual[i].condition),
			.parsed = condition_parse(usual[i].condition, &err),
			.urgency = usual[i].urgency,
		};
	}
}

void rules_release(struct rules *rules)
{
	for (size_t i = 0; i < rules->nr; i++) {
		policy_keys_release(rule_keys, &rules->items[i]);
		condition_free(rules->items[i].parsed);
	}
	ARRAY_RELEASE(rules);
}
