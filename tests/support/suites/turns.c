/* SPDX-License-Identifier: MIT-0 */
/*
 * A suite for base and head in turn. -D makes one of the two:
 *
 *	COUNT=n     the allocations that `steady` tells of
 *	LESS        it tells of none
 *	TIMES=n     how often `steady` does its work, or NS=n, for how many nanoseconds in all
 *	SIZE=n      the argument of `sized`
 *	FATE=...    what becomes of `shaky` in the process after AFTER others of it
 *
 * Each process leaves a byte in the file named by TRACE, each of a `shaky` with a fate one in
 *./fate.
 */
#include <benchgate.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "work.h"

#ifndef COUNT
#define COUNT 100
#endif
#ifndef TIMES
#define TIMES 1
#endif
#ifndef NS
#define NS (300 * TIMES)
#endif
#ifndef SIZE
#define SIZE 1000
#endif
#ifndef AFTER
#define AFTER 3
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

static void work(struct bg_run *run, uint64_t duration_ns)
{
	leave_byte(getenv("TRACE"));
	BG_LOOP(run)
		work_ns(duration_ns);
}

BG_BENCH(steady, BG_CRITICAL)
{
	work(run, NS);
#ifndef LESS
	bg_metric(run, "allocations", COUNT, "", BG_LESS_IS_BETTER);
#endif
}

BG_BENCH(sized, BG_ARGS(SIZE))
{
	work(run, 300);
}

BG_BENCH(shaky, BG_COMPREHENSIVE)
{
	work(run, 300);
#ifdef FATE
	if (leave_byte("fate") >= AFTER)
		FATE;
#endif
}
