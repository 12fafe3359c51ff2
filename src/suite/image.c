/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "suite/image.h"

#include "base/array.h"
#include "suite/decode.h"

/* Each byte of code is read about once; more is a file whose functions lie in one another. */
#define MAX_OVERLAP 4

static void mark(struct image *image, uint64_t address)
{
	const struct elf_section *section = elf_section_at(&image->elf, address);

	if (section && !section->code)
		*ARRAY_ADD(&image->marks) = address;
}

static void mark_function(struct image *image, const struct elf_symbol *function)
{
	struct decoder decoder = decode_open(&image->elf, function->at, function->size);
	struct insn insn;

	while (decode_next(&decoder, &insn))
		for (size_t i = 0; i < insn.nr_leads; i++)
			mark(image, insn.leads[i].to);
	decode_close(&decoder);
}

static int by_address(const void *a, const void *b)
{
	const uint64_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static int mark_all(struct image *image, struct error *err)
{
	uint64_t left = (uint64_t)MAX_OVERLAP * image->elf.len;

	for (size_t i = 0; i < image->elf.symbols.nr; i++) {
		const struct elf_symbol *symbol = &image->elf.symbols.items[i];

		if (symbol->kind == ELF_DATA) {
			mark(image, symbol->at);
			continue;
		}
		if (symbol->size > left)
			return error_set(
				err, ERR_USAGE, "a damaged ELF file: its functions overlap");
		left -= symbol->size;
		mark_function(image, symbol);
	}
	for (size_t i = 0; i < image->elf.relocations.nr; i++)
		mark(image, image->elf.relocations.items[i].value);
	if (image->marks.nr)
		qsort(image->marks.items, image->marks.nr, sizeof *image->marks.items, by_address);
	return 0;
}

int image_read(struct image *image, const void *bytes, size_t len, struct error *err)
{
	*image = (struct image)IMAGE_INIT;
	if (elf_read(&image->elf, bytes, len, err))
		return -1;
	return decode_knows(&image->elf) ? mark_all(image, err) : 0;
}

void image_release(struct image *image)
{
	elf_release(&image->elf);
	ARRAY_RELEASE(&image->marks);
}

bool image_is_code(const struct image *image, uint64_t address)
{
	const struct elf_section *section = elf_section_at(&image->elf, address);

	return section && section->code;
}

/* A call of another library goes to a stub: its slot's relocation. */
static const struct elf_relocation *stub_slot(const struct image *image, uint64_t address)
{
	uint64_t slot = decode_stub_slot(&image->elf, address);

	return slot ? elf_relocation_at(&image->elf, slot) : NULL;
}

struct place image_place(const struct image *image, uint64_t address)
{
	const struct elf_section *section = elf_section_at(&image->elf, address);
	const struct elf_symbol *symbol = elf_symbol_at(&image->elf, address);
	const struct elf_relocation *relocation;

	if (symbol)
		return (struct place){ PLACE_SYMBOL, symbol, address - symbol->at, NULL };
	if (!section)
		return (struct place){ .kind = PLACE_NOWHERE };
	relocation =
		section->code ? stub_slot(image, address) : elf_relocation_at(&image->elf, address);
	if (relocation)
		return (struct place){ .kind = PLACE_LINK, .relocation = relocation };
	if (section->code)
		return (struct place){ .kind = PLACE_NOWHERE };
	return (struct place){ .kind = section->writable ? PLACE_VARIABLE : PLACE_CONSTANT };
}

uint64_t image_extent(const struct image *image, uint64_t address)
{
	const struct elf_section *section = elf_section_at(&image->elf, address);
	size_t low = 0, high = image->marks.nr;
	uint64_t end;

	if (!section)
		return 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (image->marks.items[middle] <= address)
			low = middle + 1;
		else
			high = middle;
	}
	end = section->at + section->size;
	if (low < image->marks.nr && image->marks.items[low] < end)
		end = image->marks.items[low];
	return end - address;
}
