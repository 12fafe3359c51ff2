/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "model/calibration.h"

#include "base/buf.h"
#include "store/calibrations.h"
#include "sys/folder.h"

#include "support/playground.h"

#include <math.h>
#include <string.h>

static const char good[] = "{\n"
			   "\t\"format\": \"benchgate-calibration\",\n"
			   "\t\"version\": 1,\n"
			   "\t\"machine\": \"0123abcd\",\n"
			   "\t\"timestamp\": \"2026-11-21T04:05:06Z\",\n"
			   "\t\"suite_build\": null,\n"
			   "\t\"duration\": 301.5,\n"
			   "\t\"clock\": {\n"
			   "\t\t\"resolution_ns\": 1,\n"
			   "\t\t\"cost_ns\": 24\n"
			   "\t},\n"
			   "\t\"drift\": {\n"
			   "\t\t\"sessions\": 5,\n"
			   "\t\t\"tau\": 0.012,\n"
			   "\t\t\"df\": 3.5\n"
			   "\t},\n"
			   "\t\"alone\": {\n"
			   "\t\t\"gates\": 4,\n"
			   "\t\t\"alarmed_gates\": 1,\n"
			   "\t\t\"comparisons\": 8,\n"
			   "\t\t\"alarms\": 2,\n"
			   "\t\t\"bound\": 0.59968970,\n"
			   "\t\t\"gate_bound\": 0.75139\n"
			   "\t},\n"
			   "\t\"in_turn\": {\n"
			   "\t\t\"gates\": 0,\n"
			   "\t\t\"alarmed_gates\": 0,\n"
			   "\t\t\"comparisons\": 0,\n"
			   "\t\t\"alarms\": 0,\n"
			   "\t\t\"bound\": 1,\n"
			   "\t\t\"gate_bound\": 1\n"
			   "\t},\n"
			   "\t\"benchmarks\": [\n"
			   "\t\t{\n"
			   "\t\t\t\"name\": \"search \\\"x\\\"\",\n"
			   "\t\t\t\"tier\": \"critical\",\n"
			   "\t\t\t\"threshold\": 0.02,\n"
			   "\t\t\t\"target\": 0.04,\n"
			   "\t\t\t\"detectable_alone\": 0.091,\n"
			   "\t\t\t\"detectable_in_turn\": 0.025,\n"
			   "\t\t\t\"start_order\": -0.003,\n"
			   "\t\t\t\"start_order_low\": -0.006,\n"
			   "\t\t\t\"start_order_high\": 0,\n"
			   "\t\t\t\"seconds_alone\": 1.25,\n"
			   "\t\t\t\"seconds_in_turn\": null\n"
			   "\t\t},\n"
			   "\t\t{\n"
			   "\t\t\t\"name\": \"parse\",\n"
			   "\t\t\t\"tier\": \"standard\",\n"
			   "\t\t\t\"threshold\": 0.05,\n"
			   "\t\t\t\"target\": 0.1,\n"
			   "\t\t\t\"detectable_alone\": null,\n"
			   "\t\t\t\"detectable_in_turn\": null,\n"
			   "\t\t\t\"start_order\": null,\n"
			   "\t\t\t\"start_order_low\": null,\n"
			   "\t\t\t\"start_order_high\": null,\n"
			   "\t\t\t\"seconds_alone\": null,\n"
			   "\t\t\t\"seconds_in_turn\": null\n"
			   "\t\t}\n"
			   "\t]\n"
			   "}\n";

static void check_good(const struct calibration *read)
{
	assert_string_equal(read->machine, "0123abcd");
	assert_null(read->build);
	assert_int_equal(read->nr_sessions, 5);
	assert_true(read->tau_ratio == 0.012 && read->tau_df == 3.5);
	assert_int_equal(read->alone.alarms, 2);
	assert_true(read->in_turn.bound == 1);
	assert_int_equal(read->nr, 2);
	assert_ptr_equal(calibration_find(read, "parse"), &read->items[1]);
	assert_null(calibration_find(read, "pars"));
	assert_true(read->items[0].order_ratio == -0.003);
	assert_true(isnan(read->items[0].in_turn_s));
	assert_true(isnan(read->items[1].detectable_alone));
}

TEST(what_is_read_is_written_back_the_same)
{
	struct calibration read = CALIBRATION_INIT, again = CALIBRATION_INIT;
	struct buf text = BUF_INIT, twice = BUF_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(calibration_json_read(good, sizeof good - 1, &read, &err), 0);
	check_good(&read);
	calibration_json_print(&read, &text);
	assert_int_equal(calibration_json_read(text.data, text.len, &again, &err), 0);
	check_good(&again);
	calibration_json_print(&again, &twice);
	assert_string_equal(text.data, twice.data);
	buf_release(&twice);
	buf_release(&text);
	calibration_release(&again);
	calibration_release(&read);
}

TEST(what_is_detectable_moves_along_with_the_threshold)
{
	struct calibration_bench bench = { .threshold_ratio = 0.02, .detectable_alone = 0.071 };

	assert_true(fabs(calibration_detectable(&bench, 0.02) - 0.071) < 1e-12);
	assert_true(fabs(calibration_detectable(&bench, 0.05) - (1.05 * 1.05 - 1)) < 1e-12);
	bench.detectable_alone = NAN;
	assert_true(isnan(calibration_detectable(&bench, 0.02)));
}

static void check_refused(const char *text, size_t len, const char *expected)
{
	struct calibration read = CALIBRATION_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(calibration_json_read(text, len, &read, &err), -1);
	assert_int_equal(err.kind, ERR_USAGE);
	if (expected)
		assert_string_equal(err.text, expected);
	calibration_release(&read);
}

TEST(a_spoilt_file_is_refused_with_the_place)
{
	static const struct {
		const char *what, *by, *error;
	} cases[] = {
		{ "benchgate-calibration", "benchgate-run",
			"format is \"benchgate-run\"; it must be \"benchgate-calibration\"" },
		{ "\"version\": 1", "\"version\": 2",
			"version is 2; this benchgate reads version 1" },
		{ "0123abcd", "0123ABCD",
			"machine is \"0123ABCD\"; it must be eight hex digits, as doctor prints them" },
		{ "0123abcd", "../../etc",
			"machine is \"../../etc\"; it must be eight hex digits, as doctor prints them" },
		{ "2026-11-21T04", "2026-11-31T04",
			"timestamp is \"2026-11-31T04:05:06Z\"; it must be a time such as 2026-11-21T04:05:06Z" },
		{ "301.5", "-1", "duration is -1; it must not be below 0" },
		{ "\"cost_ns\": 24", "\"cost_ns\": null",
			"clock.cost_ns is null; it must be a number" },
		{ "\"cost_ns\": 24", "\"coast\": 24", "clock has no \"cost_ns\"" },
		{ "\"drift\": {", "\"drift\": 1, \"rest\": {",
			"drift is a number; it must be an object" },
		{ "\"sessions\": 5", "\"sessions\": 5.5",
			"drift.sessions is 5.5; it must be a whole number" },
		{ "0.012", "-0.012", "drift.tau is -0.012; it must not be below 0" },
		{ "3.5", "null", "drift.df is null; it must be a number" },
		{ "\"alarmed_gates\": 1", "\"alarmed_gates\": 5",
			"alone.alarmed_gates is 5; it must be from 0 to 4" },
		{ "\"alarms\": 2", "\"alarms\": 9", "alone.alarms is 9; it must be from 0 to 8" },
		{ "0.75139", "1.1", "alone.gate_bound is 1.1; it must be from 0 to 1" },
		{ "\"benchmarks\": [", "\"benchmarks\": {}, \"rest\": [",
			"benchmarks is an object; it must be a list" },
		{ "\"parse\"", "\"search \\\"x\\\"\"",
			"benchmarks[1].name is \"search \"x\"\", which another benchmark has too" },
		{ "\"parse\"", "7", "benchmarks[1].name is a number; it must be a text" },
		{ "0.091", "\"9.1 %\"",
			"benchmarks[0].detectable_alone is \"9.1 %\"; it must be a number" },
		{ "0.091", "-0.1",
			"benchmarks[0].detectable_alone is -0.1; it must not be below 0" },
		{ "\"target\": 0.1", "\"target\": 0.01",
			"benchmarks[1].target is 0.01; it must not be below 0.05" },
		{ "-0.003", "-3", "benchmarks[0].start_order is -3; it must not be below -1" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *at = strstr(good, cases[i].what);
		struct buf bad = BUF_INIT;

		assert_non_null(at);
		buf_add(&bad, good, (size_t)(at - good));
		buf_adds(&bad, cases[i].by);
		buf_adds(&bad, at + strlen(cases[i].what));
		check_refused(bad.data, bad.len, cases[i].error);
		buf_release(&bad);
	}
}

TEST(a_truncated_text_is_refused_wherever_it_ends)
{
	for (size_t len = 0; len + 2 < sizeof good; len++) {
		struct buf text = BUF_INIT;

		buf_add(&text, good, len);
		check_refused(text.data, text.len, NULL);
		buf_release(&text);
	}
}

/* The path of this machine's under the playground; the folder is made. */
static void shelve(const struct env *env, const char *text)
{
	struct buf path = BUF_INIT;
	struct error err = ERROR_INIT;

	calibrations_path(inside("kept"), env, &path);
	assert_int_equal(folder_make_parents(path.data, &err), 0);
	write_file(path.data + strlen(inside("")), text, strlen(text));
	buf_release(&path);
}

TEST_WITH(a_missing_file_leaves_it_empty, open_playground, close_playground)
{
	struct calibration read = CALIBRATION_INIT;
	struct env env = { { NULL } };
	struct error err = ERROR_INIT;

	assert_int_equal(calibrations_read(inside("kept"), &env, &read, &err), 0);
	assert_null(read.machine);
}

TEST_WITH(this_machines_is_found_and_another_ones_is_refused, open_playground, close_playground)
{
	struct calibration read = CALIBRATION_INIT;
	struct env env = { { NULL } };
	struct error err = ERROR_INIT;
	struct buf own = BUF_INIT;
	char machine[ENV_MACHINE_MAX];

	env_machine(&env, machine);
	shelve(&env, good);
	assert_int_equal(calibrations_read(inside("kept"), &env, &read, &err), -1);
	assert_int_equal(err.kind, ERR_IO);
	assert_non_null(strstr(err.text, "machine is \"0123abcd\", and this one is"));
	calibration_release(&read);

	buf_add(&own, good, (size_t)(strstr(good, "0123abcd") - good));
	buf_adds(&own, machine);
	buf_adds(&own, strstr(good, "0123abcd") + 8);
	shelve(&env, own.data);
	assert_int_equal(calibrations_read(inside("kept"), &env, &read, &err), 0);
	assert_string_equal(read.machine, machine);
	calibration_release(&read);

	shelve(&env, "{");
	assert_int_equal(calibrations_read(inside("kept"), &env, &read, &err), -1);
	assert_int_equal(err.kind, ERR_IO);
	assert_non_null(strstr(err.text, "kept/calibrations/"));
	calibration_release(&read);
	buf_release(&own);
}
