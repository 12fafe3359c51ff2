/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strings that people type: numbers with units, patterns, misspelt words. Nothing here allocates
 * but str_dup and str_set. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

char *str_dup(const char *text);
/* Puts a copy of the text in place of one that is owned; NULL: nothing. */
void str_set(char **owned, const char *text);
/* What follows the last slash of a path; NULL of NULL. */
const char *str_path_name(const char *path);
/* How much of a path stands before its last slash. */
size_t str_folder_len(const char *path);
bool str_starts(const char *text, const char *prefix);

/* Each takes the whole text or returns false and leaves *value alone. */
bool str_to_u64(const char *text, uint64_t *value);
bool str_to_double(const char *text, double *value);
/* 250ms, 1.5s, 3min, 3_minutes, 2 hours, 30d, 2 weeks, or a bare number of seconds */
bool str_to_duration(const char *text, uint64_t *value_ns);
/* 64MiB, 64M (the same), 10kB, or a bare number of bytes */
bool str_to_size(const char *text, uint64_t *value_bytes);
/* 2% or 0.5 %: the ratio, 0.02 or 0.005 */
bool str_to_ratio(const char *text, double *value);
/* A duration or a size, fractions too: 1.5us is 1500 and "ns", 1MiB is 1048576 and "B". A bare
 * number is neither. */
bool str_to_amount(const char *text, double *value, const char **unit);

/* `*` matches any run of characters, `?` any one; all else itself. The whole text must match. */
bool str_glob(const char *pattern, const char *text);

/* The same for paths: `*` and `?` match no slash, and `**` as a segment is any number of folders,
 * none as well. */
bool str_glob_path(const char *pattern, const char *path);

/* A pattern as people name benchmarks with it: a glob, or what stands before a slash: "sort" means
 * sort and every sort/... */
bool str_matches(const char *pattern, const char *name);

/* Does word stand in the comma-separated list? */
bool str_in_list(const char *list, const char *word);

/* The next item of a comma-separated list, its length in *len; NULL at the end. Start with *at =
 * list. */
const char *str_next_item(const char **at, size_t *len);

/* FNV-1a over the text and its NUL, going on from `hash`; start with STR_HASH_START. */
#define STR_HASH_START 0xcbf29ce484222325u
uint64_t str_hash(uint64_t hash, const char *text);

/* How many letters must be changed, added or removed to turn one into the other; words over 63
 * bytes: SIZE_MAX. */
size_t str_distance(const char *a, const char *b);

/* The known word that was most likely meant by a misspelt one. */
struct str_nearest {
	const char *given;
	const char *best; /* NULL: none is near */
	size_t distance;
};

struct str_nearest str_nearest(const char *given);
/* Takes a word into account; borrowed. */
void str_nearest_offer(struct str_nearest *nearest, const char *word);

/* How many columns the text takes on a terminal, as far as one character is one column. */
size_t str_columns(const char *text);

/* How many bytes the UTF-8 sequence at text has; 0 when it is none. */
size_t str_utf8_len(const char *text);

/* Is its first character one that could steer a terminal? */
bool str_is_control(const char *text);
/* Is there one in it? Of NULL not. */
bool str_has_control(const char *text);

/* Would a CI system that reads a log take what begins at `at`, in the text, for a command to it?
 * "::" where a word begins, and "##" with '[' behind it or behind letters, at any place. */
bool str_is_ci_command(const char *text, const char *at);

/* Texts with placeholders in braces, piece by piece: "{name} and {{a brace}}". */

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
