/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/profile.h"

#include "base/array.h"
#include "base/str.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void profile_release(struct profile *profile)
{
	for (size_t i = 0; i < profile->nr; i++)
		free(profile->items[i].function);
	ARRAY_RELEASE(profile);
}

static int by_instructions(const void *a, const void *b)
{
	const struct profile_row *one = a, *other = b;

	if (one->instructions != other->instructions)
		return one->instructions < other->instructions ? 1 : -1;
	return strcmp(one->function, other->function);
}

void profile_keep_most(struct profile *profile, size_t max)
{
	if (profile->nr)
		qsort(profile->items, profile->nr, sizeof *profile->items, by_instructions);
	while (profile->nr > max)
		free(profile->items[--profile->nr].function);
}

static const struct profile_row *find_row(const struct profile *profile, const char *function)
{
	for (size_t i = 0; i < profile->nr; i++)
		if (strcmp(profile->items[i].function, function) == 0)
			return &profile->items[i];
	return NULL;
}

static double size_of_change(const struct profile_change *change)
{
	return fabs(change->head - change->base);
}

static int by_size_of_change(const void *a, const void *b)
{
	const struct profile_change *one = a, *other = b;

	if (size_of_change(one) != size_of_change(other))
		return size_of_change(one) < size_of_change(other) ? 1 : -1;
	return strcmp(one->function, other->function);
}

static void add_change(
	struct profile_changes *changes, const char *function, double base, double head)
{
	if (base != head)
		*ARRAY_ADD(changes) = (struct profile_change){ function, base, head };
}

struct profile_changes profile_compare(const struct profile *base, const struct profile *head)
{
	struct profile_changes changes = { 0 };

	for (size_t i = 0; i < head->nr; i++) {
		const struct profile_row *row = &head->items[i];
		const struct profile_row *before = find_row(base, row->function);

		add_change(&changes, row->function, before ? before->instructions : 0,
			row->instructions);
	}
	for (size_t i = 0; i < base->nr; i++)
		if (!find_row(head, base->items[i].function))
			add_change(
				&changes, base->items[i].function, base->items[i].instructions, 0);
	if (changes.nr)
		qsort(changes.items, changes.nr, sizeof *changes.items, by_size_of_change);
	return changes;
}

/* Whole ones, unless they are few. */
static void add_more_or_less(double difference, struct buf *out)
{
	buf_addf(out, fabs(difference) < 100 ? "%+.3g" : "%+.0f", difference);
}

void profile_add_change(const struct profile_change *change, struct buf *out)
{
	add_more_or_less(change->head - change->base, out);
	if (!(change->base > 0))
		buf_adds(out, " (new)");
	else if (!(change->head > 0))
		buf_adds(out, " (gone)");
	else
		buf_addf(out, " (%+.3g %%)", 100 * (change->head / change->base - 1));
}

/* The unit is said once, with the first. */
static void add_function(const struct profile_change *change, bool first, struct buf *out)
{
	bool was_there = change->base > 0, is_there = change->head > 0;

	if (!was_there)
		buf_adds(out, "new: ");
	else if (!is_there)
		buf_adds(out, "gone: ");
	buf_add_printable(out, change->function);
	buf_addc(out, ' ');
	add_more_or_less(change->head - change->base, out);
	if (first)
		buf_adds(out, " instructions an iteration");
	if (was_there && is_there)
		buf_addf(out, " (%+.3g %%)", 100 * (change->head / change->base - 1));
}

void profile_add_changes(const struct profile_changes *changes, size_t max, struct buf *out)
{
	for (size_t i = 0; i < changes->nr && i < max; i++) {
		if (i)
			buf_adds(out, ", ");
		add_function(&changes->items[i], !i, out);
	}
	if (changes->nr > max)
		buf_addf(out, ", and %zu more", changes->nr - max);
}
