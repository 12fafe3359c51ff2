/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/sampler.h"

#include "base/array.h"
#include "base/str.h"
#include "harness/sitting.h"
#include "sys/clock.h"
#include "sys/cpu.h"
#include "sys/perf.h"
#include "sys/program.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of both sides together. */
#define WINDOW_NS (2 * CLOCK_NS_PER_S)
#define TURN_NS 5e6
#define MIN_ROUNDS 2
#define WARM_USUAL_NS UINT64_C(25000000)
/* What perf needs to start, and to write its file. */
#define PERF_PATIENCE_NS (30 * CLOCK_NS_PER_S)
/* What it needs to find all functions of some thousands of stacks. */
#define SCRIPT_TIMEOUT_NS (300 * CLOCK_NS_PER_S)
#define MAX_SCRIPT_BYTES (256u << 20)
#define MAX_SAID_BYTES 4096
#define DATA_FILE "perf.data"

/* Its settings and servers of debug information are the user's, and would change what it prints. */
static const char *const perf_unset[] = { "DEBUGINFOD_URLS", "PERF_*", NULL };
static const char *const perf_set[] = { "PERF_CONFIG=/dev/null", "LC_ALL=C", NULL };

bool sampler_open(struct sampler *sampler, struct buf *why)
{
	struct buf said = BUF_INIT_MAX(256), reason = BUF_INIT;

	if (!perf_samples(&reason)) {
		buf_addf(why, "perf: %s", reason.data);
		buf_release(&reason);
		return false;
	}
	sampler->perf = program_find("perf");
	if (!sampler->perf) {
		buf_adds(why,
			"perf: it is not installed (on Debian: apt install linux-perf; on Ubuntu: linux-tools-generic)");
		return false;
	}
	/* Where it is a script that looks for the kernel's own perf, that may not be there. */
	if (process_capture((char *[]){ sampler->perf, (char[]){ "version" }, NULL },
		    UINT64_C(10000000000), &said)) {
		buf_addf(why, "perf: '%s version' fails", sampler->perf);
		free(sampler->perf);
		sampler->perf = NULL;
	} else {
		said.data[strcspn(said.data, "\n")] = '\0';
		sampler->version = str_dup(said.data);
	}
	buf_release(&said);
	return sampler->perf != NULL;
}

void sampler_release(struct sampler *sampler)
{
	free(sampler->perf);
	free(sampler->version);
	*sampler = (struct sampler)SAMPLER_INIT;
}

/* One pair of processes, and perf beside it. */
struct sampling {
	const struct sampler *sampler;
	struct sitting sittings[SAMPLER_SIDES];
	long pids[SAMPLER_SIDES]; /* of their processes */
	double spent_ns[SAMPLER_SIDES];
	uint64_t iterations[SAMPLER_SIDES];
	struct process perf;
	struct buf said; /* by perf */
	struct scratch scratch;
	char *data; /* the file that perf writes */
};

static int perf_failed(const struct sampling *sampling, struct fault *fault)
{
	const char *last = sampling->said.data;
	size_t len = sampling->said.len;

	while (len && last[len - 1] == '\n')
		len--;
	for (size_t i = 0; i < len; i++)
		if (sampling->said.data[i] == '\n')
			last = sampling->said.data + i + 1;
	return fault_set(fault, RESULT_NOT_MEASURED, "perf record fails%s%.*s", len ? ": " : "",
		(int)(sampling->said.data + len - last), last);
}

/* Tells perf a word, and waits until it has done it. */
static int command_perf(struct sampling *sampling, const char *word, struct fault *fault)
{
	uint64_t until_ns = clock_awake_ns() + PERF_PATIENCE_NS;
	char answer[64];
	int failed = 0;
	long got;

	if (!process_write(sampling->perf.channel, word, strlen(word), &failed))
		return perf_failed(sampling, fault);
	switch (process_wait(&sampling->perf, until_ns, &sampling->said)) {
	case PROCESS_READABLE:
		got = process_read(sampling->perf.channel, answer, sizeof answer);
		return got > 0 ? 0 : perf_failed(sampling, fault);
	case PROCESS_INTERRUPTED:
		return fault_set(fault, RESULT_NOT_MEASURED, "interrupted");
	default:
		return perf_failed(sampling, fault);
	}
}

/* It listens to its channel, and samples nothing until it is told to. Stacks are found by debug
 * information, which programs have more often than frame pointers. */
static int start_perf(struct sampling *sampling, struct fault *fault)
{
	struct buf pids = BUF_INIT, period = BUF_INIT, path = BUF_INIT;
	struct error err = ERROR_INIT;
	int rc;

	if (scratch_make(&sampling->scratch, &err))
		return fault_set(fault, RESULT_NOT_MEASURED, "%s", err.text);
	buf_addf(&path, "%s/" DATA_FILE, sampling->scratch.path);
	sampling->data = buf_detach(&path);
	buf_addf(&pids, "%ld,%ld", sampling->pids[0], sampling->pids[1]);
	buf_addf(&period, "%d", SAMPLER_PERIOD_NS);
	rc = process_start_with(&sampling->perf,
		(char *[]){ sampling->sampler->perf, (char[]){ "record" }, (char[]){ "--quiet" },
			(char[]){ "--no-buildid" }, (char[]){ "--no-buildid-cache" },
			(char[]){ "--event=cpu-clock:u" }, (char[]){ "--count" }, period.data,
			(char[]){ "--call-graph=dwarf,8192" }, (char[]){ "--delay=-1" },
			(char[]){ "--control=fd:3,3" }, (char[]){ "--output" }, sampling->data,
			(char[]){ "--pid" }, pids.data, NULL },
		&(struct process_terms){ .unset = perf_unset, .set = perf_set }, &err);
	buf_release(&pids);
	buf_release(&period);
	return rc ? fault_set(fault, RESULT_NOT_MEASURED, "%s", err.text) : 0;
}

/* perf ends with the workers that it looks at. */
static int await_perf(struct sampling *sampling, struct fault *fault)
{
	uint64_t until_ns = clock_awake_ns() + PERF_PATIENCE_NS;

	for (;;) {
		char rest[64];

		switch (process_wait(&sampling->perf, until_ns, &sampling->said)) {
		case PROCESS_ENDED:
			return sampling->perf.signal || sampling->perf.status
				? perf_failed(sampling, fault)
				: 0;
		case PROCESS_READABLE:
			if (process_read(sampling->perf.channel, rest, sizeof rest) <= 0)
				process_hang_up(&sampling->perf);
			break;
		case PROCESS_INTERRUPTED:
			return fault_set(fault, RESULT_NOT_MEASURED, "interrupted");
		default:
			return fault_set(
				fault, RESULT_NOT_MEASURED, "perf record does not come to its end");
		}
	}
}

static int warm_up(struct sampling *sampling, struct fault *fault)
{
	for (int side = 0; side < SAMPLER_SIDES; side++) {
		struct sitting *sitting = &sampling->sittings[side];

		while (!sitting_is_warm(sitting, WARM_USUAL_NS))
			if (sitting_warm(sitting, WARM_USUAL_NS, fault))
				return -1;
	}
	return 0;
}

/* Unless one of them works in several threads. */
static void pin_both(const struct sampling *sampling)
{
	int cpu = cpu_stays_on() >= 0 ? cpu_stays_on() : cpu_of(sampling->pids[0]);

	for (int side = 0; side < SAMPLER_SIDES; side++)
		if (cpu < 0 || cpu_threads(sampling->pids[side]) != 1)
			return;
	for (int side = 0; side < SAMPLER_SIDES; side++)
		cpu_pin(sampling->pids[side], cpu);
}

static int sample_turn(struct sampling *sampling, int side, struct fault *fault)
{
	struct sitting *sitting = &sampling->sittings[side];
	double fitting = fmax(1, fmin(1e12, TURN_NS / fmax(sitting->quickest_ns, 1e-3)));
	uint64_t nr = (uint64_t)fitting;
	struct batches batches = { 0 };
	int rc =
		sitting_time(sitting, (struct sitting_order){ .pace = { nr, 1 } }, &batches, fault);

	for (size_t i = 0; !rc && i < batches.nr; i++)
		sampling->spent_ns[side] += (double)batches.items[i].cpu_ns;
	sampling->iterations[side] += nr;
	ARRAY_RELEASE(&batches);
	return rc;
}

/* Each round begins with the other side. */
static int sample_in_turn(struct sampling *sampling, struct fault *fault)
{
	uint64_t until_ns = clock_now_ns() + WINDOW_NS;

	for (int round = 0; round < MIN_ROUNDS || clock_now_ns() < until_ns; round++)
		for (int i = 0; i < SAMPLER_SIDES; i++)
			if (sample_turn(sampling, (round + i) % SAMPLER_SIDES, fault))
				return -1;
	return 0;
}

static int finish_both(struct sampling *sampling, struct fault *fault)
{
	for (int side = 0; side < SAMPLER_SIDES; side++)
		if (sitting_finish(&sampling->sittings[side], fault))
			return -1;
	return 0;
}

static int sample_workers(
	struct sampling *sampling, const struct sampled sampled[SAMPLER_SIDES], struct fault *fault)
{
	for (int side = 0; side < SAMPLER_SIDES; side++) {
		struct sitting *sitting = &sampling->sittings[side];

		if (sitting_begin(sitting, sampled[side].bench, sampled[side].plan,
			    side ? "head" : "base", fault))
			return -1;
		sampling->pids[side] = (long)sitting->remote.process.pid;
	}
	if (warm_up(sampling, fault))
		return -1;
	pin_both(sampling);
	return start_perf(sampling, fault) || command_perf(sampling, "enable\n", fault) ||
			sample_in_turn(sampling, fault) ||
			command_perf(sampling, "disable\n", fault) || finish_both(sampling, fault)
		? -1
		: 0;
}

/* Inlined functions are part of those that they are in, as in machine code. */
static int print_samples(
	const struct sampling *sampling, int side, struct buf *script, struct fault *fault)
{
	char pid[32];
	const char *const argv[] = { sampling->sampler->perf, "script", "--input", sampling->data,
		"--fields", "ip,sym,symoff,dso", "--no-inline", "--show-mmap-events",
		"--show-lost-events", "--pid", pid, NULL };
	const struct program program = {
		.argv = argv, .unset = perf_unset, .set = perf_set, .timeout_ns = SCRIPT_TIMEOUT_NS
	};
	struct buf printed = BUF_INIT_MAX(MAX_SCRIPT_BYTES), errors = BUF_INIT_MAX(MAX_SAID_BYTES);
	struct program_end end;
	struct error err = ERROR_INIT;
	struct buf why = BUF_INIT;
	int rc;

	snprintf(pid, sizeof pid, "%ld", sampling->pids[side]);
	rc = program_run(&program, &printed, &errors, &end, &err);

	if (rc) {
		fault_set(fault, RESULT_NOT_MEASURED, "%s", err.text);
	} else if (!program_is_fine(&end)) {
		program_end_spell(&program, &end, &why);
		errors.data[strcspn(errors.data, "\n")] = '\0';
		rc = fault_set(
			fault, RESULT_NOT_MEASURED, "perf script %s: %s", why.data, errors.data);
	} else {
		buf_addc(&printed, '\n');
		buf_add(script, printed.data, printed.len);
	}
	buf_release(&printed);
	buf_release(&errors);
	buf_release(&why);
	return rc;
}

static void end_workers(struct sampling *sampling)
{
	for (int side = 0; side < SAMPLER_SIDES; side++)
		sitting_end(&sampling->sittings[side]);
}

static void release_sampling(struct sampling *sampling)
{
	for (int side = 0; side < SAMPLER_SIDES; side++)
		sitting_release(&sampling->sittings[side]);
	scratch_remove(&sampling->scratch);
	free(sampling->data);
	buf_release(&sampling->said);
}

int sampler_take(const struct sampler *sampler, const struct sampled sampled[SAMPLER_SIDES],
	struct samples samples[SAMPLER_SIDES], struct fault *fault)
{
	struct sampling sampling = { .sampler = sampler,
		.perf = PROCESS_INIT,
		.said = BUF_INIT_MAX(MAX_SAID_BYTES),
		.scratch = SCRATCH_INIT };
	int rc = sample_workers(&sampling, sampled, fault);

	end_workers(&sampling);
	if (!rc)
		rc = await_perf(&sampling, fault);
	if (sampling.perf.pid)
		process_end(&sampling.perf, &sampling.said);
	process_sweep();
	for (int side = 0; !rc && side < SAMPLER_SIDES; side++) {
		rc = print_samples(&sampling, side, &samples[side].script, fault);
		samples[side].iterations += sampling.iterations[side];
		samples[side].time_ns = sampling.spent_ns[side] / (double)sampling.iterations[side];
	}
	release_sampling(&sampling);
	return rc;
}
