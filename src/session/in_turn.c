/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/in_turn.h"

#include "base/array.h"
#include "base/str.h"
#include "gate/control.h"
#include "gate/trial.h"
#include "gate/verdict.h"
#include "harness/probe.h"
#include "harness/schedule.h"
#include "session/judging.h"
#include "suite/code.h"
#include "suite/inputs.h"
#include "sys/clock.h"
#include "sys/cpu.h"
#include "sys/file.h"
#include "sys/folder.h"
#include "sys/process.h"

#include <string.h>

/* What a process of a control may take, most of it for starting and being watched. */
#define CHEAP_NS UINT64_C(250000000)
/* Benchmarks that are tried for a control. */
#define CONTROL_TRIES 3

/* What was read and compared already, for all benchmarks. */
struct compared {
	const struct plan *plan;
	struct codes {
		struct opened {
			char *path;        /* NULL: it cannot be told */
			struct code *code; /* NULL: it cannot be read, and nothing is known of it */
		} * items;
		size_t nr, alloc;
	} codes;
	struct callbacks {
		struct called {
			const struct code *base, *head, *caller;
			bool same;
		} * items;
		size_t nr, alloc;
	} callbacks;
	/* Pairs of suites whose processes use these files, but for what a benchmark may open. */
	struct shared_files {
		struct shared {
			const struct code *base, *head;
			bool same;
			char *why;
		} * items;
		size_t nr, alloc;
	} shared;
	struct inputs_read read;
};

static void release_compared(struct compared *compared)
{
	for (size_t i = 0; i < compared->codes.nr; i++) {
		free(compared->codes.items[i].path);
		code_free(compared->codes.items[i].code);
	}
	ARRAY_RELEASE(&compared->codes);
	ARRAY_RELEASE(&compared->callbacks);
	for (size_t i = 0; i < compared->shared.nr; i++)
		free(compared->shared.items[i].why);
	ARRAY_RELEASE(&compared->shared);
	inputs_read_release(&compared->read);
}

/* As the kernel has it; the caller's to free, NULL when it cannot be told. */
static char *in_turn_path_of(const char *source)
{
	struct error ignored = ERROR_INIT;
	char *path = *source ? str_dup(source) : process_own_path();
	char *real = path ? folder_real(path, &ignored) : NULL;

	free(path);
	return real;
}

static const struct code *in_turn_code_of(struct codes *codes, const char *path)
{
	struct error ignored = ERROR_INIT;
	struct opened *opened;

	for (size_t i = 0; path && i < codes->nr; i++)
		if (strcmp(codes->items[i].path, path) == 0)
			return codes->items[i].code;
	if (!path)
		return NULL;
	opened = ARRAY_ADD(codes);
	*opened = (struct opened){ str_dup(path), code_open(path, &ignored) };
	return opened->code;
}

/* A benchmark of both sides. */
struct couple {
	const struct bench *base, *head;
	char *base_path, *head_path; /* of their suites; NULL: it cannot be told */
	const struct code *base_code, *head_code;
};

/* Does nothing but the suites call functions of the suites that are not the same? */
static bool has_same_callbacks(
	struct compared *compared, const struct couple *couple, const char *caller_path)
{
	const struct code *base = couple->base_code, *head = couple->head_code, *caller;
	struct error ignored = ERROR_INIT;
	const char *machine = "";
	bool same;

	if (file_program(caller_path, &machine, &ignored) < FILE_PROGRAM_EXECUTABLE)
		return true;
	caller = in_turn_code_of(&compared->codes, caller_path);
	for (size_t i = 0; i < compared->callbacks.nr; i++) {
		const struct called *known = &compared->callbacks.items[i];

		if (known->base == base && known->head == head && known->caller == caller)
			return known->same;
	}
	same = code_has_same_callbacks(base, head, caller);
	*ARRAY_ADD(&compared->callbacks) = (struct called){ base, head, caller, same };
	return same;
}

static bool have_same_callbacks(struct compared *compared, const struct couple *couple,
	const struct watched *files, struct buf *why)
{
	if (code_is_same_file(couple->base_code, couple->head_code))
		return true;
	for (size_t i = 0; i < files->nr; i++) {
		const char *path = files->items[i].path;

		if (strcmp(path, couple->base_path) == 0 ||
			has_same_callbacks(compared, couple, path))
			continue;
		buf_addf(why, "the two sides differ in functions that may be called from ");
		buf_add_printable(why, path);
		return false;
	}
	return true;
}

/* Do processes of the two use the same files, but for the suites themselves? done: both came to
 * their ends. */
static bool ask_processes(
	struct compared *compared, const struct couple *couple, bool *done, struct buf *why)
{
	struct watched base = { 0 }, head = { 0 };
	bool same = false;

	if (couple->base_path && couple->head_path) {
		*done = probe_files(couple->base, compared->plan, &base);
		*done = probe_files(couple->head, compared->plan, &head) && *done;
		same = inputs_same((struct inputs){ &base, couple->base_path },
			       (struct inputs){ &head, couple->head_path }, &compared->read, why) &&
			have_same_callbacks(compared, couple, &base, why);
	}
	watched_release(&base);
	watched_release(&head);
	return same;
}

/* Benchmarks that open no files of their own all use those of any other of their suite. */
static bool use_same_files(
	struct compared *compared, const struct couple *couple, bool may_open, struct buf *why)
{
	const struct code *base = couple->base_code, *head = couple->head_code;
	struct shared_files *shared = &compared->shared;
	bool done = false, same;

	for (size_t i = 0; i < shared->nr && !may_open; i++) {
		if (shared->items[i].base != base || shared->items[i].head != head)
			continue;
		buf_adds(why, shared->items[i].why);
		return shared->items[i].same;
	}
	same = ask_processes(compared, couple, &done, why);
	if (!may_open && done)
		*ARRAY_ADD(shared) = (struct shared){ base, head, same, str_dup(why->data) };
	return same;
}

static struct couple couple_of(
	struct compared *compared, const struct bench *base, const struct bench *head)
{
	struct couple couple = { .base = base,
		.head = head,
		.base_path = in_turn_path_of(base->source),
		.head_path = in_turn_path_of(head->source) };

	couple.base_code = in_turn_code_of(&compared->codes, couple.base_path);
	couple.head_code = in_turn_code_of(&compared->codes, couple.head_path);
	return couple;
}

static void release_couple(struct couple *couple)
{
	free(couple->base_path);
	free(couple->head_path);
}

static void note_difference(struct result *result, struct buf *why)
{
	free(result->differs);
	result->differs = why->len ? buf_detach(why) : NULL;
	buf_release(why);
}

static struct code_answer compare_code(const struct couple *couple)
{
	return code_compare(
		couple->base_code, couple->base->body, couple->head_code, couple->head->body);
}

/* Of suites that are the same bytes: is all else, too? */
static bool in_turn_has_same_files(struct compared *compared, const struct bench *base,
	const struct bench *head, struct result *result)
{
	struct couple couple = couple_of(compared, base, head);
	struct buf why = BUF_INIT;
	bool same = use_same_files(compared, &couple, compare_code(&couple).may_open, &why);

	note_difference(result, &why);
	release_couple(&couple);
	return same;
}

static bool has_same_code(struct compared *compared, const struct bench *base,
	const struct bench *head, struct result *result)
{
	struct couple couple = couple_of(compared, base, head);
	struct code_answer answer = compare_code(&couple);
	struct buf why = BUF_INIT;

	result->branchy = answer.branchy;
	result->code = answer.likeness;
	if (answer.likeness == CODE_SAME &&
		!use_same_files(compared, &couple, answer.may_open, &why))
		result->code = CODE_MOVED;
	note_difference(result, &why);
	release_couple(&couple);
	return result->code == CODE_SAME;
}

/* Is a process of it soon at its end? */
static bool is_cheap(const struct compared *compared, const struct bench *bench)
{
	uint64_t start_ns = clock_now_ns();
	struct watched files = { 0 };
	bool done = probe_files(bench, compared->plan, &files);

	watched_release(&files);
	return done && clock_now_ns() - start_ns < CHEAP_NS;
}

/* Of those that cannot have changed, in the order of the suite: one from the middle of each third,
 * and those that follow it where it takes long. */
static void choose_controls(
	const struct compared *compared, const struct benches *same, struct benches *chosen)
{
	size_t nr = control_count(same->nr);

	for (size_t part = 0; part < nr && !process_interrupted(); part++) {
		size_t at = control_place(same->nr, part);
		size_t end = (part + 1) * same->nr / nr;

		if (end > at + CONTROL_TRIES)
			end = at + CONTROL_TRIES;
		while (at < end && !is_cheap(compared, &same->items[at]))
			at++;
		if (at < end)
			*ARRAY_ADD(chosen) = same->items[at];
	}
}

static void take_unchanged(const struct benches *base, struct benches *head, bool same_suites,
	bool wants_controls, struct run *run)
{
	bool (*is_same)(struct compared *, const struct bench *, const struct bench *,
		struct result *) = same_suites ? in_turn_has_same_files : has_same_code;
	struct compared compared = { .plan = &run->plan };
	uint64_t start_ns = clock_now_ns();
	struct benches same = { 0 };
	size_t kept = 0;

	for (size_t i = 0; i < head->nr; i++) {
		struct bench bench = head->items[i];
		struct result *result = run_find(run, bench.name);

		/* What a command uses nobody knows. */
		result->identical = !bench.command && !process_interrupted() &&
			is_same(&compared, benches_find(base, bench.name), &bench, result);
		if (result->identical)
			*ARRAY_ADD(&same) = bench;
		else
			head->items[kept++] = bench;
	}
	head->nr = kept;
	if (wants_controls && kept)
		choose_controls(&compared, &same, head);
	ARRAY_RELEASE(&same);
	release_compared(&compared);
	run->duration_ns += clock_now_ns() - start_ns;
}

void in_turn_mark_unchanged(
	const struct benches *base, struct benches *head, bool same_suites, struct run *run)
{
	take_unchanged(base, head, same_suites, false, run);
}

void in_turn_take_unchanged(
	const struct benches *base, struct benches *head, bool same_suites, struct run *run)
{
	take_unchanged(base, head, same_suites, true, run);
}

static void note_likeness(const struct benches *base, const struct benches *head, struct run *run)
{
	struct compared compared = { .plan = &run->plan };

	for (size_t i = 0; i < run->nr && run->status != RUN_INTERRUPTED; i++) {
		struct result *result = &run->items[i];
		const struct bench *before = benches_find(base, result->name);
		const struct bench *after = benches_find(head, result->name);

		if (result->duets.nr && before && after && !after->command &&
			result->code == CODE_UNKNOWN && !result->identical)
			has_same_code(&compared, before, after, result);
	}
	release_compared(&compared);
}

/* As many as were asked for, or are free; no more than there are benchmarks. */
static uint64_t jobs_of(const struct plan *plan, const struct policy *policy, size_t nr_benches)
{
	uint64_t nr = plan->nr_jobs ? plan->nr_jobs : policy->jobs;

	if (!nr)
		nr = schedule_usual_jobs();
	if (nr > cpu_cores())
		nr = cpu_cores();
	if (nr > MEASURE_MAX_JOBS)
		nr = MEASURE_MAX_JOBS;
	return nr < nr_benches ? nr : nr_benches;
}

void in_turn_measure(
	const struct measure_options *options, const struct measure_pair *pair, struct run *run)
{
	const struct policy *policy = &pair->settings->policy;
	struct turns turns = { .base = pair->base,
		.more_base = pair->more_base,
		.more_head = pair->more_head,
		.nr_more = pair->nr_more,
		.base_run = pair->base_run };
	struct judge judge =
		judge_new(pair->judged_by ? pair->judged_by : pair->base_run, policy, run->plan);
	struct measuring measuring = { &policy->tiers,
		pair->decider ? *pair->decider : judging_decider_in_turn(&judge), &turns };

	/* Once: what is measured again finds the load of what came before, and may be fewer. */
	if (!run->plan.nr_jobs)
		run->plan.nr_jobs = jobs_of(&options->plan, policy, pair->head->nr);
	if (pair->base_run)
		pair->base_run->plan.nr_jobs = run->plan.nr_jobs;
	judge.in_turn = true;
	/* What is decided here is to be decided among all shards, too. */
	judge.nr_in_turn = pair->head->nr + run_nr_elsewhere(run);
	measure_benches(options, pair->head, measuring, run);
}

static bool is_to_be_confirmed(const struct comparison *comparison)
{
	return comparison->why == WHY_NOT_REPEATED && !comparison->head->nr_duets_before;
}

/* A benchmark with several metrics is noted once. */
static void note_unconfirmed(const struct measure_pair *pair, const struct verdict *verdict,
	struct run *run, struct benches *suspects)
{
	for (size_t i = 0; i < verdict->nr; i++) {
		const struct comparison *comparison = &verdict->items[i];
		struct result *result;

		if (!is_to_be_confirmed(comparison))
			continue;
		result = run_find(run, comparison->head->name);
		result->nr_duets_before = result->duets.nr;
		*ARRAY_ADD(suspects) = *benches_find(pair->head, result->name);
	}
}

static void confirm_suspects(const struct measure_options *options, const struct measure_pair *pair,
	const struct run *base, struct run *run)
{
	struct trial trial = {
		.head = run, .base = base, .policy = &pair->settings->policy, .in_turn = true
	};
	struct measure_pair again = *pair;
	struct benches suspects = { 0 };
	struct verdict verdict;

	if (run->status != RUN_COMPLETE)
		return;
	verdict = trial_judge(&trial);
	note_unconfirmed(pair, &verdict, run, &suspects);
	verdict_release(&verdict);
	again.head = &suspects;
	if (suspects.nr)
		in_turn_measure(options, &again, run);
	ARRAY_RELEASE(&suspects);
}

void in_turn_compare(
	const struct measure_options *options, const struct measure_pair *pair, struct run *run)
{
	const struct run *base = pair->judged_by ? pair->judged_by : pair->base_run;

	in_turn_measure(options, pair, run);
	note_likeness(pair->base, pair->head, run);
	confirm_suspects(options, pair, base, run);
}

static void forget_levels(struct result *result)
{
	for (size_t i = 0; i < result->metrics.nr; i++)
		result->metrics.items[i].values.nr = 0;
}

/* Those that have a budget and did not fail. */
static struct benches with_budget(
	const struct policy *policy, const struct benches *benches, struct run *run)
{
	struct benches held = { 0 };

	for (size_t i = 0; i < benches->nr; i++) {
		struct result *result = run_find(run, benches->items[i].name);

		if (!policy_has_limit(policy, result->name) || result->word != RESULT_OK)
			continue;
		forget_levels(result);
		*ARRAY_ADD(&held) = benches->items[i];
	}
	return held;
}

/* What may be over its budget gets fresh processes, which alone decide. */
static struct benches budget_suspects(
	const struct judge *judge, const struct benches *benches, struct run *run)
{
	struct benches suspects = { 0 };

	for (size_t i = 0; i < benches->nr; i++) {
		struct result *result = run_find(run, benches->items[i].name);

		if (!judge_suspicion(judge, result).of_limit)
			continue;
		result->nr_screened = result->processes.nr;
		*ARRAY_ADD(&suspects) = benches->items[i];
	}
	return suspects;
}

void in_turn_measure_budgets(const struct measure_options *options, const struct settings *settings,
	const struct benches *benches, struct run *run)
{
	struct judge judge = judge_new(NULL, &settings->policy, run->plan);
	struct measuring measuring = { &settings->policy.tiers, judging_decider(&judge), NULL };
	struct benches held = with_budget(&settings->policy, benches, run);
	struct benches suspects;

	if (held.nr)
		measure_benches(options, &held, measuring, run);
	suspects = budget_suspects(&judge, &held, run);
	if (suspects.nr)
		measure_benches(options, &suspects, measuring, run);
	ARRAY_RELEASE(&suspects);
	ARRAY_RELEASE(&held);
}
