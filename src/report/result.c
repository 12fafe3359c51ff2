/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small result file for programs that want a value, its baseline and a word for each metric, and
 * nothing of how it was judged. store/result_report.c reads it.
 */
#include "report/formats.h"

#include "base/json.h"
#include "report/describe.h"

#include <math.h>
#include <string.h>

#define NS_A_MS 1e6

static bool is_in_ns(const struct metric *metric)
{
	return strcmp(metric->unit, "ns") == 0;
}

/* Times are in milliseconds. */
static double shown_value(const struct metric *metric, double value)
{
	return is_in_ns(metric) ? value / NS_A_MS : value;
}

static const char *shown_unit(const struct metric *metric)
{
	if (is_in_ns(metric))
		return "milliseconds";
	return strcmp(metric->unit, "B") == 0 ? "bytes" : metric->unit;
}

/* "sort", "sort_p99" */
static void add_metric_name(const struct comparison *comparison, struct json *to)
{
	const struct metric *metric = comparison->metric;
	struct buf name = BUF_INIT;

	buf_adds(&name, describe_result(comparison)->name);
	if (metric && !metric_is_time(metric))
		buf_addf(&name, "_%s", metric->name);
	json_add_text(to, "name", name.data);
	buf_release(&name);
}

/* "+3.7%" */
static void add_change_text(double change_ratio, struct json *to)
{
	struct buf text = BUF_INIT;

	if (isfinite(change_ratio))
		buf_addf(&text, "%+.1f%%", 100 * change_ratio);
	json_add_text(to, "change", text.len ? text.data : NULL);
	buf_release(&text);
}

static const char *status_of_word(enum verdict_word word)
{
	return word == VERDICT_PASS ? "PASSED" : verdict_word_name(word);
}

/* An absolute budget is no baseline. */
static void add_metric_entry(const struct comparison *comparison, struct json *to)
{
	const struct metric *metric = comparison->metric;
	bool has_base = metric && !comparison->is_limit;

	add_metric_name(comparison, to);
	json_add_number(
		to, "value", metric ? shown_value(metric, comparison->estimate.value) : NAN);
	json_add_text(to, "unit", metric ? shown_unit(metric) : NULL);
	json_add_number(to, "baseline",
		has_base ? shown_value(metric, comparison->base_estimate.value) : NAN);
	add_change_text(has_base ? comparison->change_ratio : NAN, to);
	json_add_text(to, "status", status_of_word(comparison->word));
}

/* FAILED is what the policy fails; else the run's word, where that is not as good as a pass. */
static const char *status_of_run(const struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->nr; i++)
		if (verdict_action(verdict, &verdict->items[i]) == ACTION_FAIL)
			return "FAILED";
	return verdict->word == VERDICT_IMPROVEMENT || verdict->word == VERDICT_ACCEPTED
		? "PASSED"
		: status_of_word(verdict->word);
}

static void add_run_entry(const struct verdict *verdict, struct json *to)
{
	const struct run *head = verdict->head;

	json_add_text(to, "id", *head->id ? head->id : NULL);
	json_add_text(to, "timestamp", *head->timestamp ? head->timestamp : NULL);
	json_add_number(to, "duration", round((double)verdict_duration_ns(verdict) / NS_A_MS));
	json_add_text(to, "status", status_of_run(verdict));
}

static void add_where_known(struct json *to, const char *name, const char *text)
{
	if (text)
		json_add_text(to, name, text);
}

/* The host's name is known where --identify asked for it. */
static void add_system_entry(const struct env *env, struct json *to)
{
	double memory_gib = env_number(env, ENV_MEMORY);

	add_where_known(to, "hostname", env->values[ENV_HOST]);
	add_where_known(to, "cpu_model", env->values[ENV_CPU]);
	if (isfinite(memory_gib))
		json_add_number(to, "ram_gb", memory_gib);
	add_where_known(to, "compiler", env->values[ENV_SUITE_COMPILER]);
}

void result_report(const struct verdict *verdict, struct buf *out)
{
	struct json *root = json_new_object(), *metrics;

	add_run_entry(verdict, json_add_object(root, "benchmark_run"));
	metrics = json_add_array(root, "metrics");
	for (size_t i = 0; i < verdict->nr; i++)
		add_metric_entry(&verdict->items[i], json_add_object(metrics, NULL));
	add_system_entry(&verdict->head->env, json_add_object(root, "system_info"));
	json_print(root, out);
	json_free(root);
}
