/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/str.h"
#include "gate/policy_json.h"
#include "gate/tradeoffs_json.h"

#include <math.h>
#include <string.h>

#define NR(table) (sizeof(table) / sizeof *(table))

static void is_near(double value, double expected)
{
	if (!(fabs(value - expected) < 1e-12))
		fail_msg("%.17g instead of %.17g", value, expected);
}

/* A file that is right. */
static struct policy_file read_good(const char *text)
{
	struct policy_file file;
	struct error err = ERROR_INIT;

	policy_file_init(&file);
	if (policy_file_read(text, strlen(text), &file, &err))
		fail_msg("%s: %s", text, err.text);
	return file;
}

TEST(a_file_that_says_nothing_changes_nothing)
{
	static const char *const texts[] = { "{}", " // nothing\n{ /* at all */ }\n",
		"{ \"tiers\": {}, \"overrides\": [] }", "{ \"tiers\": { \"critical\": {} } }" };

	for (size_t i = 0; i < NR(texts); i++) {
		struct policy_file file = read_good(texts[i]);

		assert_int_equal(file.suites.nr, 0);
		assert_null(file.baselines);
		assert_true(file.policy.alpha == 0.01);
		assert_true(isnan(file.policy.threshold_ratio));
		assert_int_equal(file.policy.tiers.nr, 3);
		assert_int_equal(file.policy.tiers.items[0].said, 0);
		is_near(file.policy.tiers.items[0].threshold_ratio, 0.02);
		assert_int_equal(file.policy.overrides.nr, 0);
		assert_int_equal(file.policy.limits.nr, 0);
		assert_int_equal(file.policy.on_missing, ACTION_FAIL);
		policy_file_release(&file);
	}
}

TEST(the_top_of_the_file)
{
	struct policy_file file = read_good(
		"{ \"layouts\": 8, \"jobs\": 3, \"only_changed\": true, \"sandbox\": \"auto\", \"counts\": \"callgrind\", \"suite\": [\"./a.so\", \"b\"], \"baselines\": \"base\", \"alpha\": 0.05,"
		"  \"on_inconclusive\": \"fail\", \"on_missing\": \"warn\", \"on_new\": \"warn\","
		"  \"on_failed\": \"pass\", \"on_layout\": \"fail\", \"on_environment\": \"fail\","
		"  \"environment\": { \"cores\": 2 } }");

	assert_int_equal(file.suites.nr, 2);
	assert_string_equal(file.suites.items[0], "./a.so");
	assert_string_equal(file.suites.items[1], "b");
	assert_string_equal(file.baselines, "base");
	assert_true(file.policy.alpha == 0.05);
	assert_int_equal(file.policy.on_inconclusive, ACTION_FAIL);
	assert_int_equal(file.policy.on_missing, ACTION_WARN);
	assert_int_equal(file.policy.on_new, ACTION_WARN);
	assert_int_equal(file.policy.on_failed, ACTION_PASS);
	assert_int_equal(file.policy.on_environment, ACTION_FAIL);
	assert_int_equal(file.policy.requirements.nr, 1);
	assert_string_equal(file.policy.requirements.items[0].place, "environment.cores");
	assert_int_equal(file.policy.on_layout, ACTION_FAIL);
	assert_int_equal(file.policy.layouts, 8);
	assert_int_equal(file.policy.jobs, 3);
	assert_int_equal(file.policy.only_changed, CHOICE_YES);
	assert_int_equal(file.policy.sandbox, SANDBOX_AUTO);
	assert_int_equal(file.policy.counts, COUNTS_CALLGRIND);
	policy_file_release(&file);
	file = read_good("{ \"suite\": \"a.so\" }");
	assert_int_equal(file.suites.nr, 1);
	assert_string_equal(file.suites.items[0], "a.so");
	policy_file_release(&file);
	file = read_good("{ \"suite\": [] }");
	assert_int_equal(file.suites.nr, 0);
	policy_file_release(&file);
}

TEST(tiers_are_changed_and_added)
{
	struct policy_file file = read_good(
		"{ \"tiers\": {"
		"  \"own\": { \"benchmarks\": \"render\", \"trigger\": \"nightly\", \"target\": \"12%\" },"
		"  \"critical\": { \"benchmarks\": [\"sort*\", \"parse\"], \"max_duration\": \"90s\","
		"    \"regression_threshold\": \"2.5 %\", \"severity\": \"warn\" } } }");
	const struct tiers *tiers = &file.policy.tiers;
	const struct tier *critical = tiers_find(tiers, "critical"),
			  *own = tiers_find(tiers, "own");

	assert_int_equal(tiers->nr, 4);
	assert_int_equal(critical->benchmarks.nr, 2);
	assert_string_equal(critical->benchmarks.items[1], "parse");
	assert_string_equal(critical->trigger, "every_commit");
	assert_true(critical->budget_ns == 90000000000u);
	is_near(critical->threshold_ratio, 0.025);
	assert_true(isnan(critical->target_ratio));
	assert_int_equal(critical->severity, SEVERITY_WARN);
	assert_int_equal(own->benchmarks.nr, 1);
	assert_string_equal(own->trigger, "nightly");
	is_near(own->threshold_ratio, 0.05);
	is_near(own->target_ratio, 0.12);
	assert_true(own->budget_ns == tiers_find(tiers, "standard")->budget_ns);
	policy_file_release(&file);
}

TEST(of_two_tiers_that_claim_a_benchmark_the_first_in_the_file_has_it)
{
	static const char *const order[] = { "own", "standard", "critical", "comprehensive" };
	struct policy_file file = read_good("{ \"tiers\": {"
					    "  \"own\": { \"benchmarks\": \"sort_big\" },"
					    "  \"standard\": { \"benchmarks\": \"sort_b*\" },"
					    "  \"critical\": { \"benchmarks\": \"sort*\" } } }");
	const struct tiers *tiers = &file.policy.tiers;

	assert_string_equal(tiers_claiming(tiers, "sort_big")->name, "own");
	assert_string_equal(tiers_claiming(tiers, "sort_by")->name, "standard");
	assert_string_equal(tiers_claiming(tiers, "sort")->name, "critical");
	assert_string_equal(tiers_named(tiers, "nobody's")->name, "standard");
	for (size_t i = 0; i < NR(order); i++)
		assert_string_equal(tiers->items[i].name, order[i]);
	policy_file_release(&file);
}

TEST(overrides_are_rows_in_the_order_of_the_file)
{
	struct policy_file file = read_good(
		"{ \"overrides\": ["
		"  { \"benchmark\": \"sort*\", \"metric\": \"p9*\", \"regression_threshold\": \"10%\","
		"    \"target\": \"1000%\", \"severity\": \"warn\", \"gated\": true },"
		"  { \"gated\": false, \"severity\": \"block\", \"benchmark\": [\"a\", \"b\"] } ] }");
	const struct override *rows = file.policy.overrides.items;

	assert_int_equal(file.policy.overrides.nr, 3);
	assert_string_equal(rows[0].benchmark, "sort*");
	assert_string_equal(rows[0].metric, "p9*");
	is_near(rows[0].threshold_ratio, 0.1);
	is_near(rows[0].target_ratio, 10);
	assert_int_equal(rows[0].warns, CHOICE_YES);
	assert_int_equal(rows[0].gated, CHOICE_YES);
	for (size_t i = 1; i < 3; i++) {
		assert_string_equal(rows[i].benchmark, i == 1 ? "a" : "b");
		assert_null(rows[i].metric);
		assert_true(isnan(rows[i].threshold_ratio) && isnan(rows[i].target_ratio));
		assert_int_equal(rows[i].warns, CHOICE_NO);
		assert_int_equal(rows[i].gated, CHOICE_NO);
	}
	policy_file_release(&file);
}

TEST(budgets_are_durations_sizes_or_numbers)
{
	static const struct {
		const char *benchmark, *metric;
		double value;
		const char *unit, *text;
	} expected[] = {
		{ "a", "time", 20000, "ns", "20us" },
		{ "a", "p9*", 0.5, "ns", "0.5 ns" },
		{ "b", "allocated", 1048576, "B", "1MiB" },
		{ "c", "allocated", 1048576, "B", "1MiB" },
		{ "b", "allocations", 100, NULL, "100" },
		{ "c", "allocations", 100, NULL, "100" },
		{ "b", "misses", 0, NULL, "0" },
		{ "c", "misses", 0, NULL, "0" },
		{ "b", "score", 0.1, NULL, "0.1" },
		{ "c", "score", 0.1, NULL, "0.1" },
	};
	struct policy_file file = read_good(
		"{ \"overrides\": ["
		"  { \"benchmark\": \"a\", \"budgets\": { \"time\": \"20us\", \"p9*\": \"0.5 ns\" } },"
		"  { \"benchmark\": [\"b\", \"c\"], \"budgets\": { \"allocated\": \"1MiB\","
		"    \"allocations\": 100, \"misses\": 0, \"score\": 0.1 } } ] }");

	assert_int_equal(file.policy.limits.nr, NR(expected));
	for (size_t i = 0; i < NR(expected); i++) {
		const struct limit *limit = &file.policy.limits.items[i];

		assert_string_equal(limit->benchmark, expected[i].benchmark);
		assert_string_equal(limit->metric, expected[i].metric);
		is_near(limit->value, expected[i].value);
		if (expected[i].unit)
			assert_string_equal(limit->unit, expected[i].unit);
		else
			assert_null(limit->unit);
		assert_string_equal(limit->text, expected[i].text);
	}
	policy_file_release(&file);
}

TEST(paths_are_rows_a_benchmark)
{
	struct policy_file file =
		read_good("{ \"tiers\": { \"critical\": { \"paths\": [\"src/**\", \"lib\"] } },"
			  "  \"overrides\": ["
			  "    { \"benchmark\": [\"a\", \"b\"], \"paths\": \"src/a\" },"
			  "    { \"benchmark\": \"c\", \"gated\": true },"
			  "    { \"benchmark\": \"a\", \"paths\": [\"x\", \"y\"] } ] }");
	const struct mapping *rows = file.policy.mappings.items;

	assert_int_equal(tiers_find(&file.policy.tiers, "critical")->paths.nr, 2);
	assert_int_equal(tiers_find(&file.policy.tiers, "standard")->paths.nr, 0);
	assert_int_equal(file.policy.mappings.nr, 3);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(rows[i].benchmark, i == 1 ? "b" : "a");
	assert_int_equal(rows[0].paths.nr, 1);
	assert_string_equal(rows[1].paths.items[0], "src/a");
	assert_int_equal(rows[2].paths.nr, 2);
	assert_string_equal(rows[2].paths.items[1], "y");
	policy_file_release(&file);
}

#define RATIO "a percentage above 0% and up to 1000%, such as \"2%\""
#define ALPHA "a number above 0 and below 0.5, such as 0.01"
#define DURATION "a duration above 0, such as \"500ms\" or \"3min\""
#define TEXTS "a text or a list of texts, none of them empty"
#define BUDGET \
	"a duration such as \"20us\", a size such as \"1MiB\", or a number in the metric's own unit"
#define TIER(text) "{\"tiers\":{\"own\":{" text "}}}"
#define OVERRIDE(text) "{\"overrides\":[{\"benchmark\":\"a\"},{" text "}]}"

#define KEYS \
	" known keys: suite, commands, bench, competitors, build, base, baselines, layouts, jobs, retry_failed, only_changed, sandbox, counts, gate_work, alpha, tiers, " \
	"overrides, tradeoffs, environment, alert_rules, on_inconclusive, on_layout, on_missing, on_new, on_failed, on_environment, history, baseline_updates, columns, channels, notify, responses"
#define TIER_KEYS \
	" known keys: benchmarks, paths, trigger, max_duration, max_time, regression_threshold, target, memory_threshold, work_threshold, severity"
#define OVERRIDE_KEYS \
	" known keys: benchmark, metric, regression_threshold, target, memory_threshold, work_threshold, gate_work, severity, gated, max_time, paths, budgets, expected"

static const struct {
	const char *text, *error;
} wrong[] = {
	{ "", "line 1, column 1: the JSON text ends too early" },
	{ "{\n\t\"alpha\": 1%\n}", "line 2, column 12: not valid JSON from here on" },
	{ "{} // done\n /* really\n */ {}", "line 3, column 5: not valid JSON from here on" },
	{ "{\"alpha\":0.1,\"alpha\":0.1}", "the key \"alpha\" occurs twice in one object" },
	{ "[]", "the file is a list; it must be an object" },
	{ "{\"alhpa\":0.1}", "unknown key 'alhpa'; did you mean alpha?" KEYS },
	{ "{\"suites\":[]}", "unknown key 'suites'; did you mean suite?" KEYS },
	{ "{\"xyzzy_plugh\":1}", "unknown key 'xyzzy_plugh';" KEYS },
	{ "{\"al\\npha\":1}", "unknown key 'al?pha'; did you mean alpha?" KEYS },
	{ "{\"suite\":1}", "suite is 1; it must be " TEXTS },
	{ "{\"suite\":\"\"}", "suite is \"\"; it must be " TEXTS },
	{ "{\"suite\":[\"a\",\"\"]}", "suite is a list; it must be " TEXTS },
	{ "{\"suite\":[\"a\",1]}", "suite is a list; it must be " TEXTS },
	{ "{\"suite\":[[\"a\"]]}", "suite is a list; it must be " TEXTS },
	{ "{\"baselines\":\"\"}", "baselines is \"\"; it must be a text that is not empty" },
	{ "{\"baselines\":null}", "baselines is null; it must be a text that is not empty" },
	{ "{\"alpha\":0}", "alpha is 0; it must be " ALPHA },
	{ "{\"alpha\":0.5}", "alpha is 0.5; it must be " ALPHA },
	{ "{\"alpha\":-0.01}", "alpha is -0.01; it must be " ALPHA },
	{ "{\"alpha\":\"0.01\"}", "alpha is \"0.01\"; it must be " ALPHA },
	{ "{\"on_new\":\"Pass\"}",
		"on_new is \"Pass\"; it must be one of \"pass\", \"warn\", \"fail\"" },
	{ "{\"on_new\":true}", "on_new is true; it must be one of \"pass\", \"warn\", \"fail\"" },
	{ "{\"tiers\":[]}", "tiers is a list; it must be an object of tiers by their names" },
	{ "{\"tiers\":{\"own\":1}}", "tiers.own is 1; it must be an object" },
	{ "{\"tiers\":{\"\":{}}}",
		"tiers has one named \"\"; a name must not be empty or hold a comma" },
	{ "{\"tiers\":{\"a,b\":{}}}",
		"tiers has one named \"a,b\"; a name must not be empty or hold a comma" },
	{ "{\"tiers\":{\"critical\":{\"regresion_threshold\":\"2%\"}}}",
		"unknown key 'tiers.critical.regresion_threshold'; did you mean regression_threshold?" TIER_KEYS },
	{ TIER("\"benchmarks\":{}"), "tiers.own.benchmarks is an object; it must be " TEXTS },
	{ TIER("\"paths\":[1]"), "tiers.own.paths is a list; it must be " TEXTS },
	{ OVERRIDE("\"benchmark\":\"a\",\"paths\":\"\""),
		"overrides[1].paths is \"\"; it must be " TEXTS },
	{ TIER("\"trigger\":\"\""),
		"tiers.own.trigger is \"\"; it must be a text that is not empty" },
	{ TIER("\"max_duration\":180"), "tiers.own.max_duration is 180; it must be " DURATION },
	{ TIER("\"max_duration\":\"3 parsecs\""),
		"tiers.own.max_duration is \"3 parsecs\"; it must be " DURATION },
	{ TIER("\"max_duration\":\"0s\""),
		"tiers.own.max_duration is \"0s\"; it must be " DURATION },
	{ TIER("\"max_time\":30"), "tiers.own.max_time is 30; it must be " DURATION },
	{ "{\"overrides\":[{\"benchmark\":\"a\",\"max_time\":\"0s\"}]}",
		"overrides[0].max_time is \"0s\"; it must be " DURATION },
	{ "{\"overrides\":[{\"benchmark\":\"a\",\"metric\":\"p99\",\"max_time\":\"1s\"}]}",
		"overrides[0] has a metric and a max_time; max_time is of the whole benchmark: give it an override of its own" },
	{ TIER("\"target\":2"), "tiers.own.target is 2; it must be " RATIO },
	{ TIER("\"target\":\"2\""), "tiers.own.target is \"2\"; it must be " RATIO },
	{ TIER("\"target\":\"0%\""), "tiers.own.target is \"0%\"; it must be " RATIO },
	{ TIER("\"target\":\"1000.1%\""), "tiers.own.target is \"1000.1%\"; it must be " RATIO },
	{ TIER("\"target\":\"-2%\""), "tiers.own.target is \"-2%\"; it must be " RATIO },
	{ TIER("\"target\":\"5%\""),
		"tiers.own.target is 5%; it must be above the regression_threshold, which is 5%" },
	{ TIER("\"target\":\"7%\",\"regression_threshold\":\"8%\""),
		"tiers.own.target is 7%; it must be above the regression_threshold, which is 8%" },
	{ TIER("\"severity\":\"fail\""),
		"tiers.own.severity is \"fail\"; it must be one of \"block\", \"warn\"" },
	{ "{\"baseline_updates\":{\"runs\":2}}",
		"baseline_updates.runs is 2; it must be from 3 to 10" },
	{ "{\"baseline_updates\":{\"confidence\":\"50%\"}}",
		"baseline_updates.confidence is 50%; it must be above 50% and below 100%" },
	{ "{\"baseline_updates\":{\"min_improvement\":\"100%\"}}",
		"baseline_updates.min_improvement is 100%; it must be below 100%" },
	{ "{\"alert_rules\":\"a\"}",
		"alert_rules is \"a\"; it must be a list of rules, or an object of rules by their names" },
	{ "{\"overrides\":{}}", "overrides is an object; it must be a list" },
	{ "{\"overrides\":[\"a\"]}", "overrides[0] is \"a\"; it must be an object" },
	{ OVERRIDE("\"gated\":true"),
		"overrides[1] has no benchmark; it must have one, such as \"benchmark\": \"sort*\"" },
	{ OVERRIDE("\"benchmark\":[]"),
		"overrides[1] has no benchmark; it must have one, such as \"benchmark\": \"sort*\"" },
	{ OVERRIDE("\"benchmarks\":\"a\""),
		"unknown key 'overrides[1].benchmarks'; did you mean benchmark?" OVERRIDE_KEYS },
	{ OVERRIDE("\"benchmark\":\"a\",\"metric\":[\"time\"]"),
		"overrides[1].metric is a list; it must be a text that is not empty" },
	{ OVERRIDE("\"benchmark\":\"a\",\"severity\":\"\""),
		"overrides[1].severity is \"\"; it must be one of \"block\", \"warn\"" },
	{ OVERRIDE("\"benchmark\":\"a\",\"gated\":\"yes\""),
		"overrides[1].gated is \"yes\"; it must be true or false" },
	{ OVERRIDE("\"benchmark\":\"a\",\"regression_threshold\":\"10%\",\"target\":\"10%\""),
		"overrides[1].target is 10%; it must be above the regression_threshold, which is 10%" },
	{ OVERRIDE("\"benchmark\":\"a\",\"expected\":\"3ms..1ms\""),
		"overrides[1].expected is \"3ms..1ms\"; it must be two durations, the shorter one first, such as \"1ms..3ms\"" },
	{ OVERRIDE("\"benchmark\":\"a\",\"expected\":3"),
		"overrides[1].expected is 3; it must be a text that is not empty" },
	{ OVERRIDE("\"benchmark\":\"a\",\"budgets\":[]"),
		"overrides[1].budgets is a list; it must be an object of budgets by their metrics" },
	{ OVERRIDE("\"benchmark\":\"a\",\"budgets\":{\"hits\":1,\"time\":\"20\"}"),
		"overrides[1].budgets.time is \"20\"; it must be " BUDGET },
	{ OVERRIDE("\"benchmark\":\"a\",\"budgets\":{\"hits\":-1}"),
		"overrides[1].budgets.hits is -1; it must be " BUDGET },
	{ OVERRIDE("\"benchmark\":\"a\",\"budgets\":{\"hits\":false}"),
		"overrides[1].budgets.hits is false; it must be " BUDGET },
	{ "{\"history\":{\"keep\":90}}",
		"history.keep is 90; it must be a duration above 0, such as \"90 days\", or an object of them by the names of tiers" },
	{ "{\"history\":{\"keep_points\":{\"critical\":\"0s\"}}}",
		"history.keep_points.critical is \"0s\"; it must be a duration above 0, such as \"90 days\"" },
	{ "{\"history\":{\"keep\":{\"critcal\":\"9d\"}}}",
		"unknown tier 'history.keep.critcal'; did you mean critical? known tiers: critical, standard, comprehensive" },
};

TEST(what_is_wrong_is_told_with_its_place_and_what_would_be_right)
{
	for (size_t i = 0; i < NR(wrong); i++) {
		struct policy_file file;
		struct error err = ERROR_INIT;

		policy_file_init(&file);
		if (policy_file_read(wrong[i].text, strlen(wrong[i].text), &file, &err) != -1)
			fail_msg("taken: %s", wrong[i].text);
		assert_string_equal(err.text, wrong[i].error);
		assert_int_equal(err.kind, ERR_USAGE);
		policy_file_release(&file);
	}
}

TEST(runs_are_kept_for_one_time_or_for_one_by_tier)
{
	struct policy_file file = read_good(
		"{\"history\":{\"keep\":{\"own\":\"30d\",\"standard\":\"90d\"},\"keep_points\":\"2 weeks\"},\"tiers\":{\"own\":{}}}");
	const uint64_t day_ns = UINT64_C(86400000000000);

	assert_int_equal(keeping_of(&file.history.keep, "own"), 30 * day_ns);
	assert_int_equal(keeping_of(&file.history.keep, "standard"), 90 * day_ns);
	assert_int_equal(keeping_of(&file.history.keep, "critical"), 0);
	assert_int_equal(keeping_of(&file.history.keep_points, "critical"), 14 * day_ns);
	policy_file_release(&file);
}

static size_t nr_keys(const struct policy_key *rows)
{
	size_t nr = 0;

	while (rows[nr].name)
		nr++;
	return nr;
}

TEST(what_the_file_says_is_known)
{
	struct policy_file file = read_good(
		"{ \"alpha\": 0.01, \"tiers\": { \"critical\": { \"trigger\": \"daily\" } } }");

	for (size_t i = 0; policy_file_keys[i].name; i++)
		assert_int_equal(
			file.said >> i & 1, str_in_list("alpha,tiers", policy_file_keys[i].name));
	for (size_t i = 0; policy_tier_keys[i].name; i++)
		assert_int_equal(file.policy.tiers.items[0].said >> i & 1,
			strcmp(policy_tier_keys[i].name, "trigger") == 0);
	assert_int_equal(tiers_find(&file.policy.tiers, "standard")->said, 0);
	assert_true(nr_keys(policy_file_keys) <= 8 * sizeof file.said);
	policy_file_release(&file);
}

/* Each value reads back from how it is shown. */
TEST(values_are_shown_as_the_file_spells_them)
{
	static const struct {
		const char *key, *given, *shown;
	} cases[] = {
		{ "max_duration", "180", "3min" },
		{ "max_duration", "120min", "2h" },
		{ "max_duration", "61s", "61s" },
		{ "max_duration", "1.5s", "1500ms" },
		{ "max_duration", "1us", "1us" },
		{ "max_duration", "1001ns", "1001ns" },
		{ "regression_threshold", "7 %", "7%" },
		{ "regression_threshold", "0.5%", "0.5%" },
		{ "regression_threshold", "1000%", "1000%" },
		{ "regression_threshold", "1e-3%", "0.001%" },
		{ "severity", "warn", "warn" },
		{ "trigger", "nightly", "nightly" },
		{ "benchmarks", "sort*", "sort*" },
	};

	for (size_t i = 0; i < NR(cases); i++) {
		const char *spelling = cases[i].given;

		for (int time = 0; time < 2; time++, spelling = cases[i].shown) {
			struct buf text = BUF_INIT, shown = BUF_INIT;
			struct policy_file file;

			buf_addf(&text, "{\"tiers\":{\"standard\":{\"%s\":\"%s\"}}}", cases[i].key,
				spelling);
			file = read_good(text.data);
			for (const struct policy_key *key = policy_tier_keys; key->name; key++)
				if (strcmp(key->name, cases[i].key) == 0)
					policy_key_print(key,
						tiers_find(&file.policy.tiers, "standard"), &shown);
			assert_string_equal(shown.data, cases[i].shown);
			policy_file_release(&file);
			buf_release(&shown);
			buf_release(&text);
		}
	}
}

TEST(what_is_unsaid_is_shown_as_nothing)
{
	const struct policy_exception none = { .row = { .threshold_ratio = NAN,
						       .target_ratio = NAN } };
	struct buf shown = BUF_INIT;

	for (const struct policy_key *key = policy_exception_keys; key->name; key++)
		policy_key_print(key, &none, &shown);
	assert_string_equal(shown.data, "");
	buf_release(&shown);
}

static size_t nr_members(const struct json *object)
{
	size_t nr = 0;

	for (const struct json *at = json_first(object); at; at = json_next(at))
		nr++;
	return nr;
}

static void has_keys(const struct json *section, const struct policy_key *rows)
{
	for (; rows->name; rows++)
		if (!json_get(json_get(section, "properties"), rows->name))
			fail_msg("%s is not in the schema", rows->name);
}

/* The schema's section has the same keys as the rows. */
static void has_the_same_keys(const struct json *section, const struct policy_key *rows)
{
	assert_int_equal(json_type(json_get(section, "additionalProperties")), JSON_BOOL);
	assert_int_equal(nr_members(json_get(section, "properties")), nr_keys(rows));
	has_keys(section, rows);
}

TEST(the_schema_has_the_keys_that_are_read)
{
	struct error err = ERROR_INIT;
	struct json *schema = json_parse(policy_schema_json, strlen(policy_schema_json), &err);
	const struct json *definitions;

	assert_non_null(schema);
	definitions = json_get(schema, "definitions");
	/* A file is a policy, or the block of one tier. */
	has_keys(schema, policy_file_keys);
	has_keys(schema, policy_tier_keys);
	assert_int_equal(nr_members(json_get(schema, "properties")),
		nr_keys(policy_file_keys) + nr_keys(policy_tier_keys));
	has_the_same_keys(json_get(definitions, "tier"), policy_tier_keys);
	has_the_same_keys(json_get(definitions, "override"), policy_exception_keys);
	has_the_same_keys(json_get(definitions, "alert_rule"), rule_keys);
	has_the_same_keys(json_get(definitions, "tradeoff"), tradeoff_keys);
	has_the_same_keys(json_get(definitions, "payment"), payment_keys);
	json_free(schema);
}
