/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/array.h"
#include "gate/rules.h"
#include "model/units.h"
#include "report/describe.h"
#include "support/judged.h"
#include "sys/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS "tests/data/words.txt"
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
		.tolerance = { 0.02, 0.04, SEVERITY_BLOCK, true, NULL, 0 },
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
	comparison.estimate = word == VERDICT_PASS ? (struct estimate){ 18200, 17900, 18500, 2 }
						   : (struct estimate){ 21300, 20900, 21700, 2 };
	comparison.change_ratio =
		why == WHY_LIMIT_UNIT ? NAN : comparison.estimate.value / limit.value - 1;
	return comparison;
}

/* All sentences that the tests made, in their order. */
static struct buf words = BUF_INIT;

static void add_heading(const char *test)
{
	buf_addf(&words, "%s# ", words.len ? "\n" : "");
	for (; *test; test++)
		buf_addc(&words, *test == '_' ? ' ' : *test);
	buf_addc(&words, '\n');
}

static void add_line(const char *label, const struct buf *text)
{
	if (text->len)
		buf_addf(&words, "%s: %s\n", label, text->data);
	assert_null(strpbrk(text->len ? text->data : "", "\n{}"));
}

/* Judging leaves no change where it could compute none. */
static void drop_change(struct comparison *comparison)
{
	switch (comparison->why) {
	case WHY_NO_RATIO:
	case WHY_OTHER_UNIT:
	case WHY_METRIC_GONE:
	case WHY_OTHER_MACHINE:
	case WHY_NO_BASE:
		comparison->change_ratio = NAN;
		break;
	case WHY_IDENTICAL:
		comparison->change_ratio = 0;
		break;
	default:
		break;
	}
}

/* Of 9 comparisons, by the policy that holds without a file. */
static void check(struct comparison comparison)
{
	struct policy policy;
	struct verdict verdict = { .policy = &policy, .family = 9 };
	const struct subject subject = { &verdict, &comparison, "", "" };
	struct buf reason = BUF_INIT, advice = BUF_INIT, alert = BUF_INIT;

	drop_change(&comparison);
	policy_init(&policy);
	describe_reason(&verdict, &comparison, &reason);
	describe_advice(&comparison, &advice);
	rule_usual_message(&subject, &alert);
	policy_release(&policy);
	assert_true(reason.len > 0);
	add_line(verdict_word_name(comparison.word), &reason);
	add_line("  advice", &advice);
	add_line("  alert", &alert);
	buf_release(&reason);
	buf_release(&advice);
	buf_release(&alert);
}

TEST(a_regression_says_from_what_to_what_and_how_sure_that_is)
{
	struct comparison comparison = regression();

	add_heading(__func__);
	check(comparison);
	comparison.evidence = EVIDENCE_FIRST_LOOK;
	comparison.tolerance.threshold_ratio = 0.025;
	comparison.p_adjusted = 0.000099;
	comparison.drift_source = DRIFT_ASSUMED;
	comparison.tau_ratio = 0.02;
	comparison.nr_sessions = 1;
	check(comparison);
}

TEST(what_should_be_more_is_worse_when_it_is_less)
{
	struct comparison comparison = regression();

	add_heading(__func__);
	comparison.metric = &rate_metric;
	comparison.base_estimate.value = 100;
	comparison.estimate.value = 95;
	comparison.change_ratio = -0.05;
	comparison.change_low = -0.06;
	comparison.change_high = -0.045;
	check(comparison);
	comparison.word = VERDICT_INCONCLUSIVE;
	comparison.why = WHY_NOT_ENOUGH;
	comparison.evidence = EVIDENCE_FIRST_LOOK;
	check(comparison);
}

TEST(exact_values_show_all_their_figures)
{
	struct comparison comparison = exact(1000000, 1000001);

	add_heading(__func__);
	check(exact(4, 5));
	check(exact(0, 3));
	comparison.word = VERDICT_PASS;
	comparison.why = WHY_BELOW_TARGET;
	check(comparison);
	comparison.estimate.value = 1000000;
	comparison.change_ratio = 0;
	check(comparison);
}

TEST(pass_and_improvement_say_what_they_are_sure_of)
{
	struct comparison comparison = regression();

	add_heading(__func__);
	comparison.word = VERDICT_PASS;
	comparison.why = WHY_BELOW_TARGET;
	comparison.change_ratio = comparison.change_low = comparison.change_high = 0.003;
	check(comparison);
	comparison.word = VERDICT_IMPROVEMENT;
	comparison.why = WHY_FASTER;
	comparison.change_low = -0.13;
	comparison.change_ratio = comparison.change_high = -0.12;
	check(comparison);
}

TEST(what_another_tool_measured_says_how_that_tool_would_decide)
{
	struct result head = { .name = (char[]){ "sort/1000" }, .tier = (char[]){ "standard" } };
	struct comparison comparison = undecided(WHY_DRIFT);

	add_heading(__func__);
	*ARRAY_ADD(&head.processes) =
		(struct process_row){ .iterations = 1, .nr_batches = 1, .settled = true };
	comparison.head = &head;
	comparison.nr_sessions = 1;
	comparison.change_ratio = 0.1;
	comparison.bound_ratio = 0.155;
	comparison.tolerance.threshold_ratio = 0.05;
	check(comparison);
	ARRAY_RELEASE(&head.processes);
}

TEST(what_is_undecided_says_why_and_what_would_help)
{
	struct comparison few = undecided(WHY_DRIFT), second = undecided(WHY_NOT_CONFIRMED);
	struct comparison pooled = undecided(WHY_DRIFT);

	add_heading(__func__);
	check(undecided(WHY_NOT_ENOUGH));
	check(undecided(WHY_DRIFT));
	few.nr_sessions = 2;
	few.drift_source = DRIFT_ASSUMED;
	check(few);
	pooled.nr_sessions = 4;
	pooled.drift_source = DRIFT_POOLED;
	check(pooled);
	check(undecided(WHY_NOT_CONFIRMED));
	second.evidence = EVIDENCE_SECOND_LOOK;
	check(second);
}

TEST(too_few_processes_say_on_which_side)
{
	struct comparison head = undecided(WHY_TOO_FEW_PROCESSES), base = head;

	add_heading(__func__);
	head.nr_head = 1;
	check(head);
	base.nr_base = 4;
	check(base);
}

TEST(a_budget_is_named_as_it_was_written)
{
	struct comparison rate = against_limit(VERDICT_REGRESSION, WHY_OVER_LIMIT);
	struct comparison precise = rate, unit = rate;

	add_heading(__func__);
	check(rate);
	check(against_limit(VERDICT_PASS, WHY_UNDER_LIMIT));
	check(against_limit(VERDICT_INCONCLUSIVE, WHY_AT_LIMIT));
	rate.metric = &rate_metric;
	rate.estimate = (struct estimate){ 18200, 17900, 18500, 2 };
	rate.change_ratio = rate.estimate.value / limit.value - 1;
	check(rate);
	precise.evidence = EVIDENCE_EXACT;
	precise.metric = &allocs_metric;
	check(precise);
	unit.word = VERDICT_FAILED;
	unit.why = WHY_LIMIT_UNIT;
	unit.change_ratio = NAN;
	unit.metric = &rate_metric;
	check(unit);
}

TEST(an_acceptance_says_whether_it_covers)
{
	struct acceptance acceptance = { .reason = (char[]){ "worth\nit" },
		.until = (char[]){ "2026-01-31" },
		.max_ratio = 0.05,
		.by = (char[]){ "Ann" } };
	struct comparison comparison = exact(4, 5);

	add_heading(__func__);
	comparison.acceptance = &acceptance;
	check(comparison);
	comparison.acceptance_expired = true;
	check(comparison);
	comparison.word = VERDICT_ACCEPTED;
	comparison.acceptance_expired = false;
	acceptance = (struct acceptance){ .reason = (char[]){ "worth it" }, .max_ratio = NAN };
	check(comparison);
}

TEST(a_word_may_say_it_all)
{
	struct result failed = { .name = (char[]){ "bad" },
		.word = RESULT_CRASHED,
		.reason = (char[]){ "SIG\033SEGV" } };
	struct comparison comparison = { .word = VERDICT_FAILED, .head = &failed };

	add_heading(__func__);
	check(comparison);
	comparison = (struct comparison){ .word = VERDICT_MISSING, .base = &sort_result };
	check(comparison);
	comparison = (struct comparison){ .word = VERDICT_NEW, .head = &sort_result };
	check(comparison);
	comparison = undecided(WHY_NOTHING);
	comparison.word = VERDICT_UNGATED;
	check(comparison);
	comparison.base_estimate.value = NAN;
	check(comparison);
}

/* Every word and reason that judging can come to says something. */
TEST(no_reason_is_without_a_sentence)
{
	for (int why = WHY_NOTHING + 1; why <= WHY_NO_BASE; why++) {
		struct comparison comparison = against_limit(VERDICT_INCONCLUSIVE, (enum why)why);
		struct verdict verdict = { .family = 1 };
		struct buf text = BUF_INIT;

		describe_reason(&verdict, &comparison, &text);
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

	assert_null(describe_mismatch(&part));
	part.mismatch = "something";
	assert_string_equal(describe_mismatch(&part), "other build");
	env_set(&head.env, ENV_CPU, "another");
	assert_string_equal(describe_mismatch(&part), "other machine");
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

	add_heading(__func__);
	check(in_turn(VERDICT_REGRESSION, WHY_BEYOND_THRESHOLD));
	check(in_turn(VERDICT_INCONCLUSIVE, WHY_NOT_ENOUGH));
	few.nr_units = 2;
	check(few);
	check(identical);
	sort_result.duets = (struct duets){ duets, 2, 2 };
	check(in_turn(VERDICT_INCONCLUSIVE, WHY_DISTURBED));
	sort_result.duets = (struct duets){ 0 };
}

static const struct {
	const char *what;
	enum code_likeness code;
	bool branchy;
	enum verdict_word word;
	double change_ratio;
	bool suspected, says;
	const char *differs;
} layout_cases[] = {
	{ "elsewhere", CODE_SAME, true, VERDICT_LAYOUT, .08, true, true, NULL },
	{ "however large", CODE_SAME, false, VERDICT_LAYOUT, .5, true, true, NULL },
	{ "no change for sure", CODE_SAME, true, VERDICT_INCONCLUSIVE, .08, false, true, NULL },
	{ "no change", CODE_SAME, true, VERDICT_PASS, .01, false, false, NULL },
	{ "what it calls changed", CODE_MOVED, true, VERDICT_REGRESSION, .08, true, true, NULL },
	{ "better, too", CODE_MOVED, true, VERDICT_IMPROVEMENT, -.08, true, true, NULL },
	{ "accepted, too", CODE_MOVED, true, VERDICT_ACCEPTED, .08, true, true, NULL },
	{ "more than layout does", CODE_MOVED, true, VERDICT_REGRESSION, .13, false, false, NULL },
	{ "something else differs", CODE_MOVED, true, VERDICT_REGRESSION, .08, false, true,
		"it uses the network" },
	{ "and it is not branchy", CODE_MOVED, false, VERDICT_REGRESSION, .08, false, false, NULL },
	{ "it changed itself", CODE_CHANGED, true, VERDICT_REGRESSION, .08, false, false, NULL },
	{ "nothing is known", CODE_UNKNOWN, true, VERDICT_REGRESSION, .08, false, false, NULL },
};

TEST(layout_is_suspected_of_what_it_can_do)
{
	struct metric time = { .name = (char[]){ "time" } };

	add_heading(__func__);
	for (size_t i = 0; i < NR(layout_cases); i++) {
		struct result head = { .code = layout_cases[i].code,
			.branchy = layout_cases[i].branchy,
			.differs = (char *)layout_cases[i].differs };
		struct comparison comparison = { .word = layout_cases[i].word,
			.evidence = EVIDENCE_IN_TURN,
			.head = &head,
			.metric = &time,
			.change_ratio = layout_cases[i].change_ratio };
		struct buf said = BUF_INIT;

		describe_layout(&comparison, &said);
		add_line(layout_cases[i].what, &said);
		assert_int_equal(describe_suspects_layout(&comparison), layout_cases[i].suspected);
		assert_int_equal(said.len > 0, layout_cases[i].says);
		buf_release(&said);
	}
}

TEST(nothing_is_said_of_what_was_not_timed_in_turn)
{
	struct metric time = { .name = (char[]){ "time" } }, own = { .name = (char[]){ "allocs" } };
	struct result head = { .code = CODE_SAME, .branchy = true };
	const struct comparison others[] = {
		{ .word = VERDICT_REGRESSION,
			.evidence = EVIDENCE_SECOND_LOOK,
			.head = &head,
			.metric = &time },
		{ .word = VERDICT_REGRESSION,
			.evidence = EVIDENCE_IN_TURN,
			.head = &head,
			.metric = &own },
		{ .word = VERDICT_FAILED, .head = &head },
		{ .word = VERDICT_MISSING },
	};

	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		struct buf said = BUF_INIT;

		describe_layout(&others[i], &said);
		assert_int_equal(said.len, 0);
		assert_false(describe_suspects_layout(&others[i]));
		buf_release(&said);
	}
}

TEST(the_other_reasons_have_sentences_too)
{
	static const enum why whys[] = { WHY_NO_SPREAD, WHY_NO_RATIO, WHY_OTHER_UNIT,
		WHY_METRIC_GONE, WHY_OTHER_MACHINE, WHY_NO_BASE, WHY_NOT_REPEATED };
	struct comparison budget = against_limit(VERDICT_INCONCLUSIVE, WHY_NOT_CONFIRMED);
	struct comparison few = against_limit(VERDICT_INCONCLUSIVE, WHY_TOO_FEW_PROCESSES);
	struct comparison again = in_turn(VERDICT_INCONCLUSIVE, WHY_NOT_REPEATED);
	struct comparison gone = undecided(WHY_METRIC_GONE),
			  code = in_turn(VERDICT_PASS, WHY_IDENTICAL);
	struct comparison over = undecided(WHY_NOT_ENOUGH);
	struct result same = { .name = (char[]){ "same" }, .code = CODE_SAME };

	add_heading(__func__);
	for (size_t i = 0; i < NR(whys); i++)
		check(undecided(whys[i]));
	check(budget);
	budget.evidence = EVIDENCE_SECOND_LOOK;
	check(budget);
	budget.evidence = EVIDENCE_IN_TURN;
	check(budget);
	few.nr_head = 2;
	check(few);
	again.again = (struct again){ .nr_units = 8, .change_ratio = 0.001 };
	check(again);
	again.why = WHY_BEYOND_THRESHOLD;
	again.word = VERDICT_REGRESSION;
	check(again);
	gone.word = VERDICT_MISSING;
	check(gone);
	code.head = &same;
	check(code);
	over.change_low = 0.045;
	check(over);
	check(in_turn(VERDICT_INCONCLUSIVE, WHY_NOT_CONFIRMED));
}

TEST(many_share_one_phrase)
{
	add_heading(__func__);
	for (int why = WHY_NOTHING; why <= WHY_NO_BASE; why++) {
		const char *text = describe_group((enum why)why);

		assert_non_null(text);
		if (why == WHY_NOT_ENOUGH || text != describe_group(WHY_NOT_ENOUGH))
			buf_addf(&words, "%s\n", text);
	}
}

static void write_words(void)
{
	FILE *file = fopen(WORDS, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(words.data, 1, words.len, file), words.len);
	assert_int_equal(fclose(file), 0);
}

/* After all others. REWRITE=1 writes the file again. */
TEST(the_file_of_words_has_every_sentence)
{
	struct buf expected = BUF_INIT;
	struct error err = ERROR_INIT;

	if (getenv("REWRITE"))
		write_words();
	assert_int_equal(file_read(WORDS, 1 << 20, &expected, &err), 0);
	assert_string_equal(words.data, expected.data);
	buf_release(&expected);
	buf_release(&words);
}
