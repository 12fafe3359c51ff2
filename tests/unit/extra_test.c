/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/random.h"
#include "harness/extra.h"

/* Over turns of so many iterations, the extra ones are the exact fraction, to one iteration. */
static void check_fraction(uint64_t counted, uint64_t millionths, uint64_t owed)
{
	uint64_t all = 0, extra = 0, start = owed;

	for (int i = 0; i < 1000; i++) {
		extra += extra_iterations(counted, millionths, &owed);
		all += counted;
		assert_true(owed < EXTRA_MILLION);
		assert_int_equal(extra, (all * millionths + start) / EXTRA_MILLION);
	}
}

TEST(the_fraction_is_exact_over_turns_of_any_length)
{
	static const uint64_t counts[] = { 1, 3, 7, 19, 20, 999, 1000003 };
	static const uint64_t fractions[] = { 1, 20000, 33333, 50000, 999999, 1000000, 2500000 };

	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		for (size_t j = 0; j < sizeof fractions / sizeof *fractions; j++) {
			check_fraction(counts[i], fractions[j], 0);
			check_fraction(counts[i], fractions[j], 999999);
		}
}

TEST(of_single_iterations_every_twentieth_is_run_twice_for_five_percent)
{
	uint64_t owed = 0;

	for (int i = 1; i <= 200; i++)
		assert_int_equal(extra_iterations(1, 50000, &owed), i % 20 == 0);
}

TEST(very_many_iterations_do_not_overflow)
{
	uint64_t owed = 0;

	assert_int_equal(extra_iterations(UINT64_C(1000000000000000000), 50000, &owed),
		UINT64_C(50000000000000000));
	assert_int_equal(owed, 0);
}

TEST(without_extra_work_nothing_is_owed)
{
	uint64_t owed = 0;

	assert_int_equal(extra_iterations(12345678, 0, &owed), 0);
	assert_int_equal(owed, 0);
}

/* The batches together have all of it, the first none, and no two of the others differ by more than
 * one. */
static void check_shares(uint64_t extra, uint64_t nr_batches)
{
	uint64_t sum = 0, least = UINT64_MAX, most = 0;

	for (uint64_t at = 0; at < nr_batches; at++) {
		uint64_t share = extra_of_batch(extra, at, nr_batches);

		sum += share;
		if (!at)
			assert_int_equal(share, 0);
		else if (share < least)
			least = share;
		if (share > most)
			most = share;
	}
	assert_int_equal(sum, extra);
	assert_true(most - least <= 1);
}

TEST(batches_share_it_evenly_behind_the_first)
{
	struct random random = random_seed(7);

	for (int i = 0; i < 1000; i++)
		check_shares(random_below(&random, 50), 2 + random_below(&random, 40));
}

TEST(the_only_batch_has_all_of_it)
{
	assert_int_equal(extra_of_batch(17, 0, 1), 17);
}
