/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A request to the server of a bucket, for bucket_ask.c and bucket_list.c. */
#ifndef STORE_BUCKET_ASK_H
#define STORE_BUCKET_ASK_H

#include "store/bucket.h"
#include "sys/http.h"

struct bucket_question {
	const char *method;
	const char *name;       /* of the object; NULL: the bucket as a whole */
	const char *query;      /* encoded, its parameters in the order of the alphabet; or NULL */
	const struct buf *body; /* or NULL */
	const char *type;       /* of the body */
};

/* The response is the caller's to look at and to release, whatever its status is. */
int bucket_ask(struct bucket *bucket, const struct bucket_question *question,
	struct http_response *response, struct error *err);

bool bucket_succeeded(const struct http_response *response);

/* Says what the server said, and what may help; -1. */
int bucket_fail(const struct bucket *bucket, const char *name, const struct http_response *response,
	struct error *err);

#endif
