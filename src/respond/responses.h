/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The policy file's "responses": what benchgate does by itself about alerts. */
#ifndef RESPOND_RESPONSES_H
#define RESPOND_RESPONSES_H

#include "gate/condition.h"
#include "gate/policy_keys.h"
#include "notify/settings.h"

enum response_action {
	RESPONSE_UNSAID,
	RESPONSE_COMMAND, /* runs a program */
	RESPONSE_EXPLAIN, /* finds the function */
	RESPONSE_BISECT,  /* finds the commit */
	RESPONSE_ISSUE,   /* keeps an issue */
	RESPONSE_RERUN,   /* starts a workflow, on another machine */
	RESPONSE_STATUS,  /* marks the commit, in each run */
};

/* By value, NULL at the end: "" and then "command", "explain" and so on. */
extern const char *const response_action_words[];

struct response {
	char *name;
	enum response_action action;
	enum urgency at_least; /* it acts about no alert that is less urgent */
	char *condition;       /* over the facts of an alert's comparison; NULL: it always holds */
	struct condition *parsed;
	struct texts on;       /* words of notices; as they were said, or the action's usual ones */
	unsigned kinds;        /* the same, a bit for each enum notice_kind */
	uint64_t cool_down_ns; /* it does not act again about the same alert before that */
	uint64_t budget_ns;    /* what its programs may take in one run */
	uint64_t max_per_run;  /* alerts that it acts about in one run */
	struct texts command;
	char *channel; /* whose forge it acts on; NULL: of programs */
	struct texts labels;
	char *workflow, *ref;
	struct json *inputs;
	char *context;
};

struct responses {
	struct response *items; /* in the order of the file */
	size_t nr, alloc;
};

extern const struct policy_key response_keys[];

/* NULL json: none. Channels are those of the settings. */
int responses_read(const struct json *json, const struct notify_settings *settings,
	struct responses *responses, struct error *err);
void responses_release(struct responses *responses);

/* Does its action start a program on this machine? */
bool response_is_program(const struct response *response);

#endif
