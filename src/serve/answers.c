/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "serve/answers.h"

#include "base/array.h"
#include "base/sha256.h"
#include "base/str.h"
#include "sys/gzip.h"
#include "sys/http.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define WORTH_PACKING 860 /* less fits into a packet as it is */
#define TAG_DIGITS 32

static void kept_release(struct kept_answer *kept)
{
	free(kept->target);
	buf_release(&kept->body);
	buf_release(&kept->packed);
}

void answers_release(struct answers *answers)
{
	for (size_t i = 0; i < answers->nr; i++)
		kept_release(&answers->items[i]);
	ARRAY_RELEASE(answers);
	answers->nr_bytes = 0;
}

const struct kept_answer *answers_find(const struct answers *answers, const char *target)
{
	for (size_t i = 0; i < answers->nr; i++)
		if (strcmp(answers->items[i].target, target) == 0)
			return &answers->items[i];
	return NULL;
}

const struct kept_answer *answers_add(
	struct answers *answers, const char *target, const char *type, struct buf *body)
{
	char hash[SHA256_HEX_MAX];
	struct kept_answer *kept;

	if (answers->nr >= ANSWERS_MAX || answers->nr_bytes > ANSWERS_MAX_BYTES)
		answers_release(answers);
	kept = ARRAY_ADD(answers);
	*kept = (struct kept_answer){
		.target = str_dup(target), .type = type, .body = *body, .packed = BUF_INIT
	};
	*body = (struct buf)BUF_INIT;
	sha256_hex(kept->body.data, kept->body.len, hash);
	/* Weak: packed or not, it is the same. */
	snprintf(kept->etag, sizeof kept->etag, "W/\"%.*s\"", TAG_DIGITS, hash);
	if (kept->body.len >= WORTH_PACKING)
		gzip_pack(&kept->body, &kept->packed);
	answers->nr_bytes += kept->body.len + kept->packed.len;
	return kept;
}

/* A word of a list, with its parameters: "gzip;q=0". */
static bool is_refused_word(const char *item, size_t len)
{
	const char *q = memchr(item, ';', len);

	while (q && q < item + len && *q != '=')
		q++;
	return q && q < item + len && strspn(q + 1, "0.") == (size_t)(item + len - q - 1);
}

bool header_takes(const char *list, const char *word)
{
	const char *item;
	size_t len;

	while (list && (item = str_next_item(&list, &len))) {
		size_t skip = strspn(item, " \t");
		size_t name = strcspn(item + skip, ";, \t");

		if (name == strlen(word) && strncasecmp(item + skip, word, name) == 0)
			return !is_refused_word(item, len);
	}
	return false;
}

static const char *strong_part(const char *etag)
{
	return str_starts(etag, "W/") ? etag + 2 : etag;
}

bool header_matches(const char *list, const char *etag)
{
	const char *tag = strong_part(etag), *item;
	size_t len;

	while (list && (item = str_next_item(&list, &len))) {
		size_t skip = strspn(item, " \t");

		item += skip;
		if (*item == '*')
			return true;
		item = strong_part(item);
		if (strncmp(item, tag, strlen(tag)) == 0)
			return true;
	}
	return false;
}

static void add_header(struct httpd_answer *answer, const char *name, const char *value)
{
	struct buf line = BUF_INIT;

	buf_addf(&line, "%s: %s", name, value);
	texts_add(&answer->headers, line.data);
	buf_release(&line);
}

void kept_answer_send(const struct kept_answer *kept, const struct httpd_request *request,
	struct httpd_answer *answer)
{
	bool takes_gzip =
		header_takes(http_header_in(&request->headers, "Accept-Encoding"), "gzip");

	add_header(answer, "ETag", kept->etag);
	add_header(answer, "Vary", "Accept-Encoding, Authorization");
	if (header_matches(http_header_in(&request->headers, "If-None-Match"), kept->etag)) {
		answer->status = 304;
		return;
	}
	answer->status = 200;
	answer->type = kept->type;
	if (takes_gzip && kept->packed.len) {
		add_header(answer, "Content-Encoding", "gzip");
		buf_add(&answer->body, kept->packed.data, kept->packed.len);
	} else {
		buf_add(&answer->body, kept->body.data, kept->body.len);
	}
}
