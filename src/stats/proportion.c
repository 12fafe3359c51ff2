/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/proportion.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <math.h>

double proportion_upper(size_t seen, size_t nr, double confidence)
{
	double a = (double)seen + 1, b = (double)nr - (double)seen;

	if (seen > nr || !(confidence > 0 && confidence < 1))
		return NAN;
	if (seen == nr)
		return 1;
	/* In closed form where it is asked for most. */
	if (!seen)
		return -expm1(log1p(-confidence) / b);
	gsl_set_error_handler_off();
	return gsl_cdf_beta_Qinv(1 - confidence, a, b);
}
