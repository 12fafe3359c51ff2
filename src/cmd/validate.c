/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/validate.h"

#include "base/str.h"
#include "cmd/verbs.h"
#include "gate/policy_keys.h"
#include "report/validate_text.h"
#include "session/baseline_file.h"
#include "session/counting.h"
#include "session/measure.h"
#include "session/tuning.h"
#include "sys/clock.h"
#include "sys/process.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#define DEFAULT_RUNS 5
#define MAX_RUNS 100
#define DEFAULT_FACTOR 2

struct validate_options {
	struct measure_options measure;
	uint64_t nr_runs;
	const char *spread; /* "5%", or NULL */
	const char *against;
	const char *factor; /* "2", or NULL */
	bool json;
};

static const struct opt opts[] = {
	OPT_COUNT(0, "runs", struct validate_options, nr_runs, "N",
		"measure the suite so many times, 2 to 100 (default 5)", GROUP_EVERYDAY),
	OPT_WORD(0, "spread", struct validate_options, spread, "PERCENT",
		"how much slower than the fastest run the slowest may be (default: the target of each "
		"benchmark)",
		GROUP_EVERYDAY),
	OPT_WORD(0, "against", struct validate_options, against, "FILE",
		"a result file or baseline of another machine that the times must agree with",
		GROUP_EVERYDAY),
	OPT_WORD(0, "factor", struct validate_options, factor, "NUMBER",
		"with --against: how many times as slow one machine may be as the other (default 2)",
		GROUP_EVERYDAY),
	OPT_CHOICE(0, "counts", struct validate_options, measure.counts, "on,perf,callgrind,none",
		"count instructions, allocations and memory, too: a benchmark whose counts differ by over 0.5 % "
		"from one process to the next is not valid (default none)",
		GROUP_EVERYDAY),
	OPT_FLAG(0, "json", struct validate_options, json, "as JSON, for programs", GROUP_RESULTS),
	SELECT_OPTS(struct validate_options, measure.select),
	TOLERANCE_OPTS(struct validate_options, measure.select.settings),
	OPT_COUNT('p', "processes", struct validate_options, measure.plan.nr_processes, "N",
		"fresh processes for each benchmark in each run (default 10)", GROUP_MEASURE),
	OPT_DURATION(0, "time", struct validate_options, measure.plan.time_ns,
		"timed for each benchmark in each run, over all its processes (default 1s); it shrinks "
		"to fit the budget",
		GROUP_MEASURE),
	OPT_DURATION(0, "warmup", struct validate_options, measure.plan.warmup_ns,
		"how long each process warms up at least, 100us to 10s (default, and 0: 25ms)",
		GROUP_MEASURE),
	OPT_DURATION('b', "budget", struct validate_options, measure.plan.budget_ns,
		"what all of it may take (default: for each run the tiers' own: critical 3min, "
		"standard 8min, comprehensive 45min)",
		GROUP_MEASURE),
	OPT_DURATION(0, "timeout", struct validate_options, measure.plan.timeout_ns,
		"what one process of a benchmark may take before it is killed (default 60s)",
		GROUP_MEASURE),
	OPT_SIZE(0, "memory-limit", struct validate_options, measure.plan.memory_limit,
		"what one process may allocate (default, and 0: no limit)", GROUP_MEASURE),
	OPT_COUNT(0, "seed", struct validate_options, measure.plan.seed, "N",
		"of the order of processes and of the benchmarks' own data (default, and 0: a new one)",
		GROUP_MEASURE),
	OPT_FLAG('q', "quiet", struct validate_options, measure.quiet, "no progress",
		GROUP_EVERYDAY),
	OPT_CHOICE(0, "color", struct validate_options, measure.color, "auto,always,never",
		"whether to color the progress (default auto)", GROUP_RESULTS),
	OPT_END,
};

/* All that a validation lives with. */
struct work {
	struct validate_options options;
	struct words patterns;
	struct settings settings;
	struct catalog catalog;
	struct run other;
	struct run first; /* the others are gone when the next one begins */
	struct validate validate;
	bool interrupted;
};

#define WORK_INIT \
	{ \
		.options = { .measure = MEASURE_OPTIONS_INIT, .nr_runs = DEFAULT_RUNS }, \
		.settings = SETTINGS_INIT, .catalog = CATALOG_INIT, .other = RUN_INIT, \
		.first = RUN_INIT \
	}

static void validate_work_release(struct work *work)
{
	validate_release(&work->validate);
	run_release(&work->first);
	run_release(&work->other);
	catalog_release(&work->catalog);
	settings_release(&work->settings);
	ARRAY_RELEASE(&work->options.measure.select.suites);
	ARRAY_RELEASE(&work->options.measure.select.said.commands);
	ARRAY_RELEASE(&work->patterns);
}

static int validate_check_options(struct work *work, struct error *err)
{
	const struct validate_options *options = &work->options;
	struct validate *validate = &work->validate;

	*validate = (struct validate){ .spread_limit_ratio = NAN,
		.policy = &work->settings.policy,
		.nr_planned = options->nr_runs,
		.factor = DEFAULT_FACTOR };
	if (options->nr_runs < 2 || options->nr_runs > MAX_RUNS)
		return error_set(err, ERR_USAGE, "--runs is %" PRIu64 "; it must be 2 to %d",
			options->nr_runs, MAX_RUNS);
	if (options->spread && !policy_ratio_from(options->spread, &validate->spread_limit_ratio))
		return error_set(err, ERR_USAGE, "--spread takes %s; '%s' is none",
			POLICY_RATIO_RIGHT, options->spread);
	if (options->factor && !options->against)
		return error_set(err, ERR_USAGE, "--factor belongs to --against");
	if (options->factor &&
		!(str_to_double(options->factor, &validate->factor) && validate->factor >= 1))
		return error_set(err, ERR_USAGE, "--factor takes a number from 1 on; '%s' is none",
			options->factor);
	return 0;
}

/* Does the other machine's file have any benchmark that is measured here? */
static bool has_common(const struct work *work)
{
	for (size_t i = 0; i < work->catalog.benches.nr; i++)
		if (run_find(&work->other, work->catalog.benches.items[i].name))
			return true;
	return false;
}

static int read_other(struct work *work, struct error *err)
{
	const char *path = work->options.against;
	bool is_result;

	if (!path)
		return 0;
	if (result_file_read(path, &work->settings.import, &work->other, &is_result, err))
		return -1;
	if (run_is_in_turn(&work->other))
		return error_set(err, ERR_USAGE,
			"%s was measured in turn with another run, so its times are too long: use what 'benchgate run' writes",
			path);
	if (!has_common(work))
		return error_set(err, ERR_NO_BASE,
			"%s has none of the benchmarks that are measured here", path);
	work->validate.other = &work->other;
	return 0;
}

/* What is left of the budget is for the runs that are left. */
static uint64_t budget_of_run(const struct work *work, uint64_t number, uint64_t start_ns)
{
	uint64_t budget_ns = work->options.measure.plan.budget_ns;
	uint64_t spent_ns = clock_now_ns() - start_ns;

	if (!budget_ns)
		return 0;
	return spent_ns < budget_ns ? (budget_ns - spent_ns) / (work->options.nr_runs - number) + 1
				    : 1;
}

static int measure_run(struct work *work, uint64_t budget_ns, struct run *run, struct error *err)
{
	struct measuring measuring = { &work->settings.policy.tiers, decider_fixed(), NULL };
	struct measure_options measure = work->options.measure;

	measure.plan.budget_ns = budget_ns;
	if (measure_prepare(&measure, &work->catalog, run, err))
		return -1;
	if (!work->validate.nr_runs && machine_check(&work->settings, &run->env, err))
		return -1;
	measure_fit(measuring.tiers, false, run);
	measure_benches(&measure, &work->catalog.benches, measuring, run);
	validate_add_run(&work->validate, run);
	work->interrupted = run->status == RUN_INTERRUPTED;
	return 0;
}

static int measure_runs(struct work *work, struct error *err)
{
	uint64_t start_ns = clock_now_ns();
	int rc = 0;

	for (uint64_t i = 0; i < work->options.nr_runs && !rc && !work->interrupted; i++) {
		struct run later = RUN_INIT;

		if (!work->options.measure.quiet)
			fprintf(stderr, "benchgate: run %" PRIu64 " of %" PRIu64 "\n", i + 1,
				work->options.nr_runs);
		rc = measure_run(
			work, budget_of_run(work, i, start_ns), i ? &later : &work->first, err);
		run_release(&later);
	}
	return rc;
}

/* Once: two processes each say whether they do the same. */
static void count_once(struct work *work)
{
	const struct measure_options *options = &work->options.measure;

	if (!options->counts || work->interrupted)
		return;
	counting_take(options, counting_when(options, &work->settings.policy),
		&(struct counting_side){ &work->catalog.benches, &work->first, NULL });
	validate_add_counts(&work->validate, &work->first);
}

static int validate_conclude(struct work *work, struct outcome *outcome, struct error *err)
{
	const struct validate_options *options = &work->options;
	struct validate *validate = &work->validate;
	struct buf text = BUF_INIT;
	int rc;

	count_once(work);
	validate_judge(validate);
	for (size_t i = 0; i < validate->nr; i++) {
		if (!validate_is_measured(validate, &validate->items[i]))
			outcome->unmeasured = true;
		else if (!validate_is_valid(&validate->items[i]))
			outcome->regressed = true;
	}
	if (options->json) {
		validate_json(validate, &text);
	} else {
		counting_add_notes(&work->first.counting, &text);
		validate_text(
			validate, options->against, measure_style(&options->measure).width, &text);
	}
	rc = command_print(&text, err);
	buf_release(&text);
	return rc;
}

static int validate_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct work work = WORK_INIT;
	struct selection selection = { &work.options.measure.select, &work.patterns, &work.settings,
		&work.catalog };
	int rc = -1;

	if (opts_parse(opts, given, &work.options, &work.patterns, err) ||
		validate_check_options(&work, err))
		goto out;
	process_setup();
	if (measure_select(&selection, &work.options.measure.plan, err) || read_other(&work, err) ||
		measure_runs(&work, err))
		goto out;
	rc = validate_conclude(&work, outcome, err);
out:
	validate_work_release(&work);
	return rc;
}

const struct command command_validate = {
	.name = "validate",
	.group = COMMANDS_GATE,
	.operands = "[PATTERN...]",
	.summary = "say whether the benchmarks can be relied on: measure them several times",
	.details =
		"Measures the suite, or the benchmarks that match, several times, and says of each benchmark whether "
		"it is valid: its runs agree (--spread), it does the same work each time (--counts), each of them is in the time that the policy file expects "
		"(\"expected\": \"1ms..3ms\" of an override), and another machine's result agrees (--against, --factor). "
		"A benchmark that the other file does not have is named, and not held against it.\n"
		"What a run is: the geometric mean over its fresh processes, as in 'benchgate run'.\n"
		"Exits with 0 when all benchmarks are valid; with 1 when one is not; with 3 when one failed or was not "
		"measured in every run; with 4 when the other file has none of them.",
	.examples = "benchgate validate\n"
		    "benchgate validate --against other.json --factor 3\n",
	.opts = opts,
	.run = validate_run,
};
