/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/analysis.h"

#include "base/version.h"
#include "report/describe.h"
#include "report/tally.h"

#include <math.h>
#include <string.h>

/* More series would make the report larger than all else in it: then only what did not pass is
 * plotted. */
#define MAX_CHARTS 1000

/* "sort/1000", and of another metric than the time "sort/1000 allocations". */
static void add_full_name(const struct comparison *comparison, const char *key, struct json *to)
{
	const struct metric *metric = comparison->metric;
	struct buf name = BUF_INIT;

	buf_adds(&name, describe_result(comparison)->name);
	if (metric && !metric_is_time(metric))
		buf_addf(&name, " %s", metric->name);
	json_add_text(to, key, name.data);
	buf_release(&name);
}

static void add_summary_entry(const struct verdict *verdict, struct json *to)
{
	struct tally tally = tally_of(verdict);

	json_add_text(to, "overall_status", verdict_word_name(verdict->word));
	json_add_number(to, "benchmark_coverage", tally.coverage_ratio);
	json_add_number(to, "avg_regression_magnitude", tally.regression_ratio);
	if (tally.worst)
		add_full_name(tally.worst, "worst_performing_metric", to);
	else
		json_add_text(to, "worst_performing_metric", NULL);
	json_add_number(to, "worst_change", tally.worst ? tally.worst->change_ratio : NAN);
	json_add_number(to, "smallest_detectable_change", tally.detectable_ratio);
	json_add_number(to, "test_duration", (double)verdict_duration_ns(verdict) / 1e9);
	json_add_text(to, "mismatch", verdict->mismatch);
}

static const char *change_type(const struct comparison *comparison)
{
	switch (comparison->word) {
	case VERDICT_REGRESSION:
	case VERDICT_ACCEPTED:
		return "Regression";
	case VERDICT_IMPROVEMENT:
		return "Improvement";
	default:
		return "Neutral";
	}
}

/* Between processes, in the metric's unit. */
static double deviation_of(const struct estimate *estimate)
{
	return estimate->value * estimate->spread_pct / 100;
}

static void add_analysis(
	const struct verdict *verdict, const struct comparison *comparison, struct json *to)
{
	double p_value = verdict_p_value(verdict, comparison);

	add_full_name(comparison, "metric_name", to);
	json_add_number(to, "baseline_value", comparison->base_estimate.value);
	json_add_number(to, "current_value", comparison->estimate.value);
	json_add_number(to, "standard_deviation", deviation_of(&comparison->estimate));
	json_add_number(to, "confidence_level", 1 - p_value);
	json_add_bool(to, "statistical_significance",
		verdict->policy && p_value <= verdict->policy->alpha);
	json_add_text(to, "improvement_or_regression", change_type(comparison));
	json_add_number(to, "magnitude_percent", 100 * fabs(comparison->change_ratio));
}

/* Of a budget there is no baseline; of a benchmark that has no metric, no value. */
static bool is_analysed(const struct comparison *comparison)
{
	return comparison->metric && !comparison->is_limit;
}

static bool is_worse(const struct comparison *comparison)
{
	return is_analysed(comparison) && strcmp(change_type(comparison), "Regression") == 0;
}

static void add_analyses(const struct verdict *verdict,
	bool (*is_wanted)(const struct comparison *comparison), struct json *list)
{
	for (size_t i = 0; i < verdict->nr; i++)
		if (is_wanted(&verdict->items[i]))
			add_analysis(verdict, &verdict->items[i], json_add_object(list, NULL));
}

static void add_series(const char *name, const struct metric *metric, struct json *list)
{
	struct json *to;

	if (!metric || !metric->values.nr)
		return;
	to = json_add_object(list, NULL);
	json_add_text(to, "name", name);
	json_add_numbers(to, "values", metric->values.items, metric->values.nr);
}

static void add_chart(const struct comparison *comparison, struct json *to)
{
	struct json *series;

	add_full_name(comparison, "title", to);
	json_add_text(to, "x", "process");
	json_add_text(to, "unit", comparison->metric->unit);
	series = json_add_array(to, "series");
	add_series("base", comparison->base_metric, series);
	add_series("head", comparison->head ? comparison->metric : NULL, series);
}

static void add_charts(const struct verdict *verdict, struct json *list)
{
	for (size_t i = 0; i < verdict->nr; i++) {
		const struct comparison *comparison = &verdict->items[i];

		if (is_analysed(comparison) &&
			(verdict->nr <= MAX_CHARTS || comparison->word != VERDICT_PASS))
			add_chart(comparison, json_add_object(list, NULL));
	}
}

/* How it was measured and judged. */
static void add_metadata(const struct verdict *verdict, struct json *to)
{
	const struct run *head = verdict->head;
	struct tally tally = tally_of(verdict);

	json_add_text(to, "benchgate", BENCHGATE_VERSION);
	json_add_number(to, "benchmarks", (double)tally.nr_benchmarks);
	json_add_number(to, "comparisons", (double)verdict->nr);
	json_add_number(to, "processes", (double)head->plan.nr_processes);
	json_add_bool(to, "in_turn", run_is_in_turn(head));
	json_add_number(to, "seed", (double)head->plan.seed);
	json_add_number(to, "alpha", verdict->policy ? verdict->policy->alpha : NAN);
}

void analysis_add(const struct verdict *verdict, struct json *to)
{
	add_summary_entry(verdict, json_add_object(to, "summary"));
	add_analyses(verdict, is_analysed, json_add_array(to, "detailed_metrics"));
	add_analyses(verdict, is_worse, json_add_array(to, "regressions"));
	add_charts(verdict, json_add_array(to, "charts"));
	add_metadata(verdict, json_add_object(to, "benchmark_metadata"));
}
