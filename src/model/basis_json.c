/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/basis_json.h"

#include "base/json_fields.h"

#include <math.h>

/* Only where the values are not one a process. */
static const struct json_field basis_rows[] = {
	JSON_FIELD_WORD("basis", struct metric, basis, enum basis, basis_words),
	JSON_FIELD_END,
};

static const struct json_field digest_rows[] = {
	JSON_FIELD_NUMBER("mean", struct digest, mean),
	JSON_FIELD_NUMBER("sd", struct digest, sd),
	JSON_FIELD_U64("count", struct digest, nr),
	JSON_FIELD_END,
};

void basis_json_add(struct json *to, const struct metric *metric)
{
	if (metric->basis != BASIS_PROCESSES)
		json_fields_write(to, basis_rows, metric);
	if (metric->is_count)
		json_add_bool(to, "is_count", true);
	if (metric->is_beside)
		json_add_bool(to, "shown_only", true);
}

static int read_flag(
	const struct json *from, const char *name, bool *flag, const char *where, struct error *err)
{
	const struct json *said =
		json_get(from, name) ? json_member(from, name, JSON_BOOL, where, err) : NULL;

	*flag = said && json_bool(said);
	return json_get(from, name) && !said ? -1 : 0;
}

int basis_json_read(
	const struct json *from, struct metric *metric, const char *where, struct error *err)
{
	if (json_get(from, "basis") && json_fields_read(from, basis_rows, metric, where, err))
		return -1;
	return read_flag(from, "is_count", &metric->is_count, where, err) ||
			read_flag(from, "shown_only", &metric->is_beside, where, err)
		? -1
		: 0;
}

void digest_json_add(struct json *to, const char *name, const struct digest *digest)
{
	json_fields_write(json_add_object(to, name), digest_rows, digest);
}

int digest_json_read(
	const struct json *from, struct digest *digest, const char *where, struct error *err)
{
	if (json_type(from) != JSON_OBJECT)
		return error_set(err, ERR_USAGE, "%s.%s is %s; it must be an object", where,
			json_name(from), json_type_name(json_type(from)));
	if (json_fields_read(from, digest_rows, digest, where, err))
		return -1;
	if (digest->nr < 2 || !isfinite(digest->mean) || !(digest->sd >= 0))
		return error_set(err, ERR_USAGE,
			"%s.%s must have a mean, an sd of 0 or more and a count of 2 or more",
			where, json_name(from));
	return 0;
}
