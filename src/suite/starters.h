/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Code that runs before any benchmark and may prepare what one uses: constructors. */
#ifndef SUITE_STARTERS_H
#define SUITE_STARTERS_H

#include "suite/match.h"

/* Are the constructors, and all that they reach, the same? What only registers benchmarks is left
 * out. */
enum code_likeness starters_match(struct match *match);

#endif
