/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Benchmarks dealt to shards, so that all take about as long: the longest first, each to the shard
 * that has least (Graham 1969). Every machine deals the same from the same lengths, whatever order
 * it has them in.
 */
#ifndef HARNESS_DEAL_H
#define HARNESS_DEAL_H

#include <stddef.h>
#include <stdint.h>

struct deal_item {
	const char *name;  /* no other has it */
	uint64_t spent_ns; /* that it is known to take; 0: not known, and taken for the median */
	uint64_t shard;    /* from 1: who measures it */
};

/* Fills in each item's shard. */
void deal(struct deal_item *items, size_t nr, uint64_t nr_shards);

#endif
