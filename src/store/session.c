/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/session.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static size_t count_finite(const double *values, size_t nr)
{
	size_t found = 0;

	for (size_t i = 0; i < nr; i++)
		found += isfinite(values[i]) != 0;
	return found;
}

/* Makes room for nr values before the one at `at`. */
static double *open_values(struct doubles *values, size_t at, size_t nr)
{
	size_t behind = values->nr - at;

	values->nr += nr;
	if (values->nr > values->alloc) {
		values->alloc = values->nr > 2 * values->alloc ? values->nr : 2 * values->alloc;
		values->items = mem_resize(values->items, values->alloc, sizeof *values->items);
	}
	memmove(values->items + at + nr, values->items + at, behind * sizeof *values->items);
	return values->items + at;
}

static struct session *open_session(struct sessions *sessions, size_t at)
{
	size_t behind = sessions->nr - at;

	/* Most baselines have one session of each metric: room for eight would be most of them. */
	if (!sessions->alloc) {
		sessions->alloc = 1;
		sessions->items = mem_alloc(1, sizeof *sessions->items);
	}
	ARRAY_ADD(sessions);
	memmove(sessions->items + at + 1, sessions->items + at, behind * sizeof *sessions->items);
	return sessions->items + at;
}

/* Returns where its values begin. */
static size_t insert_session(
	struct metric *metric, const char *timestamp, size_t nr_values, struct digest digest)
{
	size_t at = metric->sessions.nr, first = metric->values.nr;
	struct session *session;

	while (at && strcmp(metric->sessions.items[at - 1].timestamp, timestamp) > 0)
		first -= metric->sessions.items[--at].nr_values;
	session = open_session(&metric->sessions, at);
	*session = (struct session){ .nr_values = nr_values, .digest = digest };
	snprintf(session->timestamp, sizeof session->timestamp, "%s", timestamp);
	metric->digest = metric->sessions.items[metric->sessions.nr - 1].digest;
	return first;
}

void session_insert(struct metric *metric, const char *timestamp, const double *values, size_t nr)
{
	size_t nr_values = count_finite(values, nr);
	double *to;

	if (!nr_values)
		return;
	to = open_values(&metric->values,
		insert_session(metric, timestamp, nr_values, (struct digest){ 0 }), nr_values);
	for (size_t i = 0; i < nr; i++)
		if (isfinite(values[i]))
			*to++ = values[i];
}

void session_insert_digest(struct metric *metric, const char *timestamp, struct digest digest)
{
	insert_session(metric, timestamp, 0, digest);
}

void session_insert_of_run(struct metric *metric, const char *timestamp, const struct metric *from)
{
	/* What has one value has no standard deviation. */
	if (from->digest.nr == 1)
		session_insert(metric, timestamp, &from->digest.mean, 1);
	else if (from->digest.nr)
		session_insert_digest(metric, timestamp, from->digest);
	else
		session_insert(metric, timestamp, from->values.items, from->values.nr);
}

bool session_is_possible(const struct metric *metric)
{
	return metric->digest.nr || count_finite(metric->values.items, metric->values.nr) > 0;
}

bool session_is_taken(const struct metric *metric, const char *timestamp)
{
	for (size_t i = 0; i < metric->sessions.nr; i++)
		if (strcmp(metric->sessions.items[i].timestamp, timestamp) == 0)
			return true;
	return false;
}

void session_keep_newest(struct metric *metric, size_t max)
{
	struct sessions *sessions = &metric->sessions;
	struct doubles *values = &metric->values;
	size_t nr = sessions->nr > max ? sessions->nr - max : 0, nr_values = 0;

	if (!nr)
		return;
	for (size_t i = 0; i < nr; i++)
		nr_values += sessions->items[i].nr_values;
	sessions->nr -= nr;
	values->nr -= nr_values;
	memmove(sessions->items, sessions->items + nr, sessions->nr * sizeof *sessions->items);
	memmove(values->items, values->items + nr_values, values->nr * sizeof *values->items);
}
