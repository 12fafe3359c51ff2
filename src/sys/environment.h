/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The variables that a child gets. */
#ifndef SYS_ENVIRONMENT_H
#define SYS_ENVIRONMENT_H

/*
 * Ours, without those that are unset ("NAME", or "NAME*" for all that begin so), and with those
 * that are set ("NAME=value"). Each list ends in NULL; a list that is NULL is empty. The array is
 * the caller's to free, its texts are borrowed.
 */
char **environment_with(const char *const *unset, const char *const *set);

#endif
