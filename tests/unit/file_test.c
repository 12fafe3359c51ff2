/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "sys/file.h"

#include "base/array.h"

#include "support/new_file.h"

#include <dirent.h>
#include <dlfcn.h>
#ifdef __linux__
#include <elf.h>
#endif
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NR(table) (sizeof(table) / sizeof *(table))

/* A folder of our own, empty before and gone after each test. */
static char folder[64];

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/benchgate_file_test.XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

/* How many entries there are; removes them when asked to. */
static size_t count_entries(bool clear)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	size_t nr = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		nr++;
		if (clear)
			unlinkat(dirfd(dir), entry->d_name, 0);
	}
	closedir(dir);
	return nr;
}

static int remove_folder(void **state)
{
	(void)state;
	count_entries(true);
	return rmdir(folder);
}

static const char *path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static void write_bytes(const char *path, const void *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(file_write_fd(fd, bytes, len), 0);
	close(fd);
}

static void write_text(const char *path, const char *text)
{
	write_bytes(path, text, strlen(text));
}

static void check_content(const char *path, const char *text)
{
	struct buf out = BUF_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(file_read(path, 1000, &out, &err), 0);
	assert_string_equal(out.data, text);
	buf_release(&out);
}

static mode_t mode_of(const char *path)
{
	struct stat is;

	assert_int_equal(stat(path, &is), 0);
	return is.st_mode & 07777;
}

static void check_closed(const struct file_new *file)
{
	assert_null(file->path);
	assert_null(file->temporary);
	assert_int_equal(file->fd, -1);
}

TEST_WITH(a_new_file_appears_complete_or_not_at_all, make_folder, remove_folder)
{
	struct file_new file = FILE_NEW_INIT;
	struct error err = ERROR_INIT;
	const char *path = path_of("run.json");

	begin(&file, path);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(commit(&file, "content\n", &err), 0);
	check_content(path, "content\n");
	check_closed(&file);
	assert_int_equal(mode_of(path), 0644);
	assert_int_equal(count_entries(false), 1);
}

TEST_WITH(an_old_file_keeps_its_content_until_it_is_replaced_and_its_mode_after, make_folder,
	remove_folder)
{
	static const mode_t modes[] = { 0600, 0640, 0664, 0755 };
	const char *path = path_of("run.json");

	for (size_t i = 0; i < NR(modes); i++) {
		struct file_new file = FILE_NEW_INIT;
		struct error err = ERROR_INIT;

		write_text(path, "old");
		assert_int_equal(chmod(path, modes[i]), 0);
		begin(&file, path);
		check_content(path, "old");
		assert_int_equal(commit(&file, "new", &err), 0);
		check_content(path, "new");
		assert_int_equal(mode_of(path), modes[i]);
	}
	assert_int_equal(count_entries(false), 1);
}

TEST_WITH(who_reads_the_old_file_goes_on_reading_it, make_folder, remove_folder)
{
	struct file_new file = FILE_NEW_INIT;
	struct error err = ERROR_INIT;
	const char *path = path_of("run.json");
	char text[8] = "";
	int fd;

	write_text(path, "old");
	fd = open(path, O_RDONLY);
	begin(&file, path);
	assert_int_equal(commit(&file, "brand new", &err), 0);
	assert_int_equal(read(fd, text, sizeof text), 3);
	assert_string_equal(text, "old");
	close(fd);
}

TEST_WITH(a_file_given_up_leaves_no_trace, make_folder, remove_folder)
{
	struct file_new file = FILE_NEW_INIT;
	const char *path = path_of("run.json");

	begin(&file, path);
	file_new_release(&file);
	check_closed(&file);
	assert_int_equal(count_entries(false), 0);
	write_text(path, "old");
	begin(&file, path);
	file_new_release(&file);
	file_new_release(&file);
	check_content(path, "old");
	assert_int_equal(count_entries(false), 1);
}

static void check_refused(const char *path, const char *why)
{
	struct file_new file = FILE_NEW_INIT;
	struct error err = ERROR_INIT;
	char expected[256];

	snprintf(expected, sizeof expected, "cannot write %s: %s", path, why);
	assert_int_equal(file_new_open(&file, path, &err), -1);
	assert_int_equal(err.kind, ERR_IO);
	assert_string_equal(err.text, expected);
	check_closed(&file);
	assert_int_equal(count_entries(false), 0);
}

TEST_WITH(a_path_that_cannot_be_written_is_told_at_once, make_folder, remove_folder)
{
	char folder_with_slash[80];

	snprintf(folder_with_slash, sizeof folder_with_slash, "%s/", folder);
	check_refused(folder, "it is a directory");
	check_refused(folder_with_slash, "it is a directory");
	check_refused(path_of("missing/run.json"), "No such file or directory");
	check_refused("/dev/null/run.json", "Not a directory");
}

TEST_WITH(a_disk_that_is_full_is_an_error, make_folder, remove_folder)
{
	struct file_new file = FILE_NEW_INIT;
	struct error err = ERROR_INIT;

	if (access("/dev/full", W_OK))
		skip();
	begin(&file, "/dev/full");
	assert_int_equal(commit(&file, "content", &err), -1);
	assert_string_equal(err.text, "cannot write /dev/full: No space left on device");
	check_closed(&file);
	assert_int_equal(access("/dev/full", W_OK), 0);
}

TEST_WITH(
	a_name_that_was_taken_meanwhile_is_an_error_and_leaves_no_trace, make_folder, remove_folder)
{
	struct file_new file = FILE_NEW_INIT;
	struct error err = ERROR_INIT;
	const char *path = path_of("run.json");

	begin(&file, path);
	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(commit(&file, "content", &err), -1);
	assert_non_null(strstr(err.text, "run.json: Is a directory"));
	check_closed(&file);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(count_entries(false), 0);
}

TEST_WITH(a_device_is_written_as_it_is, make_folder, remove_folder)
{
	struct file_new file = FILE_NEW_INIT;
	struct error err = ERROR_INIT;
	struct stat is;

	begin(&file, "/dev/null");
	assert_int_equal(commit(&file, "content", &err), 0);
	assert_int_equal(stat("/dev/null", &is), 0);
	assert_true(S_ISCHR(is.st_mode));
}

TEST_WITH(a_pipe_is_written_as_it_is, make_folder, remove_folder)
{
	struct file_new file = FILE_NEW_INIT;
	struct error err = ERROR_INIT;
	const char *path = path_of("pipe");
	char text[32] = "";
	int fd;

	assert_int_equal(mkfifo(path, 0600), 0);
	fd = open(path, O_RDONLY | O_NONBLOCK);
	begin(&file, path);
	assert_int_equal(commit(&file, "content", &err), 0);
	assert_int_equal(read(fd, text, sizeof text), 7);
	assert_string_equal(text, "content");
	close(fd);
	assert_int_equal(count_entries(false), 1);
}

TEST_WITH(what_others_wrote_stays_before_what_is_appended, make_folder, remove_folder)
{
	struct buf line = BUF_INIT;
	struct error err = ERROR_INIT;

	buf_adds(&line, "mine\n");
	write_text(path_of("log"), "theirs\n");
	assert_int_equal(file_append(path_of("log"), &line, &err), 0);
	check_content(path_of("log"), "theirs\nmine\n");
	buf_release(&line);
}

TEST_WITH(reading_stops_at_the_limit, make_folder, remove_folder)
{
	static const struct {
		size_t len, max;
		bool fits;
	} cases[] = { { 0, 0, true }, { 1, 0, false }, { 100, 100, true }, { 101, 100, false },
		{ 65536, 65536, true }, { 65537, 65536, false }, { 200000, 200000, true },
		{ 200000, 70000, false } };
	const char *path = path_of("data");

	for (size_t i = 0; i < NR(cases); i++) {
		struct buf content = BUF_INIT, out = BUF_INIT;
		struct error err = ERROR_INIT;

		buf_fill(&content, 'x', cases[i].len);
		write_bytes(path, content.data, content.len);
		buf_adds(&out, "before");
		if (cases[i].fits) {
			assert_int_equal(file_read(path, cases[i].max, &out, &err), 0);
			assert_int_equal(out.len, 6 + cases[i].len);
			assert_memory_equal(out.data + 6, content.data, content.len);
		} else {
			assert_int_equal(file_read(path, cases[i].max, &out, &err), -1);
			assert_non_null(strstr(err.text, "is larger than"));
			assert_non_null(strstr(err.text, path));
		}
		buf_release(&content);
		buf_release(&out);
	}
}

TEST_WITH(what_is_too_large_is_not_read_to_be_refused, make_folder, remove_folder)
{
	const char *path = path_of("data");
	struct buf out = BUF_INIT;
	struct error err = ERROR_INIT;

	write_bytes(path, "x", 1);
	assert_int_equal(truncate(path, (off_t)1 << 40), 0);
	assert_int_equal(file_read(path, 100000, &out, &err), -1);
	assert_non_null(strstr(err.text, "is larger than 100000 bytes"));
	assert_int_equal(out.len, 0);
	buf_release(&out);
}

TEST_WITH(what_cannot_be_read_is_told, make_folder, remove_folder)
{
	struct buf out = BUF_INIT;
	struct error err = ERROR_INIT;
	char expected[256];

	assert_int_equal(file_read("/nonexistent/x", 10, &out, &err), -1);
	assert_string_equal(err.text, "cannot open /nonexistent/x: No such file or directory");
	assert_int_equal(file_read(folder, 10, &out, &err), -1);
	snprintf(expected, sizeof expected, "cannot read %s: Is a directory", folder);
	assert_string_equal(err.text, expected);
	buf_release(&out);
}

TEST_WITH(a_line_is_the_first_one_without_its_newline, make_folder, remove_folder)
{
	static const struct {
		const char *content, *line;
	} cases[] = { { "one\ntwo\n", "one" }, { "one", "one" }, { "\ntwo", "" }, { "", NULL } };
	const char *path = path_of("line");

	for (size_t i = 0; i < NR(cases); i++) {
		char *line;

		write_text(path, cases[i].content);
		line = file_line(path);
		if (cases[i].line)
			assert_string_equal(line, cases[i].line);
		else
			assert_null(line);
		free(line);
	}
	assert_null(file_line("/nonexistent/x"));
}

static enum file_program kind_of(const char *path, const char **machine, struct error *err)
{
	*machine = "(untouched)";
	*err = (struct error)ERROR_INIT;
	return file_program(path, machine, err);
}

TEST_WITH(a_program_is_known_by_its_first_bytes, make_folder, remove_folder)
{
	static const struct {
		const char *content;
		enum file_program kind;
	} cases[] = {
		{ "#!/bin/sh\nexit 0\n", FILE_PROGRAM_SCRIPT },
		{ "#!", FILE_PROGRAM_SCRIPT },
		{ "#", FILE_PROGRAM_NONE },
		{ "", FILE_PROGRAM_NONE },
		{ "just a text, and long enough to hold the head of a program: lorem ipsum dolor",
			FILE_PROGRAM_NONE },
		{ "\177ELF", FILE_PROGRAM_NONE },
		{ "!<arch>\nlibx.a/ and more that an archive has in front of its members here",
			FILE_PROGRAM_NONE },
	};
	const char *path = path_of("program"), *machine;
	struct error err;

	for (size_t i = 0; i < NR(cases); i++) {
		write_text(path, cases[i].content);
		assert_int_equal(kind_of(path, &machine, &err), cases[i].kind);
		assert_int_equal(
			err.kind, cases[i].kind == FILE_PROGRAM_NONE ? ERR_USAGE : ERR_NONE);
		if (cases[i].kind == FILE_PROGRAM_NONE)
			assert_non_null(strstr(
				err.text, "/program is neither a program nor a shared object"));
	}
}

TEST_WITH(what_is_there_already_is_known_too, make_folder, remove_folder)
{
	const char *machine;
	struct error err;
	Dl_info library;
	void (*function)(enum cm_message_output) = cmocka_set_message_output;
	void *address;

	assert_int_equal(kind_of("/bin/true", &machine, &err), FILE_PROGRAM_EXECUTABLE);
	/* The library that this very function is in. */
	memcpy(&address, &function, sizeof address);
	assert_true(dladdr(address, &library) != 0);
	assert_int_equal(kind_of(library.dli_fname, &machine, &err), FILE_PROGRAM_LIBRARY);
	assert_int_equal(kind_of(folder, &machine, &err), FILE_PROGRAM_NONE);
	assert_non_null(strstr(err.text, " is a directory"));
	assert_int_equal(kind_of("/nonexistent/x", &machine, &err), FILE_PROGRAM_NONE);
	assert_string_equal(err.text, "cannot open /nonexistent/x: No such file or directory");
	assert_int_equal(mkfifo(path_of("pipe"), 0600), 0);
	assert_int_equal(kind_of(path_of("pipe"), &machine, &err), FILE_PROGRAM_NONE);
}

#ifdef __linux__
TEST_WITH(a_program_for_another_machine_is_foreign, make_folder, remove_folder)
{
	static const struct {
		size_t at; /* in the head of the file, two bytes */
		uint16_t value;
		enum file_program kind;
		const char *machine;
	} cases[] = {
		{ 18, EM_S390, FILE_PROGRAM_FOREIGN, "s390" },
		{ 18, EM_PPC64, FILE_PROGRAM_FOREIGN, "ppc64" },
		{ 18, EM_ARM, FILE_PROGRAM_FOREIGN, "32-bit arm" },
		{ 18, 0xfffe, FILE_PROGRAM_FOREIGN, "another processor" },
		{ 16, ET_REL, FILE_PROGRAM_NONE, "(untouched)" },
		{ 16, ET_CORE, FILE_PROGRAM_NONE, "(untouched)" },
		{ 16, ET_EXEC, FILE_PROGRAM_EXECUTABLE, "(untouched)" },
		{ 56, 0, FILE_PROGRAM_LIBRARY, "(untouched)" },
		{ 32, 0xffff, FILE_PROGRAM_LIBRARY, "(untouched)" },
	};
	const char *path = path_of("program"), *machine;
	struct buf program = BUF_INIT;
	struct error err = ERROR_INIT;

	if (sizeof(void *) != 8)
		skip();
	assert_int_equal(file_read("/bin/true", (size_t)16 << 20, &program, &err), 0);
	for (size_t i = 0; i < NR(cases); i++) {
		char kept[2];

		memcpy(kept, program.data + cases[i].at, sizeof kept);
		memcpy(program.data + cases[i].at, &cases[i].value, sizeof kept);
		write_bytes(path, program.data, program.len);
		memcpy(program.data + cases[i].at, kept, sizeof kept);
		assert_int_equal(kind_of(path, &machine, &err), cases[i].kind);
		assert_string_equal(machine, cases[i].machine);
	}
	buf_release(&program);
}
#endif
