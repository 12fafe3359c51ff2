/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Requests over HTTP, and mail over SMTP, side by side: the only door to libcurl. The library is
 * looked for when it is first needed, so that whoever tells nobody needs none and no worker's start
 * is spent on loading it.
 */
#ifndef SYS_HTTP_H
#define SYS_HTTP_H

#include "base/buf.h"
#include "base/error.h"
#include "base/texts.h"

#include <stdbool.h>
#include <stdint.h>

/* How a mail's connection is secured; https:// and smtps:// always are. */
enum http_tls {
	HTTP_TLS_REQUIRED, /* by STARTTLS, or nothing is sent */
	HTTP_TLS_OFFERED,  /* where the server offers it */
	HTTP_TLS_NEVER,
};

/* All that it has it owns. All zero is an empty one. */
struct http_request {
	char *method;         /* "POST"; of mail NULL */
	char *url;            /* https://host/path, smtp://host:587 */
	struct texts headers; /* "Name: value" */
	struct buf body;
	char *credentials;    /* "user:password", for mail and for signing; or NULL */
	char *signing;        /* by AWS SigV4, "aws:amz:eu-west-1:s3"; or NULL */
	char *mail_from;      /* address alone; of HTTP NULL */
	struct texts mail_to; /* addresses alone */
	enum http_tls tls;
	char *ca_file;               /* certificates to trust; NULL: the system's */
	uint64_t connect_timeout_ns; /* 0: 5 s */
	uint64_t timeout_ns;         /* of the whole; 0: 20 s */
	size_t max_bytes;            /* of the response; 0: 1 MiB */
};

void http_request_init(struct http_request *request);
void http_request_release(struct http_request *request);
void http_request_header(struct http_request *request, const char *name, const char *value);
/* What of it has a control character in it, such as a line break: "a header"; NULL: nothing. */
const char *http_request_control(const struct http_request *request);
/* The value of a header, whatever its case; NULL when there is none. */
const char *http_header_in(const struct texts *headers, const char *name);

/* What kept a response from coming. */
enum http_trouble {
	HTTP_FINE,      /* there is a response, whatever its status is */
	HTTP_UNREACHED, /* no connection, or no mail begun on it: nothing was sent */
	HTTP_UNTRUSTED, /* the server's certificate, or no TLS where it must be */
	HTTP_BROKEN,    /* ended too early: it may have been received */
	HTTP_TIMED_OUT, /* the same */
	HTTP_TOO_LARGE, /* of max_bytes; status and headers are there */
	HTTP_REFUSED,   /* a mail server said no: status and its words */
	HTTP_WRONG,     /* the request itself: a URL that is none */
};

struct http_response {
	enum http_trouble trouble;
	long status;          /* HTTP's or SMTP's; 0: there is none */
	struct texts headers; /* of the last answer, "Name: value" */
	struct buf body;      /* of mail the server's last answer, its lines in one */
	char said[256];       /* of a trouble: what libcurl says of it */
	struct texts refused; /* recipients that a mail server did not take, each with a blank and
				 its answer behind it; who else there is gets the mail */
};

void http_response_release(struct http_response *response);
/* The same of a response. */
const char *http_header(const struct http_response *response, const char *name);

struct http;

/* NULL with the error when there is no libcurl; the environment's proxies are used. */
struct http *http_open(struct error *err);
/* What is still on its way is given up. */
void http_close(struct http *http);

/* Starts a request, which is borrowed until it ends. Redirects are not followed, names and
 * passwords in URLs are refused, and POST and PATCH are sent once, whatever becomes of their
 * connection. */
void http_start(struct http *http, const struct http_request *request, void *whose);
/* Waits for the next that ends, at most until the deadline (of clock_now_ns), also when none is on
 * its way; false: none did, or a signal asks us to stop (see process_interrupted). */
bool http_wait(
	struct http *http, uint64_t deadline_ns, void **whose, struct http_response *response);

#endif
