/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/output.h"

#include "base/str.h"
#include "sys/term.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int command_print(const struct buf *text, struct error *err)
{
	if (file_write_fd(STDOUT_FILENO, text->data, text->len) && errno != EPIPE)
		return error_set(
			err, ERR_IO, "cannot write to standard output: %s", strerror(errno));
	return 0;
}

int command_page(const struct buf *text, struct error *err)
{
	return term_page(text->data) ? 0 : command_print(text, err);
}

int command_open_file(
	struct file_new *out, const char *path, struct command_file file, struct error *err)
{
	char *line;
	bool is_foreign;

	if (file_new_open(out, path, err))
		return -1;
	if (!out->temporary)
		return 0;
	line = file_line(path);
	is_foreign = line && *line && !str_starts(line, file.begins);
	free(line);
	if (!is_foreign)
		return 0;
	file_new_release(out);
	return error_set(err, ERR_USAGE,
		"%s exists, but is not a %s: choose another name, or remove it", path, file.what);
}

int command_open_out(struct file_new *out, const char *path, const char *option, struct error *err)
{
	if (!path)
		return 0;
	if (strcmp(path, "-") == 0)
		return error_set(err, ERR_USAGE,
			"--%s takes a file; for standard output say /dev/stdout", option);
	return command_open_file(out, path, (struct command_file){ "result file", "{" }, err);
}
