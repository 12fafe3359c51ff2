/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/extra.h"

uint64_t extra_iterations(uint64_t counted, uint64_t millionths, uint64_t *owed)
{
	/* In two parts, so that no product is too large. */
	uint64_t whole = counted / EXTRA_MILLION * millionths;
	uint64_t rest = counted % EXTRA_MILLION * millionths + *owed;

	*owed = rest % EXTRA_MILLION;
	return whole + rest / EXTRA_MILLION;
}

uint64_t extra_of_batch(uint64_t extra, uint64_t at, uint64_t nr_batches)
{
	uint64_t nr_sharing = nr_batches - 1, least, nr_more;

	if (!nr_sharing)
		return extra;
	if (!at)
		return 0;
	least = extra / nr_sharing;
	nr_more = extra % nr_sharing;
	/* Evenly: the batches with one iteration more are not all at one end. */
	return least + at * nr_more / nr_sharing - (at - 1) * nr_more / nr_sharing;
}
