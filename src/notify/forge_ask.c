/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/forge_ask.h"

#include "base/str.h"

#include <stdlib.h>

/* A hundred of the longest comments, with what JSON makes of them. */
#define MAX_ANSWER_BYTES (32u << 20)

const char *forge_text(const struct json *json, const char *name)
{
	const struct json *member = json_get(json, name);

	return member && json_type(member) == JSON_TEXT ? json_text(member) : "";
}

void forge_find(struct talk *talk, const char *found)
{
	char *copy = found ? str_dup(found) : NULL;

	free(talk->found);
	talk->found = copy;
}

/* A later run of a fork's has none either. */
static enum talk_next no_token(struct talk *talk)
{
	struct error why = talk->error;

	if (!forge_is_of_fork(talk->body))
		return TALK_LATER;
	error_set(&talk->error, ERR_IO, "%s; a change from a fork is given none", why.text);
	return TALK_REFUSED;
}

static enum talk_next ask(
	const struct forge *forge, struct talk *talk, const char *method, const struct buf *path)
{
	const struct forge_settings *settings = forge_settings(talk->outlet);
	const char *token = secrets_get(talk->secrets, &settings->token, &talk->error);
	struct buf url = BUF_INIT;

	if (!token)
		return no_token(talk);
	buf_addf(&url, "%s%s", forge_text(talk->body, "api"), path->data);
	talk->request.method = str_dup(method);
	talk->request.url = buf_detach(&url);
	talk->request.max_bytes = MAX_ANSWER_BYTES;
	forge->authorise(talk, token);
	if (talk->request.body.len)
		http_request_header(&talk->request, "Content-Type", "application/json");
	return TALK_ASK;
}

static enum talk_next ask_with(const struct forge *forge, struct talk *talk, const char *method,
	const struct buf *path, const struct json *sent)
{
	json_print_line(sent, &talk->request.body);
	return ask(forge, talk, method, path);
}

enum talk_next forge_ask_page(const struct forge *forge, struct talk *talk, const struct json *act)
{
	struct buf path = BUF_INIT;
	enum talk_next next;

	buf_addf(&path, "%s?per_page=%d&page=%zu%s", forge_text(act, "path"), FORGE_PAGE_SIZE,
		talk->at, forge->order);
	next = ask(forge, talk, "GET", &path);
	buf_release(&path);
	return next;
}

enum talk_next forge_ask_comment(
	const struct forge *forge, struct talk *talk, const struct json *act)
{
	struct json *sent = json_new_object();
	struct buf path = BUF_INIT;
	bool is_new = !*talk->found;
	enum talk_next next;

	json_add_text(sent, "body", forge_text(act, "text"));
	if (is_new)
		buf_adds(&path, forge_text(act, "path"));
	else
		buf_addf(&path, "%s/%s", forge_text(act, "update"), talk->found);
	talk->repeatable = !is_new;
	next = ask_with(forge, talk, is_new ? "POST" : forge->update, &path, sent);
	buf_release(&path);
	json_free(sent);
	return next;
}

/* Those of this request, of all. */
static void add_annotations(const struct talk *talk, const struct json *act, struct json *output)
{
	const struct json *all = json_get(act, "annotations");
	struct json *some = json_add_array(output, "annotations");
	size_t first = talk->at * FORGE_MAX_ANNOTATIONS, i = 0;

	for (const struct json *at = json_first(all); at; at = json_next(at), i++)
		if (i >= first && i < first + FORGE_MAX_ANNOTATIONS)
			json_add_copy(some, NULL, at);
}

/* The first request of a check says all but what does not fit in it; the others add that. */
static enum talk_next ask_check(
	const struct forge *forge, struct talk *talk, const struct json *act)
{
	struct json *sent = json_new_object(), *output;
	struct buf path = BUF_INIT;
	bool is_new = talk->at == 0;
	enum talk_next next;

	if (is_new)
		json_copy_members(sent, json_get(act, "json"));
	output = json_add_object(sent, "output");
	json_copy_members(output, json_get(act, "output"));
	add_annotations(talk, act, output);
	buf_adds(&path, forge_text(act, "path"));
	if (!is_new)
		buf_addf(&path, "/%s", talk->found);
	next = ask_with(forge, talk, is_new ? "POST" : "PATCH", &path, sent);
	buf_release(&path);
	json_free(sent);
	return next;
}

enum talk_next forge_ask_post(const struct forge *forge, struct talk *talk, const struct json *act)
{
	struct buf path = BUF_INIT;
	enum talk_next next;

	if (json_get(act, "annotations"))
		return ask_check(forge, talk, act);
	buf_adds(&path, forge_text(act, "path"));
	talk->repeatable = true;
	next = ask_with(forge, talk, "POST", &path, json_get(act, "json"));
	buf_release(&path);
	return next;
}
