/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/json.h"
#include "gate/trial.h"
#include "report/verdict_json.h"
#include "support/judged.h"

static struct json *parse(const char *text)
{
	struct error err = ERROR_INIT;
	struct json *json = json_parse(text, strlen(text), &err);

	assert_non_null(json);
	return json;
}

static struct json *written(const struct trial *trial)
{
	struct verdict verdict = trial_judge(trial);
	struct buf out = BUF_INIT;
	struct json *json;

	verdict_json(&verdict, &out);
	json = parse(out.data);
	buf_release(&out);
	verdict_release(&verdict);
	return json;
}

static const struct json *nth(const struct json *root, size_t n)
{
	const struct json *at = json_first(json_get(root, "metrics"));

	while (n--)
		at = json_next(at);
	assert_non_null(at);
	return at;
}

static void check_text(const struct json *object, const char *name, const char *expected)
{
	const struct json *member = json_get(object, name);

	assert_non_null(member);
	if (!expected) {
		assert_int_equal(json_type(member), JSON_NULL);
		return;
	}
	assert_int_equal(json_type(member), JSON_TEXT);
	assert_string_equal(json_text(member), expected);
}

static double number(const struct json *object, const char *name)
{
	const struct json *member = json_get(object, name);

	assert_non_null(member);
	return json_type(member) == JSON_NUMBER ? json_number(member) : NAN;
}

/* One that regressed, one with a budget and a count, one that is gone, one that failed. */
static void fill(struct judged *judged)
{
	struct fault fault = FAULT_INIT;

	judged_init(judged);
	judged_pair(judged, "slower", 0.065);
	judged_pair(judged, "kept", 0);
	judged_values(judged_result(&judged->base, "kept"), &allocs_kind, 4, 0, 60);
	judged_values(judged_result(&judged->head, "kept"), &allocs_kind, 4, 0, 10);
	*ARRAY_ADD(&judged->policy.limits) =
		(struct limit){ str_dup("kept"), str_dup("time"), 2000, "ns", str_dup("2us") };
	judged_base(&judged->base, "gone", 0.004, 6);
	fault_set(&fault, RESULT_CRASHED,
		"SIG\xff"
		"SEGV");
	result_fault(judged_result(&judged->head, "bad"), &fault);
}

TEST(a_comparison_has_words_and_numbers)
{
	struct judged judged;
	const struct json *slower;
	struct json *root;

	fill(&judged);
	root = written(&judged.trial);
	check_text(root, "format", "benchgate-verdict");
	assert_int_equal(number(root, "version"), VERDICT_JSON_VERSION);
	check_text(json_get(root, "summary"), "overall_status", "REGRESSION");
	check_text(json_get(root, "summary"), "mismatch", NULL);
	assert_int_equal(number(json_get(root, "summary"), "test_duration"), 12);
	slower = nth(root, 0);
	check_text(slower, "benchmark", "slower");
	check_text(slower, "name", "time");
	check_text(slower, "tier", "critical");
	check_text(slower, "status", "REGRESSION");
	check_text(slower, "action", "fail");
	check_text(slower, "unit", "ns");
	check_text(slower, "evidence", "first-look");
	check_text(slower, "drift_source", "own");
	assert_non_null(strstr(json_text(json_get(slower, "why")), "exceeds the 2 %"));
	assert_true(fabs(number(slower, "baseline") - 1000) < 0.1);
	assert_true(fabs(number(slower, "value") - 1065) < 0.1);
	assert_true(fabs(number(slower, "change") - 0.065) < 1e-4);
	assert_true(number(slower, "low") < 0.065 && number(slower, "high") > 0.065);
	assert_true(number(slower, "bound") > number(slower, "high"));
	assert_true(
		number(slower, "p_above_threshold") < number(slower, "p_above_threshold_adjusted"));
	assert_true(number(slower, "threshold") == 0.02 && number(slower, "target") == 0.04);
	assert_true(number(slower, "detectable") > 0.02);
	assert_int_equal(number(slower, "processes"), 10);
	assert_int_equal(number(slower, "base_processes"), 60);
	assert_int_equal(number(slower, "sessions"), 6);
	json_free(root);
	judged_release(&judged);
}

/* Of the comparison at that place in "detailed_metrics". */
static const struct json *analysis(const struct json *root, size_t i)
{
	const struct json *at = json_first(json_get(root, "detailed_metrics"));

	while (at && i--)
		at = json_next(at);
	assert_non_null(at);
	return at;
}

TEST(the_analysis_agrees_with_the_comparisons)
{
	struct judged judged;
	const struct json *slower, *kept, *worst;
	struct json *root;

	fill(&judged);
	root = written(&judged.trial);
	slower = analysis(root, 0);
	check_text(slower, "metric_name", "slower");
	assert_true(number(slower, "baseline_value") == number(nth(root, 0), "baseline"));
	assert_true(number(slower, "current_value") == number(nth(root, 0), "value"));
	assert_true(fabs(number(slower, "magnitude_percent") -
			    100 * number(nth(root, 0), "change")) < 1e-9);
	assert_true(number(slower, "standard_deviation") > 0);
	assert_true(number(slower, "confidence_level") == 1 - number(nth(root, 0), "p_value"));
	assert_true(json_bool(json_get(slower, "statistical_significance")));
	check_text(slower, "improvement_or_regression", "Regression");
	kept = analysis(root, 1);
	check_text(kept, "metric_name", "kept");
	check_text(kept, "improvement_or_regression", "Neutral");
	assert_false(json_bool(json_get(kept, "statistical_significance")));
	/* Its budget is no baseline. */
	check_text(analysis(root, 2), "metric_name", "kept allocs");
	worst = json_first(json_get(root, "regressions"));
	check_text(worst, "metric_name", "slower");
	assert_null(json_next(worst));
	check_text(json_get(root, "summary"), "worst_performing_metric", "slower");
	json_free(root);
	judged_release(&judged);
}

TEST(charts_have_the_values_of_both_sides)
{
	struct judged judged;
	const struct json *base, *head;
	struct json *root;
	size_t nr;

	fill(&judged);
	root = written(&judged.trial);
	check_text(json_first(json_get(root, "charts")), "title", "slower");
	base = json_first(json_get(json_first(json_get(root, "charts")), "series"));
	head = json_next(base);
	check_text(base, "name", "base");
	json_numbers(json_get(base, "values"), &nr);
	assert_int_equal(nr, 60);
	check_text(head, "name", "head");
	assert_true(json_numbers(json_get(head, "values"), &nr)[0] > 1000);
	assert_int_equal(nr, 10);
	json_free(root);
	judged_release(&judged);
}

TEST(what_is_not_to_be_had_is_null)
{
	struct judged judged;
	struct json *root;

	fill(&judged);
	root = written(&judged.trial);
	check_text(nth(root, 0), "limit", NULL);
	check_text(nth(root, 2), "baseline", NULL);
	assert_int_equal(number(nth(root, 2), "limit"), 2000);
	check_text(nth(root, 2), "threshold", NULL);
	check_text(nth(root, 3), "evidence", "exact");
	assert_true(number(nth(root, 3), "p_value") == 1);
	check_text(nth(root, 3), "detectable", NULL);
	check_text(nth(root, 4), "status", "FAILED");
	check_text(nth(root, 4), "why", "crashed: SIG?SEGV");
	check_text(nth(root, 4), "name", NULL);
	check_text(nth(root, 5), "benchmark", "gone");
	check_text(nth(root, 5), "status", "MISSING");
	check_text(nth(root, 5), "value", NULL);
	json_free(root);
	judged_release(&judged);
}

static void is_listed(const struct json *names, const char *name)
{
	for (const struct json *at = json_first(names); at; at = json_next(at))
		if (strcmp(json_text(at), name) == 0)
			return;
	fail_msg("%s is not in the schema's list", name);
}

/* The schema is strict: what it lists as required is what is written, and it knows all words. */
TEST(the_schema_knows_every_member_and_word)
{
	struct judged judged;
	struct json *root, *schema = parse(verdict_schema_json);
	const struct json *definition = json_get(json_get(schema, "definitions"), "comparison");
	const struct json *words =
		json_get(json_get(json_get(definition, "properties"), "status"), "enum");
	size_t nr_written = 0, nr_required = 0;

	fill(&judged);
	root = written(&judged.trial);
	for (const struct json *at = json_first(nth(root, 0)); at;
		at = json_next(at), nr_written++) {
		is_listed(json_get(definition, "required"), json_name(at));
		assert_non_null(json_get(json_get(definition, "properties"), json_name(at)));
	}
	for (const struct json *at = json_first(json_get(definition, "required")); at;
		at = json_next(at))
		nr_required++;
	assert_int_equal(nr_written, nr_required);
	for (int word = 0; word < VERDICT_NR_WORDS; word++)
		is_listed(words, verdict_word_name((enum verdict_word)word));
	json_free(schema);
	json_free(root);
	judged_release(&judged);
}

/* It takes long to find out what could be detected. */
TEST(of_very_many_it_is_left_out_what_was_detectable)
{
	struct judged judged;
	struct json *root;

	judged_init(&judged);
	judged_pair(&judged, "compared", 0);
	for (int i = 0; i < 999; i++) {
		char name[16];

		snprintf(name, sizeof name, "new %d", i);
		judged_values(judged_result(&judged.head, name), &time_kind, 1, 0, 1);
	}
	root = written(&judged.trial);
	assert_true(number(nth(root, 0), "detectable") > 0);
	json_free(root);
	judged_values(judged_result(&judged.head, "one more"), &time_kind, 1, 0, 1);
	root = written(&judged.trial);
	assert_true(isnan(number(nth(root, 0), "detectable")));
	json_free(root);
	judged_release(&judged);
}

static bool has(const struct json *object, const char *name)
{
	return json_get(object, name) != NULL;
}

/* Four units of one benchmark, and one that was the same on both sides. */
TEST(units_in_turn_are_told)
{
	const double ratios[] = { 0.09, 0.11, 0.095, 0.105, 0.1, 0.1, 0.11, 0.1 };
	struct judged judged;
	struct result *head;
	const struct json *slower, *same;
	struct json *root;

	judged_init(&judged);
	judged.head.plan.nr_units = 20;
	judged.trial.in_turn = true;
	judged_values(judged_result(&judged.base, "slower"), &time_kind, 1000, 0.5, 8);
	head = judged_result(&judged.head, "slower");
	head->spent_ns = 1500000000;
	for (size_t i = 0; i < 8; i++) {
		metrics_add_ratio(&head->metrics, &time_kind, ratios[i]);
		*ARRAY_ADD(&head->duets) = (struct duet){ .nr_quads = 100, .nr_dropped = i };
	}
	judged_result(&judged.base, "same");
	judged_result(&judged.head, "same")->identical = true;
	root = written(&judged.trial);
	slower = nth(root, 0);
	check_text(slower, "status", "REGRESSION");
	check_text(slower, "evidence", "in-turn");
	check_text(slower, "drift_source", "none");
	assert_int_equal(number(slower, "units"), 4);
	assert_true(fabs(number(slower, "drop_ratio") - 28.0 / 800) < 1e-12);
	assert_true(number(slower, "spent") == 1.5);
	assert_true(fabs(number(slower, "change") - expm1(0.81 / 8)) < 1e-9);
	assert_true(number(slower, "p_above_threshold_adjusted") < 0.01);
	assert_true(number(slower, "detectable") > 0.02);
	same = nth(root, 1);
	check_text(same, "status", "PASS");
	check_text(same, "evidence", "identical");
	check_text(same, "name", NULL);
	assert_true(number(same, "change") == 0);
	assert_false(has(same, "units"));
	json_free(root);
	judged_release(&judged);
}
