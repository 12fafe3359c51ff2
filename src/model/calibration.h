/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a machine can tell, as a suite measured against itself there has shown: how often it cries
 * wolf, how far its levels drift, and the smallest change that it would see in each benchmark. Owns
 * its texts. A number that is not known is NaN.
 */
#ifndef MODEL_CALIBRATION_H
#define MODEL_CALIBRATION_H

#include "base/error.h"
#include "model/env.h"

#include <stdint.h>

/* A baseline of so many sessions is what detectable_alone supposes: as many as one keeps. What
 * cannot be seen with that cannot be seen. */
#define CALIBRATION_SESSIONS 10

/* Verdicts of the suite against itself, by one of the two ways to measure. */
struct calibration_gates {
	uint64_t nr;          /* gates that were completed */
	uint64_t nr_alarmed;  /* of them, with an alarm or more */
	uint64_t comparisons; /* in all gates together */
	uint64_t alarms;      /* of them, called REGRESSION */
	double bound;         /* chance of one alarm: 95 % upper limit, 0 to 1 */
	double gate_bound;    /* the same of an alarmed gate */
};

struct calibration_bench {
	char *name;
	char *tier;
	double threshold_ratio;    /* by which it was judged, > 0 */
	double target_ratio;       /* what ought to be seen, > threshold */
	double detectable_alone;   /* change that is found 9 times in 10; may be NaN */
	double detectable_in_turn; /* the same; may be NaN */
	double order_ratio;        /* in turn: how much slower the side started second is; NaN */
	double order_low;          /* its 95 % interval; NaN */
	double order_high;         /* NaN */
	double alone_s, in_turn_s; /* what measuring it for one comparison took; NaN: it was not */
};

/* How far the levels of a metric drift from session to session there, as a history shows. */
struct known_drift {
	char *benchmark, *metric;
	double variance; /* of logarithms, > 0 */
	double df;       /* its degrees of freedom */
	char since[32];  /* the oldest session that it rests on */
};

struct calibration {
	char *machine;   /* as env_machine has it */
	char *timestamp; /* of its start, UTC */
	char *build;     /* of the suite, or NULL */
	double duration_s;
	double clock_resolution_ns;
	double clock_cost_ns; /* of a reading */
	uint64_t nr_sessions; /* alone, at least 60 s apart */
	double tau_ratio;     /* what two sessions differ by, >= 0; NaN with fewer than two */
	double tau_df;        /* its degrees of freedom, > 0; NaN without tau */
	struct calibration_gates alone, in_turn;
	struct calibration_bench *items; /* in the order of the suite */
	size_t nr, alloc;
	struct known_drifts {
		struct known_drift *items;
		size_t nr, alloc;
	} drifts; /* never in its file; ordered by benchmark and metric */
};

#define CALIBRATION_INIT \
	{ \
		.nr = 0 \
	}

void calibration_release(struct calibration *calibration);

/* Adds one of that name of which nothing is known. */
struct calibration_bench *calibration_add(
	struct calibration *calibration, const char *name, const char *tier);

/* NULL when there is none of that name. */
const struct calibration_bench *calibration_find(
	const struct calibration *calibration, const char *name);

/* The same of a metric's drift. */
const struct known_drift *calibration_find_drift(
	const struct calibration *calibration, const char *benchmark, const char *metric);

/* What measuring alone finds where another threshold holds than the one it was judged by. */
double calibration_detectable(const struct calibration_bench *bench, double threshold_ratio);

/* A calibration's spelling in JSON. Its schema is calibration.schema.json beside this file. */

#define CALIBRATION_JSON_VERSION 1

void calibration_json_print(const struct calibration *calibration, struct buf *out);

/* Into an empty one, which then holds what was read, an error or not. The error names the place in
 * the text. */
int calibration_json_read(
	const char *text, size_t len, struct calibration *calibration, struct error *err);

/* Text of the schema. */
extern const char calibration_schema_json[];

#endif
