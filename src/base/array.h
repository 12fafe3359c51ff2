/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Growing arrays: any struct with `items`, `nr` and `alloc`. All zero is an empty one; whoever
 * declared it releases what the items own and then calls ARRAY_RELEASE.
 */
#ifndef BASE_ARRAY_H
#define BASE_ARRAY_H

#include "base/mem.h"

#include <stdlib.h>

/* A pointer to one more item, uninitialised; it holds until the next ARRAY_ADD. */
#define ARRAY_ADD(array) \
	((array)->nr == (array)->alloc \
			? (void)((array)->alloc = (array)->alloc ? 2 * (array)->alloc : 8, \
				  (array)->items = mem_resize( \
					  (array)->items, (array)->alloc, sizeof *(array)->items)) \
			: (void)0, \
		&(array)->items[(array)->nr++])

#define ARRAY_RELEASE(array) \
	(free((array)->items), (array)->items = NULL, (array)->nr = (array)->alloc = 0)

struct doubles {
	double *items;
	size_t nr, alloc;
};

#endif
