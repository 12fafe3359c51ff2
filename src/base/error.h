/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why something failed: a value on the caller's stack, filled once by who noticed, given context on
 * the way up, printed once in main.c. The line names the file, the place in it, what is wrong and
 * what would be right.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "base/buf.h"

enum error_kind {
	ERR_NONE,
	ERR_USAGE,   /* the command line or the configuration is wrong */
	ERR_IO,      /* something could not be read, written or started */
	ERR_MEASURE, /* nothing could be measured */
	ERR_NO_BASE, /* there is nothing to compare with */
};

struct error {
	enum error_kind kind;
	char text[1024]; /* one line, no newline at its end */
};

#define ERROR_INIT \
	{ \
		ERR_NONE, "" \
	}

/* Both return -1, so that `return error_set(...)` both says and returns. A longer text is cut. */
int error_set(struct error *err, enum error_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts "context: " in front. */
int error_wrap(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * The error about a name that is not known: it says which known name is near, and which names are
 * known or where all of them are listed:
 *
 *     unknown key 'thresold'; did you mean threshold? known keys: target, threshold
 *     no benchmark matches 'x' (see 'benchgate list')
 *
 * A plain value: the names that it was offered may be released at once.
 */

struct unknown {
	const char *given; /* the name that is not known; borrowed */
	const char *kinds; /* "keys": all that are known are listed; or NULL */
	const char *see;   /* "'benchgate list'": instead, where they are listed; or NULL */
	const char *before, *after; /* around each name, as in --name or {name}; NULL: nothing */
	char best[64];              /* the nearest name; "": none is near */
	char known[512];            /* "target, threshold", each name once */
};

void unknown_offer(struct unknown *unknown, const char *name);

/* What follows the words that say what is wrong: "; did you mean threshold? known keys: ..." */
void unknown_add(const struct unknown *unknown, struct buf *out);

/* Sets a usage error of the words and what unknown_add adds; returns -1. */
int unknown_error(const struct unknown *unknown, struct error *err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
