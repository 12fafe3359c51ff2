/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/topics.h"

#include "cmd/command.h"
#include "gate/policy_json.h"
#include "model/calibration.h"
#include "model/run_json.h"
#include "notify/state.h"
#include "notify/state_file.h"
#include "report/reporter.h"
#include "report/verdict_json.h"
#include "store/acceptances.h"
#include "store/baseline.h"
#include "store/import/import.h"

#include <stddef.h>
#include <string.h>

extern const char suites_txt[];
extern const char commands_txt[];
extern const char competitors_txt[];
extern const char measuring_txt[];
extern const char counts_txt[];
extern const char comparing_txt[];
extern const char bisecting_txt[];
extern const char explaining_txt[];
extern const char responding_txt[];
extern const char verdicts_txt[];
extern const char exit_codes_txt[];
extern const char config_txt[];
extern const char protocol_txt[];
extern const char reports_txt[];
extern const char imports_txt[];
extern const char alerts_txt[];
extern const char channels_txt[];
extern const char ci_txt[];
extern const char sandbox_txt[];
extern const char regressions_txt[];
extern const char baselines_guide_txt[];
extern const char tracing_txt[];
extern const char history_txt[];
extern const char serving_txt[];
extern const char versions_txt[];

#define NAME_WIDTH 13

static void add_report_formats(struct buf *out)
{
	for (const struct reporter *row = reporters; row->name; row++) {
		buf_addf(out, "\n%-*s", NAME_WIDTH, row->name);
		command_add_wrapped(out, row->use, NAME_WIDTH, NAME_WIDTH);
		buf_addf(out, "\tbenchgate %s\n", row->example);
	}
}

/* A paragraph for each row of the table. */
static void add_formats(struct buf *out)
{
	for (size_t i = 0; import_formats[i]; i++) {
		const struct import_format *format = import_formats[i];

		buf_addf(out, "\n%s\n\t%s\n\t%s.\n", format->name, format->title, format->values);
		if (format->more)
			buf_addf(out, "\tMore: %s.\n", format->more);
	}
}

const struct topic topics[] = {
	{ "suites", "how to write benchmarks and hand them over", suites_txt, NULL },
	{ "commands", "how to measure command lines, in any language", commands_txt, NULL },
	{ "competitors", "how to compare with other programs and libraries", competitors_txt,
		NULL },
	{ "measuring", "what is measured, and how", measuring_txt, NULL },
	{ "counts", "instructions, allocations and memory beside time", counts_txt, NULL },
	{ "comparing", "how to compare two builds or revisions", comparing_txt, NULL },
	{ "bisecting", "how to find the commit that changed a benchmark", bisecting_txt, NULL },
	{ "explaining", "how to find the function that changed a benchmark", explaining_txt, NULL },
	{ "verdicts", "how a run is judged, and what each word means", verdicts_txt, NULL },
	{ "exit-codes", "what each exit code means", exit_codes_txt, NULL },
	{ "config-file", "how to say what is tolerated, and how much", config_txt, NULL },
	{ "reports", "how results are told, and in which formats", reports_txt,
		add_report_formats },
	{ "imports", "which result files of other tools are read, and what they are worth",
		imports_txt, add_formats },
	{ "ci", "how to gate in CI systems, and before a push", ci_txt, NULL },
	{ "alerting", "which results raise an alert, and in which words", alerts_txt, NULL },
	{ "channels", "who is told of alerts, and how", channels_txt, NULL },
	{ "responding", "what is done about alerts without anybody", responding_txt, NULL },
	{ "sandbox", "what a suite and a build cannot do in a sandbox", sandbox_txt, NULL },
	{ "regressions", "what to do about a regression", regressions_txt, NULL },
	{ "baselines-guide", "how to update, accept and interpret baselines", baselines_guide_txt,
		NULL },
	{ "history-file", "what is kept of runs, and for how long", history_txt, NULL },
	{ "serving", "how to serve a history to a team, and its REST API", serving_txt, NULL },
	{ "tracing", "how to see what a command does, and when", tracing_txt, NULL },
	{ "versions", "what a version promises, and which versions of files are read", versions_txt,
		NULL },
	{ "protocol", "how benchgate talks to the processes that measure", protocol_txt, NULL },
	{ "schemas", "the JSON Schemas of all files", NULL, NULL },
	{ NULL, NULL, NULL, NULL },
};

const struct topic schemas[] = {
	{ "run-schema", "the JSON Schema of result files", run_schema_json, NULL },
	{ "baseline-schema", "the JSON Schema of baselines", baseline_schema_json, NULL },
	{ "accepted-schema", "the JSON Schema of recorded acceptances", accepted_schema_json,
		NULL },
	{ "verdict-schema", "the JSON Schema of verdicts", verdict_schema_json, NULL },
	{ "calibration-schema", "the JSON Schema of calibrations", calibration_schema_json, NULL },
	{ "alerts-schema", "the JSON Schema of the file that keeps alerts", state_schema_json,
		NULL },
	{ "config-schema", "the JSON Schema of the policy file", policy_schema_json, NULL },
	{ NULL, NULL, NULL, NULL },
};

static const struct topic *topic_row(const struct topic *rows, const char *name)
{
	for (; rows->name; rows++)
		if (strcmp(rows->name, name) == 0)
			return rows;
	return NULL;
}

const struct topic *topic_named(const char *name)
{
	const struct topic *topic = topic_row(topics, name);

	return topic ? topic : topic_row(schemas, name);
}

/* Topics about file formats, with the name of what they are about where that is not their own */
static const struct {
	const char *topic, *page;
} of_formats[] = {
	{ "config-file", "benchgate.json.5" },
	{ "reports", "benchgate-reports.5" },
	{ "schemas", "benchgate-schemas.5" },
};

void topic_page(const struct topic *topic, struct buf *out)
{
	for (size_t i = 0; i < sizeof of_formats / sizeof *of_formats; i++)
		if (strcmp(of_formats[i].topic, topic->name) == 0) {
			buf_adds(out, of_formats[i].page);
			return;
		}
	buf_addf(out, "benchgate-%s.%d", topic->name, topic_row(schemas, topic->name) ? 5 : 7);
}

void topics_list(const struct topic *rows, struct buf *out)
{
	for (; rows->name; rows++)
		buf_addf(out, "  %-20s%s\n", rows->name, rows->summary);
}

static void list_schemas(struct buf *out)
{
	buf_adds(out,
		"The JSON Schemas (draft 7) of the files that benchgate reads and writes; `benchgate help NAME`\n"
		"prints one:\n\n");
	topics_list(schemas, out);
}

void topic_text(const struct topic *topic, struct buf *out)
{
	if (topic->text)
		buf_adds(out, topic->text);
	else
		list_schemas(out);
	if (topic->add)
		topic->add(out);
}
