/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tools write around and into their results, and no parser takes. Nothing moves to another
 * line, so that an error names the right one. */
#ifndef STORE_IMPORT_CLEAN_H
#define STORE_IMPORT_CLEAN_H

#include "base/buf.h"

#include <stdbool.h>

/*
 * JSON without the lines of a log in front of it and behind it, an assignment in front of it,
 * commas before an end, and with the text "NaN" for NaN and Infinity. False: there is nothing to
 * clean.
 */
bool clean_json(const char *text, size_t len, struct buf *out);

/* Does an object begin here, or a list of lists or objects, and no line of a log such as "[1]
 * done"? */
bool clean_begins_object(const char *at);

/* The line on which another document begins behind the first; 0: there is none. */
size_t clean_second_document(const char *text);

/* Becomes UTF-8 without a mark at its start, its lines ended by one byte, as everything else
 * expects it: PowerShell writes UTF-16 into a file, or that mark. */
void clean_encoding(struct buf *text);

/* Text without colours. False: it has none. */
bool clean_text(const char *text, size_t len, struct buf *out);

#endif
