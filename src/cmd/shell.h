/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people and hooks give to a POSIX shell. */
#ifndef CMD_SHELL_H
#define CMD_SHELL_H

#include "base/buf.h"

/* Appends a word as the shell reads it back: as it is where that is safe, else in quotes. */
void shell_add_word(struct buf *out, const char *word);

/* Appends the program that runs, as it can be started from anywhere: "benchgate" where PATH leads
 * to it, else its path. */
void shell_add_own_name(struct buf *out);

#endif
