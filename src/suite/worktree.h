/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A revision's files in a folder of their own: a worktree of git's while it is being built, so that
 * a build may ask git about itself, and a plain folder afterwards.
 */
#ifndef SUITE_WORKTREE_H
#define SUITE_WORKTREE_H

#include "base/buf.h"
#include "base/error.h"
#include "suite/revision.h"

#include <stdint.h>

struct worktree {
	const char *folder;  /* the user's checkout of the repository */
	const char *path;    /* absolute and without links; nothing is there, but its parent is */
	const char *log;     /* a file that what git prints is appended to */
	uint64_t timeout_ns; /* 0: git's usual */
};

/* Submodules are fetched. What is printed goes to *output, too. After an error worktree_forget and
 * the folder are the caller's to clear. */
int worktree_add(const struct worktree *worktree, const struct revision *revision,
	struct buf *output, struct error *err);

/* Git knows nothing of the worktree any more, whatever state it is in; its files stay. common is
 * what all checkouts of the repository share. */
int worktree_forget(const char *common, const char *path, struct error *err);

#endif
