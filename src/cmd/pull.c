/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/str.h"
#include "cmd/transfer.h"
#include "cmd/verbs.h"
#include "session/settings.h"
#include "sys/file.h"
#include "sys/folder.h"
#include "sys/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pull_options {
	struct transfer_options transfer;
	struct settings_options settings; /* the file alone */
	const char *into;
	bool all;
};

static const struct opt opts[] = {
	OPT_FLAG('a', "all", struct pull_options, all,
		"take all result files and baselines right behind the prefix"),
	OPT_WORD(0, "into", struct pull_options, into, "FOLDER",
		"where to write them (default: the folder of the baselines)"),
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
};

static void note(const struct pull *pull, const char *name, const struct error *why)
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
static int check_target(const char *into, const char *name, const char *path, struct error *err)
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

static int write_file(
	struct pull *pull, const char *name, const struct buf *content, struct error *err)
{
	struct file_new file = FILE_NEW_INIT;
	struct buf path = BUF_INIT;
	bool was_there;
	int rc;

	buf_addf(&path, "%s/%s", pull->into, name);
	was_there = file_is_there(path.data);
	rc = check_target(pull->into, name, path.data, err);
	if (!rc)
		rc = file_new_open(&file, path.data, err);
	if (!rc)
		rc = file_new_commit_locked(&file, content, err);
	file_new_release(&file);
	if (!rc)
		buf_addf(&pull->transfer.text, "%s: %s\n", path.data,
			was_there ? "replaced" : "new");
	buf_release(&path);
	return rc;
}

/* -1 where there is none; *is_ours says whether it is a file that we can read. */
static int fetch(
	struct pull *pull, const char *name, struct buf *content, bool *is_ours, struct error *err)
{
	struct buf said = BUF_INIT;
	int rc = bucket_get(&pull->transfer.bucket, name, content, err);

	*is_ours = !rc && !transfer_check(content, err);
	if (!rc && !*is_ours) {
		bucket_say(&pull->transfer.bucket, name, &said);
		error_wrap(err, "%s", said.data);
	}
	buf_release(&said);
	return rc;
}

/* Of what was named, what is not ours is an error; of all, it is left out. */
static int pull_one(struct pull *pull, const char *name, bool named, struct error *err)
{
	struct buf content = BUF_INIT;
	bool is_ours;
	int rc = fetch(pull, name, &content, &is_ours, err);

	if (!rc && is_ours)
		rc = write_file(pull, name, &content, err);
	else if (!rc && named)
		rc = -1;
	else if (!rc)
		note(pull, name, err);
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

		if (bucket_name_is_safe(name))
			rc = pull_one(pull, name, false, err);
		else if (has_suffix(name, ".json") && transfer_unsafe(name, &why))
			note(pull, name, &why);
	}
	texts_release(&names);
	return rc;
}

static int pull_named(struct pull *pull, struct error *err)
{
	int rc = 0;

	for (size_t i = 1; i < pull->operands.nr; i++)
		if (!bucket_name_is_safe(pull->operands.items[i]))
			return transfer_unsafe(pull->operands.items[i], err);
	for (size_t i = 1; i < pull->operands.nr && !rc; i++)
		rc = pull_one(pull, pull->operands.items[i], true, err);
	return rc;
}

static int prepare(struct pull *pull, struct error *err)
{
	const struct pull_options *options = &pull->options;

	if (!pull->operands.nr)
		return error_set(err, ERR_USAGE,
			"pull takes an address such as s3://bucket/prefix, and names or --all");
	if (options->all ? pull->operands.nr > 1 : pull->operands.nr == 1)
		return error_set(err, ERR_USAGE, "pull takes the names of files, or --all%s",
			options->all ? ", not both" : "");
	if (!options->into && settings_load(&options->settings, &pull->settings, err))
		return -1;
	pull->into = options->into ? options->into : pull->settings.baselines;
	return transfer_open(&pull->transfer, &options->transfer, pull->operands.items[0], err);
}

static int pull_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct pull pull = { .settings = SETTINGS_INIT, .transfer = TRANSFER_INIT };
	int rc = opts_parse(opts, given, &pull.options, &pull.operands, err);

	(void)outcome;
	process_setup();
	if (!rc)
		rc = prepare(&pull, err);
	if (!rc)
		rc = folder_make(pull.into, err);
	if (!rc)
		rc = pull.options.all ? pull_all(&pull, err) : pull_named(&pull, err);
	rc = transfer_close(&pull.transfer, rc, err);
	settings_release(&pull.settings);
	ARRAY_RELEASE(&pull.operands);
	return rc;
}

const struct command command_pull = {
	.name = "pull",
	.group = COMMANDS_RESULTS,
	.operands = "s3://BUCKET[/PREFIX] [NAME...]",
	.summary = "take result files and baselines out of an object store",
	.details =
		"Writes what is there under each name, or all with --all, into the folder of the baselines or another. "
		"A file appears complete or not at all; what is neither a result file nor a baseline is never "
		"written, and nothing is written outside of that folder.\n"
		"Requests are signed with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, where there is one, "
		"AWS_SESSION_TOKEN.\n"
		"See 'benchgate help channels', OBJECT STORAGE.",
	.examples = "benchgate pull s3://bucket/prefix x86.json\n"
		    "benchgate pull s3://bucket/prefix --all --into build\n",
	.opts = opts,
	.run = pull_run,
};
