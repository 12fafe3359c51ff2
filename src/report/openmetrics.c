/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Gauges in base units: seconds, bytes, ratios. What is written here is read as OpenMetrics and as
 * the Prometheus text format alike.
 */
#include "report/formats.h"

#include "report/basis.h"
#include "report/describe.h"
#include "report/escape.h"
#include "report/tally.h"

#include <math.h>
#include <string.h>

/* One family: each comparison that has a value in it is a sample. */
struct family {
	const char *name, *unit, *help;
	double (*value)(const struct comparison *comparison);
};

static bool openmetrics_is_in(const struct comparison *comparison, const char *unit)
{
	return comparison->metric && !comparison->is_limit &&
		strcmp(comparison->metric->unit, unit) == 0;
}

static double seconds(const struct comparison *comparison)
{
	return openmetrics_is_in(comparison, "ns") ? comparison->estimate.value / 1e9 : NAN;
}

static double base_seconds(const struct comparison *comparison)
{
	return openmetrics_is_in(comparison, "ns") ? comparison->base_estimate.value / 1e9 : NAN;
}

static double bytes(const struct comparison *comparison)
{
	return openmetrics_is_in(comparison, "B") ? comparison->estimate.value : NAN;
}

static double base_bytes(const struct comparison *comparison)
{
	return openmetrics_is_in(comparison, "B") ? comparison->base_estimate.value : NAN;
}

static bool is_other(const struct comparison *comparison)
{
	return comparison->metric && !comparison->is_limit &&
		!openmetrics_is_in(comparison, "ns") && !openmetrics_is_in(comparison, "B");
}

static double other(const struct comparison *comparison)
{
	return is_other(comparison) ? comparison->estimate.value : NAN;
}

static double base_other(const struct comparison *comparison)
{
	return is_other(comparison) ? comparison->base_estimate.value : NAN;
}

static double openmetrics_change(const struct comparison *comparison)
{
	return comparison->is_limit ? NAN : comparison->change_ratio;
}

static double openmetrics_threshold(const struct comparison *comparison)
{
	return comparison->metric && comparison->tolerance.gated && !comparison->is_limit
		? comparison->tolerance.threshold_ratio
		: NAN;
}

static double of_target(const struct comparison *comparison)
{
	return comparison->is_limit
		? comparison->estimate.value / comparison->tolerance.limit->value
		: NAN;
}

static const struct family families[] = {
	{ "benchgate_seconds", "seconds", "Time of one iteration.", seconds },
	{ "benchgate_baseline_seconds", "seconds", "Time of one iteration in the base.",
		base_seconds },
	{ "benchgate_bytes", "bytes", "Metrics in bytes.", bytes },
	{ "benchgate_baseline_bytes", "bytes", "Metrics in bytes, in the base.", base_bytes },
	{ "benchgate_value", NULL, "Metrics in units of their own.", other },
	{ "benchgate_baseline_value", NULL, "Metrics in units of their own, in the base.",
		base_other },
	{ "benchgate_change_ratio", "ratio", "Head divided by base, minus one.",
		openmetrics_change },
	{ "benchgate_threshold_ratio", "ratio", "The change that is tolerated.",
		openmetrics_threshold },
	{ "benchgate_target_ratio", "ratio", "Value divided by its budget.", of_target },
};

static void openmetrics_add_label(struct buf *out, const char *name, const char *value)
{
	buf_addf(out, "%s=\"", name);
	escape_label(out, value);
	buf_addc(out, '"');
}

static void add_labels(const struct comparison *comparison, struct buf *out)
{
	const struct result *result = describe_result(comparison);

	openmetrics_add_label(out, "benchmark", result->name);
	buf_addc(out, ',');
	openmetrics_add_label(out, "metric", comparison->metric ? comparison->metric->name : "");
	buf_addc(out, ',');
	openmetrics_add_label(out, "tier", result->tier);
}

static void openmetrics_add_head(const struct family *family, struct buf *out)
{
	buf_addf(out, "# HELP %s %s\n# TYPE %s gauge\n", family->name, family->help, family->name);
	if (family->unit)
		buf_addf(out, "# UNIT %s %s\n", family->name, family->unit);
}

static void add_family(const struct verdict *verdict, const struct family *family, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < verdict->nr; i++) {
		const struct comparison *comparison = &verdict->items[i];
		double value = family->value(comparison);

		if (!isfinite(value))
			continue;
		if (!any)
			openmetrics_add_head(family, out);
		any = true;
		buf_addf(out, "%s{", family->name);
		add_labels(comparison, out);
		if (!family->unit) {
			buf_addc(out, ',');
			openmetrics_add_label(out, "unit", comparison->metric->unit);
		}
		buf_addf(out, "} %.17g\n", value);
	}
}

/* One sample a comparison, with its word as a label. */
static void openmetrics_add_words(const struct verdict *verdict, struct buf *out)
{
	const struct family family = { "benchgate_status", NULL,
		"One for each comparison; its word is a label.", NULL };

	if (verdict->nr)
		openmetrics_add_head(&family, out);
	for (size_t i = 0; i < verdict->nr; i++) {
		const struct comparison *comparison = &verdict->items[i];

		buf_adds(out, "benchgate_status{");
		add_labels(comparison, out);
		buf_addc(out, ',');
		openmetrics_add_label(out, "against",
			comparison->is_limit ? comparison->tolerance.limit->text : "base");
		buf_addc(out, ',');
		openmetrics_add_label(out, "status", verdict_word_name(comparison->word));
		if (basis_is_weak(comparison)) {
			buf_addc(out, ',');
			openmetrics_add_label(out, "basis", basis_words[comparison->basis]);
		}
		buf_adds(out, "} 1\n");
	}
}

static void openmetrics_add_one(struct buf *out, struct family family, double value)
{
	if (!isfinite(value))
		return;
	openmetrics_add_head(&family, out);
	buf_addf(out, "%s %.17g\n", family.name, value);
}

void openmetrics_report(const struct verdict *verdict, struct buf *out)
{
	struct tally tally = tally_of(verdict);

	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		add_family(verdict, &families[i], out);
	openmetrics_add_words(verdict, out);
	openmetrics_add_one(out,
		(struct family){ "benchgate_run_duration_seconds", "seconds",
			"Time that measuring took.", NULL },
		(double)verdict_duration_ns(verdict) / 1e9);
	openmetrics_add_one(out,
		(struct family){ "benchgate_coverage_ratio", "ratio",
			"Share of the selected benchmarks that were decided.", NULL },
		tally.coverage_ratio);
	openmetrics_add_one(out,
		(struct family){
			"benchgate_regressions", NULL, "Comparisons that regressed.", NULL },
		(double)tally.words[VERDICT_REGRESSION]);
	buf_adds(out, "# EOF\n");
}
