/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What else the machine is doing: two looks at it, and what happened in between. */
#ifndef SYS_LOAD_H
#define SYS_LOAD_H

#include <stddef.h>
#include <stdint.h>

#define LOAD_UNKNOWN UINT64_MAX

struct load_process {
	long pid;
	uint64_t ticks; /* CPU time used so far */
	char name[32];
};

struct load_look {
	uint64_t now_ns;
	uint64_t busy_ticks; /* all processors, all processes, since boot */
	uint64_t steal_ticks;
	uint64_t all_ticks;    /* busy, idle, waiting, stolen */
	uint64_t own_cpu_ns;   /* ours and that of our dead children */
	uint64_t throttled_us; /* our control group */
	uint64_t nr_thermal;   /* times the first processor was slowed for heat, or LOAD_UNKNOWN */
	struct load_process *items; /* other processes */
	size_t nr, alloc;
};

void load_look(struct load_look *look);
void load_look_release(struct load_look *look);

struct load_change {
	double background_cpus; /* processors that others kept busy, on average; NaN where it cannot
				   be told */
	double steal_pct;       /* NaN where it cannot be told */
	double throttled_ms;
	uint64_t nr_thermal; /* or LOAD_UNKNOWN */
	char busy[256];      /* the busiest others, "name 42 %, name 7 %", or "" */
};

struct load_change load_between(const struct load_look *before, const struct load_look *after);

/* The load average of the last minute; NaN where there is none. */
double load_average(void);

#endif
