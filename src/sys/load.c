/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/load.h"

#include "base/array.h"
#include "base/buf.h"
#include "base/str.h"
#include "sys/cgroup.h"
#include "sys/clock.h"
#include "sys/file.h"

#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* A process that used less of a processor than this is not worth naming. */
#define BUSY_RATIO 0.05
#define MAX_NAMED 3

static uint64_t own_cpu_ns(void)
{
	struct rusage children;
	uint64_t us;

	getrusage(RUSAGE_CHILDREN, &children);
	us = (uint64_t)(children.ru_utime.tv_sec + children.ru_stime.tv_sec) * 1000000 +
		(uint64_t)(children.ru_utime.tv_usec + children.ru_stime.tv_usec);
	return clock_usage().cpu_ns + us * 1000;
}

/* cpu user nice system idle iowait irq softirq steal ... */
static void look_at_stat(struct load_look *look)
{
	enum { IDLE = 3, IOWAIT = 4, STEAL = 7, NR_COUNTS = 8 };
	char *line = file_line("/proc/stat"), *at = line;

	for (int i = 0; line && i < NR_COUNTS; i++) {
		uint64_t ticks;

		at += strcspn(at, " ");
		ticks = strtoull(at, &at, 10);
		look->all_ticks += ticks;
		if (i == STEAL)
			look->steal_ticks = ticks;
		else if (i != IDLE && i != IOWAIT)
			look->busy_ticks += ticks;
	}
	free(line);
}

/* PID (NAME) STATE ... utime and stime are the 12th and 13th fields behind the name, which may hold
 * anything. */
static void look_at_process(struct load_look *look, long pid)
{
	char path[64];
	char *line, *open, *close;
	struct load_process *process;

	snprintf(path, sizeof path, "/proc/%ld/stat", pid);
	line = file_line(path);
	open = line ? strchr(line, '(') : NULL;
	close = open ? strrchr(open, ')') : NULL;
	if (close) {
		char *at = close + 1;

		process = ARRAY_ADD(look);
		*close = '\0';
		*process = (struct load_process){ .pid = pid };
		snprintf(process->name, sizeof process->name, "%s", open + 1);
		for (int i = 0; i < 11 && *at; i++)
			at += 1 + strcspn(at + 1, " ");
		process->ticks = strtoull(at, &at, 10);
		process->ticks += strtoull(at, NULL, 10);
	}
	free(line);
}

static void look_at_processes(struct load_look *look)
{
	DIR *folder = opendir("/proc");
	struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		long pid = isdigit((unsigned char)*entry->d_name) ? strtol(entry->d_name, NULL, 10)
								  : 0;

		if (pid && pid != (long)getpid())
			look_at_process(look, pid);
	}
	if (folder)
		closedir(folder);
}

static uint64_t thermal_count(void)
{
	char *line = file_line("/sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count");
	uint64_t count = LOAD_UNKNOWN;

	if (line)
		str_to_u64(line, &count);
	free(line);
	return count;
}

void load_look(struct load_look *look)
{
	*look = (struct load_look){ .now_ns = clock_now_ns(),
		.own_cpu_ns = own_cpu_ns(),
		.throttled_us = cgroup_throttled_us(),
		.nr_thermal = thermal_count() };
	look_at_stat(look);
	look_at_processes(look);
}

void load_look_release(struct load_look *look)
{
	ARRAY_RELEASE(look);
}

static double ticks_s(uint64_t ticks)
{
	return (double)ticks / (double)sysconf(_SC_CLK_TCK);
}

static int busiest_first(const void *a, const void *b)
{
	const struct load_process *x = a, *y = b;

	return (x->ticks < y->ticks) - (x->ticks > y->ticks);
}

/* What each process used in between, in place of what it has used in all. */
static struct load_look used_between(const struct load_look *before, const struct load_look *after)
{
	struct load_look used = { 0 };

	for (size_t i = 0; i < after->nr; i++) {
		struct load_process *process = ARRAY_ADD(&used);
		uint64_t was = 0;

		*process = after->items[i];
		for (size_t j = 0; j < before->nr; j++)
			if (before->items[j].pid == process->pid)
				was = before->items[j].ticks;
		process->ticks = process->ticks > was ? process->ticks - was : 0;
	}
	if (used.nr)
		qsort(used.items, used.nr, sizeof *used.items, busiest_first);
	return used;
}

static void name_busiest(const struct load_look *used, double elapsed_s, char *text, size_t size)
{
	size_t len = 0;

	*text = '\0';
	for (size_t i = 0; i < used->nr && i < MAX_NAMED && len < size; i++) {
		double ratio = ticks_s(used->items[i].ticks) / elapsed_s;

		if (ratio < BUSY_RATIO)
			break;
		snprintf(text + len, size - len, "%s%s %.0f %%", len ? ", " : "",
			used->items[i].name, 100 * ratio);
		len = strlen(text);
	}
}

struct load_change load_between(const struct load_look *before, const struct load_look *after)
{
	double elapsed_s = fmax((double)(after->now_ns - before->now_ns) / CLOCK_NS_PER_S, 1e-3);
	double own_s = (double)(after->own_cpu_ns - before->own_cpu_ns) / CLOCK_NS_PER_S;
	double others_s = ticks_s(after->busy_ticks - before->busy_ticks) - own_s;
	uint64_t all = after->all_ticks - before->all_ticks;
	struct load_look used = used_between(before, after);
	struct load_change change = {
		.background_cpus = all ? fmax(0, others_s / elapsed_s) : NAN,
		.steal_pct = all
			? 100 * (double)(after->steal_ticks - before->steal_ticks) / (double)all
			: NAN,
		.throttled_ms = (double)(after->throttled_us - before->throttled_us) / 1000,
		.nr_thermal = after->nr_thermal == LOAD_UNKNOWN
			? LOAD_UNKNOWN
			: after->nr_thermal - before->nr_thermal,
	};

	name_busiest(&used, elapsed_s, change.busy, sizeof change.busy);
	load_look_release(&used);
	return change;
}

double load_average(void)
{
	char *line = file_line("/proc/loadavg");
	double average = line ? strtod(line, NULL) : NAN;

	free(line);
	return average;
}
