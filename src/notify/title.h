/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Titles of messages: one line that says what, how much, how urgent and where. */
#ifndef NOTIFY_TITLE_H
#define NOTIFY_TITLE_H

#include "notify/news.h"

/* "benchgate: hash +16.6 % (critical) on main", or of many "benchgate: 12 benchmarks in src/parser
 * slower by 5.0 to 31 % (critical) on main". `shared` is " in src/parser" or "". */
void title_of(const struct notice *const *notices, size_t nr, const char *shared, struct buf *out);

/* The same of all that a run, or a digest, has: "benchgate: REGRESSION, 3 new, 1 resolved on main".
 * `what` is the first word. */
void title_of_all(
	const struct notice *const *notices, size_t nr, const char *what, struct buf *out);

/* How many benchmarks there are among the notices. */
size_t title_nr_benchmarks(const struct notice *const *notices, size_t nr);

#endif
