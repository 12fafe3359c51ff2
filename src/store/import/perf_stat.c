/* SPDX-License-Identifier: GPL-3.0-or-later */
/* perf stat: -j, -x, and what it prints for people. */
#include "store/import/rows.h"

#include "base/csv.h"
#include "base/str.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static bool perf_is_judged(const char *event)
{
	return str_starts(event, "duration_time") || str_starts(event, "instructions") ||
		str_starts(event, "task-clock");
}

/* Its number is a text, with the separators of the user's language. */
static double perf_number(struct import *import, const struct json *line, const char *name)
{
	const char *text = import_text(line, name);
	double number;

	/* "<not counted>", "<not supported>" */
	if (text && *text == '<')
		return NAN;
	if (text && import_take_number(&text, &number) && !*text)
		return number;
	return import_number(import, line, name);
}

/* What perf says of an event, in whatever spelling. */
struct perf_event {
	const char *name, *unit; /* or NULL */
	double value, pct;       /* NaN: not said */
};

static void perf_add(struct import *import, const char *benchmark, const struct perf_event *event)
{
	struct import_unit unit = import_unit(event->unit ? event->unit : "");
	struct metric_kind kind = { event->name, unit.unit, false };
	double value = event->value * unit.factor, half;

	/* "<not counted>" */
	if (!event->name || isnan(value))
		return;
	if (strcmp(event->name, "duration_time") == 0)
		kind = metric_time;
	/* Of the mean, in percent, where -r repeats. */
	half = 1.96 * value * event->pct / 100;
	import->is_beside = !perf_is_judged(event->name);
	import_interval(
		import, benchmark, &kind, (const double[]){ value, value - half, value + half });
}

static int perf_read(struct import *import, struct error *err)
{
	const char *at = import->text;
	struct json *line;
	char room[256];
	const char *name = import_file_name(import, room, sizeof room);

	while ((line = import_next_json(import, &at, err))) {
		perf_add(import, name,
			&(struct perf_event){ import_text(line, "event"), import_text(line, "unit"),
				perf_number(import, line, "counter-value"),
				import_number(import, line, "variance") });
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

/* The value, its unit, the event, and where -r repeats its variation: "0.15%". */
static int perf_row(
	struct import *import, const char *benchmark, const struct csv *csv, struct error *err)
{
	const char *value = csv_field(csv, 0), *pct = csv_field(csv, 3);
	struct perf_event event = { csv_field(csv, 2), csv_field(csv, 1), NAN, NAN };

	if (!event.name || !*event.name || *value == '<')
		return 0;
	if (!import_take_number(&value, &event.value) || *value ||
		(pct && *pct && !import_take_number(&pct, &event.pct)))
		return error_set(err, ERR_IO,
			"line %zu: the row of %.100s cannot be read; expected: 1002.35,msec,%.100s,0.15%%",
			csv->line, event.name, event.name);
	if (!pct || *pct != '%')
		event.pct = NAN;
	perf_add(import, benchmark, &event);
	return 0;
}

static int perf_csv_read(struct import *import, struct error *err)
{
	struct csv csv;
	char room[256];
	const char *name = import_file_name(import, room, sizeof room), *text = import->text;
	int rc = 0;

	/* The first line tells which the separator is. */
	while (*text == '#' || isspace((unsigned char)*text))
		text += *text == '#' ? strcspn(text, "\n") : 1;
	csv_open(&csv, text);
	while (!rc && csv_next(&csv))
		rc = perf_row(import, name, &csv, err);
	csv_release(&csv);
	return rc;
}

/* Its first row has a number, or why there is none, and an event in the third field. */
static bool perf_csv_fits(const char *text, size_t len)
{
	const char *first = text, *event;
	struct csv csv;
	bool fits;

	(void)len;
	while (*first == '#' || isspace((unsigned char)*first))
		first += *first == '#' ? strcspn(first, "\n") : 1;
	if (!isdigit((unsigned char)*first) && *first != '<')
		return false;
	csv_open(&csv, first);
	event = csv_next(&csv) ? csv_field(&csv, 2) : NULL;
	fits = event && isalpha((unsigned char)*event) && csv.fields.nr >= 5;
	csv_release(&csv);
	return fits;
}

const struct import_format import_perf_stat_csv = {
	.name = "perf-stat-csv",
	.title = "perf stat -x,",
	.shape = IMPORT_TEXT,
	.marks = { "task-clock|cycles|instructions|duration_time|cpu-clock|page-faults" },
	.fits = perf_csv_fits,
	.read = perf_csv_read,
	.values = "as perf-stat",
	.more = "perf stat -r 20 -e duration_time,instructions gives intervals",
};

static bool perf_is_row(const char *text)
{
	return strstr(text, " # ") || strstr(text, "( +-") || strstr(text, "time elapsed");
}

/* "  1,002.35 msec task-clock  # ...  ( +-  0.15% )", "  1.00447 +- 0.00151 seconds time elapsed"
 */
static bool perf_line(struct import *import, const char *benchmark, const char *text)
{
	const char *at = text + strspn(text, " \t"), *variation = strstr(at, "( +-");
	char unit[32] = "", name[128];
	struct perf_event event = { name, NULL, NAN, NAN };
	double ignored;

	/* "<not counted>"; and what has neither a rate nor a variation is no row. */
	if (*at == '<' || *at == '#' || (!isdigit((unsigned char)*at) && !perf_is_row(at)))
		return true;
	if (!import_take_number(&at, &event.value))
		return !perf_is_row(at);
	if (str_starts(at, "+-")) {
		at += 2 + strspn(at + 2, " ");
		if (!import_take_number(&at, &ignored))
			return false;
	}
	if (str_starts(at, "seconds ") || str_starts(at, "msec ") || str_starts(at, "Joules ")) {
		if (!import_take_word(&at, unit, sizeof unit))
			return false;
		event.unit = unit;
	}
	if (str_starts(at, "time elapsed"))
		snprintf(name, sizeof name, "duration_time");
	else if (!import_take_word(&at, name, sizeof name))
		return false;
	if (variation) {
		variation += strlen("( +-") + strspn(variation + strlen("( +-"), " ");
		if (!import_take_number(&variation, &event.pct) || event.pct < 0 ||
			*variation != '%')
			return false;
	}
	perf_add(import, benchmark, &event);
	return true;
}

static int perf_text_read(struct import *import, struct error *err)
{
	static const char start[] = "Performance counter stats for ";
	struct import_line line = { .at = import->text };
	char benchmark[512] = "";

	while (import_next_line(&line)) {
		const char *at = strstr(line.text, start);

		if (!at && *benchmark && !perf_line(import, benchmark, line.text))
			return import_bad_line(
				&line, "1,002.35 msec task-clock # ... ( +- 0.15% )", err);
		if (!at)
			continue;
		at += strlen(start) + (at[strlen(start)] == '\'');
		snprintf(benchmark, sizeof benchmark, "%.*s", (int)strcspn(at, "'"), at);
		import->process++;
	}
	return 0;
}

const struct import_format import_perf_stat_text = {
	.name = "perf-stat-text",
	.title = "perf stat, what it prints",
	.shape = IMPORT_TEXT,
	.marks = { "Performance counter stats for ", " time elapsed" },
	.read = perf_text_read,
	.values = "as perf-stat; several in a file are processes",
	.more = "perf stat -r 20 gives intervals",
};
