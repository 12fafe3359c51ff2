/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What callgrind writes at the end of a process: which functions executed how many instructions. */
#ifndef HARNESS_CALLGRIND_H
#define HARNESS_CALLGRIND_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* All instructions that the file knows of. */
int callgrind_total(const char *text, size_t len, uint64_t *total, struct error *err);

#endif
