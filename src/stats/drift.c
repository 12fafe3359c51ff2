/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/drift.h"

#include "base/mem.h"
#include "stats/student.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Sums over the sessions that hold anything; all over distances from the first mean. */
struct layout {
	size_t nr;       /* sessions */
	double values;   /* values in all */
	double squares;  /* sum of squared session sizes */
	double inverses; /* sum of 1 / session size */
	double origin;   /* the first session's mean */
	double total;    /* sum of all values, from the origin */
	double means;    /* sum of session means, from the origin */
	double within;   /* squares inside sessions */
};

static struct layout layout_of(const struct summary *sessions, size_t nr)
{
	struct layout all = { 0 };

	for (size_t i = 0; i < nr; i++) {
		double n = (double)sessions[i].nr;

		if (sessions[i].nr == 0)
			continue;
		if (all.nr++ == 0)
			all.origin = sessions[i].mean;
		all.values += n;
		all.squares += n * n;
		all.inverses += 1 / n;
		all.total += n * (sessions[i].mean - all.origin);
		all.means += sessions[i].mean - all.origin;
		if (sessions[i].nr > 1)
			all.within += (n - 1) * sessions[i].sd * sessions[i].sd;
	}
	return all;
}

static double squares_between(const struct summary *sessions, size_t nr, const struct layout *all)
{
	double sum = 0;

	for (size_t i = 0; i < nr; i++) {
		double off = sessions[i].mean - all->origin - all->total / all->values;

		if (sessions[i].nr > 0)
			sum += (double)sessions[i].nr * off * off;
	}
	return sum;
}

/* Searle, Casella and McCulloch 1992: the analysis-of-variance estimator, unequal sizes. */
struct drift drift_of(const struct summary *sessions, size_t nr)
{
	struct drift d = { ANSWER_TOO_FEW, NAN, NAN, 0 };
	struct layout all = layout_of(sessions, nr);
	double k = (double)all.nr, within_df = all.values - k, size, between, within;

	if (all.nr < 2 || within_df < 1)
		return d;
	size = (all.values - all.squares / all.values) / (k - 1);
	between = squares_between(sessions, nr, &all) / (k - 1);
	within = all.within / within_df;
	d.variance = (between - within) / size;
	d.wobble = (between * between / (k - 1) + within * within / within_df) / (size * size);
	d.df = k - 1;
	d.answer = isfinite(d.variance) && isfinite(d.wobble) ? ANSWER_OK : ANSWER_NOT_FINITE;
	return d;
}

/* The variance of a mean of squared deviations that are alike goes with the square of what they
 * have in common. */
struct drift drift_pool(const struct drift *drifts, size_t nr, double correlation)
{
	struct drift pool = { ANSWER_TOO_FEW, NAN, NAN, 0 };
	double variance = 0, wobble = 0, alike;
	size_t nr_pooled = 0;

	for (size_t i = 0; i < nr; i++) {
		if (drifts[i].answer != ANSWER_OK || !(drifts[i].df > 0) || isinf(drifts[i].df))
			continue;
		nr_pooled++;
		pool.df += drifts[i].df;
		variance += drifts[i].df * drifts[i].variance;
		wobble += drifts[i].df * drifts[i].df * drifts[i].wobble;
	}
	if (pool.df <= 0)
		return pool;
	alike = 1 + (double)(nr_pooled - 1) * correlation * correlation;
	pool.answer = ANSWER_OK;
	pool.variance = variance / pool.df;
	pool.wobble = alike * wobble / (pool.df * pool.df);
	pool.df /= alike;
	return pool;
}

/* Blom 1958: where the largest of so many normal values lies. */
static double largest_of(size_t nr)
{
	return student_quantile(((double)nr - .375) / ((double)nr + .25), INFINITY);
}

struct drift drift_of_levels(const double *levels, size_t nr)
{
	struct drift drift = { ANSWER_TOO_FEW, NAN, NAN, 0 };
	double *sorted, middle, tau, largest = 0;

	if (nr < DRIFT_MIN_LEVELS)
		return drift;
	sorted = mem_alloc(nr, sizeof *sorted);
	memcpy(sorted, levels, nr * sizeof *sorted);
	middle = median_of(sorted, nr);
	for (size_t i = 0; i < nr; i++)
		largest = fmax(largest, fabs(levels[i] - middle));
	tau = fmax(summary_of(levels, nr).sd, 1.4826 * mad_of(sorted, nr));
	tau = fmax(tau, largest / largest_of(nr));
	free(sorted);
	drift.answer = isfinite(tau) ? ANSWER_OK : ANSWER_NOT_FINITE;
	drift.variance = tau * tau;
	drift.df = (double)(nr - 1);
	drift.wobble = drift.variance * drift.variance / drift.df;
	return drift;
}

struct drift drift_assumed(double tau)
{
	if (!(tau >= 0) || isinf(tau))
		return (struct drift){ ANSWER_BAD_ARGUMENT, NAN, NAN, 0 };
	return (struct drift){ ANSWER_OK, tau * tau, 0, INFINITY };
}

double drift_tau(struct drift drift)
{
	return drift.answer == ANSWER_OK ? sqrt(fmax(drift.variance, 0)) : (double)NAN;
}

/*
 * A drift floored at 0 still wobbles: what chance made vanish it could as well
 * have doubled, and dropping the term would claim more degrees of freedom than
 * there are.
 */
static struct component drift_term(struct drift drift, double nr_sessions)
{
	double share = 1 + 1 / nr_sessions;

	return (struct component){ fmax(drift.variance, 0) * share, drift.wobble * share * share };
}

struct contrast drift_welch(
	struct summary base, size_t nr_sessions, struct summary head, struct drift drift)
{
	double difference = head.mean - base.mean;
	struct component terms[3];

	if (drift.answer != ANSWER_OK || nr_sessions == 0)
		return contrast_without(
			nr_sessions ? drift.answer : ANSWER_BAD_ARGUMENT, difference);
	if (base.nr < 2 || head.nr < 2)
		return contrast_without(ANSWER_TOO_FEW, difference);
	terms[0] = component_of_mean(base.sd, (double)base.nr, (double)(base.nr - 1));
	terms[1] = component_of_mean(head.sd, (double)head.nr, (double)(head.nr - 1));
	terms[2] = drift_term(drift, (double)nr_sessions);
	return contrast_of(difference, fmax(fabs(base.mean), fabs(head.mean)), terms, 3);
}

struct contrast drift_welch_sessions(
	const struct summary *sessions, size_t nr_sessions, struct summary head, struct drift drift)
{
	struct layout all = layout_of(sessions, nr_sessions);
	double s = (double)all.nr, within_df = all.values - s, centre, difference;
	struct component terms[3];

	centre = all.nr > 0 ? all.origin + all.means / s : (double)NAN;
	difference = head.mean - centre;
	if (drift.answer != ANSWER_OK)
		return contrast_without(drift.answer, difference);
	if (within_df < 1 || head.nr < 2)
		return contrast_without(ANSWER_TOO_FEW, difference);
	terms[0] = component_of_mean(sqrt(all.within / within_df), s * s / all.inverses, within_df);
	terms[1] = component_of_mean(head.sd, (double)head.nr, (double)(head.nr - 1));
	terms[2] = drift_term(drift, s);
	return contrast_of(difference, fmax(fabs(centre), fabs(head.mean)), terms, 3);
}

struct contrast drift_welch_own(
	const struct summary *sessions, size_t nr_sessions, struct summary head)
{
	struct layout all = layout_of(sessions, nr_sessions);
	double s = (double)all.nr, within_df = all.values - s, centre, of_means = 0, own;
	struct component terms[2];

	centre = all.nr > 0 ? all.origin + all.means / s : (double)NAN;
	if (all.nr < 2 || within_df < 1 || head.nr < 2)
		return contrast_without(ANSWER_TOO_FEW, head.mean - centre);
	for (size_t i = 0; i < nr_sessions; i++)
		if (sessions[i].nr > 0)
			of_means +=
				(sessions[i].mean - centre) * (sessions[i].mean - centre) / (s - 1);
	own = head.sd * head.sd / (double)head.nr;
	terms[0] = component_of_mean(sqrt(of_means * (1 + 1 / s)), 1, s - 1);
	terms[1] = component_of_mean(head.sd, (double)head.nr, (double)(head.nr - 1));
	terms[1].variance = fmax(own - all.within / within_df * all.inverses / s, 0);
	/* Nothing but rounding is left where the two are alike. */
	if (terms[1].variance <= 1e-12 * own)
		terms[1] = (struct component){ 0, 0 };
	return contrast_of(head.mean - centre, fmax(fabs(centre), fabs(head.mean)), terms, 2);
}
