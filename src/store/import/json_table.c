/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any JSON that is a list of objects, or has one: a benchmark an object, by a column map. */
#include "store/import/rows.h"

#include "base/json_fields.h"
#include "base/str.h"

#include <stdio.h>

static const struct json *find_rows(const struct json *root)
{
	if (json_type(root) == JSON_ARRAY)
		return root;
	for (const struct json *at = json_type(root) == JSON_OBJECT ? json_first(root) : NULL; at;
		at = json_next(at))
		if (json_type(at) == JSON_ARRAY)
			return at;
	return NULL;
}

static int json_table_add(
	struct import *import, const struct json *row, const char *where, struct error *err)
{
	const struct import_columns *said = import->input->columns;
	const char *of_value = said && said->value ? said->value : "value";
	const char *of_name = said && said->name ? said->name : "name";
	const char *of_unit = said && said->unit ? said->unit : "unit";
	const struct json *name, *value;
	const char *unit;

	if (json_type(row) != JSON_OBJECT)
		return error_set(err, ERR_USAGE, "%s is %s; it must be an object", where,
			json_type_name(json_type(row)));
	name = json_member(row, of_name, JSON_TEXT, where, err);
	value = name ? json_get(row, of_value) : NULL;
	unit = import_text(row, of_unit);
	if (!unit)
		unit = import_is_time(of_value) ? of_value : "";
	if (!name)
		return -1;
	if (value && json_type(value) == JSON_ARRAY) {
		for (const struct json *at = json_first(value); at; at = json_next(at))
			import_sample_in(import, json_text(name), NULL, unit,
				import_value(import, NULL, at));
		return 0;
	}
	value = json_member(row, of_value, JSON_NUMBER, where, err);
	if (value)
		import_sample_in(import, json_text(name), NULL, unit, json_number(value));
	return value ? 0 : -1;
}

static int json_table_read(struct import *import, struct error *err)
{
	const struct json *rows = find_rows(import->root);
	char where[64];
	size_t nr = 0;

	if (!rows)
		return error_set(err, ERR_USAGE, "there is no list of objects in it");
	for (const struct json *at = json_first(rows); at; at = json_next(at)) {
		snprintf(where, sizeof where, "[%zu]", nr++);
		if (json_table_add(import, at, where, err))
			return -1;
	}
	return 0;
}

/* Never by its content: too much is like it. */
static bool json_table_fits(const char *text, size_t len)
{
	(void)text;
	(void)len;
	return false;
}

const struct import_format import_json_table = {
	.name = "json",
	.title = "any JSON with a list of objects",
	.shape = IMPORT_JSON,
	.marks = { "[" },
	.fits = json_table_fits,
	.read = json_table_read,
	.values =
		"by --format json --columns name=test,value=ns,unit=unit: members of each object; a "
		"list of numbers, and objects of one name, are samples of one process",
};
