/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts that `benchgate help TOPIC` prints; each is a file in topics/, or a schema, built into the
 * program. */
#ifndef CMD_TOPICS_H
#define CMD_TOPICS_H

struct topic {
	const char *name;
	const char *summary;
	const char *text;
};

/* A row with no name ends them. */
extern const struct topic topics[];

const struct topic *topic_named(const char *name);

#endif
