/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tier.h"

#include "base/array.h"
#include "base/str.h"

#include <math.h>
#include <string.h>

#define MINUTE_NS 60000000000u

const char *const severity_words[] = {
	[SEVERITY_BLOCK] = "block",
	[SEVERITY_WARN] = "warn",
	NULL,
};

static const struct {
	const char *name, *trigger;
	uint64_t budget_ns;
	double threshold_ratio;
} built_in[] = {
	{ "critical", "every_commit", 3 * MINUTE_NS, 0.02 },
	{ "standard", "pull_requests", 8 * MINUTE_NS, 0.05 },
	{ "comprehensive", "daily", 45 * MINUTE_NS, 0.10 },
};

#define NR_BUILT_IN (sizeof built_in / sizeof *built_in)
#define STANDARD 1

const char *const tier_triggers[] = { "every_commit", "pull_requests", "daily", "release", NULL };

#define NR_TRIGGERS (sizeof tier_triggers / sizeof *tier_triggers - 1)

static struct tier *add_like(struct tiers *tiers, const char *name, size_t model)
{
	struct tier *tier = ARRAY_ADD(tiers);

	*tier = (struct tier){
		.name = str_dup(name),
		.trigger = str_dup(built_in[model].trigger),
		.budget_ns = built_in[model].budget_ns,
		.threshold_ratio = built_in[model].threshold_ratio,
		.target_ratio = NAN,
		.memory_ratio = NAN,
		.work_ratio = NAN,
	};
	return tier;
}

void tiers_init(struct tiers *tiers)
{
	*tiers = (struct tiers){ 0 };
	for (size_t i = 0; i < NR_BUILT_IN; i++)
		add_like(tiers, built_in[i].name, i);
}

void tiers_release(struct tiers *tiers)
{
	for (size_t i = 0; i < tiers->nr; i++) {
		free(tiers->items[i].name);
		free(tiers->items[i].trigger);
		texts_release(&tiers->items[i].benchmarks);
		texts_release(&tiers->items[i].paths);
	}
	ARRAY_RELEASE(tiers);
}

struct tier *tiers_add(struct tiers *tiers, const char *name)
{
	return add_like(tiers, name, STANDARD);
}

struct tier *tiers_find(const struct tiers *tiers, const char *name)
{
	for (size_t i = 0; i < tiers->nr; i++)
		if (strcmp(tiers->items[i].name, name) == 0)
			return &tiers->items[i];
	return NULL;
}

const struct tier *tiers_named(const struct tiers *tiers, const char *name)
{
	const struct tier *tier = tiers_find(tiers, name);

	return tier ? tier : tiers_find(tiers, built_in[STANDARD].name);
}

const struct tier *tiers_claiming(const struct tiers *tiers, const char *benchmark)
{
	for (size_t i = 0; i < tiers->nr; i++)
		for (size_t j = 0; j < tiers->items[i].benchmarks.nr; j++)
			if (str_matches(tiers->items[i].benchmarks.items[j], benchmark))
				return &tiers->items[i];
	return NULL;
}

const struct tier *tiers_holding(
	const struct tiers *tiers, const char *benchmark, const char *named)
{
	const struct tier *claiming = tiers_claiming(tiers, benchmark);

	return claiming ? claiming : tiers_named(tiers, named);
}

static size_t place_of(const char *trigger)
{
	size_t at = 0;

	while (at < NR_TRIGGERS && strcmp(tier_triggers[at], trigger) != 0)
		at++;
	return at;
}

bool tier_runs_on(const struct tier *tier, const char *trigger)
{
	size_t asked = place_of(trigger);

	return strcmp(tier->trigger, trigger) == 0 ||
		(asked < NR_TRIGGERS && place_of(tier->trigger) <= asked);
}
