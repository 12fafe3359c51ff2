/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why benchmarks of a run changed: what was explained of it, and the same as files to keep. */
#include "pages/parts.h"

#include "base/array.h"
#include "base/str.h"
#include "model/kept_explanation_json.h"
#include "report/flame_report.h"

#include <string.h>

int explained_document(struct documents *documents, const struct history_run *row, struct buf *out,
	struct error *err)
{
	struct json *root = json_new_object(), *list;
	struct run run = RUN_INIT;
	int rc = history_read(documents->history, row->number, &run, err);

	json_add_text(root, "format", "benchgate-explained");
	json_add_number(root, "version", 1);
	json_add_text(root, "id", row->id);
	list = json_add_array(root, "benchmarks");
	for (size_t i = 0; i < run.nr && !rc; i++) {
		struct json *item;

		if (!run.items[i].explained)
			continue;
		item = json_add_object(list, NULL);
		json_add_text(item, "benchmark", run.items[i].name);
		kept_explanation_json_add(item, run.items[i].explained);
	}
	if (!rc)
		json_print_line(root, out);
	run_release(&run);
	json_free(root);
	return rc;
}

/* Line by line, for a file that somebody else wrote may hold anything. */
static void add_printable_lines(const char *text, struct buf *out)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		char *line = mem_copy(text, len);

		buf_add_printable(out, line);
		buf_addc(out, '\n');
		free(line);
		text += len + (text[len] == '\n');
	}
}

static void add_reports(const struct flame_list *list, struct buf *out)
{
	for (size_t i = 0; i < list->nr; i++) {
		const struct kept_explanation *kept = list->items[i];

		if (i)
			buf_addc(out, '\n');
		add_printable_lines(kept->report, out);
		add_printable_lines(kept->code ? kept->code : "", out);
	}
}

static const struct {
	const char *suffix;
	void (*fill)(const struct flame_list *list, struct buf *out);
} profile_kinds[] = {
	{ ".txt", add_reports },
	{ ".stacks.txt", flame_stacks },
	{ ".speedscope.json", flame_speedscope },
};

#define NR_PROFILE_KINDS (sizeof profile_kinds / sizeof *profile_kinds)

const char *profile_suffix(size_t kind)
{
	return kind < NR_PROFILE_KINDS ? profile_kinds[kind].suffix : NULL;
}

int profile_document(struct documents *documents, const struct history_run *row, size_t kind,
	struct buf *out, struct error *err)
{
	struct flame_list list = { 0 };
	struct run run = RUN_INIT;
	int rc = history_read(documents->history, row->number, &run, err);

	if (!rc) {
		flame_list_run(&run, &list);
		profile_kinds[kind].fill(&list, out);
	}
	ARRAY_RELEASE(&list);
	run_release(&run);
	return rc;
}
