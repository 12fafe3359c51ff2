/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An editor opens a file of four megabytes: read it in pieces, note where each line begins, then
 * jump to lines all over it. The file is fresh, so it comes out of the system's page cache, not off
 * a disk.
 */
#include <benchgate.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINES = 65536, LONGEST = 128, PIECE = 65536, JUMPS = 500 };

static off_t begins[LINES + 1]; /* the last is the file's end */
static char jumped[JUMPS][9];   /* how the lines begin that were jumped to */

static uint32_t large_file_draw(void)
{
	static uint32_t state = 4;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

/* tmpfile(3) knows nothing of $TMPDIR, and a sandbox has no other place to write to. */
static FILE *open_unnamed(void)
{
	const char *folder = getenv("TMPDIR");
	char path[4096];
	int fd;

	snprintf(path, sizeof path, "%s/large-XXXXXX", folder ? folder : "/tmp");
	fd = mkstemp(path);
	if (fd < 0)
		return NULL;
	unlink(path);
	return fdopen(fd, "w+");
}

/* Each line begins with its number. */
static void large_file_write_file(struct bg_run *run)
{
	FILE *file = run->data = open_unnamed();
	char rest[LONGEST];

	memset(rest, '.', sizeof rest);
	for (unsigned i = 0; file && i < LINES; i++)
		fprintf(file, "%08x%.*s\n", i, (int)(large_file_draw() % (LONGEST - 16)), rest);
	if (!file || fflush(file))
		bg_fail(run, "cannot write a temporary file: %s", strerror(errno));
	else
		run->bytes = (double)ftello(file);
}

static void close_file(struct bg_run *run)
{
	if (run->data)
		fclose(run->data);
}

static uint32_t index_lines(int fd)
{
	static char piece[PIECE];
	uint32_t nr = 0;
	off_t at = 0;
	ssize_t size;

	while ((size = pread(fd, piece, sizeof piece, at)) > 0) {
		const char *end = piece + size, *line = piece;

		while (nr < LINES && (line = memchr(line, '\n', (size_t)(end - line))))
			begins[++nr] = at + (++line - piece);
		at += size;
	}
	return nr;
}

static void jump(int fd, int i)
{
	char line[LONGEST];
	uint32_t number = (uint32_t)i * 7919 % LINES;
	size_t size = (size_t)(begins[number + 1] - begins[number]);

	if (size <= sizeof line && pread(fd, line, size, begins[number]) == (ssize_t)size)
		memcpy(jumped[i], line, 8);
}

BG_BENCH(large_file_handling, BG_STANDARD, BG_SETUP(large_file_write_file), BG_TEARDOWN(close_file),
	BG_ABOUT("index the lines of a file of 4 MB and jump to 500 of them"))
{
	int fd = fileno(run->data);
	uint32_t nr = 0;

	BG_LOOP(run) {
		nr = index_lines(fd);
		for (int i = 0; i < JUMPS; i++)
			jump(fd, i);
	}

	if (nr != LINES)
		bg_fail(run, "%u lines, not %d", (unsigned)nr, LINES);
	for (int i = 0; i < JUMPS; i++)
		if (strtol(jumped[i], NULL, 16) != i * 7919L % LINES)
			bg_fail(run, "jumped to line %s, not %lx", jumped[i], i * 7919L % LINES);
}
