/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/deal.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static int by_length(const void *a, const void *b)
{
	const struct deal_item *one = *(struct deal_item *const *)a;
	const struct deal_item *other = *(struct deal_item *const *)b;

	if (one->spent_ns != other->spent_ns)
		return one->spent_ns < other->spent_ns ? 1 : -1;
	return strcmp(one->name, other->name);
}

/* Those that are not known are 0, and at the end. */
static void fill_in_median(struct deal_item **sorted, size_t nr)
{
	size_t nr_known = 0;

	while (nr_known < nr && sorted[nr_known]->spent_ns)
		nr_known++;
	for (size_t i = nr_known; i < nr; i++)
		sorted[i]->spent_ns = nr_known ? sorted[nr_known / 2]->spent_ns : 1;
}

static size_t least_of(const uint64_t *loads, uint64_t nr)
{
	size_t least = 0;

	for (size_t i = 1; i < nr; i++)
		if (loads[i] < loads[least])
			least = i;
	return least;
}

void deal(struct deal_item *items, size_t nr, uint64_t nr_shards)
{
	struct deal_item **sorted = mem_alloc(nr, sizeof(void *));
	uint64_t *loads = mem_alloc(nr_shards, sizeof *loads);

	for (size_t i = 0; i < nr; i++)
		sorted[i] = &items[i];
	qsort(sorted, nr, sizeof(void *), by_length);
	fill_in_median(sorted, nr);
	qsort(sorted, nr, sizeof(void *), by_length);
	for (size_t i = 0; i < nr; i++) {
		size_t least = least_of(loads, nr_shards);

		sorted[i]->shard = least + 1;
		loads[least] += sorted[i]->spent_ns;
	}
	free(loads);
	free(sorted);
}
