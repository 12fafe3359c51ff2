/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "gate/mentions.h"
#include "gate/policy_json.h"

#include <string.h>

#define NR(table) (sizeof(table) / sizeof *(table))

/* A policy file and what it mentions. */
struct read_file {
	struct policy_file file;
	struct mentions mentions;
};

static struct read_file read_policy(const char *text)
{
	struct read_file read = { .mentions = { 0 } };
	struct error err;

	policy_file_init(&read.file);
	if (policy_file_read(text, strlen(text), &read.file, &err))
		fail_msg("%s: %s", text, err.text);
	mentions_read(read.file.root, &read.file.rules, &read.mentions);
	return read;
}

static void release(struct read_file *read)
{
	mentions_release(&read->mentions);
	policy_file_release(&read->file);
}

static struct known_names some_names(bool whole)
{
	struct known_names known = { .whole = whole };

	known_names_add(&known, "hash_table", "critical");
	known_names_add(&known, "sort/1000", "standard");
	known_names_add(&known, "sort/9", "standard");
	known_names_add(&known, "render", "weekly");
	return known;
}

/* `said`: the lines, each with a newline behind it. */
static void says(const char *text, const struct texts *lines, const char *said)
{
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < lines->nr; i++)
		buf_addf(&out, "%s\n", lines->items[i]);
	if (strcmp(out.data, said) != 0)
		fail_msg("%s: says \"%s\" instead of \"%s\"", text, out.data, said);
	buf_release(&out);
}

static void check(const char *text, bool whole, const char *said)
{
	struct read_file read = read_policy(text);
	struct known_names known = some_names(whole);
	struct texts lines = { 0 };

	mentions_check(&read.mentions, &read.file.policy, &known, &lines);
	says(text, &lines, said);
	texts_release(&lines);
	known_names_release(&known);
	release(&read);
}

#define OVERRIDE(keys) "{\"overrides\": [{" keys "}]}"
#define RULE(condition) \
	"{\"alert_rules\": [{\"name\": \"slow\", \"condition\": \"" condition "\"}]}"
#define TIERS(tiers) "{\"tiers\": {" tiers "}}"

/* What is said of them where all benchmarks are known, and where some may not be. */
static const struct {
	const char *text, *whole, *part;
} cases[] = {
	{ "{}", "", "" },
	{ OVERRIDE("\"benchmark\": [\"hash_table\", \"sort\", \"sort/*\", \"r?nder\", \"*\"]"), "",
		"" },
	{ OVERRIDE("\"benchmark\": \"hash_tabel\""),
		"overrides[0]: no benchmark matches 'hash_tabel'; the nearest name is 'hash_table'\n",
		"" },
	{ OVERRIDE(
		  "\"benchmark\": [\"sort\", \"srot\"]}, {\"benchmark\": [\"unlike*\", \"unlike*\"]"),
		"overrides[0]: no benchmark matches 'srot'; the nearest name is 'sort'\n"
		"overrides[1]: no benchmark matches 'unlike*'\n",
		"" },
	{ OVERRIDE("\"benchmark\": \"sort/1001\""),
		"overrides[0]: no benchmark matches 'sort/1001'; the nearest name is 'sort/1000'\n",
		"" },
	{ OVERRIDE("\"benchmark\": \"hash_tabel\", \"paths\": \"src/**\""),
		"overrides[0]: no benchmark matches 'hash_tabel'; the nearest name is 'hash_table'\n",
		"" },
	{ TIERS("\"critical\": {\"benchmarks\": [\"rendr\", \"sort\"]}"),
		"tiers.critical: no benchmark matches 'rendr'; the nearest name is 'render'\n",
		"" },
	{ "{\"competitors\": [{\"name\": \"a\", \"suite\": \"a.so\", \"benchmarks\": {\"rendr\": \"x\"}}, "
	  "{\"name\": \"b\", \"suite\": \"a.so\", \"benchmarks\": \"rendr\"}]}",
		"competitors[0]: no benchmark is called 'rendr'; the nearest name is 'render'\n"
		"competitors[1]: no benchmark is called 'rendr'; the nearest name is 'render'\n",
		"" },
	{ "{\"tradeoffs\": [{\"benchmark\": \"sort\", \"metric\": \"time\", \"worse_by\": \"5%\", \"reason\": \"r\", "
	  "\"if\": {\"metric\": \"time\", \"better_by\": \"1%\", \"weights\": {\"rendr\": 1, \"sort\": 1}}}]}",
		"tradeoffs[0].if: no benchmark is called 'rendr'; the nearest name is 'render'\n"
		"tradeoffs[0].if: no benchmark is called 'sort'; the nearest name is 'sort/9'\n",
		"" },
	/* Percentiles */
	{ OVERRIDE("\"benchmark\": \"*\", \"metric\": \"p96\""),
		"overrides[0]: none of its benchmarks has a metric 'p96'; the nearest name is 'p90'\n",
		"overrides[0]: none of its benchmarks has a metric 'p96'; the nearest name is 'p90'\n" },
	{ OVERRIDE("\"benchmark\": \"*\", \"budgets\": {\"p99.99\": \"1ms\", \"p99.9\": \"1ms\"}"),
		"overrides[0].budgets: none of its benchmarks has a metric 'p99.99'; the nearest name is 'p99.9'\n",
		"overrides[0].budgets: none of its benchmarks has a metric 'p99.99'; the nearest name is 'p99.9'\n" },
	{ OVERRIDE(
		  "\"benchmark\": \"*\", \"budgets\": {\"time\": \"1s\", \"p50\": \"1s\", \"max\": \"1s\", \"peak\": 1}"),
		"", "" },
	{ OVERRIDE("\"benchmark\": \"*\", \"metric\": \"p9*\""), "", "" },
	{ RULE("metric = 'p96'"),
		"alert_rules[0] (slow): no benchmark has a metric 'p96'; the nearest name is 'p90'\n",
		"alert_rules[0] (slow): no benchmark has a metric 'p96'; the nearest name is 'p90'\n" },
	/* Rules compare names as they are, or with globs. */
	{ RULE("benchmark = 'sort' OR benchmark ~ 'sort*' OR benchmark != 'render'"),
		"alert_rules[0] (slow): no benchmark is called 'sort'; the nearest name is 'sort/9'\n",
		"" },
	{ RULE("units > 1 AND NOT (benchmark ~ 'rendr*' OR 'rendr' = benchmark)"),
		"alert_rules[0] (slow): no benchmark matches 'rendr*'; the nearest name is 'render'\n"
		"alert_rules[0] (slow): no benchmark is called 'rendr'; the nearest name is 'render'\n",
		"" },
	{ RULE("tier = 'critical' OR tier = 'weekly' OR tier ~ 'stand*'"), "", "" },
	{ RULE("tier = 'critcal' OR tier != 'critcal' OR tier = 'own'"),
		"alert_rules[0] (slow): no tier is called 'critcal'; the nearest name is 'critical'\n"
		"alert_rules[0] (slow): no tier is called 'own'\n",
		"alert_rules[0] (slow): no tier is called 'critcal'; the nearest name is 'critical'\n" },
	/* Tiers and triggers of one's own */
	{ TIERS("\"weekly\": {}, \"comprehensive\": {}"), "", "" },
	{ TIERS("\"criticl\": {}, \"own\": {\"benchmarks\": \"render\"}"),
		"tiers.criticl: no benchmark is in tier 'criticl'; the nearest name is 'critical'\n",
		"" },
	{ TIERS("\"critical\": {\"trigger\": \"every_comit\"}"),
		"tiers.critical: no standard trigger is called 'every_comit'; the nearest name is 'every_commit'\n",
		"tiers.critical: no standard trigger is called 'every_comit'; the nearest name is 'every_commit'\n" },
	{ TIERS("\"critical\": {\"trigger\": \"pull_request\"}, \"standard\": {\"trigger\": \"release\"}"),
		"tiers.critical: no standard trigger is called 'pull_request'; the nearest name is 'pull_requests'\n",
		"tiers.critical: no standard trigger is called 'pull_request'; the nearest name is 'pull_requests'\n" },
	{ TIERS("\"critical\": {\"trigger\": \"nightly\"}, \"standard\": {\"trigger\": \"pre_release\"}, "
		"\"comprehensive\": {\"trigger\": \"weekly\"}"),
		"", "" },
};

TEST(what_nothing_has_is_told_with_the_nearest_name)
{
	for (size_t i = 0; i < NR(cases); i++) {
		check(cases[i].text, true, cases[i].whole);
		check(cases[i].text, false, cases[i].part);
	}
}

static void add_result(struct run *run, const char *name, const char *metric)
{
	struct bench bench = { .name = (char *)name,
		.tier = (char *)"standard",
		.about = (char *)"",
		.file = (char *)"",
		.source = (char *)"" };
	struct result *result = run_add(run, &bench);

	metrics_add(&result->metrics, &metric_time, 1);
	if (metric)
		metrics_add(&result->metrics, &(struct metric_kind){ metric, "", false }, 1);
}

static void check_values(
	const char *text, const struct known_names *known, const struct run *run, const char *said)
{
	struct read_file read = read_policy(text);
	struct texts lines = { 0 };

	mentions_check_values(&read.mentions, known, run, &lines);
	says(text, &lines, said);
	texts_release(&lines);
	release(&read);
}

/* sort/9 was not measured. */
static struct run some_run(void)
{
	struct run run = RUN_INIT;

	add_result(&run, "hash_table", "allocations");
	add_result(&run, "sort/1000", NULL);
	add_result(&run, "render", NULL);
	result_fault(run_find(&run, "render"), &(struct fault){ RESULT_CRASHED, "it crashed" });
	return run;
}

TEST(a_metric_that_none_of_its_benchmarks_has)
{
	static const struct {
		const char *text, *whole, *part;
	} values[] = {
		{ OVERRIDE("\"benchmark\": \"hash_table\", \"metric\": \"alocations\""),
			"overrides[0]: none of its benchmarks has a metric 'alocations'; the nearest name is 'allocations'\n",
			"overrides[0]: none of its benchmarks has a metric 'alocations'; the nearest name is 'allocations'\n" },
		{ OVERRIDE(
			  "\"benchmark\": \"hash_table\", \"budgets\": {\"allocations\": 1, \"p99\": 1}"),
			"overrides[0].budgets: none of its benchmarks has a metric 'p99'\n",
			"overrides[0].budgets: none of its benchmarks has a metric 'p99'\n" },
		{ OVERRIDE("\"benchmark\": \"hash_table\", \"metric\": \"alloc*\""), "", "" },
		/* Others may be meant. */
		{ OVERRIDE("\"benchmark\": \"hash*\", \"metric\": \"p99\""),
			"overrides[0]: none of its benchmarks has a metric 'p99'\n", "" },
		/* What was not measured may have it. */
		{ OVERRIDE("\"benchmark\": \"sort\", \"metric\": \"p99\""), "", "" },
		{ OVERRIDE("\"benchmark\": [\"sort/1000\", \"render\"], \"metric\": \"p99\""), "",
			"" },
		{ RULE("metric = 'alocations'"), "", "" },
		/* That is told before there are values. */
		{ OVERRIDE("\"benchmark\": \"hash_table\", \"metric\": \"p96\""), "", "" },
	};
	struct run run = some_run();

	for (size_t i = 0; i < NR(values); i++)
		for (int whole = 0; whole < 2; whole++) {
			struct known_names known = some_names(whole);

			check_values(values[i].text, &known, &run,
				whole ? values[i].whole : values[i].part);
			known_names_release(&known);
		}
	run_release(&run);
}

TEST(a_percentile_that_a_run_has_is_known)
{
	static const char text[] = OVERRIDE("\"benchmark\": \"hash_table\", \"metric\": \"p75\"");
	struct read_file read = read_policy(text);
	struct known_names known = { .whole = true };
	struct texts lines = { 0 };
	struct run run = RUN_INIT;

	add_result(&run, "hash_table", "p75");
	known_names_add_run(&known, &run);
	mentions_check(&read.mentions, &read.file.policy, &known, &lines);
	mentions_check_values(&read.mentions, &known, &run, &lines);
	says(text, &lines, "");
	run_release(&run);
	known_names_release(&known);
	release(&read);
}
