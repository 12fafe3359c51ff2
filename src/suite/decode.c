/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "suite/decode.h"

#include "suite/arm64.h"
#include "suite/x86.h"

#include <stdlib.h>
#include <string.h>

bool decode_knows(const struct elf *elf)
{
	return elf->machine == ELF_X86_64 || elf->machine == ELF_ARM64;
}

struct decoder decode_open(const struct elf *elf, uint64_t at, uint64_t size)
{
	struct decoder decoder = {
		.elf = elf, .code = elf_bytes_at(elf, at, size), .at = at, .size = size
	};
	bool all_used;

	if (elf->machine != ELF_ARM64 || !decoder.code)
		return decoder;
	if (at % ARM64_SIZE || size % ARM64_SIZE || size / ARM64_SIZE > UINT32_MAX - 1)
		return (struct decoder){ .elf = elf, .at = at, .size = size };
	decoder.bases = arm64_bases(decoder.code, at, (size_t)(size / ARM64_SIZE), &all_used);
	decoder.is_blind = !all_used;
	return decoder;
}

void decode_close(struct decoder *decoder)
{
	free(decoder->bases);
	decoder->bases = NULL;
}

bool decode_is_at_end(const struct decoder *decoder)
{
	return decoder->next >= decoder->size;
}

/*
 * Code that is not position-independent has addresses as they are, and nothing tells them from
 * numbers. The last array's end is an address too.
 */
static bool may_be_address(const struct elf *elf, struct x86_field field, uint64_t value)
{
	return elf->fixed && field.size >= 4 &&
		(elf_section_at(elf, value) || elf_section_at(elf, value - 1));
}

static void add_lead(struct insn *insn, uint64_t to, struct x86_field field, bool read)
{
	insn->leads[insn->nr_leads++] = (struct lead){ to, field.at, read };
	memset(insn->said + field.at, 0xff, field.size);
}

static void decode_add_number(struct insn *insn, const unsigned char *code, struct x86_field field)
{
	if (field.size >= 4)
		insn->numbers[insn->nr_numbers++] =
			(struct number){ field.at, field.size, x86_value(code, field) };
}

static void find_x86_leads(const struct decoder *decoder, const struct x86 *x86, struct insn *insn)
{
	const unsigned char *code = decoder->code + decoder->next;
	uint64_t end = decoder->at + decoder->next + x86->length;
	uint64_t there = (uint64_t)x86_value(code, x86->displacement);
	uint64_t value = (uint64_t)x86_value(code, x86->immediate);

	if (x86->relative)
		add_lead(insn, end + there, x86->displacement, !x86->address_only);
	else if (may_be_address(decoder->elf, x86->displacement, there))
		add_lead(insn, there, x86->displacement, false);
	if (x86->jump)
		add_lead(insn, end + value, x86->immediate, false);
	else if (may_be_address(decoder->elf, x86->immediate, value))
		add_lead(insn, value, x86->immediate, false);
	if (!x86->relative)
		decode_add_number(insn, code, x86->displacement);
	if (!x86->jump)
		decode_add_number(insn, code, x86->immediate);
}

/* Through the segment register that leads to them; it is the first of the prefixes, or follows one
 * of them. */
static bool uses_segment(const unsigned char *code, unsigned length)
{
	static const char others[] = "\x66\x67\xf2\xf3\x2e\x3e";
	unsigned at = 0;

	while (at + 1 < length && code[at] && strchr(others, code[at]))
		at++;
	return code[at] == 0x64;
}

/* syscall, sysenter, or int $0x80: each ends so. */
static bool ends_in_kernel(const unsigned char *code, unsigned length)
{
	const unsigned char *end = code + length;

	return length >= 2 &&
		(memcmp(end - 2, "\x0f\x05", 2) == 0 || memcmp(end - 2, "\x0f\x34", 2) == 0 ||
			memcmp(end - 2, "\xcd\x80", 2) == 0);
}

static bool next_x86(struct decoder *decoder, struct insn *insn)
{
	const unsigned char *code = decoder->code + decoder->next;
	struct x86 x86;

	if (!x86_read(code, decoder->size - decoder->next, &x86))
		return false;
	insn->length = x86.length;
	insn->conditional = x86.conditional;
	insn->thread_data = uses_segment(code, x86.length);
	insn->calls_kernel = ends_in_kernel(code, x86.length);
	find_x86_leads(decoder, &x86, insn);
	return true;
}

static void say_bits(struct insn *insn, uint32_t said)
{
	for (unsigned i = 0; i < ARM64_SIZE; i++)
		insn->said[i] = (unsigned char)(said >> 8 * i);
}

/* A page leads nowhere: what adds the place in it does. */
static void find_arm64_leads(
	const struct arm64 *arm64, uint64_t at, uint64_t base, struct insn *insn)
{
	if (arm64->kind == ARM64_PLAIN || (arm64->kind == ARM64_IN_PAGE && base == ARM64_NO_BASE))
		return;
	say_bits(insn, arm64->said);
	if (arm64->kind != ARM64_PAGE)
		insn->leads[insn->nr_leads++] = (struct lead){
			(arm64->kind == ARM64_NEAR ? at : base) + (uint64_t)arm64->distance, 0,
			arm64->read
		};
}

static bool next_arm64(struct decoder *decoder, struct insn *insn)
{
	struct arm64 arm64;

	if (decoder->size - decoder->next < ARM64_SIZE ||
		!arm64_read(arm64_word(decoder->code + decoder->next), &arm64))
		return false;
	insn->length = ARM64_SIZE;
	insn->conditional = arm64.conditional;
	insn->thread_data = arm64.thread_data;
	insn->calls_kernel = arm64.calls_kernel;
	find_arm64_leads(&arm64, decoder->at + decoder->next,
		decoder->bases[decoder->next / ARM64_SIZE], insn);
	return true;
}

bool decode_next(struct decoder *decoder, struct insn *insn)
{
	bool known;

	*insn = (struct insn){ .length = 0 };
	if (!decoder->code || decode_is_at_end(decoder))
		return false;
	known = decoder->elf->machine == ELF_X86_64 ? next_x86(decoder, insn)
						    : next_arm64(decoder, insn);
	decoder->next += insn->length;
	return known;
}

/* [endbr64] [bnd] jmp *slot(%rip) */
static uint64_t x86_stub_slot(const unsigned char *code, uint64_t left, uint64_t at)
{
	struct x86 insn;

	if (left > 4 && memcmp(code, "\xf3\x0f\x1e\xfa", 4) == 0) {
		code += 4;
		left -= 4;
		at += 4;
	}
	if (!x86_read(code, left, &insn) || !insn.relative ||
		memcmp(code + insn.displacement.at - 2, "\xff\x25", 2) != 0)
		return 0;
	return at + insn.length + (uint64_t)x86_value(code, insn.displacement);
}

/* A landing pad of indirect jumps: it does nothing. */
static bool is_arm64_landing(const unsigned char *code)
{
	return (arm64_word(code) & 0xffffff3f) == 0xd503241f;
}

/* [bti c]; adrp x16, page; ldr x17, [x16, place] */
static uint64_t arm64_stub_slot(const unsigned char *code, uint64_t left, uint64_t at)
{
	struct arm64 page, place;

	if (left > 4 * (uint64_t)ARM64_SIZE && is_arm64_landing(code)) {
		code += ARM64_SIZE;
		at += ARM64_SIZE;
	}
	if (left < 4 * (uint64_t)ARM64_SIZE || !arm64_read(arm64_word(code), &page) ||
		page.kind != ARM64_PAGE || page.target != 16 ||
		!arm64_read(arm64_word(code + ARM64_SIZE), &place) || place.kind != ARM64_IN_PAGE ||
		place.base != 16 || !place.read)
		return 0;
	return arm64_page(at, page.distance) + (uint64_t)place.distance;
}

uint64_t decode_stub_slot(const struct elf *elf, uint64_t at)
{
	const struct elf_section *section = elf_section_at(elf, at);
	uint64_t left = section ? section->size - (at - section->at) : 0;
	const unsigned char *code = elf_bytes_at(elf, at, left);

	if (!code)
		return 0;
	return elf->machine == ELF_ARM64 ? arm64_stub_slot(code, left, at)
					 : x86_stub_slot(code, left, at);
}

bool decode_is_jump(const struct elf *elf, uint64_t at)
{
	const unsigned char *code = elf_bytes_at(elf, at, 9);
	struct arm64 insn;

	if (!code)
		return false;
	if (elf->machine == ELF_ARM64) {
		code += is_arm64_landing(code) ? ARM64_SIZE : 0;
		return arm64_read(arm64_word(code), &insn) && insn.jump && insn.ends;
	}
	if (memcmp(code, "\xf3\x0f\x1e\xfa", 4) == 0)
		code += 4;
	return *code == 0xe9 || *code == 0xeb;
}
