/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/bootstrap.h"

#include "base/random.h"

#include <math.h>

double bootstrap_mean(double *values, size_t nr)
{
	return summary_of(values, nr).mean;
}

static double resampled(
	const struct bootstrap *plan, struct random *random, const double *from, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		plan->scratch[i] = from[random_below(random, nr)];
	return plan->statistic(plan->scratch, nr);
}

/* Efron 1979. */
struct interval bootstrap_interval(const struct bootstrap *plan, double confidence)
{
	struct interval found = { NAN, NAN };
	struct random random = random_seed(plan->seed);
	size_t nr = plan->nr_replicates;

	if (plan->nr_base == 0 || plan->nr_head == 0 || !(confidence > 0 && confidence < 1))
		return found;
	for (size_t i = 0; i < nr; i++) {
		double base = resampled(plan, &random, plan->base, plan->nr_base);

		plan->replicates[i] = resampled(plan, &random, plan->head, plan->nr_head) - base;
	}
	found.low = quantile_of(plan->replicates, nr, (1 - confidence) / 2);
	found.high = quantile_of(plan->replicates, nr, (1 + confidence) / 2);
	return found;
}
