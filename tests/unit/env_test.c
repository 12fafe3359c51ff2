/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "model/env.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

TEST(a_field_holds_a_copy_of_its_last_text)
{
	struct env env = { { NULL } };
	char text[] = "first";

	env_set(&env, ENV_CPU, text);
	text[0] = 'b';
	assert_string_equal(env.values[ENV_CPU], "first");
	env_setf(&env, ENV_CPU, "%s %d", text, 3);
	assert_string_equal(env.values[ENV_CPU], "birst 3");
	env_set(&env, ENV_CPU, env.values[ENV_CPU]);
	assert_string_equal(env.values[ENV_CPU], "birst 3");
	env_set(&env, ENV_CPU, NULL);
	assert_null(env.values[ENV_CPU]);
	env_set(&env, ENV_OS, "Linux");
	env_release(&env);
	assert_null(env.values[ENV_OS]);
}

TEST(a_number_is_read_from_its_text)
{
	struct env env = { { NULL } };

	assert_true(isnan(env_number(&env, ENV_LOAD)));
	env_set(&env, ENV_LOAD, "0.25");
	assert_true(env_number(&env, ENV_LOAD) == 0.25);
	env_set(&env, ENV_LOAD, "low");
	assert_true(isnan(env_number(&env, ENV_LOAD)));
	env_release(&env);
}

TEST(a_machine_is_named_by_what_makes_it_incomparable)
{
	struct env env = { { NULL } };
	char nameless[ENV_MACHINE_MAX], name[ENV_MACHINE_MAX];

	env_machine(&env, nameless);
	assert_int_equal(strlen(nameless), 8);
	assert_int_equal(strspn(nameless, "0123456789abcdef"), 8);
	for (unsigned i = 0; i < ENV_NR_FIELDS; i++) {
		env_set(&env, (enum env_id)i, "changed");
		env_machine(&env, name);
		env_set(&env, (enum env_id)i, NULL);
		if ((strcmp(name, nameless) != 0) != (env_fields[i].kind == ENV_IDENTITY))
			fail_msg("%s", env_fields[i].name);
	}
	env_machine(&env, name);
	assert_string_equal(name, nameless);
}

TEST(what_stands_in_one_field_is_not_mistaken_for_the_next)
{
	struct env env = { { NULL } };
	char one[ENV_MACHINE_MAX], other[ENV_MACHINE_MAX];

	env_set(&env, ENV_ARCH, "ab");
	env_set(&env, ENV_OS, "c");
	env_machine(&env, one);
	env_set(&env, ENV_ARCH, "a");
	env_set(&env, ENV_OS, "bc");
	env_machine(&env, other);
	assert_string_not_equal(one, other);
	env_release(&env);
}

TEST(each_field_has_names_of_its_own)
{
	for (size_t i = 0; i < ENV_NR_FIELDS; i++) {
		assert_non_null(env_fields[i].name);
		assert_non_null(env_fields[i].title);
		for (size_t j = 0; j < i; j++) {
			assert_string_not_equal(env_fields[i].name, env_fields[j].name);
			assert_string_not_equal(env_fields[i].title, env_fields[j].title);
		}
	}
}

TEST(a_copy_is_the_same_and_its_own)
{
	struct env env = { { NULL } }, copy = { { NULL } };

	env_set(&env, ENV_CPU, "this");
	env_set(&copy, ENV_OS, "Linux");
	env_copy(&copy, &env);
	assert_string_equal(copy.values[ENV_CPU], "this");
	assert_ptr_not_equal(copy.values[ENV_CPU], env.values[ENV_CPU]);
	assert_null(copy.values[ENV_OS]);
	env_release(&env);
	env_release(&copy);
}

TEST(differences_are_told_of_what_both_sides_know)
{
	struct env base = { { NULL } }, head = { { NULL } };
	struct buf text = BUF_INIT;

	env_set(&base, ENV_ARCH, "x86_64");
	env_set(&head, ENV_ARCH, "x86_64");
	env_set(&base, ENV_CPU, "this\x1b[31m");
	env_set(&head, ENV_CPU, "that");
	env_set(&base, ENV_CPUS, "2");
	env_set(&head, ENV_CPUS, "4");
	env_set(&base, ENV_SMT, "on");
	env_set(&head, ENV_HYPERVISOR, "KVM");
	env_set(&base, ENV_KERNEL, "6.1");
	env_set(&head, ENV_KERNEL, "6.2");
	env_set(&base, ENV_SUITE_BUILD, "a program");
	env_set(&head, ENV_SUITE_BUILD, "a shared object");
	assert_int_equal(env_differences(&base, &head, ENV_IDENTITY, &text), 2);
	assert_string_equal(
		text.data, "processor: this?[31m, here that; processors to run on: 2, here 4");
	buf_clear(&text);
	assert_int_equal(env_differences(&base, &head, ENV_REFUSES, &text), 1);
	assert_string_equal(text.data, "build of the suite: a program, here a shared object");
	buf_clear(&text);
	assert_int_equal(env_differences(&base, &head, ENV_WARNS, &text), 1);
	assert_string_equal(text.data, "kernel: 6.1, here 6.2");
	buf_clear(&text);
	assert_int_equal(env_differences(&base, &base, ENV_IDENTITY, &text), 0);
	assert_string_equal(text.data, "");
	buf_release(&text);
	env_release(&base);
	env_release(&head);
}

/* A file says 0.5 where a run said 0.50; and no two moments are alike. */
TEST(numbers_differ_as_numbers_and_moments_not_at_all)
{
	struct env base = { { NULL } }, head = { { NULL } };
	struct buf text = BUF_INIT;

	env_set(&base, ENV_MEMORY, "8.50");
	env_set(&head, ENV_MEMORY, "8.5");
	env_set(&base, ENV_BACKGROUND, "0.1");
	env_set(&head, ENV_BACKGROUND, "0.2");
	env_set(&base, ENV_CLOCK_RESOLUTION, "20");
	env_set(&head, ENV_CLOCK_RESOLUTION, "21");
	assert_int_equal(env_differences(&base, &head, ENV_WARNS, &text), 0);
	env_set(&head, ENV_MEMORY, "9");
	assert_int_equal(env_differences(&base, &head, ENV_WARNS, &text), 1);
	assert_string_equal(text.data, "memory (GiB): 8.50, here 9");
	buf_release(&text);
	env_release(&base);
	env_release(&head);
}
