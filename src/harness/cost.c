/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/cost.h"

#include "stats/summary.h"

#include <math.h>

double cost_of_batch_ns(const struct batch *batch, bool parallel)
{
	bool by_wall = parallel || batch->nr_waits || !batch->cpu_ns;

	return (double)(by_wall || batch->cpu_ns > batch->wall_ns ? batch->wall_ns : batch->cpu_ns);
}

static bool batch_counts(size_t at, size_t skip)
{
	return !skip || at % skip != 0;
}

double cost_mean_ns(const struct batches *batches, size_t skip, bool parallel)
{
	double cost_ns = 0, iterations = 0;

	for (size_t i = 0; i < batches->nr; i++) {
		if (!batch_counts(i, skip))
			continue;
		cost_ns += cost_of_batch_ns(&batches->items[i], parallel);
		iterations += (double)batches->items[i].n;
	}
	return iterations > 0 ? cost_ns / iterations : (double)NAN;
}

uint64_t cost_nr_disturbed(const struct batches *batches)
{
	uint64_t nr = 0;

	for (size_t i = 0; i < batches->nr; i++)
		nr += batches->items[i].nr_switches != 0;
	return nr;
}

double cost_typical_ns(const struct batches *batches, bool drop_disturbed)
{
	struct doubles rates = { 0 };
	double value_ns;

	/* If every batch was disturbed, all count. */
	if (cost_nr_disturbed(batches) == batches->nr)
		drop_disturbed = false;
	for (size_t i = 0; i < batches->nr; i++) {
		const struct batch *batch = &batches->items[i];

		if (!drop_disturbed || !batch->nr_switches)
			*ARRAY_ADD(&rates) = (double)batch->wall_ns / (double)batch->n;
	}
	value_ns = median_of(rates.items, rates.nr);
	ARRAY_RELEASE(&rates);
	return value_ns;
}

uint64_t cost_nr_bursts(const struct batches *batches, size_t skip, bool parallel)
{
	struct doubles costs = { 0 };
	uint64_t nr = 0;
	double median;

	for (size_t i = 0; i < batches->nr; i++)
		if (batch_counts(i, skip))
			*ARRAY_ADD(&costs) = cost_of_batch_ns(&batches->items[i], parallel);
	median = median_of(costs.items, costs.nr);
	for (size_t i = 0; i < costs.nr; i++)
		nr += costs.items[i] > COST_BURST_RATIO * median;
	ARRAY_RELEASE(&costs);
	return nr;
}
