/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "model/units.h"
#include "report/why.h"
#include "support/judged.h"

#define IN_TURN "measure it in turn with the base (--base REVISION|FILE)"
#define MORE_PROCESSES \
	IN_TURN ", with more processes (--processes 20), or on a quieter machine (benchgate doctor)"

#define NR(table) (sizeof(table) / sizeof *(table))

/* A comparison without numbers of its own. */
static struct metric time_metric = { .name = (char[]){ "time" }, .unit = (char[]){ "ns" } };
static struct metric rate_metric = {
	.name = (char[]){ "rate" }, .unit = (char[]){ "op" }, .more_is_better = true
};
static struct metric allocs_metric = { .name = (char[]){ "allocs" }, .unit = (char[]){ "" } };
static struct result sort_result = { .name = (char[]){ "sort/1000" },
	.tier = (char[]){ "critical" } };
static const struct limit limit = { .value = 20000, .unit = "ns", .text = (char[]){ "20us" } };

/* One that rose from 12.3 to 13.1 us. */
static struct comparison regression(void)
{
	return (struct comparison){ .word = VERDICT_REGRESSION,
		.why = WHY_BEYOND_THRESHOLD,
		.evidence = EVIDENCE_SECOND_LOOK,
		.drift_source = DRIFT_OWN,
		.head = &sort_result,
		.base = &sort_result,
		.metric = &time_metric,
		.tolerance = { 0.02, 0.04, SEVERITY_BLOCK, true, NULL },
		.estimate = { 13100, 13000, 13200, 1 },
		.base_estimate = { 12300, NAN, NAN, NAN },
		.change_ratio = 0.065,
		.change_low = 0.051,
		.change_high = 0.079,
		.p = 0.00005,
		.p_adjusted = 0.0004,
		.bound_ratio = 0.085,
		.tau_ratio = 0.012,
		.nr_head = 10,
		.nr_base = 60,
		.nr_sessions = 6 };
}

static struct comparison undecided(enum why why)
{
	struct comparison comparison = regression();

	comparison.word = VERDICT_INCONCLUSIVE;
	comparison.why = why;
	comparison.evidence = EVIDENCE_FIRST_LOOK;
	comparison.change_ratio = 0.012;
	comparison.change_low = -0.03;
	comparison.change_high = 0.055;
	return comparison;
}

static struct comparison exact(double base, double head)
{
	struct comparison comparison = regression();

	comparison.evidence = EVIDENCE_EXACT;
	comparison.drift_source = DRIFT_NONE;
	comparison.metric = &allocs_metric;
	comparison.base_estimate.value = base;
	comparison.estimate.value = head;
	comparison.change_ratio = base == 0 ? INFINITY : head / base - 1;
	comparison.p = comparison.p_adjusted = NAN;
	return comparison;
}

static struct comparison against_limit(enum verdict_word word, enum why why)
{
	struct comparison comparison = regression();

	comparison.word = word;
	comparison.why = why;
	comparison.evidence = EVIDENCE_FIRST_LOOK;
	comparison.drift_source = DRIFT_NONE;
	comparison.is_limit = true;
	comparison.tolerance.limit = &limit;
	comparison.estimate = (struct estimate){ 21300, 20900, 21700, 2 };
	return comparison;
}

/* Of 9 comparisons, by the policy that holds without a file. */
static void check(struct comparison comparison, const char *expected, const char *expected_mend)
{
	struct policy policy;
	struct verdict verdict = { .policy = &policy, .family = 9 };
	struct buf why = BUF_INIT, mend = BUF_INIT;

	policy_init(&policy);
	why_add(&verdict, &comparison, &why);
	why_add_mend(&comparison, &mend);
	policy_release(&policy);
	assert_string_equal(why.data, expected);
	assert_string_equal(mend.data, expected_mend);
	buf_release(&why);
	buf_release(&mend);
}

TEST(a_regression_says_from_what_to_what_and_how_sure_that_is)
{
	struct comparison comparison = regression();

	check(comparison,
		"12.3 us -> 13.1 us, +6.5 % (95 %: +5.1 .. +7.9 %), surely more than the 2 % that "
		"critical tolerates (p 0.0004 for all 9 comparisons); confirmed by 10 fresh processes",
		"");
	comparison.evidence = EVIDENCE_FIRST_LOOK;
	comparison.tolerance.threshold_ratio = 0.025;
	comparison.p_adjusted = 0.000099;
	comparison.drift_source = DRIFT_ASSUMED;
	comparison.tau_ratio = 0.02;
	comparison.nr_sessions = 1;
	check(comparison,
		"12.3 us -> 13.1 us, +6.5 % (95 %: +5.1 .. +7.9 %), surely more than the 2.5 % that "
		"the policy tolerates (p < 0.0001 for all 9 comparisons); the base has 1 session, "
		"and sessions are assumed to differ by 2 %",
		"");
}

TEST(what_should_be_more_is_worse_when_it_is_less)
{
	struct comparison comparison = regression();

	comparison.metric = &rate_metric;
	comparison.base_estimate.value = 100;
	comparison.estimate.value = 95;
	comparison.change_ratio = -0.05;
	comparison.change_low = -0.06;
	comparison.change_high = -0.045;
	check(comparison,
		"100 op -> 95.0 op, -5.0 % (95 %: -6.0 .. -4.5 %), surely worse by more than the 2 % "
		"that critical tolerates (p 0.0004 for all 9 comparisons); confirmed by 10 fresh "
		"processes",
		"");
	comparison.word = VERDICT_INCONCLUSIVE;
	comparison.why = WHY_NOT_ENOUGH;
	comparison.evidence = EVIDENCE_FIRST_LOOK;
	check(comparison,
		"100 op -> 95.0 op, -5.0 % (95 %: -6.0 .. -4.5 %): not surely enough more than the "
		"2 % that critical tolerates (p 0.0004 for all 9 comparisons)",
		MORE_PROCESSES);
}

TEST(exact_values_show_all_their_figures)
{
	struct comparison comparison = exact(1000000, 1000001);

	check(exact(4, 5), "4 -> 5, exactly +25.0 %, more than the 2 % that critical tolerates",
		"");
	check(exact(0, 3), "0 -> 3, exactly, more than the 2 % that critical tolerates", "");
	comparison.word = VERDICT_PASS;
	comparison.why = WHY_BELOW_TARGET;
	check(comparison,
		"1000000 -> 1000001, exactly +0.0001 %, within the 2 % that critical tolerates",
		"");
	comparison.estimate.value = 1000000;
	comparison.change_ratio = 0;
	check(comparison, "is exactly 1000000 as before", "");
}

TEST(pass_and_improvement_say_what_they_are_sure_of)
{
	struct comparison comparison = regression();

	comparison.word = VERDICT_PASS;
	comparison.why = WHY_BELOW_TARGET;
	comparison.change_ratio = comparison.change_low = comparison.change_high = 0.003;
	check(comparison,
		"12.3 us -> 13.1 us, +0.3 % (95 %: +0.3 .. +0.3 %), surely less than 4 %, the change "
		"that must not pass unseen",
		"");
	comparison.word = VERDICT_IMPROVEMENT;
	comparison.why = WHY_FASTER;
	comparison.change_low = -0.13;
	comparison.change_ratio = comparison.change_high = -0.12;
	check(comparison,
		"12.3 us -> 13.1 us, -12.0 % (95 %: -13.0 .. -12.0 %), surely better by more than 2 %",
		"");
}

TEST(what_is_undecided_says_why_and_what_would_help)
{
	struct comparison few = undecided(WHY_DRIFT), second = undecided(WHY_NOT_CONFIRMED);
	struct comparison pooled = undecided(WHY_DRIFT);

#define SO_FAR "12.3 us -> 13.1 us, +1.2 % (95 %: -3.0 .. +5.5 %)"
#define FROM_TARGET SO_FAR ": cannot be told from 4 %, the change that must not pass unseen"
	check(undecided(WHY_NOT_ENOUGH), FROM_TARGET, MORE_PROCESSES);
#define UNCERTAIN \
	FROM_TARGET \
	"; more measuring will not help, the base itself is too uncertain (60 processes; the base"
	check(undecided(WHY_DRIFT), UNCERTAIN "'s 6 sessions differ by 1.2 %)",
		IN_TURN
		", record more sessions of it (benchgate update-baselines), or set a larger "
		"target in the policy");
	few.nr_sessions = 2;
	few.drift_source = DRIFT_ASSUMED;
	check(few, UNCERTAIN " has 2 sessions, and sessions are assumed to differ by 1.2 %)",
		IN_TURN ", or record 3 more sessions of it: benchgate update-baselines");
	pooled.nr_sessions = 4;
	pooled.drift_source = DRIFT_POOLED;
	check(pooled, UNCERTAIN "'s 4 sessions are taken to differ as the suite's do, by 1.2 %)",
		IN_TURN ", or record 1 more session of it: benchgate update-baselines");
	check(undecided(WHY_NOT_CONFIRMED),
		SO_FAR
		": suspected of more than the 2 % that critical tolerates, and there were too "
		"few fresh processes to confirm or clear it",
		MORE_PROCESSES);
	second.evidence = EVIDENCE_SECOND_LOOK;
	check(second,
		SO_FAR " in 10 fresh processes: suspected of more than the 2 % that critical "
		       "tolerates, which these neither confirm nor clear",
		MORE_PROCESSES);
}

TEST(too_few_processes_say_on_which_side)
{
	struct comparison head = undecided(WHY_TOO_FEW_PROCESSES), base = head;

	head.nr_head = 1;
	check(head, "1 process, and 60 in the base; fewer than 5 cannot be judged",
		"--processes 5 or more");
	base.nr_base = 4;
	check(base, "10 processes, and 4 in the base; fewer than 5 cannot be judged",
		"record more for the base: benchgate update-baselines");
}

TEST(a_budget_is_named_as_it_was_written)
{
	struct comparison rate = against_limit(VERDICT_REGRESSION, WHY_OVER_LIMIT);
	struct comparison precise = rate, unit = rate;

#define LEVEL "is 21.3 us (95 %: 20.9 us .. 21.7 us), "
	check(rate, LEVEL "surely over its budget of 20us (p 0.0004 for all 9 comparisons)", "");
	check(against_limit(VERDICT_PASS, WHY_UNDER_LIMIT),
		LEVEL "surely within its budget of 20us", "");
	check(against_limit(VERDICT_INCONCLUSIVE, WHY_AT_LIMIT),
		LEVEL "too near its budget of 20us to tell",
		"more processes may tell (--processes 20), or a quieter machine (benchgate doctor)");
	rate.metric = &rate_metric;
	check(rate,
		"is 21300 op (95 %: 20900 op .. 21700 op), surely short of its budget of 20us (p "
		"0.0004 for all 9 comparisons)",
		"");
	precise.evidence = EVIDENCE_EXACT;
	precise.metric = &allocs_metric;
	check(precise, "is exactly 21300, over its budget of 20us", "");
	unit.word = VERDICT_FAILED;
	unit.why = WHY_LIMIT_UNIT;
	unit.metric = &rate_metric;
	check(unit, "its budget of 20us cannot be compared with a metric in op",
		"write the budget in the metric's unit");
}

TEST(an_acceptance_says_whether_it_covers)
{
	struct acceptance acceptance = { .reason = (char[]){ "worth\nit" },
		.until = (char[]){ "2026-01-31" },
		.max_ratio = 0.05,
		.by = (char[]){ "Ann" } };
	struct comparison comparison = exact(4, 5);

#define EXACTLY "4 -> 5, exactly +25.0 %, more than the 2 % that critical tolerates; "
	comparison.acceptance = &acceptance;
	check(comparison,
		EXACTLY
		"was accepted by Ann up to 5 % until 2026-01-31, which it exceeds: worth?it",
		"");
	comparison.acceptance_expired = true;
	check(comparison,
		EXACTLY "was accepted by Ann up to 5 % until 2026-01-31, which is over: worth?it",
		"");
	comparison.word = VERDICT_ACCEPTED;
	comparison.acceptance_expired = false;
	acceptance = (struct acceptance){ .reason = (char[]){ "worth it" }, .max_ratio = NAN };
	check(comparison, EXACTLY "accepted: worth it", "");
}

TEST(a_word_may_say_it_all)
{
	struct result failed = { .name = (char[]){ "bad" },
		.word = RESULT_CRASHED,
		.reason = (char[]){ "SIG\033SEGV" } };
	struct comparison comparison = { .word = VERDICT_FAILED, .head = &failed };

	check(comparison, "crashed: SIG?SEGV", "");
	comparison = (struct comparison){ .word = VERDICT_MISSING, .base = &sort_result };
	check(comparison, "is in the base and not in the suite",
		"if it was removed on purpose: benchgate baselines prune");
	comparison = (struct comparison){ .word = VERDICT_NEW, .head = &sort_result };
	check(comparison, "nothing to compare it with", "");
	comparison = undecided(WHY_NOTHING);
	comparison.word = VERDICT_UNGATED;
	check(comparison, SO_FAR ", shown, not judged", "");
	comparison.base_estimate.value = NAN;
	check(comparison, "shown, not judged", "");
}

/* Every word and reason that judging can come to says something. */
TEST(no_reason_is_without_a_sentence)
{
	for (int why = WHY_NOTHING + 1; why <= WHY_NO_BASE; why++) {
		struct comparison comparison = against_limit(VERDICT_INCONCLUSIVE, (enum why)why);
		struct verdict verdict = { .family = 1 };
		struct buf text = BUF_INIT;

		why_add(&verdict, &comparison, &text);
		assert_true(text.len > 10);
		assert_null(strchr(text.data, '\n'));
		assert_null(strstr(text.data, "nan"));
		buf_release(&text);
	}
}

TEST(the_mark_says_whether_machine_or_build_differ)
{
	struct run base = RUN_INIT, head = RUN_INIT;
	struct verdict_part part = { .head = &head, .base = &base };

	assert_null(why_mark(&part));
	part.mismatch = "something";
	assert_string_equal(why_mark(&part), "other build");
	env_set(&head.env, ENV_CPU, "another");
	assert_string_equal(why_mark(&part), "other machine");
	run_release(&head);
}

TEST(changes_have_a_sign_and_three_figures_at_most)
{
	static const struct {
		double ratio;
		const char *text;
	} cases[] = {
		{ 0.065, "+6.5 %" },
		{ -0.12345, "-12.3 %" },
		{ 0, "+0.0 %" },
		{ -0.0, "+0.0 %" },
		{ -1e-17, "+0.0 %" },
		{ 0.0005, "+0.1 %" },
		{ -0.0004, "-0.04 %" },
		{ 0.9994, "+99.9 %" },
		{ 0.9996, "+100 %" },
		{ 12.34, "+1234 %" },
		{ NAN, "-" },
		{ INFINITY, "-" },
	};

	for (size_t i = 0; i < NR(cases); i++) {
		struct buf out = BUF_INIT;

		units_add_change(&out, cases[i].ratio);
		assert_string_equal(out.data, cases[i].text);
		buf_release(&out);
	}
}

static struct comparison in_turn(enum verdict_word word, enum why why)
{
	struct comparison comparison = word == VERDICT_REGRESSION ? regression() : undecided(why);

	comparison.word = word;
	comparison.why = why;
	comparison.evidence = EVIDENCE_IN_TURN;
	comparison.drift_source = DRIFT_NONE;
	comparison.nr_units = 10;
	return comparison;
}

TEST(what_was_measured_in_turn_speaks_of_units)
{
	struct comparison identical = in_turn(VERDICT_PASS, WHY_IDENTICAL);
	struct comparison few = in_turn(VERDICT_INCONCLUSIVE, WHY_TOO_FEW_UNITS);
	struct duet duets[] = { { .nr_quads = 100, .nr_dropped = 60, .nr_base_disturbed = 110 },
		{ .nr_quads = 100,
			.nr_dropped = 52,
			.nr_base_disturbed = 90,
			.nr_head_disturbed = 4 } };

	check(in_turn(VERDICT_REGRESSION, WHY_BEYOND_THRESHOLD),
		"12.3 us -> 13.1 us, +6.5 % (95 %: +5.1 .. +7.9 %), surely more than the 2 % that "
		"critical tolerates (p 0.0004); 10 units in turn with the base",
		"");
	check(in_turn(VERDICT_INCONCLUSIVE, WHY_NOT_ENOUGH), FROM_TARGET,
		"more units may tell (--units 20), or a quieter machine (benchgate doctor)");
	few.nr_units = 2;
	check(few, "2 of its units count; fewer than 3 cannot be judged",
		"more units may tell (--units), or more time (--budget), or a quieter machine (benchgate doctor)");
	check(identical, "the same bytes and the same files on both sides; not measured", "");
	sort_result.duets = (struct duets){ duets, 2, 2 };
	check(in_turn(VERDICT_INCONCLUSIVE, WHY_DISTURBED),
		SO_FAR "; 56 % of it had to be dropped, because other programs took the processor "
		       "(base 50 %, head 1 % of batches)",
		"a quieter machine may tell (benchgate doctor), or more time (--budget)");
	sort_result.duets = (struct duets){ 0 };
}
