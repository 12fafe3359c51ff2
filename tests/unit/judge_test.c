/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "gate/judge.h"

#include "base/str.h"

#include "support/close.h"
#include "support/judge_cases.h"

#define MOST 64

/* A base, a policy and the plan of a run against it. */
struct room {
	struct run base, head;
	struct policy policy;
	struct plan plan;
};

/* The base's one benchmark "x": five sessions with next to no drift. */
static struct room room_of(uint64_t nr_processes)
{
	struct room room = { RUN_INIT, RUN_INIT, { .alpha = 0 }, PLAN_DEFAULT };

	policy_init(&room.policy);
	case_base(&room.base, "x", 5, 0.001, 0.001);
	room.plan.looks = true;
	room.plan.nr_processes = nr_processes;
	return room;
}

static void leave(struct room *room)
{
	run_release(&room->base);
	run_release(&room->head);
	policy_release(&room->policy);
}

static struct judge judge_in(const struct room *room)
{
	return judge_new(&room->base, &room->policy, room->plan);
}

/* Measures one process after the other until there are enough; their number. */
static size_t measure(const struct judge *judge, struct result *head, double ratio, double sd)
{
	size_t nr = 0;

	while (nr < MOST) {
		case_value(head, &case_time, CASE_LEVEL_NS * ratio * exp(sd * case_spread(nr++)));
		if (judge_enough(judge, head))
			break;
	}
	return nr;
}

static struct ruling rule(const struct room *room, const struct result *head, size_t family)
{
	struct judge judge = judge_in(room);
	struct tolerance tolerance = policy_tolerance(&room->policy, head, "time");
	struct question question;

	question_of_base(&question, &room->base.items[0].metrics.items[0], &head->metrics.items[0],
		&tolerance);
	question_weigh(&question, &judge.pools);
	return judge_rule(&judge, &question, head, family);
}

/* What a plan's looks are: half, seven tenths, all, twice, and none below five; a plan of fewer
 * than that has none, and is not judged. */
static const struct {
	uint64_t nr_processes;
	size_t looks[4];
	size_t last;
} plans[] = {
	{ 1, { 1 }, 1 },
	{ 5, { 5, 10 }, 10 },
	{ 6, { 5, 6, 12 }, 12 },
	{ 10, { 5, 7, 10, 20 }, 20 },
	{ 20, { 10, 14, 20, 40 }, 40 },
};

static bool has_look(const size_t looks[4], size_t nr)
{
	return nr == looks[0] || nr == looks[1] || nr == looks[2] || nr == looks[3];
}

/* So fast that any look decides. */
static void check_looks(size_t i)
{
	struct room room = room_of(plans[i].nr_processes);
	struct judge judge = judge_in(&room);
	struct result *head = case_result(&room.head, "x");

	for (size_t nr = 1; nr <= plans[i].last + 5; nr++) {
		bool expected = has_look(plans[i].looks, nr) || nr >= plans[i].last;

		case_value(head, &case_time, 50 * exp(0.001 * case_spread(nr)));
		if (judge_enough(&judge, head) != expected)
			fail_msg("%zu of %d planned", nr, (int)plans[i].nr_processes);
	}
	leave(&room);
}

TEST(only_at_looks_is_a_benchmark_enough)
{
	for (size_t i = 0; i < NR_OF(plans); i++)
		check_looks(i);
}

TEST(what_stays_undecided_gets_the_last_look)
{
	for (size_t i = 0; i < NR_OF(plans); i++) {
		struct room room = room_of(plans[i].nr_processes);
		struct judge judge = judge_in(&room);
		struct result *head = case_result(&room.head, "x");

		assert_int_equal(measure(&judge, head, 1, 0.02 * sqrt((double)plans[i].last)),
			plans[i].last);
		assert_int_equal(rule(&room, head, 1).word, VERDICT_INCONCLUSIVE);
		assert_false(judge_suspects(&judge, head));
		leave(&room);
	}
}

static const struct {
	double ratio, sd;
	size_t nr;
	enum verdict_word word;
	bool suspect;
} fates[] = {
	{ 1, 0.002, 5, VERDICT_PASS, false },
	{ 0.99, 0.03, 7, VERDICT_PASS, false },
	{ 1, 0.03, 10, VERDICT_PASS, false },
	{ 0.5, 0.01, 5, VERDICT_IMPROVEMENT, false },
	{ 1.05, 0.01, 5, VERDICT_INCONCLUSIVE, true },
	{ 1.04, 0.03, 7, VERDICT_INCONCLUSIVE, true },
	{ 1.01, 0.07, 20, VERDICT_INCONCLUSIVE, false },
};

TEST(a_benchmark_ends_with_its_decision)
{
	for (size_t i = 0; i < NR_OF(fates); i++) {
		struct room room = room_of(10);
		struct judge judge = judge_in(&room);
		struct result *head = case_result(&room.head, "x");
		size_t nr = measure(&judge, head, fates[i].ratio, fates[i].sd);
		struct ruling ruling = rule(&room, head, 1);

		if (nr != fates[i].nr || ruling.word != fates[i].word ||
			ruling.suspect != fates[i].suspect ||
			judge_suspects(&judge, head) != fates[i].suspect)
			fail_msg("times %g, spread %g: %zu processes, %s", fates[i].ratio,
				fates[i].sd, nr, verdict_word_name(ruling.word));
		assert_int_equal(ruling.nr, nr);
		assert_int_equal(ruling.from, 0);
		leave(&room);
	}
}

/* Drift of 2 % is more than a tier of 2 % can do with, however many processes there are. */
TEST(what_cannot_be_helped_ends_at_once)
{
	struct room room = room_of(10);
	struct judge judge;
	struct result *head;
	struct ruling ruling;

	run_release(&room.base);
	case_base(&room.base, "x", 1, 0.01, 0);
	judge = judge_in(&room);
	head = case_result(&room.head, "x");
	assert_int_equal(measure(&judge, head, 1, 0.01), 5);
	ruling = rule(&room, head, 1);
	assert_true(ruling.hopeless);
	assert_false(ruling.suspect);
	assert_int_equal(ruling.word, VERDICT_INCONCLUSIVE);
	assert_int_equal(ruling.why, WHY_DRIFT);
	leave(&room);
}

/* That is known before anything is measured. */
TEST(a_base_that_is_too_uncertain_may_clear_nothing)
{
	static const struct {
		size_t nr_sessions;
		double drift, threshold;
		bool may;
	} bases[] = { { 5, 0.001, 0.02, true }, { 5, 0.05, 0.02, false }, { 5, 0.05, 0.5, true },
		{ 1, 0, 0.02, false }, { 1, 0, 0.5, true } };

	for (size_t i = 0; i < sizeof bases / sizeof *bases; i++) {
		struct room room = room_of(10);
		struct judge judge;

		run_release(&room.base);
		case_base(&room.base, "x", bases[i].nr_sessions, 0.001, bases[i].drift);
		room.policy.threshold_ratio = bases[i].threshold;
		judge = judge_in(&room);
		assert_int_equal(judge_may_clear(&judge, room.base.items), bases[i].may);
		leave(&room);
	}
}

/* Plan, head's ratio in both looks, word and why. */
static const struct {
	uint64_t nr_processes;
	double first, second, sd;
	size_t family;
	enum verdict_word word;
	enum why why;
} seconds[] = {
	{ 10, 1.3, 1.3, 0.01, 1, VERDICT_REGRESSION, WHY_BEYOND_THRESHOLD },
	{ 10, 1.3, 1, 0.002, 1, VERDICT_PASS, WHY_BELOW_TARGET },
	{ 10, 1.3, 0.5, 0.002, 1, VERDICT_IMPROVEMENT, WHY_FASTER },
	{ 10, 1.3, 1.03, 0.02, 1, VERDICT_INCONCLUSIVE, WHY_NOT_CONFIRMED },
	/* One question alone would be answered, a million are not. */
	{ 10, 1.1, 1.04, 0.01, 1, VERDICT_REGRESSION, WHY_BEYOND_THRESHOLD },
	{ 10, 1.1, 1.04, 0.01, 1000000, VERDICT_INCONCLUSIVE, WHY_NOT_CONFIRMED },
};

TEST(fresh_processes_alone_decide_on_suspects)
{
	for (size_t i = 0; i < NR_OF(seconds); i++) {
		struct room room = room_of(seconds[i].nr_processes);
		struct judge judge = judge_in(&room);
		struct result *head = case_result(&room.head, "x");
		size_t screened = measure(&judge, head, seconds[i].first, seconds[i].sd), nr;
		struct ruling ruling;

		assert_true(judge_suspects(&judge, head));
		head->nr_screened = screened;
		assert_false(judge_enough(&judge, head));
		nr = measure(&judge, head, seconds[i].second, seconds[i].sd);
		assert_int_equal(nr, seconds[i].nr_processes);
		assert_false(judge_suspects(&judge, head));
		ruling = rule(&room, head, seconds[i].family);
		assert_int_equal(ruling.word, seconds[i].word);
		assert_int_equal(ruling.why, seconds[i].why);
		assert_int_equal(ruling.evidence, EVIDENCE_SECOND_LOOK);
		assert_int_equal(ruling.from, screened);
		assert_int_equal(ruling.nr, nr);
		leave(&room);
	}
}

TEST(a_suspect_without_a_second_look_is_no_regression)
{
	struct room room = room_of(10);
	struct judge judge = judge_in(&room);
	struct result *head = case_result(&room.head, "x");
	struct ruling ruling;

	measure(&judge, head, 3, 0.01);
	ruling = rule(&room, head, 1);
	assert_int_equal(ruling.word, VERDICT_INCONCLUSIVE);
	assert_int_equal(ruling.why, WHY_NOT_CONFIRMED);
	head->nr_screened = head->processes.nr;
	for (size_t i = 0; i < JUDGE_MIN_PROCESSES - 1; i++)
		case_value(head, &case_time, 300 * exp(0.01 * case_spread(i)));
	ruling = rule(&room, head, 1);
	assert_int_equal(ruling.word, VERDICT_INCONCLUSIVE);
	assert_int_equal(ruling.why, WHY_NOT_CONFIRMED);
	case_value(head, &case_time, 300);
	assert_int_equal(rule(&room, head, 1).word, VERDICT_REGRESSION);
	leave(&room);
}

/* Another metric's suspicion brought a second look; what had passed has passed. */
TEST(the_second_look_does_not_reopen_a_pass)
{
	struct room room = room_of(10);
	struct result *head = case_head(&room.head, "x", 5, 1, 0.002);
	struct ruling ruling;

	head->nr_screened = 5;
	case_values(head, &case_time, (struct summary){ .nr = 10, .mean = 200, .sd = 0.01 });
	ruling = rule(&room, head, 1);
	assert_int_equal(ruling.word, VERDICT_PASS);
	assert_int_equal(ruling.evidence, EVIDENCE_FIRST_LOOK);
	assert_int_equal(ruling.nr, 5);
	leave(&room);
}

TEST(a_file_is_judged_in_one_look)
{
	const struct {
		size_t nr;
		double ratio;
		size_t family;
		enum verdict_word word;
	} files[] = {
		{ 4, 1, 1, VERDICT_INCONCLUSIVE },
		{ 4, 3, 1, VERDICT_INCONCLUSIVE },
		{ 5, 1, 1, VERDICT_PASS },
		{ 5, 1.3, 1, VERDICT_REGRESSION },
		{ 12, 1.04, 1, VERDICT_REGRESSION },
		{ 12, 1.04, 1000000, VERDICT_INCONCLUSIVE },
	};

	for (size_t i = 0; i < NR_OF(files); i++) {
		struct room room = room_of(10);
		struct result *head;
		struct ruling ruling;
		struct judge judge;

		room.plan.looks = false;
		head = case_head(&room.head, "x", files[i].nr, files[i].ratio, 0.01);
		ruling = rule(&room, head, files[i].family);
		if (ruling.word != files[i].word)
			fail_msg("file %zu: %s", i, verdict_word_name(ruling.word));
		assert_false(ruling.suspect);
		judge = judge_in(&room);
		assert_false(judge_suspects(&judge, head));
		if (files[i].nr < JUDGE_MIN_PROCESSES)
			assert_int_equal(ruling.why, WHY_TOO_FEW_PROCESSES);
		else
			assert_int_equal(ruling.nr, files[i].nr);
		leave(&room);
	}
}

TEST(a_small_base_decides_nothing)
{
	struct room room = room_of(10);

	for (size_t nr = 2; nr <= JUDGE_MIN_PROCESSES; nr++) {
		struct result *head;
		struct ruling ruling;

		run_release(&room.base);
		run_release(&room.head);
		case_head(&room.base, "x", nr, 1, 0.01);
		head = case_head(&room.head, "x", 10, 3, 0.01);
		ruling = rule(&room, head, 1);
		assert_int_equal(ruling.suspect, nr == JUDGE_MIN_PROCESSES);
		assert_int_equal(ruling.why,
			nr < JUDGE_MIN_PROCESSES ? WHY_TOO_FEW_PROCESSES : WHY_NOT_CONFIRMED);
	}
	leave(&room);
}

/* Budgets of time may end a benchmark between two looks: the later one comes early. */
TEST(what_was_cut_short_is_looked_at_early)
{
	struct room room = room_of(10);
	struct result *head = case_head(&room.head, "x", 4, 1.03, 0.07);

	assert_int_equal(rule(&room, head, 1).why, WHY_TOO_FEW_PROCESSES);
	case_values(head, &case_time, (struct summary){ .nr = 5, .mean = 103, .sd = 0.07 });
	assert_int_equal(rule(&room, head, 1).nr, 9);
	leave(&room);
}

TEST(a_bound_below_the_target_is_a_pass)
{
	for (int percent = -3; percent < 5; percent++) {
		struct room room = room_of(10);
		struct judge judge = judge_in(&room);
		struct result *head = case_result(&room.head, "x");
		struct ruling ruling;

		measure(&judge, head, 1 + percent / 100.0, 0.02);
		ruling = rule(&room, head, 1);
		if (!ruling.suspect)
			assert_int_equal(
				ruling.word == VERDICT_INCONCLUSIVE, !(ruling.bound < log(1.04)));
		leave(&room);
	}
}

TEST(what_asks_nothing_gets_what_is_planned)
{
	for (uint64_t planned = 1; planned < 12; planned++) {
		struct room room = room_of(planned);
		struct judge judge = judge_in(&room),
			     alone = judge_new(NULL, &room.policy, room.plan);

		assert_int_equal(measure(&judge, case_result(&room.head, "new"), 1, 0.01), planned);
		assert_int_equal(
			measure(&alone, case_result(&room.head, "no base"), 1, 0.01), planned);
		assert_int_equal(judge_count(&judge, &room.head.items[0]), 0);
		assert_int_equal(judge_count(&alone, &room.head.items[1]), 0);
		leave(&room);
	}
}

TEST(a_question_is_counted_where_a_test_answers_it)
{
	struct room room = room_of(10);
	struct result *base = &room.base.items[0], *head = case_head(&room.head, "x", 6, 1, 0.01);
	struct limit *limit = ARRAY_ADD(&room.policy.limits);
	const struct metric_kind p99 = { "p99", "ns", false }, hits = { "hits", "", true };
	struct judge judge;

	*limit = (struct limit){
		.benchmark = str_dup("x"), .metric = str_dup("time"), .value = 1000, .unit = "ns"
	};
	case_values(base, &case_allocs, (struct summary){ .nr = 50, .mean = 7 });
	case_values(head, &case_allocs, (struct summary){ .nr = 6, .mean = 8 });
	case_values(base, &p99, (struct summary){ .nr = 50, .mean = 300, .sd = 0.1 });
	case_values(head, &p99, (struct summary){ .nr = 6, .mean = 300, .sd = 0.1 });
	case_values(base, &hits, (struct summary){ .nr = 50, .mean = 0.5, .sd = 0.1 });
	case_values(head, &hits, (struct summary){ .nr = 6, .mean = 0.5, .sd = 0.1 });
	judge = judge_in(&room);
	/* Time against the base and against its limit, hits; not what is exact or not gated. */
	assert_int_equal(judge_count(&judge, head), 3);
	head->metrics.items[3].values.items[2] = 0;
	assert_int_equal(judge_count(&judge, head), 2);
	leave(&room);
}

/* Of two metrics that both are asked, the slower to be decided says when to stop. */
TEST(all_questions_must_be_decided)
{
	const struct metric_kind hits = { "hits", "", true };
	struct room room = room_of(10);
	struct result *base = &room.base.items[0], *head = case_result(&room.head, "x");
	struct judge judge;
	size_t nr = 0;

	for (size_t i = 0; i < 5; i++)
		case_session(base, &hits,
			(struct summary){ .nr = 10, .mean = 100 + 0.1 * (double)i, .sd = 0.001 });
	judge = judge_in(&room);
	do {
		case_value(head, &case_time, 100 * exp(0.002 * case_spread(nr)));
		case_value(head, &hits, 100 * exp(0.1 * case_spread(nr)));
		nr++;
	} while (!judge_enough(&judge, head) && nr < MOST);
	assert_int_equal(nr, 20);
	assert_int_equal(rule(&room, head, 1).word, VERDICT_PASS);
	assert_int_equal(rule(&room, head, 1).nr, 5);
	leave(&room);
}

/* A file may say anything: more processes were screened than it has values. */
TEST(what_a_file_says_of_its_screening_is_not_believed)
{
	const size_t screened[] = { 7, 40, 1000000, SIZE_MAX };

	for (size_t i = 0; i < NR_OF(screened); i++) {
		struct room room = room_of(10);
		struct result *head = case_head(&room.head, "x", 6, 1.02, 0.05);
		struct ruling ruling;

		head->nr_screened = screened[i];
		ruling = rule(&room, head, 1);
		assert_int_equal(ruling.word, VERDICT_INCONCLUSIVE);
		assert_true(ruling.from + ruling.nr <= 6);
		leave(&room);
	}
}
