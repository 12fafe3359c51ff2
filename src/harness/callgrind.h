/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What callgrind writes at the end of a process: which functions executed how many instructions.
 * The file is foreign; what does not fit is an error or left out. */
#ifndef HARNESS_CALLGRIND_H
#define HARNESS_CALLGRIND_H

#include "base/error.h"
#include "model/profile.h"

#include <stddef.h>
#include <stdint.h>

/* All instructions that the file knows of. The text ends in a zero. */
int callgrind_total(const char *text, size_t len, uint64_t *total, struct error *err);

/* Instructions and calls of each function, divided by so many iterations; not sorted. Code that has
 * no name is one row for each library. Release the profile in any case. */
int callgrind_profile(
	const char *text, uint64_t iterations, struct profile *profile, struct error *err);

#endif
