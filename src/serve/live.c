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

static struct live_run *live_run_of(struct live *live, const char *id)
{
	for (size_t i = 0; i < live->nr; i++)
		if (strcmp(live->items[i].id, id) == 0)
			return &live->items[i];
	return NULL;
}

static void release_run(struct live_run *run)
{
	for (size_t i = 0; i < run->counts.nr; i++)
		free(run->counts.items[i].name);
	ARRAY_RELEASE(&run->counts);
	json_free(run->begin);
	json_free(run->last);
}

static void remove_run(struct live *live, struct live_run *run)
{
	release_run(run);
	*run = live->items[--live->nr];
}

void live_release(struct live *live)
{
	for (size_t i = 0; i < live->nr; i++)
		release_run(&live->items[i]);
	ARRAY_RELEASE(live);
	pthread_mutex_destroy(&live->lock);
}

static void keep_copy(struct json **into, const struct json *said)
{
	json_free(*into);
	*into = json_new_object();
	json_copy_members(*into, said);
}

static struct live_count *live_count_of(struct live_counts *counts, const char *name)
{
	for (size_t i = 0; i < counts->nr; i++)
		if (strcmp(counts->items[i].name, name) == 0)
			return &counts->items[i];
	if (counts->nr >= LIVE_MAX_NAMES)
		return NULL;
	*ARRAY_ADD(counts) = (struct live_count){ .name = str_dup(name) };
	return &counts->items[counts->nr - 1];
}

/* "measured": {"a benchmark": 3} */
static void live_keep_counts(struct live_run *run, const struct json *said)
{
	const struct json *measured = json_get(said, "measured");

	if (!measured || json_type(measured) != JSON_OBJECT)
		return;
	for (const struct json *at = json_first(measured); at; at = json_next(at)) {
		struct live_count *count = json_type(at) == JSON_NUMBER
			? live_count_of(&run->counts, json_name(at))
			: NULL;

		if (count && json_number(at) > count->nr)
			count->nr = json_number(at);
	}
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
	keep_copy(strcmp(event, "begin") == 0 ? &run->begin : &run->last, said);
	live_keep_counts(run, said);
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

static void print_run(const struct live_run *run, struct json *to)
{
	struct json *measured;

	json_add_text(to, "run", run->id);
	json_add_number(to, "events", (double)run->nr_events);
	if (run->begin)
		json_add_copy(to, "begin", run->begin);
	if (run->last)
		json_add_copy(to, "said", run->last);
	measured = json_add_object(to, "measured");
	for (size_t i = 0; i < run->counts.nr; i++)
		json_add_number(measured, run->counts.items[i].name, run->counts.items[i].nr);
}

void live_print(struct live *live, struct json *list)
{
	pthread_mutex_lock(&live->lock);
	for (size_t i = 0; i < live->nr; i++)
		print_run(&live->items[i], json_add_object(list, NULL));
	pthread_mutex_unlock(&live->lock);
}
