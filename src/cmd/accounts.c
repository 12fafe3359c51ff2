/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/accounts.h"

#include "base/array.h"
#include "session/output.h"

#include <string.h>

static const struct account_format *find_account_format(
	const struct account_format *formats, const char *said, size_t len, struct error *err)
{
	char *name = mem_copy(said, len);
	struct unknown unknown = { .given = name, .kinds = "formats" };
	const struct account_format *found = NULL;

	for (const struct account_format *format = formats; format->name; format++) {
		unknown_offer(&unknown, format->name);
		if (strcmp(format->name, name) == 0)
			found = format;
	}
	if (!found)
		unknown_error(&unknown, err, "--report: unknown format '%s'", name);
	free(name);
	return found;
}

static int open_account_file(struct accounts *accounts, const char *said, struct error *err)
{
	size_t len = strcspn(said, "=");
	const struct account_format *format =
		find_account_format(accounts->formats, said, len, err);

	if (!format)
		return -1;
	if (said[len] && !said[len + 1])
		return error_set(
			err, ERR_USAGE, "--report %s: there is no file name after the =", said);
	(void)ARRAY_ADD(accounts);
	accounts->items[accounts->nr - 1].format = format;
	accounts->items[accounts->nr - 1].file = (struct file_new)FILE_NEW_INIT;
	if (!said[len] || strcmp(said + len, "=-") == 0)
		return 0;
	return command_open_file(&accounts->items[accounts->nr - 1].file, said + len + 1,
		(struct command_file){ accounts->what, format->begins }, err);
}

int accounts_open(struct accounts *accounts, const struct words *reports, struct error *err)
{
	for (size_t i = 0; i < reports->nr; i++)
		if (open_account_file(accounts, reports->items[i], err))
			return -1;
	return reports->nr ? 0 : open_account_file(accounts, "text", err);
}

int accounts_write(struct accounts *accounts, const void *account, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; i < accounts->nr; i++) {
		struct file_new *file = &accounts->items[i].file;
		struct buf text = BUF_INIT;

		accounts->items[i].format->fill(account, &text);
		if (file->path ? file_new_commit(file, &text, err) : command_print(&text, err))
			rc = -1;
		buf_release(&text);
	}
	return rc;
}

void accounts_release(struct accounts *accounts)
{
	for (size_t i = 0; i < accounts->nr; i++)
		file_new_release(&accounts->items[i].file);
	ARRAY_RELEASE(accounts);
}
