/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts with placeholders in braces, piece by piece: "{name} and {{a brace}}". */
#ifndef BASE_BRACES_H
#define BASE_BRACES_H

#include <stddef.h>

enum brace_type {
	BRACE_LITERAL,
	BRACE_ITSELF,      /* one that was doubled */
	BRACE_PLACEHOLDER, /* its name alone */
	BRACE_OPEN,        /* what nothing closes */
	BRACE_CLOSE,       /* what nothing opened */
};

struct brace_piece {
	enum brace_type type;
	const char *at; /* borrowed from the text */
	size_t len;
	const char *next; /* behind it */
};

/* The piece that begins here, which is not the end. */
struct brace_piece brace_piece(const char *at);

#endif
