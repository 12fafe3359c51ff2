/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/transfer.h"

#include "store/history_copy.h"
#include "sys/file.h"
#include "sys/scratch.h"

#include <stdlib.h>

/* The name of a file in a new folder; NULL: an error. */
static char *scratch_file(struct scratch *scratch, struct error *err)
{
	struct buf path = BUF_INIT;

	if (scratch_make(scratch, err))
		return NULL;
	buf_addf(&path, "%s/history.db", scratch->path);
	return buf_detach(&path);
}

int transfer_check_history(const char *path, struct error *err)
{
	struct history *history = history_open(path, DB_READ, err);

	history_close(history);
	return history ? 0 : -1;
}

int transfer_copy_history(const char *path, struct buf *content, struct error *err)
{
	struct scratch scratch = SCRATCH_INIT;
	struct history *history = history_open(path, DB_READ, err);
	char *copy = history ? scratch_file(&scratch, err) : NULL;
	int rc = copy ? db_copy(history_db(history), copy, err) : -1;

	if (!rc)
		rc = file_read(copy, BUCKET_MAX_BYTES, content, err);
	history_close(history);
	free(copy);
	scratch_remove(&scratch);
	return rc;
}

static int merge_into(const char *path, struct history *from, struct buf *what, struct error *err)
{
	struct history *into = history_open(path, DB_CHANGE, err);
	struct history_copied copied = { .nr_new = 0 };
	int rc = into ? history_merge(from, into, &copied, err) : -1;

	if (!rc)
		history_add_copied(&copied, what);
	history_close(into);
	return rc;
}

int transfer_put_history(
	const struct buf *content, const char *path, struct buf *what, struct error *err)
{
	struct scratch scratch = SCRATCH_INIT;
	char *copy = scratch_file(&scratch, err);
	struct history *from = NULL;
	int rc = copy ? file_replace(copy, content, err) : -1;

	if (!rc)
		from = history_open(copy, DB_READ, err);
	if (!from)
		rc = -1;
	else if (file_is_there(path))
		rc = merge_into(path, from, what, err);
	else if (!(rc = file_replace(path, content, err)))
		buf_adds(what, "new");
	history_close(from);
	free(copy);
	scratch_remove(&scratch);
	return rc;
}
