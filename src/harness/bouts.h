/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a calibration spends its time: sessions alone, far enough apart to be sessions, and between
 * them gates, alone and in turn, so that both ways to measure see all of it.
 */
#ifndef HARNESS_BOUTS_H
#define HARNESS_BOUTS_H

#include <stdint.h>

/* The tests give it a clock and bouts of their own. */
struct bouts {
	uint64_t budget_ns;
	uint64_t gap_ns; /* from the start of one session to the start of the next, at least */
	uint64_t (*now_ns)(void);
	int (*interrupted)(void); /* a signal's number, or 0 */
	/* One bout, of at most so long; -1: there is no point in another. */
	int (*session)(void *context, uint64_t limit_ns);
	int (*gate)(void *context, uint64_t limit_ns);
	/* Lets time pass, up to so much. */
	void (*rest)(void *context, uint64_t time_ns);
	void *context;
};

void bouts_run(const struct bouts *bouts);

#endif
