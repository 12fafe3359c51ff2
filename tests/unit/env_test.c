/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/env.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void a_field_holds_a_copy_of_its_last_text(void **state)
{
	struct env env = { { NULL } };
	char text[] = "first";

	(void)state;
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

static void a_number_is_read_from_its_text(void **state)
{
	struct env env = { { NULL } };

	(void)state;
	assert_true(isnan(env_number(&env, ENV_LOAD)));
	env_set(&env, ENV_LOAD, "0.25");
	assert_true(env_number(&env, ENV_LOAD) == 0.25);
	env_set(&env, ENV_LOAD, "low");
	assert_true(isnan(env_number(&env, ENV_LOAD)));
	env_release(&env);
}

static void a_machine_is_named_by_what_makes_it_incomparable(void **state)
{
	struct env env = { { NULL } };
	char nameless[ENV_MACHINE_MAX], name[ENV_MACHINE_MAX];

	(void)state;
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

static void what_stands_in_one_field_is_not_mistaken_for_the_next(void **state)
{
	struct env env = { { NULL } };
	char one[ENV_MACHINE_MAX], other[ENV_MACHINE_MAX];

	(void)state;
	env_set(&env, ENV_ARCH, "ab");
	env_set(&env, ENV_OS, "c");
	env_machine(&env, one);
	env_set(&env, ENV_ARCH, "a");
	env_set(&env, ENV_OS, "bc");
	env_machine(&env, other);
	assert_string_not_equal(one, other);
	env_release(&env);
}

static void each_field_has_names_of_its_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < ENV_NR_FIELDS; i++) {
		assert_non_null(env_fields[i].name);
		assert_non_null(env_fields[i].title);
		for (size_t j = 0; j < i; j++) {
			assert_string_not_equal(env_fields[i].name, env_fields[j].name);
			assert_string_not_equal(env_fields[i].title, env_fields[j].title);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_field_holds_a_copy_of_its_last_text),
		cmocka_unit_test(a_number_is_read_from_its_text),
		cmocka_unit_test(a_machine_is_named_by_what_makes_it_incomparable),
		cmocka_unit_test(what_stands_in_one_field_is_not_mistaken_for_the_next),
		cmocka_unit_test(each_field_has_names_of_its_own),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
