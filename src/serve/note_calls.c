/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people write: annotations and bookmarks. */
#include "serve/routes.h"

#include "base/array.h"
#include "base/str.h"
#include "store/notes.h"
#include "sys/clock.h"
#include "sys/entropy.h"

#include <string.h>

/* The path says which: ".../annotations" or ".../annotations/{id}". */
static enum note_kind kind_of(const struct call *call)
{
	return strcmp(call->target->segments.items[2], "bookmarks") == 0 ? NOTE_BOOKMARK
									 : NOTE_ANNOTATION;
}

static bool note_is_wanted(const struct call *call, const struct note *note)
{
	const struct {
		const char *name, *value;
	} rows[] = { { "commit", note->commit }, { "benchmark", note->benchmark },
		{ "metric", note->metric } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *asked = target_value(call->target, rows[i].name);

		if (asked && (!rows[i].value || strcmp(asked, rows[i].value) != 0))
			return false;
	}
	return true;
}

int call_notes(struct call *call, struct error *err)
{
	struct db *db = history_db(call->server->reader);
	struct json *root, *list;
	struct notes notes = { 0 };

	if (notes_list(db, kind_of(call), &notes, err)) {
		notes_release(&notes);
		return -1;
	}
	root = json_new_object();
	list = json_add_array(root, call->target->segments.items[2]);
	for (size_t i = 0; i < notes.nr; i++)
		if (note_is_wanted(call, &notes.items[i]))
			note_print(&notes.items[i], json_add_object(list, NULL));
	notes_release(&notes);
	return answer_json(call->answer, 200, root);
}

/* Takes the members that the route knows, which must be texts. */
static int take_members(
	struct call *call, const struct json *body, struct note *note, struct error *err)
{
	const struct {
		const char *name;
		char **into;
	} rows[] = { { "commit", &note->commit }, { "benchmark", &note->benchmark },
		{ "metric", &note->metric }, { "machine", &note->machine },
		{ "branch", &note->branch }, { "view", &note->view }, { "text", &note->text },
		{ "state", &note->state } };

	for (const struct json *at = json_first(body); at; at = json_next(at)) {
		char **into = NULL;

		for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
			if (strcmp(rows[i].name, json_name(at)) == 0)
				into = rows[i].into;
		if (!into || (json_type(at) != JSON_TEXT && json_type(at) != JSON_NULL))
			return call_refuse(call, 400, "\"%.64s\" is %s", json_name(at),
				into ? "no text" : "no member that this takes");
		if (json_type(at) == JSON_TEXT)
			str_set(into, json_text(at));
	}
	(void)err;
	return 0;
}

static void tell_note(struct call *call, const struct note *note)
{
	struct json *root = json_new_object();
	struct buf line = BUF_INIT;

	note_print(note, root);
	json_print_line(root, &line);
	server_tell(call->server, "note", line.data);
	buf_release(&line);
	json_free(root);
}

int call_write_note(struct call *call, struct note *note, struct error *err)
{
	char id[2 * NOTE_ID_BYTES + 1], now[CLOCK_TIMESTAMP_MAX];
	struct json *body = call_body(call), *root;
	bool is_new;
	int rc = body ? take_members(call, body, note, err) : -1;

	json_free(body);
	if (rc || entropy_hex(NOTE_ID_BYTES, id, err))
		return -1;
	clock_timestamp(now);
	str_set(&note->id, id);
	str_set(&note->time, now);
	str_set(&note->author, call->author);
	if (notes_add(history_db(call->server->writer), note, &is_new, err))
		return -1;
	tell_note(call, note);
	root = json_new_object();
	note_print(note, root);
	return answer_json(call->answer, 201, root);
}

static int write_kind(struct call *call, enum note_kind kind, struct error *err)
{
	struct note note = { .kind = kind };
	int rc = call_write_note(call, &note, err);

	note_release(&note);
	return rc;
}

int call_add_annotation(struct call *call, struct error *err)
{
	return write_kind(call, NOTE_ANNOTATION, err);
}

int call_add_bookmark(struct call *call, struct error *err)
{
	return write_kind(call, NOTE_BOOKMARK, err);
}

/* "": there is no such note. */
static int find_author(
	struct db *db, enum note_kind kind, const char *id, struct buf *author, struct error *err)
{
	struct notes notes = { 0 };
	int rc = notes_list(db, kind, &notes, err);

	for (size_t i = 0; i < notes.nr && !rc; i++)
		if (strcmp(notes.items[i].id, id) == 0)
			buf_adds(author, notes.items[i].author ? notes.items[i].author : "?");
	notes_release(&notes);
	return rc;
}

int call_remove_note(struct call *call, struct error *err)
{
	struct db *db = history_db(call->server->writer);
	enum note_kind kind = kind_of(call);
	struct buf author = BUF_INIT;
	bool found = false;
	int rc = find_author(db, kind, call->argument, &author, err);

	if (!rc && author.len && call->role < ROLE_ADMIN &&
		(!call->author || strcmp(call->author, author.data) != 0))
		rc = call_refuse(call, 403, "somebody else wrote it: an admin may remove it");
	if (!rc)
		rc = notes_remove(db, call->argument, kind, &found, err);
	if (!rc && !found)
		rc = call_refuse(call, 404, "there is no such %s", note_kind_words[kind]);
	if (!rc)
		call->answer->status = 204;
	buf_release(&author);
	return rc;
}
