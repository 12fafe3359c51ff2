/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/str.h"
#include "cmd/transfer.h"
#include "cmd/verbs.h"
#include "sys/file.h"
#include "sys/process.h"

#include <string.h>

struct push_options {
	struct transfer_options transfer;
};

static const struct opt opts[] = {
	TRANSFER_OPTS(struct push_options, transfer),
	OPT_END,
};

static int check_file(const char *path, struct error *err)
{
	struct buf content = BUF_INIT;
	int rc;

	if (!bucket_name_is_safe(str_path_name(path)))
		return transfer_unsafe(str_path_name(path), err);
	rc = file_read(path, BUCKET_MAX_BYTES, &content, err);
	if (!rc && transfer_check(&content, err))
		rc = error_wrap(err, "%s", path);
	buf_release(&content);
	return rc;
}

/* Two of one name would be one. */
static int check_names(const struct words *paths, size_t nr, struct error *err)
{
	for (size_t i = 0; i < nr; i++)
		if (strcmp(str_path_name(paths->items[i]), str_path_name(paths->items[nr])) == 0)
			return error_set(err, ERR_USAGE,
				"%s and %s would have the same name there: push one of them, or each "
				"to a prefix of its own",
				paths->items[i], paths->items[nr]);
	return 0;
}

static int push_file(struct transfer *transfer, const char *path, struct error *err)
{
	const char *name = str_path_name(path);
	struct buf content = BUF_INIT;
	bool was_there = false;
	int rc = file_read(path, BUCKET_MAX_BYTES, &content, err);

	if (!rc) {
		was_there = bucket_has(&transfer->bucket, name);
		rc = bucket_put(&transfer->bucket, name, &content, err);
	}
	if (!rc) {
		bucket_say(&transfer->bucket, name, &transfer->text);
		buf_adds(&transfer->text, was_there ? ": replaced\n" : ": new\n");
	}
	buf_release(&content);
	return rc;
}

/* All are looked at before the first is sent. */
static int push(struct transfer *transfer, const struct words *paths, struct error *err)
{
	for (size_t i = 0; i < paths->nr; i++)
		if (check_file(paths->items[i], err) || check_names(paths, i, err))
			return -1;
	for (size_t i = 0; i < paths->nr; i++)
		if (push_file(transfer, paths->items[i], err))
			return -1;
	return 0;
}

static int push_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct push_options options = { .transfer = { .endpoint = NULL } };
	struct transfer transfer = TRANSFER_INIT;
	struct words operands = { NULL, 0, 0 };
	int rc = opts_parse(opts, given, &options, &operands, err);

	(void)outcome;
	process_setup();
	if (!rc && operands.nr < 2)
		rc = error_set(err, ERR_USAGE,
			"push takes an address such as s3://bucket/prefix, and files");
	if (!rc)
		rc = transfer_open(&transfer, &options.transfer, operands.items[0], err);
	if (!rc)
		rc = push(&transfer,
			&(struct words){ operands.items + 1, operands.nr - 1, operands.nr - 1 },
			err);
	rc = transfer_close(&transfer, rc, err);
	ARRAY_RELEASE(&operands);
	return rc;
}

const struct command command_push = {
	.name = "push",
	.group = COMMANDS_RESULTS,
	.operands = "s3://BUCKET[/PREFIX] FILE...",
	.summary = "put result files and baselines into an object store",
	.details =
		"Puts each file under its own name behind the prefix; what is there under that name is replaced, and "
		"that is said. Files that are neither result files nor baselines are refused, before any is sent.\n"
		"Requests are signed with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, where there is one, "
		"AWS_SESSION_TOKEN.\n"
		"See 'benchgate help channels', OBJECT STORAGE.",
	.examples = "benchgate push s3://bucket/prefix result.json\n",
	.opts = opts,
	.run = push_run,
};
