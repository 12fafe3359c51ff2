/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A calibration for people: what the machine would see of each benchmark, and how often it errs. */
#ifndef REPORT_CALIBRATION_TEXT_H
#define REPORT_CALIBRATION_TEXT_H

#include "base/buf.h"
#include "model/calibration.h"

/* Of a benchmark that is known by name: what ought to be seen of it, and what would be. */
struct blindness {
	const char *name;
	double target_ratio;
	double detectable_ratio; /* NaN: not known */
};

/* Is what would be seen more than what ought to be? */
bool calibration_is_blind(const struct blindness *blindness);

/* "this machine cannot see 2 % of sort; 4.1 % it can" */
void calibration_add_blindness(const struct blindness *blindness, struct buf *out);

void calibration_text(const struct calibration *calibration, unsigned width, struct buf *out);

#endif
