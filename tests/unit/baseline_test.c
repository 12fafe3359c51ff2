/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/random.h"
#include "model/run_json.h"
#include "sys/file.h"

#include "support/baselines.h"
#include "support/playground.h"

#include <math.h>

#define DATA "tests/data/baselines/"
#define NR(table) (sizeof(table) / sizeof *(table))

static char *read_data(const char *name)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	struct error err = ERROR_INIT;

	buf_addf(&path, DATA "%s", name);
	if (file_read(path.data, 1 << 20, &text, &err))
		fail_msg("%s", err.text);
	buf_release(&path);
	return buf_detach(&text);
}

static struct run parsed(const char *text)
{
	struct run run = RUN_INIT;
	struct error err = ERROR_INIT;

	if (baseline_parse(text, strlen(text), &run, &err))
		fail_msg("%s", err.text);
	return run;
}

TEST(what_is_read_is_printed_back_the_same)
{
	static const char *const files[] = { "version3.json", "version3_from_digest.json" };

	for (size_t i = 0; i < NR(files); i++) {
		char *text = read_data(files[i]), *again;
		struct run run = parsed(text);

		again = printed(&run);
		assert_string_equal(again, text);
		free(text);
		free(again);
		run_release(&run);
	}
}

TEST(all_that_the_file_says_is_known)
{
	char *text = read_data("version3.json");
	struct run run = parsed(text);
	const struct result *sort = run_find(&run, "sort/1000");
	const struct change *change = &sort->changes.items[1];

	assert_int_equal(run.nr, 2);
	assert_string_equal(run.timestamp, "2026-11-22T04:05:06Z");
	assert_string_equal(run.env.values[ENV_CPU], "Some CPU");
	assert_string_equal(run.env.values[ENV_CPUS], "2");
	assert_string_equal(sort->tier, "critical");
	assert_string_equal(sort->suite, "sort.so");
	assert_int_equal(sort->line, 7);
	assert_int_equal(sort->nr_threads, 2);
	assert_int_equal(sort->pace.iterations, 128);
	assert_int_equal(sort->pace.nr_batches, 40);
	assert_true(sort->bytes == 4096 && sort->items == 0);
	check_metric(
		sort, "time", "time less ns: 21T04:05:06Z 33.3333 34.5 33 | 22T04:05:06Z 35 33");
	check_metric(sort, "hits", "hits more : 22T04:05:06Z 7");
	assert_true(metrics_find(&sort->metrics, "time")->values.items[0] == 100.0 / 3);
	assert_int_equal(sort->changes.nr, 2);
	assert_int_equal(sort->changes.items[0].reason, REASON_SESSION);
	assert_true(isnan(sort->changes.items[0].old_ns) && isnan(sort->changes.items[0].high));
	assert_int_equal(change->reason, REASON_OVERRIDE);
	assert_string_equal(change->note, "safer, and \"slower\"");
	assert_string_equal(change->approved_by, "somebody");
	assert_true(change->old_ns == 33.5 && change->new_ns == 34);
	assert_true(change->low == 0.99 && change->high == 1.04);
	assert_null(run_find(&run, "parse")->suite);
	free(text);
	run_release(&run);
}

/* Before the mean was kept, what stood under "time" was the typical value. */
TEST(the_time_of_version_2_is_the_typical_one)
{
	char *text = read_data("version2.json");
	struct run run = parsed(text), more = run_at("2026-11-23T04:05:06Z");
	struct result *sort = run_find(&run, "sort/1000"), *fresh = add_result(&more, "sort/1000");

	assert_null(metrics_find(&sort->metrics, "time"));
	assert_ptr_equal(metrics_time(&sort->metrics), metrics_find(&sort->metrics, "typical"));
	check_metric(sort, "typical",
		"typical less ns: 21T04:05:06Z 33.3333 34.5 33 | 22T04:05:06Z 35 33");
	/* The next session adds to it, and begins with means. */
	metrics_add(&fresh->metrics, &metric_time, 40);
	metrics_add(&fresh->metrics, &metric_typical, 36);
	baseline_add_session(&run, &more, false);
	check_metric(sort, "time", "time less ns: 23T04:05:06Z 40");
	check_metric(sort, "typical",
		"typical less ns: 21T04:05:06Z 33.3333 34.5 33 | 22T04:05:06Z 35 33 | "
		"23T04:05:06Z 36");
	free(text);
	run_release(&run);
	run_release(&more);
}

static void check_migrated(const char *file, const char *cpu, const char *timestamp)
{
	char *text = read_data(file), *first, *second;
	struct run old = parsed(text), migrated;
	const struct metric *time = &run_find(&old, "sort/1000")->metrics.items[0];

	assert_string_equal(time->name, "time");
	assert_string_equal(time->unit, "ns");
	assert_false(time->more_is_better);
	assert_int_equal(time->values.nr, 0);
	assert_true(time->digest.mean == 1523.25 && time->digest.sd == 12.5);
	assert_int_equal(time->digest.nr, 30);
	assert_string_equal(old.env.values[ENV_ARCH], "x86_64");
	assert_string_equal(old.env.values[ENV_OS], "Linux");
	assert_string_equal(old.env.values[ENV_CPU] ? old.env.values[ENV_CPU] : "", cpu);
	assert_string_equal(old.timestamp, timestamp);
	first = printed(&old);
	assert_non_null(strstr(first, "\"version\": 3"));
	migrated = parsed(first);
	assert_int_equal(migrated.nr, old.nr);
	second = printed(&migrated);
	assert_string_equal(first, second);
	free(text);
	free(first);
	free(second);
	run_release(&old);
	run_release(&migrated);
}

TEST(older_files_are_read_for_what_they_know)
{
	check_migrated("version1.json", "Intel(R) Xeon(R) Gold 6330 CPU @ 2.00GHz",
		"2025-01-02T03:04:05Z");
	check_migrated("version1_list.json", "", "");
	check_migrated("version2_digest.json", "", "2025-01-02T03:04:05Z");
}

TEST(a_platform_is_spelt_in_many_ways)
{
	static const struct {
		const char *platform, *arch, *os;
	} cases[] = {
		{ "x86_64-linux", "x86_64", "Linux" },
		{ "linux-x86_64", "x86_64", "Linux" },
		{ "Linux x86_64", "x86_64", "Linux" },
		{ "linux/amd64", "x86_64", "Linux" },
		{ "Linux-6.1.0-18-x86_64-with-glibc2.36", "x86_64", "Linux" },
		{ "aarch64-darwin", "aarch64", "Darwin" },
		{ "plan9", "?", "?" },
		{ "", "?", "?" },
		{ "-", "?", "?" },
	};

	for (size_t i = 0; i < NR(cases); i++) {
		struct buf text = BUF_INIT;
		struct run run;

		buf_addf(&text, "{\"version\":1,\"platform\":\"%s\",\"benchmarks\":{}}",
			cases[i].platform);
		run = parsed(text.data);
		assert_string_equal(
			run.env.values[ENV_ARCH] ? run.env.values[ENV_ARCH] : "?", cases[i].arch);
		assert_string_equal(
			run.env.values[ENV_OS] ? run.env.values[ENV_OS] : "?", cases[i].os);
		buf_release(&text);
		run_release(&run);
	}
}

/* Any bits that are a number: rounding never changes a verdict. */
TEST(every_double_survives)
{
	struct run run = run_at("2026-11-21T04:05:06Z"), again;
	struct metrics *metrics = &add_result(&run, "sort")->metrics;
	struct random random = random_seed(20261121);
	const struct doubles *values;
	char *text;

	metrics_add(metrics, &time_kind, 0x1p-1074);
	metrics_add(metrics, &time_kind, 0x1.fffffffffffffp+1023);
	while (metrics->items[0].values.nr < 5000) {
		uint64_t bits = random_next(&random);
		double value;

		memcpy(&value, &bits, sizeof value);
		if (isfinite(value))
			metrics_add(metrics, &time_kind, value);
	}
	text = printed(&run);
	again = parsed(text);
	values = &again.items[0].metrics.items[0].values;
	assert_int_equal(values->nr, 5000);
	for (size_t i = 0; i < 5000; i++)
		if (values->items[i] != metrics->items[0].values.items[i])
			fail_msg("%a became %a", metrics->items[0].values.items[i],
				values->items[i]);
	free(text);
	run_release(&run);
	run_release(&again);
}

TEST(benchmarks_stand_in_the_order_of_names)
{
	static const char *const names[] = { "b", "a/10", "B", "a", "a/9" };
	struct run run = run_at("2026-11-21T04:05:06Z"), again;
	char *text, *second;

	for (size_t i = 0; i < NR(names); i++) {
		struct result *result = add_result(&run, names[i]);

		add_values(result, &(struct metric_kind){ "hits", "", true }, 1, 1);
		add_values(result, &time_kind, 1, 1);
	}
	text = printed(&run);
	again = parsed(text);
	assert_string_equal(again.items[0].name, "B");
	assert_string_equal(again.items[1].name, "a");
	assert_string_equal(again.items[2].name, "a/10");
	assert_string_equal(again.items[3].name, "a/9");
	assert_string_equal(again.items[4].name, "b");
	assert_string_equal(again.items[4].metrics.items[0].name, "time");
	second = printed(&again);
	assert_string_equal(text, second);
	free(text);
	free(second);
	run_release(&run);
	run_release(&again);
}

/* Somebody's merge may leave them in any order. */
TEST(sessions_are_read_in_the_order_of_time)
{
	static const char text[] =
		"{\"format\": \"benchgate-baseline\", \"version\": 3, \"system_info\": {},"
		"\"benchmarks\": {\"a\": {\"tier\": \"\", \"suite\": null, \"file\": \"\", \"line\": 0,"
		"\"threads\": 1, \"iterations\": 0, \"batches\": 0, \"bytes_per_iteration\": 0,"
		"\"items_per_iteration\": 0, \"changes\": [], \"metrics\": {\"time\": {"
		"\"unit\": \"ns\", \"better\": \"less\", \"sessions\": {"
		"\"2026-11-22T00:00:00Z\": [3, 4], \"2026-11-23T00:00:00Z\": [5],"
		"\"2026-11-21T00:00:00Z\": [1, 2]}}}}}}";
	struct run run = parsed(text);

	check_metric(&run.items[0], "time",
		"time less ns: 21T00:00:00Z 1 2 | 22T00:00:00Z 3 4 | 23T00:00:00Z 5");
	run_release(&run);
}

TEST(a_result_file_is_a_baseline_of_one_session)
{
	struct run run = run_at("2026-11-21T04:05:06Z"), baseline;
	struct fault fault = FAULT_INIT;
	struct buf text = BUF_INIT;
	struct result *result = add_result(&run, "sort");
	char *by_run, *by_file;

	*ARRAY_ADD(&result->processes) = (struct process_row){ .iterations = 8, .nr_batches = 9 };
	add_values(result, &time_kind, 1, 3);
	metrics_add(&result->metrics, &time_kind, NAN);
	fault_set(&fault, RESULT_CRASHED, "SIGSEGV");
	result_fault(add_result(&run, "broken"), &fault);
	run_json_print(&run, &text);
	baseline = parsed(text.data);
	assert_int_equal(baseline.nr, 1);
	check_metric(&baseline.items[0], "time", "time less ns: 21T04:05:06Z 1 2 3");
	assert_int_equal(baseline.items[0].pace.iterations, 8);
	assert_string_equal(baseline.env.values[ENV_CPU], "Some CPU");
	run.items[0].pace = baseline.items[0].pace;
	by_run = printed(&run);
	by_file = printed(&baseline);
	assert_string_equal(by_run, by_file);
	free(by_run);
	free(by_file);
	buf_release(&text);
	run_release(&run);
	run_release(&baseline);
}

TEST(a_result_file_says_when_it_was_made)
{
	struct run run = run_at("this morning"), baseline = RUN_INIT;
	struct buf text = BUF_INIT;
	struct error err = ERROR_INIT;

	run_json_print(&run, &text);
	assert_int_equal(baseline_parse(text.data, text.len, &baseline, &err), -1);
	assert_string_equal(err.text,
		"benchmark_run.timestamp is \"this morning\"; it must be a time such as 2026-11-21T04:05:06Z");
	buf_release(&text);
	run_release(&run);
	run_release(&baseline);
}

TEST_WITH(a_file_is_written_with_its_folder_and_read_back, open_playground, close_playground)
{
	struct run run = run_at("2026-11-21T04:05:06Z"), again = RUN_INIT;
	struct error err = ERROR_INIT;
	char *first, *second;

	add_values(add_result(&run, "sort"), &time_kind, 1, 3);
	assert_int_equal(baseline_write(inside("new/deep/a.json"), &run, &err), 0);
	assert_int_equal(baseline_read(inside("new/deep/a.json"), &again, &err), 0);
	first = printed(&run);
	second = printed(&again);
	assert_string_equal(first, second);
	write_file("file", "", 0);
	assert_int_equal(baseline_write(inside("file/a.json"), &run, &err), -1);
	assert_int_equal(err.kind, ERR_IO);
	free(first);
	free(second);
	run_release(&run);
	run_release(&again);
}

TEST_WITH(a_file_that_cannot_be_read_is_named, open_playground, close_playground)
{
	static const struct {
		const char *name, *what;
	} cases[] = {
		{ "missing.json", "No such file or directory" },
		{ "", "Is a directory" },
		{ "closed.json", "Permission denied" },
		{ "empty.json", ": line 1, column 1: " },
		{ "spoilt.json", ": the file has no \"version\"" },
	};
	uid_t us = geteuid();

	write_file("closed.json", "{}", 2);
	write_file("empty.json", "", 0);
	write_file("spoilt.json", "{}", 2);
	chmod(playground, 0755);
	chmod(inside("closed.json"), 0);
	assert_int_equal(us ? 0 : seteuid(65534), 0);
	for (size_t i = 0; i < NR(cases); i++) {
		struct run run = RUN_INIT;
		struct error err = ERROR_INIT;
		int rc = baseline_read(inside(cases[i].name), &run, &err);

		if (rc != -1 || !strstr(err.text, inside(cases[i].name)) ||
			!strstr(err.text, cases[i].what))
			fail_msg("%s: %d, %s", cases[i].name, rc, err.text);
		run_release(&run);
	}
	assert_int_equal(us ? 0 : seteuid(us), 0);
}
