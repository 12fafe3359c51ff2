/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/student.h"

#include "stats/noncentral.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

double student_cdf(double t, double df)
{
	return student_upper(-t, df);
}

/*
 * GSL's own tail is good to 1e-12 in the middle, but falls back on a Cornish-Fisher
 * expansion that is off by 4e-9 at t = 10. Beyond 4 the incomplete beta function
 * keeps its digits, except for a large df, where the integral does.
 */
double student_upper(double t, double df)
{
	gsl_sf_result tail;

	if (isnan(t) || !(df > 0))
		return NAN;
	gsl_set_error_handler_off();
	if (isinf(t))
		return t > 0 ? 0 : 1;
	if (isinf(df))
		return gsl_cdf_ugaussian_Q(t);
	if (fabs(t) < 4)
		return gsl_cdf_tdist_Q(t, df);
	if (df > 1e4 || gsl_sf_beta_inc_e(df / 2, 0.5, df / (df + t * t), &tail))
		return noncentral_upper(t, df, 0);
	return t > 0 ? tail.val / 2 : 1 - tail.val / 2;
}

/* Cornish and Fisher 1938, two terms: near enough for a df that is not tiny. */
static double first_guess(double p, double df)
{
	double z = gsl_cdf_ugaussian_Pinv(p), cube = z * z * z;

	if (df < 3)
		return z;
	return z + (cube + z) / (4 * df) + (5 * cube * z * z + 16 * cube + 3 * z) / (96 * df * df);
}

/* Log p is concave in log -t, so Newton's method over logarithms cannot go astray. */
static double tail_quantile(double p, double df)
{
	double t = first_guess(p, df);

	for (int i = 0; i < 100; i++) {
		double here = student_cdf(t, df);
		double step = here * log(here / p) / (t * gsl_ran_tdist_pdf(t, df));

		t *= exp(-step);
		if (!(fabs(step) > 1e-9))
			break;
	}
	return t > -1e150 ? t : -(double)INFINITY;
}

/* All benchmarks of a run mostly ask for the same. */
static double lower_quantile(double p, double df)
{
	static _Thread_local struct {
		double p, df, t;
	} last;

	if (last.p != p || last.df != df) {
		last.t = p < 0.1 ? tail_quantile(p, df) : gsl_cdf_tdist_Pinv(p, df);
		last.p = p;
		last.df = df;
	}
	return last.t;
}

/* GSL's inverse is good to 1e-14 in the middle and lost in the far tail. */
double student_quantile(double p, double df)
{
	if (!(p >= 0 && p <= 1) || !(df > 0))
		return NAN;
	if (p <= 0 || p >= 1)
		return p > 0 ? (double)INFINITY : -(double)INFINITY;
	gsl_set_error_handler_off();
	if (isinf(df))
		return gsl_cdf_ugaussian_Pinv(p);
	return p <= 0.5 ? lower_quantile(p, df) : -lower_quantile(1 - p, df);
}

#define USEFUL_FACTOR 4

bool interval_is_useful(struct interval interval, size_t nr)
{
	return nr >= INTERVAL_MIN_VALUES && interval.high <= USEFUL_FACTOR * interval.low;
}

struct interval interval_of_mean(const struct summary *summary, double confidence)
{
	struct interval none = { NAN, NAN }, found;
	double n = (double)summary->nr, half;

	if (summary->nr < 2 || !isfinite(summary->sd) || !(confidence > 0 && confidence < 1))
		return none;
	half = -student_quantile((1 - confidence) / 2, n - 1) * summary->sd / sqrt(n);
	found.low = summary->mean - half;
	found.high = summary->mean + half;
	return found;
}
