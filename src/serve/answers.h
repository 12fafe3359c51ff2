/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers that are kept: what was made once for a target is sent again until it is dropped. */
#ifndef SERVE_ANSWERS_H
#define SERVE_ANSWERS_H

#include "base/buf.h"
#include "sys/httpd.h"

#define ANSWERS_MAX 512
#define ANSWERS_MAX_BYTES ((size_t)64 << 20)

/* All it has it owns. */
struct kept_answer {
	char *target;
	char etag[40];
	const char *type;        /* borrowed for good */
	struct buf body, packed; /* packed: by gzip; empty: not worth it */
};

struct answers {
	struct kept_answer *items;
	size_t nr, alloc;
	size_t nr_bytes;
};

void answers_release(struct answers *answers);

/* NULL: there is none. It holds until the next call. */
const struct kept_answer *answers_find(const struct answers *answers, const char *target);

/* Takes the body over. */
const struct kept_answer *answers_add(
	struct answers *answers, const char *target, const char *type, struct buf *body);

/* Fills an answer: 304 where the client has it, packed where it takes that. */
void kept_answer_send(const struct kept_answer *kept, const struct httpd_request *request,
	struct httpd_answer *answer);

/* Does a list such as "gzip;q=0, br" take this? */
bool header_takes(const char *list, const char *word);
/* Is the tag in an If-None-Match? */
bool header_matches(const char *list, const char *etag);

#endif
