/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "support/baselines.h"

#include <math.h>

static const struct metric_kind hits_kind = { "hits", "", true };

/* Adds a run of one benchmark with nr values to the baseline. */
static void add_run(struct run *baseline, const char *timestamp, double first, size_t nr)
{
	struct run head = run_at(timestamp);

	add_values(add_result(&head, "sort"), &time_kind, first, nr);
	baseline_add_session(baseline, &head, false);
	run_release(&head);
}

TEST(sessions_stand_behind_each_other)
{
	struct run baseline = RUN_INIT;

	add_run(&baseline, "2026-11-21T04:05:06Z", 1, 3);
	check_metric(&baseline.items[0], "time", "time less ns: 21T04:05:06Z 1 2 3");
	assert_string_equal(baseline.timestamp, "2026-11-21T04:05:06Z");
	add_run(&baseline, "2026-11-23T04:05:06Z", 11, 2);
	add_run(&baseline, "2026-11-22T04:05:06Z", 21, 1);
	assert_int_equal(baseline.nr, 1);
	check_metric(&baseline.items[0], "time",
		"time less ns: 21T04:05:06Z 1 2 3 | 22T04:05:06Z 21 | 23T04:05:06Z 11 12");
	assert_string_equal(baseline.timestamp, "2026-11-23T04:05:06Z");
	run_release(&baseline);
}

TEST(a_name_that_is_taken_is_a_second_later_for_all_metrics)
{
	struct run baseline = RUN_INIT, head = run_at("2026-11-21T04:05:59Z");
	struct result *result = add_result(&head, "sort");

	add_run(&baseline, "2026-11-21T04:05:59Z", 1, 1);
	add_run(&baseline, "2026-11-21T04:05:59Z", 2, 1);
	add_values(result, &hits_kind, 5, 1);
	add_values(result, &time_kind, 3, 1);
	baseline_add_session(&baseline, &head, false);
	check_metric(&baseline.items[0], "time",
		"time less ns: 21T04:05:59Z 1 | 21T04:06:00Z 2 | 21T04:06:01Z 3");
	check_metric(&baseline.items[0], "hits", "hits more : 21T04:06:01Z 5");
	run_release(&baseline);
	run_release(&head);
}

TEST(the_newest_ten_are_kept)
{
	struct run baseline = RUN_INIT;
	char timestamp[32];

	for (int i = 0; i < BASELINE_MAX_SESSIONS + 2; i++) {
		snprintf(timestamp, sizeof timestamp, "2026-11-%02dT00:00:00Z", 10 + i);
		add_run(&baseline, timestamp, i, 2);
	}
	assert_int_equal(baseline.items[0].metrics.items[0].sessions.nr, BASELINE_MAX_SESSIONS);
	assert_int_equal(baseline.items[0].metrics.items[0].values.nr, 2 * BASELINE_MAX_SESSIONS);
	assert_string_equal(baseline.items[0].metrics.items[0].sessions.items[0].timestamp,
		"2026-11-12T00:00:00Z");
	assert_true(baseline.items[0].metrics.items[0].values.items[0] == 2);
	assert_true(baseline.items[0].metrics.items[0].values.items[1] == 3);
	run_release(&baseline);
}

TEST(replacing_leaves_nothing_old_but_why)
{
	struct run baseline = RUN_INIT, head = run_at("2026-11-22T04:05:06Z");

	add_run(&baseline, "2026-11-20T04:05:06Z", 1, 3);
	add_run(&baseline, "2026-11-22T04:05:06Z", 1, 3);
	*ARRAY_ADD(&baseline.items[0].changes) =
		(struct change){ .timestamp = str_dup("2026-11-20T04:05:06Z") };
	add_values(add_result(&head, "sort"), &time_kind, 7, 2);
	baseline_add_session(&baseline, &head, true);
	check_metric(&baseline.items[0], "time", "time less ns: 22T04:05:06Z 7 8");
	assert_int_equal(baseline.items[0].changes.nr, 1);
	run_release(&baseline);
	run_release(&head);
}

TEST(a_digest_gives_way_to_the_first_session)
{
	struct run baseline = RUN_INIT;
	struct metrics *metrics = &add_result(&baseline, "sort")->metrics;

	*ARRAY_ADD(metrics) = (struct metric){
		.name = str_dup("time"), .unit = str_dup("ns"), .digest = { 5, 1, 30 }
	};
	snprintf(baseline.timestamp, sizeof baseline.timestamp, "some day in spring");
	add_run(&baseline, "2026-11-21T04:05:06Z", 1, 3);
	assert_int_equal(metrics->nr, 1);
	assert_int_equal(metrics->items[0].digest.nr, 0);
	check_metric(&baseline.items[0], "time", "time less ns: 21T04:05:06Z 1 2 3");
	assert_string_equal(baseline.timestamp, "2026-11-21T04:05:06Z");
	run_release(&baseline);
}

TEST(a_metric_that_is_gone_or_means_something_else_goes)
{
	static const struct metric_kind as_pct = { "hits", "%", true };
	static const struct metric_kind as_misses = { "p99", "ns", true };
	static const struct metric_kind p99_kind = { "p99", "ns", false };
	struct run baseline = RUN_INIT, old = run_at("2026-11-21T04:05:06Z"),
		   head = run_at("2026-11-22T04:05:06Z");
	struct result *result = add_result(&old, "sort");

	add_values(result, &(struct metric_kind){ "gone", "B", false }, 1, 1);
	add_values(result, &time_kind, 1, 1);
	add_values(result, &hits_kind, 1, 1);
	add_values(result, &p99_kind, 1, 1);
	baseline_add_session(&baseline, &old, false);
	assert_int_equal(baseline.items[0].metrics.nr, 4);
	result = add_result(&head, "sort");
	add_values(result, &as_pct, 2, 1);
	add_values(result, &as_misses, 2, 1);
	add_values(result, &time_kind, 2, 1);
	baseline_add_session(&baseline, &head, false);
	assert_int_equal(baseline.items[0].metrics.nr, 3);
	check_metric(&baseline.items[0], "time", "time less ns: 21T04:05:06Z 1 | 22T04:05:06Z 2");
	check_metric(&baseline.items[0], "hits", "hits more %: 22T04:05:06Z 2");
	check_metric(&baseline.items[0], "p99", "p99 more ns: 22T04:05:06Z 2");
	run_release(&baseline);
	run_release(&old);
	run_release(&head);
}

/* Failed, without values, without numbers among them. */
TEST(what_has_no_values_changes_nothing)
{
	struct run baseline = RUN_INIT, head = run_at("2026-11-22T04:05:06Z");
	struct fault fault = FAULT_INIT;
	struct result *failed;

	add_run(&baseline, "2026-11-21T04:05:06Z", 1, 1);
	failed = add_result(&head, "sort");
	add_values(failed, &time_kind, 1, 3);
	fault_set(&fault, RESULT_CRASHED, "SIGSEGV");
	result_fault(failed, &fault);
	add_result(&head, "empty");
	metrics_add(&add_result(&head, "nan")->metrics, &time_kind, NAN);
	metrics_add(&add_result(&head, "partly")->metrics, &time_kind, NAN);
	metrics_add(&head.items[3].metrics, &time_kind, 4);
	metrics_add(&head.items[3].metrics, &hits_kind, INFINITY);
	baseline_add_session(&baseline, &head, false);
	assert_int_equal(baseline.nr, 2);
	check_metric(&baseline.items[0], "time", "time less ns: 21T04:05:06Z 1");
	assert_string_equal(baseline.items[1].name, "partly");
	assert_int_equal(baseline.items[1].metrics.nr, 1);
	check_metric(&baseline.items[1], "time", "time less ns: 22T04:05:06Z 4");
	run_release(&baseline);
	run_release(&head);
}

TEST(what_a_benchmark_is_comes_from_the_head)
{
	struct run baseline = RUN_INIT, head = run_at("2026-11-22T04:05:06Z");
	struct result *result = run_add(&head,
		&(struct bench){ .name = (char[]){ "sort" },
			.tier = (char[]){ "standard" },
			.file = (char[]){ "other.c" },
			.source = (char[]){ "" },
			.line = 8,
			.nr_threads = 4 });
	const struct result *base;

	add_run(&baseline, "2026-11-21T04:05:06Z", 1, 1);
	result->pace = (struct pace){ 100, 20 };
	result->bytes = 64;
	result->items = 3;
	add_values(result, &time_kind, 2, 1);
	env_set(&head.env, ENV_CPU, "Other CPU");
	env_set(&head.env, ENV_CPUS, NULL);
	baseline_add_session(&baseline, &head, false);
	base = run_find(&baseline, "sort");
	assert_string_equal(base->tier, "standard");
	assert_string_equal(base->file, "other.c");
	assert_string_equal(base->suite, "");
	assert_int_equal(base->line, 8);
	assert_int_equal(base->nr_threads, 4);
	assert_int_equal(base->pace.iterations, 100);
	assert_int_equal(base->pace.nr_batches, 20);
	assert_true(base->bytes == 64 && base->items == 3);
	assert_string_equal(baseline.env.values[ENV_CPU], "Other CPU");
	assert_null(baseline.env.values[ENV_CPUS]);
	run_release(&baseline);
	run_release(&head);
}

TEST(what_is_removed_is_found_no_more_and_all_else_is)
{
	struct run baseline = RUN_INIT;
	char name[32];

	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof name, "sort/%d", i);
		add_result(&baseline, name);
	}
	for (int i = 0; i < 100; i += 3) {
		snprintf(name, sizeof name, "sort/%d", i);
		baseline_remove(&baseline, name);
		baseline_remove(&baseline, name);
	}
	assert_int_equal(baseline.nr, 66);
	for (int i = 0; i < 100; i++) {
		const struct result *found;

		snprintf(name, sizeof name, "sort/%d", i);
		found = run_find(&baseline, name);
		assert_int_equal(found != NULL, i % 3 != 0);
		if (found)
			assert_string_equal(found->name, name);
	}
	assert_string_equal(baseline.items[0].name, "sort/1");
	assert_string_equal(baseline.items[65].name, "sort/98");
	add_result(&baseline, "sort/0");
	assert_ptr_equal(run_find(&baseline, "sort/0"), &baseline.items[66]);
	run_release(&baseline);
	baseline_remove(&baseline, "sort/0");
}

static void add_foreign(struct run *baseline, const char *timestamp, const struct metric *metric)
{
	struct run head = run_at(timestamp);
	struct metric *to = metrics_make(&add_result(&head, "sort")->metrics, &time_kind);

	to->basis = metric->basis;
	to->is_count = metric->is_count;
	to->digest = metric->digest;
	for (size_t i = 0; i < metric->values.nr; i++)
		*ARRAY_ADD(&to->values) = metric->values.items[i];
	baseline_add_session(baseline, &head, false);
	run_release(&head);
}

/* What is read again is the same. */
static struct run reread(struct run *baseline)
{
	char *text = printed(baseline);
	struct error err = ERROR_INIT;
	struct run again = RUN_INIT;

	if (baseline_parse(text, strlen(text), &again, &err))
		fail_msg("%s", err.text);
	free(text);
	run_release(baseline);
	return again;
}

TEST(a_file_of_one_process_stays_one_in_a_baseline)
{
	const struct metric samples = {
		.basis = BASIS_SAMPLES, .is_count = true, .values = { (double[]){ 1, 2, 3 }, 3, 0 }
	};
	struct run baseline = RUN_INIT;
	const struct metric *time;

	add_foreign(&baseline, "2026-11-21T04:05:06Z", &samples);
	add_foreign(&baseline, "2026-11-22T04:05:06Z", &samples);
	baseline = reread(&baseline);
	check_metric(&baseline.items[0], "time",
		"time less ns: 21T04:05:06Z 1 2 3 | 22T04:05:06Z 1 2 3");
	time = metrics_time(&baseline.items[0].metrics);
	assert_int_equal(time->basis, BASIS_SAMPLES);
	assert_true(time->is_count);
	/* Values of several processes are of another kind. */
	add_run(&baseline, "2026-11-23T04:05:06Z", 11, 2);
	check_metric(&baseline.items[0], "time", "time less ns: 23T04:05:06Z 11 12");
	run_release(&baseline);
}

TEST(each_session_keeps_its_digest)
{
	const struct metric first = { .basis = BASIS_MEAN, .digest = { 10, 1, 100 } };
	const struct metric second = { .basis = BASIS_MEAN, .digest = { 11, 2, 50 } };
	struct run baseline = RUN_INIT;
	const struct metric *time;

	add_foreign(&baseline, "2026-11-22T04:05:06Z", &second);
	add_foreign(&baseline, "2026-11-21T04:05:06Z", &first);
	baseline = reread(&baseline);
	time = metrics_time(&baseline.items[0].metrics);
	assert_int_equal(time->basis, BASIS_MEAN);
	assert_int_equal(time->sessions.nr, 2);
	assert_true(time->sessions.items[0].digest.mean == 10);
	assert_true(time->sessions.items[1].digest.sd == 2);
	assert_int_equal(time->digest.nr, 50);
	assert_true(metric_level(time) == 11);
	run_release(&baseline);
}
