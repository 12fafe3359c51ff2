/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What time it is, by each of the clocks that measuring needs. */
#ifndef SYS_CLOCK_H
#define SYS_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#define CLOCK_NS_PER_S 1000000000u

/* What this process and all its threads have used so far. */
struct clock_usage {
	uint64_t cpu_ns;
	uint64_t nr_switches; /* involuntary context switches */
	uint64_t nr_waits;    /* voluntary ones: it slept, read, or waited for a lock */
	uint64_t nr_faults;   /* pages that the kernel had to give it */
};

uint64_t clock_now_ns(void); /* since some fixed moment; never goes back */
/* The same without the time in which we were stopped, or the machine stood still, for deadlines
 * that others have to keep. */
uint64_t clock_awake_ns(void);
/* For a wait of at most so long, which began then (of clock_now_ns) and ends now: what is far
 * beyond it was such a time. */
void clock_end_wait(uint64_t start_ns, uint64_t longest_ns);
struct clock_usage clock_usage(void);
uint64_t clock_thread_cpu_ns(void); /* that the calling thread alone has used so far */

/* Median cost of what a batch of no work would show: two readings of the clock, one behind the
 * other. */
uint64_t clock_cost_ns(void);

/* The smallest step that two readings were seen to differ by. */
uint64_t clock_resolution_ns(void);

void clock_sleep_ns(uint64_t duration_ns);

/* Now, as 2026-11-21T04:05:06Z. */
#define CLOCK_TIMESTAMP_MAX 32
void clock_timestamp(char text[CLOCK_TIMESTAMP_MAX]);
/* The day alone: 2026-11-21, in UTC. */
void clock_today(char text[CLOCK_TIMESTAMP_MAX]);

/* Seconds since such a moment; NaN where it is none. */
double clock_age_s(const char *timestamp);

/* Differs from call to call and process to process: for seeds and identities, not for measuring. */
uint64_t clock_entropy(void);

#endif
