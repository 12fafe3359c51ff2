/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gungraun, once iai-callgrind: --output-format=json, a document a benchmark; and what it and iai
 * print. */
#include "store/import/rows.h"

#include "base/buf.h"
#include "base/str.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Rates and misses follow from the others, or say less than cycles. */
static bool gungraun_is_judged(const char *name)
{
	static const char *const names[] = { "Ir", "EstimatedCycles", "Instructions",
		"Estimated Cycles", "TotalBytes", "TotalBlocks", "Total bytes", "Total blocks",
		NULL };

	for (size_t i = 0; names[i]; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static void gungraun_sample(
	struct import *import, const char *benchmark, const char *name, double value)
{
	struct metric_kind kind = { name, strstr(name, "ytes") ? "B" : "", false };

	import->is_count = true;
	import->is_beside = !gungraun_is_judged(name);
	import_sample(import, benchmark, &kind, value);
}

/* {"Left": {"Int": 5}}, or {"Both": [new, old]} */
static double gungraun_value(struct import *import, const struct json *metrics)
{
	const struct json *side = import_object(metrics, "Left");
	double number;

	if (!side)
		side = import_first(import_list(metrics, "Both"));
	if (!side || json_type(side) != JSON_OBJECT)
		return NAN;
	number = import_number(import, side, "Int");
	return isnan(number) ? import_number(import, side, "Float") : number;
}

static void gungraun_tool(struct import *import, const char *benchmark, const struct json *tool)
{
	for (const struct json *at = json_first(tool); at; at = json_next(at))
		if (json_type(at) == JSON_OBJECT)
			gungraun_sample(import, benchmark, json_name(at),
				gungraun_value(import, import_object(at, "metrics")));
}

static int gungraun_add(struct import *import, const struct json *from, struct error *err)
{
	const char *module = import_text(from, "module_path"), *id = import_text(from, "id");
	const struct json *profiles = import_list(from, "profiles");
	struct buf name = BUF_INIT;

	if (!module || !profiles)
		return error_set(err, ERR_USAGE, "a document has no \"%s\"",
			module ? "profiles" : "module_path");
	buf_addf(&name, "%s%s%s", module, id ? " " : "", id ? id : "");
	for (const struct json *at = json_first(profiles); at; at = json_next(at)) {
		const struct json *total = import_object(
			import_object(import_object(at, "summaries"), "total"), "summary");

		for (const struct json *tool = import_first(total); tool; tool = json_next(tool))
			if (json_type(tool) == JSON_OBJECT)
				gungraun_tool(import, name.data, tool);
	}
	buf_release(&name);
	return 0;
}

static int gungraun_read(struct import *import, struct error *err)
{
	const char *at = import->text;
	struct json *document;

	while ((document = import_next_json(import, &at, err))) {
		int rc = import_get(document, "profiles") ? gungraun_add(import, document, err) : 0;

		json_free(document);
		if (rc)
			return -1;
	}
	return err->kind == ERR_NONE ? 0 : -1;
}

const struct import_format import_gungraun = {
	.name = "gungraun",
	.title = "gungraun and iai-callgrind, --output-format=json",
	.shape = IMPORT_LINES,
	.marks = { "\"module_path\"", "\"profiles\"", "\"summaries\"",
		"\"benchmark_exe\"|\"kind\"" },
	.read = gungraun_read,
	.values = "events, as counts: Ir and EstimatedCycles are judged, others beside them",
};

/* "  Instructions:   1243|1229   (+1.1 %)" */
/* Is it one of the events that are printed? Another line may have a colon, too. */
static bool gungraun_is_event(const char *name)
{
	static const char *const ends[] = { "nstructions", "ycles", "its", "Accesses", "ytes",
		"locks", "write", "Errors", "Contexts" };
	size_t len = strlen(name);

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (len >= strlen(ends[i]) && strcmp(name + len - strlen(ends[i]), ends[i]) == 0)
			return true;
	return false;
}

static bool gungraun_line(struct import *import, const char *benchmark, const char *text)
{
	const char *name = text + strspn(text, " \t"), *colon = strstr(name, ": ");
	char metric[64];
	double value;

	if (!colon || !*benchmark)
		return true;
	snprintf(metric, sizeof metric, "%.*s", (int)(colon - name), name);
	colon += 1 + strspn(colon + 1, " \t");
	if (!import_take_number(&colon, &value))
		return !gungraun_is_event(metric) || str_starts(colon, "N/A");
	gungraun_sample(import, benchmark, metric, value);
	return true;
}

/* A name may go over several lines. */
static int iai_read(struct import *import, struct error *err)
{
	struct import_line line = { .at = import->text };
	struct buf name = BUF_INIT;
	bool in_name = false;
	int rc = 0;

	while (!rc && import_next_line(&line)) {
		bool is_indented = isblank((unsigned char)*line.text);

		if (!*line.text || str_starts(line.text, "running ") ||
			str_starts(line.text, "test result")) {
			buf_clear(&name);
			in_name = false;
		} else if (is_indented) {
			if (!gungraun_line(import, name.data, line.text))
				rc = import_bad_line(&line, "Instructions: 1243 (+1.1%)", err);
			in_name = false;
		} else {
			if (!in_name)
				buf_clear(&name);
			buf_addf(&name, "%s%s", in_name ? " " : "", line.text);
			in_name = true;
		}
	}
	buf_release(&name);
	return rc;
}

const struct import_format import_iai = {
	.name = "iai",
	.title = "iai, iai-callgrind and gungraun, what cargo bench prints",
	.shape = IMPORT_TEXT,
	.marks = { "Instructions: |Total bytes: |Errors: ", "\n  ",
		"Estimated Cycles: |L1 |Total |Contexts: " },
	.read = iai_read,
	.values =
		"events, as counts: Instructions and Estimated Cycles are judged, others beside them",
};
