/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"
#include "model/run_json.h"

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
		metrics_add(&result->metrics, &(struct metric_kind){ "hits", "", true }, i);
		*ARRAY_ADD(&result->processes) = (struct process_row){
			.iterations = 4, .nr_batches = 5, .cpu_ns = 1.0 / 7, .settled = true
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

static void a_spoilt_file_is_refused_with_the_place(void **state)
{
	static const struct {
		const char *what, *by, *error;
	} cases[] = {
		{ "benchgate-run", "something-else",
			"format is \"something-else\"; it must be \"benchgate-run\"" },
		{ "\"version\": 1", "\"version\": 2",
			"version is 2; this benchgate reads version 1" },
		{ "\"benchmark_run\"", "\"occasion\"", "the file has no \"benchmark_run\"" },
		{ "\"complete\"", "\"done\"",
			"benchmark_run.status is \"done\"; it must be one of \"complete\", \"short-of-time\", \"interrupted\"" },
		{ "\"processes\": 10", "\"processes\": \"ten\"",
			"plan.processes is \"ten\"; it must be a whole number" },
		{ "\"cpus\": 2", "\"cpus\": \"two\"",
			"system_info.cpus is a text; it must be a number" },
		{ "\"sort/10\"", "\"broken \\\"quoted\\\"\"",
			"benchmarks[1].name is \"broken \"quoted\"\", which another benchmark has too" },
		{ "\"iterations\": 4", "\"iterations\": -4",
			"benchmarks[0].processes[0].iterations is -4; it must be a whole number" },
		{ "\"benchmark\": \"sort/10\"", "\"benchmark\": \"other\"",
			"metrics[0].benchmark is \"other\", which is not among the benchmarks" },
		{ "\"name\": \"hits\"", "\"name\": \"time\"",
			"metrics[1]: sort/10 has the metric \"time\" twice" },
		{ "\"process_values\": [", "\"process_values\": [true,",
			"metrics[0].process_values[0] is true or false; it must be a number" },
	};
	struct run run = small_run();
	char *good = printed(&run);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *bad = spoilt(good, cases[i].what, cases[i].by);
		struct run again = RUN_INIT;
		struct error err = ERROR_INIT;

		assert_int_equal(run_json_read(bad, strlen(bad), &again, &err), -1);
		assert_string_equal(err.text, cases[i].error);
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
