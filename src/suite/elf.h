/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an ELF file (64 bits, little-endian) holds when it is loaded: sections, named functions and
 * data, and the places that the dynamic linker fills in. The file is foreign: whatever its bytes
 * are, nothing behind them is read, and what does not fit is an error or left out.
 */
#ifndef SUITE_ELF_H
#define SUITE_ELF_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ELF_X86_64 62
#define ELF_ARM64 183

/* Only those that have an address; among `sections`, no thread-local ones. */
struct elf_section {
	uint64_t at, size;          /* addresses are those of the link, as everywhere here */
	const unsigned char *bytes; /* NULL: all zero */
	bool writable, code;
	bool starters; /* addresses of functions that run when it is loaded */
};

enum elf_kind {
	ELF_OTHER, /* or thread-local, or undefined */
	ELF_FUNCTION,
	ELF_CHOSEN, /* a function that another one chooses at load time */
	ELF_DATA,
};

/* A function or data that is defined, has a size, and lies in one section. */
struct elf_symbol {
	const char *name; /* in the file's bytes */
	uint64_t at, size;
	enum elf_kind kind;
	unsigned char rank; /* of names for one place, the smallest is its name */
};

struct elf_relocation {
	uint64_t at;
	uint64_t value;   /* the symbol's address (0: undefined, or none) and what is added */
	int64_t added;    /* of that */
	const char *name; /* the symbol's, "" when there is none */
	uint32_t type;    /* ELF_R_*, or another number for each other of the machine's */
	bool defined;     /* the symbol is in this file, or there is none */
	enum elf_kind kind;
};

#define ELF_R_64 1
#define ELF_R_COPY 5
#define ELF_R_GLOB_DAT 6
#define ELF_R_JUMP_SLOT 7
#define ELF_R_RELATIVE 8

struct elf_sections {
	struct elf_section *items;
	size_t nr, alloc;
};

struct elf_symbols {
	struct elf_symbol *items;
	size_t nr, alloc;
};

struct elf_relocations {
	struct elf_relocation *items;
	size_t nr, alloc;
};

/* Borrows the bytes. */
struct elf {
	const unsigned char *bytes;
	size_t len;
	uint16_t machine;
	bool fixed;                         /* its addresses are final: not position-independent */
	struct elf_sections sections;       /* by address */
	struct elf_symbols symbols;         /* by address, one for each */
	struct elf_relocations relocations; /* by address; of x86-64 and ARM64 only */
	struct elf_section thread_data;     /* what each thread's own variables begin with; size 0:
					       all of them with zero */
};

#define ELF_INIT \
	{ \
		.bytes = NULL \
	}

/* ERR_USAGE when it is no such file or a spoilt one. Release it in any case. */
int elf_read(struct elf *elf, const void *bytes, size_t len, struct error *err);
void elf_release(struct elf *elf);

/* How much memory it takes when it is loaded. */
struct elf_size {
	uint64_t code; /* machine code, constants, and what the dynamic linker reads */
	uint64_t data; /* what may be written to, with what is zero at first */
};
struct elf_size elf_size(const struct elf *elf);

/* The section that has the address, or NULL. */
const struct elf_section *elf_section_at(const struct elf *elf, uint64_t address);
/* The symbol that has it. */
const struct elf_symbol *elf_symbol_at(const struct elf *elf, uint64_t address);
/* The first relocation there or later; may be one past the last. */
size_t elf_relocation_from(const struct elf *elf, uint64_t address);
/* The relocation of exactly that place. */
const struct elf_relocation *elf_relocation_at(const struct elf *elf, uint64_t address);

/* len bytes of a section's content; NULL when there are not as many, or they are all zero. */
const unsigned char *elf_bytes_at(const struct elf *elf, uint64_t address, uint64_t len);

/* The address at a place in data, known to the dynamic linker or final; 0: there is none. */
uint64_t elf_pointer_at(const struct elf *elf, uint64_t at);

uint64_t elf_u64(const unsigned char *bytes);
int32_t elf_i32(const unsigned char *bytes);

#endif
