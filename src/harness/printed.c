/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/printed.h"

#include "base/encode.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/str.h"
#include "model/builtin.h"

#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_METRICS 1000
#define NAME_BYTES 200
#define MAX_NAME_BYTES 4096

/* Where they go, and what is wrong. */
struct reading {
	struct metrics *metrics;
	struct fault *fault;
};

static int take_valid(struct reading *reading, const struct metric_kind *kind, double value)
{
	if (!*kind->name)
		return fault_set(
			reading->fault, RESULT_WRONG, "it printed a metric without a name");
	if (!isfinite(value))
		return fault_set(reading->fault, RESULT_WRONG,
			"it printed no finite number for the metric '%.80s'", kind->name);
	if (strlen(kind->name) + strlen(kind->unit) > MAX_NAME_BYTES)
		return fault_set(reading->fault, RESULT_WRONG,
			"it printed a metric whose name and unit have more than %d bytes: '%.80s'",
			MAX_NAME_BYTES, kind->name);
	if (builtin_find(kind->name))
		return fault_set(reading->fault, RESULT_WRONG,
			"it printed the metric '%.80s', a name that is benchgate's own",
			kind->name);
	if (metrics_find(reading->metrics, kind->name))
		return fault_set(reading->fault, RESULT_WRONG,
			"it printed the metric '%.80s' twice", kind->name);
	if (reading->metrics->nr == MAX_METRICS)
		return fault_set(reading->fault, RESULT_WRONG, "it printed more than %d metrics",
			MAX_METRICS);
	metrics_add(reading->metrics, kind, value);
	return 0;
}

/* Names that our files spell alike are one: else a file of both could not be read again. */
static int printed_take(struct reading *reading, const struct metric_kind *kind, double value)
{
	struct buf rooms[2] = { BUF_INIT, BUF_INIT };
	struct metric_kind valid = { encode_valid(kind->name, &rooms[0]),
		encode_valid(kind->unit, &rooms[1]), kind->more_is_better };
	int rc = take_valid(reading, &valid, value);

	buf_release(&rooms[0]);
	buf_release(&rooms[1]);
	return rc;
}

static const char *member_word(const struct json *object, const char *name)
{
	const struct json *member = json_get(object, name);

	return member && json_type(member) == JSON_TEXT ? json_text(member) : "";
}

/* A number, or an object with its value, and perhaps with its unit and which way is better. */
static int take_json(
	struct reading *reading, const char *name, const char *unit, const struct json *value)
{
	struct metric_kind kind = { name, unit, false };

	if (json_type(value) == JSON_OBJECT) {
		if (*member_word(value, "unit"))
			kind.unit = member_word(value, "unit");
		kind.more_is_better = strcmp(member_word(value, "better"), "more") == 0;
		value = json_get(value, "value");
	}
	if (!value || json_type(value) != JSON_NUMBER)
		return fault_set(reading->fault, RESULT_WRONG,
			"it printed no number for the metric '%.80s', but %s", name,
			value ? json_type_name(json_type(value)) : "an object without a value");
	return printed_take(reading, &kind, json_number(value));
}

static int printed_read_object(struct reading *reading, const struct json *root)
{
	for (const struct json *at = json_first(root); at; at = json_next(at))
		if (take_json(reading, json_name(at), "", at))
			return -1;
	return 0;
}

/* {"benchmark": {"measure": {"value": 1}}}: with several benchmarks, the metric has the name of its
 * own in front. Its latency is in nanoseconds, and more of its throughput is better. */
static int read_bmf(struct reading *reading, const struct json *root)
{
	const struct json *first = json_first(root);
	bool several = first && json_next(first);

	for (const struct json *bench = first; bench; bench = json_next(bench)) {
		if (json_type(bench) != JSON_OBJECT)
			return fault_set(reading->fault, RESULT_WRONG,
				"it printed no measures for '%.80s', but %s", json_name(bench),
				json_type_name(json_type(bench)));
		for (const struct json *at = json_first(bench); at; at = json_next(at)) {
			bool is_latency = strcmp(json_name(at), "latency") == 0;
			bool is_rate = strcmp(json_name(at), "throughput") == 0;
			const struct json *value =
				json_type(at) == JSON_OBJECT ? json_get(at, "value") : NULL;
			char name[NAME_BYTES];

			snprintf(name, sizeof name, "%s%s%s", several ? json_name(bench) : "",
				several ? ": " : "", json_name(at));
			if (!value || json_type(value) != JSON_NUMBER)
				return fault_set(reading->fault, RESULT_WRONG,
					"it printed no value for the measure '%.80s'", name);
			if (printed_take(reading,
				    &(struct metric_kind){ name, is_latency ? "ns" : "", is_rate },
				    json_number(value)))
				return -1;
		}
	}
	return 0;
}

static int read_json(const struct buf *text,
	int (*read)(struct reading *reading, const struct json *root), struct reading *reading)
{
	struct error err = ERROR_INIT;
	struct json *root = json_parse(text->data, text->len, &err);
	int rc;

	if (!root)
		return fault_set(reading->fault, RESULT_WRONG,
			"what it printed is no JSON: %s; only the metrics may be on its standard output",
			err.text);
	if (json_type(root) == JSON_OBJECT)
		rc = read(reading, root);
	else
		rc = fault_set(reading->fault, RESULT_WRONG,
			"it printed %s as JSON; it must be an object of metrics",
			json_type_name(json_type(root)));
	json_free(root);
	return rc;
}

/* "name value" or "name value unit"; a name may have blanks in it. False: it is some other line. */
static bool split_line(char *line, struct metric_kind *kind, double *value)
{
	char *last = strrchr(line, ' '), *before;

	if (!last)
		return false;
	if (str_to_double(last + 1, value)) {
		*last = '\0';
		*kind = (struct metric_kind){ line, "", false };
		return true;
	}
	*last = '\0';
	before = strrchr(line, ' ');
	if (!before || !str_to_double(before + 1, value)) {
		*last = ' ';
		return false;
	}
	*before = '\0';
	*kind = (struct metric_kind){ line, last + 1, false };
	return true;
}

static int printed_read_line(struct reading *reading, char *line)
{
	struct metric_kind kind;
	double value;

	for (char *at = line; *at; at++)
		if (*at == '\t' || *at == '\r')
			*at = ' ';
	for (size_t len = strlen(line); len && line[len - 1] == ' ';)
		line[--len] = '\0';
	line += strspn(line, " ");
	if (!split_line(line, &kind, &value))
		return 0;
	for (char *end = line + strlen(line); end > line && strchr(" :=", end[-1]);)
		*--end = '\0';
	return printed_take(reading, &kind, value);
}

static int read_printed_lines(struct reading *reading, const struct buf *text)
{
	char *copy = mem_copy(text->data, text->len), *rest = copy, *line;
	int rc = 0;

	while (!rc && (line = strsep(&rest, "\n")))
		rc = printed_read_line(reading, line);
	free(copy);
	if (!rc && !reading->metrics->nr)
		return fault_set(reading->fault, RESULT_WRONG,
			"it printed no line with a metric; such a line is 'NAME VALUE' or 'NAME VALUE UNIT'");
	return rc;
}

static int take_match(struct reading *reading, const struct printed_pattern *pattern,
	const char *start, size_t len)
{
	char *text = mem_copy(start, len);
	double value;
	int rc;

	if (str_to_double(text, &value))
		rc = printed_take(reading,
			&(struct metric_kind){ pattern->metric, pattern->unit ? pattern->unit : "",
				pattern->more_is_better },
			value);
	else
		rc = fault_set(reading->fault, RESULT_WRONG,
			"the pattern of the metric '%.80s' found '%.40s', which is no number",
			pattern->metric, text);
	free(text);
	return rc;
}

static int find_pattern(
	struct reading *reading, const struct printed_pattern *pattern, const char *text)
{
	regmatch_t found[2];
	regex_t regex;
	int rc;

	/* The policy file was checked for this. */
	if (regcomp(&regex, pattern->pattern, REG_EXTENDED | REG_NEWLINE))
		return fault_set(reading->fault, RESULT_WRONG,
			"the pattern of the metric '%.80s' is no regular expression",
			pattern->metric);
	if (regexec(&regex, text, 2, found, 0)) {
		rc = fault_set(reading->fault, RESULT_WRONG,
			"the pattern of the metric '%.80s' is not found in what it printed",
			pattern->metric);
	} else {
		const regmatch_t *group = &found[regex.re_nsub ? 1 : 0];
		bool is_there = group->rm_so >= 0;

		rc = take_match(reading, pattern, is_there ? text + group->rm_so : text,
			is_there ? (size_t)(group->rm_eo - group->rm_so) : 0);
	}
	regfree(&regex);
	return rc;
}

int printed_read(const struct bench_command *command, const struct buf *text,
	struct metrics *metrics, struct fault *fault)
{
	struct reading reading = { metrics, fault };
	int rc = 0;

	switch (command->printed) {
	case PRINTED_NOTHING:
		break;
	case PRINTED_BMF:
		rc = read_json(text, read_bmf, &reading);
		break;
	case PRINTED_JSON:
		rc = read_json(text, printed_read_object, &reading);
		break;
	case PRINTED_LINES:
		rc = read_printed_lines(&reading, text);
		break;
	case PRINTED_PATTERNS:
		for (size_t i = 0; i < command->patterns.nr && !rc; i++)
			rc = find_pattern(&reading, &command->patterns.items[i], text->data);
		break;
	}
	return rc;
}
