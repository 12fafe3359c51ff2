/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a history says of one metric of one benchmark: its values, commit by commit, and what is
 * found in them. Pure: whoever reads the history fills in the points.
 */
#ifndef GATE_PAST_H
#define GATE_PAST_H

#include "stats/changepoints.h"
#include "stats/trend.h"

#include <stdint.h>

/* The value of a run. All texts are borrowed. */
struct past_point {
	double value;         /* finite, in the metric's unit */
	double error;         /* relative standard error; NaN: not known */
	const char *time;     /* 2026-11-21T04:05:06Z */
	const char *commit;   /* or NULL */
	const char *compiler; /* that made the suite; or NULL */
	const char *run;      /* its id */
};

struct past_points {
	struct past_point *items;
	size_t nr, alloc;
};

/* What counts as the present: the longer of the two. All zero is the default. */
struct past_settings {
	uint64_t window_ns;   /* 0: 7 days */
	uint64_t window_runs; /* 0: 30 */
	double creep_ratio;   /* a week; a slope that is surely larger is a creep; 0: 1 % */
};

struct past {
	struct past_points points; /* owned; in the order of the commits, the newest last */
	bool more_is_better;
	bool is_exact; /* of a count that chance has no part in; cleared where the points show it */
	size_t family; /* series that are told of together: chance has as many tries; 0: one */
	const char *machine_before; /* that measured before the first point; or NULL */
	struct changepoints changes;
	size_t *marks; /* points whose suite another compiler made than the one before's */
	size_t nr_marks;
	size_t window;        /* the first point of the present */
	size_t steady;        /* the first point since which there was no step and no mark */
	struct trend trend;   /* of the logarithm, a week, of the steady part of the present; NaN:
				 not known */
	struct interval sure; /* of that slope, 99 % */
	bool creeps;          /* surely worse by more than the setting a week, without a step */
	double usual;         /* the median of the steady points before the newest; NaN: too few */
	double anomaly_p;     /* of a newest value so far from there; NaN: too few */
};

/* Finds all of it in the points. With too few of them there is less to be found. */
void past_look(struct past *past, const struct past_settings *settings);
void past_release(struct past *past);

/* How likely a change, or an unusual value, is called one where none is: in a series, and of what
 * surprises in all of a family. */
#define PAST_CHANCE .01

/* The level at the first of the points that are at most that much older than the newest, and now:
 * each the middle of three; NaN: not known. */
struct past_move {
	double before, now;
};
struct past_move past_move(const struct past *past, uint64_t within_ns);

/* The median of the points around it. */
double past_level_near(const struct past *past, size_t at);

/* Is that small a probability surprising in any of the family? */
bool past_surprises(const struct past *past, double p);

/* Does the newest value surprise? A step that is only a maybe says the same, and more. */
bool past_is_unusual(const struct past *past);

/* The first of the newest points that are far from the level: spikes, or the first of a step; nr
 * where the newest is not. */
size_t past_unsettled(const struct past *past);

/* The newest step of the present that surprises; NULL: there is none. */
const struct changepoint *past_newest_step(const struct past *past);

/* What a series is like at present. */
enum past_state {
	PAST_IS_OVER_BUDGET,
	PAST_IS_WORSE, /* by a step that surprises */
	PAST_IS_MAYBE_WORSE,
	PAST_IS_CREEPING,
	PAST_IS_BETTER,
	PAST_IS_STEADY,
	PAST_NR_STATES,
};

/* By value, NULL at the end: "over budget". */
extern const char *const past_states[];

/* `now` is its value; `limit` its budget, NaN where there is none. */
enum past_state past_state_of(const struct past *past, double now, double limit);

/* The compiler of the suite changed at one of the points that the change may have begun at; how
 * many of the marks come before it, or nr_marks. */
size_t past_mark_of(const struct past *past, const struct changepoint *change);

/* When a budget is exceeded, in days from the newest point; NaN: not within half a year. */
struct past_crossing {
	double days, soonest, latest;
};
struct past_crossing past_crossing(const struct past *past, double limit);

#endif
