/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "serve/live.h"

#include "base/array.h"
#include "base/str.h"
#include "sys/clock.h"

#include <stdio.h>
#include <string.h>

#define SILENCE_NS UINT64_C(600000000000)
#define ID_DIGITS 16

static const char *const events[] = { "begin", "progress", "end", NULL };

void live_init(struct live *live, struct feed *feed)
{
	*live = (struct live){ .feed = feed };
	pthread_mutex_init(&live->lock, NULL);
}

void live_release(struct live *live)
{
	for (size_t i = 0; i < live->nr; i++)
		json_free(live->items[i].last);
	ARRAY_RELEASE(live);
	pthread_mutex_destroy(&live->lock);
}

static struct live_run *live_run_of(struct live *live, const char *id)
{
	for (size_t i = 0; i < live->nr; i++)
		if (strcmp(live->items[i].id, id) == 0)
			return &live->items[i];
	return NULL;
}

static void remove_run(struct live *live, struct live_run *run)
{
	json_free(run->last);
	*run = live->items[--live->nr];
}

static void add_event(
	struct feed *feed, const char *id, const struct json *said, const char *author)
{
	struct json *event = json_new_object();
	struct buf line = BUF_INIT;

	json_add_text(event, "run", id);
	json_add_text(event, "author", author);
	json_add_copy(event, "said", said);
	json_print_line(event, &line);
	feed_add(feed, "live", line.data);
	buf_release(&line);
	json_free(event);
}

static const char *event_of(const struct json *said, struct error *err)
{
	const struct json *event = json_get(said, "event");

	for (size_t i = 0; event && json_type(event) == JSON_TEXT && events[i]; i++)
		if (strcmp(json_text(event), events[i]) == 0)
			return events[i];
	error_set(err, ERR_USAGE, "\"event\" is begin, progress or end");
	return NULL;
}

static struct live_run *begin_run(struct live *live, const char *id)
{
	struct live_run *run;

	if (live->nr >= LIVE_MAX_RUNS)
		return NULL;
	run = ARRAY_ADD(live);
	*run = (struct live_run){ .place = feed_end(live->feed) };
	snprintf(run->id, sizeof run->id, "%s", id);
	return run;
}

static int tell_locked(struct live *live, const char *id, const struct json *said,
	const char *author, struct error *err)
{
	const char *event = event_of(said, err);
	struct live_run *run = live_run_of(live, id);

	if (!event)
		return -1;
	if (!run)
		run = begin_run(live, id);
	if (!run)
		return error_set(err, ERR_USAGE, "%d runs are live already", LIVE_MAX_RUNS);
	json_free(run->last);
	run->last = json_new_object();
	json_copy_members(run->last, said);
	run->told_ns = clock_now_ns();
	run->nr_events++;
	add_event(live->feed, id, said, author);
	if (strcmp(event, "end") == 0)
		remove_run(live, run);
	return 0;
}

int live_tell(struct live *live, const char *id, const struct json *said, const char *author,
	struct error *err)
{
	int rc;

	if (strlen(id) != ID_DIGITS || strspn(id, "0123456789abcdef") != ID_DIGITS)
		return error_set(err, ERR_USAGE, "a run's id has 16 hexadecimal digits");
	pthread_mutex_lock(&live->lock);
	rc = tell_locked(live, id, said, author, err);
	pthread_mutex_unlock(&live->lock);
	return rc;
}

void live_forget(struct live *live)
{
	struct json *lost = json_new_object();

	json_add_text(lost, "event", "end");
	json_add_text(lost, "status", "lost");
	pthread_mutex_lock(&live->lock);
	for (size_t i = live->nr; i--;)
		if (clock_now_ns() - live->items[i].told_ns > SILENCE_NS) {
			add_event(live->feed, live->items[i].id, lost, NULL);
			remove_run(live, &live->items[i]);
		}
	pthread_mutex_unlock(&live->lock);
	json_free(lost);
}

uint64_t live_place(struct live *live)
{
	uint64_t place = feed_end(live->feed);

	pthread_mutex_lock(&live->lock);
	for (size_t i = 0; i < live->nr; i++)
		if (live->items[i].place < place)
			place = live->items[i].place;
	pthread_mutex_unlock(&live->lock);
	return place;
}

void live_print(struct live *live, struct json *list)
{
	pthread_mutex_lock(&live->lock);
	for (size_t i = 0; i < live->nr; i++) {
		struct json *item = json_add_object(list, NULL);

		json_add_text(item, "run", live->items[i].id);
		json_add_number(item, "events", (double)live->items[i].nr_events);
		json_add_copy(item, "said", live->items[i].last);
	}
	pthread_mutex_unlock(&live->lock);
}
