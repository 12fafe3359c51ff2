/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people wrote: annotations, bookmarks, and the states of alerts. */
#include "pages/parts.h"

#include "base/array.h"
#include "store/notes.h"

int notes_document(struct documents *documents, struct buf *out, struct error *err)
{
	struct json *root, *list;
	struct notes notes = { 0 };
	int rc = notes_list(history_db(documents->history), NR_NOTE_KINDS, &notes, err);

	if (!rc) {
		root = json_new_object();
		json_add_text(root, "format", "benchgate-notes");
		json_add_number(root, "version", 1);
		list = json_add_array(root, "notes");
		for (size_t i = 0; i < notes.nr; i++)
			note_print(&notes.items[i], json_add_object(list, NULL));
		json_print_line(root, out);
		json_free(root);
	}
	notes_release(&notes);
	return rc;
}
