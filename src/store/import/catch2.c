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
	state->samples = tags_number(tag, "samples");
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
		state->mean = tags_number(tag, "value");
	} else if (strcmp(tag->name, "standardDeviation") == 0 && state->name.len) {
		import_mean(state->import, state->name.data, &metric_time,
			(struct digest){ state->mean, tags_number(tag, "value"),
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

/* "name   100   208   7.1968 ms": samples, iterations, and how long it will take */
static bool catch2_heading(const char *text, char name[1024], double *samples)
{
	const char *at = strstr(text, "   ");
	double iterations;

	if (!at || isblank((unsigned char)*text))
		return false;
	snprintf(name, 1024, "%.*s", (int)(at - text), text);
	at += strspn(at, " \t");
	return import_take_number(&at, samples) && import_take_number(&at, &iterations);
}

static int catch2_text_read(struct import *import, struct error *err)
{
	struct import_line line = { .at = import->text };
	char name[1024] = "";
	double samples = NAN, means[3] = { NAN, NAN, NAN }, deviations[3];

	(void)err;
	while (import_next_line(&line)) {
		if (catch2_heading(line.text, name, &samples)) {
			means[0] = NAN;
		} else if (*name && isnan(means[0])) {
			if (!catch2_times(line.text, means))
				means[0] = NAN;
		} else if (*name && catch2_times(line.text, deviations)) {
			import_mean(import, name, &metric_time,
				(struct digest){ means[0], deviations[0],
					samples >= 2 && samples < 1e15 ? (uint64_t)samples : 0 });
			*name = '\0';
		}
	}
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
