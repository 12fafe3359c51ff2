/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "gate/verdict.h"
#include "support/close.h"
#include "support/in_turn_cases.h"
#include "support/judge_cases.h"

static const struct {
	const char *what;
	double ratio;
	enum code_likeness code;
	enum verdict_word word;
} cases[] = {
	{ "slower, the same code", 1.5, CODE_SAME, VERDICT_LAYOUT },
	{ "faster, the same code", .6, CODE_SAME, VERDICT_LAYOUT },
	{ "no change, the same code", 1, CODE_SAME, VERDICT_PASS },
	{ "slower, what it reaches is not all the same", 1.5, CODE_MOVED, VERDICT_REGRESSION },
	{ "faster, what it reaches is not all the same", .6, CODE_MOVED, VERDICT_IMPROVEMENT },
	{ "slower, other code", 1.5, CODE_CHANGED, VERDICT_REGRESSION },
	{ "slower, nothing known of the code", 1.5, CODE_UNKNOWN, VERDICT_REGRESSION },
};

TEST(a_change_of_the_same_code_is_layout)
{
	for (size_t i = 0; i < NR_OF(cases); i++) {
		struct hearing hearing;
		const struct comparison *got;

		open_in_turn(&hearing, 20);
		add_in_turn(&hearing, "x",
			(struct summary){ .nr = 4, .mean = cases[i].ratio, .sd = 0.003 })
			->code = cases[i].code;
		got = hear(&hearing);
		if (got->word != cases[i].word)
			fail_msg("%s: %s", cases[i].what, verdict_word_name(got->word));
		close_hearing(&hearing);
	}
}

TEST(the_policy_says_what_layout_does_to_a_run)
{
	static const struct {
		enum action action;
		enum verdict_word run;
	} actions[] = { { ACTION_PASS, VERDICT_PASS }, { ACTION_WARN, VERDICT_LAYOUT },
		{ ACTION_FAIL, VERDICT_LAYOUT } };
	struct hearing hearing;

	open_in_turn(&hearing, 20);
	add_in_turn(&hearing, "x", (struct summary){ .nr = 4, .mean = 1.5, .sd = 0.003 })->code =
		CODE_SAME;
	/* What warns does so where nothing else is said. */
	assert_int_equal(hearing.policy.on_layout, ACTION_WARN);
	for (size_t i = 0; i < NR_OF(actions); i++) {
		const struct comparison *got;

		hearing.policy.on_layout = actions[i].action;
		got = hear(&hearing);
		assert_int_equal(got->word, VERDICT_LAYOUT);
		assert_int_equal(verdict_action(&hearing.verdict, got), actions[i].action);
		assert_int_equal(hearing.verdict.word, actions[i].run);
	}
	close_hearing(&hearing);
}

/* What is counted exactly is another: then more was done. */
TEST(an_exact_count_is_judged_as_ever)
{
	struct hearing hearing;
	struct result *head;

	open_in_turn(&hearing, 20);
	head = add_in_turn(&hearing, "x", (struct summary){ .nr = 4, .mean = 1, .sd = 0.003 });
	head->code = CODE_SAME;
	for (int i = 0; i < 8; i++) {
		metrics_add(&hearing.base.items[0].metrics, &case_allocs, 100);
		metrics_add(&head->metrics, &case_allocs, 200);
	}
	hear(&hearing);
	assert_int_equal(hearing.verdict.items[0].word, VERDICT_PASS);
	assert_int_equal(hearing.verdict.items[1].word, VERDICT_REGRESSION);
	close_hearing(&hearing);
}
