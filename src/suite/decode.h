/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The machine code of a function, an instruction at a time: what each may lead to, and which of its
 * bits say so. Of x86-64 and of ARM64.
 */
#ifndef SUITE_DECODE_H
#define SUITE_DECODE_H

#include "suite/elf.h"

#define DECODE_MAX_LENGTH 15

struct insn {
	unsigned length;
	unsigned char said[DECODE_MAX_LENGTH]; /* of each byte, the bits that say where it leads */
	struct lead {
		uint64_t to;
		unsigned at; /* the byte that says it first */
		bool read;   /* a constant of the instruction's own size is read there: no string,
				no table */
	} leads[2];
	size_t nr_leads;
	struct number {
		unsigned at, size; /* bytes */
		int64_t value;
	} numbers[2]; /* that are no distances, wide enough for an address */
	size_t nr_numbers;
	bool conditional; /* a jump that may go on instead */
	bool thread_data; /* it leads to a thread's own variables */
	bool calls_kernel;
};

/* A function that is read; its bytes are borrowed from the file. */
struct decoder {
	const struct elf *elf;
	const unsigned char *code; /* NULL: it has none that can be read */
	uint64_t at, size, next;   /* its address, its bytes, and how many were read */
	uint64_t *bases;           /* of ARM64, owned: see arm64_bases */
	bool is_blind;             /* it makes addresses that cannot be followed */
};

/* Is the machine one of those? */
bool decode_knows(const struct elf *elf);

/* To be closed in any case. */
struct decoder decode_open(const struct elf *elf, uint64_t at, uint64_t size);
void decode_close(struct decoder *decoder);

bool decode_is_at_end(const struct decoder *decoder);
/* False where no instruction is; then it does not go on. */
bool decode_next(struct decoder *decoder, struct insn *insn);

/* Where the stub of a call into another file takes its target's address from; 0: it is no stub. */
uint64_t decode_stub_slot(const struct elf *elf, uint64_t at);

/* Does it jump on at once, and do nothing else? */
bool decode_is_jump(const struct elf *elf, uint64_t at);

#endif
