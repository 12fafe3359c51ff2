/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/competing.h"

#include "base/array.h"
#include "base/str.h"
#include "gate/trial.h"
#include "gate/verdict.h"
#include "harness/command_runner.h"
#include "model/run_json.h"
#include "session/counting.h"
#include "session/in_turn.h"
#include "store/result_file.h"
#include "suite/commands.h"
#include "sys/file.h"
#include "sys/process.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Where their own name stands in a command. */
#define PLACE_OF_NAME "{benchmark}"

int competing_check(bool wanted, const struct settings *settings, struct error *err)
{
	if (!wanted || settings->competitors.nr)
		return 0;
	return error_set(err, ERR_USAGE,
		"--competitors: there is no \"competitors\" in the policy file ('benchgate help competitors')");
}

static void competing_add_note(struct contest *contest, const char *benchmark, const char *why)
{
	if (contest->note.len)
		buf_adds(&contest->note, "; ");
	if (benchmark) {
		buf_add_printable(&contest->note, benchmark);
		buf_adds(&contest->note, ": ");
	}
	buf_add_printable(&contest->note, why);
}

/* Their benchmark under our name. */
static void pair_up(struct contest *contest, const struct bench *ours, const struct bench *theirs)
{
	struct bench *named;

	*ARRAY_ADD(&contest->ours) = *ours;
	named = ARRAY_ADD(&contest->theirs);
	*named = *theirs;
	named->called = theirs->called ? theirs->called : theirs->name;
	named->name = ours->name;
	named->tier = ours->tier;
}

/* Of a suite, ours or theirs. */
static void pair_bench(
	struct contest *contest, const struct bench *ours, const struct benches *among)
{
	const char *name = competitor_name_of(contest->competitor, ours->name);
	const struct bench *theirs = name ? benches_find(among, name) : NULL;

	if (!theirs && name && contest->competitor->ours.nr)
		competing_add_note(contest, ours->name, "theirs is not there");
	else if (theirs && (ours->command != NULL) != (theirs->command != NULL))
		competing_add_note(contest, ours->name,
			"of ours and theirs one is a command and the other a function, whose times are not alike");
	else if (theirs)
		pair_up(contest, ours, theirs);
}

static char *copy_text(const char *text, void *context)
{
	(void)context;
	return str_dup(text);
}

/* The command with the name that they have for the benchmark. */
static char *spell_command(const char *text, const char *theirs)
{
	struct buf out = BUF_INIT;

	for (const char *at; (at = strstr(text, PLACE_OF_NAME));
		text = at + strlen(PLACE_OF_NAME)) {
		buf_add(&out, text, (size_t)(at - text));
		buf_adds(&out, theirs);
	}
	buf_adds(&out, text);
	return buf_detach(&out);
}

/* Theirs has all that ours has around it: the same input, preparation, folder and exit codes. */
static int make_command(struct contest *contest, const struct bench *ours, struct error *err)
{
	const char *theirs = competitor_name_of(contest->competitor, ours->name);
	struct bench_command like = bench_command_with(ours->command, copy_text, NULL);
	struct bench_commands one = { &like, 1, 0 };
	char *text = spell_command(contest->competitor->command, theirs);
	int rc;

	str_set(&like.text, text);
	str_set(&like.name, ours->name);
	like.printed = PRINTED_NOTHING;
	rc = commands_add(&one, ours->command->folder, &contest->made, err);
	free(text);
	bench_command_release(&like);
	return rc;
}

static void pair_command(struct contest *contest, const struct bench *ours)
{
	if (!competitor_name_of(contest->competitor, ours->name))
		return;
	if (ours->command && !ours->command->is_tool)
		pair_up(contest, ours, benches_find(&contest->made, ours->name));
	else if (contest->competitor->ours.nr)
		competing_add_note(contest, ours->name, "ours is not a command, and theirs is");
}

static int make_commands(
	struct contest *contest, const struct competing_task *task, struct error *err)
{
	const struct benches *ours = &task->catalog->benches;

	for (size_t i = 0; i < ours->nr; i++)
		if (ours->items[i].command && !ours->items[i].command->is_tool &&
			competitor_name_of(contest->competitor, ours->items[i].name) &&
			make_command(contest, &ours->items[i], err))
			return -1;
	return command_runner_find_programs(&contest->made, err);
}

/* What a command without a name for it does is one thing; it cannot be the like of several. */
static int check_single(const struct contest *contest, struct error *err)
{
	const struct competitor *competitor = contest->competitor;

	if (contest->ours.nr < 2 || strstr(competitor->command, PLACE_OF_NAME))
		return 0;
	return error_set(err, ERR_USAGE,
		"its command is one and ours are %zu: say with \"benchmarks\" which it is the like of, or write " PLACE_OF_NAME
		" where the name belongs",
		contest->ours.nr);
}

static int find_pairs(struct contest *contest, const struct competing_task *task, struct error *err)
{
	const struct competitor *competitor = contest->competitor;
	const struct benches *ours = &task->catalog->benches;
	const struct benches *theirs =
		competitor->suites.nr ? &contest->catalog.benches : &task->catalog->benches;

	contest->catalog.sandbox = settings_sandbox(task->settings);
	for (size_t i = 0; i < competitor->suites.nr; i++)
		if (catalog_add(&contest->catalog, competitor->suites.items[i], err))
			return -1;
	if (competitor->command && make_commands(contest, task, err))
		return -1;
	for (size_t i = 0; i < ours->nr; i++) {
		if (competitor->command)
			pair_command(contest, &ours->items[i]);
		else
			pair_bench(contest, &ours->items[i], theirs);
	}
	if (!contest->ours.nr && !contest->note.len)
		return error_set(err, ERR_USAGE, "%s",
			competitor->command
				? "none of our benchmarks is a command"
				: "it has none of our benchmarks: say with \"benchmarks\" what they are called there");
	return competitor->command ? check_single(contest, err) : 0;
}

/* The rules of the gate are about changes: a gap is looked at until it is as sure as a usual change
 * would be. */
static struct settings settings_without_policy(const struct settings *settings)
{
	struct settings plain = *settings;

	policy_init(&plain.policy);
	return plain;
}

static void add_gaps(struct contest *contest, const struct run *ours, struct gaps *gaps)
{
	struct policy policy;
	struct trial trial = { .head = ours,
		.base = &contest->their_run,
		.policy = &policy,
		.allow_mismatch = true,
		.in_turn = contest->source == GAP_IN_TURN };
	struct verdict verdict;

	policy_init(&policy);
	verdict = trial_judge(&trial);
	gaps_add(gaps, contest->competitor, contest->source, &verdict);
	verdict_release(&verdict);
	policy_release(&policy);
}

static int measure_pairs(struct contest *contest, const struct competing_task *task,
	uint64_t budget_ns, struct error *err)
{
	struct measure_options options = *task->measure;
	struct catalog ours = *task->catalog, theirs = contest->catalog;
	struct settings plain;
	struct measure_pair pair = { .settings = &plain,
		.base = &contest->theirs,
		.base_run = &contest->their_run,
		.head = &contest->ours };

	ours.benches = contest->ours;
	theirs.benches = contest->theirs;
	options.plan.nr_units = task->nr_units;
	options.plan.looks = true;
	options.plan.budget_ns = budget_ns;
	options.live = NULL;
	if (measure_prepare(&options, &ours, &contest->our_run, err) ||
		measure_prepare(&options, &theirs, &contest->their_run, err))
		return -1;
	memcpy(contest->our_run.base_id, contest->their_run.id, sizeof contest->their_run.id);
	plain = settings_without_policy(task->settings);
	in_turn_measure(&options, &pair, &contest->our_run);
	policy_release(&plain.policy);
	contest->their_run.status = contest->our_run.status;
	contest->their_run.duration_ns = contest->our_run.duration_ns;
	return 0;
}

/* Results under our names; the others are left. */
static void take_by_our_names(
	const struct contest *contest, const struct run *ours, struct run *from, struct run *to)
{
	env_copy(&to->env, &from->env);
	memcpy(to->timestamp, from->timestamp, sizeof to->timestamp);
	to->plan = from->plan;
	for (size_t i = 0; i < ours->nr; i++) {
		const char *name = ours->items[i].name;
		const char *theirs = competitor_name_of(contest->competitor, name);
		struct result *result = theirs ? run_find(from, theirs) : NULL;
		struct bench bench = { .name = (char *)name, .nr_threads = 1 };
		struct result *added, empty;

		if (!result || run_find(to, name))
			continue;
		bench.tier = ours->items[i].tier;
		bench.file = bench.source = (char *)"";
		added = run_add(to, &bench);
		empty = *added;
		*added = *result;
		added->name = empty.name;
		empty.name = result->name;
		*result = empty;
	}
}

/* Do both their benchmarks and ours come of one run of a tool? */
static bool is_of_tool(const struct competitor *competitor, const struct benches *ours)
{
	if (competitor->suites.nr || competitor->command)
		return false;
	for (size_t i = 0; i < ours->nr; i++)
		if (ours->items[i].command && ours->items[i].command->is_tool &&
			competitor_name_of(competitor, ours->items[i].name))
			return true;
	return false;
}

/* A tool runs all its benchmarks together, and nothing of it can be taken in turn. */
static int take_from_run(
	struct contest *contest, const struct competing_task *task, struct error *err)
{
	struct run copy = RUN_INIT;
	struct buf text = BUF_INIT;
	int rc;

	run_json_print(task->run, &text);
	rc = run_json_read(text.data, text.len, &copy, err);
	if (!rc) {
		contest->source = GAP_RUN;
		take_by_our_names(contest, task->run, &copy, &contest->their_run);
	}
	buf_release(&text);
	run_release(&copy);
	return rc;
}

static enum gap_source source_of(const struct run *theirs, const struct run *ours)
{
	char their_machine[ENV_MACHINE_MAX], our_machine[ENV_MACHINE_MAX];

	if (!theirs->env.values[ENV_CPU])
		return GAP_FILES_UNKNOWN;
	env_machine(&theirs->env, their_machine);
	env_machine(&ours->env, our_machine);
	return strcmp(their_machine, our_machine) == 0 ? GAP_FILES : GAP_FILES_OTHER;
}

static int read_theirs(
	struct contest *contest, const struct competing_task *task, struct error *err)
{
	const struct texts *data = &contest->competitor->data;
	struct words paths = { 0 };
	struct run read = RUN_INIT;
	int rc;

	for (size_t i = 0; i < data->nr; i++)
		*ARRAY_ADD(&paths) = data->items[i];
	rc = result_files_read(&paths, &task->settings->import, &read, err);
	if (!rc) {
		contest->source = source_of(&read, task->run);
		take_by_our_names(contest, task->run, &read, &contest->their_run);
	}
	if (!rc && !contest->their_run.nr)
		rc = error_set(err, ERR_USAGE,
			"%s has none of our benchmarks: say with \"benchmarks\" what they are called there",
			data->items[0]);
	ARRAY_RELEASE(&paths);
	run_release(&read);
	return rc;
}

static int take_contest(struct contest *contest, const struct competing_task *task,
	uint64_t budget_ns, struct gaps *gaps, struct error *err)
{
	const struct run *ours = task->run;
	int rc;

	if (competitor_is_read(contest->competitor)) {
		rc = read_theirs(contest, task, err);
	} else if (is_of_tool(contest->competitor, &task->catalog->benches)) {
		rc = take_from_run(contest, task, err);
	} else {
		contest->source = GAP_IN_TURN;
		rc = find_pairs(contest, task, err);
		if (!rc && contest->ours.nr)
			rc = measure_pairs(contest, task, budget_ns, err);
		ours = &contest->our_run;
	}
	if (!rc)
		add_gaps(contest, ours, gaps);
	return rc;
}

static void tell_name(const struct competitor *competitor)
{
	struct buf line = BUF_INIT;

	buf_adds(&line, "benchgate: in turn with ");
	competitor_add_name(competitor, &line);
	buf_addc(&line, '\n');
	(void)!file_write_fd(STDERR_FILENO, line.data, line.len);
	buf_release(&line);
}

/* One line a competitor. */
static void note_trouble(const struct contest *contest, bool is_partly, struct gaps *gaps)
{
	struct buf note = BUF_INIT;

	if (!contest->note.len)
		return;
	competitor_add_name(contest->competitor, &note);
	buf_addf(&note, " was not %scompared: %s", is_partly ? "wholly " : "", contest->note.data);
	texts_add(&gaps->notes, note.data);
	buf_release(&note);
}

/* What is left of the run's budget, in equal parts; 0: the tiers have their own. */
static uint64_t share_of_budget(const struct competing_task *task, uint64_t spent_ns, size_t nr)
{
	uint64_t left_ns = counting_allowance(
		task->measure->plan.budget_ns, task->run->duration_ns + spent_ns);

	if (!task->measure->plan.budget_ns)
		return 0;
	return left_ns / nr ? left_ns / nr : 1;
}

void competing_take(struct competing *competing, const struct competing_task *task)
{
	const struct competitors *all = &task->settings->competitors;
	uint64_t spent_ns = 0;

	competing->gaps.ours = task->run;
	competing->contests = mem_alloc(all->nr, sizeof *competing->contests);
	for (; competing->nr < all->nr && !process_interrupted(); competing->nr++) {
		struct contest *contest = &competing->contests[competing->nr];
		struct error err = ERROR_INIT;
		int rc;

		*contest = (struct contest){ .competitor = &all->items[competing->nr],
			.catalog = CATALOG_INIT,
			.our_run = RUN_INIT,
			.their_run = RUN_INIT,
			.note = BUF_INIT };
		if (!task->measure->quiet && !competitor_is_read(contest->competitor))
			tell_name(contest->competitor);
		rc = take_contest(contest, task,
			share_of_budget(task, spent_ns, all->nr - competing->nr), &competing->gaps,
			&err);
		if (rc)
			competing_add_note(contest, NULL, err.text);
		note_trouble(contest, !rc && contest->ours.nr, &competing->gaps);
		spent_ns += contest->our_run.duration_ns;
	}
	gaps_judge(&competing->gaps);
}

/* The ratio of a unit is the mean of its two duets, whose start order is swapped. */
static void add_unit_gaps(struct result *to, const struct metric_kind *kind,
	const struct result *ours, const char *metric)
{
	const struct metric *measured = metrics_find(&ours->metrics, metric);
	const struct doubles *ratios = &measured->ratios;

	for (size_t i = 0; i + 1 < ratios->nr; i += DUETS_A_UNIT) {
		double unit = (ratios->items[i] + ratios->items[i + 1]) / 2;

		if (isfinite(unit))
			metrics_add(&to->metrics, kind, exp(unit));
	}
}

static void keep_gap(const struct contest *contest, const struct gap *gap, struct run *kept)
{
	struct result *to = run_find(kept, gap->benchmark);
	const struct result *ours = run_find(&contest->our_run, gap->benchmark);
	struct metric_kind kind = { NULL, "x", gap->more_is_better };
	struct buf name = BUF_INIT;

	gap_add_metric(gap, &name);
	kind.name = name.data;
	if (contest->source == GAP_IN_TURN)
		add_unit_gaps(to, &kind, ours, gap->metric);
	else
		metrics_add(&to->metrics, &kind, 1 + gap->ratio);
	buf_release(&name);
}

/* What stands in a file was not measured now, nor here: only its gap to ours was. */
static void forget_values(struct run *run)
{
	for (size_t i = 0; i < run->nr; i++)
		metrics_release(&run->items[i].metrics);
}

/* A run of theirs, on a branch of its own, at our commit; what made it is their version. */
static void describe_kept(const struct contest *contest, const struct run *ours, struct run *kept)
{
	struct buf text = BUF_INIT;

	if (contest->source != GAP_IN_TURN) {
		forget_values(kept);
		env_copy(&kept->env, &ours->env);
		memcpy(kept->timestamp, ours->timestamp, sizeof kept->timestamp);
		snprintf(kept->id, sizeof kept->id, "%016" PRIx64,
			str_hash(str_hash(STR_HASH_START, ours->id), contest->competitor->name));
	}
	buf_addf(&text, HISTORY_COMPETITOR "%s", contest->competitor->name);
	env_set(&kept->env, ENV_BRANCH, text.data);
	buf_clear(&text);
	competitor_add_name(contest->competitor, &text);
	env_set(&kept->env, ENV_SUITE_COMPILER, text.data);
	buf_release(&text);
}

int competing_keep(const struct competing *competing, const struct recorder *recorder,
	const struct run *ours, struct buf *notes, struct error *err)
{
	for (size_t i = 0; i < competing->nr; i++) {
		struct contest *contest = &competing->contests[i];
		size_t nr = 0;

		if (!contest->their_run.nr)
			continue;
		describe_kept(contest, ours, &contest->their_run);
		for (size_t j = 0; j < competing->gaps.nr; j++)
			if (competing->gaps.items[j].competitor == contest->competitor) {
				keep_gap(contest, &competing->gaps.items[j], &contest->their_run);
				nr++;
			}
		if (nr && recorder_keep(recorder, &contest->their_run, notes, err))
			return -1;
	}
	return 0;
}

void competing_release(struct competing *competing)
{
	for (size_t i = 0; i < competing->nr; i++) {
		struct contest *contest = &competing->contests[i];

		catalog_release(&contest->catalog);
		benches_release(&contest->made);
		ARRAY_RELEASE(&contest->ours);
		ARRAY_RELEASE(&contest->theirs);
		run_release(&contest->our_run);
		run_release(&contest->their_run);
		buf_release(&contest->note);
	}
	free(competing->contests);
	gaps_release(&competing->gaps);
	pasts_release(&competing->pasts);
	*competing = (struct competing){ .nr = 0 };
}
