/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/second_look.h"

#include "base/str.h"
#include "model/units.h"
#include "session/ci.h"
#include "session/in_turn.h"
#include "sys/file.h"

#include <string.h>
#include <unistd.h>

struct side_options second_look_side_options(const struct second_look_options *options,
	const struct settings *settings, const struct measure_options *measure)
{
	return (struct side_options){ .settings = settings,
		.plan = &measure->plan,
		.cache = options->cache,
		.merge_base = options->merge_base || (ci_is_there() && !options->tip),
		.quiet = measure->quiet };
}

int second_look_check(const struct second_look_options *options, struct error *err)
{
	if (!options->nr_units)
		return error_set(
			err, ERR_USAGE, "--units takes a number from 1 to 10000; 0 is not");
	if (options->merge_base && options->tip)
		return error_set(
			err, ERR_USAGE, "--merge-base and --tip cannot be combined: give one");
	return 0;
}

static struct side_options second_look_of_side(const struct second_look *look)
{
	return second_look_side_options(look->options, look->selection->settings, look->measure);
}

/* Is what is measured what "build" makes? */
static bool has_configured_suites(const struct selection *selection)
{
	const struct words *given = &selection->options->suites;
	const struct settings *settings = selection->settings;
	bool configured = settings->build &&
		(settings->suites_said.nr || (settings->commands.nr && settings->commands_folder));

	for (size_t i = 0; i < given->nr; i++)
		configured = configured && i < settings->suites.nr &&
			strcmp(given->items[i], settings->suites.items[i]) == 0;
	return configured;
}

/* What has no policy file yet is not tried. */
static void check_policy(struct second_look *look)
{
	const struct settings *settings = look->selection->settings;

	if (!look->has_side || !side_is_before_benchmarks(&look->side, settings))
		return;
	look->has_side = false;
	revision_spell(&look->side.revision, &look->note);
	buf_addf(&look->note, " has no %s yet", str_path_name(settings->file));
}

static void find_unnamed(struct second_look *look, bool is_wanted)
{
	const struct base *base = look->judging->base;
	struct side_options options = second_look_of_side(look);
	const char *commit = base->found ? base->run.env.values[ENV_COMMIT] : NULL;
	struct error err = ERROR_INIT;

	if (!is_wanted && !has_configured_suites(look->selection))
		return;
	if (look->options->merge_base || !base->found)
		commit = NULL;
	else if (!commit) {
		buf_adds(&look->note, "the baseline does not say which commit it was recorded at");
		return;
	}
	look->what = commit ? "where the baseline was recorded" : NULL;
	look->has_side = !side_find_auto(&look->side, &options, commit, &err);
	if (!look->has_side)
		buf_adds(&look->note, err.text);
	check_policy(look);
}

int second_look_find(struct second_look *look, struct error *err)
{
	struct side_options options = second_look_of_side(look);
	const char *said = look->options->base;
	bool is_given = said != NULL;

	if (!said)
		said = look->selection->settings->base;
	if (said && strcmp(said, "none") == 0)
		return 0;
	if (!said || strcmp(said, "auto") == 0) {
		find_unnamed(look, is_given);
		return 0;
	}
	look->side.said = said;
	look->side.is_base = true;
	options.wanted = SIDE_MEASURABLE;
	if (side_find(&look->side, &options, NULL, err))
		return error_wrap(err, "base");
	if (!side_can_be_measured(&look->side))
		return error_set(err, ERR_USAGE,
			"base: %s is a result and cannot be measured again; compare with it by --baseline",
			said);
	look->has_side = true;
	return 0;
}

void second_look_release(struct second_look *look)
{
	side_release(&look->side);
	run_release(&look->of_base);
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
	if (!side.sources.nr && !selection->settings->commands.nr)
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
static bool is_comparable(struct second_look *look, const struct run *run)
{
	struct error err = ERROR_INIT;

	if (measure_prepare(look->measure, &look->side.catalog, &look->of_base, &err)) {
		buf_adds(&look->note, err.text);
		return false;
	}
	side_describe_source(&look->side, &look->of_base.env);
	return !env_differences(&look->of_base.env, &run->env, ENV_REFUSES, &look->note);
}

static void spell_base(const struct second_look *look, struct buf *out)
{
	if (look->side.revision.tree)
		revision_spell(&look->side.revision, out);
	else
		buf_add_printable(out, look->side.said);
	if (look->what)
		buf_addf(out, " (%s)", look->what);
}

/* What all of the run may take: the tiers' own budgets, or that of the command line. */
static uint64_t whole_budget_ns(const struct second_look *look, const struct run *run)
{
	const struct tiers *tiers = &look->selection->settings->policy.tiers;
	uint64_t sum_ns = 0;

	for (size_t i = 0; i < run->nr; i++) {
		bool is_new = true;

		for (size_t j = 0; j < i; j++)
			is_new = is_new && strcmp(run->items[j].tier, run->items[i].tier) != 0;
		if (is_new)
			sum_ns += tiers_named(tiers, run->items[i].tier)->budget_ns;
	}
	return run->plan.budget_ns ? run->plan.budget_ns : sum_ns;
}

/* Of a base that nobody named, before it costs anything. */
static void say_base(const struct second_look *look, const struct run *run)
{
	struct buf line = BUF_INIT;

	if (look->measure->quiet || look->side.said)
		return;
	buf_adds(&line, "benchgate: base: ");
	spell_base(look, &line);
	buf_addf(&line, ", built by '");
	buf_add_printable(&line, look->selection->settings->build);
	buf_adds(&line, "' if it was not before; measuring takes at most ");
	units_add_duration(&line, (double)whole_budget_ns(look, run) / 1e9);
	buf_addc(&line, '\n');
	(void)!file_write_fd(STDERR_FILENO, line.data, line.len);
	buf_release(&line);
}

/* Builds the base, if it must be; what stands in the way is noted. */
static bool get_base(struct second_look *look, const struct run *run)
{
	struct side_options options = second_look_of_side(look);
	struct error err = ERROR_INIT;

	if (!look->has_side || look->is_ready)
		return look->is_ready;
	say_base(look, run);
	if (side_prepare(&look->side, &options, &err))
		buf_adds(&look->note, err.text);
	else
		look->is_ready = is_comparable(look, run);
	look->has_side = look->is_ready;
	return look->is_ready;
}

/* Can the stored base clear it? */
static bool may_clear(const struct judge *judge, const struct result *result)
{
	const struct result *before = judge->base ? run_find(judge->base, result->name) : NULL;

	return before && judge_may_clear(judge, before);
}

void second_look_prepare(struct second_look *look, const struct judge *judge)
{
	const struct run *run = look->judging->head;

	for (size_t i = 0; i < run->nr && look->has_side && !look->is_ready; i++)
		if (!may_clear(judge, &run->items[i]))
			get_base(look, run);
}

bool second_look_is_sure(
	const struct second_look *look, const struct judge *judge, const struct result *result)
{
	return look->is_ready && benches_find(&look->side.catalog.benches, result->name) &&
		!policy_has_limit(judge->policy, result->name) && !may_clear(judge, result);
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

static void second_look_measure_alone(const struct second_look *look, struct judge *judge,
	const struct benches *benches, struct run *run)
{
	struct measuring measuring = { &look->selection->settings->policy.tiers,
		judging_decider(judge), NULL };

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
	bool same_suites;

	if (!benches->nr)
		return;
	look->judging->in_turn = true;
	same_suites = has_same_suites_as_here(look);
	if (same_suites || look->selection->settings->policy.only_changed == CHOICE_YES)
		in_turn_take_unchanged(&look->side.catalog.benches, benches, same_suites, run);
	if (!benches->nr)
		return;
	run->plan.nr_units = look->options->nr_units;
	in_turn_compare(look->measure, &pair, run);
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

void second_look_take(struct second_look *look)
{
	struct base *base = look->judging->base;
	struct run *run = look->judging->head;
	struct judge judge = judging_judge(look->judging);
	struct suspects suspects = { { 0 }, { 0 } };
	bool has_base;

	has_base = any_uncleared(&judge, run) && get_base(look, run);
	note_suspects(look, &judge, run, has_base, &suspects);
	second_look_measure_alone(look, &judge, &suspects.alone, run);
	if (run->status == RUN_COMPLETE)
		take_in_turn(look, judge.base, &suspects.in_turn,
			base->found ? NULL : &look->of_base, run);
	if (look->judging->in_turn && !base->found)
		take_as_base(base, &look->of_base, run);
	ARRAY_RELEASE(&suspects.in_turn);
	ARRAY_RELEASE(&suspects.alone);
}

void second_look_add_base(const struct second_look *look, struct buf *text)
{
	const struct run *run = look->judging->head;
	size_t nr = 0;

	if (!look->judging->in_turn)
		return;
	for (size_t i = 0; i < run->nr; i++)
		nr += run->items[i].duets.nr || run->items[i].identical;
	buf_adds(text, "base: ");
	spell_base(look, text);
	buf_addf(text, "; %zu of %zu benchmarks compared in turn with it\n", nr, run->nr);
}
