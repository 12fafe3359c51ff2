/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/reports.h"

#include "base/str.h"
#include "session/output.h"

#include <stdlib.h>
#include <string.h>

static void unknown_format(const char *name, struct error *err)
{
	struct str_nearest nearest = str_nearest(name);
	struct buf names = BUF_INIT;

	for (const struct reporter *row = reporters; row->name; row++)
		str_nearest_offer(&nearest, row->name);
	reporter_add_names(&names);
	if (nearest.best)
		error_set(err, ERR_USAGE, "there is no report '%s'; did you mean %s?", name,
			nearest.best);
	else
		error_set(
			err, ERR_USAGE, "there is no report '%s': there are %s", name, names.data);
	buf_release(&names);
}

/* Of two with one file, the first would be lost. The last of the reports is the new one. */
static int check_file(const struct reports *reports, const char *path, struct error *err)
{
	const struct file_new *file = &reports->items[reports->nr - 1].file;

	for (size_t i = 0; i + 1 < reports->nr && file->temporary; i++) {
		const char *other = reports->items[i].file.path;

		if (other && strcmp(other, file->path) == 0)
			return error_set(err, ERR_USAGE, "two reports go to %s", path);
	}
	return 0;
}

static int open_one(struct reports *reports, const char *said, struct error *err)
{
	size_t len = strcspn(said, "=");
	const char *path = said[len] ? said + len + 1 : NULL;
	char *name = mem_copy(said, len);
	const struct reporter *format = reporter_named(name);
	struct report *report;

	if (!format)
		unknown_format(name, err);
	free(name);
	if (!format)
		return -1;
	if (path && !*path)
		return error_set(
			err, ERR_USAGE, "--report %s: there is no file behind the =", said);
	report = ARRAY_ADD(reports);
	*report = (struct report){ format, FILE_NEW_INIT };
	if (!path)
		return 0;
	if (command_open_file(&report->file, path,
		    (struct command_file){ "such report", format->begins }, err))
		return -1;
	return check_file(reports, path, err);
}

int reports_open(struct reports *reports, const struct words *given, struct error *err)
{
	for (size_t i = 0; i < given->nr; i++)
		if (open_one(reports, given->items[i], err))
			return -1;
	return 0;
}

static int append_part(
	const struct reporter_part *part, const struct verdict *verdict, struct error *err)
{
	const char *path = getenv(part->variable);
	struct buf text = BUF_INIT;
	int rc = 0;

	if (path && *path) {
		part->render(verdict, &text);
		rc = file_append(path, &text, err);
	}
	if (rc)
		error_wrap(err, "%s", part->variable);
	buf_release(&text);
	return rc;
}

/* Appends to *here what belongs on standard output. */
static int tell_one(
	struct report *report, const struct verdict *verdict, struct buf *here, struct error *err)
{
	const struct reporter_part *part = report->format->parts;
	struct buf text = BUF_INIT;
	int rc = 0;

	report->format->render(verdict, report->file.path ? &text : here);
	if (report->file.path)
		rc = file_new_commit(&report->file, &text, err);
	for (; part && part->variable; part++)
		if (append_part(part, verdict, err))
			rc = -1;
	buf_release(&text);
	return rc;
}

static bool is_for_terminal(const struct report *report)
{
	return !report->file.path && report->format == reporter_named("text");
}

/* With its width and colors. */
static void add_for_terminal(const struct verdict *verdict, struct text_style style,
	const struct buf *before, struct buf *here)
{
	buf_adds(here, before->data);
	text_report(verdict, style, here);
}

int reports_tell(struct reports *reports, const struct verdict *verdict, struct text_style style,
	const struct buf *before, struct error *err)
{
	struct buf here = BUF_INIT;
	bool asked = false;
	int rc = 0;

	for (size_t i = 0; i < reports->nr; i++) {
		struct report *report = &reports->items[i];

		asked |= !report->file.path;
		if (is_for_terminal(report))
			add_for_terminal(verdict, style, before, &here);
		else if (tell_one(report, verdict, &here, err))
			rc = -1;
	}
	if (!asked)
		add_for_terminal(verdict, style, before, &here);
	if (command_print(&here, err))
		rc = -1;
	buf_release(&here);
	return rc;
}

void reports_release(struct reports *reports)
{
	for (size_t i = 0; i < reports->nr; i++)
		file_new_release(&reports->items[i].file);
	ARRAY_RELEASE(reports);
}
