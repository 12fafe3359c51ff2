/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a series is going: exponential smoothing with a damped trend (Gardner and McKenzie 1985),
 * its weights chosen by the errors of its own forecasts of the next value.
 */
#ifndef STATS_FORECAST_H
#define STATS_FORECAST_H

#include "stats/student.h"

#include <stddef.h>

struct forecast_weights {
	double level;   /* of the newest error in the level, 0 to 1 */
	double trend;   /* of that change of the level in the trend, 0 to 1 */
	double damping; /* what is left of the trend after each step, above 0, at most 1 */
};

struct forecast {
	struct forecast_weights weights;
	double level, trend; /* after the newest value */
	double noise;        /* standard deviation of the error one step ahead; NaN: no forecast */
	size_t nr;           /* values that it was made of */
};

/* Fewer values say nothing about what comes. */
#define FORECAST_MIN_VALUES 12

struct forecast forecast_of(const double *values, size_t nr);

/* The same with given weights. */
struct forecast forecast_with(const double *values, size_t nr, struct forecast_weights weights);

/* Of the value that many steps ahead, from 1 on. */
double forecast_value(const struct forecast *forecast, size_t ahead);
struct interval forecast_interval(const struct forecast *forecast, size_t ahead, double confidence);

/* When a limit is reached, in steps; 0: not within `most`. `soonest` and `latest` are those of the
 * interval; latest is 0 where it may never be. */
struct crossing {
	size_t expected, soonest, latest;
};

struct crossing forecast_crossing(
	const struct forecast *forecast, double limit, double confidence, size_t most);

#endif
