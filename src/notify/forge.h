/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the places where changes are reviewed have in common: one comment on a change that is kept
 * up to date, a mark on its commit, a check with annotations. What is to be done is a list of acts
 * in the body; github.c and gitlab.c write it, and say how their service is asked.
 */
#ifndef NOTIFY_FORGE_H
#define NOTIFY_FORGE_H

#include "notify/notifier.h"

enum forge_comment {
	FORGE_COMMENT_NEWS, /* posted when there is something to say; updated afterwards */
	FORGE_COMMENT_ALWAYS,
	FORGE_COMMENT_NEVER,
};

/* By value, NULL at the end: "content", "always", "never". */
extern const char *const forge_comment_words[];

struct forge_settings {
	struct outlet_terms terms;
	struct secret_place token;
	char *api_url;    /* NULL: as the CI system says */
	char *repository; /* the same */
	char *context;    /* what comment, status and check are known by */
	char *author;     /* whose comments are ours; NULL: whoever wrote our mark */
	enum forge_comment comment;
	enum choice status, check;
};

#define FORGE_KEYS(repository_name) \
	OUTLET_KEYS(struct forge_settings), \
		POLICY_KEY_SECRET("token", struct forge_settings, token), \
		POLICY_KEY_TEXT("api_url", struct forge_settings, api_url), \
		POLICY_KEY_TEXT(repository_name, struct forge_settings, repository), \
		POLICY_KEY_TEXT("context", struct forge_settings, context), \
		POLICY_KEY_TEXT("author", struct forge_settings, author), \
		POLICY_KEY_WORD("comment", struct forge_settings, comment, enum forge_comment, \
			forge_comment_words), \
		POLICY_KEY_CHOICE("status", struct forge_settings, status)

/* What to do about an answer that is no success: the first row that fits. */
struct forge_hint {
	long status;
	const char *said; /* what the answer says somewhere; NULL: whatever it says */
	bool of_fork;     /* only of a change that comes from a fork */
	enum talk_next next;
	const char *hint;
	const char *detail; /* "needs" or "where": what of the act or of the body ends the hint */
};

struct forge {
	const char *system;       /* as an CI context calls it */
	const char *change;       /* what it calls one */
	const char *api;          /* where nothing says another */
	const char *api_variable; /* what says it */
	const char *update;       /* the method that changes a comment */
	const char *order;        /* of comments, what is asked for */
	const char *author;       /* who wrote a comment: the member, and that member's */
	const char *author_name;
	bool path_is_one_part; /* of addresses: its slashes are no separators */
	const char *accepted;  /* of a status that is refused with 400, what means that it has it */
	const struct forge_hint *hints; /* status 0 at the end */
	void (*authorise)(struct talk *talk, const char *token);
};

const struct forge_settings *forge_settings(const struct outlet *outlet);
void forge_init(struct forge_settings *settings, const char *token_variable);
/* What becomes part of an address or of a comment's mark must be fit for it. */
int forge_check(const struct outlet *outlet, const char *place, struct error *err);

/* Where the token goes: as configured, as this process's environment says, or the usual one; never
 * where a message that was kept says. No slash at its end. */
char *forge_api(const struct forge *forge, const struct forge_settings *settings);

/* Writes the body's head; returns its list of acts. */
struct json *forge_begin(const struct forge *forge, const struct outlet *outlet,
	const struct ci_context *ci, struct json *body);
/* A change has one comment; each commit has a status and a check of its own. */
void forge_add_about(const struct forge *forge, const struct outlet *outlet,
	const struct ci_context *ci, struct buf *out);
/* Is there to be a comment? */
bool forge_comments(
	const struct forge *forge, const struct outlet *outlet, const struct ci_context *ci);
/* "owner/name" or a number; the number of the change. "" where it is not known here. */
const char *forge_repository(
	const struct forge *forge, const struct outlet *outlet, const struct ci_context *ci);
const char *forge_change(const struct forge *forge, const struct ci_context *ci);
/* The repository as its addresses spell it. */
void forge_add_repository(const struct forge *forge, const struct outlet *outlet,
	const struct ci_context *ci, struct buf *out);
/* Is there anything to be done? If not, the content get to know why. */
bool forge_end(const struct forge *forge, const struct outlet *outlet,
	const struct content *content, const struct json *acts);

/* An act: what it is called, which permission it needs, where it goes. */
struct json *forge_add_act(struct json *acts, const char *what, const char *needs);
void forge_add_path(struct json *act, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Makes an act one of keeping a comment: the whole report, and what became of alerts. */
void forge_add_comment(
	const struct outlet *outlet, const struct content *content, struct json *act);

/* What the verdict does to the run, and how it went in a line that fits a status. */
enum action forge_action(const struct verdict *verdict);
void forge_add_line(const struct verdict *verdict, struct buf *out);

/* The conversation. */
enum talk_next forge_step(const struct forge *forge, struct talk *talk);

/* Why the last answer is no success, and what to do about it, in the talk's error. */
enum talk_next forge_fail(const struct forge *forge, struct talk *talk, const struct json *act);
/* Is what the body is about a change that is given no secrets? */
bool forge_is_of_fork(const struct json *body);
/* Is there no point in asking for anything else? */
bool forge_is_shut(const struct http_response *response);

#endif
