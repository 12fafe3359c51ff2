/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of an address cannot be right is known before anything is sent. It is not shown: it may be a
 * secret that went astray. */
#include "notify/notifier.h"

#include "base/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PORT 65535
#define MAX_PORT_DIGITS 5

static bool is_of(const char *text, size_t len, const char *others)
{
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)text[i]) && (unsigned char)text[i] < 0x80 &&
			!strchr(others, text[i]))
			return false;
	return len > 0;
}

/* How long the host is, with its brackets; 0: it is none. */
static size_t host_len(const char *at, size_t len)
{
	const char *end;
	size_t nr;

	if (*at == '[') {
		end = memchr(at, ']', len);
		nr = end ? (size_t)(end - at) : 0;
		return nr && is_of(at + 1, nr - 1, ":.%") ? nr + 1 : 0;
	}
	end = memchr(at, ':', len);
	nr = end ? (size_t)(end - at) : len;
	return is_of(at, nr, "-._") ? nr : 0;
}

/* ":8080" and no more */
static bool is_port(const char *at, size_t len)
{
	long port = 0;

	if (*at != ':' || len < 2 || len > 1 + MAX_PORT_DIGITS)
		return false;
	for (size_t i = 1; i < len; i++) {
		if (!isdigit((unsigned char)at[i]))
			return false;
		port = 10 * port + at[i] - '0';
	}
	return port >= 1 && port <= MAX_PORT;
}

static bool has_blank(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text <= ' ' || *text == 0x7f)
			return true;
	return false;
}

int outlet_check_host(const char *url, const char *place, const char *key, struct error *err)
{
	const char *scheme = strstr(url, "://"), *host = scheme ? scheme + strlen("://") : url;
	size_t len = strcspn(host, "/?#"), nr = host_len(host, len);

	if (!len)
		return error_set(err, ERR_USAGE, "%s.%s has no host behind its ://", place, key);
	if (has_blank(url))
		return error_set(err, ERR_USAGE,
			"%s.%s has a blank or a control character in it, which no address has",
			place, key);
	if (!nr)
		return error_set(err, ERR_USAGE,
			"%s.%s has a host that is none; it must be a name or an address, that of IPv6 in brackets",
			place, key);
	if (nr < len && !is_port(host + nr, len - nr))
		return error_set(err, ERR_USAGE,
			"%s.%s has a port that is none; it must be a number from 1 to %d", place,
			key, MAX_PORT);
	return 0;
}

int outlet_check_url(const char *url, const char *place, const char *key, struct error *err)
{
	const char *host = strstr(url, "://");

	if (!host)
		return error_set(err, ERR_USAGE,
			"%s.%s has no http:// or https:// before its host; it must begin with one of them",
			place, key);
	if (!str_starts(url, "http://") && !str_starts(url, "https://"))
		return error_set(err, ERR_USAGE,
			"%s.%s is no address of HTTP; it must begin with https:// or http://",
			place, key);
	host += strlen("://");
	if (memchr(host, '@', strcspn(host, "/?#")))
		return error_set(err, ERR_USAGE,
			"%s.%s has a user in it; a secret itself has no place in this file", place,
			key);
	return outlet_check_host(url, place, key, err);
}
