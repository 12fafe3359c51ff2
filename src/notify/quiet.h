/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When only what is critical is loud: hours of each day, and whole days. */
#ifndef NOTIFY_QUIET_H
#define NOTIFY_QUIET_H

#include "base/error.h"
#include "base/texts.h"

#include <stdbool.h>

struct quiet_hours {
	char *from, *to;       /* "22:00"; NULL: there are none */
	char *zone;            /* "UTC", "local" or "+02:00"; NULL: UTC */
	struct texts days;     /* of each week, whole: "sat", "sun" */
	struct texts holidays; /* whole: "2026-12-25", or each year "12-25" */
};

/* Are there both ends, or days alone, and can all be read? `place` is theirs in the file. */
int quiet_check(const struct quiet_hours *quiet, const char *place, struct error *err);

/* Is it quiet at such a time: 2026-11-21T04:05:06Z? The hours are good ones; they may go over
 * midnight, and end before the minute `to` begins. */
bool quiet_at(const struct quiet_hours *quiet, const char *time);

#endif
