/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judging: from runs, a policy and what else a trial has, to a verdict. */
#ifndef GATE_TRIAL_H
#define GATE_TRIAL_H

#include "gate/verdict.h"

/* A shard that is judged alone answers for all of them: what its base knows of the others counts
 * in the family. */
struct verdict trial_judge(const struct trial *trial);
/* Of all shards of a suite, under one policy: each against its own base, corrected for the
 * comparisons of all. Nothing is to be missing in two of them. */
struct verdict trials_judge(const struct trial *trials, size_t nr);
/* The head alone, with no base and no policy. */
struct verdict trial_without_base(const struct run *head);

#endif
