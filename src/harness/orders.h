/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The worker's pacer: turns the orders that come over the channel (warm, time, single, count, stop)
 * into batches, and answers each when it is done. Nothing is sent or allocated while batches are
 * being timed.
 */
#ifndef HARNESS_ORDERS_H
#define HARNESS_ORDERS_H

#include "harness/counters.h"
#include "harness/loop.h"
#include "harness/message.h"
#include "stats/histogram.h"

enum order {
	ORDER_NONE,
	ORDER_WARM,
	ORDER_TIME,
	ORDER_SINGLE,
	ORDER_COUNT,
	ORDER_STOP,
};

struct orders {
	struct channel *channel;
	enum order kind;
	uint64_t n;         /* iterations of the next batch */
	uint64_t batch_ns;  /* ORDER_WARM: what a batch shall take */
	uint64_t start_ns;  /* ORDER_WARM, ORDER_SINGLE: when the window began */
	uint64_t window_ns; /* and how long it lasts */
	uint64_t nr_waits;  /* ORDER_WARM: the body's, in the window */
	uint64_t others_ns; /* ORDER_WARM: CPU time of other threads than the loop's first so far */
	uint64_t nr_wanted; /* ORDER_TIME: batches */
	uint64_t rest_n;    /* ORDER_TIME: iterations of those behind the first */
	uint64_t extra;     /* ORDER_TIME: iterations to run besides, in all */
	struct batches done;
	struct doubles rates; /* ORDER_WARM: time per iteration of each batch, ns */
	struct histogram *singles;
	struct counters *counters; /* ORDER_COUNT: borrowed */
	uint64_t clock_ns;
	bool ready; /* the first call has come */
};

/* The biggest number of batches that one order may ask for. */
#define ORDERS_MAX_BATCHES 1000000

void orders_init(struct orders *orders, struct channel *channel, uint64_t clock_ns);
void orders_release(struct orders *orders);

/* Fits struct pacer, with the orders as its context. */
uint64_t orders_next(void *context, const struct batch *done);
void orders_around(void *context, bool begins);
void orders_metric(void *context, const struct metric_kind *kind, double value);

#endif
