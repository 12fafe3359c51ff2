/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/mem.h"

#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A sanitizer's allocator does not fail, it ends the program in its own way. gcc says by a macro
 * that there is one, clang by a feature. */
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define SANITIZED true
#elif defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED true
#endif
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

TEST(new_memory_is_zero)
{
	unsigned char *memory = mem_alloc(1000, 3);

	for (size_t i = 0; i < 3000; i++)
		assert_int_equal(memory[i], 0);
	free(memory);
}

TEST(nothing_is_a_pointer_too)
{
	void *nothing = mem_alloc(0, 8), *shrunk = mem_resize(mem_alloc(1, 1), 0, 8);

	assert_non_null(nothing);
	assert_non_null(shrunk);
	free(nothing);
	free(shrunk);
}

TEST(resizing_keeps_what_was_there)
{
	char *memory = mem_copy("kept", 4);

	memory = mem_resize(memory, 100000, 2);
	assert_string_equal(memory, "kept");
	free(memory);
}

TEST(a_copy_ends_with_a_nul)
{
	char *copy = mem_copy("abcdef", 3), *empty = mem_copy(NULL, 0);

	assert_string_equal(copy, "abc");
	assert_string_equal(empty, "");
	free(copy);
	free(empty);
}

TEST(what_is_expected_is_a_hint)
{
	static const size_t sizes[] = { 0, 1, 5000, 40u << 20, SIZE_MAX / 2 };

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		unsigned char *memory;

		mem_expect(sizes[i]);
		memory = mem_alloc(3000, 1);
		for (size_t j = 0; j < 3000; j++)
			assert_int_equal(memory[j], 0);
		memset(memory, 1, 3000);
		free(memory);
	}
}

static void alloc_too_much(void)
{
	free(mem_alloc(SIZE_MAX / 2, 1));
}

static void alloc_overflowing(void)
{
	free(mem_alloc(SIZE_MAX / 2, 3));
}

static void resize_too_much(void)
{
	free(mem_resize(NULL, SIZE_MAX / 2, 1));
}

static void resize_overflowing(void)
{
	free(mem_resize(NULL, SIZE_MAX / 2 + 1, 2));
}

TEST(the_program_ends_with_one_line_and_status_3)
{
	static void (*const ways[])(
		void) = { alloc_too_much, alloc_overflowing, resize_too_much, resize_overflowing };

	for (size_t i = SANITIZED ? 3 : 0; i < sizeof ways / sizeof *ways; i++) {
		int pair[2], status = 0;
		char said[256] = "";
		pid_t child;

		assert_int_equal(pipe(pair), 0);
		child = fork();
		if (!child) {
			dup2(pair[1], STDERR_FILENO);
			ways[i]();
			_exit(0);
		}
		assert_true(waitpid(child, &status, 0) == child);
		close(pair[1]);
		assert_true(read(pair[0], said, sizeof said - 1) > 0);
		close(pair[0]);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 3);
		assert_non_null(strstr(said, "benchgate: out of memory ("));
		assert_non_null(strstr(said, "bytes)\n"));
	}
}
