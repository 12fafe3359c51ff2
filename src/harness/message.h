/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The worker protocol's spelling: a message is a line, its fields are separated by tabs, the first
 * is its word. In a field, backslash, tab and newline are written \\, \t and \n. What the words
 * mean stands in `benchgate help protocol` (src/cmd/topics/protocol.txt).
 */
#ifndef HARNESS_MESSAGE_H
#define HARNESS_MESSAGE_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/* Versions of the protocol that we speak. The two sides settle on the newest that both do. */
#define PROTOCOL_OLDEST 1
#define PROTOCOL_NEWEST 4
/* The first version whose workers can run iterations that do not count. */
#define PROTOCOL_EXTRA 3
/* The same of those that can count. */
#define PROTOCOL_COUNTS 4

/* What a worker exits with when nobody is at the other end any more. */
#define WORKER_ABANDONED 75

#define MESSAGE_MAX_FIELDS 12
#define MESSAGE_MAX_BYTES 65536
#define CHANNEL_CHUNK 16384 /* read at once */

struct message {
	char *fields[MESSAGE_MAX_FIELDS]; /* point into the parsed line; [0] is the word */
	size_t nr;
};

/* A stream of messages over one descriptor. */
struct channel {
	int fd;
	struct buf in;   /* read, not yet parsed */
	struct buf line; /* the line that the last message points into */
	int failed;      /* the errno of a message that could not be sent; 0: none */
};

#define CHANNEL_INIT(descriptor) \
	{ \
		(descriptor), BUF_INIT_MAX(MESSAGE_MAX_BYTES + CHANNEL_CHUNK), BUF_INIT, 0 \
	}

void channel_release(struct channel *channel);

/* Sends the fields as one message; each is text. */
int channel_send(struct channel *channel, const char *const fields[], size_t nr);
/* channel_put(channel, "word", "field", ...) */
#define channel_put(channel, ...) \
	channel_send((channel), (const char *const[]){ __VA_ARGS__ }, \
		sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

/* Appends one message to out, as channel_send would send it. */
void message_add(struct buf *out, const char *const fields[], size_t nr);

/* Takes the next message of what was read; false when no line is complete. It holds until the next
 * call. */
bool channel_next(struct channel *channel, struct message *message);
/* Reads once. 1: something, 0: the other side is gone, -1: a line without end. */
int channel_read(struct channel *channel);

bool message_is(const struct message *message, const char *word);
/* "", 0 or NaN when there is no such field, or it is no number. */
const char *message_text(const struct message *message, size_t at);
uint64_t message_number(const struct message *message, size_t at);
double message_double(const struct message *message, size_t at);

/* Numbers as fields: a text on the caller's stack. */
struct number_text {
	char text[32];
};
struct number_text number_text(uint64_t value);
struct number_text double_text(double value);

#endif
