/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "stats/bootstrap.h"

#include "data/stats_reference.h"
#include "support/close.h"

static double scratch[16], replicates[2000];

static struct bootstrap plan_of(uint64_t seed)
{
	return (struct bootstrap){
		.base = ref_base,
		.head = ref_head,
		.nr_base = 8,
		.nr_head = 11,
		.statistic = bootstrap_mean,
		.scratch = scratch,
		.replicates = replicates,
		.nr_replicates = 2000,
		.seed = seed,
	};
}

TEST(the_same_seed_gives_the_same_interval)
{
	struct bootstrap plan = plan_of(1), another = plan_of(2);
	struct interval a = bootstrap_interval(&plan, 0.95), b = bootstrap_interval(&plan, 0.95);
	struct interval c = bootstrap_interval(&another, 0.95);

	assert_true(a.low == b.low && a.high == b.high);
	assert_true(a.low != c.low && a.high != c.high);
}

/* The bootstrap's own spread of a mean is sd * sqrt((n - 1) / n) / sqrt(n), near enough normal
 * here. */
TEST(it_is_about_the_normal_interval)
{
	struct bootstrap plan = plan_of(5);
	struct summary b = summary_of(ref_base, 8), h = summary_of(ref_head, 11);
	struct interval found = bootstrap_interval(&plan, 0.9);
	double se = sqrt(b.sd * b.sd * 7 / 64 + h.sd * h.sd * 10 / 121), middle = h.mean - b.mean;

	assert_true(fabs(found.low - (middle - 1.645 * se)) < 0.15 * se);
	assert_true(fabs(found.high - (middle + 1.645 * se)) < 0.25 * se);
}

TEST(more_confidence_is_a_wider_interval)
{
	struct bootstrap plan = plan_of(3);
	struct interval narrow = bootstrap_interval(&plan, 0.5),
			wide = bootstrap_interval(&plan, 0.99);

	assert_true(wide.low < narrow.low && narrow.low < narrow.high && narrow.high < wide.high);
}

TEST(equal_values_have_an_interval_of_no_width)
{
	const double same[] = { 2, 2, 2 }, more[] = { 3, 3 };
	struct bootstrap plan = plan_of(3);
	struct interval found;

	plan.base = same;
	plan.nr_base = 3;
	plan.head = more;
	plan.nr_head = 2;
	plan.statistic = median_of;
	found = bootstrap_interval(&plan, 0.99);
	assert_true(found.low == 1 && found.high == 1);
}

TEST(it_leaves_the_values_alone)
{
	double base[] = { 3, 1, 2 };
	struct bootstrap plan = plan_of(3);

	plan.base = base;
	plan.nr_base = 3;
	plan.statistic = median_of;
	(void)bootstrap_interval(&plan, 0.9);
	assert_true(base[0] == 3 && base[1] == 1 && base[2] == 2);
}

static double always_one(double *values, size_t nr)
{
	(void)values;
	(void)nr;
	return 1;
}

TEST(nothing_has_no_interval)
{
	const double odd[] = { 1, NAN };
	struct bootstrap plan = plan_of(3);

	assert_nan(bootstrap_interval(&plan, 0).low);
	assert_nan(bootstrap_interval(&plan, 1).high);
	assert_nan(bootstrap_interval(&plan, NAN).high);
	plan.nr_replicates = 0;
	assert_nan(bootstrap_interval(&plan, 0.9).low);
	plan = plan_of(3);
	plan.statistic = always_one;
	plan.nr_base = 0;
	assert_nan(bootstrap_interval(&plan, 0.9).low);
	plan.nr_base = 8;
	assert_true(bootstrap_interval(&plan, 0.9).low == 0);
	plan.nr_head = 0;
	assert_nan(bootstrap_interval(&plan, 0.9).low);
	plan = plan_of(3);
	plan.head = odd;
	plan.nr_head = 2;
	assert_nan(bootstrap_interval(&plan, 0.9).low);
}
