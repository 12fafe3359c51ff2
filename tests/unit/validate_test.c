/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/str.h"
#include "gate/validate.h"
#include "model/counted.h"
#include "report/validate_text.h"

#include <math.h>
#include <string.h>

/* A run of benchmarks a, b, ... whose processes all take as long; 0 is one that failed. */
static void make_run(struct run *run, const double *levels_ns, size_t nr)
{
	*run = (struct run)RUN_INIT;
	for (size_t i = 0; i < nr; i++) {
		char name[] = { (char)('a' + (int)i), '\0' };
		struct bench bench = { .name = name, .tier = (char[]){ "critical" } };
		struct result *result = run_add(run, &bench);
		struct fault fault = { RESULT_CRASHED, "SIGSEGV" };

		for (int process = 0; process < 3 && levels_ns[i] > 0; process++)
			metrics_add(&result->metrics, &metric_time, levels_ns[i]);
		if (!(levels_ns[i] > 0))
			result_fault(result, &fault);
	}
}

#define MAX_RUNS 4
#define MAX_BENCHES 3

/* Runs, one after the other, and what came of them. */
struct subject {
	struct policy policy;
	struct run runs[MAX_RUNS], other;
	size_t nr;
	struct validate validate;
};

static void subject_init(struct subject *subject)
{
	*subject = (struct subject){ .nr = 0 };
	policy_init(&subject->policy);
	subject->other = (struct run)RUN_INIT;
	subject->validate = (struct validate){
		.spread_limit_ratio = NAN, .policy = &subject->policy, .factor = 2
	};
}

static void take_run(struct subject *subject, const double *levels_ns, size_t nr)
{
	struct run *run = &subject->runs[subject->nr++];

	make_run(run, levels_ns, nr);
	subject->validate.nr_planned++;
	validate_add_run(&subject->validate, run);
}

static void subject_release(struct subject *subject)
{
	validate_release(&subject->validate);
	for (size_t i = 0; i < subject->nr; i++)
		run_release(&subject->runs[i]);
	run_release(&subject->other);
	policy_release(&subject->policy);
}

static void expect_window(struct policy *policy, double low_ns, double high_ns)
{
	*ARRAY_ADD(&policy->windows) = (struct window){ .benchmark = str_dup("a"),
		.low_ns = low_ns,
		.high_ns = high_ns,
		.text = str_dup("w") };
}

/* What two runs of one benchmark come to. */
static struct validate_bench judge_two(struct subject *subject, double one_ns, double other_ns)
{
	take_run(subject, &one_ns, 1);
	take_run(subject, &other_ns, 1);
	validate_judge(&subject->validate);
	return subject->validate.items[0];
}

TEST(runs_may_differ_by_the_target_of_the_benchmark)
{
	static const struct {
		double spread_limit_ratio, slower_ns;
		enum validate_word word;
	} cases[] = {
		/* critical tolerates 2 %, and 4 % must not pass unseen */
		{ NAN, 1000, VALIDATE_HOLDS },
		{ NAN, 1039, VALIDATE_HOLDS },
		{ NAN, 1041, VALIDATE_FAILS },
		{ 0.1, 1099, VALIDATE_HOLDS },
		{ 0.1, 1101, VALIDATE_FAILS },
		{ 0.001, 1002, VALIDATE_FAILS },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (int first = 0; first < 2; first++) {
			double one_ns = first ? 1000 : cases[i].slower_ns;
			struct subject subject;
			struct validate_bench bench;

			subject_init(&subject);
			subject.validate.spread_limit_ratio = cases[i].spread_limit_ratio;
			bench = judge_two(&subject, one_ns, 1000 + cases[i].slower_ns - one_ns);
			assert_int_equal(bench.reproducible, cases[i].word);
			assert_int_equal(
				validate_is_valid(&bench), cases[i].word == VALIDATE_HOLDS);
			assert_true(
				fabs(bench.spread_ratio - (cases[i].slower_ns / 1000 - 1)) < 1e-9);
			subject_release(&subject);
		}
	}
}

TEST(each_run_is_in_the_window)
{
	static const struct {
		double low_ns, high_ns;
		enum validate_word word;
	} cases[] = {
		{ 999.9, 1010.1, VALIDATE_HOLDS },
		{ 1, 1e9, VALIDATE_HOLDS },
		{ 1001, 1010, VALIDATE_FAILS },
		{ 1000, 1009, VALIDATE_FAILS },
		{ 2000, 3000, VALIDATE_FAILS },
		{ 0, 999, VALIDATE_FAILS },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct subject subject;
		struct validate_bench bench;

		subject_init(&subject);
		expect_window(&subject.policy, cases[i].low_ns, cases[i].high_ns);
		bench = judge_two(&subject, 1000, 1010);
		assert_int_equal(bench.reproducible, VALIDATE_HOLDS);
		assert_int_equal(bench.expected, cases[i].word);
		assert_int_equal(validate_is_valid(&bench), cases[i].word == VALIDATE_HOLDS);
		subject_release(&subject);
	}
}

TEST(another_machine_may_be_so_many_times_as_slow_or_as_fast)
{
	static const struct {
		double other_ns, factor, times;
		enum validate_word word;
	} cases[] = {
		{ 1000, 2, 1, VALIDATE_HOLDS },
		{ 1990, 2, 1.99, VALIDATE_HOLDS },
		{ 2010, 2, 2.01, VALIDATE_FAILS },
		{ 505, 2, 1000. / 505, VALIDATE_HOLDS },
		{ 495, 2, 1000. / 495, VALIDATE_FAILS },
		{ 1010, 1, 1.01, VALIDATE_FAILS },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct subject subject;
		struct validate_bench bench;

		subject_init(&subject);
		make_run(&subject.other, &cases[i].other_ns, 1);
		subject.validate.other = &subject.other;
		subject.validate.factor = cases[i].factor;
		bench = judge_two(&subject, 1000, 1000);
		assert_int_equal(bench.agrees, cases[i].word);
		assert_true(fabs(bench.times - cases[i].times) < 1e-9);
		assert_int_equal(validate_is_valid(&bench), cases[i].word == VALIDATE_HOLDS);
		subject_release(&subject);
	}
}

TEST(what_is_not_asked_is_not_judged)
{
	const double other_ns[] = { 1000 }, levels_ns[] = { 1000, 5000 };
	struct subject subject;

	subject_init(&subject);
	make_run(&subject.other, other_ns, 1);
	subject.validate.other = &subject.other;
	expect_window(&subject.policy, 999, 1001);
	take_run(&subject, levels_ns, 2);
	take_run(&subject, levels_ns, 2);
	validate_judge(&subject.validate);
	assert_int_equal(subject.validate.items[0].agrees, VALIDATE_HOLDS);
	assert_int_equal(subject.validate.items[0].expected, VALIDATE_HOLDS);
	assert_int_equal(subject.validate.items[1].agrees, VALIDATE_NOT_ASKED);
	assert_int_equal(subject.validate.items[1].expected, VALIDATE_NOT_ASKED);
	assert_true(validate_is_valid(&subject.validate.items[1]));
	subject_release(&subject);
}

/* A failure in any run is no measurement of the benchmark, whatever the other runs say. */
TEST(what_failed_in_a_run_is_not_judged)
{
	static const double runs_ns[MAX_RUNS][MAX_BENCHES] = { { 1000, 1000, 0 }, { 1000, 0, 0 },
		{ 1000, 1000, 0 }, { 1000, 1000, 0 } };
	struct subject subject;
	const struct validate *validate = &subject.validate;

	subject_init(&subject);
	for (size_t i = 0; i < MAX_RUNS; i++)
		take_run(&subject, runs_ns[i], MAX_BENCHES);
	validate_judge(&subject.validate);
	assert_int_equal(validate->nr, MAX_BENCHES);
	assert_true(validate_is_measured(validate, &validate->items[0]));
	assert_null(validate->items[0].reason);
	for (size_t i = 1; i < MAX_BENCHES; i++) {
		assert_false(validate_is_measured(validate, &validate->items[i]));
		assert_int_equal(validate->items[i].reproducible, VALIDATE_NOT_ASKED);
		assert_int_equal(validate->items[i].word, RESULT_CRASHED);
		assert_string_equal(validate->items[i].reason, "SIGSEGV");
	}
	assert_true(isnan(validate->items[2].level_ns));
	subject_release(&subject);
}

TEST(who_was_interrupted_has_not_measured)
{
	const double level_ns = 1000;
	struct subject subject;

	subject_init(&subject);
	take_run(&subject, &level_ns, 1);
	take_run(&subject, &level_ns, 1);
	subject.validate.nr_planned = 3;
	validate_judge(&subject.validate);
	assert_false(validate_is_measured(&subject.validate, &subject.validate.items[0]));
	assert_int_equal(subject.validate.items[0].reproducible, VALIDATE_NOT_ASKED);
	assert_null(subject.validate.items[0].reason);
	subject_release(&subject);
}

TEST(without_a_run_nothing_is_measured)
{
	struct subject subject;

	subject_init(&subject);
	subject.validate.nr_planned = 3;
	validate_judge(&subject.validate);
	assert_int_equal(subject.validate.nr, 0);
	subject_release(&subject);
}

TEST(what_does_not_do_the_same_work_each_time_is_not_valid)
{
	static const struct {
		const char *metric;
		double counts[2];
		enum validate_word word;
		const char *line;
	} cases[] = {
		{ "instructions", { 1000, 1000 }, VALIDATE_HOLDS, "the same" },
		{ "instructions", { 1000, 1004 }, VALIDATE_HOLDS, "0.4 % apart" },
		{ "instructions", { 10016, 10932 }, VALIDATE_FAILS,
			"not the same work each time: a: its instructions an iteration are 10016 and 10932, 9.1 % apart\n" },
		{ "allocations", { 0, 1 }, VALIDATE_FAILS, "zero and more" },
		/* The kernel's are not the benchmark's doing. */
		{ "page_faults", { 0, 1 }, VALIDATE_NOT_ASKED, "" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct metric_kind *kind = &counted_find(cases[i].metric)->kind;
		struct buf text = BUF_INIT;
		struct subject subject;
		struct validate_bench bench;

		subject_init(&subject);
		judge_two(&subject, 1000, 1000);
		for (size_t k = 0; k < 2; k++)
			metrics_add(
				&run_find(&subject.runs[0], "a")->counts, kind, cases[i].counts[k]);
		validate_add_counts(&subject.validate, &subject.runs[0]);
		bench = subject.validate.items[0];
		assert_int_equal(bench.same_work, cases[i].word);
		assert_int_equal(validate_is_valid(&bench), cases[i].word != VALIDATE_FAILS);
		validate_text(&subject.validate, NULL, 100, &text);
		if (!strstr(text.data, cases[i].line))
			fail_msg("%s is not in: %s", cases[i].line, text.data);
		buf_release(&text);
		subject_release(&subject);
	}
}
