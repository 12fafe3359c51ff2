/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain/cost_names.h"

#include "base/array.h"
#include "base/buf.h"
#include "base/str.h"

#include <ctype.h>
#include <string.h>

size_t cost_names_text(struct texts *texts, const char *text)
{
	for (size_t i = texts->nr; i-- > 0;)
		if (strcmp(texts->items[i], text) == 0)
			return i;
	texts_add(texts, text);
	return texts->nr - 1;
}

/* Copies that the compiler makes of a function are that function: "parse.constprop.0". */
static size_t without_clones(const char *name, size_t len)
{
	static const char *const marks[] = { ".constprop.", ".isra.", ".part.", ".cold",
		".lto_priv.", ".llvm.", " [clone ", "@@", "@GLIBC" };

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		const char *mark = strstr(name, marks[i]);

		if (mark && mark > name && (size_t)(mark - name) < len)
			len = (size_t)(mark - name);
	}
	return len;
}

/* "parse'2" is parse while it is at work already. */
static unsigned level_of(const char *name, size_t *len)
{
	size_t nr = 0;

	while (nr < *len && isdigit((unsigned char)name[*len - 1 - nr]))
		nr++;
	if (!nr || nr + 1 >= *len || name[*len - 1 - nr] != '\'')
		return 1;
	*len -= nr + 1;
	return 2;
}

/* The C library has strcpy for several processors, "__strcpy_sse2": it is strcpy to people. */
static void spell_variant(const char *name, size_t len, struct buf *out)
{
	static const char *const marks[] = { "_sse", "_ssse", "_avx", "_evex", "_erms", "_asimd",
		"_generic", "_unaligned" };
	size_t end = len;

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		const char *mark = strstr(name + 2, marks[i]);

		if (mark && (size_t)(mark - name) < end)
			end = (size_t)(mark - name);
	}
	/* They are the same code there. */
	if (end - 2 == sizeof "memmove" - 1 && str_starts(name + 2, "memmove"))
		buf_adds(out, "memcpy or memmove");
	else if (end < len && end > 2)
		buf_add(out, name + 2, end - 2);
	else
		buf_add(out, name, len);
}

/* What the C library calls its own functions inside: "__GI___strtol" is strtol. Of two names for
 * one place, perf chooses "cfree". */
static bool spell_inner(const char *name, size_t len, struct buf *out)
{
	static const char inner[] = "__GI_";
	size_t start = sizeof inner - 1;

	if (len == 5 && str_starts(name, "cfree")) {
		buf_adds(out, "free");
		return true;
	}
	if (!str_starts(name, inner))
		return false;
	while (start < len && name[start] == '_')
		start++;
	if (start >= len)
		return false;
	buf_add(out, name + start, len - start);
	return true;
}

static bool is_of_object(const struct cost_names *names, size_t object, const char *path)
{
	return path && object != COSTS_NONE &&
		strcmp(names->costs->objects.items[object], path) == 0;
}

/* As people know it. Addresses of code without a name differ from build to build. */
static unsigned spell_function(
	const struct cost_names *names, const char *name, size_t object, struct buf *out)
{
	static const char body[] = "bg_body_";
	size_t len = strlen(name);
	unsigned level = level_of(name, &len);

	len = without_clones(name, len);
	if (str_starts(name, "0x") || strcmp(name, "???") == 0 || strcmp(name, "[unknown]") == 0) {
		buf_addf(out, "code without a name in %s",
			object == COSTS_NONE ? "some library"
				: is_of_object(names, object, names->whose->suite)
				? "the suite"
				: str_path_name(names->costs->objects.items[object]));
		return 1;
	}
	/* Of C++ it has parameters. */
	if (str_starts(name, body) && len > sizeof body - 1)
		buf_addf(out, "BG_BENCH(%.*s)", (int)strcspn(name + sizeof body - 1, "(.@ "),
			name + sizeof body - 1);
	else if (spell_inner(name, len, out))
		return level;
	else if (str_starts(name, "__"))
		spell_variant(name, len, out);
	else
		buf_add(out, name, len);
	return level;
}

static uint64_t hash_function(const struct cost_function *function)
{
	uint64_t hash = str_hash(STR_HASH_START, function->name);

	hash = (hash ^ function->object) * 0x9e3779b97f4a7c15u;
	hash = (hash ^ function->file) * 0x9e3779b97f4a7c15u;
	hash = (hash ^ function->start) * 0x9e3779b97f4a7c15u;
	return (hash ^ function->level) * 0x9e3779b97f4a7c15u >> 20;
}

static size_t *slot_of_cost_function(
	const struct cost_names *names, const struct cost_function *wanted)
{
	size_t at = hash_function(wanted) & (names->nr_slots - 1);

	for (; names->slots[at]; at = (at + 1) & (names->nr_slots - 1)) {
		const struct cost_function *there =
			&names->costs->functions.items[names->slots[at] - 1];

		if (there->object == wanted->object && there->file == wanted->file &&
			there->start == wanted->start && there->level == wanted->level &&
			strcmp(there->name, wanted->name) == 0)
			break;
	}
	return &names->slots[at];
}

static void grow_function_slots(struct cost_names *names)
{
	if (2 * (names->costs->functions.nr + 2) <= names->nr_slots)
		return;
	free(names->slots);
	names->nr_slots = names->nr_slots ? 2 * names->nr_slots : 256;
	names->slots = mem_alloc(names->nr_slots, sizeof *names->slots);
	for (size_t i = 0; i < names->costs->functions.nr; i++)
		*slot_of_cost_function(names, &names->costs->functions.items[i]) = i + 1;
}

static size_t index_of_function(struct cost_names *names, struct cost_function wanted)
{
	size_t *slot;

	grow_function_slots(names);
	slot = slot_of_cost_function(names, &wanted);
	if (!*slot) {
		wanted.name = str_dup(wanted.name);
		*ARRAY_ADD(&names->costs->functions) = wanted;
		*slot = names->costs->functions.nr;
	}
	return *slot - 1;
}

size_t cost_names_function(struct cost_names *names, const struct cost_name *said)
{
	struct cost_function wanted = {
		.object = said->object, .file = said->file, .start = said->start, .level = 1
	};
	struct buf spelt = BUF_INIT;
	unsigned level;
	size_t index;

	if (is_of_object(names, said->object, names->whose->left_out))
		return COSTS_NONE;
	level = spell_function(names, said->name, said->object, &spelt);
	wanted.name = spelt.data;
	index = wanted.outermost = index_of_function(names, wanted);
	names->costs->functions.items[index].outermost = index;
	buf_release(&spelt);
	return level > 1 ? cost_names_again(names, index) : index;
}

size_t cost_names_again(struct cost_names *names, size_t function)
{
	const struct cost_function *first = &names->costs->functions.items[function];
	struct cost_function wanted = {
		.object = first->object, .file = first->file, .start = first->start, .level = 2
	};
	size_t index;

	wanted.outermost = first->outermost;
	wanted.name = str_dup(first->name);
	index = index_of_function(names, wanted);
	free(wanted.name);
	return index;
}

void cost_names_release(struct cost_names *names)
{
	free(names->slots);
	names->slots = NULL;
	names->nr_slots = 0;
}
