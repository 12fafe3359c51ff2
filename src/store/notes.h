/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people write into a history: annotations of commits and changes, bookmarks of views, and
 * what became of alerts. A note is never changed: the newest on an alert is its state. */
#ifndef STORE_NOTES_H
#define STORE_NOTES_H

#include "base/json.h"
#include "store/db.h"

enum note_kind {
	NOTE_ANNOTATION, /* on a commit, perhaps of one benchmark and metric */
	NOTE_BOOKMARK,   /* of a view of the pages */
	NOTE_ALERT,      /* the state of a change for the worse */
	NR_NOTE_KINDS
};

/* By kind, NULL at the end. */
extern const char *const note_kind_words[];
/* Of alerts: open, acknowledged, accepted, fixed; NULL at the end. */
extern const char *const note_states[];

#define NOTE_ID_BYTES 8 /* random ones */
#define NOTE_MAX_TEXT 4096

/* All texts are owned; NULL: it is not said. */
struct note {
	char *id; /* 16 hex digits */
	enum note_kind kind;
	char *time;   /* 2026-11-21T04:05:06Z */
	char *author; /* the name of a token */
	char *commit, *benchmark, *metric, *machine, *branch;
	char *alert; /* its id */
	char *state; /* of an alert */
	char *view;  /* of a bookmark: "#/series?..." */
	char *text;
};

struct notes {
	struct note *items;
	size_t nr, alloc;
};

void note_release(struct note *note);
void notes_release(struct notes *notes);

/* Appends those of a kind, or with NR_NOTE_KINDS all, the oldest first. A history of a version that
 * knew none has none. */
int notes_list(struct db *db, enum note_kind kind, struct notes *notes, struct error *err);

/* One that is there already stays as it is. */
int notes_add(struct db *db, const struct note *note, bool *is_new, struct error *err);
/* *found: was it there? */
int notes_remove(
	struct db *db, const char *id, enum note_kind kind, bool *found, struct error *err);

/* As it stands in JSON. The error says what is wrong; release the note in any case. */
void note_print(const struct note *note, struct json *to);
int note_read(const struct json *from, struct note *note, struct error *err);
/* Are its texts of a sensible length, and those there that its kind needs? */
int note_check(const struct note *note, struct error *err);

#endif
