/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/counting.h"

#include "base/array.h"
#include "harness/command_runner.h"
#include "harness/counts.h"
#include "model/builtin.h"
#include "model/run_json.h"
#include "session/ci.h"
#include "session/output.h"
#include "sys/clock.h"
#include "sys/cpu.h"
#include "sys/job.h"
#include "sys/process.h"
#include "sys/trace.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum counts_when counting_when(const struct measure_options *options, const struct policy *policy)
{
	enum counts_when when = policy->counts;

	for (unsigned i = COUNTS_AUTO; options->counts && counts_words[i]; i++)
		if (strcmp(options->counts, counts_words[i]) == 0)
			when = i;
	if (options->keep_profile && !options->counts)
		return COUNTS_CALLGRIND;
	if (when == COUNTS_UNSAID || when == COUNTS_AUTO)
		return ci_is_there() ? COUNTS_ON : COUNTS_NONE;
	return when;
}

static enum counts_way way_of(enum counts_when when)
{
	if (when == COUNTS_PERF)
		return COUNTS_BY_PERF;
	return when == COUNTS_CALLGRIND ? COUNTS_BY_CALLGRIND : COUNTS_BY_BEST;
}

/* What failed would fail again, and what is known to be the same would count the same. */
static bool is_counted(const struct result *result)
{
	return result && result->word == RESULT_OK && !result->identical;
}

/* The same number of iterations in both makes counts of both comparable to the last. */
static void lend_iterations(const struct counting_side *side, struct result *result)
{
	const struct result *like = side->like ? run_find(side->like, result->name) : NULL;

	result->counted_iterations = like ? like->counted_iterations : 0;
}

/* Measuring fills a budget, so counting has a part of its own. */
#define BUDGET_PARTS 4

uint64_t counting_allowance(uint64_t budget_ns, uint64_t spent_ns)
{
	uint64_t left_ns = budget_ns > spent_ns ? budget_ns - spent_ns : 0;

	if (!budget_ns)
		return UINT64_MAX;
	return left_ns > budget_ns / BUDGET_PARTS ? left_ns : budget_ns / BUDGET_PARTS;
}

/* A benchmark to be counted. */
struct count_task {
	const struct counting_work *work;
	const struct bench *bench;
	struct result *result;
	struct counting found; /* what could not be taken of it */
};

struct counting_work {
	const struct counts *counts;
	const struct counting_side *side;
	struct progress_line *line;
	struct progress progress;
	uint64_t start_ns, allowed_ns;
	enum counts_when when;
	struct count_task *items;
	size_t nr, alloc;
	struct job *jobs;             /* several at once: one on each of these processors */
	struct count_task **tasks_of; /* what each is at; NULL: nothing */
	int *cpus;
	size_t nr_jobs;
};

/* What --bench runs counts for itself, if it does. */
static bool may_be_counted(const struct bench *bench)
{
	return !bench->command || !bench->command->is_tool;
}

static void add_tasks(struct counting_work *work)
{
	const struct counting_side *side = work->side;

	for (size_t i = 0; i < side->benches->nr; i++) {
		const struct bench *bench = &side->benches->items[i];
		struct result *result = run_find(side->run, bench->name);

		if (may_be_counted(bench) && is_counted(result))
			*ARRAY_ADD(work) = (struct count_task){ work, bench, result, { .nr = 0 } };
	}
}

static void tell_counting(struct counting_work *work, const char *name)
{
	struct progress *progress = &work->progress;

	progress->name = name;
	progress->elapsed_ns = clock_now_ns() - work->start_ns;
	if (progress->nr_done)
		progress->left_ns = progress->elapsed_ns / progress->nr_done *
			(progress->nr_all - progress->nr_done);
	progress_tell(work->line, progress);
}

/* A run of a suite's benchmark is as short as is needed; that of a command is what it is. */
#define SLOW_COMMAND_NS 5e8

static bool is_slow_command(const struct bench *bench)
{
	return bench->command && bench->command->run_ns > SLOW_COMMAND_NS;
}

/* False: no time is left for it, or it would take too long. */
static bool may_begin(struct counting_work *work, struct count_task *task)
{
	tell_counting(work, task->bench->name);
	if (work->progress.elapsed_ns > work->allowed_ns) {
		counts_skip(task->bench, "no time was left for it in the budget", &task->found);
		return false;
	}
	if (work->when == COUNTS_ON && is_slow_command(task->bench)) {
		counts_skip(task->bench,
			"a run of it takes over half a second, and some 50 times as long when it is counted; --counts=callgrind counts it all the same",
			&task->found);
		return false;
	}
	lend_iterations(work->side, task->result);
	return true;
}

static void take_task(struct count_task *task)
{
	const struct counting_work *work = task->work;
	uint64_t trace_ns = trace_start();

	counts_take(work->counts, task->bench, &work->side->run->plan, task->result, &task->found);
	trace_event(trace_ns, 0, "measure", "count %s", task->bench->name);
}

static void count_alone(struct counting_work *work, struct count_task *task)
{
	if (!may_begin(work, task))
		return;
	take_task(task);
	work->progress.nr_done++;
}

/* What counting fills in of a result. */
static void move_counts(struct result *from, struct result *to)
{
	metrics_release(&to->counts);
	profile_release(&to->profile);
	to->counted_iterations = from->counted_iterations;
	to->counts = from->counts;
	to->profile = from->profile;
	from->counts = (struct metrics){ 0 };
	from->profile = (struct profile){ 0 };
}

/* Says it as a run of that benchmark. */
static void count_in_copy(void *context, struct buf *output)
{
	struct count_task *task = context;
	struct run run = RUN_INIT;

	take_task(task);
	move_counts(task->result, run_add(&run, task->bench));
	counting_merge(&run.counting, &task->found);
	run.counting.is_wanted = true;
	run_json_print(&run, output);
	run_release(&run);
}

static void take_counted(struct count_task *task, const struct buf *output)
{
	struct error err = ERROR_INIT;
	struct run run = RUN_INIT;

	if (!output->len)
		error_set(&err, ERR_IO, "the process that counted it was killed");
	else if (!run_json_read(output->data, output->len, &run, &err) && run.nr == 1)
		move_counts(&run.items[0], task->result);
	if (*err.text)
		counts_skip(task->bench, err.text, &task->found);
	counting_merge(&task->found, &run.counting);
	run_release(&run);
}

/* False: it is still to be counted, here. */
static bool start_count(struct counting_work *work, size_t at, struct count_task *task)
{
	struct error ignored = ERROR_INIT;

	if (!may_begin(work, task))
		return true;
	if (job_start(&work->jobs[at], work->cpus[at], count_in_copy, task, &ignored))
		return false;
	work->tasks_of[at] = task;
	return true;
}

/* Waits for one; false: there is none, or we are to stop. */
static bool finish_count(struct counting_work *work)
{
	int at;
	bool any = false;

	for (size_t i = 0; i < work->nr_jobs; i++)
		any |= work->tasks_of[i] != NULL;
	at = any ? job_wait(work->jobs, work->nr_jobs) : -1;
	if (at < 0)
		return false;
	take_counted(work->tasks_of[at], &work->jobs[at].output);
	work->tasks_of[at] = NULL;
	job_end(&work->jobs[at]);
	work->progress.nr_done++;
	return true;
}

static size_t idle_job(const struct counting_work *work)
{
	size_t at = 0;

	while (at < work->nr_jobs && work->tasks_of[at])
		at++;
	return at;
}

static bool is_for_copies(const struct counting_work *work, const struct count_task *task)
{
	/* What a command has set up, we have to clean up. */
	return work->nr_jobs > 1 && !task->bench->exclusive && !task->bench->command;
}

static void count_at_once(struct counting_work *work)
{
	for (size_t i = 0; i < work->nr && !process_interrupted(); i++) {
		struct count_task *task = &work->items[i];

		if (!is_for_copies(work, task))
			continue;
		if (idle_job(work) == work->nr_jobs && !finish_count(work))
			break;
		if (!start_count(work, idle_job(work), task))
			count_alone(work, task);
	}
	while (finish_count(work))
		;
}

/* Of the memory, the part that those that are counted at once may fill; and how much more one needs
 * than when it is timed, with valgrind's own. */
#define MEMORY_PART 0.5
#define VALGRIND_RATIO 2
#define VALGRIND_BYTES 0x1p27

static uint64_t processes_in_memory(const struct counting_work *work)
{
	double most = 0;

	for (size_t i = 0; i < work->nr; i++) {
		const struct metric *peak = metrics_find(&work->items[i].result->metrics,
			builtin_metrics[BUILTIN_PEAK_MEMORY].kind->name);

		for (size_t k = 0; peak && k < peak->values.nr; k++)
			most = fmax(most, peak->values.items[k]);
	}
	return (uint64_t)fmax(
		MEMORY_PART * (double)cpu_memory_bytes() / (VALGRIND_RATIO * most + VALGRIND_BYTES),
		1);
}

/* What others do changes no count, so all processors help. */
static void open_count_jobs(struct counting_work *work, const struct measure_options *options)
{
	uint64_t cores = cpu_cores(), fitting = processes_in_memory(work);
	uint64_t nr = options->plan.nr_jobs ? options->plan.nr_jobs
		: cores < fitting           ? cores
					    : fitting;

	work->nr_jobs = nr < work->nr ? (size_t)nr : work->nr;
	work->cpus = mem_alloc(work->nr_jobs, sizeof *work->cpus);
	work->nr_jobs = cpu_list(work->cpus, work->nr_jobs);
	work->jobs = mem_alloc(work->nr_jobs, sizeof *work->jobs);
	work->tasks_of = mem_alloc(work->nr_jobs, sizeof(void *));
	for (size_t i = 0; i < work->nr_jobs; i++)
		work->jobs[i] = (struct job)JOB_INIT;
}

static void release_count_jobs(struct counting_work *work)
{
	for (size_t i = 0; i < work->nr_jobs; i++)
		job_end(&work->jobs[i]);
	/* What a copy that was killed has left behind is ours now. */
	if (work->nr_jobs > 1)
		process_sweep();
	free(work->jobs);
	free(work->tasks_of);
	free(work->cpus);
}

/* Those that must not live beside another one are last. */
static void count_all(struct counting_work *work)
{
	count_at_once(work);
	for (size_t i = 0; i < work->nr && !process_interrupted(); i++)
		if (!is_for_copies(work, &work->items[i]))
			count_alone(work, &work->items[i]);
	for (size_t i = 0; i < work->nr; i++) {
		counting_merge(&work->side->run->counting, &work->items[i].found);
		counting_release(&work->items[i].found);
	}
}

void counting_take(const struct measure_options *options, enum counts_when when,
	const struct counting_side *side)
{
	struct progress_line own = progress_line(options->quiet, options->color);
	struct counts counts = COUNTS_INIT;
	struct run *run = side->run;
	struct counting_work work = { .counts = &counts,
		.side = side,
		.line = options->progress ? options->progress : &own,
		.start_ns = clock_now_ns(),
		.when = when,
		.allowed_ns = counting_allowance(run->plan.budget_ns, run->duration_ns) };

	if (when != COUNTS_NONE && run->status != RUN_INTERRUPTED)
		add_tasks(&work);
	if (work.nr) {
		counting_release(&run->counting);
		counts.keep_profile = options->keep_profile;
		counts_open(&counts, way_of(when), &run->counting);
		work.progress.nr_all = work.nr;
		open_count_jobs(&work, options);
		count_all(&work);
		release_count_jobs(&work);
		command_runner_clean_up(side->benches, &run->plan);
		counts_join_untaken(&run->counting, work.nr);
		counts_release(&counts);
		tell_counting(&work, NULL);
		run->duration_ns += clock_now_ns() - work.start_ns;
	}
	ARRAY_RELEASE(&work);
}

#define MAX_NOTES 5

void counting_add_notes(const struct counting *counting, struct buf *text)
{
	for (size_t i = 0; i < counting->nr && i < MAX_NOTES; i++) {
		const struct untaken *item = &counting->items[i];

		buf_addf(text, "note: not counted%s", item->benchmark ? " of " : "");
		if (item->benchmark)
			buf_add_printable(text, item->benchmark);
		buf_addf(text, ": %s (", item->metric);
		buf_add_printable(text, item->reason);
		buf_adds(text, ")\n");
	}
	if (counting->nr > MAX_NOTES)
		buf_addf(text,
			"note: %zu more were not counted; the result file (--out) has all reasons\n",
			counting->nr - MAX_NOTES);
}
