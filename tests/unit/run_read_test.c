/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/str.h"
#include "model/run_json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static char *printed(const struct run *run)
{
	struct buf text = BUF_INIT;

	run_json_print(run, &text);
	return buf_detach(&text);
}

/* Two benchmarks, one of them failed; values that a careless printf would round. */
static struct run small_run(void)
{
	struct run run = RUN_INIT;
	struct bench bench = { .name = (char[]){ "sort/10" },
		.tier = (char[]){ "critical" },
		.file = (char[]){ "sort.c" },
		.line = 7,
		.nr_threads = 2 };
	struct result *result;
	struct fault fault = FAULT_INIT;

	snprintf(run.id, sizeof run.id, "0123456789abcdef");
	snprintf(run.timestamp, sizeof run.timestamp, "2026-11-21T04:05:06Z");
	run.duration_ns = 1500000000;
	run.plan = (struct plan)PLAN_DEFAULT;
	run.plan.seed = UINT64_MAX;
	env_set(&run.env, ENV_ARCH, "x86_64");
	env_set(&run.env, ENV_CPUS, "2");
	result = run_add(&run, &bench);
	for (int i = 0; i < 3; i++) {
		metrics_add(&result->metrics, &(struct metric_kind){ "time", "ns", false },
			100.0 / 3 + i);
		metrics_add(&result->metrics, &(struct metric_kind){ "hits", "", true },
			i == 1 ? NAN : (double)i);
		*ARRAY_ADD(&result->processes) = (struct process_row){
			.iterations = 4, .nr_batches = 5, .cpu_ns = 1.0 / 7 + i, .settled = true
		};
	}
	bench.name = (char[]){ "broken \"quoted\"" };
	fault_set(&fault, RESULT_CRASHED, "SIGSEGV");
	result_fault(run_add(&run, &bench), &fault);
	return run;
}

TEST(what_is_printed_is_read_back_the_same)
{
	struct run run = small_run(), again = RUN_INIT;
	struct error err = ERROR_INIT;
	char *first = printed(&run), *second;

	assert_int_equal(run_json_read(first, strlen(first), &again, &err), 0);
	second = printed(&again);
	assert_string_equal(first, second);
	assert_true(again.items[0].metrics.items[0].values.items[0] == 100.0 / 3);
	assert_true(again.plan.seed == UINT64_MAX);
	assert_int_equal(again.items[0].processes.nr, 3);
	assert_memory_equal(again.items[0].processes.items, run.items[0].processes.items,
		3 * sizeof *run.items[0].processes.items);
	assert_int_equal(again.items[0].pace.iterations, 4);
	assert_int_equal(again.items[0].pace.nr_batches, 5);
	assert_true(isnan(again.items[0].metrics.items[1].values.items[1]));
	assert_int_equal(run_find(&again, "broken \"quoted\"")->word, RESULT_CRASHED);
	free(first);
	free(second);
	run_release(&run);
	run_release(&again);
}

/* The file with one text in it replaced by another. */
static char *spoilt(const char *text, const char *what, const char *by)
{
	const char *at = strstr(text, what);
	struct buf out = BUF_INIT;

	assert_non_null(at);
	buf_add(&out, text, (size_t)(at - text));
	buf_adds(&out, by);
	buf_adds(&out, at + strlen(what));
	return buf_detach(&out);
}

struct spoiler {
	const char *what, *by, *error;
};

static const struct spoiler spoilers[] = {
	{ "benchgate-run", "something-else",
		"format is \"something-else\"; it must be \"benchgate-run\"" },
	{ "\"version\": 2", "\"version\": 3",
		"version is 3; this benchgate reads version 2 and older ones" },
	{ "\"benchmark_run\"", "\"occasion\"", "the file has no \"benchmark_run\"" },
	{ "\"complete\"", "\"done\"",
		"benchmark_run.status is \"done\"; it must be one of \"complete\", \"short-of-time\", \"interrupted\"" },
	{ "\"processes\": 10", "\"processes\": \"ten\"",
		"plan.processes is \"ten\"; it must be a whole number" },
	{ "\"cpus\": 2", "\"cpus\": \"two\"", "system_info.cpus is a text; it must be a number" },
	{ "\"sort/10\"", "\"broken \\\"quoted\\\"\"",
		"benchmarks[1].name is \"broken \"quoted\"\", which another benchmark has too" },
	{ "\"processes\": {", "\"processes\": [], \"rows\": {",
		"benchmarks[0].processes is a list; it must be an object" },
	{ "\"iterations\": [4,4,4]", "\"iterations\": [4,-4,4]",
		"benchmarks[0].processes.iterations[1] is -4; it must be a whole number" },
	{ "\"iterations\": [4,4,4]", "\"iterations\": [4,null,4]",
		"benchmarks[0].processes.iterations[1] is null; it must be a whole number" },
	{ "\"iterations\": [4,4,4]", "\"iterations\": [4,4,\"4\"]",
		"benchmarks[0].processes.iterations[2] is a text; it must be a number" },
	{ "\"batches\": [5,5,5]", "\"batches\": [5,5]",
		"benchmarks[0].processes.batches has 2 items, and iterations has 3; each must have one a process" },
	{ "\"peak_bytes\": [0,0,0]", "\"peak_bytes\": [0,0,0,0]",
		"benchmarks[0].processes.peak_bytes has 4 items, and iterations has 3; each must have one a process" },
	{ "\"settled\": [1,1,1]", "\"settled\": [1,2,1]",
		"benchmarks[0].processes.settled[1] is 2; it must be 0 or 1" },
	{ "\"settled\": [1,1,1]", "\"settled\": 1",
		"benchmarks[0].processes.settled is a number; it must be a list" },
	{ "\"warmup_ns\": [0,0,0]", "\"warmup_ns\": [0,0.5,0]",
		"benchmarks[0].processes.warmup_ns[1] is 0.5; it must be a whole number" },
	{ "\"warmup_ns\": [0,0,0]", "\"warmup_ns\": [0,1e300,0]",
		"benchmarks[0].processes.warmup_ns[1] is 1e+300; it must be a whole number" },
	{ "\"disturbed\"", "\"undisturbed\"", "benchmarks[0].processes has no \"disturbed\"" },
	{ "\"benchmark\": \"sort/10\"", "\"benchmark\": \"other\"",
		"metrics[0].benchmark is \"other\", which is not among the benchmarks" },
	{ "\"name\": \"hits\"", "\"name\": \"time\"",
		"metrics[1]: sort/10 has the metric \"time\" twice" },
	{ "\"process_values\": [", "\"process_values\": [true,",
		"metrics[0].process_values[0] is true or false; it must be a number" },
};

static void check_refusal(const char *good, const struct spoiler *spoiler)
{
	char *bad = spoilt(good, spoiler->what, spoiler->by);
	struct run again = RUN_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(run_json_read(bad, strlen(bad), &again, &err), -1);
	assert_string_equal(err.text, spoiler->error);
	run_release(&again);
	free(bad);
}

TEST(a_spoilt_file_is_refused_with_the_place)
{
	struct run run = small_run();
	char *good = printed(&run);

	for (size_t i = 0; i < sizeof spoilers / sizeof *spoilers; i++)
		check_refusal(good, &spoilers[i]);
	free(good);
	run_release(&run);
}

/* Four duets, the ratios of one of them not to be had, and a benchmark that was not measured. */
static struct run run_in_turn(void)
{
	struct run run = small_run();
	struct bench bench = { .name = (char[]){ "same" },
		.tier = (char[]){ "critical" },
		.file = (char[]){ "same.c" },
		.nr_threads = 1 };
	struct result *result = &run.items[0];

	run.plan.nr_units = 20;
	run.plan.nr_layouts = 5;
	run.plan.nr_jobs = 3;
	run.plan.warmup_ns = 1000000;
	snprintf(run.base_id, sizeof run.base_id, "fedcba9876543210");
	for (uint64_t i = 0; i < 4; i++) {
		*ARRAY_ADD(&result->duets) = (struct duet){ .base_first = i == 0 || i == 3,
			.nr_quads = 100 + i,
			.nr_dropped = i,
			.nr_base_disturbed = 2 * i,
			.nr_head_disturbed = 3 * i,
			.iterations = 7,
			.warmup_ns = UINT64_C(1) << 40,
			.settled = i != 2 };
		metrics_add_ratio(&result->metrics, &(struct metric_kind){ "time", "ns", false },
			i == 2 ? (double)NAN : -1.0 / 3 + (double)i);
	}
	run_add(&run, &bench)->identical = true;
	run.items[0].time_ns = 300000000;
	run.items[0].differs = str_dup("not the same on both sides: \"plugin.so\"");
	return run;
}

TEST(duets_are_read_back_the_same)
{
	struct run run = run_in_turn(), again = RUN_INIT;
	const struct result *wrote = &run.items[0], *result;
	struct error err = ERROR_INIT;
	char *first = printed(&run), *second;

	assert_int_equal(run_json_read(first, strlen(first), &again, &err), 0);
	second = printed(&again);
	assert_string_equal(first, second);
	result = &again.items[0];
	assert_int_equal(again.plan.nr_units, 20);
	assert_int_equal(again.plan.nr_layouts, 5);
	assert_int_equal(again.plan.nr_jobs, 3);
	assert_int_equal(again.plan.warmup_ns, 1000000);
	assert_int_equal(again.plan.duet_ns, 40000000);
	assert_string_equal(again.base_id, "fedcba9876543210");
	assert_int_equal(result->duets.nr, 4);
	for (size_t i = 0; i < 4; i++) {
		const struct duet *a = &wrote->duets.items[i], *b = &result->duets.items[i];

		assert_true(a->base_first == b->base_first && a->settled == b->settled);
		assert_true(a->nr_quads == b->nr_quads && a->nr_dropped == b->nr_dropped);
		assert_true(a->nr_base_disturbed == b->nr_base_disturbed);
		assert_true(a->nr_head_disturbed == b->nr_head_disturbed);
		assert_true(a->iterations == b->iterations && a->warmup_ns == b->warmup_ns);
	}
	assert_true(result->metrics.items[0].ratios.items[0] == -1.0 / 3);
	assert_true(isnan(result->metrics.items[0].ratios.items[2]));
	assert_int_equal(result->metrics.items[1].ratios.nr, 0);
	assert_string_equal(result->differs, wrote->differs);
	assert_null(again.items[2].differs);
	assert_int_equal(result->time_ns, 300000000);
	assert_int_equal(again.items[2].time_ns, 0);
	assert_false(result->identical);
	assert_true(again.items[2].identical);
	free(first);
	free(second);
	run_release(&run);
	run_release(&again);
}

TEST(a_metric_may_have_ratios_alone)
{
	struct run run = run_in_turn(), again = RUN_INIT;
	struct error err = ERROR_INIT;
	char *text;

	run.items[0].metrics.items[0].values.nr = 0;
	text = printed(&run);
	assert_int_equal(run_json_read(text, strlen(text), &again, &err), 0);
	assert_int_equal(again.items[0].metrics.items[0].values.nr, 0);
	assert_int_equal(again.items[0].metrics.items[0].ratios.nr, 4);
	free(text);
	run_release(&run);
	run_release(&again);
}

static const struct spoiler in_turn_spoilers[] = {
	{ "\"base_first\": [1,0,0,1]", "\"base_first\": [1,0,0]",
		"benchmarks[0].duets.quads has 4 items, and base_first has 3; each must have one a duet" },
	{ "\"base_first\": [1,0,0,1]", "\"base_first\": [1,0,0,2]",
		"benchmarks[0].duets.base_first[3] is 2; it must be 0 or 1" },
	{ "\"base_first\": [1,0,0,1]", "\"base_first\": [1,0,0,true]",
		"benchmarks[0].duets.base_first[3] is true or false; it must be a number" },
	{ "\"base_first\"", "\"head_first\"", "benchmarks[0].duets has no \"base_first\"" },
	{ "\"quads\": [100,101,102,103]", "\"quads\": 100",
		"benchmarks[0].duets.quads is a number; it must be a list" },
	{ "\"quads\": [100,101,102,103]", "\"quads\": [100,101,102,-103]",
		"benchmarks[0].duets.quads[3] is -103; it must be a whole number" },
	{ "\"dropped\": [0,1,2,3]", "\"dropped\": [0,1,2.5,3]",
		"benchmarks[0].duets.dropped[2] is 2.5; it must be a whole number" },
	{ "\"dropped\": [0,1,2,3]", "\"dropped\": [null,1,2,3]",
		"benchmarks[0].duets.dropped[0] is null; it must be a whole number" },
	{ "\"dropped\"", "\"lost\"", "benchmarks[0].duets has no \"dropped\"" },
	{ "\"base_disturbed\": [0,2,4,6]", "\"base_disturbed\": [0,2,4,\"6\"]",
		"benchmarks[0].duets.base_disturbed[3] is a text; it must be a number" },
	{ "\"base_disturbed\": [0,2,4,6]", "\"base_disturbed\": []",
		"benchmarks[0].duets.base_disturbed has 0 items, and base_first has 4; each must have one a duet" },
	{ "\"head_disturbed\": [0,3,6,9]", "\"head_disturbed\": [0,3,6,9,0]",
		"benchmarks[0].duets.head_disturbed has 5 items, and base_first has 4; each must have one a duet" },
	{ "\"iterations\": [7,7,7,7]", "\"iterations\": [7,7,1e300,7]",
		"benchmarks[0].duets.iterations[2] is 1e+300; it must be a whole number" },
	{ "\"settled\": [1,1,0,1]", "\"settled\": [1,1,-1,1]",
		"benchmarks[0].duets.settled[2] is -1; it must be 0 or 1" },
	{ "\"duets\": {", "\"duets\": [], \"rows\": {",
		"benchmarks[0].duets is a list; it must be an object" },
	{ "\"duets\": {", "\"duets\": null, \"rows\": {",
		"benchmarks[0].duets is null; it must be an object" },
	{ "\"duet_log_ratios\": [", "\"duet_log_ratios\": [0,",
		"metrics[0].duet_log_ratios has 5 items, and the benchmark has 4 duets; it must have one a duet" },
	{ "\"duet_log_ratios\": [", "\"duet_log_ratios\": [0], \"more\": [",
		"metrics[0].duet_log_ratios has 1 items, and the benchmark has 4 duets; it must have one a duet" },
	{ "\"duet_log_ratios\": [", "\"duet_log_ratios\": [\"0\",",
		"metrics[0].duet_log_ratios[0] is a text; it must be a number" },
	{ "\"duet_log_ratios\": [", "\"duet_log_ratios\": 0, \"more\": [",
		"metrics[0].duet_log_ratios is a number; it must be a list" },
	{ "\"identical\": true", "\"identical\": \"yes\"",
		"benchmarks[2].identical is a text; it must be true or false" },
	{ "\"time_ns\": 300000000", "\"time_ns\": -1",
		"benchmarks[0].time_ns is -1; it must be a whole number" },
	{ "\"differs\": \"", "\"differs\": 1, \"x\": \"",
		"benchmarks[0].differs is a number; it must be a text" },
	{ "\"in_turn\": {", "\"in_turn\": true, \"rows\": {",
		"plan.in_turn is true or false; it must be an object" },
	{ "\"units\": 20", "\"units\": 2.5",
		"plan.in_turn.units is 2.5; it must be a whole number" },
	{ "\"units\": 20", "\"units\": -20",
		"plan.in_turn.units is -20; it must be a whole number" },
	{ "\"units\": 20,", "", "plan.in_turn has no \"units\"" },
	{ "\"warmup_ns\": 1000000", "\"warmup_ns\": \"1ms\"",
		"plan.warmup_ns is \"1ms\"; it must be a whole number" },
	{ "\"jobs\": 3", "\"jobs\": -3", "plan.in_turn.jobs is -3; it must be a whole number" },
	{ "\"layouts\": 5", "\"layouts\": \"five\"",
		"plan.in_turn.layouts is \"five\"; it must be a whole number" },
	{ "\"duet_ns\": 40000000", "\"duet_ns\": \"long\"",
		"plan.in_turn.duet_ns is \"long\"; it must be a whole number" },
	{ "\"base\": \"fedcba9876543210\"", "\"base\": 7",
		"plan.in_turn.base is a number; it must be a text" },
	{ "\"base\": \"fedcba9876543210\"", "\"bass\": 7", "plan.in_turn has no \"base\"" },
};

TEST(spoilt_duets_are_refused_with_the_place)
{
	struct run run = run_in_turn();
	char *good = printed(&run);

	for (size_t i = 0; i < sizeof in_turn_spoilers / sizeof *in_turn_spoilers; i++)
		check_refusal(good, &in_turn_spoilers[i]);
	free(good);
	run_release(&run);
}

/* "identical": false says nothing. */
TEST(what_is_not_identical_may_say_so)
{
	struct run run = run_in_turn(), again = RUN_INIT;
	struct error err = ERROR_INIT;
	char *good = printed(&run);
	char *text = spoilt(good, "\"identical\": true", "\"identical\": false");

	assert_int_equal(run_json_read(text, strlen(text), &again, &err), 0);
	assert_false(again.items[2].identical);
	free(text);
	free(good);
	run_release(&run);
	run_release(&again);
}

/* Whatever is cut off, reading says no and leaks nothing. */
TEST(a_truncated_file_is_refused_wherever_it_ends)
{
	struct run runs[] = { small_run(), run_in_turn() };

	for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
		char *good = printed(&runs[i]);

		for (size_t len = strlen(good) - 2; len; len -= len > 97 ? 97 : len) {
			char *bad = mem_copy(good, len);
			struct run again = RUN_INIT;
			struct error err = ERROR_INIT;

			assert_int_equal(run_json_read(bad, len, &again, &err), -1);
			assert_int_equal(err.kind, ERR_USAGE);
			run_release(&again);
			free(bad);
		}
		free(good);
		run_release(&runs[i]);
	}
}
