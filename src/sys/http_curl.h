/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libcurl's functions, found in the library when they are first needed: the program is not linked
 * with it. For sys/http.c alone.
 */
#ifndef SYS_HTTP_CURL_H
#define SYS_HTTP_CURL_H

#include "base/error.h"

/* What is deprecated in favour of newer spellings is what older libraries know. */
#define CURL_DISABLE_DEPRECATION
#include <curl/curl.h>

struct http_curl {
	__typeof__(curl_global_init) *global_init;
	__typeof__(curl_version_info) *version_info;
	__typeof__(curl_easy_init) *easy_init;
	__typeof__(curl_easy_setopt) *easy_setopt;
	__typeof__(curl_easy_getinfo) *easy_getinfo;
	__typeof__(curl_easy_strerror) *easy_strerror;
	__typeof__(curl_easy_cleanup) *easy_cleanup;
	__typeof__(curl_slist_append) *slist_append;
	__typeof__(curl_slist_free_all) *slist_free_all;
	__typeof__(curl_multi_init) *multi_init;
	__typeof__(curl_multi_add_handle) *multi_add_handle;
	__typeof__(curl_multi_remove_handle) *multi_remove_handle;
	__typeof__(curl_multi_perform) *multi_perform;
	__typeof__(curl_multi_poll) *multi_poll;
	__typeof__(curl_multi_info_read) *multi_info_read;
	__typeof__(curl_multi_cleanup) *multi_cleanup;
};

/* Holds once http_curl_load has returned 0. */
extern struct http_curl curl;

/* Does nothing when it is loaded. */
int http_curl_load(struct error *err);

#endif
