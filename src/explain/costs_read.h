/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Costs from the file that callgrind writes ("Callgrind Format Specification" in its manual). The
 * file is foreign: what does not fit is an error that names the line. */
#ifndef EXPLAIN_COSTS_READ_H
#define EXPLAIN_COSTS_READ_H

#include "base/error.h"
#include "explain/costs.h"

/* The text ends in a zero. Release the costs in any case. */
int costs_read(const char *text, const struct costs_of *of, struct costs *costs, struct error *err);

#endif
