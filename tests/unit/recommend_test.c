/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/date.h"
#include "gate/trial.h"
#include "report/recommend.h"
#include "support/judged.h"

static const struct recommendation *find(const struct recommendations *all, const char *about)
{
	for (size_t i = 0; i < all->nr; i++)
		if (strcmp(all->items[i].about, about) == 0)
			return &all->items[i];
	return NULL;
}

/* That is recommended, with that command, for reasons that have this in them. */
static void check(
	const struct judged *judged, const char *about, const char *command, const char *reason)
{
	struct verdict verdict = trial_judge(&judged->trial);
	struct recommendations all = recommend(&verdict);
	const struct recommendation *found = find(&all, about);

	assert_non_null(found);
	assert_string_equal(found->command, command);
	if (!strstr(found->text, reason))
		fail_msg("\"%s\" is not in \"%s\"", reason, found->text);
	recommendations_release(&all);
	verdict_release(&verdict);
}

static void check_nothing(const struct judged *judged)
{
	struct verdict verdict = trial_judge(&judged->trial);
	struct recommendations all = recommend(&verdict);

	assert_int_equal(all.nr, 0);
	recommendations_release(&all);
	verdict_release(&verdict);
}

TEST(when_all_is_well_there_is_nothing_to_do)
{
	struct judged judged;

	judged_init(&judged);
	judged_pair(&judged, "kept", 0);
	check_nothing(&judged);
	judged_release(&judged);
}

TEST(what_is_gone_may_be_taken_out_of_the_base)
{
	struct judged judged;

	judged_init(&judged);
	judged_pair(&judged, "kept", 0);
	judged_base(&judged.base, "gone", 0.004, 6);
	check(&judged, "missing", "benchgate baselines prune", "gone is in the base");
	judged_release(&judged);
}

TEST(few_sessions_are_to_become_five)
{
	struct judged judged;

	judged_init(&judged);
	judged_base(&judged.base, "sort", 0, 1);
	judged_values(judged_result(&judged.head, "sort"), &time_kind, 1020, 0.01, 10);
	judged.policy.tiers.items[0].threshold_ratio = 0.02;
	check(&judged, "sessions", "benchgate update-baselines --sessions 4",
		"the base has 1 session of sort");
	/* What another tool measured is not here to be measured again. */
	judged.head.format = str_dup("go");
	check_nothing(&judged);
	judged_release(&judged);
}

TEST(an_old_base_is_to_be_recorded_again)
{
	struct judged judged;
	struct metric *metric;

	judged_init(&judged);
	judged_pair(&judged, "kept", 0);
	metric = &run_find(&judged.base, "kept")->metrics.items[0];
	for (size_t i = 0; i < metric->sessions.nr; i++)
		snprintf(metric->sessions.items[i].timestamp, DATE_TIME_MAX,
			"2026-01-0%dT00:00:00Z", (int)(i % 9) + 1);
	snprintf(judged.head.timestamp, sizeof judged.head.timestamp, "2026-04-07T00:00:00Z");
	check(&judged, "age", "benchgate update-baselines", "91 days old");
	judged_release(&judged);
}

TEST(who_took_the_budget_is_named)
{
	struct judged judged;

	judged_init(&judged);
	judged_pair(&judged, "greedy", 0);
	judged_pair(&judged, "modest", 0);
	judged.head.status = RUN_SHORT_OF_TIME;
	run_find(&judged.head, "greedy")->spent_ns = 3000000000;
	run_find(&judged.head, "modest")->spent_ns = 1000000000;
	check(&judged, "budget", "benchgate run --budget 25s", "greedy took 75 %");
	judged_release(&judged);
}

TEST(names_are_words_of_the_command)
{
	struct judged judged;
	struct verdict verdict;
	struct recommendations all;

	judged_init(&judged);
	judged_base(&judged.base, "sort it", 0.004, 6);
	judged_values(judged_result(&judged.head, "sort it"), &time_kind, 1010, 0.15, 10);
	verdict = trial_judge(&judged.trial);
	all = recommend(&verdict);
	assert_int_equal(all.nr, 1);
	assert_string_equal(all.items[0].about, "processes");
	assert_string_equal(all.items[0].command, "benchgate run 'sort it' --processes 20");
	recommendations_release(&all);
	verdict_release(&verdict);
	judged_release(&judged);
}

TEST(a_machine_that_is_unfit_is_said_to_be)
{
	struct judged judged;

	judged_init(&judged);
	judged_pair(&judged, "kept", 0);
	env_set(&judged.head.env, ENV_SUITE_BUILD, "not optimised");
	check(&judged, "build", "benchgate doctor", "not optimised");
	judged_release(&judged);
}
