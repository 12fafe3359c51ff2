/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/settings.h"

#include "base/array.h"
#include "base/str.h"
#include "store/shelf.h"
#include "suite/commands.h"
#include "sys/file.h"
#include "sys/folder.h"
#include "sys/libyaml.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_FILE_BYTES (1 << 20)
#define NO_FILE "none"
#define BASELINES "baselines"

const char *const settings_file_names[] = { "benchgate.json", ".benchgate.json", "benchgate.yml",
	".benchgate.yml", "benchgate.yaml", ".benchgate.yaml", NULL };

/* The current folder and those above it, in turn. */
struct climb {
	struct buf prefix; /* "", "../", "../../" ... */
	size_t nr_above;
};

static struct climb climb_start(void)
{
	struct climb climb = { BUF_INIT, 0 };
	char *here = getcwd(NULL, 0);

	for (const char *at = here; at && at[1]; at++)
		climb.nr_above += *at == '/';
	free(here);
	return climb;
}

static bool climb_up(struct climb *climb)
{
	if (!climb->nr_above)
		return false;
	climb->nr_above--;
	buf_adds(&climb->prefix, "../");
	return true;
}

static bool climb_has(const struct climb *climb, const char *name)
{
	struct buf path = BUF_INIT;
	bool has;

	buf_addf(&path, "%s%s", climb->prefix.data, name);
	has = access(path.data, F_OK) == 0;
	buf_release(&path);
	return has;
}

static bool is_absolute(const char *path)
{
	return *path == '/';
}

/* A path that is written from a folder; a "./" in front of it may tell a file from a name, and
 * stays where the folder adds nothing. */
static char *settings_joined(const char *folder, const char *path)
{
	struct buf out = BUF_INIT;

	if (is_absolute(path) || strcmp(folder, ".") == 0)
		return str_dup(path);
	while (str_starts(path, "./"))
		path += 2;
	buf_addf(&out, "%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/", path);
	return buf_detach(&out);
}

/* Without the "/" at the end, but for the root's own. */
static char *settings_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return str_dup(".");
	return mem_copy(path, slash == path ? 1 : (size_t)(slash - path));
}

/* The file in the folder that the climb has come to, if there is one. */
static int file_here(const struct climb *climb, char **file, struct error *err)
{
	const char *found = NULL;
	struct buf path = BUF_INIT;

	for (const char *const *name = settings_file_names; *name; name++) {
		if (!climb_has(climb, *name))
			continue;
		if (found)
			return error_set(err, ERR_USAGE,
				"%s%s and %s are both there: remove one, or choose with --config",
				climb->prefix.data, found, *name);
		found = *name;
	}
	if (!found)
		return 0;
	buf_addf(&path, "%s%s", climb->prefix.data, found);
	*file = buf_detach(&path);
	return 0;
}

/* A repository is a project of its own, whatever lies around it. */
static int find_file(char **file, struct error *err)
{
	struct climb climb = climb_start();
	int rc;

	do
		rc = file_here(&climb, file, err);
	while (!rc && !*file && !climb_has(&climb, ".git") && climb_up(&climb));
	buf_release(&climb.prefix);
	return rc;
}

static char *find_root(void)
{
	struct climb climb = climb_start();
	char *root = NULL;

	/* With "/." behind it only a folder is there. */
	do
		if (climb_has(&climb, BASELINES "/.") || climb_has(&climb, ".git"))
			root = settings_folder_of(climb.prefix.data);
	while (!root && climb_up(&climb));
	buf_release(&climb.prefix);
	return root ? root : str_dup(".");
}

static bool is_yaml(const char *path)
{
	return str_glob("*.yml", path) || str_glob("*.yaml", path);
}

/* The file's name says which of the two it is. */
static int read_policy(
	const char *path, const struct buf *text, struct policy_file *into, struct error *err)
{
	if (!is_yaml(path))
		return policy_file_read(text->data, text->len, into, err);
	return libyaml_load(err) ? -1 : policy_file_read_yaml(text->data, text->len, into, err);
}

static int settings_read_file(const char *path, struct policy_file *into, struct error *err)
{
	struct buf text = BUF_INIT;
	int rc = file_read(path, MAX_FILE_BYTES, &text, err);

	/* A policy that cannot be read is a mistake of whoever named it. */
	if (rc)
		err->kind = ERR_USAGE;
	else if (read_policy(path, &text, into, err))
		rc = error_wrap(err, "%s", path);
	buf_release(&text);
	return rc;
}

/* Where there is such a file, it is that; else a name. */
static char *settings_base_of(const char *root, const char *said)
{
	char *path;

	if (!said || str_starts(said, SHELF_BASELINE))
		return str_dup(said);
	path = settings_joined(root, said);
	if (!folder_lacks(path))
		return path;
	free(path);
	return str_dup(said);
}

static void join_all(const char *root, struct texts *paths)
{
	for (size_t i = 0; i < paths->nr; i++) {
		char *path = settings_joined(root, paths->items[i]);

		str_set(&paths->items[i], path);
		free(path);
	}
}

/* Takes over what the file says. */
static void settle(struct settings *settings, struct policy_file *file)
{
	const char *baselines = file->baselines ? file->baselines : BASELINES;

	settings->policy = file->policy;
	settings->said = file->said;
	settings->root = settings->file ? settings_folder_of(settings->file) : find_root();
	while (str_starts(baselines, "./") && baselines[2])
		baselines += 2;
	settings->baselines = settings_joined(settings->root, baselines);
	for (size_t i = 0; i < file->suites.nr; i++) {
		char *suite = settings_joined(settings->root, file->suites.items[i]);

		texts_add(&settings->suites, suite);
		texts_add(&settings->suites_said, file->suites.items[i]);
		free(suite);
	}
	settings->commands = file->commands;
	file->commands = (struct bench_commands){ 0 };
	settings->commands_folder = str_dup(settings->root);
	settings->competitors = file->competitors;
	file->competitors = (struct competitors){ 0 };
	for (size_t i = 0; i < settings->competitors.nr; i++) {
		join_all(settings->root, &settings->competitors.items[i].suites);
		join_all(settings->root, &settings->competitors.items[i].data);
	}
	settings->build = file->build;
	settings->base = settings_base_of(settings->root, file->base);
	if (file->history.db)
		settings->history_db = settings_joined(settings->root, file->history.db);
	settings->keep = file->history.keep;
	settings->keep_points = file->history.keep_points;
	file->history.keep = file->history.keep_points = (struct keeping){ 0 };
	settings->past = file->history.past;
	settings->updates = file->updates;
	file->updates.branch = NULL;
	file->build = NULL;
	settings->rules = file->rules;
	/* They have a new owner. */
	file->policy = (struct policy){ .alpha = 0 };
	file->rules = (struct rules){ .nr = 0 };
}

static int session_settings_read_notify(
	const struct policy_file *file, struct settings *settings, struct error *err)
{
	notify_settings_init(&settings->notify);
	if (!file->root)
		return 0;
	if (notify_settings_read(
		    file->root, settings->root, &settings->rules, &settings->notify, err))
		return -1;
	return responses_read(
		json_get(file->root, "responses"), &settings->notify, &settings->responses, err);
}

static int read_policy_text(const struct settings *settings, const struct buf *text,
	struct settings *its, struct error *err)
{
	struct policy_file file;
	int rc = -1;

	policy_file_init(&file);
	its->file = str_dup(settings->file);
	if (!read_policy(settings->file, text, &file, err)) {
		settle(its, &file);
		rc = session_settings_read_notify(&file, its, err);
	}
	policy_file_release(&file);
	return rc;
}

int settings_of_revision(const struct settings *settings, const struct revision *revision,
	struct settings *its, struct error *err)
{
	const char *name = str_path_name(settings->file);
	struct buf text = BUF_INIT;
	int rc = 0;

	if (revision_has_file(settings->root, revision, name)) {
		rc = revision_read_file(settings->root, revision, name, &text, err);
		if (!rc && read_policy_text(settings, &text, its, err))
			rc = error_wrap(err, "%s of %s", name, revision->name);
	}
	buf_release(&text);
	return rc;
}

/* Variables that the channels read their secrets from, at any depth. */
static void add_secrets(const struct json *value, struct texts *names)
{
	enum json_type type = json_type(value);

	if (type != JSON_OBJECT && type != JSON_ARRAY)
		return;
	for (const struct json *at = json_first(value); at; at = json_next(at))
		if (type == JSON_OBJECT && strcmp(json_name(at), "env") == 0 &&
			json_type(at) == JSON_TEXT)
			texts_add(names, json_text(at));
		else
			add_secrets(at, names);
}

/* A heading, or a number from 1 on. */
static int read_column(const struct json *from, char **column, struct error *err)
{
	double number = json_type(from) == JSON_NUMBER ? json_number(from) : 0;
	struct buf text = BUF_INIT;

	if (json_type(from) == JSON_TEXT && *json_text(from)) {
		str_set(column, json_text(from));
		return 0;
	}
	if (!(number >= 1 && number <= 10000) || number != floor(number))
		return error_set(err, ERR_USAGE,
			"columns.%s must be a heading, or a number from 1 on", json_name(from));
	buf_addf(&text, "%.0f", number);
	str_set(column, text.data);
	buf_release(&text);
	return 0;
}

static int read_columns(const struct json *from, struct import_columns *columns, struct error *err)
{
	const struct {
		const char *name;
		char **column;
	} known[] = { { "name", &columns->name }, { "value", &columns->value },
		{ "unit", &columns->unit } };

	for (const struct json *at = from ? json_first(from) : NULL; at; at = json_next(at)) {
		struct unknown unknown = { .given = json_name(at), .kinds = "keys" };
		size_t i = 0;

		while (i < 3 && strcmp(json_name(at), known[i].name) != 0)
			unknown_offer(&unknown, known[i++].name);
		if (i == 3)
			return unknown_error(
				&unknown, err, "columns has no key '%s'", json_name(at));
		if (read_column(at, known[i].column, err))
			return -1;
	}
	return 0;
}

static int load_file(const char *config, struct settings *settings, struct error *err)
{
	struct policy_file file;
	int rc = 0;

	policy_file_init(&file);
	if (config && strcmp(config, NO_FILE) != 0)
		settings->file = str_dup(config);
	else if (!config)
		rc = find_file(&settings->file, err);
	if (!rc && settings->file)
		rc = settings_read_file(settings->file, &file, err);
	if (!rc) {
		settle(settings, &file);
		mentions_read(file.root, &settings->rules, &settings->mentions);
		if (file.root)
			add_secrets(file.root, &settings->sandbox.secrets);
		rc = session_settings_read_notify(&file, settings, err);
		if (!rc && file.root)
			rc = read_columns(
				json_get(file.root, "columns"), &settings->import.columns, err);
		if (rc)
			error_wrap(err, "%s", settings->file);
	}
	policy_file_release(&file);
	return rc;
}

static bool says_threshold(const struct tier *tier)
{
	for (size_t i = 0; policy_tier_keys[i].name; i++)
		if (strcmp(policy_tier_keys[i].name, "regression_threshold") == 0)
			return tier->said >> i & 1;
	return false;
}

static int take_default_threshold(const char *text, struct tiers *tiers, struct error *err)
{
	double ratio;

	if (!text)
		return 0;
	if (!policy_ratio_from(text, &ratio))
		return error_set(err, ERR_USAGE, "--default-threshold takes %s; '%s' is not one",
			POLICY_RATIO_RIGHT, text);
	for (size_t i = 0; i < tiers->nr; i++)
		if (!says_threshold(&tiers->items[i]))
			tiers->items[i].threshold_ratio = ratio;
	return 0;
}

static int take_options(
	const struct settings_options *options, struct policy *policy, struct error *err)
{
	double alpha;

	if (options->threshold && !policy_ratio_from(options->threshold, &policy->threshold_ratio))
		return error_set(err, ERR_USAGE, "--threshold takes %s; '%s' is not one",
			POLICY_RATIO_RIGHT, options->threshold);
	if (options->target && !policy_ratio_from(options->target, &policy->target_ratio))
		return error_set(err, ERR_USAGE, "--target takes %s; '%s' is not one",
			POLICY_RATIO_RIGHT, options->target);
	if (policy->target_ratio <= policy->threshold_ratio)
		return error_set(err, ERR_USAGE,
			"--target is %s; it must be above --threshold, which is %s",
			options->target, options->threshold);
	if (take_default_threshold(options->unsaid, &policy->tiers, err))
		return -1;
	if (!options->alpha)
		return 0;
	if (!str_to_double(options->alpha, &alpha) || !policy_alpha_holds(alpha))
		return error_set(err, ERR_USAGE, "--alpha takes %s; '%s' is not one",
			POLICY_ALPHA_RIGHT, options->alpha);
	policy->alpha = alpha;
	return 0;
}

int settings_choose_sandbox(
	const struct settings_options *options, struct settings *settings, struct error *err)
{
	const char *option = options->sandbox;
	enum sandbox_when when = settings->policy.sandbox;
	struct buf why = BUF_INIT;
	int rc = 0;

	for (unsigned i = 0; option && sandbox_words[i]; i++)
		if (strcmp(option, sandbox_words[i]) == 0)
			when = i;
	if (when < SANDBOX_AUTO)
		return 0;
	settings->in_sandbox = sandbox_works(&why);
	if (!settings->in_sandbox && when == SANDBOX_ON)
		rc = error_set(err, ERR_IO,
			"there is no sandbox: %s; --sandbox=auto continues without it", why.data);
	else if (!settings->in_sandbox)
		fprintf(stderr, "benchgate: without a sandbox: %s\n", why.data);
	buf_release(&why);
	return rc;
}

const struct sandbox *settings_sandbox(const struct settings *settings)
{
	return settings->in_sandbox ? &settings->sandbox : NULL;
}

int settings_load(
	const struct settings_options *options, struct settings *settings, struct error *err)
{
	if (load_file(options->config, settings, err))
		return -1;
	settings->import.format = options->format ? import_named(options->format, err) : NULL;
	if (options->format && !settings->import.format)
		return -1;
	if (options->columns &&
		import_columns_parse(options->columns, &settings->import.columns, err))
		return -1;
	return take_options(options, &settings->policy, err);
}

void settings_use_commands(struct settings *settings, const struct said_commands *said)
{
	if (!said->commands.nr && !said->bench)
		return;
	bench_commands_release(&settings->commands);
	texts_release(&settings->suites);
	texts_release(&settings->suites_said);
	str_set(&settings->commands_folder, NULL);
	for (size_t i = 0; i < said->commands.nr; i++)
		commands_say(&settings->commands, said->commands.items[i], said->shell);
	if (said->bench)
		*ARRAY_ADD(
			&settings->commands) = (struct bench_command){ .text = str_dup(said->bench),
			.format = str_dup(
				settings->import.format ? settings->import.format->name : NULL),
			.shell = true,
			.is_tool = true };
}

void settings_release(struct settings *settings)
{
	bench_commands_release(&settings->commands);
	competitors_release(&settings->competitors);
	free(settings->commands_folder);
	policy_release(&settings->policy);
	import_columns_release(&settings->import.columns);
	free(settings->file);
	free(settings->root);
	free(settings->baselines);
	texts_release(&settings->suites);
	texts_release(&settings->suites_said);
	free(settings->build);
	free(settings->base);
	free(settings->history_db);
	keeping_release(&settings->keep);
	keeping_release(&settings->keep_points);
	free(settings->updates.branch);
	texts_release(&settings->sandbox.secrets);
	rules_release(&settings->rules);
	mentions_release(&settings->mentions);
	notify_settings_release(&settings->notify);
	responses_release(&settings->responses);
	*settings = (struct settings)SETTINGS_INIT;
}
