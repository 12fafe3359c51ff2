/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "gate/trial.h"
#include "report/cells.h"
#include "report/group.h"
#include "report/tally.h"
#include "support/judged.h"

static const struct metric_kind rate_kind = { "rate", "1/s", true };

TEST(a_verdict_is_summed_up)
{
	struct judged judged;
	struct verdict verdict;
	struct tally tally;

	judged_init(&judged);
	judged_pair(&judged, "slower", 0.06);
	judged_pair(&judged, "slowest", 0.1);
	judged_pair(&judged, "kept", 0);
	judged_base(&judged.base, "gone", 0.004, 6);
	verdict = trial_judge(&judged.trial);
	tally = tally_of(&verdict);
	assert_int_equal(tally.words[VERDICT_REGRESSION], 2);
	assert_int_equal(tally.words[VERDICT_MISSING], 1);
	assert_int_equal(tally.nr_benchmarks, 4);
	assert_int_equal(tally.nr_decided, 3);
	assert_true(tally.coverage_ratio == 0.75);
	assert_true(fabs(tally.regression_ratio - 0.08) < 1e-3);
	assert_string_equal(tally.worst->head->name, "slowest");
	assert_true(tally.detectable_ratio > 0.02);
	verdict_release(&verdict);
	judged_release(&judged);
}

TEST(with_nothing_to_compare_there_is_nothing_to_sum_up)
{
	struct judged judged;
	struct verdict verdict;
	struct tally tally;

	judged_init(&judged);
	judged_values(judged_result(&judged.head, "alone"), &time_kind, 1000, 0.01, 10);
	verdict = trial_without_base(&judged.head);
	tally = tally_of(&verdict);
	assert_int_equal(tally.nr_benchmarks, 1);
	assert_true(isnan(tally.coverage_ratio) && isnan(tally.regression_ratio));
	assert_null(tally.worst);
	verdict_release(&verdict);
	judged_release(&judged);
}

/* What a benchmark lost stands beside what it has. */
TEST(a_benchmark_is_one_group_that_its_worst_speaks_for)
{
	struct judged judged;
	struct verdict verdict;
	struct group group = GROUP_START;

	judged_init(&judged);
	judged_pair(&judged, "first", 0);
	judged_values(judged_result(&judged.base, "first"), &allocs_kind, 4, 0, 60);
	judged_pair(&judged, "second", 0.1);
	judged_values(judged_result(&judged.base, "second"), &rate_kind, 4, 0.01, 60);
	judged_values(judged_result(&judged.head, "second"), &rate_kind, 4, 0.01, 10);
	verdict = trial_judge(&judged.trial);
	assert_true(group_next(&verdict, &group));
	assert_int_equal(group.nr, 2);
	assert_int_equal(group.worst->word, VERDICT_MISSING);
	assert_false(group.decided);
	assert_true(group_next(&verdict, &group));
	assert_int_equal(group.nr, 2);
	assert_int_equal(group.worst->word, VERDICT_REGRESSION);
	assert_string_equal(group.worst->metric->name, "time");
	assert_false(group_next(&verdict, &group));
	verdict_release(&verdict);
	judged_release(&judged);
}

static void check_bar(double low, double change, double high, bool more, const char *expected)
{
	const struct metric metric = {
		.name = (char[]){ "x" }, .unit = (char[]){ "" }, .more_is_better = more
	};
	const struct comparison comparison = { .metric = &metric,
		.tolerance = { .gated = true, .threshold_ratio = 0.02 },
		.change_ratio = change,
		.change_low = low,
		.change_high = high };
	struct buf bar = BUF_INIT;

	cells_bar(&comparison, &bar);
	assert_string_equal(bar.data, expected);
	buf_release(&bar);
}

TEST(a_change_is_drawn_about_zero_with_worse_to_the_right)
{
	check_bar(-0.007, 0, 0.007, false, "      : -o- :      ");
	check_bar(0.02, 0.03, 0.05, false, "      :  |  :-o--- ");
	check_bar(0.1, 0.2, 0.3, false, "      :  |  :     >");
	check_bar(-0.02, 0, 0.5, false, "      :--o--:----->");
	check_bar(-0.03, -0.02, -0.01, true, "      :  | -o--    ");
}
