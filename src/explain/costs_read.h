/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Costs from the file that callgrind writes ("Callgrind Format Specification" in its manual). The
 * file is foreign: what does not fit is an error that names the line. */
#ifndef EXPLAIN_COSTS_READ_H
#define EXPLAIN_COSTS_READ_H

#include "base/error.h"
#include "explain/costs.h"

/* Whose profile it is; all is borrowed. */
struct costs_of {
	uint64_t iterations;
	const char *suite; /* the object that is the benchmark's own; NULL: not known */
	const char
		*left_out; /* an object whose functions are none of the benchmark's; NULL: none */
};

/* The text ends in a zero. Release the costs in any case. */
int costs_read(const char *text, const struct costs_of *of, struct costs *costs, struct error *err);

#endif
