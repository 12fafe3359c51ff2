/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file of a baseline's proposals, baselines/proposed/ with the baseline's own name: it is
 * reviewed like the baseline. */
#ifndef STORE_PROPOSALS_H
#define STORE_PROPOSALS_H

#include "base/buf.h"
#include "base/error.h"
#include "model/proposal.h"

#define PROPOSALS_VERSION 1

/* Appends the path that belongs to a baseline's. */
void proposals_path(const char *baseline, struct buf *out);

/* As the file has them. */
void proposals_print(const struct proposals *proposals, struct buf *out);
/* Into an empty list, which then holds what was read, an error or not. The error names the place in
 * the text. */
int proposals_parse(const char *text, size_t len, struct proposals *proposals, struct error *err);

/* Into an empty list; a missing file leaves it so. */
int proposals_read(const char *path, struct proposals *proposals, struct error *err);
/* Makes the folder when it is missing; of none, the file goes. */
int proposals_write(const char *path, const struct proposals *proposals, struct error *err);

#endif
