/* SPDX-License-Identifier: GPL-3.0-or-later */
/* perf stat -j: a line of JSON for each event. */
#include "store/import/rows.h"

#include "base/str.h"

#include <math.h>
#include <string.h>

static bool perf_is_judged(const char *event)
{
	return str_starts(event, "duration_time") || str_starts(event, "instructions") ||
		str_starts(event, "task-clock");
}

/* Its number is a text, with the separators of the user's language. */
static double perf_number(const struct json *line, const char *name)
{
	const char *text = import_text(line, name);
	double number;

	if (!text)
		return import_number(line, name);
	return import_take_number(&text, &number) && !*text ? number : (double)NAN;
}

static void perf_add(struct import *import, const char *benchmark, const struct json *line)
{
	const char *event = import_text(line, "event"), *said = import_text(line, "unit");
	double value = perf_number(line, "counter-value"), pct = import_number(line, "variance");
	struct import_unit unit = import_unit(said ? said : "");
	struct metric_kind kind = { event, unit.unit, false };
	double half;

	/* "<not counted>" */
	if (!event || isnan(value))
		return;
	if (strcmp(event, "duration_time") == 0)
		kind = metric_time;
	value *= unit.factor;
	/* Of the mean, in percent, where -r repeats. */
	half = 1.96 * value * pct / 100;
	import->is_beside = !perf_is_judged(event);
	import_interval(
		import, benchmark, &kind, (const double[]){ value, value - half, value + half });
}

static int perf_read(struct import *import, struct error *err)
{
	const char *at = import->text;
	struct json *line;
	char room[256];
	const char *name = import_file_name(import, room, sizeof room);

	while ((line = import_next_json(&at, err))) {
		perf_add(import, name, line);
		json_free(line);
	}
	return err->kind == ERR_NONE ? 0 : -1;
}

const struct import_format import_perf_stat = {
	.name = "perf-stat",
	.title = "perf stat -j",
	.shape = IMPORT_LINES,
	.marks = { "\"counter-value\"", "\"event\"" },
	.read = perf_read,
	.values =
		"each event under its name, with the variation of -r as its interval; duration_time "
		"is the time; instructions and task-clock are judged, others beside them",
	.more = "perf stat -r 20 -e duration_time,instructions gives intervals",
};
