/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Programs that responses start: commands of the policy file, and benchgate itself. */
#ifndef RESPOND_PROGRAMS_H
#define RESPOND_PROGRAMS_H

#include "notify/settings.h"
#include "respond/due.h"

#define PROGRAMS_MAX_FINDING 8192

/* All borrowed. */
struct program_context {
	const struct telling *telling;
	const char *config; /* of benchgate itself; NULL: none */
};

/* Appends what would be run; its words are quoted for a shell. An error: it cannot be. */
int programs_show(const struct program_context *context, const struct due *due, struct buf *out,
	struct error *err);

/* Runs it for so long at most. *finding: what explain or bisect said, the caller's to free; else it
 * is left alone. */
int programs_run(const struct program_context *context, const struct due *due, uint64_t budget_ns,
	char **finding, struct error *err);

#endif
