/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is remembered from run to run, so that nobody is told twice and nothing is lost: alerts that
 * stand, silences, what waits for the end of quiet hours, and letters that are not sent yet. Owns
 * all of it; all zero is an empty one. Pure: keep.h has the file.
 */
#ifndef NOTIFY_STATE_H
#define NOTIFY_STATE_H

#include "notify/letter.h"
#include "notify/news.h"

/* What a channel wants remembered of its message about an alert, such as a thread. */
struct left {
	char *outlet;
	char *text;
};

struct lefts {
	struct left *items;
	size_t nr, alloc;
};

/* An alert that is known. */
struct standing {
	struct notice notice; /* as it was seen last; its kind says nothing */
	enum urgency peak;    /* the most urgent that it has been since it began */
	bool announced;       /* somebody was told, or it waits to be told */
	char *seen;           /* when, last */
	char *run;            /* its id, that had it last: told again, it counts once; or NULL */
	char *resolved;       /* when; NULL: it stands */
	char *held;           /* it came back too soon and is not told before that; or NULL */
	char *acked;          /* when somebody said to know of it; or NULL */
	char *reason;         /* that was given then, or NULL */
	uint64_t nr_escalated;
	struct texts told;   /* channels that were */
	struct texts untold; /* that refused it while others were: the next run tells these */
	struct lefts lefts;
};

struct standings {
	struct standing *items;
	size_t nr, alloc;
};

/* Nothing is told of benchmarks that match, until then. */
struct silence {
	char *benchmark; /* name or glob */
	char *until;     /* 2026-11-21T04:05:06Z */
	char *reason;    /* or NULL */
};

struct silences {
	struct silence *items;
	size_t nr, alloc;
};

/* What a channel is told once quiet hours are over. */
struct waiting {
	char *outlet;
	struct notice notice;
};

struct waitings {
	struct waiting *items;
	size_t nr, alloc;
};

struct state {
	struct standings standings;
	struct silences silences;
	struct waitings waiting;
	struct letters outbox;
};

void state_release(struct state *state);

/* NULL when there is none; resolved ones are kept for a while. Borrowed until one is added. */
struct standing *state_find(const struct state *state, const char *fingerprint);
bool state_silenced(const struct state *state, const char *benchmark, const char *now);

/* What waits of an alert for the channel, which is one notice at most; or NULL. */
const struct notice *state_waits(
	const struct state *state, const char *outlet, const char *fingerprint);
void state_wait(struct state *state, const char *outlet, const struct notice *notice);
/* It is no longer to be told. */
void state_unwait(struct state *state, const char *outlet, const char *fingerprint);
/* The alert is resolved: whoever still waits to hear of it need not. An earlier end is another
 * story. */
void state_unwait_all(struct state *state, const char *fingerprint);

/* What the channel left of its message about the alert, or NULL. */
const char *standing_left(const struct standing *standing, const char *outlet);
void standing_leave(struct standing *standing, const char *outlet, const char *text);

/* The channel was not told of it after all. It is news to it in the next run, and to all where
 * nobody else was. */
void standing_untell(struct standing *standing, const char *outlet);

void letters_remove(struct letters *letters, size_t at);
/* Drops letters that nobody has, and that need not be told any more, for all in them is resolved.
 * Their channels were not told. */
void state_recall(struct state *state);

void silences_remove(struct silences *silences, size_t at);

/* Drops what is too old, and says of what somebody may miss how much it was, a line each. */
#define STATE_LETTER_DAYS 7
#define STATE_RESOLVED_DAYS 30
#define STATE_UNSEEN_DAYS 90
void state_expire(struct state *state, const char *now, struct buf *warnings);

#define STATE_VERSION 1
/* A larger file is none. */
#define STATE_MAX_BYTES (16u << 20)

/* What a state that is too large can do without, the least missed first. */
enum loss { LOSS_RESOLVED, LOSS_LETTERS, LOSS_WAITING, LOSS_ALERTS, LOSS_NR_KINDS };
/* The first half of what it has of the first of them is dropped, and counted in `lost`. False: it
 * has nothing. */
bool state_shrink(struct state *state, size_t lost[LOSS_NR_KINDS]);

/* A state that would be too large is shrunk, which is said in `warnings`. */
void state_print(struct state *state, struct buf *out, struct buf *warnings);
/* Into an empty one, which then holds what was read, an error or not. */
int state_parse(const char *text, size_t len, struct state *state, struct error *err);
/* The alerts of benchmarks that match (NULL: all) and the silences, for programs that ask what
 * stands. */
void state_write_alerts(const struct state *state, const char *benchmark, struct json *to);
/* And what waits to be told. */
void state_write_waiting(const struct state *state, struct json *to);

/* Text of the schema. */
extern const char state_schema_json[];

#endif
