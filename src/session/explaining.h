/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Profiles benchmarks on both sides, and compares what they cost. */
#ifndef SESSION_EXPLAINING_H
#define SESSION_EXPLAINING_H

#include "explain/explain_account.h"
#include "harness/catalog.h"
#include "model/plan.h"
#include "suite/revision.h"

enum explaining_way {
	EXPLAINING_COUNTS,    /* by callgrind, or else by perf: the same answer each time */
	EXPLAINING_AUTO,      /* by perf, where it is allowed and can tell; or else by callgrind */
	EXPLAINING_PERF,      /* by that alone */
	EXPLAINING_CALLGRIND, /* the same */
};

/* All is borrowed. */
struct explaining {
	enum explaining_way way;
	const struct plan *plan;
	const struct catalog *catalogs[NR_SIDES]; /* both can be measured, and are listed */
	const struct revision
		*revisions[NR_SIDES]; /* that they are of; a tree that is NULL: none */
	const char *said[NR_SIDES];   /* that are none, as somebody named them; or NULL */
	bool quiet;
	uint64_t deadline_ns; /* of clock_now_ns: nothing is begun after it; 0: there is none */
};

/* Adds a subject for each of the benchmarks, which both sides have; one that cannot be profiled has
 * its trouble. An error: none can. */
int explaining_take(const struct explaining *explaining, const struct benches *benches,
	struct explain_account *account, struct error *err);

/* Names both sides for people. */
void explaining_say_sides(const struct explaining *explaining, struct explain_account *account);

/* What was changed between the two, where both are revisions of one repository; else nothing. */
void explaining_find_changes(
	const struct explaining *explaining, const char *folder, struct source_changes *changes);

#endif
