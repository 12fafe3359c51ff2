/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "gate/in_turn.h"
#include "gate/looks.h"

#include "support/close.h"
#include "support/in_turn_cases.h"

/* Tier critical: 2 % are tolerated, 4 % must not pass. */
static const struct {
	const char *what;
	struct summary times; /* units, ratio, deviation */
	enum verdict_word word;
	enum why why;
} fates[] = {
	{ "the same", { .nr = 4, .mean = 1, .sd = 0.003 }, VERDICT_PASS, WHY_BELOW_TARGET },
	{ "slower, within the threshold", { .nr = 4, .mean = 1.015, .sd = 0.003 }, VERDICT_PASS,
		WHY_BELOW_TARGET },
	{ "much slower", { .nr = 4, .mean = 1.1, .sd = 0.003 }, VERDICT_REGRESSION,
		WHY_BEYOND_THRESHOLD },
	{ "at the target", { .nr = 20, .mean = 1.04, .sd = 0.003 }, VERDICT_REGRESSION,
		WHY_BEYOND_THRESHOLD },
	{ "between the two", { .nr = 20, .mean = 1.03, .sd = 0.03 }, VERDICT_INCONCLUSIVE,
		WHY_NOT_ENOUGH },
	{ "at the threshold", { .nr = 20, .mean = 1.02, .sd = 0.06 }, VERDICT_INCONCLUSIVE,
		WHY_NOT_ENOUGH },
	{ "the same, restless", { .nr = 4, .mean = 1, .sd = 0.05 }, VERDICT_INCONCLUSIVE,
		WHY_NOT_ENOUGH },
	{ "much faster", { .nr = 4, .mean = 0.9, .sd = 0.003 }, VERDICT_IMPROVEMENT, WHY_FASTER },
	{ "a little faster", { .nr = 4, .mean = 0.99, .sd = 0.003 }, VERDICT_PASS,
		WHY_BELOW_TARGET },
	{ "no unit", { .nr = 0, .mean = 1 }, VERDICT_NEW, WHY_NOTHING },
	{ "one unit", { .nr = 1, .mean = 2, .sd = 0.003 }, VERDICT_INCONCLUSIVE,
		WHY_TOO_FEW_UNITS },
	{ "two units", { .nr = 2, .mean = 2, .sd = 0.003 }, VERDICT_INCONCLUSIVE,
		WHY_TOO_FEW_UNITS },
	{ "three units", { .nr = 3, .mean = 2, .sd = 0.003 }, VERDICT_REGRESSION,
		WHY_BEYOND_THRESHOLD },
	{ "no spread, slower", { .nr = 10, .mean = 2 }, VERDICT_INCONCLUSIVE, WHY_NO_SPREAD },
	{ "no spread, faster", { .nr = 10, .mean = 0.5 }, VERDICT_INCONCLUSIVE, WHY_NO_SPREAD },
};

TEST(units_have_their_word)
{
	for (size_t i = 0; i < NR_OF(fates); i++) {
		struct hearing hearing;
		const struct comparison *got;

		open_in_turn(&hearing, 20);
		add_in_turn(&hearing, "x", fates[i].times);
		got = hear(&hearing);
		if (got->word != fates[i].word || got->why != fates[i].why)
			fail_msg("%s: %s, %d", fates[i].what, verdict_word_name(got->word),
				got->why);
		assert_int_equal(hearing.verdict.nr, 1);
		assert_int_equal(got->nr_units, fates[i].times.nr);
		assert_int_equal(hearing.verdict.family, 0);
		assert_int_equal(hearing.verdict.family_in_turn, fates[i].times.nr > 0);
		if (fates[i].times.nr)
			assert_int_equal(got->evidence, EVIDENCE_IN_TURN);
		close_hearing(&hearing);
	}
}

TEST(the_numbers_of_a_comparison_are_those_of_its_units)
{
	struct hearing hearing;
	const struct comparison *got;

	open_in_turn(&hearing, 20);
	add_in_turn(&hearing, "x", (struct summary){ .nr = 5, .mean = 1.1, .sd = 0.01 });
	got = hear(&hearing);
	assert_close(got->change_ratio, 0.1);
	/* Deviation 0.01 sqrt(2.5/4), over sqrt 5; t of 4 degrees of freedom at 97.5 % is
	 * 2.7764451051978. */
	assert_close(got->change_low,
		1.1 * exp(-2.776445105197793 * 0.01 * sqrt(2.5 / 4) / sqrt(5)) - 1);
	assert_close(got->change_high,
		1.1 * exp(2.776445105197793 * 0.01 * sqrt(2.5 / 4) / sqrt(5)) - 1);
	assert_close(got->base_estimate.value, CASE_LEVEL_NS);
	assert_close(got->estimate.value, CASE_LEVEL_NS * 1.1);
	assert_true(got->bound_ratio > got->change_high);
	assert_true(got->drift_source == DRIFT_NONE && isnan(got->tau_ratio));
	assert_true(verdict_detectable(&hearing.verdict, got) > 0.02);
	close_hearing(&hearing);
}

/* Four units are one look, which has three tenths; five are that and the next one early. */
TEST(the_repeated_p_is_the_least_over_the_looks)
{
	const double threshold = log(1.02), weights[] = { 0.3, 0.15, 0.15 };
	const size_t looks[] = { 4, 6, 7 };
	struct hearing hearing;
	struct result *head;
	const struct comparison *got;
	double p = 1;

	open_in_turn(&hearing, 20);
	head = add_in_turn(&hearing, "x", (struct summary){ .nr = 7, .mean = 1.03, .sd = 0.01 });
	got = hear(&hearing);
	for (size_t i = 0; i < NR_OF(looks); i++)
		p = fmin(p, plain_p_above(head, looks[i], threshold) / weights[i]);
	assert_close(got->p, p);
	assert_close(got->p_adjusted, p);
	/* R 4.2.2: t.test(log(1.03) + 0.01 * c(-1, 1, -.5, .5, 0, -1, 1), mu = log(1.02),
	 * alternative = "greater")$p.value / 0.15. */
	assert_close(got->p, 0.082062588112173429);
	close_hearing(&hearing);
}

/* Of the quads, how many were dropped and whose batches were disturbed, in each of 20 duets. */
static const struct {
	uint64_t nr_dropped, nr_base, nr_head;
	bool disturbed;
} disturbances[] = {
	{ 0, 0, 0, false },
	{ 50, 30, 30, false },
	{ 51, 30, 30, true },
	{ 51, 51, 0, true },
	{ 100, 100, 100, true },
	{ 20, 20, 0, false },
	{ 21, 21, 0, true },
	{ 21, 0, 21, true },
	{ 40, 41, 20, true },
	{ 40, 40, 20, false },
	/* Nothing is dropped where there are threads. */
	{ 0, 200, 0, false },
	{ 0, 200, 200, false },
};

static void disturb(struct result *head, size_t i)
{
	for (size_t k = 0; k < head->duets.nr; k++) {
		head->duets.items[k].nr_dropped = disturbances[i].nr_dropped;
		head->duets.items[k].nr_base_disturbed = disturbances[i].nr_base;
		head->duets.items[k].nr_head_disturbed = disturbances[i].nr_head;
	}
}

TEST(what_was_disturbed_never_passes)
{
	const double ratios[] = { 0.8, 1, 1.3 };
	const enum verdict_word calm[] = { VERDICT_IMPROVEMENT, VERDICT_PASS, VERDICT_REGRESSION };

	for (size_t i = 0; i < NR_OF(disturbances); i++)
		for (size_t k = 0; k < NR_OF(ratios); k++) {
			bool disturbed = disturbances[i].disturbed,
			     gone = disturbances[i].nr_dropped == 100;
			struct hearing hearing;
			const struct comparison *got;

			open_in_turn(&hearing, 20);
			disturb(add_in_turn(&hearing, "x",
					(struct summary){
						.nr = 10, .mean = ratios[k], .sd = 0.003 }),
				i);
			got = hear(&hearing);
			assert_int_equal(got->disturbed, disturbed);
			/* A regression is one all the same, where anything is left of it. */
			assert_int_equal(got->word,
				disturbed && (k < 2 || gone) ? VERDICT_INCONCLUSIVE : calm[k]);
			if (got->word == VERDICT_INCONCLUSIVE)
				assert_int_equal(got->why, WHY_DISTURBED);
			close_hearing(&hearing);
		}
}

/* It is the sum over the duets that counts: one bad duet of twenty is none. */
TEST(one_bad_duet_is_no_bad_benchmark)
{
	struct hearing hearing;
	struct result *head;
	const struct comparison *got;

	open_in_turn(&hearing, 20);
	head = add_in_turn(&hearing, "x", (struct summary){ .nr = 10, .mean = 1, .sd = 0.003 });
	head->duets.items[3].nr_dropped = 96;
	head->duets.items[3].nr_base_disturbed = 96;
	got = hear(&hearing);
	assert_int_equal(got->word, VERDICT_PASS);
	assert_int_equal(got->nr_units, 9);
	close_hearing(&hearing);
}

/* A unit is left out when either of its duets does not count, or has no ratio. */
TEST(units_that_do_not_count_are_left_out)
{
	struct hearing hearing;
	struct result *head;
	struct doubles *ratios;

	open_in_turn(&hearing, 20);
	head = add_in_turn(&hearing, "x", (struct summary){ .nr = 6, .mean = 1, .sd = 0.003 });
	ratios = &head->metrics.items[0].ratios;
	assert_int_equal(hear(&hearing)->nr_units, 6);
	ratios->items[5] = NAN;
	assert_int_equal(hear(&hearing)->nr_units, 5);
	ratios->items[4] = NAN;
	assert_int_equal(hear(&hearing)->nr_units, 5);
	ratios->items[0] = INFINITY;
	assert_int_equal(hear(&hearing)->nr_units, 4);
	head->duets.items[11].nr_dropped = 96;
	assert_int_equal(hear(&hearing)->nr_units, 3);
	assert_int_equal(hearing.verdict.items[0].word, VERDICT_PASS);
	head->duets.items[9].nr_dropped = 96;
	assert_int_equal(hear(&hearing)->nr_units, 2);
	assert_int_equal(hearing.verdict.items[0].why, WHY_TOO_FEW_UNITS);
	for (size_t i = 0; i < ratios->nr; i++)
		ratios->items[i] = NAN;
	assert_int_equal(hear(&hearing)->nr_units, 0);
	assert_int_equal(hearing.verdict.items[0].word, VERDICT_INCONCLUSIVE);
	assert_nan(hearing.verdict.items[0].change_ratio);
	assert_nan(hearing.verdict.items[0].p_adjusted);
	close_hearing(&hearing);
}

TEST(more_may_be_better)
{
	const struct metric_kind rate = { "rate", "1/s", true };
	const double ratios[] = { 0.8, 1, 1.3 };
	const enum verdict_word words[] = { VERDICT_REGRESSION, VERDICT_PASS, VERDICT_IMPROVEMENT };

	for (size_t i = 0; i < NR_OF(ratios); i++) {
		struct hearing hearing;
		const struct comparison *got;
		struct result *head;

		open_in_turn(&hearing, 20);
		head = add_in_turn(
			&hearing, "x", (struct summary){ .nr = 10, .mean = 1, .sd = 0.003 });
		for (size_t k = 0; k < 10; k++) {
			double wobble = 0.003 * case_spread(k);

			case_value(&hearing.base.items[0], &rate, 7.5 * exp(wobble));
			case_value(head, &rate, 7.5 * ratios[i] * exp(wobble));
			add_unit_ratio(head, &rate, log(ratios[i]) + wobble);
		}
		got = hear(&hearing) + 1;
		assert_int_equal(hearing.verdict.nr, 2);
		assert_int_equal(got[-1].word, VERDICT_PASS);
		assert_int_equal(got->word, words[i]);
		assert_close(1 + got->change_ratio, ratios[i]);
		assert_true(got->change_low < got->change_ratio);
		assert_true(got->change_high > got->change_ratio);
		assert_true(got->bound_ratio < got->change_low);
		assert_close(got->estimate.value, 7.5 * ratios[i]);
		assert_int_equal(hearing.verdict.family_in_turn, 2);
		close_hearing(&hearing);
	}
}

/* Looks at some units more never take back what p said. */
TEST(the_repeated_p_never_grows)
{
	for (uint64_t nr_planned = 1; nr_planned <= 90; nr_planned += 7)
		for (double ratio = 0.96; ratio < 1.07; ratio += 0.02) {
			double p = NAN, p_pass = NAN, p_better = NAN;
			struct hearing hearing;
			struct result *head;
			const struct comparison *got;

			open_in_turn(&hearing, nr_planned);
			head = add_in_turn(&hearing, "x",
				(struct summary){
					.nr = (size_t)nr_planned, .mean = ratio, .sd = 0.02 });
			for (size_t nr = 1; nr <= nr_planned; nr++) {
				if (!looks_include(&hearing.head.plan, nr))
					continue;
				head->duets.nr = 2 * nr;
				got = hear(&hearing);
				assert_false(got->p > p || got->p_pass > p_pass ||
					got->p_better > p_better);
				p = got->p;
				p_pass = got->p_pass;
				p_better = got->p_better;
			}
			close_hearing(&hearing);
		}
}

/* Seen through p: two thirds of the units are so much better, and the last third so much worse,
 * that the looks before this one have nothing to say. */
static double weight_of(uint64_t nr_planned, size_t look)
{
	struct hearing hearing;
	struct result *head;
	double weight;

	open_in_turn(&hearing, nr_planned);
	head = add_in_turn(&hearing, "x", (struct summary){ .nr = look, .mean = 0.8, .sd = 0.01 });
	for (size_t i = look - look / 3; i < look; i++)
		for (size_t k = 2 * i; k < 2 * i + 2; k++)
			head->metrics.items[0].ratios.items[k] = 5;
	weight = plain_p_above(head, look, log(1.02)) / hear(&hearing)->p;
	close_hearing(&hearing);
	return weight;
}

/* Then no data of any kind are called a regression more often than alpha says. */
TEST(the_weights_of_all_looks_make_one)
{
	for (uint64_t nr_planned = 4; nr_planned <= 100; nr_planned++) {
		struct plan plan = { .nr_units = nr_planned };
		double sum = 0, last = 0;

		for (size_t nr = 1; nr <= nr_planned; nr++)
			if (looks_include(&plan, nr))
				sum += last = weight_of(nr_planned, nr);
		if (fabs(sum - 1) > 1e-9)
			fail_msg("of %d units: %.12g", (int)nr_planned, sum);
		assert_close(last, looks_last_weight(&plan));
	}
}

/* R 4.2.2, of the four: t.test(log(ratio) + 0.01 * c(-1, 1, -.5, .5), mu = log(1.02), alternative =
 * "greater")$p.value / 0.3; then p.adjust(pmin(1, .), "holm"). */
static const struct {
	double ratio, p, holm;
} relatives[] = {
	{ 1.034, 0.097143601347903341, 0.291430804043710023 },
	{ 1.03, 0.203574555810246555, 0.407149111620493109 },
	{ 1.045, 0.021792372243772479, 0.087169488975089915 },
	{ 1.02, 1, 1 },
};

TEST(p_is_adjusted_for_all_that_rest_on_units)
{
	struct hearing hearing;
	const struct comparison *got;

	open_in_turn(&hearing, 20);
	for (size_t i = 0; i < NR_OF(relatives); i++)
		add_in_turn(&hearing, (char[]){ (char)('a' + i), 0 },
			(struct summary){ .nr = 4, .mean = relatives[i].ratio, .sd = 0.01 });
	got = hear(&hearing);
	assert_int_equal(hearing.verdict.family_in_turn, NR_OF(relatives));
	for (size_t i = 0; i < NR_OF(relatives); i++) {
		assert_close(got[i].p, relatives[i].p);
		assert_close(got[i].p_adjusted, relatives[i].holm);
	}
	close_hearing(&hearing);
}

/* The same p-value, alone below alpha, in a family of six no longer. */
TEST(a_family_makes_regressions_rarer_and_improvements_too)
{
	const double ratios[] = { 1.041, 1 / 1.041 };
	const enum verdict_word alone[] = { VERDICT_REGRESSION, VERDICT_IMPROVEMENT };
	const enum verdict_word in_family[] = { VERDICT_INCONCLUSIVE, VERDICT_PASS };

	for (size_t i = 0; i < 2; i++) {
		struct hearing hearing;

		open_in_turn(&hearing, 20);
		add_in_turn(&hearing, "x",
			(struct summary){ .nr = 5, .mean = ratios[i], .sd = 0.0063 });
		assert_int_equal(hear(&hearing)->word, alone[i]);
		for (int k = 0; k < 15; k++)
			add_in_turn(&hearing, (char[]){ (char)('a' + k), 0 },
				(struct summary){ .nr = 4, .mean = 1, .sd = 0.003 });
		assert_int_equal(hear(&hearing)->word, in_family[i]);
		assert_int_equal(hearing.verdict.family_in_turn, 16);
		/* What is not gated, or not there, is not asked. */
		for (size_t k = 1; k < 16; k++)
			result_fault(&hearing.head.items[k],
				&(struct fault){ RESULT_CRASHED, "by the test" });
		assert_int_equal(hear(&hearing)->word, alone[i]);
		assert_int_equal(hearing.verdict.family_in_turn, 1);
		close_hearing(&hearing);
	}
}

TEST(what_is_not_gated_is_not_in_the_family)
{
	struct hearing hearing;
	const struct comparison *got;

	open_in_turn(&hearing, 20);
	add_in_turn(&hearing, "x", (struct summary){ .nr = 4, .mean = 1.5, .sd = 0.003 });
	add_in_turn(&hearing, "y", (struct summary){ .nr = 4, .mean = 1, .sd = 0.003 });
	*ARRAY_ADD(&hearing.policy.overrides) = (struct override){ .benchmark = str_dup("x"),
		.threshold_ratio = NAN,
		.target_ratio = NAN,
		.gated = CHOICE_NO };
	got = hear(&hearing);
	assert_int_equal(got->word, VERDICT_UNGATED);
	assert_close(got->change_ratio, 0.5);
	assert_int_equal(got[1].word, VERDICT_PASS);
	assert_int_equal(hearing.verdict.family_in_turn, 1);
	assert_int_equal(hearing.verdict.word, VERDICT_PASS);
	close_hearing(&hearing);
}

/* Allocations are exact in turn, too, and no member of a family; so are budgets of them. */
TEST(what_is_exact_is_compared_exactly)
{
	struct hearing hearing;
	struct result *head;
	const struct comparison *got;

	open_in_turn(&hearing, 20);
	head = add_in_turn(&hearing, "x", (struct summary){ .nr = 4, .mean = 1, .sd = 0.003 });
	/* A suite's own, of which more is no warning. */
	str_set(&head->file, "x.c");
	for (size_t i = 0; i < 4; i++) {
		case_value(&hearing.base.items[0], &case_allocs, 100);
		case_value(head, &case_allocs, 110);
		add_unit_ratio(head, &case_allocs, log(1.1));
	}
	head->processes.nr = 0;
	add_limit(&hearing, "allocs", 105, NULL);
	got = hear(&hearing) + 1;
	assert_int_equal(hearing.verdict.nr, 3);
	assert_int_equal(hearing.verdict.family_in_turn, 1);
	assert_int_equal(hearing.verdict.family, 0);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(got[i].evidence, EVIDENCE_EXACT);
		assert_int_equal(got[i].word, VERDICT_REGRESSION);
		assert_int_equal(got[i].is_limit, i);
	}
	close_hearing(&hearing);
}

/* Running in turn changes levels. */
TEST(no_budget_is_asked_of_times_taken_in_turn)
{
	struct hearing hearing;

	open_in_turn(&hearing, 20);
	add_in_turn(&hearing, "x", (struct summary){ .nr = 4, .mean = 1, .sd = 0.003 });
	add_limit(&hearing, "time", 1, "ns");
	hear(&hearing);
	assert_int_equal(hearing.verdict.nr, 1);
	assert_int_equal(hearing.verdict.word, VERDICT_PASS);
	/* A budget in another unit is a mistake, whatever the values. */
	hearing.policy.limits.items[0].unit = "B";
	assert_int_equal(hear(&hearing)[1].why, WHY_LIMIT_UNIT);
	assert_int_equal(hearing.verdict.word, VERDICT_FAILED);
	close_hearing(&hearing);
}
