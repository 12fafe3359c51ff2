/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/explain_samples.h"

#include "base/array.h"
#include "base/str.h"
#include "explain/cost_names.h"
#include "explain/samples_read.h"
#include "suite/elf.h"
#include "sys/file.h"
#include "sys/program.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SUITE_BYTES (1u << 30)
#define MAX_FOUND_BYTES (64u << 20)
#define ADDR2LINE_TIMEOUT_NS UINT64_C(60000000000)

static int by_function_and_offset(const void *a, const void *b)
{
	const struct sample_place *one = a, *other = b;

	if (one->function != other->function)
		return one->function < other->function ? -1 : 1;
	if (one->called != other->called)
		return one->called < other->called ? -1 : 1;
	return (one->offset > other->offset) - (one->offset < other->offset);
}

static void join_places(struct sample_places *places)
{
	struct sample_place *last = places->items;

	if (!places->nr)
		return;
	qsort(places->items, places->nr, sizeof *places->items, by_function_and_offset);
	for (size_t i = 1; i < places->nr; i++) {
		if (by_function_and_offset(last, &places->items[i]) == 0)
			last->time_ns += places->items[i].time_ns;
		else
			*++last = places->items[i];
	}
	places->nr = (size_t)(last - places->items) + 1;
}

/* A place in the file has another address once it is loaded. */
static uint64_t address_of(const struct elf *elf, uint64_t offset)
{
	for (size_t i = 0; i < elf->sections.nr; i++) {
		const struct elf_section *section = &elf->sections.items[i];
		uint64_t begin;

		if (!section->code || !section->bytes)
			continue;
		begin = (uint64_t)(section->bytes - elf->bytes);
		if (offset >= begin && offset - begin < section->size)
			return section->at + offset - begin;
	}
	return offset;
}

/* "/src/my.c:17" and perhaps more, or "??:0". */
static bool read_found_line(const char *text, size_t len, struct buf *file, unsigned *line)
{
	size_t colon = len;
	uint64_t number = 0;

	while (colon && text[colon - 1] != ':')
		colon--;
	if (colon < 2 || str_starts(text, "??"))
		return false;
	for (size_t i = colon; i < len && text[i] >= '0' && text[i] <= '9' && number < 10000000;
		i++)
		number = number * 10 + (uint64_t)(text[i] - '0');
	buf_clear(file);
	buf_add(file, text, colon - 1);
	*line = (unsigned)number;
	return number > 0;
}

/* What is asked of addr2line: the line of each place, then of where each function begins. */
struct line_search {
	const struct sample_places *places;
	size_t *functions; /* of places, each once */
	size_t nr_functions;
	struct buf addresses;
};

static void ask_address(struct line_search *search, uint64_t address)
{
	buf_addf(&search->addresses, "0x%" PRIx64 "\n", address);
}

/* Places are sorted by function. */
static void ask_lines(struct line_search *search, const struct elf *elf)
{
	const struct sample_places *places = search->places;

	search->functions = mem_alloc(places->nr + 1, sizeof *search->functions);
	for (size_t i = 0; i < places->nr; i++)
		ask_address(search, address_of(elf, places->items[i].offset));
	for (size_t i = 0; i < places->nr; i++) {
		const struct elf_symbol *symbol =
			elf_symbol_at(elf, address_of(elf, places->items[i].offset));

		if (!symbol || (i && places->items[i].function == places->items[i - 1].function))
			continue;
		search->functions[search->nr_functions++] = places->items[i].function;
		ask_address(search, symbol->at);
	}
}

static void keep_line(const struct line_search *search, size_t at, size_t file, unsigned line,
	struct costs *costs)
{
	if (at < search->places->nr) {
		const struct sample_place *place = &search->places->items[at];

		*ARRAY_ADD(&costs->lines) = (struct cost_line){ place->function, file,
			place->called, line, { { [COST_TIME] = place->time_ns } } };
	} else {
		struct cost_function *function =
			&costs->functions.items[search->functions[at - search->places->nr]];

		function->file = file;
		function->line = line;
	}
}

/* A line of addr2line for each address. */
static void read_found(const char *text, const struct line_search *search, struct costs *costs)
{
	size_t nr = search->places->nr + search->nr_functions;
	struct buf file = BUF_INIT;

	for (size_t i = 0; i < nr && *text; i++) {
		size_t len = strcspn(text, "\n");
		unsigned line;

		if (read_found_line(text, len, &file, &line))
			keep_line(
				search, i, cost_names_text(&costs->files, file.data), line, costs);
		text += len + (text[len] == '\n');
	}
	buf_release(&file);
}

static void run_addr2line(const char *suite, struct line_search *search, struct costs *costs)
{
	char *addr2line = program_find("addr2line");
	const char *const argv[] = { addr2line, "-e", suite, NULL };
	const char *const unset[] = { "DEBUGINFOD_URLS", NULL };
	const struct program program = { .argv = argv,
		.unset = unset,
		.input = &search->addresses,
		.timeout_ns = ADDR2LINE_TIMEOUT_NS };
	struct buf found = BUF_INIT_MAX(MAX_FOUND_BYTES), said = BUF_INIT_MAX(4096);
	struct error ignored = ERROR_INIT;
	struct program_end end;

	if (addr2line && !program_run(&program, &found, &said, &end, &ignored) &&
		program_is_fine(&end))
		read_found(found.data, search, costs);
	buf_release(&found);
	buf_release(&said);
	free(addr2line);
}

/* Where there is no debug information, or no addr2line, there are no lines. */
static void find_lines(const char *suite, struct sample_places *places, struct costs *costs)
{
	struct line_search search = { .places = places, .addresses = BUF_INIT };
	struct buf bytes = BUF_INIT;
	struct elf elf = ELF_INIT;
	struct error ignored = ERROR_INIT;

	join_places(places);
	if (places->nr && !file_read(suite, MAX_SUITE_BYTES, &bytes, &ignored) &&
		!elf_read(&elf, bytes.data, bytes.len, &ignored)) {
		ask_lines(&search, &elf);
		run_addr2line(suite, &search, costs);
	}
	elf_release(&elf);
	buf_release(&bytes);
	buf_release(&search.addresses);
	free(search.functions);
}

static int read_sampled_side(const struct explain_side *side, const struct samples *samples,
	struct costs *costs, struct error *err)
{
	const struct costs_of of = { samples->iterations, side->suite, side->left_out };
	struct sample_places places = { 0 };
	int rc = samples_read(samples->script.data, &of, SAMPLER_PERIOD_NS, costs, &places, err);

	if (!rc && side->suite)
		find_lines(side->suite, &places, costs);
	ARRAY_RELEASE(&places);
	return rc;
}

int explain_samples_take(const struct sampler *sampler, const struct explain_side sides[NR_SIDES],
	struct explain_subject *subject)
{
	const struct sampled sampled[NR_SIDES] = { { sides[SIDE_BASE].bench,
							   &sides[SIDE_BASE].plan },
		{ sides[SIDE_HEAD].bench, &sides[SIDE_HEAD].plan } };
	struct samples samples[NR_SIDES] = { { .script = BUF_INIT }, { .script = BUF_INIT } };
	struct fault fault = FAULT_INIT;
	struct error err = ERROR_INIT;
	int rc = 0;

	for (size_t i = 0; !rc && i < COST_PAIRS; i++) {
		rc = sampler_take(sampler, sampled, samples, &fault);
		for (int at = 0; !rc && at < NR_SIDES; at++)
			subject->costs[at].pair_ns[i] = samples[at].time_ns;
	}
	if (rc)
		explain_subject_trouble(subject, NULL, fault.reason);
	for (int at = 0; !rc && at < NR_SIDES; at++) {
		rc = read_sampled_side(&sides[at], &samples[at], &subject->costs[at], &err);
		if (rc)
			explain_subject_trouble(
				subject, at == SIDE_BASE ? "base" : "head", err.text);
	}
	subject->iterations = samples[SIDE_HEAD].iterations;
	for (int at = 0; at < NR_SIDES; at++)
		buf_release(&samples[at].script);
	return rc;
}
