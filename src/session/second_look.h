/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The second look of `run`: what the first look suspects, or cannot clear, is measured again, in
 * fresh processes at the end of the run. Where a base can be had, in turn with it, and that alone
 * decides; else against the stored baseline.
 */
#ifndef SESSION_SECOND_LOOK_H
#define SESSION_SECOND_LOOK_H

#include "session/judging.h"
#include "session/side.h"

struct second_look_options {
	const char *base;  /* a revision or a suite, "auto" or "none"; NULL: what the policy file
			      says, else auto */
	const char *cache; /* for what revisions build to, or NULL */
	uint64_t nr_units;
	bool merge_base, tip;
};

/* Of the units that a benchmark gets at most, unless it is said. */
#define SECOND_LOOK_UNITS 20

#define SECOND_LOOK_OPTS(struct_type, field) \
	OPT_WORD(0, "cache", struct_type, field.cache, "FOLDER", \
		"where what revisions build to is kept (default: benchgate in $XDG_CACHE_HOME or " \
		"~/.cache)", \
		GROUP_BUILD), \
		OPT_FLAG(0, "merge-base", struct_type, field.merge_base, \
			"a base that is a revision means where head branched off from it (the default in CI)", \
			GROUP_BASE), \
		OPT_FLAG(0, "tip", struct_type, field.tip, \
			"it means that revision itself, in CI too", GROUP_BASE), \
		OPT_COUNT('u', "units", struct_type, field.nr_units, "N", \
			"in turn: units a benchmark gets at most, each of four fresh processes (default 20)", \
			GROUP_MEASURE)

struct second_look {
	const struct second_look_options *options;
	const struct measure_options *measure;
	struct selection *selection;
	struct judging *judging; /* of the run; in_turn is set when it was */
	struct side side;        /* the base to measure in turn with */
	const char *what;        /* of the side, where it was not named; or NULL */
	bool has_side;
	bool is_ready;      /* the side is built, and of_base is its run, still without values */
	struct run of_base; /* of the side, until the stored base's place is its own */
	struct buf note;    /* why it was not, or "" */
};

#define SECOND_LOOK_INIT \
	{ \
		.side = SIDE_INIT, .of_base = RUN_INIT, .note = BUF_INIT \
	}

struct side_options second_look_side_options(const struct second_look_options *options,
	const struct settings *settings, const struct measure_options *measure);

/* An error is a slip on the command line. */
int second_look_check(const struct second_look_options *options, struct error *err);

/*
 * Finds the base, so that a slip is found before measuring; it is built when it is needed. Where
 * nobody named one, it is the commit that the stored base was recorded at, or without a stored base
 * the one that the present work began at; what stands in the way of these is noted, and no error.
 */
int second_look_find(struct second_look *look, struct error *err);

/* Before the first look: builds the base if there is a benchmark that the stored base cannot clear.
 */
void second_look_prepare(struct second_look *look, const struct judge *judge);

/* Will it surely be measured in turn, so that the first look may end with a few processes, which
 * are enough for its level? */
bool second_look_is_sure(
	const struct second_look *look, const struct judge *judge, const struct result *result);

/* After the first look, if that was complete. With no stored base, the judging's base becomes the
 * one that was measured in turn. */
void second_look_take(struct second_look *look);

/* "base: main (0123456), measured in turn with 6 of 8 benchmarks", where any was. */
void second_look_add_base(const struct second_look *look, struct buf *text);

void second_look_release(struct second_look *look);

#endif
