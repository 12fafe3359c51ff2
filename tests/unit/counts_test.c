/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "harness/callgrind.h"
#include "harness/counters.h"
#include "harness/counts.h"
#include "session/counting.h"
#include "sys/environment.h"
#include "sys/perf.h"

#include <string.h>

TEST(what_callgrind_counted_is_the_total_of_its_file)
{
	static const struct {
		const char *text;
		uint64_t total; /* 0: an error */
	} cases[] = {
		{ "events: Ir\nfn=(1) main\n3 7\n\ntotals: 412\n", 412 },
		{ "totals: 18446744073709551615", UINT64_MAX },
		{ "totals: 18446744073709551616", 0 },
		{ "totals: 1234567890123456789012345678901234567890\n", 0 },
		{ "fn=totals: 412\n", 0 },
		{ "totals: x\n", 0 },
		{ "", 0 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error err = ERROR_INIT;
		uint64_t total = 0;
		int rc = callgrind_total(cases[i].text, strlen(cases[i].text), &total, &err);

		assert_int_equal(rc, cases[i].total ? 0 : -1);
		if (!rc)
			assert_true(total == cases[i].total);
	}
}

TEST(the_peak_of_an_iteration_does_not_grow_with_what_those_before_it_left)
{
	static const struct {
		struct heap_counts before, after;
		uint64_t nr_iterations;
		double peak;
	} cases[] = {
		/* Nothing is left; 24 bytes each are, of a thousand and of ten; less is left than
		   before. */
		{ { .live = 500 }, { .live = 500, .peak = 800 }, 1000, 300 },
		{ { .live = 500 }, { .live = 24500, .peak = 24500 }, 1000, 24 },
		{ { .live = 500 }, { .live = 740, .peak = 840 }, 10, 124 },
		{ { .live = 500 }, { .live = 100, .peak = 600 }, 10, 100 },
		{ { .live = 500 }, { .live = 524, .peak = 524 }, 1, 24 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_float_equal(
			counters_peak(&cases[i].before, &cases[i].after, cases[i].nr_iterations),
			cases[i].peak, 1e-3);
}

static size_t size_of_all(char *const *list)
{
	size_t size = 0;

	for (; *list; list++)
		size += strlen(*list) + 1 + sizeof *list;
	return size;
}

TEST(an_environment_is_padded_to_a_fixed_size_however_long_it_is)
{
	char *argv[] = { (char[]){ "/bin/program" }, (char[]){ "worker" }, NULL };

	for (size_t len = 0; len < 3 * ENVIRONMENT_STEP; len += 997) {
		struct buf text = BUF_INIT;
		const char *set[] = { NULL, NULL };
		char **all, *padding;

		buf_adds(&text, "LONG=");
		buf_fill(&text, 'x', len);
		set[0] = text.data;
		all = environment_with((const char *const[]){ "*", NULL }, set, NULL);
		padding = environment_pad(&all, argv);
		assert_string_equal(all[0], text.data);
		assert_ptr_equal(all[1], padding);
		assert_null(all[2]);
		assert_int_equal((size_of_all(all) + size_of_all(argv)) % ENVIRONMENT_STEP, 0);
		free(padding);
		free(all);
		buf_release(&text);
	}
}

TEST(a_kernel_without_a_counter_says_why_and_one_with_counts)
{
	struct buf why = BUF_INIT;
	bool works = perf_works(&why);

	assert_true(works == (why.len == 0));
	buf_release(&why);
}

TEST(what_all_benchmarks_lack_for_one_reason_is_said_once)
{
	struct counting counting = { .nr = 0 };

	counting_add_untaken(&counting, "instructions", "a", "broken");
	counting_add_untaken(&counting, "allocations", "a", "static");
	counting_add_untaken(&counting, "instructions", "b", "broken");
	counts_join_untaken(&counting, 2);
	assert_int_equal(counting.nr, 2);
	assert_null(counting.items[0].benchmark);
	assert_string_equal(counting.items[1].benchmark, "a");
	counting_release(&counting);
}

TEST(counting_has_what_measuring_left_of_the_budget_or_a_quarter_of_it)
{
	static const struct {
		uint64_t budget, spent, allowed;
	} cases[] = {
		{ 0, 50, UINT64_MAX },
		{ 100, 10, 90 },
		{ 100, 75, 25 },
		{ 100, 90, 25 },
		{ 100, 300, 25 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_true(
			counting_allowance(cases[i].budget, cases[i].spent) == cases[i].allowed);
}
