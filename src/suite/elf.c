/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "suite/elf.h"

#include "base/array.h"

#include <inttypes.h>
#include <string.h>

/* The numbers of the System V ABI, generic and of x86-64; not from <elf.h>, which is not
 * everywhere. */
enum { FIXED_EXECUTABLE = 2 };
enum { SYMTAB = 2, RELA = 4, NOBITS = 8, DYNSYM = 11, INITIALISERS = 14, RELR = 19 };
enum { WRITABLE = 1, ALLOCATED = 2, EXECUTABLE = 4, THREAD_LOCAL = 0x400 };
enum { KIND_DATA = 1, KIND_FUNCTION = 2, KIND_CHOSEN = 10 };
enum { UNDEFINED = 0, ABSOLUTE = 0xfff1 };
enum { HEADER_SIZE = 64, SECTION_SIZE = 64, SYMBOL_SIZE = 24, RELA_SIZE = 24 };

/* A large browser has about a million of either. */
#define MAX_ITEMS 4000000

/* A section's header, of any section. */
struct header {
	uint64_t type, flags, at, offset, size, link;
};

static uint16_t u16(const unsigned char *bytes)
{
	return (uint16_t)(bytes[0] | bytes[1] << 8);
}

static uint32_t u32(const unsigned char *bytes)
{
	return (uint32_t)u16(bytes) | (uint32_t)u16(bytes + 2) << 16;
}

uint64_t elf_u64(const unsigned char *bytes)
{
	return u32(bytes) | (uint64_t)u32(bytes + 4) << 32;
}

int32_t elf_i32(const unsigned char *bytes)
{
	return (int32_t)u32(bytes);
}

static int spoilt(struct error *err, const char *what)
{
	return error_set(err, ERR_USAGE, "a damaged ELF file: %s", what);
}

/* Are these bytes all in the file? */
static bool holds(const struct elf *elf, uint64_t offset, uint64_t size)
{
	return offset <= elf->len && size <= elf->len - offset;
}

static struct header header_at(const struct elf *elf, uint64_t offset)
{
	const unsigned char *bytes = elf->bytes + offset;

	return (struct header){
		.type = u32(bytes + 4),
		.flags = elf_u64(bytes + 8),
		.at = elf_u64(bytes + 16),
		.offset = elf_u64(bytes + 24),
		.size = elf_u64(bytes + 32),
		.link = u32(bytes + 40),
	};
}

/* The table of section headers; more of them than a field can count are counted in the first. */
struct table {
	uint64_t offset, nr;
};

static int elf_find_table(const struct elf *elf, struct table *table, struct error *err)
{
	table->offset = elf_u64(elf->bytes + 40);
	table->nr = u16(elf->bytes + 60);
	if (!table->offset)
		return error_set(err, ERR_USAGE, "an ELF file without sections");
	if (u16(elf->bytes + 58) != SECTION_SIZE || !holds(elf, table->offset, SECTION_SIZE))
		return spoilt(err, "its section headers are not at the given place");
	if (!table->nr)
		table->nr = header_at(elf, table->offset).size;
	if (table->nr > elf->len / SECTION_SIZE ||
		!holds(elf, table->offset, table->nr * SECTION_SIZE))
		return spoilt(err, "some of its section headers are missing");
	return 0;
}

static struct header header_of(const struct elf *elf, const struct table *table, uint64_t index)
{
	return index < table->nr ? header_at(elf, table->offset + index * SECTION_SIZE)
				 : (struct header){ 0 };
}

/* A name in the string table that `index` says; "" when there is none. */
static const char *name_at(
	const struct elf *elf, const struct table *table, uint64_t index, uint64_t name)
{
	struct header strings = header_of(elf, table, index);

	if (!holds(elf, strings.offset, strings.size) || name >= strings.size ||
		!memchr(elf->bytes + strings.offset + name, 0, strings.size - name))
		return "";
	return (const char *)elf->bytes + strings.offset + name;
}

static int sections_by_address(const void *a, const void *b)
{
	const struct elf_section *left = a, *right = b;

	return (left->at > right->at) - (left->at < right->at);
}

static int read_section(struct elf *elf, const struct header *header, struct error *err)
{
	struct elf_section section = {
		.at = header->at,
		.size = header->size,
		.writable = header->flags & WRITABLE,
		.code = header->flags & EXECUTABLE,
		.starters = header->type == INITIALISERS,
	};

	if (header->type != NOBITS) {
		if (!holds(elf, header->offset, header->size))
			return spoilt(err, "a section is longer than the file");
		section.bytes = elf->bytes + header->offset;
	}
	if (header->at + header->size < header->at)
		return spoilt(err, "a section ends before it begins");
	if (!(header->flags & THREAD_LOCAL))
		*ARRAY_ADD(&elf->sections) = section;
	else if (section.bytes)
		elf->thread_data = section;
	return 0;
}

static int read_sections(struct elf *elf, const struct table *table, struct error *err)
{
	for (uint64_t i = 0; i < table->nr; i++) {
		struct header header = header_of(elf, table, i);

		if (header.flags & ALLOCATED && header.size && read_section(elf, &header, err))
			return -1;
	}
	if (elf->sections.nr)
		qsort(elf->sections.items, elf->sections.nr, sizeof *elf->sections.items,
			sections_by_address);
	for (size_t i = 1; i < elf->sections.nr; i++)
		if (elf->sections.items[i].at - elf->sections.items[i - 1].at <
			elf->sections.items[i - 1].size)
			return spoilt(err, "two sections overlap");
	return 0;
}

/* A table of symbols, to be asked by index. */
struct named {
	uint64_t offset, nr, strings;
};

static struct named named_of(const struct elf *elf, const struct table *table, uint64_t index)
{
	struct header header = header_of(elf, table, index);

	if ((header.type != SYMTAB && header.type != DYNSYM) ||
		!holds(elf, header.offset, header.size))
		return (struct named){ 0 };
	return (struct named){ header.offset, header.size / SYMBOL_SIZE, header.link };
}

static enum elf_kind elf_kind_of(const unsigned char *symbol)
{
	if (u16(symbol + 6) == UNDEFINED || u16(symbol + 6) == ABSOLUTE)
		return ELF_OTHER;
	switch (symbol[4] & 15) {
	case KIND_DATA:
		return ELF_DATA;
	case KIND_FUNCTION:
		return ELF_FUNCTION;
	case KIND_CHOSEN:
		return ELF_CHOSEN;
	}
	return ELF_OTHER;
}

static bool in_one_section(const struct elf *elf, const struct elf_symbol *symbol)
{
	const struct elf_section *section = elf_section_at(elf, symbol->at);

	return section && symbol->size <= section->size - (symbol->at - section->at) &&
		section->code == (symbol->kind != ELF_DATA);
}

/* Global names come before weak ones and those before local ones: they are the better known. */
static unsigned char rank_of(const unsigned char *symbol)
{
	static const unsigned char ranks[] = { 2, 0, 1 };
	unsigned binding = symbol[4] >> 4;

	return binding < sizeof ranks ? ranks[binding] : 3;
}

static int symbols_by_address(const void *a, const void *b)
{
	const struct elf_symbol *left = a, *right = b;

	if (left->at != right->at)
		return left->at > right->at ? 1 : -1;
	if (left->rank != right->rank)
		return left->rank > right->rank ? 1 : -1;
	return strcmp(left->name, right->name);
}

static int add_symbols(
	struct elf *elf, const struct table *table, const struct named *named, struct error *err)
{
	for (uint64_t i = 0; i < named->nr; i++) {
		const unsigned char *bytes = elf->bytes + named->offset + i * SYMBOL_SIZE;
		struct elf_symbol symbol = {
			.at = elf_u64(bytes + 8),
			.size = elf_u64(bytes + 16),
			.kind = elf_kind_of(bytes),
			.rank = rank_of(bytes),
		};

		if (symbol.kind == ELF_OTHER || !symbol.size || !in_one_section(elf, &symbol))
			continue;
		if (elf->symbols.nr == MAX_ITEMS)
			return error_set(err, ERR_USAGE, "it has more than %d symbols", MAX_ITEMS);
		symbol.name = name_at(elf, table, named->strings, u32(bytes));
		*ARRAY_ADD(&elf->symbols) = symbol;
	}
	return 0;
}

/* What the dynamic linker knows is all in the full table too, where there is one. */
static int read_symbols(struct elf *elf, const struct table *table, struct error *err)
{
	struct elf_symbols *symbols = &elf->symbols;
	bool full = false;
	size_t kept = 0;

	for (uint64_t i = 0; i < table->nr; i++)
		full |= header_of(elf, table, i).type == SYMTAB;
	for (uint64_t i = 0; i < table->nr; i++) {
		struct named named = named_of(elf, table, i);

		if (header_of(elf, table, i).type == (full ? SYMTAB : DYNSYM) &&
			add_symbols(elf, table, &named, err))
			return -1;
	}
	if (symbols->nr)
		qsort(symbols->items, symbols->nr, sizeof *symbols->items, symbols_by_address);
	for (size_t i = 0; i < symbols->nr; i++)
		if (!kept || symbols->items[kept - 1].at != symbols->items[i].at)
			symbols->items[kept++] = symbols->items[i];
	symbols->nr = kept;
	return 0;
}

static int add_relocation(struct elf *elf, struct elf_relocation relocation, struct error *err)
{
	if (elf->relocations.nr == MAX_ITEMS)
		return error_set(err, ERR_USAGE, "it has more than %d relocations", MAX_ITEMS);
	*ARRAY_ADD(&elf->relocations) = relocation;
	return 0;
}

/* Each machine has numbers of its own for the same few. */
static uint32_t relocation_type(const struct elf *elf, uint32_t type)
{
	static const struct {
		uint32_t arm64, ours;
	} known[] = {
		{ 257, ELF_R_64 },
		{ 1024, ELF_R_COPY },
		{ 1025, ELF_R_GLOB_DAT },
		{ 1026, ELF_R_JUMP_SLOT },
		{ 1027, ELF_R_RELATIVE },
	};

	if (elf->machine != ELF_ARM64)
		return type;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].arm64 == type)
			return known[i].ours;
	return type | UINT32_C(1) << 31;
}

static int add_rela(
	struct elf *elf, const struct table *table, const struct header *header, struct error *err)
{
	struct named named = named_of(elf, table, header->link);

	for (uint64_t i = 0; i < header->size / RELA_SIZE; i++) {
		const unsigned char *bytes = elf->bytes + header->offset + i * RELA_SIZE, *symbol;
		uint32_t index = u32(bytes + 12);
		struct elf_relocation relocation = {
			.at = elf_u64(bytes),
			.type = relocation_type(elf, u32(bytes + 8)),
			.added = (int64_t)elf_u64(bytes + 16),
			.name = "",
			.defined = true,
		};

		if (index && index < named.nr) {
			symbol = elf->bytes + named.offset + index * (uint64_t)SYMBOL_SIZE;
			relocation.name = name_at(elf, table, named.strings, u32(symbol));
			relocation.kind = elf_kind_of(symbol);
			relocation.defined = u16(symbol + 6) != UNDEFINED;
			relocation.value = relocation.defined ? elf_u64(symbol + 8) : 0;
		}
		relocation.value += (uint64_t)relocation.added;
		if (add_relocation(elf, relocation, err))
			return -1;
	}
	return 0;
}

/* What is there counts from where the file is loaded. */
static int elf_add_relative(struct elf *elf, uint64_t at, struct error *err)
{
	const unsigned char *bytes = elf_bytes_at(elf, at, 8);
	uint64_t value = bytes ? elf_u64(bytes) : 0;

	return add_relocation(elf,
		(struct elf_relocation){ .at = at,
			.value = value,
			.added = (int64_t)value,
			.name = "",
			.type = ELF_R_RELATIVE,
			.defined = true },
		err);
}

/* Packed: an even word is an address, an odd one says by its bits which of the next 63 words. */
static int add_relr(struct elf *elf, const struct header *header, struct error *err)
{
	uint64_t next = 0;

	for (uint64_t i = 0; i < header->size / 8; i++) {
		uint64_t word = elf_u64(elf->bytes + header->offset + i * 8);

		if (!(word & 1)) {
			if (elf_add_relative(elf, word, err))
				return -1;
			next = word + 8;
			continue;
		}
		for (uint64_t bits = word >> 1, at = next; bits; bits >>= 1, at += 8)
			if (bits & 1 && elf_add_relative(elf, at, err))
				return -1;
		next += 63 * UINT64_C(8);
	}
	return 0;
}

static int relocations_by_address(const void *a, const void *b)
{
	const struct elf_relocation *left = a, *right = b;

	return (left->at > right->at) - (left->at < right->at);
}

static int read_relocations(struct elf *elf, const struct table *table, struct error *err)
{
	struct elf_relocations *relocations = &elf->relocations;

	for (uint64_t i = 0; i < table->nr; i++) {
		struct header header = header_of(elf, table, i);

		if (!(header.flags & ALLOCATED) || (header.type != RELA && header.type != RELR))
			continue;
		if (!holds(elf, header.offset, header.size))
			return spoilt(err, "its relocations are longer than the file");
		if (header.type == RELA && add_rela(elf, table, &header, err))
			return -1;
		if (header.type == RELR && add_relr(elf, &header, err))
			return -1;
	}
	if (relocations->nr)
		qsort(relocations->items, relocations->nr, sizeof *relocations->items,
			relocations_by_address);
	return 0;
}

int elf_read(struct elf *elf, const void *bytes, size_t len, struct error *err)
{
	struct table table;

	*elf = (struct elf){ .bytes = bytes, .len = len };
	if (len < HEADER_SIZE || memcmp(bytes, "\177ELF", 4) != 0)
		return error_set(err, ERR_USAGE, "not an ELF file");
	if (memcmp(elf->bytes + 4, "\2\1", 2) != 0)
		return error_set(err, ERR_USAGE, "an ELF file, but not of 64 bits, little-endian");
	elf->fixed = u16(elf->bytes + 16) == FIXED_EXECUTABLE;
	elf->machine = u16(elf->bytes + 18);
	if (elf_find_table(elf, &table, err) || read_sections(elf, &table, err) ||
		read_symbols(elf, &table, err))
		return -1;
	return elf->machine == ELF_X86_64 || elf->machine == ELF_ARM64
		? read_relocations(elf, &table, err)
		: 0;
}

void elf_release(struct elf *elf)
{
	ARRAY_RELEASE(&elf->sections);
	ARRAY_RELEASE(&elf->symbols);
	ARRAY_RELEASE(&elf->relocations);
}

struct elf_size elf_size(const struct elf *elf)
{
	struct elf_size size = { 0, elf->thread_data.size };

	for (size_t i = 0; i < elf->sections.nr; i++) {
		const struct elf_section *section = &elf->sections.items[i];

		*(section->writable ? &size.data : &size.code) += section->size;
	}
	return size;
}

const struct elf_section *elf_section_at(const struct elf *elf, uint64_t address)
{
	size_t low = 0, high = elf->sections.nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (elf->sections.items[middle].at <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || address - elf->sections.items[low - 1].at >= elf->sections.items[low - 1].size)
		return NULL;
	return &elf->sections.items[low - 1];
}

/* Of symbols that lie in one another, the one that begins last. */
const struct elf_symbol *elf_symbol_at(const struct elf *elf, uint64_t address)
{
	size_t low = 0, high = elf->symbols.nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (elf->symbols.items[middle].at <= address)
			low = middle + 1;
		else
			high = middle;
	}
	for (size_t tries = 8; low && tries; low--, tries--)
		if (address - elf->symbols.items[low - 1].at < elf->symbols.items[low - 1].size)
			return &elf->symbols.items[low - 1];
	return NULL;
}

size_t elf_relocation_from(const struct elf *elf, uint64_t address)
{
	size_t low = 0, high = elf->relocations.nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (elf->relocations.items[middle].at < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct elf_relocation *elf_relocation_at(const struct elf *elf, uint64_t address)
{
	size_t at = elf_relocation_from(elf, address);

	return at < elf->relocations.nr && elf->relocations.items[at].at == address
		? &elf->relocations.items[at]
		: NULL;
}

const unsigned char *elf_bytes_at(const struct elf *elf, uint64_t address, uint64_t len)
{
	const struct elf_section *section = elf_section_at(elf, address);

	if (!section || !section->bytes || len > section->size - (address - section->at))
		return NULL;
	return section->bytes + (address - section->at);
}

uint64_t elf_pointer_at(const struct elf *elf, uint64_t at)
{
	const struct elf_relocation *relocation = elf_relocation_at(elf, at);
	const unsigned char *bytes = elf_bytes_at(elf, at, 8);

	if (relocation)
		return relocation->value;
	return elf->fixed && bytes ? elf_u64(bytes) : 0;
}
