/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/schedule.h"

#include "base/random.h"
#include "base/str.h"
#include "harness/solo.h"
#include "sys/clock.h"
#include "sys/cpu.h"
#include "sys/job.h"
#include "sys/load.h"
#include "sys/process.h"
#include "sys/trace.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* One benchmark on its way. */
struct slot {
	const struct bench *bench;
	struct result *result;
	struct account *account;
	uint64_t cost_ns;  /* of its last process, from start to end */
	uint64_t start_ns; /* of the one that is on its way */
	uint64_t nr_taken; /* here: rounds that it has been through */
	uint64_t rank;     /* in its round: the lowest is first */
	uint64_t nr_retried;
	struct fault retried; /* why the last one failed, which is tried again now */
	bool open;
	bool on_its_way;
	bool alone; /* it must be taken while nothing else is */
};

/* What a tier may spend and has spent. */
struct account {
	const char *tier;
	uint64_t budget_ns, spent_ns;
};

struct accounts {
	struct account *items;
	size_t nr, alloc;
};

struct rounds {
	const struct schedule *schedule;
	struct run *run;
	struct slot *slots;
	size_t nr_slots;
	struct accounts accounts;
	struct job *jobs;       /* several at once: one on each of the schedule's processors */
	struct slot **slots_of; /* what each is at; NULL: nothing */
	size_t nr_on_their_way;
	struct random random;
	uint64_t start_ns;   /* the present, less what the run took so far */
	uint64_t charged_ns; /* when time was last charged */
	uint64_t nr_done;
};

struct schedule schedule_default(const struct tiers *tiers)
{
	return (struct schedule){
		.decider = decider_fixed(),
		.now_ns = clock_now_ns,
		.method = solo_method(),
		.interrupted = process_interrupted,
		.tiers = tiers,
	};
}

static struct account *account_of(struct rounds *rounds, const char *tier)
{
	struct accounts *accounts = &rounds->accounts;

	for (size_t i = 0; i < accounts->nr; i++)
		if (strcmp(accounts->items[i].tier, tier) == 0)
			return &accounts->items[i];
	*ARRAY_ADD(accounts) =
		(struct account){ tier, tiers_named(rounds->schedule->tiers, tier)->budget_ns, 0 };
	return &accounts->items[accounts->nr - 1];
}

static size_t count_of(const struct rounds *rounds, const struct slot *slot)
{
	return rounds->schedule->method.count(slot->result);
}

static bool must_be_alone(const struct rounds *rounds, const struct slot *slot)
{
	const struct schedule *schedule = rounds->schedule;

	return schedule->nr_cpus < 2 || !schedule->method.may_share ||
		!schedule->method.may_share(slot->bench, slot->result);
}

static void open_slots(struct rounds *rounds, const struct benches *benches)
{
	uint64_t wanted = rounds->schedule->method.wanted(&rounds->run->plan);

	rounds->nr_slots = benches->nr;
	rounds->slots = mem_alloc(benches->nr, sizeof *rounds->slots);
	for (size_t i = 0; i < rounds->run->nr; i++)
		account_of(rounds, rounds->run->items[i].tier)->spent_ns +=
			rounds->run->items[i].spent_ns;
	for (size_t i = 0; i < benches->nr; i++) {
		struct result *result = run_find(rounds->run, benches->items[i].name);

		rounds->slots[i] = (struct slot){ .bench = &benches->items[i],
			.result = result,
			.account = account_of(rounds, result->tier),
			.rank = random_next(&rounds->random),
			.open = true };
		rounds->slots[i].alone = must_be_alone(rounds, &rounds->slots[i]);
		result->nr_planned = count_of(rounds, &rounds->slots[i]) + wanted;
	}
}

static uint64_t elapsed_ns(const struct rounds *rounds)
{
	return rounds->schedule->now_ns() - rounds->start_ns;
}

static uint64_t left_of(uint64_t budget_ns, uint64_t spent_ns)
{
	return budget_ns > spent_ns ? budget_ns - spent_ns : 0;
}

/* It has all that was planned, and waits for a decision. */
static bool has_planned(const struct rounds *rounds, const struct slot *slot)
{
	return count_of(rounds, slot) >= slot->result->nr_planned;
}

/* What is left for what this benchmark gets next: of the run's budget, or without one of its
 * tier's. What goes beyond the plan leaves half of it to a second look. */
static uint64_t time_left_ns(const struct rounds *rounds, const struct slot *slot)
{
	uint64_t budget_ns = rounds->run->plan.budget_ns;
	uint64_t part = has_planned(rounds, slot) ? 2 : 1;

	if (budget_ns)
		return left_of(budget_ns / part, elapsed_ns(rounds));
	return left_of(slot->account->budget_ns / part, slot->account->spent_ns);
}

/* Ends a benchmark that did not get all its processes, or not enough to be decided. */
static void cut_short(const struct rounds *rounds, struct slot *slot, const char *why)
{
	struct fault fault = FAULT_INIT;
	size_t nr = count_of(rounds, slot);
	char note[128];

	slot->open = false;
	if (!nr && !slot->result->processes.nr) {
		fault_set(&fault, RESULT_NOT_MEASURED, "%s before its first process", why);
		result_fault(slot->result, &fault);
		return;
	}
	if (has_planned(rounds, slot))
		snprintf(note, sizeof note, "not decided by %zu %s: %s", nr,
			rounds->schedule->method.noun, why);
	else
		snprintf(note, sizeof note, "%zu of %llu %s: %s", nr,
			(unsigned long long)slot->result->nr_planned, rounds->schedule->method.noun,
			why);
	result_add_note(slot->result, note);
}

static void out_of_time(struct rounds *rounds, struct slot *slot)
{
	if (!has_planned(rounds, slot))
		rounds->run->status = RUN_SHORT_OF_TIME;
	cut_short(rounds, slot, "no time was left");
}

static void schedule_tell(struct rounds *rounds, const char *name)
{
	struct progress progress = {
		.name = name, .nr_done = rounds->nr_done, .nr_beside = rounds->nr_on_their_way
	};

	if (!rounds->schedule->tell)
		return;
	progress.elapsed_ns = elapsed_ns(rounds);
	for (size_t i = 0; i < rounds->nr_slots; i++) {
		const struct slot *slot = &rounds->slots[i];
		uint64_t left = left_of(slot->result->nr_planned, count_of(rounds, slot));

		/* An open one that has all that was planned waits for a decision. */
		if (slot->open)
			progress.nr_all += left ? left : 1;
	}
	if (rounds->nr_done)
		progress.left_ns = (progress.elapsed_ns - rounds->run->duration_ns) /
			rounds->nr_done * progress.nr_all;
	progress.nr_all += rounds->nr_done;
	rounds->schedule->tell(rounds->schedule->tell_context, &progress);
}

/* A process that its budget, not its own timeout, put an end to is nobody's fault. */
static void take_fault(
	struct rounds *rounds, struct slot *slot, struct fault *fault, bool budget_ended_it)
{
	slot->open = false;
	if (budget_ended_it)
		out_of_time(rounds, slot);
	else if (fault->word == RESULT_NOT_MEASURED)
		cut_short(rounds, slot, fault->reason);
	else
		result_fault(slot->result, fault);
}

static void add_nr_retried(const struct slot *slot, struct fault *fault)
{
	size_t len = strlen(fault->reason);

	if (slot->nr_retried)
		snprintf(fault->reason + len, sizeof fault->reason - len,
			" (tried again %llu time%s)", (unsigned long long)slot->nr_retried,
			slot->nr_retried == 1 ? "" : "s");
}

/* Nothing is kept of what failed, so one more in its place is as good as the first. False: it was
 * tried often enough, or the time was over. */
static bool retries_fault(const struct rounds *rounds, struct slot *slot, const struct fault *fault,
	bool budget_ended_it)
{
	if (fault->word == RESULT_NOT_MEASURED || budget_ended_it ||
		slot->nr_retried >= rounds->run->plan.nr_retries)
		return false;
	slot->nr_retried++;
	slot->retried = *fault;
	return true;
}

static void note_flaky(struct slot *slot)
{
	struct buf note = BUF_INIT;

	if (slot->retried.word == RESULT_OK)
		return;
	buf_addf(&note, "flaky: %s: %s; it worked when it was tried again",
		result_word_name(slot->retried.word), slot->retried.reason);
	result_add_note(slot->result, note.data);
	slot->retried = (struct fault)FAULT_INIT;
	buf_release(&note);
}

/* The plan of what it gets next; false where no time is left for it. */
static bool plan_next(struct rounds *rounds, struct slot *slot, struct plan *plan)
{
	uint64_t left_ns = time_left_ns(rounds, slot);

	*plan = rounds->run->plan;
	if (left_ns <= slot->cost_ns) {
		out_of_time(rounds, slot);
		return false;
	}
	if (left_ns < plan->timeout_ns)
		plan->timeout_ns = left_ns;
	if (slot->result->time_ns)
		plan->time_ns = slot->result->time_ns;
	schedule_tell(rounds, slot->bench->name);
	return true;
}

/* Those that are on their way share the time that has passed. */
static void charge_all(struct rounds *rounds)
{
	uint64_t now_ns = rounds->schedule->now_ns();
	uint64_t passed_ns = now_ns - rounds->charged_ns;

	for (size_t i = 0; i < rounds->nr_slots && rounds->nr_on_their_way; i++) {
		struct slot *slot = &rounds->slots[i];

		if (!slot->on_its_way)
			continue;
		slot->account->spent_ns += passed_ns / rounds->nr_on_their_way;
		slot->result->spent_ns += passed_ns / rounds->nr_on_their_way;
	}
	rounds->charged_ns = now_ns;
}

static void set_out(struct rounds *rounds, struct slot *slot)
{
	charge_all(rounds);
	slot->start_ns = rounds->charged_ns;
	slot->on_its_way = true;
	rounds->nr_on_their_way++;
}

/* taken: it has one more, and waits for the next round. */
static void arrive(struct rounds *rounds, struct slot *slot, bool taken)
{
	charge_all(rounds);
	slot->cost_ns = rounds->charged_ns - slot->start_ns;
	slot->on_its_way = false;
	rounds->nr_on_their_way--;
	rounds->nr_done++;
	slot->nr_taken += taken;
	slot->rank = random_next(&rounds->random);
	slot->alone = slot->alone || !taken || must_be_alone(rounds, slot);
}

static bool ask_decider(const struct schedule *schedule, const struct slot *slot)
{
	bool enough = schedule->decider.enough(schedule->decider.context, slot->result);

	trace_mark("decision", "%s: %s (%s: %zu)", slot->bench->name,
		enough ? "decided" : "not decided", schedule->method.noun,
		schedule->method.count(slot->result));
	return enough;
}

static void end_or_try_again(
	struct rounds *rounds, struct slot *slot, struct fault *fault, bool is_short)
{
	bool budget_ended_it = is_short && fault->word == RESULT_TIMED_OUT;

	if (retries_fault(rounds, slot, fault, budget_ended_it))
		return;
	add_nr_retried(slot, fault);
	take_fault(rounds, slot, fault, budget_ended_it);
}

static void keep_going(const struct schedule *schedule, struct slot *slot)
{
	note_flaky(slot);
	slot->open = !ask_decider(schedule, slot);
}

static void measure_once(struct rounds *rounds, struct slot *slot)
{
	const struct schedule *schedule = rounds->schedule;
	uint64_t start_ns = trace_start();
	struct fault fault = FAULT_INIT;
	struct plan plan;

	if (!plan_next(rounds, slot, &plan))
		return;
	set_out(rounds, slot);
	if (schedule->method.take(
		    schedule->method.context, slot->bench, &plan, slot->result, &fault))
		end_or_try_again(
			rounds, slot, &fault, plan.timeout_ns < rounds->run->plan.timeout_ns);
	else
		keep_going(schedule, slot);
	trace_event(start_ns, 0, "measure", "%s", slot->bench->name);
	arrive(rounds, slot, true);
}

/* For the copy of this process that takes one. */
struct taking {
	const struct method *method;
	const struct slot *slot;
	const struct plan *plan;
};

static void take_in_copy(void *context, struct buf *output)
{
	const struct taking *taking = context;

	taking->method->take_away(taking->method->context, taking->slot->bench, taking->plan,
		taking->slot->result, output);
}

static void start_job(struct rounds *rounds, size_t at, struct slot *slot)
{
	const struct schedule *schedule = rounds->schedule;
	struct error ignored = ERROR_INIT;
	struct plan plan;
	struct taking taking = { &schedule->method, slot, &plan };

	if (!plan_next(rounds, slot, &plan))
		return;
	set_out(rounds, slot);
	if (job_start(&rounds->jobs[at], schedule->cpus[at], take_in_copy, &taking, &ignored))
		arrive(rounds, slot, false);
	else
		rounds->slots_of[at] = slot;
}

/* Waits for one; false when we are to stop. */
static bool finish_job(struct rounds *rounds)
{
	const struct schedule *schedule = rounds->schedule;
	int at = job_wait(rounds->jobs, schedule->nr_cpus);
	struct slot *slot = at < 0 ? NULL : rounds->slots_of[at];
	struct buf *output = at < 0 ? NULL : &rounds->jobs[at].output;

	if (!slot)
		return false;
	if (output->len) {
		schedule->method.bring_back(
			schedule->method.context, slot->bench, output, slot->result);
		keep_going(schedule, slot);
	}
	arrive(rounds, slot, output->len != 0);
	rounds->slots_of[at] = NULL;
	job_end(&rounds->jobs[at]);
	return true;
}

/* A round is one of each, in a random order; those that must be alone are last in it, so that the
 * others end for them only once. */
static bool comes_before(const struct slot *one, const struct slot *other)
{
	if (one->nr_taken != other->nr_taken)
		return one->nr_taken < other->nr_taken;
	return one->alone != other->alone ? other->alone : one->rank < other->rank;
}

/* NULL: none is open but those on their way. */
static struct slot *next_slot(const struct rounds *rounds)
{
	struct slot *next = NULL;

	for (size_t i = 0; i < rounds->nr_slots; i++) {
		struct slot *slot = &rounds->slots[i];

		if (slot->open && !slot->on_its_way && (!next || comes_before(slot, next)))
			next = slot;
	}
	return next;
}

static size_t free_job(const struct rounds *rounds)
{
	size_t at = 0;

	while (at < rounds->schedule->nr_cpus && rounds->slots_of[at])
		at++;
	return at;
}

static void run_rounds(struct rounds *rounds)
{
	const struct schedule *schedule = rounds->schedule;
	bool going = true;

	while (going && !schedule->interrupted()) {
		struct slot *slot = next_slot(rounds);
		size_t at = free_job(rounds);

		if (slot && !slot->alone && at < schedule->nr_cpus)
			start_job(rounds, at, slot);
		else if (rounds->nr_on_their_way)
			going = finish_job(rounds);
		else if (slot)
			measure_once(rounds, slot);
		else
			going = false;
	}
	charge_all(rounds);
}

static void open_jobs(struct rounds *rounds)
{
	size_t nr = rounds->schedule->nr_cpus;

	rounds->jobs = mem_alloc(nr, sizeof *rounds->jobs);
	rounds->slots_of = mem_alloc(nr, sizeof(void *));
	for (size_t i = 0; i < nr; i++)
		rounds->jobs[i] = (struct job)JOB_INIT;
}

static void release_jobs(struct rounds *rounds)
{
	for (size_t i = 0; i < rounds->schedule->nr_cpus; i++)
		job_end(&rounds->jobs[i]);
	/* What a copy that was killed has left behind is ours now. */
	if (rounds->schedule->nr_cpus > 1)
		process_sweep();
	free(rounds->jobs);
	free(rounds->slots_of);
}

static void interrupt(struct rounds *rounds)
{
	rounds->run->status = RUN_INTERRUPTED;
	for (size_t i = 0; i < rounds->nr_slots; i++)
		if (rounds->slots[i].open)
			cut_short(rounds, &rounds->slots[i], "interrupted");
}

void schedule_run(const struct schedule *schedule, const struct benches *benches, struct run *run)
{
	struct rounds rounds = {
		.schedule = schedule, .run = run, .random = random_seed(run->plan.seed)
	};

	rounds.start_ns = schedule->now_ns() - run->duration_ns;
	open_slots(&rounds, benches);
	open_jobs(&rounds);
	run_rounds(&rounds);
	release_jobs(&rounds);
	if (schedule->interrupted())
		interrupt(&rounds);
	schedule_tell(&rounds, NULL);
	run->duration_ns = elapsed_ns(&rounds);
	ARRAY_RELEASE(&rounds.accounts);
	free(rounds.slots);
}

uint64_t schedule_usual_jobs(void)
{
	double free_cores = (double)cpu_cores() - fmax(load_average(), 0);

	return free_cores >= 4 ? (uint64_t)(free_cores / 2) : 1;
}
