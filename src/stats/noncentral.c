/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/noncentral.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdbool.h>

/* One tail, with t >= 0: P(T > t) when upper, else P(T <= t). */
struct tail {
	double t, df, ncp;
	bool upper;
	double scale; /* makes density() integrate to 1 */
};

static double normal_cdf(double z)
{
	return 0.5 * erfc(-z * M_SQRT1_2);
}

/*
 * Density of x = log S, S^2 = chi-square / df. Written about x = 0, where it peaks,
 * so that a large df costs no digits; its constant is that of gamma(df / 2) over
 * Stirling's formula.
 */
static double density(const struct tail *q, double x)
{
	return q->scale * exp(-q->df * (expm1(2 * x) - 2 * x) / 2);
}

/* P(T > t) = E P(Z > t S - ncp), so the tail is the integral of this over x. */
static double integrand(const struct tail *q, double x)
{
	double z = q->t * exp(x) - q->ncp;

	return density(q, x) * normal_cdf(q->upper ? -z : z);
}

/*
 * Where the integrand is about largest: at the density's peak while that is on
 * the tail's side, else where density and normal tail balance.
 */
static double start_of(const struct tail *q)
{
	double pull = q->ncp * q->t, df = q->df, root;

	if (q->upper ? q->ncp >= q->t : q->ncp <= q->t)
		return 0;
	root = sqrt(pull * pull + 4 * df * (df + q->t * q->t));
	if (pull < 0)
		return log(2 * df / (root - pull));
	return log((pull + root) / (2 * (df + q->t * q->t)));
}

/* Adds what lies beyond `x` in steps of `step` until no more comes of it. */
static double sum_from(const struct tail *q, double x, double step, double sum)
{
	double term;

	for (;;) {
		term = integrand(q, x);
		sum += term;
		if (term <= 1e-17 * sum)
			return sum;
		x += step;
	}
}

/*
 * The trapezoid rule over all of a line, which converges exponentially for a function
 * analytic in a strip (Trefethen and Weideman 2014). The strip here has half width
 * pi / 4, and the integrand is about as wide as the narrower of its two factors.
 */
static double integrate(const struct tail *q)
{
	double step = fmin(0.125, 0.6 / sqrt(2 * q->df + q->ncp * q->ncp));
	double x = start_of(q);

	return step * sum_from(q, x - step, -step, sum_from(q, x, step, 0));
}

/*
 * So far out that Z matters little beside ncp: T > t is S < ncp / t, with the
 * second-order term of Z.
 */
static double far_tail(const struct tail *q)
{
	double s = q->ncp / q->t, chi = q->df * s * s, bend;

	if (q->ncp <= 0 || isinf(chi))
		return (q->ncp > 0) == q->upper ? 1 : 0;
	bend = density(q, log(s)) * (q->df - 1 - chi) / (2 * q->ncp * q->ncp);
	return q->upper ? gsl_cdf_chisq_P(chi, q->df) + bend : gsl_cdf_chisq_Q(chi, q->df) - bend;
}

static double tail_of(struct tail q)
{
	gsl_sf_result star;

	if (isnan(q.t) || !(q.df > 0) || !isfinite(q.ncp))
		return NAN;
	if (q.t < 0)
		return tail_of((struct tail){ -q.t, q.df, -q.ncp, !q.upper, 0 });
	if (q.t <= 0 || isinf(q.t) || q.df > 1e11)
		return normal_cdf(q.upper ? q.ncp - q.t : q.t - q.ncp);
	gsl_set_error_handler_off();
	if (gsl_sf_gammastar_e(q.df / 2, &star))
		return NAN;
	q.scale = sqrt(q.df / M_PI) / star.val;
	if (q.ncp * q.ncp > 1e6 * fmax(1, q.df))
		return far_tail(&q);
	return fmin(1, integrate(&q));
}

double noncentral_cdf(double t, double df, double ncp)
{
	return tail_of((struct tail){ t, df, ncp, false, 0 });
}

double noncentral_upper(double t, double df, double ncp)
{
	return tail_of((struct tail){ t, df, ncp, true, 0 });
}
