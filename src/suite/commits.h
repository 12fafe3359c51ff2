/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commits one after the other, as a bisection goes through them: along first parents, so that what
 * was merged is one commit, which can be looked into. */
#ifndef SUITE_COMMITS_H
#define SUITE_COMMITS_H

#include "base/error.h"
#include "base/texts.h"
#include "suite/revision.h"

/* The texts are owned; any may be NULL where git does not say. */
struct commit_words {
	char *author, *date, *subject; /* the date as 2026-11-21T04:05:06+01:00 */
};

/* Appends the hashes from the good commit, which bad goes back to, to the bad one. The same commit
 * twice is one hash. */
int commits_between(const char *folder, const char *good, const char *bad, struct texts *hashes,
	struct error *err);

/* Appends what a merge merged: where that branch of it began, which is not of it, and the branch's
 * commits; 0 is its first branch. Nothing where there is no such branch, or it has nothing in
 * common with what it was merged into. */
int commits_merged(const char *folder, const char *commit, size_t branch, struct texts *hashes,
	struct error *err);

/* For people. What git does not know stays NULL. */
void commit_words_find(const char *folder, const char *commit, struct commit_words *words);
void commit_words_release(struct commit_words *words);

#endif
