/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/calibration_text.h"

#include "base/str.h"
#include "model/units.h"
#include "report/columns.h"

#include <inttypes.h>
#include <math.h>

#define NR(table) (sizeof(table) / sizeof *(table))
#define MAX_NOTES 3

/* Rounded down what it is not to be better than, as few figures as tell it apart. */
static void add_ratio(struct buf *out, double ratio)
{
	if (isnan(ratio))
		buf_addc(out, '-');
	else
		buf_addf(out, ratio < 0.0995 ? "%.2g %%" : "%.0f %%", 100 * ratio);
}

static void calibration_text_add_seconds(struct buf *out, double seconds)
{
	if (isnan(seconds))
		buf_addc(out, '-');
	else
		units_add_duration(out, seconds);
}

static void calibration_text_fill_name(const void *row, struct buf *cell)
{
	const struct calibration_bench *bench = row;

	buf_add_printable(cell, bench->name);
}

static void fill_target(const void *row, struct buf *cell)
{
	const struct calibration_bench *bench = row;

	units_add_ratio(cell, bench->target_ratio);
}

static void fill_alone(const void *row, struct buf *cell)
{
	const struct calibration_bench *bench = row;

	add_ratio(cell, bench->detectable_alone);
}

static void calibration_text_fill_in_turn(const void *row, struct buf *cell)
{
	const struct calibration_bench *bench = row;

	add_ratio(cell, bench->detectable_in_turn);
}

static void fill_alone_s(const void *row, struct buf *cell)
{
	const struct calibration_bench *bench = row;

	calibration_text_add_seconds(cell, bench->alone_s);
}

static void fill_in_turn_s(const void *row, struct buf *cell)
{
	const struct calibration_bench *bench = row;

	calibration_text_add_seconds(cell, bench->in_turn_s);
}

static void fill_order(const void *row, struct buf *cell)
{
	const struct calibration_bench *bench = row;

	if (isfinite(bench->order_low))
		units_add_changes(cell, bench->order_low, bench->order_high);
	else
		buf_addc(cell, '-');
}

static const struct column columns[] = {
	{ "benchmark", calibration_text_fill_name, 0 },
	{ "target", fill_target, 0 },
	{ "seen alone", fill_alone, 0 },
	{ "takes", fill_alone_s, 2 },
	{ "seen in turn", calibration_text_fill_in_turn, 0 },
	{ "takes", fill_in_turn_s, 3 },
	{ "started second", fill_order, 1 },
};

static void add_gates(const char *what, const struct calibration_gates *gates, struct buf *out)
{
	buf_addf(out, "%-24s", what);
	if (!gates->nr) {
		buf_adds(out, "unknown: there was no time for a complete gate\n");
		return;
	}
	buf_addf(out, "%" PRIu64 " in %" PRIu64 " comparison%s (at most ", gates->alarms,
		gates->comparisons, gates->comparisons == 1 ? "" : "s");
	add_ratio(out, gates->bound);
	buf_addf(out, "), in %" PRIu64 " of %" PRIu64 " gate%s (at most ", gates->nr_alarmed,
		gates->nr, gates->nr == 1 ? "" : "s");
	add_ratio(out, gates->gate_bound);
	buf_adds(out, ")\n");
}

static void calibration_text_add_drift(const struct calibration *calibration, struct buf *out)
{
	buf_addf(out, "%-24s", "drift between sessions");
	if (isnan(calibration->tau_ratio)) {
		buf_adds(out,
			"unknown: two sessions, 60 s apart, are needed; give a longer --budget\n");
		return;
	}
	add_ratio(out, calibration->tau_ratio);
	buf_addf(out, " over %" PRIu64 " sessions\n", calibration->nr_sessions);
}

/* Those whose interval leaves out zero: the bias that swapping the start order takes away. */
static void add_order(const struct calibration *calibration, struct buf *out)
{
	const struct calibration_bench *worst = NULL;

	for (size_t i = 0; i < calibration->nr; i++) {
		const struct calibration_bench *bench = &calibration->items[i];

		if ((bench->order_low > 0 || bench->order_high < 0) &&
			!(worst && fabs(worst->order_ratio) >= fabs(bench->order_ratio)))
			worst = bench;
	}
	buf_addf(out, "%-24s", "start order");
	if (worst) {
		buf_adds(out, "the side that starts second is off by up to ");
		units_add_change(out, worst->order_ratio);
		buf_adds(out, " (");
		buf_add_printable(out, worst->name);
		buf_adds(out, "); each unit swaps the order\n");
	} else {
		buf_adds(out, "no bias found\n");
	}
}

bool calibration_is_blind(const struct blindness *blindness)
{
	return blindness->detectable_ratio > blindness->target_ratio;
}

void calibration_add_blindness(const struct blindness *blindness, struct buf *out)
{
	buf_add_printable(out, blindness->name);
	buf_adds(out, ": this machine cannot detect a change of ");
	units_add_ratio(out, blindness->target_ratio);
	buf_adds(out, " (the target); smallest detectable change: ");
	add_ratio(out, blindness->detectable_ratio);
}

static void add_blind_ones(const struct calibration *calibration, struct buf *out)
{
	size_t nr = 0;

	for (size_t i = 0; i < calibration->nr; i++) {
		const struct calibration_bench *bench = &calibration->items[i];
		struct blindness blindness = { bench->name, bench->target_ratio,
			bench->detectable_alone };

		if (!calibration_is_blind(&blindness) || ++nr > MAX_NOTES)
			continue;
		buf_adds(out, "note: measured alone: ");
		calibration_add_blindness(&blindness, out);
		buf_addc(out, '\n');
	}
	if (nr > MAX_NOTES)
		buf_addf(out,
			"note: the same holds for %zu more; 'benchgate compare' detects smaller changes\n",
			nr - MAX_NOTES);
}

void calibration_text(const struct calibration *calibration, unsigned width, struct buf *out)
{
	struct rows rows = { calibration->items, calibration->nr, sizeof *calibration->items };

	columns_add(columns, NR(columns), rows, width, out);
	buf_addc(out, '\n');
	add_gates("false alarms alone", &calibration->alone, out);
	add_gates("false alarms in turn", &calibration->in_turn, out);
	calibration_text_add_drift(calibration, out);
	add_order(calibration, out);
	buf_addf(out, "%-24sresolution %.0f ns, a reading costs %.0f ns\n", "clock",
		calibration->clock_resolution_ns, calibration->clock_cost_ns);
	add_blind_ones(calibration, out);
	buf_addf(out, "\nmachine %s, calibrated in ", calibration->machine);
	units_add_duration(out, calibration->duration_s);
	buf_addc(out, '\n');
}
