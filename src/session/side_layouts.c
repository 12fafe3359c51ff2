/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/side_layouts.h"

#include "base/mem.h"
#include "suite/layouts.h"

#include <inttypes.h>
#include <stdio.h>

static int check_number(uint64_t nr, const char *said, struct error *err)
{
	if (!nr || (nr >= LAYOUTS_MIN && nr <= LAYOUTS_MAX))
		return 0;
	return error_set(err, ERR_USAGE,
		"%s: a comparison takes %d to %d layouts; %" PRIu64 " is not", said, LAYOUTS_MIN,
		LAYOUTS_MAX, nr);
}

static int check_asked(
	const struct side *side, const struct side_options *options, struct error *err)
{
	if (!options->layouts_wanted || side->revision.tree || side->more.nr)
		return 0;
	return error_set(err, ERR_USAGE,
		"--layouts builds git revisions, and %s is none: give several builds of each side in place of it, with commas",
		side->said ? side->said : "the head");
}

/* Has each further layout what the first has? */
static int check_benches(const struct side *side, struct error *err)
{
	for (size_t i = 0; i < side->more.nr; i++)
		for (size_t j = 0; j < side->catalog.benches.nr; j++) {
			const char *name = side->catalog.benches.items[j].name;

			if (!benches_find(&side->more.items[i].catalog.benches, name))
				return error_set(err, ERR_USAGE,
					"benchmark %s is not in %s: all builds of one side must have the same",
					name, side->more.items[i].sources.items[0]);
		}
	return 0;
}

static int check_pairs(const struct side *base, const struct side *head, struct error *err)
{
	size_t nr_base = side_nr_layouts(base), nr_head = side_nr_layouts(head);

	if (nr_base != nr_head)
		return error_set(err, ERR_USAGE,
			"the base has %zu build%s and the head %zu: give as many of both",
			nr_base ? nr_base : 1, nr_base ? "s" : "", nr_head ? nr_head : 1);
	if (check_number(nr_base, "the list of builds", err) || check_benches(base, err))
		return -1;
	return check_benches(head, err);
}

int side_layouts_prepare(
	struct side *base, struct side *head, const struct side_options *options, struct error *err)
{
	struct side_options used = *options;

	if (check_number(options->nr_layouts,
		    options->layouts_wanted ? "--layouts" : "layouts in the policy file", err) ||
		check_asked(base, options, err) || check_asked(head, options, err))
		return -1;
	if (!base->revision.tree || !head->revision.tree)
		used.nr_layouts = options->layouts_wanted ? options->nr_layouts : 0;
	if (used.nr_layouts && !used.quiet)
		fprintf(stderr, "benchgate: %" PRIu64 " layouts: %s\n", used.nr_layouts,
			layouts_way());
	if (side_prepare(base, &used, err) || side_prepare(head, &used, err))
		return -1;
	return check_pairs(base, head, err);
}

const struct benches **side_layouts_benches(const struct side *side)
{
	/* Pointers are what is wanted. */
	const struct benches **all = mem_alloc(side->more.nr, sizeof *all); /* NOLINT */

	for (size_t i = 0; i < side->more.nr; i++)
		all[i] = &side->more.items[i].catalog.benches;
	return all;
}
