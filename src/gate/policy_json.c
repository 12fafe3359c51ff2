/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/policy_json.h"

#include "base/array.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/yaml.h"
#include "gate/commands_json.h"
#include "gate/requirements_json.h"
#include "gate/tradeoffs_json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const warns_words[] = {
	[CHOICE_UNSAID] = "",
	[CHOICE_NO] = "block",
	[CHOICE_YES] = "warn",
	NULL,
};

const struct policy_key policy_file_keys[] = {
	POLICY_KEY_TEXTS("suite", struct policy_file, suites),
	POLICY_KEY_SECTION("commands"),
	POLICY_KEY_SECTION("bench"),
	POLICY_KEY_SECTION("competitors"),
	POLICY_KEY_TEXT("build", struct policy_file, build),
	POLICY_KEY_TEXT("base", struct policy_file, base),
	POLICY_KEY_TEXT("baselines", struct policy_file, baselines),
	POLICY_KEY_COUNT("layouts", struct policy_file, policy.layouts),
	POLICY_KEY_COUNT("jobs", struct policy_file, policy.jobs),
	POLICY_KEY_COUNT("retry_failed", struct policy_file, policy.retry_failed),
	POLICY_KEY_CHOICE("only_changed", struct policy_file, policy.only_changed),
	POLICY_KEY_WORD(
		"sandbox", struct policy_file, policy.sandbox, enum sandbox_when, sandbox_words),
	POLICY_KEY_WORD(
		"counts", struct policy_file, policy.counts, enum counts_when, counts_words),
	POLICY_KEY_CHOICE("gate_work", struct policy_file, policy.gates_work),
	POLICY_KEY_ALPHA("alpha", struct policy_file, policy.alpha),
	POLICY_KEY_SECTION("tiers"),
	POLICY_KEY_SECTION("overrides"),
	POLICY_KEY_SECTION("tradeoffs"),
	POLICY_KEY_SECTION("environment"),
	POLICY_KEY_SECTION("alert_rules"),
	POLICY_KEY_WORD("on_inconclusive", struct policy_file, policy.on_inconclusive, enum action,
		action_words),
	POLICY_KEY_WORD(
		"on_layout", struct policy_file, policy.on_layout, enum action, action_words),
	POLICY_KEY_WORD(
		"on_missing", struct policy_file, policy.on_missing, enum action, action_words),
	POLICY_KEY_WORD("on_new", struct policy_file, policy.on_new, enum action, action_words),
	POLICY_KEY_WORD(
		"on_failed", struct policy_file, policy.on_failed, enum action, action_words),
	POLICY_KEY_WORD("on_environment", struct policy_file, policy.on_environment, enum action,
		action_words),
	POLICY_KEY_SECTION("history"),
	POLICY_KEY_SECTION("baseline_updates"),
	POLICY_KEY_SECTION("columns"),
	POLICY_KEY_SECTION("channels"),
	POLICY_KEY_SECTION("notify"),
	POLICY_KEY_SECTION("responses"),
	POLICY_KEY_END,
};

const struct policy_key policy_history_keys[] = {
	POLICY_KEY_TEXT("db", struct policy_history, db),
	POLICY_KEY_SECTION("keep"),
	POLICY_KEY_SECTION("keep_points"),
	POLICY_KEY_DURATION("window", struct policy_history, past.window_ns),
	POLICY_KEY_COUNT("window_runs", struct policy_history, past.window_runs),
	POLICY_KEY_RATIO("creep", struct policy_history, past.creep_ratio),
	POLICY_KEY_END,
};

const struct policy_key policy_update_keys[] = {
	POLICY_KEY_TEXT("branch", struct proposing_rules, branch),
	POLICY_KEY_COUNT("runs", struct proposing_rules, nr_runs),
	POLICY_KEY_RATIO("min_improvement", struct proposing_rules, min_ratio),
	POLICY_KEY_RATIO("confidence", struct proposing_rules, confidence),
	POLICY_KEY_DURATION("approve_after", struct proposing_rules, approval_ns),
	POLICY_KEY_END,
};

const struct policy_key policy_tier_keys[] = {
	POLICY_KEY_TEXTS("benchmarks", struct tier, benchmarks),
	POLICY_KEY_TEXTS("paths", struct tier, paths),
	POLICY_KEY_TEXT("trigger", struct tier, trigger),
	POLICY_KEY_DURATION("max_duration", struct tier, budget_ns),
	POLICY_KEY_DURATION("max_time", struct tier, max_time_ns),
	POLICY_KEY_RATIO("regression_threshold", struct tier, threshold_ratio),
	POLICY_KEY_RATIO("target", struct tier, target_ratio),
	POLICY_KEY_RATIO("memory_threshold", struct tier, memory_ratio),
	POLICY_KEY_RATIO("work_threshold", struct tier, work_ratio),
	POLICY_KEY_WORD("severity", struct tier, severity, enum severity, severity_words),
	POLICY_KEY_END,
};

const struct policy_key policy_exception_keys[] = {
	POLICY_KEY_TEXTS("benchmark", struct policy_exception, benchmarks),
	POLICY_KEY_TEXT("metric", struct policy_exception, row.metric),
	POLICY_KEY_RATIO("regression_threshold", struct policy_exception, row.threshold_ratio),
	POLICY_KEY_RATIO("target", struct policy_exception, row.target_ratio),
	POLICY_KEY_RATIO("memory_threshold", struct policy_exception, row.memory_ratio),
	POLICY_KEY_RATIO("work_threshold", struct policy_exception, row.work_ratio),
	POLICY_KEY_CHOICE("gate_work", struct policy_exception, row.gates_work),
	POLICY_KEY_WORD("severity", struct policy_exception, row.warns, enum choice, warns_words),
	POLICY_KEY_CHOICE("gated", struct policy_exception, row.gated),
	POLICY_KEY_DURATION("max_time", struct policy_exception, row.max_time_ns),
	POLICY_KEY_TEXTS("paths", struct policy_exception, paths),
	POLICY_KEY_SECTION("budgets"),
	POLICY_KEY_TEXT("expected", struct policy_exception, expected),
	POLICY_KEY_END,
};

void policy_file_init(struct policy_file *file)
{
	*file = (struct policy_file){ .updates = PROPOSING_RULES_INIT };
	policy_init(&file->policy);
	rules_init(&file->rules);
}

void policy_file_release(struct policy_file *file)
{
	policy_release(&file->policy);
	rules_release(&file->rules);
	texts_release(&file->suites);
	bench_commands_release(&file->commands);
	competitors_release(&file->competitors);
	free(file->build);
	free(file->base);
	free(file->baselines);
	free(file->history.db);
	keeping_release(&file->history.keep);
	keeping_release(&file->history.keep_points);
	free(file->updates.branch);
	json_free(file->root);
	*file = (struct policy_file){ .said = 0 };
}

/* Between the two there must be room to tell a change that matters from one that does not. */
static int policy_json_check_target(
	double threshold_ratio, double target_ratio, const char *place, struct error *err)
{
	if (!(target_ratio <= threshold_ratio))
		return 0;
	return error_set(err, ERR_USAGE,
		"%s.target is %.9g%%; it must be above the regression_threshold, which is %.9g%%",
		place, 100 * target_ratio, 100 * threshold_ratio);
}

/* --tier takes a list of names with commas between them. */
static int check_tier_name(const char *name, struct error *err)
{
	if (*name && !strchr(name, ','))
		return 0;
	return error_set(err, ERR_USAGE,
		"tiers has one named \"%.40s\"; a name must not be empty or hold a comma", name);
}

static int read_tier(const struct json *json, const char *name, const char *place,
	struct tiers *tiers, struct error *err)
{
	struct tier *tier;

	if (check_tier_name(name, err))
		return -1;
	tier = tiers_find(tiers, name);
	if (!tier)
		tier = tiers_add(tiers, name);
	if (policy_keys_read(json, policy_tier_keys, tier, place, err))
		return -1;
	tier->said = policy_keys_said(json, policy_tier_keys);
	return policy_json_check_target(tier->threshold_ratio, tier->target_ratio, place, err);
}

static int read_named_tier(const struct json *json, struct tiers *tiers, struct error *err)
{
	struct buf place = BUF_INIT;
	int rc;

	buf_addf(&place, "tiers.%.60s", json_name(json));
	rc = read_tier(json, json_name(json), place.data, tiers, err);
	buf_release(&place);
	return rc;
}

/* Of two tiers that claim a benchmark, the first in the file has it. */
static void move_tier(struct tiers *tiers, size_t from, size_t to)
{
	struct tier moved = tiers->items[from];

	memmove(&tiers->items[to + 1], &tiers->items[to], (from - to) * sizeof moved);
	tiers->items[to] = moved;
}

static int read_tiers(const struct json *json, struct tiers *tiers, struct error *err)
{
	size_t nr = 0;

	if (json_type(json) != JSON_OBJECT)
		return policy_wrong(json, "tiers", "an object of tiers by their names", err);
	for (const struct json *at = json_first(json); at; at = json_next(at)) {
		if (read_named_tier(at, tiers, err))
			return -1;
		move_tier(tiers, (size_t)(tiers_find(tiers, json_name(at)) - tiers->items), nr++);
	}
	return 0;
}

/* The value as it is judged by, and the text that people are told. */
static int read_budget(
	const struct json *json, const char *place, struct limit *limit, struct error *err)
{
	struct buf text = BUF_INIT;

	if (json_type(json) == JSON_TEXT &&
		str_to_amount(json_text(json), &limit->value, &limit->unit)) {
		limit->text = str_dup(json_text(json));
		return 0;
	}
	if (json_type(json) != JSON_NUMBER || json_number(json) < 0)
		return policy_wrong(json, place,
			"a duration such as \"20us\", a size such as \"1MiB\", or a number in the metric's own unit",
			err);
	limit->value = json_number(json);
	limit->unit = NULL;
	buf_addf(&text, "%.15g", limit->value);
	limit->text = buf_detach(&text);
	return 0;
}

static void add_limits(
	struct limits *limits, const struct texts *benchmarks, const struct limit *limit)
{
	for (size_t i = 0; i < benchmarks->nr; i++)
		*ARRAY_ADD(limits) = (struct limit){
			.benchmark = str_dup(benchmarks->items[i]),
			.metric = str_dup(limit->metric),
			.value = limit->value,
			.unit = limit->unit,
			.text = str_dup(limit->text),
		};
}

static int read_budgets(const struct json *json, const struct texts *benchmarks, const char *place,
	struct limits *limits, struct error *err)
{
	int rc = 0;

	if (json_type(json) != JSON_OBJECT)
		return policy_wrong(json, place, "an object of budgets by their metrics", err);
	for (const struct json *at = json_first(json); at && !rc; at = json_next(at)) {
		struct limit limit = { .metric = (char *)json_name(at) };
		struct buf inner = BUF_INIT;

		buf_addf(&inner, "%s.%.60s", place, limit.metric);
		rc = read_budget(at, inner.data, &limit, err);
		if (!rc)
			add_limits(limits, benchmarks, &limit);
		free(limit.text);
		buf_release(&inner);
	}
	return rc;
}

static void add_overrides(struct overrides *overrides, const struct policy_exception *exception)
{
	for (size_t i = 0; i < exception->benchmarks.nr; i++) {
		struct override *row = ARRAY_ADD(overrides);

		*row = exception->row;
		row->benchmark = str_dup(exception->benchmarks.items[i]);
		row->metric = str_dup(exception->row.metric);
	}
}

static void add_mappings(struct mappings *mappings, const struct policy_exception *exception)
{
	for (size_t i = 0; exception->paths.nr && i < exception->benchmarks.nr; i++) {
		struct mapping *row = ARRAY_ADD(mappings);

		*row = (struct mapping){ .benchmark = str_dup(exception->benchmarks.items[i]) };
		for (size_t j = 0; j < exception->paths.nr; j++)
			texts_add(&row->paths, exception->paths.items[j]);
	}
}

static bool is_duration(const char *text, size_t len, double *ns)
{
	size_t blanks = strspn(text, " ");
	const char *unit;
	char *copy;
	bool is;

	while (len > blanks && text[len - 1] == ' ')
		len--;
	copy = mem_copy(text + blanks, len > blanks ? len - blanks : 0);
	is = str_to_amount(copy, ns, &unit) && strcmp(unit, "ns") == 0;

	free(copy);
	return is;
}

static int read_window(
	const char *text, const char *place, struct window *window, struct error *err)
{
	const char *dots = strstr(text, "..");

	if (dots && is_duration(text, (size_t)(dots - text), &window->low_ns) &&
		is_duration(dots + 2, strlen(dots + 2), &window->high_ns) &&
		window->low_ns <= window->high_ns)
		return 0;
	return error_set(err, ERR_USAGE,
		"%s.expected is \"%.60s\"; it must be two durations, the shorter one first, such as \"1ms..3ms\"",
		place, text);
}

static int add_windows(struct windows *windows, const struct policy_exception *exception,
	const char *place, struct error *err)
{
	struct window window;

	if (!exception->expected)
		return 0;
	if (read_window(exception->expected, place, &window, err))
		return -1;
	for (size_t i = 0; i < exception->benchmarks.nr; i++) {
		window.benchmark = str_dup(exception->benchmarks.items[i]);
		window.text = str_dup(exception->expected);
		*ARRAY_ADD(windows) = window;
	}
	return 0;
}

static int read_override(
	const struct json *json, const char *place, struct policy *policy, struct error *err)
{
	struct policy_exception exception = { .row = { .threshold_ratio = NAN,
						      .target_ratio = NAN,
						      .memory_ratio = NAN,
						      .work_ratio = NAN } };
	const struct json *budgets;
	struct buf inner = BUF_INIT;
	int rc = -1;

	if (policy_keys_read(json, policy_exception_keys, &exception, place, err) ||
		policy_json_check_target(
			exception.row.threshold_ratio, exception.row.target_ratio, place, err))
		goto out;
	if (!exception.benchmarks.nr) {
		error_set(err, ERR_USAGE,
			"%s has no benchmark; it must have one, such as \"benchmark\": \"sort*\"",
			place);
		goto out;
	}
	if (exception.row.metric && exception.row.max_time_ns) {
		error_set(err, ERR_USAGE,
			"%s has a metric and a max_time; max_time is of the whole benchmark: give it an override of its own",
			place);
		goto out;
	}
	add_overrides(&policy->overrides, &exception);
	add_mappings(&policy->mappings, &exception);
	if (add_windows(&policy->windows, &exception, place, err))
		goto out;
	budgets = json_get(json, "budgets");
	buf_addf(&inner, "%s.budgets", place);
	rc = budgets
		? read_budgets(budgets, &exception.benchmarks, inner.data, &policy->limits, err)
		: 0;
out:
	buf_release(&inner);
	texts_release(&exception.benchmarks);
	texts_release(&exception.paths);
	free(exception.row.metric);
	free(exception.expected);
	return rc;
}

static int read_overrides(const struct json *json, struct policy *policy, struct error *err)
{
	size_t nr = 0;
	int rc = 0;

	if (json_type(json) != JSON_ARRAY)
		return policy_wrong(json, "overrides", "a list", err);
	for (const struct json *at = json_first(json); at && !rc; at = json_next(at)) {
		struct buf place = BUF_INIT;

		buf_addf(&place, "overrides[%zu]", nr++);
		rc = read_override(at, place.data, policy, err);
		buf_release(&place);
	}
	return rc;
}

/* The folder's files are named in what is printed. */
static int check_folder(const char *baselines, struct error *err)
{
	if (!baselines || buf_is_printable(baselines))
		return 0;
	return error_set(err, ERR_USAGE,
		"baselines is \"%s\"; it must have no control character and no command of a CI system",
		baselines);
}

/* A file that holds one tier and nothing else: the trigger is the tier's name. */
static const char *name_of_only_tier(const struct json *root)
{
	const struct json *trigger =
		json_type(root) == JSON_OBJECT ? json_get(root, "trigger") : NULL;

	return trigger && json_type(trigger) == JSON_TEXT ? json_text(trigger) : NULL;
}

static int read_only_tier(
	const struct json *root, const char *name, struct policy_file *file, struct error *err)
{
	struct tiers *tiers = &file->policy.tiers;

	if (read_tier(root, name, name, tiers, err))
		return -1;
	move_tier(tiers, (size_t)(tiers_find(tiers, name) - tiers->items), 0);
	return 0;
}

static int read_updates(const struct json *json, struct proposing_rules *rules, struct error *err)
{
	if (!json)
		return 0;
	if (policy_keys_read(json, policy_update_keys, rules, "baseline_updates", err))
		return -1;
	if (rules->nr_runs < PROPOSING_MIN_RUNS || rules->nr_runs > PROPOSING_MAX_RUNS)
		return error_set(err, ERR_USAGE,
			"baseline_updates.runs is %.9g; it must be from %d to %d",
			(double)rules->nr_runs, PROPOSING_MIN_RUNS, PROPOSING_MAX_RUNS);
	if (rules->min_ratio >= 1)
		return error_set(err, ERR_USAGE,
			"baseline_updates.min_improvement is %.9g%%; it must be below 100%%",
			100 * rules->min_ratio);
	if (!(rules->confidence > .5 && rules->confidence < 1))
		return error_set(err, ERR_USAGE,
			"baseline_updates.confidence is %.9g%%; it must be above 50%% and below 100%%",
			100 * rules->confidence);
	return 0;
}

static int read_history(const struct json *json, struct policy_history *history, struct error *err)
{
	if (!json)
		return 0;
	if (policy_keys_read(json, policy_history_keys, history, "history", err) ||
		keeping_read(json_get(json, "keep"), "history.keep", &history->keep, err))
		return -1;
	return keeping_read(
		json_get(json, "keep_points"), "history.keep_points", &history->keep_points, err);
}

static int check_keeping(const struct keeping *keeping, const struct tiers *tiers,
	const char *place, struct error *err)
{
	for (size_t i = 0; i < keeping->nr; i++) {
		struct unknown unknown = { .given = keeping->items[i].tier, .kinds = "tiers" };

		if (!unknown.given || tiers_find(tiers, unknown.given))
			continue;
		for (size_t j = 0; j < tiers->nr; j++)
			unknown_offer(&unknown, tiers->items[j].name);
		return unknown_error(
			&unknown, err, "unknown tier '%s.%.60s'", place, unknown.given);
	}
	return 0;
}

static int policy_json_read_root(
	const struct json *root, struct policy_file *file, struct error *err)
{
	const struct json *tiers, *overrides;
	const char *only_tier = name_of_only_tier(root);

	if (only_tier)
		return read_only_tier(root, only_tier, file, err);
	if (policy_keys_read(root, policy_file_keys, file, "", err) ||
		check_folder(file->baselines, err))
		return -1;
	file->said = policy_keys_said(root, policy_file_keys);
	tiers = json_get(root, "tiers");
	overrides = json_get(root, "overrides");
	if (read_history(json_get(root, "history"), &file->history, err))
		return -1;
	if (read_updates(json_get(root, "baseline_updates"), &file->updates, err))
		return -1;
	if (tiers && read_tiers(tiers, &file->policy.tiers, err))
		return -1;
	if (check_keeping(&file->history.keep, &file->policy.tiers, "history.keep", err) ||
		check_keeping(&file->history.keep_points, &file->policy.tiers,
			"history.keep_points", err))
		return -1;
	if (overrides && read_overrides(overrides, &file->policy, err))
		return -1;
	if (commands_json_read(json_get(root, "commands"), &file->commands, err) ||
		commands_json_read_bench(json_get(root, "bench"), &file->commands, err))
		return -1;
	if (competitors_read(json_get(root, "competitors"), &file->competitors, err))
		return -1;
	if (tradeoffs_read(json_get(root, "tradeoffs"), &file->policy.tradeoffs, err))
		return -1;
	if (requirements_read(json_get(root, "environment"), &file->policy.requirements, err))
		return -1;
	return rules_read(json_get(root, "alert_rules"), &file->rules, err);
}

int policy_file_read(const char *text, size_t len, struct policy_file *file, struct error *err)
{
	char *stripped = mem_copy(text, len);

	json_strip_comments(stripped);
	file->root = json_parse(stripped, len, err);
	free(stripped);
	return file->root ? policy_json_read_root(file->root, file, err) : -1;
}

int policy_file_read_yaml(const char *text, size_t len, struct policy_file *file, struct error *err)
{
	file->root = yaml_parse(text, len, err);
	return file->root ? policy_json_read_root(file->root, file, err) : -1;
}
