/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which state of a project is meant by a name that git knows, or by the files as they are now.
 * Asking changes nothing but that git gets to know the contents of the files.
 */
#ifndef SUITE_REVISION_H
#define SUITE_REVISION_H

#include "base/buf.h"
#include "base/error.h"
#include "base/texts.h"

#include <stdbool.h>

/* The texts are owned. */
struct revision {
	char *name;   /* as it was given: "main"; "working tree"; "merge base of main and HEAD" */
	char *commit; /* its hash; for the working tree that of HEAD */
	char *tree;   /* the hash of all of its files */
	bool is_working_tree;
};

#define REVISION_INIT \
	{ \
		.name = NULL \
	}

/*
 * The folder is anywhere in the repository. A name that is only known as a branch of origin means
 * that, and one that a branch and a tag have means the branch. Without a name it is the working
 * tree: what is tracked, as it is now, and what is not tracked and not ignored.
 */
int revision_resolve(
	const char *folder, const char *name, struct revision *revision, struct error *err);

/* The newest that both go back to. NULL: HEAD. */
int revision_merge_base(const char *folder, const char *one, const char *other,
	struct revision *revision, struct error *err);

/*
 * What the present work is compared with where nobody names anything: the merge base of HEAD and
 * the branch, or of the repository's default branch where none is given. Where that is HEAD itself:
 * HEAD when tracked files are changed, else its parent.
 */
int revision_before(
	const char *folder, const char *branch, struct revision *revision, struct error *err);

/* Appends the hashes of a commit and of what it goes back to, the newest first, up to so many. */
int revision_ancestors(const char *folder, const struct revision *revision, size_t max,
	struct texts *commits, struct error *err);

/* Was not all of the history fetched? Appends what to do then. */
void revision_advise_fetch(const char *folder, struct buf *out);

/* Is this the name of a commit? */
bool revision_is_known(const char *folder, const char *name);

/* Has it a file of that name in the folder? */
bool revision_has_file(const char *folder, const struct revision *revision, const char *name);

/* Appends the content of that file. */
int revision_read_file(const char *folder, const struct revision *revision, const char *name,
	struct buf *out, struct error *err);

/* Appends it for people: "main (0123456)", "the working tree". */
void revision_spell(const struct revision *revision, struct buf *out);

void revision_release(struct revision *revision);

#endif
