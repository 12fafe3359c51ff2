/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "model/run_json.h"

#include <stdio.h>
#include <string.h>

static struct run shard_run(void)
{
	struct run run = { .plan = PLAN_DEFAULT };
	struct bench bench = { .name = (char[]){ "here" },
		.tier = (char[]){ "critical" },
		.file = (char[]){ "" },
		.nr_threads = 1 };

	snprintf(run.id, sizeof run.id, "0123456789abcdef");
	snprintf(run.timestamp, sizeof run.timestamp, "2026-11-21T04:05:06Z");
	run_add(&run, &bench);
	return run;
}

static char *printed(const struct run *run)
{
	struct buf text = BUF_INIT;

	run_json_print(run, &text);
	return buf_detach(&text);
}

TEST(a_shard_is_read_back_as_it_was_written)
{
	struct run run = shard_run(), again = RUN_INIT;
	struct error err = ERROR_INIT;
	char *text;

	run.shard.index = 2;
	run.shard.of = 3;
	texts_add(&run.shard.selection, "there \"quoted\"");
	texts_add(&run.shard.selection, "here");
	texts_add(&run.shard.missing, "gone");
	text = printed(&run);
	assert_int_equal(run_json_read(text, strlen(text), &again, &err), 0);
	assert_int_equal(again.shard.index, 2);
	assert_int_equal(again.shard.of, 3);
	assert_int_equal(again.shard.selection.nr, 2);
	assert_string_equal(again.shard.selection.items[0], "there \"quoted\"");
	assert_string_equal(again.shard.missing.items[0], "gone");
	assert_int_equal(run_nr_elsewhere(&again), 1);
	free(text);
	run_release(&run);
	run_release(&again);
	assert_int_equal(again.shard.of, 0);
}

TEST(a_whole_run_says_nothing_of_shards)
{
	struct run run = shard_run(), again = RUN_INIT;
	struct error err = ERROR_INIT;
	char *text = printed(&run);

	assert_null(strstr(text, "shard"));
	assert_int_equal(run_json_read(text, strlen(text), &again, &err), 0);
	assert_int_equal(again.shard.of, 0);
	assert_int_equal(run_nr_elsewhere(&again), 0);
	free(text);
	run_release(&run);
	run_release(&again);
}
