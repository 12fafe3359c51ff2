/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/cells.h"

#include "model/units.h"
#include "report/describe.h"
#include "report/tally.h"

#include <math.h>
#include <string.h>

static bool cells_is_time(const struct comparison *comparison)
{
	return metric_is_time(comparison->metric);
}

void cells_base(const struct comparison *comparison, struct buf *cell)
{
	if (!comparison->is_limit && isfinite(comparison->base_estimate.value))
		units_add(cell, comparison->base_estimate.value, comparison->metric->unit);
}

void cells_head(const struct comparison *comparison, struct buf *cell)
{
	if (comparison->head)
		units_add(cell, comparison->estimate.value, comparison->metric->unit);
}

void cells_change(const struct comparison *comparison, struct buf *cell)
{
	if (isfinite(comparison->change_ratio))
		units_add_change(cell, comparison->change_ratio);
}

void cells_change_interval(const struct comparison *comparison, struct buf *cell)
{
	if (!describe_is_exact(comparison) && isfinite(comparison->change_low))
		units_add_changes(cell, comparison->change_low, comparison->change_high);
}

void cells_bound(const struct comparison *comparison, struct buf *cell)
{
	if (describe_is_exact(comparison) || !isfinite(comparison->bound_ratio))
		return;
	buf_adds(cell, comparison->metric->more_is_better ? "at least " : "at most ");
	units_add_change(cell, comparison->bound_ratio);
}

void cells_interval(const struct comparison *comparison, struct buf *cell)
{
	const struct estimate *estimate = &comparison->estimate;

	if (!isfinite(estimate->low))
		return;
	units_add(cell, estimate->low, comparison->metric->unit);
	buf_adds(cell, " .. ");
	units_add(cell, estimate->high, comparison->metric->unit);
}

void cells_spread(const struct comparison *comparison, struct buf *cell)
{
	if (isfinite(comparison->estimate.spread_pct))
		units_add_percent(cell, comparison->estimate.spread_pct);
}

void cells_rate(const struct comparison *comparison, struct buf *cell)
{
	const struct result *head = comparison->head;
	double value = comparison->estimate.value, nr_threads = (double)head->nr_threads;

	if (!cells_is_time(comparison) || comparison->is_limit)
		return;
	if (head->bytes > 0)
		units_add_rate(cell, head->bytes * nr_threads, value, "B");
	if (head->bytes > 0 && head->items > 0)
		buf_adds(cell, ", ");
	if (head->items > 0)
		units_add_rate(cell, head->items * nr_threads, value, "");
}

/* Columns on either side of the middle, and from there to the threshold. */
enum { HALF = CELLS_BAR_COLUMNS / 2, TO_THRESHOLD = 3 };

/* The column of a worsening; of what lies outside, one beyond the edge. */
static int bar_column(double worse, double threshold)
{
	double columns = worse / threshold * TO_THRESHOLD;

	return HALF + (int)lround(fmin(fmax(columns, -HALF - 1), HALF + 1));
}

static void cells_draw(char *bar, int low, int middle, int high)
{
	for (int i = low < 0 ? 0 : low; i <= high && i < CELLS_BAR_COLUMNS; i++)
		if (bar[i] == ' ')
			bar[i] = '-';
	if (low < 0)
		bar[0] = '<';
	if (high >= CELLS_BAR_COLUMNS)
		bar[CELLS_BAR_COLUMNS - 1] = '>';
	if (middle >= 0 && middle < CELLS_BAR_COLUMNS)
		bar[middle] = 'o';
}

void cells_bar(const struct comparison *comparison, struct buf *cell)
{
	bool more = comparison->metric->more_is_better, exact = describe_is_exact(comparison);
	double change = comparison->change_ratio, threshold = comparison->tolerance.threshold_ratio;
	double low = exact ? change : more ? comparison->change_high : comparison->change_low;
	double high = exact ? change : more ? comparison->change_low : comparison->change_high;
	char bar[CELLS_BAR_COLUMNS];

	if (!comparison->tolerance.gated || comparison->is_limit || !isfinite(change) ||
		!(threshold > 0) || isnan(low) || isnan(high))
		return;
	memset(bar, ' ', sizeof bar);
	bar[HALF] = '|';
	bar[HALF - TO_THRESHOLD] = bar[HALF + TO_THRESHOLD] = ':';
	cells_draw(bar, bar_column(verdict_worsening_of(low, more), threshold),
		bar_column(verdict_worsening_of(change, more), threshold),
		bar_column(verdict_worsening_of(high, more), threshold));
	buf_add(cell, bar, sizeof bar);
}
