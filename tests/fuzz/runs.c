/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Result files and baselines: what is read can be printed, read again, judged and reported. */
#include "fuzz/fuzz.h"

#include "base/array.h"
#include "base/json.h"
#include "base/xml.h"
#include "gate/trial.h"
#include "gate/verdict.h"
#include "model/run_json.h"
#include "report/flame_report.h"
#include "report/reporter.h"
#include "store/baseline.h"
#include "store/import/import.h"

#include <stdio.h>
#include <string.h>

static void skip_leaf(void *context, const char *path, const char *text)
{
	(void)context;
	(void)path;
	(void)text;
}

/* What programs read must be in their format. */
static void check_report(const char *name, const struct buf *report)
{
	struct error err = ERROR_INIT;
	struct json *json;

	if (strcmp(name, "json") == 0) {
		json = json_parse(report->data, report->len, &err);
		fuzz_check(json, err.text, report->data);
		json_free(json);
	}
	if (strcmp(name, "junit") == 0 &&
		xml_read(report->data, report->len, skip_leaf, NULL, &err))
		fuzz_fail(err.text, report->data);
}

static void check_reporter(const struct reporter *reporter, const struct verdict *verdict)
{
	struct buf report = BUF_INIT;

	reporter->render(verdict, &report);
	check_report(reporter->name, &report);
	buf_release(&report);
}

static void report_verdict(const struct trial *trial, size_t nr)
{
	struct verdict verdict = trials_judge(trial, nr);

	for (const struct reporter *reporter = reporters; reporter->name; reporter++)
		check_reporter(reporter, &verdict);
	verdict_release(&verdict);
}

/* Against a base, against nothing, and as one shard of two. */
static void judge_run(const struct run *head, const struct run *base)
{
	struct policy policy;
	struct trial trials[2];

	policy_init(&policy);
	trials[0] = (struct trial){ .head = head,
		.base = base,
		.policy = &policy,
		.today = "2026-06-15",
		.allow_mismatch = true,
		.in_turn = run_is_in_turn(head) };
	report_verdict(trials, 1);
	trials[1] = trials[0];
	trials[0].base = NULL;
	trials[0].in_turn = false;
	if (head->shard.of)
		report_verdict(trials, 2);
	else
		report_verdict(trials, 1);
	policy_release(&policy);
}

/* What is explained can be drawn by other tools. */
static void check_flames(const struct run *run)
{
	struct flame_list list = { 0 };
	struct buf text = BUF_INIT;

	flame_list_run(run, &list);
	flame_speedscope(&list, &text);
	check_report("json", &text);
	buf_clear(&text);
	flame_stacks(&list, &text);
	fuzz_check(!strchr(text.data, '\033'), "a stack that steers a terminal", text.data);
	buf_release(&text);
	ARRAY_RELEASE(&list);
}

void fuzz_run_file(const char *bytes, size_t len)
{
	struct run run = RUN_INIT, again = RUN_INIT;
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct error err = ERROR_INIT;

	if (run_json_read(bytes, len, &run, &err)) {
		fuzz_check_error(&err, bytes);
	} else {
		run_json_print(&run, &first);
		if (run_json_read(first.data, first.len, &again, &err))
			fuzz_fail(err.text, first.data);
		run_json_print(&again, &second);
		fuzz_check(strcmp(first.data, second.data) == 0, "another run", first.data);
		judge_run(&run, &again);
		check_flames(&run);
	}
	buf_release(&first);
	buf_release(&second);
	run_release(&run);
	run_release(&again);
}

/* One more session, as update-baselines adds it: of now. */
static void add_session(struct run *baseline, struct run *head)
{
	struct run again = RUN_INIT;
	struct buf text = BUF_INIT;
	struct error err = ERROR_INIT;

	snprintf(head->timestamp, sizeof head->timestamp, "2026-11-21T04:05:06Z");
	baseline_add_session(baseline, head, false);
	baseline_print(baseline, &text);
	if (baseline_parse(text.data, text.len, &again, &err))
		fuzz_fail(err.text, text.data);
	run_release(&again);
	buf_release(&text);
}

void fuzz_baseline(const char *bytes, size_t len)
{
	struct run run = RUN_INIT, again = RUN_INIT;
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct error err = ERROR_INIT;

	if (baseline_parse(bytes, len, &run, &err)) {
		fuzz_check_error(&err, bytes);
	} else {
		baseline_print(&run, &first);
		if (baseline_parse(first.data, first.len, &again, &err))
			fuzz_fail(err.text, first.data);
		baseline_print(&again, &second);
		fuzz_check(strcmp(first.data, second.data) == 0, "another baseline", first.data);
		judge_run(&run, &again);
		add_session(&again, &run);
	}
	buf_release(&first);
	buf_release(&second);
	run_release(&run);
	run_release(&again);
}

/* In one format, another for each length of the input: all of them would take most of the time. */
static void judge_import(const struct run *head, const struct run *base, size_t len)
{
	struct policy policy;
	struct trial trial = { .head = head,
		.base = base,
		.policy = &policy,
		.today = "2026-06-15",
		.allow_mismatch = true };
	struct verdict verdict;
	const struct reporter *reporter = reporters;

	for (size_t at = 0; at < len; at++)
		reporter = reporter[1].name ? reporter + 1 : reporters;
	policy_init(&policy);
	verdict = trials_judge(&trial, 1);
	check_reporter(reporter, &verdict);
	verdict_release(&verdict);
	policy_release(&policy);
}

/* What import --out writes can be read. */
static void write_import(const struct run *run)
{
	struct run again = RUN_INIT;
	struct buf text = BUF_INIT;
	struct error err = ERROR_INIT;

	run_json_print(run, &text);
	if (run_json_read(text.data, text.len, &again, &err))
		fuzz_fail(err.text, text.data);
	run_release(&again);
	buf_release(&text);
}

/* The first byte chooses a format: 0 by content, else the row of that number. */
void fuzz_import(const char *bytes, size_t len)
{
	struct run run = RUN_INIT, again = RUN_INIT;
	struct error err = ERROR_INIT;
	struct import_input input = { .path = "file.x" };
	size_t nr = 0;

	if (!len)
		return;
	while (import_formats[nr])
		nr++;
	input.text = bytes + 1;
	input.len = len - 1;
	if ((size_t)(unsigned char)*bytes % (nr + 1))
		input.format = import_formats[(size_t)(unsigned char)*bytes % (nr + 1) - 1];
	if (import_read(&input, &run, &err)) {
		fuzz_check_error(&err, bytes);
	} else {
		write_import(&run);
		fuzz_check(!import_join(&again, &run, &err), err.text, bytes);
		if (!import_join(&again, &run, &err))
			judge_import(&again, &run, len);
	}
	run_release(&again);
	run_release(&run);
}
