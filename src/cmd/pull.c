/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/str.h"
#include "cmd/transfer.h"
#include "cmd/verbs.h"
#include "harness/machine.h"
#include "session/ci.h"
#include "session/settings.h"
#include "store/baseline.h"
#include "sys/file.h"
#include "sys/folder.h"
#include "sys/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pull_options {
	struct transfer_options transfer;
	struct settings_options settings; /* the file alone */
	const char *into, *commit;
	bool all, merge_base;
};

static const struct opt opts[] = {
	OPT_WORD(0, "commit", struct pull_options, commit, "REVISION",
		"take this machine's run of that commit, as 'push --commit' put it there; with --all "
		"those of all machines"),
	OPT_FLAG(0, "merge-base", struct pull_options, merge_base,
		"the same of the commit that HEAD is to be compared with (where it left the target "
		"branch, or its parent), or of the nearest before it that has one"),
	OPT_FLAG('a', "all", struct pull_options, all,
		"take all result files and baselines right behind the prefix"),
	OPT_WORD(0, "into", struct pull_options, into, "FOLDER",
		"where to write them (default: the folder of the baselines; of histories, the current one)"),
	TRANSFER_OPTS(struct pull_options, transfer),
	CONFIG_OPT(struct pull_options, settings),
	OPT_END,
};

struct pull {
	struct pull_options options;
	struct words operands;
	struct settings settings;
	struct transfer transfer;
	const char *into;
	bool of_commit;                /* runs of a commit are taken */
	char machine[ENV_MACHINE_MAX]; /* this one; with of_commit */
};

static void pull_note(const struct pull *pull, const char *name, const struct error *why)
{
	struct buf line = BUF_INIT;

	buf_adds(&line, "benchgate: left out: ");
	buf_add_printable(&line, name);
	buf_adds(&line, ": ");
	buf_add_printable(&line, why->text);
	secrets_mask(&pull->transfer.secrets, &line);
	fprintf(stderr, "%s\n", line.data);
	buf_release(&line);
}

/* A link there may lead out of the folder. */
static int pull_check_target(
	const char *into, const char *name, const char *path, struct error *err)
{
	struct buf expected = BUF_INIT;
	char *folder, *real;
	int rc = 0;

	if (!file_is_there(path))
		return 0;
	folder = folder_real(into, err);
	real = folder ? folder_real(path, err) : NULL;
	buf_addf(&expected, "%s/%s", folder ? folder : "", name);
	if (!real || strcmp(real, expected.data) != 0)
		rc = error_set(
			err, ERR_IO, "%s is a symbolic link; pull writes through no links", path);
	buf_release(&expected);
	free(real);
	free(folder);
	return rc;
}

/* Its sessions would be lost for one run. */
static int check_replaced(const struct pull *pull, const char *path, struct error *err)
{
	struct run run = RUN_INIT;
	struct buf content = BUF_INIT;
	struct error ignored = ERROR_INIT;
	bool is_result = true;
	int rc = 0;

	if (pull->of_commit && file_is_there(path) &&
		!file_read(path, BUCKET_MAX_BYTES, &content, &ignored) &&
		!transfer_read(&content, &run, &is_result, &ignored) && !is_result)
		rc = error_set(err, ERR_USAGE,
			"%s is a baseline, and would be replaced by one run: take it --into another "
			"folder",
			path);
	run_release(&run);
	buf_release(&content);
	return rc;
}

static int pull_write_file(struct pull *pull, const char *name, const struct buf *content,
	const char *what, struct error *err)
{
	struct file_new file = FILE_NEW_INIT;
	struct buf path = BUF_INIT;
	bool was_there;
	int rc;

	buf_addf(&path, "%s/%s", pull->into, name);
	was_there = file_is_there(path.data);
	rc = folder_make(pull->into, err);
	if (!rc)
		rc = pull_check_target(pull->into, name, path.data, err);
	if (!rc)
		rc = check_replaced(pull, path.data, err);
	if (!rc)
		rc = file_new_open(&file, path.data, err);
	if (!rc)
		rc = file_new_commit_locked(&file, content, err);
	file_new_release(&file);
	if (!rc)
		buf_addf(&pull->transfer.text, "%s: %s%s\n", path.data,
			was_there ? "replaced" : "new", what);
	buf_release(&path);
	return rc;
}

/* What was fetched: is it ours, and what is it called here? A run of a commit is found by `run`
 * under the name of its machine's baseline. */
static bool pull_is_ours(const struct pull *pull, const char *name, const struct buf *content,
	struct buf *local, struct error *err)
{
	struct run run = RUN_INIT;
	struct buf said = BUF_INIT;
	bool is_result;
	int rc = transfer_read(content, &run, &is_result, err);

	if (!rc && pull->of_commit && !is_result)
		rc = error_set(err, ERR_IO, "it is a baseline, and no run of a commit");
	if (rc) {
		bucket_say(&pull->transfer.bucket, name, &said);
		error_wrap(err, "%s", said.data);
	} else if (pull->of_commit) {
		baseline_file_name(&run.env, local);
	} else {
		buf_adds(local, name);
	}
	buf_release(&said);
	run_release(&run);
	return !rc;
}

/* Of what was named, what is not ours is an error; of all, it is left out. */
static int pull_take(struct pull *pull, const char *name, const struct buf *content,
	const char *what, struct error *err)
{
	struct buf local = BUF_INIT;
	int rc = 0;

	if (pull_is_ours(pull, name, content, &local, err))
		rc = pull_write_file(pull, local.data, content, what, err);
	else if (!pull->options.all)
		rc = -1;
	else
		pull_note(pull, name, err);
	buf_release(&local);
	return rc;
}

static int pull_one(struct pull *pull, const char *name, struct error *err)
{
	struct buf content = BUF_INIT;
	int rc = bucket_get(&pull->transfer.bucket, name, &content, err);

	if (!rc)
		rc = pull_take(pull, name, &content, "", err);
	buf_release(&content);
	return rc;
}

/* The first night there is none yet. */
static int pull_history(struct pull *pull, const char *name, struct error *err)
{
	struct bucket *bucket = &pull->transfer.bucket;
	const char *into = pull->options.into;
	struct buf content = BUF_INIT, path = BUF_INIT, what = BUF_INIT, said = BUF_INIT;
	bool found = false;
	int rc = bucket_find(bucket, name, &content, &found, err);

	bucket_say(bucket, name, &said);
	buf_addf(&path, "%s%s%s", into ? into : "", into ? "/" : "", name);
	if (!rc && !found)
		rc = error_set(err, ERR_NO_BASE, "there is no %s yet", said.data);
	if (!rc && into)
		rc = folder_make(into, err);
	if (!rc)
		rc = pull_check_target(into ? into : ".", name, path.data, err);
	if (!rc && (rc = transfer_put_history(&content, path.data, &what, err)))
		error_wrap(err, "%s", said.data);
	if (!rc)
		buf_addf(&pull->transfer.text, "%s: %s\n", path.data, what.data);
	buf_release(&said);
	buf_release(&what);
	buf_release(&path);
	buf_release(&content);
	return rc;
}

static bool has_suffix(const char *name, const char *suffix)
{
	size_t len = strlen(name), end = strlen(suffix);

	return len >= end && strcmp(name + len - end, suffix) == 0;
}

static int pull_all(struct pull *pull, struct error *err)
{
	struct texts names = { 0 };
	int rc = bucket_list(&pull->transfer.bucket, &names, err);

	for (size_t i = 0; i < names.nr && !rc; i++) {
		const char *name = names.items[i];
		struct error why = ERROR_INIT;

		if (bucket_name_is_ours(name))
			rc = pull_one(pull, name, err);
		else if (has_suffix(name, ".json") && transfer_unsafe(name, &why))
			pull_note(pull, name, &why);
	}
	texts_release(&names);
	return rc;
}

static int pull_named(struct pull *pull, struct error *err)
{
	const char **names = pull->operands.items;
	int rc = 0;

	for (size_t i = 1; i < pull->operands.nr; i++)
		if (!bucket_name_is_ours(names[i]) && !bucket_name_is_history(names[i]))
			return transfer_unsafe(names[i], err);
	for (size_t i = 1; i < pull->operands.nr && !rc; i++)
		rc = bucket_name_is_history(names[i]) ? pull_history(pull, names[i], err)
						      : pull_one(pull, names[i], err);
	return rc;
}

/* This machine's run of that commit, if there is one. */
static int pull_run_of(
	struct pull *pull, const char *commit, const char *what, bool *found, struct error *err)
{
	struct buf name = BUF_INIT, content = BUF_INIT;
	int rc;

	transfer_add_run(commit, pull->machine, NULL, &name);
	rc = bucket_find(&pull->transfer.bucket, name.data, &content, found, err);
	if (!rc && *found)
		rc = pull_take(pull, name.data, &content, what, err);
	buf_release(&content);
	buf_release(&name);
	return rc;
}

/* who: "main (0123456) has no" */
static int no_run(const struct pull *pull, const char *who, const char *advice, struct error *err)
{
	struct buf where = BUF_INIT;

	bucket_say(&pull->transfer.bucket, NULL, &where);
	error_set(err, ERR_NO_BASE, "%s run of this machine (%s) in %s%s", who, pull->machine,
		where.data, advice);
	buf_release(&where);
	return -1;
}

static int pull_all_of(struct pull *pull, const char *commit, const char *who, struct error *err)
{
	struct bucket *bucket = &pull->transfer.bucket;
	struct buf prefix = BUF_INIT, where = BUF_INIT;
	int rc;

	bucket_say(bucket, NULL, &where);
	buf_addf(&prefix, "%s%sruns/%s", bucket->prefix, *bucket->prefix ? "/" : "", commit);
	free(bucket->prefix);
	bucket->prefix = buf_detach(&prefix);
	rc = pull_all(pull, err);
	if (!rc && !pull->transfer.text.len)
		rc = error_set(err, ERR_NO_BASE, "%s has no run in %s", who, where.data);
	buf_release(&where);
	return rc;
}

static int pull_own_of(struct pull *pull, const char *commit, const char *who, struct error *err)
{
	struct buf text = BUF_INIT;
	bool found;
	int rc;

	buf_addf(&text, ", the run of %s", who);
	rc = pull_run_of(pull, commit, text.data, &found, err);
	buf_clear(&text);
	buf_addf(&text, "%s has no", who);
	if (!rc && !found)
		rc = no_run(pull, text.data, "; --merge-base looks at what is before HEAD", err);
	buf_release(&text);
	return rc;
}

static int pull_commit(struct pull *pull, const struct revision *revision, struct error *err)
{
	struct buf who = BUF_INIT;
	int rc;

	revision_spell(revision, &who);
	rc = pull->options.all ? pull_all_of(pull, revision->commit, who.data, err)
			       : pull_own_of(pull, revision->commit, who.data, err);
	buf_release(&who);
	return rc;
}

/* How far back a base may be: each costs a request. */
#define MAX_ANCESTORS 200

static int pull_nearest(struct pull *pull, const struct revision *revision, struct error *err)
{
	struct texts commits = { 0 };
	struct buf who = BUF_INIT, what = BUF_INIT, advice = BUF_INIT;
	bool found = false;
	int rc = revision_ancestors(".", revision, MAX_ANCESTORS, &commits, err);

	/* "HEAD", or "parent of HEAD" and the like */
	buf_adds(&who, str_starts(revision->name, "HEAD") ? "" : "the ");
	revision_spell(revision, &who);
	for (size_t i = 0; i < commits.nr && !rc && !found; i++) {
		buf_clear(&what);
		buf_adds(&what, ", the run of ");
		if (i)
			buf_addf(&what, "%.7s, before ", commits.items[i]);
		buf_adds(&what, who.data);
		rc = pull_run_of(pull, commits.items[i], what.data, &found, err);
	}
	if (!rc && !found) {
		buf_clear(&what);
		buf_addf(&what, "none of the %zu commits from %s back has a", commits.nr, who.data);
		revision_advise_fetch(".", &advice);
		rc = no_run(pull, what.data, advice.data, err);
	}
	buf_release(&advice);
	buf_release(&what);
	buf_release(&who);
	texts_release(&commits);
	return rc;
}

static int pull_of_commit(struct pull *pull, struct error *err)
{
	const struct pull_options *options = &pull->options;
	struct revision revision = REVISION_INIT;
	struct env env = { { NULL } };
	int rc = options->merge_base ? revision_before(".", ci_target_branch(), &revision, err)
				     : transfer_commit(options->commit, &revision, err);

	machine_describe(&env);
	env_machine(&env, pull->machine);
	env_release(&env);
	if (!rc)
		rc = options->merge_base ? pull_nearest(pull, &revision, err)
					 : pull_commit(pull, &revision, err);
	revision_release(&revision);
	return rc;
}

static int pull_check_operands(const struct pull *pull, struct error *err)
{
	const struct pull_options *options = &pull->options;

	if (!pull->operands.nr)
		return error_set(err, ERR_USAGE,
			"pull takes an address such as s3://bucket/prefix, and names, --all, --commit or "
			"--merge-base");
	if (options->merge_base && (options->commit || options->all))
		return error_set(err, ERR_USAGE, "--merge-base takes one run: it goes with no %s",
			options->commit ? "--commit" : "--all");
	if (pull->of_commit && pull->operands.nr > 1)
		return error_set(err, ERR_USAGE,
			"pull takes the run of a commit, or the names of files, not both");
	if (!pull->of_commit && (options->all ? pull->operands.nr > 1 : pull->operands.nr == 1))
		return error_set(err, ERR_USAGE, "pull takes the names of files, or --all%s",
			options->all ? ", not both" : "");
	return 0;
}

static int pull_prepare(struct pull *pull, struct error *err)
{
	const struct pull_options *options = &pull->options;

	pull->of_commit = options->commit || options->merge_base;
	if (pull_check_operands(pull, err))
		return -1;
	if (!options->into && settings_load(&options->settings, &pull->settings, err))
		return -1;
	pull->into = options->into ? options->into : pull->settings.baselines;
	return transfer_open(&pull->transfer, &options->transfer, pull->operands.items[0], err);
}

static int pull_files(struct pull *pull, struct error *err)
{
	if (pull->of_commit)
		return pull_of_commit(pull, err);
	return pull->options.all ? pull_all(pull, err) : pull_named(pull, err);
}

static int pull_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct pull pull = { .settings = SETTINGS_INIT, .transfer = TRANSFER_INIT };
	int rc = opts_parse(opts, given, &pull.options, &pull.operands, err);

	(void)outcome;
	process_setup();
	if (!rc)
		rc = pull_prepare(&pull, err);
	if (!rc)
		rc = pull_files(&pull, err);
	rc = transfer_close(&pull.transfer, rc, err);
	settings_release(&pull.settings);
	ARRAY_RELEASE(&pull.operands);
	return rc;
}

const struct command command_pull = {
	.name = "pull",
	.group = COMMANDS_RESULTS,
	.operands = "s3://BUCKET[/PREFIX] [NAME...]",
	.summary = "take result files, baselines and histories out of an object store",
	.details =
		"Writes what is there under each name, or all with --all, into the folder of the baselines or another. "
		"A file appears complete or not at all; what is neither a result file nor a baseline nor a history is never "
		"written, and nothing is written outside of that folder.\n"
		"A history that is there already gets the runs that it lacks; where the store has none of that name, the exit "
		"code is 4.\n"
		"With --commit or --merge-base this machine's run becomes its baseline there, which 'run' compares with "
		"next. A baseline of several sessions is not replaced by a run.\n"
		"Requests are signed with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, where there is one, "
		"AWS_SESSION_TOKEN.\n"
		"See 'benchgate help channels', OBJECT STORAGE.",
	.examples = "benchgate pull s3://bucket/prefix x86.json\n"
		    "benchgate pull s3://bucket/prefix --all --into build\n"
		    "benchgate pull s3://bucket/prefix --merge-base\n",
	.opts = opts,
	.run = pull_run,
};
