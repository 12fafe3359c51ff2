/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain/source_changes.h"

#include "base/array.h"
#include "base/str.h"

#include <math.h>
#include <string.h>

#define MAX_CHANGES 20000

/* --- reading -----------------------------------------------------------------------------------
 */

/* "12,3" or "12", which is one line. */
static const char *read_line_range(const char *at, unsigned *line, unsigned *nr)
{
	unsigned values[2] = { 0, 1 };

	for (int i = 0; i < 2; i++) {
		size_t digits = strspn(at, "0123456789");

		if (!digits || digits > 9)
			return NULL;
		values[i] = 0;
		for (size_t k = 0; k < digits; k++)
			values[i] = values[i] * 10 + (unsigned)(at[k] - '0');
		at += digits;
		if (*at != ',')
			break;
		at++;
	}
	*line = values[0];
	*nr = values[1];
	return at;
}

/* git takes any line that begins with a letter for a function's, in a README, too. */
static bool is_code_file(const char *file)
{
	static const char *const suffixes[] = { "c", "h", "cc", "hh", "cpp", "hpp", "cxx", "hxx",
		"c++", "h++", "C", "H", "inc", "inl", "ipp", "tcc", "m", "mm", "s", "S", "asm",
		"cu", "rs", "go", "zig", "d", "nim", "swift", "f", "f90", "F90", "adb", "ads",
		"pas", "java", "kt", "scala", "cs", "py", "pyx", "js", "mjs", "cjs", "ts", "rb",
		"lua", "pl", "php", "ml", "hs", "y", "l", "re" };
	const char *dot = strrchr(str_path_name(file), '.');

	for (size_t i = 0; dot && i < sizeof suffixes / sizeof *suffixes; i++)
		if (strcmp(dot + 1, suffixes[i]) == 0)
			return true;
	return false;
}

/* "@@ -412,3 +415,4 @@ static int parse_number(...)" */
static void read_hunk(
	const char *line, size_t len, const char *file, struct source_changes *changes)
{
	struct source_change change = { .file = NULL };
	const char *end = line + len, *at = line + 4;

	at = read_line_range(at, &change.line[SIDE_BASE], &change.nr[SIDE_BASE]);
	if (!at || !str_starts(at, " +"))
		return;
	at = read_line_range(at + 2, &change.line[SIDE_HEAD], &change.nr[SIDE_HEAD]);
	if (!at || !str_starts(at, " @@"))
		return;
	at += at[3] == ' ' ? 4 : 3;
	change.file = str_dup(file);
	change.context =
		at < end && is_code_file(file) ? mem_copy(at, (size_t)(end - at)) : str_dup("");
	*ARRAY_ADD(changes) = change;
}

/* "--- a/src/x.c", "+++ b/src/x.c"; /dev/null where there is none. */
static void read_file_name(const char *line, size_t len, char **file)
{
	if (len <= 6 || line[4] == '/')
		return;
	free(*file);
	*file = mem_copy(line + 6, len - 6);
}

void source_changes_read(const char *diff, struct source_changes *changes)
{
	char *file = str_dup("");
	/* Lines of a hunk may look like anything. */
	size_t left = 0;

	for (const char *line = diff; *line && changes->nr < MAX_CHANGES;) {
		size_t len = strcspn(line, "\n"), before = changes->nr;

		if (left && (*line == '-' || *line == '+')) {
			left--;
		} else if (str_starts(line, "@@ -")) {
			read_hunk(line, len, file, changes);
			if (changes->nr > before)
				left = (size_t)changes->items[before].nr[SIDE_BASE] +
					changes->items[before].nr[SIDE_HEAD];
		} else if (str_starts(line, "--- ") || str_starts(line, "+++ ")) {
			read_file_name(line, len, &file);
		}
		line += len + (line[len] == '\n');
	}
	free(file);
}

/* --- the likely cause --------------------------------------------------------------------------
 */

static bool is_in_file(const struct source_change *change, const char *file)
{
	return file && strcmp(str_path_name(change->file), file) == 0;
}

static bool has_line(const struct source_change *change, enum explanation_side side, unsigned line)
{
	return line && line >= change->line[side] && line < change->line[side] + change->nr[side];
}

/* Is the one the end of the other, folder by folder? A compiler may know less of a path, or more,
 * than git. */
static bool is_same_path(const char *one, const char *other)
{
	size_t len = strlen(one), other_len = strlen(other);
	const char *longer = len > other_len ? one : other;
	const char *shorter = len > other_len ? other : one;
	size_t more = len > other_len ? len - other_len : other_len - len;

	return strcmp(longer + more, shorter) == 0 && (!more || longer[more - 1] == '/');
}

/* How much of the cost of a side is in the lines that it changed. */
static double cost_in_lines(const struct source_change *change,
	const struct explanation *explanation, enum explanation_side side)
{
	double sum = 0;

	for (size_t i = 0; i < explanation->lines.nr; i++) {
		const struct explained_line *line = &explanation->lines.items[i];
		bool touched = has_line(change, SIDE_BASE, line->line[SIDE_BASE]) ||
			has_line(change, SIDE_HEAD, line->line[SIDE_HEAD]);

		if (touched && is_same_path(change->file, line->path))
			sum += line->charge[side].of[explanation->event];
	}
	return sum;
}

static void add_change_lines(
	const struct source_change *change, enum explanation_side side, struct buf *out)
{
	unsigned last = change->line[side] + change->nr[side] - 1;

	buf_addf(out, "%s:%u", change->file, change->line[side]);
	if (last > change->line[side])
		buf_addf(out, "-%u", last);
}

static void add_changed_lines(const struct source_change *change, struct buf *out)
{
	add_change_lines(change, change->nr[SIDE_HEAD] ? SIDE_HEAD : SIDE_BASE, out);
}

/* Does git's own line for the function name it? */
static bool names_function(const struct source_change *change, const char *function)
{
	const char *at = strstr(change->context, function);

	return at && function[0] && (at[strlen(function)] == '(' || at[strlen(function)] == ' ');
}

/* The first change that git says is in a function; COSTS_NONE: there is none. git names the
 * function that begins before the change, which may have ended. */
static size_t change_of_function(
	const struct source_changes *changes, const char *function, const char *file)
{
	for (size_t i = 0; function && i < changes->nr; i++)
		if (names_function(&changes->items[i], function) &&
			(!file || is_in_file(&changes->items[i], file)))
			return i;
	return COSTS_NONE;
}

/* Of one that only is called more often: where that begins. */
static const struct explained_function *caller_that_changed(
	const struct explanation *explanation, size_t culprit)
{
	const struct explained_call *call = explanation_is_called_more(explanation, culprit)
		? explanation_first_call(explanation, culprit)
		: NULL;

	return call ? &explanation->functions.items[call->from] : NULL;
}

static bool add_by_name(const struct source_changes *changes, const struct explanation *explanation,
	size_t culprit, struct buf *out)
{
	const struct explained_function *said = &explanation->functions.items[culprit];
	const struct explained_function *caller = caller_that_changed(explanation, culprit);
	const struct {
		const char *function, *file, *said;
	} functions[] = {
		{ said->name, said->file, "itself was changed" },
		{ explanation->inlined, explanation->inlined_file, "was changed" },
		{ caller ? caller->name : NULL, caller ? caller->file : NULL,
			"was changed, where the number of calls begins to differ" },
	};

	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
		size_t at = change_of_function(changes, functions[i].function, functions[i].file);

		if (at == COSTS_NONE)
			continue;
		buf_addf(out, "possible cause: %s %s, at ", functions[i].function,
			functions[i].said);
		add_changed_lines(&changes->items[at], out);
		return true;
	}
	return false;
}

static void add_by_file(const struct source_changes *changes,
	const struct explained_function *culprit, struct buf *out)
{
	size_t nr_in_file = 0;

	for (size_t i = 0; i < changes->nr; i++)
		nr_in_file += is_in_file(&changes->items[i], culprit->file);
	if (nr_in_file)
		buf_addf(out,
			"possible cause: %s was changed in %zu %s, none of them in lines of %s "
			"whose cost is known to differ",
			culprit->file, nr_in_file, nr_in_file == 1 ? "place" : "places",
			culprit->name);
	else if (culprit->file)
		buf_addf(out,
			"cause not known: %s was not changed; what it calls or includes, the compiler "
			"or its options may be",
			culprit->file);
	else
		buf_addf(out,
			"cause not known: without debug information (-g) the changes of the sources "
			"cannot be matched with %s",
			culprit->name);
}

/* Smaller parts of the change tell nothing, and those below the second are no more than possible.
 */
#define LEAST_OF_CAUSE 0.1
#define LEAST_OF_LIKELY_CAUSE 0.5

static void add_by_lines(const struct source_change *change, const struct explanation *explanation,
	double part, struct buf *out)
{
	double base = cost_in_lines(change, explanation, SIDE_BASE);
	bool of_base = change->nr[SIDE_BASE] &&
		(!change->nr[SIDE_HEAD] || base > cost_in_lines(change, explanation, SIDE_HEAD));

	buf_addf(out, "%s cause: what was changed at ",
		part >= LEAST_OF_LIKELY_CAUSE ? "likely" : "possible");
	add_change_lines(change, of_base ? SIDE_BASE : SIDE_HEAD, out);
	buf_adds(out, of_base ? " of the base" : "");
	if (part > 1.05)
		buf_adds(out,
			", whose lines have more than all of the change; others make up for it");
	else
		buf_addf(out, ", whose lines have %.0f %% of the change", 100 * part);
}

void source_changes_add_cause(const struct source_changes *changes,
	const struct explanation *explanation, struct buf *out)
{
	size_t culprit = explanation_culprit(explanation), best = COSTS_NONE;
	double most = 0;

	if (!changes->nr || culprit == COSTS_NONE)
		return;
	for (size_t i = 0; i < changes->nr; i++) {
		const struct source_change *change = &changes->items[i];
		double part = (cost_in_lines(change, explanation, SIDE_HEAD) -
				      cost_in_lines(change, explanation, SIDE_BASE)) /
			explanation_total_change(explanation, explanation->event);

		if (part > most) {
			most = part;
			best = i;
		}
	}
	if (best != COSTS_NONE && most >= LEAST_OF_CAUSE)
		add_by_lines(&changes->items[best], explanation, most, out);
	else if (!add_by_name(changes, explanation, culprit, out))
		add_by_file(changes, &explanation->functions.items[culprit], out);
}

void source_changes_release(struct source_changes *changes)
{
	for (size_t i = 0; i < changes->nr; i++) {
		free(changes->items[i].file);
		free(changes->items[i].context);
	}
	ARRAY_RELEASE(changes);
}
