/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as few bytes, seven bits in each, the lowest first; and reading them where every byte may
 * be wrong. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void bytes_add_u64(struct buf *to, uint64_t number);
/* Numbers near 0, of either sign, take few bytes. */
void bytes_add_i64(struct buf *to, int64_t number);

/* What is left to be read, borrowed. Once it was wrong, every number is 0. */
struct bytes {
	const unsigned char *at, *end;
	bool wrong; /* it ended too early, or was no number */
};

struct bytes bytes_of(const void *data, size_t len);
uint64_t bytes_u64(struct bytes *bytes);
int64_t bytes_i64(struct bytes *bytes);
/* That many of them; NULL, and wrong, when there are fewer. */
const void *bytes_take(struct bytes *bytes, uint64_t len);
bool bytes_are_left(const struct bytes *bytes);

#endif
