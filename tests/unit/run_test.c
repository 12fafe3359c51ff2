/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "model/run.h"

#include <stdio.h>
#include <string.h>

#define NR_MANY 5000

static void add_named(struct run *run, const char *name)
{
	struct bench bench = { .name = (char *)name, .tier = (char[]){ "standard" } };

	run_add(run, &bench);
}

TEST(an_empty_run_holds_nothing)
{
	struct run run = RUN_INIT;

	assert_null(run_find(&run, "anything"));
	assert_null(run_find(&run, ""));
	run_release(&run);
}

TEST(every_one_of_many_is_found_and_nothing_else)
{
	struct run run = RUN_INIT;
	char name[32];

	for (size_t i = 0; i < NR_MANY; i++) {
		snprintf(name, sizeof name, "sort/%zu", i);
		assert_null(run_find(&run, name));
		add_named(&run, name);
	}
	assert_int_equal(run.nr, NR_MANY);
	for (size_t i = 0; i < NR_MANY; i++) {
		snprintf(name, sizeof name, "sort/%zu", i);
		assert_ptr_equal(run_find(&run, name), &run.items[i]);
		snprintf(name, sizeof name, "sort/%zu", i + NR_MANY);
		assert_null(run_find(&run, name));
	}
	assert_null(run_find(&run, "sort/"));
	assert_null(run_find(&run, ""));
	run_release(&run);
}

TEST(names_are_kept_as_copies_in_the_order_of_adding)
{
	struct run run = RUN_INIT;
	char name[] = "first";

	add_named(&run, name);
	name[0] = 'b';
	add_named(&run, name);
	assert_string_equal(run.items[0].name, "first");
	assert_string_equal(run.items[1].name, "birst");
	assert_ptr_equal(run_find(&run, "first"), &run.items[0]);
	run_release(&run);
}

TEST(a_new_result_is_what_the_benchmark_says)
{
	struct run run = RUN_INIT;
	struct bench bench = { .name = (char[]){ "sort/10" },
		.tier = (char[]){ "critical" },
		.file = (char[]){ "sort.c" },
		.line = 12,
		.nr_threads = 4 };
	const struct result *result = run_add(&run, &bench);

	assert_string_equal(result->name, "sort/10");
	assert_string_equal(result->tier, "critical");
	assert_string_equal(result->file, "sort.c");
	assert_int_equal(result->line, 12);
	assert_int_equal(result->nr_threads, 4);
	assert_int_equal(result->word, RESULT_OK);
	assert_null(result->reason);
	assert_int_equal(result->metrics.nr, 0);
	run_release(&run);
}

TEST(a_released_run_can_be_filled_again)
{
	struct run run = RUN_INIT;

	add_named(&run, "one");
	env_set(&run.env, ENV_CPU, "abacus");
	run.status = RUN_INTERRUPTED;
	run_release(&run);
	assert_int_equal(run.nr, 0);
	assert_null(run_find(&run, "one"));
	assert_null(run.env.values[ENV_CPU]);
	assert_int_equal(run.status, RUN_COMPLETE);
	add_named(&run, "one");
	assert_ptr_equal(run_find(&run, "one"), &run.items[0]);
	run_release(&run);
}

TEST(each_status_has_its_word)
{
	assert_string_equal(run_status_words[RUN_COMPLETE], "complete");
	assert_string_equal(run_status_words[RUN_SHORT_OF_TIME], "short-of-time");
	assert_string_equal(run_status_words[RUN_INTERRUPTED], "interrupted");
	assert_null(run_status_words[RUN_INTERRUPTED + 1]);
}
