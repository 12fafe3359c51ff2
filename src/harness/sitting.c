/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/sitting.h"

#include "base/str.h"
#include "harness/cost.h"
#include "harness/extra.h"
#include "sys/trace.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SETTLED_RATIO 0.01
#define MAX_WINDOW_NS UINT64_C(10000000)
/* Waiting more often than this in a window is the body's own; the kernel makes any process wait
 * now and then. */
#define FEW_WAITS 2
/* The same of other threads' part of the time. */
#define OTHERS_RATIO 0.01
/* A batch of less CPU time was waiting, whoever does not count that. */
#define WAITING_RATIO 0.8
/* A body that does anything at all takes a cycle or two more than an empty loop, which takes one.
 */
#define EMPTY_RATIO 1.5
/* What takes longer is work, however slow the empty loop seems. */
#define EMPTY_NS 1

/* Its row is called by what it measures. */
static void trace_worker(const struct sitting *sitting, const char *role)
{
	struct buf name = BUF_INIT;

	if (!sitting->remote.process.start_ns)
		return;
	buf_adds(&name, sitting->bench->name);
	if (role)
		buf_addf(&name, ", %s", role);
	trace_process(sitting->remote.process.pid, name.data, "process");
	buf_release(&name);
}

static int sitting_begin_with(struct sitting *sitting, const struct bench *bench,
	const struct plan *plan, struct remote_options options, struct fault *fault)
{
	struct message message;

	options.timeout_ns = plan->timeout_ns;
	options.memory_limit = plan->memory_limit;
	options.sandbox = plan->sandbox;
	*sitting = (struct sitting){ .bench = bench, .plan = plan };
	if (remote_start(&sitting->remote, bench->source, options, fault))
		return -1;
	if (options.wanted && sitting->remote.protocol < PROTOCOL_COUNTS)
		return fault_set(fault, RESULT_NOT_MEASURED,
			"it speaks version %u of the worker protocol, and counts need %d: build it again with this benchgate",
			sitting->remote.protocol, PROTOCOL_COUNTS);
	trace_worker(sitting,
		options.counting        ? "counts"
			: options.watch ? "watched"
					: options.side);
	remote_put(&sitting->remote, "bench", bench->called ? bench->called : bench->name,
		number_text(plan->seed).text, number_text(plan->memory_limit != 0).text,
		number_text(options.wanted).text);
	if (remote_expect(&sitting->remote, "ready", &message, fault))
		return -1;
	sitting->clock_ns = message_number(&message, 1);
	trace_event(
		sitting->remote.process.start_ns, sitting->remote.process.pid, "worker", "start");
	return 0;
}

int sitting_begin(struct sitting *sitting, const struct bench *bench, const struct plan *plan,
	const char *side, struct fault *fault)
{
	return sitting_begin_with(
		sitting, bench, plan, (struct remote_options){ .side = side }, fault);
}

int sitting_begin_watched(struct sitting *sitting, const struct bench *bench,
	const struct plan *plan, int watch, struct fault *fault)
{
	return sitting_begin_with(
		sitting, bench, plan, (struct remote_options){ .watch = watch }, fault);
}

int sitting_begin_counting(
	struct sitting *sitting, const struct sitting_counting *counting, struct fault *fault)
{
	return sitting_begin_with(sitting, counting->bench, counting->plan,
		(struct remote_options){ .counting = counting->where, .wanted = counting->wanted },
		fault);
}

static int no_time(const struct message *message, size_t at, const char *what, struct fault *fault)
{
	return fault_set(fault, RESULT_NOT_LOADED,
		"does not keep to the worker protocol: in '%s', %s is '%.40s'; it must be a number of nanoseconds that is not negative",
		message_text(message, 0), what, message_text(message, at));
}

static int check_whole(
	const struct message *message, size_t at, const char *what, struct fault *fault)
{
	uint64_t ns;

	return str_to_u64(message_text(message, at), &ns) ? 0 : no_time(message, at, what, fault);
}

/* Where its window takes no time, warming up would never end. */
static int check_warm(const struct message *message, struct fault *fault)
{
	double rate_ns = message_double(message, 3);

	if (!(rate_ns >= 0 && isfinite(rate_ns)))
		return no_time(message, 3, "NS_PER_ITERATION", fault);
	if (check_whole(message, 4, "ELAPSED_NS", fault))
		return -1;
	if (message_number(message, 4))
		return 0;
	return fault_set(fault, RESULT_NOT_LOADED,
		"the worker says that it warmed up for 0 ns; does its clock stand still?");
}

static uint64_t warmup_of(const struct sitting *sitting, uint64_t usual_ns)
{
	return sitting->plan->warmup_ns ? sitting->plan->warmup_ns : usual_ns;
}

bool sitting_is_warm(const struct sitting *sitting, uint64_t usual_ns)
{
	uint64_t least_ns = warmup_of(sitting, usual_ns);

	return sitting->warmup_ns >= 2 * least_ns ||
		(sitting->settled && sitting->warmup_ns >= least_ns);
}

int sitting_warm(struct sitting *sitting, uint64_t usual_ns, struct fault *fault)
{
	uint64_t half_ns = warmup_of(sitting, usual_ns) / 2;
	uint64_t window_ns = half_ns < MAX_WINDOW_NS ? half_ns : MAX_WINDOW_NS;
	double last_ns = sitting->rate_ns;
	bool first = !sitting->warmup_ns;
	uint64_t start_ns = trace_start();
	struct message message;

	remote_put(&sitting->remote, "warm", number_text(window_ns).text,
		number_text(sitting->plan->batch_ns).text, number_text(sitting->fitting).text);
	if (remote_expect(&sitting->remote, "warm", &message, fault))
		return -1;
	trace_event(start_ns, sitting->remote.process.pid, "worker", "warm up");
	if (check_warm(&message, fault))
		return -1;
	sitting->rate_ns = message_double(&message, 3);
	if (first || sitting->rate_ns < sitting->quickest_ns) {
		sitting->quickest_ns = sitting->rate_ns;
		sitting->fitting = message_number(&message, 1);
	}
	sitting->warmup_ns += message_number(&message, 4);
	sitting->waits |= message_number(&message, 5) > FEW_WAITS;
	sitting->has_others |=
		message_double(&message, 6) > OTHERS_RATIO * message_double(&message, 4);
	sitting->settled = !first && fabs(sitting->rate_ns / last_ns - 1) <= SETTLED_RATIO;
	return 0;
}

void sitting_add_extra(struct sitting *sitting)
{
	double ratio = 1 + (double)sitting->bench->extra_work / EXTRA_MILLION;

	sitting->quickest_ns *= ratio;
	if (sitting->bench->extra_work && sitting->fitting > 1)
		sitting->fitting = (uint64_t)fmax((double)sitting->fitting / ratio, 1);
}

/* A single batch may take less than its clock can show. */
static int check_batches(const struct batches *batches, size_t before, struct fault *fault)
{
	size_t nr = batches->nr - before, nr_empty = 0;

	for (size_t i = before; i < batches->nr; i++)
		nr_empty += !batches->items[i].wall_ns;
	if (!nr)
		return fault_set(fault, RESULT_NOT_LOADED, "the worker timed nothing");
	if (nr_empty <= nr / 2)
		return 0;
	return fault_set(fault, RESULT_NOT_LOADED,
		"the worker says that %zu of %zu batches took 0 ns; does its clock stand still, or is its body empty?",
		nr_empty, nr);
}

/* Workers of protocol 1 do not say how often they waited. */
static struct batch batch_of(const struct message *message, uint64_t iterations)
{
	struct batch batch = { .n = iterations,
		.wall_ns = message_number(message, 1),
		.cpu_ns = message_number(message, 2),
		.nr_switches = message_number(message, 3),
		.nr_waits = message_number(message, 4) };

	if (message->nr <= 4)
		batch.nr_waits = !batch.nr_switches &&
			(double)batch.cpu_ns < WAITING_RATIO * (double)batch.wall_ns;
	return batch;
}

int sitting_time(struct sitting *sitting, struct sitting_order order, struct batches *batches,
	struct fault *fault)
{
	bool same = !order.first || sitting->remote.protocol < 2;
	uint64_t next = same ? order.pace.iterations : order.first;
	size_t before = batches->nr;
	uint64_t start_ns = trace_start();
	struct message message;

	remote_put(&sitting->remote, "time", number_text(order.pace.iterations).text,
		number_text(order.pace.nr_batches).text, number_text(next).text,
		number_text(order.extra).text);
	for (;;) {
		if (remote_next(&sitting->remote, &message, fault))
			return -1;
		if (message_is(&message, "timed"))
			break;
		if (!message_is(&message, "batch"))
			return remote_unexpected(&message, "batch", fault);
		if (check_whole(&message, 1, "WALL_NS", fault))
			return -1;
		*ARRAY_ADD(batches) = batch_of(&message, next);
		next = order.pace.iterations;
	}
	trace_event(start_ns, sitting->remote.process.pid, "worker", "time %zu batches",
		batches->nr - before);
	return check_batches(batches, before, fault);
}

int sitting_singles(
	struct sitting *sitting, uint64_t window_ns, struct histogram *singles, struct fault *fault)
{
	struct histogram window;
	struct message message;
	uint64_t bucket, times, start_ns = trace_start();

	histogram_init(&window);
	remote_put(&sitting->remote, "single", number_text(window_ns).text);
	for (;;) {
		if (remote_next(&sitting->remote, &message, fault))
			return -1;
		if (message_is(&message, "singles"))
			break;
		if (!message_is(&message, "bucket"))
			return remote_unexpected(&message, "bucket", fault);
		if (!str_to_u64(message_text(&message, 1), &bucket) ||
			!str_to_u64(message_text(&message, 2), &times) ||
			!histogram_add_bucket(&window, bucket, times))
			return fault_set(fault, RESULT_NOT_LOADED,
				"does not keep to the worker protocol: bucket '%.40s' with a count of '%.40s'; INDEX must be below %d, and all counts together a 64-bit number",
				message_text(&message, 1), message_text(&message, 2),
				HISTOGRAM_NR_BUCKETS);
	}
	trace_event(start_ns, sitting->remote.process.pid, "worker", "time single calls");
	histogram_set_range(&window, message_number(&message, 2), message_number(&message, 3));
	histogram_merge(singles, &window);
	return 0;
}

static int check_total(const struct message *message, struct fault *fault)
{
	if (isfinite(message_double(message, 2)))
		return 0;
	return fault_set(fault, RESULT_NOT_LOADED,
		"does not keep to the worker protocol: the count of %.40s is '%.40s'; it must be a number",
		message_text(message, 1), message_text(message, 2));
}

int sitting_count(struct sitting *sitting, uint64_t iterations, struct sitting_counted counted,
	struct fault *fault)
{
	struct message message;

	remote_put(&sitting->remote, "count", number_text(iterations).text);
	for (;;) {
		struct sitting_count said;

		if (remote_next(&sitting->remote, &message, fault))
			return -1;
		if (message_is(&message, "counted"))
			return 0;
		said = (struct sitting_count){ message_text(&message, 1),
			message_double(&message, 2), NULL };
		if (message_is(&message, "uncounted"))
			said.reason = message_text(&message, 2);
		else if (!message_is(&message, "count"))
			return remote_unexpected(&message, "count", fault);
		else if (check_total(&message, fault))
			return -1;
		counted.keep(counted.context, &said);
	}
}

double sitting_nine_figures(double value)
{
	char text[32];

	snprintf(text, sizeof text, "%.9g", value);
	return strtod(text, NULL);
}

static double mean_of(const struct sitting *sitting, const struct sitting_times *times)
{
	(void)sitting;
	return cost_mean_ns(times->batches, 0, times->parallel);
}

static double typical_of(const struct sitting *sitting, const struct sitting_times *times)
{
	(void)sitting;
	return cost_typical_ns(times->batches, !times->parallel);
}

static double peak_memory_of(const struct sitting *sitting, const struct sitting_times *times)
{
	uint64_t peak_bytes = sitting->remote.process.peak_bytes;

	(void)times;
	return peak_bytes ? (double)peak_bytes : (double)NAN;
}

/* How each row is read; NULL: a percentile. */
static double (*const readers[NR_BUILTINS])(
	const struct sitting *sitting, const struct sitting_times *times) = {
	[BUILTIN_TIME] = mean_of,
	[BUILTIN_TYPICAL] = typical_of,
	[BUILTIN_PEAK_MEMORY] = peak_memory_of,
};

static double percentile_of(const struct histogram *singles, double quantile)
{
	return singles ? histogram_quantile(singles, quantile) : (double)NAN;
}

struct builtin_values sitting_values(const struct sitting *sitting, struct sitting_times times)
{
	struct builtin_values values = { .has_singles = times.singles };

	for (size_t i = 0; i < NR_BUILTINS; i++)
		values.items[i] = sitting_nine_figures(readers[i]
				? readers[i](sitting, &times)
				: percentile_of(times.singles, builtin_metrics[i].quantile));
	return values;
}

void sitting_add_metrics(
	struct result *result, const struct builtin_values *values, const struct metrics *own)
{
	builtin_add_values(&result->metrics, values);
	for (size_t i = 0; i < own->nr; i++) {
		const struct metric *metric = &own->items[i];

		metrics_add(&result->metrics,
			&(struct metric_kind){ metric->name, metric->unit, metric->more_is_better },
			metric->values.items[0]);
	}
}

/* Does benchgate itself give the benchmark a metric of this name? */
static bool has_builtin(const struct bench *bench, const char *name)
{
	const struct builtin_metric *row = builtin_find(name);

	return row && (row->quantile == 0 || bench->latency);
}

/* A metric of the benchmark's own must not pass for one of ours. */
static int keep_metric(struct sitting *sitting, const struct message *message, struct fault *fault)
{
	struct metric_kind kind = { message_text(message, 1), message_text(message, 3),
		strcmp(message_text(message, 4), "more") == 0 };

	if (has_builtin(sitting->bench, kind.name))
		return fault_set(fault, RESULT_WRONG,
			"bg_metric was given the name '%s', which is benchgate's own", kind.name);
	if (!*kind.name)
		return fault_set(fault, RESULT_WRONG, "bg_metric was given an empty name");
	if (metrics_find(&sitting->own, kind.name))
		return fault_set(
			fault, RESULT_WRONG, "bg_metric was called twice for '%s'", kind.name);
	if (isnan(message_double(message, 2)))
		return fault_set(
			fault, RESULT_WRONG, "bg_metric was given no number for '%s'", kind.name);
	metrics_add(&sitting->own, &kind, message_double(message, 2));
	return 0;
}

int sitting_finish(struct sitting *sitting, struct fault *fault)
{
	struct message message;

	/* Some workers end at once after "stop", and cannot be asked then. */
	process_note_peak(&sitting->remote.process);
	remote_put(&sitting->remote, "stop");
	for (;;) {
		if (remote_next(&sitting->remote, &message, fault))
			return -1;
		if (message_is(&message, "done"))
			break;
		if (!message_is(&message, "metric"))
			return remote_unexpected(&message, "done", fault);
		if (keep_metric(sitting, &message, fault))
			return -1;
	}
	sitting->bytes = fmax(message_double(&message, 1), 0);
	sitting->items = fmax(message_double(&message, 2), 0);
	sitting->empty_ns = message_double(&message, 3);
	return 0;
}

bool sitting_is_empty(const struct sitting *sitting)
{
	return sitting->quickest_ns < EMPTY_NS &&
		sitting->quickest_ns <= EMPTY_RATIO * sitting->empty_ns;
}

int sitting_check_metrics(
	const struct sitting *sitting, const struct metrics *before, size_t nr, struct fault *fault)
{
	const struct metrics *own = &sitting->own;

	for (size_t i = 0; i < own->nr && nr; i++)
		if (!metrics_find(before, own->items[i].name))
			return fault_set(fault, RESULT_WRONG,
				"not all processes have the metric '%s'", own->items[i].name);
	for (size_t i = 0; i < before->nr; i++) {
		const char *name = before->items[i].name;

		if (!has_builtin(sitting->bench, name) && !metrics_find(own, name))
			return fault_set(fault, RESULT_WRONG,
				"not all processes have the metric '%s'", name);
	}
	return 0;
}

void sitting_end(struct sitting *sitting)
{
	/* One that was never begun has no descriptors to close. */
	if (sitting->plan)
		remote_end(&sitting->remote);
}

void sitting_release(struct sitting *sitting)
{
	metrics_release(&sitting->own);
}
