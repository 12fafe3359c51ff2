/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/targets.h"

#include "base/array.h"
#include "base/str.h"
#include "gate/counts.h"
#include "report/cells.h"
#include "report/describe.h"

#include <math.h>
#include <string.h>

static void take_target(struct targets *targets, const struct comparison *comparison,
	const struct limit *limit, const char *metric)
{
	*ARRAY_ADD(targets) = (struct target){ comparison, limit, metric };
}

/* Of several rows of the policy that speak of one metric, the first counts. */
static bool is_first(const struct limits *limits, size_t at, const char *benchmark)
{
	for (size_t i = 0; i < at; i++)
		if (str_matches(limits->items[i].benchmark, benchmark) &&
			strcmp(limits->items[i].metric, limits->items[at].metric) == 0)
			return false;
	return true;
}

/* Where counts alone could not be taken, the word is of their budgets. */
static bool lacks_value(
	const struct verdict *verdict, const struct comparison *comparison, const char *metric)
{
	const struct counting *counting = &verdict->parts[comparison->part].head->counting;
	const struct counted_metric *row = counted_find(metric);

	return !comparison->is_count ||
		(row &&
			counts_lacking(verdict->policy, counting, comparison->head,
				(enum counted)(row - counted_metrics)));
}

/* A benchmark without a value has a word for all its budgets. */
static void take_unmeasured(
	struct targets *targets, const struct verdict *verdict, const struct comparison *comparison)
{
	const char *benchmark = describe_result(comparison)->name;
	const struct limits *limits;

	if (!verdict->policy || comparison->evidence == EVIDENCE_IDENTICAL)
		return;
	limits = &verdict->policy->limits;
	for (size_t i = 0; i < limits->nr; i++)
		if (str_matches(limits->items[i].benchmark, benchmark) &&
			is_first(limits, i, benchmark) &&
			lacks_value(verdict, comparison, limits->items[i].metric))
			take_target(
				targets, comparison, &limits->items[i], limits->items[i].metric);
}

struct targets targets_of(const struct verdict *verdict)
{
	struct targets targets = { 0 };

	for (size_t i = 0; i < verdict->nr; i++) {
		const struct comparison *comparison = &verdict->items[i];

		if (!comparison->metric)
			take_unmeasured(&targets, verdict, comparison);
		else if (comparison->is_limit ||
			(comparison->why == WHY_METRIC_GONE && comparison->tolerance.limit))
			take_target(&targets, comparison, comparison->tolerance.limit,
				comparison->metric->name);
	}
	return targets;
}

void targets_release(struct targets *targets)
{
	ARRAY_RELEASE(targets);
}

void targets_add_metric(const struct target *target, struct buf *cell)
{
	buf_add_printable(cell, describe_result(target->comparison)->name);
	buf_addc(cell, ' ');
	buf_add_printable(cell, target->metric);
}

void targets_add_limit(const struct target *target, struct buf *cell)
{
	const struct metric *metric = target->comparison->metric;

	buf_adds(cell, metric && metric->more_is_better ? ">= " : "<= ");
	buf_add_printable(cell, target->limit->text);
}

void targets_add_current(const struct target *target, struct buf *cell)
{
	if (target->comparison->metric && isfinite(target->comparison->estimate.value))
		cells_head(target->comparison, cell);
	else
		buf_addc(cell, '-');
}

const char *targets_status(const struct target *target)
{
	return verdict_word_name(target->comparison->word);
}
