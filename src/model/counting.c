/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/counting.h"

#include "base/array.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

static void release_untaken(struct counting *counting)
{
	for (size_t i = 0; i < counting->nr; i++) {
		free(counting->items[i].metric);
		free(counting->items[i].benchmark);
		free(counting->items[i].reason);
	}
	ARRAY_RELEASE(counting);
	counting->items = NULL;
	counting->nr = counting->alloc = 0;
}

void counting_take_untaken(struct counting *counting, struct counting *from)
{
	release_untaken(counting);
	counting->items = from->items;
	counting->nr = from->nr;
	counting->alloc = from->alloc;
	from->items = NULL;
	from->nr = from->alloc = 0;
}

void counting_release(struct counting *counting)
{
	release_untaken(counting);
	free(counting->way);
	free(counting->tool);
	free(counting->dispatch);
	*counting = (struct counting){ .nr = 0 };
}

/* Either may be NULL. */
static bool counting_is_same(const char *one, const char *other)
{
	return one && other ? strcmp(one, other) == 0 : one == other;
}

static bool has_untaken(const struct counting *counting, const struct untaken *wanted)
{
	for (size_t i = 0; i < counting->nr; i++) {
		const struct untaken *item = &counting->items[i];

		if (counting_is_same(item->metric, wanted->metric) &&
			counting_is_same(item->benchmark, wanted->benchmark) &&
			counting_is_same(item->reason, wanted->reason))
			return true;
	}
	return false;
}

void counting_add_untaken(
	struct counting *counting, const char *metric, const char *benchmark, const char *reason)
{
	struct untaken item = { (char *)metric, (char *)benchmark, (char *)reason };

	if (has_untaken(counting, &item))
		return;
	*ARRAY_ADD(counting) = (struct untaken){ str_dup(metric),
		benchmark ? str_dup(benchmark) : NULL, str_dup(reason) };
}

bool counting_is_alike(const struct counting *one, const struct counting *other)
{
	return counting_is_same(one->way, other->way) &&
		counting_is_same(one->dispatch, other->dispatch);
}

static void counting_take_text(char **to, const char *from)
{
	if (!*to && from)
		*to = str_dup(from);
}

void counting_merge(struct counting *to, const struct counting *from)
{
	to->is_wanted |= from->is_wanted;
	counting_take_text(&to->way, from->way);
	counting_take_text(&to->tool, from->tool);
	counting_take_text(&to->dispatch, from->dispatch);
	for (size_t i = 0; i < from->nr; i++)
		counting_add_untaken(
			to, from->items[i].metric, from->items[i].benchmark, from->items[i].reason);
}
