/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/bucket_ask.h"

#include "base/encode.h"
#include "base/str.h"
#include "base/xml.h"

#include <stdlib.h>
#include <string.h>

/* A page has up to 1000 names. */
#define MAX_PAGES 100

struct page {
	const char *prefix; /* of each key; "" or with a slash at its end */
	struct texts *names;
	bool goes_on;
	char *next;
};

static void take_key(struct page *page, const char *key)
{
	if (str_starts(key, page->prefix) && key[strlen(page->prefix)])
		texts_add(page->names, key + strlen(page->prefix));
}

static void bucket_list_take(void *context, const char *path, const char *text)
{
	struct page *page = context;

	if (strcmp(path, "ListBucketResult/Contents/Key") == 0) {
		take_key(page, text);
	} else if (strcmp(path, "ListBucketResult/IsTruncated") == 0) {
		page->goes_on = strcmp(text, "true") == 0;
	} else if (strcmp(path, "ListBucketResult/NextContinuationToken") == 0) {
		free(page->next);
		page->next = str_dup(text);
	}
}

static void add_prefix(const struct bucket *bucket, struct buf *out)
{
	if (*bucket->prefix)
		buf_addf(out, "%s/", bucket->prefix);
}

int bucket_read_page(const struct bucket *bucket, const struct buf *xml, struct texts *names,
	char **next, struct error *err)
{
	struct buf prefix = BUF_INIT;
	struct page page = { .names = names };
	int rc;

	add_prefix(bucket, &prefix);
	page.prefix = prefix.data;
	rc = xml_read(xml->data, xml->len, bucket_list_take, &page, err);
	if (!rc && page.goes_on && !(page.next && *page.next))
		rc = error_set(
			err, ERR_IO, "the server says that the list continues, but not where");
	if (rc || !page.goes_on) {
		free(page.next);
		page.next = NULL;
	}
	*next = page.next;
	buf_release(&prefix);
	return rc;
}

/* In the order of the alphabet, which is how they are signed. */
static void add_query(const struct bucket *bucket, const char *token, struct buf *out)
{
	struct buf prefix = BUF_INIT;

	add_prefix(bucket, &prefix);
	if (token) {
		buf_adds(out, "continuation-token=");
		encode_percent(out, token, "");
		buf_addc(out, '&');
	}
	buf_adds(out, "delimiter=%2F&list-type=2&prefix=");
	encode_percent(out, prefix.data, "");
	buf_release(&prefix);
}

static int list_page(struct bucket *bucket, struct texts *names, char **token, struct error *err)
{
	struct http_response response = { .body = BUF_INIT };
	struct buf query = BUF_INIT;
	int rc;

	add_query(bucket, *token, &query);
	free(*token);
	*token = NULL;
	rc = bucket_ask(bucket, &(struct bucket_question){ .method = "GET", .query = query.data },
		&response, err);
	if (!rc && !bucket_succeeded(&response))
		rc = bucket_fail(bucket, NULL, &response, err);
	else if (!rc && bucket_read_page(bucket, &response.body, names, token, err))
		rc = error_wrap(err, "s3://%s: its list", bucket->name);
	http_response_release(&response);
	buf_release(&query);
	return rc;
}

int bucket_list(struct bucket *bucket, struct texts *names, struct error *err)
{
	char *token = NULL;
	size_t nr_pages = 0;
	int rc;

	do
		rc = list_page(bucket, names, &token, err);
	while (!rc && token && ++nr_pages < MAX_PAGES);
	if (!rc && token)
		rc = error_set(err, ERR_IO, "s3://%s: its list has no end after %d pages",
			bucket->name, MAX_PAGES);
	free(token);
	return rc;
}
