/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "serve/feed.h"

#include "base/str.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void feed_init(struct feed *feed, const char *start)
{
	*feed = (struct feed){ .log = BUF_INIT };
	pthread_mutex_init(&feed->lock, NULL);
	snprintf(feed->start, sizeof feed->start, "%s", start);
}

void feed_release(struct feed *feed)
{
	pthread_mutex_destroy(&feed->lock);
	buf_release(&feed->log);
}

uint64_t feed_end(struct feed *feed)
{
	uint64_t end;

	pthread_mutex_lock(&feed->lock);
	end = feed->before + feed->log.len;
	pthread_mutex_unlock(&feed->lock);
	return end;
}

/* Half at once, so that it is not moved with each event. */
static void forget_oldest(struct feed *feed)
{
	const char *end;
	size_t len;

	if (feed->log.len <= FEED_MAX_BYTES)
		return;
	end = strstr(feed->log.data + FEED_MAX_BYTES / 2, "\n\n");
	len = end ? (size_t)(end + 2 - feed->log.data) : feed->log.len;
	buf_drop(&feed->log, len);
	feed->before += len;
}

/* The id stands at the end and tells where that is: first its own length must be known. */
static void add_event_id(struct feed *feed)
{
	uint64_t end = feed->before + feed->log.len;
	char line[64];
	int len = 0;

	for (int before = -1; before != len;) {
		before = len;
		len = snprintf(line, sizeof line, "id: %s-%" PRIu64 "\n\n", feed->start,
			end + (uint64_t)len);
	}
	buf_adds(&feed->log, line);
}

void feed_add(struct feed *feed, const char *type, const char *data)
{
	size_t len = strcspn(data, "\r\n");

	pthread_mutex_lock(&feed->lock);
	buf_addf(&feed->log, "event: %s\ndata: ", type);
	buf_add(&feed->log, data, len);
	buf_addc(&feed->log, '\n');
	add_event_id(feed);
	forget_oldest(feed);
	pthread_mutex_unlock(&feed->lock);
}

static bool is_boundary(const struct feed *feed, uint64_t place)
{
	size_t at;

	if (place < feed->before || place > feed->before + feed->log.len)
		return false;
	at = (size_t)(place - feed->before);
	return !at || (at >= 2 && memcmp(feed->log.data + at - 2, "\n\n", 2) == 0);
}

uint64_t feed_place(struct feed *feed, const char *id, uint64_t otherwise, bool *missed)
{
	size_t len = strlen(feed->start);
	uint64_t place;

	*missed = false;
	if (!id || !*id)
		return otherwise;
	pthread_mutex_lock(&feed->lock);
	if (!str_starts(id, feed->start) || id[len] != '-' || !str_to_u64(id + len + 1, &place) ||
		!is_boundary(feed, place)) {
		*missed = true;
		place = otherwise;
	}
	pthread_mutex_unlock(&feed->lock);
	return place;
}

void feed_begin(const struct feed *feed, uint64_t place, struct buf *stream)
{
	buf_addf(stream, "retry: 2000\nid: %s-%" PRIu64 "\n\n", feed->start, place);
}

static size_t read_log(const struct feed *feed, uint64_t *place, char *into, size_t room)
{
	size_t at, nr;

	/* Too slow: what it was about to get is forgotten. */
	if (*place < feed->before) {
		*place = feed->before;
		nr = strlen(FEED_RELOAD);
		memcpy(into, FEED_RELOAD, nr);
		return nr;
	}
	at = (size_t)(*place - feed->before);
	nr = at < feed->log.len ? feed->log.len - at : 0;
	if (nr > room)
		nr = room;
	memcpy(into, feed->log.data + at, nr);
	*place += nr;
	return nr;
}

size_t feed_read(struct feed *feed, uint64_t *place, char *into, size_t room)
{
	size_t nr = 0;

	pthread_mutex_lock(&feed->lock);
	if (room >= strlen(FEED_RELOAD))
		nr = read_log(feed, place, into, room);
	pthread_mutex_unlock(&feed->lock);
	return nr;
}
