/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An ELF file, and what an address in it stands for: a name, or nameless constants. */
#ifndef SUITE_IMAGE_H
#define SUITE_IMAGE_H

#include "suite/elf.h"

/* Addresses that code or data leads to, ascending: where one thing without a name ends and the
 * next begins. */
struct marks {
	uint64_t *items;
	size_t nr, alloc;
};

struct image {
	struct elf elf;
	struct marks marks; /* of machines whose code can be read */
};

#define IMAGE_INIT \
	{ \
		.elf = ELF_INIT \
	}

/* As elf_read. */
int image_read(struct image *image, const void *bytes, size_t len, struct error *err);
void image_release(struct image *image);

enum place_kind {
	PLACE_NOWHERE, /* in no section, or in code that has no name */
	PLACE_SYMBOL,  /* in a function or in data with a name */
	PLACE_LINK, /* what the dynamic linker puts there: the stub of a call, a slot, a pointer */
	PLACE_CONSTANT, /* in read-only data without a name */
	PLACE_VARIABLE, /* in writable data without one */
};

struct place {
	enum place_kind kind;
	const struct elf_symbol *symbol;         /* of PLACE_SYMBOL */
	uint64_t offset;                         /* in it */
	const struct elf_relocation *relocation; /* of PLACE_LINK */
};

bool image_is_code(const struct image *image, uint64_t address);
struct place image_place(const struct image *image, uint64_t address);

/* How many bytes a nameless constant may have: up to the next mark or its section's end. */
uint64_t image_extent(const struct image *image, uint64_t address);

#endif
