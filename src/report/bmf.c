/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bencher Metric Format: a benchmark's measures, each a value and the interval about it. */
#include "report/formats.h"

#include "base/json.h"
#include "report/describe.h"
#include "report/group.h"

#include <math.h>
#include <string.h>

/* Its built-in measure of a time in nanoseconds. */
static const char *measure_of(const struct metric *metric)
{
	return metric_is(metric, &metric_time) ? "latency" : metric->name;
}

static void add_measure(const struct comparison *comparison, struct json *to)
{
	const struct estimate *estimate = &comparison->estimate;
	struct json *measure = json_add_object(to, measure_of(comparison->metric));

	json_add_number(measure, "value", estimate->value);
	if (!isfinite(estimate->low))
		return;
	json_add_number(measure, "lower_value", estimate->low);
	json_add_number(measure, "upper_value", estimate->high);
}

void bmf_report(const struct verdict *verdict, struct buf *out)
{
	struct json *root = json_new_object(), *bench;
	struct group group = GROUP_START;

	while (group_next(verdict, &group)) {
		bench = NULL;
		for (size_t i = 0; i < group.nr; i++) {
			const struct comparison *comparison = &group.items[i];

			if (comparison->is_limit || !isfinite(comparison->estimate.value))
				continue;
			if (!bench)
				bench = json_add_object(root, comparison->head->name);
			add_measure(comparison, bench);
		}
	}
	json_print(root, out);
	json_free(root);
}
