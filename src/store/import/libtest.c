/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rust's test harness: the lines of `cargo bench`, which criterion writes with --output-format
 * bencher, too. */
#include "store/import/rows.h"

#include "base/str.h"

#include <stdio.h>
#include <string.h>

#define LIBTEST_RESULT " ... "

/* "  18,794.12 ns/iter (+/- 440.25) = 12 MB/s" */
static bool libtest_numbers(struct import *import, const char *name, const char *at)
{
	double value, spread = -1;
	char unit[32];
	struct import_unit known;

	at += strspn(at, " \t");
	if (!import_take_number(&at, &value) || !import_take_word(&at, unit, sizeof unit))
		return false;
	unit[strcspn(unit, "/")] = '\0';
	known = import_unit(unit);
	if (strcmp(known.unit, "ns") != 0)
		return false;
	if (str_starts(at, "(+/- ")) {
		at += strlen("(+/- ");
		if (!import_take_number(&at, &spread) || spread < 0 || *at != ')')
			return false;
	}
	value *= known.factor;
	spread *= known.factor;
	import_interval(import, name, &metric_time,
		(const double[]){ value, value - spread, value + spread });
	return true;
}

static int libtest_line(struct import *import, const struct import_line *line, struct error *err)
{
	const char *text = line->text, *result = strstr(text, LIBTEST_RESULT);
	char name[1024];

	if (str_starts(text, "running ") && strstr(text, " test"))
		import->process++;
	if (!str_starts(text, "test ") || !result)
		return 0;
	snprintf(name, sizeof name, "%.*s", (int)(result - text) - 5, text + 5);
	for (size_t len = strlen(name); len && name[len - 1] == ' '; len--)
		name[len - 1] = '\0';
	result += strlen(LIBTEST_RESULT);
	if (str_starts(result, "bench:") ? !libtest_numbers(import, name, result + strlen("bench:"))
					 : !*result && !*line->at)
		return import_bad_line(line, "test name ... bench: 1,234 ns/iter (+/- 56)", err);
	if (str_starts(result, "FAILED"))
		import_fault(import, name, RESULT_EXITED, "cargo bench says FAILED");
	return 0;
}

static int libtest_read(struct import *import, struct error *err)
{
	struct import_line line = { .at = import->text };

	while (import_next_line(&line))
		if (libtest_line(import, &line, err))
			return -1;
	return 0;
}

const struct import_format import_libtest = {
	.name = "libtest",
	.title = "cargo bench (libtest), and criterion --output-format bencher",
	.shape = IMPORT_TEXT,
	.marks = { "test ", " ... bench:|... FAILED", "/iter|running " },
	.read = libtest_read,
	.values = "the median, with the range that follows as its interval",
};
