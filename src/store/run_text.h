/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A run's result file as few bytes. It falls into pieces, one for each benchmark and metric; a
 * piece without its numbers, its shape, is the same in many runs, so that each is kept once.
 * Putting both together again gives the same text, byte for byte.
 */
#ifndef STORE_RUN_TEXT_H
#define STORE_RUN_TEXT_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where shapes are kept. Each returns -1 where that fails. */
struct shapes {
	void *context;
	/* The number of a shape, from 1, the same for the same text. */
	int (*keep)(void *context, const char *shape, size_t len, int64_t *number);
	/* Appends the shape of that number. */
	int (*get)(void *context, int64_t number, struct buf *shape);
};

/* The text is JSON as run_json_print prints it. */
int run_text_pack(const struct buf *text, const struct shapes *shapes, struct buf *packed);

/* Appends the text, no longer than the buffer's maximum. -1: a shape cannot be had, or the bytes
 * are damaged (*damaged). */
int run_text_unpack(const void *packed, size_t len, const struct shapes *shapes, struct buf *text,
	bool *damaged);

/* Says which shapes a text has, as numbers that follow each other. -1: its bytes are damaged. */
int run_text_pieces(const void *packed, size_t len,
	void (*take)(void *context, int64_t first, uint64_t nr), void *context);

/* A list of numbers as JSON spells them, packed one after the other. */
struct number_packer {
	int64_t before;
	unsigned places;  /* decimals of it */
	uint64_t repeats; /* of it, not written yet */
};
void number_pack(struct number_packer *packer, const char *number, size_t len, struct buf *to);
void number_pack_end(struct number_packer *packer, struct buf *to);

#endif
