/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "serve/news.h"

#include "base/json.h"
#include "serve/alerts.h"

int news_open(struct news *news, struct server *server, struct error *err)
{
	*news = (struct news){ .server = server };
	news->history = history_open(server->settings->db, DB_READ, err);
	if (!news->history)
		return -1;
	news->version = db_query(history_db(news->history), "PRAGMA data_version", err);
	if (!news->version)
		return -1;
	return db_number(
		history_db(news->history), &news->last_run, err, "SELECT max(id) FROM runs", "");
}

void news_close(struct news *news)
{
	texts_release(&news->alerts);
	db_query_free(news->version);
	history_close(news->history);
}

static void tell_run(struct server *server, const struct history_run *run)
{
	struct json *root = json_new_object();
	struct buf line = BUF_INIT;

	json_add_text(root, "id", run->id);
	json_add_text(root, "time", run->time);
	json_add_text(root, "commit", run->commit);
	json_add_text(root, "branch", run->branch);
	json_add_text(root, "machine", run->machine);
	json_print_line(root, &line);
	server_tell(server, "run", line.data);
	buf_release(&line);
	json_free(root);
}

static int tell_runs(struct news *news, struct error *err)
{
	const struct history_filter all = { .said = NULL };
	struct history_runs runs = { 0 };
	int64_t newest = news->last_run;
	int rc = history_list(news->history, &all, &runs, err);

	for (size_t i = 0; i < runs.nr && !rc; i++) {
		if (runs.items[i].number <= news->last_run)
			continue;
		tell_run(news->server, &runs.items[i]);
		if (runs.items[i].number > newest)
			newest = runs.items[i].number;
	}
	news->last_run = newest;
	history_runs_release(&runs);
	return rc;
}

/* --- what is made of all of it -----------------------------------------------------------------
 */

static void tell_alert(struct server *server, const struct json *row, const char *id)
{
	struct json *root = json_new_object();
	struct buf line = BUF_INIT;

	json_add_text(root, "id", id);
	json_copy_members(root, row);
	json_print_line(root, &line);
	server_tell(server, "alert", line.data);
	buf_release(&line);
	json_free(root);
}

static int tell_alerts(struct news *news, struct documents *documents, struct error *err)
{
	struct json *changes = alerts_read_changes(documents, err);
	const struct json *row = NULL;

	if (!changes)
		return -1;
	while ((row = alerts_next(changes, row))) {
		const char *id = alert_id(row);

		if (texts_have(&news->alerts, id))
			continue;
		texts_add(&news->alerts, id);
		if (news->looked)
			tell_alert(news->server, row, id);
	}
	json_free(changes);
	return 0;
}

static int keep_commits(struct server *server, struct documents *documents, struct error *err)
{
	struct buf text = BUF_INIT;
	int rc = documents_add(documents, "commits", &text, err);

	pthread_mutex_lock(&server->read_lock);
	buf_release(&server->commits);
	server->commits = text;
	answers_release(&server->answers);
	pthread_mutex_unlock(&server->read_lock);
	return rc;
}

static int look_at_whole(struct news *news, struct error *err)
{
	struct documents documents = DOCUMENTS_INIT;
	int rc = documents_open(&documents, news->history, news->server->settings->settings, err);

	if (!rc)
		rc = keep_commits(news->server, &documents, err);
	if (!rc)
		rc = tell_alerts(news, &documents, err);
	news->looked = true;
	documents_release(&documents);
	return rc;
}

int news_look(struct news *news, struct error *err)
{
	int64_t version, newest;

	db_bind(news->version, "");
	if (db_step(news->version, err) < 0)
		return -1;
	version = db_int(news->version, 0);
	db_bind(news->version, "");
	if (version == news->seen)
		return 0;
	news->seen = version;
	if (db_number(history_db(news->history), &newest, err, "SELECT max(id) FROM runs", ""))
		return -1;
	if (newest > news->last_run && tell_runs(news, err))
		return -1;
	return look_at_whole(news, err);
}
