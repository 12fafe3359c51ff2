/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is remembered from run to run: the alerts, what each channel was told of them, silences, and
 * messages that are not sent yet. Owns all of it; all zero is an empty one. Pure: keep.h has the
 * file.
 */
#ifndef NOTIFY_STATE_H
#define NOTIFY_STATE_H

#include "notify/reactions.h"

/* What one channel is told of one alert since the alert began. A channel that the alert does not
 * concern has none. */
struct receipt {
	char *channel;
	bool told;             /* else nothing arrived yet: it was put off, or it failed */
	enum notice_kind kind; /* of the last message, when told */
	enum urgency urgency;  /* in the last message */
	bool unsure;           /* the last message may not have arrived: it is sent again */
	bool put_off;          /* by quiet hours: what is owed comes in a digest */
	uint64_t nr_escalated; /* escalations of the alert that it knows of */
	char *thread;          /* what the channel needs to go on with its message; or NULL */
	char *message;         /* id of the message that was not sent yet; or NULL */
};

struct receipts {
	struct receipt *items;
	size_t nr, alloc;
};

/* Of an alert, each time that it began. */
struct start {
	char *at;     /* when */
	char *before; /* the commit that passed before; or NULL */
	char *commit; /* that was measured; or NULL */
};

struct starts {
	struct start *items; /* the oldest first; none is older than STATE_RECUR_DAYS */
	size_t nr, alloc;
};

/* An alert that is known. */
struct tracked_alert {
	struct notice notice; /* as it was seen last; its kind says what the last run did to it */
	enum urgency began;   /* how urgent it was when it was announced */
	enum urgency peak;    /* the most urgent that it has been since */
	bool announced;       /* channels are to be told of it */
	bool judged;          /* by this run; not kept */
	char *seen;           /* when, last */
	char *run;      /* id of the run that had it last: told again, it counts once; or NULL */
	char *turn;     /* id of the run that began, worsened or ended it last, or "" */
	char *resolved; /* when; NULL: it stands */
	char *held;     /* it came back too soon and is not told before that; or NULL */
	char *acked;    /* when somebody acknowledged it; or NULL */
	char *reason;   /* that was given then, or NULL */
	char *passed;   /* the commit at which it passed last; or NULL */
	struct starts starts;
	uint64_t nr_escalated;
	struct texts channels; /* that its rules name; none: routes say */
	struct receipts told;
};

struct tracked_alerts {
	struct tracked_alert *items;
	size_t nr, alloc;
};

/* Until then nothing is told of benchmarks that match, or a channel is told nothing. */
struct silence {
	char *subject; /* name or glob of benchmarks; or the name of the channel */
	char *until;   /* 2026-11-21T04:05:06Z */
	char *reason;  /* or NULL */
};

struct silences {
	struct silence *items;
	size_t nr, alloc;
};

#define STATE_ID_MAX 17

/* A message that is not sent yet, as its run composed it: no other run could say the same. */
struct unsent {
	char id[STATE_ID_MAX];
	char *channel;
	char *type;  /* of the channel when the body was composed: no other understands it */
	char *about; /* of a channel that keeps one message: a later one about the same replaces
			it; "": it tells of alerts, whose receipts name it */
	uint64_t nr_alerts; /* that it tells of */
	char *title;        /* one line, for people */
	char *written;      /* when */
	struct json *body;
	char *progress; /* when a part of it arrived: what the channel said of that; or NULL */
	char *trouble;  /* why the last try failed; or NULL */
	uint64_t nr_attempts; /* that failed */
};

struct unsents {
	struct unsent *items; /* the oldest first */
	size_t nr, alloc;
};

struct state {
	struct tracked_alerts alerts;
	struct silences silences; /* of benchmarks */
	struct silences pauses;   /* of channels */
	struct unsents unsent;
	struct reactions reactions;
};

void state_release(struct state *state);

/* NULL when there is none; resolved ones are kept for a while. Borrowed until one is added. */
struct tracked_alert *state_find(const struct state *state, const char *fingerprint);
bool state_silenced(const struct state *state, const char *benchmark, const char *now);
bool state_paused(const struct state *state, const char *channel, const char *now);

/* It began now; what is older than STATE_RECUR_DAYS is forgotten. */
void starts_add(struct starts *starts, const char *now, const char *before, const char *commit);
void starts_release(struct starts *starts);

/* NULL when there is none. Borrowed until one is added. */
struct receipt *receipts_find(const struct receipts *receipts, const char *channel);
/* The one of the channel; added where there is none. */
struct receipt *receipts_get(struct receipts *receipts, const char *channel);
/* Forgets all, or only those that heard of the end. */
void receipts_clear(struct receipts *receipts, bool only_ended);
/* The channel was told of the alert as it is now. */
void receipt_tell(
	struct receipt *receipt, const struct tracked_alert *alert, enum notice_kind kind);

/* Takes the message over; one of the same channel about the same makes room for it. */
void unsents_add(struct unsents *unsents, struct unsent unsent);
/* NULL when there is none. Borrowed until one is added or removed. */
struct unsent *unsents_find(const struct unsents *unsents, const char *id);
void unsents_remove(struct unsents *unsents, size_t at);
/* Did the last run fail to send the channel something? A server that needs longer than a short try
 * is given the whole time again now and then. */
#define STATE_WHOLE_TRY_EVERY 8
bool state_is_failing(const struct state *state, const char *channel);
/* Drops messages of alerts that no receipt names any more. */
void state_drop_unsent(struct state *state);

void silences_remove(struct silences *silences, size_t at);

/* Drops what is too old, and warns of what somebody may miss. */
#define STATE_UNSENT_DAYS 7
#define STATE_RESOLVED_DAYS 30
#define STATE_UNSEEN_DAYS 90
#define STATE_RECUR_DAYS 14
void state_expire(struct state *state, const char *now, struct buf *warnings);

/* What a state that is too large can do without, the least missed first. */
enum loss { LOSS_RESOLVED, LOSS_UNSENT, LOSS_ALERTS, LOSS_NR_KINDS };
/* Drops the first half of what it has of the first of them, and counts that. False: it has nothing.
 */
bool state_shrink(struct state *state, size_t lost[LOSS_NR_KINDS]);

#endif
