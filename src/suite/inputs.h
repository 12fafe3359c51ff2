/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Did a process of base and one of head depend on the same files? By content, not by name or date.
 * A file of base and one of head belong together when they have the same path, the same path from
 * the suite's folder, or a name that only one file of each side has. What cannot be proved is not
 * the same.
 */
#ifndef SUITE_INPUTS_H
#define SUITE_INPUTS_H

#include "base/buf.h"
#include "sys/watch.h"

/* What one side's process used; borrowed. */
struct inputs {
	const struct watched *files;
	const char *suite; /* the real path of its suite, which is compared elsewhere */
};

/* Contents that were compared already, so that each pair of files is read once. */
struct inputs_read {
	struct inputs_pair {
		char *base, *head; /* paths, owned */
		bool same;
	} * items;
	size_t nr, alloc;
};

void inputs_read_release(struct inputs_read *read);

/* Where they are not the same, or it is not known, *why gets a clause that says so. */
bool inputs_same(struct inputs base, struct inputs head, struct inputs_read *read, struct buf *why);

#endif
