/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"
#include "base/json.h"
#include "base/str.h"
#include "cmd/verbs.h"
#include "gate/tradeoffs_json.h"
#include "session/names.h"
#include "sys/folder.h"
#include "sys/process.h"

#include <math.h>
#include <string.h>

struct config_options {
	struct settings_options settings;
	bool json;
};

static const struct opt opts[] = {
	SETTINGS_OPTS(struct config_options, settings),
	OPT_FLAG(0, "json", struct config_options, json, "with show: as JSON, for programs"),
	OPT_END,
};

#define BUILT_IN "built in"
#define COMMAND_LINE "command line"

/* One value that holds. */
struct row {
	char *key;
	char *value; /* "": there is none */
	const char *from;
};

struct rows {
	struct row *items;
	size_t nr, alloc;
};

static void rows_release(struct rows *rows)
{
	for (size_t i = 0; i < rows->nr; i++) {
		free(rows->items[i].key);
		free(rows->items[i].value);
	}
	ARRAY_RELEASE(rows);
}

/* Takes over both texts. */
static void config_add_row(struct rows *rows, char *key, char *value, const char *from)
{
	*ARRAY_ADD(rows) = (struct row){ key, value, from };
}

static char *config_value_of(const struct policy_key *key, const void *of)
{
	struct buf value = BUF_INIT;

	policy_key_print(key, of, &value);
	return buf_detach(&value);
}

static char *name_in(const char *section, const char *key)
{
	struct buf name = BUF_INIT;

	buf_addf(&name, "%s.%s", section, key);
	return buf_detach(&name);
}

static void add_globals(
	struct rows *rows, const struct settings *settings, const struct settings_options *options)
{
	/* Paths as they were found, not as the file spells them; nothing of it is owned. */
	const struct policy_file holds = { .policy = settings->policy,
		.suites = settings->suites,
		.build = settings->build,
		.base = settings->base,
		.baselines = settings->baselines,
		.said = settings->said };

	for (size_t i = 0; policy_file_keys[i].name; i++) {
		const struct policy_key *key = &policy_file_keys[i];
		const char *from = settings->said >> i & 1 ? settings->file : BUILT_IN;

		if (key->type == POLICY_KEY_ALPHA && options->alpha)
			from = COMMAND_LINE;
		if (key->type != POLICY_KEY_SECTION)
			config_add_row(
				rows, str_dup(key->name), config_value_of(key, &holds), from);
	}
	if (options->threshold)
		config_add_row(
			rows, str_dup("--threshold"), str_dup(options->threshold), COMMAND_LINE);
	if (options->unsaid)
		config_add_row(rows, str_dup("--default-threshold"), str_dup(options->unsaid),
			COMMAND_LINE);
}

static void add_tier(struct rows *rows, const struct tier *tier, const char *file)
{
	struct tier holds = *tier;
	struct buf section = BUF_INIT;

	if (isnan(holds.target_ratio))
		holds.target_ratio = 2 * holds.threshold_ratio;
	buf_addf(&section, "tiers.%s", tier->name);
	for (size_t i = 0; policy_tier_keys[i].name; i++)
		config_add_row(rows, name_in(section.data, policy_tier_keys[i].name),
			config_value_of(&policy_tier_keys[i], &holds),
			tier->said >> i & 1 ? file : BUILT_IN);
	buf_release(&section);
}

/* Its names stand in the keys; what it leaves unsaid has no row. */
static void config_add_override(
	struct rows *rows, const struct override *override, const char *file)
{
	struct policy_exception holds = { .row = *override };
	struct buf section = BUF_INIT;

	buf_addf(&section, "overrides[%s%s%s]", override->benchmark, override->metric ? ", " : "",
		override->metric ? override->metric : "");
	holds.row.metric = NULL;
	for (const struct policy_key *key = policy_exception_keys; key->name; key++) {
		char *value = config_value_of(key, &holds);

		if (*value)
			config_add_row(
				rows, name_in(section.data, key->name), str_dup(value), file);
		free(value);
	}
	buf_release(&section);
}

static void config_add_limit(struct rows *rows, const struct limit *limit, const char *file)
{
	struct buf section = BUF_INIT;

	buf_addf(&section, "overrides[%s].budgets", limit->benchmark);
	config_add_row(rows, name_in(section.data, limit->metric), str_dup(limit->text), file);
	buf_release(&section);
}

static void add_window(struct rows *rows, const struct window *window, const char *file)
{
	struct buf section = BUF_INIT;

	buf_addf(&section, "overrides[%s]", window->benchmark);
	config_add_row(rows, name_in(section.data, "expected"), str_dup(window->text), file);
	buf_release(&section);
}

static void add_mapping(struct rows *rows, const struct mapping *mapping, const char *file)
{
	struct policy_exception holds = { .paths = mapping->paths };
	struct buf section = BUF_INIT;

	buf_addf(&section, "overrides[%s]", mapping->benchmark);
	for (const struct policy_key *key = policy_exception_keys; key->name; key++)
		if (strcmp(key->name, "paths") == 0)
			config_add_row(rows, name_in(section.data, key->name),
				config_value_of(key, &holds), file);
	buf_release(&section);
}

static bool is_unsaid(const struct policy_key *key, const void *of)
{
	return key->type == POLICY_KEY_DURATION &&
		!*(const uint64_t *)(const void *)((const char *)of + key->offset);
}

static void add_keys(struct rows *rows, const char *section, const struct policy_key *keys,
	const void *of, const char *from)
{
	for (; keys->name; keys++) {
		char *value = config_value_of(keys, of);

		if (*value && !is_unsaid(keys, of))
			config_add_row(rows, name_in(section, keys->name), str_dup(value), from);
		free(value);
	}
}

static void config_add_command(
	struct rows *rows, const struct bench_command *command, const char *file)
{
	struct buf section = BUF_INIT;

	buf_addf(&section, "commands[%s]", command->name ? command->name : command->text);
	config_add_row(rows, buf_detach(&section), str_dup(command->text), file);
}

static void add_tradeoff(struct rows *rows, const struct tradeoff *tradeoff, const char *file)
{
	const struct weights *weights = &tradeoff->payment.weights;
	struct buf section = BUF_INIT;

	buf_addf(&section, str_starts(tradeoff->name, "tradeoffs[") ? "%s" : "tradeoffs[%s]",
		tradeoff->name);
	/* Its name stands in the key. */
	add_keys(rows, section.data, tradeoff_keys + 1, tradeoff, file);
	buf_adds(&section, ".if");
	add_keys(rows, section.data, payment_keys, &tradeoff->payment, file);
	buf_adds(&section, ".weights");
	for (size_t i = 0; i < weights->nr; i++) {
		struct buf factor = BUF_INIT;

		buf_addf(&factor, "%.9g", weights->items[i].factor);
		config_add_row(rows, name_in(section.data, weights->items[i].benchmark),
			buf_detach(&factor), file);
	}
	buf_release(&section);
}

static bool says(const struct settings *settings, const char *name)
{
	for (size_t i = 0; policy_file_keys[i].name; i++)
		if (strcmp(policy_file_keys[i].name, name) == 0)
			return settings->said >> i & 1;
	return false;
}

static void add_rules(struct rows *rows, const struct settings *settings)
{
	const char *from = says(settings, "alert_rules") ? settings->file : BUILT_IN;

	for (size_t i = 0; i < settings->rules.nr; i++) {
		const struct rule *rule = &settings->rules.items[i];
		struct buf section = BUF_INIT;

		buf_addf(&section, "alert_rules[%s]", rule->name);
		/* Its name stands in the key. */
		add_keys(rows, section.data, rule_keys + 1, rule, from);
		buf_release(&section);
	}
}

/* Of secrets their places. */
static void add_channels(struct rows *rows, const struct settings *settings)
{
	const struct outlets *outlets = &settings->notify.outlets;

	for (size_t i = 0; i < outlets->nr; i++) {
		struct buf section = BUF_INIT;

		buf_addf(&section, "channels.%s", outlets->items[i].name);
		add_keys(rows, section.data, outlets->items[i].notifier->keys,
			outlets->items[i].terms, settings->file);
		buf_release(&section);
	}
}

static void add_keeping(
	struct rows *rows, const char *name, const struct keeping *keeping, const char *from)
{
	const struct policy_key duration = POLICY_KEY_DURATION("keep", struct keeping_row, keep_ns);

	for (size_t i = 0; i < keeping->nr; i++) {
		const struct keeping_row *row = &keeping->items[i];

		config_add_row(rows, row->tier ? name_in(name, row->tier) : str_dup(name),
			config_value_of(&duration, row), from);
	}
}

static void add_history(struct rows *rows, const struct settings *settings)
{
	const struct policy_history holds = { .db = settings->history_db, .past = settings->past };

	add_keys(rows, "history", policy_history_keys, &holds, settings->file);
	add_keeping(rows, "history.keep", &settings->keep, settings->file);
	add_keeping(rows, "history.keep_points", &settings->keep_points, settings->file);
	add_keys(rows, "baseline_updates", policy_update_keys, &settings->updates,
		says(settings, "baseline_updates") ? settings->file : BUILT_IN);
}

static void add_responses(struct rows *rows, const struct settings *settings)
{
	const struct responses *responses = &settings->responses;

	for (size_t i = 0; i < responses->nr; i++) {
		struct buf section = BUF_INIT;

		buf_addf(&section, "responses.%s", responses->items[i].name);
		add_keys(rows, section.data, response_keys, &responses->items[i], settings->file);
		buf_release(&section);
	}
}

static void add_notify(struct rows *rows, const struct settings *settings)
{
	const struct notify_settings *notify = &settings->notify;
	const char *from = says(settings, "notify") ? settings->file : BUILT_IN;

	add_rules(rows, settings);
	add_channels(rows, settings);
	add_keys(rows, "notify", notify_keys, notify, from);
	add_keys(rows, "notify.routes", notify_route_keys, notify, from);
	add_keys(rows, "notify.quiet_hours", notify_quiet_keys, notify, from);
	add_responses(rows, settings);
}

/* All that holds, in the order in which it counts. */
static void config_add_all(
	struct rows *rows, const struct settings *settings, const struct settings_options *options)
{
	const struct policy *policy = &settings->policy;

	add_globals(rows, settings, options);
	for (size_t i = 0; i < policy->tiers.nr; i++)
		add_tier(rows, &policy->tiers.items[i], settings->file);
	for (size_t i = 0; i < policy->overrides.nr; i++)
		config_add_override(rows, &policy->overrides.items[i], settings->file);
	for (size_t i = 0; i < policy->limits.nr; i++)
		config_add_limit(rows, &policy->limits.items[i], settings->file);
	for (size_t i = 0; i < policy->windows.nr; i++)
		add_window(rows, &policy->windows.items[i], settings->file);
	for (size_t i = 0; i < settings->commands.nr; i++)
		config_add_command(rows, &settings->commands.items[i], settings->file);
	for (size_t i = 0; i < policy->mappings.nr; i++)
		add_mapping(rows, &policy->mappings.items[i], settings->file);
	for (size_t i = 0; i < policy->tradeoffs.nr; i++)
		add_tradeoff(rows, &policy->tradeoffs.items[i], settings->file);
	for (size_t i = 0; i < policy->requirements.nr; i++)
		config_add_row(rows, str_dup(policy->requirements.items[i].place),
			str_dup(policy->requirements.items[i].asked), settings->file);
	add_history(rows, settings);
	add_notify(rows, settings);
}

static const char *shown(const char *value)
{
	return *value ? value : "-";
}

static void config_add_cell(struct buf *out, const char *text, size_t width)
{
	size_t columns = str_columns(text);

	buf_add_printable(out, text);
	buf_fill(out, ' ', columns < width ? width - columns + 2 : 2);
}

static void show_text(const struct settings *settings, const struct rows *rows, struct buf *out)
{
	size_t key_width = 0, value_width = 0;

	for (size_t i = 0; i < rows->nr; i++) {
		size_t key = str_columns(rows->items[i].key);
		size_t value = str_columns(shown(rows->items[i].value));

		key_width = key > key_width ? key : key_width;
		value_width = value > value_width ? value : value_width;
	}
	buf_adds(out, "policy file ");
	buf_add_printable(out, settings->file ? settings->file : "none");
	buf_adds(out, ", project folder ");
	buf_add_printable(out, settings->root);
	buf_adds(out, "\n\n");
	for (size_t i = 0; i < rows->nr; i++) {
		config_add_cell(out, rows->items[i].key, key_width);
		config_add_cell(out, shown(rows->items[i].value), value_width);
		buf_add_printable(out, rows->items[i].from);
		buf_addc(out, '\n');
	}
}

static void show_json(const struct settings *settings, const struct rows *rows, struct buf *out)
{
	struct json *root = json_new_object(), *values;

	json_add_text(root, "file", settings->file);
	json_add_text(root, "root", settings->root);
	values = json_add_array(root, "values");
	for (size_t i = 0; i < rows->nr; i++) {
		struct json *to = json_add_object(values, NULL);

		json_add_text(to, "key", rows->items[i].key);
		json_add_text(to, "value", *rows->items[i].value ? rows->items[i].value : NULL);
		json_add_text(to, "from", rows->items[i].from);
	}
	json_print(root, out);
	json_free(root);
}

static int config_show(const struct config_options *options, struct buf *out, struct error *err)
{
	struct settings settings = SETTINGS_INIT;
	struct rows rows = { 0 };
	int rc = settings_load(&options->settings, &settings, err);

	if (!rc) {
		config_add_all(&rows, &settings, &options->settings);
		(options->json ? show_json : show_text)(&settings, &rows, out);
	}
	rows_release(&rows);
	settings_release(&settings);
	return rc;
}

/* Lists the suites, to hold names against theirs; else appends why that cannot be done. */
static void list_suites(const struct settings *settings, struct known_names *known, struct buf *why)
{
	const struct texts *suites = &settings->suites;
	struct catalog catalog = CATALOG_INIT;
	struct error err = ERROR_INIT;

	catalog.sandbox = settings_sandbox(settings);
	known->whole = suites->nr > 0;
	if (!suites->nr)
		buf_adds(why, "the file names no suite");
	for (size_t i = 0; i < suites->nr && known->whole; i++) {
		known->whole = !folder_lacks(suites->items[i]);
		if (!known->whole)
			buf_addf(why, "there is no file %s yet", suites->items[i]);
		else if (catalog_add(&catalog, suites->items[i], &err)) {
			known->whole = false;
			buf_adds(why, err.text);
		}
	}
	names_of_catalog(&catalog, known);
	catalog_release(&catalog);
}

static void config_check_names(const struct settings *settings, struct buf *out)
{
	struct known_names known = { .whole = false };
	struct buf why = BUF_INIT;
	size_t nr;

	process_setup();
	list_suites(settings, &known, &why);
	nr = names_warn(settings, &known);
	buf_add_printable(out, settings->file);
	buf_adds(out, ": ok");
	if (nr)
		buf_addf(out, ", with %zu warning%s", nr, nr == 1 ? "" : "s");
	buf_addc(out, '\n');
	if (!known.whole && mentions_have_benchmark(&settings->mentions)) {
		buf_adds(out, "the names of benchmarks were not checked: ");
		buf_add_printable(out, why.data);
		buf_addc(out, '\n');
	}
	buf_release(&why);
	known_names_release(&known);
}

static int config_check(const struct config_options *options, struct buf *out, struct error *err)
{
	struct settings settings = SETTINGS_INIT;
	int rc = settings_load(&options->settings, &settings, err);

	if (!rc)
		rc = settings_choose_sandbox(&options->settings, &settings, err);
	if (!rc && settings.file)
		config_check_names(&settings, out);
	else if (!rc)
		buf_adds(out, "no policy file: the built-in values apply\n");
	settings_release(&settings);
	return rc;
}

static const struct {
	const char *name;
	size_t max_operands;
	int (*run)(const struct config_options *options, struct buf *out, struct error *err);
} tasks[] = {
	{ "check", 1, config_check },
	{ "show", 0, config_show },
};

#define NR_TASKS (sizeof tasks / sizeof *tasks)

static int config_unknown_task(const char *name, struct error *err)
{
	struct unknown unknown = { .given = name, .kinds = "actions" };

	for (size_t i = 0; i < NR_TASKS; i++)
		unknown_offer(&unknown, tasks[i].name);
	return unknown_error(&unknown, err, "unknown config action '%s'", name);
}

/* words[0] is the task. */
static int config_run_task(const struct words *words, struct config_options *options,
	struct buf *out, struct error *err)
{
	size_t task = 0;

	while (task < NR_TASKS && strcmp(tasks[task].name, words->items[0]) != 0)
		task++;
	if (task == NR_TASKS)
		return config_unknown_task(words->items[0], err);
	if (words->nr - 1 > tasks[task].max_operands)
		return error_set(err, ERR_USAGE, "config %s takes %s, but also got '%s'",
			tasks[task].name, tasks[task].max_operands ? "one file" : "no argument",
			words->items[words->nr - 1]);
	if (options->json && tasks[task].run != config_show)
		return error_set(err, ERR_USAGE, "--json goes with config show");
	if (words->nr > 1 && options->settings.config)
		return error_set(err, ERR_USAGE,
			"config check takes one file: name it, or use --config, not both");
	if (words->nr > 1)
		options->settings.config = words->items[1];
	return tasks[task].run(options, out, err);
}

static int config_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct config_options options = { .json = false };
	struct words words = { 0 };
	struct buf text = BUF_INIT;
	int rc = opts_parse(opts, given, &options, &words, err);

	(void)outcome;
	if (!rc && !words.nr)
		rc = error_set(err, ERR_USAGE, "config takes check or show");
	if (!rc)
		rc = config_run_task(&words, &options, &text, err);
	if (!rc)
		rc = command_print(&text, err);
	buf_release(&text);
	ARRAY_RELEASE(&words);
	return rc;
}

static void config_add_words(struct buf *out)
{
	for (size_t i = 0; i < NR_TASKS; i++)
		buf_addf(out, "%s ", tasks[i].name);
}

const struct command command_config = {
	.name = "config",
	.group = COMMANDS_SETUP,
	.operands = "check [FILE] | show",
	.summary = "check the policy file, or show what holds",
	.details =
		"check reads the policy file (the one that would be used, when none is named) and says ok, or what is wrong. "
		"It warns of names of benchmarks, tiers, triggers and percentiles that nothing has; those of "
		"benchmarks are held against the suites that the file names, where they are built.\n"
		"show lists every value that holds, and where it comes from: built in, the file, or the command line.\n"
		"See 'benchgate help config-file' for what may stand in the file.",
	.examples = "benchgate config check\n"
		    "benchgate config show\n",
	.opts = opts,
	.add_words = config_add_words,
	.run = config_run,
};
