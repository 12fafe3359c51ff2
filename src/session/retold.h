/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdict of a run that was measured before, from its files: for the verbs that tell it again.
 */
#ifndef SESSION_RETOLD_H
#define SESSION_RETOLD_H

#include "session/judging.h"
#include "session/side.h"

struct retold_options {
	struct settings_options settings;
	const char *against;
	bool allow_mismatch;
};

#define RETOLD_OPTS(struct_type, field) \
	OPT_WORD('B', "against", struct_type, field.against, "BASE", \
		"what it is compared with: a result file, or the name or file of a baseline"), \
		SETTINGS_OPTS(struct_type, field.settings), \
		FORMAT_OPT(struct_type, field.settings), \
		OPT_FLAG(0, "allow-mismatch", struct_type, field.allow_mismatch, \
			"compare with a base of another machine or build all the same")

/* All that the verdict points into. */
struct retold {
	struct settings settings;
	struct side head, base_side;
	struct base base; /* with base_side's run */
	struct judging judging;
};

#define RETOLD_INIT \
	{ \
		.settings = SETTINGS_INIT, .head = SIDE_INIT, .base_side = SIDE_INIT, \
		.base = BASE_INIT \
	}

/* Reads the result file of that name, and its base where one is asked for; the settings are loaded
 * before. */
int retold_read(struct retold *retold, const struct retold_options *options, const char *head,
	struct error *err);
struct verdict retold_verdict(const struct retold *retold);
void retold_release(struct retold *retold);

#endif
