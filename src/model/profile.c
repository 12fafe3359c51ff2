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
	double rest = 0;
	bool is_cut = profile->nr > max;

	if (profile->nr)
		qsort(profile->items, profile->nr, sizeof *profile->items, by_instructions);
	while (profile->nr > max) {
		rest += profile->items[--profile->nr].instructions;
		free(profile->items[profile->nr].function);
	}
	if (is_cut)
		*ARRAY_ADD(profile) = (struct profile_row){ str_dup(PROFILE_REST), rest, 0 };
}

static bool is_rest(const struct profile_row *row)
{
	return strcmp(row->function, PROFILE_REST) == 0;
}

/* The most that a function may have that the list lacks. */
static double most_unlisted(const struct profile *profile)
{
	bool has_rest = false;
	double least = INFINITY;

	for (size_t i = 0; i < profile->nr; i++) {
		has_rest |= is_rest(&profile->items[i]);
		least = fmin(least, profile->items[i].instructions);
	}
	return has_rest ? least : 0;
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

/* Adds the functions of one list that differ from the other's; or, of those, only what the other
 * does not have. */
struct comparing {
	const struct profile *list, *other;
	bool is_base; /* the list is the base's */
};

static void add_changed(
	const struct comparing *comparing, bool only_lacking, struct profile_changes *changes)
{
	double most = most_unlisted(comparing->other);

	for (size_t i = 0; i < comparing->list->nr; i++) {
		const struct profile_row *row = &comparing->list->items[i];
		const struct profile_row *found = find_row(comparing->other, row->function);
		double here = row->instructions, there = found ? found->instructions : most;

		if (is_rest(row) || (found && only_lacking) || here == there ||
			(!found && here < there))
			continue;
		*ARRAY_ADD(changes) =
			(struct profile_change){ row->function, comparing->is_base ? here : there,
				comparing->is_base ? there : here, !found && most > 0 };
	}
}

struct profile_changes profile_compare(const struct profile *base, const struct profile *head)
{
	struct profile_changes changes = { 0 };

	add_changed(&(struct comparing){ head, base, false }, false, &changes);
	add_changed(&(struct comparing){ base, head, true }, true, &changes);
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
	if (change->is_least)
		buf_adds(out, " or more");
	else if (!(change->base > 0))
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
	if (change->is_least)
		buf_adds(out, " or more");
	if (first)
		buf_adds(out, " instructions an iteration");
	if (was_there && is_there && !change->is_least)
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
