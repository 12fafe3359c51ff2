/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "suite/inputs.h"

#include "base/array.h"
#include "base/str.h"
#include "support/playground.h"

/* Of files, one a word: "path" or "path*" for one that it made itself, "path!" for one of the
 * kernel, "2:path" for one that was opened twice. A path without a slash in front is of the
 * playground. */
static struct watched watched(const char *words)
{
	struct watched all = { 0 };
	char *copy = str_dup(words), *rest = copy, *word;

	while ((word = strtok_r(NULL, " ", &rest))) {
		struct watched_file *file = ARRAY_ADD(&all);
		size_t len = strlen(word);

		*file = (struct watched_file){ .nr_opened = 1 };
		if (word[1] == ':') {
			file->nr_opened = (size_t)(word[0] - '0');
			word += 2;
			len -= 2;
		}
		if (strchr("*!", word[len - 1])) {
			file->made = word[len - 1] == '*';
			file->of_kernel = word[len - 1] == '!';
			word[len - 1] = '\0';
		}
		file->path = str_dup(*word == '/' ? word : inside(word));
	}
	free(copy);
	return all;
}

static const struct {
	const char *what;
	const char *base, *head; /* suites: b/suite.so, h/suite.so */
	const char *why;         /* NULL: the same */
} cases[] = {
	{ "nothing", "", "", NULL },
	{ "the suites, which differ", "/bin/true b/suite.so", "/bin/true h/suite.so", NULL },
	{ "a suite that reads itself", "/bin/true 2:b/suite.so", "/bin/true h/suite.so",
		"b/suite.so" },
	{ "a program that reads itself", "1:b/suite.so", "1:h/suite.so", "b/suite.so" },
	{ "a program", "0:b/suite.so", "0:h/suite.so", NULL },
	{ "one path", "/no/such/file", "/no/such/file", NULL },
	{ "the same content", "b/one", "h/one", NULL },
	{ "other content", "b/other", "h/other", "not the same on both sides: " },
	{ "another length", "b/longer", "h/longer", "b/longer" },
	{ "swapped roles", "b/left b/right", "h/left h/right", "b/left" },
	{ "swapped order", "b/one b/two", "h/two h/one", NULL },
	{ "one more", "b/one b/two", "h/one", "only the base uses " },
	{ "one less", "b/one", "h/one h/two", "only the head uses " },
	{ "one more of those that it made", "b/one b/two*", "h/one", NULL },
	{ "outside of the suite's folder", "b.d/same", "h.d/same", NULL },
	{ "two of one name there", "b.d/same b/x/same", "h.d/same h/x/same", NULL },
	{ "a name that two have", "b/x/one b/y/one", "h/z/one h/v/one", "only the base uses" },
	{ "one that is gone", "b/gone", "h/gone", "b/gone" },
	{ "folders", "b/x", "h/x", "b/x" },
	{ "the kernel's own", "/proc/12/maps! /dev/urandom!", "/proc/345/maps! /dev/urandom!",
		NULL },
	{ "others of the kernel", "/proc/12/maps!", "/proc/12/stat!", "only the base uses" },
	{ "a name like the kernel's alone", "/proc/no-such/1/x", "/proc/no-such/2/x",
		"not the same" },
	{ "only one is the kernel's", "b/one!", "h/one", "b/one" },
	{ "shared memory", "/dev/shm/no-such-1", "/dev/shm/no-such-2", "only the base uses" },
};

static int fill(void **state)
{
	static const char *const folders[] = { "b", "h", "b/x", "b/y", "h/x", "h/z", "h/v", "b.d",
		"h.d" };
	static const struct {
		const char *name, *text;
	} files[] = { { "b/suite.so", "base" }, { "h/suite.so", "head" }, { "b/one", "one" },
		{ "h/one", "one" }, { "b/two", "two" }, { "h/two", "two" }, { "b/other", "old" },
		{ "h/other", "new" }, { "b/longer", "1" }, { "h/longer", "12" }, { "b/left", "x" },
		{ "h/left", "y" }, { "b/right", "y" }, { "h/right", "x" }, { "b.d/same", "1" },
		{ "h.d/same", "1" }, { "b/x/same", "2" }, { "h/x/same", "2" }, { "b/x/one", "1" },
		{ "b/y/one", "1" }, { "h/z/one", "1" }, { "h/v/one", "1" } };

	if (open_playground(state))
		return -1;
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		assert_int_equal(mkdir(inside(folders[i]), 0755), 0);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		write_file(files[i].name, files[i].text, strlen(files[i].text));
	return 0;
}

static void check(const struct watched sides[2], const char *what, const char *wanted)
{
	char *suites[2] = { str_dup(inside("b/suite.so")), str_dup(inside("h/suite.so")) };
	struct inputs_read read = { .nr = 0 };
	struct buf why = BUF_INIT;

	/* The second time by what was read the first time. */
	for (int i = 0; i < 2; i++) {
		buf_clear(&why);
		if (inputs_same((struct inputs){ &sides[0], suites[0] },
			    (struct inputs){ &sides[1], suites[1] }, &read, &why) != !wanted ||
			!strstr(why.data, wanted ? wanted : ""))
			fail_msg("%s: '%s'", what, why.data);
	}
	inputs_read_release(&read);
	buf_release(&why);
	free(suites[0]);
	free(suites[1]);
}

TEST(files_are_compared_by_role_and_content)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct watched sides[2] = { watched(cases[i].base), watched(cases[i].head) };

		check(sides, cases[i].what, cases[i].why);
		watched_release(&sides[0]);
		watched_release(&sides[1]);
	}
}

TEST(what_is_not_known_is_not_the_same)
{
	for (int i = 0; i < 2; i++) {
		struct watched sides[2] = { watched("b/one"), watched("h/one") };

		sides[i].unknown = str_dup("it uses the network");
		check(sides, "not known", "it uses the network");
		watched_release(&sides[0]);
		watched_release(&sides[1]);
	}
}

TEST_GROUP(fill, close_playground);
