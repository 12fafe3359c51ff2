/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A message that a channel composed, until it is sent. */
#ifndef NOTIFY_LETTER_H
#define NOTIFY_LETTER_H

#include "base/json.h"
#include "gate/rules.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LETTER_ID_MAX 17

struct letter {
	char id[LETTER_ID_MAX];
	char *outlet;         /* its name */
	char *type;           /* of the kind that composed the body: no other understands it */
	char *about;          /* of a channel that keeps one message: a later one about the same
				 replaces this; else "" */
	bool overtaken;       /* a later one did while this was claimed: nobody sends it again */
	char *title;          /* one line, for people */
	char *fingerprints;   /* of the alerts that it tells of, with blanks between them */
	char *written;        /* when: 2026-11-21T04:05:06Z */
	char *claim;          /* which run sends it, or "": nobody does */
	char *claimed;        /* until when */
	bool recallable;      /* it tells of beginnings alone, and surely nobody has it yet: it need
				 not be sent when these have ended */
	struct json *body;    /* owned */
	uint64_t nr_attempts; /* that failed */
	char *trouble;        /* of the last of them, or NULL */
};

struct letters {
	struct letter *items;
	size_t nr, alloc;
};

/* The next of the alerts that a letter tells of; false at the end. Start with *at = its
 * fingerprints. */
bool letter_next_alert(const char **at, char fingerprint[ALERT_FINGERPRINT_MAX]);
/* Is there an alert that both tell of? */
bool letter_shares_alert(const struct letter *letter, const struct letter *with);

void letter_release(struct letter *letter);
void letters_release(struct letters *letters);

#endif
