/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/reporter.h"

#include "report/formats.h"
#include "report/verdict_json.h"

#include <string.h>

static const struct reporter_part github_parts[] = {
	{ "GITHUB_STEP_SUMMARY", markdown_report },
	{ "GITHUB_OUTPUT", github_outputs },
	{ NULL, NULL },
};

const struct reporter reporters[] = {
	{ "text", "what a terminal shows", "", text_plain, NULL },
	{ "markdown", "for comments and job summaries", "## Performance: ", markdown_report, NULL },
	{ "json", "the whole verdict (see 'benchgate help verdict-schema')", "{", verdict_json,
		NULL },
	{ "junit", "JUnit XML, as GitLab and Jenkins read it", "<?xml ", junit_report, NULL },
	{ "html", "one page for a browser, with plots", "<!DOCTYPE html>", html_report, NULL },
	{ "github", "GitHub's annotations, the job's summary and the step's outputs",
		"::", github_commands, github_parts },
	{ "openmetrics", "for GitLab's metrics report and node-exporter's textfile collector", "# ",
		openmetrics_report, NULL },
	{ "result", "a value, its baseline and a word for each metric, as JSON", "{", result_report,
		NULL },
	{ "csv", "one row for each comparison", "benchmark,metric,", csv_report, NULL },
	{ "bmf", "Bencher Metric Format", "{", bmf_report, NULL },
	{ "gab", "github-action-benchmark's customSmallerIsBetter", "[", gab_smaller, NULL },
	{ "gab-bigger", "and its customBiggerIsBetter", "[", gab_bigger, NULL },
	{ "gobench", "Go's benchmark text, for benchstat", "goos: ", gobench_report, NULL },
	{ "badge", "a small SVG", "<svg ", badge_svg, NULL },
	{ "shields", "the same as JSON, for a shields.io endpoint", "{", badge_json, NULL },
	{ NULL, NULL, NULL, NULL, NULL },
};

const struct reporter *reporter_named(const char *name)
{
	for (const struct reporter *row = reporters; row->name; row++)
		if (strcmp(row->name, name) == 0)
			return row;
	return NULL;
}
