/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/queue.h"

#include "base/mem.h"
#include "sys/clock.h"

#include <stdlib.h>
#include <string.h>

bool queue_follows(const struct letter *later, const struct letter *earlier)
{
	return !*later->about && strcmp(later->outlet, earlier->outlet) == 0 &&
		letter_shares_alert(later, earlier);
}

/* In which wave each is delivered: the one after all that it follows. Returns how many there are.
 */
static size_t find_waves(const struct delivery *items, size_t nr, size_t *waves)
{
	size_t nr_waves = 0;

	for (size_t i = 0; i < nr; i++) {
		for (size_t j = 0; j < i; j++)
			if (waves[j] >= waves[i] && queue_follows(items[i].letter, items[j].letter))
				waves[i] = waves[j] + 1;
		nr_waves = waves[i] >= nr_waves ? waves[i] + 1 : nr_waves;
	}
	return nr_waves;
}

static bool is_held_up(const struct delivery *items, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (items[i].outcome == DELIVERED_LATER &&
			queue_follows(items[at].letter, items[i].letter))
			return true;
	return false;
}

static void hold_up(struct delivery *item)
{
	item->outcome = DELIVERED_LATER;
	error_set(&item->error, ERR_IO,
		"not tried: an earlier message about the same could not be sent yet");
}

static void deliver_wave(struct delivery *items, size_t nr, const size_t *waves, size_t wave,
	const struct delivery_terms *terms)
{
	struct delivery *due = mem_alloc(nr + 1, sizeof *due);
	size_t *from = mem_alloc(nr + 1, sizeof *from), nr_due = 0;

	for (size_t i = 0; i < nr; i++) {
		if (waves[i] != wave)
			continue;
		if (wave && is_held_up(items, i)) {
			hold_up(&items[i]);
			continue;
		}
		from[nr_due] = i;
		due[nr_due++] = items[i];
	}
	deliver(due, nr_due, terms);
	for (size_t i = 0; i < nr_due; i++)
		items[from[i]] = due[i];
	free(due);
	free(from);
}

void queue_deliver(struct delivery *items, size_t nr, const struct delivery_terms *terms)
{
	uint64_t end_ns = clock_now_ns() + terms->budget_ns;
	size_t *waves = mem_alloc(nr + 1, sizeof *waves);
	size_t nr_waves = find_waves(items, nr, waves);

	for (size_t wave = 0; wave < nr_waves; wave++) {
		uint64_t now_ns = clock_now_ns();
		struct delivery_terms left = *terms;

		left.budget_ns = now_ns < end_ns ? end_ns - now_ns : 0;
		deliver_wave(items, nr, waves, wave, &left);
	}
	free(waves);
}
