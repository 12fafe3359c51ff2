/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/selftest.h"

#include "cmd/verbs.h"
#include "gate/policy_keys.h"
#include "gate/trial.h"
#include "harness/extra.h"
#include "model/units.h"
#include "report/selftest_text.h"
#include "session/in_turn.h"
#include "session/measure.h"
#include "session/second_look.h"
#include "sys/clock.h"
#include "sys/process.h"

#include <math.h>
#include <string.h>

struct selftest_options {
	struct measure_options measure;
	struct words patterns;
	const char *slow;
	uint64_t nr_units;
};

static const struct opt opts[] = {
	OPT_WORD(0, "slow", struct selftest_options, slow, "PERCENT",
		"how much more work the slowed benchmarks run (default: the target of each, and 5% "
		"or more)",
		GROUP_EVERYDAY),
	OPT_WORDS('k', "only", struct selftest_options, patterns, "PATTERN",
		"the same as PATTERN without --only; may be given again", GROUP_EVERYDAY),
	SELECT_OPTS(struct selftest_options, measure.select),
	TOLERANCE_OPTS(struct selftest_options, measure.select.settings),
	OPT_COUNT('u', "units", struct selftest_options, nr_units, "N",
		"units a benchmark gets at most in each half, each of four fresh processes (default "
		"20)",
		GROUP_MEASURE),
	OPT_DURATION(0, "time", struct selftest_options, measure.plan.duet_ns,
		"timed in each half of a unit, base and head together (default 40ms)",
		GROUP_MEASURE),
	OPT_DURATION('b', "budget", struct selftest_options, measure.plan.budget_ns,
		"what all of it may take (default: for each half the tiers' own: critical 3min, "
		"standard 8min, comprehensive 45min)",
		GROUP_MEASURE),
	OPT_DURATION(0, "timeout", struct selftest_options, measure.plan.timeout_ns,
		"what one process of a benchmark may take before it is killed (default 60s)",
		GROUP_MEASURE),
	OPT_SIZE(0, "memory-limit", struct selftest_options, measure.plan.memory_limit,
		"what one process may allocate (default, and 0: no limit)", GROUP_MEASURE),
	OPT_COUNT(0, "seed", struct selftest_options, measure.plan.seed, "N",
		"of the order of processes and of the benchmarks' own data (default, and 0: a new one)",
		GROUP_MEASURE),
	OPT_FLAG('q', "quiet", struct selftest_options, measure.quiet, "no progress",
		GROUP_EVERYDAY),
	OPT_CHOICE(0, "color", struct selftest_options, measure.color, "auto,always,never",
		"whether to color the progress (default auto)", GROUP_RESULTS),
	OPT_END,
};

/* One half of it: the suite against itself, slowed or unchanged. */
struct half {
	struct run base, head;
	struct verdict verdict;
};

/* All that a selftest lives with. */
struct work {
	struct selftest_options options;
	struct settings settings;
	struct catalog catalog;
	struct benches base, heads; /* of the catalog's, borrowed, those that the policy gates */
	struct half slowed, unchanged;
	struct selftest selftest;
	uint64_t start_ns;
};

#define WORK_INIT \
	{ \
		.options = { .measure = MEASURE_OPTIONS_INIT, .nr_units = SECOND_LOOK_UNITS }, \
		.settings = SETTINGS_INIT, .catalog = CATALOG_INIT, \
		.slowed = { .base = RUN_INIT, .head = RUN_INIT }, .unchanged = { \
			.base = RUN_INIT, \
			.head = RUN_INIT \
		} \
	}

static void half_release(struct half *half)
{
	verdict_release(&half->verdict);
	run_release(&half->head);
	run_release(&half->base);
}

static void selftest_work_release(struct work *work)
{
	selftest_release(&work->selftest);
	half_release(&work->unchanged);
	half_release(&work->slowed);
	ARRAY_RELEASE(&work->heads);
	ARRAY_RELEASE(&work->base);
	catalog_release(&work->catalog);
	settings_release(&work->settings);
	ARRAY_RELEASE(&work->options.measure.select.suites);
	ARRAY_RELEASE(&work->options.measure.select.said.commands);
	ARRAY_RELEASE(&work->options.patterns);
}

static struct tolerance time_tolerance(const struct work *work, const struct bench *bench)
{
	struct result result = { .name = bench->name, .tier = bench->tier };

	return policy_tolerance(&work->settings.policy, &result, metric_time.name);
}

/* What is below the target may rightly pass. */
static int check_slow(const struct bench *bench, double ratio, const struct tolerance *tolerance,
	struct error *err)
{
	struct buf slow = BUF_INIT, target = BUF_INIT;

	/* What is said twice need not be the same to the last bit. */
	if (ratio >= tolerance->target_ratio * (1 - 1e-9))
		return 0;
	units_add_ratio(&slow, ratio);
	units_add_ratio(&target, tolerance->target_ratio);
	error_set(err, ERR_USAGE,
		"--slow is %s, and only a change of %s or more must not pass in %s: slow it by so much, or give a smaller --threshold",
		slow.data, target.data, bench->name);
	buf_release(&target);
	buf_release(&slow);
	return -1;
}

/* What the policy gates, each with the extra work of its head. */
static int choose_slowing(struct work *work, struct error *err)
{
	const struct selftest_options *options = &work->options;
	double said = NAN;

	if (options->slow && !policy_ratio_from(options->slow, &said))
		return error_set(err, ERR_USAGE, "--slow takes %s; '%s' is not one",
			POLICY_RATIO_RIGHT, options->slow);
	for (size_t i = 0; i < work->catalog.benches.nr; i++) {
		struct bench bench = work->catalog.benches.items[i];
		struct tolerance tolerance = time_tolerance(work, &bench);
		double ratio = options->slow ? said : selftest_ratio(&tolerance);

		if (!tolerance.gated)
			continue;
		if (check_slow(&bench, ratio, &tolerance, err))
			return -1;
		*ARRAY_ADD(&work->base) = bench;
		bench.extra_work = (uint64_t)(ratio * EXTRA_MILLION + 0.5);
		*ARRAY_ADD(&work->heads) = bench;
	}
	if (work->base.nr)
		return 0;
	return error_set(err, ERR_USAGE,
		"there is nothing to show: the policy judges the time of none of these benchmarks");
}

static int measure_half(struct work *work, const struct benches *heads, uint64_t budget_ns,
	struct half *half, struct error *err)
{
	struct measure_options *measure = &work->options.measure;
	struct catalog chosen = work->catalog;
	struct measure_pair pair = { .settings = &work->settings,
		.base = &work->base,
		.base_run = &half->base,
		.head = heads };
	struct trial trial = { .head = &half->head,
		.base = &half->base,
		.policy = &work->settings.policy,
		.in_turn = true };

	chosen.benches = work->base;
	measure->plan.budget_ns = budget_ns;
	if (measure_prepare(measure, &chosen, &half->base, err) ||
		measure_prepare(measure, &chosen, &half->head, err))
		return -1;
	in_turn_measure(measure, &pair, &half->head);
	half->verdict = trial_judge(&trial);
	return 0;
}

/* The first has half of the time, and the second what is left. */
static int measure_halves(struct work *work, struct error *err)
{
	uint64_t budget_ns = work->options.measure.plan.budget_ns, spent_ns;
	struct benches copies = { 0 };
	/* Rounded up: 0 is no budget at all. */
	int rc = measure_half(work, &work->heads, (budget_ns + 1) / 2, &work->slowed, err);

	if (rc)
		return -1;
	for (size_t i = 0; i < work->base.nr; i++)
		*ARRAY_ADD(&copies) = work->base.items[i];
	spent_ns = clock_now_ns() - work->start_ns;
	if (budget_ns)
		budget_ns = budget_ns > spent_ns ? budget_ns - spent_ns : 1;
	rc = measure_half(work, &copies, budget_ns, &work->unchanged, err);
	ARRAY_RELEASE(&copies);
	return rc;
}

static void collect(struct work *work)
{
	size_t at = 0;

	for (size_t i = 0; i < work->catalog.benches.nr; i++) {
		const char *name = work->catalog.benches.items[i].name;

		if (at == work->heads.nr || strcmp(work->heads.items[at].name, name) != 0) {
			selftest_add_not_gated(&work->selftest, name);
			continue;
		}
		selftest_add(&work->selftest, name,
			(double)work->heads.items[at].extra_work / EXTRA_MILLION,
			&work->slowed.verdict, &work->unchanged.verdict);
		at++;
	}
	work->selftest.duration_s = (double)(clock_now_ns() - work->start_ns) / 1e9;
}

static void take_outcome(const struct selftest *selftest, struct outcome *outcome)
{
	struct selftest_count count = selftest_count(selftest);

	for (int i = 0; i < SHOWN_NR; i++)
		count.slowed[i] += count.unchanged[i];
	outcome->regressed = count.slowed[SHOWN_WRONG] != 0;
	outcome->unmeasured = count.slowed[SHOWN_FAILED] || count.slowed[SHOWN_NOT_MEASURED] ||
		count.slowed[SHOWN_NO_WORK];
	outcome->inconclusive = count.slowed[SHOWN_UNSURE] != 0;
}

static int selftest_conclude(struct work *work, struct outcome *outcome, struct error *err)
{
	struct buf text = BUF_INIT;
	int rc;

	collect(work);
	selftest_text(&work->selftest, measure_style(&work->options.measure).width, &text);
	take_outcome(&work->selftest, outcome);
	rc = command_print(&text, err);
	buf_release(&text);
	return rc;
}

static int selftest_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct work work = WORK_INIT;
	struct selftest_options *options = &work.options;
	struct selection selection = { &options->measure.select, &options->patterns, &work.settings,
		&work.catalog };
	struct second_look_options units;
	int rc = -1;

	if (opts_parse(opts, given, options, &options->patterns, err))
		goto out;
	units = (struct second_look_options){ .nr_units = options->nr_units };
	if (second_look_check(&units, err))
		goto out;
	process_setup();
	work.start_ns = clock_now_ns();
	options->measure.plan.nr_units = options->nr_units;
	options->measure.plan.looks = true;
	if (measure_select(&selection, &options->measure.plan, err) || choose_slowing(&work, err))
		goto out;
	if (measure_halves(&work, err))
		goto out;
	rc = selftest_conclude(&work, outcome, err);
out:
	selftest_work_release(&work);
	return rc;
}

const struct command command_selftest = {
	.name = "selftest",
	.group = COMMANDS_GATE,
	.operands = "[PATTERN...]",
	.summary = "show that the gate sees a slowdown here, and calls nothing that did not change",
	.details =
		"Measures the suite, or the benchmarks that match, against itself, twice, as compare does. First the "
		"head runs an exact fraction of its work more often, with no change of the source: each benchmark must "
		"be a REGRESSION. Then both sides are the same: each must be a PASS.\n"
		"A benchmark is slowed by its target, and by 5 % or more; "
		"--slow says otherwise. A smaller change than the target may rightly pass, so it is refused. A body so "
		"long that a batch is a few iterations runs one more in every so many batches.\n"
		"Time is what is slowed: with threads each runs more, and where whole processes take turns "
		"(BG_EXCLUSIVE), too. Percentiles and metrics of your own are not; unchanged, none of them may be "
		"called.\n"
		"Exits with 0 when both halves hold for all benchmarks; with 1 when the gate said the wrong word; with "
		"3 when a benchmark failed, was not measured, or cannot be slowed, for its body does no work; with 5 "
		"when the gate could not tell.",
	.examples = "benchgate selftest --suite ./my.so\n"
		    "benchgate selftest --suite ./my.so --units 40\n",
	.opts = opts,
	.run = selftest_run,
};
