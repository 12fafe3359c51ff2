/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders: made, and looked through. */
#ifndef SYS_FOLDER_H
#define SYS_FOLDER_H

#include "base/error.h"
#include "base/texts.h"

#include <stdbool.h>

/* With its parents; one that is there already is fine. */
int folder_make(const char *path, struct error *err);
/* Those alone that a file of this path needs. */
int folder_make_parents(const char *path, struct error *err);

/*
 * Appends the names of the files that end in suffix and do not start with a dot, in the order of
 * strcmp. A missing folder has none.
 */
int folder_list(const char *path, const char *suffix, struct texts *names, struct error *err);

/* Is there nothing at all under this name? Where that cannot be told, no. */
bool folder_lacks(const char *path);

#endif
