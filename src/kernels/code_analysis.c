/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading C like an editor or a metrics tool: split it into tokens, count lines, comments,
 * functions and branches; one source at a time, many of them with a ranking, and a large code base
 * with an index of all its names. The sources are made of pieces whose measures are written beside
 * them.
 */
#include <benchgate.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct measures {
	uint32_t tokens, lines, comments, functions, branches;
};

/* Every @ becomes a name. */
static const struct piece {
	const char *text;
	struct measures holds;
} head = { "/* Gives back what it got, \"as is\". */\nstatic int @(int @, char *@)\n{\n",
	{ 12, 3, 1, 1, 0 } },
  tail = { "\treturn @;\n}\n\n", { 4, 3, 0, 0, 0 } },
  middle[] = {
	  { "\tint @ = @ + 0x1f; // '{'\n", { 7, 1, 1, 0, 0 } },
	  { "\tfor (int i = 0; i < 10; i++)\n\t\t@->@ += @[i];\n", { 23, 2, 0, 0, 1 } },
	  { "\tif (@ >= 17 && *@ != '\\'')\n\t\t@(\"a /* \\\" b\", @);\n", { 18, 2, 0, 0, 2 } },
	  { "\twhile (@--)\n\t\t@ <<= @ ? 1 : 2;\n", { 13, 2, 0, 0, 2 } },
	  { "\tswitch (@) {\n\tcase 1:\n\t\tbreak;\n\t}\n", { 11, 4, 0, 0, 1 } },
  };

enum { NAMES = 4096, SLOTS = 4 * NAMES };

/* How often each name occurs: as it was written, and as it was read. */
static struct {
	char text[16];
	uint32_t written;
} names[NAMES];

static struct slot {
	const char *text;
	uint32_t length, read;
} slots[SLOTS];

static uint32_t code_analysis_draw(void)
{
	static uint32_t state = 17;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

static void code_analysis_add(struct measures *sum, const struct measures *more)
{
	sum->tokens += more->tokens;
	sum->lines += more->lines;
	sum->comments += more->comments;
	sum->functions += more->functions;
	sum->branches += more->branches;
}

static char *write_piece(char *to, const struct piece *piece, struct measures *written)
{
	code_analysis_add(written, &piece->holds);
	for (const char *from = piece->text; *from; from++) {
		uint32_t name = code_analysis_draw() % NAMES;

		if (*from != '@') {
			*to++ = *from;
			continue;
		}
		names[name].written++;
		for (const char *letter = names[name].text; *letter;)
			*to++ = *letter++;
	}
	return to;
}

/* Functions up to about that many bytes, and at most 1 KiB more. */
static char *write_source(char *to, size_t size, struct measures *written)
{
	for (const char *end = to + size; to < end;) {
		to = write_piece(to, &head, written);
		for (uint32_t i = code_analysis_draw() % 8; i; i--)
			to = write_piece(to, &middle[code_analysis_draw() % 5], written);
		to = write_piece(to, &tail, written);
	}
	*to = '\0';
	return to + 1;
}

/* Past the end of a comment that begins with those two letters, or NULL. */
static const char *skip_comment(const char *at, struct measures *found)
{
	if (at[0] != '/' || (at[1] != '*' && at[1] != '/'))
		return NULL;
	found->comments++;
	if (at[1] == '/')
		return at + strcspn(at, "\n");
	for (at += 2; at[0] && (at[0] != '*' || at[1] != '/'); at++)
		found->lines += *at == '\n';
	return *at ? at + 2 : at;
}

static const char *skip_quoted(const char *at)
{
	char quote = *at++;

	while (*at && *at != quote)
		at += *at == '\\' && at[1] ? 2 : 1;
	return *at ? at + 1 : at;
}

static const char *skip_word(const char *at)
{
	while (isalnum((unsigned char)*at) || *at == '_')
		at++;
	return at;
}

static const char *skip_operator(const char *at)
{
	bool doubled = at[1] == at[0] && strchr("&|+-<>=", *at);
	bool assigning = at[1] == '=' && strchr("+-*/%&|^!<>", *at);

	if (doubled)
		return at + (at[2] == '=' ? 3 : 2);
	return at + (assigning || (at[0] == '-' && at[1] == '>') ? 2 : 1);
}

static bool code_analysis_is_word(const char *at, const char *end, const char *word)
{
	return (size_t)(end - at) == strlen(word) && !memcmp(at, word, strlen(word));
}

static bool is_branch(const char *at, const char *end)
{
	return code_analysis_is_word(at, end, "if") || code_analysis_is_word(at, end, "for") ||
		code_analysis_is_word(at, end, "while") || code_analysis_is_word(at, end, "case") ||
		code_analysis_is_word(at, end, "&&") || code_analysis_is_word(at, end, "||") ||
		code_analysis_is_word(at, end, "?");
}

/* Counts a name that was read. */
static void note_name(const char *at, const char *end)
{
	uint32_t length = (uint32_t)(end - at), hash = 2166136261u;

	for (const char *letter = at; letter < end; letter++)
		hash = (hash ^ (unsigned char)*letter) * 16777619u;
	for (struct slot *slot = &slots[hash % SLOTS];; slot = &slots[++hash % SLOTS]) {
		if (!slot->text)
			*slot = (struct slot){ at, length, 0 };
		if (slot->length == length && !memcmp(slot->text, at, length)) {
			slot->read++;
			return;
		}
	}
}

/* The next token's end, and its beginning in *at; at the text's end both are the same. */
static const char *next_token(const char **at, struct measures *found)
{
	const char *past;

	for (;; *at = past) {
		for (; isspace((unsigned char)**at); ++*at)
			found->lines += **at == '\n';
		past = skip_comment(*at, found);
		if (!past)
			break;
	}
	if (**at == '"' || **at == '\'')
		return skip_quoted(*at);
	past = skip_word(*at);
	return past > *at || !**at ? past : skip_operator(*at);
}

static void analyse(const char *at, struct measures *found, bool index)
{
	uint32_t depth = 0;

	for (const char *end; (end = next_token(&at, found)) != at; at = end) {
		found->tokens++;
		found->branches += is_branch(at, end);
		found->functions += *at == '{' && depth == 0;
		depth += *at == '{';
		depth -= *at == '}';
		if (index && isalpha((unsigned char)*at))
			note_name(at, end);
	}
}

enum { SOURCES = 512, SOURCE = 8192, MARGIN = 1024 };

static struct source {
	const char *text;
	struct measures written, found;
} sources[SOURCES];

static void write_sources(struct bg_run *run, uint32_t nr, size_t size)
{
	char *text = run->data = malloc(nr * (size + MARGIN));

	if (!text) {
		bg_fail(run, "no memory for %u sources", (unsigned)nr);
		return;
	}
	for (int i = 0; i < NAMES; i++)
		snprintf(names[i].text, sizeof names[i].text, "item_%u", (unsigned)i);
	for (uint32_t i = 0; i < nr; i++) {
		sources[i].text = text;
		text = write_source(text, size, &sources[i].written);
		run->bytes += (double)(text - sources[i].text);
		run->items += sources[i].written.lines;
	}
}

static void free_sources(struct bg_run *run)
{
	free(run->data);
}

static void analyse_sources(uint32_t nr, bool index)
{
	for (uint32_t i = 0; i < nr; i++) {
		sources[i].found = (struct measures){ 0 };
		analyse(sources[i].text, &sources[i].found, index);
	}
}

static void check_sources(struct bg_run *run, uint32_t nr)
{
	for (uint32_t i = 0; i < nr; i++) {
		const struct measures *found = &sources[i].found, *written = &sources[i].written;

		if (memcmp(found, written, sizeof *found) != 0)
			bg_fail(run,
				"source %u: %u tokens, %u lines and %u branches, not %u, %u and %u",
				(unsigned)i, (unsigned)found->tokens, (unsigned)found->lines,
				(unsigned)found->branches, (unsigned)written->tokens,
				(unsigned)written->lines, (unsigned)written->branches);
	}
}

static void write_one(struct bg_run *run)
{
	write_sources(run, 1, 64 * 1024);
}

BG_BENCH(code_analysis_speed, BG_CRITICAL, BG_SETUP(write_one), BG_TEARDOWN(free_sources),
	BG_ABOUT("tokens, lines, comments, functions and branches of 64 KiB of C"))
{
	BG_LOOP(run)
		analyse_sources(1, false);

	check_sources(run, 1);
}

enum { BULK = 64 };

static void write_bulk(struct bg_run *run)
{
	write_sources(run, BULK, SOURCE);
}

/* More branches in each function come first. */
static int by_complexity(const void *a, const void *b)
{
	const uint32_t *source_a = a, *source_b = b;
	const struct measures *left = &sources[*source_a].found, *right = &sources[*source_b].found;
	uint64_t ours = (uint64_t)left->branches * right->functions;
	uint64_t theirs = (uint64_t)right->branches * left->functions;

	return ours > theirs ? -1 : ours < theirs;
}

static double complexity(uint32_t source)
{
	return (double)sources[source].written.branches / sources[source].written.functions;
}

BG_BENCH(bulk_analysis_performance, BG_STANDARD, BG_SETUP(write_bulk), BG_TEARDOWN(free_sources),
	BG_ABOUT("analyse 64 sources of 8 KiB and rank them by complexity"))
{
	uint32_t ranking[BULK] = { 0 };

	BG_LOOP(run) {
		analyse_sources(BULK, false);
		for (uint32_t i = 0; i < BULK; i++)
			ranking[i] = i;
		qsort(ranking, BULK, sizeof *ranking, by_complexity);
	}

	check_sources(run, BULK);
	for (int i = 1; i < BULK; i++)
		if (complexity(ranking[i - 1]) < complexity(ranking[i]))
			bg_fail(run, "rank %d is more complex than the one before it", i);
}

static void write_all(struct bg_run *run)
{
	write_sources(run, SOURCES, SOURCE);
}

static uint32_t times_read(const char *name)
{
	for (int i = 0; i < SLOTS; i++)
		if (slots[i].length == strlen(name) && !memcmp(slots[i].text, name, strlen(name)))
			return slots[i].read;
	return 0;
}

BG_BENCH(stress_test_large_codebase, BG_COMPREHENSIVE, BG_SETUP(write_all),
	BG_TEARDOWN(free_sources),
	BG_ABOUT("analyse 512 sources, 4 MiB, and index every name in them"))
{
	BG_LOOP(run) {
		memset(slots, 0, sizeof slots);
		analyse_sources(SOURCES, true);
	}

	check_sources(run, SOURCES);
	for (int i = 0; i < NAMES; i += 31)
		if (times_read(names[i].text) != names[i].written)
			bg_fail(run, "the index has %u uses of %s, not %u",
				(unsigned)times_read(names[i].text), names[i].text,
				(unsigned)names[i].written);
}
