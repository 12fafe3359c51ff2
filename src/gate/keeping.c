/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/keeping.h"

#include "base/array.h"
#include "base/str.h"
#include "gate/policy_keys.h"

#include <string.h>

static int read_keeping_row(const struct json *json, const char *tier, const char *place,
	struct keeping *keeping, struct error *err)
{
	uint64_t keep_ns;

	if (json_type(json) != JSON_TEXT || !str_to_duration(json_text(json), &keep_ns) || !keep_ns)
		return policy_wrong(json, place,
			tier ? "a duration above 0, such as \"90 days\""
			     : "a duration above 0, such as \"90 days\", or an object of them by the names of tiers",
			err);
	*ARRAY_ADD(keeping) = (struct keeping_row){ str_dup(tier), keep_ns };
	return 0;
}

int keeping_read(
	const struct json *json, const char *place, struct keeping *keeping, struct error *err)
{
	int rc = 0;

	if (!json)
		return 0;
	if (json_type(json) != JSON_OBJECT)
		return read_keeping_row(json, NULL, place, keeping, err);
	for (const struct json *at = json_first(json); at && !rc; at = json_next(at)) {
		struct buf inner = BUF_INIT;

		buf_addf(&inner, "%s.%.60s", place, json_name(at));
		rc = read_keeping_row(at, json_name(at), inner.data, keeping, err);
		buf_release(&inner);
	}
	return rc;
}

void keeping_release(struct keeping *keeping)
{
	for (size_t i = 0; i < keeping->nr; i++)
		free(keeping->items[i].tier);
	ARRAY_RELEASE(keeping);
}

uint64_t keeping_of(const struct keeping *keeping, const char *tier)
{
	for (size_t i = 0; i < keeping->nr; i++)
		if (!keeping->items[i].tier || strcmp(keeping->items[i].tier, tier) == 0)
			return keeping->items[i].keep_ns;
	return 0;
}
