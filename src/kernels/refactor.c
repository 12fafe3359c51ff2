/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Renaming in an editor that keeps its text as a piece table: the text as it was read never
 * changes, and the document is a list of pieces of it and of what was typed since. Three names are
 * replaced wherever they stand alone, each in hundreds of places; then the document is written out.
 */
#include <benchgate.h>
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { WORDS = 10000, LONGEST = 16, PIECES = 2 * WORDS, NAMES = 12, RENAMED = 3 };

/* The first three change. Others have one of them inside, to be left alone. */
static const char *const old_names[NAMES] = { "count", "path", "node", "counter", "recount",
	"path_of", "xpath", "nodes", "list", "size", "error", "value" };
static const char *const new_names[NAMES] = { "nr_items", "file", "tree_node", "counter", "recount",
	"path_of", "xpath", "nodes", "list", "size", "error", "value" };

struct piece {
	const char *text;
	size_t size;
};

struct pieces {
	size_t nr;
	struct piece items[PIECES];
};

static char original[WORDS * LONGEST], wanted[WORDS * LONGEST], result[WORDS * LONGEST];
static struct pieces document[2]; /* before and after a rename, by turns */

static uint32_t refactor_draw(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static char *put_text(char *to, const char *text)
{
	while (*text)
		*to++ = *text++;
	return to;
}

/* The same words each time, in the spelling asked for. */
static size_t refactor_write_text(char *to, const char *const spelling[NAMES])
{
	static const char *const between[] = { " ", "->", "(", ";\n\t" };
	const char *start = to;
	uint32_t state = 12;

	for (int i = 0; i < WORDS; i++) {
		to = put_text(to, spelling[refactor_draw(&state) % NAMES]);
		to = put_text(to, between[refactor_draw(&state) % 4]);
	}
	return (size_t)(to - start);
}

static bool is_letter(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Where the name stands alone in the piece; pieces are never cut inside a word. */
static const char *find_name(struct piece in, const char *name, size_t size)
{
	const char *at = in.text, *end = in.text + in.size;

	for (; (at = memchr(at, *name, (size_t)(end - at))); at++) {
		if ((size_t)(end - at) < size)
			return NULL;
		if (!memcmp(at, name, size) && (at == in.text || !is_letter(at[-1])) &&
			(at + size == end || !is_letter(at[size])))
			return at;
	}
	return NULL;
}

static void add_piece(struct pieces *to, const char *text, size_t size)
{
	if (size)
		to->items[to->nr++] = (struct piece){ text, size };
}

static void rename_all(
	const struct pieces *from, struct pieces *to, const char *name, const char *now)
{
	size_t size = strlen(name);

	to->nr = 0;
	for (size_t i = 0; i < from->nr; i++) {
		struct piece rest = from->items[i];

		for (const char *at; (at = find_name(rest, name, size));) {
			add_piece(to, rest.text, (size_t)(at - rest.text));
			add_piece(to, now, strlen(now));
			rest.size -= (size_t)(at + size - rest.text);
			rest.text = at + size;
		}
		add_piece(to, rest.text, rest.size);
	}
}

static size_t write_document(const struct pieces *from, char *to)
{
	size_t size = 0;

	for (size_t i = 0; i < from->nr; i++) {
		memcpy(to + size, from->items[i].text, from->items[i].size);
		size += from->items[i].size;
	}
	return size;
}

BG_BENCH(refactor_operations, BG_STANDARD,
	BG_ABOUT("rename 3 names at 2,500 places of a piece table and write the text out"))
{
	size_t size = refactor_write_text(original, old_names),
	       size_wanted = refactor_write_text(wanted, new_names);
	size_t size_result = 0;

	run->bytes = (double)size;

	BG_LOOP(run) {
		document[0].nr = 0;
		add_piece(&document[0], original, size);
		for (int i = 0; i < RENAMED; i++)
			rename_all(&document[i % 2], &document[(i + 1) % 2], old_names[i],
				new_names[i]);
		size_result = write_document(&document[RENAMED % 2], result);
	}

	if (size_result != size_wanted || memcmp(result, wanted, size_wanted) != 0)
		bg_fail(run, "the text is not the one written with the new names");
}
