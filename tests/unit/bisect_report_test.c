/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is told of a bisection, word for word; and its steps, written and read back. */
#include "support/test.h"

#include "report/bisect_report.h"

#include "base/array.h"
#include "base/str.h"

#include <math.h>
#include <string.h>

static void add_commits(struct bisect_account *account, size_t nr)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < nr; i++) {
		struct bisect_commit *commit = ARRAY_ADD(&account->commits);

		buf_addf(&text, "%zu%zu%zu%zu%zu%zu%zuabc", i, i, i, i, i, i, i);
		*commit = (struct bisect_commit){ .hash = buf_detach(&text),
			.author = str_dup("Some | body"),
			.date = str_dup("2026-11-21T04:05:06+01:00") };
		buf_addf(&text, "Subject %zu \033[31m", i);
		commit->subject = buf_detach(&text);
	}
}

/* Commits 0 to 4, and a benchmark; the answers are told one after the other. */
static struct bisect_account new_account(void)
{
	static const size_t commits[] = { 0, 1, 2, 3, 4 };
	struct bisect_account account = {
		.nr_between = 4, .good = str_dup("v1 (0000000)"), .bad = str_dup("HEAD (4444444)")
	};
	struct bisect_subject *subject = ARRAY_ADD(&account.subjects);

	add_commits(&account, 5);
	account.steps.seconds = 80;
	account.steps.nr_builds = 3;
	account.steps.build_seconds = 2;
	*subject = (struct bisect_subject){
		.name = str_dup("sort/1000"), .metric = str_dup("typical"), .is_time = true
	};
	bisect_init(&subject->search, commits, 5, 0.01, 0.01);
	return account;
}

/* Answers what is asked next, and keeps the step. */
static void answer(struct bisect_account *account, enum bisect_answer word, double change)
{
	struct bisect *search = &account->subjects.items[0].search;
	struct bisect_question question;
	size_t commit;
	struct bisect_told told = { word, change, change - 0.001, change + 0.001 };

	while (bisect_next(search, NULL, NULL, &question, &commit) == BISECT_BRANCH)
		bisect_follow(search, NULL, 0);
	*ARRAY_ADD(&account->steps) = (struct bisect_step){ .benchmark = str_dup("sort/1000"),
		.metric = word == BISECT_UNMEASURED ? NULL : str_dup("typical"),
		.base = str_dup(account->commits.items[question.base].hash),
		.head = str_dup(account->commits.items[question.head].hash),
		.purpose = question.purpose,
		.limit = question.high,
		.told = told,
		.nr_units = isnan(change) ? 0 : 6,
		.seconds = isnan(change) ? 0 : 1.5,
		.trouble = word == BISECT_UNMEASURED ? str_dup("cannot build it") : NULL };
	bisect_tell(search, &question, told);
}

static struct bisect_account found_account(void)
{
	struct bisect_account account = new_account();

	answer(&account, BISECT_ABOVE, 0.03);
	answer(&account, BISECT_AS_GOOD, NAN);
	answer(&account, BISECT_ABOVE, 0.031);
	answer(&account, BISECT_UNDECIDED, 0.029);
	return account;
}

static struct bisect_account range_account(void)
{
	struct bisect_account account = new_account();

	answer(&account, BISECT_BELOW, -0.03);
	answer(&account, BISECT_UNMEASURED, NAN);
	answer(&account, BISECT_UNDECIDED, -0.015);
	answer(&account, BISECT_BELOW, -0.031);
	bisect_stop(&account.subjects.items[0].search);
	account.stopped = true;
	return account;
}

static void assert_said(const struct bisect_account *account,
	void (*fill)(const struct bisect_account *, struct buf *), const char *expected)
{
	struct buf out = BUF_INIT;

	fill(account, &out);
	assert_string_equal(out.data, expected);
	buf_release(&out);
}

TEST(a_commit_that_is_found_is_told_with_its_size_and_every_step)
{
	struct bisect_account account = found_account();

	assert_said(&account, bisect_text,
		"good: v1 (0000000), bad: HEAD (4444444); 4 commits to choose from\n"
		"\n"
		"sort/1000\n"
		"slower: typical +3.0 % [+2.9 .. +3.1 %]\n"
		"  3333333 Subject 3 ?[31m\n"
		"          Some | body, 2026-11-21: +2.9 % [+2.8 .. +3.0 %], 97 % of the change\n"
		"\n"
		"steps:\n"
		"  4444444 with 0000000  +3.0 % [+2.9 .. +3.1 %], the ends  (6 units, 1.5 s)\n"
		"  2222222 with 0000000  the same code as before the change\n"
		"  3333333 with 0000000  +3.1 % [+3.0 .. +3.3 %], after the change  (6 units, 1.5 s)\n"
		"  3333333 with 2222222  +2.9 % [+2.8 .. +3.0 %], the step  (6 units, 1.5 s)\n"
		"\n"
		"4 comparisons, 3 builds in 2.0 s; 1 min 20 s in all\n");
	bisect_account_release(&account);
}

TEST(a_range_says_why_each_of_its_commits_is_left)
{
	struct bisect_account account = range_account();

	assert_said(&account, bisect_markdown,
		"## Bisection\n"
		"\n"
		"good: v1 (0000000), bad: HEAD (4444444); 4 commits to choose from\n"
		"\n"
		"note: the budget is over; the same command goes on from here\n"
		"\n"
		"\n"
		"### sort/1000\n"
		"\n"
		"faster: typical -3.0 % \\[-3.1 .. -2.9 %\\]\n"
		"\n"
		"- one of these 3 commits: its size was not measured\n"
		"  - 1111111 Subject 1 ?\\[31m (undecided)\n"
		"  - 2222222 Subject 2 ?\\[31m (cannot be measured)\n"
		"  - 3333333 Subject 3 ?\\[31m\n"
		"\n"
		"| Head | Base | Benchmark | What it says | Units | Seconds |\n"
		"|---|---|---|---|---:|---:|\n"
		"| `4444444` | `0000000` | `sort/1000` | -3.0 % \\[-3.1 .. -2.9 %\\], the ends | 6 | 1.5 |\n"
		"| `2222222` | `0000000` | `sort/1000` | not measured: cannot build it | 0 | 0.0 |\n"
		"| `1111111` | `0000000` | `sort/1000` | -1.5 % \\[-1.6 .. -1.4 %\\], undecided | 6 | 1.5 |\n"
		"| `3333333` | `0000000` | `sort/1000` | -3.1 % \\[-3.1 .. -3.0 %\\], after the change | 6 | 1.5 |\n"
		"\n"
		"4 comparisons, 3 builds in 2.0 s; 1 min 20 s in all\n");
	bisect_account_release(&account);
}

TEST(layout_the_machine_and_the_same_code_are_told_apart)
{
	static const struct {
		struct {
			enum bisect_answer word;
			double change;
		} answers[4];
		size_t nr;
		const char *said;
	} cases[] = {
		{ { { BISECT_ABOVE, 0.03 }, { BISECT_ABOVE, 0.03 }, { BISECT_ABOVE, 0.03 },
			  { BISECT_AS_GOOD, 0.03 } },
			4,
			"  1111111 Subject 1 ?[31m\n"
			"          Some | body, 2026-11-21: +3.0 % [+2.9 .. +3.1 %], 100 % of the change\n"
			"          layout alone: the benchmark's machine code is the same before and after it, and lies elsewhere\n" },
		{ { { BISECT_BETWEEN, 0 } }, 1,
			"no change: typical +0.0 % [-0.1 .. +0.1 %], measured in turn. If the two differed at different times, the machine did, and not the code.\n" },
		{ { { BISECT_AS_BAD, NAN } }, 1,
			"identical: its machine code and files are the same at both ends, " },
		{ { { BISECT_UNDECIDED, 0.01 } }, 1,
			"not sure that there is a change: typical +1.0 % " },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct bisect_account account = new_account();
		struct buf out = BUF_INIT;

		for (size_t j = 0; j < cases[i].nr; j++)
			answer(&account, cases[i].answers[j].word, cases[i].answers[j].change);
		bisect_text(&account, &out);
		if (!strstr(out.data, cases[i].said))
			fail_msg("%s lacks %s", out.data, cases[i].said);
		buf_release(&out);
		bisect_account_release(&account);
	}
}

TEST(steps_are_read_back_as_they_were_written)
{
	struct bisect_account account = range_account();
	struct bisect_steps again = { 0 };
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct error err = ERROR_INIT;

	account.steps.key = str_dup("0123456789abcdef");
	bisect_steps_print(&account.steps, &first);
	assert_int_equal(bisect_steps_parse(first.data, first.len, &again, &err), 0);
	bisect_steps_print(&again, &second);
	assert_string_equal(first.data, second.data);
	bisect_steps_release(&again);
	assert_int_equal(bisect_steps_parse("{}", 2, &again, &err), -1);
	bisect_steps_release(&again);
	buf_release(&first);
	buf_release(&second);
	bisect_account_release(&account);
}
