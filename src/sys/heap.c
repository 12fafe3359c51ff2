/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/heap.h"

#include "sys/dynlib.h"
#include "sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

#define HIGH_FD 64

/* src/preload/heap.c as it was built. */
extern const unsigned char heap_so[];
extern const unsigned long heap_so_size;

heap_reader *heap_find_reader(void)
{
	return dynlib_static_program() ? NULL : (heap_reader *)dynlib_find(NULL, HEAP_READER);
}

int heap_library(struct error *err)
{
#ifdef __linux__
	int fd = memfd_create("benchgate-heap", MFD_CLOEXEC), high = -1;

	/* Away from where a child has its channel and the library. */
	if (fd >= 0 && !file_write_fd(fd, (const char *)heap_so, heap_so_size))
		high = fcntl(fd, F_DUPFD_CLOEXEC, HIGH_FD);
	if (fd >= 0)
		close(fd);
	if (high >= 0)
		return high;
	return error_set(err, ERR_IO, "cannot make a file in memory: %s", strerror(errno));
#else
	return error_set(err, ERR_IO, "allocations are counted on Linux only");
#endif
}
