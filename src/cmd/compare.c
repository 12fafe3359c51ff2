/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/str.h"
#include "cmd/verbs.h"
#include "session/base.h"
#include "session/baseline_file.h"
#include "session/ci.h"
#include "session/counting.h"
#include "session/explain_red.h"
#include "session/finish.h"
#include "session/from_history.h"
#include "session/in_turn.h"
#include "session/judging.h"
#include "session/live_report.h"
#include "session/names.h"
#include "session/second_look.h"
#include "session/shard.h"
#include "session/side.h"
#include "session/tell.h"
#include "session/tuning.h"
#include "store/shelf.h"
#include "suite/commands.h"
#include "sys/clock.h"
#include "sys/process.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct compare_options {
	struct measure_options measure;
	struct words patterns;
	struct second_look_options second;
	struct shard_options shard;
	uint64_t layouts;
	bool measure_identical, only_changed;
	bool from_history;
	bool allow_mismatch, bisect, explain;
	const char *out, *base_out, *db, *live;
	struct words reports;
	struct tell_options tell;
};

static const struct opt opts[] = {
	COMMAND_OPTS(struct compare_options, measure.select),
	OPT_WORDS('k', "only", struct compare_options, patterns, "PATTERN",
		"only benchmarks whose names match; may be given again", GROUP_EVERYDAY),
	OPT_WORD('t', "tier", struct compare_options, measure.select.tier, "TIER[,TIER]",
		"only these tiers: critical, standard, comprehensive or your own", GROUP_EVERYDAY),
	OPT_WORD(0, "trigger", struct compare_options, measure.select.trigger, "OCCASION",
		"only the tiers that run on every_commit, pull_requests, daily, release or your own "
		"occasion; each of these includes those before it",
		GROUP_SELECT),
	SETTINGS_OPTS(struct compare_options, measure.select.settings),
	FORMAT_OPT(struct compare_options, measure.select.settings),
	SANDBOX_OPT(struct compare_options, measure.select.settings),
	SECOND_LOOK_OPTS(struct compare_options, second),
	JOBS_OPT(struct compare_options, measure),
	COUNTS_OPT(struct compare_options, measure),
	SHARD_OPTS(struct compare_options, shard),
	OPT_DURATION(0, "time", struct compare_options, measure.plan.duet_ns,
		"timed in each half of a unit, base and head together (default 40ms)",
		GROUP_MEASURE),
	OPT_COUNT(0, "layouts", struct compare_options, layouts, "N",
		"build revisions in N layouts each (3 or more), and judge the mean over them: "
		"'benchgate help regressions'",
		GROUP_MEASURE),
	MEASURE_LIMIT_OPTS(struct compare_options, measure),
	OPT_FLAG(0, "measure-identical", struct compare_options, measure_identical,
		"measure although both sides are the same bytes, or the same code, and use the same files",
		GROUP_SELECT),
	OPT_FLAG(0, "only-changed", struct compare_options, only_changed,
		"do not measure a benchmark whose machine code, constants and files are the same on "
		"both sides: it passes as identical code",
		GROUP_SELECT),
	OPT_FLAG(0, "from-history", struct compare_options, from_history,
		"measure nothing: BASE and HEAD name runs that the history of --db, or of the policy file, keeps, by their "
		"commits, ids or branches (of a branch, its newest commit there)",
		GROUP_BASE),
	OPT_FLAG(0, "allow-mismatch", struct compare_options, allow_mismatch,
		"compare sides of another machine or build all the same", GROUP_BASE),
	OPT_FLAG(0, "bisect", struct compare_options, bisect,
		"for 'git bisect run': exit code 0 is good, 1 is bad, 125 is neither, for what cannot be "
		"built, measured or decided; no alerts",
		GROUP_JUDGE),
	EXPLAIN_OPT(struct compare_options, explain),
	OPT_WORD('o', "out", struct compare_options, out, "FILE",
		"write head's result file here (see 'benchgate help run-schema')", GROUP_EVERYDAY),
	OPT_WORD(0, "base-out", struct compare_options, base_out, "FILE",
		"write base's result file here; the two can be compared again", GROUP_RESULTS),
	DB_OPT(struct compare_options, db),
	LIVE_OPT(struct compare_options, live),
	REPORT_OPT(struct compare_options, reports),
	TELL_OPTS(struct compare_options, tell, "auto"),
	MEASURE_SHOW_OPTS(struct compare_options, measure),
	OPT_END,
};

/* All that a comparison lives with. */
struct work {
	struct compare_options options;
	struct words operands;
	struct settings settings;
	struct side head, base_side;
	struct bench_commands commands; /* base and head, where the two are command lines */
	struct base base;               /* base_side's run, once it is complete */
	struct known_names names;
	struct finish finish;
	struct judging judging; /* of the two */
};

#define WORK_INIT \
	{ \
		.options = { .measure = MEASURE_OPTIONS_INIT }, .settings = SETTINGS_INIT, \
		.head = SIDE_INIT, .base_side = SIDE_INIT, .base = BASE_INIT, \
		.finish = FINISH_INIT \
	}

static void work_release(struct work *work)
{
	live_report_free(work->options.measure.live);
	known_names_release(&work->names);
	base_release(&work->base);
	side_release(&work->base_side);
	side_release(&work->head);
	bench_commands_release(&work->commands);
	finish_release(&work->finish);
	settings_release(&work->settings);
	ARRAY_RELEASE(&work->options.reports);
	ARRAY_RELEASE(&work->options.shard.durations);
	ARRAY_RELEASE(&work->options.patterns);
	ARRAY_RELEASE(&work->options.measure.select.said.commands);
	ARRAY_RELEASE(&work->operands);
}

static int open_files(struct work *work, struct error *err)
{
	const struct compare_options *options = &work->options;

	if (command_open_out(&work->finish.out, options->out, "out", err) ||
		command_open_out(&work->finish.base_out, options->base_out, "base-out", err))
		return -1;
	return finish_open(&work->finish, &options->reports, err);
}

/* Where it is not said: what the policy file or the CI system says. */
static const char *default_base(const struct work *work)
{
	const char *said = work->settings.base;
	bool is_named = said && strcmp(said, "auto") != 0 && strcmp(said, "none") != 0;

	return is_named ? said : ci_target_branch();
}

static struct side_options side_options(const struct work *work)
{
	const struct compare_options *options = &work->options;
	struct side_options of_side =
		second_look_side_options(&options->second, &work->settings, &options->measure);

	of_side.nr_layouts = options->layouts ? options->layouts : work->settings.policy.layouts;
	of_side.layouts_wanted = options->layouts != 0;
	return of_side;
}

static int find_base(struct work *work, const struct side_options *options, struct error *err)
{
	/* A suite was built from what lies here. */
	const char *head = work->head.revision.tree ? work->head.said : NULL;

	return work->base_side.said ? side_find(&work->base_side, options, head, err)
				    : side_find_auto(&work->base_side, options, NULL, err);
}

/* Can it only be a command, where one stands beside it? */
static bool is_command(const struct work *work, const char *said)
{
	return !str_starts(said, SHELF_BASELINE) && !revision_is_known(work->settings.root, said);
}

/* Two commands that are compared with each other: both given with --command, or the second of them
 * behind the first. */
static bool are_two_commands(const struct work *work)
{
	size_t nr = work->options.measure.select.said.commands.nr;

	return (nr == 2 && !work->operands.nr) ||
		(nr == 1 && work->operands.nr == 1 && is_command(work, work->operands.items[0]));
}

/* One benchmark of two commands has one name. */
static void name_both(struct bench_command *base, struct bench_command *head)
{
	const char *old = base->name ? base->name : base->text;
	const char *new = head->name ? head->name : head->text;
	struct buf name = BUF_INIT;

	if (strcmp(old, new) == 0)
		buf_adds(&name, new);
	else
		buf_addf(&name, "%s vs %s", old, new);
	str_set(&base->name, name.data);
	str_set(&head->name, name.data);
	buf_release(&name);
}

static void take_two_commands(struct work *work)
{
	const struct select_options *select = &work->options.measure.select;
	const char *second = select->said.commands.nr > 1 ? select->said.commands.items[1]
							  : work->operands.items[0];

	commands_say(&work->commands, select->said.commands.items[0], select->said.shell);
	commands_say(&work->commands, second, select->said.shell);
	name_both(&work->commands.items[0], &work->commands.items[1]);
	side_take_command(&work->base_side, &work->commands.items[0]);
	side_take_command(&work->head, &work->commands.items[1]);
	work->operands.nr = 0;
}

/* Nothing is kept again. */
static int find_in_history(struct work *work, struct error *err)
{
	const struct words *operands = &work->operands;
	const char *path = recorder_path(work->options.db, &work->settings);
	struct from_history_sides sides = { .base_run = &work->base_side.run,
		.head_run = &work->head.run };

	if (operands->nr != 2)
		return error_set(err, ERR_USAGE,
			"--from-history takes two names of runs: compare --from-history BASE HEAD");
	if (!path)
		return error_set(err, ERR_USAGE,
			"no history is named: give --db FILE, or set \"history\" in the policy file");
	sides.base = work->base_side.said = operands->items[0];
	sides.head = work->head.said = operands->items[1];
	work->base_side.is_base = true;
	return from_history_read(path, &sides, err);
}

static int find_sides(struct work *work, struct error *err)
{
	const struct words *operands = &work->operands;
	struct side_options options = side_options(work);

	if (work->options.from_history)
		return find_in_history(work, err);
	work->base_side.is_base = true;
	if (are_two_commands(work)) {
		take_two_commands(work);
		return side_prepare(&work->base_side, &options, err) ||
				side_prepare(&work->head, &options, err)
			? -1
			: 0;
	}
	settings_use_commands(&work->settings, &work->options.measure.select.said);
	if (work->options.measure.select.said.commands.nr ||
		work->options.measure.select.said.bench)
		str_set(&work->settings.commands_folder, work->settings.root);
	work->base_side.said = operands->nr ? operands->items[0] : default_base(work);
	work->head.said = operands->nr > 1 ? operands->items[1] : NULL;
	if (operands->nr > 2)
		return error_set(err, ERR_USAGE,
			"compare takes a base and a head, but also got '%s' (choose benchmarks with --only)",
			operands->items[2]);
	if (!work->base_side.said && !work->settings.build && !work->settings.commands.nr)
		return error_set(err, ERR_USAGE,
			"compare takes a base: a suite, a git revision, a result file or a baseline; or \"base\" in the policy file");
	if (side_both_are_files(&work->base_side, &work->head)) {
		if (side_read_both(&work->base_side, &work->head, &work->settings, err))
			return -1;
	} else if (side_find(&work->head, &options, NULL, err) || find_base(work, &options, err)) {
		return -1;
	}
	return side_layouts_prepare(&work->base_side, &work->head, &options, err);
}

static struct selection selection_of(struct work *work, struct side *side)
{
	return (struct selection){ &work->options.measure.select, &work->options.patterns,
		&work->settings, &side->catalog };
}

static int prepare_side(const struct work *work, struct side *side, struct error *err)
{
	if (!side_can_be_measured(side))
		return 0;
	if (measure_prepare(&work->options.measure, &side->catalog, &side->run, err))
		return -1;
	side_describe_source(side, &side->run.env);
	return 0;
}

/* Of what both sides offer, in the order of the head. */
static int take_shard(struct work *work, struct error *err)
{
	struct selection sides[2] = { selection_of(work, &work->head),
		selection_of(work, &work->base_side) };

	if (work->options.shard.shard &&
		!(side_can_be_measured(&work->head) && side_can_be_measured(&work->base_side)))
		return error_set(err, ERR_USAGE,
			"--shard needs two sides that can be measured; 'benchgate merge' judges the results of shards");
	return shard_take(&work->options.shard, sides, 2, &work->head.run.shard, err);
}

/* Of what can be measured, what was asked for. */
static int choose(struct work *work, struct error *err)
{
	struct side *const sides[2] = { &work->base_side, &work->head };
	struct selection selections[2];
	size_t nr = 0;

	for (int i = 0; i < 2; i++)
		if (side_can_be_measured(sides[i]))
			selections[nr++] = selection_of(work, sides[i]);
	if ((nr && measure_choose(selections, nr, err)) || take_shard(work, err))
		return -1;
	/* What was read has no tiers of its own to choose from, but names. */
	if (!nr &&
		baseline_file_check_patterns(
			&work->options.patterns, &sides[0]->run, &sides[1]->run, err))
		return -1;
	work->options.measure.plan.nr_retries = work->settings.policy.retry_failed;
	for (int i = 0; i < 2; i++)
		if (prepare_side(work, sides[i], err))
			return -1;
	for (int i = 0; i < 2; i++)
		if (side_can_be_measured(sides[i]))
			return machine_check(&work->settings, &sides[i]->run.env, err);
	return 0;
}

/* Where nobody named a head, what is linked in may be meant, or a head was forgotten. */
static int check_head(const struct work *work, struct error *err)
{
	const struct side *head = &work->head;
	bool linked_in = head->sources.nr && !*head->sources.items[0];

	if (head->said || !linked_in || head->run.shard.of ||
		side_shares_benchmark(head, &work->base_side))
		return 0;
	return error_set(err, ERR_USAGE,
		"name a head, or set \"suite\" in the policy file: the benchmarks that are linked into benchgate are none of those of %s",
		work->base_side.said);
}

/* What was read and not asked for is not there, and not missed. */
static void choose_read(struct work *work)
{
	struct selection selection = selection_of(work, &work->head);
	struct run *head = &work->head.run, *base = &work->base.run;

	for (size_t i = head->nr; i-- > 0;)
		if (!measure_chooses(&selection, head->items[i].name, head->items[i].tier))
			run_remove(head, head->items[i].name);
	for (size_t i = 0; i < base->nr; i++) {
		struct result *result = &base->items[i];

		result->aside = !measure_chooses(&selection, result->name, result->tier) ||
			benches_find(&work->head.catalog.others, result->name);
	}
}

/* Those that both sides have; borrowed. */
static struct benches common(const struct work *work)
{
	const struct benches *head = &work->head.catalog.benches;
	struct benches both = { 0 };

	for (size_t i = 0; i < head->nr; i++)
		if (benches_find(&work->base_side.catalog.benches, head->items[i].name))
			*ARRAY_ADD(&both) = head->items[i];
	return both;
}

static void measure_common(struct work *work, const struct benches *benches)
{
	const struct benches **base = side_layouts_benches(&work->base_side);
	const struct benches **more = side_layouts_benches(&work->head);
	struct run *head = &work->head.run;
	struct measure_pair pair = { .settings = &work->settings,
		.base = &work->base_side.catalog.benches,
		.base_run = &work->base.run,
		.more_base = base,
		.more_head = more,
		.nr_more = work->head.more.nr,
		.head = benches };

	in_turn_compare(&work->options.measure, &pair, head);
	free(base);
	free(more);
	work->base.run.status = head->status;
	work->base.run.duration_ns = head->duration_ns;
}

/* Several layouts are for seeing what code that is the same does elsewhere. */
static bool takes_unchanged(const struct work *work, bool same_suites)
{
	bool by_code =
		work->options.only_changed || work->settings.policy.only_changed == CHOICE_YES;

	return !work->options.measure_identical &&
		(same_suites || (by_code && !side_nr_layouts(&work->head)));
}

static void measure_both(struct work *work)
{
	bool same_suites = side_has_same_suites(&work->base_side, &work->head);
	struct benches benches = common(work), all = common(work);
	struct run *head = &work->head.run;

	snprintf(head->base_id, sizeof head->base_id, "%s", work->base.run.id);
	head->plan.nr_layouts = side_nr_layouts(&work->head);
	if (takes_unchanged(work, same_suites))
		in_turn_take_unchanged(
			&work->base_side.catalog.benches, &benches, same_suites, head);
	if (benches.nr)
		measure_common(work, &benches);
	if (head->status == RUN_COMPLETE)
		in_turn_measure_budgets(&work->options.measure, &work->settings, &all, head);
	ARRAY_RELEASE(&benches);
	ARRAY_RELEASE(&all);
}

static void measure_alone(struct work *work, struct side *side)
{
	struct measuring measuring = { &work->settings.policy.tiers, decider_fixed(), NULL };
	struct run *run = side == &work->head ? &side->run : &work->base.run;

	run->plan.nr_units = 0;
	measure_benches(&work->options.measure, &side->catalog.benches, measuring, run);
}

static void refuse(struct run *run)
{
	struct fault fault = { RESULT_NOT_MEASURED, "the two sides are not comparable" };

	for (size_t i = 0; i < run->nr; i++)
		result_fault(&run->items[i], &fault);
}

/* The head counts as many iterations as the base, and a base that was read keeps what it has. */
static void count_sides(struct work *work)
{
	const struct measure_options *options = &work->options.measure;
	enum counts_when when = counting_when(options, &work->settings.policy);

	if (side_can_be_measured(&work->base_side))
		counting_take(options, when,
			&(struct counting_side){
				&work->base_side.catalog.benches, &work->base.run, NULL });
	if (side_can_be_measured(&work->head))
		counting_take(options, when,
			&(struct counting_side){
				&work->head.catalog.benches, &work->head.run, &work->base.run });
}

static void measure(struct work *work)
{
	bool base = side_can_be_measured(&work->base_side);
	bool head = side_can_be_measured(&work->head);

	if (work->base.mismatch && !work->options.allow_mismatch) {
		if (head)
			refuse(&work->head.run);
	} else if (base && head) {
		work->judging.in_turn = true;
		measure_both(work);
		count_sides(work);
	} else if (base) {
		measure_alone(work, &work->base_side);
		count_sides(work);
	} else if (head) {
		measure_alone(work, &work->head);
		count_sides(work);
	} else {
		work->judging.in_turn = run_is_in_turn_with(&work->head.run, &work->base.run);
	}
	if (!work->judging.in_turn)
		baseline_file_forget_looks(&work->head.run);
}

/* Which revisions they are; of files, whoever named them knows. */
static void add_sides(const struct work *work, struct buf *text)
{
	const struct side *sides[2] = { &work->base_side, &work->head };

	if (!sides[0]->revision.tree && !sides[1]->revision.tree)
		return;
	for (int i = 0; i < 2; i++) {
		buf_adds(text, i ? ", head: " : "base: ");
		if (sides[i]->revision.tree)
			revision_spell(&sides[i]->revision, text);
		else
			buf_add_printable(text,
				sides[i]->said                   ? sides[i]->said
					: sides[i]->has_commands ? "the working tree"
								 : "the linked-in benchmarks");
	}
	buf_addc(text, '\n');
}

static const struct comparison *compared_time(const struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->nr; i++) {
		const struct metric *metric = verdict->items[i].metric;

		if (metric && strcmp(metric->name, metric_time.name) == 0 &&
			isfinite(verdict->items[i].change_ratio))
			return &verdict->items[i];
	}
	return NULL;
}

/* Of two commands, how much longer the slower one takes: "./new ran 1.05 +- 0.02 times faster than
 * ./old". */
static void add_factor(const struct work *work, const struct verdict *verdict, struct buf *text)
{
	const struct comparison *time = work->commands.nr == 2 ? compared_time(verdict) : NULL;
	double factor = time ? 1 + time->change_ratio : NAN;
	double low = time ? 1 + time->change_low : NAN, high = time ? 1 + time->change_high : NAN;
	bool is_sure = low > 1 || high < 1;
	bool base_is_faster = factor >= 1;

	if (!(factor > 0))
		return;
	if (!base_is_faster) {
		double other = low;

		factor = 1 / factor;
		low = 1 / high;
		high = 1 / other;
	}
	buf_add_printable(text, work->commands.items[base_is_faster ? 0 : 1].text);
	buf_addf(text, " ran %.2f", factor);
	if (isfinite(high - low))
		buf_addf(text, " \xc2\xb1 %.2f", (high - low) / 2);
	buf_adds(text, " times faster than ");
	buf_add_printable(text, work->commands.items[base_is_faster ? 1 : 0].text);
	buf_adds(text, is_sure ? "\n" : "; that may be chance\n");
}

static void explain_regressions(struct work *work, const struct verdict *verdict)
{
	const struct run *run = &work->head.run;
	uint64_t allowed_ns = counting_allowance(run->plan.budget_ns, run->duration_ns);
	const struct explaining explaining = { .plan = &run->plan,
		.catalogs = { &work->base_side.catalog, &work->head.catalog },
		.revisions = { &work->base_side.revision, &work->head.revision },
		.said = { work->base_side.said, work->head.said },
		.quiet = work->options.measure.quiet,
		.deadline_ns = allowed_ns == UINT64_MAX ? 0 : clock_now_ns() + allowed_ns };

	if (work->options.explain && side_can_be_measured(&work->base_side) &&
		side_can_be_measured(&work->head))
		explain_red(&explaining, work->settings.root, verdict, &work->head.run);
}

static int conclude(struct work *work, struct outcome *outcome, struct error *err)
{
	struct verdict verdict = judging_verdict(&work->judging);
	int rc;

	explain_regressions(work, &verdict);

	add_sides(work, &work->finish.notes);
	add_factor(work, &verdict, &work->finish.notes);
	shard_add_note(&work->head.run, &work->finish.notes);
	counting_add_notes(&work->head.run.counting, &work->finish.notes);
	live_report_end(
		work->options.measure.live, verdict_word_name(verdict.word), &work->finish.notes);
	names_warn_of_values(&work->settings, &work->names, &work->head.run);
	rc = finish_verdict(&work->finish, &verdict, outcome, err);
	if (work->options.bisect && verdict_count(&verdict, VERDICT_INCONCLUSIVE))
		outcome->inconclusive = true;
	verdict_release(&verdict);
	return rc;
}

/* Suites that are named stand in for those of the policy file, and need not be all. */
static bool has_whole_suite(const struct work *work, const struct side *side)
{
	return side_can_be_measured(side) &&
		(side->revision.tree || !side->said || !work->settings.suites.nr);
}

static void learn_names(struct work *work)
{
	names_of_catalog(&work->base_side.catalog, &work->names);
	names_of_catalog(&work->head.catalog, &work->names);
	known_names_add_run(&work->names, &work->base.run);
	known_names_add_run(&work->names, &work->head.run);
	work->names.whole =
		has_whole_suite(work, &work->base_side) || has_whole_suite(work, &work->head);
}

static int prepare(struct work *work, struct error *err)
{
	work->judging = (struct judging){ .policy = &work->settings.policy,
		.head = &work->head.run,
		.base = &work->base,
		.allow_mismatch = work->options.allow_mismatch };
	if (work->options.only_changed && work->options.measure_identical)
		return error_set(err, ERR_USAGE,
			"--only-changed and --measure-identical exclude each other: give one");
	if (second_look_check(&work->options.second, err) || open_files(work, err) ||
		settings_load(&work->options.measure.select.settings, &work->settings, err) ||
		(!work->options.from_history &&
			recorder_open(
				&work->finish.recorder, work->options.db, &work->settings, err)) ||
		settings_choose_sandbox(
			&work->options.measure.select.settings, &work->settings, err) ||
		find_sides(work, err) || choose(work, err) || check_head(work, err))
		return -1;
	work->base.run = work->base_side.run;
	work->base_side.run = (struct run)RUN_INIT;
	if (base_complete(&work->base, &work->settings, &work->head.run, err))
		return -1;
	learn_names(work);
	names_warn(&work->settings, &work->names);
	if (live_report_begin(
		    &work->options.measure.live, work->options.live, &work->head.run, err))
		return -1;
	choose_read(work);
	shard_note_missing(&work->head.run.shard, &work->base, &work->head.catalog.benches);
	work->finish.settings = &work->settings;
	work->finish.style = measure_style(&work->options.measure);
	/* Alerts about a part of a suite wait until merge has judged all parts. */
	work->finish.tell =
		work->head.run.shard.of || work->options.bisect ? NULL : &work->options.tell;
	return 0;
}

static int compare_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct work work = WORK_INIT;
	int rc;

	work.options.second.nr_units = SECOND_LOOK_UNITS;
	work.options.measure.plan.looks = true;
	rc = opts_parse(opts, given, &work.options, &work.operands, err);
	outcome->for_git = work.options.bisect;
	process_setup();
	work.options.measure.plan.nr_units = work.options.second.nr_units;
	if (!rc && !(rc = prepare(&work, err))) {
		measure(&work);
		rc = conclude(&work, outcome, err);
	}
	work_release(&work);
	return rc;
}

const struct command command_compare = {
	.name = "compare",
	.group = COMMANDS_GATE,
	.operands = "[BASE [HEAD]]",
	.summary = "measure two builds in turn and say what changed",
	.details =
		"Each of the two is a suite (a shared object or a program), a git revision, a result file, or the "
		"name of a baseline. Without HEAD it is the working tree; without BASE it is \"base\" of the policy file, "
		"the target branch of the pull request, or the default branch: its merge base with the work. "
		"Builds of one suite whose code is laid out differently are a list, a1.so,a2.so,a3.so: the mean over them is judged.\n"
		"Where several are called main, a file counts before a revision, and a revision before a baseline; "
		"baseline:main is the baseline, refs/heads/main the branch, ./main the file.\n"
		"Two suites are measured in turn, in fresh processes that alternate every fraction of a millisecond, "
		"so that what the machine does falls on both alike. Each benchmark ends as soon as it is decided.\n"
		"Revisions are built in a folder of their own, by \"build\" in the policy file; the checkout is not "
		"touched, and what was built is kept.\n"
		"With --from-history nothing is measured: runs that --db kept are compared, the newest of HEAD's commit with all of "
		"BASE's on the same machine.\n"
		"What each word and exit code means: 'benchgate help verdicts', 'benchgate help exit-codes'.",
	.examples =
		"benchgate compare main                          # the working tree with main\n"
		"benchgate compare old.so new.so --only 'sort*'  # some benchmarks of two suites\n",
	.opts = opts,
	.run = compare_run,
};
