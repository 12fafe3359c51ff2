/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The occasion of a run as its CI system tells it: which repository, which change, which job. What
 * is not told is "".
 */
#ifndef NOTIFY_OCCASION_H
#define NOTIFY_OCCASION_H

#include "base/error.h"
#include "base/json.h"

#include <stdbool.h>

/* Every text is owned and never NULL. */
struct occasion {
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
void occasion_find(struct occasion *occasion, const char *commit, const char *branch);
void occasion_release(struct occasion *occasion);

/* What it was about, to be kept with what could not be sent. */
void occasion_write(const struct occasion *occasion, struct json *to);

#endif
