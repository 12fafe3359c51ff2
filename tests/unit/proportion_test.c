/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/proportion.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data/stats_reference.h"
#include "support/close.h"

static void limits_agree_with_the_reference(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_OF(ref_proportions); i++) {
		const double *r = ref_proportions[i];

		assert_close(proportion_upper((size_t)r[0], (size_t)r[1], r[2]), r[3]);
	}
}

/* The chance of so few, were the limit the truth, is what is left of the confidence. */
static void a_limit_is_where_so_few_would_be_a_rare_chance(void **state)
{
	const size_t nr = 30;

	(void)state;
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

static void more_alarms_raise_it_and_more_trials_lower_it(void **state)
{
	(void)state;
	for (size_t nr = 1; nr < 60; nr++)
		for (size_t seen = 0; seen < nr; seen++) {
			double limit = proportion_upper(seen, nr, 0.95);

			assert_true(limit > (double)seen / (double)nr);
			assert_true(limit < proportion_upper(seen + 1, nr, 0.95));
			assert_true(limit > proportion_upper(seen, nr + 1, 0.95));
		}
}

static void the_ends_have_answers_and_nonsense_has_none(void **state)
{
	(void)state;
	assert_close(proportion_upper(0, 0, 0.95), 1);
	assert_close(proportion_upper(7, 7, 0.95), 1);
	assert_nan(proportion_upper(8, 7, 0.95));
	assert_nan(proportion_upper(1, 7, 0));
	assert_nan(proportion_upper(1, 7, 1));
	assert_nan(proportion_upper(1, 7, NAN));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_agree_with_the_reference),
		cmocka_unit_test(a_limit_is_where_so_few_would_be_a_rare_chance),
		cmocka_unit_test(more_alarms_raise_it_and_more_trials_lower_it),
		cmocka_unit_test(the_ends_have_answers_and_nonsense_has_none),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
