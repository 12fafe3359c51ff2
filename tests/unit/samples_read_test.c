/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Samples as perf prints them, and what explains their difference. */
#include "support/test.h"

#include "base/array.h"
#include "base/error.h"
#include "explain/explanation.h"
#include "explain/samples_read.h"
#include "report/explanation_words.h"

#include <string.h>

static const struct cost_function *function_named(const struct costs *costs, const char *name)
{
	for (size_t i = 0; i < costs->functions.nr; i++)
		if (strcmp(costs->functions.items[i].name, name) == 0)
			return &costs->functions.items[i];
	fail_msg("there is no %s", name);
	return NULL;
}

#define SAMPLES_MAP \
	"PERF_RECORD_MMAP2 7/7: [0x7f0000001000(0x2000) @ 0x1000 fe:00 7 0]: r-xp /own/my.so\n\n"
#define IN_BODY "\t 1230 bg_body_parsing (/own/my.so)\n\t 9 worker_serve (/bin/benchgate)\n\n"
#define IN_PARSE "\t 7f00000011c0 parse.constprop.0 (/own/my.so)\n" IN_BODY
#define IN_WALK \
	"\t 11d0 walk (/own/my.so)\n\t 11c4 parse (/own/my.so)\n\t 11d4 walk (/own/my.so)\n" IN_BODY
#define IN_FREE \
	"\t 48 cfree@GLIBC_2.2.5 (/lib/libc.so.6)\n\t 7f00000011c4 parse (/own/my.so)\n" IN_BODY
#define IN_STUB "\t 1204 free@plt (/own/my.so)\n\t 11c8 parse (/own/my.so)\n" IN_BODY
#define IN_WORKER "\t 48 read (/lib/libc.so.6)\n\t 9 worker_serve (/bin/benchgate)\n\n"
#define IN_THREAD "\t 11e0 [unknown] (/own/my.so)\n\t 77 start_thread (/lib/libc.so.6)\n\n"

static void add_stacks(struct buf *text, const char *stack, int nr)
{
	while (nr--)
		buf_adds(text, stack);
}

static void read_stacks(const char *text, struct costs *costs, struct sample_places *places)
{
	const struct costs_of of = { 100, 1000, "/own/my.so", "/bin/benchgate" };
	struct error err = ERROR_INIT;

	*costs = (struct costs){ 0 };
	*places = (struct sample_places){ 0 };
	if (samples_read(text, &of, costs, places, &err))
		fail_msg("%s", err.text);
}

TEST(samples_are_read_by_function_and_place_without_what_is_not_the_benchmark)
{
	struct sample_places places;
	struct costs costs;

	read_stacks(
		SAMPLES_MAP IN_PARSE IN_WALK IN_FREE IN_STUB IN_WORKER IN_THREAD, &costs, &places);
	assert_int_equal(costs.nr_samples, 5);
	assert_float_equal(costs.sample_ns, 10, 0);
	assert_float_equal(costs.total.of[COST_TIME], 50, 1e-9);
	/* The stub is its caller's own, and walk within walk counts once. */
	assert_float_equal(function_named(&costs, "parse")->own.of[COST_TIME], 20, 1e-9);
	assert_float_equal(function_named(&costs, "parse")->all.of[COST_TIME], 40, 1e-9);
	assert_float_equal(function_named(&costs, "walk")->all.of[COST_TIME], 10, 1e-9);
	assert_float_equal(function_named(&costs, "free")->own.of[COST_TIME], 10, 1e-9);
	assert_float_equal(
		function_named(&costs, "BG_BENCH(parsing)")->all.of[COST_TIME], 40, 1e-9);
	function_named(&costs, "code without a name in the suite");
	/* An address of the process is a place in the file. */
	assert_int_equal(places.items[0].offset, 0x11c0);
	assert_int_equal(places.items[0].called, COSTS_NONE);
	ARRAY_RELEASE(&places);
	costs_release(&costs);
}

TEST(functions_of_one_name_are_told_by_where_they_begin)
{
	struct sample_places places;
	struct costs costs;

	read_stacks(SAMPLES_MAP "\t 7f0000001110 step+0x10 (/own/my.so)\n" IN_BODY
				"\t 7f0000001120 step+0x20 (/own/my.so)\n" IN_BODY
				"\t 7f0000001820 step+0x20 (/own/my.so)\n" IN_BODY
				"\t 20 free+0x10 (/lib/libc.so.6)\n" IN_BODY
				"\t 30 free+0x10 (/lib/libc.so.6)\n" IN_BODY,
		&costs, &places);
	assert_int_equal(costs.functions.nr, 4);
	assert_string_equal(costs.functions.items[0].name, "step");
	assert_float_equal(costs.functions.items[0].own.of[COST_TIME], 20, 1e-9);
	assert_float_equal(function_named(&costs, "free")->own.of[COST_TIME], 20, 1e-9);
	ARRAY_RELEASE(&places);
	costs_release(&costs);
}

TEST(what_is_no_sample_is_refused_with_its_line)
{
	static const char *const wrong[] = { "what\n", "\t 11c0 parse\n", "\t 11c0\n", "\t(/a)\n" };

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct sample_places places = { 0 };
		struct costs costs = { 0 };
		struct error err = ERROR_INIT;

		assert_int_equal(samples_read(wrong[i], &(struct costs_of){ 1, 1, NULL, NULL },
					 &costs, &places, &err),
			-1);
		assert_non_null(strstr(err.text, "perf script printed, line 1: "));
		ARRAY_RELEASE(&places);
		costs_release(&costs);
	}
}

struct sampled_case {
	int base_own, base_free, head_own, head_free;
	double pairs[2]; /* how many times as long the head took */
	const char *said;
};

/* Errors are those of counts that vary as much as there are. */
TEST(samples_tell_what_they_can_and_no_more)
{
	static const struct sampled_case cases[] = {
		{ 1000, 1000, 1000, 2000, { 1.5, 1.49 },
			"100 % (± 8.8 %) of +33.3 % time is in parse: +10000 ns in free an iteration" },
		{ 1000, 1000, 1600, 1000, { 1.3, 1.28 },
			"100 % (± 15 %) of +20 % time is in parse: +6000 ns of its own an iteration" },
		/* All samples are in one function: of others there may be three. */
		{ 1000, 0, 2000, 0, { 2, 2 },
			"100 % (± 0.3 %) of +100 % time is in parse: +10000 ns of its own an iteration" },
		{ 1000, 1000, 1000, 2000, { 1.5, 1.05 },
			"nothing can be told: one pair of processes has time changed by +50 %, another by +5 %" },
		{ 1000, 1000, 1010, 1000, { 1.005, 1.005 },
			"nothing can be told: time changed by +0.333 % (± 5.1 % by the chance of sampling), "
			"which is too little to be told from that of processes" },
		{ 40, 0, 80, 0, { 2, 2 },
			"nothing can be told: there are 40 samples of base and 80 of head only; it waits, or "
			"works in the kernel, which perf does not see here" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct sampled_case *it = &cases[i];
		struct buf texts[NR_SIDES] = { BUF_INIT, BUF_INIT }, said = BUF_INIT;
		struct sample_places places[NR_SIDES];
		struct costs costs[NR_SIDES];
		struct explanation explanation;

		add_stacks(&texts[SIDE_BASE], IN_PARSE, it->base_own);
		add_stacks(&texts[SIDE_BASE], IN_FREE, it->base_free);
		add_stacks(&texts[SIDE_HEAD], IN_PARSE, it->head_own);
		add_stacks(&texts[SIDE_HEAD], IN_FREE, it->head_free);
		for (int side = 0; side < NR_SIDES; side++) {
			add_stacks(&texts[side], IN_THREAD, it->base_free);
			read_stacks(texts[side].data, &costs[side], &places[side]);
			for (int k = 0; k < 2; k++)
				costs[side].pair_ns[k] = side ? 100 * it->pairs[k] : 100;
		}
		explanation_make(&explanation, "x",
			(const struct costs *const[NR_SIDES]){ &costs[0], &costs[1] });
		explanation_words_summary(&explanation, &said);
		assert_string_equal(said.data, it->said);
		explanation_release(&explanation);
		for (int side = 0; side < NR_SIDES; side++) {
			ARRAY_RELEASE(&places[side]);
			costs_release(&costs[side]);
			buf_release(&texts[side]);
		}
		buf_release(&said);
	}
}
