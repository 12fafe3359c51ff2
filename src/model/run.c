/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/run.h"

#include "base/str.h"

#include <string.h>

const char *const run_status_words[] = {
	[RUN_COMPLETE] = "complete",
	[RUN_SHORT_OF_TIME] = "short-of-time",
	[RUN_INTERRUPTED] = "interrupted",
	NULL,
};

void run_release(struct run *run)
{
	for (size_t i = 0; i < run->nr; i++)
		result_release(&run->items[i]);
	ARRAY_RELEASE(run);
	free(run->slots);
	shard_release(&run->shard);
	env_release(&run->env);
	free(run->format);
	free(run->more);
	counting_release(&run->counting);
	*run = (struct run)RUN_INIT;
}

/* The slot that holds name, or the free one where it belongs. */
static size_t *slot_of(const struct run *run, const char *name)
{
	size_t at = str_hash(STR_HASH_START, name) & (run->nr_slots - 1);

	while (run->slots[at] && strcmp(run->items[run->slots[at] - 1].name, name) != 0)
		at = (at + 1) & (run->nr_slots - 1);
	return &run->slots[at];
}

static void make_slots(struct run *run, size_t nr)
{
	free(run->slots);
	run->nr_slots = nr;
	run->slots = mem_alloc(nr, sizeof *run->slots);
	for (size_t i = 0; i < run->nr; i++)
		*slot_of(run, run->items[i].name) = i + 1;
}

struct result *run_add(struct run *run, const struct bench *bench)
{
	struct result *result;

	if (2 * (run->nr + 1) > run->nr_slots)
		make_slots(run, run->nr_slots ? 2 * run->nr_slots : 32);
	result = ARRAY_ADD(run);
	result_init(result, bench);
	*slot_of(run, result->name) = run->nr;
	return result;
}

bool run_remove(struct run *run, const char *name)
{
	struct result *result = run_find(run, name);

	if (!result)
		return false;
	result_release(result);
	run->nr--;
	memmove(result, result + 1, (size_t)(run->items + run->nr - result) * sizeof *result);
	make_slots(run, run->nr_slots);
	return true;
}

struct result *run_find(const struct run *run, const char *name)
{
	size_t *slot = run->nr ? slot_of(run, name) : NULL;

	return slot && *slot ? &run->items[*slot - 1] : NULL;
}

bool run_is_in_turn(const struct run *run)
{
	for (size_t i = 0; run->plan.nr_units && i < run->nr; i++)
		if (run->items[i].metrics.nr && !run->items[i].processes.nr)
			return true;
	return false;
}

bool run_is_in_turn_with(const struct run *head, const struct run *base)
{
	return *base->id && strcmp(head->base_id, base->id) == 0;
}

size_t run_nr_elsewhere(const struct run *run)
{
	size_t nr = run->shard.selection.nr;

	return nr > run->nr ? nr - run->nr : 0;
}

bool run_is_explained(const struct run *run)
{
	for (size_t i = 0; i < run->nr; i++)
		if (run->items[i].explained)
			return true;
	return false;
}
