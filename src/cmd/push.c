/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/array.h"
#include "base/str.h"
#include "cmd/transfer.h"
#include "cmd/verbs.h"
#include "model/run_json.h"
#include "store/result_file.h"
#include "sys/file.h"
#include "sys/process.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct push_options {
	struct transfer_options transfer;
	const char *commit;
};

static const struct opt opts[] = {
	OPT_WORD(0, "commit", struct push_options, commit, "REVISION",
		"keep the run of this commit, and the reports on it, under runs/ and its hash, for 'pull "
		"--commit' and 'pull --merge-base'"),
	TRANSFER_OPTS(struct push_options, transfer),
	OPT_END,
};

#define JSON_TYPE "application/json"

/* Reports that are files of their own. */
static const struct report_kind {
	const char *ending, *begins, *type; /* of the name; of the content */
} report_kinds[] = {
	{ ".html", "<!DOCTYPE html>", "text/html; charset=utf-8" },
	{ ".xml", "<?xml ", "application/xml" },
	{ ".md", "## Performance: ", "text/markdown; charset=utf-8" },
	{ ".csv", "benchmark,metric,", "text/csv; charset=utf-8" },
	{ ".svg", "<svg ", "image/svg+xml" },
	{ ".txt", "", "text/plain; charset=utf-8" },
	{ ".json", "{\n\t\"format\": \"benchgate-verdict\"", JSON_TYPE },
};

/* A file to be pushed. */
struct item {
	const char *path;
	char *name; /* of the object */
	const char *type;
	bool is_run, is_history;
	bool is_foreign;               /* a file of another tool: what is pushed is our own */
	char machine[ENV_MACHINE_MAX]; /* that measured the run */
};

struct items {
	struct item *items;
	size_t nr, alloc;
};

struct push {
	struct push_options options;
	struct transfer transfer;
	struct revision commit; /* where one is asked for */
	struct items items;
};

static bool push_ends_in(const char *name, const char *ending)
{
	size_t len = strlen(name), end = strlen(ending);

	return len > end && strcmp(name + len - end, ending) == 0;
}

static const struct report_kind *report_kind_of(const char *path, const struct buf *content)
{
	for (size_t i = 0; i < sizeof report_kinds / sizeof *report_kinds; i++)
		if (push_ends_in(path, report_kinds[i].ending) &&
			str_starts(content->data, report_kinds[i].begins))
			return &report_kinds[i];
	return NULL;
}

/* Would who takes it as the run of that commit be misled? */
static int check_run(const struct push *push, const struct run *run, struct error *err)
{
	const char *measured = run->env.values[ENV_COMMIT], *dirty = run->env.values[ENV_DIRTY];
	const char *wanted = push->commit.commit;
	struct buf printable = BUF_INIT;

	if (measured && strcmp(measured, wanted) != 0) {
		buf_add_printable(&printable, measured);
		error_set(err, ERR_USAGE, "it was measured at %.12s, and --commit is %.12s",
			printable.data, wanted);
		buf_release(&printable);
		return -1;
	}
	if (dirty && strcmp(dirty, "yes") == 0)
		return error_set(err, ERR_USAGE,
			"it was measured with changes that are not in %.12s: commit them and measure "
			"again, or push it without --commit",
			wanted);
	if (run_is_in_turn(run))
		return error_set(err, ERR_USAGE,
			"it was measured in turn with a base, and no run can be compared with such "
			"times: push what 'benchgate run' measured");
	if (run->shard.of > 1)
		return error_set(err, ERR_USAGE,
			"it is one of %" PRIu64 " shards: 'benchgate merge --out' makes them one",
			run->shard.of);
	return 0;
}

static int look_at_ours(struct push *push, struct item *item, const struct run *run, bool is_result,
	struct error *err)
{
	const char *name = str_path_name(item->path);

	item->type = JSON_TYPE;
	if (!push->options.commit)
		return item->is_foreign || bucket_name_is_ours(name) ? 0
								     : transfer_unsafe(name, err);
	if (!is_result)
		return error_set(err, ERR_USAGE,
			"%s is a baseline, which is of no one commit: push it without --commit",
			item->path);
	item->is_run = true;
	env_machine(&run->env, item->machine);
	return check_run(push, run, err) ? error_wrap(err, "%s", item->path) : 0;
}

static int look_at_report(struct item *item, const struct buf *content, struct error *err)
{
	const struct report_kind *kind = report_kind_of(item->path, content);
	struct buf known = BUF_INIT;

	item->type = kind ? kind->type : NULL;
	if (kind)
		return 0;
	/* What is wrong with a result file or a baseline was said already. */
	if (push_ends_in(item->path, ".json"))
		return error_wrap(err, "%s", item->path);
	for (size_t i = 0; i < sizeof report_kinds / sizeof *report_kinds; i++)
		buf_addf(&known, "%s%s", i ? ", " : "", report_kinds[i].ending);
	error_set(err, ERR_IO,
		"%s is no result file, no baseline, no history, which ends in .db, and none of our "
		"reports, which end in %s",
		item->path, known.data);
	buf_release(&known);
	return -1;
}

static int unsafe_name(const char *name, struct error *err)
{
	struct buf printable = BUF_INIT;

	buf_add_printable(&printable, name);
	error_set(err, ERR_USAGE,
		"'%.100s' cannot be a name there: it must be text of at most %d bytes, with no dot in "
		"front",
		printable.data, BUCKET_MAX_NAME);
	buf_release(&printable);
	return -1;
}

/* Of those of other tools, what could be taken for one: ours say whose they are. */
static bool is_own_report(const char *path, const struct buf *content)
{
	const struct report_kind *kind = report_kind_of(path, content);
	size_t start = content->len < 512 ? content->len : 512;

	return kind && *kind->begins &&
		(strcmp(kind->ending, ".xml") != 0 ||
			memmem(content->data, start, "\"benchgate\"", strlen("\"benchgate\"")));
}

static bool read_other_tool(const struct item *item, const struct buf *content, struct run *run)
{
	struct error ignored = ERROR_INIT;
	bool is_result;

	run_release(run);
	*run = (struct run)RUN_INIT;
	return !is_own_report(item->path, content) &&
		!result_file_read(item->path, NULL, run, &is_result, &ignored) && run->format;
}

static int look_at_history(const struct push *push, struct item *item, struct error *err)
{
	item->is_history = true;
	item->type = "application/vnd.sqlite3";
	if (push->options.commit)
		return error_set(err, ERR_USAGE,
			"%s is a history, which is of no one commit: push it without --commit",
			item->path);
	return transfer_check_history(item->path, err);
}

static int push_look_at(struct push *push, struct item *item, struct error *err)
{
	const char *name = str_path_name(item->path);
	struct run run = RUN_INIT;
	struct buf content = BUF_INIT;
	bool is_result;
	int rc;

	if (bucket_name_is_history(name))
		return look_at_history(push, item, err);
	rc = file_read(item->path, BUCKET_MAX_BYTES, &content, err);
	if (!rc && !bucket_name_is_safe(name))
		rc = unsafe_name(name, err);
	else if (!rc && !transfer_read(&content, &run, &is_result, err))
		rc = look_at_ours(push, item, &run, is_result, err);
	else if (!rc && (item->is_foreign = read_other_tool(item, &content, &run)))
		rc = look_at_ours(push, item, &run, true, err);
	else if (!rc)
		rc = look_at_report(item, &content, err);
	run_release(&run);
	buf_release(&content);
	return rc;
}

/* A report is of the run beside it. */
static const struct item *only_run(const struct items *items, struct error *err)
{
	const struct item *run = NULL;

	for (size_t i = 0; i < items->nr; i++) {
		if (!items->items[i].is_run)
			continue;
		if (run) {
			error_set(err, ERR_USAGE,
				"with --commit reports go beside one run: push those on %s and %s one "
				"after the other",
				run->path, items->items[i].path);
			return NULL;
		}
		run = &items->items[i];
	}
	if (!run)
		error_set(err, ERR_USAGE,
			"with --commit a report goes beside the run that it is about: push the result "
			"file with it");
	return run;
}

static int name_item(struct push *push, struct item *item, struct error *err)
{
	const char *name = str_path_name(item->path);
	const struct item *run = item;
	struct buf key = BUF_INIT;

	if (push->options.commit && !item->is_run)
		run = only_run(&push->items, err);
	if (!run)
		return -1;
	if (push->options.commit)
		transfer_add_run(
			push->commit.commit, run->machine, item->is_run ? NULL : name, &key);
	else
		buf_addf(&key, "%s%s", name,
			item->is_foreign && !bucket_name_is_ours(name) ? ".json" : "");
	item->name = buf_detach(&key);
	return 0;
}

/* Two of one name would be one. */
static int push_check_name(const struct items *items, size_t nr, struct error *err)
{
	const struct item *item = &items->items[nr];

	for (size_t i = 0; i < nr; i++)
		if (strcmp(items->items[i].name, item->name) == 0)
			return error_set(err, ERR_USAGE,
				"%s and %s would have the same name there: push one of them, or each "
				"to a prefix of its own",
				items->items[i].path, item->path);
	return 0;
}

/* What another tool left is kept as a result file of our own. */
static int read_content(const struct item *item, struct buf *content, struct error *err)
{
	struct run run = RUN_INIT;
	bool is_result;
	int rc;

	if (item->is_history)
		return transfer_copy_history(item->path, content, err);
	if (!item->is_foreign)
		return file_read(item->path, BUCKET_MAX_BYTES, content, err);
	rc = result_file_read(item->path, NULL, &run, &is_result, err);
	if (!rc)
		run_json_print(&run, content);
	run_release(&run);
	return rc;
}

static int push_item(struct transfer *transfer, const struct item *item, struct error *err)
{
	struct buf content = BUF_INIT;
	struct bucket_object object = { item->name, item->type, &content };
	bool was_there = false;
	int rc = read_content(item, &content, err);

	if (!rc) {
		was_there = bucket_has(&transfer->bucket, item->name);
		rc = bucket_put(&transfer->bucket, &object, err);
	}
	if (!rc) {
		bucket_say(&transfer->bucket, item->name, &transfer->text);
		buf_adds(&transfer->text, was_there ? ": replaced\n" : ": new\n");
	}
	buf_release(&content);
	return rc;
}

/* All are looked at before the first is sent. */
static int push_files(struct push *push, const struct words *paths, struct error *err)
{
	struct items *items = &push->items;

	for (size_t i = 0; i < paths->nr; i++) {
		struct item *item = ARRAY_ADD(items);

		*item = (struct item){ .path = paths->items[i] };
		if (push_look_at(push, item, err))
			return -1;
	}
	for (size_t i = 0; i < items->nr; i++)
		if (name_item(push, &items->items[i], err) || push_check_name(items, i, err))
			return -1;
	for (size_t i = 0; i < items->nr; i++)
		if (push_item(&push->transfer, &items->items[i], err))
			return -1;
	return 0;
}

static int push_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct push push = { .transfer = TRANSFER_INIT, .commit = REVISION_INIT };
	const struct push_options *options = &push.options;
	struct words operands = { NULL, 0, 0 };
	int rc = opts_parse(opts, given, &push.options, &operands, err);

	(void)outcome;
	process_setup();
	if (!rc && operands.nr < 2)
		rc = error_set(err, ERR_USAGE,
			"push takes an address such as s3://bucket/prefix, and files");
	if (!rc && options->commit)
		rc = transfer_commit(options->commit, &push.commit, err);
	if (!rc)
		rc = transfer_open(&push.transfer, &options->transfer, operands.items[0], err);
	if (!rc)
		rc = push_files(&push,
			&(struct words){ operands.items + 1, operands.nr - 1, operands.nr - 1 },
			err);
	rc = transfer_close(&push.transfer, rc, err);
	for (size_t i = 0; i < push.items.nr; i++)
		free(push.items.items[i].name);
	ARRAY_RELEASE(&push.items);
	revision_release(&push.commit);
	ARRAY_RELEASE(&operands);
	return rc;
}

const struct command command_push = {
	.name = "push",
	.group = COMMANDS_RESULTS,
	.operands = "s3://BUCKET[/PREFIX] FILE...",
	.summary = "put result files, baselines, histories and reports into an object store",
	.details =
		"Puts each file under its own name behind the prefix; what is there under that name is replaced, and "
		"that is said. A result file of another tool is put there as one of our own. Of a history, whose name ends in .db, a copy is put, also while others write to it. Files "
		"that are neither result files nor baselines nor histories nor reports are refused, before any is sent.\n"
		"With --commit a result file becomes runs/COMMIT/MACHINE.json, and the reports that go with it "
		"runs/COMMIT/MACHINE/NAME. One that was measured at another commit, or with changes that are not in "
		"it, is refused.\n"
		"Requests are signed with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, where there is one, "
		"AWS_SESSION_TOKEN.\n"
		"See 'benchgate help channels', OBJECT STORAGE.",
	.examples = "benchgate push s3://bucket/prefix result.json\n"
		    "benchgate push s3://bucket/prefix --commit HEAD result.json report.html\n",
	.opts = opts,
	.run = push_run,
};
