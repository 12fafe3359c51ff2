/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of a condition, one after the other. Nothing is owned. */
#ifndef GATE_CONDITION_TOKENS_H
#define GATE_CONDITION_TOKENS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum token_type {
	TOKEN_END,
	TOKEN_WORD,
	TOKEN_TEXT, /* what stands in quotes */
	TOKEN_NUMBER,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_AND,
	TOKEN_OR,
	TOKEN_NOT,
	/* From here on they compare. */
	TOKEN_OVER,
	TOKEN_OVER_OR_SAME,
	TOKEN_UNDER,
	TOKEN_UNDER_OR_SAME,
	TOKEN_SAME,
	TOKEN_OTHER,
	TOKEN_LIKE,
};

struct token {
	enum token_type type;
	const char *at; /* of a text, behind the quote */
	size_t len;
	double number; /* TOKEN_NUMBER: its value */
	bool percent;  /* with a % behind it */
};

struct tokens {
	const char *text; /* of all */
	const char *next;
	struct token now;
};

/* To the next one, which is `now`: also to the first. -1 where the text has none. */
int tokens_step(struct tokens *tokens, struct error *err);

/* The place of a byte as people count: characters, from 1. */
size_t tokens_place(const struct tokens *tokens, const char *at);

/* "'hash' at character 12 ..."; -1. */
int tokens_wrong(const struct tokens *tokens, const char *what, struct error *err);

#endif
