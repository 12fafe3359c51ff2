/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/text_parts.h"

#include "model/units.h"
#include "report/describe.h"

#include <inttypes.h>
#include <math.h>

/* The processes of a benchmark, summed up. */
struct sums {
	uint64_t nr_batches, nr_disturbed, warmup_ns, peak_bytes;
	size_t nr_settled;
};

static struct sums sum_processes(const struct process_rows *processes)
{
	struct sums sums = { 0 };

	for (size_t i = 0; i < processes->nr; i++) {
		const struct process_row *row = &processes->items[i];

		sums.nr_batches += row->nr_batches;
		sums.nr_disturbed += row->nr_disturbed;
		sums.warmup_ns += row->warmup_ns;
		sums.nr_settled += row->settled;
		if (row->peak_bytes > sums.peak_bytes)
			sums.peak_bytes = row->peak_bytes;
	}
	return sums;
}

/* Of a command or a tool. */
static void add_runs(size_t nr, uint64_t nr_each, const struct sums *sums, struct buf *out)
{
	if (nr_each == 1)
		buf_addf(out, ": %zu runs", nr);
	else
		buf_addf(out, ": %zu values, each of %" PRIu64 " runs", nr, nr_each);
	if (sums->warmup_ns)
		buf_addf(out, " after %.0f ms of warm-up",
			(double)sums->warmup_ns / 1e6 / (double)nr);
	buf_addf(out, "; %" PRIu64 " of %" PRIu64 " disturbed", sums->nr_disturbed,
		sums->nr_batches);
	if (sums->peak_bytes)
		buf_addf(out, "; peak memory %.1f MiB", (double)sums->peak_bytes / 0x1p20);
}

static void text_how_add_measured(const struct result *result, struct buf *out)
{
	struct sums sums = sum_processes(&result->processes);
	const struct process_row *first = result->processes.items;
	size_t nr = result->processes.nr;

	if (!nr)
		return;
	buf_add_printable(out, result->name);
	/* Commands are timed from outside, without a clock of a worker's. */
	if (!result->clock_ns && first->iterations == 1) {
		add_runs(nr, first->nr_batches, &sums, out);
	} else {
		buf_addf(out, ": %zu processes, each %" PRIu32 " batches of %" PRIu64 " iterations",
			nr, first->nr_batches, first->iterations);
		buf_addf(out, " after %.0f ms of warm-up (%zu of %zu settled);",
			(double)sums.warmup_ns / 1e6 / (double)nr, sums.nr_settled, nr);
		buf_addf(out,
			" %" PRIu64 " of %" PRIu64 " batches disturbed; clock %" PRIu64 " ns;",
			sums.nr_disturbed, sums.nr_batches, result->clock_ns);
		buf_addf(out, " peak memory %.1f MiB", (double)sums.peak_bytes / 0x1p20);
	}
	if (result->nr_threads > 1)
		buf_addf(out,
			"; an iteration, and each percentile, is of %" PRIu32
			" threads at once, from the first one's start to the last one's end",
			result->nr_threads);
	buf_addc(out, '\n');
}

/* Where the two processes of its duets ran. */
static const char *const places[DUET_NR_PLACES] = {
	[DUET_PINNED] = "both on one processor",
	[DUET_FREE] = "on all processors",
	[DUET_APART] = "one process after the other",
};

/* Which part of the life of its processes was seen, and where they ran. */
static void add_lives(const struct duets *duets, struct buf *out)
{
	const struct duet *last = duets->items;
	uint64_t life_ns = 0;

	for (size_t i = 0; i < duets->nr; i++) {
		last = &duets->items[i];
		if (last->life_ns > life_ns)
			life_ns = last->life_ns;
	}
	if (!last || !life_ns)
		return;
	if (last->place < DUET_NR_PLACES)
		buf_addf(out, ", %s", places[last->place]);
	buf_addf(out, ", the first %.0f ms of a process's loop", (double)life_ns / 1e6);
	if (last->late)
		buf_adds(out, ", judged by its later half, because the ratio changes with age");
}

static void add_units(const struct comparison *comparison, struct buf *out)
{
	buf_addf(out, " %zu %s in turn with the base", comparison->nr_units,
		comparison->nr_layouts ? "layouts" : "units");
	add_lives(&comparison->head->duets, out);
	buf_addf(out, ", %.0f %% of the batches dropped\n",
		describe_drops(comparison->head).dropped_pct);
}

/* " mean +1.0 % (p 0.02)"; too few units have no p. */
static void add_aspect(const char *name, const struct aspect *aspect, struct buf *out)
{
	buf_addf(out, " %s ", name);
	units_add_change(out, aspect->change_ratio);
	if (isfinite(aspect->p_changed))
		buf_addf(out, " (p %.2g)", aspect->p_changed);
}

static void text_how_add_typical(const struct comparison *comparison, struct buf *out)
{
	const struct aspect *typical = &comparison->aspects[ASPECT_TYPICAL];

	if (!typical->metric)
		return;
	add_aspect("mean", &comparison->aspects[ASPECT_MAIN], out);
	buf_addc(out, ',');
	add_aspect("typical", typical, out);
	buf_addc(out, ';');
}

/* What is not known, or not asked, is left out. */
static void text_how_add_p(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	bool in_turn = comparison->evidence == EVIDENCE_IN_TURN;
	double p_value = verdict_p_value(verdict, comparison);
	double above = verdict_p_above_threshold(comparison);
	double adjusted = verdict_p_above_threshold_adjusted(verdict, comparison);

	if (!comparison->is_limit && isfinite(p_value))
		buf_addf(out, " p %.2g;", p_value);
	if (!isfinite(above))
		return;
	buf_addf(out, comparison->is_limit ? " p %.2g" : " above the threshold p %.2g", above);
	if (isfinite(adjusted))
		buf_addf(out, " (%.2g for all %zu)", adjusted,
			in_turn ? verdict->family_in_turn : verdict->family);
	buf_addc(out, ';');
}

static void text_how_add_compared(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	bool in_turn = comparison->evidence == EVIDENCE_IN_TURN;

	if (comparison->evidence == EVIDENCE_NONE || comparison->evidence == EVIDENCE_EXACT ||
		comparison->evidence == EVIDENCE_COUNTED ||
		comparison->evidence == EVIDENCE_IDENTICAL)
		return;
	verdict_add_name(comparison, out);
	if (comparison->is_limit) {
		buf_adds(out, " within ");
		describe_budget(comparison, out);
	}
	buf_addc(out, ':');
	text_how_add_p(verdict, comparison, out);
	text_how_add_typical(comparison, out);
	if (in_turn) {
		add_units(comparison, out);
		return;
	}
	buf_addf(out, " %zu%s processes", comparison->nr_head,
		comparison->evidence == EVIDENCE_SECOND_LOOK ? " fresh" : "");
	if (!comparison->is_limit)
		buf_addf(out, ", %zu in the base; ", comparison->nr_base);
	describe_drift(comparison, out);
	buf_addc(out, '\n');
}

static void add_jobs(const struct verdict *verdict, struct buf *out)
{
	uint64_t most = 0;

	for (size_t part = 0; part < verdict->nr_parts; part++) {
		const struct plan *plan = &verdict->parts[part].head->plan;

		if (plan->nr_units && plan->nr_jobs > most)
			most = plan->nr_jobs;
	}
	if (most > 1)
		buf_addf(out, "in turn: up to %llu benchmarks at once, each on a core of its own\n",
			(unsigned long long)most);
}

void text_how(const struct page *page)
{
	const struct verdict *verdict = page->verdict;

	add_jobs(verdict, page->out);
	for (size_t part = 0; part < verdict->nr_parts; part++)
		for (size_t i = 0; i < verdict->parts[part].head->nr; i++)
			text_how_add_measured(&verdict->parts[part].head->items[i], page->out);
	for (size_t i = 0; i < verdict->nr; i++)
		text_how_add_compared(verdict, &verdict->items[i], page->out);
}
