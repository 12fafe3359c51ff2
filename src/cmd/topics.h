/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts that `benchgate help TOPIC` prints; each is a file in topics/, or a schema, built into the
 * program. */
#ifndef CMD_TOPICS_H
#define CMD_TOPICS_H

#include "base/buf.h"

struct topic {
	const char *name;
	const char *summary;
	const char *text;             /* NULL: the list of schemas */
	void (*add)(struct buf *out); /* what follows the text, or NULL */
};

/* A row with no name ends them. */
extern const struct topic topics[];
extern const struct topic schemas[];

/* A topic or a schema, or NULL. */
const struct topic *topic_named(const char *name);

/* Names and summaries, a line each. */
void topics_list(const struct topic *rows, struct buf *out);

/* The name of its manual page: benchgate-suites.7; file formats are in section 5. */
void topic_page(const struct topic *topic, struct buf *out);

void topic_text(const struct topic *topic, struct buf *out);

#endif
