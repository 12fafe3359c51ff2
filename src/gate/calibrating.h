/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A suite measured against itself, again and again, becomes a calibration: what is collected, bout
 * by bout, and what it comes to. The code is the same on both sides, so that every REGRESSION is a
 * false one.
 */
#ifndef GATE_CALIBRATING_H
#define GATE_CALIBRATING_H

#include "gate/verdict.h"

struct calibrating {
	struct calibration *calibration; /* borrowed */
	const struct policy *policy;     /* borrowed */
	struct plan plan; /* of a comparison at its full budget: processes alone, units in turn */
	struct run sessions;                 /* the times of all sessions alone */
	struct run units;                    /* the duets of all gates in turn */
	uint64_t nr_gates;                   /* in turn, cut short ones too */
	size_t family_alone, family_in_turn; /* of a whole gate */
};

void calibrating_release(struct calibrating *calibrating);

/* A session alone, and what was made of it with those before it as its base; NULL for the first. */
void calibrating_add_session(
	struct calibrating *calibrating, const struct run *session, const struct verdict *verdict);

/* What was made of one more run alone, with all sessions as its base; it is no session itself. */
void calibrating_add_gate_alone(struct calibrating *calibrating, const struct verdict *verdict);

/* A gate in turn. */
void calibrating_add_gate(struct calibrating *calibrating, const struct verdict *verdict);

/* Fills in the calibration what follows from all that was added. */
void calibrating_conclude(struct calibrating *calibrating);

#endif
