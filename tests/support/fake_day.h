/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A schedule's world without waiting: its clock, its workers, who watches it, and what came of it.
 * One day at a time; it is static, for a schedule's clock takes no context. test.h goes before.
 */
#ifndef SUPPORT_FAKE_DAY_H
#define SUPPORT_FAKE_DAY_H

#include "base/buf.h"
#include "harness/schedule.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define S UINT64_C(1000000000)
#define MAX_BENCHES 5
#define MAX_TOLD 64

/* How one benchmark behaves when the schedule has it measured. */
struct script {
	uint64_t cost_ns;
	uint64_t faulty_process; /* from 1; 0: none */
	enum result_word word;   /* of its fault */
	uint64_t nr_faults;      /* so often, then it works; 0: it always fails */
};

/* A day at work: names are one letter each, so that the story of it can be read. */
struct day {
	struct bench items[MAX_BENCHES];
	struct benches benches;
	struct script scripts[MAX_BENCHES];
	struct run run;
	struct schedule schedule;
	struct tiers tiers;
	struct buf story; /* the letters of all processes, in order */
	uint64_t now_ns;
	uint64_t last_timeout_ns; /* what the last process was allowed */
	uint64_t last_time_ns;    /* what it was to be timed for, with all the others */
	size_t interrupted_after; /* processes; 0: never */
	struct progress told[MAX_TOLD];
	size_t nr_told;
};

static struct day day;

static uint64_t now_ns(void)
{
	return day.now_ns;
}

static int interrupted(void)
{
	return day.interrupted_after && day.story.len >= day.interrupted_after ? SIGINT : 0;
}

static void tell(void *context, const struct progress *progress)
{
	assert_ptr_equal(context, &day);
	if (day.nr_told < MAX_TOLD)
		day.told[day.nr_told++] = *progress;
}

/* A process takes its time, or all the time that it is given. */
static int take(void *context, const struct bench *bench, const struct plan *plan,
	struct result *result, struct fault *fault)
{
	struct pace *pace = &result->pace;
	struct script *script = &day.scripts[bench - day.items];

	assert_ptr_equal(context, &day);
	day.last_timeout_ns = plan->timeout_ns;
	day.last_time_ns = plan->time_ns;
	assert_int_equal(pace->nr_batches, result->processes.nr);
	pace->nr_batches++;
	buf_adds(&day.story, bench->name);
	if (script->cost_ns > plan->timeout_ns) {
		day.now_ns += plan->timeout_ns;
		return fault_set(fault, RESULT_TIMED_OUT, "too slow");
	}
	day.now_ns += script->cost_ns;
	if (result->processes.nr + 1 == script->faulty_process) {
		pace->nr_batches--;
		if (script->nr_faults && !--script->nr_faults)
			script->faulty_process = 0;
		return fault_set(fault, script->word, "by the script");
	}
	*ARRAY_ADD(&result->processes) = (struct process_row){ .nr_batches = 1 };
	return 0;
}

static size_t count(const struct result *result)
{
	return result->processes.nr;
}

static uint64_t wanted(const struct plan *plan)
{
	return plan->nr_processes;
}

/* The benchmarks are named a, b, c ... and take a second each. */
static void begin_day(const char *names, const char *tier, uint64_t nr_processes)
{
	day = (struct day){ .story = BUF_INIT,
		.now_ns = 1000 * S,
		.run = { .plan = PLAN_DEFAULT },
		.schedule = { .decider = decider_fixed(),
			.tell = tell,
			.tell_context = &day,
			.now_ns = now_ns,
			.method = { .noun = "processes",
				.take = take,
				.count = count,
				.wanted = wanted,
				.context = &day },
			.interrupted = interrupted,
			.tiers = &day.tiers } };
	tiers_init(&day.tiers);
	day.benches = (struct benches){ day.items, strlen(names), MAX_BENCHES };
	day.run.plan.nr_processes = nr_processes;
	for (size_t i = 0; i < day.benches.nr; i++) {
		day.items[i] = (struct bench){ .name = mem_copy(names + i, 1),
			.tier = mem_copy(tier, strlen(tier)),
			.nr_threads = 1 };
		day.scripts[i].cost_ns = S;
	}
}

static inline void move_to_tier(size_t at, const char *tier)
{
	free(day.items[at].tier);
	day.items[at].tier = mem_copy(tier, strlen(tier));
}

static inline void work(void)
{
	for (size_t i = 0; i < day.benches.nr; i++)
		run_add(&day.run, &day.items[i]);
	schedule_run(&day.schedule, &day.benches, &day.run);
}

static void end_day(void)
{
	run_release(&day.run);
	tiers_release(&day.tiers);
	buf_release(&day.story);
	for (size_t i = 0; i < day.benches.nr; i++) {
		free(day.items[i].name);
		free(day.items[i].tier);
	}
}

static inline void check_result(
	size_t at, enum result_word word, size_t nr_processes, const char *text)
{
	const struct result *result = &day.run.items[at];
	const char *said = word == RESULT_OK ? result->note : result->reason;

	assert_string_equal(result_word_name(result->word), result_word_name(word));
	assert_int_equal(result->processes.nr, nr_processes);
	if (text)
		assert_string_equal(said ? said : "(nothing)", text);
	else
		assert_null(said);
}

#endif
