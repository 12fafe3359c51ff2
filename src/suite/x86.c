/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "suite/x86.h"

#include <string.h>

#define MAX_LENGTH 15

/*
 * What follows an opcode (Intel SDM volume 2, appendix A; AMD APM volume 3, appendix A):
 *	.  nothing              m  modrm            b  modrm, 8 bits       z  modrm, 16 or 32 bits
 *	1  8 bits               2  16 bits          3  16 bits and 8       4  16 or 32 bits
 *	8  16, 32 or 64 bits    a  an address       g  modrm, and 8 bits where its middle is 0 or 1
 *	s  a short condition    r  a short jump     G  modrm, and 16 or 32 bits likewise
 *	L  a near condition     l  a near jump      !  not in 64-bit mode, or a prefix (read before)
 */
static const char one_byte[16][17] = {
	"mmmm14!!mmmm14!!",
	"mmmm14!!mmmm14!!",
	"mmmm14!!mmmm14!!",
	"mmmm14!!mmmm14!!",
	"!!!!!!!!!!!!!!!!",
	"................",
	"!!!m!!!!4z1b....",
	"ssssssssssssssss",
	"bz!bmmmmmmmmmmmm",
	"..........!.....",
	"aaaa....14......",
	"1111111188888888",
	"bb2.!!bz3.2..1!.",
	"mmmm!!!.mmmmmmmm",
	"ssss1111ll!r....",
	"!.!!..gG......mm",
};

/* Behind 0f. */
static const char two_byte[16][17] = {
	"mmmm!.....!.!m.b",
	"mmmmmmmmmmmmmmmm",
	"mmmm!!!!mmmmmmmm",
	"......!.!!!!!!!!",
	"mmmmmmmmmmmmmmmm",
	"mmmmmmmmmmmmmmmm",
	"mmmmmmmmmmmmmmmm",
	"bbbbmmm.mm!!mmmm",
	"LLLLLLLLLLLLLLLL",
	"mmmmmmmmmmmmmmmm",
	"...mbm!!...mbmmm",
	"mmmmmmmmmmbmmmmm",
	"mmbmbbbm........",
	"mmmmmmmmmmmmmmmm",
	"mmmmmmmmmmmmmmmm",
	"mmmmmmmmmmmmmmmm",
};

/* An instruction half read. */
struct reader {
	const unsigned char *code;
	size_t len; /* at most MAX_LENGTH */
	unsigned at;
	bool short_operand, short_address, wide; /* prefixes 66 and 67; REX.W */
};

static bool x86_next(struct reader *reader, unsigned char *byte)
{
	if (reader->at >= reader->len)
		return false;
	*byte = reader->code[reader->at++];
	return true;
}

/* False where the instruction is cut off. */
static bool x86_take(struct reader *reader, unsigned size, struct x86_field *field)
{
	if (size > reader->len - reader->at)
		return false;
	*field = (struct x86_field){ reader->at, size };
	reader->at += size;
	return true;
}

static bool read_modrm(struct reader *reader, struct x86 *insn, unsigned char *modrm)
{
	unsigned char mode, base, sib;

	if (!x86_next(reader, modrm))
		return false;
	mode = *modrm >> 6;
	base = *modrm & 7;
	if (mode == 3)
		return true;
	if (base == 4) {
		if (!x86_next(reader, &sib))
			return false;
		base = sib & 7;
		return mode == 1                 ? x86_take(reader, 1, &insn->displacement)
			: mode == 2 || base == 5 ? x86_take(reader, 4, &insn->displacement)
						 : true;
	}
	insn->relative = mode == 0 && base == 5;
	if (mode == 1)
		return x86_take(reader, 1, &insn->displacement);
	return mode == 2 || insn->relative ? x86_take(reader, 4, &insn->displacement) : true;
}

static bool read_jump(struct reader *reader, struct x86 *insn, char kind)
{
	insn->jump = true;
	insn->conditional = kind == 's' || kind == 'L';
	return x86_take(reader, kind == 's' || kind == 'r' ? 1 : 4, &insn->immediate);
}

static bool read_group(struct reader *reader, struct x86 *insn, unsigned size)
{
	unsigned char modrm;

	if (!read_modrm(reader, insn, &modrm))
		return false;
	return (modrm >> 3 & 7) > 1 || x86_take(reader, size, &insn->immediate);
}

static bool read_operands(struct reader *reader, struct x86 *insn, char kind)
{
	unsigned size = reader->short_operand && !reader->wide ? 2 : 4;
	unsigned char modrm;

	switch (kind) {
	case '.':
		return true;
	case 'm':
		return read_modrm(reader, insn, &modrm);
	case 'b':
		return read_modrm(reader, insn, &modrm) && x86_take(reader, 1, &insn->immediate);
	case 'z':
		return read_modrm(reader, insn, &modrm) && x86_take(reader, size, &insn->immediate);
	case 'g':
		return read_group(reader, insn, 1);
	case 'G':
		return read_group(reader, insn, size);
	case '1':
		return x86_take(reader, 1, &insn->immediate);
	case '2':
		return x86_take(reader, 2, &insn->immediate);
	case '3':
		return x86_take(reader, 3, &insn->immediate);
	case '4':
		return x86_take(reader, size, &insn->immediate);
	case '8':
		return x86_take(reader, reader->wide ? 8 : size, &insn->immediate);
	case 'a':
		return x86_take(reader, reader->short_address ? 4 : 8, &insn->displacement);
	case 's':
	case 'r':
	case 'L':
	case 'l':
		return read_jump(reader, insn, kind);
	}
	return false;
}

/* Behind a VEX or EVEX prefix; map is 1 for 0f, 2 for 0f 38, 3 for 0f 3a, 5 and 6 are EVEX's own.
 */
static bool read_vector(struct reader *reader, struct x86 *insn, unsigned map)
{
	unsigned char opcode;
	char kind;

	if (!x86_next(reader, &opcode))
		return false;
	kind = map == 3 ? 'b' : 'm';
	if (map == 1)
		kind = two_byte[opcode >> 4][opcode & 15];
	if (kind != 'm' && kind != 'b' && opcode != 0x77)
		return false;
	return read_operands(reader, insn, kind);
}

static bool read_vex(struct reader *reader, struct x86 *insn, unsigned char prefix)
{
	unsigned char first, second;

	if (!x86_next(reader, &first))
		return false;
	if (prefix == 0xc5)
		return read_vector(reader, insn, 1);
	if ((first & 31) < 1 || (first & 31) > 3 || !x86_next(reader, &second))
		return false;
	return read_vector(reader, insn, first & 31);
}

static bool read_evex(struct reader *reader, struct x86 *insn)
{
	unsigned char first, rest;
	unsigned map;

	if (!x86_next(reader, &first) || !x86_next(reader, &rest) || !x86_next(reader, &rest))
		return false;
	map = first & 7;
	return map != 0 && map != 4 && map != 7 && read_vector(reader, insn, map);
}

static bool read_two_byte(struct reader *reader, struct x86 *insn)
{
	unsigned char opcode, third;

	if (!x86_next(reader, &opcode))
		return false;
	if (opcode == 0x38)
		return x86_next(reader, &third) && read_operands(reader, insn, 'm');
	if (opcode == 0x3a)
		return x86_next(reader, &third) && read_operands(reader, insn, 'b');
	/* An old AMD extension has two more bytes there. */
	if (opcode == 0x78 && reader->short_operand)
		return false;
	return read_operands(reader, insn, two_byte[opcode >> 4][opcode & 15]);
}

/* The opcode's first byte, behind the prefixes. */
static bool read_prefixes(struct reader *reader, unsigned char *opcode)
{
	static const unsigned char others[] = { 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0xf0, 0xf2,
		0xf3 };

	while (x86_next(reader, opcode)) {
		if (*opcode == 0x66)
			reader->short_operand = true;
		else if (*opcode == 0x67)
			reader->short_address = true;
		else if (!memchr(others, *opcode, sizeof others))
			break;
	}
	if ((*opcode & 0xf0) != 0x40)
		return true;
	reader->wide = *opcode & 8;
	return x86_next(reader, opcode);
}

static bool read_opcode(struct reader *reader, struct x86 *insn, unsigned char opcode)
{
	unsigned char follows = reader->at < reader->len ? reader->code[reader->at] : 0;

	switch (opcode) {
	case 0x0f:
		return read_two_byte(reader, insn);
	case 0x62:
		return read_evex(reader, insn);
	case 0xc4:
	case 0xc5:
		return read_vex(reader, insn, opcode);
	case 0x8f: /* pop, or another old AMD extension */
		return !(follows & 0x38) && read_operands(reader, insn, 'm');
	case 0x8d:
		insn->address_only = true;
		break;
	case 0xc7: /* xbegin: where to go on when the transaction fails */
		insn->jump = insn->conditional = follows == 0xf8;
		break;
	}
	return read_operands(reader, insn, one_byte[opcode >> 4][opcode & 15]);
}

bool x86_read(const unsigned char *code, size_t len, struct x86 *insn)
{
	struct reader reader = { .code = code, .len = len < MAX_LENGTH ? len : MAX_LENGTH };
	unsigned char opcode = 0;

	*insn = (struct x86){ 0 };
	if (!read_prefixes(&reader, &opcode) || !read_opcode(&reader, insn, opcode))
		return false;
	insn->length = reader.at;
	return true;
}

int64_t x86_value(const unsigned char *code, struct x86_field field)
{
	uint64_t value = 0;
	unsigned unused = 64 - 8 * field.size;

	if (!field.size || field.size > 8)
		return 0;
	for (unsigned i = field.size; i--;)
		value = value << 8 | code[field.at + i];
	return (int64_t)(value << unused) >> unused;
}
