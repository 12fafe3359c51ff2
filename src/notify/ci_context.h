/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The CI context of a run as its CI system tells it: which repository, which change, which job.
 * What is not told is "".
 */
#ifndef NOTIFY_CI_CONTEXT_H
#define NOTIFY_CI_CONTEXT_H

#include "base/error.h"
#include "base/json.h"

#include <stdbool.h>

/* Every text is owned and never NULL. */
struct ci_context {
	char *system;       /* "github", "gitlab", ... */
	char *api;          /* URL of its API, without a slash at its end */
	char *repository;   /* "owner/name"; of GitLab the project's path or number */
	char *commit;       /* the head of the change, not a merge that the system made */
	char *branch;       /* of the change */
	char *pull_request; /* its number */
	char *job_url;      /* for people */
	char *folder;       /* where the repository lies; not kept with what could not be sent */
	bool is_fork;       /* the change comes from another repository and is given no secrets */
};

/* From the environment, and what a local repository knows (NULL: nothing) where that is silent. */
void ci_context_find(struct ci_context *ci, const char *commit, const char *branch);
/* The job's URL alone, which is the caller's to free; NULL: it is not told. */
char *ci_context_job_url(void);
void ci_context_release(struct ci_context *ci);

/* What it was about, to be kept with what could not be sent. */
void ci_context_write(const struct ci_context *ci, struct json *to);

/* CI systems, and in which words of the environment each says what its run is about. */

/* What is said in a text such as "$THIS/$THAT $OTHER": of what stands between blanks the first that
 * has all its variables. NULL: it is never said. */
struct ci_system {
	const char *name;
	const char *mark; /* the variable that only this system sets, or sets to that */
	const char *api;
	const char *repository;
	const char *commit;
	const char *branch;
	const char *pull_request;
	const char *job_url;
	const char *folder;
	const char *source, *target; /* repositories of a change; two others mean a fork */
};

/* The one that we run in, or NULL. */
const struct ci_system *ci_system_find(void);

/* What `take` makes of the first that it takes, which is the caller's to free; or NULL. */
char *ci_system_say(const char *alternatives, char *(*take)(const char *said));

#endif
