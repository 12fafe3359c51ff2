/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts: where --report FORMAT[=FILE] of a command writes an account that is no verdict:
 * standard output or files, which are opened before the work begins. */
#ifndef CMD_ACCOUNTS_H
#define CMD_ACCOUNTS_H

#include "base/opts.h"
#include "sys/file.h"

/* One format; a table of them ends in one without a name. */
struct account_format {
	const char *name;
	const char *begins; /* with this, always */
	void (*fill)(const void *account, struct buf *out);
};

struct accounts {
	const char *what; /* the files are: "report of a bisection" */
	const struct account_format *formats;
	struct {
		const struct account_format *format;
		struct file_new file; /* none is open: standard output */
	} * items;
	size_t nr, alloc;
};

/* Opens those that the options name; text on standard output where they name none. */
int accounts_open(struct accounts *accounts, const struct words *reports, struct error *err);
int accounts_write(struct accounts *accounts, const void *account, struct error *err);
void accounts_release(struct accounts *accounts);

#endif
