/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/notes.h"

#include "base/array.h"
#include "base/date.h"
#include "base/json_fields.h"
#include "base/str.h"

#include <string.h>

#define MAX_NAME 512

const char *const note_kind_words[] = { "annotation", "bookmark", "alert", NULL };
const char *const note_states[] = { "open", "acknowledged", "accepted", "fixed", NULL };

#define MAYBE(name) JSON_FIELD_MAYBE(#name, struct note, name)

static const struct json_field fields[] = {
	JSON_FIELD_TEXT("id", struct note, id),
	JSON_FIELD_WORD("kind", struct note, kind, enum note_kind, note_kind_words),
	JSON_FIELD_TEXT("time", struct note, time),
	MAYBE(author),
	MAYBE(commit),
	MAYBE(benchmark),
	MAYBE(metric),
	MAYBE(machine),
	MAYBE(branch),
	MAYBE(alert),
	MAYBE(state),
	MAYBE(view),
	MAYBE(text),
	JSON_FIELD_END,
};

/* The texts that are columns, in their order behind kind. */
static const size_t columns[] = {
	offsetof(struct note, time),
	offsetof(struct note, author),
	offsetof(struct note, commit),
	offsetof(struct note, benchmark),
	offsetof(struct note, metric),
	offsetof(struct note, machine),
	offsetof(struct note, branch),
	offsetof(struct note, alert),
	offsetof(struct note, state),
	offsetof(struct note, view),
	offsetof(struct note, text),
};

#define NR_COLUMNS (sizeof columns / sizeof *columns)
#define COLUMNS \
	"uid, kind, time, author, commit_hash, benchmark, metric, machine, branch, alert, state, " \
	"view, text"

static char **column_of(struct note *note, size_t column)
{
	return (char **)(void *)((char *)note + columns[column]);
}

void note_release(struct note *note)
{
	free(note->id);
	for (size_t i = 0; i < NR_COLUMNS; i++)
		free(*column_of(note, i));
	*note = (struct note){ .id = NULL };
}

void notes_release(struct notes *notes)
{
	for (size_t i = 0; i < notes->nr; i++)
		note_release(&notes->items[i]);
	ARRAY_RELEASE(notes);
}

static void take_note(struct db_query *query, struct note *note)
{
	int64_t kind = db_int(query, 1);

	*note = (struct note){ .id = str_dup(db_text(query, 0)),
		.kind = kind >= 0 && kind < NR_NOTE_KINDS ? (enum note_kind)kind
							  : NOTE_ANNOTATION };
	for (size_t i = 0; i < NR_COLUMNS; i++)
		*column_of(note, i) = str_dup(db_text(query, (int)i + 2));
}

int notes_list(struct db *db, enum note_kind kind, struct notes *notes, struct error *err)
{
	struct db_query *query;
	int64_t has_table;
	int rc = db_number(db, &has_table, err,
		"SELECT count(*) FROM sqlite_master WHERE name = 'notes' AND type = 'table'", "");

	if (rc || !has_table)
		return rc;
	query = db_query(db,
		"SELECT " COLUMNS " FROM notes WHERE ?1 = kind OR ?1 = ?2 ORDER BY time, id", err);
	if (!query)
		return -1;
	db_bind(query, "ii", (int64_t)kind, (int64_t)NR_NOTE_KINDS);
	while ((rc = db_step(query, err)) > 0)
		take_note(query, ARRAY_ADD(notes));
	db_query_free(query);
	return rc;
}

int notes_add(struct db *db, const struct note *note, bool *is_new, struct error *err)
{
	int64_t known;

	*is_new = false;
	if (note_check(note, err) ||
		db_number(
			db, &known, err, "SELECT count(*) FROM notes WHERE uid = ?", "t", note->id))
		return -1;
	*is_new = !known;
	if (known)
		return 0;
	return db_run(db, err,
		"INSERT INTO notes (" COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		"tittttttttttt", note->id, (int64_t)note->kind, note->time, note->author,
		note->commit, note->benchmark, note->metric, note->machine, note->branch,
		note->alert, note->state, note->view, note->text);
}

int notes_remove(struct db *db, const char *id, enum note_kind kind, bool *found, struct error *err)
{
	int64_t known;

	if (db_number(db, &known, err, "SELECT count(*) FROM notes WHERE uid = ? AND kind = ?",
		    "ti", id, (int64_t)kind))
		return -1;
	*found = known != 0;
	return db_run(
		db, err, "DELETE FROM notes WHERE uid = ? AND kind = ?", "ti", id, (int64_t)kind);
}

void note_print(const struct note *note, struct json *to)
{
	json_fields_write(to, fields, note);
}

int note_read(const struct json *from, struct note *note, struct error *err)
{
	return json_fields_read(from, fields, note, "note", err) || note_check(note, err) ? -1 : 0;
}

static bool is_state(const char *word)
{
	for (size_t i = 0; word && note_states[i]; i++)
		if (strcmp(note_states[i], word) == 0)
			return true;
	return false;
}

static int check_lengths(const struct note *note, struct error *err)
{
	struct note copy = *note;

	for (size_t i = 0; i < NR_COLUMNS; i++) {
		const char *text = *column_of(&copy, i);
		bool is_text = columns[i] == offsetof(struct note, text);

		if (text && strlen(text) > (is_text ? NOTE_MAX_TEXT : MAX_NAME))
			return error_set(err, ERR_USAGE,
				"a note's text has at most %d bytes, and its other members %d",
				NOTE_MAX_TEXT, MAX_NAME);
		if (text && !is_text && str_has_control(text))
			return error_set(err, ERR_USAGE, "a note has a control character in it");
	}
	return 0;
}

int note_check(const struct note *note, struct error *err)
{
	size_t len = note->id ? strlen(note->id) : 0;

	if (len != 2 * NOTE_ID_BYTES || strspn(note->id, "0123456789abcdef") != len)
		return error_set(
			err, ERR_USAGE, "a note's id has %d hexadecimal digits", 2 * NOTE_ID_BYTES);
	if (!note->time || !date_is_time(note->time))
		return error_set(
			err, ERR_USAGE, "a note's time is one such as 2026-11-21T04:05:06Z");
	if (note->kind == NOTE_ANNOTATION && (!note->commit || !*note->commit))
		return error_set(err, ERR_USAGE, "an annotation needs a commit");
	if (note->kind != NOTE_ALERT && (!note->text || !*note->text))
		return error_set(err, ERR_USAGE, "%s needs a text",
			note->kind == NOTE_BOOKMARK ? "a bookmark" : "an annotation");
	/* What a browser follows: a view of these pages, and no other address. */
	if (note->kind == NOTE_BOOKMARK && (!note->view || !str_starts(note->view, "#/")))
		return error_set(err, ERR_USAGE,
			"a bookmark's view is what stands in the address from #/ on");
	if (note->kind == NOTE_ALERT && (!note->alert || !is_state(note->state)))
		return error_set(err, ERR_USAGE,
			"an alert's state is open, acknowledged, accepted or fixed");
	return check_lengths(note, err);
}
