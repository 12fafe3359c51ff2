/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/http_curl.h"

#include "sys/dynlib.h"

#include <stdbool.h>
#include <stddef.h>

#define OLDEST 0x074400u /* 7.68 */

#define FUNCTION(name) \
	{ \
		"curl_" #name, offsetof(struct http_curl, name), NULL \
	}

static const struct dynlib_slot functions[] = {
	FUNCTION(global_init),
	FUNCTION(version_info),
	FUNCTION(easy_init),
	FUNCTION(easy_setopt),
	FUNCTION(easy_getinfo),
	FUNCTION(easy_strerror),
	FUNCTION(easy_cleanup),
	FUNCTION(slist_append),
	FUNCTION(slist_free_all),
	FUNCTION(multi_init),
	FUNCTION(multi_add_handle),
	FUNCTION(multi_remove_handle),
	FUNCTION(multi_perform),
	FUNCTION(multi_poll),
	FUNCTION(multi_info_read),
	FUNCTION(multi_cleanup),
	{ NULL, 0, NULL },
};

struct http_curl curl;
static bool loaded;

static void *open_library(struct error *err)
{
	static const char *const names[] = { "libcurl.so.4", "libcurl-gnutls.so.4",
		"libcurl-nss.so.4", "libcurl.4.dylib", "/usr/lib/libcurl.4.dylib" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct error unused = ERROR_INIT;
		void *library = dynlib_open(names[i], &unused);

		if (library)
			return library;
	}
	error_set(err, ERR_IO, "%s",
		dynlib_static_program()
			? "this benchgate is the static one, which has no network: use the other one"
			: "libcurl is not found; install it (Debian: libcurl4; Fedora: libcurl; Arch and Homebrew: curl)");
	return NULL;
}

int http_curl_load(struct error *err)
{
	void *library;
	const char *missing;

	if (loaded)
		return 0;
	library = open_library(err);
	if (!library)
		return -1;
	missing = dynlib_fill(library, functions, &curl);
	if (curl.version_info && curl.version_info(CURLVERSION_NOW)->version_num < OLDEST)
		return error_set(err, ERR_IO, "libcurl %s is too old: 7.68 or newer is needed",
			curl.version_info(CURLVERSION_NOW)->version);
	if (missing)
		return error_set(
			err, ERR_IO, "libcurl has no %s: 7.68 or newer is needed", missing);
	if (curl.global_init(CURL_GLOBAL_DEFAULT))
		return error_set(err, ERR_IO, "libcurl cannot be set up");
	loaded = true;
	return 0;
}
