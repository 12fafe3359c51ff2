/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/changepoints.h"

#include "base/array.h"
#include "stats/partition.h"
#include "stats/summary.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define REACH 4.0       /* noises that a value's distance counts for at most */
#define FAR 5.0         /* noises; a spike is farther away */
#define MIN_SEGMENT 3   /* values */
#define MIN_BUMP 5      /* values of a segment that is left the way it was come by */
#define SETTLED_AFTER 5 /* values behind a change, and it is no longer a maybe */

/* The series while it is looked at, in the scale that changes are found in. */
struct series {
	double *values;
	double *scratch;
	size_t *starts; /* of segments; starts[nr_segments] is nr */
	size_t nr, nr_segments;
	double noise, correlation;
	double inflation; /* of the variance of a mean, by that correlation */
	double threshold; /* of a squared distance in standard errors */
};

static double clamp(double value, double reach)
{
	return fmin(fmax(value, -reach), reach);
}

/* Three quarters of the neighbours differ less: noise of two kinds shows, a few steps do not.
 */
static double usual_distance(const struct series *series)
{
	size_t nr = series->nr - 1;

	for (size_t i = 0; i < nr; i++)
		series->scratch[i] = fabs(series->values[i + 1] - series->values[i]);
	return quantile_of(series->scratch, nr, .75);
}

/* Values of a coarse clock, or counts: most neighbours are equal. Sheppard's correction is the
 * least noise that rounding makes. */
static double noise_of_steps(const struct series *series)
{
	double smallest = INFINITY, sum = 0;

	for (size_t i = 1; i < series->nr; i++) {
		double step = fabs(series->values[i] - series->values[i - 1]);

		sum += step;
		if (step > 0 && step < smallest)
			smallest = step;
	}
	if (sum <= 0)
		return 0;
	return fmax(smallest / sqrt(12), sum / (double)series->nr * sqrt(3.14159265358979) / 2);
}

/* Of a lag's differences, those over the limit as if they were at it. */
static double mean_square(const struct series *series, size_t lag, double limit)
{
	size_t nr = series->nr - lag;
	double sum = 0;

	for (size_t i = 0; i < nr; i++)
		sum += pow(clamp(series->values[i + lag] - series->values[i], limit), 2);
	return sum / (double)nr;
}

/* Differences of neighbours have the variance 2 s^2 (1 - r), of the next but one 2 s^2 (1 - r^2).
 * What chance alone makes of that is no correlation. */
static double neighbour_likeness(const struct series *series, double usual)
{
	double near = mean_square(series, 1, 2 * usual), far = mean_square(series, 2, 2 * usual);

	return fmin(fmax(far / near - 1 - 1 / sqrt((double)series->nr), 0), .9);
}

/* Three quarters of |a - b| of two normal values are below 1.627 standard deviations. */
static void find_noise(struct series *series)
{
	double usual = usual_distance(series);

	series->noise = usual > 0 ? usual / 1.626837 : noise_of_steps(series);
	series->correlation = usual > 0 ? neighbour_likeness(series, usual) : 0;
	series->noise /= sqrt(1 - series->correlation);
	series->inflation = (1 + series->correlation) / (1 - series->correlation);
}

/* Where neighbours are alike, a change costs so much that values at the usual limit could not pay
 * for it at the end of a series; as many as settle one can. */
static struct partition_costs costs_of(const struct series *series)
{
	double penalty = series->threshold * series->inflation;

	return (struct partition_costs){
		.limit = fmax(REACH * REACH, penalty / (SETTLED_AFTER - 1)), .penalty = penalty
	};
}

/* In noises, for the search. */
static void find_segments(struct series *series)
{
	for (size_t i = 0; i < series->nr; i++)
		series->scratch[i] = series->values[i] / series->noise;
	series->nr_segments =
		partition_of(series->scratch, series->nr, costs_of(series), series->starts);
	series->starts[series->nr_segments] = series->nr;
}

static void remove_start(struct series *series, size_t i)
{
	size_t *starts = series->starts;

	memmove(starts + i, starts + i + 1, (series->nr_segments - i) * sizeof *starts);
	series->nr_segments--;
}

struct level {
	double mean;     /* values far from the median count as if they were at the limit */
	double variance; /* of the mean, neighbours' likeness included */
};

static struct level changepoints_level_of(const struct series *series, size_t from, size_t to)
{
	size_t nr = to - from;
	double median, reach = REACH * series->noise, sum = 0, squares = 0, spread;
	struct level level;

	memcpy(series->scratch, series->values + from, nr * sizeof *series->scratch);
	median = median_of(series->scratch, nr);
	for (size_t i = from; i < to; i++)
		sum += clamp(series->values[i] - median, reach);
	level.mean = median + sum / (double)nr;
	for (size_t i = from; i < to; i++)
		squares += pow(clamp(series->values[i] - level.mean, reach), 2);
	spread = nr > 1 ? squares / (double)(nr - 1) : 0;
	level.variance =
		fmax(spread, series->noise * series->noise) * series->inflation / (double)nr;
	return level;
}

/* The squared distance of two neighbours, in standard errors. */
static double distance_at(const struct series *series, size_t segment)
{
	const size_t *starts = series->starts + segment;
	struct level before = changepoints_level_of(series, starts[-1], starts[0]);
	struct level after = changepoints_level_of(series, starts[0], starts[1]);

	return pow(after.mean - before.mean, 2) / (before.variance + after.variance);
}

/* The segment whose start is the least sure change. */
static size_t find_least_sure(const struct series *series, double *distance)
{
	size_t least = 0;

	*distance = INFINITY;
	for (size_t i = 1; i < series->nr_segments; i++) {
		double here = distance_at(series, i);

		if (here < *distance) {
			*distance = here;
			least = i;
		}
	}
	return least;
}

/* One after another, for the neighbours of one that goes gain by it. */
static void remove_unsure(struct series *series)
{
	double distance;

	for (;;) {
		size_t least = find_least_sure(series, &distance);

		if (distance >= series->threshold)
			return;
		remove_start(series, least);
	}
}

static double level_step(const struct series *series, size_t segment)
{
	const size_t *starts = series->starts + segment;

	return changepoints_level_of(series, starts[0], starts[1]).mean -
		changepoints_level_of(series, starts[-1], starts[0]).mean;
}

static bool is_short(const struct series *series, size_t segment)
{
	size_t nr = series->starts[segment + 1] - series->starts[segment];

	if (segment == 0 || segment + 1 == series->nr_segments || nr >= MIN_BUMP)
		return nr < MIN_SEGMENT;
	return nr < MIN_SEGMENT ||
		level_step(series, segment) * level_step(series, segment + 1) < 0;
}

/* What is too short belongs to the side whose level is nearer. */
static void remove_short(struct series *series)
{
	for (size_t i = 0; i < series->nr_segments && series->nr_segments > 1;) {
		if (!is_short(series, i)) {
			i++;
			continue;
		}
		if (i == 0 ||
			(i + 1 < series->nr_segments &&
				distance_at(series, i + 1) < distance_at(series, i)))
			remove_start(series, i + 1);
		else
			remove_start(series, i);
		i = 0;
	}
}

/* From one value up to another the level moves along a line. */
struct line {
	size_t from, to;
	double start, slope; /* the level at `from`, and what each value adds */
	double gain;         /* what it costs less than the steps that it stands for */
};

/* Of one value, in units of noise, beside a level. */
static double cost_of(const struct series *series, double value, double level)
{
	return pow(clamp(value - level, REACH * series->noise) / series->noise, 2) /
		series->inflation;
}

static double cost_of_segment(const struct series *series, size_t segment)
{
	size_t from = series->starts[segment], to = series->starts[segment + 1];
	double level = changepoints_level_of(series, from, to).mean, cost = 0;

	for (size_t i = from; i < to; i++)
		cost += cost_of(series, series->values[i], level);
	return cost;
}

/* Least squares over whole segments; values far from their segment's level count as if they were at
 * the limit. */
static struct line fit_line(const struct series *series, size_t first, size_t behind)
{
	struct line line = { .from = series->starts[first], .to = series->starts[behind] };
	double nr = (double)(line.to - line.from), middle = (nr - 1) / 2, sum = 0, moment = 0;

	for (size_t segment = first; segment < behind; segment++) {
		size_t from = series->starts[segment], to = series->starts[segment + 1];
		double level = changepoints_level_of(series, from, to).mean;

		for (size_t i = from; i < to; i++) {
			double value =
				level + clamp(series->values[i] - level, REACH * series->noise);

			sum += value;
			moment += value * ((double)(i - line.from) - middle);
		}
	}
	line.slope = moment / (nr * (nr * nr - 1) / 12);
	line.start = sum / nr - middle * line.slope;
	return line;
}

static double cost_of_line(const struct series *series, const struct line *line)
{
	double cost = 0;

	for (size_t i = line->from; i < line->to; i++)
		cost += cost_of(series, series->values[i],
			line->start + line->slope * (double)(i - line->from));
	return cost;
}

/* A line over these segments instead of the steps between them. It costs a change, too. */
static void try_line(const struct series *series, size_t first, size_t behind, struct line *best)
{
	struct line line = fit_line(series, first, behind);
	double steps = 0;

	for (size_t i = first; i < behind; i++)
		steps += cost_of_segment(series, i);
	line.gain = steps + series->threshold * (double)(behind - first - 1) -
		cost_of_line(series, &line) - series->threshold;
	if (line.gain > best->gain)
		*best = line;
}

/* Behind the last of the segments, from this one on, whose levels go one way. */
static size_t find_end_of_stairs(const struct series *series, size_t first)
{
	size_t behind = first + 1;
	bool up;

	if (behind >= series->nr_segments)
		return behind;
	up = level_step(series, behind) > 0;
	while (behind < series->nr_segments && (level_step(series, behind) > 0) == up)
		behind++;
	return behind;
}

/* The best line over three or more of these segments. */
static struct line find_best_line(const struct series *series, size_t first, size_t behind)
{
	struct line best = { .gain = 0 };

	for (size_t from = first; from + 3 <= behind; from++)
		for (size_t to = from + 3; to <= behind; to++)
			try_line(series, from, to, &best);
	return best;
}

static double unscaled(const struct changepoints *found, double level)
{
	return found->logs ? exp(level) : level;
}

/* How far a boundary of segments may be moved before the values contradict clearly: a likelihood
 * ratio of 20. */
static void find_reach(const struct series *series, size_t segment, struct changepoint *change)
{
	const size_t *starts = series->starts + segment;
	double before = changepoints_level_of(series, starts[-1], starts[0]).mean;
	double after = changepoints_level_of(series, starts[0], starts[1]).mean, worse = 0;

	for (size_t i = starts[0]; i > starts[-1] + 1 && worse < 6; i--) {
		change->low = i;
		worse += cost_of(series, series->values[i - 1], after) -
			cost_of(series, series->values[i - 1], before);
	}
	worse = 0;
	for (size_t i = starts[0]; i + 1 < starts[1] && worse < 6; i++) {
		change->high = i;
		worse += cost_of(series, series->values[i], before) -
			cost_of(series, series->values[i], after);
	}
}

static void changepoints_add_step(
	struct changepoints *found, const struct series *series, size_t segment)
{
	const size_t *starts = series->starts + segment;
	struct level before = changepoints_level_of(series, starts[-1], starts[0]);
	struct level after = changepoints_level_of(series, starts[0], starts[1]);
	double size = after.mean - before.mean, se = sqrt(before.variance + after.variance);
	struct changepoint change = { .kind = CHANGE_STEP,
		.at = starts[0],
		.low = starts[0],
		.high = starts[0],
		.end = starts[1],
		.before = unscaled(found, before.mean),
		.after = unscaled(found, after.mean),
		.ratio = { unscaled(found, size - 1.96 * se), unscaled(found, size + 1.96 * se) },
		.p = fmin(1, 2 * (double)series->nr * student_upper(fabs(size) / se, INFINITY)),
		.maybe = starts[1] == series->nr && starts[1] - starts[0] < SETTLED_AFTER };

	find_reach(series, segment, &change);
	*ARRAY_ADD(found) = change;
}

static void add_slope(
	struct changepoints *found, const struct series *series, const struct line *line)
{
	double last = line->start + line->slope * (double)(line->to - line->from - 1);
	double size = last - line->start, nr = (double)(line->to - line->from);
	/* Of a regression's slope, over the whole length. */
	double se = series->noise * sqrt(12 * series->inflation / nr);

	*ARRAY_ADD(found) = (struct changepoint){ .kind = CHANGE_SLOPE,
		.at = line->from,
		.low = line->from,
		.high = line->from,
		.end = line->to,
		.before = unscaled(found, line->start),
		.after = unscaled(found, last),
		.ratio = { unscaled(found, size - 1.96 * se), unscaled(found, size + 1.96 * se) },
		.p = fmin(1, 2 * (double)series->nr * student_upper(fabs(size) / se, INFINITY)) };
}

/* Of the stairs from this segment on: its slope, or its steps. Returns the segment behind. */
static size_t add_stairs(struct changepoints *found, const struct series *series, size_t first)
{
	size_t behind = find_end_of_stairs(series, first);
	struct line line = find_best_line(series, first, behind);

	for (size_t i = first; i < behind; i++) {
		size_t start = series->starts[i];

		if (line.gain > 0 && start == line.from)
			add_slope(found, series, &line);
		else if (i > first && !(line.gain > 0 && start > line.from && start <= line.to))
			changepoints_add_step(found, series, i);
	}
	return behind;
}

/* Stairs share the segment in which the direction turns. */
static void add_changes(struct changepoints *found, const struct series *series)
{
	for (size_t first = 0; first + 1 < series->nr_segments;)
		first = add_stairs(found, series, first) - 1;
}

static void add_spikes(struct changepoints *found, const struct series *series)
{
	found->spikes = mem_resize(NULL, series->nr, sizeof *found->spikes);
	for (size_t segment = 0; segment < series->nr_segments; segment++) {
		size_t from = series->starts[segment], to = series->starts[segment + 1];
		double level = changepoints_level_of(series, from, to).mean;

		for (size_t i = from; i < to; i++)
			if (fabs(series->values[i] - level) > FAR * series->noise)
				found->spikes[found->nr_spikes++] = i;
	}
}

/* In logarithms, if all are positive. */
static bool take_values(struct series *series, const double *values, bool *logs)
{
	*logs = true;
	for (size_t i = 0; i < series->nr; i++) {
		if (!isfinite(values[i]))
			return false;
		*logs = *logs && values[i] > 0;
	}
	for (size_t i = 0; i < series->nr; i++)
		series->values[i] = *logs ? log(values[i]) : values[i];
	return true;
}

/* The noise is known from as many differences; their median is as good as a third of them. */
static double threshold_for(size_t nr, double chance)
{
	double t = -student_quantile(chance / (2 * (double)nr), fmax(5, .7 * (double)nr));

	return t * t;
}

void changepoints_find(struct changepoints *found, const double *values, size_t nr, double chance)
{
	struct series series = { .nr = nr, .threshold = threshold_for(nr, chance) };

	if (nr < CHANGEPOINTS_MIN_VALUES)
		return;
	series.values = mem_resize(NULL, nr, sizeof *series.values);
	series.scratch = mem_resize(NULL, nr, sizeof *series.scratch);
	series.starts = mem_resize(NULL, nr + 1, sizeof *series.starts);
	if (take_values(&series, values, &found->logs)) {
		find_noise(&series);
		found->noise = series.noise;
		found->correlation = series.correlation;
	}
	if (series.noise > 0) {
		find_segments(&series);
		remove_short(&series);
		remove_unsure(&series);
		add_changes(found, &series);
		add_spikes(found, &series);
	}
	free(series.values);
	free(series.scratch);
	free(series.starts);
}

/* A value that comes and goes; the newest may stay. */
static bool is_excursion(const double *values, size_t nr, size_t i)
{
	return i > 0 && i + 1 < nr && values[i - 1] == values[i + 1] && values[i] != values[i - 1];
}

/* What comes and goes once in so many values may well be a commit and its reverse. */
#define EXACT_PER_SPIKE 50
/* Of four neighbours, three are the same. */
#define EXACT_PER_CHANGE 4

static bool are_exact(const double *values, size_t nr)
{
	size_t nr_changes = 0, nr_spikes = 0;

	for (size_t i = 0; i < nr; i++) {
		if (!isfinite(values[i]))
			return false;
		nr_changes += i > 0 && values[i] != values[i - 1];
		nr_spikes += is_excursion(values, nr, i);
	}
	return nr_changes * EXACT_PER_CHANGE <= nr && nr_spikes * EXACT_PER_SPIKE <= nr;
}

static void add_exact_step(
	struct changepoints *found, const double *values, size_t nr, double before, size_t at)
{
	double after = values[at], size = found->logs ? after / before : after - before;
	struct changepoint change = { .kind = CHANGE_STEP,
		.at = at,
		.low = at,
		.high = at,
		.end = nr,
		.before = before,
		.after = after,
		.ratio = { size, size },
		.maybe = found->nr_spikes && at + 1 == nr };

	if (found->nr)
		found->items[found->nr - 1].end = at;
	*ARRAY_ADD(found) = change;
}

bool changepoints_find_exact(struct changepoints *found, const double *values, size_t nr)
{
	double level;

	if (nr < CHANGEPOINTS_MIN_EXACT || !are_exact(values, nr))
		return false;
	found->logs = true;
	found->spikes = mem_resize(NULL, nr, sizeof *found->spikes);
	for (size_t i = 0; i < nr; i++)
		found->logs = found->logs && values[i] > 0;
	level = values[0];
	for (size_t i = 1; i < nr; i++) {
		if (is_excursion(values, nr, i)) {
			found->spikes[found->nr_spikes++] = i;
		} else if (values[i] != level) {
			add_exact_step(found, values, nr, level, i);
			level = values[i];
		}
	}
	return true;
}

void changepoints_release(struct changepoints *found)
{
	free(found->spikes);
	ARRAY_RELEASE(found);
	*found = (struct changepoints)CHANGEPOINTS_INIT;
}
