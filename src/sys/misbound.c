/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/misbound.h"

#include "sys/dynlib.h"

#if defined __linux__ && (defined __x86_64__ || defined __aarch64__)
#include "base/array.h"

#include <elf.h>
#include <link.h>
#include <stdint.h>

#ifdef __x86_64__
enum { R_POINTER = R_X86_64_64, R_DATA = R_X86_64_GLOB_DAT, R_CALL = R_X86_64_JUMP_SLOT };
#else
enum { R_POINTER = R_AARCH64_ABS64, R_DATA = R_AARCH64_GLOB_DAT, R_CALL = R_AARCH64_JUMP_SLOT };
#endif

/* Below it are the version of a local symbol, and none. */
#define FIRST_VERSION 2
#define VERSION_BITS 0x7fff

struct loaded {
	const char *path;
	uintptr_t base, start, end;
	const ElfW(Dyn) * dynamic;
};

struct search {
	struct loaded *items; /* all that is loaded; what is loaded later comes later */
	size_t nr, alloc;
	size_t nr_before; /* these were there before the library */
	void *library;
	struct misbound *found;
};

/* What the loader has put there is an address, and only ever comes as a number. */
static const void *at_address(uintptr_t address)
{
	return (const void *)address; /* NOLINT(performance-no-int-to-ptr) */
}

static int add_loaded(struct dl_phdr_info *object, size_t size, void *context)
{
	struct loaded loaded = { object->dlpi_name, object->dlpi_addr, UINTPTR_MAX, 0, NULL };
	struct search *search = context;

	(void)size;
	for (unsigned i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
		uintptr_t start = object->dlpi_addr + segment->p_vaddr;

		if (segment->p_type == PT_DYNAMIC)
			loaded.dynamic = at_address(start);
		if (segment->p_type != PT_LOAD)
			continue;
		if (start < loaded.start)
			loaded.start = start;
		if (start + segment->p_memsz > loaded.end)
			loaded.end = start + segment->p_memsz;
	}
	*ARRAY_ADD(search) = loaded;
	return 0;
}

static bool has_address(const struct loaded *loaded, uintptr_t address)
{
	return address >= loaded->start && address < loaded->end;
}

static const struct loaded *loaded_at(const struct search *search, uintptr_t address)
{
	for (size_t i = 0; i < search->nr; i++)
		if (has_address(&search->items[i], address))
			return &search->items[i];
	return NULL;
}

static bool is_before(const struct search *search, const struct loaded *loaded)
{
	return loaded < search->items + search->nr_before;
}

/* What the dynamic linker reads of a file. */
struct linked {
	const ElfW(Sym) * symbols;
	const char *names;
	const ElfW(Half) * versions; /* one for each symbol, or NULL */
	struct relocations {
		const ElfW(Rela) * items;
		size_t size;
	} relocations[2];
};

/* Some loaders leave the distance from the base there, others make an address of it. */
static const void *pointed_to(const struct loaded *loaded, uintptr_t pointer)
{
	return at_address(pointer < loaded->base ? loaded->base + pointer : pointer);
}

static struct linked read_linked(const struct loaded *loaded)
{
	struct linked linked = { .symbols = NULL };

	for (const ElfW(Dyn) *at = loaded->dynamic; at && at->d_tag != DT_NULL; at++) {
		const void *pointer = pointed_to(loaded, at->d_un.d_ptr);

		if (at->d_tag == DT_SYMTAB)
			linked.symbols = pointer;
		else if (at->d_tag == DT_STRTAB)
			linked.names = pointer;
		else if (at->d_tag == DT_VERSYM)
			linked.versions = pointer;
		else if (at->d_tag == DT_RELA)
			linked.relocations[0].items = pointer;
		else if (at->d_tag == DT_RELASZ)
			linked.relocations[0].size = at->d_un.d_val;
		else if (at->d_tag == DT_JMPREL)
			linked.relocations[1].items = pointer;
		else if (at->d_tag == DT_PLTRELSZ)
			linked.relocations[1].size = at->d_un.d_val;
	}
	return linked;
}

/* Must no symbol of that name in another file take its place? */
static bool is_own(const struct linked *linked, size_t index)
{
	const ElfW(Sym) *symbol = &linked->symbols[index];
	unsigned version = linked->versions ? linked->versions[index] & VERSION_BITS : 0;

	/* Weak: another may take its place, as C++ wants it of templates and inline functions. */
	if (ELF64_ST_BIND(symbol->st_info) != STB_GLOBAL)
		return false;
	return symbol->st_shndx != SHN_UNDEF || version < FIRST_VERSION;
}

/* Does a symbol of that name, which leads to that address, belong to what was loaded since? */
static bool is_misbound(const struct search *search, const char *name, uintptr_t address)
{
	const struct loaded *reached = loaded_at(search, address), *owner;

	if (!reached || !is_before(search, reached))
		return false;
	owner = loaded_at(search, (uintptr_t)dynlib_find(search->library, name));
	/* A pointer that was changed since then leads anywhere. */
	if (!owner || is_before(search, owner) || !dynlib_find(NULL, name))
		return false;
	search->found->name = name;
	search->found->owner = owner->path;
	search->found->reached = reached->path;
	return true;
}

static bool search_relocations(const struct search *search, const struct loaded *user,
	const struct linked *linked, struct relocations relocations)
{
	size_t nr = relocations.items ? relocations.size / sizeof *relocations.items : 0;

	for (size_t i = 0; i < nr; i++) {
		const ElfW(Rela) *relocation = &relocations.items[i];
		uint64_t type = ELF64_R_TYPE(relocation->r_info);
		size_t symbol = ELF64_R_SYM(relocation->r_info);
		const uintptr_t *place = at_address(user->base + relocation->r_offset);
		uintptr_t address;

		if (!symbol || (type != R_POINTER && type != R_DATA && type != R_CALL))
			continue;
		address = *place - (uintptr_t)relocation->r_addend;
		if (!has_address(user, address) && is_own(linked, symbol) &&
			is_misbound(
				search, linked->names + linked->symbols[symbol].st_name, address))
			return true;
	}
	return false;
}

static bool search_file(const struct search *search, const struct loaded *user)
{
	struct linked linked = read_linked(user);

	search->found->user = user->path;
	return linked.symbols && linked.names &&
		(search_relocations(search, user, &linked, linked.relocations[0]) ||
			search_relocations(search, user, &linked, linked.relocations[1]));
}

static int misbound_add_one(struct dl_phdr_info *object, size_t size, void *context)
{
	(void)object;
	(void)size;
	++*(size_t *)context;
	return 0;
}

size_t misbound_count_loaded(void)
{
	size_t nr = 0;

	dl_iterate_phdr(misbound_add_one, &nr);
	return nr;
}

bool misbound_find(void *library, size_t nr_before, struct misbound *found)
{
	struct search search = { .nr_before = nr_before, .library = library, .found = found };
	bool is_found = false;

	if (dynlib_sanitized())
		return false;
	dl_iterate_phdr(add_loaded, &search);
	for (size_t i = nr_before; i < search.nr && !is_found; i++)
		is_found = search_file(&search, &search.items[i]);
	ARRAY_RELEASE(&search);
	return is_found;
}
#else
size_t misbound_count_loaded(void)
{
	return 0;
}

bool misbound_find(void *library, size_t nr_before, struct misbound *found)
{
	(void)library;
	(void)nr_before;
	(void)found;
	return false;
}
#endif
