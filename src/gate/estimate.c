/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/estimate.h"

#include <math.h>

struct estimate estimate_none(void)
{
	return (struct estimate){ NAN, NAN, NAN, NAN };
}

struct estimate estimate_of_logs(const struct summary *logs)
{
	return (struct estimate){ exp(logs->mean), NAN, NAN, 100 * expm1(logs->sd) };
}

struct interval estimate_useful(struct interval logs, size_t nr)
{
	struct interval ratios = { exp(logs.low), exp(logs.high) };

	return interval_is_useful(ratios, nr) ? logs : (struct interval){ NAN, NAN };
}

static struct estimate geometric(const struct doubles *values)
{
	struct summary logs = summary_of_logs(values->items, values->nr);
	struct interval interval = estimate_useful(interval_of_mean(&logs, 0.95), values->nr);
	struct estimate estimate = estimate_of_logs(&logs);

	estimate.low = exp(interval.low);
	estimate.high = exp(interval.high);
	return estimate;
}

static struct estimate plain(const struct doubles *values)
{
	struct summary summary = summary_of(values->items, values->nr);
	struct interval interval = interval_of_mean(&summary, 0.95);
	/* Below zero there are no factors, and about zero an interval may well have a sign each. */
	bool useful = summary.min < 0 ? values->nr >= INTERVAL_MIN_VALUES
				      : interval_is_useful(interval, values->nr);

	return (struct estimate){
		.value = summary.mean,
		.low = useful ? interval.low : (double)NAN,
		.high = useful ? interval.high : (double)NAN,
		.spread_pct =
			summary.mean == 0 ? (double)NAN : 100 * summary.sd / fabs(summary.mean),
	};
}

/* What is known of it is its values' spread. */
static struct estimate of_digest(const struct digest *digest)
{
	return (struct estimate){ digest->mean, NAN, NAN, 100 * digest->sd / fabs(digest->mean) };
}

struct estimate estimate_of(const struct metric *metric)
{
	struct estimate logs = geometric(&metric->values);

	if (metric->digest.nr)
		return of_digest(&metric->digest);
	return isfinite(logs.value) && logs.value > 0 ? logs : plain(&metric->values);
}
