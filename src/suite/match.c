/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "suite/match.h"

#include "base/array.h"
#include "suite/decode.h"

#include <stdlib.h>
#include <string.h>

/* Two addresses, and how they were come by. */
struct ends {
	uint64_t base, head;
	bool read; /* an instruction reads there, and no more than it can at once */
	int depth; /* of nameless constants that lead to nameless constants */
};

static enum code_likeness match_ends(struct match *match, struct ends ends);

/* False when there is no more to spend, so that a spoilt file, in which all leads to all, ends too.
 */
static bool match_spend(struct match *match, uint64_t bytes);

static enum code_likeness match_relocations(struct match *match, const struct elf_relocation *base,
	const struct elf_relocation *head, int depth);
/* Bytes with the dynamic linker's pointers among them. */
static enum code_likeness match_data(struct match *match, struct ends ends, uint64_t len);
static enum code_likeness match_constants(struct match *match, struct ends ends);

/* Only what computes and what manages memory. In the order of strcmp. */
static const char *const names[] = { "_ITM_deregisterTMCloneTable", "_ITM_registerTMCloneTable",
	"__assert_fail", "__cxa_finalize", "__errno_location", "__gmon_start__", "__memcpy_chk",
	"__memmove_chk", "__memset_chk", "__stack_chk_fail", "__strcat_chk", "__strcpy_chk",
	"__strncat_chk", "__strncpy_chk", "abort", "abs", "acos", "acosf", "aligned_alloc", "asin",
	"asinf", "atan", "atan2", "atan2f", "atanf", "bcmp", "bsearch", "calloc", "cbrt", "ceil",
	"ceilf", "cos", "cosf", "cosh", "erf", "erfc", "exp", "exp2", "exp2f", "expf", "expm1",
	"fabs", "floor", "floorf", "fma", "fmax", "fmin", "fmod", "fmodf", "free", "frexp", "hypot",
	"ldexp", "lgamma", "llround", "log", "log10", "log10f", "log1p", "log2", "log2f", "logf",
	"lrint", "lround", "malloc", "memccpy", "memchr", "memcmp", "memcpy", "memmem", "memmove",
	"mempcpy", "memrchr", "memset", "modf", "nearbyint", "posix_memalign", "pow", "powf",
	"qsort", "rand", "realloc", "reallocarray", "rint", "round", "roundf", "scalbn", "sin",
	"sincos", "sincosf", "sinf", "sinh", "sqrt", "sqrtf", "srand", "stpcpy", "stpncpy",
	"strcasecmp", "strcat", "strchr", "strchrnul", "strcmp", "strcpy", "strcspn", "strdup",
	"strlen", "strncasecmp", "strncat", "strncmp", "strncpy", "strndup", "strnlen", "strpbrk",
	"strrchr", "strspn", "strstr", "strtod", "strtof", "strtok_r", "strtol", "strtoll",
	"strtoul", "strtoull", "tan", "tanf", "tanh", "tgamma", "trunc", "truncf" };

static int match_by_name(const void *name, const void *item)
{
	const char *const *known = item;

	return strcmp(name, *known);
}

bool match_opens_nothing(const char *name)
{
	return bsearch(name, names, sizeof names / sizeof *names, sizeof *names, match_by_name) !=
		NULL;
}

/* The widest that one instruction reads. */
#define WIDEST 64

static bool is_pointer(const struct elf_relocation *relocation)
{
	return relocation->type == ELF_R_64 || relocation->type == ELF_R_GLOB_DAT ||
		relocation->type == ELF_R_JUMP_SLOT || relocation->type == ELF_R_RELATIVE;
}

static enum code_likeness match_relocations(struct match *match, const struct elf_relocation *base,
	const struct elf_relocation *head, int depth)
{
	bool copied = base->type == ELF_R_COPY && head->type == ELF_R_COPY;

	match->looks_up |= strcmp(base->name, "dlsym") == 0 || strcmp(base->name, "dlvsym") == 0;
	if (strcmp(base->name, head->name) != 0)
		return CODE_CHANGED;
	match->may_open |= !base->defined && !match_opens_nothing(base->name);
	if (base->defined != head->defined || base->kind == ELF_CHOSEN || head->kind == ELF_CHOSEN)
		return CODE_MOVED;
	if (copied || !base->defined)
		return base->added != head->added ? CODE_CHANGED
			: is_pointer(base) == is_pointer(head) &&
				(is_pointer(base) || base->type == head->type) && *base->name
			? CODE_SAME
			: CODE_MOVED;
	if (!is_pointer(base) || !is_pointer(head))
		return CODE_MOVED;
	/* A pointer to itself, as the C library marks each object with. */
	if (base->value == base->at && head->value == head->at)
		return CODE_SAME;
	return match_ends(match, (struct ends){ base->value, head->value, false, depth + 1 });
}

/* In an executable with final addresses nothing but its value tells a pointer. */
static enum code_likeness match_words(struct match *match, struct ends ends,
	const unsigned char *base, const unsigned char *head, uint64_t len)
{
	enum code_likeness all = CODE_SAME;

	for (uint64_t at = 0; at < len;) {
		uint64_t size = len - at < 8 ? len - at : 8;
		uint64_t left = size == 8 ? elf_u64(base + at) : 0;
		uint64_t right = size == 8 ? elf_u64(head + at) : 0;

		if ((ends.base + at) % 8 || (ends.head + at) % 8)
			size = 1;
		if (size == 8 && elf_section_at(&match->base->elf, left) &&
			elf_section_at(&match->head->elf, right))
			all = code_worse(all,
				match_ends(match,
					(struct ends){ left, right, false, ends.depth + 1 }));
		else if (memcmp(base + at, head + at, size) != 0)
			return CODE_CHANGED;
		at += size;
	}
	return all;
}

/* Bytes without relocations among them. */
static enum code_likeness match_bytes(struct match *match, struct ends ends, uint64_t len)
{
	const unsigned char *base = elf_bytes_at(&match->base->elf, ends.base, len);
	const unsigned char *head = elf_bytes_at(&match->head->elf, ends.head, len);

	if (!len || (!base && !head))
		return CODE_SAME;
	if (!base || !head)
		return CODE_CHANGED;
	if (match->base->elf.fixed || match->head->elf.fixed)
		return match_words(match, ends, base, head, len);
	return memcmp(base, head, len) == 0 ? CODE_SAME : CODE_CHANGED;
}

/* The next relocation's distance, or len when there is none. */
static uint64_t next_relocation(const struct image *image, size_t index, uint64_t at, uint64_t len)
{
	const struct elf_relocations *all = &image->elf.relocations;

	return index < all->nr && all->items[index].at - at < len ? all->items[index].at - at : len;
}

static enum code_likeness match_data(struct match *match, struct ends ends, uint64_t len)
{
	size_t i = elf_relocation_from(&match->base->elf, ends.base);
	size_t j = elf_relocation_from(&match->head->elf, ends.head);
	enum code_likeness all = CODE_SAME;

	if (!match_spend(match, len + 1))
		return CODE_MOVED;
	for (uint64_t at = 0; at < len; i++, j++) {
		uint64_t base = next_relocation(match->base, i, ends.base, len);
		uint64_t head = next_relocation(match->head, j, ends.head, len);
		struct ends gap = { ends.base + at, ends.head + at, false, ends.depth };

		if (base != head)
			return CODE_CHANGED;
		if (base < at)
			return CODE_MOVED;
		all = code_worse(all, match_bytes(match, gap, base - at));
		if (base < len)
			all = code_worse(all,
				match_relocations(match, &match->base->elf.relocations.items[i],
					&match->head->elf.relocations.items[j], ends.depth));
		if (all == CODE_CHANGED)
			return all;
		at = base + 8;
	}
	return all;
}

/* A table of distances from its own start, four bytes each. */
struct table {
	const unsigned char *base, *head;
	uint64_t len;
};

static uint64_t entry(uint64_t start, const unsigned char *bytes)
{
	return start + (uint64_t)(int64_t)elf_i32(bytes);
}

/* Do all but empty entries, and two at least, lead to something outside of the table? */
static bool is_table(
	const struct image *image, uint64_t start, const unsigned char *bytes, uint64_t len)
{
	size_t nr = 0;

	for (uint64_t at = 0; at + 4 <= len; at += 4) {
		uint64_t to = entry(start, bytes + at);

		if (to == start)
			continue;
		if (to - start < len || !elf_section_at(&image->elf, to))
			return false;
		nr++;
	}
	return nr >= 2;
}

static struct ends next_ends(struct ends ends, const struct table *table, uint64_t at)
{
	return (struct ends){ entry(ends.base, table->base + at),
		entry(ends.head, table->head + at), false, ends.depth + 1 };
}

static bool to_code(const struct match *match, struct ends ends)
{
	return image_is_code(match->base, ends.base) && image_is_code(match->head, ends.head);
}

static bool table_leads(const struct match *match, struct ends ends, const struct table *table)
{
	return is_table(match->base, ends.base, table->base, table->len) &&
		is_table(match->head, ends.head, table->head, table->len);
}

/* Jump tables, and tables of strings as some compilers make of a switch: each entry is either one
 * of those or must be the same number. */
static enum code_likeness match_table(
	struct match *match, struct ends ends, const struct table *table)
{
	bool all_lead = table_leads(match, ends, table);
	enum code_likeness all = CODE_SAME;
	uint64_t at;

	for (at = 0; at + 4 <= table->len; at += 4) {
		struct ends next = next_ends(ends, table, at);
		bool empty = next.base == ends.base && next.head == ends.head;

		if (!empty && (all_lead || to_code(match, next)))
			all = code_worse(all, match_ends(match, next));
		else if (memcmp(table->base + at, table->head + at, 4) != 0)
			return CODE_CHANGED;
	}
	if (memcmp(table->base + at, table->head + at, table->len - at) != 0)
		return CODE_CHANGED;
	return all;
}

/* A string's length with its NUL, or what is there where none is. */
static uint64_t string_extent(const struct image *image, uint64_t address)
{
	const struct elf_section *section = elf_section_at(&image->elf, address);
	uint64_t most = section ? section->size - (address - section->at) : 0;
	const unsigned char *bytes = elf_bytes_at(&image->elf, address, most), *end;

	if (!bytes)
		return 0;
	end = memchr(bytes, 0, most);
	return end ? (uint64_t)(end - bytes) + 1 : most;
}

/* What both begin with that may be a table. */
static bool match_find_table(struct match *match, struct ends ends, struct table *table)
{
	if (match->base->elf.fixed || ends.base % 4 || ends.head % 4 || table->len < 4)
		return false;
	if (elf_relocation_from(&match->base->elf, ends.base) !=
		elf_relocation_from(&match->base->elf, ends.base + table->len))
		return false;
	table->base = elf_bytes_at(&match->base->elf, ends.base, table->len);
	table->head = elf_bytes_at(&match->head->elf, ends.head, table->len);
	return table->base && table->head &&
		(to_code(match, next_ends(ends, table, 0)) || table_leads(match, ends, table));
}

/*
 * What has no name has no size either. It goes as far as the nearer next mark; only strings that
 * end alike may lie in one another, so that a mark in the middle does not end them.
 */
static enum code_likeness match_constants(struct match *match, struct ends ends)
{
	uint64_t base = image_extent(match->base, ends.base);
	uint64_t head = image_extent(match->head, ends.head);
	struct table table = { .len = base < head ? base : head };
	uint64_t text = string_extent(match->base, ends.base);

	if (ends.read)
		return match_data(match, ends, table.len < WIDEST ? table.len : WIDEST);
	if (!match_spend(match, table.len))
		return CODE_MOVED;
	if (match_find_table(match, ends, &table))
		return match_table(match, ends, &table);
	if (text <= table.len)
		return match_data(match, ends, table.len);
	return text == string_extent(match->head, ends.head) ? match_data(match, ends, text)
							     : CODE_CHANGED;
}

/* Some hundred times what is in a large suite. */
#define MAX_BYTES (UINT64_C(1) << 28)
/* Nameless constants that lead to nameless constants. */
#define MAX_DEPTH 8

void match_init(struct match *match, const struct image *base, const struct image *head)
{
	*match = (struct match){
		.base = base,
		.head = head,
		.to_head = mem_alloc(base->elf.symbols.nr, sizeof *match->to_head),
		.to_base = mem_alloc(head->elf.symbols.nr, sizeof *match->to_base),
		.left = MAX_BYTES,
	};
}

void match_release(struct match *match)
{
	free(match->to_head);
	free(match->to_base);
	ARRAY_RELEASE(match);
}

enum code_likeness code_worse(enum code_likeness a, enum code_likeness b)
{
	static const int badness[] = {
		[CODE_SAME] = 0,
		[CODE_MOVED] = 1,
		[CODE_UNKNOWN] = 2,
		[CODE_CHANGED] = 3,
	};

	return badness[a] < badness[b] ? b : a;
}

static bool match_spend(struct match *match, uint64_t bytes)
{
	match->left = bytes < match->left ? match->left - bytes : 0;
	return match->left;
}

/* What follows the numbers that compilers hang on a name, as in count.3 or f.constprop.0.cold. */
static const char *match_skip_number(const char *name)
{
	while (*name == '.') {
		size_t digits = strspn(name + 1, "0123456789");

		if (!digits || (name[1 + digits] && name[1 + digits] != '.'))
			break;
		name += 1 + digits;
	}
	return name;
}

static bool names_alike(const char *base, const char *head)
{
	for (;;) {
		base = match_skip_number(base);
		head = match_skip_number(head);
		if (*base != *head)
			return false;
		if (!*base)
			return true;
		base++;
		head++;
	}
}

static enum code_likeness match_symbols(
	struct match *match, const struct elf_symbol *base, const struct elf_symbol *head)
{
	size_t base_place = (size_t)(base - match->base->elf.symbols.items);
	size_t head_place = (size_t)(head - match->head->elf.symbols.items);
	size_t *to_head = &match->to_head[base_place], *to_base = &match->to_base[head_place];

	if (base->kind != head->kind)
		return CODE_CHANGED;
	if (base->kind == ELF_CHOSEN)
		return CODE_MOVED;
	if (*to_head || *to_base)
		return *to_head == head_place + 1 && *to_base == base_place + 1 ? CODE_SAME
										: CODE_CHANGED;
	if (!names_alike(base->name, head->name))
		return CODE_CHANGED;
	*to_head = head_place + 1;
	*to_base = base_place + 1;
	*ARRAY_ADD(match) = (struct pair){ base, head };
	return CODE_SAME;
}

/* The data that ends, or begins, so far from the address: loops compare with the place behind an
 * array or in front of one, and that is where the loop's own field would be. */
static const struct elf_symbol *beside(const struct image *image, uint64_t address, int64_t behind)
{
	uint64_t edge = address - (uint64_t)behind;
	const struct elf_symbol *symbol = elf_symbol_at(&image->elf, behind < 0 ? edge : edge - 1);

	if (!symbol || symbol->kind != ELF_DATA)
		return NULL;
	return edge == (behind < 0 ? symbol->at : symbol->at + symbol->size) ? symbol : NULL;
}

/* Does the function lead into the data too, not just behind it? */
static bool leads_into(
	const struct image *image, const struct elf_symbol *function, const struct elf_symbol *data)
{
	struct decoder decoder = decode_open(&image->elf, function->at, function->size);
	bool found = false;
	struct insn insn;

	while (!found && decode_next(&decoder, &insn))
		for (size_t i = 0; i < insn.nr_leads; i++)
			found |= insn.leads[i].to - data->at < data->size;
	decode_close(&decoder);
	return found;
}

/* Is it the edge of the same array, whatever lies beside it on either side? */
static enum code_likeness match_beside(struct match *match, struct ends ends)
{
	static const int64_t distances[] = { 0, 8, 16, -8, -16 };
	struct pair user = match->looked_into;

	if (ends.read || !user.base || !match_spend(match, user.base->size + user.head->size))
		return CODE_MOVED;
	for (size_t i = 0; i < sizeof distances / sizeof *distances; i++) {
		const struct elf_symbol *base = beside(match->base, ends.base, distances[i]);
		const struct elf_symbol *head = beside(match->head, ends.head, distances[i]);

		if (base && head && leads_into(match->base, user.base, base) &&
			leads_into(match->head, user.head, head))
			return match_symbols(match, base, head);
	}
	return CODE_MOVED;
}

/* A slot that the linker filled in already: only where addresses are final. */
static enum code_likeness match_variables(struct match *match, struct ends ends)
{
	const unsigned char *base = elf_bytes_at(&match->base->elf, ends.base, 8);
	const unsigned char *head = elf_bytes_at(&match->head->elf, ends.head, 8);

	if (match->base->elf.fixed && match->head->elf.fixed && ends.read && base && head &&
		elf_section_at(&match->base->elf, elf_u64(base)) &&
		elf_section_at(&match->head->elf, elf_u64(head)))
		return match_data(match, ends, 8);
	return match_beside(match, ends);
}

static enum code_likeness match_places(
	struct match *match, struct ends ends, const struct place *base, const struct place *head)
{
	if (base->kind != head->kind)
		return CODE_CHANGED;
	switch (base->kind) {
	case PLACE_NOWHERE:
		break;
	case PLACE_SYMBOL:
		return base->offset != head->offset
			? CODE_CHANGED
			: match_symbols(match, base->symbol, head->symbol);
	case PLACE_LINK:
		if (ends.read || image_is_code(match->base, ends.base))
			return match_relocations(
				match, base->relocation, head->relocation, ends.depth);
		return match_constants(match, ends);
	case PLACE_CONSTANT:
		return match_constants(match, ends);
	case PLACE_VARIABLE:
		return match_variables(match, ends);
	}
	return match_beside(match, ends);
}

static enum code_likeness match_ends(struct match *match, struct ends ends)
{
	struct place base = image_place(match->base, ends.base);
	struct place head = image_place(match->head, ends.head);
	enum code_likeness likeness;

	if (ends.depth > MAX_DEPTH || !match_spend(match, 1))
		return CODE_MOVED;
	likeness = match_places(match, ends, &base, &head);
	return likeness == CODE_CHANGED && match_beside(match, ends) == CODE_SAME ? CODE_SAME
										  : likeness;
}

enum code_likeness match_addresses(struct match *match, uint64_t base, uint64_t head)
{
	return match_ends(match, (struct ends){ base, head, false, 0 });
}

/* One instruction of both, of the same length. */
struct step {
	const unsigned char *base_bytes, *head_bytes;
	struct insn base, head;
};

static bool same_range(const struct step *step, unsigned from, unsigned to)
{
	return memcmp(step->base_bytes + from, step->head_bytes + from, to - from) == 0;
}

/* Are all bits the same but for those that say where both lead? */
static bool same_but_leads(const struct step *step)
{
	for (unsigned i = 0; i < step->base.length; i++)
		if ((step->base_bytes[i] ^ step->head_bytes[i]) & ~step->base.said[i])
			return false;
	return true;
}

/* Somewhat behind the last section, too: indices that count up to zero start there. */
#define NEAR 65536

static bool is_near(const struct image *image, int64_t value)
{
	const struct elf_sections *sections = &image->elf.sections;
	const struct elf_section *last = &sections->items[sections->nr - 1];

	return sections->nr && image->elf.fixed && (uint64_t)value >= sections->items[0].at &&
		(uint64_t)value - sections->items[0].at <
		last->at + last->size + NEAR - sections->items[0].at;
}

/* Do they differ by no more than numbers that may be addresses into or around some data? */
static bool may_be_layout(const struct match *match, const struct step *step)
{
	unsigned at = 0;

	if (step->base.nr_numbers != step->head.nr_numbers)
		return false;
	for (size_t i = 0; i < step->base.nr_numbers; i++) {
		const struct number *base = &step->base.numbers[i], *head = &step->head.numbers[i];

		if (base->at != head->at || !is_near(match->base, base->value) ||
			!is_near(match->head, head->value))
			continue;
		if (!same_range(step, at, base->at))
			return false;
		at = base->at + base->size;
	}
	return at && same_range(step, at, step->base.length);
}

static enum code_likeness match_leads(struct match *match, const struct step *step)
{
	enum code_likeness all = CODE_SAME;

	/* A number that only one side's layout makes look like an address. */
	if (step->base.nr_leads != step->head.nr_leads)
		return same_range(step, 0, step->base.length) ? CODE_MOVED : CODE_CHANGED;
	if (!same_but_leads(step))
		return CODE_CHANGED;
	for (size_t i = 0; i < step->base.nr_leads; i++) {
		const struct lead *base = &step->base.leads[i], *head = &step->head.leads[i];

		if (base->at != head->at)
			return CODE_CHANGED;
		all = code_worse(
			all, match_ends(match, (struct ends){ base->to, head->to, base->read, 0 }));
	}
	return all;
}

static enum code_likeness match_step(struct match *match, const struct step *step)
{
	enum code_likeness likeness = match_leads(match, step);

	return likeness == CODE_CHANGED && may_be_layout(match, step) ? CODE_UNKNOWN : likeness;
}

/* What cannot be read, or is filled in when it is loaded, can still have the same bytes. */
static enum code_likeness match_blindly(
	const unsigned char *base, const unsigned char *head, uint64_t len)
{
	return memcmp(base, head, len) == 0 ? CODE_MOVED : CODE_UNKNOWN;
}

static bool has_relocations(const struct image *image, const struct elf_symbol *function)
{
	return elf_relocation_from(&image->elf, function->at) !=
		elf_relocation_from(&image->elf, function->at + function->size);
}

/* Instruction by instruction; both have the same size. */
static enum code_likeness match_steps(
	struct match *match, struct decoder *base, struct decoder *head)
{
	enum code_likeness all = CODE_SAME;
	struct step step;

	while (!decode_is_at_end(base) && all != CODE_CHANGED) {
		step.base_bytes = base->code + base->next;
		step.head_bytes = head->code + head->next;
		if (!decode_next(base, &step.base) || !decode_next(head, &step.head))
			return match_blindly(base->code, head->code, base->size);
		if (step.base.length != step.head.length)
			return CODE_CHANGED;
		match->uses_thread_data |= step.head.thread_data;
		match->may_open |= step.head.calls_kernel;
		all = code_worse(all, match_step(match, &step));
	}
	return all;
}

static enum code_likeness match_functions(struct match *match, struct pair pair)
{
	struct decoder base, head;
	enum code_likeness likeness;

	if (pair.base->size != pair.head->size)
		return CODE_CHANGED;
	base = decode_open(&match->base->elf, pair.base->at, pair.base->size);
	head = decode_open(&match->head->elf, pair.head->at, pair.head->size);
	if (!base.code || !head.code || !match_spend(match, pair.base->size))
		likeness = CODE_UNKNOWN;
	else if (base.is_blind || head.is_blind || has_relocations(match->base, pair.base) ||
		has_relocations(match->head, pair.head))
		likeness = match_blindly(base.code, head.code, base.size);
	else
		likeness = match_steps(match, &base, &head);
	decode_close(&base);
	decode_close(&head);
	return likeness;
}

enum code_likeness match_pair(struct match *match, struct pair pair)
{
	match->looked_into = (struct pair){ NULL, NULL };
	if (pair.base->kind == ELF_FUNCTION) {
		match->looked_into = pair;
		return match_functions(match, pair);
	}
	if (pair.base->size != pair.head->size)
		return CODE_CHANGED;
	return match_data(
		match, (struct ends){ pair.base->at, pair.head->at, false, 0 }, pair.base->size);
}

enum code_likeness match_follow(struct match *match, size_t from)
{
	enum code_likeness all = CODE_SAME;

	for (size_t i = from; i < match->nr; i++)
		all = code_worse(all, match_pair(match, match->items[i]));
	return all;
}

static const struct elf_symbol *function_named(const struct image *image, const char *name)
{
	const struct elf_symbols *symbols = &image->elf.symbols;

	for (size_t i = 0; i < symbols->nr; i++)
		if (symbols->items[i].kind == ELF_FUNCTION &&
			strcmp(symbols->items[i].name, name) == 0)
			return &symbols->items[i];
	return NULL;
}

enum code_likeness match_named(struct match *match, const char *name)
{
	const struct elf_symbol *base = function_named(match->base, name);
	const struct elf_symbol *head = function_named(match->head, name);
	size_t from = match->nr;
	enum code_likeness likeness;

	if (!base || !head)
		return base || head ? CODE_CHANGED : CODE_SAME;
	likeness = match_symbols(match, base, head);
	return code_worse(likeness, match_follow(match, from));
}
