/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers in JSON text: to and from doubles, exactly and fast, and lists of nothing else lifted out
 * of a text before a parser that makes a node of each number sees it.
 */
#ifndef BASE_NUMBERS_H
#define BASE_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>

/* The number at the start of the text, rounded to nearest as strtod has it; one that is too large
 * is infinite. Returns what is behind it, or NULL when JSON knows no such number. */
const char *numbers_read(const char *text, double *number);

#define NUMBERS_MAX 32

/* The shortest decimal that reads back as the same finite double, with its NUL; whole ones up to
 * 2^53 have no exponent. Returns its length. */
size_t numbers_print(double number, char text[NUMBERS_MAX]);

/* A list that was lifted. */
struct numbers_list {
	size_t order;   /* of its '[' among all of the text that are not in strings */
	size_t at;      /* in the rest, behind that '[' */
	size_t removed; /* bytes of the text, up to its ']' */
	double *items;  /* finite; owned, unless somebody took them and left NULL */
	size_t nr;      /* 1 or more */
};

struct numbers_lifted {
	char *rest; /* the text without what the lists hold, owned */
	size_t len;
	const char *wrong; /* the first number in the text that JSON does not know, or NULL */
	struct numbers_list *items;
	size_t nr, alloc;
};

#define NUMBERS_LIFTED_INIT \
	{ \
		.rest = NULL \
	}

/* The text ends in a NUL, has no other, and need not be JSON. */
void numbers_lift(const char *text, size_t len, struct numbers_lifted *lifted);

/* Where in the text a place in the rest was. */
size_t numbers_place(const struct numbers_lifted *lifted, size_t at);
void numbers_release(struct numbers_lifted *lifted);

#endif
