/* SPDX-License-Identifier: MIT-0 */
/*
 * A suite whose verdicts are certain. What it counts is the same in every process, and is compared
 * exactly; what is slowed takes a hundred times as long. -D makes another version of it:
 *
 *	COUNT=n     what `steady` counts, and MORE=n what it reaches
 *	SLOW        `work` does its work a hundred times
 *	UNSTABLE    `work` does it three times in every other of its processes
 *	GONE        without `leaver`
 *	LESS        without the metric `sum` of `leaver`
 *	CRASH       `shaky` crashes
 *
 * Each process leaves a byte in the file named by TRACE.
 */
#include <benchgate.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "work.h"

#ifndef COUNT
#define COUNT 100
#endif
#ifndef MORE
#define MORE 100
#endif
#ifdef SLOW
#define TIMES 100
#else
#define TIMES 1
#endif

/* Returns how many processes were there before. */
static long leave_byte(const char *path)
{
	int fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND, 0666) : -1;
	long nr;

	if (fd < 0)
		return 0;
	nr = (long)lseek(fd, 0, SEEK_END);
	if (write(fd, "x", 1) != 1)
		abort();
	close(fd);
	return nr;
}

static void leave_trace(void)
{
	leave_byte(getenv("TRACE"));
}

static void work_for(struct bg_run *run, unsigned times)
{
	BG_LOOP(run)
		work_ns(times * UINT64_C(300));
}

BG_BENCH(steady, BG_CRITICAL)
{
	leave_trace();
	work_for(run, 1);
	bg_metric(run, "count", COUNT, "", BG_LESS_IS_BETTER);
	bg_metric(run, "reach", MORE, "", BG_MORE_IS_BETTER);
}

BG_BENCH(work)
{
	leave_trace();
#ifdef UNSTABLE
	work_for(run, leave_byte("trace-of-work") % 2 ? 3 : 1);
#else
	work_for(run, TIMES);
#endif
}

#ifndef GONE
BG_BENCH(leaver)
{
	leave_trace();
	work_for(run, 1);
#ifndef LESS
	bg_metric(run, "sum", 42, "B", BG_LESS_IS_BETTER);
#endif
}
#endif

BG_BENCH(shaky)
{
	leave_trace();
#ifdef CRASH
	abort();
#endif
	work_for(run, 1);
}
