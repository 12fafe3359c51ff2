/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "suite/arm64.h"

#include <stdlib.h>
#include <string.h>

#define NR(table) (sizeof(table) / sizeof *(table))
#define CALL UINT32_C(0x4007ffff)

static const struct {
	uint32_t word;
	const char *text; /* as a disassembler prints it */
	enum arm64_kind kind;
	int64_t distance;
	uint32_t writes;
	const char *traits; /* r reads there, j jump, c conditional, e ends, a anywhere, t thread
			       data, k kernel */
} known[] = {
	{ 0xb0000000, "adrp x0, 0x1000", ARM64_PAGE, 4096, 1, "" },
	{ 0x10ffffe1, "adr x1, -4", ARM64_NEAR, -4, 2, "" },
	{ 0x91048c62, "add x2, x3, #0x123", ARM64_IN_PAGE, 0x123, 4, "" },
	{ 0xf94004a4, "ldr x4, [x5, #8]", ARM64_IN_PAGE, 8, 16, "r" },
	{ 0x3dc004a0, "ldr q0, [x5, #16]", ARM64_IN_PAGE, 16, 0, "r" },
	{ 0x39000ce6, "strb w6, [x7, #3]", ARM64_IN_PAGE, 3, 0, "r" },
	{ 0x14000002, "b 8", ARM64_NEAR, 8, 0, "je" },
	{ 0x97ffffff, "bl -4", ARM64_NEAR, -4, CALL, "" },
	{ 0x54ffffa1, "b.ne -12", ARM64_NEAR, -12, 0, "jc" },
	{ 0xb4000160, "cbz x0, 0x2c", ARM64_NEAR, 0x2c, 0, "jc" },
	{ 0x37180081, "tbnz w1, #3, 0x10", ARM64_NEAR, 16, 0, "jc" },
	{ 0x58000042, "ldr x2, 8", ARM64_NEAR, 8, 4, "r" },
	{ 0xd65f03c0, "ret", ARM64_PLAIN, 0, 0, "e" },
	{ 0xd61f0220, "br x17", ARM64_PLAIN, 0, 0, "ea" },
	{ 0xd63f0040, "blr x2", ARM64_PLAIN, 0, CALL, "" },
	{ 0xd53bd040, "mrs x0, tpidr_el0", ARM64_PLAIN, 0, 1, "t" },
	{ 0xd53b4201, "mrs x1, nzcv", ARM64_PLAIN, 0, 2, "" },
	{ 0xd4000001, "svc #0", ARM64_PLAIN, 0, 1, "k" },
	{ 0xd4200000, "brk #0", ARM64_PLAIN, 0, 0, "e" },
	{ 0xa8c153f3, "ldp x19, x20, [sp], #16", ARM64_PLAIN, 0, 3 << 19, "" },
	{ 0xa9be7bfd, "stp x29, x30, [sp, #-32]!", ARM64_PLAIN, 0, 0, "" },
	{ 0xf8408420, "ldr x0, [x1], #8", ARM64_PLAIN, 0, 3, "" },
	{ 0xb8e00041, "ldaddal w0, w1, [x2]", ARM64_PLAIN, 0, 2, "" },
	{ 0x9e660000, "fmov x0, d0", ARM64_PLAIN, 0, 1, "" },
	{ 0x1e622820, "fadd d0, d1, d2", ARM64_PLAIN, 0, 0, "" },
	{ 0xd503245f, "bti c", ARM64_PLAIN, 0, 0, "" },
};

static bool has(size_t i, char trait)
{
	return strchr(known[i].traits, trait) != NULL;
}

TEST(an_arm64_instruction_says_where_it_leads_and_what_it_writes)
{
	struct arm64 insn;

	for (size_t i = 0; i < NR(known); i++) {
		assert_true(arm64_read(known[i].word, &insn));
		if (insn.kind != known[i].kind || insn.distance != known[i].distance ||
			insn.writes != known[i].writes)
			fail_msg("%s: kind %d, distance %lld, writes %x", known[i].text, insn.kind,
				(long long)insn.distance, (unsigned)insn.writes);
		if (insn.read != has(i, 'r') || insn.jump != has(i, 'j') ||
			insn.conditional != has(i, 'c') || insn.ends != has(i, 'e') ||
			insn.anywhere != has(i, 'a') || insn.thread_data != has(i, 't') ||
			insn.calls_kernel != has(i, 'k'))
			fail_msg("%s: other traits than \"%s\"", known[i].text, known[i].traits);
	}
	assert_false(arm64_read(0, &insn));
	assert_false(arm64_read(0xffff, &insn));
}

/* The bits of a distance are all that changes with it. */
TEST(the_bits_of_a_distance_are_known)
{
	static const uint32_t pairs[][2] = {
		{ 0xb0000000, 0x90abcde0 }, /* adrp x0 */
		{ 0x91048c62, 0x913ffc62 }, /* add x2, x3 */
		{ 0xf94004a4, 0xf97ffca4 }, /* ldr x4, [x5] */
		{ 0x14000002, 0x17fffffe }, /* b */
		{ 0x54ffffa1, 0x54000041 }, /* b.ne */
		{ 0x37180081, 0x371fffe1 }, /* tbnz w1, #3 */
	};

	for (size_t i = 0; i < NR(pairs); i++) {
		struct arm64 one = { 0 }, other = { 0 };

		assert_true(arm64_read(pairs[i][0], &one) && arm64_read(pairs[i][1], &other));
		assert_int_equal(one.said, other.said);
		assert_int_equal(pairs[i][0] & ~one.said, pairs[i][1] & ~one.said);
		assert_true(one.distance != other.distance);
	}
}

static void check_bases(const uint32_t *words, size_t nr, const uint64_t *wanted, bool used)
{
	unsigned char code[64];
	uint64_t *bases;
	bool all_used;

	for (size_t i = 0; i < nr; i++)
		for (size_t byte = 0; byte < 4; byte++)
			code[i * 4 + byte] = (unsigned char)(words[i] >> 8 * byte);
	bases = arm64_bases(code, 0x10000, nr, &all_used);
	for (size_t i = 0; i < nr; i++)
		if (bases[i] != wanted[i])
			fail_msg("instruction %zu: %llx", i, (unsigned long long)bases[i]);
	assert_int_equal(all_used, used);
	free(bases);
}

#define NONE ARM64_NO_BASE
#define CHECK_BASES(used, wanted, ...) \
	check_bases((const uint32_t[]){ __VA_ARGS__ }, \
		sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t), wanted, used)

#define ADRP_X0_1 0xb0000000
#define ADRP_X0_2 0xd0000000
#define LDR_X1_X0 0xf9400401
#define RET 0xd65f03c0

TEST(a_page_is_known_until_its_register_is_written)
{
	CHECK_BASES(true, ((const uint64_t[]){ NONE, 0x11000, NONE }), ADRP_X0_1, LDR_X1_X0, RET);
	/* mov x0, x2 */
	CHECK_BASES(
		false, ((const uint64_t[]){ NONE, NONE, NONE }), ADRP_X0_1, 0xaa0203e0, LDR_X1_X0);
	/* A call, and a store that leaves it alone: str x0, [x2] */
	CHECK_BASES(
		false, ((const uint64_t[]){ NONE, NONE, NONE }), ADRP_X0_1, 0x94000010, LDR_X1_X0);
	CHECK_BASES(true, ((const uint64_t[]){ NONE, NONE, 0x11000 }), ADRP_X0_1, 0xf9000040,
		LDR_X1_X0);
}

TEST(where_ways_meet_they_must_agree)
{
	/* cbz x3, to the load; adrp x0, another page */
	CHECK_BASES(false, ((const uint64_t[]){ NONE, NONE, NONE, NONE }), ADRP_X0_1, 0xb4000043,
		ADRP_X0_2, LDR_X1_X0);
	/* The other way leaves before: cbz x3, behind ret */
	CHECK_BASES(true, ((const uint64_t[]){ NONE, NONE, NONE, 0x12000, NONE, 0x11000 }),
		ADRP_X0_1, 0xb4000083, ADRP_X0_2, LDR_X1_X0, RET, LDR_X1_X0);
	/* A loop: adrp x0; load; cbnz x3, to the load */
	CHECK_BASES(true, ((const uint64_t[]){ NONE, 0x11000, NONE }), ADRP_X0_1, LDR_X1_X0,
		0xb5ffffe3);
	/* The same, but the loop writes it: mov x0, x2 */
	CHECK_BASES(false, ((const uint64_t[]){ NONE, NONE, NONE, NONE }), ADRP_X0_1, LDR_X1_X0,
		0xaa0203e0, 0xb5ffffc3);
	/* A block that only a later one jumps to, behind one that writes the register: cbz x3, to
	 * the last but two; mov x0, x2; br x17; nop; load; nop; cbnz x3, to the first nop; ret */
	CHECK_BASES(true,
		((const uint64_t[]){ NONE, NONE, NONE, NONE, NONE, 0x11000, NONE, NONE, NONE }),
		ADRP_X0_1, 0xb40000a3, 0xaa0203e0, 0xd61f0220, 0xd503201f, LDR_X1_X0, 0xd503201f,
		0xb5ffffa3, RET);
	/* Behind a jump through a register, as a jump table makes it */
	CHECK_BASES(true, ((const uint64_t[]){ NONE, NONE, 0x11000 }), ADRP_X0_1, 0xd61f0220,
		LDR_X1_X0);
}
