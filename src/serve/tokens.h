/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may do what: tokens, kept as SHA-256 in a file beside the history ("FILE.tokens"), for
 * histories are copied and sent about, and who may use a server is of that server alone. A token is
 * 256 random bits, so that a fast hash is enough: there is nothing to guess that a slow one would
 * protect.
 */
#ifndef SERVE_TOKENS_H
#define SERVE_TOKENS_H

#include "base/buf.h"
#include "base/error.h"
#include "base/sha256.h"

#include <stddef.h>

enum role {
	ROLE_NONE,  /* whoever it is */
	ROLE_READ,  /* sees everything */
	ROLE_WRITE, /* adds runs, notes and progress, and sets the state of alerts */
	ROLE_ADMIN, /* also removes what others added */
};

/* "read" and so on, by role; NULL at the end. */
extern const char *const role_words[];

#define TOKEN_PREFIX "bgt_"
#define TOKEN_BYTES 32 /* random ones */
#define TOKEN_MAX (sizeof TOKEN_PREFIX + 2 * TOKEN_BYTES)

struct token {
	char *name;
	enum role role;
	char *hash;    /* of the token, hexadecimal */
	char *created; /* 2026-11-29 */
};

struct tokens {
	struct token *items;
	size_t nr, alloc;
};

void tokens_release(struct tokens *tokens);

/* The file of a history's tokens; the caller's to free. */
char *tokens_path(const char *db);

/* A file that is not there has none. One that others may write to is refused. */
int tokens_load(const char *path, struct tokens *tokens, struct error *err);

/* Makes one, and keeps its hash; the token is said nowhere else. */
int tokens_add(const char *path, const char *name, enum role role, char token[TOKEN_MAX],
	struct error *err);
int tokens_remove(const char *path, const char *name, struct error *err);

/* The one that this is, compared in a time that tells nothing; NULL: none. */
const struct token *tokens_find(const struct tokens *tokens, const char *said);

#endif
