/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A server of HTTP, by libmicrohttpd, whose library is opened when the first server is (Debian:
 * libmicrohttpd12): the only door to it. Requests and answers are plain structs, so that what
 * answers them is tested without a network. It is called from several threads at once.
 */
#ifndef SYS_HTTPD_H
#define SYS_HTTPD_H

#include "base/buf.h"
#include "base/error.h"
#include "base/texts.h"

#include <stdbool.h>
#include <stdint.h>

struct httpd_request {
	const char *method;   /* "GET"; borrowed */
	char *target;         /* path and query as they were sent: nothing is decoded */
	char peer[64];        /* the address that it comes from */
	bool is_local;        /* that is one of this machine */
	struct texts headers; /* "Name: value" */
	struct buf body;
};

struct httpd_answer {
	unsigned status;      /* 0: none yet */
	const char *type;     /* of the body; borrowed; NULL: no Content-Type */
	struct texts headers; /* "Name: value" */
	struct buf body;
	bool is_stream;  /* after the body comes what the service has, from the cursor on */
	uint64_t cursor; /* the service's own */
};

void httpd_request_release(struct httpd_request *request);
void httpd_answer_release(struct httpd_answer *answer);

struct httpd_service {
	void *context;
	/* Before a body is read: the most bytes that it may have. With a status in the answer no
	 * body is read, and that is the answer. */
	size_t (*admit)(
		void *context, const struct httpd_request *request, struct httpd_answer *answer);
	void (*answer)(
		void *context, const struct httpd_request *request, struct httpd_answer *answer);
	/* What a stream is sent next, and the cursor behind it; 0: nothing until httpd_wake. */
	size_t (*stream)(void *context, uint64_t *cursor, char *into, size_t room);
	const char *idle; /* what a stream is sent that has had nothing for a while */
};

struct httpd_settings {
	const char *listen;            /* 127.0.0.1:8080, [::1]:0 */
	const char *certificate, *key; /* PEM; NULL: no TLS */
	unsigned max_connections;
	unsigned max_of_peer; /* 0: as many */
	unsigned timeout_s;   /* without a byte on a connection */
	unsigned patience_s;  /* for all of a request's body */
};

struct httpd;

/* Service and settings' texts are borrowed until it is closed. */
struct httpd *httpd_open(const struct httpd_settings *settings, const struct httpd_service *service,
	struct error *err);
/* Streams end; requests that are being answered are answered. */
void httpd_close(struct httpd *httpd);

/* Where it listens, with the port that the system chose for 0. */
const char *httpd_address(const struct httpd *httpd);
/* Is that one of this machine alone? */
bool httpd_is_loopback(const struct httpd *httpd);

/* Asks the service for news of each stream; those that have none are sent `idle` if asked to. */
void httpd_wake(struct httpd *httpd, bool idle);
size_t httpd_nr_streams(struct httpd *httpd);

#endif
