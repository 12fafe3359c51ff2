/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/talk.h"

#include "base/str.h"

#include <stdlib.h>

struct talk talk_about(
	const struct outlet *outlet, const struct letter *letter, struct secrets *secrets)
{
	struct talk talk = { .outlet = outlet,
		.body = letter->body,
		.id = letter->id,
		.secrets = secrets,
		.error = ERROR_INIT };

	http_request_init(&talk.request);
	return talk;
}

void talk_release(struct talk *talk)
{
	http_request_release(&talk->request);
	free(talk->found);
	free(talk->left);
	json_free(talk->rest);
	talk->found = talk->left = NULL;
	talk->rest = NULL;
}

enum talk_next talk_step(struct talk *talk, const struct http_response *response)
{
	const struct outlet_terms *terms = talk->outlet->terms;

	http_request_release(&talk->request);
	talk->request.timeout_ns = terms->timeout_ns;
	talk->request.connect_timeout_ns = terms->connect_timeout_ns;
	talk->request.ca_file = terms->ca_file ? str_dup(terms->ca_file) : NULL;
	talk->repeatable = false;
	talk->response = response;
	return talk->outlet->notifier->step(talk);
}
