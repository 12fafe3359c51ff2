/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "suite/starters.h"

#include "base/array.h"
#include "base/str.h"
#include "suite/decode.h"

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
	struct decoder decoder = decode_open(&image->elf, function->at, function->size);
	bool registers = false, others = false;
	struct insn insn;

	while (!others && decode_next(&decoder, &insn)) {
		for (size_t i = 0; i < insn.nr_leads; i++) {
			const struct elf_symbol *to = elf_symbol_at(&image->elf, insn.leads[i].to);

			if (to == function)
				continue;
			others |= !to || !is_of_registering(to);
			registers = true;
		}
	}
	others |= !decode_is_at_end(&decoder) || decoder.is_blind;
	decode_close(&decoder);
	return registers && !others;
}

/* The compiler's own, in every file: a jump and no name. */
static bool is_own_of_compiler(const struct image *image, uint64_t address)
{
	return !elf_symbol_at(&image->elf, address) && decode_is_jump(&image->elf, address);
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
