/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sessions of a baseline's metric: whose values are whose. They stand in the order of time. */
#ifndef STORE_SESSION_H
#define STORE_SESSION_H

#include "model/result.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Puts a session where its time belongs, with those of the values that are finite; without any
 * there is no session. The metric's digest is that of its newest session from then on, if any.
 */
void session_insert(struct metric *metric, const char *timestamp, const double *values, size_t nr);
void session_insert_digest(struct metric *metric, const char *timestamp, struct digest digest);

/* What a run has of a metric: its values, or its digest. */
void session_insert_of_run(struct metric *metric, const char *timestamp, const struct metric *from);

/* Would there be one of what a run has? */
bool session_is_possible(const struct metric *metric);

/* Is one of the metric's named so? */
bool session_is_taken(const struct metric *metric, const char *timestamp);

/* Drops the oldest until at most max are left. */
void session_keep_newest(struct metric *metric, size_t max);

#endif
