/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/shard.h"

#include "base/json_fields.h"

#include <inttypes.h>

void shard_release(struct shard *shard)
{
	texts_release(&shard->selection);
	texts_release(&shard->missing);
	*shard = (struct shard){ .of = 0 };
}

static const struct json_field rows[] = {
	JSON_FIELD_U64("index", struct shard, index),
	JSON_FIELD_U64("of", struct shard, of),
	JSON_FIELD_END,
};

static void add_texts(struct json *to, const char *name, const struct texts *texts)
{
	struct json *list = json_add_array(to, name);

	for (size_t i = 0; i < texts->nr; i++)
		json_add_text(list, NULL, texts->items[i]);
}

void shard_json_add(struct json *root, const struct shard *shard)
{
	struct json *to;

	if (!shard->of)
		return;
	to = json_add_object(root, "shard");
	json_fields_write(to, rows, shard);
	add_texts(to, "selection", &shard->selection);
	add_texts(to, "missing", &shard->missing);
}

static int shard_read_texts(
	const struct json *from, const char *name, struct texts *texts, struct error *err)
{
	const struct json *list = json_member(from, name, JSON_ARRAY, "shard", err);

	if (!list)
		return -1;
	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		if (json_type(at) != JSON_TEXT)
			return error_set(err, ERR_USAGE, "shard.%s[%zu] is %s; it must be a text",
				name, texts->nr, json_type_name(json_type(at)));
		texts_add(texts, json_text(at));
	}
	return 0;
}

int shard_json_read(const struct json *root, struct shard *shard, struct error *err)
{
	const struct json *from;

	if (!json_get(root, "shard"))
		return 0;
	from = json_member(root, "shard", JSON_OBJECT, JSON_ROOT, err);
	if (!from || json_fields_read(from, rows, shard, "shard", err))
		return -1;
	if (!shard->of || shard->of > SHARD_MAX)
		return error_set(err, ERR_USAGE,
			"shard.of is %" PRIu64 "; it must be a number from 1 to %d", shard->of,
			SHARD_MAX);
	if (!shard->index || shard->index > shard->of)
		return error_set(err, ERR_USAGE,
			"shard.index is %" PRIu64
			"; it must be a number from 1 to shard.of, which is %" PRIu64,
			shard->index, shard->of);
	if (shard_read_texts(from, "selection", &shard->selection, err))
		return -1;
	return shard_read_texts(from, "missing", &shard->missing, err);
}
