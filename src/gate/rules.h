/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Alert rules: who is to be told of which comparison, how urgently, in which words; and the alerts
 * that a verdict raises by them. Pure: what was told before is not known here.
 */
#ifndef GATE_RULES_H
#define GATE_RULES_H

#include "base/json.h"
#include "base/texts.h"
#include "gate/condition.h"
#include "gate/policy_keys.h"

#include <stdint.h>

enum urgency {
	URGENCY_INFO,
	URGENCY_WARNING,
	URGENCY_CRITICAL,
	URGENCY_NR,
};

/* By value, NULL at the end: "info", "warning", "critical". */
extern const char *const urgency_words[];

struct rule {
	char *name;
	char *condition; /* as written */
	struct condition *parsed;
	enum urgency urgency;
	struct texts channels; /* none: those of its urgency */
	char *message;         /* with placeholders; NULL: the usual one */
	uint64_t cool_down_ns; /* what was resolved is not told again before that; 0: at once */
	uint64_t escalate_after_runs; /* unresolved; 0: never for that */
	uint64_t escalate_after_ns;   /* the same by time */
	struct texts escalate_to;     /* channels, one after the other */
};

struct rules {
	struct rule *items;
	size_t nr, alloc;
};

/* Those that hold where the policy file says nothing of rules. */
void rules_init(struct rules *rules);
void rules_release(struct rules *rules);

/* The policy file's "alert_rules": in place of what was there. NULL json leaves it alone. */
int rules_read(const struct json *json, struct rules *rules, struct error *err);

/* The rows of a rule's keys. POLICY_KEY_END ends them. */
extern const struct policy_key rule_keys[];

/* "{benchmark} became slower": is every placeholder a fact, and all else fit to be read? `place`
 * names it in the error. {{ and }} are braces. */
#define RULE_MAX_MESSAGE 4000
int rule_check_message(const char *message, const char *place, struct error *err);

/* With the facts in place of the placeholders, for people; the message is a good one. A % behind a
 * percentage is its own. */
void rule_fill_message(const char *message, const struct subject *subject, struct buf *out);

/* One sentence that says what happened, where a rule has none of its own. */
void rule_usual_message(const struct subject *subject, struct buf *out);

#define ALERT_FINGERPRINT_MAX 17

/* A comparison that a rule speaks of. Of several rules the most urgent counts, of those the first
 * in the file; the channels are those of all. */
struct alert {
	char fingerprint[ALERT_FINGERPRINT_MAX]; /* of benchmark, metric, direction, base, branch */
	const struct rule *rule;                 /* borrowed, like the next */
	const struct comparison *comparison;
	enum urgency urgency;  /* the rule's */
	bool better;           /* the change is one to the better */
	struct texts channels; /* empty where one of the rules names none: then routes say */
	char *message;         /* with its placeholders filled in */
};

struct alerts {
	struct alert *items; /* in the order of the verdict */
	size_t nr, alloc;
};

/* subject->comparison is not read. */
struct alerts alerts_raise(const struct rules *rules, const struct subject *subject);
void alerts_release(struct alerts *alerts);

/* The same for a comparison that raises no alert, to find what is resolved: both directions. */
void alert_fingerprint(
	const struct subject *subject, bool better, char fingerprint[ALERT_FINGERPRINT_MAX]);

#endif
