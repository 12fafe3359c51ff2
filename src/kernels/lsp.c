/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a language server does between a keystroke and its answer: complete a prefix out of 50,000
 * identifiers, find what a name means in nested scopes, and render what is known of it as JSON.
 * People notice the slow answers, so the single iterations are timed too (BG_LATENCY).
 */
#include <benchgate.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 37, IDENTIFIERS = 50000, OFFERED = 10 };
enum { SCOPES = 1000, GLOBALS = 512, LOCALS = 8, SYMBOLS = GLOBALS + SCOPES * LOCALS };
enum { SLOTS = 32768, USES = 256, HOVERS = 16 };

static const char words[WORDS][8] = { "alloc", "append", "array", "block", "buffer", "cache",
	"child", "clear", "copy", "count", "cursor", "entry", "error", "field", "file", "find",
	"format", "group", "handle", "index", "insert", "item", "key", "list", "lock", "map",
	"merge", "name", "node", "parse", "path", "read", "sort", "table", "token", "value",
	"write" };

static char names[IDENTIFIERS][24]; /* three words each; sorted, because the words are */
static uint32_t uses[IDENTIFIERS];  /* how often each one stands in the code */

static uint32_t lsp_draw(void)
{
	static uint32_t state = 50000;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

static void read_names(struct bg_run *run)
{
	(void)run;
	for (int i = 0; i < IDENTIFIERS; i++) {
		snprintf(names[i], sizeof names[i], "%s_%s_%s", words[i / WORDS / WORDS],
			words[i / WORDS % WORDS], words[i % WORDS]);
		uses[i] = lsp_draw() % 10000;
	}
}

/* The first name that does not come before the text. */
static uint32_t seek(const char *text)
{
	uint32_t low = 0, high = IDENTIFIERS;

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (strcmp(names[middle], text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct offer {
	uint32_t nr;
	uint32_t names[OFFERED]; /* most used first, equals by alphabet */
};

static void offer_add(struct offer *offer, uint32_t name)
{
	uint32_t at = offer->nr;

	if (at < OFFERED)
		offer->nr++;
	else if (uses[offer->names[--at]] >= uses[name])
		return;
	for (; at > 0 && uses[offer->names[at - 1]] < uses[name]; at--)
		offer->names[at] = offer->names[at - 1];
	offer->names[at] = name;
}

static void complete(const char *prefix, struct offer *offer)
{
	size_t length = strlen(prefix);

	offer->nr = 0;
	for (uint32_t i = seek(prefix); i < IDENTIFIERS && !memcmp(names[i], prefix, length); i++)
		offer_add(offer, i);
}

static int by_use(const void *a, const void *b)
{
	const uint32_t *left = a, *right = b;

	if (uses[*left] != uses[*right])
		return uses[*left] > uses[*right] ? -1 : 1;
	return *left < *right ? -1 : 1;
}

/* Looks at every name, and sorts all that fit. */
static bool is_best(const struct offer *offer, const char *prefix)
{
	static uint32_t fitting[IDENTIFIERS];
	uint32_t nr = 0;

	for (uint32_t i = 0; i < IDENTIFIERS; i++)
		if (strstr(names[i], prefix) == names[i])
			fitting[nr++] = i;
	qsort(fitting, nr, sizeof *fitting, by_use);
	return offer->nr == (nr < OFFERED ? nr : OFFERED) &&
		!memcmp(offer->names, fitting, offer->nr * sizeof *fitting);
}

BG_BENCH(lsp_completion_latency, BG_CRITICAL, BG_LATENCY, BG_SETUP(read_names),
	BG_ABOUT("complete and rank a name out of 50,000, at each of 6 keystrokes"))
{
	static const char typed[][8] = { "c", "co", "cou", "coun", "count", "count_" };
	enum { KEYSTROKES = sizeof typed / sizeof *typed };
	struct offer offers[KEYSTROKES] = { 0 };

	run->items = KEYSTROKES;

	BG_LOOP(run)
		for (int i = 0; i < KEYSTROKES; i++)
			complete(BG_KEEP(&typed[i][0]), &offers[i]);

	for (int i = 0; i < KEYSTROKES; i++)
		if (!is_best(&offers[i], typed[i]))
			bg_fail(run, "not the best names for '%s'", typed[i]);
}

/* Symbols in the order of their scopes; a scope lies in its parent, all lie in the file (scope 0).
 */
struct symbol {
	const char *name;
	uint32_t scope;
};

static uint32_t parents[SCOPES];
static struct symbol symbols[SYMBOLS];
static const struct symbol *slots[SLOTS]; /* a hash table of name and scope, probed linearly */
static struct {
	const char *name;
	uint32_t scope;
	const struct symbol *found;
} lookups[USES];

/* FNV-1a (Fowler, Noll, Vo). */
static uint32_t hash(const char *text)
{
	uint32_t value = 2166136261u;

	while (*text)
		value = (value ^ (unsigned char)*text++) * 16777619u;
	return value;
}

/* Where the name of that scope is, or would be put. */
static uint32_t lsp_slot_of(const char *name, uint32_t name_hash, uint32_t scope)
{
	uint32_t i = (name_hash ^ scope * 2654435761u) % SLOTS;

	while (slots[i] && (slots[i]->scope != scope || strcmp(slots[i]->name, name) != 0))
		i = (i + 1) % SLOTS;
	return i;
}

static const struct symbol *find_definition(const char *name, uint32_t scope)
{
	uint32_t name_hash = hash(name);
	const struct symbol *found = slots[lsp_slot_of(name, name_hash, scope)];

	while (!found && scope) {
		scope = parents[scope];
		found = slots[lsp_slot_of(name, name_hash, scope)];
	}
	return found;
}

static const char *draw_name(void)
{
	return names[lsp_draw() % GLOBALS * (IDENTIFIERS / GLOBALS)];
}

static void declare(uint32_t i, const char *name, uint32_t scope)
{
	uint32_t slot = lsp_slot_of(name, hash(name), scope);

	symbols[i] = (struct symbol){ name, scope };
	if (!slots[slot])
		slots[slot] = &symbols[i];
}

static void read_scopes(struct bg_run *run)
{
	read_names(run);
	for (uint32_t i = 0; i < GLOBALS; i++)
		declare(i, names[i * (IDENTIFIERS / GLOBALS)], 0);
	for (uint32_t i = 0; i < SCOPES * LOCALS; i++)
		declare(GLOBALS + i, draw_name(), i / LOCALS);
	for (uint32_t i = 1; i < SCOPES; i++)
		parents[i] = lsp_draw() % i;
	for (int i = 0; i < USES; i++) {
		lookups[i].name = draw_name();
		lookups[i].scope = lsp_draw() % SCOPES;
	}
}

/* Reads the scopes like a person, from the inside out and each from its beginning. */
static const struct symbol *find_slowly(const char *name, uint32_t scope)
{
	for (;; scope = parents[scope]) {
		uint32_t begin = scope ? GLOBALS + scope * LOCALS : 0;

		for (uint32_t i = begin; i < GLOBALS + (scope + 1) * LOCALS; i++)
			if (!strcmp(symbols[i].name, name))
				return &symbols[i];
	}
}

BG_BENCH(lsp_find_definition, BG_CRITICAL, BG_LATENCY, BG_SETUP(read_scopes),
	BG_ABOUT("what 256 names mean, each from its place in a tree of 1,000 scopes"))
{
	run->items = USES;

	BG_LOOP(run)
		for (int i = 0; i < USES; i++)
			lookups[i].found = find_definition(lookups[i].name, lookups[i].scope);

	for (int i = 0; i < USES; i++)
		if (lookups[i].found != find_slowly(lookups[i].name, lookups[i].scope))
			bg_fail(run, "%s in scope %u means another symbol", lookups[i].name,
				(unsigned)lookups[i].scope);
}

/* The Markdown that an editor shows over a name. */
static void lsp_describe(uint32_t name, char *text, size_t size)
{
	const char *first = words[name / WORDS / WORDS], *second = words[name / WORDS % WORDS];

	snprintf(text, size,
		"```c\nint %s(struct %s *%s, const char *%s)\n```\n\n"
		"Takes a \"%s\" and returns 0, or -1 with errno set.\n\n"
		"\tif (%s(%s, \"C:\\\\%s\") < 0)\n\t\tperror(\"%s\");\n\nUsed %u times.\n",
		names[name], second, second, first, first, names[name], second, first, names[name],
		(unsigned)uses[name]);
}

/* Writes the text as a JSON string with its end. */
static void put_string(char *to, const char *text)
{
	static const char letters[256] = { ['"'] = '"', ['\\'] = '\\', ['\n'] = 'n', ['\t'] = 't' };

	*to++ = '"';
	for (; *text; text++) {
		char letter = letters[(unsigned char)*text];

		if (letter)
			*to++ = '\\';
		*to++ = letter ? letter : *text;
	}
	*to++ = '"';
	*to = '\0';
}

/* Reads the string back, letter by letter. */
static bool is_string(const char *json, const char *text)
{
	bool same = *json++ == '"';

	for (; same && *text; text++, json++) {
		bool special = *json == '\\';
		char letter = special ? *++json : *json;

		if (special && letter != '"' && letter != '\\')
			letter = letter == 'n' ? '\n' : '\t';
		same = letter == *text && (special || !strchr("\"\n\t", letter));
	}
	return same && !strcmp(json, "\"");
}

BG_BENCH(lsp_hover_response, BG_CRITICAL, BG_LATENCY, BG_SETUP(read_names),
	BG_ABOUT("look 16 names up and render what is known of them as Markdown in JSON"))
{
	static char answers[HOVERS][1024];
	char text[512];

	run->items = HOVERS;

	BG_LOOP(run)
		for (uint32_t i = 0; i < HOVERS; i++) {
			uint32_t name = seek(names[i * (IDENTIFIERS / HOVERS)]);

			lsp_describe(name, text, sizeof text);
			put_string(answers[i], text);
		}

	for (uint32_t i = 0; i < HOVERS; i++) {
		lsp_describe(i * (IDENTIFIERS / HOVERS), text, sizeof text);
		if (!is_string(answers[i], text))
			bg_fail(run, "answer %u is not the description as JSON", (unsigned)i);
	}
}
