/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/explain_samples.h"

#include "base/array.h"
#include "explain/samples_read.h"
#include "session/source_places.h"
#include "suite/elf.h"
#include "sys/file.h"

#include <stdlib.h>

#define MAX_SUITE_BYTES (1u << 30)

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

/* Places become lines, whose files are to be found. */
static void keep_places(const char *suite, struct sample_places *places, struct costs *costs)
{
	struct buf bytes = BUF_INIT;
	struct elf elf = ELF_INIT;
	struct error ignored = ERROR_INIT;

	join_places(places);
	if (!file_read(suite, MAX_SUITE_BYTES, &bytes, &ignored) &&
		!elf_read(&elf, bytes.data, bytes.len, &ignored))
		for (size_t i = 0; i < places->nr; i++) {
			const struct sample_place *place = &places->items[i];

			*ARRAY_ADD(&costs->lines) = (struct cost_line){ .function = place->function,
				.file = COSTS_NONE,
				.called = place->called,
				.inlined = COSTS_NONE,
				.address = address_of(&elf, place->offset),
				.cost = { { [COST_TIME] = place->time_ns } } };
		}
	elf_release(&elf);
	buf_release(&bytes);
	source_places_find(costs);
}

static int read_sampled_side(const struct explain_side *side, const struct samples *samples,
	struct costs *costs, struct error *err)
{
	const struct costs_of of = { samples->iterations, SAMPLER_PERIOD_NS, side->suite,
		side->left_out };
	struct sample_places places = { 0 };
	int rc = samples_read(samples->script.data, &of, costs, &places, err);

	if (!rc && side->suite)
		keep_places(side->suite, &places, costs);
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
