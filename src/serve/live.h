/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs that are being measured somewhere, as `benchgate run --live` tells of them. Who comes late
 * gets the events of all that are not over, from the beginning of the oldest.
 */
#ifndef SERVE_LIVE_H
#define SERVE_LIVE_H

#include "base/json.h"
#include "serve/feed.h"

#include <pthread.h>

#define LIVE_MAX_RUNS 64
#define LIVE_MAX_NAMES 20000

/* How many processes of a benchmark are measured. */
struct live_count {
	char *name; /* owned */
	double nr;
};

struct live_run {
	char id[17];
	struct json *begin; /* what it said first; NULL: that was not heard */
	struct json *last;  /* what it said last */
	struct live_counts {
		struct live_count *items;
		size_t nr, alloc;
	} counts;         /* the largest that it said of each */
	uint64_t place;   /* in the feed, of its first event */
	uint64_t told_ns; /* when it said something last, of clock_now_ns */
	uint64_t nr_events;
};

struct live {
	struct feed *feed; /* borrowed */
	pthread_mutex_t lock;
	struct live_run *items;
	size_t nr, alloc;
};

void live_init(struct live *live, struct feed *feed);
void live_release(struct live *live);

/* What a run says, {"event": "begin" | "progress" | "end", ...}, becomes an event. An error: it is
 * none, or there are too many runs. */
int live_tell(struct live *live, const char *id, const struct json *said, const char *author,
	struct error *err);

/* Ends those that have said nothing for long. */
void live_forget(struct live *live);

/* Where a late visitor begins. */
uint64_t live_place(struct live *live);

void live_print(struct live *live, struct json *list);

#endif
