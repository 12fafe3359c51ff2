/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/welch.h"

#include <math.h>

/* Welch 1947. */
struct contrast welch_of(struct summary base, struct summary head)
{
	double difference = head.mean - base.mean;
	struct component terms[2];

	if (base.nr < 2 || head.nr < 2)
		return contrast_without(ANSWER_TOO_FEW, difference);
	terms[0] = component_of_mean(base.sd, (double)base.nr, (double)(base.nr - 1));
	terms[1] = component_of_mean(head.sd, (double)head.nr, (double)(head.nr - 1));
	return contrast_of(difference, fmax(fabs(base.mean), fabs(head.mean)), terms, 2);
}

struct trimmed {
	double mean; /* of the kept values */
	size_t kept;
	struct component term;
};

/*
 * Yuen 1974: the trimmed mean's squared error is estimated from the winsorized
 * values, each dropped one put back as the nearest kept one.
 */
static struct trimmed trimmed_of(struct series side, double fraction)
{
	size_t cut = trim_count_of(side.nr, fraction);
	struct trimmed t = { .kept = side.nr - 2 * cut };
	double kept = (double)t.kept;

	t.mean = trimmed_mean_of(side.values, side.nr, fraction);
	for (size_t i = 0; i < cut; i++) {
		side.values[i] = side.values[cut];
		side.values[side.nr - 1 - i] = side.values[side.nr - 1 - cut];
	}
	t.term.variance = summary_of(side.values, side.nr).sd;
	t.term.variance *= t.term.variance * (double)(side.nr - 1) / (kept * (kept - 1));
	t.term.wobble = t.term.variance * t.term.variance / (kept - 1);
	return t;
}

static enum answer can_trim(struct series side, double fraction)
{
	if (!(fraction >= 0 && fraction < 0.5))
		return ANSWER_BAD_ARGUMENT;
	if (side.nr < 2 * trim_count_of(side.nr, fraction) + 2)
		return ANSWER_TOO_FEW;
	return isfinite(summary_of(side.values, side.nr).sd) ? ANSWER_OK : ANSWER_NOT_FINITE;
}

struct contrast welch_of_trimmed(struct series base, struct series head, double fraction)
{
	enum answer why = can_trim(base, fraction);
	struct trimmed b, h;
	struct component terms[2];

	if (why == ANSWER_OK)
		why = can_trim(head, fraction);
	if (why != ANSWER_OK)
		return contrast_without(why, NAN);
	b = trimmed_of(base, fraction);
	h = trimmed_of(head, fraction);
	terms[0] = b.term;
	terms[1] = h.term;
	return contrast_of(h.mean - b.mean, fmax(fabs(b.mean), fabs(h.mean)), terms, 2);
}
