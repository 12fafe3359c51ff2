/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The shards that are to be merged: read, found to belong together, each with its own base, and
 * what none of them measured.
 */
#ifndef SESSION_PIECES_H
#define SESSION_PIECES_H

#include "gate/verdict.h"
#include "session/base.h"

struct piece {
	const char *path; /* of its result file; borrowed */
	struct run head;
	struct base base;
	struct calibration calibration; /* of its machine, where that was made */
	bool in_turn;                   /* its duets are with this base */
};

/* A benchmark of the selection. */
struct claim {
	const char *name; /* borrowed from a piece */
	size_t rank;      /* in the selection */
	const char *by;   /* path of the piece that has it; NULL: none has */
};

struct pieces {
	struct piece *items; /* by the index of their shard */
	size_t nr, alloc;
	struct claim *claims; /* by name */
	size_t nr_claims;
	struct run absent; /* benchmarks that no shard measured, and why */
};

#define PIECES_INIT \
	{ \
		.absent = RUN_INIT \
	}

/* An error names the file that is no shard, or the two that do not belong together. */
int pieces_read(struct pieces *pieces, const struct words *paths, struct error *err);

/* Each gets its own: what it was timed in turn with or what is of its machine, among the files that
 * are given; else its machine's baseline. What is missing is told of one piece only. */
int pieces_find_bases(struct pieces *pieces, const struct words *given,
	const struct settings *settings, struct error *err);

/* Puts what is said of them in the order of the suite, and behind it what no suite has. */
void pieces_order(const struct pieces *pieces, struct verdict *verdict);

/* Has any a base? */
bool pieces_have_base(const struct pieces *pieces);

/* How many machines they are of. */
size_t pieces_count_machines(const struct pieces *pieces);

void pieces_release(struct pieces *pieces);

#endif
