/* SPDX-License-Identifier: MIT-0 */
/* All that a benchmark can say and do, in what is both C11 and C++17. Included by options.c and
 * options.cc. */
#include <benchgate.h>
#include <string.h>

struct table {
	int rows[100];
	int nr_prepared;
};

static struct table table;

static void fill(struct bg_run *run)
{
	run->data = &table;
	for (int i = 0; i < 100; i++)
		table.rows[i] = (int)(run->seed % 100) + i;
}

static void empty(struct bg_run *run)
{
	run->data = NULL;
}

static void count(struct bg_run *run, uint64_t n)
{
	((struct table *)run->data)->nr_prepared += (int)n;
}

BG_BENCH(all_options, BG_CRITICAL, BG_ABOUT("every option"), BG_SETUP(fill), BG_TEARDOWN(empty),
	BG_PREPARE(count), BG_ARGS(10, 100), BG_THREADS(1, 2), BG_LATENCY)
{
	const struct table *mine = (const struct table *)run->data;

	run->bytes = (double)run->arg * sizeof(int);
	run->items = (double)run->arg;
	BG_LOOP(run) {
		int sum = 0;

		for (int64_t i = 0; i < run->arg; i++)
			sum += mine->rows[i];
		if (BG_KEEP(sum) < 0)
			continue;
		BG_CLOBBER();
	}
	if (mine->rows[0] > 100)
		bg_fail(run, "row 0 is %d", mine->rows[0]);
	if (!run->thread)
		bg_metric(run, "rows", (double)run->arg, "rows", BG_MORE_IS_BETTER);
}

BG_BENCH(own_tier, BG_TIER("nightly"))
{
	BG_LOOP(run) {
	}
}

BG_BENCH(comprehensive, BG_COMPREHENSIVE)
{
	BG_LOOP(run)
		BG_CLOBBER();
}

BG_BENCH(standard, BG_STANDARD)
{
	const char *line = "name,value";

	BG_LOOP(run)
		BG_KEEP(strchr(BG_KEEP(line), ','));
}

BG_BENCH(plain)
{
	BG_LOOP(run)
		BG_KEEP(BG_KEEP(1) + BG_KEEP(2));
}

/* BG_KEEP is the value that it is given. */
BG_BENCH(numbers)
{
	const int fixed = 3;
	const char letters[] = "letters";
	signed char small = 1;
	short narrow = 2;
	long wide = 4;
	unsigned char octet = 5;
	uint64_t large = 6;
	float single = 7;
	double twice = 8;

	BG_LOOP(run) {
		BG_KEEP(fixed);
		BG_KEEP(letters);
		BG_KEEP(small);
		BG_KEEP(narrow);
		BG_KEEP(wide);
		BG_KEEP(octet);
		BG_KEEP(large);
		BG_KEEP(single);
		BG_KEEP(twice);
		BG_KEEP(&twice);
		BG_KEEP(fill);
		BG_KEEP(BG_MORE_IS_BETTER);
		BG_KEEP(1 == small);
	}
	if (BG_KEEP(fixed) != 3 || BG_KEEP(small) != 1 || BG_KEEP(narrow) != 2 ||
		BG_KEEP(wide) != 4 || BG_KEEP(octet) != 5 || BG_KEEP(large) != 6 ||
		BG_KEEP(letters)[0] != 'l')
		bg_fail(run, "a whole number was changed");
	if (BG_KEEP(single) < 7 || BG_KEEP(single) > 7 || BG_KEEP(twice) < 8 || BG_KEEP(twice) > 8)
		bg_fail(run, "a real number was changed");
}
