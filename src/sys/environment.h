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

#endif
