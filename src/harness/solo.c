/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/solo.h"

#include "base/str.h"
#include "harness/commands.h"
#include "harness/cost.h"
#include "harness/sitting.h"
#include "stats/histogram.h"
#include "stats/summary.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MS_NS UINT64_C(1000000)
#define WARM_USUAL_NS (25 * MS_NS)
#define MIN_BATCHES 5
/* Shorter iterations cannot be told one by one: the clock's own scatter is too large a part of
 * them. */
#define MIN_SINGLE_NS 5000
/* A body of more than this a turn is not repeated for the sake of MIN_BATCHES. */
#define SLOW_BODY_NS (100 * MS_NS)

struct solo {
	const struct bench *bench;
	const struct plan *plan;
	struct pace *pace;
	bool first; /* process of its benchmark in this run */
	struct sitting sitting;
	struct process_row row;
	struct batches batches;
	struct histogram *singles;
};

static int solo_warm_up(struct solo *solo, struct fault *fault)
{
	struct sitting *sitting = &solo->sitting;

	sitting->fitting = solo->pace->iterations;
	while (!sitting_is_warm(sitting, WARM_USUAL_NS))
		if (sitting_warm(sitting, WARM_USUAL_NS, fault))
			return -1;
	solo->row.warmup_ns = sitting->warmup_ns;
	solo->row.settled = sitting->settled;
	return 0;
}

/* How many batches fill a process's share of the time. */
static uint64_t fitting_batches(const struct solo *solo)
{
	uint64_t slice_ns = solo->plan->time_ns / solo->plan->nr_processes;
	double batch_ns = (double)solo->pace->iterations * fmax(solo->sitting.quickest_ns, 1e-3);
	uint64_t nr;

	if (solo->bench->latency)
		slice_ns /= 2;
	nr = (uint64_t)fmin((double)slice_ns / batch_ns, 1e6);
	if (nr < MIN_BATCHES)
		nr = batch_ns > SLOW_BODY_NS ? 1 : MIN_BATCHES;
	return nr;
}

/*
 * Fixed once for all processes, so that they can be compared; with those of a baseline too, whose
 * number of batches is kept unless it is far from the time that is wanted now.
 */
static void settle_pace(struct solo *solo)
{
	uint64_t nr;

	if (!solo->pace->iterations)
		solo->pace->iterations = solo->sitting.fitting ? solo->sitting.fitting : 1;
	if (solo->first) {
		nr = fitting_batches(solo);
		if (nr < solo->pace->nr_batches / 2 || nr > 2 * solo->pace->nr_batches)
			solo->pace->nr_batches = nr;
	}
	solo->row.iterations = solo->pace->iterations;
}

static int solo_time_singles(struct solo *solo, struct fault *fault)
{
	if (!solo->bench->latency)
		return 0;
	solo->singles = mem_alloc(1, sizeof *solo->singles);
	histogram_init(solo->singles);
	return sitting_singles(&solo->sitting, solo->plan->time_ns / solo->plan->nr_processes / 2,
		solo->singles, fault);
}

static int solo_converse(struct solo *solo, struct fault *fault)
{
	struct sitting *sitting = &solo->sitting;

	if (sitting_begin(sitting, solo->bench, solo->plan, NULL, fault) ||
		solo_warm_up(solo, fault))
		return -1;
	settle_pace(solo);
	if (sitting_time(sitting, (struct sitting_order){ .pace = *solo->pace }, &solo->batches,
		    fault) ||
		solo_time_singles(solo, fault))
		return -1;
	return sitting_finish(sitting, fault);
}

static double solo_cpu_of(const struct batches *batches)
{
	struct doubles rates = { 0 };
	double value_ns;

	for (size_t i = 0; i < batches->nr; i++)
		*ARRAY_ADD(&rates) = (double)batches->items[i].cpu_ns / (double)batches->items[i].n;
	value_ns = median_of(rates.items, rates.nr);
	ARRAY_RELEASE(&rates);
	return value_ns;
}

static void note_short_singles(const struct solo *solo, struct result *result)
{
	char note[160];

	if (!solo->singles || solo->sitting.rate_ns >= MIN_SINGLE_NS || result->note)
		return;
	snprintf(note, sizeof note,
		"an iteration of %.0f ns is too short to be timed alone: reading the clock costs %llu ns",
		solo->sitting.rate_ns, (unsigned long long)solo->sitting.clock_ns);
	result->note = str_dup(note);
}

static void solo_add_process(struct solo *solo, struct result *result)
{
	const struct sitting *sitting = &solo->sitting;
	struct process_row *row = &solo->row;
	struct builtin_values values = sitting_values(sitting,
		(struct sitting_times){ &solo->batches, solo->singles,
			solo->bench->command || solo->bench->nr_threads > 1 ||
				sitting->has_others });

	row->nr_batches = (uint32_t)solo->batches.nr;
	row->nr_disturbed = (uint32_t)cost_nr_disturbed(&solo->batches);
	row->empty = sitting_is_empty(sitting);
	row->cpu_ns = sitting_nine_figures(solo_cpu_of(&solo->batches));
	sitting_add_metrics(result, &values, &sitting->own);
	note_short_singles(solo, result);
	result->bytes = sitting->bytes;
	result->items = sitting->items;
	result->clock_ns = sitting->clock_ns;
	*ARRAY_ADD(&result->processes) = *row;
	if (!solo->plan->keep_samples)
		return;
	*ARRAY_ADD(&result->batches) = solo->batches;
	solo->batches = (struct batches){ 0 };
}

/* A command's runs are the batches of a process. */
static int take_command(const struct bench *bench, const struct plan *plan, struct result *result,
	struct fault *fault)
{
	struct command_sitting taken;
	struct solo solo = { .bench = bench, .plan = plan };
	int rc = commands_take(bench, plan, &result->pace, &taken, fault);

	if (!rc)
		rc = sitting_check_metrics(
			&taken.sitting, &result->metrics, result->processes.nr, fault);
	if (!rc) {
		solo.sitting = taken.sitting;
		solo.row = (struct process_row){ .iterations = 1,
			.warmup_ns = taken.sitting.warmup_ns,
			.peak_bytes = taken.sitting.remote.process.peak_bytes,
			.settled = true };
		solo.batches = taken.batches;
		taken.batches = (struct batches){ 0 };
		solo_add_process(&solo, result);
		ARRAY_RELEASE(&solo.batches);
	}
	commands_release(&taken);
	return rc;
}

static void release(struct solo *solo)
{
	sitting_release(&solo->sitting);
	ARRAY_RELEASE(&solo->batches);
	free(solo->singles);
}

static int take_worker(const struct bench *bench, const struct plan *plan, struct result *result,
	struct fault *fault)
{
	struct solo solo = {
		.bench = bench, .plan = plan, .pace = &result->pace, .first = !result->processes.nr
	};
	int rc = solo_converse(&solo, fault);

	sitting_end(&solo.sitting);
	solo.row.peak_bytes = solo.sitting.remote.process.peak_bytes;
	process_sweep();
	if (!rc)
		rc = sitting_check_metrics(
			&solo.sitting, &result->metrics, result->processes.nr, fault);
	if (!rc)
		solo_add_process(&solo, result);
	release(&solo);
	return rc;
}

static int solo_take(void *context, const struct bench *bench, const struct plan *plan,
	struct result *result, struct fault *fault)
{
	(void)context;
	return (bench->command ? take_command : take_worker)(bench, plan, result, fault);
}

static size_t solo_count(const struct result *result)
{
	return result->processes.nr;
}

static uint64_t solo_wanted(const struct plan *plan)
{
	return plan->nr_processes;
}

struct method solo_method(void)
{
	return (struct method){
		.noun = "processes", .take = solo_take, .count = solo_count, .wanted = solo_wanted
	};
}
