/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "serve/server.h"

#include "sys/clock.h"
#include "sys/entropy.h"
#include "sys/file.h"

#include <stdio.h>
#include <string.h>

static void open_writer(struct server *server)
{
	struct error why = ERROR_INIT;

	server->writer = history_open(server->settings->db, DB_MAY_NEW, &why);
	if (!server->writer)
		snprintf(server->why_not_writable, sizeof server->why_not_writable, "%.*s",
			(int)sizeof server->why_not_writable - 1, why.text);
}

int server_load_tokens(struct server *server, struct error *err)
{
	struct buf stamp = BUF_INIT;
	struct tokens tokens = { 0 };

	file_stamp(server->tokens_path, &stamp);
	if (stamp.len == server->tokens_stamp.len &&
		strcmp(stamp.data, server->tokens_stamp.data) == 0) {
		buf_release(&stamp);
		return 0;
	}
	if (tokens_load(server->tokens_path, &tokens, err)) {
		/* Nobody is let in by a file that cannot be trusted. */
		tokens_release(&tokens);
		tokens_release(&server->tokens);
		buf_release(&stamp);
		return -1;
	}
	tokens_release(&server->tokens);
	buf_release(&server->tokens_stamp);
	server->tokens = tokens;
	server->tokens_stamp = stamp;
	return 0;
}

int server_open(struct server *server, const struct server_settings *settings, struct error *err)
{
	char start[17];

	*server = (struct server){
		.settings = settings, .tokens_stamp = BUF_INIT, .commits = BUF_INIT
	};
	pthread_mutex_init(&server->tokens_lock, NULL);
	pthread_mutex_init(&server->read_lock, NULL);
	pthread_mutex_init(&server->write_lock, NULL);
	live_init(&server->live, &server->feed);
	failures_init(&server->failures);
	server->start_ns = clock_now_ns();
	server->tokens_path = tokens_path(settings->db);
	feed_init(&server->feed, "");
	if (entropy_hex(8, start, err))
		return -1;
	feed_release(&server->feed);
	feed_init(&server->feed, start);
	if (server_load_tokens(server, err))
		return -1;
	/* First: it brings a file of an older version up to date. */
	open_writer(server);
	server->reader = history_open(settings->db, DB_READ, err);
	/* Of a file that is not there, why it cannot be made says more. */
	if (!server->reader)
		return server->writer ? -1
				      : error_set(err, err->kind, "%s", server->why_not_writable);
	server->version = db_query(history_db(server->reader), "PRAGMA data_version", err);
	return server->version ? 0 : -1;
}

struct documents *server_documents(struct server *server, struct error *err)
{
	if (!server->has_documents) {
		server->documents = (struct documents)DOCUMENTS_INIT;
		server->has_documents = true;
		if (documents_open(
			    &server->documents, server->reader, server->settings->settings, err)) {
			server_forget(server);
			return NULL;
		}
	}
	return &server->documents;
}

void server_forget(struct server *server)
{
	answers_release(&server->answers);
	if (server->has_documents)
		documents_release(&server->documents);
	server->has_documents = false;
}

void server_close(struct server *server)
{
	server_forget(server);
	buf_release(&server->commits);
	db_query_free(server->version);
	history_close(server->reader);
	history_close(server->writer);
	tokens_release(&server->tokens);
	buf_release(&server->tokens_stamp);
	free(server->tokens_path);
	feed_release(&server->feed);
	live_release(&server->live);
	failures_release(&server->failures);
	pthread_mutex_destroy(&server->tokens_lock);
	pthread_mutex_destroy(&server->read_lock);
	pthread_mutex_destroy(&server->write_lock);
}

void server_tell(struct server *server, const char *type, const char *data)
{
	feed_add(&server->feed, type, data);
	if (server->woken)
		server->woken(server->woken_context);
}
