/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What happened, for who listens: a log of server-sent events in memory. A place in it is a number
 * of bytes, which is also the id of the event that ends there, so that a browser that was away goes
 * on where it was. The oldest are forgotten; who needs them is told to load everything again.
 */
#ifndef SERVE_FEED_H
#define SERVE_FEED_H

#include "base/buf.h"

#include <pthread.h>
#include <stdint.h>

#define FEED_MAX_BYTES (8u << 20)

struct feed {
	pthread_mutex_t lock;
	char start[17];  /* of this server: an id of another one says nothing */
	struct buf log;  /* whole events */
	uint64_t before; /* bytes that are forgotten */
};

/* `start` is 16 hex digits that no other server had. */
void feed_init(struct feed *feed, const char *start);
void feed_release(struct feed *feed);

/* The place where the next event begins. */
uint64_t feed_end(struct feed *feed);

/* data is one line. */
void feed_add(struct feed *feed, const char *type, const char *data);

/* The place behind the event of that id, NULL or "" for none; else `otherwise`. Where events were
 * missed, *missed. */
uint64_t feed_place(struct feed *feed, const char *id, uint64_t otherwise, bool *missed);

/* What a stream from that place begins with: its id, for a client that is away before the first
 * event comes. */
void feed_begin(const struct feed *feed, uint64_t place, struct buf *stream);

/* What comes at that place, which moves on; 0: nothing yet. */
size_t feed_read(struct feed *feed, uint64_t *place, char *into, size_t room);

/* What a client that missed events is sent first. */
#define FEED_RELOAD "event: reload\ndata: {}\n\n"

#endif
