/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/source_places.h"

#include "base/array.h"
#include "base/str.h"
#include "explain/cost_names.h"
#include "suite/elf.h"
#include "sys/file.h"
#include "sys/program.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SUITE_BYTES (1u << 30)
#define MAX_FOUND_BYTES (256u << 20)
#define ADDR2LINE_TIMEOUT_NS UINT64_C(60000000000)

/* What is asked of addr2line: each address once; then what it said. */
struct place_search {
	struct costs *costs;
	const struct elf_symbol **symbols; /* by function of the costs; NULL: not known */
	struct {
		uint64_t *items; /* sorted once all are there */
		size_t nr, alloc;
	} addresses;
	struct {
		struct found_place {
			char *function, *file; /* NULL: not known */
			unsigned line;
		} * items; /* by address */
		size_t nr, alloc;
	} found;
};

static bool is_suite_function(const struct costs *costs, size_t function)
{
	const char *object = costs_object(costs, &costs->functions.items[function]);

	return object && strcmp(object, costs->suite) == 0;
}

/* --- asking ------------------------------------------------------------------------------------
 */

static int by_place_address(const void *a, const void *b)
{
	const uint64_t *one = a, *other = b;

	return (*one > *other) - (*one < *other);
}

/* Parts that a compiler moves elsewhere have longer names: "parse.cold". */
static void learn_symbol(struct place_search *search, const struct elf *elf, size_t at)
{
	const struct cost_line *line = &search->costs->lines.items[at];
	const struct elf_symbol *symbol = elf_symbol_at(elf, line->address);
	const struct elf_symbol **known = &search->symbols[line->function];

	if (symbol && (!*known || strlen(symbol->name) < strlen((*known)->name)))
		*known = symbol;
}

static void collect_addresses(struct place_search *search, const struct elf *elf)
{
	const struct costs *costs = search->costs;
	size_t nr = 0;

	for (size_t i = 0; i < costs->lines.nr; i++) {
		if (!costs->lines.items[i].address ||
			!is_suite_function(costs, costs->lines.items[i].function))
			continue;
		learn_symbol(search, elf, i);
		*ARRAY_ADD(&search->addresses) = costs->lines.items[i].address;
	}
	for (size_t i = 0; i < costs->functions.nr; i++)
		if (search->symbols[i])
			*ARRAY_ADD(&search->addresses) = search->symbols[i]->at;
	if (search->addresses.nr)
		qsort(search->addresses.items, search->addresses.nr,
			sizeof *search->addresses.items, by_place_address);
	for (size_t i = 0; i < search->addresses.nr; i++)
		if (!i || search->addresses.items[i] != search->addresses.items[nr - 1])
			search->addresses.items[nr++] = search->addresses.items[i];
	search->addresses.nr = nr;
}

/* "/src/my.c:17" and perhaps more, or "??:0". */
static void read_file_and_line(const char *text, size_t len, struct found_place *found)
{
	size_t colon = len;

	size_t name;

	while (colon && text[colon - 1] != ':')
		colon--;
	name = colon;
	while (name && text[name - 1] != '/')
		name--;
	/* Code of files that are optimised together is of none of them: "/src/<artificial>". */
	if (colon < 2 || str_starts(text, "??") || text[name] == '<')
		return;
	for (size_t i = colon; i < len && text[i] >= '0' && text[i] <= '9' && found->line < 1000000;
		i++)
		found->line = found->line * 10 + (unsigned)(text[i] - '0');
	if (found->line)
		found->file = mem_copy(text, colon - 1);
}

/* Two lines for each address. */
static void read_found(const char *text, struct place_search *search)
{
	while (*text && search->found.nr < search->addresses.nr) {
		struct found_place *found = ARRAY_ADD(&search->found);
		size_t len = strcspn(text, "\n");

		*found = (struct found_place){ NULL, NULL, 0 };
		if (!str_starts(text, "??"))
			found->function = mem_copy(text, len);
		text += len + (text[len] == '\n');
		len = strcspn(text, "\n");
		read_file_and_line(text, len, found);
		text += len + (text[len] == '\n');
	}
}

static void run_addr2line(struct place_search *search)
{
	char *addr2line = program_find("addr2line");
	const char *const argv[] = { addr2line, "-f", "-C", "-e", search->costs->suite, NULL };
	const char *const unset[] = { "DEBUGINFOD_URLS", NULL };
	struct buf input = BUF_INIT, found = BUF_INIT_MAX(MAX_FOUND_BYTES),
		   said = BUF_INIT_MAX(4096);
	const struct program program = {
		.argv = argv, .unset = unset, .input = &input, .timeout_ns = ADDR2LINE_TIMEOUT_NS
	};
	struct error ignored = ERROR_INIT;
	struct program_end end;

	for (size_t i = 0; i < search->addresses.nr; i++)
		buf_addf(&input, "0x%" PRIx64 "\n", search->addresses.items[i]);
	if (addr2line && input.len && !program_run(&program, &found, &said, &end, &ignored) &&
		program_is_fine(&end))
		read_found(found.data, search);
	buf_release(&input);
	buf_release(&found);
	buf_release(&said);
	free(addr2line);
}

/* --- filling in --------------------------------------------------------------------------------
 */

static const struct found_place *place_at(const struct place_search *search, uint64_t address)
{
	const uint64_t *at = search->addresses.nr
		? bsearch(&address, search->addresses.items, search->addresses.nr, sizeof address,
			  by_place_address)
		: NULL;
	size_t index = at ? (size_t)(at - search->addresses.items) : SIZE_MAX;

	return index < search->found.nr ? &search->found.items[index] : NULL;
}

/* The first instruction of a function may be of one that was inlined. C++ has other names for the
 * linker, which cannot tell. */
static bool is_beginning(const struct elf_symbol *symbol, const struct found_place *found)
{
	return found->function && found->file &&
		(str_starts(symbol->name, found->function) || str_starts(symbol->name, "_Z"));
}

static void find_beginning(struct place_search *search, size_t at)
{
	struct costs *costs = search->costs;
	struct cost_function *function = &costs->functions.items[at];
	const struct elf_symbol *symbol = search->symbols[at];
	const struct found_place *found = symbol ? place_at(search, symbol->at) : NULL;
	const char *file = costs_file(costs, function);

	if (!found || !is_beginning(symbol, found))
		return;
	if (!file)
		function->file = cost_names_text(&costs->files, found->file);
	else if (strcmp(file, str_path_name(found->file)) != 0)
		return;
	function->line = found->line;
}

static bool is_own_code(const struct place_search *search, size_t function, const char *name)
{
	const struct elf_symbol *symbol = search->symbols[function];
	const struct found_place *found = symbol ? place_at(search, symbol->at) : NULL;

	if (!symbol)
		return true;
	return str_starts(symbol->name, "_Z")
		? !found || !found->function || strcmp(found->function, name) == 0
		: strncmp(symbol->name, name, strcspn(symbol->name, ".")) == 0;
}

static void fill_line(struct place_search *search, struct cost_line *line)
{
	struct costs *costs = search->costs;
	const struct found_place *found = line->address ? place_at(search, line->address) : NULL;

	if (!found)
		return;
	if (line->file == COSTS_NONE && found->file) {
		line->file = cost_names_text(&costs->files, found->file);
		line->line = found->line;
	}
	if (found->function && !is_own_code(search, line->function, found->function))
		line->inlined = cost_names_text(&costs->inlined, found->function);
}

static void fill_in(struct place_search *search)
{
	struct costs *costs = search->costs;
	size_t nr = 0;

	for (size_t i = 0; i < costs->functions.nr; i++)
		find_beginning(search, i);
	/* One that is at work already is the same function. */
	for (size_t i = 0; i < costs->functions.nr; i++) {
		struct cost_function *function = &costs->functions.items[i];
		const struct cost_function *outermost =
			&costs->functions.items[function->outermost];

		if (outermost->file == COSTS_NONE)
			continue;
		function->file = outermost->file;
		function->line = outermost->line;
	}
	for (size_t i = 0; i < costs->lines.nr; i++) {
		fill_line(search, &costs->lines.items[i]);
		if (costs->lines.items[i].file != COSTS_NONE)
			costs->lines.items[nr++] = costs->lines.items[i];
	}
	costs->lines.nr = nr;
}

void source_places_find(struct costs *costs)
{
	struct place_search search = { .costs = costs };
	struct buf bytes = BUF_INIT;
	struct elf elf = ELF_INIT;
	struct error ignored = ERROR_INIT;

	search.symbols = mem_alloc(costs->functions.nr + 1, sizeof(struct elf_symbol *));
	if (costs->suite && costs->lines.nr &&
		!file_read(costs->suite, MAX_SUITE_BYTES, &bytes, &ignored) &&
		!elf_read(&elf, bytes.data, bytes.len, &ignored)) {
		collect_addresses(&search, &elf);
		run_addr2line(&search);
	}
	fill_in(&search);
	for (size_t i = 0; i < search.found.nr; i++) {
		free(search.found.items[i].function);
		free(search.found.items[i].file);
	}
	ARRAY_RELEASE(&search.found);
	ARRAY_RELEASE(&search.addresses);
	free(search.symbols);
	elf_release(&elf);
	buf_release(&bytes);
}
