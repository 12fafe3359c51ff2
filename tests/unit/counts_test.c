/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/array.h"
#include "harness/callgrind.h"
#include "harness/counters.h"
#include "harness/counts.h"
#include "session/counting.h"
#include "sys/environment.h"
#include "sys/perf.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

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
		{ { .live = 0 }, { .live = 1001, .peak = 1001 }, 10, 100 },
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

/* In this process from now on, as a container does it. */
static bool refuse_perf(int error)
{
	struct sock_filter steps[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_perf_event_open, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof steps / sizeof *steps, steps };

	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
		!prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* "" where no filter can be set. */
static void say_why_refused(int error, int pipe)
{
	struct buf why = BUF_INIT;

	if (refuse_perf(error) && !perf_works(&why) &&
		write(pipe, why.data, why.len) != (ssize_t)why.len)
		_exit(1);
	_exit(0);
}

TEST(a_kernel_that_refuses_to_count_is_told_from_one_that_cannot)
{
	static const struct {
		int error;
		const char *said;
	} cases[] = {
		{ EPERM, "forbid" },
		{ EACCES, "forbid" },
		{ ENOENT, "the kernel has no counter of instructions here" },
		{ ENOSYS, "perf_event_open: " },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char said[500] = "";
		int ends[2], status;
		pid_t child;

		assert_int_equal(pipe(ends), 0);
		child = fork();
		if (!child)
			say_why_refused(cases[i].error, ends[1]);
		close(ends[1]);
		assert_true(read(ends[0], said, sizeof said - 1) >= 0);
		close(ends[0]);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(status, 0);
		if (*said && !strstr(said, cases[i].said))
			fail_msg("%d: %s", cases[i].error, said);
	}
}

TEST(a_counter_that_was_shared_or_stood_still_has_no_count)
{
	static const struct {
		uint64_t said[3]; /* as the kernel writes it: value, time enabled, time running */
		size_t size;
		bool is_count;
	} cases[] = {
		{ { 412, 1000, 1000 }, 24, true },
		{ { 412, 1000, 999 }, 24, false },
		{ { 0, 1000, 1000 }, 24, false },
		{ { 412, 0, 0 }, 8, false },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint64_t instructions = 0;
		int ends[2];

		assert_int_equal(pipe(ends), 0);
		assert_int_equal(write(ends[1], cases[i].said, cases[i].size), cases[i].size);
		close(ends[1]);
		assert_true(perf_end(ends[0], &instructions) == cases[i].is_count);
		if (cases[i].is_count)
			assert_true(instructions == 412);
		close(ends[0]);
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

TEST(a_process_under_valgrind_has_a_hundred_times_as_long_as_one_that_was_timed)
{
	static const struct {
		uint64_t nr, spent, timeout, given;
	} cases[] = {
		{ 10, 20, 60, 200 },    /* 2 each */
		{ 10, 2, 60, 60 },      /* 0 each: never less than elsewhere */
		{ 10, 9000, 60, 6000 }, /* none took longer than it may */
		{ 0, 20, 60, 6000 },    /* not known */
		{ 1, 5, UINT64_MAX, UINT64_MAX },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct result result = { .spent_ns = cases[i].spent };

		for (uint64_t k = 0; k < cases[i].nr; k++)
			*ARRAY_ADD(&result.processes) = (struct process_row){ 0 };
		assert_true(
			counts_valgrind_timeout_ns(&result, cases[i].timeout) == cases[i].given);
		ARRAY_RELEASE(&result.processes);
	}
}
