/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bencher Metric Format: {"benchmark": {"measure": {"value", "lower_value", "upper_value"}}}. */
#include "store/import/rows.h"

#include "base/json_fields.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The measures that Bencher knows itself. */
static const struct {
	const char *name;
	struct metric_kind kind;
	double factor;
	bool is_count;
} measures[] = {
	{ "latency", { "time", "ns", false }, 1, false },
	{ "throughput", { "throughput", "/s", true }, 1, false },
	{ "instructions", { "instructions", "", false }, 1, true },
	{ "file-size", { "file-size", "B", false }, 1, true },
	{ "build-time", { "build-time", "ns", false }, 1e9, false },
};

static int bmf_add(struct import *import, const char *benchmark, const struct json *from,
	const char *where, struct error *err)
{
	struct metric_kind kind = { json_name(from), "", false };
	const struct json *value = json_member(from, "value", JSON_NUMBER, where, err);
	double factor = 1, low, high;

	if (!value)
		return -1;
	import->is_count = false;
	for (size_t i = 0; i < sizeof measures / sizeof *measures; i++)
		if (strcmp(measures[i].name, json_name(from)) == 0) {
			kind = measures[i].kind;
			factor = measures[i].factor;
			import->is_count = measures[i].is_count;
		}
	low = import_number(import, from, "lower_value");
	high = import_number(import, from, "upper_value");
	if (low <= json_number(value) && high >= json_number(value) && low < high)
		import_interval(import, benchmark, &kind,
			(const double[]){
				factor * json_number(value), factor * low, factor * high });
	else
		import_sample(import, benchmark, &kind, factor * json_number(value));
	return 0;
}

static int bmf_read(struct import *import, struct error *err)
{
	char where[256];

	for (const struct json *at = json_first(import->root); at; at = json_next(at)) {
		if (json_type(import->root) != JSON_OBJECT || json_type(at) != JSON_OBJECT)
			return error_set(err, ERR_USAGE,
				"it must be an object with an object for each benchmark");
		for (const struct json *measure = json_first(at); measure;
			measure = json_next(measure)) {
			snprintf(where, sizeof where, "%s.%s", json_name(at), json_name(measure));
			if (json_type(measure) != JSON_OBJECT)
				return error_set(err, ERR_USAGE,
					"%s is %s; it must be an object with \"value\"", where,
					json_type_name(json_type(measure)));
			if (bmf_add(import, json_name(at), measure, where, err))
				return -1;
		}
	}
	return 0;
}

/* Passes a blank and a character; or a text in quotes; NULL: it is not there. */
static const char *pass_char(const char *at, char c)
{
	at = at ? at + strspn(at, " \t\r\n") : NULL;
	return at && *at == c ? at + 1 : NULL;
}

static const char *pass_text(const char *at)
{
	at = pass_char(at, '"');
	for (; at && *at && *at != '"'; at++)
		at += *at == '\\' && at[1];
	return at && *at ? at + 1 : NULL;
}

/* An object in an object in an object, with a value in the innermost. */
static bool bmf_fits(const char *text, size_t len)
{
	const char *at = text;

	(void)len;
	for (int depth = 0; depth < 2; depth++)
		at = pass_char(pass_text(pass_char(at, '{')), ':');
	at = pass_char(at, '{');
	at = at ? at + strspn(at, " \t\r\n") : "";
	return strncmp(at, "\"value\"", 7) == 0 || strncmp(at, "\"lower_value\"", 13) == 0 ||
		strncmp(at, "\"upper_value\"", 13) == 0;
}

const struct import_format import_bmf = {
	.name = "bmf",
	.title = "Bencher Metric Format",
	.shape = IMPORT_JSON,
	.marks = { "\"value\"" },
	.fits = bmf_fits,
	.read = bmf_read,
	.values = "a value of each measure, with lower_value and upper_value as its interval; "
		  "latency is the time",
};
