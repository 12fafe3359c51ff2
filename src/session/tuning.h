/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does this machine have what "environment" of the policy file asks for? */
#ifndef SESSION_TUNING_H
#define SESSION_TUNING_H

#include "base/buf.h"
#include "base/error.h"
#include "gate/requirements.h"
#include "session/settings.h"

#include <stdbool.h>

/* An answer for each requirement of the policy. */
struct machine_answers {
	struct requirement_answer *items; /* owned */
	size_t nr, alloc;
};

/* Into one that is all zero. `env` says what the machine is. */
void machine_answer(
	const struct settings *settings, const struct env *env, struct machine_answers *answers);
void machine_answers_release(struct machine_answers *answers);

/* Before measuring: prints a line for each requirement that fails, and one for those that were not
 * checked. -1: some fail, and the policy does not let such a machine measure. */
int machine_check(const struct settings *settings, const struct env *env, struct error *err);

/*
 * `doctor --fix` and `doctor --restore`: settings of the kernel that make measuring steadier. What
 * they were is saved in a file before the first one changes, so that it can be put back, also after
 * a crash. Like the settings, the file is gone after a restart of the machine.
 */

#define TUNING_FILE "/run/benchgate/tuning.json"

struct tuning_options {
	bool dry_run; /* change nothing, say what would change */
	bool restore;
};

/* Appends a line for each kind of setting. *complete: all of it worked. -1: nothing was changed. */
int tuning_run(
	const struct tuning_options *options, struct buf *text, bool *complete, struct error *err);

#endif
