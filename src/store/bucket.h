/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Result files, baselines, histories and reports in an object store that speaks S3's protocol: each
 * is an object whose key is its name behind the prefix. Requests are signed by AWS SigV4. What
 * moves a moment's trouble away is tried again.
 */
#ifndef STORE_BUCKET_H
#define STORE_BUCKET_H

#include "base/buf.h"
#include "base/error.h"
#include "base/texts.h"

#include <stdbool.h>

struct http;

/* All that it has it owns, http aside it is the caller's to fill in. */
struct bucket {
	char *name;
	char *prefix;      /* of every key, without slashes at its ends; "": none */
	char *endpoint;    /* "https://host:port/path"; NULL: Amazon's of the region */
	char *region;      /* "eu-west-1" */
	char *credentials; /* "KEY:SECRET" */
	char *token;       /* of a session; or NULL */
	char *ca_file;     /* certificates to trust; NULL: the system's */
	struct http *http;
};

#define BUCKET_INIT \
	{ \
		.name = NULL \
	}

void bucket_release(struct bucket *bucket);

/* Takes "s3://bucket/prefix" apart: name and prefix. */
int bucket_parse(const char *address, struct bucket *bucket, struct error *err);
/* Are endpoint and region what they can be? */
int bucket_check(const struct bucket *bucket, struct error *err);

#define BUCKET_MAX_NAME 200
/* Could an object of this name be a file in the folder that it would be put in? It is not hidden,
 * and has nothing in it that parts a path or steers a terminal. */
bool bucket_name_is_safe(const char *name);
/* And a result file or baseline? It ends in .json. */
bool bucket_name_is_ours(const char *name);
/* Or a history? It ends in .db. */
bool bucket_name_is_history(const char *name);

/* Appends "s3://bucket/prefix/name", for people. */
void bucket_say(const struct bucket *bucket, const char *name, struct buf *out);

/* Appends the URL of an object; or with name NULL that of the bucket. */
void bucket_url(const struct bucket *bucket, const char *name, struct buf *out);

#define BUCKET_MAX_BYTES ((size_t)256 << 20)

/* What is put: "application/json" is the type of most. */
struct bucket_object {
	const char *name, *type;
	const struct buf *content;
};

/* Errors name the object, and what the server says of it. */
int bucket_put(struct bucket *bucket, const struct bucket_object *object, struct error *err);
int bucket_get(struct bucket *bucket, const char *name, struct buf *content, struct error *err);
/* The same, but that there is none of that name is no error. */
int bucket_find(struct bucket *bucket, const char *name, struct buf *content, bool *found,
	struct error *err);
/* Where it cannot be told, no. */
bool bucket_has(struct bucket *bucket, const char *name);
/* Appends the names of the objects right behind the prefix; any that a server may think of. */
int bucket_list(struct bucket *bucket, struct texts *names, struct error *err);

/* A page of such a list, as the server spells it. The token of the next page is the caller's; NULL:
 * this is the last. */
int bucket_read_page(const struct bucket *bucket, const struct buf *xml, struct texts *names,
	char **next, struct error *err);

#endif
