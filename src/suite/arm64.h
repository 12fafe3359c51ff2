/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an ARM64 instruction says of addresses. An address takes two of them: the first puts its
 * page into a register, the second, which may stand far behind, adds the place in the page.
 */
#ifndef SUITE_ARM64_H
#define SUITE_ARM64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARM64_SIZE 4 /* bytes of each instruction */

enum arm64_kind {
	ARM64_PLAIN,
	ARM64_NEAR,    /* it leads to a distance from itself: a jump, a call, or a constant */
	ARM64_PAGE,    /* it puts the page at a distance from its own into a register */
	ARM64_IN_PAGE, /* it leads to a place from where a register points to, if that is a page */
};

struct arm64 {
	enum arm64_kind kind;
	int64_t distance;
	uint32_t said;   /* the bits of the distance */
	unsigned target; /* ARM64_PAGE: the register */
	unsigned base;   /* ARM64_IN_PAGE: the register */
	uint32_t writes; /* general registers, a bit each */
	bool read;       /* what is there is read */
	bool jump;       /* ARM64_NEAR: it goes on there */
	bool conditional;
	bool ends;     /* it never goes on to the next instruction */
	bool anywhere; /* and goes on at an address in a register */
	bool thread_data, calls_kernel;
};

/* False for what is no instruction. */
bool arm64_read(uint32_t word, struct arm64 *insn);

/* The instruction at these bytes. */
uint32_t arm64_word(const unsigned char *code);

/* The page of the address that an ARM64_PAGE instruction stands at, and its distance away. */
uint64_t arm64_page(uint64_t at, int64_t distance);

#define ARM64_NO_BASE UINT64_MAX

/*
 * Of each instruction of a function the page that its base register points to, or ARM64_NO_BASE;
 * free it. *all_used: each page is the base of some instruction.
 */
uint64_t *arm64_bases(const unsigned char *code, uint64_t at, size_t nr, bool *all_used);

#endif
