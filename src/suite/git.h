/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The program git, asked from a folder: with its repository and no other, whatever a hook that we
 * may run in has in its environment, and without hooks, prompts or anything that people see.
 */
#ifndef SUITE_GIT_H
#define SUITE_GIT_H

#include "base/buf.h"
#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct git {
	const char *folder;     /* where it is asked */
	const char *const *set; /* "NAME=value" for its environment, NULL at the end, or NULL */
	const char *log;        /* what it prints is appended to this file, or NULL */
	uint64_t timeout_ns;    /* 0: ten minutes */
};

/*
 * Variables that tie a program to one repository, which a hook of git runs with; NULL at the end.
 * Settings that people give by GIT_CONFIG_COUNT are for all repositories: they are not among these.
 */
extern const char *const git_variables[];

/*
 * Appends what it printed. Returns 0, or what it exited with, or -1 where it cannot be had or does
 * not end by itself; in both of the last *err says why, in git's own words where it has any. The
 * arguments are those behind "git", NULL at the end.
 */
int git_run(const struct git *git, const char *const arguments[], struct buf *output,
	struct error *err);

/* The same for a question of one line: owned by the caller; NULL with the error. */
char *git_line(const struct git *git, const char *const arguments[], struct error *err);

/* Where a folder stands in its repository; the texts are owned. */
struct git_place {
	char *top;    /* the folder that the repository is checked out to */
	char *prefix; /* from there to the folder: "" or "some/where/" */
	char *common; /* what all checkouts of the repository share: its .git */
};

#define GIT_PLACE_INIT \
	{ \
		.top = NULL \
	}

/* A folder that is in no repository is an error. */
int git_place_find(const char *folder, struct git_place *place, struct error *err);
void git_place_release(struct git_place *place);

/* The folder that git starts hooks from, there or not; owned by the caller. NULL with the error. */
char *git_hooks_folder(const struct git_place *place, struct error *err);

/* Was not all of the history fetched? */
bool git_is_shallow(const char *folder);

#endif
