/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/baseline.h"

#include "model/basis_json.h"
#include "model/counting_json.h"
#include "model/run_json.h"
#include "stats/student.h"
#include "store/baseline_rows.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CONFIDENCE 0.95

static void baseline_print_add_change(struct json *changes, const struct change *change)
{
	struct json *to = json_add_object(changes, NULL);

	json_fields_write(to, baseline_change_rows, change);
	json_add_numbers(to, "interval", (double[]){ change->low, change->high }, 2);
}

static void baseline_print_add_metric(struct json *metrics, const struct metric *metric)
{
	struct json *to = json_add_object(metrics, metric->name), *sessions;
	struct metric_line line = { metric->unit, metric->more_is_better };
	const double *values = metric->values.items;

	json_fields_write(to, baseline_metric_rows, &line);
	basis_json_add(to, metric);
	sessions = json_add_object(to, "sessions");
	for (size_t i = 0; i < metric->sessions.nr; i++) {
		const struct session *session = &metric->sessions.items[i];

		if (session->digest.nr)
			digest_json_add(sessions, session->timestamp, &session->digest);
		else
			json_add_numbers(sessions, session->timestamp, values, session->nr_values);
		values += session->nr_values;
	}
}

/* For people and other programs; it is made anew from the sessions wherever there are any. */
static void add_digest(struct json *to, const struct metric *time)
{
	struct summary summary = summary_of(time->values.items, time->values.nr);
	struct digest digest = { summary.mean, summary.sd, summary.nr };
	struct interval interval;

	if (!time->values.nr) {
		digest = time->digest;
		summary = (struct summary){ digest.nr, digest.mean, digest.sd, NAN, NAN };
	}
	interval = interval_of_mean(&summary, CONFIDENCE);
	if (!interval_is_useful(interval, summary.nr))
		interval = (struct interval){ NAN, NAN };
	json_fields_write(to, baseline_digest_rows, &digest);
	json_add_numbers(to, "confidence_interval", (double[]){ interval.low, interval.high }, 2);
}

static void baseline_print_add_metrics(struct json *list, const struct metrics *metrics)
{
	const struct metric *time = metrics_time(metrics);

	if (time && time->sessions.nr)
		baseline_print_add_metric(list, time);
	for (size_t i = 0; i < metrics->nr; i++)
		if (&metrics->items[i] != time && metrics->items[i].sessions.nr)
			baseline_print_add_metric(list, &metrics->items[i]);
}

static void baseline_print_add_benchmark(struct json *benchmarks, const struct result *result)
{
	struct json *to = json_add_object(benchmarks, result->name), *changes;
	const struct metric *time = metrics_time(&result->metrics);

	json_fields_write(to, baseline_bench_rows, result);
	if (result->spent_ns)
		json_fields_write(to, baseline_spent_rows, result);
	if (time)
		add_digest(to, time);
	changes = json_add_array(to, "changes");
	for (size_t i = 0; i < result->changes.nr; i++)
		baseline_print_add_change(changes, &result->changes.items[i]);
	baseline_print_add_metrics(json_add_object(to, "metrics"), &result->metrics);
	if (!result->counts.nr)
		return;
	json_fields_write(to, baseline_counted_rows, result);
	baseline_print_add_metrics(json_add_object(to, "counts"), &result->counts);
}

/* A benchmark that nothing is known of has no place in a baseline. */
static bool is_kept(const struct result *result)
{
	const struct metric *time = metrics_time(&result->metrics);

	for (size_t i = 0; i < result->metrics.nr; i++)
		if (result->metrics.items[i].sessions.nr)
			return true;
	return time && time->digest.nr;
}

static int baseline_print_by_name(const void *a, const void *b)
{
	return strcmp(
		(*(const struct result *const *)a)->name, (*(const struct result *const *)b)->name);
}

/* In the order of names, so that a benchmark's place does not depend on the suite's order. */
static void add_benchmarks(struct json *root, const struct run *baseline)
{
	struct json *benchmarks = json_add_object(root, "benchmarks");
	const struct result **sorted = mem_alloc(baseline->nr, sizeof(void *));

	for (size_t i = 0; i < baseline->nr; i++)
		sorted[i] = &baseline->items[i];
	qsort(sorted, baseline->nr, sizeof(void *), baseline_print_by_name);
	for (size_t i = 0; i < baseline->nr; i++)
		if (is_kept(sorted[i]))
			baseline_print_add_benchmark(benchmarks, sorted[i]);
	free(sorted);
}

static void add_platform(struct json *root, const struct env *env)
{
	const char *arch = env->values[ENV_ARCH], *os = env->values[ENV_OS];
	struct buf text = BUF_INIT;

	buf_addf(&text, "%s-%s", arch ? arch : "unknown", os ? os : "unknown");
	for (char *at = text.data; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	json_add_text(root, "platform", text.data);
	buf_release(&text);
}

static void print_baseline(const struct run *baseline, struct buf *out)
{
	struct json *root = json_new_object();

	json_add_text(root, "format", "benchgate-baseline");
	json_add_number(root, "version", BASELINE_VERSION);
	add_platform(root, &baseline->env);
	json_add_text(root, "cpu", baseline->env.values[ENV_CPU]);
	json_add_text(root, "timestamp", baseline->timestamp);
	run_json_add_system(root, &baseline->env);
	counting_json_add(root, &baseline->counting);
	add_benchmarks(root, baseline);
	json_print(root, out);
	json_free(root);
}

/* Values that are no session's are a run's. */
static bool is_run(const struct run *run)
{
	for (size_t i = 0; i < run->nr; i++)
		for (size_t j = 0; j < run->items[i].metrics.nr; j++)
			if (run->items[i].metrics.items[j].values.nr &&
				!run->items[i].metrics.items[j].sessions.nr)
				return true;
	return false;
}

void baseline_print(const struct run *baseline, struct buf *out)
{
	struct run made = RUN_INIT;

	if (is_run(baseline)) {
		baseline_add_session(&made, baseline, true);
		baseline = &made;
	}
	print_baseline(baseline, out);
	run_release(&made);
}
