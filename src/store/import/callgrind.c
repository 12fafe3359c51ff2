/* SPDX-License-Identifier: GPL-3.0-or-later */
/* callgrind.out.PID of valgrind, and other files in that format. */
#include "store/import/rows.h"

#include "base/str.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define CALLGRIND_EVENTS 32

struct callgrind {
	struct import *import;
	char name[1024];
	char events[CALLGRIND_EVENTS][64];
	double sums[CALLGRIND_EVENTS];   /* of the lines */
	double totals[CALLGRIND_EVENTS]; /* as the file says them */
	size_t nr_events, nr_positions;
	bool has_totals, after_call;
};

static void callgrind_words(struct callgrind *state, const char *at)
{
	at += strspn(at, " \t");
	state->nr_events = 0;
	while (state->nr_events < CALLGRIND_EVENTS &&
		import_take_word(&at, state->events[state->nr_events], sizeof *state->events))
		state->nr_events++;
}

static bool callgrind_totals(struct callgrind *state, const char *at)
{
	double value;

	at += strspn(at, " \t");
	for (size_t i = 0; i < state->nr_events && import_take_number(&at, &value); i++)
		state->totals[i] = value;
	state->has_totals = true;
	return !*at;
}

/* Positions, then costs; what is behind "calls=" is that of the function that is called. */
static bool callgrind_costs(struct callgrind *state, const char *at)
{
	char position[64];
	double value;

	if (state->after_call) {
		state->after_call = false;
		return true;
	}
	for (size_t i = 0; i < state->nr_positions; i++)
		import_take_word(&at, position, sizeof position);
	for (size_t i = 0; i < state->nr_events && import_take_number(&at, &value); i++)
		state->sums[i] += value;
	return !*at;
}

static int callgrind_version(const char *at, size_t line, struct error *err)
{
	const char *rest = at += strspn(at, " \t");
	double version;

	if (import_take_number(&rest, &version) && version == 1)
		return 0;
	return error_set(
		err, ERR_USAGE, "line %zu: version '%.20s' is not known; it must be 1", line, at);
}

static int callgrind_line(
	struct callgrind *state, const struct import_line *line, struct error *err)
{
	const char *text = line->text;
	bool is_read = true;

	if (str_starts(text, "version:"))
		return callgrind_version(text + 8, line->nr, err);
	if (str_starts(text, "cmd:"))
		snprintf(state->name, sizeof state->name, "%s", text + 4 + strspn(text + 4, " "));
	else if (str_starts(text, "events:"))
		callgrind_words(state, text + 7);
	else if (str_starts(text, "positions:"))
		state->nr_positions = strstr(text, "instr") && strstr(text, "line") ? 2 : 1;
	else if (str_starts(text, "summary:"))
		is_read = callgrind_totals(state, text + 8);
	else if (str_starts(text, "totals:"))
		is_read = callgrind_totals(state, text + 7);
	else if (str_starts(text, "calls="))
		state->after_call = true;
	else if (isdigit((unsigned char)*text) || *text == '+' || *text == '-' || *text == '*')
		is_read = callgrind_costs(state, text);
	else
		is_read = !*text || *text == '#' || strpbrk(text, "=:");
	return is_read ? 0 : import_bad_line(line, "a line and its costs: 16 400", err);
}

static int callgrind_read(struct import *import, struct error *err)
{
	struct callgrind state = { .import = import, .nr_positions = 1 };
	struct import_line line = { .at = import->text };
	char name[256];

	while (import_next_line(&line))
		if (callgrind_line(&state, &line, err))
			return -1;
	if (!state.nr_events)
		return error_set(err, ERR_USAGE, "there is no line that begins with 'events:'");
	import->is_count = true;
	for (size_t i = 0; i < state.nr_events; i++) {
		const struct metric_kind kind = { state.events[i], "", false };

		import->is_beside = i > 0;
		import_sample(import,
			*state.name ? state.name : import_file_name(import, name, sizeof name),
			&kind, state.has_totals ? state.totals[i] : state.sums[i]);
	}
	return 0;
}

static bool callgrind_fits(const char *text, size_t len)
{
	(void)len;
	return str_starts(text, "events:") || strstr(text, "\nevents:");
}

const struct import_format import_callgrind = {
	.name = "callgrind",
	.title = "callgrind.out files",
	.shape = IMPORT_TEXT,
	.marks = { "events:", "fn=|# callgrind format" },
	.fits = callgrind_fits,
	.read = callgrind_read,
	.values = "the totals of the events, as counts: the first is judged, the others beside it",
};
