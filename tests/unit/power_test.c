/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "stats/power.h"

#include "data/stats_reference.h"
#include "support/close.h"

static struct contrast plan_of(double se, double df)
{
	return (struct contrast){ ANSWER_OK, NAN, se, df };
}

TEST(power_agrees_with_the_reference)
{
	for (size_t i = 0; i < NR_OF(ref_power); i++) {
		const double *r = ref_power[i];

		assert_close(power_of(plan_of(r[0], r[1]), r[2], r[3]), r[4]);
	}
	assert_close(power_of(plan_of(sqrt(2.0 / 12), 22), 0.01, 1.5), ref_power_t_test);
}

TEST(the_detectable_change_has_the_power_it_was_asked_for)
{
	const double dfs[] = { 1, 2.2, 4, 9, 58, 1e4, INFINITY };
	const double alphas[] = { 0.0024, 0.01, 0.3 }, powers[] = { 0.5, 0.9, 0.999 };

	for (size_t i = 0; i < NR_OF(dfs); i++)
		for (size_t j = 0; j < NR_OF(alphas); j++)
			for (size_t k = 0; k < NR_OF(powers); k++) {
				struct contrast plan = plan_of(0.02, dfs[i]);
				double found = power_detectable(plan, alphas[j], powers[k]);

				assert_true(found > 0);
				assert_close(power_of(plan, alphas[j], found), powers[k]);
			}
}

TEST(without_an_excess_the_power_is_alpha)
{
	assert_close(power_of(plan_of(0.1, 7), 0.01, 0), 0.01);
	assert_true(fabs(power_detectable(plan_of(0.1, 7), 0.01, 0.01)) < 1e-12);
}

TEST(an_overwhelming_excess_is_always_found)
{
	assert_close(power_of(plan_of(1e-9, 9), 0.01, 1), 1);
	assert_true(power_of(plan_of(1e-9, 9), 0.01, -1) == 0);
}

TEST(a_plan_without_an_answer_has_no_power)
{
	struct contrast none = contrast_without(ANSWER_TOO_FEW, 0);

	assert_nan(power_of(none, 0.01, 1));
	assert_nan(power_detectable(none, 0.01, 0.9));
	assert_nan(power_of(plan_of(1, 9), 0, 1));
	assert_nan(power_of(plan_of(1, 9), 1, 1));
	assert_nan(power_of(plan_of(1, 9), 0.01, NAN));
	assert_nan(power_detectable(plan_of(1, 9), 0, 0.9));
	assert_nan(power_detectable(plan_of(1, 9), 0.01, 0.009));
	assert_nan(power_detectable(plan_of(1, 9), 0.01, 1));
	assert_nan(power_detectable(plan_of(1, 9), 0.01, NAN));
}
