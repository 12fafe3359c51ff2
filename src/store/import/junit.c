/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The times of test cases in JUnit's XML; and what ubench.h prints. */
#include "store/import/rows.h"

#include "base/str.h"
#include "store/import/tags.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void junit_name(const struct tag *tag, struct buf *name)
{
	struct buf part = BUF_INIT;

	buf_clear(name);
	if (tags_attribute(tag, "classname", &part) && part.len)
		buf_addf(name, "%s.", part.data);
	tags_attribute(tag, "name", &part);
	buf_adds(name, part.data);
	buf_release(&part);
}

static void junit_tag(struct import *import, const struct tag *tag, struct buf *name)
{
	struct buf reason = BUF_INIT;

	if (strcmp(tag->name, "testsuites") == 0 || tag->is_end) {
		if (strcmp(tag->name, "testcase") == 0)
			buf_clear(name);
	} else if (strcmp(tag->name, "testsuite") == 0) {
		tags_attribute(tag, "timestamp", &reason);
		import_set_time(import, reason.data);
	} else if (strcmp(tag->name, "testcase") == 0) {
		junit_name(tag, name);
		import_sample(import, name->data, &metric_time,
			import_tag_number(import, tag, "time") * 1e9);
	} else if (name->len &&
		(strcmp(tag->name, "failure") == 0 || strcmp(tag->name, "error") == 0)) {
		tags_attribute(tag, "message", &reason);
		import_fault(import, name->data, RESULT_EXITED, reason.data);
	} else if (name->len && strcmp(tag->name, "skipped") == 0) {
		import_fault(import, name->data, RESULT_NOT_MEASURED, "the test was skipped");
	}
	buf_release(&reason);
}

static int junit_read(struct import *import, struct error *err)
{
	struct tag tag = { .at = import->text };
	struct buf name = BUF_INIT;

	if (tags_check(import->text, import->len, err))
		return -1;
	while (tags_next(&tag))
		junit_tag(import, &tag, &name);
	buf_release(&name);
	return 0;
}

const struct import_format import_junit = {
	.name = "junit",
	.title = "JUnit XML, the times of test cases",
	.shape = IMPORT_TEXT,
	.marks = { "<testsuite", "<testcase", "time=" },
	.read = junit_read,
	.values = "the time of a test case, a single value",
};

/* "[       OK ] sort.quick (mean 12.345us, confidence interval +- 1.234567%)" */
static bool ubench_line(struct import *import, const char *text)
{
	const char *at = strchr(text, ']'), *bracket = strrchr(text, '('), *percent;
	double mean, error_pct = NAN;
	char name[1024], unit[8];

	if (!at || !bracket || bracket < at)
		return false;
	at += 1 + strspn(at + 1, " ");
	snprintf(name, sizeof name, "%.*s", (int)(bracket - at), at);
	for (size_t len = strlen(name); len && name[len - 1] == ' '; len--)
		name[len - 1] = '\0';
	at = bracket + strlen("(mean ");
	if (!str_starts(bracket, "(mean ") || !import_take_number(&at, &mean))
		return false;
	snprintf(unit, sizeof unit, "%.*s", (int)strcspn(at, ",)"), at);
	mean *= import_unit(unit).factor;
	percent = strstr(at, "+- ");
	if (percent) {
		percent += 3;
		if (!import_take_number(&percent, &error_pct) || error_pct < 0)
			return false;
	}
	if (!import_is_time(unit))
		return false;
	import_interval(import, name, &metric_time,
		(const double[]){
			mean, mean * (1 - error_pct / 100), mean * (1 + error_pct / 100) });
	return true;
}

/* A count of failures is none of a benchmark. */
static void ubench_failure(struct import *import, const char *text)
{
	char name[1024];

	snprintf(name, sizeof name, "%.*s", (int)strcspn(text, " "), text);
	if (strchr(name, '.'))
		import_fault(import, name, RESULT_EXITED, "ubench says FAILED");
}

static int ubench_read(struct import *import, struct error *err)
{
	struct import_line line = { .at = import->text };

	while (import_next_line(&line)) {
		if (str_starts(line.text, "[  FAILED  ] "))
			ubench_failure(import, line.text + strlen("[  FAILED  ] "));
		else if (strstr(line.text, "(mean ") && !ubench_line(import, line.text))
			return import_bad_line(&line,
				"[ OK ] name (mean 12.3us, confidence interval +- 1.2%)", err);
	}
	return 0;
}

const struct import_format import_ubench = {
	.name = "ubench",
	.title = "ubench.h, what it prints",
	.shape = IMPORT_TEXT,
	.marks = { "(mean ", "confidence interval", "[ " },
	.read = ubench_read,
	.values = "the mean with its interval",
	.more = "--confidence says how narrow the interval is to be",
};
