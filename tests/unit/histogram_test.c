/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "stats/histogram.h"

#include "base/random.h"
#include "support/close.h"

#define TOP (UINT64_C(1) << HISTOGRAM_TOP_BITS)

static struct histogram h, other; /* 18 KB each */

TEST(every_value_has_one_bucket_and_buckets_leave_no_gap)
{
	for (size_t b = 0; b < HISTOGRAM_NR_BUCKETS; b++) {
		uint64_t low = histogram_bucket_low(b), next = histogram_bucket_low(b + 1);

		assert_true(low < next);
		assert_int_equal(histogram_bucket_of(low), b);
		assert_int_equal(histogram_bucket_of(next - 1), b);
	}
	assert_int_equal(histogram_bucket_low(0), 0);
	assert_true(histogram_bucket_low(HISTOGRAM_NR_BUCKETS) == TOP);
	assert_int_equal(histogram_bucket_of(TOP), HISTOGRAM_NR_BUCKETS - 1);
	assert_int_equal(histogram_bucket_of(UINT64_MAX), HISTOGRAM_NR_BUCKETS - 1);
}

TEST(a_value_is_read_back_within_a_128th)
{
	struct random random = random_seed(11);

	for (int i = 0; i < 2000; i++) {
		uint64_t value = random_next(&random) >> (24 + random_below(&random, 40));
		double found;

		histogram_init(&h);
		histogram_add(&h, 0);
		histogram_add(&h, value);
		histogram_add(&h, UINT64_MAX >> 24);
		found = histogram_quantile(&h, 0.5);
		assert_true(fabs(found - (double)value) <= (double)value / 128);
	}
}

TEST(small_values_are_exact)
{
	for (uint64_t value = 0; value < 128; value++) {
		histogram_init(&h);
		histogram_add(&h, 0);
		histogram_add(&h, value);
		histogram_add(&h, 1000);
		assert_true(histogram_quantile(&h, 0.5) == (double)value);
	}
}

TEST(quantiles_are_by_rank)
{
	histogram_init(&h);
	for (uint64_t value = 1; value <= 100; value++)
		histogram_add(&h, value);
	assert_true(histogram_quantile(&h, 0) == 1);
	assert_true(histogram_quantile(&h, 0.5) == 50);
	assert_true(histogram_quantile(&h, 0.501) == 51);
	assert_true(histogram_quantile(&h, 0.99) == 99);
	assert_true(histogram_quantile(&h, 1) == 100);
}

TEST(the_extremes_are_exact)
{
	histogram_init(&h);
	histogram_add(&h, 1000001);
	histogram_add(&h, 999999937);
	assert_true(histogram_quantile(&h, 0) == 1000001);
	assert_true(histogram_quantile(&h, 1) == 999999937);
	histogram_init(&h);
	for (int i = 0; i < 3; i++)
		histogram_add(&h, 1000001); /* its bucket's middle is elsewhere */
	assert_true(histogram_quantile(&h, 0.5) == 1000001);
}

TEST(nothing_has_no_quantile)
{
	size_t bucket = 0;
	uint64_t times;

	histogram_init(&h);
	assert_nan(histogram_quantile(&h, 0.5));
	assert_false(histogram_next(&h, &bucket, &times));
	assert_false(histogram_set_range(&h, 1, 2));
	assert_true(h.min == UINT64_MAX && h.max == 0 && h.count == 0);
	histogram_add(&h, 5);
	assert_nan(histogram_quantile(&h, -0.1));
	assert_nan(histogram_quantile(&h, 1.1));
	assert_nan(histogram_quantile(&h, NAN));
}

TEST(what_is_over_the_top_is_still_counted)
{
	histogram_init(&h);
	histogram_add(&h, 1);
	histogram_add(&h, TOP + 5);
	histogram_add(&h, TOP * 3);
	assert_int_equal(h.count, 3);
	assert_true(h.max == TOP * 3);
	assert_true(histogram_quantile(&h, 0.5) == (double)(TOP * 3));
}

static void fill(struct histogram *into, uint64_t seed, int nr)
{
	struct random random = random_seed(seed);

	histogram_init(into);
	for (int i = 0; i < nr; i++)
		histogram_add(into, random_next(&random) >> (24 + random_below(&random, 30)));
}

TEST(it_can_be_sent_and_rebuilt)
{
	uint64_t times;

	fill(&h, 3, 500);
	histogram_init(&other);
	for (size_t b = 0; histogram_next(&h, &b, &times); b++)
		assert_true(histogram_add_bucket(&other, b, times));
	assert_true(other.count == h.count && other.min <= h.min && other.max >= h.max);
	assert_true(histogram_set_range(&other, h.min, h.max));
	assert_memory_equal(&h, &other, sizeof(h));
}

TEST(merging_is_adding_all)
{
	static struct histogram both;
	struct random random = random_seed(21);

	histogram_init(&h);
	histogram_init(&other);
	histogram_init(&both);
	for (int i = 0; i < 1000; i++) {
		uint64_t value = random_next(&random) >> 30;

		histogram_add(i % 3 ? &h : &other, value);
		histogram_add(&both, value);
	}
	assert_true(histogram_merge(&h, &other));
	assert_memory_equal(&h, &both, sizeof(h));
	histogram_init(&other);
	assert_true(histogram_merge(&h, &other));
	assert_memory_equal(&h, &both, sizeof(h));
}

TEST(many_at_once_are_many)
{
	histogram_init(&h);
	histogram_init(&other);
	for (int i = 0; i < 7; i++)
		histogram_add(&h, 12345);
	assert_true(histogram_add_count(&other, 12345, 7));
	assert_true(histogram_add_count(&other, 1, 0));
	assert_true(histogram_add_bucket(&other, 3, 0));
	assert_memory_equal(&h, &other, sizeof(h));
}

TEST(what_no_histogram_can_hold_is_refused)
{
	histogram_init(&h);
	assert_false(histogram_add_bucket(&h, HISTOGRAM_NR_BUCKETS, 1));
	assert_false(histogram_add_bucket(&h, SIZE_MAX, 1));
	assert_true(histogram_add_count(&h, 1000, UINT64_MAX - 1));
	other = h;
	assert_false(histogram_add_count(&h, 1000, 2));
	assert_false(histogram_add_bucket(&h, 3, 2));
	assert_false(histogram_merge(&h, &other));
	assert_memory_equal(&h, &other, sizeof(h));
	assert_false(histogram_set_range(&h, 900, 1000));
	assert_false(histogram_set_range(&h, 1000, 1100));
	assert_false(histogram_set_range(&h, 1001, 1000));
	assert_true(histogram_set_range(&h, 1001, 1002));
}
