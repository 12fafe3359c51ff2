/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/together.h"

#include "base/array.h"
#include "model/counted.h"
#include "model/units.h"
#include "report/past_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_RATIO .7
#define MOST_MIN 4

void moves_add(
	struct moves *moves, const struct move *of, const struct past *past, const char *since)
{
	const struct past_point *points = past->points.items;

	for (size_t i = 0; i < past->changes.nr; i++) {
		const struct changepoint *change = &past->changes.items[i];
		struct buf commits = BUF_INIT;
		struct move *move;

		if (!past->changes.logs || !past_surprises(past, change->p) ||
			(since && strcmp(points[change->at].time, since) < 0))
			continue;
		move = ARRAY_ADD(moves);
		*move = *of;
		snprintf(move->first, sizeof move->first, "%s", points[change->low].time);
		snprintf(move->last, sizeof move->last, "%s", points[change->high].time);
		past_words_add_range(past, change, &commits);
		move->commits = buf_detach(&commits);
		move->nr_runs = change->high - change->low + 1;
		move->change_ratio = change->after / change->before - 1;
		move->is_slope = change->kind == CHANGE_SLOPE;
		move->maybe = change->maybe;
	}
}

void moves_release(struct moves *moves)
{
	for (size_t i = 0; i < moves->nr; i++)
		free(moves->items[i].commits);
	ARRAY_RELEASE(moves);
}

static int compare_places(const struct move *one, const struct move *other)
{
	int order = strcmp(one->branch, other->branch);

	return order ? order : strcmp(one->machine, other->machine);
}

static int compare_moves(const void *a, const void *b)
{
	const struct move *one = a, *other = b;
	int order = compare_places(one, other);

	if (!order)
		order = strcmp(one->last, other->last);
	if (!order)
		order = strcmp(one->benchmark, other->benchmark);
	return order ? order : strcmp(one->metric, other->metric);
}

void moves_sort(struct moves *moves)
{
	if (moves->nr)
		qsort(moves->items, moves->nr, sizeof *moves->items, compare_moves);
}

/* All of a group may have begun at the last run of its first. */
size_t moves_end(const struct moves *moves, size_t from)
{
	const struct move *first = &moves->items[from];
	size_t end = from + 1;

	while (end < moves->nr && compare_places(first, &moves->items[end]) == 0 &&
		strcmp(moves->items[end].first, first->last) <= 0)
		end++;
	return end;
}

size_t moves_benchmarks(const struct moves *moves, size_t from, size_t end)
{
	size_t nr = 0;

	for (size_t i = from; i < end; i++) {
		size_t j = from;

		while (j < i && strcmp(moves->items[j].benchmark, moves->items[i].benchmark) != 0)
			j++;
		nr += j == i;
	}
	return nr;
}

/* By the change whose place is known best. */
void moves_add_place(const struct moves *moves, size_t from, size_t end, struct buf *text)
{
	const struct move *sharpest = &moves->items[from];

	for (size_t i = from + 1; i < end; i++)
		if (moves->items[i].nr_runs < sharpest->nr_runs)
			sharpest = &moves->items[i];
	if (*sharpest->commits)
		buf_addf(text, "%s (%.10s)", sharpest->commits, sharpest->last);
	else
		buf_adds(text, sharpest->last);
}

void moves_add_change(const struct move *move, struct buf *text)
{
	buf_addf(text, "%s%s", move->maybe ? "maybe " : "", move->is_slope ? "slope of " : "");
	units_add_change(text, move->change_ratio);
}

void moves_add_share(
	const struct moves *moves, size_t from, size_t end, size_t nr_all, struct buf *text)
{
	size_t nr = moves_benchmarks(moves, from, end);

	buf_addf(text, "%zu of %zu benchmarks moved", nr, nr_all);
	if (nr >= MOST_MIN && (double)nr > MOST_RATIO * (double)nr_all)
		buf_addf(text, "; so many at once are more likely the %s than the code",
			counted_find(moves->items[from].metric) ? "compiler" : "machine");
}
