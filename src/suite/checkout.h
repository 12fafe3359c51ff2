/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A revision as a folder with the suites built in it: checked out beside the user's files, built by
 * the project's own command, and kept, so that the same files are built once. The user's checkout,
 * index, branches and list of worktrees stay as they are.
 */
#ifndef SUITE_CHECKOUT_H
#define SUITE_CHECKOUT_H

#include "base/buf.h"
#include "base/error.h"
#include "base/texts.h"
#include "suite/revision.h"
#include "sys/lock.h"

#include <stdbool.h>
#include <stdint.h>

/* What is asked for; all is borrowed. */
struct checkout_request {
	const char *folder; /* the project's, anywhere in its repository */
	const struct revision *revision;
	const char *build;             /* a command for sh, run in the project's folder of the copy;
					  NULL: nothing is to be built */
	const struct texts *suites;    /* the files that it must make, from that folder: kept with
					  their hashes, and built again where they are others; or
					  NULL */
	uint64_t layout;               /* as in suite/layouts.h; 0: as the command makes it */
	const struct sandbox *sandbox; /* that it is built in; NULL: none */
	const char *cache;             /* where copies are kept; NULL: the user's cache folder */
	uint64_t timeout_ns;           /* of checking out and of building, each; 0: none */
	void (*tell)(const char *line); /* before something that takes a while, or NULL */
};

struct checkout {
	char *folder; /* absolute: the project's folder in the copy; NULL: it could not be built */
	char *log;    /* path of what the build printed; NULL: it did not come so far */
	struct buf tail;  /* when it could not be built: the last lines of the log */
	bool was_there;   /* nothing had to be built */
	bool lacks_suite; /* the command succeeded, but made no such file: not kept */
	struct lock lock; /* keeps others from removing it */
};

#define CHECKOUT_MAX_TAIL 8192
#define CHECKOUT_INIT \
	{ \
		.tail = BUF_INIT_MAX(CHECKOUT_MAX_TAIL), .lock = LOCK_INIT \
	}

/*
 * Fills a checkout that was initialised; also when it fails, for its log and tail. A build that
 * fails leaves nothing but its log. Ends all children of ours when one fails: only for when nothing
 * else runs.
 */
int checkout_build(
	const struct checkout_request *request, struct checkout *checkout, struct error *err);

/* Keeps the copy for the next time. */
void checkout_release(struct checkout *checkout);

#endif
