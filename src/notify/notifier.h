/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The kinds of channels: a row a kind, each with a file of its own. A kind composes a message of
 * content, which is kept until it is sent; and sends it, as a conversation of requests and answers
 * or by itself. It keeps no connection and waits for nothing: deliver.c does.
 */
#ifndef NOTIFY_NOTIFIER_H
#define NOTIFY_NOTIFIER_H

#include "notify/content.h"
#include "notify/secrets.h"
#include "sys/http.h"
#include "sys/program.h"

/* What every channel can be told; the first member of each kind's settings. */
struct outlet_terms {
	char *type;
	enum urgency at_least;       /* what is less urgent is not told here */
	uint64_t timeout_ns;         /* of a request; 0: the usual one */
	uint64_t connect_timeout_ns; /* the same */
	char *ca_file;               /* certificates to trust; NULL: the system's */
};

/* Their rows; each kind's own stand behind them. */
#define OUTLET_KEYS(struct_type) \
	POLICY_KEY_TEXT("type", struct_type, terms.type), \
		POLICY_KEY_WORD( \
			"at_least", struct_type, terms.at_least, enum urgency, urgency_words), \
		POLICY_KEY_DURATION("timeout", struct_type, terms.timeout_ns), \
		POLICY_KEY_DURATION("connect_timeout", struct_type, terms.connect_timeout_ns), \
		POLICY_KEY_TEXT("ca_file", struct_type, terms.ca_file)

/* A channel of the configuration. */
struct outlet {
	char *name;
	const struct notifier *notifier;
	struct outlet_terms *terms; /* owned; the kind's settings begin with it */
};

struct outlets {
	struct outlet *items;
	size_t nr, alloc;
};

/*
 * A conversation about one message. Each step looks at the response to the last request (NULL at
 * the start) and fills in the next request. The step's own: stage, at, found, left, progress and
 * earlier.
 */
struct talk {
	const struct outlet *outlet;
	const struct json *body; /* what was composed */
	const char *id;          /* the message's */
	struct secrets *secrets;
	const struct http_response *response; /* the driver has dealt with troubles and retries */
	struct http_request request;          /* empty but for the channel's terms */
	bool repeatable; /* the request may arrive twice; GET, HEAD, PUT and DELETE may anyway */
	int stage;
	size_t at;
	char *found;    /* owned */
	char *left;     /* what to remember of the message for a later one about the same; owned */
	char *progress; /* what earlier tries got done, in the kind's own words, and now this one;
			   NULL: nothing; owned */
	struct error error;
	struct error earlier; /* of what the message could do without, and went on */
};

enum talk_next {
	TALK_ASK,     /* the request is to be sent */
	TALK_DONE,    /* the message is delivered */
	TALK_LATER,   /* not now: `error` says why */
	TALK_REFUSED, /* never: the same */
};

struct forge;

struct notifier {
	const char *type;
	const char *what; /* for people: a phrase */
	const struct policy_key *keys;
	size_t size;               /* of the settings */
	const struct forge *forge; /* of what keeps changes and issues; else NULL: forge.h */
	/* Sets what is not 0 where it is unsaid; or NULL. */
	void (*init)(void *settings);
	/* What rows cannot say of the settings; `place` is theirs in the file. Or NULL. */
	int (*check)(const struct outlet *outlet, const char *place, struct error *err);
	/* It keeps one message up to date and is told of every run; else it is told what is new. */
	bool stays;
	/* What that message is about: it takes the place of an earlier one about the same. NULL:
	 * the change or the branch. */
	void (*about)(const struct outlet *outlet, const struct ci_context *ci, struct buf *out);
	/* False: there is nothing to be said. The body is an object. */
	bool (*compose)(
		const struct outlet *outlet, const struct content *content, struct json *body);
	enum talk_next (*step)(struct talk *talk);
	/* In place of steps, for what is no server. It says what it would do with a body... */
	void (*show)(const struct outlet *outlet, const struct json *body, struct buf *out);
	/* ... and does it at once... */
	int (*put)(const struct outlet *outlet, const struct json *body, struct error *err);
	/* ... or names the program that does, to which the body is input; its argv is the caller's
	 * to free, the words in it are not. */
	void (*program)(const struct outlet *outlet, struct program *program);
};

/* The kinds, each in the file of its name: row(slack) is slack_notifier in slack.c. */
#define NOTIFIERS(row) \
	row(github) row(gitlab) row(slack) row(webhook) row(email) row(pushgateway) row(file) \
		row(command)

#define NOTIFIER_DECLARE(name) extern const struct notifier name##_notifier;
NOTIFIERS(NOTIFIER_DECLARE)

/* NULL at the end. */
extern const struct notifier *const notifiers[];

/* Of an answer that is no success: the error names the status and the server's own message;
 * TALK_LATER where another attempt may help, else TALK_REFUSED. */
enum talk_next talk_fail(struct talk *talk);

/* Has the last response a status of 200 to 299? */
bool talk_succeeded(const struct talk *talk);

/* Reads "channels" of the policy file. Paths in it are from the folder `root`. */
int outlets_read(
	const struct json *json, const char *root, struct outlets *outlets, struct error *err);
void outlets_release(struct outlets *outlets);
/* Is it an address of HTTP without a user in it, for that would be a secret? */
int outlet_check_url(const char *url, const char *place, const char *key, struct error *err);
/* Of an address of any kind: are there a host and, if any, a port that can be? */
int outlet_check_host(const char *url, const char *place, const char *key, struct error *err);

/* All that the channels' settings name, as far as it is there: whatever is shown or written may
 * hold another channel's. */
void outlets_secrets(const struct outlets *outlets, struct secrets *secrets);

/* NULL when there is none of that name. */
const struct outlet *outlets_find(const struct outlets *outlets, const char *name);
/* The same; NULL says in the error which there are. */
const struct outlet *outlets_require(
	const struct outlets *outlets, const char *name, struct error *err);

#endif
