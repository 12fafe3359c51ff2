/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The search for a commit, over histories whose levels are known, with and without noise. */
#include "support/test.h"

#include "explain/bisect.h"
#include "explain/look.h"

#include <math.h>
#include <string.h>

#include "support/draw.h"

enum { MOST_COMMITS = 130, UNITS = 60 };

/* Of each commit its level, what stands in its way, and how many comparisons there were. */
static struct {
	double levels[MOST_COMMITS];
	bool is_broken[MOST_COMMITS];
	size_t code[MOST_COMMITS]; /* commits with the same number have the same machine code; 0:
				      its own */
	double noise;              /* of a unit; 0: what is measured is exact */
	size_t nr, nr_compared, nr_measured;
	bool is_cheap[MOST_COMMITS];
	size_t merge, branch[8], nr_branch; /* what the commit of that number merged */
	size_t other[8], nr_other;          /* and as another branch */
} day;

static void new_day(size_t nr)
{
	memset(&day, 0, sizeof day);
	day.nr = nr;
	day.merge = BISECT_NONE;
}

/* From this commit on the level is higher. */
static void add_step(size_t at, double size)
{
	for (size_t i = at; i < day.nr; i++)
		day.levels[i] += size;
}

static bool is_same_code(size_t a, size_t b)
{
	return day.code[a] && day.code[a] == day.code[b];
}

static struct bisect_told measured(const struct bisect_question *question)
{
	struct look_plan plan = look_plan(UNITS);
	struct look_data data = { .is_exact = day.noise == 0 };
	struct bisect_told told = { BISECT_UNDECIDED, NAN, NAN, NAN };
	double units[UNITS];

	day.nr_measured++;
	for (size_t i = 0; i < UNITS; i++)
		units[i] = day.levels[question->head] - day.levels[question->base] +
			(day.noise > 0 ? day.noise * normal() : 0);
	while (data.nr < plan.nr && !look_is_enough(question, told)) {
		data.at[data.nr] = summary_of(units, plan.nr_units[data.nr]);
		data.nr++;
		told = look_answer(question, &plan, &data, 1);
	}
	return told;
}

static struct bisect_told compared(const struct bisect_question *question)
{
	struct bisect_told told = { BISECT_UNMEASURED, NAN, NAN, NAN };

	day.nr_compared++;
	if (day.is_broken[question->head])
		return told;
	told.answer =
		is_same_code(question->head, question->like_good) ? BISECT_AS_GOOD : BISECT_AS_BAD;
	if (is_same_code(question->head, question->like_good) ||
		(question->head != question->like_bad &&
			is_same_code(question->head, question->like_bad)))
		return told;
	return measured(question);
}

static bool is_cheap(void *context, size_t commit)
{
	(void)context;
	return day.is_cheap[commit];
}

static struct bisect begin(void)
{
	size_t commits[MOST_COMMITS];
	struct bisect bisect;

	for (size_t i = 0; i < day.nr; i++)
		commits[i] = i;
	bisect_init(&bisect, commits, day.nr, 0.01, 0.01);
	return bisect;
}

static void follow_branches(struct bisect *bisect, bool is_merge)
{
	if (is_merge)
		bisect_follow(bisect, day.branch, day.nr_branch);
	if (is_merge && day.nr_other)
		bisect_follow(bisect, day.other, day.nr_other);
	bisect_follow(bisect, NULL, 0);
}

static struct bisect search(void)
{
	struct bisect bisect = begin();
	struct bisect_question question;
	enum bisect_need need;
	size_t commit;

	while ((need = bisect_next(&bisect, is_cheap, NULL, &question, &commit)) != BISECT_DONE) {
		assert_in_range(day.nr_compared, 0, 1000);
		if (need == BISECT_BRANCH)
			follow_branches(&bisect, commit == day.merge);
		else
			bisect_tell(&bisect, &question, compared(&question));
	}
	return bisect;
}

static size_t place_of(const struct bisect *bisect, size_t finding, bool last)
{
	const struct bisect_finding *found = &bisect->findings.items[finding];

	assert_true(finding < bisect->findings.nr);
	return bisect->chains.items[found->chain].commits[last ? found->last : found->before];
}

/* Is the one finding exactly this commit? */
static bool found_only(const struct bisect *bisect, size_t commit)
{
	return bisect->outcome == BISECT_FOUND && bisect->findings.nr == 1 &&
		place_of(bisect, 0, true) == commit && place_of(bisect, 0, false) == commit - 1;
}

TEST(each_commit_of_each_history_is_found)
{
	for (size_t nr = 2; nr <= 33; nr++)
		for (size_t at = 1; at < nr; at++)
			for (int slower = 0; slower < 2; slower++) {
				struct bisect bisect;

				new_day(nr);
				add_step(at, slower ? 0.03 : -0.03);
				bisect = search();
				assert_true(found_only(&bisect, at));
				assert_close(bisect.findings.items[0].step.change,
					slower ? 0.03 : -0.03);
				assert_in_range(day.nr_compared, 1, 8);
				bisect_release(&bisect);
			}
}

TEST(a_change_that_is_not_there_costs_one_comparison)
{
	struct bisect bisect;

	new_day(64);
	bisect = search();
	assert_int_equal(bisect.outcome, BISECT_NOT_THERE);
	assert_int_equal(day.nr_compared, 1);
	bisect_release(&bisect);
	/* What came and went is not there either. */
	new_day(64);
	add_step(20, 0.05);
	add_step(30, -0.05);
	bisect = search();
	assert_int_equal(bisect.outcome, BISECT_NOT_THERE);
	bisect_release(&bisect);
}

TEST(ends_that_are_the_same_code_or_cannot_be_measured_are_said_to_be)
{
	struct bisect bisect;

	new_day(8);
	add_step(3, 0.05);
	day.code[0] = day.code[7] = 1;
	bisect = search();
	assert_int_equal(bisect.outcome, BISECT_IDENTICAL);
	bisect_release(&bisect);
	new_day(8);
	day.is_broken[7] = true;
	bisect = search();
	assert_int_equal(bisect.outcome, BISECT_NO_END);
	bisect_release(&bisect);
}

TEST(two_steps_are_two_findings)
{
	for (size_t first = 1; first < 20; first++)
		for (size_t second = first + 1; second < 21; second++) {
			struct bisect bisect;
			bool found[21] = { false };

			new_day(21);
			add_step(first, 0.02);
			add_step(second, 0.02);
			bisect = search();
			assert_int_equal(bisect.findings.nr, 2);
			for (size_t i = 0; i < 2; i++)
				found[place_of(&bisect, i, true)] = true;
			assert_true(found[first] && found[second]);
			bisect_release(&bisect);
		}
}

TEST(what_does_not_build_is_left_out_and_the_rest_is_a_range)
{
	struct bisect bisect;

	new_day(20);
	add_step(12, 0.03);
	for (size_t i = 1; i < 19; i++)
		day.is_broken[i] = i != 11 && i != 12;
	bisect = search();
	assert_true(found_only(&bisect, 12));
	bisect_release(&bisect);
	new_day(20);
	add_step(12, 0.03);
	day.is_broken[11] = day.is_broken[12] = true;
	bisect = search();
	assert_int_equal(bisect.findings.nr, 1);
	assert_int_equal(place_of(&bisect, 0, false), 10);
	assert_int_equal(place_of(&bisect, 0, true), 13);
	bisect_release(&bisect);
}

TEST(commits_of_the_same_code_are_not_measured)
{
	struct bisect bisect;

	new_day(65);
	add_step(40, 0.03);
	for (size_t i = 0; i < 65; i++)
		day.code[i] = i < 40 ? 1 : 2;
	bisect = search();
	assert_true(found_only(&bisect, 40));
	/* The ends, and the step. */
	assert_int_equal(day.nr_measured, 2);
	assert_int_equal(day.nr_compared, 8);
	bisect_release(&bisect);
}

TEST(a_commit_that_is_built_already_is_taken_where_it_is_near_the_middle)
{
	struct bisect bisect;
	struct bisect_question question;
	size_t commit;

	new_day(65);
	add_step(40, 0.03);
	day.is_cheap[3] = day.is_cheap[27] = true;
	bisect = begin();
	bisect_next(&bisect, is_cheap, NULL, &question, &commit);
	bisect_tell(&bisect, &question, compared(&question));
	assert_int_equal(bisect_next(&bisect, is_cheap, NULL, &question, &commit), BISECT_COMPARE);
	assert_int_equal(question.head, 27);
	bisect_release(&bisect);
}

/* A history of 0 to 9, where 5 merged 12 and 13, which began at 10. */
static void day_with_merge(size_t culprit)
{
	new_day(10);
	day.merge = 5;
	day.nr_branch = 4;
	for (size_t i = 0; i < 4; i++)
		day.branch[i] = 10 + i;
	add_step(5, 0.04);
	for (size_t i = culprit; i < 14; i++)
		day.levels[i] = 0.04;
}

TEST(a_merge_is_followed_into_what_it_merged)
{
	for (size_t culprit = 11; culprit < 14; culprit++) {
		struct bisect bisect;

		day_with_merge(culprit);
		bisect = search();
		assert_int_equal(bisect.findings.nr, 2);
		assert_true(bisect.findings.items[0].followed);
		assert_int_equal(place_of(&bisect, 1, true), culprit);
		assert_int_equal(bisect.findings.items[1].merge, 0);
		bisect_release(&bisect);
	}
}

TEST(each_branch_of_a_merge_of_several_is_followed)
{
	for (size_t culprit = 14; culprit < 18; culprit++) {
		struct bisect bisect;

		day_with_merge(14);
		day.nr_other = 4;
		for (size_t i = 0; i < 4; i++)
			day.other[i] = i ? 13 + i : 10;
		for (size_t i = culprit; i < 17; i++)
			day.levels[i] = 0.04;
		bisect = search();
		assert_int_equal(bisect.findings.items[0].followed, culprit < 17);
		assert_int_equal(bisect.findings.items[0].unmerged, culprit == 17);
		assert_int_equal(bisect.findings.nr, culprit < 17 ? 2 : 1);
		if (culprit < 17)
			assert_int_equal(place_of(&bisect, 1, true), culprit);
		bisect_release(&bisect);
	}
}

TEST(a_merge_whose_branch_has_no_change_is_the_commit_itself)
{
	struct bisect bisect;

	day_with_merge(14);
	bisect = search();
	assert_true(found_only(&bisect, 5));
	assert_true(bisect.findings.items[0].unmerged);
	bisect_release(&bisect);
}

TEST(a_search_that_is_stopped_answers_with_a_range)
{
	struct bisect bisect;
	struct bisect_question question;
	size_t commit;

	new_day(64);
	add_step(40, 0.03);
	bisect = begin();
	for (int i = 0; i < 3; i++) {
		bisect_next(&bisect, NULL, NULL, &question, &commit);
		bisect_tell(&bisect, &question, compared(&question));
	}
	bisect_stop(&bisect);
	assert_int_equal(bisect_next(&bisect, NULL, NULL, &question, &commit), BISECT_DONE);
	assert_int_equal(bisect.findings.nr, 1);
	assert_int_equal(place_of(&bisect, 0, false), 31);
	assert_int_equal(place_of(&bisect, 0, true), 47);
	bisect_release(&bisect);
}

TEST(the_time_that_is_left_is_told_in_comparisons)
{
	struct bisect bisect;

	new_day(65);
	bisect = begin();
	assert_int_equal(bisect_nr_left(&bisect), 64);
	assert_int_equal(bisect_steps_left(&bisect), 8);
	bisect_stop(&bisect);
	assert_int_equal(bisect_nr_left(&bisect), 0);
	assert_int_equal(bisect_steps_left(&bisect), 0);
	bisect_release(&bisect);
}

/* --- with noise: the whole answer is wrong once in a hundred at most ---------------------------
 */

enum { SEARCHES = 400 };

struct rates {
	int wrong, exact;
	double nr_compared;
};

static bool has_culprit(const struct bisect *bisect, size_t culprit)
{
	for (size_t i = 0; i < bisect->findings.nr; i++)
		if (place_of(bisect, i, false) < culprit && culprit <= place_of(bisect, i, true))
			return true;
	return false;
}

/* Wrong: a finding that holds no step. */
static struct rates rates_of(double step, double noise, size_t nr)
{
	struct rates rates = { 0 };

	seeded = random_seed(24);
	for (int i = 0; i < SEARCHES; i++) {
		size_t culprit = 1 + (size_t)(uniform() * (double)(nr - 1));
		struct bisect bisect;

		new_day(nr);
		add_step(culprit, step);
		day.noise = noise;
		bisect = search();
		if (bisect.outcome == BISECT_FOUND)
			rates.wrong += bisect.findings.nr > 1 || !has_culprit(&bisect, culprit) ||
				step == 0;
		rates.exact += found_only(&bisect, culprit);
		rates.nr_compared += (double)day.nr_compared / SEARCHES;
		bisect_release(&bisect);
	}
	print_message("# step %g, noise %g: %d wrong, %d exact of %d, %.1f comparisons\n", step,
		noise, rates.wrong, rates.exact, SEARCHES, rates.nr_compared);
	return rates;
}

TEST(an_answer_is_wrong_once_in_a_hundred_at_most)
{
	static const struct {
		double step, noise;
		double exact; /* at least so many are found */
	} rows[] = { { 0, 0.01, 0 }, { 0.009, 0.01, 0 }, { 0.02, 0.01, 0.1 }, { 0.03, 0.01, 0.95 },
		{ 0.05, 0.01, 0.99 }, { -0.05, 0.02, 0.8 } };

	for (size_t i = 0; i < NR_OF(rows); i++) {
		struct rates rates = rates_of(rows[i].step, rows[i].noise, 64);

		assert_true(rates.wrong <= SEARCHES / 100);
		assert_true(rates.exact >= rows[i].exact * SEARCHES);
	}
}

TEST(two_steps_in_noise_are_both_found)
{
	int both = 0;

	seeded = random_seed(42);
	for (int i = 0; i < 100; i++) {
		struct bisect bisect;

		new_day(65);
		add_step(20, 0.03);
		add_step(45, 0.03);
		day.noise = 0.01;
		bisect = search();
		both += bisect.findings.nr == 2 && has_culprit(&bisect, 20) &&
			has_culprit(&bisect, 45);
		bisect_release(&bisect);
	}
	print_message("# both of two: %d of 100\n", both);
	assert_true(both >= 95);
}
