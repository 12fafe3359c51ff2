/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "model/result.h"

#include <string.h>

static const struct metric_kind time_kind = { "time", "ns", false };
static const struct metric_kind hits_kind = { "hits", "", true };

TEST(values_gather_under_their_metric_in_order)
{
	struct metrics metrics = { 0 };
	const struct metric *time, *hits;

	for (int i = 0; i < 20; i++) {
		metrics_add(&metrics, &time_kind, i);
		if (i % 2)
			metrics_add(&metrics, &hits_kind, -i);
	}
	assert_int_equal(metrics.nr, 2);
	time = metrics_find(&metrics, "time");
	hits = metrics_find(&metrics, "hits");
	assert_int_equal(time->values.nr, 20);
	assert_true(time->values.items[19] == 19);
	assert_int_equal(hits->values.nr, 10);
	assert_true(hits->values.items[0] == -1);
	metrics_release(&metrics);
}

TEST(a_metric_is_of_the_kind_that_it_was_first_added_as)
{
	struct metrics metrics = { 0 };
	struct metric_kind kind = { (char[]){ "hits" }, (char[]){ "k" }, true };
	const struct metric *metric;

	metrics_add(&metrics, &kind, 1);
	metrics_add(&metrics, &(struct metric_kind){ "hits", "M", false }, 2);
	metric = metrics_find(&metrics, "hits");
	assert_ptr_not_equal(metric->name, kind.name);
	assert_string_equal(metric->name, "hits");
	assert_string_equal(metric->unit, "k");
	assert_true(metric->more_is_better);
	assert_int_equal(metric->values.nr, 2);
	metrics_release(&metrics);
}

TEST(what_was_never_added_is_not_found)
{
	struct metrics metrics = { 0 };

	assert_null(metrics_find(&metrics, "time"));
	metrics_add(&metrics, &time_kind, 1);
	assert_null(metrics_find(&metrics, "tim"));
	assert_null(metrics_find(&metrics, "times"));
	assert_null(metrics_find(&metrics, ""));
	metrics_release(&metrics);
	assert_int_equal(metrics.nr, 0);
	assert_null(metrics_find(&metrics, "time"));
}

TEST(a_fault_holds_its_word_and_reason)
{
	struct fault fault = FAULT_INIT;

	assert_int_equal(fault.word, RESULT_OK);
	assert_int_equal(fault_set(&fault, RESULT_EXITED, "with status %d", 9), -1);
	assert_int_equal(fault.word, RESULT_EXITED);
	assert_string_equal(fault.reason, "with status 9");
	fault_set(&fault, RESULT_WRONG, "%0*d", 5000, 1);
	assert_int_equal(strlen(fault.reason), sizeof fault.reason - 1);
}

TEST(a_result_takes_the_last_fault)
{
	struct bench bench = { .name = (char[]){ "x" }, .tier = (char[]){ "standard" } };
	struct fault fault = FAULT_INIT;
	struct result result;

	result_init(&result, &bench);
	assert_null(result.file);
	fault_set(&fault, RESULT_WRONG, "first");
	result_fault(&result, &fault);
	fault_set(&fault, RESULT_TIMED_OUT, "second");
	result_fault(&result, &fault);
	fault_set(&fault, RESULT_OK, "changed afterwards");
	assert_int_equal(result.word, RESULT_TIMED_OUT);
	assert_string_equal(result.reason, "second");
	result_release(&result);
}

TEST(each_word_has_its_name)
{
	static const char *const names[] = { "ok", "crashed", "aborted", "exited", "timed-out",
		"out-of-memory", "wrong-result", "not-loaded", "not-measured" };

	for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
		assert_string_equal(result_word_name((enum result_word)i), names[i]);
	assert_null(result_words[RESULT_NOT_MEASURED + 1]);
}

TEST(ratios_gather_beside_values)
{
	struct metrics metrics = { 0 };

	metrics_add_ratio(&metrics, &time_kind, 0.5);
	metrics_add(&metrics, &time_kind, 100);
	metrics_add_ratio(&metrics, &time_kind, -0.5);
	assert_int_equal(metrics.nr, 1);
	assert_int_equal(metrics.items[0].values.nr, 1);
	assert_int_equal(metrics.items[0].ratios.nr, 2);
	assert_true(metrics.items[0].ratios.items[1] == -0.5);
	assert_string_equal(metrics.items[0].unit, "ns");
	metrics_release(&metrics);
}

/* A file may say that more was dropped than there was. */
TEST(a_duet_counts_with_quads_enough)
{
	static const struct {
		uint64_t nr_quads, nr_dropped;
		bool counts;
	} cases[] = { { 0, 0, false }, { 1, 0, true }, { 5, 1, false }, { 5, 0, true },
		{ 5, 1, false }, { 100, 95, true }, { 100, 96, false }, { 100, 100, false },
		{ 100, 101, false }, { 0, UINT64_C(1) << 53, false } };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(duet_counts(&(struct duet){ .nr_quads = cases[i].nr_quads,
					 .nr_dropped = cases[i].nr_dropped }),
			cases[i].counts);
}

/* One process may have met an empty loop that was slowed. */
TEST(a_body_is_empty_where_most_processes_say_so)
{
	struct process_row rows[] = { { .empty = true }, { .empty = false }, { .empty = true } };
	struct duet duets[] = { { .head_empty = true }, { .base_empty = true },
		{ .base_empty = true } };
	struct result result = { .processes = { rows, 3, 3 } };

	assert_true(result_is_empty(&result));
	assert_false(result_base_is_empty(&result));
	rows[0].empty = false;
	assert_false(result_is_empty(&result));
	result = (struct result){ .duets = { duets, 3, 3 } };
	assert_false(result_is_empty(&result));
	assert_true(result_base_is_empty(&result));
	result.duets.nr = 2;
	assert_false(result_base_is_empty(&result));
	result.duets.nr = 0;
	assert_false(result_is_empty(&result) || result_base_is_empty(&result));
}
