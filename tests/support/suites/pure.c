/* SPDX-License-Identifier: MIT-0 */
/* How often is a pure function called in a loop? Each tells its calls and its iterations. */
#include "pure.h"

#include <benchgate.h>

static const int *numbers = (const int[]){ 42 };
static uint64_t nr_iterations;

static void count(struct bg_run *run, uint64_t n)
{
	(void)run;
	nr_iterations += n;
}

static void tell(struct bg_run *run)
{
	bg_metric(run, "calls", (double)*(volatile uint64_t *)&nr_calls, "", BG_LESS_IS_BETTER);
	bg_metric(run, "iterations", (double)nr_iterations, "", BG_LESS_IS_BETTER);
}

BG_BENCH(pure_kept, BG_PREPARE(count))
{
	BG_LOOP(run)
		BG_KEEP(first_of(numbers));
	tell(run);
}

BG_BENCH(pure_dropped, BG_PREPARE(count))
{
	BG_LOOP(run)
		(void)first_of(numbers);
	tell(run);
}

/* By hand, as it goes wrong without BG_LOOP. */
BG_BENCH(pure_hoisted)
{
	int sum = 0;

	BG_LOOP(run)
		BG_CLOBBER();
	nr_iterations = 1000;
	for (int i = 0; i < 1000; i++)
		sum += first_of(numbers);
	BG_KEEP(sum);
	tell(run);
}

BG_BENCH(const_kept, BG_PREPARE(count))
{
	BG_LOOP(run)
		BG_KEEP(square_of(BG_KEEP(42)));
	tell(run);
}

BG_BENCH(const_hoisted, BG_PREPARE(count))
{
	BG_LOOP(run)
		BG_KEEP(square_of(42));
	tell(run);
}
