/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "suite/code.h"

#include "base/buf.h"
#include "base/mem.h"
#include "suite/decode.h"
#include "suite/match.h"
#include "suite/starters.h"
#include "sys/file.h"

#include <benchgate.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FILE ((size_t)1 << 28)

/* An estimate. In our own kernels, what stands around the loop included, code analysis has a jump
 * in 30 bytes, searches and look-ups in 33 to 50, arithmetic on arrays in 54 to 105. */
#define BRANCHY_JUMPS 8
#define BRANCHY_BYTES 48

struct code {
	struct buf file;
	struct image image;
	bool usable; /* the image was read */
};

struct code *code_open(const char *path, struct error *err)
{
	struct code *code = mem_alloc(1, sizeof *code);
	struct error unusable = ERROR_INIT;

	*code = (struct code){ BUF_INIT, IMAGE_INIT, false };
	if (file_read(path, MAX_FILE, &code->file, err)) {
		code_free(code);
		return NULL;
	}
	code->usable = !image_read(&code->image, code->file.data, code->file.len, &unusable);
	return code;
}

void code_free(struct code *code)
{
	if (!code)
		return;
	image_release(&code->image);
	buf_release(&code->file);
	free(code);
}

static const struct elf_symbol *function_at(const struct code *code, uint64_t body)
{
	const struct elf_symbol *symbol = NULL;

	if (code && code->usable && body)
		symbol = elf_symbol_at(&code->image.elf, body);
	return symbol && symbol->kind == ELF_FUNCTION ? symbol : NULL;
}

bool code_is_same_file(const struct code *base, const struct code *head)
{
	return base && head && base->file.len == head->file.len &&
		memcmp(base->file.data, head->file.data, base->file.len) == 0;
}

/* Elsewhere we do not know what in an instruction is an address. */
static enum code_likeness code_compare_exactly(
	const struct code *base, const struct code *head, struct pair pair)
{
	const unsigned char *left = elf_bytes_at(&base->image.elf, pair.base->at, pair.base->size);
	const unsigned char *right = elf_bytes_at(&head->image.elf, pair.head->at, pair.head->size);

	if (pair.base->size != pair.head->size)
		return CODE_CHANGED;
	return left && right && memcmp(left, right, pair.base->size) == 0 ? CODE_MOVED
									  : CODE_UNKNOWN;
}

/*
 * The function that sets the benchmark's options, and so leads to its setup and arguments. Its
 * name is the compiler's to spell; but it stands beside the body in a struct bg_bench.
 */
static uint64_t find_choose(const struct elf *elf, uint64_t body)
{
	for (size_t i = 0; i < elf->symbols.nr; i++) {
		const struct elf_symbol *symbol = &elf->symbols.items[i];

		if (symbol->kind == ELF_DATA && symbol->size == sizeof(struct bg_bench) &&
			elf_pointer_at(elf, symbol->at + offsetof(struct bg_bench, body)) == body)
			return elf_pointer_at(elf, symbol->at + offsetof(struct bg_bench, choose));
	}
	return 0;
}

static void count_jumps(
	const struct elf *elf, const struct elf_symbol *function, uint64_t *jumps, uint64_t *bytes)
{
	struct decoder decoder = decode_open(elf, function->at, function->size);
	struct insn insn;

	while (decode_next(&decoder, &insn)) {
		*jumps += insn.conditional;
		*bytes += insn.length;
	}
	decode_close(&decoder);
}

/* Only of what the body reaches, not of its setup. */
static bool is_branchy(const struct match *match)
{
	uint64_t jumps = 0, bytes = 0;

	for (size_t i = 0; i < match->nr; i++)
		if (match->items[i].head->kind == ELF_FUNCTION)
			count_jumps(&match->head->elf, match->items[i].head, &jumps, &bytes);
	return jumps >= BRANCHY_JUMPS && jumps * BRANCHY_BYTES >= bytes;
}

static enum code_likeness follow_choose(struct match *match, struct pair pair)
{
	uint64_t base = find_choose(&match->base->elf, pair.base->at);
	uint64_t head = find_choose(&match->head->elf, pair.head->at);
	size_t from = match->nr;
	enum code_likeness likeness;

	if (!base && !head)
		return CODE_SAME;
	if (!base || !head)
		return CODE_MOVED;
	likeness = match_addresses(match, base, head);
	return code_worse(likeness, match_follow(match, from));
}

/* Code names a thread's own variables by their distance from its end, so that what they begin with
 * is not met on the way. Addresses among them are not followed. */
static bool has_same_thread_data(const struct match *match)
{
	const struct elf *base = &match->base->elf, *head = &match->head->elf;
	const struct elf_section *left = &base->thread_data, *right = &head->thread_data;

	if (!left->size && !right->size)
		return true;
	return !base->fixed && !head->fixed && left->size == right->size &&
		memcmp(left->bytes, right->bytes, left->size) == 0 &&
		elf_relocation_from(base, left->at) ==
		elf_relocation_from(base, left->at + left->size) &&
		elf_relocation_from(head, right->at) ==
		elf_relocation_from(head, right->at + right->size);
}

static void compare_reach(struct match *match, struct pair pair, struct code_answer *answer)
{
	enum code_likeness own = match_addresses(match, pair.base->at, pair.head->at), reached;

	if (own == CODE_SAME)
		own = match_pair(match, pair);
	reached = match_follow(match, 1);
	answer->branchy = is_branchy(match);
	reached = code_worse(reached, follow_choose(match, pair));
	reached = code_worse(reached, starters_match(match));
	/* The names may be those of any functions. */
	if (match->looks_up)
		reached = code_worse(reached, CODE_MOVED);
	reached = code_worse(reached, match_named(match, "main"));
	if (match->uses_thread_data && !has_same_thread_data(match))
		reached = code_worse(reached, CODE_MOVED);
	answer->likeness = own == CODE_SAME && reached != CODE_SAME ? CODE_MOVED : own;
	if (!match->left)
		answer->likeness = CODE_UNKNOWN;
	answer->may_open = match->may_open || answer->likeness != CODE_SAME;
}

struct code_answer code_compare(
	const struct code *base, uint64_t base_body, const struct code *head, uint64_t head_body)
{
	struct pair pair = { function_at(base, base_body), function_at(head, head_body) };
	struct code_answer answer = {
		.may_open = true,
		.base_at = pair.base ? pair.base->at : base_body,
		.head_at = pair.head ? pair.head->at : head_body,
	};
	struct match match;

	if (!base || !head || !base->usable || !head->usable ||
		base->image.elf.machine != head->image.elf.machine)
		return answer;
	if (pair.base && pair.head && decode_knows(&base->image.elf)) {
		match_init(&match, &base->image, &head->image);
		compare_reach(&match, pair, &answer);
		match_release(&match);
	} else if (pair.base && pair.head) {
		answer.likeness = code_compare_exactly(base, head, pair);
	}
	if (base_body && base_body == head_body && code_is_same_file(base, head))
		answer.likeness = CODE_SAME;
	return answer;
}

bool code_has_same_callbacks(
	const struct code *base, const struct code *head, const struct code *caller)
{
	const struct elf_relocations *asked;
	enum code_likeness all = CODE_SAME;
	struct match match;

	if (!base || !base->usable || !head || !head->usable || !caller || !caller->usable)
		return false;
	asked = &caller->image.elf.relocations;
	match_init(&match, &base->image, &head->image);
	for (size_t i = 0; i < asked->nr && all == CODE_SAME; i++)
		if (*asked->items[i].name)
			all = code_worse(all, match_named(&match, asked->items[i].name));
	if (!match.left)
		all = CODE_UNKNOWN;
	match_release(&match);
	return all == CODE_SAME;
}
