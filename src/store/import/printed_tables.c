/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables for people, in Markdown or drawn: tinybench's, nanobench's; and mitata's lines. */
#include "store/import/rows.h"

#include "base/str.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define MAX_CELLS 24
#define MAX_CELL 256

/* The cells of a line, without what frames them. */
struct cells {
	char items[MAX_CELLS][MAX_CELL];
	size_t nr;
};

static const char *next_bar(const char *at)
{
	const char *plain = strchr(at, '|'), *drawn = strstr(at, "│");

	return !plain || (drawn && drawn < plain) ? drawn : plain;
}

/* Blanks, quotes and backticks stand around what a cell has. */
static void add_cell(struct cells *cells, const char *from, const char *to)
{
	if (cells->nr == MAX_CELLS)
		return;
	while (from < to && strchr(" \t'`\"", *from))
		from++;
	while (to > from && strchr(" \t'`\"", to[-1]))
		to--;
	snprintf(cells->items[cells->nr++], MAX_CELL, "%.*s",
		(int)(to - from < MAX_CELL ? to - from : MAX_CELL - 1), from);
}

/* False: it is no row. */
static bool cells_of(const char *line, struct cells *cells)
{
	const char *at = next_bar(line), *end;

	cells->nr = 0;
	for (; at && (end = next_bar(at + 1)); at = end)
		add_cell(cells, at + (*at == '|' ? 1 : strlen("│")), end);
	/* nanobench's rows have no bar at their end. */
	if (at && at[1])
		add_cell(cells, at + (*at == '|' ? 1 : strlen("│")), at + strlen(at));
	return cells->nr > 2;
}

/* Which column is what; SIZE_MAX: there is none. */
struct heading {
	size_t name, value, margin, error;
	double factor; /* of the value, to ns */
};

/* "ns/op" of nanobench, "Latency avg (ns)" of tinybench; 0: it is no time. */
static double factor_of(const char *heading)
{
	const char *from = strrchr(heading, '(');
	bool is_tinybench =
		str_starts(heading, "Latency av") || str_starts(heading, "Average Time");
	char unit[8];
	size_t len;

	if (from ? !is_tinybench : !strchr(heading, '/'))
		return 0;
	from = from ? from + 1 : heading;
	len = strcspn(from, ")/");
	if (len >= sizeof unit)
		return 0;
	memcpy(unit, from, len);
	unit[len] = '\0';
	return import_is_time(unit) ? import_unit(unit).factor : 0;
}

static bool find_heading(const struct cells *cells, struct heading *heading)
{
	struct heading found = { SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX, 0 };

	for (size_t i = 0; i < cells->nr; i++) {
		const char *cell = cells->items[i];
		double factor = factor_of(cell);

		if (strcasecmp(cell, "Task name") == 0 || strcmp(cell, "benchmark") == 0)
			found.name = i;
		else if (strcmp(cell, "Margin") == 0 || strcmp(cell, "err%") == 0)
			found.margin = i;
		else if (strcmp(cell, "Error") == 0)
			found.error = i;
		else if (factor > 0 && found.value == SIZE_MAX)
			found = (struct heading){ found.name, i, found.margin, found.error,
				factor };
	}
	if (found.name == SIZE_MAX || found.value == SIZE_MAX)
		return false;
	*heading = found;
	return true;
}

/* "±20.50%", "63768 ± 4.02%" */
static double margin_pct(const char *cell)
{
	const char *at = strstr(cell, "±");
	double pct;

	at = at ? at + strlen("±") : cell;
	at += strspn(at, " ");
	return import_take_number(&at, &pct) && *at == '%' ? pct : (double)NAN;
}

/* Has it a letter or a digit? A line that is drawn has none. */
static bool holds_word(const char *cell)
{
	for (; *cell; cell++)
		if (isalnum((unsigned char)*cell))
			return true;
	return false;
}

/* Should there be a margin, and it is none? */
static bool is_bad_margin(const char *cell, double pct)
{
	return pct < 0 ||
		(isnan(pct) && !strstr(cell, "NaN") && (strchr(cell, '%') || strstr(cell, "±")));
}

/* "---", ":---", and a drawn line have no number where the value stands. */
static bool add_table_row(
	struct import *import, const struct heading *heading, const struct cells *cells)
{
	const char *at, *margin;
	double value, pct, half;
	bool failed;

	if (heading->name >= cells->nr || !holds_word(cells->items[heading->name]))
		return true;
	if (heading->value >= cells->nr)
		return false;
	at = cells->items[heading->value];
	failed = heading->error < cells->nr && *cells->items[heading->error];
	if (failed)
		import_fault(import, cells->items[heading->name], RESULT_EXITED,
			cells->items[heading->error]);
	if (!import_take_number(&at, &value)) {
		bool has_none = str_starts(at, "NaN") || str_starts(at, "N/A");

		if (!failed && has_none)
			import_fault(import, cells->items[heading->name], RESULT_EXITED,
				"the table has no time of it");
		return failed || has_none;
	}
	margin = cells->items[heading->margin < cells->nr ? heading->margin : heading->value];
	pct = margin_pct(margin);
	if (is_bad_margin(margin, pct))
		return false;
	value *= heading->factor;
	half = value * pct / 100;
	if (strcmp(import->input->format->name, "nanobench-table") == 0)
		half *= 2;
	import_interval(import, cells->items[heading->name], &metric_time,
		(const double[]){ value, value - half, value + half });
	return true;
}

static int table_lines_read(struct import *import, struct error *err)
{
	struct import_line line = { .at = import->text };
	struct heading heading = { SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX, 0 };
	struct cells cells;

	while (import_next_line(&line))
		if (cells_of(line.text, &cells) && !find_heading(&cells, &heading) &&
			heading.name != SIZE_MAX && !add_table_row(import, &heading, &cells))
			return import_bad_line(
				&line, "a name, and a time such as 2611.3 ± 1.20%", err);
	return 0;
}

const struct import_format import_tinybench_table = {
	.name = "tinybench-table",
	.title = "tinybench, console.table of bench.table(), or as Markdown",
	.shape = IMPORT_TEXT,
	.marks = { "Task Name|Task name", "Latency av|Average Time", "Samples" },
	.read = table_lines_read,
	.values = "the mean latency and its margin, as an interval",
	.more = "JSON.stringify(bench.tasks.map(({ name, result }) => ({ name, result }))) has more",
};

const struct import_format import_nanobench_table = {
	.name = "nanobench-table",
	.title = "nanobench, what it prints",
	.shape = IMPORT_TEXT,
	.marks = { " err% ", " total ", " benchmark", "-:" },
	.read = table_lines_read,
	.values = "the median, with twice its relative error as its interval",
	.more = "the json template has the samples",
};

/* "236.09 ns/iter" in a line, and where the number begins; below 0 where it is none. NULL: there is
 * nothing of the kind. */
static const char *find_per_iteration(const char *line, double *value_ns)
{
	const char *end = strstr(line, "/iter"), *at = end;
	char unit[8];
	double value;

	if (!end)
		return NULL;
	while (at > line && at[-1] != ' ')
		at--;
	snprintf(unit, sizeof unit, "%.*s", (int)(end - at < 7 ? end - at : 7), at);
	while (at > line && at[-1] == ' ')
		at--;
	while (at > line && strchr("0123456789.,'", at[-1]))
		at--;
	line = at;
	if (!import_is_time(unit))
		return NULL;
	*value_ns = import_take_number(&line, &value) ? value * import_unit(unit).factor : -1;
	return at;
}

/* Behind the name of a benchmark that failed; NULL: none did. */
static const char *find_error(const char *line, const char **reason)
{
	static const char mark[] = " error: ";
	const char *at = strstr(line, mark);

	*reason = at ? at + strlen(mark) : NULL;
	return at;
}

/* Without what frames a cell in Markdown. */
static void name_mitata(const char *group, const char *from, const char *to, struct buf *name)
{
	while (from < to && strchr("| `", *from))
		from++;
	while (to > from && strchr("| `", to[-1]))
		to--;
	buf_clear(name);
	if (from < to)
		buf_addf(name, "%s%s%.*s", group, *group ? " > " : "", (int)(to - from), from);
}

/* A group's name stands above its benchmarks, behind a bullet. */
static void find_group(const char *line, char *group, size_t room)
{
	static const char bullet[] = "• ";
	const char *start = str_starts(line, "| ") ? line + 2 : line, *end;

	if (!str_starts(start, bullet))
		return;
	start += strlen(bullet);
	end = start + strcspn(start, "|");
	while (end > start && end[-1] == ' ')
		end--;
	snprintf(group, room, "%.*s", (int)(end - start < 120 ? end - start : 120), start);
}

static int mitata_text_read(struct import *import, struct error *err)
{
	struct import_line line = { .at = import->text };
	char group[128] = "";
	struct buf name = BUF_INIT;
	int rc = 0;

	while (!rc && import_next_line(&line)) {
		double value_ns = 0;
		const char *reason = NULL, *end = find_per_iteration(line.text, &value_ns);
		size_t len = strlen(line.text);

		if (len > 2 && strcmp(line.text + len - 2, " |") == 0)
			line.text[len - 2] = '\0';
		find_group(line.text, group, sizeof group);
		if (!end)
			end = find_error(line.text, &reason);
		if (!end)
			continue;
		if (value_ns < 0)
			rc = import_bad_line(&line, "name 236.09 ns/iter", err);
		name_mitata(group, line.text, end, &name);
		if (name.len && reason)
			import_fault(import, name.data, RESULT_EXITED, reason);
		else if (name.len)
			import_sample(import, name.data, &metric_time, value_ns);
	}
	buf_release(&name);
	return rc;
}

const struct import_format import_mitata_text = {
	.name = "mitata-text",
	.title = "mitata, what it prints, or format: 'markdown'",
	.shape = IMPORT_TEXT,
	.marks = { "/iter", "(min … max)|/iter` |", "runtime: " },
	.read = mitata_text_read,
	.values = "the mean, a single value",
	.more = "run({ format: 'json' }) has the samples",
};
