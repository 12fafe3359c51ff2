/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The renderers of the table in reporter.c, for it alone and for their tests; each is in the file
 * of its name. */
#ifndef REPORT_FORMATS_H
#define REPORT_FORMATS_H

#include "report/reporter.h"

/* The terminal's report, for a file: 140 columns, no colors. */
reporter_render text_plain;
/* For comments and job summaries: under MARKDOWN_MAX bytes. */
#define MARKDOWN_MAX 65000
reporter_render markdown_report;
reporter_render junit_report;
/* One page with all that it needs in it; with flame graphs of what the head explains. */
reporter_render html_report;
/* Workflow commands; and name=value lines for the steps that follow. */
reporter_render github_commands;
reporter_render github_outputs;
reporter_render openmetrics_report;
/* A value, its baseline and a word for each metric, as JSON. */
reporter_render result_report;
reporter_render csv_report;
/* Bencher Metric Format. */
reporter_render bmf_report;
/* github-action-benchmark: what is better when it is smaller, and what is when it is bigger. */
reporter_render gab_smaller;
reporter_render gab_bigger;
/* A line a process, for benchstat. */
reporter_render gobench_report;
reporter_render badge_svg;
/* What shields.io reads from an endpoint. */
reporter_render badge_json;

#endif
