/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "suite/x86.h"

#include "base/random.h"

#include <stdlib.h>
#include <string.h>

#define NR(table) (sizeof(table) / sizeof *(table))

static const struct {
	const char *bytes; /* as a disassembler prints them */
	const char *text;
	unsigned length, displacement, immediate; /* sizes */
	const char *traits; /* r relative, j jump, c conditional, a address only */
} known[] = {
	{ "90", "nop", 1, 0, 0, "" },
	{ "c3", "ret", 1, 0, 0, "" },
	{ "f3 0f 1e fa", "endbr64", 4, 0, 0, "" },
	{ "66 0f 1f 44 00 00", "nopw 0x0(%rax,%rax,1)", 6, 1, 0, "" },
	{ "66 66 2e 0f 1f 84 00 00 00 00 00", "data16 cs nopw", 11, 4, 0, "" },
	{ "48 8d 05 01 02 00 00", "lea 0x201(%rip),%rax", 7, 4, 0, "ra" },
	{ "48 8b 04 25 28 00 00 00", "mov 0x28,%rax", 8, 4, 0, "" },
	{ "64 48 8b 04 25 28 00 00 00", "mov %fs:0x28,%rax", 9, 4, 0, "" },
	{ "83 3d 01 02 00 00 07", "cmpl $7,0x201(%rip)", 7, 4, 1, "r" },
	{ "66 81 3d 01 02 00 00 07 00", "cmpw $7,0x201(%rip)", 9, 4, 2, "r" },
	{ "c7 05 01 02 00 00 07 00 00 00", "movl $7,0x201(%rip)", 10, 4, 4, "r" },
	{ "f6 05 01 02 00 00 07", "testb $7,0x201(%rip)", 7, 4, 1, "r" },
	{ "f6 15 01 02 00 00", "notb 0x201(%rip)", 6, 4, 0, "r" },
	{ "f7 c7 00 01 00 00", "test $0x100,%edi", 6, 0, 4, "" },
	{ "48 b8 01 02 03 04 05 06 07 08", "movabs", 10, 0, 8, "" },
	{ "b8 01 02 03 04", "mov $0x4030201,%eax", 5, 0, 4, "" },
	{ "66 b8 01 02", "mov $0x201,%ax", 4, 0, 2, "" },
	{ "48 a1 01 02 03 04 05 06 07 08", "movabs 0x..,%rax", 10, 8, 0, "" },
	{ "c8 10 00 00", "enter", 4, 0, 3, "" },
	{ "e8 00 00 00 00", "call", 5, 0, 4, "j" },
	{ "66 66 48 e8 00 00 00 00", "data16 rex.W call", 8, 0, 4, "j" },
	{ "f2 ff 25 00 00 00 00", "bnd jmp *0x0(%rip)", 7, 4, 0, "r" },
	{ "eb fe", "jmp", 2, 0, 1, "j" },
	{ "74 10", "je", 2, 0, 1, "jc" },
	{ "0f 84 00 01 00 00", "je", 6, 0, 4, "jc" },
	{ "e2 fe", "loop", 2, 0, 1, "jc" },
	{ "42 8b 84 84 80 00 00 00", "mov 0x80(%rsp,%r8,4),%eax", 8, 4, 0, "" },
	{ "8b 44 24 08", "mov 0x8(%rsp),%eax", 4, 1, 0, "" },
	{ "66 0f 3a 0f c1 08", "palignr", 6, 0, 1, "" },
	{ "66 0f 38 00 05 00 00 00 00", "pshufb 0x0(%rip)", 9, 4, 0, "r" },
	{ "c5 f8 77", "vzeroupper", 3, 0, 0, "" },
	{ "c5 f9 6f 05 00 00 00 00", "vmovdqa 0x0(%rip),%xmm0", 8, 4, 0, "r" },
	{ "c5 f9 70 c0 4e", "vpshufd", 5, 0, 1, "" },
	{ "c4 e3 7d 39 c1 01", "vextracti128", 6, 0, 1, "" },
	{ "c4 e2 7d 18 05 00 00 00 00", "vbroadcastss 0x0(%rip)", 9, 4, 0, "r" },
	{ "62 f1 fd 48 6f 05 00 00 00 00", "vmovdqa64 0x0(%rip),%zmm0", 10, 4, 0, "r" },
	{ "62 f3 75 48 1e c0 00", "vpcmpleud", 7, 0, 1, "" },
};

static size_t spelled(const char *text, unsigned char *bytes)
{
	size_t nr = 0;

	for (char *end; *text; text = end)
		bytes[nr++] = (unsigned char)strtoul(text, &end, 16);
	return nr;
}

TEST(an_instruction_is_as_long_as_it_is)
{
	for (size_t i = 0; i < NR(known); i++) {
		unsigned char bytes[32];
		char traits[8];
		struct x86 insn;

		memset(bytes, 0x90, sizeof bytes);
		assert_int_equal(spelled(known[i].bytes, bytes), known[i].length);
		if (!x86_read(bytes, sizeof bytes, &insn))
			fail_msg("%s: unknown", known[i].text);
		snprintf(traits, sizeof traits, "%s%s%s%s", insn.relative ? "r" : "",
			insn.jump ? "j" : "", insn.conditional ? "c" : "",
			insn.address_only ? "a" : "");
		if (insn.length != known[i].length ||
			insn.displacement.size != known[i].displacement ||
			insn.immediate.size != known[i].immediate ||
			strcmp(traits, known[i].traits) != 0)
			fail_msg("%s: %u bytes, %u and %u, '%s'", known[i].text, insn.length,
				insn.displacement.size, insn.immediate.size, traits);
	}
}

TEST(what_is_cut_off_is_none)
{
	for (size_t i = 0; i < NR(known); i++)
		for (size_t len = 0; len < known[i].length; len++) {
			unsigned char bytes[32];
			unsigned char *copy = malloc(len ? len : 1);
			struct x86 insn;

			assert_non_null(copy);
			spelled(known[i].bytes, bytes);
			memcpy(copy, bytes, len);
			assert_false(x86_read(copy, len, &insn));
			free(copy);
		}
}

TEST(what_is_no_instruction_in_this_mode_is_refused)
{
	static const char *const none[] = { "06", "27", "60", "82 c0 01", "9a 00 00 00 00 00 00",
		"ce", "d4 0a", "ea 00 00 00 00 00 00", "0f 04", "0f 36", "8f e8 00 00 00",
		"c4 e0 00 00 00", "62 f0 7d 48 6f c0", "48 48 89 c0",
		"66 66 66 66 66 66 66 66 66 66 66 66 66 66 66 66" };

	for (size_t i = 0; i < NR(none); i++) {
		unsigned char bytes[32] = { 0 };
		struct x86 insn;

		spelled(none[i], bytes);
		if (x86_read(bytes, sizeof bytes, &insn))
			fail_msg("%s: %u bytes", none[i], insn.length);
	}
}

TEST(whatever_the_bytes_are_fields_lie_inside)
{
	struct random random = random_seed(86);

	for (int round = 0; round < 200000; round++) {
		unsigned char bytes[16];
		uint64_t drawn[2] = { random_next(&random), random_next(&random) };
		struct x86 insn;

		memcpy(bytes, drawn, sizeof bytes);
		if (!x86_read(bytes, sizeof bytes, &insn))
			continue;
		assert_in_range(insn.length, 1, 15);
		assert_true(insn.displacement.at + insn.displacement.size <= insn.length);
		assert_true(insn.immediate.at + insn.immediate.size <= insn.length);
		assert_true(!insn.relative || insn.displacement.size == 4);
		assert_true(!insn.conditional || insn.jump);
	}
}

TEST(a_value_keeps_its_sign)
{
	static const unsigned char bytes[] = { 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0x7f };

	assert_int_equal(x86_value(bytes, (struct x86_field){ 0, 1 }), 1);
	assert_int_equal(x86_value(bytes, (struct x86_field){ 1, 1 }), -1);
	assert_int_equal(x86_value(bytes, (struct x86_field){ 0, 4 }), -255);
	assert_int_equal(x86_value(bytes, (struct x86_field){ 1, 4 }), -1);
	assert_true(x86_value(bytes, (struct x86_field){ 1, 8 }) == INT64_MAX);
	assert_int_equal(x86_value(bytes, (struct x86_field){ 0, 0 }), 0);
}
