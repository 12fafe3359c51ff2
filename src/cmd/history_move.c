/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/history.h"

#include "session/recorder.h"
#include "store/history_copy.h"
#include "store/result_file.h"
#include "sys/file.h"
#include "sys/folder.h"

#include <stdio.h>

#define MAX_TEXT_BYTES ((size_t)1 << 30)

static int check_argument(const struct history_work *work, const char *action, const char *takes,
	size_t most, struct error *err)
{
	if (work->operands.nr > most)
		return error_set(err, ERR_USAGE, "history %s takes %s, but got '%s'", action, takes,
			work->operands.items[most]);
	return !work->operands.nr && most
		? error_set(err, ERR_USAGE, "history %s takes %s", action, takes)
		: 0;
}

int history_export_text(struct history_work *work, struct error *err)
{
	struct file_new out = FILE_NEW_INIT;
	struct history_runs runs = { 0 };
	int rc = check_argument(work, "export", "no argument", 0, err);

	if (!rc && work->options->out)
		rc = command_open_out(&out, work->options->out, "out", err);
	if (!rc)
		rc = history_chosen(work, &runs, err);
	if (!rc)
		rc = history_print(work->history, &runs, &work->text, err);
	if (!rc && work->options->out) {
		rc = file_new_commit(&out, &work->text, err);
		buf_clear(&work->text);
	}
	file_new_release(&out);
	history_runs_release(&runs);
	return rc;
}

static void say_copied(const struct history_copied *copied, struct buf *text)
{
	history_add_copied(copied, text);
	buf_addc(text, '\n');
}

/* A result file knows its commit; of where that stands git is asked. */
static int import_result_file(struct history_work *work, const char *path,
	struct history_copied *copied, struct error *err)
{
	struct recorder_origin origin;
	struct run run = RUN_INIT;
	bool is_result, is_new = false;
	int rc = -1;

	if (result_file_read(path, &work->settings.import, &run, &is_result, err))
		goto out;
	if (is_result) {
		recorder_find_origin(&run, &origin);
		rc = history_add(work->history, &run, &origin.said, &is_new, err);
		recorder_origin_release(&origin);
	} else {
		error_set(err, ERR_USAGE,
			"it is a baseline, which has several runs in it; a history takes runs");
	}
	if (rc)
		error_wrap(err, "%s", path);
	else
		++*(is_new ? &copied->nr_new : &copied->nr_known);
out:
	run_release(&run);
	return rc;
}

static int import_file(struct history_work *work, const char *path, struct history_copied *copied,
	struct error *err)
{
	struct buf text = BUF_INIT;
	int rc = file_read(path, MAX_TEXT_BYTES, &text, err);

	if (!rc) {
		if (!history_is_text(text.data))
			rc = import_result_file(work, path, copied, err);
		else if ((rc = history_parse(work->history, text.data, copied, err)))
			error_wrap(err, "%s", path);
	}
	buf_release(&text);
	return rc;
}

int history_import_files(struct history_work *work, struct error *err)
{
	struct history_copied copied = { .nr_new = 0 };
	int rc = check_argument(
		work, "import", "texts of history export, or result files", SIZE_MAX, err);

	for (size_t i = 0; i < work->operands.nr && !rc; i++)
		rc = import_file(work, work->operands.items[i], &copied, err);
	if (!rc)
		say_copied(&copied, &work->text);
	return rc;
}

static int merge_file(struct history_work *work, const char *path, struct history_copied *copied,
	struct error *err)
{
	struct history *from = history_open(path, DB_READ, err);
	int rc = from ? history_merge(from, work->history, copied, err) : -1;

	history_close(from);
	return rc;
}

int history_merge_files(struct history_work *work, struct error *err)
{
	struct history_copied copied = { .nr_new = 0 };
	int rc = check_argument(work, "merge", "histories", SIZE_MAX, err);

	for (size_t i = 0; i < work->operands.nr && !rc; i++)
		rc = merge_file(work, work->operands.items[i], &copied, err);
	if (!rc)
		say_copied(&copied, &work->text);
	return rc;
}

/* The copy appears under its name when all of it is there. */
int history_back_up(struct history_work *work, struct error *err)
{
	struct file_new copy = FILE_NEW_INIT;
	struct buf nothing = BUF_INIT;
	const char *to;
	int rc = check_argument(work, "backup", "one file", 1, err);

	if (rc)
		return -1;
	to = work->operands.items[0];
	if (file_is_there(to))
		return error_set(
			err, ERR_USAGE, "%s is there already; a copy goes to a new file", to);
	rc = file_new_open(&copy, to, err);
	if (!rc)
		rc = db_copy(history_db(work->history), copy.temporary, err);
	/* SQLite has written it under its temporary name. */
	if (!rc)
		rc = file_new_commit(&copy, &nothing, err);
	file_new_release(&copy);
	return rc;
}

int history_check_file(struct history_work *work, struct error *err)
{
	size_t nr_faults = 0;
	int rc = check_argument(work, "check", "no argument", 0, err);

	if (!rc)
		rc = history_check(work->history, &work->text, &nr_faults, err);
	if (!rc && !nr_faults)
		buf_addf(&work->text, "%s: ok\n", work->path);
	work->outcome->unmeasured |= nr_faults > 0;
	return rc;
}
