/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/random.h"

TEST(it_is_splitmix64)
{
	/* The published generator's first numbers for this seed. */
	static const uint64_t known[] = { 6457827717110365317u, 3203168211198807973u,
		9817491932198370423u, 4593380528125082431u, 16408922859458223821u };
	struct random random = random_seed(1234567);

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		assert_true(random_next(&random) == known[i]);
}

TEST(the_same_seed_gives_the_same_numbers)
{
	static const uint64_t seeds[] = { 0, 1, UINT64_MAX };

	for (size_t i = 0; i < 3; i++) {
		struct random one = random_seed(seeds[i]), other = random_seed(seeds[i]);
		struct random neighbour = random_seed(seeds[i] + 1);
		size_t nr_alike = 0;

		for (int j = 0; j < 100; j++) {
			uint64_t value = random_next(&one);

			assert_true(value == random_next(&other));
			nr_alike += value == random_next(&neighbour);
		}
		assert_int_equal(nr_alike, 0);
	}
}

TEST(below_stays_below)
{
	static const size_t limits[] = { 1, 2, 3, 1000, SIZE_MAX / 2 + 2, SIZE_MAX };
	struct random random = random_seed(3);

	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
		for (int j = 0; j < 1000; j++)
			assert_true(random_below(&random, limits[i]) < limits[i]);
}

/* Chi-square over 7 classes has 6 degrees of freedom: 40 is passed by chance once in 2 million. */
TEST(below_is_uniform)
{
	static const double expected = 10000;
	struct random random = random_seed(4);
	size_t counts[7] = { 0 };
	double sum = 0;

	for (int i = 0; i < 70000; i++)
		counts[random_below(&random, 7)]++;
	for (size_t i = 0; i < 7; i++)
		sum += ((double)counts[i] - expected) * ((double)counts[i] - expected) / expected;
	assert_true(sum < 40);
	/* Suspiciously even is no better than uneven. */
	assert_true(sum > 0.01);
}

/* A remainder alone would take the lower half of this range twice as often as the upper. */
TEST(below_is_uniform_over_a_range_that_does_not_divide)
{
	const size_t limit = SIZE_MAX / 4 * 3;
	struct random random = random_seed(5);
	size_t nr_low = 0;

	for (int i = 0; i < 10000; i++)
		nr_low += random_below(&random, limit) < limit / 3;
	assert_in_range(nr_low, 3050, 3620);
}
