/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/texts.h"

#include "base/array.h"
#include "base/str.h"

#include <string.h>

void texts_add(struct texts *texts, const char *text)
{
	char *copy = str_dup(text);

	*ARRAY_ADD(texts) = copy;
}

void texts_remove(struct texts *texts, const char *text)
{
	size_t kept = 0;

	for (size_t i = 0; i < texts->nr; i++)
		if (strcmp(texts->items[i], text) == 0)
			free(texts->items[i]);
		else
			texts->items[kept++] = texts->items[i];
	texts->nr = kept;
}

bool texts_have(const struct texts *texts, const char *text)
{
	for (size_t i = 0; i < texts->nr; i++)
		if (strcmp(texts->items[i], text) == 0)
			return true;
	return false;
}

void texts_release(struct texts *texts)
{
	for (size_t i = 0; i < texts->nr; i++)
		free(texts->items[i]);
	ARRAY_RELEASE(texts);
}

static int texts_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void texts_sort(struct texts *texts)
{
	if (texts->nr)
		qsort(texts->items, texts->nr, sizeof *texts->items, texts_compare);
}
