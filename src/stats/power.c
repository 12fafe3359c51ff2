/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/power.h"

#include "stats/noncentral.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <math.h>

double power_of(struct contrast plan, double alpha, double excess)
{
	if (plan.answer != ANSWER_OK || !(alpha > 0 && alpha < 1))
		return NAN;
	return noncentral_upper(-student_quantile(alpha, plan.df), plan.df, excess / plan.se);
}

/* As a normal score, power is all but a straight line in ncp: the secant method needs four steps.
 */
double power_detectable(struct contrast plan, double alpha, double power)
{
	double wanted, critical, ncp, score, last_ncp = 0, last_score;

	if (plan.answer != ANSWER_OK || !(alpha > 0 && power >= alpha && power < 1))
		return NAN;
	gsl_set_error_handler_off();
	wanted = gsl_cdf_ugaussian_Pinv(power);
	last_score = gsl_cdf_ugaussian_Pinv(alpha);
	critical = -student_quantile(alpha, plan.df);
	ncp = (wanted - last_score) * sqrt(1 + critical * critical / (2 * plan.df));
	for (int i = 0; i < 60 && ncp - last_ncp != 0; i++) {
		double step;

		score = gsl_cdf_ugaussian_Pinv(noncentral_upper(critical, plan.df, ncp));
		step = (wanted - score) * (ncp - last_ncp) / (score - last_score);
		if (!isfinite(step))
			break;
		last_ncp = ncp;
		last_score = score;
		ncp += step;
		if (fabs(step) <= 1e-8 * fabs(ncp))
			break;
	}
	return ncp * plan.se;
}
