/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a verb that measures or reads runs keeps them: the history of --db, or of the policy file.
 */
#ifndef SESSION_RECORDER_H
#define SESSION_RECORDER_H

#include "session/settings.h"
#include "store/history.h"

#define DB_OPT(struct_type, field) \
	OPT_WORD(0, "db", struct_type, field, "FILE", \
		"keep the run in this history, which is made when it is missing; none: in none " \
		"(default: \"history\" of the policy file; see 'benchgate help history-file')", \
		GROUP_RESULTS)

struct recorder {
	const char *path; /* borrowed; NULL: nothing is kept */
};

/* Before anything is measured: is it a history that can be written to? */
int recorder_open(struct recorder *recorder, const char *db, const struct settings *settings,
	struct error *err);

/* Keeps a run; what was interrupted, and what has no value, is none. Appends a line on what was
 * not kept, and why. */
int recorder_keep(const struct recorder *recorder, const struct run *run, struct buf *notes,
	struct error *err);

/* The file of --db, or of the policy; NULL: none. */
const char *recorder_path(const char *db, const struct settings *settings);

/* Opens a history whose series will be shown; says where it is too old to have all of them. */
struct history *recorder_read(const char *path, struct error *err);

/* What git, asked here, and the CI system say of where a run was made. Release it. */
struct recorder_origin {
	struct history_origin said;
	char *branch, *tag; /* owned */
};
void recorder_find_origin(const struct run *run, struct recorder_origin *origin);
void recorder_origin_release(struct recorder_origin *origin);

#endif
