/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/worker.h"

#include "base/version.h"
#include "harness/guard.h"
#include "harness/orders.h"
#include "suite/native.h"
#include "sys/clock.h"
#include "sys/dynlib.h"

#include <string.h>

struct worker {
	struct channel channel;
	struct native native;
};

static void serve_hello(struct worker *worker, const struct message *asked)
{
	uint64_t oldest = message_number(asked, 1), newest = message_number(asked, 2);
	uint64_t ours = newest < PROTOCOL_NEWEST ? newest : PROTOCOL_NEWEST;

	if (ours < oldest || ours < PROTOCOL_OLDEST)
		channel_put(&worker->channel, "error", "no common version of the worker protocol");
	else
		channel_put(&worker->channel, "hello", number_text(ours).text, BENCHGATE_VERSION);
}

/* "libm.so.6 1a2b3c4d5e6f", one message each; the program itself has no name and the kernel's page
 * is none. */
static void send_library(void *context, const char *path, const char *build_id)
{
	struct worker *worker = context;
	const char *slash = strrchr(path, '/');

	if (slash)
		channel_put(&worker->channel, "library", slash + 1, build_id);
}

static void serve_suite(struct worker *worker, const struct message *asked)
{
	struct error err = ERROR_INIT;

	if (native_load(&worker->native, message_text(asked, 1), &err)) {
		channel_put(&worker->channel, "error", err.text);
		return;
	}
	if (message_number(asked, 2))
		dynlib_each(send_library, worker);
	channel_put(&worker->channel, "suite", worker->native.suite->compiler,
		number_text(worker->native.suite->build).text);
}

/* Where the benchmark's code is in its file; 0 when that is not known. */
static uint64_t body_place(const struct native_case *item)
{
	uint64_t offset = 0;

	dynlib_place((dynlib_function *)item->bench->body, &offset);
	return offset;
}

static void serve_list(struct worker *worker, const struct message *asked)
{
	struct buf name = BUF_INIT;
	struct error err = ERROR_INIT;

	(void)asked;
	if (native_check_names(&worker->native, &err)) {
		channel_put(&worker->channel, "error", err.text);
		return;
	}
	for (size_t i = 0; i < worker->native.nr; i++) {
		const struct native_case *item = &worker->native.items[i];

		buf_clear(&name);
		native_name(item, &name);
		channel_put(&worker->channel, "bench", name.data, item->options.tier,
			item->options.about, item->bench->file, number_text(item->bench->line).text,
			number_text(item->nr_threads).text, number_text(item->options.latency).text,
			number_text(body_place(item)).text,
			number_text(item->options.exclusive).text);
	}
	channel_put(&worker->channel, "listed");
	buf_release(&name);
}

static void serve_bench(struct worker *worker, const struct message *asked)
{
	const struct native_case *item = native_find(&worker->native, message_text(asked, 1));
	uint64_t clock_ns = clock_cost_ns();
	unsigned wanted = (unsigned)message_number(asked, 4);
	struct counters counters;
	struct orders orders;
	struct pacer pacer = { orders_next, orders_metric, &orders, wanted ? orders_around : NULL };
	struct loop_end end;

	if (!item) {
		channel_put(&worker->channel, "error", "no such benchmark", message_text(asked, 1));
		return;
	}
	if (message_number(asked, 3))
		guard_memory(worker->channel.fd);
	counters_open(&counters, wanted);
	orders_init(&orders, &worker->channel, clock_ns);
	orders.counters = &counters;
	end = loop_run(item, &pacer, message_number(asked, 2), clock_ns);
	if (end.fault.word)
		channel_put(&worker->channel, "wrong", end.fault.reason);
	channel_put(&worker->channel, "done", double_text(end.bytes).text,
		double_text(end.items).text, double_text(loop_empty_ns()).text);
	orders_release(&orders);
	counters_close(&counters);
}

static const struct {
	const char *word;
	void (*serve)(struct worker *worker, const struct message *asked);
} served[] = {
	{ "hello", serve_hello },
	{ "suite", serve_suite },
	{ "list", serve_list },
	{ "bench", serve_bench },
};

static void worker_serve_one(struct worker *worker, const struct message *asked)
{
	for (size_t i = 0; i < sizeof served / sizeof *served; i++) {
		if (message_is(asked, served[i].word)) {
			served[i].serve(worker, asked);
			return;
		}
	}
	channel_put(&worker->channel, "error", "unknown request", message_text(asked, 0));
}

void worker_serve(int fd)
{
	struct worker worker = { CHANNEL_INIT(fd), NATIVE_INIT };
	struct message asked;

	do
		while (channel_next(&worker.channel, &asked))
			worker_serve_one(&worker, &asked);
	while (channel_read(&worker.channel) > 0);
	native_release(&worker.native);
	channel_release(&worker.channel);
}
