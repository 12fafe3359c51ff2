/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How counts are judged, and in which words. */
#include "support/test.h"

#include "base/array.h"
#include "base/str.h"
#include "gate/counts.h"
#include "model/counted.h"
#include "report/describe.h"
#include "report/formats.h"
#include "report/tally.h"
#include "report/verdict_json.h"
#include "support/draw.h"
#include "support/in_turn_cases.h"

#define NR(table) (sizeof(table) / sizeof *(table))

static void set_counts(struct result *result, const char *metric, double one, double other)
{
	struct metric_kind kind = { metric, "", false };

	if (counted_find(metric))
		kind = counted_find(metric)->kind;
	metrics_add(&result->counts, &kind, one);
	metrics_add(&result->counts, &kind, other);
}

/* A benchmark whose time did not change. */
static void open_counted(struct hearing *hearing)
{
	open_hearing(hearing);
	add_changed(hearing, "sort", 1);
	hearing->base.counting.is_wanted = hearing->head.counting.is_wanted = true;
}

static void count_both(struct hearing *hearing, const char *metric, const double values[4])
{
	set_counts(run_find(&hearing->base, "sort"), metric, values[0], values[1]);
	set_counts(run_find(&hearing->head, "sort"), metric, values[2], values[3]);
}

static const struct comparison *count_of(const struct hearing *hearing)
{
	return &hearing->verdict.items[1];
}

static void check_reason(const struct hearing *hearing, size_t at, const char *part)
{
	struct buf text = BUF_INIT;

	describe_reason(&hearing->verdict, &hearing->verdict.items[at], &text);
	if (!strstr(text.data, part))
		fail_msg("\"%s\" is not in: %s", part, text.data);
	buf_release(&text);
}

/* The critical tier tolerates 2 %. */
static const struct {
	const char *metric;
	double values[4]; /* base, base, head, head */
	enum verdict_word word;
	enum action action;
	const char *said;
} cases[] = {
	{ "allocations", { 10, 10, 10, 10 }, VERDICT_PASS, ACTION_PASS, "exactly 10, as before" },
	{ "allocations", { 100, 100, 102, 102 }, VERDICT_PASS, ACTION_PASS, "within the 2 %" },
	{ "allocations", { 100, 100, 103, 103 }, VERDICT_WARNING, ACTION_WARN,
		"100 -> 103, exactly +3.0 %: exceeds the 2 % threshold of critical; it fails above 50 %" },
	{ "allocations", { 100, 100, 150, 150 }, VERDICT_WARNING, ACTION_WARN, "" },
	{ "allocations", { 100, 100, 160, 160 }, VERDICT_REGRESSION, ACTION_FAIL,
		"exactly +60.0 %: exceeds the 2 % threshold of critical" },
	{ "allocations", { 100, 100, 75, 75 }, VERDICT_IMPROVEMENT, ACTION_PASS, "" },
	{ "allocated", { 4096, 4096, 8192, 8192 }, VERDICT_REGRESSION, ACTION_FAIL,
		"4096 B -> 8192 B, exactly +100 %" },
	{ "heap_growth", { 0, 0, 64, 64 }, VERDICT_REGRESSION, ACTION_FAIL,
		"0 B -> 64 B: exceeds the 2 % threshold of critical; an iteration does not give this memory back: it leaks or grows" },
	{ "instructions", { 1e6, 1e6, 1.004e6, 1.004e6 }, VERDICT_PASS, ACTION_PASS, "" },
	{ "instructions", { 1e6, 1e6, 1.01e6, 1.01e6 }, VERDICT_WARNING, ACTION_WARN,
		"exactly +1.0 %: exceeds the 0.5 % threshold of the policy; more instructions are not always slower" },
	{ "instructions", { 1e6, 1e6, 9e6, 9e6 }, VERDICT_WARNING, ACTION_WARN, "" },
	{ "instructions", { 1e6, 1e6, 5e5, 5e5 }, VERDICT_PASS, ACTION_PASS, "within" },
	/* By their spread */
	{ "instructions", { 1e6, 1.00001e6, 1.01e6, 1.01001e6 }, VERDICT_WARNING, ACTION_WARN,
		"+1.0 % (95 %: " },
	{ "instructions", { 1e6, 1.00001e6, 1e6, 1.00001e6 }, VERDICT_PASS, ACTION_PASS, "" },
	{ "instructions", { 1e6, 1.05e6, 1.01e6, 1.02e6 }, VERDICT_UNGATED, ACTION_PASS,
		"not judged, for it does not do the same work each time (5 % apart)" },
	{ "instructions", { 1e6, 1.004e6, 1.004e6, 1e6 }, VERDICT_UNGATED, ACTION_PASS,
		"not judged, for counts that are 0.4 % apart are too few to tell" },
	{ "allocated", { 1000, 1010, 10000, 10100 }, VERDICT_REGRESSION, ACTION_FAIL,
		"; it does not do the same work each time (1 % apart)" },
	/* Shown, not judged */
	{ "code_size", { 1000, 1000, 2000, 2000 }, VERDICT_UNGATED, ACTION_PASS,
		"+100 %; shown, not judged" },
};

TEST(counts_are_judged_exactly_or_by_their_spread)
{
	for (size_t i = 0; i < NR(cases); i++) {
		struct hearing hearing;

		open_counted(&hearing);
		count_both(&hearing, cases[i].metric, cases[i].values);
		hear(&hearing);
		assert_int_equal(hearing.verdict.nr, 2);
		if (count_of(&hearing)->word != cases[i].word)
			fail_msg("case %zu is %s", i, verdict_words[count_of(&hearing)->word]);
		assert_int_equal(
			verdict_action(&hearing.verdict, count_of(&hearing)), cases[i].action);
		check_reason(&hearing, 1, cases[i].said);
		/* The family is that of the times. */
		assert_int_equal(hearing.verdict.family, 1);
		close_hearing(&hearing);
	}
}

static void add_row(struct policy *policy, struct override row)
{
	row.benchmark = str_dup("*");
	row.metric = row.metric ? str_dup(row.metric) : NULL;
	*ARRAY_ADD(&policy->overrides) = row;
}

TEST(the_policy_says_what_warns_and_what_fails)
{
	const struct {
		const char *metric;
		double change; /* of 1000 */
		struct override row;
		enum choice gates_work;
		enum action action;
	} rules[] = {
		{ "instructions", 20, { .benchmark = NULL }, CHOICE_YES, ACTION_FAIL },
		{ "instructions", 20, { .gates_work = CHOICE_YES }, CHOICE_UNSAID, ACTION_FAIL },
		{ "instructions", 20, { .gates_work = CHOICE_NO }, CHOICE_YES, ACTION_WARN },
		{ "instructions", 20, { .work_ratio = 0.03 }, CHOICE_YES, ACTION_PASS },
		{ "allocated", 20, { .memory_ratio = 0.01 }, CHOICE_UNSAID, ACTION_WARN },
		{ "allocated", 20, { .threshold_ratio = 0.01 }, CHOICE_UNSAID, ACTION_WARN },
		{ "allocated", 20, { .metric = (char[]){ "alloc*" }, .threshold_ratio = 0.01 },
			CHOICE_UNSAID, ACTION_FAIL },
		{ "allocated", 600, { .metric = (char[]){ "alloc*" }, .threshold_ratio = 0.7 },
			CHOICE_UNSAID, ACTION_WARN },
		{ "allocated", 600, { .warns = CHOICE_YES }, CHOICE_UNSAID, ACTION_WARN },
		{ "allocated", 600, { .metric = (char[]){ "allocated" }, .gated = CHOICE_NO },
			CHOICE_UNSAID, ACTION_PASS },
		{ "code_size", 600, { .metric = (char[]){ "*_size" }, .gated = CHOICE_YES },
			CHOICE_UNSAID, ACTION_FAIL },
	};

	for (size_t i = 0; i < NR(rules); i++) {
		struct hearing hearing;
		double more = 1000 + rules[i].change;

		open_counted(&hearing);
		count_both(&hearing, rules[i].metric, (double[]){ 1000, 1000, more, more });
		hearing.policy.gates_work = rules[i].gates_work;
		add_row(&hearing.policy, rules[i].row);
		hear(&hearing);
		if (verdict_action(&hearing.verdict, count_of(&hearing)) != rules[i].action)
			fail_msg("rule %zu: %s", i, verdict_words[count_of(&hearing)->word]);
		close_hearing(&hearing);
	}
}

/* Two values that are 1 % apart leave a change of over 10 % open. */
TEST(a_count_that_varies_passes_where_its_target_is_ruled_out)
{
	const struct {
		const char *metric;
		struct override row;
		double said; /* by --target, which goes before a row; 0: not said */
		enum verdict_word word;
	} rules[] = {
		{ "allocations", { .benchmark = NULL }, 0, VERDICT_UNGATED },
		{ "allocations", { .target_ratio = 0.9 }, 0, VERDICT_PASS },
		{ "allocations", { .benchmark = NULL }, 0.9, VERDICT_PASS },
		{ "allocations", { .target_ratio = 0.9 }, 0.03, VERDICT_UNGATED },
		{ "instructions", { .target_ratio = 0.9 }, 0.9, VERDICT_UNGATED },
		{ "instructions", { .metric = (char[]){ "instructions" }, .target_ratio = 0.9 }, 0,
			VERDICT_PASS },
	};

	for (size_t i = 0; i < NR(rules); i++) {
		struct hearing hearing;

		open_counted(&hearing);
		count_both(&hearing, rules[i].metric, (double[]){ 1000, 1010, 1000, 1010 });
		if (rules[i].said > 0)
			hearing.policy.target_ratio = rules[i].said;
		add_row(&hearing.policy, rules[i].row);
		hear(&hearing);
		if (count_of(&hearing)->word != rules[i].word)
			fail_msg("rule %zu: %s", i, verdict_words[count_of(&hearing)->word]);
		close_hearing(&hearing);
	}
}

TEST(what_is_new_gone_or_not_comparable_has_its_word)
{
	struct hearing hearing;

	open_counted(&hearing);
	set_counts(run_find(&hearing.head, "sort"), "allocations", 3, 3);
	hear(&hearing);
	assert_int_equal(count_of(&hearing)->word, VERDICT_NEW);
	/* A base of before counts were taken says nothing of them. */
	hearing.base.counting.is_wanted = false;
	hear(&hearing);
	assert_int_equal(count_of(&hearing)->word, VERDICT_UNGATED);
	set_counts(run_find(&hearing.base, "sort"), "allocated", 3, 3);
	hearing.base.counting.is_wanted = true;
	hear(&hearing);
	assert_int_equal(hearing.verdict.nr, 3);
	assert_int_equal(hearing.verdict.items[2].word, VERDICT_MISSING);
	/* What could not be taken here is not missing. */
	counting_add_untaken(
		&hearing.head.counting, "allocated, peak_heap", NULL, "it is a static program");
	hear(&hearing);
	assert_int_equal(hearing.verdict.nr, 2);
	hearing.trial.counts_mismatch = "C library: glibc 2.36, here glibc 2.31";
	hear(&hearing);
	assert_int_equal(hearing.verdict.items[2].word, VERDICT_REFUSED);
	assert_int_equal(verdict_action(&hearing.verdict, &hearing.verdict.items[2]), ACTION_WARN);
	check_reason(&hearing, 2,
		"the base's counts are not comparable: C library: glibc 2.36, here glibc 2.31");
	assert_int_equal(hearing.verdict.items[0].word, VERDICT_PASS);
	close_hearing(&hearing);
}

/* A base of another machine: its times are refused, its counts decide. */
TEST(counts_are_decided_where_times_are_refused)
{
	struct hearing hearing;

	open_counted(&hearing);
	count_both(&hearing, "allocations", (double[]){ 10, 10, 20, 20 });
	hearing.trial.mismatch = "processor: A, here B";
	hear(&hearing);
	assert_int_equal(hearing.verdict.items[0].word, VERDICT_REFUSED);
	assert_int_equal(count_of(&hearing)->word, VERDICT_REGRESSION);
	hearing.trial.mismatch = NULL;
	hearing.trial.counts_base = &hearing.base;
	hearing.trial.base = NULL;
	hear(&hearing);
	assert_int_equal(hearing.verdict.items[0].word, VERDICT_NEW);
	assert_int_equal(count_of(&hearing)->word, VERDICT_REGRESSION);
	close_hearing(&hearing);
}

TEST(a_budget_of_a_count_holds_for_each_value)
{
	static const struct {
		double one, other;
		enum verdict_word word;
	} values[] = {
		{ 10, 10, VERDICT_PASS },
		{ 11, 11, VERDICT_REGRESSION },
		{ 10, 11, VERDICT_INCONCLUSIVE },
	};

	for (size_t i = 0; i < NR(values); i++) {
		struct hearing hearing;

		open_counted(&hearing);
		set_counts(run_find(&hearing.head, "sort"), "allocations", values[i].one,
			values[i].other);
		add_limit(&hearing, "allocations", 10, NULL);
		hear(&hearing);
		assert_int_equal(hearing.verdict.nr, 3);
		assert_true(hearing.verdict.items[2].is_limit);
		assert_int_equal(hearing.verdict.items[2].word, values[i].word);
		close_hearing(&hearing);
	}
}

/* Whole pages are counted, and the C library takes 132 KiB at a time. */
TEST(the_resident_set_may_differ_by_a_page_and_an_arena)
{
	static const struct {
		double base, more;
		enum verdict_word word;
		enum action action;
	} values[] = {
		{ 1e6, 130000, VERDICT_PASS, ACTION_PASS },
		{ 1e6, 200000, VERDICT_WARNING, ACTION_WARN },
		{ 1e6, 700000, VERDICT_REGRESSION, ACTION_FAIL },
		{ 1e5, 130000, VERDICT_PASS, ACTION_PASS },
		{ 1e8, 1e6, VERDICT_PASS, ACTION_PASS },
		{ 1e8, 5e6, VERDICT_WARNING, ACTION_WARN },
	};
	static const struct metric_kind rss = { "peak_memory", "B", false };

	for (size_t i = 0; i < NR(values); i++) {
		struct hearing hearing;

		open_counted(&hearing);
		for (size_t k = 0; k < 10; k++) {
			case_value(run_find(&hearing.base, "sort"), &rss,
				values[i].base + 10 * case_spread(k));
			case_value(run_find(&hearing.head, "sort"), &rss,
				values[i].base + values[i].more + 10 * case_spread(k));
		}
		hear(&hearing);
		assert_int_equal(hearing.verdict.nr, 2);
		if (count_of(&hearing)->word != values[i].word &&
			!(values[i].word == VERDICT_PASS &&
				count_of(&hearing)->word == VERDICT_UNGATED))
			fail_msg("case %zu is %s", i, verdict_words[count_of(&hearing)->word]);
		assert_int_equal(
			verdict_action(&hearing.verdict, count_of(&hearing)), values[i].action);
		close_hearing(&hearing);
	}
}

TEST(a_time_that_is_undecided_has_its_work_beside_it)
{
	static const struct {
		double head;
		const char *said;
	} works[] = {
		{ 1000, "; its work is unchanged (instructions +0.0 %)" },
		{ 1003, "; its work is unchanged (instructions +0.3 %)" },
		{ 1050, "; it executes +5.0 % instructions" },
	};

	for (size_t i = 0; i < NR(works); i++) {
		struct hearing hearing;

		open_hearing(&hearing);
		case_base(&hearing.base, "sort", 5, 0.2, 0.2);
		case_head(&hearing.head, "sort", 10, 1, 0.2);
		count_both(&hearing, "instructions",
			(double[]){ 1000, 1000, works[i].head, works[i].head });
		assert_int_equal(hear(&hearing)->word, VERDICT_INCONCLUSIVE);
		check_reason(&hearing, 0, works[i].said);
		run_find(&hearing.head, "sort")->code = CODE_SAME;
		hear(&hearing);
		if (works[i].head == 1000)
			check_reason(&hearing, 0,
				"; its work, its code and its libraries are unchanged");
		close_hearing(&hearing);
	}
}

TEST(a_time_that_passed_in_turn_outranks_more_instructions)
{
	struct hearing hearing;

	open_in_turn(&hearing, 10);
	add_in_turn(&hearing, "sort", (struct summary){ .nr = 10, .mean = 1, .sd = 0.001 });
	count_both(&hearing, "instructions", (double[]){ 1000, 1000, 1050, 1050 });
	assert_int_equal(hear(&hearing)->word, VERDICT_PASS);
	assert_int_equal(count_of(&hearing)->word, VERDICT_PASS);
	check_reason(&hearing, 1, "exactly +5.0 %, not slower: its time passed in turn");
	/* A policy that gates work means it. */
	hearing.policy.gates_work = CHOICE_YES;
	hear(&hearing);
	assert_int_equal(count_of(&hearing)->word, VERDICT_REGRESSION);
	assert_int_equal(verdict_action(&hearing.verdict, count_of(&hearing)), ACTION_FAIL);
	close_hearing(&hearing);
}

TEST(a_count_that_the_policy_requires_and_cannot_be_taken_is_not_measured)
{
	static const struct {
		const char *limit, *untaken;
		enum choice gates_work, warns;
		bool is_lacking;
	} required[] = {
		{ NULL, "instructions", CHOICE_UNSAID, CHOICE_UNSAID, false },
		{ NULL, "instructions", CHOICE_YES, CHOICE_UNSAID, true },
		{ NULL, "instructions", CHOICE_YES, CHOICE_YES, false },
		{ "instructions", "instructions", CHOICE_UNSAID, CHOICE_UNSAID, true },
		{ "instructions", "allocations", CHOICE_UNSAID, CHOICE_UNSAID, false },
		{ "allocated", "allocations, allocated", CHOICE_UNSAID, CHOICE_UNSAID, true },
	};

	for (size_t i = 0; i < NR(required); i++) {
		struct hearing hearing;

		open_counted(&hearing);
		counting_add_untaken(
			&hearing.head.counting, required[i].untaken, NULL, "no valgrind");
		if (required[i].limit)
			add_limit(&hearing, required[i].limit, 10, NULL);
		add_row(&hearing.policy,
			(struct override){
				.gates_work = required[i].gates_work, .warns = required[i].warns });
		hear(&hearing);
		assert_int_equal(hearing.verdict.nr, required[i].is_lacking ? 2 : 1);
		if (required[i].is_lacking) {
			assert_int_equal(count_of(&hearing)->word, VERDICT_NOT_MEASURED);
			check_reason(
				&hearing, 1, "the policy requires what could not be counted: ");
			check_reason(&hearing, 1, " (no valgrind)");
			assert_int_equal(tally_of(&hearing.verdict).words[VERDICT_NOT_MEASURED], 1);
		}
		close_hearing(&hearing);
	}
}

/* A slowdown is one word, and counts are details of their benchmark. */
TEST(a_time_that_regressed_says_what_its_instructions_did)
{
	struct hearing hearing;
	struct tally tally;

	open_in_turn(&hearing, 10);
	add_in_turn(&hearing, "sort", (struct summary){ .nr = 10, .mean = 1.2, .sd = 0.001 });
	count_both(&hearing, "instructions", (double[]){ 1000, 1000, 1190, 1190 });
	count_both(&hearing, "allocated", (double[]){ 1000, 1000, 1600, 1600 });
	assert_int_equal(hear(&hearing)->word, VERDICT_REGRESSION);
	check_reason(&hearing, 0, "; it executes +19.0 % instructions");
	assert_int_equal(count_of(&hearing)->word, VERDICT_UNGATED);
	check_reason(&hearing, 1, "exactly +19.0 %; its time, which regressed, says so");
	assert_int_equal(hearing.verdict.items[2].word, VERDICT_REGRESSION);
	tally = tally_of(&hearing.verdict);
	assert_int_equal(tally.words[VERDICT_REGRESSION], 1);
	assert_ptr_equal(tally.worst, &hearing.verdict.items[0]);
	close_hearing(&hearing);
}

static void check_sum(const struct hearing *hearing, const char *start)
{
	struct tally tally = tally_of(&hearing->verdict);
	struct buf text = BUF_INIT;

	tally_add_counts(&hearing->verdict, &tally, &text);
	if (strncmp(text.data, start, strlen(start)) != 0)
		fail_msg("\"%s\" does not begin so: %s", start, text.data);
	buf_release(&text);
}

TEST(a_sum_has_of_counts_what_says_more_than_their_time)
{
	struct hearing hearing;

	open_counted(&hearing);
	count_both(&hearing, "instructions", (double[]){ 1000, 1000, 1000, 1000 });
	count_both(&hearing, "allocations", (double[]){ 10, 10, 10, 10 });
	hear(&hearing);
	check_sum(&hearing, "1 compared, 1 pass; ");
	close_hearing(&hearing);
	open_counted(&hearing);
	count_both(&hearing, "instructions", (double[]){ 1000, 1000, 1100, 1100 });
	count_both(&hearing, "allocations", (double[]){ 10, 10, 11, 11 });
	hear(&hearing);
	assert_int_equal(hearing.verdict.word, VERDICT_WARNING);
	check_sum(&hearing, "2 compared, 1 pass, 1 warned; ");
	/* Counts alone are what was compared. */
	hearing.trial.counts_base = &hearing.base;
	hearing.trial.base = NULL;
	hear(&hearing);
	check_sum(&hearing, "1 compared, 1 warned");
	close_hearing(&hearing);
	open_counted(&hearing);
	counting_add_untaken(&hearing.head.counting, "instructions", NULL, "no valgrind");
	add_limit(&hearing, "instructions", 10, NULL);
	hearing.trial.base = NULL;
	hear(&hearing);
	check_sum(&hearing, "1 measured, 1 without a count that the policy requires in ");
	close_hearing(&hearing);
}

static void add_function(struct result *result, const char *name, double instructions)
{
	*ARRAY_ADD(&result->profile) =
		(struct profile_row){ .function = str_dup(name), .instructions = instructions };
}

TEST(every_report_says_where_the_instructions_went)
{
	static const struct {
		void (*print)(const struct verdict *verdict, struct buf *out);
		const char *said;
	} reports[] = {
		{ text_plain,
			"instructions of sort: swap<T> +412 instructions an iteration (+412 %), new: memcpy +96, gone: old -50\n" },
		{ markdown_report,
			"\n| sort | swap&lt;T&gt; | 100 | 512 | +412 (+412 %) |\n"
			"| sort | memcpy | - | 96 | +96 (new) |\n"
			"| sort | old | 50 | - | -50 (gone) |\n" },
		{ html_report,
			"<tr><th scope=\"row\">sort</th><td>swap&lt;T&gt;</td><td>100</td><td>512</td><td>+412 (+412 %)</td></tr>\n" },
		{ verdict_json, "\"function\": \"swap<T>\"" },
	};
	struct hearing hearing;
	struct result *base, *head;

	open_counted(&hearing);
	count_both(&hearing, "instructions", (double[]){ 1000, 1000, 1458, 1458 });
	base = run_find(&hearing.base, "sort");
	head = run_find(&hearing.head, "sort");
	add_function(base, "swap<T>", 100);
	add_function(base, "old", 50);
	add_function(head, "swap<T>", 512);
	add_function(head, "memcpy", 96);
	hear(&hearing);
	for (size_t i = 0; i < NR(reports); i++) {
		struct buf text = BUF_INIT;

		reports[i].print(&hearing.verdict, &text);
		if (!strstr(text.data, reports[i].said))
			fail_msg("report %zu lacks %s: %s", i, reports[i].said, text.data);
		buf_release(&text);
	}
	close_hearing(&hearing);
}

/* Counts with a spread, of benchmarks that did not change, twice a side. */
TEST(counts_that_vary_alarm_at_most_as_often_as_alpha_says)
{
	enum { RUNS = 20000 };
	int alarms = 0, found = 0;

	seeded = random_seed(5);
	for (int i = 0; i < RUNS; i++) {
		for (int changed = 0; changed < 2; changed++) {
			struct hearing hearing;
			double values[4];

			for (size_t k = 0; k < 4; k++)
				values[k] = 1e6 *
					exp(0.0003 * normal() + (k > 1 && changed ? 0.02 : 0.0));
			open_counted(&hearing);
			count_both(&hearing, "instructions", values);
			hear(&hearing);
			*(changed ? &found : &alarms) +=
				count_of(&hearing)->word == VERDICT_WARNING;
			close_hearing(&hearing);
		}
	}
	assert_rate(alarms, RUNS, 0, 0.01);
	assert_rate(found, RUNS, 0.9, 1);
}
