/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/quads.h"

#include "harness/cost.h"
#include "stats/summary.h"

#include <math.h>

#define TRIM 0.2
/* A change of the ratio with age that matters, in logarithms, and in standard errors. */
#define AGES_RATIO 0.02
#define AGES_SE 5
#define AGES_MIN_QUADS 5

static uint64_t nr_disturbed(const struct batch *one, const struct batch *other)
{
	return (uint64_t)(one->nr_switches != 0) + (other->nr_switches != 0);
}

/* The quickest of those that end at `end` and were not disturbed; all, where none is dropped. */
static double quickest_ns(const struct batch *end, bool drop_disturbed)
{
	uint64_t least_ns = UINT64_MAX;

	for (const struct batch *at = end - QUADS_TURN_COUNTS; at < end; at++)
		if (at->wall_ns && at->wall_ns < least_ns && !(drop_disturbed && at->nr_switches))
			least_ns = at->wall_ns;
	return (double)least_ns;
}

/* The turns of a quad, by the batches next to each other: the last of the outer side's turn, the
 * last two of the inner side's, the last but one of the outer side's next. Place in the turn falls
 * on both alike. */
struct quad {
	const struct batch *before, *inner, *after;
	size_t turn;
};

static struct quad quad_at(
	const struct batches *first, const struct batches *second, size_t turn, size_t i)
{
	size_t back = turn > 1 ? 2 : 1;

	return (struct quad){ &first->items[turn * (i + 1) - 1],
		&second->items[turn * (i + 1) - back], &first->items[turn * (i + 2) - back], turn };
}

/* Two batches' worth: of a turn of one batch, that one counts twice. */
static uint64_t inner_ns(const struct quad *quad)
{
	return quad->inner[0].wall_ns + quad->inner[quad->turn > 1].wall_ns;
}

static uint64_t outer_ns(const struct quad *quad)
{
	return quad->before->wall_ns + quad->after->wall_ns;
}

/* Log ratio of the inner turn to the two outer ones around it; NaN for a quad that is dropped. */
static double quad_ratio(const struct quad *quad, bool drop_disturbed)
{
	if (!outer_ns(quad) || !inner_ns(quad) ||
		(drop_disturbed &&
			(nr_disturbed(quad->before, quad->after) ||
				nr_disturbed(&quad->inner[0], &quad->inner[quad->turn > 1]))))
		return NAN;
	if (quad->turn < QUADS_TURN)
		return log((double)inner_ns(quad) / (double)outer_ns(quad));
	return log(quickest_ns(quad->inner + 2, drop_disturbed)) -
		(log(quickest_ns(quad->before + 1, drop_disturbed)) +
			log(quickest_ns(quad->after + 2, drop_disturbed))) /
		2;
}

static void count_disturbed(const struct quad *quad, struct duet *duet)
{
	uint64_t outer = nr_disturbed(quad->before, quad->after);
	uint64_t inner = nr_disturbed(&quad->inner[0], &quad->inner[quad->turn > 1]);

	*(duet->base_first ? &duet->nr_base_disturbed : &duet->nr_head_disturbed) += outer;
	*(duet->base_first ? &duet->nr_head_disturbed : &duet->nr_base_disturbed) += inner;
}

/* One turn each: a body so slow that nothing can be dropped. */
static double value_of_pair(
	const struct batches *first, const struct batches *second, struct duet *duet)
{
	double first_ns = cost_mean_ns(first, 0, true), second_ns = cost_mean_ns(second, 0, true);

	duet->nr_quads = 1;
	duet->nr_dropped = !(first_ns > 0 && second_ns > 0);
	return duet->nr_dropped ? (double)NAN : log(second_ns / first_ns);
}

size_t quads_turn(const struct batches *first, const struct batches *second)
{
	return first->nr - second->nr;
}

double quads_value(const struct batches *first, const struct batches *second, bool drop_disturbed,
	struct duet *duet)
{
	size_t turn = quads_turn(first, second);
	struct doubles ratios = { 0 };
	double value;

	if (!turn)
		return value_of_pair(first, second, duet);
	duet->nr_quads = second->nr / turn;
	for (size_t i = 0; i < duet->nr_quads; i++) {
		struct quad quad = quad_at(first, second, turn, i);
		double ratio = quad_ratio(&quad, drop_disturbed);

		count_disturbed(&quad, duet);
		if (isfinite(ratio))
			*ARRAY_ADD(&ratios) = ratio;
	}
	duet->nr_dropped = duet->nr_quads - ratios.nr;
	value = duet_counts(duet) ? trimmed_mean_of(ratios.items, ratios.nr, TRIM) : (double)NAN;
	ARRAY_RELEASE(&ratios);
	return value;
}

/* Of the quads from..to that were not dropped. */
static struct summary summary_of_part(const struct doubles *ratios, size_t from, size_t to)
{
	struct doubles part = { 0 };
	struct summary summary;

	for (size_t i = from; i < to; i++)
		if (isfinite(ratios->items[i]))
			*ARRAY_ADD(&part) = ratios->items[i];
	summary = summary_of(part.items, part.nr);
	ARRAY_RELEASE(&part);
	return summary;
}

/* By how much the last nr / parts differ from the first third; 0: not surely. */
static double difference_of_parts(const struct doubles *ratios, size_t parts)
{
	size_t nr = ratios->nr;
	struct summary young = summary_of_part(ratios, 0, nr / 3);
	struct summary old = summary_of_part(ratios, nr - nr / parts, nr);
	double change = old.mean - young.mean;
	double se = sqrt(young.sd * young.sd / (double)young.nr + old.sd * old.sd / (double)old.nr);
	bool is_sure = young.nr >= AGES_MIN_QUADS && old.nr >= AGES_MIN_QUADS &&
		fabs(change) > AGES_RATIO && fabs(change) > AGES_SE * se;

	return is_sure ? change : 0;
}

double quads_ageing(const struct batches *first, const struct batches *second, bool drop_disturbed)
{
	size_t turn = quads_turn(first, second), nr = turn ? second->nr / turn : 0;
	struct doubles ratios = { 0 };
	double change;

	for (size_t i = 0; i < nr; i++) {
		struct quad quad = quad_at(first, second, turn, i);

		*ARRAY_ADD(&ratios) = quad_ratio(&quad, drop_disturbed);
	}
	change = difference_of_parts(&ratios, 3);
	/* A step that comes late is a small part of the last third. */
	if (change == 0)
		change = difference_of_parts(&ratios, 6);
	ARRAY_RELEASE(&ratios);
	return change;
}
