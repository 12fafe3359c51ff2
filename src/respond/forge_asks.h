/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What responses ask of the place where changes are reviewed, as bodies of messages for its channel
 * (notify/forge.h): an issue of an alert, the start of a workflow, a mark on the commit. Pure but
 * for the addresses that the environment names.
 */
#ifndef RESPOND_FORGE_ASKS_H
#define RESPOND_FORGE_ASKS_H

#include "notify/settings.h"
#include "respond/due.h"

struct forge_asking {
	const struct telling *telling;
	const struct outlet *outlet; /* of a forge */
	const struct state *state;   /* of what was found about an alert */
};

/* NULL where no repository, or no commit, is known; the caller's to free. */
struct json *forge_ask_issue(const struct forge_asking *asking, const struct due *due);
struct json *forge_ask_rerun(
	const struct forge_asking *asking, const struct due *const *dues, size_t nr);
struct json *forge_ask_status(const struct forge_asking *asking, const struct response *response,
	const char *line, bool ok);

/* What an issue says of the alert: what happened, what was found, how to see it oneself. */
void issue_add_body(const struct forge_asking *asking, const struct due *due, struct buf *out);

#endif
