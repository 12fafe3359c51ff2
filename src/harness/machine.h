/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fills in what a run says of the machine it is made on, of the time, of the suite and of the
 * source. */
#ifndef HARNESS_MACHINE_H
#define HARNESS_MACHINE_H

#include "harness/catalog.h"
#include "model/env.h"
#include "sys/load.h"

/* What it is and how it is set up. */
void machine_describe(struct env *env);

/* What it does meanwhile: everything between these two. Of several parts of a run, the most. */
void machine_watch(struct load_look *look);
void machine_watched(struct env *env, struct load_look *look);

/* Compiler, build and libraries of the suite. */
void machine_describe_suite(struct env *env, const struct catalog *catalog);

/* Commit, branch and uncommitted changes of the folder we are in; without git they stay unknown. */
void machine_describe_source(struct env *env);

/* User and host name. */
void machine_describe_person(struct env *env);

#endif
