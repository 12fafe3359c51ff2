/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XML as a row of tags with their attributes, for files whose text between them says nothing. */
#ifndef STORE_IMPORT_TAGS_H
#define STORE_IMPORT_TAGS_H

#include "base/buf.h"
#include "base/error.h"

#include <stdbool.h>

struct tag {
	const char *at; /* behind it, where the next is looked for */
	bool is_end;    /* "</name>" */
	bool is_empty;  /* "<name/>" */
	char name[64];
	const char *attributes, *end; /* their text */
};

/* Is it well-formed at all? To be asked before tags are taken. */
int tags_check(const char *text, size_t len, struct error *err);
/* The next one behind tag->at; false at the end. */
bool tags_next(struct tag *tag);
/* The value, its entities resolved, in place of what the buffer has; false: there is none. */
bool tags_attribute(const struct tag *tag, const char *name, struct buf *value);

#endif
