/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Measuring ours in turn with its competitors, once all that the gate asks for is measured. What
 * cannot be run or read is noted, and harms nobody.
 */
#ifndef SESSION_COMPETING_H
#define SESSION_COMPETING_H

#include "gate/gaps.h"
#include "session/measure.h"
#include "session/pasts.h"
#include "session/recorder.h"

#define COMPETITORS_OPT(struct_type, field) \
	OPT_FLAG(0, "competitors", struct_type, field, \
		"afterwards measure the \"competitors\" of the policy file in turn with ours, and say how far ours is from " \
		"theirs (see 'benchgate help competitors')", \
		GROUP_EVERYDAY)

/* What theirs is compared with. */
struct competing_task {
	const struct settings *settings;
	const struct measure_options *measure;
	const struct catalog *catalog; /* ours, as it was chosen */
	const struct run *run;         /* of ours, measured alone */
	uint64_t nr_units;             /* that a benchmark gets at most */
};

/* One competitor and ours. */
struct contest {
	const struct competitor *competitor;
	enum gap_source source;
	struct catalog catalog;      /* of their suites */
	struct benches made;         /* of their command */
	struct benches ours, theirs; /* by our names; borrowed from the catalogs */
	struct run our_run, their_run;
	struct buf note; /* why it was not compared, or "" */
};

struct competing {
	struct gaps gaps;
	struct contest *contests; /* one for each competitor of the policy */
	size_t nr;
	struct pasts pasts; /* that the gaps borrow from */
};

/* Before anything is measured: is there a competitor at all? */
int competing_check(bool wanted, const struct settings *settings, struct error *err);

/* Into an empty one. */
void competing_take(struct competing *competing, const struct competing_task *task);

/*
 * Keeps what was measured in a history: for each competitor a run on the branch "competitor NAME",
 * at our commit, with the values of theirs where they were measured here, and the metric "gap"
 * (ours / theirs; "rate gap" of any other metric than the time). So what a history knows of series
 * holds for gaps: steps, slopes, pages.
 */
int competing_keep(const struct competing *competing, const struct recorder *recorder,
	const struct run *ours, struct buf *notes, struct error *err);
void competing_release(struct competing *competing);

#endif
