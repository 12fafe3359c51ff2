/* SPDX-License-Identifier: GPL-3.0-or-later */
/* github-action-benchmark: what its custom tools take, and the data.js that it keeps. */
#include "store/import/rows.h"

#include "base/buf.h"
#include "base/json_fields.h"
#include "base/str.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* "+- 20", "3"; of benchmark.js "+- 1.5%" of the value */
static double gab_range(struct import *import, const struct json *from, double value)
{
	const char *text = import_text(from, "range");
	double range;

	if (!text || !*text)
		return text ? (double)NAN : import_number(import, from, "range");
	text += strspn(text, " +-/\xc2\xb1");
	if (!import_take_number(&text, &range))
		return import_value(import, "range", import_get(from, "range"));
	return *text == '%' ? range / 100 * value : range;
}

static int gab_add(struct import *import, const char *suite, const struct json *from,
	const char *where, struct error *err)
{
	const struct json *said = json_member(from, "name", JSON_TEXT, where, err);
	const struct json *value =
		said ? json_member(from, "value", JSON_NUMBER, where, err) : NULL;
	const char *text = import_text(from, "unit");
	struct import_unit unit = import_unit(text ? text : "");
	struct metric_kind kind = metric_time;
	double level, range;
	struct buf name = BUF_INIT;

	if (!value)
		return -1;
	if (strcmp(unit.unit, "ns") != 0)
		kind = (struct metric_kind){ "value", unit.unit, unit.more_is_better };
	level = json_number(value) * unit.factor;
	range = gab_range(import, from, json_number(value)) * unit.factor;
	buf_addf(&name, "%s%s%s", suite ? suite : "", suite ? "/" : "", json_text(said));
	import_interval(
		import, name.data, &kind, (const double[]){ level, level - range, level + range });
	buf_release(&name);
	return 0;
}

static int gab_list(
	struct import *import, const char *suite, const struct json *list, struct error *err)
{
	char where[64];
	size_t nr = 0;

	for (const struct json *at = import_first(list); at; at = json_next(at)) {
		snprintf(where, sizeof where, "%s[%zu]", suite ? "benches" : "", nr++);
		if (json_type(at) != JSON_OBJECT)
			return error_set(err, ERR_USAGE, "%s is %s; it must be an object", where,
				json_type_name(json_type(at)));
		if (gab_add(import, suite, at, where, err))
			return -1;
	}
	return 0;
}

static int gab_read(struct import *import, struct error *err)
{
	if (json_type(import->root) != JSON_ARRAY)
		return error_set(err, ERR_USAGE, "the file must be a list of objects");
	return gab_list(import, NULL, import->root, err);
}

const struct import_format import_gab = {
	.name = "github-action-benchmark",
	.title = "github-action-benchmark, customBiggerIsBetter and customSmallerIsBetter",
	.shape = IMPORT_JSON,
	.marks = { "\"name\"", "\"unit\"", "\"value\"" },
	.read = gab_read,
	.values =
		"a value, with its range as interval; a unit by the second is better when it is more",
};

/* Of each suite, what was added last. */
static int gab_data_read(struct import *import, struct error *err)
{
	const struct json *entries =
		json_member(import->root, "entries", JSON_OBJECT, JSON_ROOT, err);
	const struct json *first = import_first(entries);
	bool is_one = first && !json_next(first);
	int rc = entries ? 0 : -1;

	for (const struct json *suite = first; suite && !rc; suite = json_next(suite)) {
		const struct json *last = NULL;

		for (const struct json *at = json_type(suite) == JSON_ARRAY ? json_first(suite)
									    : NULL;
			at; at = json_next(at))
			last = at;
		rc = gab_list(import, is_one ? NULL : json_name(suite),
			import_list(last, "benches"), err);
	}
	return rc;
}

const struct import_format import_gab_data = {
	.name = "github-action-benchmark-data",
	.title = "github-action-benchmark, data.js",
	.shape = IMPORT_JSON,
	.marks = { "BENCHMARK_DATA|\"lastUpdate\"", "\"entries\"", "\"benches\"", "\"value\"" },
	.read = gab_data_read,
	.values = "what was added last of each suite: a value, with its range as interval",
};
