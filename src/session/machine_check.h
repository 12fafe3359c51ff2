/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does this machine have what "environment" of the policy file asks for? */
#ifndef SESSION_MACHINE_CHECK_H
#define SESSION_MACHINE_CHECK_H

#include "gate/requirements.h"
#include "session/settings.h"

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

#endif
