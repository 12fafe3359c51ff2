/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Somebody's recorded word that a regression may stay, within bounds. */
#ifndef MODEL_ACCEPTANCE_H
#define MODEL_ACCEPTANCE_H

#include <stddef.h>

struct acceptance {
	char *benchmark; /* name or glob */
	char *metric;    /* the same; NULL: every metric */
	char *reason;
	char *until;      /* the last day it holds, "2026-12-31", or NULL: for ever */
	double max_ratio; /* the change it covers, 0.08 is 8 %; NaN: any */
	char *timestamp;  /* when it was given */
	char *commit;     /* or NULL */
	char *by;         /* who gave it, or NULL */
};

struct acceptances {
	struct acceptance *items;
	size_t nr, alloc;
};

void acceptances_release(struct acceptances *acceptances);

/* The newest that speaks of the benchmark's metric, expired or not; NULL when none does. */
const struct acceptance *acceptances_find(
	const struct acceptances *acceptances, const char *benchmark, const char *metric);

#endif
