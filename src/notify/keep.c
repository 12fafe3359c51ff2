/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/keep.h"

#include "sys/file.h"
#include "sys/folder.h"

#define SPOILT "spoilt"
#define MARGIN_NS UINT64_C(5000000000)

static int lock_state(struct keep *keep, uint64_t budget_ns, struct error *err)
{
	struct buf path = BUF_INIT;
	int rc;

	buf_addf(&path, "%s.lock", keep->path);
	rc = lock_wait(&keep->lock, path.data, LOCK_ALONE, budget_ns + MARGIN_NS, err);
	buf_release(&path);
	return rc;
}

static int put_aside(const char *path, const char *why, struct buf *warnings, struct error *err)
{
	struct buf aside = BUF_INIT;
	int rc;

	buf_addf(&aside, "%s." SPOILT, path);
	rc = file_rename(path, aside.data, err);
	if (!rc)
		buf_addf(warnings,
			"%s; it is now %s, and what was told before is not known any more\n", why,
			aside.data);
	buf_release(&aside);
	return rc;
}

/* *spoilt: the file was read and makes no sense. */
static int read_state(struct keep *keep, bool *spoilt, struct error *err)
{
	struct buf text = BUF_INIT;
	int rc = 0;

	*spoilt = false;
	if (folder_lacks(keep->path))
		return 0;
	rc = file_read(keep->path, STATE_MAX_BYTES, &text, err);
	if (!rc && state_parse(text.data, text.len, &keep->state, err)) {
		*spoilt = true;
		err->kind = ERR_IO;
		rc = error_wrap(err, "%s", keep->path);
		state_release(&keep->state);
	}
	buf_release(&text);
	return rc;
}

int keep_open(struct keep *keep, const char *path, uint64_t budget_ns, struct buf *warnings,
	struct error *err)
{
	struct error why = ERROR_INIT;
	bool spoilt;

	*keep = (struct keep){ .path = path, .lock = LOCK_INIT };
	if (folder_make_parents(path, err) || lock_state(keep, budget_ns, err))
		return -1;
	if (!read_state(keep, &spoilt, &why))
		return 0;
	if (spoilt && !put_aside(path, why.text, warnings, err))
		return 0;
	if (!spoilt)
		*err = why;
	keep_close(keep);
	return -1;
}

int keep_look(struct keep *keep, const char *path, struct error *err)
{
	bool spoilt;

	*keep = (struct keep){ .path = path, .lock = LOCK_INIT };
	return read_state(keep, &spoilt, err);
}

int keep_write(struct keep *keep, struct buf *warnings, struct error *err)
{
	struct file_new file = FILE_NEW_INIT;
	struct buf text = BUF_INIT;
	int rc;

	state_print(&keep->state, &text, warnings);
	rc = file_new_open(&file, keep->path, err) || file_new_commit(&file, &text, err) ? -1 : 0;
	file_new_release(&file);
	buf_release(&text);
	return rc;
}

void keep_close(struct keep *keep)
{
	state_release(&keep->state);
	lock_release(&keep->lock);
}
