/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/solo.h"

#include "base/str.h"
#include "harness/remote.h"
#include "stats/histogram.h"
#include "stats/summary.h"
#include "sys/clock.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MS_NS UINT64_C(1000000)
#define WARM_WINDOW_NS (10 * MS_NS)
#define WARM_MIN_NS (25 * MS_NS)
#define WARM_MAX_NS (50 * MS_NS)
#define SETTLED_RATIO 0.01
#define MIN_BATCHES 5
/* Shorter iterations cannot be told one by one: the clock's own scatter is too large a part of
 * them. */
#define MIN_SINGLE_NS 5000
/* A body of more than this a turn is not repeated for the sake of MIN_BATCHES. */
#define SLOW_BODY_NS (100 * MS_NS)

static const struct {
	const char *name;
	double p;
} percentiles[] = { { "p50", .5 }, { "p90", .9 }, { "p95", .95 }, { "p99", .99 }, { "p99.9", .999 },
	{ "max", 1 } };

#define NR_PERCENTILES (sizeof percentiles / sizeof *percentiles)

struct solo {
	const struct bench *bench;
	const struct plan *plan;
	struct pace *pace;
	bool first; /* process of its benchmark in this run */
	struct remote remote;
	struct process_row row;
	uint64_t clock_ns;
	double rate_ns; /* time of an iteration at the end of warm-up */
	double bytes, items;
	struct metrics own; /* the benchmark's own, one value each */
	struct histogram *singles;
};

/* Until two windows in a row agree, but at least 25 ms and one whole pass, at most 50 ms. */
static int warm_up(struct solo *solo, struct fault *fault)
{
	double last_ns = INFINITY;
	struct message message;

	while (solo->row.warmup_ns < WARM_MIN_NS ||
		(!solo->row.settled && solo->row.warmup_ns < WARM_MAX_NS)) {
		remote_put(&solo->remote, "warm", number_text(WARM_WINDOW_NS).text,
			number_text(solo->plan->batch_ns).text,
			number_text(solo->pace->iterations).text);
		if (remote_expect(&solo->remote, "warm", &message, fault))
			return -1;
		solo->row.iterations = message_number(&message, 1);
		solo->rate_ns = message_double(&message, 3);
		solo->row.warmup_ns += message_number(&message, 4);
		solo->row.settled = fabs(solo->rate_ns / last_ns - 1) <= SETTLED_RATIO;
		last_ns = solo->rate_ns;
	}
	return 0;
}

/* How many batches fill a process's share of the time. */
static uint64_t fitting_batches(const struct solo *solo)
{
	uint64_t slice_ns = solo->plan->time_ns / solo->plan->nr_processes;
	double batch_ns = (double)solo->pace->iterations * fmax(solo->rate_ns, 1e-3);
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
		solo->pace->iterations = solo->row.iterations ? solo->row.iterations : 1;
	if (solo->first) {
		nr = fitting_batches(solo);
		if (nr < solo->pace->nr_batches / 2 || nr > 2 * solo->pace->nr_batches)
			solo->pace->nr_batches = nr;
	}
	solo->row.iterations = solo->pace->iterations;
}

static int time_batches(struct solo *solo, struct fault *fault)
{
	struct message message;

	remote_put(&solo->remote, "time", number_text(solo->pace->iterations).text,
		number_text(solo->pace->nr_batches).text);
	for (;;) {
		if (remote_next(&solo->remote, &message, fault))
			return -1;
		if (message_is(&message, "timed"))
			break;
		if (!message_is(&message, "batch"))
			return remote_unexpected(&message, "batch", fault);
		*ARRAY_ADD(&solo->row.samples) = (struct batch){ .n = solo->pace->iterations,
			.wall_ns = message_number(&message, 1),
			.cpu_ns = message_number(&message, 2),
			.nr_switches = message_number(&message, 3) };
	}
	if (!solo->row.samples.nr)
		return fault_set(fault, RESULT_NOT_LOADED, "the worker timed nothing");
	return 0;
}

static int time_singles(struct solo *solo, struct fault *fault)
{
	struct message message;
	uint64_t slice_ns = solo->plan->time_ns / solo->plan->nr_processes / 2;

	if (!solo->bench->latency)
		return 0;
	solo->singles = mem_alloc(1, sizeof *solo->singles);
	histogram_init(solo->singles);
	remote_put(&solo->remote, "single", number_text(slice_ns).text);
	for (;;) {
		if (remote_next(&solo->remote, &message, fault))
			return -1;
		if (message_is(&message, "singles"))
			break;
		if (!message_is(&message, "bucket") ||
			!histogram_add_bucket(solo->singles, message_number(&message, 1),
				message_number(&message, 2)))
			return remote_unexpected(&message, "bucket", fault);
	}
	histogram_set_range(
		solo->singles, message_number(&message, 2), message_number(&message, 3));
	return 0;
}

static bool is_percentile(const char *name)
{
	for (size_t i = 0; i < NR_PERCENTILES; i++)
		if (strcmp(percentiles[i].name, name) == 0)
			return true;
	return false;
}

/* A metric of the benchmark's own must not pass for one of ours. */
static int keep_metric(struct solo *solo, const struct message *message, struct fault *fault)
{
	struct metric_kind kind = { message_text(message, 1), message_text(message, 3),
		strcmp(message_text(message, 4), "more") == 0 };

	if (strcmp(kind.name, "time") == 0 || (solo->singles && is_percentile(kind.name)))
		return fault_set(fault, RESULT_WRONG,
			"bg_metric was given the name '%s', which is benchgate's own", kind.name);
	if (!*kind.name)
		return fault_set(fault, RESULT_WRONG, "bg_metric was given an empty name");
	if (metrics_find(&solo->own, kind.name))
		return fault_set(
			fault, RESULT_WRONG, "bg_metric was called twice for '%s'", kind.name);
	if (isnan(message_double(message, 2)))
		return fault_set(
			fault, RESULT_WRONG, "bg_metric was given no number for '%s'", kind.name);
	metrics_add(&solo->own, &kind, message_double(message, 2));
	return 0;
}

/* The loop ends, the body's own checks run. */
static int finish(struct solo *solo, struct fault *fault)
{
	struct message message;

	remote_put(&solo->remote, "stop");
	for (;;) {
		if (remote_next(&solo->remote, &message, fault))
			return -1;
		if (message_is(&message, "done"))
			break;
		if (!message_is(&message, "metric"))
			return remote_unexpected(&message, "done", fault);
		if (keep_metric(solo, &message, fault))
			return -1;
	}
	solo->bytes = fmax(message_double(&message, 1), 0);
	solo->items = fmax(message_double(&message, 2), 0);
	return 0;
}

static int converse(struct solo *solo, struct fault *fault)
{
	struct message message;
	struct remote_options options = { .timeout_ns = solo->plan->timeout_ns,
		.memory_limit = solo->plan->memory_limit };

	if (remote_start(&solo->remote, solo->bench->source, options, fault))
		return -1;
	remote_put(&solo->remote, "bench", solo->bench->name, number_text(solo->plan->seed).text,
		number_text(solo->plan->memory_limit != 0).text);
	if (remote_expect(&solo->remote, "ready", &message, fault))
		return -1;
	solo->clock_ns = message_number(&message, 1);
	if (warm_up(solo, fault))
		return -1;
	settle_pace(solo);
	if (time_batches(solo, fault) || time_singles(solo, fault))
		return -1;
	return finish(solo, fault);
}

double solo_value(const struct batches *batches, bool drop_disturbed, uint64_t *nr_disturbed)
{
	struct doubles rates = { 0 };
	double value_ns;

	*nr_disturbed = 0;
	for (size_t i = 0; i < batches->nr; i++)
		*nr_disturbed += batches->items[i].nr_switches != 0;
	/* With nothing undisturbed, disturbed ones are what there is. */
	if (*nr_disturbed == batches->nr)
		drop_disturbed = false;
	for (size_t i = 0; i < batches->nr; i++) {
		const struct batch *batch = &batches->items[i];

		if (!drop_disturbed || !batch->nr_switches)
			*ARRAY_ADD(&rates) = (double)batch->wall_ns / (double)batch->n;
	}
	value_ns = median_of(rates.items, rates.nr);
	ARRAY_RELEASE(&rates);
	return value_ns;
}

/* Nine figures are more than a clock gives, and keep files short. */
static double nine_figures(double value)
{
	char text[32];

	snprintf(text, sizeof text, "%.9g", value);
	return strtod(text, NULL);
}

static double cpu_of(const struct batches *batches)
{
	struct doubles rates = { 0 };
	double value_ns;

	for (size_t i = 0; i < batches->nr; i++)
		*ARRAY_ADD(&rates) = (double)batches->items[i].cpu_ns / (double)batches->items[i].n;
	value_ns = median_of(rates.items, rates.nr);
	ARRAY_RELEASE(&rates);
	return value_ns;
}

static void add_percentiles(const struct solo *solo, struct metrics *metrics)
{
	for (size_t i = 0; i < NR_PERCENTILES && solo->singles; i++)
		metrics_add(metrics, &(struct metric_kind){ percentiles[i].name, "ns", false },
			nine_figures(histogram_quantile(solo->singles, percentiles[i].p)));
}

static void note_short_singles(const struct solo *solo, struct result *result)
{
	char note[160];

	if (!solo->singles || solo->rate_ns >= MIN_SINGLE_NS || result->note)
		return;
	snprintf(note, sizeof note,
		"an iteration of %.0f ns is too short to be timed alone: reading the clock costs %llu ns",
		solo->rate_ns, (unsigned long long)solo->clock_ns);
	result->note = str_dup(note);
}

static void add_process(struct solo *solo, struct result *result)
{
	static const struct metric_kind time = { "time", "ns", false };
	struct process_row *row = &solo->row;

	row->nr_batches = row->samples.nr;
	row->cpu_ns = nine_figures(cpu_of(&row->samples));
	metrics_add(&result->metrics, &time,
		nine_figures(solo_value(
			&row->samples, solo->bench->nr_threads == 1, &row->nr_disturbed)));
	add_percentiles(solo, &result->metrics);
	note_short_singles(solo, result);
	for (size_t i = 0; i < solo->own.nr; i++) {
		const struct metric *own = &solo->own.items[i];

		metrics_add(&result->metrics,
			&(struct metric_kind){ own->name, own->unit, own->more_is_better },
			own->values.items[0]);
	}
	result->bytes = solo->bytes;
	result->items = solo->items;
	result->clock_ns = solo->clock_ns;
	if (!solo->plan->keep_samples)
		ARRAY_RELEASE(&row->samples);
	*ARRAY_ADD(&result->processes) = *row;
	row->samples = (struct batches){ 0 };
}

/* Value i of every metric belongs to process i. */
static int check_complete(const struct solo *solo, const struct result *result, struct fault *fault)
{
	size_t nr = result->processes.nr;

	for (size_t i = 0; i < solo->own.nr && nr; i++)
		if (!metrics_find(&result->metrics, solo->own.items[i].name))
			return fault_set(fault, RESULT_WRONG,
				"not all processes have the metric '%s'", solo->own.items[i].name);
	for (size_t i = 0; i < result->metrics.nr; i++) {
		const char *name = result->metrics.items[i].name;
		bool ours = strcmp(name, "time") == 0 || (solo->singles && is_percentile(name));

		if (!ours && !metrics_find(&solo->own, name))
			return fault_set(fault, RESULT_WRONG,
				"not all processes have the metric '%s'", name);
	}
	return 0;
}

static void release(struct solo *solo)
{
	metrics_release(&solo->own);
	ARRAY_RELEASE(&solo->row.samples);
	free(solo->singles);
}

int solo_measure(const struct bench *bench, const struct plan *plan, struct pace *pace,
	struct result *result, struct fault *fault)
{
	struct solo solo = {
		.bench = bench, .plan = plan, .pace = pace, .first = !result->processes.nr
	};
	int rc = converse(&solo, fault);

	solo.row.peak_bytes = remote_end(&solo.remote);
	process_sweep();
	if (!rc)
		rc = check_complete(&solo, result, fault);
	if (!rc)
		add_process(&solo, result);
	release(&solo);
	return rc;
}
