/* SPDX-License-Identifier: MIT-0 */
/* What a selftest of the gate must tell apart: bodies whose time grows with their work, and others.
 */
#include <benchgate.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void spin(uint64_t turns)
{
	for (uint64_t i = 0; i < BG_KEEP(turns); i++)
		BG_CLOBBER();
}

BG_BENCH(quick, BG_CRITICAL)
{
	BG_LOOP(run)
		spin(1000);
}

/* Each process leaves a byte in the file `trace`. */
BG_BENCH(leaves_trace)
{
	FILE *trace = fopen("trace", "a");

	if (trace) {
		fputc('x', trace);
		fclose(trace);
	}
	BG_LOOP(run)
		spin(1000);
}

/* An iteration a batch, a batch a turn. */
BG_BENCH(slow)
{
	BG_LOOP(run)
		spin(80000000);
}

BG_BENCH(alone, BG_EXCLUSIVE)
{
	BG_LOOP(run)
		spin(1000);
}

BG_BENCH(crowd, BG_THREADS(2))
{
	BG_LOOP(run)
		spin(10000);
}

static void prepare_inputs(struct bg_run *run, uint64_t n)
{
	uint64_t *left = run->data;

	*left = n;
}

static void make_inputs(struct bg_run *run)
{
	run->data = calloc(1, sizeof(uint64_t));
}

static void free_inputs(struct bg_run *run)
{
	free(run->data);
}

/* Fails when it runs more often than was prepared. */
BG_BENCH(prepared, BG_SETUP(make_inputs), BG_PREPARE(prepare_inputs), BG_TEARDOWN(free_inputs))
{
	uint64_t *left = run->data;

	BG_LOOP(run) {
		if (!(*left)--)
			bg_fail(run, "more iterations than were prepared");
		spin(1000);
	}
}

BG_BENCH(dead)
{
	uint64_t x = 0;

	BG_LOOP(run)
		x += 3;
	if (x % 3)
		bg_fail(run, "no multiple of 3");
}

BG_BENCH(fails)
{
	BG_LOOP(run)
		spin(1000);
	bg_fail(run, "sum is 41, not 42");
}

static void share_work(struct bg_run *run, uint64_t n)
{
	*(uint64_t *)run->data = 1000000 / n;
}

/* The iterations of a batch share the same work, however many they are. */
BG_BENCH(shared, BG_SETUP(make_inputs), BG_PREPARE(share_work), BG_TEARDOWN(free_inputs))
{
	const uint64_t *share = run->data;

	BG_LOOP(run)
		spin(*share);
}

/* Not the same on both sides, though its code is. */
BG_BENCH(two_faced)
{
	const char *side = getenv("BENCHGATE_SIDE");
	uint64_t turns = side && strcmp(side, "head") == 0 ? 4000 : 1000;

	BG_LOOP(run)
		spin(turns);
}
