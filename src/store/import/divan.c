/* SPDX-License-Identifier: GPL-3.0-or-later */
/* divan: the tree that `cargo bench` prints. */
#include "store/import/rows.h"

#include "base/buf.h"
#include "base/str.h"

#include <stdio.h>
#include <string.h>

#define BAR "\xe2\x94\x82"    /* between the columns, and before branches */
#define BRANCH "\xe2\x94\x9c" /* of the tree */
#define LAST "\xe2\x95\xb0"   /* the last of a branch */
#define DIVAN_DEPTH 16

struct divan {
	struct import *import;
	char names[DIVAN_DEPTH][256]; /* of the branches that lead here */
};

/* How deep a branch is; -1: this line is none. *at is set to its name. */
static int divan_depth(const char *line, const char **at)
{
	int depth = 1;

	for (*at = line; **at == ' ' || str_starts(*at, BAR);) {
		bool is_bar = **at != ' ';

		*at += is_bar ? strlen(BAR) : 1;
		if (is_bar || str_starts(*at, "  "))
			*at += strspn(*at, " ") > 2 ? 2 : strspn(*at, " ");
		depth++;
	}
	if (!str_starts(*at, BRANCH) && !str_starts(*at, LAST))
		return -1;
	*at += strlen(BRANCH);
	while (**at && (**at == ' ' || (unsigned char)**at >= 0x80))
		(*at)++;
	return depth;
}

/* "27.83 ms" at the start of a column. */
static bool divan_time(const char **at, double *value_ns)
{
	char unit[16];
	struct import_unit known;

	*at += strspn(*at, " \t");
	if (!import_take_number(at, value_ns) || !import_take_word(at, unit, sizeof unit))
		return false;
	known = import_unit(unit);
	*value_ns *= known.factor;
	return strcmp(known.unit, "ns") == 0;
}

static void divan_full_name(const struct divan *divan, int depth, struct buf *name)
{
	for (int i = 0; i <= depth; i++)
		if (*divan->names[i])
			buf_addf(name, "%s%s", name->len ? "::" : "", divan->names[i]);
}

/* fastest, slowest, median, mean, with bars between them */
static bool divan_columns(const char *at, double columns[4])
{
	for (int i = 0; i < 4; i++) {
		if (!divan_time(&at, &columns[i]))
			return false;
		at += strspn(at, " \t");
		if (i < 3 && !str_starts(at, BAR))
			return false;
		at += i < 3 ? strlen(BAR) : 0;
	}
	return true;
}

/* A name may have blanks in it; two of them end it. */
static size_t divan_name_len(const char *at)
{
	const char *end = strstr(at, "  "), *bar = strstr(at, BAR);

	if (bar && (!end || bar < end))
		end = bar;
	return end ? (size_t)(end - at) : strlen(at);
}

/* Has a row anything in its columns? */
static bool divan_has_columns(const char *at)
{
	while (*at == ' ' || str_starts(at, BAR))
		at += *at == ' ' ? 1 : strlen(BAR);
	return *at != '\0';
}

static bool divan_branch(struct divan *divan, int depth, const char *at)
{
	size_t len = divan_name_len(at);
	struct buf name = BUF_INIT;
	double columns[4];
	bool is_read = true;

	snprintf(divan->names[depth], sizeof divan->names[depth], "%.*s", (int)len, at);
	for (size_t i = strlen(divan->names[depth]); i && divan->names[depth][i - 1] == ' '; i--)
		divan->names[depth][i - 1] = '\0';
	divan_full_name(divan, depth, &name);
	if (divan_columns(at + len, columns)) {
		import_interval(divan->import, name.data, &metric_time,
			(const double[]){ columns[3], columns[0], columns[1] });
		import_interval(divan->import, name.data, &metric_typical,
			(const double[]){ columns[2], columns[0], columns[1] });
	} else if (strstr(at + len, "(ignored)")) {
		import_fault(divan->import, name.data, RESULT_NOT_MEASURED, "divan ignored it");
	} else {
		is_read = !divan_has_columns(at + len);
	}
	buf_release(&name);
	return is_read;
}

/* "bench_build   fastest | slowest | ..." */
static void divan_heading(struct divan *divan, const char *line)
{
	snprintf(divan->names[0], sizeof divan->names[0], "%.*s", (int)strcspn(line, " \t"), line);
	divan->import->process++;
}

static int divan_read(struct import *import, struct error *err)
{
	struct divan divan = { .import = import };
	struct import_line line = { .at = import->text };

	while (import_next_line(&line)) {
		const char *at;
		int depth = divan_depth(line.text, &at);

		if (strstr(line.text, "fastest") && strstr(line.text, "slowest"))
			divan_heading(&divan, line.text);
		else if (depth > 0 && depth < DIVAN_DEPTH && !divan_branch(&divan, depth, at))
			return import_bad_line(&line,
				"name 27.8 ms " BAR " 30.5 ms " BAR " 28.2 ms " BAR " 28.4 ms",
				err);
	}
	return 0;
}

const struct import_format import_divan = {
	.name = "divan",
	.title = "divan, what cargo bench prints",
	.shape = IMPORT_TEXT,
	.marks = { "fastest", "slowest", "median", "mean", BAR },
	.read = divan_read,
	.values =
		"the mean and the median, with the fastest and the slowest sample as their interval",
};
