/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/shell.h"

#include "base/error.h"
#include "sys/folder.h"
#include "sys/process.h"
#include "sys/program.h"

#include <stdlib.h>
#include <string.h>

#define NAME "benchgate"
#define SAFE "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+./:,@%"

void shell_add_word(struct buf *out, const char *word)
{
	if (*word && !word[strspn(word, SAFE)]) {
		buf_adds(out, word);
		return;
	}
	buf_addc(out, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			buf_adds(out, "'\\''");
		else
			buf_addc(out, *word);
	}
	buf_addc(out, '\'');
}

static bool is_same_file(const char *one, const char *other)
{
	struct error ignored = ERROR_INIT;
	char *first = one ? folder_real(one, &ignored) : NULL;
	char *second = other ? folder_real(other, &ignored) : NULL;
	bool same = first && second && strcmp(first, second) == 0;

	free(second);
	free(first);
	return same;
}

void shell_add_own_name(struct buf *out)
{
	char *own = process_own_path(), *found = program_find(NAME);

	if (!own || is_same_file(own, found))
		buf_adds(out, NAME);
	else
		shell_add_word(out, own);
	free(found);
	free(own);
}
