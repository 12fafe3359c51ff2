/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/orders.h"

#include "harness/extra.h"
#include "stats/summary.h"
#include "sys/clock.h"
#include "sys/file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* While a batch is too short to tell how fast the code is, the next is longer by this much. */
#define MAX_GROWTH 10

void orders_init(struct orders *orders, struct channel *channel, uint64_t clock_ns)
{
	*orders = (struct orders){ .channel = channel, .n = 1, .clock_ns = clock_ns };
	orders->singles = mem_alloc(1, sizeof *orders->singles);
}

void orders_release(struct orders *orders)
{
	ARRAY_RELEASE(&orders->done);
	ARRAY_RELEASE(&orders->rates);
	free(orders->singles);
}

/* The parent is gone: there is nobody to measure for. */
static void abandoned(void)
{
	_Exit(WORKER_ABANDONED);
}

static void orders_say(struct orders *orders, const char *const fields[], size_t nr)
{
	if (channel_send(orders->channel, fields, nr))
		abandoned();
}

#define SAY(orders, ...) \
	orders_say((orders), (const char *const[]){ __VA_ARGS__ }, \
		sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

static uint64_t orders_whole(double iterations)
{
	return iterations < 1.5 ? 1 : (uint64_t)fmin(iterations + 0.5, 1e18);
}

/* How many iterations make a batch of batch_ns, when n of them took wall_ns. */
static uint64_t fitted(uint64_t n, uint64_t wall_ns, uint64_t batch_ns)
{
	if (wall_ns * MAX_GROWTH <= batch_ns)
		return n * MAX_GROWTH;
	return orders_whole((double)n * (double)batch_ns / (double)wall_ns);
}

/* Ended threads count, too. */
static uint64_t cpu_of_others_ns(void)
{
	uint64_t all_ns = clock_usage().cpu_ns, own_ns = clock_thread_cpu_ns();

	return all_ns > own_ns ? all_ns - own_ns : 0;
}

static void end_warm(struct orders *orders, uint64_t elapsed_ns)
{
	double rate_ns = median_of(orders->rates.items, orders->rates.nr);
	uint64_t others_ns = cpu_of_others_ns();

	/* Not from the last batch: one that was preempted is the likeliest to end the window. */
	if (rate_ns > 0)
		orders->n = orders_whole((double)orders->batch_ns / rate_ns);
	SAY(orders, "warm", number_text(orders->n).text, number_text(orders->rates.nr).text,
		double_text(rate_ns).text, number_text(elapsed_ns).text,
		number_text(orders->nr_waits).text,
		number_text(others_ns > orders->others_ns ? others_ns - orders->others_ns : 0)
			.text);
	orders->rates.nr = 0;
	orders->kind = ORDER_NONE;
}

static void take_warm(struct orders *orders, const struct batch *done)
{
	uint64_t elapsed_ns = clock_now_ns() - orders->start_ns;

	*ARRAY_ADD(&orders->rates) = (double)done->wall_ns / (double)done->n;
	orders->nr_waits += done->nr_waits;
	orders->n = fitted(done->n, done->wall_ns, orders->batch_ns);
	if (elapsed_ns >= orders->window_ns)
		end_warm(orders, elapsed_ns);
}

static void end_time(struct orders *orders)
{
	static const char *const timed[] = { "timed" };
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < orders->done.nr; i++) {
		const struct batch *batch = &orders->done.items[i];
		const char *const fields[] = { "batch", number_text(batch->wall_ns).text,
			number_text(batch->cpu_ns).text, number_text(batch->nr_switches).text,
			number_text(batch->nr_waits).text };

		message_add(&out, fields, sizeof fields / sizeof *fields);
	}
	message_add(&out, timed, 1);
	/* All at once: who waits for it is woken once. */
	if (file_write_fd(orders->channel->fd, out.data, out.len))
		abandoned();
	buf_release(&out);
	orders->kind = ORDER_NONE;
}

static void take_time(struct orders *orders, const struct batch *done)
{
	*ARRAY_ADD(&orders->done) = *done;
	orders->n =
		orders->rest_n + extra_of_batch(orders->extra, orders->done.nr, orders->nr_wanted);
	if (orders->done.nr == orders->nr_wanted)
		end_time(orders);
}

static void end_single(struct orders *orders)
{
	uint64_t times;

	for (size_t bucket = 0; histogram_next(orders->singles, &bucket, &times); bucket++)
		SAY(orders, "bucket", number_text(bucket).text, number_text(times).text);
	SAY(orders, "singles", number_text(orders->singles->count).text,
		number_text(orders->singles->min).text, number_text(orders->singles->max).text);
	orders->kind = ORDER_NONE;
}

static void take_single(struct orders *orders, const struct batch *done)
{
	histogram_add(orders->singles, done->wall_ns);
	if (clock_now_ns() - orders->start_ns >= orders->window_ns)
		end_single(orders);
}

static void say_count(void *context, enum counted id, double total, const char *why)
{
	struct orders *orders = context;
	const char *name = counted_metrics[id].kind.name;

	if (why)
		SAY(orders, "uncounted", name, why);
	else
		SAY(orders, "count", name, double_text(total).text);
}

static void take_count(struct orders *orders, const struct batch *done)
{
	counters_each(orders->counters, done->n, say_count, orders);
	SAY(orders, "counted", number_text(done->n).text);
	orders->kind = ORDER_NONE;
}

void orders_around(void *context, bool begins)
{
	struct orders *orders = context;

	if (orders->kind != ORDER_COUNT)
		return;
	if (begins)
		counters_begin(orders->counters);
	else
		counters_end(orders->counters);
}

static void begin_warm(struct orders *orders, const struct message *order)
{
	orders->window_ns = message_number(order, 1);
	orders->batch_ns = message_number(order, 2);
	if (message_number(order, 3))
		orders->n = message_number(order, 3);
	orders->nr_waits = 0;
	orders->others_ns = cpu_of_others_ns();
	orders->start_ns = clock_now_ns();
}

static void begin_time(struct orders *orders, const struct message *order)
{
	orders->rest_n = message_number(order, 1);
	orders->nr_wanted = message_number(order, 2);
	if (!orders->rest_n)
		orders->rest_n = 1;
	orders->n = message_number(order, 3) ? message_number(order, 3) : orders->rest_n;
	if (!orders->nr_wanted || orders->nr_wanted > ORDERS_MAX_BATCHES)
		orders->nr_wanted = 1;
	orders->extra = message_number(order, 4);
	orders->n += extra_of_batch(orders->extra, 0, orders->nr_wanted);
	/* Memory is touched now, not between two batches. */
	orders->done.items =
		mem_resize(orders->done.items, orders->nr_wanted, sizeof *orders->done.items);
	memset(orders->done.items, 0xff, orders->nr_wanted * sizeof *orders->done.items);
	orders->done.alloc = orders->nr_wanted;
	orders->done.nr = 0;
}

static void begin_single(struct orders *orders, const struct message *order)
{
	orders->window_ns = message_number(order, 1);
	orders->n = 1;
	histogram_init(orders->singles);
	orders->start_ns = clock_now_ns();
}

static void begin_count(struct orders *orders, const struct message *order)
{
	uint64_t n = message_number(order, 1);

	orders->n = n ? n : 1;
}

static void begin_stop(struct orders *orders, const struct message *order)
{
	(void)order;
	orders->n = 0;
}

static const struct {
	const char *word;
	void (*begin)(struct orders *orders, const struct message *order);
	void (*take)(struct orders *orders, const struct batch *done);
} kinds[] = {
	[ORDER_WARM] = { "warm", begin_warm, take_warm },
	[ORDER_TIME] = { "time", begin_time, take_time },
	[ORDER_SINGLE] = { "single", begin_single, take_single },
	[ORDER_COUNT] = { "count", begin_count, take_count },
	[ORDER_STOP] = { "stop", begin_stop, NULL },
};

static void read_order(struct orders *orders)
{
	struct message order;

	while (!channel_next(orders->channel, &order))
		if (channel_read(orders->channel) <= 0)
			abandoned();
	for (size_t i = ORDER_WARM; i <= ORDER_STOP; i++) {
		if (!message_is(&order, kinds[i].word))
			continue;
		orders->kind = (enum order)i;
		kinds[i].begin(orders, &order);
		return;
	}
	SAY(orders, "error", "unknown order", message_text(&order, 0));
}

uint64_t orders_next(void *context, const struct batch *done)
{
	struct orders *orders = context;

	if (!orders->ready) {
		orders->ready = true;
		SAY(orders, "ready", number_text(orders->clock_ns).text);
	}
	if (done && kinds[orders->kind].take)
		kinds[orders->kind].take(orders, done);
	while (orders->kind == ORDER_NONE)
		read_order(orders);
	return orders->n;
}

void orders_metric(void *context, const struct metric_kind *kind, double value)
{
	struct orders *orders = context;

	SAY(orders, "metric", kind->name, double_text(value).text, kind->unit,
		kind->more_is_better ? "more" : "less");
}
