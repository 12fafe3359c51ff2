/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/acceptances.h"

#include "base/array.h"
#include "base/date.h"
#include "base/json_fields.h"
#include "sys/file.h"
#include "sys/folder.h"

#include <stdio.h>

#define MAX_BYTES (16u << 20)

static const struct json_field rows[] = {
	JSON_FIELD_TEXT("benchmark", struct acceptance, benchmark),
	JSON_FIELD_TEXT("reason", struct acceptance, reason),
	JSON_FIELD_MAYBE("until", struct acceptance, until),
	JSON_FIELD_NUMBER("max", struct acceptance, max_ratio),
	JSON_FIELD_TEXT("timestamp", struct acceptance, timestamp),
	JSON_FIELD_MAYBE("commit", struct acceptance, commit),
	JSON_FIELD_MAYBE("by", struct acceptance, by),
	JSON_FIELD_END,
};

/* Only where it is said, as in files of older versions. */
static const struct json_field metric_rows[] = {
	JSON_FIELD_TEXT("metric", struct acceptance, metric),
	JSON_FIELD_END,
};

static int acceptances_read_one(
	const struct json *from, struct acceptance *into, const char *where, struct error *err)
{
	if (json_fields_read(from, rows, into, where, err))
		return -1;
	if (json_get(from, "metric") && json_fields_read(from, metric_rows, into, where, err))
		return -1;
	if (into->metric && !*into->metric)
		return error_set(err, ERR_USAGE,
			"%s.metric is empty; it must be a name or a pattern", where);
	if (!*into->benchmark)
		return error_set(err, ERR_USAGE,
			"%s.benchmark is empty; it must be a name or a pattern", where);
	if (into->until && !date_is_day(into->until))
		return error_set(err, ERR_USAGE,
			"%s.until is \"%.40s\"; it must be a day such as 2026-12-31", where,
			into->until);
	if (into->max_ratio < 0)
		return error_set(err, ERR_USAGE, "%s.max is %.9g; it must not be negative", where,
			into->max_ratio);
	return 0;
}

static int acceptances_read_all(
	const struct json *root, struct acceptances *acceptances, struct error *err)
{
	const struct json *list =
		json_check_format(root, "benchgate-accepted", ACCEPTANCES_VERSION, err)
		? NULL
		: json_member(root, "accepted", JSON_ARRAY, JSON_ROOT, err);
	char where[64];

	if (!list)
		return -1;
	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		struct acceptance *acceptance = ARRAY_ADD(acceptances);

		*acceptance = (struct acceptance){ .benchmark = NULL };
		snprintf(where, sizeof where, "accepted[%zu]", acceptances->nr - 1);
		if (acceptances_read_one(at, acceptance, where, err))
			return -1;
	}
	return 0;
}

int acceptances_parse(
	const char *text, size_t len, struct acceptances *acceptances, struct error *err)
{
	struct json *root = json_parse(text, len, err);
	int rc = root ? acceptances_read_all(root, acceptances, err) : -1;

	json_free(root);
	return rc;
}

int acceptances_read(const char *path, struct acceptances *acceptances, struct error *err)
{
	struct buf text = BUF_INIT;
	int rc;

	if (folder_lacks(path))
		return 0;
	rc = file_read(path, MAX_BYTES, &text, err);
	if (!rc && acceptances_parse(text.data, text.len, acceptances, err))
		rc = error_wrap(err, "%s", path);
	buf_release(&text);
	return rc;
}

void acceptances_print(const struct acceptances *acceptances, struct buf *out)
{
	struct json *root = json_new_object(), *list;

	json_add_text(root, "format", "benchgate-accepted");
	json_add_number(root, "version", ACCEPTANCES_VERSION);
	list = json_add_array(root, "accepted");
	for (size_t i = 0; i < acceptances->nr; i++) {
		struct json *to = json_add_object(list, NULL);

		json_fields_write(to, rows, &acceptances->items[i]);
		if (acceptances->items[i].metric)
			json_fields_write(to, metric_rows, &acceptances->items[i]);
	}
	json_print(root, out);
	json_free(root);
}

int acceptances_write(const char *path, const struct acceptances *acceptances, struct error *err)
{
	struct file_new file = FILE_NEW_INIT;
	struct buf text = BUF_INIT;
	int rc = -1;

	if (folder_make_parents(path, err) || file_new_open(&file, path, err))
		return -1;
	acceptances_print(acceptances, &text);
	rc = file_new_commit(&file, &text, err);
	buf_release(&text);
	return rc;
}
