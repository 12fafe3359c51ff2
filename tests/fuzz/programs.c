/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of suites, and the code in them. */
#include "fuzz/fuzz.h"

#include "base/array.h"
#include "base/error.h"
#include "base/mem.h"
#include "explain/costs_read.h"
#include "explain/explanation.h"
#include "explain/machine_code.h"
#include "explain/samples_read.h"
#include "explain/source_changes.h"
#include "harness/callgrind.h"
#include "report/explanation_words.h"
#include "suite/match.h"
#include "suite/x86.h"

#include <stdlib.h>
#include <string.h>

/* Fields lie in the instruction, and what is behind it does not matter. */
static void check_insn(const unsigned char *code, size_t len, const struct x86 *insn)
{
	const struct x86_field *fields[] = { &insn->displacement, &insn->immediate };
	unsigned char *alone;
	struct x86 again;

	fuzz_check(insn->length >= 1 && insn->length <= 15 && insn->length <= len, "length", "");
	for (int i = 0; i < 2; i++)
		fuzz_check(fields[i]->at + fields[i]->size <= insn->length, "field", "");
	alone = mem_resize(NULL, insn->length, 1);
	memcpy(alone, code, insn->length);
	fuzz_check(x86_read(alone, insn->length, &again) && again.length == insn->length,
		"another alone", "");
	fuzz_check(!x86_read(alone, insn->length - 1u, &again), "shorter than it is", "");
	free(alone);
}

void fuzz_x86(const char *bytes, size_t len)
{
	const unsigned char *code = (const unsigned char *)bytes;
	struct x86 insn;

	for (size_t at = 0; at < len; at += insn.length) {
		if (!x86_read(code + at, len - at, &insn))
			return;
		check_insn(code + at, len - at, &insn);
		x86_value(code + at, insn.displacement);
		x86_value(code + at, insn.immediate);
	}
}

static void look_about(const struct image *image)
{
	for (size_t i = 0; i < image->marks.nr; i++) {
		image_place(image, image->marks.items[i]);
		image_extent(image, image->marks.items[i]);
		image_is_code(image, image->marks.items[i]);
	}
	for (size_t i = 0; i < image->elf.symbols.nr; i++)
		fuzz_check(elf_symbol_at(&image->elf, image->elf.symbols.items[i].at) != NULL,
			"no symbol there", image->elf.symbols.items[i].name);
}

/* A file is the same as itself, as far as it can be followed. */
static void compare_with_itself(const struct image *image)
{
	for (size_t i = 0; i < image->elf.symbols.nr && i < 20; i++) {
		const struct elf_symbol *symbol = &image->elf.symbols.items[i];
		enum code_likeness likeness;
		struct match match;

		match_init(&match, image, image);
		likeness = match_addresses(&match, symbol->at, symbol->at);
		likeness = code_worse(likeness, match_follow(&match, 0));
		fuzz_check(likeness != CODE_CHANGED, "changed from itself", symbol->name);
		match_named(&match, symbol->name);
		match_release(&match);
	}
}

void fuzz_elf(const char *bytes, size_t len)
{
	struct image image = IMAGE_INIT;
	struct error err = ERROR_INIT;

	if (image_read(&image, bytes, len, &err)) {
		fuzz_check_error(&err, "");
	} else {
		look_about(&image);
		compare_with_itself(&image);
	}
	image_release(&image);
}

/* In detail, and compared with nothing. */
static void check_costs(const char *bytes)
{
	struct costs costs = { 0 }, none = { 0 };
	struct error err = ERROR_INIT;
	struct source_changes changes = { 0 };
	struct explanation explanation;
	struct buf text = BUF_INIT;

	source_changes_read(bytes, &changes);
	source_changes_release(&changes);
	if (costs_read(bytes, &(struct costs_of){ 7, 0, "/a", "/b" }, &costs, &err))
		fuzz_check_error(&err, bytes);
	explanation_make(&explanation, "x", (const struct costs *const[NR_SIDES]){ &none, &costs });
	explanation_words_summary(&explanation, &text);
	for (size_t i = 0; i < explanation.functions.nr && i < 3; i++) {
		const struct machine_function function = { &costs, explanation.of[SIDE_HEAD], i };
		struct machine_code code = { 0 };
		struct machine_range range;

		machine_range_find(&function, &range);
		machine_code_read(bytes, &function, &code);
		machine_code_release(&code);
	}
	for (size_t i = 0; i < explanation.functions.nr; i++)
		fuzz_check(explanation.functions.items[i].side[SIDE_HEAD].there, "no side", bytes);
	buf_release(&text);
	explanation_release(&explanation);
	costs_release(&costs);
}

/* As the samples of both sides: nothing changed then. */
static void check_samples(const char *bytes)
{
	static const struct costs_of whose = { 7, 1000, "/s/my.so", "/s/benchgate" };
	struct costs costs = { 0 };
	struct sample_places places = { 0 };
	struct explanation explanation;
	struct error err = ERROR_INIT;
	struct buf text = BUF_INIT;

	if (samples_read(bytes, &whose, &costs, &places, &err))
		fuzz_check_error(&err, bytes);
	for (size_t i = 0; i < places.nr; i++)
		fuzz_check(places.items[i].function < costs.functions.nr, "no function", bytes);
	/* What is entered again while it is at work is shown as a part of level 1. */
	for (size_t i = 0; i < costs.functions.nr; i++)
		fuzz_check(costs.functions.items[i].level > 1 ||
				costs.functions.items[i].all.of[COST_TIME] <=
					costs.total.of[COST_TIME] * 1.0000001,
			"more than all", bytes);
	explanation_make(
		&explanation, "x", (const struct costs *const[NR_SIDES]){ &costs, &costs });
	fuzz_check(explanation_culprit(&explanation) == COSTS_NONE, "a change", bytes);
	explanation_words_summary(&explanation, &text);
	buf_release(&text);
	explanation_release(&explanation);
	ARRAY_RELEASE(&places);
	costs_release(&costs);
}

/* Whatever the lines say, what is read is what people can be shown. */
void fuzz_callgrind(const char *bytes, size_t len)
{
	struct profile profile = { 0 };
	struct error err = ERROR_INIT;
	struct buf text = BUF_INIT;
	struct profile_changes changes;
	uint64_t total;

	if (callgrind_total(bytes, len, &total, &err))
		fuzz_check_error(&err, bytes);
	err = (struct error)ERROR_INIT;
	if (callgrind_profile(bytes, 7, &profile, &err))
		fuzz_check_error(&err, bytes);
	profile_keep_most(&profile, 20);
	changes = profile_compare(&(struct profile){ 0 }, &profile);
	profile_add_changes(&changes, 3, &text);
	fuzz_check(fuzz_is_printable(text.len ? text.data : "", false), "not printable", bytes);
	ARRAY_RELEASE(&changes);
	buf_release(&text);
	profile_release(&profile);
	check_costs(bytes);
	check_samples(bytes);
}
