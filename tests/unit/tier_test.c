/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"
#include "model/tier.h"

#include <math.h>
#include <string.h>

#define NR(table) (sizeof(table) / sizeof *(table))

static void three_tiers_are_built_in(void **state)
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

	(void)state;
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

static void a_tier_that_is_added_is_like_the_standard_one(void **state)
{
	struct tiers tiers;
	struct tier *own;
	const struct tier *standard;
	char name[] = "own";

	(void)state;
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

static void a_tier_is_found_by_its_whole_name(void **state)
{
	struct tiers tiers;

	(void)state;
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

static void the_first_tier_whose_list_has_a_benchmark_claims_it(void **state)
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

	(void)state;
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

static void a_tier_runs_on_its_occasion_and_on_all_that_are_rarer(void **state)
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

	(void)state;
	for (size_t i = 0; i < NR(cases); i++) {
		struct tier tier = { .trigger = (char *)cases[i].trigger };

		for (size_t j = 0; j < NR(occasions); j++)
			if (tier_runs_on(&tier, occasions[j]) !=
				is_among(cases[i].on, occasions[j]))
				fail_msg("%s on %s", cases[i].trigger, occasions[j]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_tiers_are_built_in),
		cmocka_unit_test(a_tier_that_is_added_is_like_the_standard_one),
		cmocka_unit_test(a_tier_is_found_by_its_whole_name),
		cmocka_unit_test(the_first_tier_whose_list_has_a_benchmark_claims_it),
		cmocka_unit_test(a_tier_runs_on_its_occasion_and_on_all_that_are_rarer),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
