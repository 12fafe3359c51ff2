/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "model/builtin.h"

#include <math.h>

TEST(each_metric_is_found_by_its_name)
{
	for (size_t i = 0; i < NR_BUILTINS; i++)
		assert_ptr_equal(builtin_find(builtin_metrics[i].kind->name), &builtin_metrics[i]);
	assert_null(builtin_find("allocations"));
	assert_null(builtin_find(""));
}

static struct builtin_values unknown_values(bool has_singles)
{
	struct builtin_values values = { .has_singles = has_singles };

	for (size_t i = 0; i < NR_BUILTINS; i++)
		values.items[i] = NAN;
	return values;
}

TEST(values_are_added_in_order_without_percentiles)
{
	struct builtin_values values = unknown_values(false);
	struct metrics metrics = { 0 };

	values.items[BUILTIN_PEAK_MEMORY] = 8192;
	values.items[BUILTIN_TIME] = 0;
	for (int i = 0; i < 2; i++)
		builtin_add_values(&metrics, &values);
	assert_int_equal(metrics.nr, 3);
	assert_string_equal(metrics.items[0].name, "time");
	assert_string_equal(metrics.items[1].name, "typical");
	assert_string_equal(metrics.items[2].name, "peak_memory");
	assert_string_equal(metrics.items[2].unit, "B");
	assert_int_equal(metrics.items[2].values.nr, 2);
	assert_true(metrics.items[2].values.items[1] == 8192);
	metrics_release(&metrics);
}

TEST(what_is_not_known_keeps_its_place)
{
	struct builtin_values values = unknown_values(true);
	struct metrics metrics = { 0 };

	builtin_add_values(&metrics, &values);
	builtin_add_ratios(&metrics, &values);
	values.items[BUILTIN_TIME] = 7;
	values.items[BUILTIN_P99] = 9;
	builtin_add_values(&metrics, &values);
	builtin_add_ratios(&metrics, &values);
	assert_int_equal(metrics.nr, NR_BUILTINS);
	for (size_t i = 0; i < NR_BUILTINS; i++) {
		assert_int_equal(metrics.items[i].values.nr, 2);
		assert_int_equal(metrics.items[i].ratios.nr, 2);
		assert_true(isnan(metrics.items[i].values.items[0]));
	}
	assert_true(metrics.items[BUILTIN_TIME].values.items[1] == 7);
	assert_true(metrics.items[BUILTIN_P99].ratios.items[1] == 9);
	metrics_release(&metrics);
}

TEST(equal_values_prove_nothing_of_whole_pages)
{
	struct metric peak = { .name = (char[]){ "peak_memory" }, .unit = (char[]){ "B" } };
	struct metric own = { .name = (char[]){ "allocated" }, .unit = (char[]){ "B" } };
	struct metric own_max = { .name = (char[]){ "max" }, .unit = (char[]){ "B" } };
	struct metric max = { .name = (char[]){ "max" }, .unit = (char[]){ "ns" } };

	assert_false(builtin_may_be_exact(&peak));
	assert_true(builtin_may_be_exact(&own));
	assert_true(builtin_may_be_exact(&own_max));
	assert_false(builtin_may_be_exact(&max));
}
