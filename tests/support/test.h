/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Include it first in a unit test. A test is TEST(sentence) and a body; the file needs no main and
 * no list: each test adds itself. The tests of a file run in one process of their own, in the order
 * of the file.
 *
 *     TEST(an_empty_text_has_no_words)
 *     {
 *             assert_int_equal(nr_words(""), 0);
 *     }
 */
#ifndef SUPPORT_TEST_H
#define SUPPORT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* One test; static data of its file. */
struct test {
	struct CMUnitTest unit;
	const char *file; /* path of the .c file */
	int line;         /* its place in the file */
};

/* What a file does around all of its tests; each function may be NULL. */
struct test_group {
	const char *file;           /* path of the .c file */
	void (*start)(void);        /* runs first in the process, before cmocka prints */
	CMFixtureFunction setup;    /* called once, before the first test */
	CMFixtureFunction teardown; /* called once, after the last test */
};

void test_add(const struct test *test);
void test_group_add(const struct test_group *group);

#define TEST(sentence) TEST_WITH(sentence, NULL, NULL)

/* Each of the two functions may be NULL. The body finds in *state what setup_one stored there. */
#define TEST_WITH(sentence, setup_one, teardown_one) \
	static void sentence(void **state); \
	__attribute__((constructor)) static void add_##sentence(void) \
	{ \
		static const struct test test = { .unit = { .name = #sentence, \
							  .test_func = sentence, \
							  .setup_func = setup_one, \
							  .teardown_func = teardown_one }, \
			.file = __BASE_FILE__, \
			.line = __LINE__ }; \
\
		test_add(&test); \
	} \
	static void sentence(__attribute__((unused)) void **state)

/* At most once in a file. */
#define TEST_GROUP(setup_all, teardown_all) \
	static const struct test_group file_group; \
	__attribute__((constructor)) static void add_group(void) \
	{ \
		test_group_add(&file_group); \
	} \
	static const struct test_group file_group = { \
		.file = __BASE_FILE__, .setup = setup_all, .teardown = teardown_all \
	}

/* At most once in a file: TEST_START and a body, which runs before anything else in the process. */
#define TEST_START \
	static void start_tests(void); \
	__attribute__((constructor)) static void add_start(void) \
	{ \
		static const struct test_group group = { .file = __BASE_FILE__, \
			.start = start_tests }; \
\
		test_group_add(&group); \
	} \
	static void start_tests(void)

#endif
