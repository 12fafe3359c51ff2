/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Alerts, and what people say becomes of them. */
#include "serve/alerts.h"
#include "serve/routes.h"

#include "base/str.h"
#include "store/notes.h"

#include <string.h>

/* The newest note on it, or NULL. */
static const struct note *note_on(const struct notes *notes, const char *alert)
{
	for (size_t i = notes->nr; i--;)
		if (notes->items[i].alert && strcmp(notes->items[i].alert, alert) == 0)
			return &notes->items[i];
	return NULL;
}

static void print_alert(
	const struct json *row, const char *id, const struct note *note, struct json *list)
{
	struct json *item = json_add_object(list, NULL);

	json_add_text(item, "id", id);
	json_add_text(item, "state", note && note->state ? note->state : note_states[0]);
	json_add_text(item, "comment", note ? note->text : NULL);
	json_add_text(item, "author", note ? note->author : NULL);
	json_add_text(item, "state_time", note ? note->time : NULL);
	json_copy_members(item, row);
}

static void print_alerts(const struct call *call, const struct json *changes,
	const struct notes *notes, struct json *list)
{
	const char *state = target_value(call->target, "state");
	const struct json *row = NULL;

	while ((row = alerts_next(changes, row))) {
		const char *id = alert_id(row);
		const struct note *note = note_on(notes, id);

		if (!state ||
			strcmp(state, note && note->state ? note->state : note_states[0]) == 0)
			print_alert(row, id, note, list);
	}
}

int call_alerts(struct call *call, struct error *err)
{
	struct documents *documents = server_documents(call->server, err);
	struct json *changes = documents ? alerts_read_changes(documents, err) : NULL, *root;
	struct notes notes = { 0 };
	int rc = changes ? notes_list(history_db(call->server->reader), NOTE_ALERT, &notes, err)
			 : -1;

	if (!rc) {
		root = json_new_object();
		print_alerts(call, changes, &notes, json_add_array(root, "alerts"));
		answer_json(call->answer, 200, root);
	}
	notes_release(&notes);
	json_free(changes);
	return rc;
}

static void take_text(const struct json *row, const char *name, char **into)
{
	const struct json *value = json_get(row, name);

	if (value && json_type(value) == JSON_TEXT)
		str_set(into, json_text(value));
}

/* What it is on; nothing where there is no such alert. */
static void describe_alert(const struct json *changes, const char *wanted, struct note *note)
{
	const struct json *row = NULL;

	while ((row = alerts_next(changes, row))) {
		if (strcmp(alert_id(row), wanted) != 0)
			continue;
		str_set(&note->alert, wanted);
		take_text(row, "benchmark", &note->benchmark);
		take_text(row, "metric", &note->metric);
		take_text(row, "machine", &note->machine);
		take_text(row, "branch", &note->branch);
		take_text(row, "commit", &note->commit);
		return;
	}
}

static int find_alert(struct call *call, struct note *note, struct error *err)
{
	struct server *server = call->server;
	struct documents *documents;
	struct json *changes = NULL;

	pthread_mutex_lock(&server->read_lock);
	documents = server_documents(server, err);
	if (documents)
		changes = alerts_read_changes(documents, err);
	pthread_mutex_unlock(&server->read_lock);
	if (!changes)
		return -1;
	describe_alert(changes, call->argument, note);
	json_free(changes);
	return note->alert ? 0 : call_refuse(call, 404, "there is no alert %.32s", call->argument);
}

int call_set_alert(struct call *call, struct error *err)
{
	struct note note = { .kind = NOTE_ALERT };
	int rc = find_alert(call, &note, err);

	if (!rc)
		rc = call_write_note(call, &note, err);
	note_release(&note);
	return rc;
}
