/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain/machine_code.h"

#include "base/array.h"
#include "base/str.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#define MAX_INSTRUCTIONS 20000
/* Rows that are compared one by one. */
#define MAX_COMPARED 4000000

bool machine_range_find(const struct machine_function *function, struct machine_range *range)
{
	const struct costs *costs = function->costs;
	bool found = false;

	for (size_t i = 0; i < costs->places.nr; i++) {
		const struct cost_place *place = &costs->places.items[i];
		const struct cost_function *there = &costs->functions.items[place->function];
		const char *object = costs_object(costs, there);

		if (function->of[place->function] != function->function)
			continue;
		if (!object || (found && strcmp(object, range->object) != 0))
			return false;
		if (!found)
			*range = (struct machine_range){ object, place->address, place->address };
		range->first = place->address < range->first ? place->address : range->first;
		range->last = place->address > range->last ? place->address : range->last;
		found = true;
	}
	return found;
}

/* --- reading -----------------------------------------------------------------------------------
 */

static double executed_at(const struct machine_function *function, uint64_t address)
{
	const struct costs *costs = function->costs;
	double sum = 0;

	for (size_t i = 0; i < costs->places.nr; i++)
		if (costs->places.items[i].address == address &&
			function->of[costs->places.items[i].function] == function->function)
			sum += costs->places.items[i].executed;
	return sum;
}

/* Addresses are those of this build; the name in "<name+0x10>" is what they mean. */
static void add_instruction_text(const char *at, size_t len, struct buf *out)
{
	const char *end = at + len;

	while (at < end) {
		size_t digits = strspn(at, "0123456789abcdef");

		if ((at[-1] == ' ' || at[-1] == '\t') && digits && at + digits < end &&
			at[digits] == ' ' && at[digits + 1] == '<') {
			at += digits + 1;
		} else if (*at == '#') {
			break; /* objdump's own sum of an address */
		} else {
			if (*at != ' ' || !out->len || out->data[out->len - 1] != ' ')
				buf_addc(out, *at == '\t' ? ' ' : *at);
			at++;
		}
	}
	while (out->len && out->data[out->len - 1] == ' ')
		out->data[--out->len] = '\0';
}

/* Packed instructions of x86 have p, and s or d behind it; those of ARM64 name a register of
 * several lanes. */
static bool is_vector(const char *text)
{
	static const char *const packed[] = { "padd", "psub", "pmul", "pand", "por", "pxor", "pcmp",
		"pshuf", "punpck", "pmin", "pmax", "psll", "psrl", "psra", "pblend", "pack",
		"movdq", "movaps", "movups", "movapd", "movupd", "pmov", "ptest", "pbroadcast",
		"broadcast", NULL };
	const char *name = *text == 'v' ? text + 1 : text;
	size_t len = strcspn(name, " ");

	for (size_t i = 0; packed[i]; i++)
		if (str_starts(name, packed[i]))
			return true;
	return (len > 4 && name[len - 2] == 'p' &&
		       (name[len - 1] == 's' || name[len - 1] == 'd')) ||
		strstr(text, ".4s") || strstr(text, ".2d") || strstr(text, ".16b") ||
		strstr(text, ".8h");
}

static void count_uses(struct machine_code *code, const struct machine_instruction *said)
{
	const char *text = said->text;

	if (is_vector(text))
		code->uses[USE_VECTOR] += said->executed;
	if (str_starts(text, "call") || str_starts(text, "bl ") || str_starts(text, "blr "))
		code->uses[USE_CALL] += said->executed;
	if (strstr(text, "(%rsp") || strstr(text, "(%rbp") || strstr(text, "[sp"))
		code->uses[USE_STACK] += said->executed;
}

static uint64_t read_hex(const char *at, size_t nr)
{
	uint64_t value = 0;

	for (size_t i = 0; i < nr; i++)
		value = value * 16 +
			(uint64_t)(isdigit((unsigned char)at[i]) ? at[i] - '0' : at[i] - 'a' + 10);
	return value;
}

static double executed_beside(const struct machine_code *code, size_t at)
{
	double before = at ? code->items[at - 1].executed : 0;
	double behind = at + 1 < code->nr ? code->items[at + 1].executed : 0;

	return fmax(before, behind);
}

/* What lies behind the last instruction that ran is another function's. The jump of a stub that
 * leads into a library is counted for the call of it. */
static void tidy_code(struct machine_code *code)
{
	while (code->nr && !(code->items[code->nr - 1].executed > 0))
		free(code->items[--code->nr].text);
	for (size_t i = 0; i < code->nr; i++) {
		struct machine_instruction *said = &code->items[i];

		if (strstr(said->text, "@plt") && executed_beside(code, i) > 0)
			said->executed = fmin(said->executed, executed_beside(code, i));
		count_uses(code, said);
	}
}

void machine_code_read(
	const char *listing, const struct machine_function *function, struct machine_code *code)
{
	struct buf text = BUF_INIT;

	for (const char *line = listing; *line && code->nr < MAX_INSTRUCTIONS;) {
		size_t len = strcspn(line, "\n");
		const char *at = line + strspn(line, " ");
		size_t digits = strspn(at, "0123456789abcdef");

		if (digits && digits <= 16 && at[digits] == ':' && at[digits + 1] == '\t') {
			uint64_t address = read_hex(at, digits);
			const char *from = at + digits + 2;

			add_instruction_text(from, len - (size_t)(from - line), &text);
			*ARRAY_ADD(code) = (struct machine_instruction){ address,
				str_dup(text.data), executed_at(function, address) };
			buf_clear(&text);
		}
		line += len + (line[len] == '\n');
	}
	buf_release(&text);
	tidy_code(code);
}

/* --- comparing ---------------------------------------------------------------------------------
 */

static void add_row(struct machine_rows *rows, size_t base, size_t head)
{
	*ARRAY_ADD(rows) = (struct machine_row){ { base, head } };
}

struct machine_rows machine_code_compare(
	const struct machine_code *base, const struct machine_code *head)
{
	struct machine_rows rows = { 0 };
	size_t width = head->nr + 1, i = 0, j = 0;
	unsigned *lengths;

	if (base->nr * head->nr > MAX_COMPARED)
		return rows;
	lengths = mem_alloc((base->nr + 1) * width, sizeof *lengths);
	for (i = base->nr; i-- > 0;)
		for (j = head->nr; j-- > 0;) {
			unsigned down = lengths[(i + 1) * width + j];
			unsigned right = lengths[i * width + j + 1];

			lengths[i * width + j] =
				strcmp(base->items[i].text, head->items[j].text) == 0
				? lengths[(i + 1) * width + j + 1] + 1
				: down > right ? down
					       : right;
		}
	i = j = 0;
	while (i < base->nr || j < head->nr) {
		if (i < base->nr && j < head->nr &&
			strcmp(base->items[i].text, head->items[j].text) == 0)
			add_row(&rows, i++, j++);
		else if (j == head->nr ||
			(i < base->nr &&
				lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]))
			add_row(&rows, i++, SIZE_MAX);
		else
			add_row(&rows, SIZE_MAX, j++);
	}
	free(lengths);
	return rows;
}

void machine_code_add_facts(
	const struct machine_code *base, const struct machine_code *head, struct buf *out)
{
	static const char *const words[NR_MACHINE_USES] = { [USE_VECTOR] = "vector instructions",
		[USE_CALL] = "calls",
		[USE_STACK] = "accesses of the stack" };
	size_t nr = 0;

	if (base->nr != head->nr) {
		buf_addf(out, "%zu instructions of code, which were %zu", head->nr, base->nr);
		nr++;
	}
	for (int i = 0; i < NR_MACHINE_USES; i++) {
		if (fabs(base->uses[i] - head->uses[i]) < 0.01)
			continue;
		buf_addf(out, "%s%.4g %s an iteration, which were %.4g", nr ? "; " : "",
			head->uses[i], words[i], base->uses[i]);
		nr++;
	}
}

void machine_code_release(struct machine_code *code)
{
	for (size_t i = 0; i < code->nr; i++)
		free(code->items[i].text);
	ARRAY_RELEASE(code);
}
