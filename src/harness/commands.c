/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/commands.h"

#include "harness/command_runner.h"
#include "harness/cost.h"
#include "harness/printed.h"
#include "stats/summary.h"
#include "sys/clock.h"

#include <math.h>
#include <stdlib.h>

/* More than this a value has no use for. */
#define MAX_RUNS 1000
/* A duet of runs is so much longer than one of batches: a process is coarser than a batch. */
#define DUET_PARTS 5
/* What is quicker than this is run once more before it counts: something else ran meanwhile. */
#define QUICK_NS UINT64_C(100000000)
#define MIN_MEDIAN 3

/* A side's runs so far. */
struct side_runs {
	struct command_runner runner;
	struct sitting *sitting; /* gets the metrics */
	struct batches *batches;
	uint64_t warmup_ns;
	/* Sums over the runs that count. */
	double user_ns, system_ns, nr_faults, nr_waits, status;
	struct metrics printed; /* a value a run */
};

/* Value i of each printed metric belongs to run i. */
static int add_printed(struct side_runs *side, struct fault *fault)
{
	struct metrics now = { 0 };
	size_t nr_before = side->batches->nr - 1;
	int rc = printed_read(side->runner.bench->command, &side->runner.printed, &now, fault);

	for (size_t i = 0; i < now.nr && !rc; i++) {
		const struct metric *metric = &now.items[i];

		metrics_add(&side->printed,
			&(struct metric_kind){ metric->name, metric->unit, metric->more_is_better },
			metric->values.items[0]);
	}
	for (size_t i = 0; i < side->printed.nr && !rc; i++)
		if (side->printed.items[i].values.nr != nr_before + 1)
			rc = fault_set(fault, RESULT_WRONG, "not all runs print the metric '%.80s'",
				side->printed.items[i].name);
	metrics_release(&now);
	return rc;
}

static void count_run(struct side_runs *side, const struct spawn_end *end)
{
	struct process *process = &side->sitting->remote.process;

	*ARRAY_ADD(side->batches) = (struct batch){ .n = 1,
		.wall_ns = end->wall_ns - end->kept_ns,
		.cpu_ns = end->used.user_ns + end->used.system_ns,
		.nr_switches = end->used.nr_switches,
		.nr_waits = end->used.nr_waits };
	side->user_ns += (double)end->used.user_ns;
	side->system_ns += (double)end->used.system_ns;
	side->nr_faults += (double)end->used.nr_faults;
	side->nr_waits += (double)end->used.nr_waits;
	side->status = fmax(side->status, end->number);
	if (end->used.peak_bytes > spawn_peak_floor() && end->used.peak_bytes > process->peak_bytes)
		process->peak_bytes = end->used.peak_bytes;
}

static int run_once(struct side_runs *side, bool counts, struct fault *fault)
{
	struct spawn_end end;

	if (command_runner_run(&side->runner, &end, fault))
		return -1;
	if (counts) {
		count_run(side, &end);
		return add_printed(side, fault);
	}
	side->warmup_ns += end.wall_ns;
	return 0;
}

/* The command's own at first; later one, where that costs little: something else ran meanwhile. */
static int commands_warm_up(struct side_runs *side, bool is_quick, struct fault *fault)
{
	const struct bench_command *command = side->runner.bench->command;
	uint64_t nr = is_quick ? 1 : 0;

	if (!(command->run_ns > 0) || !command->nr_warmups)
		nr = command->nr_warmups;
	for (uint64_t i = 0; i < nr; i++)
		if (run_once(side, false, fault))
			return -1;
	return 0;
}

static bool is_quick(const struct bench *bench)
{
	return bench->command->run_ns < QUICK_NS;
}

static void add_own(struct side_runs *side, const char *name, const char *unit, double value)
{
	metrics_add(&side->sitting->own, &(struct metric_kind){ name, unit, false },
		sitting_nine_figures(value));
}

/* What all its runs come to: means. */
static void finish_side(struct side_runs *side)
{
	const struct bench_command *command = side->runner.bench->command;
	double nr = (double)side->batches->nr;

	add_own(side, "user_time", "ns", side->user_ns / nr);
	add_own(side, "system_time", "ns", side->system_ns / nr);
	add_own(side, "page_faults", "", side->nr_faults / nr);
	add_own(side, "context_switches", "", side->nr_waits / nr);
	if (command->good.nr > 1)
		add_own(side, "exit_code", "", side->status);
	for (size_t i = 0; i < side->printed.nr; i++) {
		const struct metric *metric = &side->printed.items[i];
		struct summary summary = summary_of(metric->values.items, metric->values.nr);

		metrics_add(&side->sitting->own,
			&(struct metric_kind){ metric->name, metric->unit, metric->more_is_better },
			sitting_nine_figures(summary.mean));
	}
}

static struct side_runs side_of(struct sitting *sitting, struct batches *batches)
{
	return (struct side_runs){
		.runner = COMMAND_RUNNER_INIT, .sitting = sitting, .batches = batches
	};
}

static int begin_side(struct side_runs *side, const char *name, struct fault *fault)
{
	return command_runner_open(
		       &side->runner, side->sitting->bench, side->sitting->plan, name, fault) ||
			command_runner_set_up(&side->runner, fault)
		? -1
		: 0;
}

static void end_side(struct side_runs *side)
{
	side->sitting->warmup_ns = side->warmup_ns;
	side->sitting->settled = true;
	side->sitting->quickest_ns = side->sitting->rate_ns = side->sitting->bench->command->run_ns;
	command_runner_close(&side->runner);
	metrics_release(&side->printed);
}

static uint64_t fitting(double time_ns, double run_ns)
{
	double nr = fmin(time_ns / fmax(run_ns, 1), MAX_RUNS);

	return nr > 1 ? (uint64_t)nr : 1;
}

int commands_take(const struct bench *bench, const struct plan *plan, struct pace *pace,
	struct command_sitting *sitting, struct fault *fault)
{
	double slice_ns = (double)plan->time_ns / (double)plan->nr_processes;
	struct side_runs side;
	int rc;

	*sitting = (struct command_sitting){ .sitting = { .bench = bench, .plan = plan } };
	side = side_of(&sitting->sitting, &sitting->batches);
	rc = begin_side(&side, NULL, fault) || commands_warm_up(&side, is_quick(bench), fault) ||
		run_once(&side, true, fault);
	if (!rc && !pace->nr_batches)
		*pace = (struct pace){ 1, fitting(slice_ns, bench->command->run_ns) };
	while (!rc && sitting->batches.nr < pace->nr_batches)
		rc = run_once(&side, true, fault);
	if (!rc)
		finish_side(&side);
	end_side(&side);
	return rc ? -1 : 0;
}

void commands_release(struct command_sitting *sitting)
{
	sitting_release(&sitting->sitting);
	ARRAY_RELEASE(&sitting->batches);
}

static int base_fault(struct fault *fault)
{
	struct fault said = *fault;

	return said.word == RESULT_NOT_MEASURED
		? -1
		: fault_set(fault, said.word, "the base: %s", said.reason);
}

/* The two sides of a duet, base and head. */
struct two_sides {
	struct side_runs base, head;
};

static int begin_both(struct two_sides *sides, struct fault *fault)
{
	if (begin_side(&sides->base, "base", fault))
		return base_fault(fault);
	return begin_side(&sides->head, "head", fault);
}

static int run_side(struct two_sides *sides, bool is_base, struct fault *fault)
{
	int rc = run_once(is_base ? &sides->base : &sides->head, true, fault);

	return rc && is_base ? base_fault(fault) : rc;
}

/* As often on both sides. */
static int warm_up_both(const struct duet_task *task, struct two_sides *sides, struct fault *fault)
{
	bool are_quick = is_quick(task->base) && is_quick(task->head);

	if (commands_warm_up(&sides->base, are_quick, fault))
		return base_fault(fault);
	return commands_warm_up(&sides->head, are_quick, fault);
}

/* AB BA AB BA: what drifts, and what the one leaves to the next, falls on both alike. */
static int run_pairs(const struct duet_task *task, struct two_sides *sides, struct fault *fault)
{
	uint64_t nr = 1;

	if (warm_up_both(task, sides, fault))
		return -1;
	for (uint64_t i = 0; i < 2 * nr; i++) {
		bool is_first = i % 4 == 0 || i % 4 == 3;

		if (run_side(sides, task->base_first == is_first, fault))
			return -1;
		if (i == 1)
			nr = fitting(DUET_PARTS * (double)task->plan->duet_ns,
				task->base->command->run_ns + task->head->command->run_ns);
	}
	return 0;
}

static double log_change(double base_ns, double head_ns)
{
	return base_ns > 0 && head_ns > 0 ? log(head_ns / base_ns) : (double)NAN;
}

static void evaluate_runs(
	const struct duet_task *task, const struct two_sides *sides, struct duet_take *take)
{
	const struct batches *base = &take->base.batches, *head = &take->head.batches;

	take->duet = (struct duet){ .base_first = task->base_first,
		.nr_quads = head->nr,
		.nr_counted = head->nr,
		.iterations = 1,
		.warmup_ns = sides->base.warmup_ns + sides->head.warmup_ns,
		.settled = true,
		.place = DUET_APART,
		.parallel = true };
	take->mean_log_ratio = log_change(cost_mean_ns(base, 0, true), cost_mean_ns(head, 0, true));
	/* Of few runs the median says no more than the mean. */
	take->log_ratio = head->nr < MIN_MEDIAN
		? take->mean_log_ratio
		: log_change(cost_typical_ns(base, false), cost_typical_ns(head, false));
	*task->iterations = 1;
}

int commands_duet(const struct duet_task *task, struct duet_take *take, struct fault *fault)
{
	struct two_sides sides;
	int rc;

	*take = (struct duet_take){ .base.sitting = { .bench = task->base, .plan = task->plan },
		.head.sitting = { .bench = task->head, .plan = task->plan },
		.log_ratio = NAN,
		.mean_log_ratio = NAN };
	sides.base = side_of(&take->base.sitting, &take->base.batches);
	sides.head = side_of(&take->head.sitting, &take->head.batches);
	rc = begin_both(&sides, fault) || run_pairs(task, &sides, fault);
	if (!rc) {
		finish_side(&sides.base);
		finish_side(&sides.head);
		evaluate_runs(task, &sides, take);
	}
	end_side(&sides.base);
	end_side(&sides.head);
	return rc ? -1 : 0;
}
