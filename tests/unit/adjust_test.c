/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "stats/adjust.h"

#include <string.h>

#include "data/stats_reference.h"
#include "support/close.h"

static struct ranked scratch[16];

TEST(holm_agrees_with_the_reference)
{
	double found[NR_OF(ref_p)];

	adjust_holm(ref_p, found, scratch, NR_OF(ref_p));
	for (size_t i = 0; i < NR_OF(ref_p); i++)
		assert_close(found[i], ref_holm[i]);
}

TEST(bonferroni_agrees_with_the_reference)
{
	for (size_t i = 0; i < NR_OF(ref_p); i++)
		assert_close(adjust_bonferroni(ref_p[i], NR_OF(ref_p)), ref_bonferroni[i]);
}

TEST(holm_may_write_over_its_input)
{
	double p[NR_OF(ref_p)];

	memcpy(p, ref_p, sizeof(p));
	adjust_holm(p, p, scratch, NR_OF(ref_p));
	for (size_t i = 0; i < NR_OF(ref_p); i++)
		assert_close(p[i], ref_holm[i]);
}

TEST(a_family_of_none_or_one_is_left_alone)
{
	double p = 0.03, found = 7;

	adjust_holm(&p, &found, scratch, 0);
	assert_true(found == 7);
	adjust_holm(&p, &found, scratch, 1);
	assert_true(found == 0.03 && adjust_bonferroni(p, 1) == 0.03);
}

TEST(what_has_no_p_value_counts_but_stays_without)
{
	const double p[] = { NAN, 0.01, -0.5, 0.02, 1.5 };
	double found[5];

	adjust_holm(p, found, scratch, 5);
	assert_true(isnan(found[0]) && isnan(found[2]) && isnan(found[4]));
	assert_close(found[1], 0.05);
	assert_close(found[3], 0.08);
	assert_nan(adjust_bonferroni(NAN, 3));
	assert_nan(adjust_bonferroni(1.1, 3));
	assert_nan(adjust_bonferroni(-0.1, 3));
	assert_nan(adjust_bonferroni(0.1, 0));
}

TEST(looks_keep_the_best_of_what_was_paid_for)
{
	const double p[] = { 0.2, 0.01, 0.04, 0.5 }, certain[] = { 0.9, 0.8 };

	assert_close(adjust_looks(p, adjust_look_weights, 1), 0.5);
	assert_close(adjust_looks(p, adjust_look_weights, 2), 0.05);
	assert_close(adjust_looks(p, adjust_look_weights, 4), 0.05);
	assert_true(adjust_looks(certain, adjust_look_weights, 2) == 1);
}

TEST(the_standard_weights_spend_all_of_alpha)
{
	double sum = 0;

	for (size_t i = 0; i < ADJUST_NR_LOOKS; i++)
		sum += adjust_look_weights[i];
	assert_close(sum, 1);
	assert_close(adjust_look_weights[0], 0.4);
}

TEST(a_look_without_an_answer_has_no_say)
{
	const double p[] = { NAN, 0.01, NAN, NAN }, none[] = { NAN, NAN };

	assert_close(adjust_looks(p, adjust_look_weights, 4), 0.05);
	assert_nan(adjust_looks(none, adjust_look_weights, 2));
	assert_nan(adjust_looks(p, adjust_look_weights, 0));
}

TEST(weights_that_spend_too_much_are_refused)
{
	const double p[] = { 0.01, 0.01, 0.01 };
	const double over[] = { 0.5, 0.5, 0.1 }, zero[] = { 0.5, 0, 0.1 },
		     odd[] = { NAN, 0.1, 0.1 };

	assert_close(adjust_looks(p, over, 2), 0.02);
	assert_nan(adjust_looks(p, over, 3));
	assert_nan(adjust_looks(p, zero, 3));
	assert_nan(adjust_looks(p, odd, 3));
}

/* Look by look it comes to the same. */
TEST(looks_can_be_taken_one_by_one)
{
	const double p[] = { NAN, 0.2, 0.01, NAN, 0.5 }, weights[] = { 0.1, 0.4, 0.2, 0.1, 0.2 };
	double smallest = NAN;

	for (size_t k = 0; k < sizeof p / sizeof *p; k++) {
		double all;

		adjust_add_look(&smallest, p[k], weights[k]);
		all = adjust_looks(p, weights, k + 1);
		assert_true(smallest == all || (isnan(smallest) && isnan(all)));
	}
	assert_close(smallest, 0.05);
}
