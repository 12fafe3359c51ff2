/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The folder that built revisions are kept in. An entry is a folder, a log, and a lock that is
 * touched whenever the entry is of use; its name tells all that the result of a build hangs on.
 */
#ifndef SUITE_BUILD_CACHE_H
#define SUITE_BUILD_CACHE_H

#include "base/error.h"
#include "suite/git.h"
#include "suite/revision.h"
#include "sys/lock.h"

#include <stdbool.h>

/* How many are kept at most, and for how long. */
#define BUILD_CACHE_MAX_ENTRIES 20
#define BUILD_CACHE_MAX_DAYS 30

/* Where things of one entry are; the texts are owned. */
struct build_cache_entry {
	char *folder; /* all of it */
	char *tree;   /* in it: the repository's files, under the repository's name */
	char *done;   /* in it: a file that is there once all else is */
	char *log;    /* beside it: what the build printed */
	char *lock;   /* beside it: shared by those who use it, alone by who builds or removes it */
};

#define BUILD_CACHE_ENTRY_INIT \
	{ \
		.folder = NULL \
	}

/*
 * Makes the folder where it is missing. asked NULL: benchgate in $XDG_CACHE_HOME or $HOME/.cache.
 * Returns its absolute path, owned by the caller, or NULL with the error.
 */
char *build_cache_open(const char *asked, struct error *err);

/*
 * The entry of a tree that is built with this command, from where the project stands in it. The
 * compilers, the variables that are theirs, and the kind of processor are part of its name.
 */
void build_cache_find(const char *cache, const struct git_place *place, const char *tree,
	const char *build, struct build_cache_entry *entry);
void build_cache_entry_release(struct build_cache_entry *entry);

/* Removes what is too old and the oldest of what is too many; nothing that somebody uses. What
 * cannot be removed stays. */
void build_cache_prune(const char *cache);

#endif
