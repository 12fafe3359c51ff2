/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What responses (respond/responses.h) did about alerts: the last of each about each, which says
 * what is to be done next, and a log of all. A part of the state; owns all of it. Pure.
 */
#ifndef NOTIFY_REACTIONS_H
#define NOTIFY_REACTIONS_H

#include "base/json.h"
#include "notify/content.h"

/* What one response did last about one alert. */
struct reaction {
	char *response;
	char *fingerprint; /* of the alert */
	char *at;          /* when it began: 2026-11-21T04:05:06Z */
	enum notice_kind kind;
	enum urgency urgency; /* the most urgent that the alert had been */
	uint64_t nr_escalated;
	bool failed;   /* or it was not finished: killed in between, it stays so */
	char *thread;  /* the number of its issue; or NULL */
	char *finding; /* what explain or bisect said, in Markdown; or NULL */
};

/* A line of the log. */
struct reaction_entry {
	char *at;
	char *response;
	char *benchmark;
	char *did;    /* "issue, new" */
	char *result; /* "done", or why not */
	double seconds;
};

#define REACTIONS_MAX 2000
#define REACTIONS_MAX_FINDINGS 100 /* the newest */
#define REACTIONS_MAX_LOG 200

struct reactions {
	struct reaction *items; /* the one that acted longest ago first */
	size_t nr, alloc;
	struct reaction_log {
		struct reaction_entry *items; /* the oldest first */
		size_t nr, alloc;
	} log;
};

void reactions_release(struct reactions *reactions);

/* NULL when there is none. Borrowed until one is added. */
struct reaction *reactions_find(
	const struct reactions *reactions, const char *response, const char *fingerprint);
/* It begins to act now, and has failed until somebody says otherwise. Borrowed, as above. */
struct reaction *reactions_begin(struct reactions *reactions, const char *response,
	const char *fingerprint, const char *now);
void reactions_log(struct reactions *reactions, struct reaction_entry entry);

void reactions_write(const struct reactions *reactions, struct json *to);
/* What is not there is empty: earlier versions had none. */
int reactions_read(const struct json *from, struct reactions *reactions, struct error *err);

#endif
