/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"

void json_copy_members(struct json *to, const struct json *from)
{
	bool named = json_type(from) == JSON_OBJECT;

	for (const struct json *at = json_first(from); at; at = json_next(at))
		json_add_copy(to, named ? json_name(at) : NULL, at);
}

void json_add_copy(struct json *parent, const char *name, const struct json *value)
{
	switch (json_type(value)) {
	case JSON_NULL:
		json_add_text(parent, name, NULL);
		break;
	case JSON_BOOL:
		json_add_bool(parent, name, json_bool(value));
		break;
	case JSON_NUMBER:
		json_add_number(parent, name, json_number(value));
		break;
	case JSON_TEXT:
		json_add_text(parent, name, json_text(value));
		break;
	case JSON_ARRAY:
		json_copy_members(json_add_array(parent, name), value);
		break;
	case JSON_OBJECT:
		json_copy_members(json_add_object(parent, name), value);
		break;
	}
}
