/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/measure.h"

#include "base/array.h"
#include "base/error.h"
#include "base/random.h"
#include "base/str.h"
#include "gate/judge.h"
#include "harness/command_runner.h"
#include "harness/fit.h"
#include "harness/machine.h"
#include "harness/schedule.h"
#include "model/bench_command.h"
#include "model/units.h"
#include "session/bench_tool.h"
#include "session/ci.h"
#include "session/output.h"
#include "suite/commands.h"
#include "sys/clock.h"
#include "sys/cpu.h"
#include "sys/file.h"
#include "sys/term.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A tier that lists the benchmark counts before what its source says. */
static const char *tier_of(const struct policy *policy, const char *name, const char *tier)
{
	const struct tier *claiming = tiers_claiming(&policy->tiers, name);

	return claiming ? claiming->name : tier;
}

bool measure_chooses(const struct selection *selection, const char *name, const char *tier)
{
	const struct select_options *options = selection->options;
	const struct words *patterns = selection->patterns;
	const struct tiers *tiers = &selection->settings->policy.tiers;

	tier = tier_of(&selection->settings->policy, name, tier);
	if (options->tier && !str_in_list(options->tier, tier))
		return false;
	if (options->trigger && !tier_runs_on(tiers_named(tiers, tier), options->trigger))
		return false;
	for (size_t i = 0; i < patterns->nr; i++)
		if (str_matches(patterns->items[i], name))
			return true;
	return !patterns->nr;
}

/* All benchmarks that there are, of one side or of two. */
struct offer {
	const struct selection *sides;
	size_t nr;
};

/* Goes through them: NULL at the end. */
static const struct bench *next_bench(const struct offer *offer, size_t *at)
{
	size_t before = 0;

	for (size_t i = 0; i < offer->nr; i++) {
		const struct benches *benches = &offer->sides[i].catalog->benches;

		if (*at - before < benches->nr)
			return &benches->items[(*at)++ - before];
		before += benches->nr;
	}
	return NULL;
}

static int check_pattern(const char *pattern, const struct offer *offer, struct error *err)
{
	struct unknown unknown = { .given = pattern, .see = "'benchgate list'" };
	const struct bench *bench;
	size_t at = 0;

	while ((bench = next_bench(offer, &at))) {
		if (str_matches(pattern, bench->name))
			return 0;
		unknown_offer(&unknown, bench->name);
	}
	return unknown_error(&unknown, err, "no benchmark matches '%s'", pattern);
}

static bool offers_tier(const struct offer *offer, const char *tier, size_t len)
{
	for (size_t i = 0; i < offer->nr; i++)
		if (benches_have_tier(&offer->sides[i].catalog->benches, tier, len))
			return true;
	return false;
}

static int unknown_tier(const char *item, size_t len, const struct offer *offer, struct error *err)
{
	char *tier = mem_copy(item, len);
	struct unknown unknown = { .given = tier, .kinds = "tiers" };
	const struct bench *bench;
	size_t at = 0;

	while ((bench = next_bench(offer, &at)))
		unknown_offer(&unknown, bench->tier);
	unknown_error(&unknown, err, "no benchmark is in tier '%s'", tier);
	free(tier);
	return -1;
}

static int check_tiers(const char *tiers, const struct offer *offer, struct error *err)
{
	const char *item;
	size_t len;

	while ((item = str_next_item(&tiers, &len)))
		if (!offers_tier(offer, item, len))
			return unknown_tier(item, len, offer, err);
	return 0;
}

static int check_trigger(const char *trigger, const struct tiers *tiers, struct error *err)
{
	struct unknown unknown = { .given = trigger, .kinds = "triggers" };

	for (size_t i = 0; i < tiers->nr; i++) {
		if (tier_runs_on(&tiers->items[i], trigger))
			return 0;
		unknown_offer(&unknown, tiers->items[i].trigger);
	}
	return unknown_error(&unknown, err, "no tier runs on '%s'", trigger);
}

/* Leaves only what was chosen, in the order it was in. */
static void keep_chosen(const struct selection *selection)
{
	struct catalog *catalog = selection->catalog;
	struct benches all = catalog->benches;

	catalog->benches = (struct benches){ 0 };
	for (size_t i = 0; i < all.nr; i++) {
		const struct bench *bench = &all.items[i];
		struct benches *to = measure_chooses(selection, bench->name, bench->tier)
			? &catalog->benches
			: &catalog->others;

		*ARRAY_ADD(to) = *bench;
	}
	ARRAY_RELEASE(&all);
}

/* What the policy file says stands above what the source does. */
static void claim(const struct policy *policy, struct benches *benches)
{
	for (size_t i = 0; i < benches->nr; i++) {
		struct bench *bench = &benches->items[i];
		char *tier = str_dup(tier_of(policy, bench->name, bench->tier));

		free(bench->tier);
		bench->tier = tier;
	}
}

static int check_built(const struct settings *settings, struct error *err)
{
	for (size_t i = 0; settings->build && i < settings->suites.nr; i++)
		if (!file_is_there(settings->suites.items[i]))
			return error_set(err, ERR_USAGE,
				"suite %s does not exist: build it with '%s', as %s says",
				settings->suites.items[i], settings->build, settings->file);
	return 0;
}

int measure_add_commands(const struct settings *settings, const char *folder,
	const struct plan *plan, struct catalog *catalog, struct error *err)
{
	const struct bench_commands *commands = &settings->commands;

	if (commands_add(commands, folder, &catalog->benches, err))
		return settings->file && settings->commands_folder
			? error_wrap(err, "%s", settings->file)
			: -1;
	for (size_t i = 0; i < commands->nr; i++)
		if (commands->items[i].is_tool &&
			bench_tool_list(&commands->items[i], folder, plan, catalog, err))
			return -1;
	return 0;
}

static int add_suites(const struct selection *selection, const struct plan *plan, struct error *err)
{
	const struct settings *settings = selection->settings;
	struct words words = { 0 };
	int rc;

	selection->catalog->sandbox = settings_sandbox(settings);
	if (selection->options->suites.nr)
		return catalog_add_all(selection->catalog, &selection->options->suites, err);
	if (check_built(settings, err))
		return -1;
	for (size_t i = 0; i < settings->suites.nr; i++)
		*ARRAY_ADD(&words) = settings->suites.items[i];
	rc = words.nr || !settings->commands.nr ? catalog_add_all(selection->catalog, &words, err)
						: 0;
	ARRAY_RELEASE(&words);
	return rc ? rc
		  : measure_add_commands(
			    settings, settings->commands_folder, plan, selection->catalog, err);
}

static int check_choice(const struct offer *offer, struct error *err)
{
	const struct select_options *options = offer->sides->options;
	const struct words *patterns = offer->sides->patterns;
	size_t at = 0;

	if (!next_bench(offer, &at))
		return error_set(err, ERR_USAGE,
			"no benchmarks: none are linked in, name a suite with --suite (see 'benchgate help suites')");
	if (options->tier && check_tiers(options->tier, offer, err))
		return -1;
	if (options->trigger &&
		check_trigger(options->trigger, &offer->sides->settings->policy.tiers, err))
		return -1;
	for (size_t i = 0; i < patterns->nr; i++)
		if (check_pattern(patterns->items[i], offer, err))
			return -1;
	return 0;
}

int measure_choose(const struct selection *sides, size_t nr, struct error *err)
{
	const struct select_options *options = sides->options;
	struct offer offer = { sides, nr };
	size_t at = 0;

	for (size_t i = 0; i < nr; i++)
		claim(&sides[i].settings->policy, &sides[i].catalog->benches);
	if (check_choice(&offer, err))
		return -1;
	for (size_t i = 0; i < nr; i++)
		keep_chosen(&sides[i]);
	if (next_bench(&offer, &at))
		return 0;
	if (options->tier)
		return error_set(
			err, ERR_USAGE, "no benchmark that matches is in tier '%s'", options->tier);
	return error_set(
		err, ERR_USAGE, "no benchmark that matches runs on '%s'", options->trigger);
}

int measure_select(const struct selection *selection, const struct plan *plan, struct error *err)
{
	if (settings_load(&selection->options->settings, selection->settings, err) ||
		settings_choose_sandbox(&selection->options->settings, selection->settings, err))
		return -1;
	settings_use_commands(selection->settings, &selection->options->said);
	if (add_suites(selection, plan, err))
		return -1;
	/* What the policy file says may be made by its setup. */
	if (selection->options->said.commands.nr &&
		command_runner_find_programs(&selection->catalog->benches, err))
		return -1;
	return measure_choose(selection, 1, err);
}

#define MIN_WARMUP_NS UINT64_C(100000)
#define MAX_WARMUP_NS UINT64_C(10000000000)

static int check_plan(const struct plan *plan, struct error *err)
{
	if (!plan->nr_processes || plan->nr_processes > 10000)
		return error_set(err, ERR_USAGE,
			"--processes takes a number from 1 to 10000; %" PRIu64 " is not",
			plan->nr_processes);
	if (!plan->time_ns)
		return error_set(err, ERR_USAGE, "--time must be above 0");
	if (plan->warmup_ns && (plan->warmup_ns < MIN_WARMUP_NS || plan->warmup_ns > MAX_WARMUP_NS))
		return error_set(err, ERR_USAGE, "--warmup takes a time from 100us to 10s");
	if (!plan->timeout_ns)
		return error_set(err, ERR_USAGE, "--timeout must be above 0");
	if (plan->nr_units > 10000)
		return error_set(err, ERR_USAGE,
			"--units takes a number from 1 to 10000; %" PRIu64 " is not",
			plan->nr_units);
	if (plan->time_ns / plan->nr_processes >= plan->timeout_ns)
		return error_set(err, ERR_USAGE,
			"--time gives each process %.4g s, which --timeout (%.4g s) would end: give a longer --timeout",
			(double)plan->time_ns / (double)plan->nr_processes / 1e9,
			(double)plan->timeout_ns / 1e9);
	return 0;
}

static void identify(struct run *run)
{
	struct random random = random_seed(clock_entropy());

	if (!run->plan.seed)
		run->plan.seed = random_next(&random) >> 32;
	snprintf(run->id, sizeof run->id, "%016" PRIx64, random_next(&random));
	clock_timestamp(run->timestamp);
}

static int check_jobs(const struct plan *plan, struct error *err)
{
	uint64_t nr = cpu_cores();

	if (plan->nr_jobs <= nr)
		return 0;
	return error_set(err, ERR_USAGE,
		"--jobs takes at most %" PRIu64 ", for that is how many cores benchgate may keep "
		"busy; %" PRIu64 " is too many",
		nr, plan->nr_jobs);
}

int measure_prepare(const struct measure_options *options, const struct catalog *catalog,
	struct run *run, struct error *err)
{
	run->plan = plan_settled(options->plan);
	if (check_plan(&run->plan, err) || check_jobs(&run->plan, err))
		return -1;
	run->plan.sandbox = catalog->sandbox;
	run->plan.nr_jobs = 0;
	identify(run);
	machine_describe(&run->env);
	machine_describe_suite(&run->env, catalog);
	machine_describe_source(&run->env);
	ci_describe_job(&run->env);
	if (options->identify)
		machine_describe_person(&run->env);
	for (size_t i = 0; i < catalog->benches.nr; i++)
		run_add(run, &catalog->benches.items[i]);
	return 0;
}

void measure_fit(const struct tiers *tiers, bool compares, struct run *run)
{
	fit_run(run,
		(struct fit){
			.tiers = tiers, .min_processes = JUDGE_MIN_PROCESSES, .halves = compares });
}

/* "note: --time is 300 ms instead of 1.00 s, to fit the " */
static void add_shorter(const struct plan *asked, const struct plan *fitted, struct buf *text)
{
	bool fewer = fitted->nr_processes < asked->nr_processes;

	buf_adds(text, "note: ");
	if (fewer)
		buf_addf(text, "--processes is %" PRIu64 " instead of %" PRIu64,
			fitted->nr_processes, asked->nr_processes);
	if (fitted->time_ns < asked->time_ns) {
		buf_adds(text, fewer ? " and --time is " : "--time is ");
		units_add(text, (double)fitted->time_ns, "ns");
		buf_adds(text, " instead of ");
		units_add(text, (double)asked->time_ns, "ns");
	}
	buf_adds(text, ", to fit the ");
}

static void add_fit_of_run(const struct plan *asked, const struct plan *fitted, struct buf *text)
{
	if (fitted->time_ns >= asked->time_ns && fitted->nr_processes >= asked->nr_processes)
		return;
	add_shorter(asked, fitted, text);
	buf_adds(text, "budget of ");
	units_add(text, (double)fitted->budget_ns, "ns");
	buf_addc(text, '\n');
}

static void add_fit_of_tier(const struct plan *asked, const struct tier *tier,
	const struct result *result, struct buf *text)
{
	struct plan fitted = *asked;

	fitted.time_ns = result->time_ns;
	add_shorter(asked, &fitted, text);
	buf_adds(text, "max_duration of ");
	units_add(text, (double)tier->budget_ns, "ns");
	buf_adds(text, " of tier ");
	buf_add_printable(text, result->tier);
	buf_addc(text, '\n');
}

/* Is it the first of its tier whose time was shortened? */
static bool speaks_for_tier(const struct run *run, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (run->items[i].time_ns && strcmp(run->items[i].tier, run->items[at].tier) == 0)
			return false;
	return run->items[at].time_ns != 0;
}

void measure_add_fit(const struct plan *asked, const struct tiers *tiers, const struct run *run,
	struct buf *text)
{
	add_fit_of_run(asked, &run->plan, text);
	for (size_t i = 0; i < run->nr; i++)
		if (speaks_for_tier(run, i))
			add_fit_of_tier(asked, tiers_named(tiers, run->items[i].tier),
				&run->items[i], text);
}

static void measure_own(const struct measure_options *options, const struct benches *benches,
	struct measuring measuring, struct run *run)
{
	struct schedule schedule = schedule_default(measuring.tiers);
	struct progress_line own = progress_line(options->quiet, options->color);
	int cpus[MEASURE_MAX_JOBS];
	struct load_look look;

	own.live = options->live;
	schedule.decider = measuring.decider;
	if (measuring.turns) {
		schedule.method = turns_method(measuring.turns);
		schedule.cpus = cpus;
		schedule.nr_cpus = cpu_list(cpus,
			(size_t)(run->plan.nr_jobs < benches->nr ? run->plan.nr_jobs
								 : benches->nr));
	}
	schedule.tell = progress_tell;
	schedule.tell_context = options->progress ? options->progress : &own;
	machine_watch(&look);
	schedule_run(&schedule, benches, run);
	machine_watched(&run->env, &look);
}

void measure_benches(const struct measure_options *options, const struct benches *benches,
	struct measuring measuring, struct run *run)
{
	struct progress_line line = progress_line(options->quiet, options->color);
	struct benches own = { 0 }, of_tool = { 0 };

	line.live = options->live;
	for (size_t i = 0; i < benches->nr; i++) {
		const struct bench *bench = &benches->items[i];
		bool is_of_tool = bench->command && bench->command->is_tool;

		*ARRAY_ADD(is_of_tool ? &of_tool : &own) = *bench;
	}
	if (own.nr || !of_tool.nr)
		measure_own(options, &own, measuring, run);
	if (of_tool.nr && run->status == RUN_COMPLETE)
		bench_tool_measure(
			&(struct bench_tool_task){ &of_tool, measuring.tiers, measuring.decider,
				measuring.turns, options->progress ? options->progress : &line },
			run);
	command_runner_clean_up(benches, &run->plan);
	if (measuring.turns)
		command_runner_clean_up(measuring.turns->base, &run->plan);
	ARRAY_RELEASE(&own);
	ARRAY_RELEASE(&of_tool);
}

struct text_style measure_style(const struct measure_options *options)
{
	return (struct text_style){ .width = term_width(STDOUT_FILENO),
		.color = term_color(STDOUT_FILENO, options->color),
		.verbose = options->verbose };
}
