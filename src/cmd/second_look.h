/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The second look of `run`: what the first look suspects, or cannot clear, is measured again, in
 * fresh processes at the end of the run. Where a base can be had, in turn with it, and that alone
 * decides; else against the stored baseline.
 */
#ifndef CMD_SECOND_LOOK_H
#define CMD_SECOND_LOOK_H

#include "cmd/base.h"
#include "cmd/side.h"

struct second_look_options {
	const char *base;  /* a revision or a suite; NULL: what the policy file says */
	const char *cache; /* for what revisions build to, or NULL */
	uint64_t nr_units;
	bool merge_base, tip;
};

/* Of the units that a benchmark gets at most, unless it is said. */
#define SECOND_LOOK_UNITS 20

#define SECOND_LOOK_OPTS(struct_type, field) \
	OPT_WORD(0, "cache", struct_type, field.cache, "FOLDER", \
		"where what revisions build to is kept (default: benchgate in $XDG_CACHE_HOME or " \
		"~/.cache)"), \
		OPT_FLAG(0, "merge-base", struct_type, field.merge_base, \
			"a base that is a revision means where head branched off from it (the default in CI)"), \
		OPT_FLAG(0, "tip", struct_type, field.tip, \
			"it means that revision itself, in CI too"), \
		OPT_COUNT('u', "units", struct_type, field.nr_units, "N", \
			"in turn: units a benchmark gets at most, each of four fresh processes (default 20)")

struct second_look {
	const struct second_look_options *options;
	const struct measure_options *measure;
	struct selection *selection;
	struct side side;                      /* the base to measure in turn with */
	const struct calibration *calibration; /* of this machine, or NULL; borrowed */
	bool has_side;
	bool in_turn;    /* it was measured with */
	struct buf note; /* why it was not, or "" */
};

#define SECOND_LOOK_INIT \
	{ \
		.side = SIDE_INIT, .note = BUF_INIT \
	}

struct side_options second_look_side_options(
	const struct second_look_options *options, const struct settings *settings, bool quiet);

/* An error is a slip on the command line. */
int second_look_check(const struct second_look_options *options, struct error *err);

/* Finds the base, so that a slip is found before measuring; it is built when it is needed. */
int second_look_find(struct second_look *look, struct error *err);

/* After the first look, unless that came to no end. With no stored base, *base becomes the one that
 * was measured in turn. */
void second_look_take(struct second_look *look, struct base *base, struct run *run);

void second_look_release(struct second_look *look);

#endif
