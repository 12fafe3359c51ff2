/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One request on its way: what libcurl is told of it, and what it hands back. For sys/http.c alone.
 */
#ifndef SYS_HTTP_TRANSFER_H
#define SYS_HTTP_TRANSFER_H

#include "sys/http.h"
#include "sys/http_curl.h"

struct transfer {
	struct transfer *next;
	const struct http_request *request; /* borrowed */
	void *whose;
	CURL *easy;  /* NULL: it never came to that */
	CURLcode rc; /* of the first option that was refused */
	struct curl_slist *headers, *mail_to;
	size_t sent; /* of a mail's body */
	struct http_response response;
	size_t header_bytes;
	bool header_full;
	bool more_lines;   /* the mail server's answer goes on */
	bool leaving;      /* the mail server has been told QUIT */
	bool naming;       /* what it answers is about a recipient, ... */
	size_t nr_named;   /* ... the last of so many */
	uint64_t start_ns; /* for the trace; 0: there is none */
	char error[CURL_ERROR_SIZE];
};

/* It ends at once, easy NULL and the response a trouble, when the request is none. */
struct transfer *transfer_new(const struct http_request *request, void *whose);
/* Fills in the response, when libcurl is done with it. */
void transfer_end(struct transfer *transfer, CURLcode code);
void transfer_free(struct transfer *transfer);

#endif
