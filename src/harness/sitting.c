/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/sitting.h"

#include <math.h>
#include <string.h>

#define SETTLED_RATIO 0.01

const struct percentile sitting_percentiles[SITTING_NR_PERCENTILES] = { { "p50", .5 },
	{ "p90", .9 }, { "p95", .95 }, { "p99", .99 }, { "p99.9", .999 }, { "max", 1 } };

int sitting_begin(struct sitting *sitting, const struct bench *bench, const struct plan *plan,
	struct fault *fault)
{
	struct message message;
	struct remote_options options = { .timeout_ns = plan->timeout_ns,
		.memory_limit = plan->memory_limit };

	*sitting = (struct sitting){ .bench = bench, .plan = plan };
	if (remote_start(&sitting->remote, bench->source, options, fault))
		return -1;
	remote_put(&sitting->remote, "bench", bench->name, number_text(plan->seed).text,
		number_text(plan->memory_limit != 0).text);
	if (remote_expect(&sitting->remote, "ready", &message, fault))
		return -1;
	sitting->clock_ns = message_number(&message, 1);
	return 0;
}

int sitting_warm(struct sitting *sitting, uint64_t window_ns, struct fault *fault)
{
	double last_ns = sitting->rate_ns;
	bool first = !sitting->warmup_ns;
	struct message message;

	remote_put(&sitting->remote, "warm", number_text(window_ns).text,
		number_text(sitting->plan->batch_ns).text, number_text(sitting->fitting).text);
	if (remote_expect(&sitting->remote, "warm", &message, fault))
		return -1;
	sitting->rate_ns = message_double(&message, 3);
	if (first || sitting->rate_ns < sitting->quickest_ns) {
		sitting->quickest_ns = sitting->rate_ns;
		sitting->fitting = message_number(&message, 1);
	}
	sitting->warmup_ns += message_number(&message, 4);
	sitting->settled = !first && fabs(sitting->rate_ns / last_ns - 1) <= SETTLED_RATIO;
	return 0;
}

int sitting_time(
	struct sitting *sitting, struct pace pace, struct batches *batches, struct fault *fault)
{
	size_t before = batches->nr;
	struct message message;

	remote_put(&sitting->remote, "time", number_text(pace.iterations).text,
		number_text(pace.nr_batches).text);
	for (;;) {
		if (remote_next(&sitting->remote, &message, fault))
			return -1;
		if (message_is(&message, "timed"))
			break;
		if (!message_is(&message, "batch"))
			return remote_unexpected(&message, "batch", fault);
		*ARRAY_ADD(batches) = (struct batch){ .n = pace.iterations,
			.wall_ns = message_number(&message, 1),
			.cpu_ns = message_number(&message, 2),
			.nr_switches = message_number(&message, 3) };
	}
	if (batches->nr == before)
		return fault_set(fault, RESULT_NOT_LOADED, "the worker timed nothing");
	return 0;
}

bool sitting_is_ours(const struct bench *bench, const char *name)
{
	if (strcmp(name, "time") == 0)
		return true;
	for (size_t i = 0; i < SITTING_NR_PERCENTILES && bench->latency; i++)
		if (strcmp(sitting_percentiles[i].name, name) == 0)
			return true;
	return false;
}

/* A metric of the benchmark's own must not pass for one of ours. */
static int keep_metric(struct sitting *sitting, const struct message *message, struct fault *fault)
{
	struct metric_kind kind = { message_text(message, 1), message_text(message, 3),
		strcmp(message_text(message, 4), "more") == 0 };

	if (sitting_is_ours(sitting->bench, kind.name))
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
	return 0;
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

		if (!sitting_is_ours(sitting->bench, name) && !metrics_find(own, name))
			return fault_set(fault, RESULT_WRONG,
				"not all processes have the metric '%s'", name);
	}
	return 0;
}

void sitting_end(struct sitting *sitting)
{
	/* One that was never begun has no descriptors to close. */
	if (sitting->plan)
		sitting->peak_bytes = remote_end(&sitting->remote);
}

void sitting_release(struct sitting *sitting)
{
	metrics_release(&sitting->own);
}
