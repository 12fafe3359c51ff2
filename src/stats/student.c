/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/student.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <math.h>

double student_cdf(double t, double df)
{
	return student_upper(-t, df);
}

double student_upper(double t, double df)
{
	if (isnan(t) || !(df > 0))
		return NAN;
	gsl_set_error_handler_off();
	if (isinf(t))
		return t > 0 ? 0 : 1;
	if (isinf(df))
		return gsl_cdf_ugaussian_Q(t);
	return gsl_cdf_tdist_Q(t, df);
}

double student_quantile(double p, double df)
{
	if (!(p >= 0 && p <= 1) || !(df > 0))
		return NAN;
	if (p <= 0 || p >= 1)
		return p > 0 ? (double)INFINITY : -(double)INFINITY;
	gsl_set_error_handler_off();
	if (isinf(df))
		return gsl_cdf_ugaussian_Pinv(p);
	return gsl_cdf_tdist_Pinv(p, df);
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
