/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/str.h"
#include "model/tier.h"

#include <math.h>
#include <string.h>

#define NR(table) (sizeof(table) / sizeof *(table))

TEST(three_tiers_are_built_in)
{
	static const struct {
		const char *name, *trigger;
		uint64_t budget_s;
		double threshold_ratio;
	} expected[] = {
		{ "critical", "every_commit", 180, 0.02 },
		{ "standard", "pull_requests", 480, 0.05 },
		{ "comprehensive", "daily", 2700, 0.10 },
	};
	struct tiers tiers;

	tiers_init(&tiers);
	assert_int_equal(tiers.nr, NR(expected));
	for (size_t i = 0; i < tiers.nr; i++) {
		const struct tier *tier = &tiers.items[i];

		assert_string_equal(tier->name, expected[i].name);
		assert_string_equal(tier->trigger, expected[i].trigger);
		assert_true(tier->budget_ns == expected[i].budget_s * 1000000000);
		assert_true(tier->threshold_ratio == expected[i].threshold_ratio);
		assert_true(isnan(tier->target_ratio));
		assert_int_equal(tier->severity, SEVERITY_BLOCK);
		assert_int_equal(tier->benchmarks.nr, 0);
		assert_int_equal(tier->said, 0);
	}
	tiers_release(&tiers);
	assert_int_equal(tiers.nr, 0);
}

TEST(a_tier_that_is_added_is_like_the_standard_one)
{
	struct tiers tiers;
	struct tier *own;
	const struct tier *standard;
	char name[] = "own";

	tiers_init(&tiers);
	own = tiers_add(&tiers, name);
	name[0] = 'O';
	standard = tiers_find(&tiers, "standard");
	assert_string_equal(own->name, "own");
	assert_string_equal(own->trigger, standard->trigger);
	assert_ptr_not_equal(own->trigger, standard->trigger);
	assert_true(own->budget_ns == standard->budget_ns);
	assert_true(own->threshold_ratio == standard->threshold_ratio);
	assert_true(isnan(own->target_ratio));
	assert_int_equal(own->severity, standard->severity);
	tiers_release(&tiers);
}

TEST(a_tier_is_found_by_its_whole_name)
{
	struct tiers tiers;

	tiers_init(&tiers);
	tiers_add(&tiers, "own");
	assert_ptr_equal(tiers_find(&tiers, "critical"), &tiers.items[0]);
	assert_ptr_equal(tiers_find(&tiers, "own"), &tiers.items[3]);
	assert_null(tiers_find(&tiers, "crit"));
	assert_null(tiers_find(&tiers, "Critical"));
	assert_null(tiers_find(&tiers, ""));
	assert_ptr_equal(tiers_named(&tiers, "own"), &tiers.items[3]);
	assert_ptr_equal(tiers_named(&tiers, "comprehensive"), &tiers.items[2]);
	assert_string_equal(tiers_named(&tiers, "nobody's")->name, "standard");
	tiers_release(&tiers);
}

TEST(the_first_tier_whose_list_has_a_benchmark_claims_it)
{
	static const struct {
		const char *benchmark, *tier; /* NULL: none */
	} cases[] = {
		{ "parse", "critical" },
		{ "parse/1000", "critical" },
		{ "parser", NULL },
		{ "sort", "standard" },
		{ "sort_big", "standard" },
		{ "render/9", "own" },
		{ "render/10", NULL },
		{ "", NULL },
	};
	struct tiers tiers;

	tiers_init(&tiers);
	assert_null(tiers_claiming(&tiers, "parse"));
	tiers_add(&tiers, "own");
	texts_add(&tiers.items[0].benchmarks, "nothing");
	texts_add(&tiers.items[0].benchmarks, "parse");
	texts_add(&tiers.items[1].benchmarks, "sort*");
	texts_add(&tiers.items[3].benchmarks, "sort_big");
	texts_add(&tiers.items[3].benchmarks, "render/?");
	for (size_t i = 0; i < NR(cases); i++) {
		const struct tier *tier = tiers_claiming(&tiers, cases[i].benchmark);

		if (cases[i].tier ? !tier || strcmp(tier->name, cases[i].tier) != 0 : tier != NULL)
			fail_msg("%s: %s", cases[i].benchmark, tier ? tier->name : "none");
	}
	tiers_release(&tiers);
}

static bool is_among(const char *const *words, const char *word)
{
	for (; *words; words++)
		if (strcmp(*words, word) == 0)
			return true;
	return false;
}

TEST(a_tier_runs_on_its_occasion_and_on_all_that_are_rarer)
{
	static const struct {
		const char *trigger;
		const char *on[5]; /* NULL behind the last */
	} cases[] = {
		{ "every_commit", { "every_commit", "pull_requests", "daily", "release" } },
		{ "pull_requests", { "pull_requests", "daily", "release" } },
		{ "daily", { "daily", "release" } },
		{ "release", { "release" } },
		{ "nightly", { "nightly" } },
		{ "full moon", { "full moon" } },
	};
	static const char *const occasions[] = { "every_commit", "pull_requests", "daily",
		"release", "nightly", "full moon", "" };

	for (size_t i = 0; i < NR(cases); i++) {
		struct tier tier = { .trigger = (char *)cases[i].trigger };

		for (size_t j = 0; j < NR(occasions); j++)
			if (tier_runs_on(&tier, occasions[j]) !=
				is_among(cases[i].on, occasions[j]))
				fail_msg("%s on %s", cases[i].trigger, occasions[j]);
	}
}
