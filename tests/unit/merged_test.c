/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run that is cut into shards and merged comes to the verdict that it has as a whole; and what is
 * not whole is never a pass. */
#include "support/test.h"

#include "gate/trial.h"
#include "gate/verdict.h"

#include "support/draw.h"
#include "support/in_turn_cases.h"
#include "support/judge_cases.h"

#define NR_BENCHES 12
#define MAX_SHARDS 5
#define NR_RUNS 200

/* What a comparison came to, by the benchmark's number. */
struct outcome_row {
	enum verdict_word word;
	enum why why;
	double p, p_adjusted, bound;
};

struct table {
	struct outcome_row rows[NR_BENCHES];
	size_t family, family_in_turn;
	enum verdict_word word;
};

static char name_letters[NR_BENCHES][2];

static const char *name_of(size_t i)
{
	name_letters[i][0] = (char)('a' + i);
	return name_letters[i];
}

static struct table table_of(const struct verdict *verdict)
{
	struct table table = { .family = verdict->family,
		.family_in_turn = verdict->family_in_turn,
		.word = verdict->word };

	assert_int_equal(verdict->nr, NR_BENCHES);
	for (size_t i = 0; i < verdict->nr; i++) {
		const struct comparison *comparison = &verdict->items[i];

		table.rows[comparison->head->name[0] - 'a'] =
			(struct outcome_row){ comparison->word, comparison->why, comparison->p,
				comparison->p_adjusted, comparison->bound_ratio };
	}
	return table;
}

static void assert_alike(double one, double other)
{
	assert_true(isnan(one) ? isnan(other) : one == other);
}

static void assert_same_table(const struct table *one, const struct table *other)
{
	assert_int_equal(one->family, other->family);
	assert_int_equal(one->family_in_turn, other->family_in_turn);
	assert_int_equal(one->word, other->word);
	for (size_t i = 0; i < NR_BENCHES; i++) {
		assert_int_equal(one->rows[i].word, other->rows[i].word);
		assert_int_equal(one->rows[i].why, other->rows[i].why);
		assert_alike(one->rows[i].p, other->rows[i].p);
		assert_alike(one->rows[i].p_adjusted, other->rows[i].p_adjusted);
		assert_alike(one->rows[i].bound, other->rows[i].bound);
	}
}

/* A hearing whose head is cut into shards, against one base. */
struct cut {
	struct hearing *hearing;
	struct run shards[MAX_SHARDS];
	struct trial trials[MAX_SHARDS];
	size_t nr;
};

static void move_result(struct result *from, struct run *to)
{
	struct result *place = run_add(to, &(struct bench){ .name = from->name });

	result_release(place);
	*place = *from;
}

/* The head is empty afterwards. What another shard has is not missing. */
static void cut_up(struct cut *cut, struct hearing *hearing, size_t nr)
{
	struct run *head = &hearing->head;

	*cut = (struct cut){ .hearing = hearing, .nr = nr };
	for (size_t i = 0; i < nr; i++) {
		cut->shards[i] = (struct run){ .plan = head->plan };
		cut->shards[i].shard.index = i + 1;
		cut->shards[i].shard.of = nr;
		cut->trials[i] = hearing->trial;
		cut->trials[i].head = &cut->shards[i];
		for (size_t j = 0; j < head->nr; j++)
			texts_add(&cut->shards[i].shard.selection, head->items[j].name);
	}
	for (size_t i = 0; i < head->nr; i++)
		move_result(&head->items[i], &cut->shards[random_below(&seeded, nr)]);
	head->nr = 0;
	for (size_t i = 0; i < hearing->base.nr; i++)
		hearing->base.items[i].aside = true;
}

static void release_cut(struct cut *cut)
{
	for (size_t i = 0; i < cut->nr; i++)
		run_release(&cut->shards[i]);
}

static void assert_merges_to(struct hearing *hearing, const struct table *whole)
{
	struct cut cut;
	struct verdict verdict;
	struct table merged;

	cut_up(&cut, hearing, 1 + random_below(&seeded, MAX_SHARDS));
	verdict = trials_judge(cut.trials, cut.nr);
	merged = table_of(&verdict);
	assert_same_table(whole, &merged);
	assert_int_equal(verdict.nr_parts, cut.nr);
	for (size_t i = 0; i < verdict.nr; i++)
		assert_ptr_equal(run_find(verdict.parts[verdict.items[i].part].head,
					 verdict.items[i].head->name),
			verdict.items[i].head);
	verdict_release(&verdict);
	release_cut(&cut);
}

/* Some changed, by up to 6 % either way. */
static double draw_change(void)
{
	return uniform() < 0.5 ? 0 : 0.12 * uniform() - 0.06;
}

static void draw_base(struct run *base)
{
	for (size_t i = 0; i < NR_BENCHES; i++)
		case_base(base, name_of(i), 1 + random_below(&seeded, 6), 0.01, 0.005);
}

static void draw_processes(struct result *result, double change, size_t nr)
{
	while (nr--)
		case_value(result, &case_time, CASE_LEVEL_NS * exp(change + 0.01 * normal()));
}

/* With looks, and a second one of what is suspected. */
static void draw_head(const struct judge *judge, struct run *head)
{
	for (size_t i = 0; i < NR_BENCHES; i++) {
		struct result *result = case_result(head, name_of(i));
		double change = draw_change();

		do
			draw_processes(result, change, 1);
		while (!judge_enough(judge, result));
		if (!judge_suspects(judge, result))
			continue;
		result->nr_screened = result->processes.nr;
		draw_processes(result, change, 10);
	}
}

TEST(shards_of_one_run_merge_to_its_verdict)
{
	int words[VERDICT_NR_WORDS] = { 0 };

	seeded = random_seed(11);
	for (int i = 0; i < NR_RUNS; i++) {
		struct hearing hearing;
		struct judge judge;
		struct table whole;

		open_hearing(&hearing);
		hearing.head.plan.looks = true;
		draw_base(&hearing.base);
		judge = judge_new(&hearing.base, &hearing.policy, hearing.head.plan);
		draw_head(&judge, &hearing.head);
		hear(&hearing);
		whole = table_of(&hearing.verdict);
		assert_int_equal(whole.family, NR_BENCHES);
		for (size_t j = 0; j < NR_BENCHES; j++)
			words[whole.rows[j].word]++;
		assert_merges_to(&hearing, &whole);
		close_hearing(&hearing);
	}
	/* The words were there to be mistaken. */
	assert_true(
		words[VERDICT_PASS] && words[VERDICT_REGRESSION] && words[VERDICT_INCONCLUSIVE]);
}

static void draw_in_turn(struct hearing *hearing)
{
	for (size_t i = 0; i < NR_BENCHES; i++) {
		struct result *head = case_result(&hearing->head, name_of(i));
		double change = draw_change(), sd = 0.02 * uniform();
		size_t nr = 3 + random_below(&seeded, 18);

		case_value(case_result(&hearing->base, name_of(i)), &case_time, CASE_LEVEL_NS);
		head->nr_threads = 1;
		while (nr--)
			add_unit_ratio(head, &case_time, change + sd * normal());
	}
}

TEST(shards_measured_in_turn_merge_to_their_verdict)
{
	int words[VERDICT_NR_WORDS] = { 0 };

	seeded = random_seed(12);
	for (int i = 0; i < NR_RUNS; i++) {
		struct hearing hearing;
		struct table whole;

		open_in_turn(&hearing, 20);
		draw_in_turn(&hearing);
		hear(&hearing);
		whole = table_of(&hearing.verdict);
		assert_int_equal(whole.family_in_turn, NR_BENCHES);
		for (size_t j = 0; j < NR_BENCHES; j++)
			words[whole.rows[j].word]++;
		assert_merges_to(&hearing, &whole);
		close_hearing(&hearing);
	}
	assert_true(words[VERDICT_PASS] && words[VERDICT_REGRESSION] &&
		words[VERDICT_INCONCLUSIVE] && words[VERDICT_IMPROVEMENT]);
}

/* Twelve benchmarks of one change each. */
static void fill_alike(struct hearing *hearing, double ratio)
{
	for (size_t i = 0; i < NR_BENCHES; i++)
		add_changed(hearing, name_of(i), ratio);
}

TEST(a_shard_alone_answers_for_the_family_of_all)
{
	struct hearing hearing;
	struct cut cut;

	seeded = random_seed(13);
	open_hearing(&hearing);
	fill_alike(&hearing, 1);
	cut_up(&cut, &hearing, 3);
	for (size_t i = 0; i < cut.nr; i++) {
		struct verdict verdict = trial_judge(&cut.trials[i]);

		assert_int_equal(verdict.family, NR_BENCHES);
		assert_int_equal(verdict.nr, cut.shards[i].nr);
		assert_int_equal(verdict.word, verdict.nr ? VERDICT_PASS : VERDICT_NEW);
		verdict_release(&verdict);
	}
	release_cut(&cut);
	close_hearing(&hearing);
}

TEST(a_shard_in_turn_answers_for_the_family_of_all)
{
	struct hearing hearing;
	struct cut cut;

	seeded = random_seed(14);
	open_in_turn(&hearing, 20);
	draw_in_turn(&hearing);
	cut_up(&cut, &hearing, 2);
	for (size_t i = 0; i < cut.nr; i++) {
		struct verdict verdict = trial_judge(&cut.trials[i]);

		/* What is elsewhere counts with its mean and its typical value. */
		assert_int_equal(verdict.family_in_turn,
			verdict.nr + NR_ASPECTS * run_nr_elsewhere(&cut.shards[i]));
		assert_int_equal(run_nr_elsewhere(&cut.shards[i]), NR_BENCHES - verdict.nr);
		verdict_release(&verdict);
	}
	release_cut(&cut);
	close_hearing(&hearing);
}

/* What the last shard would have measured, as merge has it. */
static void make_absent(struct cut *cut)
{
	struct run *last = &cut->shards[cut->nr - 1];
	struct fault fault = { RESULT_NOT_MEASURED, "shard 3 of 3 is missing" };

	for (size_t i = 0; i < last->nr; i++)
		result_fault(&last->items[i], &fault);
	cut->trials[cut->nr - 1] =
		(struct trial){ .head = last, .policy = &cut->hearing->policy, .absent = true };
}

TEST(what_a_missing_shard_would_have_measured_is_not_measured)
{
	struct hearing hearing;
	struct cut cut;
	struct verdict verdict;
	size_t nr_absent;

	seeded = random_seed(15);
	open_hearing(&hearing);
	fill_alike(&hearing, 1);
	cut_up(&cut, &hearing, 3);
	make_absent(&cut);
	nr_absent = cut.shards[2].nr;
	verdict = trials_judge(cut.trials, cut.nr);
	assert_true(nr_absent > 0 && nr_absent < NR_BENCHES);
	assert_int_equal(verdict_count(&verdict, VERDICT_NOT_MEASURED), nr_absent);
	assert_int_equal(verdict_count(&verdict, VERDICT_PASS), NR_BENCHES - nr_absent);
	assert_int_equal(verdict.word, VERDICT_NOT_MEASURED);
	/* The others are corrected for all the same. */
	assert_int_equal(verdict.family, NR_BENCHES);
	assert_true(verdict.parts[2].absent);
	verdict_release(&verdict);
	release_cut(&cut);
	close_hearing(&hearing);
}

TEST(a_shard_that_is_refused_is_refused_for_itself)
{
	struct hearing hearing;
	struct cut cut;
	struct verdict verdict;

	seeded = random_seed(16);
	open_hearing(&hearing);
	fill_alike(&hearing, 1);
	cut_up(&cut, &hearing, 3);
	cut.trials[0].mismatch = "another machine";
	cut.trials[1].mismatch = "there is no baseline of its machine";
	cut.trials[1].base = NULL;
	verdict = trials_judge(cut.trials, cut.nr);
	assert_int_equal(verdict.nr, NR_BENCHES);
	for (size_t i = 0; i < verdict.nr; i++) {
		const struct comparison *comparison = &verdict.items[i];

		assert_int_equal(
			comparison->word, comparison->part == 2 ? VERDICT_PASS : VERDICT_REFUSED);
		assert_int_equal(comparison->why,
			comparison->part == 0           ? WHY_OTHER_MACHINE
				: comparison->part == 1 ? WHY_NO_BASE
							: WHY_BELOW_TARGET);
	}
	assert_string_equal(verdict_mismatch(&verdict, &verdict.items[0]), "another machine");
	assert_int_equal(verdict.word, VERDICT_REFUSED);
	assert_int_equal(verdict.family, cut.shards[2].nr);
	verdict_release(&verdict);
	release_cut(&cut);
	close_hearing(&hearing);
}

TEST(the_time_is_that_of_all_and_the_status_the_worst)
{
	struct hearing hearing;
	struct cut cut;
	struct verdict verdict;

	seeded = random_seed(17);
	open_hearing(&hearing);
	fill_alike(&hearing, 1);
	cut_up(&cut, &hearing, 2);
	cut.shards[0].duration_ns = 3;
	cut.shards[1].duration_ns = 4;
	cut.shards[1].status = RUN_SHORT_OF_TIME;
	verdict = trials_judge(cut.trials, cut.nr);
	assert_int_equal(verdict_duration_ns(&verdict), 7);
	assert_int_equal(verdict_status(&verdict), RUN_SHORT_OF_TIME);
	verdict_release(&verdict);
	release_cut(&cut);
	close_hearing(&hearing);
}
