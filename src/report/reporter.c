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
	{ "text", "what a terminal shows; into a file without colors, 120 columns wide",
		"run --report text=report.txt", "", text_plain, NULL },
	{ "markdown",
		"comments on a change and summaries of jobs, on GitHub, GitLab and Gitea: what "
		"needs eyes is open, the rest folded; under 65,000 bytes, and says what it left "
		"out for that",
		"run --report markdown=comment.md", "## Performance: ", markdown_report, NULL },
	{ "json", "the whole verdict, for programs of your own (`benchgate help verdict-schema`)",
		"run --report json=verdict.json", "{", verdict_json, NULL },
	{ "junit",
		"GitLab's and Jenkins' test reports: a suite a tier, a case a benchmark. A "
		"failure is the code's, an error the measuring's; what is undecided is skipped, "
		"unless the policy fails it",
		"run --report junit=performance.xml", "<?xml ", junit_report, NULL },
	{ "html",
		"people, in a browser: one file that needs no network, with a table to sort and "
		"filter, and the values of base and head of each benchmark, and its history where "
		"there is one",
		"run --report html=report.html", "<!DOCTYPE html>", html_report, NULL },
	{ "github",
		"GitHub Actions: annotations at the benchmark's own line, by what it prints. "
		"Where GITHUB_STEP_SUMMARY is set, as it is there, the markdown report goes to "
		"the end of that file, which is the job's summary. Where GITHUB_OUTPUT is set, so "
		"do verdict, regressions, improvements, inconclusive, failed, missing, targets, "
		"targets-met, coverage, worst-change and worst-metric, for the steps that follow: "
		"${{ steps.ID.outputs.verdict }}",
		"compare main --report text --report github", "::", github_commands, github_parts },
	{ "openmetrics",
		"GitLab's metrics report, and the textfile collector of Prometheus' "
		"node-exporter: gauges in seconds, bytes and ratios, labelled benchmark, metric and "
		"tier",
		"run --report openmetrics=metrics.txt", "# ", openmetrics_report, NULL },
	{ "result",
		"programs that want a value, its baseline, the change and a word for each metric, "
		"and nothing of how it was judged: times in milliseconds, PASSED or FAILED for "
		"the run, \"+3.7%\" for a change. With --identify it names the host. Every command "
		"that reads a result file reads it, as one process: enough to show, too little to "
		"judge",
		"run --identify --report result=result.json", "{", result_report, NULL },
	{ "csv",
		"spreadsheets: one row for each comparison, with the interval, the threshold and "
		"the reason, and what files of other tools hold (basis); a ' goes before a text "
		"that a spreadsheet would take for a formula",
		"run --report csv=verdict.csv", "benchmark,metric,", csv_report, NULL },
	{ "bmf", "Bencher, as its adapter `json` reads it: value and interval of each measure",
		"run --report bmf=bencher.json", "{", bmf_report, NULL },
	{ "gab",
		"github-action-benchmark's customSmallerIsBetter: what is better when it is "
		"smaller",
		"run --report gab=smaller.json", "[", gab_smaller, NULL },
	{ "gab-bigger",
		"its customBiggerIsBetter: the rest. One of the two files may hold an empty list",
		"run --report gab-bigger=bigger.json", "[", gab_bigger, NULL },
	{ "gobench", "benchstat: Go's benchmark text, a line a process; one file a side",
		"run --report gobench=new.txt", "goos: ", gobench_report, NULL },
	{ "badge",
		"a README: a small SVG; with a history it says how fast the worst benchmark "
		"creeps",
		"run --report badge=performance.svg", "<svg ", badge_svg, NULL },
	{ "shields", "the same as JSON, for an endpoint badge of shields.io",
		"run --report shields=performance.json", "{", badge_json, NULL },
	{ NULL, NULL, NULL, NULL, NULL, NULL },
};

const struct reporter *reporter_named(const char *name)
{
	for (const struct reporter *row = reporters; row->name; row++)
		if (strcmp(row->name, name) == 0)
			return row;
	return NULL;
}

void reporter_add_names(struct buf *out)
{
	for (const struct reporter *row = reporters; row->name; row++)
		buf_addf(out, "%s%s", row == reporters ? "" : ", ", row->name);
}
