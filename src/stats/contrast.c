/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/contrast.h"

#include <float.h>
#include <math.h>

struct component component_of_mean(double sd, double nr, double df)
{
	double variance = sd * sd / nr;

	return (struct component){ variance, variance * variance / df };
}

struct contrast contrast_without(enum answer why, double difference)
{
	return (struct contrast){ why, difference, NAN, NAN };
}

/* Satterthwaite 1946: match mean and variance of the summed variance to one chi-square's. */
struct contrast contrast_of(
	double difference, double magnitude, const struct component *terms, size_t nr)
{
	struct contrast c = { ANSWER_OK, difference, NAN, NAN };
	double variance = 0, wobble = 0;

	for (size_t i = 0; i < nr; i++) {
		variance += terms[i].variance;
		wobble += terms[i].wobble;
	}
	c.se = sqrt(variance);
	if (!isfinite(difference) || !(c.se < 1e70))
		return contrast_without(ANSWER_NOT_FINITE, difference);
	if (c.se <= 10 * DBL_EPSILON * fabs(magnitude) || c.se < 1e-70)
		return (struct contrast){ ANSWER_NO_SPREAD, difference, 0, NAN };
	c.df = wobble > 0 ? variance * variance / wobble : (double)INFINITY;
	return c;
}

struct contrast contrast_of_one(struct summary values)
{
	struct component term;

	if (values.nr < 2)
		return contrast_without(ANSWER_TOO_FEW, values.mean);
	term = component_of_mean(values.sd, (double)values.nr, (double)(values.nr - 1));
	return contrast_of(values.mean, values.mean, &term, 1);
}

struct contrast contrast_of_pairs(const double *base, const double *head, size_t nr)
{
	struct summary all = summary_of_differences(base, head, nr);
	struct component term;

	if (nr < 2)
		return contrast_of_one(all);
	term = component_of_mean(all.sd, (double)nr, (double)(nr - 1));
	return contrast_of(all.mean, fmax(fabs(base[0]), fabs(head[0])), &term, 1);
}

double contrast_p_above(struct contrast c, double limit)
{
	if (c.answer != ANSWER_OK)
		return NAN;
	return student_upper((c.difference - limit) / c.se, c.df);
}

double contrast_p_below(struct contrast c, double limit)
{
	if (c.answer != ANSWER_OK)
		return NAN;
	return student_cdf((c.difference - limit) / c.se, c.df);
}

double contrast_p_differs(struct contrast c, double limit)
{
	if (c.answer != ANSWER_OK)
		return NAN;
	return 2 * student_upper(fabs(c.difference - limit) / c.se, c.df);
}

/* Schuirmann 1987: both one-sided tests must reject, so the larger p counts. */
double contrast_p_within(struct contrast c, double low, double high)
{
	if (c.answer != ANSWER_OK || !(low < high))
		return NAN;
	return fmax(contrast_p_above(c, low), contrast_p_below(c, high));
}

static double half_width(struct contrast c, double alpha)
{
	if (c.answer != ANSWER_OK || !(alpha > 0 && alpha < 1))
		return NAN;
	return -student_quantile(alpha, c.df) * c.se;
}

double contrast_lower(struct contrast c, double alpha)
{
	return c.difference - half_width(c, alpha);
}

double contrast_upper(struct contrast c, double alpha)
{
	return c.difference + half_width(c, alpha);
}

struct interval contrast_interval(struct contrast c, double confidence)
{
	double alpha = (1 - confidence) / 2;

	if (!(confidence > 0))
		return (struct interval){ NAN, NAN };
	return (struct interval){ contrast_lower(c, alpha), contrast_upper(c, alpha) };
}

struct interval contrast_ratio_interval(struct contrast c, double confidence)
{
	struct interval logs = contrast_interval(c, confidence);

	return (struct interval){ exp(logs.low), exp(logs.high) };
}
