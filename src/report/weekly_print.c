/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report over a time for the terminal, for comments and mails, and for programs. */
#include "base/json.h"
#include "report/escape.h"
#include "report/weekly.h"

#include <math.h>

/* Of each section; the HTML and JSON have all. */
#define MAX_PRINTED 20

static void weekly_print_add_title(const struct weekly *weekly, struct buf *out)
{
	buf_addf(out, "Performance: %.10s to %.10s", weekly->since, weekly->until);
}

static void text_section(const struct weekly_section *section, struct buf *out)
{
	buf_addf(out, "\n%s\n", section->title);
	if (!section->nr)
		buf_addf(out, "  %s\n", section->none);
	for (size_t i = 0; i < section->nr && i < MAX_PRINTED; i++) {
		const struct weekly_line *line = &section->items[i];

		buf_addf(out, "  %s%s%s\n", line->name ? line->name : "", line->name ? ": " : "",
			line->text);
		if (line->command)
			buf_addf(out, "    %s\n", line->command);
	}
	if (section->nr > MAX_PRINTED)
		buf_addf(out, "  and %zu more\n", section->nr - MAX_PRINTED);
}

void weekly_text(const struct weekly *weekly, struct buf *out)
{
	struct weekly_report report = weekly_report_of(weekly);

	weekly_print_add_title(weekly, out);
	buf_addc(out, '\n');
	for (int part = 0; part < WEEKLY_NR_PARTS; part++)
		text_section(&report.parts[part], out);
	weekly_report_release(&report);
}

static void markdown_section(const struct weekly_section *section, struct buf *out)
{
	buf_addf(out, "\n### %s\n\n", section->title);
	if (!section->nr) {
		escape_markdown(out, section->none);
		buf_addc(out, '\n');
	}
	for (size_t i = 0; i < section->nr && i < MAX_PRINTED; i++) {
		const struct weekly_line *line = &section->items[i];

		buf_adds(out, "- ");
		if (line->name) {
			escape_code(out, line->name, false);
			buf_adds(out, ": ");
		}
		escape_markdown(out, line->text);
		if (line->command) {
			buf_adds(out, ": ");
			escape_code(out, line->command, false);
		}
		buf_addc(out, '\n');
	}
	if (section->nr > MAX_PRINTED)
		buf_addf(out, "- and %zu more\n", section->nr - MAX_PRINTED);
}

void weekly_markdown(const struct weekly *weekly, struct buf *out)
{
	struct weekly_report report = weekly_report_of(weekly);

	buf_adds(out, "## ");
	weekly_print_add_title(weekly, out);
	buf_addc(out, '\n');
	for (int part = 0; part < WEEKLY_NR_PARTS; part++)
		markdown_section(&report.parts[part], out);
	weekly_report_release(&report);
}

static void json_line(const struct weekly_line *line, struct json *list)
{
	struct json *to = json_add_object(list, NULL);

	if (line->series) {
		json_add_text(to, "benchmark", line->series->benchmark);
		json_add_text(to, "metric", line->series->metric);
		json_add_text(to, "machine", line->series->machine);
		json_add_text(to, "branch", line->series->branch);
	}
	if (*line->kind)
		json_add_text(to, "kind", line->kind);
	json_add_text(to, "text", line->text);
	json_add_text(to, "command", line->command);
}

static void json_record(const struct weekly_record *record, struct json *to)
{
	double known = record->has_alerts ? 1 : (double)NAN;

	json_add_number(to, "runs", (double)record->nr_runs);
	json_add_number(to, "commits", (double)record->nr_commits);
	json_add_number(to, "machines", (double)record->nr_machines);
	json_add_number(to, "alerts", known * (double)record->nr_alerts);
	json_add_number(to, "alerts_passed_again", known * (double)record->nr_passed);
	json_add_number(to, "alerts_standing", known * (double)record->nr_standing);
	json_add_number(to, "alerts_acknowledged", known * (double)record->nr_acked);
	json_add_number(to, "alerts_before_merge", known * (double)record->nr_before_merge);
	json_add_number(to, "accepted", (double)record->nr_accepted);
	json_add_number(to, "commit_to_alert_seconds", record->median_s);
}

void weekly_json(const struct weekly *weekly, struct buf *out)
{
	struct weekly_report report = weekly_report_of(weekly);
	struct json *root = json_new_object();

	json_add_text(root, "format", "benchgate-weekly");
	json_add_number(root, "version", 1);
	json_add_text(root, "since", weekly->since);
	json_add_text(root, "until", weekly->until);
	for (int part = 0; part < WEEKLY_RECORD; part++) {
		struct json *list = json_add_array(root, report.parts[part].key);

		for (size_t i = 0; i < report.parts[part].nr; i++)
			json_line(&report.parts[part].items[i], list);
	}
	json_record(&weekly->record, json_add_object(root, "record"));
	json_print(root, out);
	json_free(root);
	weekly_report_release(&report);
}
