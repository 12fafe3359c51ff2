/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/builtin.h"

#include "base/str.h"

#include <string.h>

#define PERCENTILE(name, quantile) \
	{ \
		&(const struct metric_kind){ name, "ns", false }, GATING_SHOWN, false, quantile \
	}

/* A process is too short for a steady tail: percentiles are judged on demand only. Peak memory
 * counts whole pages, which differ by chance: equal values prove little. */
const struct builtin_metric builtin_metrics[NR_BUILTINS] = {
	[BUILTIN_TIME] = { &metric_time, GATING_JUDGED, false, 0 },
	[BUILTIN_TYPICAL] = { &metric_typical, GATING_JUDGED, false, 0 },
	[BUILTIN_P50] = PERCENTILE("p50", .5),
	[BUILTIN_P90] = PERCENTILE("p90", .9),
	[BUILTIN_P95] = PERCENTILE("p95", .95),
	[BUILTIN_P99] = PERCENTILE("p99", .99),
	[BUILTIN_P99_9] = PERCENTILE("p99.9", .999),
	[BUILTIN_MAX] = PERCENTILE("max", 1),
	[BUILTIN_PEAK_MEMORY] = { &(const struct metric_kind){ "peak_memory", "B", false },
		GATING_HIDDEN, false, 0 },
};

const struct builtin_metric *builtin_find(const char *name)
{
	for (size_t i = 0; i < NR_BUILTINS; i++)
		if (strcmp(builtin_metrics[i].kind->name, name) == 0)
			return &builtin_metrics[i];
	return NULL;
}

/* Of a command's processes, beside the time that is judged. */
static const struct {
	const char *name;
	enum gating gating;
} of_commands[] = {
	{ "user_time", GATING_SHOWN },
	{ "system_time", GATING_SHOWN },
	{ "page_faults", GATING_HIDDEN },
	{ "context_switches", GATING_HIDDEN },
	{ "exit_code", GATING_HIDDEN },
};

enum gating builtin_gating(const char *name)
{
	const struct builtin_metric *row = builtin_find(name);

	if (row)
		return row->gating;
	for (size_t i = 0; i < sizeof of_commands / sizeof *of_commands; i++)
		if (strcmp(of_commands[i].name, name) == 0)
			return of_commands[i].gating;
	/* Other percentiles, which a benchmark has computed itself. */
	return str_glob("p9?", name) ? GATING_SHOWN : GATING_JUDGED;
}

bool builtin_may_be_exact(const struct metric *metric)
{
	const struct builtin_metric *row = builtin_find(metric->name);

	/* Without BG_LATENCY a benchmark may have a "max" in a unit of its own. */
	return !row || row->is_exact || strcmp(row->kind->unit, metric->unit) != 0;
}

bool builtin_has(const struct builtin_values *values, size_t row)
{
	return values->has_singles || builtin_metrics[row].quantile == 0;
}

void builtin_add_values(struct metrics *metrics, const struct builtin_values *values)
{
	for (size_t i = 0; i < NR_BUILTINS; i++)
		if (builtin_has(values, i))
			metrics_add(metrics, builtin_metrics[i].kind, values->items[i]);
}

void builtin_add_ratios(struct metrics *metrics, const struct builtin_values *log_ratios)
{
	for (size_t i = 0; i < NR_BUILTINS; i++)
		if (builtin_has(log_ratios, i))
			metrics_add_ratio(metrics, builtin_metrics[i].kind, log_ratios->items[i]);
}
