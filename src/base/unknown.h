/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The error about a name that is not known: it says which known name is near, and which names are
 * known or where all of them are listed:
 *
 *     unknown key 'thresold'; did you mean threshold? known keys: target, threshold
 *     no benchmark matches 'x' (see 'benchgate list')
 *
 * A plain value: the names that it was offered may be released at once.
 */
#ifndef BASE_UNKNOWN_H
#define BASE_UNKNOWN_H

#include "base/buf.h"
#include "base/error.h"

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
