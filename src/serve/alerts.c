/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "serve/alerts.h"

struct json *alerts_read_changes(struct documents *documents, struct error *err)
{
	struct buf text = BUF_INIT;
	struct json *root = NULL;

	if (!documents_add(documents, "changes", &text, err))
		root = json_parse(text.data, text.len, err);
	buf_release(&text);
	return root;
}

const struct json *alerts_next(const struct json *changes, const struct json *row)
{
	row = row ? json_next(row) : json_first(json_get(changes, "changes"));
	while (row && !json_get(row, "alert"))
		row = json_next(row);
	return row;
}

const char *alert_id(const struct json *row)
{
	return json_text(json_get(row, "alert"));
}
