/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "serve/alerts.h"

#include "base/str.h"

#include <inttypes.h>
#include <stdio.h>

struct json *alerts_read_changes(struct documents *documents, struct error *err)
{
	struct buf text = BUF_INIT;
	struct json *root = NULL;

	if (!documents_add(documents, "changes", &text, err))
		root = json_parse(text.data, text.len, err);
	buf_release(&text);
	return root;
}

static bool is_true(const struct json *row, const char *name)
{
	const struct json *value = json_get(row, name);

	return value && json_type(value) == JSON_BOOL && json_bool(value);
}

const struct json *alerts_next(const struct json *changes, const struct json *row)
{
	row = row ? json_next(row) : json_first(json_get(changes, "changes"));
	while (row && (!is_true(row, "worse") || is_true(row, "maybe") || !is_true(row, "stands")))
		row = json_next(row);
	return row;
}

static const char *text_in_row(const struct json *row, const char *name)
{
	const struct json *value = json_get(row, name);

	return value && json_type(value) == JSON_TEXT ? json_text(value) : "";
}

void alert_id(const struct json *row, char id[ALERT_ID_MAX])
{
	static const char *const names[] = { "benchmark", "metric", "machine", "branch" };
	const char *commit = text_in_row(row, "commit");
	uint64_t hash = STR_HASH_START;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		hash = str_hash(hash, text_in_row(row, names[i]));
	hash = str_hash(hash, *commit ? commit : text_in_row(row, "time"));
	hash = str_hash(hash, is_true(row, "in_turn") ? "in turn" : "alone");
	snprintf(id, ALERT_ID_MAX, "%016" PRIx64, hash);
}
