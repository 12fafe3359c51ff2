/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "report/formats.h"
#include "store/baseline.h"
#include "support/judged.h"

#include <math.h>
#include <string.h>

#define FILE_OF(metrics) \
	"{\"benchmark_run\": {\"timestamp\": \"2024-01-15T02:30:00Z\"}, \"metrics\": [" metrics "]}"

static int parse(const char *text, struct run *run, struct error *err)
{
	bool is_result = false;
	int rc = baseline_parse_run(text, strlen(text), run, &is_result, err);

	if (!rc)
		assert_true(is_result);
	return rc;
}

static double value_of(const struct run *run, const char *name, const char *unit)
{
	const struct result *result = run_find(run, name);

	assert_non_null(result);
	assert_int_equal(result->metrics.nr, 1);
	assert_int_equal(result->metrics.items[0].values.nr, result->processes.nr);
	assert_string_equal(result->metrics.items[0].unit, unit);
	return result->metrics.items[0].values.items[0];
}

TEST(what_the_report_writes_is_read_back)
{
	struct fault fault = FAULT_INIT;
	struct error err = ERROR_INIT;
	struct run run = RUN_INIT;
	struct judged judged;
	char *text;

	judged_init(&judged);
	judged_pair(&judged, "slower", 0.065);
	judged_values(judged_result(&judged.head, "slower"), &allocs_kind, 4, 0, 10);
	judged_base(&judged.base, "gone", 0.004, 6);
	fault_set(&fault, RESULT_CRASHED, "SIGSEGV");
	result_fault(judged_result(&judged.head, "bad"), &fault);
	snprintf(judged.head.timestamp, sizeof judged.head.timestamp, "2026-06-07T02:00:00Z");
	snprintf(judged.head.id, sizeof judged.head.id, "0123456789abcdef");
	env_set(&judged.head.env, ENV_HOST, "perf-1");
	text = judged_rendered(&judged, result_report);
	assert_int_equal(parse(text, &run, &err), 0);
	assert_string_equal(run.id, "0123456789abcdef");
	assert_string_equal(run.timestamp, "2026-06-07T02:00:00Z");
	assert_int_equal(run.duration_ns, 12000000000);
	assert_string_equal(run.env.values[ENV_HOST], "perf-1");
	assert_true(fabs(value_of(&run, "slower", "ns") - 1065) < 0.1);
	assert_true(value_of(&run, "slower_allocs", "") == 4);
	assert_int_equal(run_find(&run, "bad")->word, RESULT_EXITED);
	assert_null(run_find(&run, "gone"));
	free(text);
	run_release(&run);
	judged_release(&judged);
}

TEST(units_are_turned_into_ours)
{
	struct error err = ERROR_INIT;
	struct run run = RUN_INIT;

	assert_int_equal(parse(FILE_OF("{\"name\": \"a\", \"value\": 1.5, \"unit\": \"seconds\"},"
				       "{\"name\": \"b\", \"value\": 2, \"unit\": \"us\"},"
				       "{\"name\": \"c\", \"value\": 3, \"unit\": \"MB\"},"
				       "{\"name\": \"d\", \"value\": 7, \"unit\": \"requests/s\"},"
				       "{\"name\": \"e\", \"value\": null}"),
				 &run, &err),
		0);
	assert_true(value_of(&run, "a", "ns") == 1.5e9);
	assert_true(value_of(&run, "b", "ns") == 2000);
	assert_true(value_of(&run, "c", "B") == 3e6);
	assert_true(value_of(&run, "d", "requests/s") == 7);
	assert_true(run_find(&run, "d")->metrics.items[0].more_is_better);
	assert_false(run_find(&run, "a")->metrics.items[0].more_is_better);
	assert_int_equal(run_find(&run, "e")->word, RESULT_NOT_MEASURED);
	run_release(&run);
}

/* An id of another program is another id here, the same each time. */
TEST(an_id_is_made_fit)
{
	const char *text = "{\"benchmark_run\": {\"id\": \"build-1234-benchmark-2024-01-15\", "
			   "\"timestamp\": \"2024-01-15T02:30:00Z\"}, \"metrics\": []}";
	struct error err = ERROR_INIT;
	struct run run = RUN_INIT, again = RUN_INIT;

	assert_int_equal(parse(text, &run, &err), 0);
	assert_int_equal(parse(text, &again, &err), 0);
	assert_int_equal(strlen(run.id), 16);
	assert_string_equal(run.id, again.id);
	run_release(&run);
	run_release(&again);
}

TEST(a_mistake_is_named_with_its_place)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ FILE_OF("7"), "metrics[0] is a number; it must be an object" },
		{ FILE_OF("{\"value\": 1}"), "metrics[0] has no \"name\"" },
		{ FILE_OF("{\"name\": \"\", \"value\": 1}"),
			"metrics[0].name is empty; it must name a metric" },
		{ FILE_OF("{\"name\": \"a\"}"),
			"metrics[0].value is missing; it must be a number or null" },
		{ FILE_OF("{\"name\": \"a\", \"value\": \"1\"}"),
			"metrics[0].value is a text; it must be a number or null" },
		{ FILE_OF("{\"name\": \"a\", \"value\": 1}"),
			"metrics[0].unit is missing; it must be a text such as \"milliseconds\"" },
		{ "{\"benchmark_run\": {\"timestamp\": \"today\"}, \"metrics\": []}",
			"benchmark_run.timestamp is \"today\"; it must be a time such as 2026-11-21T04:05:06Z" },
		{ "{\"benchmark_run\": {}, \"metrics\": []}",
			"benchmark_run.timestamp is \"\"; it must be a time such as 2026-11-21T04:05:06Z" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error err = ERROR_INIT;
		struct run run = RUN_INIT;

		assert_int_equal(parse(cases[i].text, &run, &err), -1);
		assert_string_equal(err.text, cases[i].message);
		run_release(&run);
	}
}
