/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "gate/trial.h"
#include "report/text.h"
#include "support/judged.h"

#define NR(table) (sizeof(table) / sizeof *(table))
#define RED "\033[31;1m"
#define GREEN "\033[32m"
#define PLAIN "\033[0m"

static void add_fault(struct run *run, const char *name, enum result_word word, const char *reason)
{
	struct fault fault = FAULT_INIT;

	fault_set(&fault, word, "%s", reason);
	result_fault(judged_result(run, name), &fault);
}

/* Newly allocated. */
static char *report_trial(const struct trial *trial, struct text_style style)
{
	struct verdict verdict = trial_judge(trial);
	struct buf out = BUF_INIT;

	text_report(&verdict, style, &out);
	verdict_release(&verdict);
	return buf_detach(&out);
}

static char *report_judged(const struct judged *judged)
{
	return report_trial(&judged->trial, (struct text_style){ .width = 100 });
}

static size_t count_lines(const char *text)
{
	size_t nr = 0;

	for (; *text; text++)
		nr += *text == '\n';
	return nr;
}

static bool starts(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static const char *last_line(const char *text)
{
	const char *last = text;

	for (const char *at = strchr(text, '\n'); at && at[1]; at = strchr(at + 1, '\n'))
		last = at + 1;
	return last;
}

TEST(when_all_is_well_there_are_three_lines)
{
	struct judged judged;
	char *text;

	judged_init(&judged);
	judged_pair(&judged, "sort/1000", 0.002);
	judged_pair(&judged, "hash", -0.001);
	text = report_judged(&judged);
	assert_true(starts(
		text, "decided: 2 of 2 benchmarks (100 %)\nworst: sort/1000 +0.2 % (95 %: -"));
	assert_true(
		starts(last_line(text), "PASS: 2 compared, 2 pass; smallest detectable change: "));
	assert_int_equal(count_lines(text), 3);
	free(text);
	judged_release(&judged);
}

TEST(what_became_better_has_a_table)
{
	struct judged judged;
	char *text;

	judged_init(&judged);
	judged_pair(&judged, "sort/1000", 0.002);
	judged_pair(&judged, "parse", -0.05);
	judged_pair(&judged, "hash", -0.001);
	text = report_judged(&judged);
	assert_true(starts(text, "benchmark     base     head  change "));
	assert_non_null(strstr(text, "  better  |  worse  "));
	assert_non_null(strstr(text, "\nsort/1000  1.00 us  1.00 us  +0.2 %  "));
	assert_non_null(strstr(text, "\nparse      1.00 us   950 ns  -5.0 %  "));
	assert_non_null(strstr(text, " %  IMPROVEMENT\n"));
	assert_true(starts(last_line(text),
		"PASS: 3 compared, 3 pass (1 better); smallest detectable change: "));
	assert_non_null(strstr(text, " % (90 % power); 12 s\n"));
	assert_int_equal(count_lines(text), 7);
	free(text);
	judged_release(&judged);
}

TEST(what_hardly_anything_could_have_shown_has_no_large_number)
{
	struct judged judged;
	char *text;

	judged_init(&judged);
	judged_base(&judged.base, "noisy", 5, 6);
	judged_values(judged_result(&judged.head, "noisy"), &time_kind, 1000, 0.01, 10);
	text = report_judged(&judged);
	assert_non_null(strstr(text, "; smallest detectable change: over 300 % (90 % power);"));
	free(text);
	judged_release(&judged);
}

/* That each of these, which end with NULL, is somewhere behind the one before it. */
static void check_order(const char *text, const char *const *parts)
{
	const char *at = text;

	for (; at && *parts; parts++) {
		at = strstr(at, *parts);
		if (!at)
			fail_msg("\"%s\" is not in its place in:\n%s", *parts, text);
	}
}

#define CHECK_ORDER(text, ...) check_order(text, (const char *const[]){ __VA_ARGS__, NULL })

TEST(a_benchmark_whose_first_row_is_no_time_is_named_in_it)
{
	static const struct metric_kind rate = { "rate", "/s", true };
	struct judged judged;
	struct result *result;
	char *text;

	judged_init(&judged);
	judged_pair(&judged, "parse", 0);
	judged_values(judged_result(&judged.head, "parse"), &allocs_kind, 5, 0, 1);
	result = judged_result(&judged.head, "serve");
	judged_values(result, &rate, 7, 0, 1);
	judged_values(result, &allocs_kind, 3, 0, 1);
	text = report_trial(&judged.trial, (struct text_style){ .width = 100, .verbose = true });
	CHECK_ORDER(text, "\nparse  ", "\n  allocs ", "\nserve rate  ", "\n  allocs ");
	free(text);
	judged_release(&judged);
}

TEST(trouble_comes_first_and_the_most_serious_first)
{
	struct judged judged;
	char *text;

	judged_init(&judged);
	judged_base(&judged.base, "find", 0.004, 6);
	judged_values(judged_result(&judged.head, "find"), &time_kind, 1010, 0.15, 10);
	add_fault(&judged.head, "late", RESULT_NOT_MEASURED, "no time");
	add_fault(&judged.head, "bad", RESULT_CRASHED, "SIGSEGV");
	judged_base(&judged.base, "gone", 0.004, 6);
	judged_pair(&judged, "taken", 0.065);
	*ARRAY_ADD(&judged.accepted) =
		(struct acceptance){ .benchmark = "taken", .reason = "worth it", .max_ratio = NAN };
	judged_pair(&judged, "sort/1000", 0.065);
	text = report_judged(&judged);
	assert_true(starts(text, "REGRESSION sort/1000: 1.00 us -> 1.06 us, +6."));
	CHECK_ORDER(text, "MISSING gone: in the base, but not in the suite\n  if you removed it",
		"\nFAILED bad: crashed: SIGSEGV\n", "\nNOT MEASURED late: no time\n",
		"\nACCEPTED taken: ", "; accepted: worth it\n",
		"\nINCONCLUSIVE find: ", "\n  measure it in turn", "\n\nbenchmark ");
	assert_true(starts(last_line(text),
		"REGRESSION: 3 compared, 1 regressed, 1 accepted, 1 inconclusive, 1 missing, "
		"1 failed, 1 not measured; "));
	free(text);
	judged_release(&judged);
}

TEST(a_suspect_is_confirmed_by_fresh_processes)
{
	struct judged judged;
	char *text;

	judged_init(&judged);
	judged_pair(&judged, "sort/1000", 0.065);
	judged_second_look(&judged, "sort/1000", 0.063);
	text = report_judged(&judged);
	CHECK_ORDER(text, "REGRESSION sort/1000: 1.00 us -> 1.06 us, +6.3 % (95 %: +",
		" %): exceeds the 2 % threshold of critical (p ",
		"); confirmed by 10 fresh processes\n\nbenchmark ");
	free(text);
	judged_release(&judged);
}

/* So many whose intervals are too wide. */
static char *report_undecided(size_t nr)
{
	static const char *const names[] = { "a", "b", "c", "d", "e", "f" };
	struct judged judged;
	char *text;

	judged_init(&judged);
	for (size_t i = 0; i < nr; i++) {
		judged_base(&judged.base, names[i], 0.004, 6);
		judged_values(judged_result(&judged.head, names[i]), &time_kind, 1010, 0.15, 10);
	}
	text = report_judged(&judged);
	judged_release(&judged);
	return text;
}

TEST(many_that_are_undecided_for_one_reason_share_a_line)
{
	char *five = report_undecided(5), *six = report_undecided(6);

	assert_true(starts(five, "INCONCLUSIVE a: 1.00 us -> 1.01 us, +1.0 % "));
	assert_int_equal(count_lines(five), 5 * 2 + 1 + 1 + 5 + 3);
	assert_true(starts(six,
		"INCONCLUSIVE a, b, c, d, e, f: too noisy to rule out a change of the target's "
		"size\n  measure it in turn"));
	assert_int_equal(count_lines(six), 2 + 1 + 1 + 6 + 3);
	assert_true(
		starts(last_line(six), "INCONCLUSIVE (warns only): 6 compared, 6 inconclusive; "));
	free(five);
	free(six);
}

TEST(what_is_new_is_named_once_where_there_is_a_base)
{
	struct judged judged;
	char *text;

	judged_init(&judged);
	judged_pair(&judged, "old", 0);
	judged_values(judged_result(&judged.head, "old"), &allocs_kind, 4, 0, 10);
	judged_values(judged_result(&judged.head, "young"), &time_kind, 10, 0.1, 10);
	judged_values(judged_result(&judged.head, "young"), &allocs_kind, 4, 0, 10);
	text = report_judged(&judged);
	assert_true(starts(text,
		"NEW old allocs, young: not in the base; benchgate update-baselines records them\n"
		"\nbenchmark "));
	CHECK_ORDER(text, "\n  allocs ", " 4.00 ", "  NEW\n", "PASS: 1 compared, 1 pass, 3 new; ");
	free(text);
	judged.trial.base = NULL;
	text = report_judged(&judged);
	assert_null(strstr(text, "NEW"));
	assert_string_equal(last_line(text), "2 measured in 12 s; nothing was compared\n");
	free(text);
	judged_release(&judged);
}

TEST(a_base_of_another_machine_is_refused_in_one_line)
{
	struct judged judged;
	char *text;

	judged_init(&judged);
	judged_base(&judged.base, "a", 0.004, 6);
	judged_result(&judged.head, "a");
	judged_result(&judged.head, "b");
	judged.trial.mismatch = "processor: A, here B\r";
	judged.head.duration_ns = 0;
	text = report_judged(&judged);
	assert_string_equal(text,
		"REFUSED: the base is not comparable: processor: A, here B?\n"
		"  compare anyway: --allow-mismatch\n\n"
		"REFUSED: 0 measured in 0.0 s; nothing was compared\n");
	free(text);
	judged_release(&judged);
}

TEST(compared_all_the_same_every_line_says_so)
{
	struct judged judged;
	char *text;

	judged_init(&judged);
	judged_pair(&judged, "same", 0);
	judged_pair(&judged, "slower", 0.065);
	env_set(&judged.head.env, ENV_CPU, "B");
	judged.trial.mismatch = "processor: A, here B";
	judged.trial.allow_mismatch = true;
	text = report_judged(&judged);
	CHECK_ORDER(text, "REGRESSION slower (other machine): ", "\nsame ", "PASS, other machine\n",
		"\nslower ", "REGRESSION, other machine\n",
		"note: base and head are not comparable: processor: A, here B\n",
		"\nREGRESSION, other machine: 2 compared");
	free(text);
	judged_release(&judged);
}

TEST(a_budget_has_a_row_and_needs_no_base)
{
	struct judged judged;
	char *text;

	judged_init(&judged);
	judged_pair(&judged, "sort", 0);
	*ARRAY_ADD(&judged.policy.limits) =
		(struct limit){ str_dup("sort"), str_dup("time"), 900, "ns", str_dup("900ns") };
	text = report_judged(&judged);
	CHECK_ORDER(text, "REGRESSION sort: 1.00 us (95 %: ", "over its budget of 900ns",
		"\nsort       1.00 us  1.00 us ", "PASS\n",
		"\n\nMetric       Target  Current      Status\n",
		"sort time  <= 900ns  1.00 us  REGRESSION\n",
		"REGRESSION: 2 compared, 1 pass, 1 regressed; ");
	free(text);
	judged.trial.base = NULL;
	text = report_judged(&judged);
	CHECK_ORDER(text, "benchmark  time/iteration ", "  spread\n", "\nsort ", " %\n",
		"\n\nMetric       Target  Current      Status\n",
		"sort time  <= 900ns  1.00 us  REGRESSION\n",
		"REGRESSION: 1 compared, 1 regressed; 12 s\n");
	free(text);
	judged_release(&judged);
}

TEST(what_only_warns_says_so)
{
	struct judged judged;
	char *text;

	judged_init(&judged);
	judged.policy.tiers.items[0].severity = SEVERITY_WARN;
	judged.policy.on_missing = ACTION_PASS;
	judged_pair(&judged, "sort", 0.065);
	judged_base(&judged.base, "gone", 0.004, 6);
	text = report_judged(&judged);
	assert_true(starts(text, "REGRESSION sort (warns only): "));
	assert_true(starts(
		last_line(text), "REGRESSION (warns only): 1 compared, 1 regressed, 1 missing; "));
	assert_null(strstr(text, "MISSING"));
	free(text);
	judged_release(&judged);
}

TEST(a_base_recorded_elsewise_has_a_note)
{
	struct judged judged;
	char *text;

	judged_init(&judged);
	judged_pair(&judged, "sort", 0);
	env_set(&judged.base.env, ENV_KERNEL, "6.1.0");
	env_set(&judged.head.env, ENV_KERNEL, "6.5.0");
	env_set(&judged.base.env, ENV_STEAL, "0");
	env_set(&judged.head.env, ENV_STEAL, "0.1");
	text = report_judged(&judged);
	assert_non_null(strstr(
		text, "note: the base was recorded with another kernel: 6.1.0, here 6.5.0\n"));
	assert_null(strstr(text, "stolen"));
	free(text);
	judged_release(&judged);
}

TEST(asked_for_more_it_says_what_each_comparison_rests_on)
{
	struct judged judged;
	char *text;

	judged_init(&judged);
	judged_pair(&judged, "sort", 0);
	text = report_trial(&judged.trial, (struct text_style){ .width = 100, .verbose = true });
	CHECK_ORDER(text, "\nsort: p ",
		"; above the threshold p 1 (1 for all 1); 10 processes, 60 in the base; the base's 6 sessions differ by ");
	free(text);
	text = report_judged(&judged);
	assert_null(strstr(text, "\nsort: p "));
	free(text);
	judged_release(&judged);
}

TEST(a_comparison_fits_every_width_and_keeps_change_and_verdict)
{
	static const char *const in_order[] = { "95 % interval", "worse", "base ", "bound",
		"head" };
	struct judged judged;
	size_t nr_left = NR(in_order);

	judged_init(&judged);
	judged_pair(&judged, "sort/1000", -0.1);
	for (unsigned width = 120; width > 30; width--) {
		char *text = report_trial(&judged.trial, (struct text_style){ .width = width });
		size_t nr = 0;

		assert_true(strcspn(text, "\n") <= width);
		CHECK_ORDER(text, "benchmark ", "change  ", "verdict\n", "sort/1000 ", " %  ",
			"IMPROVEMENT\n");
		*strchr(text, '\n') = '\0';
		for (size_t i = 0; i < NR(in_order); i++)
			nr += strstr(text, in_order[i]) != NULL;
		for (size_t i = NR(in_order) - nr; i < NR(in_order); i++)
			assert_non_null(strstr(text, in_order[i]));
		assert_true(nr <= nr_left);
		nr_left = nr;
		free(text);
	}
	assert_int_equal(nr_left, 0);
	judged_release(&judged);
}

TEST(verdicts_are_colored)
{
	struct judged judged;
	char *plain, *colored;

	judged_init(&judged);
	judged_pair(&judged, "same", 0);
	judged_pair(&judged, "slower", 0.065);
	judged_pair(&judged, "faster", -0.065);
	plain = report_judged(&judged);
	colored = report_trial(&judged.trial, (struct text_style){ .width = 100, .color = true });
	CHECK_ORDER(colored, RED "REGRESSION" PLAIN " slower", "  PASS\n",
		"  " RED "REGRESSION" PLAIN "\n", "  " GREEN "IMPROVEMENT" PLAIN "\n",
		"\n" RED "REGRESSION" PLAIN ": 3 compared");
	assert_null(strchr(plain, '\033'));
	assert_int_equal(count_lines(colored), count_lines(plain));
	free(plain);
	free(colored);
	judged_release(&judged);
}

/* A benchmark of both sides, and what so many units said of it. */
static void add_units(struct judged *judged, const char *name, double log_ratio, size_t nr)
{
	struct result *head;

	judged_values(judged_result(&judged->base, name), &time_kind, 1000, 0.01, 2 * nr);
	head = judged_result(&judged->head, name);
	judged_values(head, &time_kind, 5000, 0.01, 2 * nr);
	for (size_t i = 0; i < 2 * nr; i++) {
		metrics_add_ratio(&head->metrics, &time_kind, log_ratio + (i % 3 ? 0.001 : -0.002));
		*ARRAY_ADD(&head->duets) = (struct duet){ .nr_quads = 100 };
	}
}

/* Levels in turn come and go: head's is the base's, changed by the ratio. */
TEST(what_was_measured_in_turn_stands_in_the_same_table)
{
	struct judged judged;
	char *text;

	judged_init(&judged);
	judged.head.plan.nr_units = 20;
	judged.trial.in_turn = true;
	add_units(&judged, "slower", log(1.1), 6);
	add_units(&judged, "kept", 0, 4);
	judged_result(&judged.base, "same");
	judged_result(&judged.head, "same")->identical = true;
	text = report_judged(&judged);
	assert_true(starts(text, "REGRESSION slower: 1.00 us -> 1.10 us, +10.0 % "));
	assert_non_null(strstr(text, " for both comparisons); 6 units in turn with the base\n"));
	assert_non_null(strstr(text, "\nslower     1.00 us  1.10 us  +10.0 %  "));
	assert_non_null(strstr(text, "\nkept       1.00 us  1.00 us "));
	assert_true(starts(last_line(text), "REGRESSION: 3 compared, 2 pass, 1 regressed; "));
	free(text);
	judged_release(&judged);
}
