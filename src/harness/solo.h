/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One benchmark measured alone, in one fresh process: warmed until settled, timed, checked. */
#ifndef HARNESS_SOLO_H
#define HARNESS_SOLO_H

#include "harness/method.h"

/* Adds a process to the result: its row, its value of every metric. */
struct method solo_method(void);

#endif
