/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/partition.h"

#include "base/array.h"
#include "stats/summary.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* What everything so far costs, as a function of the last segment's level: a parabola from the
 * previous piece's end to its own. */
struct piece {
	double end;
	double square, linear, constant;
	size_t start; /* of the last segment */
};

struct pieces {
	struct piece *items;
	size_t nr, alloc;
};

struct search {
	struct partition_costs costs;
	double low;            /* where the first piece begins */
	struct pieces pieces;  /* ascending, without gaps */
	struct pieces changed; /* what the next step makes of them */
};

static double cost_at(const struct piece *piece, double level)
{
	return (piece->square * level + piece->linear) * level + piece->constant;
}

/* The smallest cost between two levels. */
static double cheapest_in(const struct piece *piece, double low)
{
	double level = low;

	if (piece->square > 0)
		level = fmin(fmax(-piece->linear / (2 * piece->square), low), piece->end);
	return cost_at(piece, level);
}

static bool are_alike(const struct piece *a, const struct piece *b)
{
	return a->start == b->start && a->square == b->square && a->linear == b->linear &&
		a->constant == b->constant;
}

/* Up to the end, if that is behind what there is. */
static void append_piece(struct search *search, struct piece piece, double end)
{
	struct pieces *to = &search->changed;
	double low = to->nr ? to->items[to->nr - 1].end : search->low;

	if (!(end > low))
		return;
	piece.end = end;
	if (to->nr && are_alike(&to->items[to->nr - 1], &piece))
		to->items[to->nr - 1].end = end;
	else
		*ARRAY_ADD(to) = piece;
}

static void take_changed(struct search *search)
{
	struct pieces old = search->pieces;

	search->pieces = search->changed;
	search->changed = old;
	search->changed.nr = 0;
}

/* The start of the last segment in the cheapest division so far. */
static size_t find_cheapest(const struct search *search, double *cost)
{
	double low = search->low;
	size_t start = 0;

	*cost = INFINITY;
	for (size_t i = 0; i < search->pieces.nr; i++) {
		const struct piece *piece = &search->pieces.items[i];
		double here = cheapest_in(piece, low);

		if (here < *cost) {
			*cost = here;
			start = piece->start;
		}
		low = piece->end;
	}
	return start;
}

/* Where the piece costs more than a new segment, that takes its place. */
static void append_cheaper(struct search *search, const struct piece *piece, struct piece fresh)
{
	double gap = fresh.constant - piece->constant, middle, half;

	if (piece->square <= 0) {
		append_piece(search, gap < 0 ? fresh : *piece, piece->end);
		return;
	}
	middle = -piece->linear / (2 * piece->square);
	half = middle * middle + gap / piece->square;
	if (half <= 0) {
		append_piece(search, fresh, piece->end);
		return;
	}
	half = sqrt(half);
	append_piece(search, fresh, fmin(middle - half, piece->end));
	append_piece(search, *piece, fmin(middle + half, piece->end));
	append_piece(search, fresh, piece->end);
}

static void allow_new_segment(struct search *search, size_t start, double cost)
{
	struct piece fresh = { .constant = cost + search->costs.penalty, .start = start };

	for (size_t i = 0; i < search->pieces.nr; i++)
		append_cheaper(search, &search->pieces.items[i], fresh);
	take_changed(search);
}

static void partition_add_value(struct search *search, double value)
{
	double reach = sqrt(search->costs.limit);

	for (size_t i = 0; i < search->pieces.nr; i++) {
		struct piece far = search->pieces.items[i], near = far;

		far.constant += search->costs.limit;
		near.square += 1;
		near.linear -= 2 * value;
		near.constant += value * value;
		append_piece(search, far, fmin(value - reach, far.end));
		append_piece(search, near, fmin(value + reach, far.end));
		append_piece(search, far, far.end);
	}
	take_changed(search);
}

/* From the last start of each prefix to the starts of the whole, in place. */
static size_t follow_back(size_t *starts, size_t nr)
{
	size_t nr_found = 0, at = nr;

	for (size_t end = nr; end > 0; end = starts[end - 1])
		nr_found++;
	/* Each is written at or behind the place of the prefixes that are still to be read. */
	for (size_t end = nr; end > 0;) {
		size_t start = starts[end - 1];

		starts[--at] = start;
		end = start;
	}
	for (size_t i = 0; i < nr_found; i++)
		starts[i] = starts[at + i];
	return nr_found;
}

static size_t find_rank(const double *sorted, size_t nr, double value)
{
	size_t low = 0;

	for (size_t high = nr; low < high;) {
		size_t middle = low + (high - low) / 2;

		if (sorted[middle] < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* No level is within reach of two values with a wider gap between them than this, so a wider gap
 * may as well be this wide. Levels stay small numbers, however far a single value is. */
static double *squeeze(const double *values, size_t nr, double gap)
{
	double *sorted = mem_resize(NULL, nr, sizeof *sorted);
	double *places = mem_resize(NULL, nr, sizeof *places);
	double *squeezed = mem_resize(NULL, nr, sizeof *squeezed);

	memcpy(sorted, values, nr * sizeof *sorted);
	sort_values(sorted, nr);
	places[0] = 0;
	for (size_t i = 1; i < nr; i++)
		places[i] = places[i - 1] + fmin(sorted[i] - sorted[i - 1], gap);
	for (size_t i = 0; i < nr; i++)
		squeezed[i] = places[find_rank(sorted, nr, values[i])] - places[nr / 2];
	free(sorted);
	free(places);
	return squeezed;
}

size_t partition_of(const double *values, size_t nr, struct partition_costs costs, size_t *starts)
{
	struct search search = { .costs = costs };
	struct summary all;
	double *squeezed, cost;

	if (!isfinite(summary_of(values, nr).mean))
		return 0;
	squeezed = squeeze(values, nr, 3 * sqrt(costs.limit));
	all = summary_of(squeezed, nr);
	search.low = all.min - 1;
	*ARRAY_ADD(&search.pieces) = (struct piece){ .end = all.max + 1 };
	for (size_t i = 0; i < nr; i++) {
		if (i > 0) {
			starts[i - 1] = find_cheapest(&search, &cost);
			allow_new_segment(&search, i, cost);
		}
		partition_add_value(&search, squeezed[i]);
	}
	starts[nr - 1] = find_cheapest(&search, &cost);
	free(squeezed);
	ARRAY_RELEASE(&search.pieces);
	ARRAY_RELEASE(&search.changed);
	return follow_back(starts, nr);
}
