/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the answer to a request means for those who sent it: go on, send it again, or give up. Only
 * what is safe to send twice is sent twice.
 */
#ifndef NOTIFY_REPLY_H
#define NOTIFY_REPLY_H

#include "base/random.h"
#include "notify/notifier.h"

enum reply {
	REPLY_TELLS, /* the channel has to look at it, a refusal too */
	REPLY_AGAIN, /* the same request may have more luck */
	REPLY_ENDS,  /* there is nothing to look at, and nothing to be won */
};

enum reply reply_judge(
	const struct http_request *request, bool repeatable, const struct http_response *response);

/* Did the server say what became of the request? What has a status has been decided, however little
 * of the rest came; only who asked for the rest is no wiser. */
bool reply_is_decided(const struct http_request *request, const struct http_response *response);

/* How many seconds from now the server wants to be left alone; 0: it does not say. */
double reply_wait_s(const struct http_response *response);

/* How long to wait before the next try after so many: from a half to the whole of 0.5 s (of little
 * time for all, of a 64th), and twice as long each time. Who failed together does not come back
 * together. */
uint64_t reply_backoff_ns(struct random *random, uint64_t budget_ns, size_t nr_tries);

/* Is it a sign of a server that is down or overcharged? Then it is for all of its channels. */
bool reply_blames_host(const struct http_response *response);

/* Why there is nothing for the channel to look at, or not yet. */
void reply_say(const struct http_request *request, bool repeatable,
	const struct http_response *response, struct error *err);

/* Of a recipient that was not taken (see http_response.refused): may it be later? */
bool reply_puts_off(const char *refused);

/* Will it be no for ever? */
bool reply_is_final(const struct http_response *response);

#endif
