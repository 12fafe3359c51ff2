/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/notifier.h"

#include "base/str.h"
#include "base/unknown.h"

#include <stdlib.h>
#include <string.h>

static void unknown_type(const char *type, const char *place, struct error *err)
{
	struct str_nearest nearest = str_nearest(type);
	struct buf known = BUF_INIT;

	for (size_t i = 0; notifiers[i]; i++) {
		str_nearest_offer(&nearest, notifiers[i]->type);
		buf_addf(&known, "%s%s", i ? ", " : "", notifiers[i]->type);
	}
	if (nearest.best)
		error_set(err, ERR_USAGE,
			"%s.type is \"%.40s\", which is none; did you mean %s? There are %s", place,
			type, nearest.best, known.data);
	else
		error_set(err, ERR_USAGE, "%s.type is \"%.40s\"; it must be one of %s", place, type,
			known.data);
	buf_release(&known);
}

static void wrong_type(const struct json *type, const char *place, struct error *err)
{
	struct buf inner = BUF_INIT;

	buf_addf(&inner, "%s.type", place);
	policy_wrong(type, inner.data, "a text such as \"github\"", err);
	buf_release(&inner);
}

/* NULL with the error. */
static const struct notifier *find_type(
	const struct json *json, const char *place, struct error *err)
{
	const struct json *type = json_type(json) == JSON_OBJECT ? json_get(json, "type") : NULL;

	if (!type && json_type(json) == JSON_OBJECT)
		error_set(err, ERR_USAGE,
			"%s has no type; it must have one, such as \"type\": \"github\"", place);
	else if (!type)
		policy_wrong(
			json, place, "an object with a type, such as {\"type\": \"github\"}", err);
	else if (json_type(type) != JSON_TEXT)
		wrong_type(type, place, err);
	if (!type || json_type(type) != JSON_TEXT)
		return NULL;
	for (size_t i = 0; notifiers[i]; i++)
		if (strcmp(notifiers[i]->type, json_text(type)) == 0)
			return notifiers[i];
	unknown_type(json_text(type), place, err);
	return NULL;
}

/* A path in the file is from the file's folder. */
static void root_path(const char *root, char **path)
{
	struct buf joined = BUF_INIT;

	if (!*path || **path == '/' || strcmp(root, ".") == 0)
		return;
	buf_addf(&joined, "%s/%s", root, *path);
	free(*path);
	*path = buf_detach(&joined);
}

/* What is a path is named so: "path", "ca_file", or the file of a secret. */
static void root_paths(const char *root, const struct policy_key *rows, char *settings)
{
	for (; rows->name; rows++) {
		char *field = settings + rows->offset;

		if (rows->type == POLICY_KEY_SECRET)
			root_path(root, &((struct secret_place *)(void *)field)->file);
		else if (strcmp(rows->name, "path") == 0 || strcmp(rows->name, "ca_file") == 0)
			root_path(root, (char **)(void *)field);
	}
}

static int read_channel(const struct json *json, const char *root, struct outlet *outlet,
	const char *place, struct error *err)
{
	outlet->notifier = find_type(json, place, err);
	if (!outlet->notifier)
		return -1;
	outlet->terms = mem_alloc(1, outlet->notifier->size);
	if (outlet->notifier->init)
		outlet->notifier->init(outlet->terms);
	if (policy_keys_read(json, outlet->notifier->keys, outlet->terms, place, err))
		return -1;
	root_paths(root, outlet->notifier->keys, (char *)outlet->terms);
	return outlet->notifier->check ? outlet->notifier->check(outlet, place, err) : 0;
}

/* It stands in lines that people and programs read. */
static bool is_name(const char *name)
{
	struct buf printable = BUF_INIT;
	bool same;

	buf_add_printable(&printable, name);
	same = *name && strcmp(printable.data, name) == 0;
	buf_release(&printable);
	return same;
}

static int check_name(const char *name, struct error *err)
{
	struct buf printable = BUF_INIT;

	if (is_name(name))
		return 0;
	buf_add_printable(&printable, name);
	error_set(err, ERR_USAGE,
		"channels has one named \"%.60s\"; a name must not be empty or hold a control character",
		printable.data);
	buf_release(&printable);
	return -1;
}

int outlets_read(
	const struct json *json, const char *root, struct outlets *outlets, struct error *err)
{
	int rc = 0;

	if (json_type(json) != JSON_OBJECT)
		return policy_wrong(json, "channels", "an object of channels by their names", err);
	for (const struct json *at = json_first(json); at && !rc; at = json_next(at)) {
		struct buf place = BUF_INIT;
		struct outlet *outlet;

		if (check_name(json_name(at), err))
			return -1;
		outlet = ARRAY_ADD(outlets);
		*outlet = (struct outlet){ .name = str_dup(json_name(at)) };
		buf_addf(&place, "channels.%.60s", outlet->name);
		rc = read_channel(at, root, outlet, place.data, err);
		buf_release(&place);
	}
	return rc;
}

void outlets_secrets(const struct outlets *outlets, struct secrets *secrets)
{
	struct error ignored = ERROR_INIT;

	for (size_t i = 0; i < outlets->nr; i++) {
		const struct outlet *outlet = &outlets->items[i];

		for (const struct policy_key *row = outlet->notifier->keys; row->name; row++) {
			const void *field = (const char *)outlet->terms + row->offset;

			if (row->type == POLICY_KEY_SECRET && secrets_named(field))
				secrets_get(secrets, field, &ignored);
		}
	}
}

void outlets_release(struct outlets *outlets)
{
	for (size_t i = 0; i < outlets->nr; i++) {
		struct outlet *outlet = &outlets->items[i];

		if (outlet->terms)
			policy_keys_release(outlet->notifier->keys, outlet->terms);
		free(outlet->terms);
		free(outlet->name);
	}
	ARRAY_RELEASE(outlets);
}

const struct outlet *outlets_find(const struct outlets *outlets, const char *name)
{
	for (size_t i = 0; i < outlets->nr; i++)
		if (strcmp(outlets->items[i].name, name) == 0)
			return &outlets->items[i];
	return NULL;
}

const struct outlet *outlets_require(
	const struct outlets *outlets, const char *name, struct error *err)
{
	const struct outlet *found = outlets_find(outlets, name);
	struct unknown unknown = { .given = name, .kinds = "channels" };

	for (size_t i = 0; i < outlets->nr; i++)
		unknown_offer(&unknown, outlets->items[i].name);
	if (!found)
		unknown_error(&unknown, err, "unknown channel '%.80s'", name);
	return found;
}
