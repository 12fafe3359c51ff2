/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From when to when only what is critical is loud. */
#ifndef NOTIFY_QUIET_H
#define NOTIFY_QUIET_H

#include "base/error.h"

#include <stdbool.h>

struct quiet_hours {
	char *from, *to; /* "22:00"; NULL: there are none */
	char *zone;      /* "UTC", "local" or "+02:00"; NULL: UTC */
};

/* Are they none, or both ends and a zone that can be read? `place` is theirs in the file. */
int quiet_check(const struct quiet_hours *quiet, const char *place, struct error *err);

/* Is it quiet at such a time: 2026-11-21T04:05:06Z? The hours are good ones; they may go over
 * midnight, and end before the minute `to` begins. */
bool quiet_at(const struct quiet_hours *quiet, const char *time);

#endif
