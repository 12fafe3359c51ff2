/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a program under valgrind can ask callgrind: to begin and to end counting. The requests are
 * instructions that change nothing, and that valgrind knows (its manual, "The Client Request
 * mechanism"); elsewhere they cost five instructions. They are inline, so that as little as can be
 * is counted besides.
 */
#ifndef SYS_CALLGRIND_H
#define SYS_CALLGRIND_H

#include <stdint.h>

#if defined __x86_64__ || defined __aarch64__
#define CALLGRIND_IS_KNOWN 1
#else
#define CALLGRIND_IS_KNOWN 0
#endif

/* A tool's own requests are its two letters, and a number. */
#define CALLGRIND_TOOL ((uint64_t)('C' << 24 | 'T' << 16))

enum callgrind_request {
	CALLGRIND_BEGIN = 4, /* start instrumentation */
	CALLGRIND_END = 5,   /* stop it */
};

static inline void callgrind_ask(enum callgrind_request request)
{
	const volatile uint64_t words[6] = { CALLGRIND_TOOL + (uint64_t)request };

#if defined __x86_64__
	uint64_t answer = 0;

	__asm__ volatile("rolq $3, %%rdi\n\trolq $13, %%rdi\n\trolq $61, %%rdi\n\trolq $51, %%rdi\n"
			 "\txchgq %%rbx, %%rbx"
			 : "+d"(answer)
			 : "a"(words)
			 : "cc", "memory");
#elif defined __aarch64__
	register const volatile uint64_t *asked __asm__("x4") = words;
	register uint64_t answer __asm__("x3") = 0;

	__asm__ volatile(
		"ror x12, x12, #3\n\tror x12, x12, #13\n\tror x12, x12, #51\n\tror x12, x12, #61\n"
		"\torr x10, x10, x10"
		: "+r"(answer)
		: "r"(asked)
		: "cc", "memory");
#else
	(void)words;
#endif
}

#endif
