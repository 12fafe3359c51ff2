/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "gate/gaps.h"
#include "stats/adjust.h"
#include "support/draw.h"
#include "support/made_past.h"
#include "support/subjects.h"

#include <ctype.h>

#define NR(table) (sizeof(table) / sizeof *(table))

extern const char alerts_txt[];

static double number(const struct subject *subject, const char *name)
{
	const struct fact *fact = fact_named(name, strlen(name));

	if (!fact || !fact->number)
		fail_msg("no number is called %s", name);
	return fact && fact->number ? fact->number(subject) : NAN;
}

static char *text(const struct subject *subject, const char *name)
{
	const struct fact *fact = fact_named(name, strlen(name));
	struct buf out = BUF_INIT;

	if (!fact || !fact->text)
		fail_msg("no text is called %s", name);
	else
		fact->text(subject, &out);
	return buf_detach(&out);
}

static const struct subject *of(struct subjects *subjects, const char *name)
{
	const struct subject *found = subjects_find(subjects, name);

	if (!found)
		fail_msg("there is no %s", name);
	return found;
}

static const struct {
	const char *of, *fact;
	double value;
} numbers[] = {
	{ "slower", "change_percent", 20 },
	{ "slower", "reported_change_percent", 20 },
	{ "slower", "threshold_percent", 2 },
	{ "slower", "target_percent", 4 },
	{ "slower", "confidence_level", 95 },
	{ "slower", "baseline_value", 1000 },
	{ "slower", "current_value", 1200 },
	{ "slower", "limit_value", NAN },
	{ "slower", "processes", 10 },
	{ "slower", "base_processes", 60 },
	{ "slower", "sessions", 6 },
	{ "slower", "units", 0 },
	{ "slower", "shard", NAN },
	{ "faster", "change_percent", -20 },
	{ "faster", "reported_change_percent", -20 },
	/* Half the rate is twice the time. */
	{ "rate rate", "change_percent", 100 },
	{ "rate rate", "reported_change_percent", -50 },
	{ "rate rate", "drift_percent", 2 },
	{ "rate p99", "threshold_percent", NAN },
	{ "rate p99", "p_value", NAN },
	{ "rate p99", "p_above_threshold_adjusted", NAN },
	/* What is exact is beyond the threshold or it is not. */
	{ "more/allocs allocs", "change_percent", 7 },
	{ "more/allocs allocs", "change_low_percent", 7 },
	{ "more/allocs allocs", "change_high_percent", 7 },
	{ "more/allocs allocs", "bound_percent", 7 },
	{ "more/allocs allocs", "p_value", 0 },
	{ "more/allocs allocs", "p_above_threshold", 0 },
	{ "more/allocs allocs", "p_above_threshold_adjusted", 0 },
	{ "more/allocs allocs", "drift_percent", NAN },
	{ "more/allocs allocs", "detectable_percent", NAN },
	{ "fewer/allocs allocs", "p_value", 0 },
	{ "as/many allocs", "change_percent", 0 },
	{ "as/many allocs", "p_value", 1 },
	{ "limited budget", "change_percent", 100 },
	{ "limited budget", "limit_value", 1000 },
	{ "limited budget", "baseline_value", NAN },
	{ "limited budget", "threshold_percent", NAN },
	{ "limited", "change_percent", NAN },
	{ "limited", "limit_value", NAN },
	{ "crashed", "change_percent", NAN },
	{ "crashed", "p_value", NAN },
	{ "crashed", "current_value", NAN },
	{ "gone", "p_above_threshold", NAN },
	{ "gone", "p_above_threshold_adjusted", NAN },
};

TEST(numbers_are_what_was_judged)
{
	struct subjects subjects;

	subjects_init(&subjects);
	for (size_t i = 0; i < NR(numbers); i++) {
		double got = number(of(&subjects, numbers[i].of), numbers[i].fact);

		if (isnan(numbers[i].value) ? !isnan(got)
					    : !(fabs(got - numbers[i].value) < 1e-9 * 2000))
			fail_msg("%s of %s is %.17g", numbers[i].fact, numbers[i].of, got);
	}
	subjects_release(&subjects);
}

static const struct {
	const char *of, *fact, *value;
} texts[] = {
	{ "slower", "benchmark", "slower" },
	{ "slower", "metric", "time" },
	{ "slower", "metric_name", "slower" },
	{ "slower", "tier", "critical" },
	{ "slower", "unit", "ns" },
	{ "slower", "status", "REGRESSION" },
	{ "slower", "action", "fail" },
	{ "slower", "direction", "worse" },
	{ "slower", "against", "base" },
	{ "slower", "evidence", "first-look" },
	{ "slower", "drift_source", "own" },
	{ "slower", "branch", "main" },
	{ "slower", "commit", "0123456789abcdef" },
	{ "slower", "commit_hash", "0123456789abcdef" },
	{ "slower", "branch_name", "main" },
	{ "slower", "suite", "" },
	{ "faster", "direction", "better" },
	{ "faster", "status", "IMPROVEMENT" },
	{ "as/many allocs", "direction", "none" },
	{ "as/many allocs", "evidence", "exact" },
	{ "rate rate", "metric_name", "rate rate" },
	{ "rate rate", "direction", "worse" },
	{ "rate rate", "unit", "op/s" },
	{ "rate p99", "status", "not gated" },
	{ "limited", "against", "" },
	{ "limited budget", "against", "budget" },
	{ "crashed", "status", "FAILED" },
	{ "crashed", "metric", "" },
	{ "crashed", "direction", "" },
	{ "crashed", "metric_name", "crashed" },
	{ "waiting", "status", "NOT MEASURED" },
	{ "gone", "status", "MISSING" },
	{ "gone", "code", "" },
	{ "slower", "is_flaky", "no" },
	{ "faster", "is_flaky", "yes" },
	{ "gone", "is_flaky", "" },
};

TEST(texts_are_what_was_judged)
{
	struct subjects subjects;

	subjects_init(&subjects);
	result_add_note(run_find(&subjects.judged.head, "faster"),
		"flaky: crashed: SIGSEGV; it worked when it was tried again");
	for (size_t i = 0; i < NR(texts); i++) {
		char *got = text(of(&subjects, texts[i].of), texts[i].fact);

		if (strcmp(got, texts[i].value) != 0)
			fail_msg("%s of %s is '%s'", texts[i].fact, texts[i].of, got);
		free(got);
	}
	subjects_release(&subjects);
}

TEST(of_several_competitors_the_best_is_told_of)
{
	static struct competitor competitors[] = { { .name = (char *)"slow" },
		{ .name = (char *)"fast" }, { .name = (char *)"other" } };
	struct gap items[] = {
		{ .competitor = competitors,
			.benchmark = (char *)"slower",
			.metric = (char *)"time",
			.ratio = -.5,
			.low = -.6,
			.high = -.4,
			.word = GAP_BETTER },
		{ .competitor = competitors + 1,
			.benchmark = (char *)"slower",
			.metric = (char *)"time",
			.ratio = .25,
			.low = .2,
			.high = .3,
			.word = GAP_WORSE },
		{ .competitor = competitors + 2,
			.benchmark = (char *)"rate",
			.metric = (char *)"rate",
			.more_is_better = true,
			.ratio = -.5,
			.low = NAN,
			.high = NAN,
			.word = GAP_UNKNOWN },
	};
	const struct gaps gaps = { .items = items, .nr = NR(items) };
	static struct made_past made;
	struct subjects subjects;
	const struct subject *one;
	char *got;

	subjects_init(&subjects);
	subjects.verdict.gaps = &gaps;
	for (int day = 0; day < 40; day++)
		made_add(&made, 1.25 * pow(1.02, day / 7.), NULL);
	made_look(&made);
	items[1].past = &made.past;
	one = of(&subjects, "slower");
	assert_float_equal(number(one, "gap_percent"), 25, 1e-9);
	assert_float_equal(number(one, "gap_low_percent"), 20, 1e-9);
	assert_float_equal(number(one, "gap_trend_percent_per_week"), 2, 1e-6);
	got = text(one, "competitor");
	assert_string_equal(got, "fast");
	free(got);
	got = text(one, "ours_is");
	assert_string_equal(got, "worse");
	free(got);
	/* Twice the rate of ours, and no interval. */
	one = of(&subjects, "rate rate");
	assert_float_equal(number(one, "gap_percent"), 100, 1e-9);
	assert_true(isnan(number(one, "gap_low_percent")));
	assert_true(isnan(number(one, "gap_trend_percent_per_week")));
	assert_true(isnan(number(of(&subjects, "faster"), "gap_percent")));
	/* A budget is another comparison of the same metric. */
	items[0].benchmark = (char *)"limited";
	assert_true(isnan(number(of(&subjects, "limited budget"), "gap_percent")));
	assert_float_equal(number(of(&subjects, "limited"), "gap_percent"), -50, 1e-9);
	made_clear(&made);
	subjects_release(&subjects);
}

/* For the worse and for the better, over a family of one, the same doubt. */
TEST(p_above_threshold_is_of_the_change_that_happened)
{
	struct subjects subjects;
	const struct subject *one;

	subjects_init(&subjects);
	one = of(&subjects, "slower");
	assert_true(subjects.verdict.family > 1);
	assert_true(number(one, "p_above_threshold_adjusted") == one->comparison->p_adjusted);
	assert_true(number(one, "p_above_threshold") == one->comparison->p);
	one = of(&subjects, "faster");
	assert_true(one->comparison->p_adjusted == 1);
	assert_true(number(one, "p_above_threshold") == one->comparison->p_better);
	assert_true(number(one, "p_above_threshold_adjusted") > number(one, "p_above_threshold"));
	assert_true(number(one, "p_above_threshold_adjusted") ==
		adjust_bonferroni(one->comparison->p_better, subjects.verdict.family));
	assert_true(number(one, "p_above_threshold_adjusted") < 1e-4);
	/* Under its budget is no news. */
	one = of(&subjects, "frugal budget");
	assert_true(number(one, "change_percent") < -49 &&
		number(one, "p_above_threshold_adjusted") > 0.9);
	subjects_release(&subjects);
}

TEST(the_interval_lies_about_the_change_and_is_worse_above)
{
	static const char *const names[] = { "slower", "faster", "same", "rate rate" };
	struct subjects subjects;

	subjects_init(&subjects);
	for (size_t i = 0; i < NR(names); i++) {
		const struct subject *one = of(&subjects, names[i]);

		assert_true(number(one, "change_low_percent") < number(one, "change_percent"));
		assert_true(number(one, "change_percent") < number(one, "change_high_percent"));
		assert_true(number(one, "change_high_percent") < number(one, "bound_percent"));
	}
	subjects_release(&subjects);
}

TEST(the_tier_is_the_one_that_the_policy_claims_it_for)
{
	struct subjects subjects;
	const struct subject *one;
	char *got;

	subjects_init(&subjects);
	one = of(&subjects, "slower");
	texts_add(&tiers_find(&subjects.judged.policy.tiers, "standard")->benchmarks, "slow*");
	got = text(one, "tier");
	assert_string_equal(got, "standard");
	free(got);
	subjects_release(&subjects);
}

TEST(machines_are_those_of_the_runs)
{
	struct subjects subjects;
	const struct subject *one;
	char *head, *base;

	subjects_init(&subjects);
	one = of(&subjects, "slower");
	env_set(&subjects.judged.base.env, ENV_CPU, "another");
	head = text(one, "machine");
	base = text(one, "base_machine");
	assert_int_equal(strlen(head), 8);
	assert_int_equal(strlen(base), 8);
	assert_string_not_equal(head, base);
	free(head);
	free(base);
	env_release(&subjects.judged.base.env);
	subjects_release(&subjects);
}

static double creep(size_t at)
{
	return exp(.01 * (double)at);
}

static double step_now(size_t at)
{
	return at < 57 ? 1 : 1.2;
}

static double odd_now(size_t at)
{
	return at < 59 ? 1 : 2;
}

static void make_past(struct made_past *made, double (*shape)(size_t at))
{
	made_clear(made);
	seeded = random_seed(1);
	for (size_t i = 0; i < 60; i++)
		made_add(made, 500 * shape(i) * exp(.005 * normal()), NULL);
	made_look(made);
}

/* Of a metric once, and of its budget what only that has. */
TEST(a_history_has_facts_and_without_one_they_are_unknown)
{
	static struct made_past made;
	struct subjects subjects;
	struct subject one;
	struct comparison again, budget;
	char *word;

	subjects_init(&subjects);
	one = *of(&subjects, "slower");
	assert_true(isnan(number(&one, "trend_percent_per_week")));
	assert_true(isnan(number(&one, "anomaly")));
	again = *one.comparison;
	again.past = &made.past;
	one.comparison = &again;
	make_past(&made, creep);
	assert_true(fabs(number(&one, "trend_percent_per_week") - 7.2) < .5);
	made.past.more_is_better = true;
	assert_true(number(&one, "trend_percent_per_week") < -6);
	made.past.more_is_better = false;
	assert_true(isnan(number(&one, "days_to_budget")));
	budget = again;
	budget.is_limit = true;
	budget.tolerance.limit = &(struct limit){ .value = 1000, .unit = "ns" };
	one.comparison = &budget;
	assert_true(fabs(number(&one, "days_to_budget") - 10) < 3);
	assert_true(isnan(number(&one, "trend_percent_per_week")));
	one.comparison = &again;
	make_past(&made, step_now);
	word = text(&one, "is_change_point");
	assert_string_equal(word, "maybe");
	free(word);
	assert_true(number(&one, "anomaly") < 99);
	make_past(&made, odd_now);
	assert_true(number(&one, "anomaly") > 99);
	made_clear(&made);
	subjects_release(&subjects);
}

TEST(facts_are_named_once_and_explained)
{
	for (const struct fact *fact = facts; fact->name; fact++) {
		assert_ptr_equal(fact_named(fact->name, strlen(fact->name)), fact);
		assert_true(strlen(fact->what) > 3);
		assert_true((fact->kind == FACT_TEXT) == (fact->text != NULL));
		assert_true((fact->text != NULL) != (fact->number != NULL));
		for (const char *c = fact->name; *c; c++)
			assert_true(islower((unsigned char)*c) || *c == '_');
	}
	assert_null(fact_named("status", 5));
	assert_null(fact_named("", 0));
	assert_non_null(fact_named("status = 'PASS'", 6));
}

static void is_one_of_its_words(const struct fact *fact, const struct subject *subject)
{
	const char *const *word = fact->words;
	char *got = text(subject, fact->name);

	while (*got && *word && strcmp(*word, got) != 0)
		word++;
	if (!*word)
		fail_msg("%s is '%s'", fact->name, got);
	free(got);
}

/* A text that has words is never anything else. */
TEST(words_are_all_that_there_are)
{
	struct subjects subjects;

	subjects_init(&subjects);
	for (size_t i = 0; i < subjects.verdict.nr; i++) {
		subjects.one.comparison = &subjects.verdict.items[i];
		for (const struct fact *fact = facts; fact->name; fact++)
			if (fact->words)
				is_one_of_its_words(fact, &subjects.one);
	}
	subjects_release(&subjects);
}

static const struct {
	const char *of, *fact, *shown;
} shown[] = {
	{ "slower", "change_percent", "+20.0 %" },
	{ "faster", "change_percent", "-20.0 %" },
	{ "slower", "threshold_percent", "2 %" },
	{ "slower", "confidence_level", "95 %" },
	{ "slower", "p_value", "<0.0001" },
	{ "same", "p_above_threshold_adjusted", "1" },
	{ "slower", "baseline_value", "1.00 us" },
	{ "slower", "current_value", "1.20 us" },
	{ "rate rate", "current_value", "500 op/s" },
	{ "more/allocs allocs", "current_value", "107" },
	{ "slower", "processes", "10" },
	{ "slower", "status", "REGRESSION" },
	{ "slower", "suite", "unknown" },
	{ "slower", "limit_value", "unknown" },
	{ "crashed", "change_percent", "unknown" },
	{ "crashed", "p_value", "unknown" },
	{ "crashed", "unit", "unknown" },
};

TEST(people_read_them_with_their_units)
{
	struct subjects subjects;

	subjects_init(&subjects);
	for (size_t i = 0; i < NR(shown); i++) {
		struct buf out = BUF_INIT;

		fact_print(fact_named(shown[i].fact, strlen(shown[i].fact)),
			of(&subjects, shown[i].of), &out);
		if (strcmp(out.data, shown[i].shown) != 0)
			fail_msg("%s of %s: '%s'", shown[i].fact, shown[i].of, out.data);
		buf_release(&out);
	}
	subjects_release(&subjects);
}

TEST(what_came_from_outside_is_fit_to_be_read)
{
	struct subjects subjects;
	struct buf out = BUF_INIT;

	subjects_init(&subjects);
	subjects.one.branch = "\033[2Jma\nin";
	fact_print(fact_named("branch", 6), &subjects.one, &out);
	assert_string_equal(out.data, "?[2Jma?in");
	buf_release(&out);
	subjects_release(&subjects);
}

/* Each stands in `benchgate help alerting`, at the start of a line. */
TEST(people_are_told_of_each)
{
	for (const struct fact *fact = facts; fact->name; fact++) {
		struct buf line = BUF_INIT;

		buf_addf(&line, "\n%s ", fact->name);
		if (!strstr(alerts_txt, line.data))
			fail_msg("help alerting does not know %s", fact->name);
		for (const char *const *word = fact->words; word && *word; word++)
			if (!strstr(alerts_txt, *word))
				fail_msg("help alerting does not know %s", *word);
		buf_release(&line);
	}
}

TEST(less_is_worse_where_more_is_better)
{
	assert_true(fabs(verdict_worsening_of(-0.5, true) - 1) < 1e-12);
	assert_true(verdict_worsening_of(0.5, false) == 0.5);
}
