/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "report/together.h"

#include "support/draw.h"
#include "support/made_past.h"

static const struct {
	const char *benchmark, *machine;
	size_t at; /* its step */
	double factor;
} series[] = {
	{ "hash", "one", 50, 1.1 },
	{ "sort", "one", 50, 0.9 },
	{ "parse", "one", 20, 1.1 },
	{ "hash", "other", 50, 1.1 },
	{ "steady", "one", 60, 1 },
};

#define NR (sizeof series / sizeof *series)

static void add_all(struct made_past made[NR], struct moves *moves, const char *since)
{
	seeded = random_seed(7);

	for (size_t i = 0; i < NR; i++) {
		for (size_t at = 0; at < 60; at++)
			made_add(&made[i],
				1000 * (at < series[i].at ? 1 : series[i].factor) *
					exp(normal() * .002),
				NULL);
		made_look(&made[i]);
		moves_add(moves,
			&(struct move){ .benchmark = series[i].benchmark,
				.metric = "time",
				.machine = series[i].machine,
				.branch = "main" },
			&made[i].past, since);
	}
	moves_sort(moves);
}

TEST(steps_at_the_same_run_of_a_machine_move_together)
{
	static struct made_past made[NR];
	struct moves moves = { 0 };
	struct buf text = BUF_INIT;
	size_t end;

	add_all(made, &moves, NULL);
	assert_int_equal(moves.nr, 4);
	assert_string_equal(moves.items[0].benchmark, "parse");
	assert_int_equal(moves_end(&moves, 0), 1);
	end = moves_end(&moves, 1);
	assert_int_equal(end, 3);
	assert_int_equal(moves_benchmarks(&moves, 1, end), 2);
	moves_add_place(&moves, 1, end, &text);
	assert_string_equal(text.data, "313131313131..323232323232 (2026-02-20)");
	buf_clear(&text);
	moves_add_change(&moves.items[2], &text);
	assert_string_equal(text.data, "-10.0 %");
	/* Of the other machine nothing else moved. */
	assert_int_equal(moves_end(&moves, end), 4);
	buf_release(&text);
	moves_release(&moves);
	for (size_t i = 0; i < NR; i++)
		made_clear(&made[i]);
}

TEST(what_moved_before_the_time_is_left_out)
{
	static struct made_past made[NR];
	struct moves moves = { 0 };

	add_all(made, &moves, "2026-02-01T00:00:00Z");
	assert_int_equal(moves.nr, 3);
	moves_release(&moves);
	for (size_t i = 0; i < NR; i++)
		made_clear(&made[i]);
}

TEST(most_of_all_at_once_is_more_likely_the_machine)
{
	static const struct {
		size_t nr, nr_all;
		const char *metric, *text;
	} cases[] = {
		{ 3, 3, "time", "3 of 3 benchmarks moved" },
		{ 4, 14, "time", "4 of 14 benchmarks moved" },
		{ 11, 14, "allocations",
			"11 of 14 benchmarks moved; so many at once are more likely the compiler than the code" },
		{ 11, 14, "time",
			"11 of 14 benchmarks moved; so many at once are more likely the machine than the code" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		static const char *const names[] = { "a", "b", "c", "d", "e", "f", "g", "h", "i",
			"j", "k" };
		struct move items[11];
		struct buf text = BUF_INIT;

		for (size_t at = 0; at < cases[i].nr; at++)
			items[at] =
				(struct move){ .benchmark = names[at], .metric = cases[i].metric };
		moves_add_share(&(struct moves){ items, cases[i].nr, 0 }, 0, cases[i].nr,
			cases[i].nr_all, &text);
		assert_string_equal(text.data, cases[i].text);
		buf_release(&text);
	}
}
