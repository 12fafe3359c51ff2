/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A new level of a benchmark that runs of the base branch support, for a baseline that is to take
 * it over: at once when somebody approves it, by itself after a while. */
#ifndef MODEL_PROPOSAL_H
#define MODEL_PROPOSAL_H

#include "model/result.h"

enum proposal_status {
	PROPOSAL_PENDING,
	PROPOSAL_APPROVED,  /* by somebody; the baseline does not have it yet */
	PROPOSAL_WITHDRAWN, /* later runs contradict it */
};

/* By value, NULL at the end. */
extern const char *const proposal_status_words[];
/* As proposals spell an enum reason: "sustained_improvement". */
extern const char *const proposal_reason_words[];

/* A run that supports it. */
struct proposal_support {
	char *run; /* its id */
	char *timestamp;
	char *commit; /* or NULL */
	double value; /* the benchmark's level in it */
};

struct proposal_supports {
	struct proposal_support *items; /* the oldest first */
	size_t nr, alloc;
};

struct proposal {
	char *benchmark, *metric, *unit;
	double old_level, new_level;
	double low, high;  /* the change is surely between them, as new / old; NaN: not known */
	double confidence; /* that it is at least the improvement that was asked for; NaN: it is not
			      so sure, and waits for an approval */
	enum reason reason;
	char *note; /* in somebody's own words, or what the reason rests on; or NULL */
	char *timestamp;
	bool requires_approval;
	enum proposal_status status;
	char *why;         /* withdrawn; or NULL */
	char *approved_by; /* or NULL */
	struct proposal_supports supports;
};

struct proposals {
	struct proposal *items;
	size_t nr, alloc;
};

void proposal_release(struct proposal *proposal);
void proposals_release(struct proposals *proposals);

/* Of a benchmark; NULL when there is none. */
struct proposal *proposals_find(const struct proposals *proposals, const char *benchmark);
/* Takes those out that are marked: items[i] where gone[i]. */
void proposals_drop(struct proposals *proposals, const bool *gone);

#endif
