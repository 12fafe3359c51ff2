/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/bucket.h"

#include "base/encode.h"
#include "base/mem.h"
#include "base/str.h"
#include "sys/http.h"

#include <stdlib.h>
#include <string.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyz"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"
#define MAX_BUCKET_NAME 63
#define MAX_PREFIX 800 /* a key may have 1024 bytes */

void bucket_release(struct bucket *bucket)
{
	http_close(bucket->http);
	free(bucket->name);
	free(bucket->prefix);
	free(bucket->endpoint);
	free(bucket->region);
	if (bucket->credentials)
		explicit_bzero(bucket->credentials, strlen(bucket->credentials));
	free(bucket->credentials);
	free(bucket->token);
	free(bucket->ca_file);
	*bucket = (struct bucket)BUCKET_INIT;
}

/* What Amazon takes, and what others took before. */
static bool is_bucket_name(const char *name, size_t len)
{
	return len >= 3 && len <= MAX_BUCKET_NAME && name[0] != '.' && name[0] != '-' &&
		strspn(name, LETTERS CAPITALS DIGITS ".-_") >= len;
}

/* Servers and clients on the way would take such a segment out of the path. */
static bool has_dots(const char *prefix)
{
	for (;;) {
		size_t len = strcspn(prefix, "/");

		if (len && len < 3 && strspn(prefix, ".") >= len)
			return true;
		if (!prefix[len])
			return false;
		prefix += len + 1;
	}
}

int bucket_parse(const char *address, struct bucket *bucket, struct error *err)
{
	const char *name = address + strlen("s3://"), *prefix;
	size_t len;

	if (!str_starts(address, "s3://"))
		return error_set(err, ERR_USAGE,
			"'%.100s' is not an address such as s3://bucket/prefix", address);
	len = strcspn(name, "/");
	if (!is_bucket_name(name, len))
		return error_set(err, ERR_USAGE,
			"%.100s: a bucket's name has 3 to 63 letters, digits, dots and dashes",
			address);
	prefix = name + len + strspn(name + len, "/");
	bucket->name = mem_copy(name, len);
	len = strlen(prefix);
	while (len && prefix[len - 1] == '/')
		len--;
	bucket->prefix = mem_copy(prefix, len);
	if (len > MAX_PREFIX || has_dots(bucket->prefix) || !buf_is_printable(bucket->prefix))
		return error_set(err, ERR_USAGE,
			"%.100s: the prefix must be text of at most %d bytes, without . or .. between "
			"slashes",
			address, MAX_PREFIX);
	return 0;
}

int bucket_check(const struct bucket *bucket, struct error *err)
{
	const char *endpoint = bucket->endpoint;

	if (endpoint &&
		((!str_starts(endpoint, "http://") && !str_starts(endpoint, "https://")) ||
			strpbrk(endpoint, "?#@") || !buf_is_printable(endpoint)))
		return error_set(err, ERR_USAGE,
			"the endpoint '%.100s' must be such as https://s3.example.com:9000",
			endpoint);
	if (!*bucket->region ||
		strspn(bucket->region, LETTERS DIGITS "-_") != strlen(bucket->region))
		return error_set(err, ERR_USAGE,
			"the region '%.100s' must be such as eu-west-1, small letters, digits and dashes",
			bucket->region);
	return 0;
}

bool bucket_name_is_safe(const char *name)
{
	size_t len = strlen(name);

	return len && len <= BUCKET_MAX_NAME && *name != '.' && !strpbrk(name, "/\\") &&
		buf_is_printable(name);
}

static bool is_safe_with(const char *name, const char *suffix)
{
	size_t len = strlen(name), end = strlen(suffix);

	return bucket_name_is_safe(name) && len > end && strcmp(name + len - end, suffix) == 0;
}

bool bucket_name_is_ours(const char *name)
{
	return is_safe_with(name, ".json");
}

bool bucket_name_is_history(const char *name)
{
	return is_safe_with(name, ".db");
}

void bucket_say(const struct bucket *bucket, const char *name, struct buf *out)
{
	buf_addf(out, "s3://%s", bucket->name);
	if (*bucket->prefix)
		buf_addf(out, "/%s", bucket->prefix);
	if (name) {
		buf_addc(out, '/');
		buf_add_printable(out, name);
	}
}

/* A certificate for *.s3.amazonaws.com is none for what has a dot, and hosts have no capitals. */
static bool can_be_host(const char *name)
{
	return strspn(name, LETTERS DIGITS "-") == strlen(name);
}

static void add_host(const struct bucket *bucket, struct buf *out)
{
	size_t len = bucket->endpoint ? strlen(bucket->endpoint) : 0;
	bool in_host = !bucket->endpoint && can_be_host(bucket->name);

	while (len && bucket->endpoint[len - 1] == '/')
		len--;
	if (bucket->endpoint)
		buf_add(out, bucket->endpoint, len);
	else
		buf_addf(out, "https://%s%ss3.%s.amazonaws.com", in_host ? bucket->name : "",
			in_host ? "." : "", bucket->region);
	if (!in_host)
		buf_addf(out, "/%s", bucket->name);
	else
		buf_addc(out, '/');
}

void bucket_url(const struct bucket *bucket, const char *name, struct buf *out)
{
	add_host(bucket, out);
	if (!name)
		return;
	if (out->data[out->len - 1] != '/')
		buf_addc(out, '/');
	if (*bucket->prefix) {
		encode_percent(out, bucket->prefix, "/");
		buf_addc(out, '/');
	}
	encode_percent(out, name, "/");
}
