/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/forge_rest.h"

#include "notify/forge_ask.h"

#include <string.h>

#define MAX_SENT 10000

static size_t count(const struct json *array)
{
	size_t nr = 0;

	for (const struct json *at = json_first(array); at; at = json_next(at))
		nr++;
	return nr;
}

static void copy_but(
	struct json *to, const struct json *from, const char *name, const char *other_name)
{
	for (const struct json *at = json_first(from); at; at = json_next(at))
		if (strcmp(json_name(at), name) != 0 && strcmp(json_name(at), other_name) != 0)
			json_add_copy(to, json_name(at), at);
}

static void add_begun(const struct talk *talk, const struct json *act, struct json *acts)
{
	struct json *begun = json_add_object(acts, NULL);

	copy_but(begun, act, "id", "sent");
	json_add_text(begun, "id", talk->found);
	json_add_number(begun, "sent", (double)talk->at);
}

/* The acts before the talk's are still there or were taken out: the others keep their order. */
static void rewrite(struct talk *talk, bool is_done)
{
	const struct json *acts = json_get(talk->rest ? talk->rest : talk->body, "acts");
	size_t nr_out = count(json_get(talk->body, "acts")) - count(acts), i = nr_out;
	struct json *rest = json_new_object(), *left;

	copy_but(rest, talk->body, "acts", "");
	left = json_add_array(rest, "acts");
	for (const struct json *at = json_first(acts); at; at = json_next(at), i++) {
		if (i != (size_t)talk->stage)
			json_add_copy(left, NULL, at);
		else if (!is_done)
			add_begun(talk, at, left);
	}
	json_free(talk->rest);
	talk->rest = rest;
}

void forge_rest_done(struct talk *talk)
{
	rewrite(talk, true);
}

void forge_rest_begun(struct talk *talk)
{
	rewrite(talk, false);
}

bool forge_rest_is_whole(const struct json *act)
{
	const struct json *sent = json_get(act, "sent");
	const char *id = forge_text(act, "id");

	if (!sent)
		return !*id;
	return *id && strlen(id) <= 20 && !id[strspn(id, "0123456789")] &&
		json_get(act, "annotations") && json_type(sent) == JSON_NUMBER &&
		json_number(sent) >= 1 && json_number(sent) <= MAX_SENT;
}

void forge_rest_resume(struct talk *talk, const struct json *act)
{
	const struct json *sent = json_get(act, "sent");

	if (!sent)
		return;
	forge_find(talk, forge_text(act, "id"));
	talk->at = (size_t)json_number(sent);
}
