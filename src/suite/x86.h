/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long an x86-64 instruction is, and where in it stands what may be an address. Not what it
 * does: that takes a disassembler, and comparing code does not need one.
 */
#ifndef SUITE_X86_H
#define SUITE_X86_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct x86_field {
	unsigned at, size; /* bytes, from the instruction's first; size 0: it has none */
};

struct x86 {
	unsigned length; /* 1 to 15 bytes */
	struct x86_field displacement, immediate;
	bool relative;     /* the displacement counts from the instruction's end */
	bool jump;         /* the immediate does: a jump or a call */
	bool conditional;  /* a jump that may go on instead */
	bool address_only; /* lea: what the displacement leads to is not read */
};

/* False for what is no instruction, is cut off, or is not of the 64-bit mode; never reads behind
 * len. */
bool x86_read(const unsigned char *code, size_t len, struct x86 *insn);

/* A field's value, its sign extended. */
int64_t x86_value(const unsigned char *code, struct x86_field field);

#endif
