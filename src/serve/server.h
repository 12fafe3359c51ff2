/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a server lives with: its history, tokens, kept answers and events. Threads share it, each
 * part behind a lock. */
#ifndef SERVE_SERVER_H
#define SERVE_SERVER_H

#include "pages/documents.h"
#include "serve/answers.h"
#include "serve/failures.h"
#include "serve/feed.h"
#include "serve/live.h"
#include "serve/tokens.h"
#include "session/settings.h"
#include "store/history.h"
#include "sys/httpd.h"

#include <pthread.h>
#include <stdatomic.h>

enum reading {
	READING_AUTO,  /* who asks from this machine needs no token */
	READING_OPEN,  /* nobody needs one */
	READING_TOKEN, /* everybody does */
};

struct server_settings {
	const char *db;
	const struct settings *settings;
	enum reading reading;
	struct words hosts; /* names that it is reached by, besides addresses and localhost */
};

struct server {
	const struct server_settings *settings;
	char *tokens_path;
	struct tokens tokens;
	struct buf tokens_stamp; /* of the file when it was read */
	pthread_mutex_t tokens_lock;

	struct history *reader;   /* under read_lock, as the next ones */
	struct db_query *version; /* of the reader's file */
	int64_t read_version;     /* that the answers are of */
	struct answers answers;
	struct documents documents; /* of that version, once something was asked of them */
	bool has_documents;
	struct buf commits; /* what git says of them; empty: not known yet */
	pthread_mutex_t read_lock;

	struct history *writer; /* under write_lock; NULL: it cannot be written to */
	char why_not_writable[256];
	pthread_mutex_t write_lock;

	struct feed feed;
	struct live live;
	struct failures failures;
	atomic_ullong nr_requests, nr_refused;
	uint64_t start_ns;
	void (*woken)(void *context); /* there are events; or NULL */
	void *woken_context;
};

/* The settings are borrowed. */
int server_open(struct server *server, const struct server_settings *settings, struct error *err);
void server_close(struct server *server);

/* Reads the tokens again when their file has changed. */
int server_load_tokens(struct server *server, struct error *err);

/* Under the read lock: what documents are made of; NULL: an error. */
struct documents *server_documents(struct server *server, struct error *err);
/* The same: drops what was made of the history as it was. */
void server_forget(struct server *server);

/* Tells who listens. data is one line of JSON. */
void server_tell(struct server *server, const char *type, const char *data);

#endif
