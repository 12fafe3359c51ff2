/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing a file in one go. test.h goes before. */
#ifndef SUPPORT_NEW_FILE_H
#define SUPPORT_NEW_FILE_H

#include "sys/file.h"

static inline void begin(struct file_new *file, const char *path)
{
	struct error err = ERROR_INIT;

	if (file_new_open(file, path, &err))
		fail_msg("%s", err.text);
}

static inline int commit(struct file_new *file, const char *text, struct error *err)
{
	struct buf content = BUF_INIT;
	int rc;

	buf_adds(&content, text);
	rc = file_new_commit(file, &content, err);
	buf_release(&content);
	return rc;
}

#endif
