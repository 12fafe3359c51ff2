/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far the level of a measurement drifts between sessions, and Welch's test
 * with that drift as a third component of variance.
 *
 * Two sessions that measured the same thing differ by more than their spread
 * inside explains; tau^2 is that surplus (one-way random effects, method of
 * moments). A contrast of one new session with S old ones has
 *     SE^2 = s_base^2 / n_base + s_head^2 / n_head + tau^2 (1 + 1/S)
 * and Satterthwaite's degrees of freedom over the three.
 *
 * Plain values, nothing owned. Usually over logarithms: then tau is a ratio.
 */
#ifndef STATS_DRIFT_H
#define STATS_DRIFT_H

#include "stats/contrast.h"

struct drift {
	enum answer answer; /* why there is no estimate */
	double variance;    /* tau^2 as estimated, below 0 where chance made it so; NaN without */
	double wobble;      /* half the variance of that estimate; 0 for an assumed drift */
	double df;          /* sessions - 1, summed when pooled; the weight in a pool */
};

/*
 * From the summaries of a benchmark's own sessions. TOO_FEW for fewer than two
 * sessions, or when none holds two values; a session of one value is fine, an
 * empty one is skipped.
 */
struct drift drift_of(const struct summary *sessions, size_t nr);

/*
 * One drift for many benchmarks: the mean of their variances before any is
 * floored, weighted by df. Estimates without an answer are left out; TOO_FEW when
 * none is left. What drifts together tells less: `correlation`, of the means of a
 * session between two benchmarks, 0 to 1, takes the degrees of freedom of nr
 * independent ones (0) down to those of one (1).
 */
struct drift drift_pool(const struct drift *drifts, size_t nr, double correlation);

/*
 * From levels of sessions alone, such as a history keeps, the same code or nearly so; TOO_FEW for
 * fewer than DRIFT_MIN_LEVELS. It is what covers them: the largest of their standard deviation,
 * what the median absolute deviation makes of them, and what their largest deviation would be at.
 * So a step or a burst among them makes it larger, never smaller; what sessions vary by inside is
 * in it.
 */
#define DRIFT_MIN_LEVELS 10
struct drift drift_of_levels(const double *levels, size_t nr);

/* Taken as known, tau >= 0 and finite; otherwise BAD_ARGUMENT. */
struct drift drift_assumed(double tau);

/* tau itself, floored at 0; NaN without an answer. */
double drift_tau(struct drift drift);

/*
 * Head against a base of which a summary is left and the number of sessions
 * behind it (at least 1, or BAD_ARGUMENT). base.sd ought to be the spread inside
 * a session; the spread over all values errs on the safe side. A drift without
 * an answer gives its reason to the contrast.
 */
struct contrast drift_welch(
	struct summary base, size_t nr_sessions, struct summary head, struct drift drift);

/*
 * Head against the mean of the base's session means, with the base's own drift and
 * nothing else: session means vary by drift and by the spread inside, so their
 * variance M is all that is needed where head has as many values as a session,
 *     SE^2 = M (1 + 1/S) + max(0, s_head^2 / n_head - the same of a session)
 * and t with S - 1 degrees of freedom is then exact. Needs two sessions.
 */
struct contrast drift_welch_own(
	const struct summary *sessions, size_t nr_sessions, struct summary head);

/*
 * Head against the mean of the base's session means, with the base's spread
 * pooled inside sessions. Empty sessions are skipped.
 */
struct contrast drift_welch_sessions(const struct summary *sessions, size_t nr_sessions,
	struct summary head, struct drift drift);

#endif
