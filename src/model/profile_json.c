/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/profile_json.h"

#include "base/array.h"
#include "base/json_fields.h"

static const struct json_field rows[] = {
	JSON_FIELD_TEXT("function", struct profile_row, function),
	JSON_FIELD_NUMBER("instructions", struct profile_row, instructions),
	JSON_FIELD_NUMBER("calls", struct profile_row, calls),
	JSON_FIELD_END,
};

void profile_json_add(struct json *to, const struct profile *profile)
{
	struct json *list;

	if (!profile->nr)
		return;
	list = json_add_array(to, "profile");
	for (size_t i = 0; i < profile->nr; i++)
		json_fields_write(json_add_object(list, NULL), rows, &profile->items[i]);
}

int profile_json_read(
	const struct json *from, struct profile *profile, const char *where, struct error *err)
{
	const struct json *list;
	struct buf place = BUF_INIT;
	int rc = 0;

	if (!json_get(from, "profile"))
		return 0;
	list = json_member(from, "profile", JSON_ARRAY, where, err);
	if (!list)
		return -1;
	for (const struct json *at = json_first(list); at && !rc; at = json_next(at)) {
		struct profile_row *row = ARRAY_ADD(profile);

		*row = (struct profile_row){ .function = NULL };
		buf_clear(&place);
		buf_addf(&place, "%s.profile[%zu]", where, profile->nr - 1);
		rc = json_fields_read(at, rows, row, place.data, err);
	}
	buf_release(&place);
	return rc;
}
