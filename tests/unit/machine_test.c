/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "harness/machine.h"

#include <stdlib.h>

static const enum env_id watched[] = { ENV_LOAD, ENV_BACKGROUND, ENV_STEAL, ENV_THROTTLED };

static void watch_once(struct env *env)
{
	struct load_look look;

	machine_watch(&look);
	machine_watched(env, &look);
}

TEST(what_was_watched_is_told)
{
	struct env env = { { NULL } };

	watch_once(&env);
	assert_true(env_number(&env, ENV_LOAD) >= 0);
	assert_true(env_number(&env, ENV_THROTTLED) >= 0);
	env_release(&env);
}

/* A look at what regressed is short, and may come when it is quiet again. */
TEST(a_quiet_part_does_not_hide_a_disturbed_one)
{
	struct env env = { { NULL } };

	for (size_t i = 0; i < sizeof watched / sizeof *watched; i++)
		env_set(&env, watched[i], "4000.25");
	env_set(&env, ENV_BUSY, "compiler 99 %");
	watch_once(&env);
	for (size_t i = 0; i < sizeof watched / sizeof *watched; i++)
		assert_string_equal(env.values[watched[i]], "4000.25");
	assert_string_equal(env.values[ENV_BUSY], "compiler 99 %");
	env_release(&env);
}

TEST(a_disturbed_part_counts_after_a_quiet_one)
{
	struct env env = { { NULL } };

	env_set(&env, ENV_THROTTLED, "-1");
	env_set(&env, ENV_BACKGROUND, "-1");
	env_set(&env, ENV_BUSY, "nothing of note");
	watch_once(&env);
	assert_true(env_number(&env, ENV_THROTTLED) >= 0);
	if (env_number(&env, ENV_BACKGROUND) >= 0)
		assert_string_not_equal(env.values[ENV_BUSY], "nothing of note");
	env_release(&env);
}
