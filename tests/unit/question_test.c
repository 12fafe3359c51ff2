/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "gate/question.h"

#include "model/builtin.h"
#include "support/close.h"
#include "support/judge_cases.h"

static const struct tolerance tolerance = { .threshold_ratio = 0.02, .target_ratio = 0.04 };
static const struct drift no_pool = { .answer = ANSWER_TOO_FEW };

static struct metric *time_of(const struct result *result)
{
	return metrics_find(&result->metrics, "time");
}

/* Base and head of one benchmark, and the question between their times. */
struct pair {
	struct run base, head;
	struct question question;
};

static void ask(struct pair *pair, struct drift pool)
{
	question_of_base(&pair->question, &pair->base.items[0].metrics.items[0],
		&pair->head.items[0].metrics.items[0], &tolerance);
	question_weigh(&pair->question, &(struct pools){ pool, pool });
}

static void release(struct pair *pair)
{
	run_release(&pair->base);
	run_release(&pair->head);
}

static struct pair pair_of_sessions(size_t nr_sessions)
{
	struct pair pair = { RUN_INIT, RUN_INIT, { .trouble = WHY_NOTHING } };

	case_base(&pair.base, "x", nr_sessions, 0.01, 0.02);
	case_head(&pair.head, "x", 10, 1.1, 0.012);
	return pair;
}

/* One metric with one value after another on both sides. */
static struct pair pair_of_values(
	const struct metric_kind *kind, struct summary base, struct summary head)
{
	struct pair pair = { RUN_INIT, RUN_INIT, { .trouble = WHY_NOTHING } };

	case_values(case_result(&pair.base, "x"), kind, base);
	case_values(case_result(&pair.head, "x"), kind, head);
	return pair;
}

TEST(a_base_is_split_into_its_sessions)
{
	struct run base = RUN_INIT, head = RUN_INIT;
	struct result *result = case_result(&base, "x");
	struct question question;
	const size_t sizes[] = { 2, 7, 1 };

	for (size_t i = 0; i < NR_OF(sizes); i++)
		case_session(result, &case_time,
			(struct summary){ .nr = sizes[i], .mean = 10.0 + (double)i, .sd = 0 });
	case_head(&head, "x", 5, 1, 0.01);
	question_of_base(&question, time_of(result), time_of(&head.items[0]), &tolerance);
	question_weigh(&question, &(struct pools){ no_pool, no_pool });
	assert_int_equal(question.trouble, WHY_NOTHING);
	assert_int_equal(question.nr_sessions, 3);
	assert_int_equal(question.nr_base, 10);
	for (size_t i = 0; i < NR_OF(sizes); i++) {
		assert_int_equal(question.sessions[i].nr, sizes[i]);
		assert_close(question.sessions[i].mean, log(10.0 + (double)i));
	}
	run_release(&base);
	run_release(&head);
}

TEST(of_many_sessions_the_newest_count)
{
	struct run base = RUN_INIT, head = RUN_INIT;
	struct result *result = case_result(&base, "x");
	struct question question;

	for (size_t i = 0; i < QUESTION_MAX_SESSIONS + 3; i++)
		case_session(result, &case_time,
			(struct summary){ .nr = 2, .mean = 10.0 + (double)i, .sd = 0.01 });
	case_head(&head, "x", 5, 1, 0.01);
	question_of_base(&question, time_of(result), time_of(&head.items[0]), &tolerance);
	question_weigh(&question, &(struct pools){ no_pool, no_pool });
	assert_int_equal(question.nr_sessions, QUESTION_MAX_SESSIONS);
	assert_close(question.sessions[0].mean, log(13));
	assert_close(question.sessions[QUESTION_MAX_SESSIONS - 1].mean,
		log(10.0 + QUESTION_MAX_SESSIONS + 2));
	run_release(&base);
	run_release(&head);
}

TEST(a_base_without_sessions_is_one)
{
	struct pair pair =
		pair_of_values(&case_time, (struct summary){ .nr = 10, .mean = 100, .sd = 0.01 },
			(struct summary){ .nr = 5, .mean = 100, .sd = 0.01 });

	ask(&pair, no_pool);
	assert_int_equal(pair.question.nr_sessions, 1);
	assert_int_equal(pair.question.sessions[0].nr, 10);
	assert_close(pair.question.sessions[0].mean, log(100));
	release(&pair);
}

/* By hand: with a coefficient of variation of 0.1 the variance of logarithms is log 1.01. */
TEST(a_burst_in_the_deviation_of_a_digest_moves_its_level_by_half_a_percent_at_most)
{
	static const double deviations[] = { 1, 10, 30, 2000 };

	for (size_t i = 0; i < sizeof deviations / sizeof *deviations; i++) {
		struct pair pair = pair_of_sessions(1);

		pair.base.items[0].metrics.items[0].values.nr = 0;
		pair.base.items[0].metrics.items[0].sessions.nr = 0;
		pair.base.items[0].metrics.items[0].digest =
			(struct digest){ 100, deviations[i], 12 };
		ask(&pair, (struct drift){ ANSWER_OK, 1e-6, 1e-12, 40 });
		assert_true(fabs(pair.question.sessions[0].mean - log(100)) < .005);
		assert_true(pair.question.sessions[0].sd > .99 * deviations[i] / 100);
		release(&pair);
	}
}

TEST(a_digest_becomes_its_log_normal)
{
	struct pair pair = pair_of_sessions(1);

	pair.base.items[0].metrics.items[0].values.nr = 0;
	pair.base.items[0].metrics.items[0].sessions.nr = 0;
	pair.base.items[0].metrics.items[0].digest = (struct digest){ 100, 10, 12 };
	ask(&pair, (struct drift){ ANSWER_OK, 1e-6, 1e-12, 40 });
	assert_int_equal(pair.question.nr_base, 12);
	assert_int_equal(pair.question.nr_sessions, 1);
	assert_int_equal(pair.question.sessions[0].nr, 12);
	assert_close(pair.question.sessions[0].mean, 4.600195020561507);
	assert_close(pair.question.sessions[0].sd, 0.0997513451195927);
	assert_int_equal(pair.question.drift_source, DRIFT_ASSUMED);
	assert_close(drift_tau(pair.question.drift), 0.01980262729617973);
	release(&pair);
}

TEST(a_digest_whose_mean_is_zero_has_no_ratio)
{
	struct pair pair = pair_of_sessions(5);
	struct metric *base = &pair.base.items[0].metrics.items[0];

	base->sessions.items[2].digest = (struct digest){ 0, 1, 12 };
	ask(&pair, no_pool);
	assert_int_equal(pair.question.trouble, WHY_NO_RATIO);
	base->sessions.items[2].digest.mean = 100;
	ask(&pair, no_pool);
	assert_int_equal(pair.question.trouble, WHY_NOTHING);
	pair.head.items[0].metrics.items[0].digest = (struct digest){ 0, 1, 12 };
	ask(&pair, no_pool);
	assert_int_equal(pair.question.trouble, WHY_NO_RATIO);
	release(&pair);
}

static const struct {
	size_t nr_sessions;
	double pool_df; /* 0: there is no pool */
	enum drift_source expected;
} sources[] = {
	{ 5, 0, DRIFT_OWN },
	{ 5, 40, DRIFT_OWN },
	{ 32, 0, DRIFT_OWN },
	{ 4, 0, DRIFT_ASSUMED },
	{ 4, 3, DRIFT_POOLED },
	{ 1, 3, DRIFT_POOLED },
	{ 2, 40, DRIFT_POOLED },
	{ 1, 0, DRIFT_ASSUMED },
};

TEST(drift_is_its_own_or_pooled_or_assumed)
{
	const double variance = 6e-4;

	for (size_t i = 0; i < NR_OF(sources); i++) {
		struct pair pair = pair_of_sessions(sources[i].nr_sessions);
		struct drift pool = no_pool;

		if (sources[i].pool_df > 0)
			pool = (struct drift){ ANSWER_OK, variance, variance * variance / 4,
				sources[i].pool_df };
		ask(&pair, pool);
		assert_int_equal(pair.question.drift_source, sources[i].expected);
		if (sources[i].expected == DRIFT_POOLED)
			assert_close(drift_tau(pair.question.drift), sqrt(variance));
		if (sources[i].expected == DRIFT_ASSUMED)
			assert_close(drift_tau(pair.question.drift), log(1.02));
		release(&pair);
	}
}

TEST(the_pool_takes_times_of_several_sessions)
{
	struct run base = RUN_INIT;
	struct drift pool, own;

	assert_int_equal(question_pools(&base).time.answer, ANSWER_TOO_FEW);
	case_base(&base, "one session", 1, 0.01, 0.5);
	assert_int_equal(question_pools(&base).time.answer, ANSWER_TOO_FEW);
	case_base(&base, "three", 3, 0.01, 0.02);
	own = question_pools(&base).time;
	assert_int_equal(own.answer, ANSWER_OK);
	assert_close(own.df, 2);
	/* What goes up and down together tells as much as one. */
	case_base(&base, "as many again", 3, 0.01, 0.02);
	pool = question_pools(&base).time;
	assert_close(pool.df, 2);
	assert_close(pool.variance, own.variance);
	/* Its sessions of other times do not. */
	for (size_t i = 0; i < 3; i++)
		base.items[2].metrics.items[0].sessions.items[i].timestamp[3]++;
	pool = question_pools(&base).time;
	assert_close(pool.df, 4);
	assert_close(pool.variance, own.variance);
	/* Another metric's drift is not the clock's. */
	for (size_t i = 0; i < 5; i++)
		case_session(&base.items[0], &case_allocs,
			(struct summary){ .nr = 10, .mean = 10 + (double)i, .sd = 0.3 });
	assert_close(question_pools(&base).time.df, 4);
	run_release(&base);
}

TEST(what_is_not_positive_has_no_ratio)
{
	const double values[] = { 0, -1, NAN };

	for (size_t i = 0; i < NR_OF(values); i++)
		for (int in_base = 0; in_base < 2; in_base++) {
			struct pair pair = pair_of_sessions(5);
			struct run *run = in_base ? &pair.base : &pair.head;

			run->items[0].metrics.items[0].values.items[3] = values[i];
			ask(&pair, no_pool);
			assert_int_equal(pair.question.trouble, WHY_NO_RATIO);
			assert_false(pair.question.exact);
			release(&pair);
		}
}

static struct question limit_question(const struct metric *head, double value, const char *unit)
{
	struct limit limit = { .value = value, .unit = unit };
	struct question question;

	question_of_limit(&question, head, &limit);
	return question;
}

TEST(a_limit_is_asked_in_the_metrics_unit)
{
	struct run head = RUN_INIT;
	const struct metric_kind size = { "size", "B", false };
	struct question question;
	struct contrast contrast;
	struct result *result = case_head(&head, "x", 5, 1, 0.01);

	question = limit_question(time_of(result), 80, "ns");
	assert_int_equal(question.trouble, WHY_NOTHING);
	contrast = question_ask(&question, question_head(&question, 0, 5));
	assert_int_equal(contrast.answer, ANSWER_OK);
	assert_close(contrast.difference, log(100.0 / 80));
	assert_close(contrast.df, 4);
	assert_int_equal(limit_question(time_of(result), 80, NULL).trouble, WHY_NOTHING);
	assert_int_equal(limit_question(time_of(result), 80, "B").trouble, WHY_LIMIT_UNIT);
	case_values(result, &size, (struct summary){ .nr = 5, .mean = 64, .sd = 0 });
	question = limit_question(metrics_find(&result->metrics, "size"), 64, "B");
	assert_true(question.exact);
	assert_true(question.exact_ratio == 0);
	assert_int_equal(limit_question(metrics_find(&result->metrics, "size"), 64, "ns").trouble,
		WHY_LIMIT_UNIT);
	time_of(result)->values.items[1] = 0;
	assert_int_equal(limit_question(time_of(result), 80, "ns").trouble, WHY_NO_RATIO);
	run_release(&head);
}

/* Whole pages may be equal by chance. */
TEST(peak_memory_is_not_exact)
{
	struct pair pair = pair_of_values(builtin_metrics[BUILTIN_PEAK_MEMORY].kind,
		(struct summary){ .nr = 6, .mean = 4096 },
		(struct summary){ .nr = 6, .mean = 4096 });

	ask(&pair, no_pool);
	assert_int_equal(pair.question.trouble, WHY_NOTHING);
	assert_false(pair.question.exact);
	release(&pair);
}

TEST(times_and_what_varies_are_not_exact)
{
	struct pair pair = pair_of_values(&case_time, (struct summary){ .nr = 6, .mean = 7 },
		(struct summary){ .nr = 6, .mean = 7 });

	ask(&pair, no_pool);
	assert_false(pair.question.exact);
	assert_int_equal(pair.question.trouble, WHY_NOTHING);
	release(&pair);
	for (int in_base = 0; in_base < 2; in_base++) {
		struct run *run;

		pair = pair_of_values(&case_allocs, (struct summary){ .nr = 6, .mean = 7 },
			(struct summary){ .nr = 6, .mean = 7 });
		run = in_base ? &pair.base : &pair.head;
		run->items[0].metrics.items[0].values.items[5] = 8;
		ask(&pair, no_pool);
		assert_false(pair.question.exact);
		release(&pair);
	}
}

/* What is better when it is more, asked of the reciprocals, is the same question. */
TEST(turning_sides_and_sign_turns_nothing)
{
	const struct metric_kind rate = { "time", "1/s", true };
	struct pair less = pair_of_sessions(5), more = { RUN_INIT, RUN_INIT, { .trouble = 0 } };
	struct result *base = case_result(&more.base, "x"), *head = case_result(&more.head, "x");
	struct contrast a, b;

	for (size_t i = 0; i < 50; i++)
		case_value(base, &rate, 1e9 / time_of(&less.base.items[0])->values.items[i]);
	for (size_t i = 0; i < 5; i++)
		*ARRAY_ADD(&time_of(base)->sessions) = (struct session){ .nr_values = 10 };
	for (size_t i = 0; i < 10; i++)
		case_value(head, &rate, 1e9 / time_of(&less.head.items[0])->values.items[i]);
	ask(&less, no_pool);
	ask(&more, no_pool);
	a = question_ask(&less.question, question_head(&less.question, 0, 10));
	b = question_ask(&more.question, question_head(&more.question, 0, 10));
	assert_close(a.difference, b.difference);
	assert_close(a.se, b.se);
	assert_close(a.df, b.df);
	assert_true(a.difference > 0);
	release(&less);
	release(&more);
}

TEST(the_unit_of_time_does_not_matter)
{
	struct pair small = pair_of_sessions(5), large = pair_of_sessions(5);
	struct contrast a, b;

	for (size_t i = 0; i < 50; i++)
		time_of(&large.base.items[0])->values.items[i] *= 1000;
	for (size_t i = 0; i < 10; i++)
		time_of(&large.head.items[0])->values.items[i] *= 1000;
	ask(&small, no_pool);
	ask(&large, no_pool);
	a = question_ask(&small.question, question_head(&small.question, 0, 10));
	b = question_ask(&large.question, question_head(&large.question, 0, 10));
	assert_true(fabs(a.difference - b.difference) < 1e-12);
	assert_close(a.se, b.se);
	assert_close(a.df, b.df);
	release(&small);
	release(&large);
}

TEST(a_part_of_the_processes_can_be_asked)
{
	struct pair pair = pair_of_sessions(5);
	struct metric *head = time_of(&pair.head.items[0]);

	for (size_t i = 5; i < 10; i++)
		head->values.items[i] *= 2;
	ask(&pair, no_pool);
	assert_close(question_ask(&pair.question, question_head(&pair.question, 5, 5)).difference -
			question_ask(&pair.question, question_head(&pair.question, 0, 5))
				.difference,
		log(2));
	release(&pair);
}

static struct contrast planned(const struct question *question, size_t nr, size_t nr_wanted)
{
	struct summary head = question_head(question, 0, nr);

	head.nr = nr_wanted;
	return question_ask(question, head);
}

TEST(a_plan_shrinks_only_heads_part)
{
	struct pair pair = pair_of_sessions(3);
	struct contrast now, four, all;

	ask(&pair, no_pool);
	now = question_ask(&pair.question, question_head(&pair.question, 0, 10));
	assert_close(planned(&pair.question, 10, 10).se, now.se);
	four = planned(&pair.question, 10, 40);
	all = planned(&pair.question, 10, SIZE_MAX);
	assert_close(now.difference, all.difference);
	/* Of head's variance, three quarters are gone. */
	assert_close(
		now.se * now.se - four.se * four.se, 0.75 * (now.se * now.se - all.se * all.se));
	release(&pair);
}

TEST(a_single_reading_proves_nothing_exact)
{
	struct pair pair = pair_of_values(&case_allocs, (struct summary){ .nr = 1, .mean = 7 },
		(struct summary){ .nr = 1, .mean = 8 });

	ask(&pair, no_pool);
	assert_false(pair.question.exact);
	release(&pair);
}

TEST(sides_in_different_units_have_no_ratio)
{
	const struct metric_kind kib = { "size", "KiB", false }, bytes = { "size", "B", false };
	struct pair pair = { RUN_INIT, RUN_INIT, { .trouble = WHY_NOTHING } };

	case_values(case_result(&pair.base, "x"), &kib, (struct summary){ .nr = 6, .mean = 7 });
	case_values(
		case_result(&pair.head, "x"), &bytes, (struct summary){ .nr = 6, .mean = 7168 });
	ask(&pair, no_pool);
	assert_int_not_equal(pair.question.trouble, WHY_NOTHING);
	release(&pair);
}
