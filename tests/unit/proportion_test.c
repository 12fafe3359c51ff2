/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "stats/proportion.h"

#include "data/stats_reference.h"
#include "support/close.h"

TEST(limits_agree_with_the_reference)
{
	for (size_t i = 0; i < NR_OF(ref_proportions); i++) {
		const double *r = ref_proportions[i];

		assert_close(proportion_upper((size_t)r[0], (size_t)r[1], r[2]), r[3]);
	}
}

/* The chance of so few, were the limit the truth, is what is left of the confidence. */
TEST(a_limit_is_where_so_few_would_be_a_rare_chance)
{
	const size_t nr = 30;

	for (size_t seen = 0; seen < nr; seen++) {
		double limit = proportion_upper(seen, nr, 0.95), chance = 0;
		double term = pow(1 - limit, (double)nr);

		for (size_t i = 0; i <= seen; i++) {
			chance += term;
			term *= limit / (1 - limit) * (double)(nr - i) / (double)(i + 1);
		}
		assert_true(fabs(chance - 0.05) < 1e-9);
	}
}

TEST(more_alarms_raise_it_and_more_trials_lower_it)
{
	for (size_t nr = 1; nr < 60; nr++)
		for (size_t seen = 0; seen < nr; seen++) {
			double limit = proportion_upper(seen, nr, 0.95);

			assert_true(limit > (double)seen / (double)nr);
			assert_true(limit < proportion_upper(seen + 1, nr, 0.95));
			assert_true(limit > proportion_upper(seen, nr + 1, 0.95));
		}
}

TEST(the_ends_have_answers_and_nonsense_has_none)
{
	assert_close(proportion_upper(0, 0, 0.95), 1);
	assert_close(proportion_upper(7, 7, 0.95), 1);
	assert_nan(proportion_upper(8, 7, 0.95));
	assert_nan(proportion_upper(1, 7, 0));
	assert_nan(proportion_upper(1, 7, 1));
	assert_nan(proportion_upper(1, 7, NAN));
}
