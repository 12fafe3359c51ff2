/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a push brings, from what git tells a pre-push hook: which commits, beside which the remote
 * has already, and which files differ between the two.
 */
#ifndef SUITE_PUSH_H
#define SUITE_PUSH_H

#include "base/error.h"
#include "base/texts.h"

#include <stdbool.h>

/* A line: what one ref of the remote is to become. The texts are owned. */
struct push {
	char *local_ref;  /* "refs/heads/main", "HEAD~1", or "(delete)" */
	char *local;      /* hash; all zeros: the remote's ref is deleted */
	char *remote_ref; /* what it is called there */
	char *remote;     /* hash; all zeros: it is new there */
};

struct pushes {
	struct push *items;
	size_t nr, alloc;
};

/* Reads the lines; empty ones are none. */
int pushes_read(const char *lines, struct pushes *pushes, struct error *err);
void pushes_release(struct pushes *pushes);

/* Two commits, whose hashes are owned. */
struct push_range {
	char *base; /* what the remote has; NULL: nothing that head goes back to */
	char *head; /* what is pushed; NULL: nothing that could be measured, such as a deletion */
};

/*
 * Of a ref that the remote has, base is where head left it; of a new one, where head left its
 * upstream, the remote's default branch, or `otherwise` (a revision, or NULL), the first that is
 * known. The two are the same where the push brings nothing new.
 */
struct push_range push_range_of(
	const char *folder, const char *remote, const struct push *push, const char *otherwise);
/* The same for two revisions by name. */
struct push_range push_range_between(const char *folder, const char *from, const char *to);
void push_range_release(struct push_range *range);

/* Appends the files that differ, as seen from the folder, which is `prefix` of the repository:
 * "../other/file". */
int push_range_files(const char *folder, const char *prefix, const struct push_range *range,
	struct texts *files, struct error *err);

/* A path from the top of the repository as seen from a folder: "" or "some/where/". Owned by the
 * caller. */
char *push_path_from(const char *prefix, const char *path);

#endif
