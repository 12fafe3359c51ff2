/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Base and head measured in turn: benchmarks that cannot have changed are left out, the others are
 * measured in units of both sides, compared by their machine code, and measured again where the
 * controls moved.
 */
#ifndef SESSION_IN_TURN_H
#define SESSION_IN_TURN_H

#include "session/measure.h"

/* What is measured in turn, and with what. */
struct measure_pair {
	const struct settings *settings;
	const struct benches *base;  /* has each benchmark that is measured, and maybe others */
	struct run *base_run;        /* gets base's levels, or NULL */
	const struct run *judged_by; /* the base that verdicts will compare with; NULL: base_run */
	const struct benches *const *more_base, *const *more_head; /* as in struct turns */
	size_t nr_more;
	const struct benches *head;    /* what is measured, into the head's run */
	const struct decider *decider; /* when it is enough; NULL: the gate says */
};

/* Marks in the run which benchmarks of the head are identical, and removes them from the list.
 * same_suites: both suites are the same bytes; else the machine code decides. Reads files and
 * starts processes, so call it while nothing is measured. The time that it takes is added to the
 * run's. */
void in_turn_mark_unchanged(
	const struct benches *base, struct benches *head, bool same_suites, struct run *run);

/* The same; when others are left, a few stay in the list as controls. */
void in_turn_take_unchanged(
	const struct benches *base, struct benches *head, bool same_suites, struct run *run);

/* Measures until each benchmark is decided, or has as many units as are planned. */
void in_turn_measure(
	const struct measure_options *options, const struct measure_pair *pair, struct run *run);

/* The same; then notes how alike the machine code of both sides is, and confirms regressions in
 * fresh units where a control moved. */
void in_turn_compare(
	const struct measure_options *options, const struct measure_pair *pair, struct run *run);

/* What is measured in turn has no level of its own: benchmarks with an absolute budget are measured
 * alone, and those that may be over it once more. */
void in_turn_measure_budgets(const struct measure_options *options, const struct settings *settings,
	const struct benches *benches, struct run *run);

#endif
