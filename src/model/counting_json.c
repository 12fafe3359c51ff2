/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/counting_json.h"

#include "base/array.h"
#include "base/json_fields.h"

#include <stdio.h>

static const struct json_field rows[] = {
	JSON_FIELD_MAYBE("way", struct counting, way),
	JSON_FIELD_MAYBE("tool", struct counting, tool),
	JSON_FIELD_MAYBE("dispatch", struct counting, dispatch),
	JSON_FIELD_END,
};

static const struct json_field untaken_rows[] = {
	JSON_FIELD_TEXT("metric", struct untaken, metric),
	JSON_FIELD_MAYBE("benchmark", struct untaken, benchmark),
	JSON_FIELD_TEXT("reason", struct untaken, reason),
	JSON_FIELD_END,
};

bool counting_json_add(struct json *root, const struct counting *counting)
{
	struct json *to, *list;

	if (!counting->is_wanted)
		return false;
	to = json_add_object(root, "counting");
	json_fields_write(to, rows, counting);
	list = json_add_array(to, "not_taken");
	for (size_t i = 0; i < counting->nr; i++)
		json_fields_write(json_add_object(list, NULL), untaken_rows, &counting->items[i]);
	return true;
}

int counting_json_read(const struct json *root, struct counting *counting, struct error *err)
{
	const struct json *from, *list;
	char where[48];

	if (!json_get(root, "counting"))
		return 0;
	from = json_member(root, "counting", JSON_OBJECT, JSON_ROOT, err);
	if (!from || json_fields_read(from, rows, counting, "counting", err))
		return -1;
	counting->is_wanted = true;
	list = json_member(from, "not_taken", JSON_ARRAY, "counting", err);
	if (!list)
		return -1;
	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		struct untaken *item = ARRAY_ADD(counting);

		*item = (struct untaken){ .metric = NULL };
		snprintf(where, sizeof where, "counting.not_taken[%zu]", counting->nr - 1);
		if (json_fields_read(at, untaken_rows, item, where, err))
			return -1;
	}
	return 0;
}
