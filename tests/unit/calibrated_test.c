/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "gate/question.h"
#include "gate/trial.h"

#include "report/calibration_text.h"
#include "report/describe.h"
#include "report/text.h"
#include "report/verdict_json.h"

#include "support/close.h"
#include "support/judge_cases.h"

#include <string.h>

static const struct drift no_pool = { .answer = ANSWER_TOO_FEW };

/* Weighs a base of nr sessions on a machine that was calibrated. */
static enum drift_source source_with(size_t nr_sessions, struct drift pool, double tau_ratio)
{
	struct tolerance tolerance = { .threshold_ratio = 0.02, .target_ratio = 0.04 };
	struct calibration calibration = { .tau_ratio = tau_ratio, .tau_df = 3 };
	struct run base = RUN_INIT, head = RUN_INIT;
	struct question question;

	case_base(&base, "x", nr_sessions, 0.01, 0.02);
	case_head(&head, "x", 10, 1.1, 0.012);
	question_of_base(
		&question, base.items[0].metrics.items, head.items[0].metrics.items, &tolerance);
	question.calibrated = question_calibrated(&calibration);
	question_weigh(&question, &(struct pools){ pool, pool });
	if (question.drift_source == DRIFT_CALIBRATED) {
		assert_close(drift_tau(question.drift), log1p(tau_ratio));
		assert_close(question.drift.df, 3);
		/* What it is uncertain of itself counts. */
		assert_true(question_ask(&question, question_head(&question, 0, 10)).df < 15);
	}
	run_release(&base);
	run_release(&head);
	return question.drift_source;
}

TEST(a_calibrated_drift_stands_in_for_what_the_base_cannot_tell)
{
	const struct drift pool = { ANSWER_OK, 6e-4, 9e-8, 4 },
			   calm = { ANSWER_OK, 1e-6, 1e-12, 4 };

	assert_int_equal(source_with(1, no_pool, 0.03), DRIFT_CALIBRATED);
	assert_int_equal(source_with(4, calm, 0.03), DRIFT_CALIBRATED);
	assert_int_equal(source_with(4, pool, 0.03), DRIFT_POOLED);
	assert_int_equal(source_with(5, no_pool, 0.03), DRIFT_OWN);
	/* Less than is assumed where nothing is known is not believed, nor is what is not known. */
	assert_int_equal(source_with(1, no_pool, 0.019), DRIFT_ASSUMED);
	assert_int_equal(source_with(1, no_pool, NAN), DRIFT_ASSUMED);
	assert_int_equal(question_calibrated(NULL).answer, ANSWER_TOO_FEW);
}

/* A machine that sees 9.1 % of each of so many benchmarks, of which 4 % matter. */
static struct calibration blind_to(size_t nr)
{
	struct calibration calibration = CALIBRATION_INIT;

	calibration.machine = str_dup("0123abcd");
	calibration.timestamp = str_dup("2026-11-21T04:05:06Z");
	calibration.duration_s = 300;
	calibration.clock_resolution_ns = 1;
	calibration.clock_cost_ns = 24;
	calibration.tau_ratio = calibration.tau_df = NAN;
	calibration.alone.bound = calibration.alone.gate_bound = 1;
	calibration.in_turn = (struct calibration_gates){ 8, 1, 40, 2, 0.148, 0.471 };
	for (size_t i = 0; i < nr; i++) {
		char name[] = { (char)('a' + i), '\0' };
		struct calibration_bench *bench = calibration_add(&calibration, name, "critical");

		bench->threshold_ratio = 0.02;
		bench->target_ratio = 0.04;
		bench->detectable_alone = 0.091;
	}
	return calibration;
}

/* The report of a run of the benchmarks a, b, c ... with no base. */
static void report(const struct calibration *calibration, size_t nr, struct buf *out)
{
	struct run head = RUN_INIT;
	struct policy policy;
	struct verdict verdict;
	struct trial trial = { .head = &head, .policy = &policy, .calibration = calibration };

	policy_init(&policy);
	for (size_t i = 0; i < nr; i++)
		case_head(&head, (char[]){ (char)('a' + i), '\0' }, 10, 1, 0.01);
	verdict = trial_judge(&trial);
	buf_clear(out);
	text_report(&verdict, (struct text_style){ .width = 100 }, out);
	verdict_release(&verdict);
	policy_release(&policy);
	run_release(&head);
}

static size_t count_of(const char *text, const char *what)
{
	size_t nr = 0;

	for (; (text = strstr(text, what)); text++)
		nr++;
	return nr;
}

TEST(a_run_says_what_it_cannot_see)
{
	struct calibration calibration = blind_to(7);
	struct buf out = BUF_INIT;

	report(&calibration, 2, &out);
	assert_non_null(strstr(out.data,
		"note: a: this machine cannot detect a change of 4 % (the target); smallest detectable change: 9.1 % (doctor --calibrate, 2026-11-21)\n"
		"note: b: this machine cannot detect a change of 4 % (the target); smallest detectable change: 9.1 % (doctor --calibrate, 2026-11-21)\n"));
	assert_int_equal(count_of(out.data, "note:"), 2);
	report(&calibration, 7, &out);
	assert_int_equal(count_of(out.data, "cannot detect"), 3);
	assert_non_null(strstr(out.data,
		"\nnote: the same holds for 4 more; 'benchgate compare' detects smaller changes\n"));
	report(NULL, 7, &out);
	assert_null(strstr(out.data, "note:"));
	buf_release(&out);
	calibration_release(&calibration);
}

TEST(what_is_seen_or_not_known_needs_no_note)
{
	struct calibration calibration = blind_to(4);
	struct buf out = BUF_INIT;

	calibration.items[0].detectable_alone = 0.04;
	calibration.items[1].detectable_alone = NAN;
	/* Judged by half the threshold then: what it sees has moved along since. */
	calibration.items[2].threshold_ratio = 0.01;
	calibration.items[2].detectable_alone = 0.02;
	report(&calibration, 6, &out);
	assert_int_equal(count_of(out.data, "note:"), 1);
	assert_non_null(strstr(out.data, "d: this machine cannot detect a change of 4 % "));
	buf_release(&out);
	calibration_release(&calibration);
}

TEST(where_the_drift_is_from_is_said)
{
	struct comparison comparison = {
		.drift_source = DRIFT_CALIBRATED, .nr_sessions = 2, .tau_ratio = 0.031
	};
	struct buf out = BUF_INIT;

	describe_drift(&comparison, &out);
	assert_string_equal(out.data,
		"the base has 2 sessions; the drift that doctor --calibrate measured is used, 3.1 %");
	buf_release(&out);
}

TEST(the_calibration_itself_is_a_table_and_some_lines)
{
	struct calibration calibration = blind_to(5);
	struct buf out = BUF_INIT;

	calibration.items[1].order_ratio = 0.03;
	calibration.items[1].order_low = 0.02;
	calibration.items[1].order_high = 0.04;
	calibration_text(&calibration, 120, &out);
	assert_non_null(strstr(out.data, "benchmark  target  seen alone  takes  seen in turn"));
	assert_non_null(strstr(out.data,
		"\nfalse alarms alone      unknown: there was no time for a complete gate\n"
		"false alarms in turn    2 in 40 comparisons (at most 15 %), in 1 of 8 gates (at most 47 %)\n"
		"drift between sessions  unknown: two sessions, 60 s apart, are needed; give a longer --budget\n"
		"start order             the side that starts second is off by up to +3.0 % (b); each unit swaps the order\n"
		"clock                   resolution 1 ns, a reading costs 24 ns\n"
		"note: measured alone: a: this machine cannot detect a change of 4 % (the target); smallest detectable change: 9.1 %\n"));
	assert_int_equal(count_of(out.data, "note:"), 4);
	assert_non_null(strstr(out.data, "\nmachine 0123abcd, calibrated in 5 min 00 s\n"));
	calibration.tau_ratio = 0.012;
	calibration.nr_sessions = 5;
	buf_clear(&out);
	calibration_text(&calibration, 120, &out);
	assert_non_null(strstr(out.data, "\ndrift between sessions  1.2 % over 5 sessions\n"));
	buf_release(&out);
	calibration_release(&calibration);
}

TEST(the_table_fits_the_width)
{
	struct calibration calibration = blind_to(3);
	struct buf out = BUF_INIT;

	for (unsigned width = 50; width < 120; width++) {
		buf_clear(&out);
		calibration_text(&calibration, width, &out);
		for (const char *at = out.data; *at != '\n'; at += strcspn(at, "\n") + 1)
			assert_true(strcspn(at, "\n") <= width);
	}
	buf_release(&out);
	calibration_release(&calibration);
}
