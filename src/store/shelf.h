/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The folder of a project's baselines: one file for each machine, those that somebody gave a name
 * under named/, and what was accepted.
 */
#ifndef STORE_SHELF_H
#define STORE_SHELF_H

#include "base/buf.h"
#include "base/error.h"
#include "base/texts.h"
#include "model/env.h"

#define SHELF_ACCEPTED "accepted.json"
/* In front of a name: a baseline is meant, whatever else is called so. */
#define SHELF_BASELINE "baseline:"
/* What stands behind it; all of a text that does not start so. */
const char *shelf_name(const char *said);

/* Appends the path of this machine's baseline. */
void shelf_path(const char *folder, const struct env *env, struct buf *out);

/*
 * Appends the path of the baseline that somebody calls by that name, with SHELF_BASELINE in front
 * of it or without; what has a slash or ends in .json is a path already. An empty name, one that is
 * hidden, and one that holds control characters are errors.
 */
int shelf_named_path(const char *folder, const char *name, struct buf *out, struct error *err);

/* Appends the file names of other machines' baselines, in the order of strcmp. */
int shelf_others(const char *folder, const struct env *env, struct texts *names, struct error *err);

#endif
