/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs unit tests: unit [FILE]..., where FILE is json_test or tests/unit/json_test.c; without one,
 * all files. */
#include "support/test.h"

#include "base/array.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A test that hangs is a failure, too: no file takes so long. */
#define TIMEOUT_S 300

static struct {
	struct test *items;
	size_t nr, alloc;
} tests;

static struct {
	struct test_group *items;
	size_t nr, alloc;
} groups;

void test_add(const struct test *test)
{
	*ARRAY_ADD(&tests) = *test;
}

void test_group_add(const struct test_group *group)
{
	*ARRAY_ADD(&groups) = *group;
}

/* By file, then by line: constructors run in any order. */
static int compare_tests(const void *a, const void *b)
{
	const struct test *one = a, *other = b;
	int order = strcmp(one->file, other->file);

	return order ? order : one->line - other->line;
}

static size_t base_length(const char *base)
{
	return strcspn(base, ".");
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Folders and the extension do not count. */
static bool is_same_file(const char *path, const char *name)
{
	const char *base = base_of(path), *wanted = base_of(name);

	return base_length(base) == base_length(wanted) &&
		!strncmp(base, wanted, base_length(base));
}

/* Runs the tests of a file in this process; returns how many failed. */
static int run_file(const char *name)
{
	struct CMUnitTest *units = mem_alloc(tests.nr, sizeof *units);
	CMFixtureFunction setup = NULL, teardown = NULL;
	size_t nr = 0;
	int nr_failed;

	for (size_t i = 0; i < tests.nr; i++)
		if (is_same_file(tests.items[i].file, name))
			units[nr++] = tests.items[i].unit;
	alarm(TIMEOUT_S);
	for (size_t i = 0; i < groups.nr; i++) {
		const struct test_group *group = &groups.items[i];

		if (!is_same_file(group->file, name))
			continue;
		if (group->start)
			group->start();
		setup = setup ? setup : group->setup;
		teardown = teardown ? teardown : group->teardown;
	}
	nr_failed = _cmocka_run_group_tests(name, units, nr, setup, teardown);
	free(units);
	return nr_failed;
}

/* In a process of its own: no file meets what another left behind. */
static int run_apart(const char *name)
{
	int status = -1;
	pid_t child;

	printf("# %s\n", name);
	fflush(stdout);
	child = fork();
	if (!child)
		exit(run_file(name) != 0);
	waitpid(child, &status, 0);
	if (status)
		printf("# %s failed\n", name);
	return status != 0;
}

static bool is_known(const char *name)
{
	for (size_t i = 0; i < tests.nr; i++)
		if (is_same_file(tests.items[i].file, name))
			return true;
	fprintf(stderr, "unit: no tests in '%s'; name a file of tests/unit\n", name);
	return false;
}

static int run_all(void)
{
	int nr_failed = 0;

	for (size_t i = 0; i < tests.nr; i++)
		if (!i || strcmp(tests.items[i - 1].file, tests.items[i].file) != 0)
			nr_failed += run_apart(tests.items[i].file);
	return nr_failed;
}

int main(int argc, char **argv)
{
	int nr_failed = 0;

	/* nohup and background jobs ignore these, and tests are about them. */
	signal(SIGHUP, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	qsort(tests.items, tests.nr, sizeof *tests.items, compare_tests);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	for (int i = 1; i < argc; i++)
		if (!is_known(argv[i]))
			return 2;
	if (argc == 1)
		return run_all() != 0;
	if (argc == 2)
		return run_file(argv[1]) != 0;
	for (int i = 1; i < argc; i++)
		nr_failed += run_apart(argv[i]);
	return nr_failed != 0;
}
