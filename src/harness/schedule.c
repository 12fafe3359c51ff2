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
	bool open;
	bool on_its_way; /* a copy of this process takes the next */
	bool alone;      /* it must be taken while nothing else is */
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
	struct random *random;
	size_t *order; /* of the round: the open ones */
	size_t nr_order, at;
	uint64_t start_ns; /* the present, less what the run took so far */
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
			.open = true };
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
	free(slot->result->note);
	slot->result->note = str_dup(note);
}

static void out_of_time(struct rounds *rounds, struct slot *slot)
{
	if (!has_planned(rounds, slot))
		rounds->run->status = RUN_SHORT_OF_TIME;
	cut_short(rounds, slot, "no time was left");
}

static void tell(struct rounds *rounds, const char *name)
{
	struct progress progress = { .name = name, .nr_done = rounds->nr_done };

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
	if (fault->word == RESULT_TIMED_OUT && budget_ended_it)
		out_of_time(rounds, slot);
	else if (fault->word == RESULT_NOT_MEASURED)
		cut_short(rounds, slot, fault->reason);
	else
		result_fault(slot->result, fault);
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
	tell(rounds, slot->bench->name);
	slot->start_ns = rounds->schedule->now_ns();
	return true;
}

/* Of several at once each has its share of the time. */
static void charge(struct rounds *rounds, struct slot *slot, size_t nr_at_once)
{
	slot->cost_ns = rounds->schedule->now_ns() - slot->start_ns;
	slot->account->spent_ns += slot->cost_ns / nr_at_once;
	slot->result->spent_ns += slot->cost_ns / nr_at_once;
	rounds->nr_done++;
}

static void measure_once(struct rounds *rounds, struct slot *slot)
{
	const struct schedule *schedule = rounds->schedule;
	struct fault fault = FAULT_INIT;
	struct plan plan;

	if (!plan_next(rounds, slot, &plan))
		return;
	if (schedule->method.take(
		    schedule->method.context, slot->bench, &plan, slot->result, &fault))
		take_fault(rounds, slot, &fault, plan.timeout_ns < rounds->run->plan.timeout_ns);
	else if (schedule->decider.enough(schedule->decider.context, slot->result))
		slot->open = false;
	charge(rounds, slot, 1);
}

/* For the copy of this process that takes one. */
struct errand {
	const struct schedule *schedule;
	const struct slot *slot;
	const struct plan *plan;
};

static void run_errand(void *context, struct buf *output)
{
	const struct errand *errand = context;
	const struct method *method = &errand->schedule->method;

	method->take_away(
		method->context, errand->slot->bench, errand->plan, errand->slot->result, output);
}

static void start_job(struct rounds *rounds, size_t at, struct slot *slot)
{
	struct error ignored = ERROR_INIT;
	struct plan plan;
	struct errand errand = { rounds->schedule, slot, &plan };

	if (!plan_next(rounds, slot, &plan))
		return;
	if (job_start(
		    &rounds->jobs[at], rounds->schedule->cpus[at], run_errand, &errand, &ignored)) {
		slot->alone = true;
		return;
	}
	slot->on_its_way = true;
	rounds->slots_of[at] = slot;
}

/* Waits for one; false when we are to stop. */
static bool finish_job(struct rounds *rounds)
{
	const struct schedule *schedule = rounds->schedule;
	int at = job_wait(rounds->jobs, schedule->nr_cpus);
	struct slot *slot;

	if (at < 0)
		return false;
	slot = rounds->slots_of[at];
	charge(rounds, slot, schedule->nr_cpus);
	if (rounds->jobs[at].output.len) {
		schedule->method.bring_back(schedule->method.context, slot->bench,
			&rounds->jobs[at].output, slot->result);
		slot->open = !schedule->decider.enough(schedule->decider.context, slot->result);
	} else {
		slot->alone = true;
	}
	slot->on_its_way = false;
	rounds->slots_of[at] = NULL;
	job_end(&rounds->jobs[at]);
	return true;
}

static bool is_next(const struct rounds *rounds, const struct slot *slot, bool shared)
{
	if (!slot->open || slot->on_its_way)
		return false;
	return !shared ||
		(!slot->alone && rounds->schedule->method.may_share(slot->bench, slot->result));
}

/* A new round: Fisher and Yates; the open ones only, or of them those that can be taken beside
 * others. */
static void shuffle_open(struct rounds *rounds, bool shared)
{
	size_t *order = rounds->order, nr = 0;

	for (size_t i = 0; i < rounds->nr_slots; i++)
		if (is_next(rounds, &rounds->slots[i], shared))
			order[nr++] = i;
	for (size_t i = nr; i > 1; i--) {
		size_t j = random_below(rounds->random, i);
		size_t swapped = order[i - 1];

		order[i - 1] = order[j];
		order[j] = swapped;
	}
	rounds->nr_order = nr;
	rounds->at = 0;
}

/* The next one, of this round or a new one; NULL: there is none now. */
static struct slot *next_slot(struct rounds *rounds, bool shared)
{
	for (int round = 0; round < 2; round++) {
		while (rounds->at < rounds->nr_order) {
			struct slot *slot = &rounds->slots[rounds->order[rounds->at++]];

			if (is_next(rounds, slot, shared))
				return slot;
		}
		shuffle_open(rounds, shared);
	}
	return NULL;
}

static void release_jobs(struct rounds *rounds)
{
	for (size_t i = 0; i < rounds->schedule->nr_cpus; i++)
		job_end(&rounds->jobs[i]);
	free(rounds->jobs);
	free(rounds->slots_of);
}

/* Several at once, until none is left that can be taken so. */
static void run_at_once(struct rounds *rounds)
{
	const struct schedule *schedule = rounds->schedule;
	size_t nr = schedule->nr_cpus;
	bool going = true;

	rounds->jobs = mem_alloc(nr, sizeof *rounds->jobs);
	rounds->slots_of = mem_alloc(nr, sizeof(void *));
	for (size_t i = 0; i < nr; i++)
		rounds->jobs[i] = (struct job)JOB_INIT;
	while (going && !schedule->interrupted()) {
		size_t nr_running = 0;

		for (size_t i = 0; i < nr; i++) {
			struct slot *slot = rounds->slots_of[i] ? NULL : next_slot(rounds, true);

			if (slot)
				start_job(rounds, i, slot);
			nr_running += rounds->slots_of[i] != NULL;
		}
		going = nr_running ? finish_job(rounds) : next_slot(rounds, true) != NULL;
	}
	release_jobs(rounds);
}

/* One after the other. */
static void run_in_rounds(struct rounds *rounds)
{
	const struct schedule *schedule = rounds->schedule;
	struct slot *slot;

	rounds->nr_order = rounds->at = 0;
	while (!schedule->interrupted() && (slot = next_slot(rounds, false)))
		measure_once(rounds, slot);
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
	struct random random = random_seed(run->plan.seed);
	struct rounds rounds = { .schedule = schedule,
		.run = run,
		.random = &random,
		.order = mem_alloc(benches->nr, sizeof *rounds.order) };

	rounds.start_ns = schedule->now_ns() - run->duration_ns;
	open_slots(&rounds, benches);
	if (schedule->nr_cpus > 1 && schedule->method.may_share)
		run_at_once(&rounds);
	run_in_rounds(&rounds);
	if (schedule->interrupted())
		interrupt(&rounds);
	tell(&rounds, NULL);
	run->duration_ns = elapsed_ns(&rounds);
	ARRAY_RELEASE(&rounds.accounts);
	free(rounds.slots);
	free(rounds.order);
}

uint64_t schedule_usual_jobs(void)
{
	double free_cores = (double)cpu_cores() - fmax(load_average(), 0);

	return free_cores >= 4 ? (uint64_t)(free_cores / 2) : 1;
}
