/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list of strings that it owns. All zero is an empty one. */
#ifndef BASE_TEXTS_H
#define BASE_TEXTS_H

#include <stdbool.h>
#include <stddef.h>

struct texts {
	char **items;
	size_t nr, alloc;
};

void texts_add(struct texts *texts, const char *text);
/* Takes it out, as often as it is there. */
void texts_remove(struct texts *texts, const char *text);
bool texts_have(const struct texts *texts, const char *text);
void texts_release(struct texts *texts);

/* In the order of strcmp. */
void texts_sort(struct texts *texts);

#endif
