/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/machine.h"

#include <stdlib.h>

static const enum env_id watched[] = { ENV_LOAD, ENV_BACKGROUND, ENV_STEAL, ENV_THROTTLED };

static void watch_once(struct env *env)
{
	struct load_look look;

	machine_watch(&look);
	machine_watched(env, &look);
}

static void what_was_watched_is_told(void **state)
{
	struct env env = { { NULL } };

	(void)state;
	watch_once(&env);
	assert_true(env_number(&env, ENV_LOAD) >= 0);
	assert_true(env_number(&env, ENV_THROTTLED) >= 0);
	env_release(&env);
}

/* A look at what regressed is short, and may come when it is quiet again. */
static void a_quiet_part_does_not_hide_a_disturbed_one(void **state)
{
	struct env env = { { NULL } };

	(void)state;
	for (size_t i = 0; i < sizeof watched / sizeof *watched; i++)
		env_set(&env, watched[i], "4000.25");
	env_set(&env, ENV_BUSY, "compiler 99 %");
	watch_once(&env);
	for (size_t i = 0; i < sizeof watched / sizeof *watched; i++)
		assert_string_equal(env.values[watched[i]], "4000.25");
	assert_string_equal(env.values[ENV_BUSY], "compiler 99 %");
	env_release(&env);
}

static void a_disturbed_part_counts_after_a_quiet_one(void **state)
{
	struct env env = { { NULL } };

	(void)state;
	env_set(&env, ENV_THROTTLED, "-1");
	env_set(&env, ENV_BACKGROUND, "-1");
	env_set(&env, ENV_BUSY, "nothing of note");
	watch_once(&env);
	assert_true(env_number(&env, ENV_THROTTLED) >= 0);
	if (env_number(&env, ENV_BACKGROUND) >= 0)
		assert_string_not_equal(env.values[ENV_BUSY], "nothing of note");
	env_release(&env);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_watched_is_told),
		cmocka_unit_test(a_quiet_part_does_not_hide_a_disturbed_one),
		cmocka_unit_test(a_disturbed_part_counts_after_a_quiet_one),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
