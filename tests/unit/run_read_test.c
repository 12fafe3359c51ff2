/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

static void what_is_printed_is_read_back_the_same(void **state)
{
	struct run run = small_run(), again = RUN_INIT;
	struct error err = ERROR_INIT;
	char *first = printed(&run), *second;

	(void)state;
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

static const struct {
	const char *what, *by, *error;
} spoilers[] = {
	{ "benchgate-run", "something-else",
		"format is \"something-else\"; it must be \"benchgate-run\"" },
	{ "\"version\": 1", "\"version\": 2", "version is 2; this benchgate reads version 1" },
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

static void a_spoilt_file_is_refused_with_the_place(void **state)
{
	struct run run = small_run();
	char *good = printed(&run);

	(void)state;
	for (size_t i = 0; i < sizeof spoilers / sizeof *spoilers; i++) {
		char *bad = spoilt(good, spoilers[i].what, spoilers[i].by);
		struct run again = RUN_INIT;
		struct error err = ERROR_INIT;

		assert_int_equal(run_json_read(bad, strlen(bad), &again, &err), -1);
		assert_string_equal(err.text, spoilers[i].error);
		run_release(&again);
		free(bad);
	}
	free(good);
	run_release(&run);
}

/* Whatever is cut off, reading says no and leaks nothing. */
static void a_truncated_file_is_refused_wherever_it_ends(void **state)
{
	struct run run = small_run();
	char *good = printed(&run);

	(void)state;
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
	run_release(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read_back_the_same),
		cmocka_unit_test(a_spoilt_file_is_refused_with_the_place),
		cmocka_unit_test(a_truncated_file_is_refused_wherever_it_ends),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
