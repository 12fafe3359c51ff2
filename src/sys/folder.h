/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders: made, looked through, and removed. */
#ifndef SYS_FOLDER_H
#define SYS_FOLDER_H

#include "base/error.h"
#include "base/texts.h"

#include <stdbool.h>

/* With its parents; one that is there already is fine. */
int folder_make(const char *path, struct error *err);
/* The same, and where it is inside of a repository git and its users need not see it. */
int folder_make_hidden(const char *path, struct error *err);
/* Those alone that a file of this path needs. */
int folder_make_parents(const char *path, struct error *err);

/*
 * Appends the names of the files that end in suffix and do not start with a dot, in the order of
 * strcmp. A missing folder has none.
 */
int folder_list(const char *path, const char *suffix, struct texts *names, struct error *err);

/* The same of the folders in it; links to folders are none. */
int folder_list_folders(const char *path, struct texts *names, struct error *err);

/* Removes a folder and all that is in it, or a file; of links, the link. What is missing is fine.
 */
int folder_remove(const char *path, struct error *err);
/* Only when there is nothing in it. */
void folder_remove_empty(const char *path);

/* The absolute path without links, owned by the caller; NULL with the error where there is none. */
char *folder_real(const char *path, struct error *err);

/* Is it a folder, or a link to one? */
bool folder_is(const char *path);

/* Is there nothing at all under this name? Where that cannot be told, no. */
bool folder_lacks(const char *path);

#endif
