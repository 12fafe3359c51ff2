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

/* How much of the change in cost is in the lines that it changed. */
static double change_in_lines(
	const struct source_change *change, const struct explanation *explanation)
{
	double sum = 0;

	for (size_t i = 0; i < explanation->lines.nr; i++) {
		const struct explained_line *line = &explanation->lines.items[i];
		bool touched = has_line(change, SIDE_BASE, line->line[SIDE_BASE]) ||
			has_line(change, SIDE_HEAD, line->line[SIDE_HEAD]);

		if (touched && is_in_file(change, line->file))
			sum += line->charge[SIDE_HEAD].of[explanation->event] -
				line->charge[SIDE_BASE].of[explanation->event];
	}
	return sum;
}

static void add_changed_lines(const struct source_change *change, struct buf *out)
{
	enum explanation_side side = change->nr[SIDE_HEAD] ? SIDE_HEAD : SIDE_BASE;
	unsigned last = change->line[side] + change->nr[side] - 1;

	buf_addf(out, "%s:%u", change->file, change->line[side]);
	if (last > change->line[side])
		buf_addf(out, "-%u", last);
}

/* Does git's own line for the function name it? */
static bool names_function(const struct source_change *change, const char *function)
{
	const char *at = strstr(change->context, function);

	return at && function[0] && (at[strlen(function)] == '(' || at[strlen(function)] == ' ');
}

static void add_by_name(const struct source_changes *changes,
	const struct explained_function *culprit, struct buf *out)
{
	size_t nr_in_file = 0;

	for (size_t i = 0; i < changes->nr; i++) {
		const struct source_change *change = &changes->items[i];

		nr_in_file += is_in_file(change, culprit->file);
		if (!names_function(change, culprit->name))
			continue;
		buf_addf(out, "likely cause: %s itself was changed, at ", culprit->name);
		add_changed_lines(change, out);
		return;
	}
	if (nr_in_file)
		buf_addf(out,
			"possible cause: %s was changed in %zu places, none of them in lines of %s "
			"whose cost is known to differ",
			culprit->file, nr_in_file, culprit->name);
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

void source_changes_add_cause(const struct source_changes *changes,
	const struct explanation *explanation, struct buf *out)
{
	size_t culprit = explanation_culprit(explanation), best = COSTS_NONE;
	double whole = explanation->total[SIDE_HEAD].of[explanation->event] -
		explanation->total[SIDE_BASE].of[explanation->event];
	double most = 0;

	if (!changes->nr || culprit == COSTS_NONE)
		return;
	for (size_t i = 0; i < changes->nr; i++) {
		double part = change_in_lines(&changes->items[i], explanation) / whole;

		if (part > most) {
			most = part;
			best = i;
		}
	}
	if (best == COSTS_NONE || most < 0.1) {
		add_by_name(changes, &explanation->functions.items[culprit], out);
		return;
	}
	buf_adds(out, "likely cause: what was changed at ");
	add_changed_lines(&changes->items[best], out);
	buf_addf(out, ", whose lines have %.0f %% of the change", 100 * most);
}

void source_changes_release(struct source_changes *changes)
{
	for (size_t i = 0; i < changes->nr; i++) {
		free(changes->items[i].file);
		free(changes->items[i].context);
	}
	ARRAY_RELEASE(changes);
}
