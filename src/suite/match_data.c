/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "suite/match_parts.h"

#include <string.h>

/* The widest that one instruction reads. */
#define WIDEST 64

static bool is_pointer(const struct elf_relocation *relocation)
{
	return relocation->type == ELF_R_64 || relocation->type == ELF_R_GLOB_DAT ||
		relocation->type == ELF_R_JUMP_SLOT || relocation->type == ELF_R_RELATIVE;
}

enum code_likeness match_relocations(struct match *match, const struct elf_relocation *base,
	const struct elf_relocation *head, int depth)
{
	bool copied = base->type == ELF_R_COPY && head->type == ELF_R_COPY;

	match->looks_up |= strcmp(base->name, "dlsym") == 0 || strcmp(base->name, "dlvsym") == 0;
	if (strcmp(base->name, head->name) != 0)
		return CODE_CHANGED;
	match->may_open |= !base->defined && !match_opens_nothing(base->name);
	if (base->defined != head->defined || base->kind == ELF_CHOSEN || head->kind == ELF_CHOSEN)
		return CODE_MOVED;
	if (copied || !base->defined)
		return base->added != head->added ? CODE_CHANGED
			: is_pointer(base) == is_pointer(head) &&
				(is_pointer(base) || base->type == head->type) && *base->name
			? CODE_SAME
			: CODE_MOVED;
	if (!is_pointer(base) || !is_pointer(head))
		return CODE_MOVED;
	/* A pointer to itself, as the C library marks each object with. */
	if (base->value == base->at && head->value == head->at)
		return CODE_SAME;
	return match_ends(match, (struct ends){ base->value, head->value, false, depth + 1 });
}

/* In an executable with final addresses nothing but its value tells a pointer. */
static enum code_likeness match_words(struct match *match, struct ends ends,
	const unsigned char *base, const unsigned char *head, uint64_t len)
{
	enum code_likeness all = CODE_SAME;

	for (uint64_t at = 0; at < len;) {
		uint64_t size = len - at < 8 ? len - at : 8;
		uint64_t left = size == 8 ? elf_u64(base + at) : 0;
		uint64_t right = size == 8 ? elf_u64(head + at) : 0;

		if ((ends.base + at) % 8 || (ends.head + at) % 8)
			size = 1;
		if (size == 8 && elf_section_at(&match->base->elf, left) &&
			elf_section_at(&match->head->elf, right))
			all = code_worse(all,
				match_ends(match,
					(struct ends){ left, right, false, ends.depth + 1 }));
		else if (memcmp(base + at, head + at, size) != 0)
			return CODE_CHANGED;
		at += size;
	}
	return all;
}

/* Bytes without relocations among them. */
static enum code_likeness match_bytes(struct match *match, struct ends ends, uint64_t len)
{
	const unsigned char *base = elf_bytes_at(&match->base->elf, ends.base, len);
	const unsigned char *head = elf_bytes_at(&match->head->elf, ends.head, len);

	if (!len || (!base && !head))
		return CODE_SAME;
	if (!base || !head)
		return CODE_CHANGED;
	if (match->base->elf.fixed || match->head->elf.fixed)
		return match_words(match, ends, base, head, len);
	return memcmp(base, head, len) == 0 ? CODE_SAME : CODE_CHANGED;
}

/* The next relocation's distance, or len when there is none. */
static uint64_t next_relocation(const struct image *image, size_t index, uint64_t at, uint64_t len)
{
	const struct elf_relocations *all = &image->elf.relocations;

	return index < all->nr && all->items[index].at - at < len ? all->items[index].at - at : len;
}

enum code_likeness match_data(struct match *match, struct ends ends, uint64_t len)
{
	size_t i = elf_relocation_from(&match->base->elf, ends.base);
	size_t j = elf_relocation_from(&match->head->elf, ends.head);
	enum code_likeness all = CODE_SAME;

	if (!match_spend(match, len + 1))
		return CODE_MOVED;
	for (uint64_t at = 0; at < len; i++, j++) {
		uint64_t base = next_relocation(match->base, i, ends.base, len);
		uint64_t head = next_relocation(match->head, j, ends.head, len);
		struct ends gap = { ends.base + at, ends.head + at, false, ends.depth };

		if (base != head)
			return CODE_CHANGED;
		if (base < at)
			return CODE_MOVED;
		all = code_worse(all, match_bytes(match, gap, base - at));
		if (base < len)
			all = code_worse(all,
				match_relocations(match, &match->base->elf.relocations.items[i],
					&match->head->elf.relocations.items[j], ends.depth));
		if (all == CODE_CHANGED)
			return all;
		at = base + 8;
	}
	return all;
}

/* A table of distances from its own start, four bytes each. */
struct table {
	const unsigned char *base, *head;
	uint64_t len;
};

static uint64_t entry(uint64_t start, const unsigned char *bytes)
{
	return start + (uint64_t)(int64_t)elf_i32(bytes);
}

/* Do all but empty entries, and two at least, lead to something outside of the table? */
static bool is_table(
	const struct image *image, uint64_t start, const unsigned char *bytes, uint64_t len)
{
	size_t nr = 0;

	for (uint64_t at = 0; at + 4 <= len; at += 4) {
		uint64_t to = entry(start, bytes + at);

		if (to == start)
			continue;
		if (to - start < len || !elf_section_at(&image->elf, to))
			return false;
		nr++;
	}
	return nr >= 2;
}

static struct ends next_ends(struct ends ends, const struct table *table, uint64_t at)
{
	return (struct ends){ entry(ends.base, table->base + at),
		entry(ends.head, table->head + at), false, ends.depth + 1 };
}

static bool to_code(const struct match *match, struct ends ends)
{
	return image_is_code(match->base, ends.base) && image_is_code(match->head, ends.head);
}

static bool table_leads(const struct match *match, struct ends ends, const struct table *table)
{
	return is_table(match->base, ends.base, table->base, table->len) &&
		is_table(match->head, ends.head, table->head, table->len);
}

/* Jump tables, and tables of strings as some compilers make of a switch: each entry is either one
 * of those or must be the same number. */
static enum code_likeness match_table(
	struct match *match, struct ends ends, const struct table *table)
{
	bool all_lead = table_leads(match, ends, table);
	enum code_likeness all = CODE_SAME;
	uint64_t at;

	for (at = 0; at + 4 <= table->len; at += 4) {
		struct ends next = next_ends(ends, table, at);
		bool empty = next.base == ends.base && next.head == ends.head;

		if (!empty && (all_lead || to_code(match, next)))
			all = code_worse(all, match_ends(match, next));
		else if (memcmp(table->base + at, table->head + at, 4) != 0)
			return CODE_CHANGED;
	}
	if (memcmp(table->base + at, table->head + at, table->len - at) != 0)
		return CODE_CHANGED;
	return all;
}

/* A string's length with its NUL, or what is there where none is. */
static uint64_t string_extent(const struct image *image, uint64_t address)
{
	const struct elf_section *section = elf_section_at(&image->elf, address);
	uint64_t most = section ? section->size - (address - section->at) : 0;
	const unsigned char *bytes = elf_bytes_at(&image->elf, address, most), *end;

	if (!bytes)
		return 0;
	end = memchr(bytes, 0, most);
	return end ? (uint64_t)(end - bytes) + 1 : most;
}

/* What both begin with that may be a table. */
static bool find_table(struct match *match, struct ends ends, struct table *table)
{
	if (match->base->elf.fixed || ends.base % 4 || ends.head % 4 || table->len < 4)
		return false;
	if (elf_relocation_from(&match->base->elf, ends.base) !=
		elf_relocation_from(&match->base->elf, ends.base + table->len))
		return false;
	table->base = elf_bytes_at(&match->base->elf, ends.base, table->len);
	table->head = elf_bytes_at(&match->head->elf, ends.head, table->len);
	return table->base && table->head &&
		(to_code(match, next_ends(ends, table, 0)) || table_leads(match, ends, table));
}

/*
 * What has no name has no size either. It goes as far as the nearer next mark; only strings that
 * end alike may lie in one another, so that a mark in the middle does not end them.
 */
enum code_likeness match_constants(struct match *match, struct ends ends)
{
	uint64_t base = image_extent(match->base, ends.base);
	uint64_t head = image_extent(match->head, ends.head);
	struct table table = { .len = base < head ? base : head };
	uint64_t text = string_extent(match->base, ends.base);

	if (ends.read)
		return match_data(match, ends, table.len < WIDEST ? table.len : WIDEST);
	if (!match_spend(match, table.len))
		return CODE_MOVED;
	if (find_table(match, ends, &table))
		return match_table(match, ends, &table);
	if (text <= table.len)
		return match_data(match, ends, table.len);
	return text == string_extent(match->head, ends.head) ? match_data(match, ends, text)
							     : CODE_CHANGED;
}
