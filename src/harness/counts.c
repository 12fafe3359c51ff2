/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/counts.h"

#include "base/str.h"
#include "harness/callgrind.h"
#include "harness/command_counts.h"
#include "harness/counters.h"
#include "harness/sitting.h"
#include "suite/elf.h"
#include "sys/callgrind.h"
#include "sys/file.h"
#include "sys/heap.h"
#include "sys/perf.h"
#include "sys/program.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Each is taken so often: that it is the same each time is to be seen. */
#define NR_TAKINGS 2
/* How many times as long a process may take under valgrind. */
#define VALGRIND_PATIENCE 100
#define FIT_WINDOW_NS UINT64_C(5000000)
#define MAX_PROFILE_BYTES (256u << 20)
#define MAX_SUITE_BYTES (1u << 30)
/* The functions that a profile keeps. */
#define MAX_PROFILE_ROWS 200
#define HEAP_NAMES "allocations, allocated, peak_heap, heap_growth"

static void counts_note(struct counting *counting, const char *metric, const struct bench *bench,
	const char *reason)
{
	counting_add_untaken(counting, metric, bench ? bench->name : NULL, reason);
}

static bool find_perf(struct counts *counts, struct buf *why)
{
	buf_adds(why, "perf: ");
	counts->by_perf = perf_works(why);
	return counts->by_perf;
}

/* "valgrind-3.19.0" */
static void ask_version(const char *valgrind, char **version)
{
	struct buf said = BUF_INIT_MAX(256);

	if (!process_capture((char *[]){ (char *)valgrind, (char[]){ "--version" }, NULL },
		    UINT64_C(10000000000), &said)) {
		said.data[strcspn(said.data, "\n")] = '\0';
		*version = str_dup(said.data);
	}
	buf_release(&said);
}

static bool find_valgrind(struct counts *counts, struct counting *counting, struct buf *why)
{
	if (why->len)
		buf_adds(why, "; ");
	if (!CALLGRIND_IS_KNOWN) {
		buf_adds(why, "callgrind: benchgate uses it on x86-64 and ARM64 only");
		return false;
	}
	counts->valgrind = program_find("valgrind");
	if (!counts->valgrind) {
		buf_adds(why,
			"callgrind: valgrind is not installed (on Debian and Ubuntu: apt install valgrind)");
		return false;
	}
	ask_version(counts->valgrind, &counting->tool);
	return true;
}

void counts_open(struct counts *counts, enum counts_way way, struct counting *counting)
{
	struct error err = ERROR_INIT;
	struct buf why = BUF_INIT;

	counting->is_wanted = true;
	counts->preload = heap_library(&err);
	if (counts->preload < 0) {
		counts->preload = 0;
		counts_note(counting, HEAP_NAMES, NULL, err.text);
	}
	if (way != COUNTS_BY_CALLGRIND && find_perf(counts, &why))
		counting->way = str_dup("perf");
	else if (way != COUNTS_BY_PERF && find_valgrind(counts, counting, &why))
		counting->way = str_dup("callgrind");
	else
		counts_note(counting, "instructions", NULL, why.data);
	if (remote_dispatch())
		counting->dispatch = str_dup(remote_dispatch());
	buf_release(&why);
}

void counts_release(struct counts *counts)
{
	if (counts->preload > 0)
		close(counts->preload);
	free(counts->valgrind);
	*counts = (struct counts)COUNTS_INIT;
}

/* One counting process. */
struct taking {
	const struct counts *counts;
	const struct bench *bench;
	const struct plan *plan;
	struct result *result;
	struct counting *counting;
	unsigned wanted;   /* COUNTERS_* */
	const char *names; /* of what it counts, for people */
	struct sitting sitting;
};

/* Powers of ten: another run chooses the same, however quick it is. */
static uint64_t round_down(uint64_t iterations)
{
	uint64_t rounded = 1;

	while (rounded <= iterations / 10)
		rounded *= 10;
	return rounded;
}

/* Keeps what the process says of its batch. */
static void keep_total(void *context, const struct sitting_count *said)
{
	struct taking *taking = context;
	const struct counted_metric *row = counted_find(said->name);

	if (!row)
		return;
	if (said->reason)
		counts_note(taking->counting,
			row == &counted_metrics[COUNTED_ALLOCATIONS] ? HEAP_NAMES : said->name,
			taking->bench, said->reason);
	else if (!metrics_find(&taking->result->metrics, said->name))
		counted_add(&taking->result->counts, (enum counted)(row - counted_metrics),
			said->total, taking->result->counted_iterations);
}

/* The first batch is not counted: what is done once, is done in it. */
static int count_batch(struct taking *taking, struct fault *fault)
{
	struct sitting *sitting = &taking->sitting;
	uint64_t nr = taking->result->counted_iterations;
	struct batches ignored = { 0 };
	int rc =
		sitting_time(sitting, (struct sitting_order){ .pace = { nr, 1 } }, &ignored, fault);

	ARRAY_RELEASE(&ignored);
	if (rc ||
		sitting_count(sitting, nr, (struct sitting_counted){ keep_total, taking }, fault) ||
		sitting_finish(sitting, fault))
		return -1;
	return 0;
}

/* That of the last process. */
static void keep_profile(struct taking *taking, const char *text)
{
	struct profile *profile = &taking->result->profile;
	struct error err = ERROR_INIT;

	profile_release(profile);
	*profile = (struct profile){ 0 };
	if (callgrind_profile(text, taking->result->counted_iterations, profile, &err))
		counts_note(taking->counting, "profile", taking->bench, err.text);
	profile_keep_most(profile, MAX_PROFILE_ROWS);
}

static int read_callgrind_file(const struct remote *remote, struct buf *text, struct error *err)
{
	struct buf path = BUF_INIT;
	int rc;

	buf_addf(&path, "%s/" REMOTE_CALLGRIND_FILE ".%ld", remote->scratch.path,
		(long)remote->process.pid);
	rc = file_read(path.data, MAX_PROFILE_BYTES, text, err);
	buf_release(&path);
	return rc;
}

static int read_callgrind(struct taking *taking, struct fault *fault)
{
	struct buf text = BUF_INIT;
	struct error err = ERROR_INIT;
	uint64_t total = 0;
	int rc = read_callgrind_file(&taking->sitting.remote, &text, &err) ||
			callgrind_total(text.data, text.len, &total, &err)
		? -1
		: 0;

	if (rc)
		fault_set(fault, RESULT_NOT_MEASURED, "%s", err.text);
	else
		keep_total(taking, &(struct sitting_count){ "instructions", (double)total, NULL });
	if (!rc && taking->counts->keep_profile)
		keep_profile(taking, text.data);
	buf_release(&text);
	return rc;
}

static int counts_converse(
	struct taking *taking, const struct remote_counting *where, struct fault *fault)
{
	const struct sitting_counting counting = { taking->bench, taking->plan, where,
		taking->wanted };

	if (sitting_begin_counting(&taking->sitting, &counting, fault) ||
		count_batch(taking, fault))
		return -1;
	if (!where->valgrind)
		return 0;
	return remote_let_exit(&taking->sitting.remote, fault) || read_callgrind(taking, fault) ? -1
												: 0;
}

static void explain_fault(const struct taking *taking, const struct remote_counting *where,
	const struct fault *fault, struct buf *why)
{
	const char *what = fault->reason;

	if (where->valgrind && taking->sitting.remote.process.signal == SIGILL)
		what = "it has instructions that this valgrind does not know, such as those of AVX-512";
	buf_addf(why, "%s%s", where->valgrind ? "under valgrind: " : "", what);
	if (where->valgrind && fault->word == RESULT_TIMED_OUT)
		buf_adds(why, "; it is some 50 times slower there: give a longer --timeout");
}

/* False: nothing more is to be tried. */
static bool take_once(struct taking *taking, const struct remote_counting *where)
{
	struct fault fault = FAULT_INIT;
	struct buf why = BUF_INIT;
	int rc = counts_converse(taking, where, &fault);

	sitting_end(&taking->sitting);
	process_sweep();
	if (rc && !taking->sitting.remote.interrupted) {
		explain_fault(taking, where, &fault, &why);
		counts_note(taking->counting, taking->names, taking->bench, why.data);
	}
	buf_release(&why);
	sitting_release(&taking->sitting);
	return !rc;
}

/* In a process of its own: those that count are all alike. */
static bool fit_iterations(struct taking *taking)
{
	const struct remote_counting where = { .preload = 0 };
	const struct sitting_counting counting = { taking->bench, taking->plan, &where,
		COUNTERS_KERNEL };
	struct fault fault = FAULT_INIT;
	int rc = sitting_begin_counting(&taking->sitting, &counting, &fault);

	if (!rc)
		rc = sitting_warm(&taking->sitting, FIT_WINDOW_NS, &fault);
	if (!rc)
		taking->result->counted_iterations = round_down(taking->sitting.fitting);
	else if (!taking->sitting.remote.interrupted)
		counts_note(
			taking->counting, "instructions, " HEAP_NAMES, taking->bench, fault.reason);
	sitting_end(&taking->sitting);
	process_sweep();
	sitting_release(&taking->sitting);
	return !rc;
}

static void take_plain(struct taking *taking)
{
	const struct counts *counts = taking->counts;
	const struct remote_counting where = { .preload = counts->preload };

	taking->wanted = COUNTERS_KERNEL | (counts->preload ? COUNTERS_HEAP : 0) |
		(counts->by_perf ? COUNTERS_PERF : 0);
	taking->names = counts->by_perf ? "instructions, " HEAP_NAMES : HEAP_NAMES;
	for (int i = 0; i < NR_TAKINGS && take_once(taking, &where); i++)
		;
}

uint64_t counts_valgrind_timeout_ns(const struct result *result, uint64_t timeout_ns)
{
	size_t nr = result->processes.nr ? result->processes.nr : result->duets.nr;
	uint64_t timed_ns = nr && result->spent_ns ? result->spent_ns / nr : timeout_ns;
	uint64_t base_ns = timed_ns < timeout_ns ? timed_ns : timeout_ns;
	uint64_t longer_ns = base_ns < UINT64_MAX / VALGRIND_PATIENCE / 2
		? base_ns * VALGRIND_PATIENCE
		: UINT64_MAX / 2;

	return longer_ns > timeout_ns ? longer_ns : timeout_ns;
}

/* Valgrind's own memory would count against the limit of it. */
static void take_callgrind(const struct taking *taking)
{
	const struct remote_counting where = { .valgrind = taking->counts->valgrind };
	struct plan plan = *taking->plan;
	struct taking own = *taking;

	plan.memory_limit = 0;
	plan.timeout_ns = counts_valgrind_timeout_ns(taking->result, plan.timeout_ns);
	own.plan = &plan;
	own.wanted = COUNTERS_CALLGRIND;
	own.names = "instructions";
	for (int i = 0; i < NR_TAKINGS && take_once(&own, &where); i++)
		;
}

/* One process, and the file that it leaves. */
static int take_profile(struct taking *taking, const struct remote_counting *where,
	struct buf *file, struct fault *fault)
{
	const struct sitting_counting how = { taking->bench, taking->plan, where,
		COUNTERS_CALLGRIND };
	struct error err = ERROR_INIT;
	struct buf why = BUF_INIT;
	int rc = sitting_begin_counting(&taking->sitting, &how, fault) ||
			count_batch(taking, fault) ||
			remote_let_exit(&taking->sitting.remote, fault)
		? -1
		: 0;

	if (rc) {
		explain_fault(taking, where, fault, &why);
		fault_set(fault, fault->word, "%s", why.data);
	} else if (read_callgrind_file(&taking->sitting.remote, file, &err)) {
		rc = fault_set(fault, RESULT_NOT_MEASURED, "%s", err.text);
	}
	sitting_end(&taking->sitting);
	process_sweep();
	sitting_release(&taking->sitting);
	buf_release(&why);
	return rc;
}

int counts_profile(const struct counts *counts, const struct bench *bench, const struct plan *plan,
	struct counts_profile *profile, struct fault *fault)
{
	const struct remote_counting where = { .valgrind = counts->valgrind, .in_detail = true };
	struct result result = { .counted_iterations = profile->iterations };
	struct counting untaken = { .nr = 0 };
	struct plan unlimited = *plan;
	struct taking taking = { .counts = counts,
		.bench = bench,
		.plan = &unlimited,
		.result = &result,
		.counting = &untaken };
	int rc;

	unlimited.memory_limit = 0;
	if (!profile->iterations && !fit_iterations(&taking)) {
		rc = fault_set(fault, RESULT_NOT_MEASURED, "%s",
			untaken.nr ? untaken.items[0].reason : "interrupted");
	} else {
		profile->iterations = result.counted_iterations;
		rc = take_profile(&taking, &where, &profile->file, fault);
	}
	metrics_release(&result.counts);
	counting_release(&untaken);
	return rc;
}

/* Each run is a process, so one run is what is counted. */
static void count_command(struct taking *taking)
{
	struct plan plan = *taking->plan;
	struct fault fault = FAULT_INIT;
	uint64_t nr;

	if (!taking->counts->valgrind) {
		if (taking->counts->by_perf)
			counts_note(taking->counting, "instructions", taking->bench,
				"those of a command are counted under valgrind alone");
		return;
	}
	plan.memory_limit = 0;
	plan.timeout_ns = counts_valgrind_timeout_ns(taking->result, plan.timeout_ns);
	taking->result->counted_iterations = 1;
	for (int i = 0; i < NR_TAKINGS && !process_interrupted(); i++) {
		if (command_counts_take(
			    taking->bench, &plan, taking->counts->valgrind, &nr, &fault)) {
			counts_note(taking->counting, "instructions", taking->bench, fault.reason);
			return;
		}
		keep_total(taking, &(struct sitting_count){ "instructions", (double)nr, NULL });
	}
}

static int read_size(const char *path, struct elf_size *size, struct error *err)
{
	struct buf bytes = BUF_INIT;
	struct elf elf = ELF_INIT;
	int rc = file_read(path, MAX_SUITE_BYTES, &bytes, err) ||
			elf_read(&elf, bytes.data, bytes.len, err)
		? -1
		: 0;

	if (!rc)
		*size = elf_size(&elf);
	elf_release(&elf);
	buf_release(&bytes);
	return rc;
}

static void take_size(const struct taking *taking)
{
	struct error err = ERROR_INIT;
	char *own = *taking->bench->source ? NULL : process_own_path();
	struct elf_size size;

	if (read_size(own ? own : taking->bench->source, &size, &err)) {
		counts_note(taking->counting, "code_size, data_size", taking->bench, err.text);
	} else {
		counted_add(&taking->result->counts, COUNTED_CODE_SIZE, (double)size.code, 1);
		counted_add(&taking->result->counts, COUNTED_DATA_SIZE, (double)size.data, 1);
	}
	free(own);
}

/* What was taken once shows nothing of whether it is the same each time. */
static void drop_single(struct metrics *counts)
{
	size_t nr = 0;

	for (size_t i = 0; i < counts->nr; i++) {
		const struct counted_metric *row = counted_find(counts->items[i].name);
		struct metrics one = { &counts->items[i], 1, 0 };

		if (row->scope == COUNTED_SUITE || one.items->values.nr >= NR_TAKINGS)
			counts->items[nr++] = counts->items[i];
		else
			metric_release(one.items);
	}
	counts->nr = nr;
}

void counts_take(const struct counts *counts, const struct bench *bench, const struct plan *plan,
	struct result *result, struct counting *counting)
{
	struct taking taking = { .counts = counts,
		.bench = bench,
		.plan = plan,
		.result = result,
		.counting = counting };

	metrics_release(&result->counts);
	result->counts = (struct metrics){ 0 };
	if (bench->command) {
		count_command(&taking);
		drop_single(&result->counts);
		return;
	}
	if (result->counted_iterations || fit_iterations(&taking)) {
		take_plain(&taking);
		if (counts->valgrind && !process_interrupted())
			take_callgrind(&taking);
	}
	drop_single(&result->counts);
	take_size(&taking);
}

void counts_skip(const struct bench *bench, const char *reason, struct counting *counting)
{
	counts_note(counting, "instructions, " HEAP_NAMES, bench, reason);
}

/* Of how many benchmarks is that said? */
static size_t count_like(const struct counting *counting, const struct untaken *wanted)
{
	size_t nr = 0;

	for (size_t i = 0; i < counting->nr; i++)
		nr += counting->items[i].benchmark &&
			strcmp(counting->items[i].metric, wanted->metric) == 0 &&
			strcmp(counting->items[i].reason, wanted->reason) == 0;
	return nr;
}

void counts_join_untaken(struct counting *counting, size_t nr_benches)
{
	struct counting joined = { .nr = 0 };

	for (size_t i = 0; i < counting->nr; i++) {
		const struct untaken *item = &counting->items[i];
		bool all = nr_benches > 1 && count_like(counting, item) == nr_benches;

		counting_add_untaken(
			&joined, item->metric, all ? NULL : item->benchmark, item->reason);
	}
	counting_take_untaken(counting, &joined);
}
