/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/measure.h"

#include "base/random.h"
#include "base/str.h"
#include "cmd/progress.h"
#include "harness/machine.h"
#include "harness/schedule.h"
#include "sys/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* "sort" means sort itself and every sort/...; anything with a star means what it says. */
static bool matches(const char *pattern, const char *name)
{
	size_t len = strlen(pattern);

	return str_glob(pattern, name) || (str_starts(name, pattern) && name[len] == '/');
}

static bool chosen(const struct select_options *options, const struct words *patterns,
	const struct bench *bench)
{
	if (options->tier && !str_in_list(options->tier, bench->tier))
		return false;
	for (size_t i = 0; i < patterns->nr; i++)
		if (matches(patterns->items[i], bench->name))
			return true;
	return !patterns->nr;
}

static int check_pattern(const char *pattern, const struct benches *all, struct error *err)
{
	struct str_nearest nearest = str_nearest(pattern);

	for (size_t i = 0; i < all->nr; i++) {
		if (matches(pattern, all->items[i].name))
			return 0;
		str_nearest_offer(&nearest, all->items[i].name);
	}
	if (nearest.best)
		return error_set(err, ERR_USAGE, "no benchmark matches '%s'; did you mean %s?",
			pattern, nearest.best);
	return error_set(
		err, ERR_USAGE, "no benchmark matches '%s' (see 'benchgate list')", pattern);
}

static int check_tiers(const char *tiers, const struct benches *all, struct error *err)
{
	const char *item;
	size_t len;

	while ((item = str_next_item(&tiers, &len)))
		if (!benches_have_tier(all, item, len))
			return error_set(err, ERR_USAGE,
				"no benchmark is in tier '%.*s' (see 'benchgate list')", (int)len,
				item);
	return 0;
}

/* Leaves only what was chosen, in the order it was in. */
static void keep_chosen(
	const struct select_options *options, const struct words *patterns, struct benches *benches)
{
	struct benches left = { 0 }, rest = { 0 };

	for (size_t i = 0; i < benches->nr; i++) {
		const struct bench *bench = &benches->items[i];
		struct benches *to = chosen(options, patterns, bench) ? &left : &rest;

		*ARRAY_ADD(to) = *bench;
	}
	benches_release(&rest);
	ARRAY_RELEASE(benches);
	*benches = left;
}

int measure_select(const struct select_options *options, const struct words *patterns,
	struct catalog *catalog, struct error *err)
{
	if (catalog_add_all(catalog, &options->suites, err))
		return -1;
	if (!catalog->benches.nr)
		return error_set(err, ERR_USAGE,
			"no benchmarks: none are linked in, name a suite with --suite (see 'benchgate help suites')");
	if (options->tier && check_tiers(options->tier, &catalog->benches, err))
		return -1;
	for (size_t i = 0; i < patterns->nr; i++)
		if (check_pattern(patterns->items[i], &catalog->benches, err))
			return -1;
	keep_chosen(options, patterns, &catalog->benches);
	if (!catalog->benches.nr)
		return error_set(
			err, ERR_USAGE, "no benchmark that matches is in tier '%s'", options->tier);
	return 0;
}

static int check_plan(const struct plan *plan, struct error *err)
{
	if (!plan->nr_processes || plan->nr_processes > 10000)
		return error_set(err, ERR_USAGE,
			"--processes takes a number from 1 to 10000; %" PRIu64 " is not",
			plan->nr_processes);
	if (!plan->time_ns)
		return error_set(err, ERR_USAGE, "--time must be more than nothing");
	if (!plan->timeout_ns)
		return error_set(err, ERR_USAGE, "--timeout must be more than nothing");
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

int measure_run(const struct measure_options *options, const struct catalog *catalog,
	struct decider decider, struct run *run, struct error *err)
{
	struct schedule schedule = schedule_default();
	struct progress_line line = progress_line(options->quiet, options->color);
	struct load_look look;

	if (check_plan(&options->plan, err))
		return -1;
	run->plan = options->plan;
	identify(run);
	machine_describe(&run->env);
	machine_describe_suite(&run->env, catalog);
	machine_describe_source(&run->env);
	if (options->identify)
		machine_describe_person(&run->env);
	for (size_t i = 0; i < catalog->benches.nr; i++)
		run_add(run, &catalog->benches.items[i]);
	schedule.decider = decider;
	schedule.tell = progress_tell;
	schedule.tell_context = &line;
	machine_watch(&look);
	schedule_run(&schedule, &catalog->benches, run);
	machine_watched(&run->env, &look);
	return 0;
}
