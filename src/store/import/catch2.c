/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Catch2: --reporter xml, and what its console reporter prints. */
#include "store/import/rows.h"

#include "base/str.h"
#include "store/import/tags.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct catch2 {
	struct import *import;
	struct buf test, name; /* of the test case, and of the benchmark that is open */
	double samples, mean;
};

/* Another test case may have a benchmark of that name. */
static void catch2_name(struct catch2 *state, const struct tag *tag)
{
	struct buf said = BUF_INIT;

	tags_attribute(tag, "name", &said);
	buf_clear(&state->name);
	if (run_find(state->import->run, said.data))
		buf_addf(&state->name, "%s: ", state->test.data);
	buf_adds(&state->name, said.data);
	state->samples = import_tag_number(state->import, tag, "samples");
	state->mean = NAN;
	buf_release(&said);
}

static void catch2_tag(struct catch2 *state, const struct tag *tag)
{
	struct buf reason = BUF_INIT;

	if (tag->is_end) {
		if (strcmp(tag->name, "BenchmarkResults") == 0)
			buf_clear(&state->name);
	} else if (strcmp(tag->name, "TestCase") == 0) {
		tags_attribute(tag, "name", &state->test);
	} else if (strcmp(tag->name, "BenchmarkResults") == 0) {
		catch2_name(state, tag);
	} else if (strcmp(tag->name, "mean") == 0) {
		state->mean = import_tag_number(state->import, tag, "value");
		if (isnan(state->mean) && state->name.len)
			import_fault(state->import, state->name.data, RESULT_EXITED,
				"the file has no mean of it");
	} else if (strcmp(tag->name, "standardDeviation") == 0 && state->name.len) {
		import_mean(state->import, state->name.data, &metric_time,
			(struct digest){ state->mean,
				import_tag_number(state->import, tag, "value"),
				state->samples >= 2 && state->samples < 1e15
					? (uint64_t)state->samples
					: 0 });
	} else if (strcmp(tag->name, "failed") == 0 && state->name.len) {
		tags_attribute(tag, "message", &reason);
		import_fault(state->import, state->name.data, RESULT_EXITED, reason.data);
	}
	buf_release(&reason);
}

static int catch2_read(struct import *import, struct error *err)
{
	struct catch2 state = { .import = import, .test = BUF_INIT, .name = BUF_INIT };
	struct tag tag = { .at = import->text };

	if (tags_check(import->text, import->len, err))
		return -1;
	while (tags_next(&tag))
		catch2_tag(&state, &tag);
	buf_release(&state.name);
	buf_release(&state.test);
	return 0;
}

const struct import_format import_catch2 = {
	.name = "catch2",
	.title = "Catch2, --reporter xml",
	.shape = IMPORT_TEXT,
	.marks = { "<Catch", "<BenchmarkResults", "<mean" },
	.read = catch2_read,
	.values = "the mean, its deviation and its count, of one process",
};

/* Three times in columns of their own. */
static bool catch2_times(const char *at, double values[3])
{
	for (int i = 0; i < 3; i++) {
		char unit[16];

		at += strspn(at, " \t");
		if (!import_take_number(&at, &values[i]) ||
			!import_take_word(&at, unit, sizeof unit) || !import_is_time(unit))
			return false;
		values[i] *= import_unit(unit).factor;
	}
	return true;
}

/* What a table has next: a benchmark's name with its plan, its means, its deviations. */
enum catch2_row {
	CATCH2_NAME,
	CATCH2_MEANS,
	CATCH2_DEVIATIONS,
};

struct catch2_table {
	struct import *import;
	bool is_open, has_rows; /* behind its headings; and behind the line below them */
	enum catch2_row next;
	char name[1024];
	double samples, means[3];
};

/* The columns behind a name; NULL: the line has fewer than two. */
static const char *catch2_columns(const char *text)
{
	const char *at = strstr(text, "   "), *second;

	if (!at)
		return NULL;
	at += strspn(at, " ");
	second = strstr(at, "   ");
	return second && second[strspn(second, " ")] ? at : NULL;
}

/* "name   100   208   7.1968 ms": samples, iterations, and how long it will take. A long name has
 * lines of its own. */
static bool catch2_heading(struct catch2_table *table, const char *text)
{
	const char *at = catch2_columns(text);
	size_t len = strcspn(text, " ") ? strlen(text) : 0, used = strlen(table->name);
	double iterations;

	if (at && len)
		len = (size_t)(strstr(text, "   ") - text);
	if (len)
		snprintf(table->name + used, sizeof table->name - used, "%s%.*s", used ? " " : "",
			(int)len, text);
	if (!at)
		return true;
	table->next = CATCH2_MEANS;
	return *table->name && import_take_number(&at, &table->samples) &&
		import_take_number(&at, &iterations);
}

static bool catch2_row(struct catch2_table *table, const char *text)
{
	double deviations[3];

	if (table->next == CATCH2_NAME)
		return catch2_heading(table, text);
	if (strstr(text, "failed")) {
		import_fault(table->import, table->name, RESULT_EXITED, text);
	} else if (table->next == CATCH2_MEANS) {
		table->next = CATCH2_DEVIATIONS;
		return catch2_times(text, table->means);
	} else if (catch2_times(text, deviations)) {
		import_mean(table->import, table->name, &metric_time,
			(struct digest){ table->means[0], deviations[0],
				table->samples >= 2 && table->samples < 1e15
					? (uint64_t)table->samples
					: 0 });
	} else {
		return false;
	}
	*table->name = '\0';
	table->next = CATCH2_NAME;
	return true;
}

static int catch2_text_read(struct import *import, struct error *err)
{
	struct catch2_table table = { .import = import };
	struct import_line line = { .at = import->text };

	while (import_next_line(&line)) {
		const char *text = line.text;

		if (strstr(text, "high std dev")) {
			table = (struct catch2_table){ .import = import, .is_open = true };
		} else if (str_starts(text, "-----") || str_starts(text, "=====")) {
			table.is_open = table.is_open && !table.has_rows;
			table.has_rows = true;
		} else if (table.is_open && text[strspn(text, " \t")] &&
			!catch2_row(&table, text)) {
			return import_bad_line(&line,
				"'name   100   2   8.37 ms', '41.7 us   41.2 us   42.6 us' twice below it",
				err);
		}
	}
	if (table.is_open && table.next != CATCH2_NAME)
		return import_bad_line(&line, "the figures of a benchmark", err);
	return 0;
}

const struct import_format import_catch2_text = {
	.name = "catch2-text",
	.title = "Catch2, what it prints",
	.shape = IMPORT_TEXT,
	.marks = { "benchmark name", "samples", "low mean", "high mean", "std dev" },
	.read = catch2_text_read,
	.values = "the mean, its deviation and its count, of one process",
	.more = "--reporter xml has more figures",
};
