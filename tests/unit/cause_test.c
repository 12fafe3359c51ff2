/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "notify/cause.h"

#include "support/observed.h"

#define MAX 64

/* Notices of a run and what they were bundled to. */
struct desk {
	struct notice items[MAX];
	const struct notice *pointers[MAX];
	size_t nr;
	struct census census;
	struct bundles bundles;
};

static char rule_name[] = "slower";
static const struct rule rule = { .name = rule_name };

static void begin(struct desk *desk)
{
	*desk = (struct desk){ .census = { 1000, 4, false } };
}

static struct notice *add(struct desk *desk, const char *tier, const char *file)
{
	struct notice *notice = &desk->items[desk->nr];

	*notice =
		observed_notice((unsigned)desk->nr, &rule, URGENCY_WARNING, "2026-11-21T04:00:00Z");
	free(notice->tier);
	free(notice->file);
	notice->tier = str_dup(tier);
	notice->file = str_dup(file);
	desk->pointers[desk->nr++] = notice;
	return notice;
}

static void bundle(struct desk *desk)
{
	bundles_release(&desk->bundles);
	desk->bundles = cause_bundle(desk->pointers, desk->nr, &desk->census);
}

static void end(struct desk *desk)
{
	for (size_t i = 0; i < desk->nr; i++)
		notice_release(&desk->items[i]);
	bundles_release(&desk->bundles);
}

TEST(one_alert_is_one_message_that_says_it_all)
{
	struct desk desk;

	begin(&desk);
	add(&desk, "critical", "src/a/x.c")->change_percent = 16.6;
	bundle(&desk);
	assert_int_equal(desk.bundles.nr, 1);
	assert_string_equal(
		desk.bundles.items[0].title, "benchgate: bench0 +16.6 % (warning) on main");
	assert_null(desk.bundles.items[0].cause);
	end(&desk);
}

TEST(what_has_little_in_common_comes_singly)
{
	struct desk desk;

	begin(&desk);
	add(&desk, "critical", "src/a/x.c");
	add(&desk, "critical", "src/b/x.c");
	add(&desk, "standard", "x.c");
	bundle(&desk);
	assert_int_equal(desk.bundles.nr, 3);
	end(&desk);
}

TEST(a_folder_is_one_message)
{
	struct desk desk;

	begin(&desk);
	add(&desk, "critical", "src/parser/a.c");
	add(&desk, "standard", "src/parser/b.c")->urgency = URGENCY_CRITICAL;
	add(&desk, "critical", "src/other/b.c");
	bundle(&desk);
	assert_int_equal(desk.bundles.nr, 2);
	assert_string_equal(desk.bundles.items[0].title,
		"benchgate: 2 benchmarks in src/parser slower by 10 to 11 % (critical) on main");
	assert_string_equal(desk.bundles.items[0].cause, "All of them are in src/parser.");
	assert_string_equal(desk.bundles.items[0].items[0]->benchmark, "bench1");
	end(&desk);
}

TEST(a_folder_of_a_whole_path_is_named_by_its_end)
{
	struct desk desk;

	begin(&desk);
	add(&desk, "critical", "/home/ci/project/src/parser/a.c");
	add(&desk, "standard", "/home/ci/project/src/parser/b.c");
	bundle(&desk);
	assert_non_null(strstr(desk.bundles.items[0].title, " in src/parser slower"));
	end(&desk);
}

TEST(a_tier_is_one_message_where_folders_differ)
{
	static const char *const files[] = { "a/x.c", "b/x.c", "c/x.c" };
	struct desk desk;

	begin(&desk);
	for (size_t i = 0; i < 3; i++)
		add(&desk, "critical", files[i]);
	add(&desk, "standard", "d/x.c");
	bundle(&desk);
	assert_int_equal(desk.bundles.nr, 2);
	assert_string_equal(desk.bundles.items[0].title,
		"benchgate: 3 benchmarks of tier critical slower by 10 to 12 % (warning) on main");
	end(&desk);
}

TEST(metrics_of_one_benchmark_are_one_message)
{
	struct notice *second;
	struct desk desk;

	begin(&desk);
	add(&desk, "critical", "");
	second = add(&desk, "critical", "");
	free(second->benchmark);
	free(second->metric);
	second->benchmark = str_dup("bench0");
	second->metric = str_dup("allocs");
	bundle(&desk);
	assert_int_equal(desk.bundles.nr, 1);
	assert_string_equal(desk.bundles.items[0].title,
		"benchgate: bench0 (2 metrics) worse by 10 to 11 % (warning) on main");
	end(&desk);
}

/* Of so many in so many folders, `nr` of `compared`. */
static void everywhere(struct desk *desk, size_t nr, size_t compared, bool in_turn)
{
	begin(desk);
	desk->census = (struct census){ compared, 4, in_turn };
	for (size_t i = 0; i < nr; i++)
		add(desk, i % 2 ? "critical" : "standard", i % 2 ? "a/x.c" : "b/x.c");
	bundle(desk);
}

TEST(everything_at_once_is_the_machine)
{
	struct desk desk;

	everywhere(&desk, 6, 9, false);
	assert_int_equal(desk.bundles.nr, 1);
	assert_non_null(strstr(desk.bundles.items[0].cause, "probably the machine"));
	assert_non_null(strstr(desk.bundles.items[0].cause, "benchgate doctor"));
	assert_string_equal(desk.bundles.items[0].title,
		"benchgate: 6 benchmarks of 9 slower by 10 to 15 % (warning) on main");
	end(&desk);
}

TEST(just_under_two_thirds_is_not_everything)
{
	struct desk desk;

	everywhere(&desk, 6, 10, false);
	assert_int_equal(desk.bundles.nr, 2);
	end(&desk);
	everywhere(&desk, CAUSE_MIN_ALL - 1, CAUSE_MIN_ALL - 1, false);
	assert_int_equal(desk.bundles.nr, 2);
	end(&desk);
}

TEST(in_turn_it_cannot_be_the_machine)
{
	struct desk desk;

	everywhere(&desk, 6, 6, true);
	assert_int_equal(desk.bundles.nr, 1);
	assert_non_null(strstr(desk.bundles.items[0].cause, "not the machine"));
	end(&desk);
}

TEST(the_only_folder_that_is_slow_is_a_folder)
{
	struct desk desk;

	begin(&desk);
	desk.census = (struct census){ 8, 2, false };
	for (size_t i = 0; i < 6; i++)
		add(&desk, "critical", "src/a/x.c");
	bundle(&desk);
	assert_string_equal(desk.bundles.items[0].cause, "All of them are in src/a.");
	desk.census.nr_folders = 1;
	bundle(&desk);
	assert_non_null(strstr(desk.bundles.items[0].cause, "probably the machine"));
	end(&desk);
}

/* Folders whose names begin alike are two. */
TEST(folders_are_told_apart_by_all_of_their_names)
{
	struct desk desk;

	begin(&desk);
	desk.census = (struct census){ 6, 3, false };
	for (size_t i = 0; i < 6; i++)
		add(&desk, "critical", i % 2 ? "src/a/x.c" : "src/ab/x.c");
	bundle(&desk);
	assert_int_equal(desk.bundles.nr, 1);
	assert_non_null(strstr(desk.bundles.items[0].cause, "probably the machine"));
	end(&desk);
}

TEST(troubles_gains_and_ends_are_told_apart)
{
	struct notice *notice;
	struct desk desk;

	begin(&desk);
	add(&desk, "critical", "src/a/x.c");
	notice = add(&desk, "critical", "src/a/x.c");
	notice->better = true;
	notice->change_percent = -12;
	notice->urgency = URGENCY_INFO;
	for (size_t i = 0; i < 2; i++)
		add(&desk, "critical", "src/a/x.c")->kind = NOTICE_RESOLVED;
	notice = add(&desk, "critical", "src/a/x.c");
	notice->kind = NOTICE_ESCALATED;
	notice->nr_runs = 4;
	notice->urgency = URGENCY_CRITICAL;
	bundle(&desk);
	assert_int_equal(desk.bundles.nr, 4);
	assert_string_equal(desk.bundles.items[0].title,
		"benchgate: bench4 +14.0 % (critical) on main, unresolved for 4 runs");
	assert_string_equal(
		desk.bundles.items[1].title, "benchgate: 2 benchmarks pass again on main");
	assert_string_equal(
		desk.bundles.items[3].title, "benchgate: bench1 -12.0 % (info) on main");
	end(&desk);
}

TEST(nobody_is_sent_more_than_five)
{
	static const char *const files[] = { "a/x.c", "b/x.c", "c/x.c", "d/x.c", "e/x.c", "f/x.c",
		"g/x.c", "h/x.c", "i/x.c" };
	struct desk desk;
	size_t nr = 0;
	char tier[16];

	begin(&desk);
	for (size_t i = 0; i < 9; i++) {
		snprintf(tier, sizeof tier, "tier%zu", i);
		add(&desk, tier, files[i]);
	}
	desk.items[8].urgency = URGENCY_CRITICAL;
	bundle(&desk);
	assert_int_equal(desk.bundles.nr, CAUSE_MAX_BUNDLES);
	assert_string_equal(desk.bundles.items[0].items[0]->benchmark, "bench8");
	for (size_t i = 0; i < desk.bundles.nr; i++)
		nr += desk.bundles.items[i].nr;
	assert_int_equal(nr, 9);
	assert_int_equal(desk.bundles.items[4].nr, 5);
	end(&desk);
}

TEST(what_has_no_change_has_no_figures)
{
	struct notice *notice;
	struct desk desk;

	begin(&desk);
	for (size_t i = 0; i < 2; i++) {
		notice = add(&desk, "critical", "src/a/x.c");
		notice->change_percent = (double)NAN;
		free(notice->metric);
		notice->metric = str_dup("");
	}
	bundle(&desk);
	assert_string_equal(desk.bundles.items[0].title,
		"benchgate: 2 benchmarks in src/a in trouble (warning) on main");
	desk.nr = 1;
	bundle(&desk);
	assert_string_equal(desk.bundles.items[0].title, "benchgate: bench0 (warning) on main");
	desk.nr = 2;
	end(&desk);
}

TEST(a_title_of_all_counts)
{
	struct buf title = BUF_INIT;
	struct desk desk;

	begin(&desk);
	add(&desk, "critical", "src/a/x.c");
	add(&desk, "critical", "src/a/x.c")->kind = NOTICE_RESOLVED;
	add(&desk, "critical", "src/a/x.c");
	title_of_all(desk.pointers, desk.nr, "REGRESSION", &title);
	assert_string_equal(title.data, "benchgate: REGRESSION, 2 new, 1 resolved on main");
	buf_clear(&title);
	title_of_all(desk.pointers, 0, "PASS", &title);
	assert_string_equal(title.data, "benchgate: PASS");
	buf_release(&title);
	end(&desk);
}
