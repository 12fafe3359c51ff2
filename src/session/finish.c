/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/finish.h"

#include "base/error.h"
#include "gate/judge.h"
#include "model/run_json.h"
#include "report/formats.h"
#include "report/recommend.h"
#include "session/state_home.h"

#include <stdlib.h>
#include <string.h>

static void report_unknown_format(const char *name, struct error *err)
{
	struct unknown unknown = { .given = name, .kinds = "report formats" };

	for (const struct reporter *row = reporters; row->name; row++)
		unknown_offer(&unknown, row->name);
	unknown_error(&unknown, err, "unknown report format '%s'", name);
}

/* Of two with one file, the first would be lost. The last of the reports is the new one. */
static int report_check_file(const struct reports *reports, const char *path, struct error *err)
{
	const struct file_new *file = &reports->items[reports->nr - 1].file;

	for (size_t i = 0; i + 1 < reports->nr && file->temporary; i++) {
		const char *other = reports->items[i].file.path;

		if (other && strcmp(other, file->path) == 0)
			return error_set(err, ERR_USAGE, "two reports go to %s", path);
	}
	return 0;
}

static int report_open(struct reports *reports, const char *said, struct error *err)
{
	size_t len = strcspn(said, "=");
	const char *path = said[len] ? said + len + 1 : NULL;
	char *name = mem_copy(said, len);
	const struct reporter *format = reporter_named(name);
	struct report *report;

	if (!format)
		report_unknown_format(name, err);
	free(name);
	if (!format)
		return -1;
	if (path && !*path)
		return error_set(
			err, ERR_USAGE, "--report %s: there is no file name after the =", said);
	report = ARRAY_ADD(reports);
	*report = (struct report){ format, FILE_NEW_INIT };
	if (!path || strcmp(path, "-") == 0)
		return 0;
	if (command_open_file(&report->file, path,
		    (struct command_file){ "report of that format", format->begins }, err))
		return -1;
	return report_check_file(reports, path, err);
}

static int reports_open(struct reports *reports, const struct words *given, struct error *err)
{
	for (size_t i = 0; i < given->nr; i++)
		if (report_open(reports, given->items[i], err))
			return -1;
	return 0;
}

static int report_append_part(
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
static int report_write(
	struct report *report, const struct verdict *verdict, struct buf *here, struct error *err)
{
	const struct reporter_part *part = report->format->parts;
	struct buf text = BUF_INIT;
	int rc = 0;

	report->format->render(verdict, report->file.path ? &text : here);
	if (report->file.path)
		rc = file_new_commit(&report->file, &text, err);
	for (; part && part->variable; part++)
		if (report_append_part(part, verdict, err))
			rc = -1;
	buf_release(&text);
	return rc;
}

static bool is_for_terminal(const struct report *report)
{
	return !report->file.path && report->format == reporter_named("text");
}

/* Is a report for the terminal among them, be it that none was asked for? */
static bool reports_have_usual(const struct reports *reports)
{
	bool asked = false;

	for (size_t i = 0; i < reports->nr; i++) {
		if (is_for_terminal(&reports->items[i]))
			return true;
		asked |= !reports->items[i].file.path;
	}
	return !asked;
}

/* With its width and colors. */
static void add_for_terminal(const struct verdict *verdict, struct text_style style,
	const struct buf *before, struct buf *here)
{
	buf_adds(here, before->data);
	text_report(verdict, style, here);
}

static int reports_write(struct finish *finish, const struct verdict *verdict, struct error *err)
{
	struct reports *reports = &finish->reports;
	struct buf here = BUF_INIT;
	bool asked = false;
	int rc = 0;

	for (size_t i = 0; i < reports->nr; i++) {
		struct report *report = &reports->items[i];

		asked |= !report->file.path;
		if (is_for_terminal(report))
			add_for_terminal(verdict, finish->style, &finish->notes, &here);
		else if (report_write(report, verdict, &here, err))
			rc = -1;
	}
	if (!asked)
		add_for_terminal(verdict, finish->style, &finish->notes, &here);
	if (command_print(&here, err))
		rc = -1;
	buf_release(&here);
	return rc;
}

static void reports_release(struct reports *reports)
{
	for (size_t i = 0; i < reports->nr; i++)
		file_new_release(&reports->items[i].file);
	ARRAY_RELEASE(reports);
}

static void outcome_take_word(struct outcome *outcome, enum verdict_word word)
{
	switch (word) {
	case VERDICT_REGRESSION:
	case VERDICT_MISSING:
	case VERDICT_NEW:
	case VERDICT_LAYOUT:
		outcome->regressed = true;
		break;
	case VERDICT_FAILED:
	case VERDICT_NOT_MEASURED:
		outcome->unmeasured = true;
		break;
	case VERDICT_REFUSED:
		outcome->incomparable = true;
		break;
	case VERDICT_INCONCLUSIVE:
		outcome->inconclusive = true;
		break;
	default:
		break;
	}
}

/* Is there anything that too few processes leave unjudged? */
static bool has_too_few(const struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->nr; i++)
		if (verdict->items[i].why == WHY_TOO_FEW_PROCESSES &&
			verdict->items[i].nr_head < JUDGE_MIN_PROCESSES)
			return true;
	return false;
}

static void outcome_take(struct outcome *outcome, const struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->nr; i++)
		if (verdict_action(verdict, &verdict->items[i]) == ACTION_FAIL)
			outcome_take_word(outcome, verdict->items[i].word);
	/* Less time than was asked for is no failure where the answer came all the same. */
	if (verdict_status(verdict) == RUN_SHORT_OF_TIME &&
		(!verdict->base || has_too_few(verdict)))
		outcome->unmeasured = true;
}

/* A shard to which no benchmark was dealt has nothing to compare. */
static bool finish_lacks_base(const struct verdict *verdict)
{
	const struct run *head = verdict->head;
	bool is_empty_shard = verdict->nr_parts == 1 && head->shard.of && !head->nr;

	return !verdict_compared(verdict) && !is_empty_shard;
}

/* Only where a file was asked for: printing a large run takes longer than judging it. */
static int finish_write_run(struct file_new *out, const struct run *run, struct error *err)
{
	struct buf json = BUF_INIT;
	int rc;

	if (!out->path)
		return 0;
	run_json_print(run, &json);
	rc = file_new_commit(out, &json, err);
	buf_release(&json);
	return rc;
}

/* What nobody can mend is said once a day; who wants to read more reads that, too. */
static bool finish_knows_guest(const struct finish *finish, const struct verdict *verdict)
{
	struct recommendations all = recommend(verdict);
	const struct env *guest = NULL;

	for (size_t i = 0; i < all.nr; i++)
		if (all.items[i].guest)
			guest = all.items[i].guest;
	recommendations_release(&all);
	return guest && !finish->style.verbose && state_home_said_today("hypervisor", guest);
}

int finish_open(struct finish *finish, const struct words *reports, struct error *err)
{
	return reports_open(&finish->reports, reports, err);
}

/* The shards of several machines are a run each. */
static int finish_keep(struct finish *finish, const struct verdict *verdict, struct error *err)
{
	int rc = 0;

	if (verdict->base && run_is_in_turn_with(verdict->head, verdict->base))
		rc = recorder_keep(&finish->recorder, verdict->base, &finish->notes, err);
	return rc ? -1 : recorder_keep(&finish->recorder, verdict->head, &finish->notes, err);
}

static int finish_look_back(struct finish *finish, struct verdict *verdict, struct error *err)
{
	const char *db = finish->past_db ? finish->past_db : finish->recorder.path;

	return db && finish->settings
		? pasts_give(&finish->pasts, db, finish->settings, verdict, err)
		: 0;
}

int finish_verdict(
	struct finish *finish, struct verdict *verdict, struct outcome *outcome, struct error *err)
{
	int rc = finish_keep(finish, verdict, err);

	if (!rc)
		rc = finish_look_back(finish, verdict, err);

	finish->style.knows_guest =
		reports_have_usual(&finish->reports) && finish_knows_guest(finish, verdict);

	if (reports_write(finish, verdict, err))
		rc = -1;
	if (finish_write_run(&finish->out, verdict->head, err))
		rc = -1;
	if (finish_write_run(&finish->base_out, verdict->base, err))
		rc = -1;
	outcome_take(outcome, verdict);
	if (finish->require_base && finish_lacks_base(verdict))
		outcome->incomparable = true;
	if (finish->tell)
		tell(finish->tell, finish->settings, verdict, outcome);
	return rc;
}

static int other_write(struct report *report, finish_render *render, const void *what,
	struct buf *here, struct error *err)
{
	struct buf text = BUF_INIT;
	int rc = 0;

	if (!render(report->format->name, what, report->file.path ? &text : here))
		rc = error_set(err, ERR_USAGE,
			"there is no such report in the format %s; it is text, markdown, html or json",
			report->format->name);
	else if (report->file.path)
		rc = file_new_commit(&report->file, &text, err);
	buf_release(&text);
	return rc;
}

int finish_other(struct finish *finish, finish_render *render, const void *what, struct error *err)
{
	struct buf here = BUF_INIT;
	int rc = 0;

	for (size_t i = 0; i < finish->reports.nr && !rc; i++)
		rc = other_write(&finish->reports.items[i], render, what, &here, err);
	if (!finish->reports.nr)
		render("text", what, &here);
	if (!rc)
		rc = command_print(&here, err);
	buf_release(&here);
	return rc;
}

void finish_release(struct finish *finish)
{
	buf_release(&finish->notes);
	pasts_release(&finish->pasts);
	reports_release(&finish->reports);
	file_new_release(&finish->base_out);
	file_new_release(&finish->out);
}
