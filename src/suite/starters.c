/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "suite/starters.h"

#include "base/array.h"
#include "base/str.h"

#include <benchgate.h>
#include <string.h>

struct addresses {
	uint64_t *items;
	size_t nr, alloc;
};

/* The names that benchgate.h gives to what registering a benchmark leads to. */
static bool is_of_registering(const struct elf_symbol *symbol)
{
	if (symbol->kind == ELF_FUNCTION)
		return strcmp(symbol->name, "bg_add_") == 0;
	return strcmp(symbol->name, "bg_suite_here") == 0 ||
		(symbol->size == sizeof(struct bg_bench) && str_starts(symbol->name, "bg_bench_"));
}

/* Does it lead to benchmarks and to nothing else? */
static bool only_registers(const struct image *image, const struct elf_symbol *function)
{
	const unsigned char *code = elf_bytes_at(&image->elf, function->at, function->size);
	bool registers = false;
	struct x86 insn;

	for (uint64_t at = 0; at < function->size; at += insn.length) {
		struct leads leads;

		if (!code || !x86_read(code + at, function->size - at, &insn))
			return false;
		leads = image_leads(image, &insn, code + at, function->at + at);
		for (size_t i = 0; i < leads.nr; i++) {
			const struct elf_symbol *to = elf_symbol_at(&image->elf, leads.items[i].to);

			if (to == function)
				continue;
			if (!to || !is_of_registering(to))
				return false;
			registers = true;
		}
	}
	return registers;
}

/* The compiler's own, in every file: a jump and no name. */
static bool is_own_of_compiler(const struct image *image, uint64_t address)
{
	const unsigned char *code = elf_bytes_at(&image->elf, address, 9);

	if (!code || elf_symbol_at(&image->elf, address))
		return false;
	if (memcmp(code, "\xf3\x0f\x1e\xfa", 4) == 0)
		code += 4;
	return *code == 0xe9 || *code == 0xeb;
}

static void add_starter(const struct image *image, uint64_t address, struct addresses *starters)
{
	const struct elf_symbol *symbol = elf_symbol_at(&image->elf, address);

	if (is_own_of_compiler(image, address) || (symbol && only_registers(image, symbol)))
		return;
	*ARRAY_ADD(starters) = address;
}

static struct addresses starters_of(const struct image *image)
{
	struct addresses starters = { 0 };

	for (size_t i = 0; i < image->elf.sections.nr; i++) {
		const struct elf_section *section = &image->elf.sections.items[i];

		for (uint64_t at = 0; section->starters && at + 8 <= section->size; at += 8)
			add_starter(
				image, elf_pointer_at(&image->elf, section->at + at), &starters);
	}
	return starters;
}

enum code_likeness starters_match(struct match *match)
{
	struct addresses base = starters_of(match->base), head = starters_of(match->head);
	enum code_likeness all = base.nr == head.nr ? CODE_SAME : CODE_CHANGED;
	size_t from = match->nr;

	for (size_t i = 0; i < base.nr && i < head.nr; i++)
		all = code_worse(all, match_addresses(match, base.items[i], head.items[i]));
	all = code_worse(all, match_follow(match, from));
	ARRAY_RELEASE(&base);
	ARRAY_RELEASE(&head);
	return all;
}
