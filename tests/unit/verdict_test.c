/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gate/verdict.h"

#include <math.h>

#define NR(table) (sizeof(table) / sizeof *(table))

static struct result *add_result(struct run *run, const char *name)
{
	struct bench bench = { .name = (char *)name, .tier = (char[]){ "standard" } };

	return run_add(run, &bench);
}

static bool is_near(double value, double expected)
{
	if (isnan(expected))
		return isnan(value);
	return fabs(value - expected) <= 1e-9 * fmax(fabs(expected), 1);
}

/* By hand: the mean of the logarithms is log 2 and their deviation log 2; with two degrees of
 * freedom t is 4.302653, so the interval is 2 over and times exp(4.302653 log 2 / sqrt 3). */
static const struct {
	const char *what;
	double values[4];
	size_t nr;
	struct estimate expected;
} cases[] = {
	{ "geometric", { 1, 2, 4 }, 3, { 2, 0.3574621235971023, 11.189996746364166, 100 } },
	{ "two", { 10, 12.1 }, 2,
		{ 11, 3.276791081676642, 36.92637003213757, 14.429525410564992 } },
	{ "all the same", { 7, 7, 7 }, 3, { 7, 7, 7, 0 } },
	{ "one", { 5 }, 1, { 5, NAN, NAN, NAN } },
	{ "with zero", { 0, 2, 4 }, 3, { 2, -2.968275423439091, 6.968275423439091, 100 } },
	{ "negative", { -4, -2, 0 }, 3, { -2, -6.968275423439091, 2.968275423439091, 100 } },
	{ "about zero", { -2, 0, 2 }, 3, { 0, -4.968275423439091, 4.968275423439091, NAN } },
	{ "only zeros", { 0, 0 }, 2, { 0, 0, 0, NAN } },
	{ "no number", { 1, NAN, 2 }, 3, { NAN, NAN, NAN, NAN } },
	{ "none", { 0 }, 0, { NAN, NAN, NAN, NAN } },
};

static void an_estimate_is_the_geometric_mean_where_there_is_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR(cases); i++) {
		struct run run = RUN_INIT;
		struct result *result = add_result(&run, "x");
		const struct metric_kind kind = { "time", "ns", false };
		struct verdict verdict;
		struct estimate got;

		metrics_add(&result->metrics, &kind, 0);
		result->metrics.items[0].values.nr = 0;
		for (size_t j = 0; j < cases[i].nr; j++)
			metrics_add(&result->metrics, &kind, cases[i].values[j]);
		verdict = verdict_of(&run);
		assert_int_equal(verdict.nr, 1);
		got = verdict.items[0].estimate;
		if (!is_near(got.value, cases[i].expected.value) ||
			!is_near(got.low, cases[i].expected.low) ||
			!is_near(got.high, cases[i].expected.high) ||
			!is_near(got.spread_pct, cases[i].expected.spread_pct))
			fail_msg("%s: %.9g in %.9g .. %.9g, spread %.9g", cases[i].what, got.value,
				got.low, got.high, got.spread_pct);
		verdict_release(&verdict);
		run_release(&run);
	}
}

static void every_metric_is_compared_and_a_failure_has_none(void **state)
{
	struct run run = RUN_INIT;
	struct fault fault = FAULT_INIT;
	struct result *result;
	struct verdict verdict;

	(void)state;
	result = add_result(&run, "good");
	metrics_add(&result->metrics, &(struct metric_kind){ "time", "ns", false }, 5);
	metrics_add(&result->metrics, &(struct metric_kind){ "hits", "", true }, 7);
	result = add_result(&run, "crashed with values");
	metrics_add(&result->metrics, &(struct metric_kind){ "time", "ns", false }, 5);
	fault_set(&fault, RESULT_CRASHED, "SIGSEGV");
	result_fault(result, &fault);
	verdict = verdict_of(&run);
	assert_ptr_equal(verdict.head, &run);
	assert_int_equal(verdict.nr, 3);
	assert_ptr_equal(verdict.items[0].head, &run.items[0]);
	assert_ptr_equal(verdict.items[0].metric, &run.items[0].metrics.items[0]);
	assert_ptr_equal(verdict.items[1].metric, &run.items[0].metrics.items[1]);
	assert_ptr_equal(verdict.items[2].head, &run.items[1]);
	assert_null(verdict.items[2].metric);
	verdict_release(&verdict);
	run_release(&run);
}

static void what_has_no_result_is_failed_or_not_measured(void **state)
{
	struct run run = RUN_INIT;
	struct verdict verdict;

	(void)state;
	for (unsigned word = RESULT_CRASHED; word <= RESULT_NOT_MEASURED; word++) {
		struct fault fault = FAULT_INIT;

		fault_set(&fault, (enum result_word)word, "by the test");
		result_fault(add_result(&run, result_word_name((enum result_word)word)), &fault);
	}
	metrics_add(&add_result(&run, "good")->metrics,
		&(struct metric_kind){ "time", "ns", false }, 1);
	verdict = verdict_of(&run);
	assert_int_equal(verdict.nr, run.nr);
	for (size_t i = 0; i < verdict.nr; i++) {
		enum result_word word = run.items[i].word;

		assert_int_equal(verdict.items[i].word,
			word == RESULT_OK                     ? VERDICT_NEW
				: word == RESULT_NOT_MEASURED ? VERDICT_NOT_MEASURED
							      : VERDICT_FAILED);
	}
	assert_int_equal(verdict_count(&verdict, VERDICT_FAILED), 7);
	assert_int_equal(verdict_count(&verdict, VERDICT_NOT_MEASURED), 1);
	assert_int_equal(verdict_count(&verdict, VERDICT_NEW), 1);
	verdict_release(&verdict);
	run_release(&run);
}

static void an_empty_run_has_an_empty_verdict(void **state)
{
	struct run run = RUN_INIT;
	struct verdict verdict = verdict_of(&run);

	(void)state;
	assert_int_equal(verdict.nr, 0);
	assert_int_equal(verdict_count(&verdict, VERDICT_FAILED), 0);
	verdict_release(&verdict);
}

static void words_have_names(void **state)
{
	(void)state;
	assert_string_equal(verdict_word_name(VERDICT_NEW), "NEW");
	assert_string_equal(verdict_word_name(VERDICT_FAILED), "FAILED");
	assert_string_equal(verdict_word_name(VERDICT_NOT_MEASURED), "NOT MEASURED");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_estimate_is_the_geometric_mean_where_there_is_one),
		cmocka_unit_test(every_metric_is_compared_and_a_failure_has_none),
		cmocka_unit_test(what_has_no_result_is_failed_or_not_measured),
		cmocka_unit_test(an_empty_run_has_an_empty_verdict),
		cmocka_unit_test(words_have_names),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
