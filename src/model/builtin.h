/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The metrics that benchgate gives a benchmark itself, one row each. Measuring alone and in turn,
 * judging and the policy all go by this table. A benchmark's own metrics come from bg_metric.
 */
#ifndef MODEL_BUILTIN_H
#define MODEL_BUILTIN_H

#include "model/result.h"

enum builtin {
	BUILTIN_TIME,
	BUILTIN_TYPICAL,
	BUILTIN_P50,
	BUILTIN_P90,
	BUILTIN_P95,
	BUILTIN_P99,
	BUILTIN_P99_9,
	BUILTIN_MAX,
	BUILTIN_PEAK_MEMORY,
	NR_BUILTINS,
};

/* What happens to a metric when the policy file does not mention it. */
enum gating {
	GATING_JUDGED, /* shown and judged */
	GATING_WARNS,  /* shown and judged, and what is worse warns instead of failing */
	GATING_SHOWN,  /* shown, not judged */
	GATING_HIDDEN, /* only kept in the files */
};

struct builtin_metric {
	const struct metric_kind *kind;
	enum gating gating;
	bool is_exact;   /* equal values in every process are compared without a test */
	double quantile; /* of single iterations, for BG_LATENCY only; 0: not a percentile */
};

extern const struct builtin_metric builtin_metrics[NR_BUILTINS];

/* What one process, or one duet, has for each row. NaN: not known. */
struct builtin_values {
	double items[NR_BUILTINS];
	bool has_singles; /* single iterations were timed: the percentiles are there */
};

/* NULL: a metric of the benchmark's own. */
const struct builtin_metric *builtin_find(const char *name);

/* Of any metric, the benchmark's own too. */
enum gating builtin_gating(const char *name);

/* True if equal values in all processes prove that the metric is the same; so of each metric of the
 * benchmark's own. */
bool builtin_may_be_exact(const struct metric *metric);

/* True if the row has a value, which may be NaN. */
bool builtin_has(const struct builtin_values *values, size_t row);

/* Appends a process's values, in the order of the table; NaN too, so that value i of every metric
 * belongs to process i. */
void builtin_add_values(struct metrics *metrics, const struct builtin_values *values);

/* The same with a duet's log ratios. */
void builtin_add_ratios(struct metrics *metrics, const struct builtin_values *log_ratios);

#endif
