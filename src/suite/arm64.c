/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "suite/arm64.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define PAGE UINT64_C(4096)
#define NO_REGISTER 31 /* as a target: the result is dropped, or it is the stack pointer */

static uint32_t bits(uint32_t word, unsigned low, unsigned nr)
{
	return word >> low & ((UINT32_C(1) << nr) - 1);
}

static int64_t signed_bits(uint32_t word, unsigned low, unsigned nr)
{
	int64_t value = bits(word, low, nr), sign = INT64_C(1) << (nr - 1);

	return (value ^ sign) - sign;
}

static uint32_t one_bit(unsigned reg)
{
	return reg == NO_REGISTER ? 0 : UINT32_C(1) << reg;
}

/* The fields that registers stand in, most often. */
static uint32_t first_register(uint32_t word)
{
	return one_bit(bits(word, 0, 5));
}

static uint32_t base_register(uint32_t word)
{
	return one_bit(bits(word, 5, 5));
}

static uint32_t second_register(uint32_t word)
{
	return one_bit(bits(word, 10, 5));
}

static uint32_t third_register(uint32_t word)
{
	return one_bit(bits(word, 16, 5));
}

/* What a call may change, by the rules of the platform. */
#define CALL_WRITES UINT32_C(0x4007ffff)

static void read_computing(uint32_t word, struct arm64 *insn)
{
	insn->writes = first_register(word);
	if ((word & 0x1f000000) == 0x10000000) {
		insn->kind = word >> 31 ? ARM64_PAGE : ARM64_NEAR;
		insn->distance = signed_bits(word, 5, 19) * 4 + bits(word, 29, 2);
		if (insn->kind == ARM64_PAGE)
			insn->distance *= (int64_t)PAGE;
		insn->target = bits(word, 0, 5);
		insn->said = 0x60ffffe0;
	} else if ((word & 0xffc00000) == 0x91000000) {
		insn->kind = ARM64_IN_PAGE;
		insn->base = bits(word, 5, 5);
		insn->distance = bits(word, 10, 12);
		insn->said = 0x003ffc00;
	}
}

static void read_near_jump(uint32_t word, struct arm64 *insn, unsigned low, unsigned nr)
{
	insn->kind = ARM64_NEAR;
	insn->jump = true;
	insn->distance = signed_bits(word, low, nr) * ARM64_SIZE;
	insn->said = ((UINT32_C(1) << nr) - 1) << low;
}

static void read_conditional(uint32_t word, struct arm64 *insn, unsigned low, unsigned nr)
{
	read_near_jump(word, insn, low, nr);
	insn->conditional = true;
}

/* br, blr, ret and what is made of them with pointer authentication. */
static void read_far_jump(uint32_t word, struct arm64 *insn)
{
	unsigned what = bits(word, 21, 3);

	if (what == 1) {
		insn->writes = CALL_WRITES;
		return;
	}
	insn->ends = true;
	insn->anywhere = what == 0;
}

static void read_branching(uint32_t word, struct arm64 *insn)
{
	if ((word & 0xfc000000) == 0x14000000) {
		read_near_jump(word, insn, 0, 26);
		insn->ends = true;
	} else if ((word & 0xfc000000) == 0x94000000) {
		read_near_jump(word, insn, 0, 26);
		insn->jump = false;
		insn->writes = CALL_WRITES;
	} else if ((word & 0xff000000) == 0x54000000 || (word & 0x7e000000) == 0x34000000) {
		read_conditional(word, insn, 5, 19);
	} else if ((word & 0x7e000000) == 0x36000000) {
		read_conditional(word, insn, 5, 14);
	} else if ((word & 0xfe000000) == 0xd6000000) {
		read_far_jump(word, insn);
	} else if ((word & 0xffe0001f) == 0xd4000001) {
		insn->calls_kernel = true;
		insn->writes = first_register(0);
	} else if ((word & 0xffe0001f) == 0xd4200000) {
		insn->ends = true;
	} else if ((word & 0xfff00000) == 0xd5300000 || (word & 0xfff80000) == 0xd5280000) {
		insn->writes = first_register(word);
		insn->thread_data = (word & 0xffffffe0) == 0xd53bd040;
	}
}

static void read_in_page_access(uint32_t word, struct arm64 *insn, bool loads)
{
	bool vector = bits(word, 26, 1);
	unsigned scale = vector && bits(word, 23, 1) ? 4 : bits(word, 30, 2);

	insn->kind = ARM64_IN_PAGE;
	insn->base = bits(word, 5, 5);
	insn->distance = (int64_t)bits(word, 10, 12) << scale;
	insn->said = 0x003ffc00;
	insn->read = true;
	insn->writes = loads ? first_register(word) : 0;
}

/* Loads and stores: `loads` also where that is not sure. */
static void read_access(uint32_t word, struct arm64 *insn)
{
	bool general = !bits(word, 26, 1);
	bool loads = general && bits(word, 22, 2) != 0;

	if ((word & 0x3b000000) == 0x18000000) {
		insn->kind = ARM64_NEAR;
		insn->distance = signed_bits(word, 5, 19) * ARM64_SIZE;
		insn->said = 0x00ffffe0;
		insn->read = true;
		insn->writes = general ? first_register(word) : 0;
	} else if ((word & 0x3b000000) == 0x39000000) {
		read_in_page_access(word, insn, loads);
	} else if ((word & 0x3b200000) == 0x38000000) {
		insn->writes = (loads ? first_register(word) : 0) |
			(bits(word, 10, 1) ? base_register(word) : 0);
	} else if ((word & 0x3b200000) == 0x38200000) {
		insn->writes = (general ? first_register(word) : 0) |
			(bits(word, 10, 1) ? base_register(word) : 0);
	} else if ((word & 0x3a000000) == 0x28000000) {
		insn->writes =
			(general && bits(word, 22, 1) ? first_register(word) | second_register(word)
						      : 0) |
			(bits(word, 23, 1) ? base_register(word) : 0);
	} else if ((word & 0xbe000000) == 0x0c000000) {
		insn->writes = bits(word, 23, 1) ? base_register(word) : 0;
	} else {
		insn->writes = first_register(word) | base_register(word) | second_register(word) |
			third_register(word);
	}
}

/* Few of those that work on vectors have a general register as their target. */
static void read_of_vectors(uint32_t word, struct arm64 *insn)
{
	if ((word & 0x5f20fc00) == 0x1e200000 || (word & 0x5f200000) == 0x1e000000 ||
		(word & 0xbfe08400) == 0x0e000400)
		insn->writes = first_register(word);
}

bool arm64_read(uint32_t word, struct arm64 *insn)
{
	unsigned group = bits(word, 25, 4);

	*insn = (struct arm64){ .kind = ARM64_PLAIN };
	if (group == 1 || group == 3 || word >> 16 == 0)
		return false;
	if ((group & 14) == 8)
		read_computing(word, insn);
	else if ((group & 14) == 10)
		read_branching(word, insn);
	else if ((group & 5) == 4)
		read_access(word, insn);
	else if ((group & 7) == 7)
		read_of_vectors(word, insn);
	else
		insn->writes = first_register(word);
	return true;
}

uint32_t arm64_word(const unsigned char *code)
{
	return (uint32_t)code[0] | (uint32_t)code[1] << 8 | (uint32_t)code[2] << 16 |
		(uint32_t)code[3] << 24;
}

uint64_t arm64_page(uint64_t at, int64_t distance)
{
	return (at & ~(PAGE - 1)) + (uint64_t)distance;
}

/*
 * Which page a register holds is found out along all ways through the function. Where ways meet
 * that do not agree, it is no page. A page is known by the instruction that made it, its place and
 * 1.
 */
#define NR_REGISTERS 31
struct pages {
	uint32_t makers[NR_REGISTERS]; /* 0: no page */
	bool reached;                  /* by any way so far; else the rest says nothing */
};

struct flow {
	const unsigned char *code;
	uint64_t at;
	size_t nr;
	uint32_t *labels;      /* of each instruction its place in `states` and 1; 0: nothing jumps
				  there */
	struct pages *states;  /* where ways meet */
	struct pages anywhere; /* where jumps through a register may go on */
	bool *used;            /* each page, by its maker */
	bool changed;
};

static uint64_t page_made(const struct flow *flow, uint32_t maker)
{
	struct arm64 insn;
	size_t place = maker - 1;

	arm64_read(arm64_word(flow->code + place * ARM64_SIZE), &insn);
	return arm64_page(flow->at + place * ARM64_SIZE, insn.distance);
}

/* Of two instructions that make the same page, one stands for both. */
static uint32_t met_maker(struct flow *flow, uint32_t old, uint32_t other)
{
	if (old == other || !old)
		return old;
	if (!other || page_made(flow, old) != page_made(flow, other))
		return 0;
	flow->used[other - 1] = true;
	return old;
}

static void meet_pages(struct flow *flow, struct pages *into, const struct pages *from)
{
	if (!from->reached)
		return;
	if (!into->reached) {
		*into = *from;
		flow->changed = true;
		return;
	}
	for (size_t i = 0; i < NR_REGISTERS; i++) {
		uint32_t maker = met_maker(flow, into->makers[i], from->makers[i]);

		flow->changed |= maker != into->makers[i];
		into->makers[i] = maker;
	}
}

/* The place that a jump leads to in the function, or nr. */
static size_t jump_target(const struct flow *flow, size_t place, const struct arm64 *insn)
{
	int64_t target = (int64_t)place + insn->distance / ARM64_SIZE;

	return insn->jump && target >= 0 && (uint64_t)target < flow->nr ? (size_t)target : flow->nr;
}

static void find_labels(struct flow *flow)
{
	struct arm64 insn;
	uint32_t nr = 0;

	for (size_t i = 0; i < flow->nr; i++) {
		size_t target = flow->nr;

		if (arm64_read(arm64_word(flow->code + i * ARM64_SIZE), &insn))
			target = jump_target(flow, i, &insn);
		if (target < flow->nr && !flow->labels[target])
			flow->labels[target] = ++nr;
	}
	flow->states = mem_alloc(nr + 1, sizeof *flow->states);
}

static void write_registers(struct pages *pages, const struct arm64 *insn, size_t place)
{
	for (unsigned i = 0; i < NR_REGISTERS; i++)
		if (insn->writes >> i & 1)
			pages->makers[i] = 0;
	if (insn->kind == ARM64_PAGE && insn->target < NR_REGISTERS)
		pages->makers[insn->target] = (uint32_t)place + 1;
}

static uint32_t maker_of_base(const struct pages *pages, const struct arm64 *insn)
{
	return insn->kind == ARM64_IN_PAGE && insn->base < NR_REGISTERS ? pages->makers[insn->base]
									: 0;
}

/* What is known before an instruction, from the one before, unless that ends a way, and from the
 * jumps to it. */
static void enter_place(struct flow *flow, struct pages *pages, size_t place, bool behind_end)
{
	struct pages *label = flow->labels[place] ? &flow->states[flow->labels[place]] : NULL;

	if (label) {
		meet_pages(flow, label, pages);
		*pages = *label;
	} else if (behind_end) {
		*pages = flow->anywhere;
	}
}

/* Once through the function; bases: NULL, or where to put what is known. */
static void flow_once(struct flow *flow, uint64_t *bases)
{
	struct pages pages = { .reached = true };
	struct arm64 insn = { .ends = false };

	for (size_t i = 0; i < flow->nr; i++) {
		uint32_t maker;
		size_t target;

		enter_place(flow, &pages, i, insn.ends);
		if (!arm64_read(arm64_word(flow->code + i * ARM64_SIZE), &insn))
			insn = (struct arm64){ .ends = true };
		maker = pages.reached ? maker_of_base(&pages, &insn) : 0;
		if (bases) {
			bases[i] = maker ? page_made(flow, maker) : ARM64_NO_BASE;
			if (maker)
				flow->used[maker - 1] = true;
		}
		write_registers(&pages, &insn, i);
		target = jump_target(flow, i, &insn);
		if (target < flow->nr)
			meet_pages(flow, &flow->states[flow->labels[target]], &pages);
		if (insn.anywhere)
			meet_pages(flow, &flow->anywhere, &pages);
		if (insn.ends)
			pages = (struct pages){ .reached = false };
	}
}

static bool all_pages_used(const struct flow *flow)
{
	struct arm64 insn;

	for (size_t i = 0; i < flow->nr; i++)
		if (arm64_read(arm64_word(flow->code + i * ARM64_SIZE), &insn) &&
			insn.kind == ARM64_PAGE && !flow->used[i])
			return false;
	return true;
}

/* What is known only shrinks, so that it comes to rest; few functions take more than three rounds.
 */
#define MAX_ROUNDS 8

uint64_t *arm64_bases(const unsigned char *code, uint64_t at, size_t nr, bool *all_used)
{
	struct flow flow = { .code = code,
		.at = at,
		.nr = nr,
		.labels = mem_alloc(nr, sizeof *flow.labels),
		.used = mem_alloc(nr, sizeof *flow.used) };
	uint64_t *bases = mem_alloc(nr, sizeof *bases);
	size_t rounds = 0;

	find_labels(&flow);
	do {
		flow.changed = false;
		flow_once(&flow, NULL);
	} while (flow.changed && ++rounds < MAX_ROUNDS);
	flow_once(&flow, bases);
	*all_used = !flow.changed && all_pages_used(&flow);
	free(flow.labels);
	free(flow.states);
	free(flow.used);
	return bases;
}
