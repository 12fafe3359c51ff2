/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is to be told: notices, each of one alert, that belong together; and the run that they are
 * of. A channel composes a message of it.
 */
#ifndef NOTIFY_CONTENT_H
#define NOTIFY_CONTENT_H

#include "gate/rules.h"
#include "notify/ci_context.h"

enum notice_kind {
	NOTICE_NEW,
	NOTICE_WORSE,     /* known, and more urgent than it was */
	NOTICE_ESCALATED, /* known for too long */
	NOTICE_STANDING,  /* known; for channels that keep one message up to date */
	NOTICE_RESOLVED,  /* it passes again */
	NOTICE_NR_KINDS,
};

/* By value, NULL at the end: "new", "worse", "escalated", "standing", "resolved". */
extern const char *const notice_words[];

/* One alert and what became of it. Owns its texts, so that it can be kept for a digest. */
struct notice {
	enum notice_kind kind;
	enum urgency urgency;
	char fingerprint[ALERT_FINGERPRINT_MAX];
	char *benchmark;
	char *metric; /* "" of the benchmark as a whole */
	char *tier;
	char *file; /* of its source, or "" */
	uint32_t line;
	char *base; /* what it is compared with, for people */
	char *branch;
	char *rule;
	char *text;            /* the alert's message */
	char *since;           /* when it was first seen: 2026-11-21T04:05:06Z */
	char *unit;            /* of the two values; or NULL */
	char *advice;          /* what to do about it; or NULL */
	char *recurs;          /* "third time in 14 days"; or NULL */
	double baseline_value; /* the base's, or the budget; NaN: not to be had */
	double current_value;  /* as it was measured last; the same */
	double change_percent; /* worse is above 0; NaN: not to be had */
	uint64_t nr_runs;      /* that had it */
	bool better;           /* the change is one to the better */
};

void notice_release(struct notice *notice);
struct notice notice_copy(const struct notice *notice);

/* What a run's content are; all borrowed. */
struct content {
	const char *id;                /* of the message; the same when it is sent again */
	const struct verdict *verdict; /* NULL: of no run, as a digest is */
	const struct ci_context *ci;
	const struct notice *const *notices; /* the most urgent first */
	size_t nr;
	enum urgency urgency; /* the most urgent's */
	const char *title;    /* one line */
	const char *cause;    /* what they have in common, a sentence; or NULL */
	bool is_digest;
	const char *earlier; /* what the channel left for the message that told of the first notice
				before, or NULL */
	struct buf *silence; /* gets why a channel that is told of every run has nothing to send, or
				NULL */
};

/* A text of a notice, for people to read in one line. */
void content_add_line(const char *text, struct buf *out);

/* How often it came back, both values and what to do, in one line of plain text; nothing where none
 * of it is known. */
void content_add_details(const struct notice *notice, struct buf *out);

/* "critical, new"; of what is over: "passes again, was critical". */
void content_add_kind(const struct notice *notice, struct buf *out);

/* For people, in plain text: the title, the cause, a line a notice, where to look. */
void content_add_text(const struct content *content, struct buf *out);

/* For programs: all of it. */
void content_write(const struct content *content, struct json *to);

#endif
