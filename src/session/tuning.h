/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `doctor --fix` and `doctor --restore`: settings of the kernel that make measuring steadier. What
 * they were is saved in a file before the first one changes, so that it can be put back, also after
 * a crash. Like the settings, the file is gone after a restart of the machine.
 */
#ifndef SESSION_TUNING_H
#define SESSION_TUNING_H

#include "base/buf.h"
#include "base/error.h"

#include <stdbool.h>

#define TUNING_FILE "/run/benchgate/tuning.json"

struct tuning_options {
	bool dry_run; /* change nothing, say what would change */
	bool restore;
};

/* Appends a line for each kind of setting. *complete: all of it worked. -1: nothing was changed. */
int tuning_run(
	const struct tuning_options *options, struct buf *text, bool *complete, struct error *err);

#endif
