/* SPDX-License-Identifier: MIT-0 */
/* Calls whose cost is the system's. A unit is all of it, so each unit costs the same. */
#include "costs.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { UNITS = 20, PAGES = 16, PAGE = 4096, PORT = 27813 };

/* A unit is a child that works for some 50 us. */
static bool start_child(void)
{
	pid_t child = fork();

	if (!child) {
		BG_KEEP(hash_records(3700, 1));
		_exit(0);
	}
	return child > 0 && waitpid(child, NULL, 0) == child;
}

BG_BENCH(children, BG_CRITICAL)
{
	BG_LOOP(run)
		for (uint64_t left = with_added(UNITS); left; left--) {
			if (!start_child())
				bg_fail(run, "cannot start a child");
			units_done++;
		}
}

/* A unit is a mapping of 16 pages, each written to. */
BG_BENCH(page_faults, BG_CRITICAL)
{
	BG_LOOP(run)
		for (uint64_t left = with_added(UNITS); left; left--) {
			char *pages = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

			if (pages == MAP_FAILED) {
				bg_fail(run, "cannot map");
				continue;
			}
			for (int i = 0; i < PAGES; i++)
				pages[i * PAGE] = 1;
			munmap(pages, PAGES * PAGE);
			units_done++;
		}
}

/* A unit is a file of 4 KiB, written, perhaps brought to the disk, and removed. */
static void write_files(struct bg_run *run, bool sync)
{
	static const char text[PAGE];
	const char *folder = getenv("TMPDIR");
	char path[4096];

	snprintf(path, sizeof path, "%s/benchgate-%d", folder ? folder : "/tmp", (int)getpid());
	BG_LOOP(run)
		for (uint64_t left = with_added(UNITS); left; left--) {
			int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);

			if (fd < 0 || write(fd, text, sizeof text) != (ssize_t)sizeof text ||
				(sync && fsync(fd)))
				bg_fail(run, "cannot write %s", path);
			close(fd);
			unlink(path);
			units_done++;
		}
}

BG_BENCH(files, BG_CRITICAL)
{
	write_files(run, false);
}

BG_BENCH(synced_files, BG_CRITICAL)
{
	write_files(run, true);
}

static void take_port(struct bg_run *run)
{
	struct sockaddr_in place = { .sin_family = AF_INET,
		.sin_port = htons(PORT),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	run->data = (void *)(intptr_t)fd;
	if (fd < 0 || bind(fd, (struct sockaddr *)&place, sizeof place) || listen(fd, 1))
		bg_fail(run, "port %d is taken", PORT);
}

static void release_port(struct bg_run *run)
{
	close((int)(intptr_t)run->data);
}

/* Only one process at a time can do this. */
BG_BENCH(fixed_port, BG_CRITICAL, BG_SETUP(take_port), BG_TEARDOWN(release_port))
{
	BG_LOOP(run)
		work(with_added(750));
}
