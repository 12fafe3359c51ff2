/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the CI system that we run in says of the change it looks at. */
#ifndef SESSION_CI_H
#define SESSION_CI_H

#include "model/env.h"

#include <stdbool.h>

/* Do we run in a CI system? They all set CI. */
bool ci_is_there(void);

/* Does it test a change that is not yet in the branch that it is for? */
bool ci_tests_change(void);

/* Did somebody ask for this run by hand or by a request, so that no push and no clock did? */
bool ci_is_asked_for(void);

/* The branch that the change is to be merged into; NULL where there is none, or it is not said. */
const char *ci_target_branch(void);

/* The branch that the commit is of; for a change, that of the change. NULL where it is not said. */
const char *ci_branch(void);

/* Fills in where people find the job, and what it keeps. */
void ci_describe_job(struct env *env);

#endif
