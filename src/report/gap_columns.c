/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/gap_columns.h"

#include "gate/past.h"
#include "model/units.h"

#include <math.h>

static void gap_benchmark(const void *row, struct buf *cell)
{
	gap_add_name(row, cell);
}

static void gap_competitor(const void *row, struct buf *cell)
{
	const struct gap *gap = row;

	competitor_add_name(gap->competitor, cell);
}

static void gap_ours(const void *row, struct buf *cell)
{
	const struct gap *gap = row;

	if (isfinite(gap->our_value))
		units_add(cell, gap->our_value, gap->unit);
}

static void gap_theirs(const void *row, struct buf *cell)
{
	const struct gap *gap = row;

	if (isfinite(gap->their_value))
		units_add(cell, gap->their_value, gap->unit);
}

static void gap_ratio(const void *row, struct buf *cell)
{
	const struct gap *gap = row;

	units_add_change(cell, gap->ratio);
}

static void gap_interval(const void *row, struct buf *cell)
{
	const struct gap *gap = row;

	if (isfinite(gap->low))
		units_add_changes(cell, gap->low, gap->high);
}

static void gap_trend(const void *row, struct buf *cell)
{
	const struct gap *gap = row;

	if (gap->past && isfinite(gap->past->trend.slope))
		units_add_change(cell, expm1(gap->past->trend.slope));
}

static void gap_word(const void *row, struct buf *cell)
{
	buf_adds(cell, gap_say(row));
}

static void gap_source(const void *row, struct buf *cell)
{
	buf_adds(cell, gap_say_source(row));
}

const struct column gap_columns[NR_GAP_COLUMNS] = {
	{ "Benchmark", gap_benchmark, 0 },
	{ "Competitor", gap_competitor, 0 },
	{ "Ours", gap_ours, 3 },
	{ "Theirs", gap_theirs, 3 },
	{ "Gap", gap_ratio, 0 },
	{ "95 % interval", gap_interval, 2 },
	{ "Ours is", gap_word, 0 },
	{ "How", gap_source, 1 },
	{ "Trend a week", gap_trend, 2 },
};

size_t gap_nr_columns(const struct gaps *gaps)
{
	for (size_t i = 0; i < gaps->nr; i++)
		if (isfinite(gap_trend_percent(&gaps->items[i])))
			return NR_GAP_COLUMNS;
	return NR_GAP_COLUMNS - 1;
}

const struct gaps *gaps_of(const struct verdict *verdict)
{
	const struct gaps *gaps = verdict->gaps;

	return gaps && (gaps->nr || gaps->notes.nr) ? gaps : NULL;
}
