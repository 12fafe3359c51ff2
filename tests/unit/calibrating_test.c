/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "gate/calibrating.h"

#include "gate/in_turn.h"
#include "gate/looks.h"
#include "stats/power.h"

#include "support/close.h"
#include "support/judge_cases.h"

#define SD 0.004
#define TAU 0.01

/* A machine on its way to a calibration. */
struct bench_room {
	struct calibration calibration;
	struct policy policy;
	struct calibrating calibrating;
};

static void open_room(struct bench_room *room)
{
	*room = (struct bench_room){ .calibrating = { .sessions = RUN_INIT, .units = RUN_INIT } };
	policy_init(&room->policy);
	room->calibrating.calibration = &room->calibration;
	room->calibrating.policy = &room->policy;
	room->calibrating.plan = (struct plan)PLAN_DEFAULT;
	room->calibrating.plan.nr_units = 20;
}

static void close_room(struct bench_room *room)
{
	calibrating_release(&room->calibrating);
	calibration_release(&room->calibration);
	policy_release(&room->policy);
}

/* One session of ten processes at that level, with words as if it had been judged. */
static void add_session(
	struct bench_room *room, size_t i, double log_level, const enum verdict_word *word)
{
	struct run run = { .status = RUN_COMPLETE };
	struct verdict verdict = { .head = &run, .family = 1 };
	struct result *result = case_head(&run, "x", 10, exp(log_level), SD);

	result->spent_ns = 2000000000;
	snprintf(run.timestamp, sizeof run.timestamp, "2026-01-01T00:%02zu:00Z", i);
	add_fault(&run, "broken", RESULT_CRASHED);
	if (word)
		*ARRAY_ADD(&verdict) = (struct comparison){
			.word = *word, .evidence = EVIDENCE_FIRST_LOOK, .head = run.items
		};
	calibrating_add_session(&room->calibrating, &run, word ? &verdict : NULL);
	verdict_release(&verdict);
	run_release(&run);
}

static void add_sessions(struct bench_room *room, size_t nr)
{
	const enum verdict_word pass = VERDICT_PASS;

	for (size_t i = 0; i < nr; i++)
		add_session(room, i, TAU * case_spread(i), i ? &pass : NULL);
}

/* Units whose second process is slower by bias, and whose head is as fast as its base, but for the
 * spread. Each other unit has its duets the other way about. */
static struct result *add_units(struct run *run, size_t nr, double bias)
{
	struct result *result = case_result(run, "x");

	for (size_t i = 0; i < DUETS_A_UNIT * nr; i++) {
		bool base_first = (i / DUETS_A_UNIT + i) % 2 == 0;
		double noise = SD * case_spread(i / DUETS_A_UNIT);

		metrics_add_ratio(
			&result->metrics, &case_time, noise + (base_first ? bias : -bias));
		*ARRAY_ADD(&result->duets) =
			(struct duet){ .base_first = base_first, .nr_quads = 20, .iterations = 1 };
	}
	result->spent_ns = 1000000000 * (uint64_t)nr;
	return result;
}

static void add_gate(
	struct bench_room *room, enum verdict_word word, enum run_status status, double bias)
{
	struct run run = { .status = status };
	struct verdict verdict = { .head = &run, .family_in_turn = 3 };

	add_units(&run, 5, bias);
	*ARRAY_ADD(&verdict) = (struct comparison){ .word = word, .evidence = EVIDENCE_IN_TURN };
	*ARRAY_ADD(&verdict) =
		(struct comparison){ .word = VERDICT_UNGATED, .evidence = EVIDENCE_IN_TURN };
	*ARRAY_ADD(&verdict) =
		(struct comparison){ .word = VERDICT_PASS, .evidence = EVIDENCE_EXACT };
	calibrating_add_gate(&room->calibrating, &verdict);
	verdict_release(&verdict);
	run_release(&run);
}

TEST(whole_gates_are_counted_and_alarms_among_them)
{
	struct bench_room room;
	const struct calibration_gates *gates = &room.calibration.in_turn;

	open_room(&room);
	add_gate(&room, VERDICT_PASS, RUN_COMPLETE, 0);
	add_gate(&room, VERDICT_REGRESSION, RUN_COMPLETE, 0);
	add_gate(&room, VERDICT_INCONCLUSIVE, RUN_COMPLETE, 0);
	add_gate(&room, VERDICT_REGRESSION, RUN_SHORT_OF_TIME, 0);
	calibrating_conclude(&room.calibrating);
	assert_int_equal(gates->nr, 3);
	assert_int_equal(gates->comparisons, 3);
	assert_int_equal(gates->alarms, 1);
	assert_int_equal(gates->nr_alarmed, 1);
	/* qbeta(.95, 2, 2), by hand: 3 x^2 - 2 x^3 = .95 */
	assert_true(fabs(gates->bound - 0.8646497) < 1e-6);
	assert_true(gates->gate_bound == gates->bound);
	assert_true(room.calibration.alone.bound == 1);
	close_room(&room);
}

TEST(one_session_tells_nothing_of_drift)
{
	struct bench_room room;

	open_room(&room);
	add_sessions(&room, 1);
	calibrating_conclude(&room.calibrating);
	assert_int_equal(room.calibration.nr_sessions, 1);
	assert_nan(room.calibration.tau_ratio);
	assert_nan(room.calibration.tau_df);
	assert_int_equal(room.calibration.nr, 1);
	assert_nan(room.calibration.items[0].detectable_alone);
	assert_nan(room.calibration.items[0].detectable_in_turn);
	assert_nan(room.calibration.items[0].order_ratio);
	assert_close(room.calibration.items[0].alone_s, 2);
	assert_nan(room.calibration.items[0].in_turn_s);
	close_room(&room);
}

/* By hand, from what the sessions were made of. */
TEST(what_is_seen_alone_follows_from_spread_and_drift)
{
	struct bench_room room;
	struct summary inside, means;
	double ten[10], five[5], variance, se, expected;

	for (size_t i = 0; i < 10; i++)
		ten[i] = SD * case_spread(i);
	for (size_t i = 0; i < 5; i++)
		five[i] = TAU * case_spread(i);
	inside = summary_of(ten, 10);
	means = summary_of(five, 5);
	variance = means.sd * means.sd; /* of a session's mean, which is tau^2 + s^2 / n */
	se = sqrt(variance * (1 + 1.0 / 10));
	expected =
		1.02 * exp(power_detectable((struct contrast){ ANSWER_OK, 0, se, 9 }, 0.01, 0.9)) -
		1;

	open_room(&room);
	add_sessions(&room, 5);
	calibrating_conclude(&room.calibrating);
	assert_int_equal(room.calibration.nr_sessions, 5);
	assert_close(room.calibration.items[0].detectable_alone, expected);
	assert_close(
		room.calibration.tau_ratio, expm1(sqrt(variance - inside.sd * inside.sd / 10)));
	assert_close(room.calibration.tau_df, 4);
	assert_close(room.calibration.items[0].threshold_ratio, 0.02);
	assert_close(room.calibration.items[0].target_ratio, 0.04);
	assert_int_equal(room.calibration.alone.nr, 4);
	close_room(&room);
}

TEST(what_is_seen_in_turn_is_what_all_planned_units_see)
{
	struct bench_room room;
	struct calibration_bench *bench;
	double units[10], expected;
	struct summary summary;

	for (size_t i = 0; i < 10; i++)
		units[i] = SD * case_spread(i);
	summary = summary_of(units, 10);
	summary.nr = 20;
	open_room(&room);
	add_gate(&room, VERDICT_PASS, RUN_COMPLETE, 0.03);
	add_gate(&room, VERDICT_PASS, RUN_SHORT_OF_TIME, 0.03);
	calibrating_conclude(&room.calibrating);
	bench = room.calibration.items;
	expected = 1.02 *
			exp(power_detectable(contrast_of_one(summary),
				0.01 / 3 * looks_last_weight(&room.calibrating.plan), 0.9)) -
		1;
	assert_close(bench->detectable_in_turn, expected);
	/* The second is slower whichever it is; a unit takes that away. */
	assert_close(bench->order_ratio, expm1(0.03));
	assert_true(bench->order_low <= bench->order_ratio);
	assert_true(bench->order_high >= bench->order_ratio);
	assert_close(bench->in_turn_s, 5);
	close_room(&room);
}

/* More drift, more spread: never a smaller change. */
TEST(a_wilder_machine_sees_less)
{
	double last = 0;

	for (int wild = 1; wild < 6; wild++) {
		const enum verdict_word pass = VERDICT_PASS;
		struct bench_room room;

		open_room(&room);
		for (size_t i = 0; i < 4; i++)
			add_session(&room, i, wild * TAU * case_spread(i), i ? &pass : NULL);
		calibrating_conclude(&room.calibrating);
		assert_true(room.calibration.items[0].detectable_alone > last);
		last = room.calibration.items[0].detectable_alone;
		close_room(&room);
	}
}

TEST(a_gate_alone_is_counted_and_is_no_session)
{
	struct bench_room room;
	struct run run = { .status = RUN_COMPLETE };
	struct verdict verdict = { .head = &run, .family = 3 };

	open_room(&room);
	add_sessions(&room, 1);
	*ARRAY_ADD(&verdict) = (struct comparison){
		.word = VERDICT_REGRESSION, .evidence = EVIDENCE_FIRST_LOOK, .head = NULL
	};
	calibrating_add_gate_alone(&room.calibrating, &verdict);
	verdict.items[0].word = VERDICT_PASS;
	calibrating_add_gate_alone(&room.calibrating, &verdict);
	/* Half a gate is none. */
	run.status = RUN_SHORT_OF_TIME;
	calibrating_add_gate_alone(&room.calibrating, &verdict);
	assert_int_equal(room.calibration.nr_sessions, 1);
	assert_int_equal(room.calibration.alone.nr, 2);
	assert_int_equal(room.calibration.alone.comparisons, 2);
	assert_int_equal(room.calibration.alone.nr_alarmed, 1);
	assert_int_equal(room.calibrating.family_alone, 3);
	verdict_release(&verdict);
	close_room(&room);
}
