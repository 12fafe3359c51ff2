/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The variables that a child gets. */
#ifndef SYS_ENVIRONMENT_H
#define SYS_ENVIRONMENT_H

#include "sys/sandbox.h"

/*
 * Ours, without those that are unset ("NAME", or "NAME*" for all that begin so), and with those
 * that are set ("NAME=value"). Each list ends in NULL; a list that is NULL is empty. In a sandbox
 * (or NULL) also without the secrets that it hides. The array is the caller's to free, its texts
 * are borrowed.
 */
char **environment_with(
	const char *const *unset, const char *const *set, const struct sandbox *sandbox);

/* Variables that name one folder for what is built of every copy of a project: a tool such as Cargo
 * would take for one copy what it had built of another. NULL at the end. */
extern const char *const environment_shared_folders[];

/*
 * Adds a variable to it that brings the size of all (with the arguments, which lie there too) to a
 * multiple of ENVIRONMENT_STEP: where the stack begins then no longer differs between users and
 * machines. The text of it is the caller's to free.
 */
#define ENVIRONMENT_STEP 16384
char *environment_pad(char ***environment, char *const argv[]);

#endif
