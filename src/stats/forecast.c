/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/forecast.h"

#include <math.h>

#define START_VALUES 6 /* whose line is where smoothing begins */

/* The line through the first values, one step before the first. */
static void start_forecast(struct forecast *forecast, const double *values)
{
	double sum = 0, moment = 0, middle = (START_VALUES - 1) / 2.0;

	for (size_t i = 0; i < START_VALUES; i++) {
		sum += values[i];
		moment += values[i] * ((double)i - middle);
	}
	forecast->trend = moment / (START_VALUES * (START_VALUES * START_VALUES - 1.0) / 12);
	forecast->level = sum / START_VALUES - (middle + 1) * forecast->trend;
}

struct forecast forecast_with(const double *values, size_t nr, struct forecast_weights weights)
{
	struct forecast forecast = { .weights = weights, .noise = NAN, .nr = nr };
	double squares = 0;

	if (nr < FORECAST_MIN_VALUES || !isfinite(summary_of(values, nr).mean))
		return forecast;
	start_forecast(&forecast, values);
	for (size_t i = 0; i < nr; i++) {
		double damped = weights.damping * forecast.trend;
		double error = values[i] - forecast.level - damped;

		forecast.level += damped + weights.level * error;
		forecast.trend = damped + weights.level * weights.trend * error;
		squares += error * error;
	}
	/* Three weights, a level and a trend were chosen to fit. */
	forecast.noise = sqrt(squares / (double)(nr - 5));
	return forecast;
}

/* A damped trend ends before most limits: one that fits as well, but for this share, goes on. */
#define DAMPING_COSTS .02

static double misfit_of(const struct forecast *forecast)
{
	return forecast->noise * (forecast->weights.damping < 1 ? 1 + DAMPING_COSTS : 1);
}

/* The errors are flat around the best weights: a coarse grid is as good as a search. */
struct forecast forecast_of(const double *values, size_t nr)
{
	static const double levels[] = { .05, .1, .2, .3, .45, .6, .8, 1 };
	static const double trends[] = { 0, .02, .05, .1, .2, .4 };
	static const double dampings[] = { .8, .9, .95, .98, 1 };
	struct forecast best = { .noise = NAN, .nr = nr };

	for (size_t l = 0; l < sizeof levels / sizeof *levels; l++)
		for (size_t t = 0; t < sizeof trends / sizeof *trends; t++)
			for (size_t d = 0; d < sizeof dampings / sizeof *dampings; d++) {
				struct forecast one = forecast_with(values, nr,
					(struct forecast_weights){
						levels[l], trends[t], dampings[d] });

				if (isnan(best.noise) || misfit_of(&one) < misfit_of(&best))
					best = one;
			}
	return best;
}

/* What is left of the trend in all of so many steps. */
static double damped_steps(const struct forecast *forecast, size_t ahead)
{
	double damping = forecast->weights.damping;

	return damping < 1 ? damping * (1 - pow(damping, (double)ahead)) / (1 - damping)
			   : (double)ahead;
}

double forecast_value(const struct forecast *forecast, size_t ahead)
{
	return isnan(forecast->noise)
		? NAN
		: forecast->level + damped_steps(forecast, ahead) * forecast->trend;
}

/* Each error on the way moves all that follow: Hyndman and others 2008, class 1. */
struct interval forecast_interval(const struct forecast *forecast, size_t ahead, double confidence)
{
	const struct forecast_weights *weights = &forecast->weights;
	double value = forecast_value(forecast, ahead), variance = 1, reach;

	for (size_t i = 1; i < ahead; i++)
		variance +=
			pow(weights->level * (1 + weights->trend * damped_steps(forecast, i)), 2);
	reach = student_quantile((1 + confidence) / 2, (double)forecast->nr - 5) * forecast->noise *
		sqrt(variance);
	return (struct interval){ value - reach, value + reach };
}

static void note_crossing(size_t *when, size_t ahead, bool crossed)
{
	if (!*when && crossed)
		*when = ahead;
}

struct crossing forecast_crossing(
	const struct forecast *forecast, double limit, double confidence, size_t most)
{
	struct crossing crossing = { 0 };
	bool up = forecast->level < limit;

	for (size_t ahead = 1; ahead <= most && !crossing.latest; ahead++) {
		double value = forecast_value(forecast, ahead);
		struct interval interval = forecast_interval(forecast, ahead, confidence);

		note_crossing(&crossing.expected, ahead, up ? value >= limit : value <= limit);
		note_crossing(&crossing.soonest, ahead,
			up ? interval.high >= limit : interval.low <= limit);
		note_crossing(&crossing.latest, ahead,
			up ? interval.low >= limit : interval.high <= limit);
	}
	return crossing;
}
