/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/bench_tool.h"

#include "base/str.h"
#include "harness/command_runner.h"
#include "stats/summary.h"
#include "store/result_file.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/process.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A tool runs all of its benchmarks, which takes longer than a process of one. */
#define TOOL_TIMEOUT_NS UINT64_C(1800000000000)
#define MAX_RESULTS_BYTES ((size_t)256 << 20)
#define STANDARD_TIER "standard"

/* All benchmarks of a tool on their way. */
struct tool_work {
	const struct bench_tool_task *task;
	struct run *run; /* head's, or the only one */
	uint64_t start_ns, nr_done, nr_all;
};

/* The file that the tool writes, from its folder. */
static void add_results_path(const struct bench_command *tool, struct buf *out)
{
	if (tool->folder && *tool->results != '/')
		buf_addf(out, "%s/", tool->folder);
	buf_adds(out, tool->results);
}

static void stamp_results(const struct bench_command *tool, struct buf *out)
{
	struct buf path = BUF_INIT;

	if (tool->results) {
		add_results_path(tool, &path);
		file_stamp(path.data, out);
	}
	buf_release(&path);
}

/* `before` is its stamp from before the run: what an earlier one wrote must not count again. */
static int read_results(const struct bench_command *tool, const struct buf *before, struct buf *out,
	struct error *err)
{
	struct buf path = BUF_INIT, after = BUF_INIT;
	int rc;

	add_results_path(tool, &path);
	file_stamp(path.data, &after);
	if (before->len && strcmp(before->data, after.data) == 0)
		rc = error_set(
			err, ERR_USAGE, "it did not write its output file %s this time", path.data);
	else
		rc = file_read(path.data, MAX_RESULTS_BYTES, out, err);
	buf_release(&after);
	buf_release(&path);
	return rc;
}

static int import_results(const struct bench_command *tool, const struct buf *text,
	struct run *results, struct error *err)
{
	const struct import_format *format = NULL;
	struct import_input input = { .path = tool->results ? tool->results : "what it printed",
		.name = tool->text,
		.text = text->data,
		.len = text->len };

	if (tool->format && !(format = import_named(tool->format, err)))
		return -1;
	if (!format && !import_recognise(text->data, text->len))
		return import_unknown(text->data, text->len, err);
	input.format = format;
	return import_read(&input, results, err);
}

static bool bench_tool_is_blank(const struct buf *text)
{
	return !text->data[strspn(text->data, " \t\r\n")];
}

/* What the tool says in one run. */
static int take_results(const struct command_runner *runner, const struct buf *before,
	struct run *results, struct fault *fault)
{
	const struct bench_command *tool = runner->bench->command;
	struct error err = ERROR_INIT;
	struct buf file = BUF_INIT;
	const struct buf *text = tool->results ? &file : &runner->printed;
	int rc = tool->results ? read_results(tool, before, &file, &err) : 0;

	if (!rc && bench_tool_is_blank(text))
		rc = error_set(&err, ERR_USAGE,
			"%s; 'benchgate help commands' says where results are read",
			tool->results ? "its output file is empty" : "it printed nothing");
	if (!rc)
		rc = import_results(tool, text, results, &err);
	if (!rc && !results->nr)
		rc = error_set(&err, ERR_USAGE, "it has no benchmarks");
	if (rc)
		fault_set(fault, RESULT_WRONG, "%.500s", err.text);
	buf_release(&file);
	return rc;
}

/* One run of the tool. */
struct tool_run {
	const struct bench *bench;
	const char *side; /* "base" or "head"; NULL: neither */
	uint64_t round;
};

static int run_tool(const struct tool_run *tool, const struct plan *plan, struct run *results,
	struct fault *fault)
{
	struct command_runner runner;
	struct buf before = BUF_INIT;
	struct spawn_end end;
	int rc;

	stamp_results(tool->bench->command, &before);
	rc = command_runner_open(&runner, tool->bench, plan, tool->side, fault) ||
		command_runner_set_round(&runner, tool->round) ||
		command_runner_set_up(&runner, fault) || command_runner_run(&runner, &end, fault);
	if (!rc)
		rc = take_results(&runner, &before, results, fault);
	buf_release(&before);
	command_runner_close(&runner);
	return rc ? -1 : 0;
}

static char *same_text(const char *text, void *context)
{
	(void)context;
	return str_dup(text);
}

static struct bench_command *copy_of(
	const struct bench_command *tool, const char *folder, const struct plan *plan)
{
	struct bench_command *copy = mem_alloc(1, sizeof *copy);

	*copy = bench_command_with(tool, same_text, NULL);
	str_set(&copy->folder, folder);
	copy->is_tool = true;
	copy->repeat = tool->repeat;
	copy->format = str_dup(tool->format);
	copy->results = str_dup(tool->results);
	if (!copy->timeout_ns)
		copy->timeout_ns = plan->timeout_ns == PLAN_TIMEOUT_UNSAID ? TOOL_TIMEOUT_NS
									   : plan->timeout_ns;
	return copy;
}

static struct bench bench_of(const char *name, const struct bench_command *tool, const char *folder,
	const struct plan *plan)
{
	return (struct bench){ .name = str_dup(name),
		.tier = str_dup(tool->tier ? tool->tier : STANDARD_TIER),
		.about = str_dup(""),
		.file = str_dup(""),
		.source = str_dup(""),
		.nr_threads = 1,
		.exclusive = true,
		.command = copy_of(tool, folder, plan) };
}

/* A folder that lacks the tool, or what it needs, is known by how the tool ends or by what it says.
 * One that was stopped says nothing of its folder. */
static enum error_kind kind_of_fault(const struct fault *fault)
{
	switch (fault->word) {
	case RESULT_EXITED:
	case RESULT_WRONG:
	case RESULT_NOT_LOADED:
		return ERR_MEASURE;
	default:
		return ERR_IO;
	}
}

int bench_tool_list(const struct bench_command *tool, const char *folder, const struct plan *plan,
	struct catalog *catalog, struct error *err)
{
	struct plan once = PLAN_UNSAID;
	struct benches one = { 0 };
	struct fault fault = FAULT_INIT;
	struct run results = RUN_INIT;
	int rc;

	if (plan)
		once = *plan;
	once.sandbox = catalog->sandbox;
	*ARRAY_ADD(&one) = bench_of(tool->text, tool, folder, &once);
	rc = run_tool(&(struct tool_run){ &one.items[0], NULL, 0 }, &once, &results, &fault);
	command_runner_clean_up(&one, &once);
	for (size_t i = 0; i < results.nr && !rc; i++) {
		if (benches_find(&catalog->benches, results.items[i].name))
			continue;
		*ARRAY_ADD(&catalog->benches) =
			bench_of(results.items[i].name, tool, folder, &once);
	}
	benches_release(&one);
	run_release(&results);
	if (!rc)
		return 0;
	return error_set(err, kind_of_fault(&fault), "'%.120s'%s%.200s: %s: %s", tool->text,
		folder ? " in " : "", folder ? folder : "", result_word_name(fault.word),
		fault.reason);
}

/* Of few samples the median says no more than the mean. */
#define MIN_MEDIAN 3
/* Of many, some are undisturbed on a busy machine, too. */
#define MIN_MANY 20
#define NR_GROUPS 10
#define TYPICAL_QUANTILE .1

static bool has_many(const struct metric *metric)
{
	return !metric->is_count && !metric->digest.nr && metric->values.nr >= MIN_MANY;
}

/* The median of means of groups (Nemirovsky and Yudin 1983): bursts of the code are in all groups,
 * those of the machine in few. Tools sort their samples, so that groups take turns. */
static double median_of_means(const struct doubles *values)
{
	double means[NR_GROUPS];

	for (size_t i = 0; i < NR_GROUPS; i++) {
		size_t nr = 0;

		means[i] = 0;
		for (size_t j = i; j < values->nr; j += NR_GROUPS, nr++)
			means[i] += values->items[j];
		means[i] /= (double)nr;
	}
	return median_of(means, NR_GROUPS);
}

static double quantile_of_values(const struct doubles *values, double p)
{
	struct doubles copy = { 0 };
	double quantile;

	for (size_t i = 0; i < values->nr; i++)
		*ARRAY_ADD(&copy) = values->items[i];
	quantile = quantile_of(copy.items, copy.nr, p);
	ARRAY_RELEASE(&copy);
	return quantile;
}

/* What one run says. Of several samples the median: a single disturbed one has no say. */
static double bench_tool_level_of(const struct metric *metric)
{
	if (has_many(metric))
		return median_of_means(&metric->values);
	if (metric->is_count || metric->digest.nr || metric->values.nr < MIN_MEDIAN)
		return metric_level(metric);
	return quantile_of_values(&metric->values, .5);
}

/* Beside the mean, what an undisturbed iteration takes, where the tool does not say it itself. */
static bool tool_typical_of(const struct result *results, double *typical)
{
	const struct metric *time = metrics_find(&results->metrics, metric_time.name);

	if (!time || strcmp(time->unit, metric_time.unit) != 0 || !has_many(time) ||
		metrics_find(&results->metrics, metric_typical.name))
		return false;
	*typical = quantile_of_values(&time->values, TYPICAL_QUANTILE);
	return true;
}

/* Adds one process to the result. */
static void add_levels(struct result *result, const struct result *results)
{
	double typical;

	for (size_t i = 0; i < results->metrics.nr; i++) {
		const struct metric *from = &results->metrics.items[i];
		struct metric *to = metrics_add(&result->metrics,
			&(struct metric_kind){ from->name, from->unit, from->more_is_better },
			bench_tool_level_of(from));

		to->is_count = from->is_count;
		to->is_beside = from->is_beside;
	}
	if (tool_typical_of(results, &typical))
		metrics_add(&result->metrics, &metric_typical, typical);
}

static int missing(const char *name, const char *side, struct fault *fault)
{
	return fault_set(
		fault, RESULT_WRONG, "%sthe tool printed nothing of %.200s this time", side, name);
}

/* Alone: another process of each. */
static void add_process_of(struct tool_work *work, const struct run *results)
{
	for (size_t i = 0; i < work->task->benches->nr; i++) {
		struct result *result = run_find(work->run, work->task->benches->items[i].name);
		const struct result *now = run_find(results, result->name);
		struct fault fault = FAULT_INIT;

		if (result->word != RESULT_OK)
			continue;
		if (!now) {
			missing(result->name, "", &fault);
			result_fault(result, &fault);
			continue;
		}
		add_levels(result, now);
		*ARRAY_ADD(&result->processes) =
			(struct process_row){ .iterations = 1, .nr_batches = 1, .settled = true };
	}
}

/* A unit's two pairs of runs. */
struct tool_pair {
	struct run base, head;
	bool base_first;
};

static double tool_log_ratio(double old, double new)
{
	return old > 0 && new > 0 ? log(new / old) : (double)NAN;
}

static void add_pair_of_tool(struct result *base, struct result *head,
	const struct result *base_now, const struct result *head_now)
{
	double typical[2];

	if (base)
		add_levels(base, base_now);
	if (!head->processes.nr)
		add_levels(head, head_now);
	for (size_t i = 0; i < head_now->metrics.nr; i++) {
		const struct metric *after = &head_now->metrics.items[i];
		const struct metric *before = metrics_find(&base_now->metrics, after->name);
		double old = before ? bench_tool_level_of(before) : NAN,
		       new = bench_tool_level_of(after);

		if (before)
			metrics_add_ratio(&head->metrics,
				&(struct metric_kind){
					after->name, after->unit, after->more_is_better },
				tool_log_ratio(old, new));
	}
	if (tool_typical_of(base_now, &typical[0]) && tool_typical_of(head_now, &typical[1]))
		metrics_add_ratio(
			&head->metrics, &metric_typical, tool_log_ratio(typical[0], typical[1]));
}

static void add_unit_of_tool(struct tool_work *work, const struct tool_pair *pairs)
{
	struct run *base_run = work->task->turns->base_run;

	for (size_t i = 0; i < work->task->benches->nr; i++) {
		struct result *head = run_find(work->run, work->task->benches->items[i].name);
		struct result *base = base_run ? run_find(base_run, head->name) : NULL;
		struct fault fault = FAULT_INIT;

		for (size_t j = 0; j < DUETS_A_UNIT && head->word == RESULT_OK; j++) {
			if (!run_find(&pairs[j].base, head->name))
				missing(head->name, "the base: ", &fault);
			else if (!run_find(&pairs[j].head, head->name))
				missing(head->name, "", &fault);
			if (fault.word)
				result_fault(head, &fault);
		}
		for (size_t j = 0; j < DUETS_A_UNIT && head->word == RESULT_OK; j++) {
			add_pair_of_tool(base, head, run_find(&pairs[j].base, head->name),
				run_find(&pairs[j].head, head->name));
			*ARRAY_ADD(&head->duets) = (struct duet){ .base_first = pairs[j].base_first,
				.nr_quads = 1,
				.nr_counted = 1,
				.iterations = 1,
				.settled = true,
				.place = DUET_APART,
				.parallel = true };
		}
	}
}

static int run_pair(
	const struct tool_work *work, uint64_t round, struct tool_pair *pair, struct fault *fault)
{
	const struct bench *head = &work->task->benches->items[0];
	const struct bench *base = benches_find(work->task->turns->base, head->name);
	char reason[sizeof fault->reason];

	for (int i = 0; i < 2; i++) {
		bool is_base = pair->base_first == !i;

		struct tool_run tool = { is_base ? base : head, is_base ? "base" : "head", round };

		if (!run_tool(&tool, &work->run->plan, is_base ? &pair->base : &pair->head, fault))
			continue;
		snprintf(reason, sizeof reason, "%s", fault->reason);
		return fault->word == RESULT_NOT_MEASURED
			? -1
			: fault_set(
				  fault, fault->word, "%s%s", is_base ? "the base: " : "", reason);
	}
	return 0;
}

static int take_unit_of_tool(struct tool_work *work, struct fault *fault)
{
	struct tool_pair pairs[DUETS_A_UNIT] = { { .base = RUN_INIT, .head = RUN_INIT },
		{ .base = RUN_INIT, .head = RUN_INIT } };
	int rc = 0;

	for (size_t i = 0; i < DUETS_A_UNIT && !rc; i++) {
		pairs[i].base_first = (work->nr_done + i) % 2 == 0;
		rc = run_pair(work, work->nr_done * DUETS_A_UNIT + i + 1, &pairs[i], fault);
	}
	if (!rc)
		add_unit_of_tool(work, pairs);
	for (size_t i = 0; i < DUETS_A_UNIT; i++) {
		run_release(&pairs[i].base);
		run_release(&pairs[i].head);
	}
	return rc;
}

static int take_process_of_tool(struct tool_work *work, struct fault *fault)
{
	struct tool_run tool = { &work->task->benches->items[0], NULL, work->nr_done + 1 };
	struct run results = RUN_INIT;
	int rc = run_tool(&tool, &work->run->plan, &results, fault);

	if (!rc)
		add_process_of(work, &results);
	run_release(&results);
	return rc;
}

/* Has the decider enough of each that did not fail? */
static bool has_enough_of_all(const struct tool_work *work)
{
	const struct decider *decider = &work->task->decider;

	for (size_t i = 0; i < work->task->benches->nr; i++) {
		const struct result *result =
			run_find(work->run, work->task->benches->items[i].name);

		if (result->word == RESULT_OK && !decider->enough(decider->context, result))
			return false;
	}
	return true;
}

/* The run's budget, or that of the tier that has most. */
static uint64_t budget_of(const struct tool_work *work)
{
	uint64_t most_ns = work->run->plan.budget_ns;

	for (size_t i = 0; i < work->task->benches->nr && !work->run->plan.budget_ns; i++) {
		const struct result *result =
			run_find(work->run, work->task->benches->items[i].name);
		uint64_t budget_ns = tiers_named(work->task->tiers, result->tier)->budget_ns;

		most_ns = budget_ns > most_ns ? budget_ns : most_ns;
	}
	return most_ns;
}

static void tell_progress(const struct tool_work *work, bool is_end)
{
	uint64_t elapsed_ns = clock_now_ns() - work->start_ns;
	struct progress progress = { .name = is_end ? NULL
						    : work->task->benches->items[0].command->text,
		.nr_done = work->nr_done,
		.nr_all = work->nr_all,
		.elapsed_ns = elapsed_ns };

	if (work->nr_done && work->nr_all > work->nr_done)
		progress.left_ns = elapsed_ns / work->nr_done * (work->nr_all - work->nr_done);
	progress_tell(work->task->progress, &progress);
}

/* Of what has nothing yet, the fault; the others keep what they have, with a note. */
static void end_all(const struct tool_work *work, const struct fault *fault, const char *note)
{
	for (size_t i = 0; i < work->task->benches->nr; i++) {
		struct result *result = run_find(work->run, work->task->benches->items[i].name);
		bool has_any = result->processes.nr || result->duets.nr;

		if (result->word != RESULT_OK)
			continue;
		if (fault->word == RESULT_NOT_MEASURED && has_any)
			result_add_note(result, note);
		else
			result_fault(result, fault);
	}
}

/* One more process, or unit, at a time. */
static void run_rounds_of_tool(struct tool_work *work, struct fault *fault)
{
	uint64_t budget_ns = budget_of(work), cost_ns = 0;
	int rc = 0;

	while (!rc && work->nr_done < work->nr_all && !(work->nr_done && has_enough_of_all(work))) {
		uint64_t spent_ns = clock_now_ns() - work->start_ns;

		if (process_interrupted()) {
			work->run->status = RUN_INTERRUPTED;
			fault_set(fault, RESULT_NOT_MEASURED, "interrupted");
			return;
		}
		if (work->nr_done && spent_ns + cost_ns > budget_ns) {
			work->run->status = RUN_SHORT_OF_TIME;
			fault_set(fault, RESULT_NOT_MEASURED, "no time was left");
			return;
		}
		tell_progress(work, false);
		rc = work->task->turns ? take_unit_of_tool(work, fault)
				       : take_process_of_tool(work, fault);
		work->nr_done++;
		cost_ns = clock_now_ns() - work->start_ns - spent_ns;
	}
	if (process_interrupted())
		work->run->status = RUN_INTERRUPTED;
}

/* More than is planned where the decider wants it, unless the tool has a number of its own. */
static uint64_t most_rounds(const struct tool_work *work)
{
	uint64_t repeat = work->task->benches->items[0].command->repeat;
	const struct plan *plan = &work->run->plan;

	if (work->task->turns)
		return repeat ? (repeat + 1) / 2 : plan->nr_units;
	return repeat ? repeat : 2 * plan->nr_processes;
}

void bench_tool_measure(const struct bench_tool_task *task, struct run *run)
{
	struct tool_work work = { .task = task, .run = run, .start_ns = clock_now_ns() };
	struct fault fault = FAULT_INIT;
	char note[160];

	work.nr_all = most_rounds(&work);
	for (size_t i = 0; i < task->benches->nr; i++) {
		struct result *result = run_find(run, task->benches->items[i].name);

		result->nr_planned =
			task->turns ? work.nr_all : result->processes.nr + run->plan.nr_processes;
	}
	run_rounds_of_tool(&work, &fault);
	if (fault.word) {
		snprintf(note, sizeof note, "%" PRIu64 " of %" PRIu64 " %s: %.60s", work.nr_done,
			work.nr_all, task->turns ? "units" : "processes", fault.reason);
		end_all(&work, &fault, note);
	}
	tell_progress(&work, true);
	run->duration_ns += clock_now_ns() - work.start_ns;
}
