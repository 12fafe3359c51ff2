/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/forge.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MAX_DETAILS 200

/* A primary limit is used up; a secondary one is for who asks too fast. */
static bool is_limited(const struct http_response *response)
{
	const char *left = http_header(response, "x-ratelimit-remaining");

	if (response->status == 429)
		return true;
	return response->status == 403 &&
		((left && strcmp(left, "0") == 0) || http_header(response, "retry-after") ||
			strcasestr(response->body.data, "rate limit"));
}

bool forge_is_shut(const struct http_response *response)
{
	return response->status == 401 || is_limited(response);
}

/* What GitHub says behind its "Validation Failed". */
static void add_details(const struct talk *talk, struct buf *out)
{
	const struct http_response *response = talk->response;
	struct error ignored = ERROR_INIT;
	struct json *json = json_parse(response->body.data, response->body.len, &ignored);
	const struct json *errors =
		json && json_type(json) == JSON_OBJECT ? json_get(json, "errors") : NULL;
	struct buf line = BUF_INIT, cut = BUF_INIT_MAX(MAX_DETAILS);

	if (errors) {
		json_print_line(errors, &line);
		while (line.len && line.data[line.len - 1] == '\n')
			line.data[--line.len] = '\0';
		secrets_mask(talk->secrets, &line);
		buf_add_printable(&cut, line.data);
		buf_addf(out, " %s", cut.data);
	}
	buf_release(&cut);
	buf_release(&line);
	json_free(json);
}

bool forge_is_of_fork(const struct json *body)
{
	const struct json *fork = json_get(body, "fork");

	return fork && json_type(fork) == JSON_BOOL && json_bool(fork);
}

static const struct forge_hint *find_hint(const struct forge *forge, const struct talk *talk)
{
	bool is_fork = forge_is_of_fork(talk->body);
	const struct http_response *response = talk->response;

	for (const struct forge_hint *hint = forge->hints; hint->status; hint++)
		if (hint->status == response->status && (is_fork || !hint->of_fork) &&
			(!hint->said || strstr(response->body.data, hint->said)))
			return hint;
	return NULL;
}

static void add_hint(const struct forge_hint *hint, const struct talk *talk, const struct json *act,
	struct buf *out)
{
	const struct json *detail = NULL;

	if (hint->detail)
		detail = json_get(act, hint->detail);
	if (hint->detail && !detail)
		detail = json_get(talk->body, hint->detail);
	buf_addf(out, "; %s", hint->hint);
	if (detail && json_type(detail) == JSON_TEXT)
		buf_addf(out, " %s", json_text(detail));
}

enum talk_next forge_fail(const struct forge *forge, struct talk *talk, const struct json *act)
{
	enum talk_next next = talk_fail(talk);
	const struct forge_hint *hint = find_hint(forge, talk);
	struct buf text = BUF_INIT;

	buf_adds(&text, talk->error.text);
	if (is_limited(talk->response)) {
		buf_adds(&text, "; it is asked too often");
		next = TALK_LATER;
	} else if (hint) {
		add_hint(hint, talk, act, &text);
		next = hint->next;
	} else {
		add_details(talk, &text);
	}
	error_set(&talk->error, ERR_IO, "%s", text.data);
	buf_release(&text);
	return next;
}
