/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Builds of one source whose code lies elsewhere in each: the variables that a build command gets
 * for that, BENCHGATE_CFLAGS for the compiler and BENCHGATE_LDFLAGS for its linking.
 */
#ifndef SUITE_LAYOUTS_H
#define SUITE_LAYOUTS_H

#include "base/buf.h"

#include <stdint.h>

/* Fewer make no test, more take no sense. */
#define LAYOUTS_MIN 3
#define LAYOUTS_MAX 64

/* "NAME=value" of both, for layout 1 and up; the same each time on one machine. */
void layouts_variables(uint64_t layout, struct buf *cflags, struct buf *ldflags);

/* How they come about here, for people. */
const char *layouts_way(void);

#endif
