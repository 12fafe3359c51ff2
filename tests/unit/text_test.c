/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "gate/trial.h"
#include "report/text.h"

#include <math.h>
#include <string.h>

#define NR(table) (sizeof(table) / sizeof *(table))
#define RED "\033[31;1m"
#define YELLOW "\033[33m"
#define DIM "\033[2m"
#define PLAIN "\033[0m"

static struct result *add_result(struct run *run, const char *name)
{
	struct bench bench = {
		.name = (char *)name, .tier = (char[]){ "standard" }, .nr_threads = 1
	};

	return run_add(run, &bench);
}

static void add_fault(struct run *run, const char *name, enum result_word word, const char *reason)
{
	struct fault fault = FAULT_INIT;

	fault_set(&fault, word, "%s", reason);
	result_fault(add_result(run, name), &fault);
}

static void add_metric(struct result *result, struct metric_kind kind, double first, double second)
{
	metrics_add(&result->metrics, &kind, first);
	metrics_add(&result->metrics, &kind, sqrt(first * second));
	metrics_add(&result->metrics, &kind, second);
}

/* Two that were measured, one with a metric of its own, a note and threads; a failure and one for
 * which there was no time. */
static void fill(struct run *run)
{
	static const struct metric_kind time = { "time", "ns", false };
	struct result *result;

	run->duration_ns = 83400000000;
	run->status = RUN_SHORT_OF_TIME;
	result = add_result(run, "find_comma");
	result->bytes = 4096;
	add_metric(result, time, 1000, 1010);
	add_fault(run, "parse", RESULT_CRASHED, "SIGSEGV (invalid memory access)");
	result = add_result(run, "sort_strings/1000/threads:4");
	result->nr_threads = 4;
	result->items = 1000;
	result->note = mem_copy("8 of 10 processes: no time was left", 35);
	add_metric(result, time, 250000, 260000);
	add_metric(result, (struct metric_kind){ "hits", "", true }, 4200, 4200);
	add_fault(run, "late", RESULT_NOT_MEASURED, "no time was left before its first process");
}

/* Newly allocated. */
static char *report(const struct run *run, struct text_style style)
{
	struct verdict verdict = trial_without_base(run);
	struct buf out = BUF_INIT;

	text_report(&verdict, style, &out);
	verdict_release(&verdict);
	return buf_detach(&out);
}

static void check_report(struct text_style style, const char *expected)
{
	struct run run = RUN_INIT;
	char *text;

	fill(&run);
	text = report(&run, style);
	assert_string_equal(text, expected);
	free(text);
	run_release(&run);
}

#define TROUBLES \
	"FAILED parse: crashed: SIGSEGV (invalid memory access)\n" \
	"NOT MEASURED late: no time was left before its first process\n" \
	"\n"
#define NOTE "note: sort_strings/1000/threads:4: 8 of 10 processes: no time was left\n"
#define SUM "2 measured, 1 failed, 1 not measured in 1 min 23 s; nothing was compared\n"

TEST(what_fits_the_width_is_shown_and_the_least_telling_left_out_first)
{
	static const struct {
		unsigned width;
		const char *table;
	} cases[] = {
		{ 120,
			"benchmark                    time/iteration      95 % interval  spread  throughput\n"
			"find_comma                          1.00 us  993 ns .. 1.02 us   0.5 %   4.08 GB/s\n"
			"sort_strings/1000/threads:4          255 us   243 us .. 268 us   2.0 %    15.7 M/s\n"
			"  hits                               4.20 k   4.20 k .. 4.20 k   0.0 %\n" },
		{ 80,
			"benchmark                    time/iteration      95 % interval  spread\n"
			"find_comma                          1.00 us  993 ns .. 1.02 us   0.5 %\n"
			"sort_strings/1000/threads:4          255 us   243 us .. 268 us   2.0 %\n"
			"  hits                               4.20 k   4.20 k .. 4.20 k   0.0 %\n" },
		{ 60,
			"benchmark                    time/iteration  spread\n"
			"find_comma                          1.00 us   0.5 %\n"
			"sort_strings/1000/threads:4          255 us   2.0 %\n"
			"  hits                               4.20 k   0.0 %\n" },
		{ 1,
			"benchmark                    time/iteration\n"
			"find_comma                          1.00 us\n"
			"sort_strings/1000/threads:4          255 us\n"
			"  hits                               4.20 k\n" },
	};

	for (size_t i = 0; i < NR(cases); i++) {
		struct buf expected = BUF_INIT;

		buf_addf(&expected, TROUBLES "%s" NOTE SUM, cases[i].table);
		check_report((struct text_style){ .width = cases[i].width }, expected.data);
		buf_release(&expected);
	}
}

/* The longest line of a table, from its heading to where the notes begin. */
static size_t width_of_table(const char *text)
{
	const char *at = strstr(text, "benchmark "), *end = strstr(text, "note:");
	size_t widest = 0;

	while (at < end) {
		size_t len = strcspn(at, "\n");

		widest = len > widest ? len : widest;
		at += len + 1;
	}
	return widest;
}

TEST(the_table_fits_every_width_and_no_line_ends_with_a_space)
{
	struct run run = RUN_INIT;

	fill(&run);
	for (unsigned width = 43; width < 130; width++) {
		char *text = report(&run, (struct text_style){ .width = width });

		assert_true(width_of_table(text) <= width);
		assert_null(strstr(text, " \n"));
		free(text);
	}
	run_release(&run);
}

/* Removes the escape sequences; says whether color was off at the end of the text. */
static bool strip_color(char *text)
{
	char *to = text;
	bool on = false;

	while (*text) {
		if (*text == '\033') {
			on = strncmp(text, PLAIN, sizeof PLAIN - 1) != 0;
			text += strcspn(text, "m") + 1;
		} else {
			*to++ = *text++;
		}
	}
	*to = '\0';
	return !on;
}

TEST(color_marks_words_and_changes_no_text)
{
	struct run run = RUN_INIT;
	char *plain, *colored;

	fill(&run);
	plain = report(&run, (struct text_style){ .width = 80 });
	colored = report(&run, (struct text_style){ .width = 80, .color = true });
	assert_null(strchr(plain, '\033'));
	assert_memory_equal(colored, RED "FAILED" PLAIN " parse", sizeof RED PLAIN + 11);
	assert_non_null(strstr(colored, "\n" YELLOW "NOT MEASURED" PLAIN " late"));
	assert_non_null(strstr(colored, DIM "benchmark "));
	assert_true(strip_color(colored));
	assert_string_equal(colored, plain);
	free(plain);
	free(colored);
	run_release(&run);
}

TEST(asked_for_more_it_says_how_each_was_measured)
{
	struct run run = RUN_INIT;
	struct result *result;
	char *text;

	fill(&run);
	result = &run.items[0];
	result->clock_ns = 21;
	*ARRAY_ADD(&result->processes) = (struct process_row){ .iterations = 250,
		.nr_batches = 400,
		.nr_disturbed = 3,
		.warmup_ns = 25000000,
		.peak_bytes = UINT64_C(3) << 20,
		.settled = true };
	*ARRAY_ADD(&result->processes) = (struct process_row){ .iterations = 250,
		.nr_batches = 400,
		.nr_disturbed = 4,
		.warmup_ns = 51000000,
		.peak_bytes = UINT64_C(5) << 19 };
	text = report(&run, (struct text_style){ .width = 80, .verbose = true });
	assert_non_null(strstr(text,
		"find_comma: 2 processes, each 400 batches of 250 iterations after 38 ms of warm-up"
		" (1 of 2 settled); 7 of 800 batches disturbed; clock 21 ns; peak memory 3.0 MiB\n"));
	assert_null(strstr(text, "late: 0 processes"));
	free(text);
	text = report(&run, (struct text_style){ .width = 80 });
	assert_null(strstr(text, "warm-up"));
	free(text);
	run_release(&run);
}

TEST(one_process_has_no_interval_and_no_spread)
{
	struct run run = RUN_INIT;
	struct result *result = add_result(&run, "once");
	char *text;

	run.duration_ns = 300000000;
	metrics_add(&result->metrics, &(struct metric_kind){ "time", "ns", false }, 12.34);
	text = report(&run, (struct text_style){ .width = 80 });
	assert_string_equal(text,
		"benchmark  time/iteration\n"
		"once              12.3 ns\n"
		"1 measured in 0.3 s; nothing was compared\n");
	free(text);
	run_release(&run);
}

TEST(troubles_alone_need_no_table)
{
	struct run run = RUN_INIT;
	char *text;

	run.duration_ns = 300000000;
	run.status = RUN_INTERRUPTED;
	add_fault(&run, "wrong", RESULT_WRONG, "found 41, not 42");
	text = report(&run, (struct text_style){ .width = 80 });
	assert_string_equal(text,
		"FAILED wrong: wrong-result: found 41, not 42\n"
		"\n"
		"0 measured, 1 failed in 0.3 s, interrupted; nothing was compared\n");
	free(text);
	run_release(&run);
}

TEST(what_a_benchmark_says_cannot_steer_the_terminal)
{
	struct run run = RUN_INIT;
	struct result *result;
	char *text;

	add_fault(&run, "bad\033[2J", RESULT_WRONG, "clear\033[2J the\rscreen\a");
	result = add_result(&run, "good\033[31m");
	result->note = mem_copy("note\033[0m", 8);
	metrics_add(&result->metrics, &(struct metric_kind){ "time", "ns", false }, 1);
	metrics_add(&result->metrics, &(struct metric_kind){ "m\033[1m", "u\033[5m", false }, 1);
	*ARRAY_ADD(&result->processes) = (struct process_row){ .nr_batches = 1 };
	text = report(&run, (struct text_style){ .width = 80, .verbose = true });
	for (const char *at = text; *at; at++)
		if ((unsigned char)*at < ' ' && *at != '\n')
			fail_msg("a control character before: %.20s", at + 1);
	free(text);
	run_release(&run);
}
