/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CI systems, and in which words of the environment each says what its run is about. */
#ifndef NOTIFY_CI_SYSTEM_H
#define NOTIFY_CI_SYSTEM_H

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
