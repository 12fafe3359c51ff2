/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/str.h"
#include "model/counted.h"
#include "model/run_json.h"
#include "store/baseline.h"
#include "support/baselines.h"

#include <stdio.h>
#include <string.h>

TEST(each_count_is_found_by_its_name_and_no_metric_is_called_so)
{
	for (size_t i = 0; i < NR_COUNTED; i++) {
		const char *name = counted_metrics[i].kind.name;

		assert_ptr_equal(counted_find(name), &counted_metrics[i]);
		assert_null(builtin_find(name));
	}
	assert_null(counted_find("time"));
}

TEST(what_is_of_an_iteration_is_divided_and_what_is_of_the_loop_is_not)
{
	struct metrics counts = { 0 };

	counted_add(&counts, COUNTED_ALLOCATIONS, 300, 100);
	counted_add(&counts, COUNTED_ALLOCATIONS, 301, 100);
	counted_add(&counts, COUNTED_PEAK_HEAP, 300, 100);
	assert_int_equal(counts.nr, 2);
	assert_true(
		counts.items[0].values.items[0] == 3 && counts.items[0].values.items[1] == 3.01);
	assert_true(counts.items[1].values.items[0] == 300);
	metrics_release(&counts);
}

/* A run of two benchmarks, one with counts. */
static struct run counted_run(const char *timestamp)
{
	struct run run = run_at(timestamp);
	struct result *result = add_result(&run, "parse");

	add_values(result, &time_kind, 5, 2);
	result->counted_iterations = 1000;
	counted_add(&result->counts, COUNTED_INSTRUCTIONS, 412000, 1000);
	counted_add(&result->counts, COUNTED_INSTRUCTIONS, 412000, 1000);
	add_values(add_result(&run, "sort"), &time_kind, 5, 2);
	run.counting.is_wanted = true;
	run.counting.way = str_dup("callgrind");
	run.counting.tool = str_dup("valgrind-3.19.0");
	counting_add_untaken(&run.counting, "instructions", "sort", "it does not run there");
	counting_add_untaken(&run.counting, "instructions", "sort", "it does not run there");
	return run;
}

static void check_counting(const struct run *run)
{
	const struct result *result = run_find(run, "parse");
	const struct metric *metric = metrics_find(&result->counts, "instructions");

	assert_true(run->counting.is_wanted);
	assert_string_equal(run->counting.way, "callgrind");
	assert_string_equal(run->counting.tool, "valgrind-3.19.0");
	assert_null(run->counting.dispatch);
	assert_int_equal(run->counting.nr, 1);
	assert_string_equal(run->counting.items[0].benchmark, "sort");
	assert_string_equal(run->counting.items[0].reason, "it does not run there");
	assert_int_equal(result->counted_iterations, 1000);
	assert_non_null(metric);
	assert_int_equal(metric->values.nr, 2);
	assert_true(metric->values.items[1] == 412);
	assert_null(metrics_find(&result->metrics, "instructions"));
}

TEST(a_result_file_keeps_counts_apart_from_what_was_timed)
{
	struct run run = counted_run("2026-11-21T04:05:06Z"), again = RUN_INIT;
	struct error err = ERROR_INIT;
	struct buf text = BUF_INIT;

	snprintf(run.id, sizeof run.id, "00c0ffee00c0ffee");
	run_json_print(&run, &text);
	assert_int_equal(run_json_read(text.data, text.len, &again, &err), 0);
	check_counting(&again);
	buf_release(&text);
	run_release(&run);
	run_release(&again);
}

static void reread(struct run *baseline)
{
	struct error err = ERROR_INIT;
	struct buf text = BUF_INIT;

	baseline_print(baseline, &text);
	run_release(baseline);
	if (baseline_parse(text.data, text.len, baseline, &err))
		fail_msg("%s", err.text);
	buf_release(&text);
}

TEST(a_baseline_keeps_counts_through_a_session_that_took_none)
{
	struct run baseline = RUN_INIT, run = counted_run("2026-11-21T04:05:06Z");
	struct run plain = run_at("2026-11-22T04:05:06Z");

	add_values(add_result(&plain, "parse"), &time_kind, 6, 2);
	baseline_add_session(&baseline, &run, false);
	reread(&baseline);
	check_counting(&baseline);
	baseline_add_session(&baseline, &plain, false);
	reread(&baseline);
	check_counting(&baseline);
	assert_int_equal(baseline.items[0].metrics.items[0].sessions.nr, 2);
	run_release(&plain);
	run_release(&run);
	run_release(&baseline);
}

TEST(counts_that_were_taken_in_another_way_replace_those_of_all)
{
	struct run baseline = RUN_INIT, run = counted_run("2026-11-21T04:05:06Z");
	struct run other = run_at("2026-11-22T04:05:06Z");

	add_values(add_result(&other, "sort"), &time_kind, 6, 2);
	other.counting.is_wanted = true;
	other.counting.way = str_dup("perf");
	baseline_add_session(&baseline, &run, false);
	baseline_add_session(&baseline, &other, false);
	assert_string_equal(baseline.counting.way, "perf");
	assert_int_equal(run_find(&baseline, "parse")->counts.nr, 0);
	assert_int_equal(run_find(&baseline, "parse")->counted_iterations, 0);
	run_release(&other);
	run_release(&run);
	run_release(&baseline);
}

TEST(a_file_with_wrong_counts_says_where)
{
	static const struct {
		const char *from, *to, *error;
	} cases[] = {
		{ "\"way\"", "\"weg\"", "counting has no \"way\"" },
		{ "\"counts\": [", "\"counts\": [1,", "counts[0]" },
		{ "\"not_taken\": [", "\"not_taken\": [{},",
			"counting.not_taken[0] has no \"metric\"" },
		{ "\"counted_iterations\": 1000", "\"counted_iterations\": -1",
			"benchmarks[0].counted_iterations" },
	};
	struct run run = counted_run("2026-11-21T04:05:06Z");
	struct buf text = BUF_INIT;

	run_json_print(&run, &text);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *at = strstr(text.data, cases[i].from);
		struct error err = ERROR_INIT;
		struct run again = RUN_INIT;
		struct buf bad = BUF_INIT;

		assert_non_null(at);
		buf_addf(&bad, "%.*s%s%s", (int)(at - text.data), text.data, cases[i].to,
			at + strlen(cases[i].from));
		assert_int_equal(run_json_read(bad.data, bad.len, &again, &err), -1);
		if (!strstr(err.text, cases[i].error))
			fail_msg("'%s' is not in '%s'", cases[i].error, err.text);
		buf_release(&bad);
		run_release(&again);
	}
	buf_release(&text);
	run_release(&run);
}
