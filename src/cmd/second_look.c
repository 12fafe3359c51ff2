/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/second_look.h"

#include "cmd/ci.h"
#include "cmd/likeness.h"
#include "gate/judge.h"

struct side_options second_look_side_options(
	const struct second_look_options *options, const struct settings *settings, bool quiet)
{
	return (struct side_options){ .settings = settings,
		.cache = options->cache,
		.merge_base = options->merge_base || (ci_is_there() && !options->tip),
		.quiet = quiet };
}

int second_look_check(const struct second_look_options *options, struct error *err)
{
	if (!options->nr_units)
		return error_set(
			err, ERR_USAGE, "--units takes a number from 1 to 10000; 0 is not");
	if (options->merge_base && options->tip)
		return error_set(
			err, ERR_USAGE, "--merge-base and --tip exclude each other: give one");
	return 0;
}

static struct side_options side_options(const struct second_look *look)
{
	return second_look_side_options(
		look->options, look->selection->settings, look->measure->quiet);
}

int second_look_find(struct second_look *look, struct error *err)
{
	struct side_options options = side_options(look);
	const char *said = look->options->base;

	if (!said)
		said = look->selection->settings->base;
	if (!said)
		return 0;
	look->side.said = said;
	look->side.is_base = true;
	if (side_find(&look->side, &options, NULL, err))
		return error_wrap(err, "base");
	if (!side_can_be_measured(&look->side))
		return error_set(err, ERR_USAGE,
			"base: %s was measured and cannot be measured again; --baseline compares with it",
			said);
	look->has_side = true;
	return 0;
}

void second_look_release(struct second_look *look)
{
	side_release(&look->side);
	buf_release(&look->note);
}

/* What is measured here, as a side. Only its sources are its own. */
static struct side here(const struct second_look *look)
{
	const struct selection *selection = look->selection;
	const struct words *given = &selection->options->suites;
	const struct texts *configured = &selection->settings->suites;
	struct side side = SIDE_INIT;

	side.catalog = *selection->catalog;
	for (size_t i = 0; i < given->nr; i++)
		texts_add(&side.sources, given->items[i]);
	for (size_t i = 0; i < configured->nr && !given->nr; i++)
		texts_add(&side.sources, configured->items[i]);
	if (!side.sources.nr)
		texts_add(&side.sources, "");
	return side;
}

static bool has_same_suites_as_here(const struct second_look *look)
{
	struct side side = here(look);
	bool same = side_has_same_suites(&look->side, &side);

	texts_release(&side.sources);
	return same;
}

/* Is the base's build comparable with ours? */
static bool is_comparable(struct second_look *look, const struct run *run, struct run *of_base)
{
	struct error err = ERROR_INIT;

	if (measure_prepare(look->measure, &look->side.catalog, of_base, &err)) {
		buf_adds(&look->note, err.text);
		return false;
	}
	side_describe_source(&look->side, &of_base->env);
	return !env_differences(&of_base->env, &run->env, ENV_REFUSES, &look->note);
}

/* Builds the base, if it must be; what stands in the way is noted. */
static bool get_base(struct second_look *look, const struct run *run, struct run *of_base)
{
	struct side_options options = side_options(look);
	struct error err = ERROR_INIT;

	if (!side_prepare(&look->side, &options, &err))
		return is_comparable(look, run, of_base);
	buf_adds(&look->note, err.text);
	return false;
}

/* Those that need it, sorted by how they can be looked at. */
struct suspects {
	struct benches in_turn, alone; /* borrowed */
};

static void note_suspects(const struct second_look *look, const struct judge *judge,
	const struct run *run, bool has_base, struct suspects *suspects)
{
	for (size_t i = 0; i < run->nr; i++) {
		const struct result *result = &run->items[i];
		struct suspicion suspicion = judge_suspicion(judge, result);
		const struct bench *bench =
			benches_find(&look->selection->catalog->benches, result->name);
		/* With no stored base, there is nothing that could have cleared it. */
		bool uncleared = suspicion.of_base || suspicion.uncleared ||
			(!judge->base && result->word == RESULT_OK);
		bool turns = has_base && uncleared &&
			benches_find(&look->side.catalog.benches, result->name);

		if (turns)
			*ARRAY_ADD(&suspects->in_turn) = *bench;
		if (suspicion.of_limit || (suspicion.of_base && !turns))
			*ARRAY_ADD(&suspects->alone) = *bench;
	}
}

static bool any_uncleared(const struct judge *judge, const struct run *run)
{
	for (size_t i = 0; i < run->nr; i++) {
		struct suspicion suspicion = judge_suspicion(judge, &run->items[i]);

		if (suspicion.of_base || suspicion.uncleared)
			return true;
	}
	return !judge->base;
}

static bool judge_is_done(void *judge, const struct result *result)
{
	return judge_enough(judge, result);
}

static void measure_alone(const struct second_look *look, struct judge *judge,
	const struct benches *benches, struct run *run)
{
	struct measuring measuring = { &look->selection->settings->policy.tiers,
		{ judge_is_done, judge }, NULL };

	for (size_t i = 0; i < benches->nr; i++) {
		struct result *result = run_find(run, benches->items[i].name);

		result->nr_screened = result->processes.nr;
	}
	if (benches->nr)
		measure_benches(look->measure, benches, measuring, run);
}

/* of_base: gets the base's levels, where nothing else says them; or NULL. */
static void take_in_turn(struct second_look *look, const struct run *judged_by,
	struct benches *benches, struct run *of_base, struct run *run)
{
	struct measure_pair pair = { .settings = look->selection->settings,
		.base = &look->side.catalog.benches,
		.base_run = of_base,
		.judged_by = judged_by,
		.head = benches };

	if (!benches->nr)
		return;
	look->in_turn = true;
	if (has_same_suites_as_here(look))
		likeness_take_identical(&look->side.catalog.benches, benches, run);
	if (!benches->nr)
		return;
	run->plan.nr_units = look->options->nr_units;
	measure_in_turn(look->measure, &pair, run);
	likeness_note(&look->side.catalog.benches, benches, run);
}

/* The base that was measured in turn, for want of another. */
static void take_as_base(struct base *base, struct run *of_base, struct run *run)
{
	for (size_t i = 0; i < of_base->nr; i++)
		of_base->items[i].aside = !run_find(run, of_base->items[i].name);
	run_release(&base->run);
	base->run = *of_base;
	base->found = true;
	*of_base = (struct run)RUN_INIT;
}

void second_look_take(struct second_look *look, struct base *base, struct run *run)
{
	struct judge judge = judge_new(
		base->found ? &base->run : NULL, &look->selection->settings->policy, run->plan);
	struct run of_base = RUN_INIT;
	struct suspects suspects = { { 0 }, { 0 } };
	bool has_base;

	judge.calibrated = question_calibrated(look->calibration);
	has_base = look->has_side && any_uncleared(&judge, run) && get_base(look, run, &of_base);
	note_suspects(look, &judge, run, has_base, &suspects);
	measure_alone(look, &judge, &suspects.alone, run);
	if (run->status == RUN_COMPLETE)
		take_in_turn(
			look, judge.base, &suspects.in_turn, base->found ? NULL : &of_base, run);
	if (look->in_turn && !base->found)
		take_as_base(base, &of_base, run);
	run_release(&of_base);
	ARRAY_RELEASE(&suspects.in_turn);
	ARRAY_RELEASE(&suspects.alone);
}
