/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/file.h"

#include "base/mem.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Opening a pipe that nobody writes to would wait for ever; reading it ends at once. */
static int open_to_read(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd >= 0)
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
	return fd;
}

/* At least a part, whatever signals come meanwhile. */
static ssize_t read_part(int fd, char *chunk, size_t size)
{
	ssize_t got;

	do
		got = read(fd, chunk, size);
	while (got < 0 && errno == EINTR);
	return got;
}

/* From so many bytes on, a file is read right into its place. */
#define LARGE_BYTES ((size_t)1 << 20)

/* Of an empty buffer, in pages as large as there are: a small one costs as much to get as to fill.
 */
static void make_large_room(struct buf *out, size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), before;

	out->data = mem_resize(NULL, size + 1, 1);
	out->data[0] = '\0';
	out->alloc = size + 1;
	before = (page - (uintptr_t)out->data % page) % page;
	madvise(out->data + before, size - before, MADV_HUGEPAGE);
}

static ssize_t read_large(int fd, struct buf *out)
{
	ssize_t got = read_part(fd, out->data + out->len, out->alloc - out->len - 1);

	out->len += got > 0 ? (size_t)got : 0;
	out->data[out->len] = '\0';
	return got;
}

/* Takes the descriptor over; name is for people. */
static int file_read_all(int fd, const char *name, size_t max, struct buf *out, struct error *err)
{
	char chunk[65536];
	ssize_t got = 0;
	struct stat is;
	bool is_file = fstat(fd, &is) == 0 && S_ISREG(is.st_mode) && is.st_size > 0;
	size_t size = is_file ? (size_t)is.st_size : 0, total = 0;

	/* What is too large need not be read to be refused. */
	if (size > max) {
		total = SIZE_MAX;
	} else if (size >= LARGE_BYTES && !out->alloc && !out->max) {
		make_large_room(out, size);
		while (total < size && (got = read_large(fd, out)) > 0)
			total += (size_t)got;
	}
	while (got >= 0 && total <= max && (got = read_part(fd, chunk, sizeof chunk)) > 0)
		if ((total += (size_t)got) <= max)
			buf_add(out, chunk, (size_t)got);
	if (got < 0)
		error_set(err, ERR_IO, "cannot read %s: %s", name, strerror(errno));
	else if (total > max)
		error_set(err, ERR_IO, "%s is larger than %zu bytes", name, max);
	close(fd);
	return got < 0 || total > max ? -1 : 0;
}

int file_read(const char *path, size_t max, struct buf *out, struct error *err)
{
	int fd = open_to_read(path);

	if (fd < 0)
		return error_set(err, ERR_IO, "cannot open %s: %s", path, strerror(errno));
	return file_read_all(fd, path, max, out, err);
}

int file_read_input(size_t max, struct buf *out, struct error *err)
{
	int fd = isatty(STDIN_FILENO) ? -1 : fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);

	return fd < 0 ? 0 : file_read_all(fd, "standard input", max, out, err);
}

/* Fills a chunk but at the end; -1 on error. */
static ssize_t read_chunk(int fd, char *chunk, size_t size)
{
	size_t len = 0;
	ssize_t got;

	while (len < size && (got = read_part(fd, chunk + len, size - len)) != 0) {
		if (got < 0)
			return -1;
		len += (size_t)got;
	}
	return (ssize_t)len;
}

static bool same_bytes(int one, int other)
{
	char left[65536], right[65536];
	ssize_t got;

	do {
		got = read_chunk(one, left, sizeof left);
		if (got < 0 || read_chunk(other, right, sizeof right) != got ||
			memcmp(left, right, (size_t)got) != 0)
			return false;
	} while (got);
	return true;
}

bool file_has_same_content(const char *one, const char *other)
{
	int fds[2] = { open_to_read(one), open_to_read(other) };
	struct stat is[2];
	bool same = fds[0] >= 0 && fds[1] >= 0 && !fstat(fds[0], &is[0]) &&
		!fstat(fds[1], &is[1]) && S_ISREG(is[0].st_mode) && S_ISREG(is[1].st_mode) &&
		is[0].st_size == is[1].st_size;

	if (same && (is[0].st_dev != is[1].st_dev || is[0].st_ino != is[1].st_ino))
		same = same_bytes(fds[0], fds[1]);
	for (int i = 0; i < 2; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return same;
}

bool file_is_there(const char *path)
{
	struct stat is;

	return lstat(path, &is) == 0;
}

void file_stamp(const char *path, struct buf *out)
{
	struct stat is;

	if (stat(path, &is) == 0)
		buf_addf(out, "%ju %jd %jd.%09ld", (uintmax_t)is.st_ino, (intmax_t)is.st_size,
			(intmax_t)is.st_mtim.tv_sec, is.st_mtim.tv_nsec);
}

void file_timestamp(const char *path, char text[FILE_TIMESTAMP_MAX])
{
	struct stat is;
	struct tm parts;
	time_t then = stat(path, &is) == 0 ? is.st_mtime : time(NULL);

	gmtime_r(&then, &parts);
	strftime(text, FILE_TIMESTAMP_MAX, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

bool file_is_writable_by_others(const char *path)
{
	struct stat is;

	return stat(path, &is) == 0 && (is.st_mode & (S_IWGRP | S_IWOTH));
}

bool file_is_executable(const char *path)
{
	struct stat is;

	return stat(path, &is) == 0 && S_ISREG(is.st_mode) && access(path, X_OK) == 0;
}

int file_make_executable(const char *path, struct error *err)
{
	struct stat is;

	if (stat(path, &is) || chmod(path, (is.st_mode & 07777) | (is.st_mode & 0444) >> 2))
		return error_set(
			err, ERR_IO, "cannot make %s executable: %s", path, strerror(errno));
	return 0;
}

int file_rename(const char *from, const char *to, struct error *err)
{
	if (rename(from, to))
		return error_set(
			err, ERR_IO, "cannot rename %s to %s: %s", from, to, strerror(errno));
	return 0;
}

char *file_line(const char *path)
{
	char chunk[4096];
	int fd = open_to_read(path);
	ssize_t got = fd < 0 ? -1 : read_part(fd, chunk, sizeof chunk - 1);

	if (fd >= 0)
		close(fd);
	if (got <= 0)
		return NULL;
	chunk[got] = '\0';
	return mem_copy(chunk, strcspn(chunk, "\n"));
}

/* How much of it could be written; of less than all errno says why. */
static size_t write_some(int fd, const char *data, size_t len)
{
	size_t at = 0;

	while (at < len) {
		ssize_t done = write(fd, data + at, len - at);

		if (done < 0 && errno != EINTR)
			break;
		at += done > 0 ? (size_t)done : 0;
	}
	return at;
}

int file_write_fd(int fd, const char *data, size_t len)
{
	return write_some(fd, data, len) == len ? 0 : -1;
}

/* A part of it is worse than nothing: what is appended next would stand in the same line. What
 * somebody else has appended meanwhile stays. */
static int append_whole(int fd, const struct buf *content)
{
	struct stat was, is;
	bool is_regular = !fstat(fd, &was) && S_ISREG(was.st_mode);
	size_t done = write_some(fd, content->data, content->len);
	int why = errno;

	if (done == content->len)
		return 0;
	if (is_regular && !fstat(fd, &is) && is.st_size - was.st_size == (off_t)done)
		(void)!ftruncate(fd, was.st_size);
	errno = why;
	return -1;
}

/* All that is there, in as many parts as it takes; -1 on error. */
static ssize_t read_at(int fd, void *data, size_t size, off_t at)
{
	size_t len = 0;
	ssize_t got = 1;

	while (len < size && got) {
		got = pread(fd, (char *)data + len, size - len, at + (off_t)len);
		if (got < 0 && errno != EINTR)
			return -1;
		len += got > 0 ? (size_t)got : 0;
	}
	return (ssize_t)len;
}

/* Who was killed while it wrote leaves a line without an end. */
static bool ends_within_a_line(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat is;
	char last = '\n';

	if (fd >= 0 && !fstat(fd, &is) && S_ISREG(is.st_mode) && is.st_size &&
		read_at(fd, &last, 1, is.st_size - 1) != 1)
		last = '\n';
	if (fd >= 0)
		close(fd);
	return last != '\n';
}

int file_append_line(const char *path, const struct buf *line, struct error *err)
{
	struct buf content = BUF_INIT;
	int rc;

	if (ends_within_a_line(path))
		buf_addc(&content, '\n');
	buf_add(&content, line->data, line->len);
	rc = file_append(path, &content, err);
	buf_release(&content);
	return rc;
}

int file_append(const char *path, const struct buf *content, struct error *err)
{
	/* A pipe that nobody reads is no reason to wait for ever. */
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666);
	int rc = fd < 0 ? -1 : append_whole(fd, content);

	if (rc)
		error_set(err, ERR_IO, "cannot write %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return rc;
}

char *file_target(const char *path)
{
	struct stat is;
	char *target = lstat(path, &is) == 0 && S_ISLNK(is.st_mode) ? realpath(path, NULL) : NULL;

	return target ? target : str_dup(path);
}

#ifdef __linux__
#include <elf.h>
#include <link.h>

#if defined __x86_64__
#define OUR_MACHINE EM_X86_64
#elif defined __aarch64__
#define OUR_MACHINE EM_AARCH64
#elif defined __i386__
#define OUR_MACHINE EM_386
#elif defined __riscv
#define OUR_MACHINE EM_RISCV
#else
#define OUR_MACHINE EM_NONE
#endif

static const char *machine_name(unsigned machine)
{
	static const struct {
		unsigned machine;
		const char *name;
	} names[] = { { EM_X86_64, "x86_64" }, { EM_AARCH64, "arm64" }, { EM_386, "32-bit x86" },
		{ EM_ARM, "32-bit arm" }, { EM_RISCV, "riscv" }, { EM_PPC64, "ppc64" },
		{ EM_S390, "s390" } };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].machine == machine)
			return names[i].name;
	return "another processor";
}

/* A program that can be started by itself asks for an interpreter, or is of the kind with fixed
 * addresses. */
static enum file_program elf_kind(int fd, const ElfW(Ehdr) * header, const char **machine)
{
	ElfW(Phdr) segment;

	if (header->e_ident[EI_CLASS] != (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32) ||
		(OUR_MACHINE != EM_NONE && header->e_machine != OUR_MACHINE)) {
		*machine = machine_name(header->e_machine);
		return FILE_PROGRAM_FOREIGN;
	}
	if (header->e_type == ET_EXEC)
		return FILE_PROGRAM_EXECUTABLE;
	if (header->e_type != ET_DYN)
		return FILE_PROGRAM_NONE;
	for (unsigned i = 0; i < header->e_phnum; i++) {
		off_t at = (off_t)header->e_phoff + (off_t)i * header->e_phentsize;

		ssize_t got = read_at(fd, &segment, sizeof segment, at);

		if (got < 0)
			return FILE_PROGRAM_NONE;
		if (got == (ssize_t)sizeof segment && segment.p_type == PT_INTERP)
			return FILE_PROGRAM_EXECUTABLE;
	}
	return FILE_PROGRAM_LIBRARY;
}

static enum file_program file_kind_of(int fd, const char **machine)
{
	ElfW(Ehdr) header = { .e_type = ET_NONE };
	ssize_t got = read_at(fd, &header, sizeof header, 0);

	if (got >= 2 && memcmp(&header, "#!", 2) == 0)
		return FILE_PROGRAM_SCRIPT;
	if (got < (ssize_t)sizeof header || memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
		return FILE_PROGRAM_NONE;
	return elf_kind(fd, &header, machine);
}
#else
/* Elsewhere the name has to do: the dynamic linker will say the rest. */
static enum file_program file_kind_of(int fd, const char **machine)
{
	unsigned char magic[4] = { 0 };

	(void)machine;
	if (read_at(fd, magic, sizeof magic, 12) == (ssize_t)sizeof magic && magic[0] == 2)
		return FILE_PROGRAM_EXECUTABLE;
	return FILE_PROGRAM_LIBRARY;
}
#endif

enum file_program file_program(const char *path, const char **machine, struct error *err)
{
	enum file_program kind;
	struct stat is;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0) {
		error_set(err, ERR_USAGE, "cannot open %s: %s", path, strerror(errno));
		return FILE_PROGRAM_NONE;
	}
	if (fstat(fd, &is) == 0 && S_ISDIR(is.st_mode)) {
		error_set(err, ERR_USAGE, "%s is a directory", path);
		close(fd);
		return FILE_PROGRAM_NONE;
	}
	errno = 0;
	kind = file_kind_of(fd, machine);
	if (kind == FILE_PROGRAM_NONE && errno && errno != EINTR)
		error_set(err, ERR_IO, "cannot read %s: %s", path, strerror(errno));
	else if (kind == FILE_PROGRAM_NONE)
		error_set(err, ERR_USAGE, "%s is neither a program nor a shared object", path);
	close(fd);
	return kind;
}
