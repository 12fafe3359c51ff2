/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small runs and baselines for tests. test.h goes before. */
#ifndef SUPPORT_BASELINES_H
#define SUPPORT_BASELINES_H

#include "base/str.h"
#include "store/baseline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct metric_kind time_kind = { "time", "ns", false };

/* An empty run of that time. */
static inline struct run run_at(const char *timestamp)
{
	struct run run = RUN_INIT;

	snprintf(run.timestamp, sizeof run.timestamp, "%s", timestamp);
	env_set(&run.env, ENV_ARCH, "x86_64");
	env_set(&run.env, ENV_OS, "Linux");
	env_set(&run.env, ENV_CPU, "Some CPU");
	env_set(&run.env, ENV_CPUS, "2");
	return run;
}

static inline struct result *add_result(struct run *run, const char *name)
{
	return run_add(run,
		&(struct bench){ .name = (char *)name,
			.tier = (char[]){ "critical" },
			.file = (char[]){ "sort.c" },
			.source = (char[]){ "lib/sort.so" },
			.line = 7,
			.nr_threads = 1 });
}

/* Appends first, first + 1, ... */
static inline void add_values(
	struct result *result, const struct metric_kind *kind, double first, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		metrics_add(&result->metrics, kind, first + (double)i);
}

static inline char *printed(const struct run *baseline)
{
	struct buf text = BUF_INIT;

	baseline_print(baseline, &text);
	return buf_detach(&text);
}

/* What a metric has, as "time less ns: 21T04:05:06Z 1 2 | 22T04:05:06Z 3": days of November. */
static inline void check_metric(const struct result *result, const char *name, const char *expected)
{
	const struct metric *metric = metrics_find(&result->metrics, name);
	struct buf text = BUF_INIT;
	size_t at = 0;

	assert_non_null(metric);
	buf_addf(&text, "%s %s %s:", name, metric->more_is_better ? "more" : "less", metric->unit);
	for (size_t i = 0; i < metric->sessions.nr; i++) {
		const struct session *session = &metric->sessions.items[i];

		buf_addf(&text, "%s %s", i ? " |" : "", session->timestamp + strlen("2026-11-"));
		for (size_t j = 0; j < session->nr_values; j++)
			buf_addf(&text, " %g", metric->values.items[at++]);
	}
	assert_int_equal(at, metric->values.nr);
	assert_string_equal(text.data, expected);
	buf_release(&text);
}

#endif
