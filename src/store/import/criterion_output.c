/* SPDX-License-Identifier: GPL-3.0-or-later */
/* criterion.rs: cargo criterion --message-format=json, and what cargo bench prints. */
#include "store/import/rows.h"

#include "base/str.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static void criterion_estimate(
	struct import *import, const char *id, const struct json *from, double factor)
{
	import_interval(import, id, &metric_time,
		(const double[]){ import_number(import, from, "estimate") * factor,
			import_number(import, from, "lower_bound") * factor,
			import_number(import, from, "upper_bound") * factor });
}

/* Without samples: the best of the estimates that it has. */
static int criterion_estimates(struct import *import, const char *id, const struct json *from,
	double factor, struct error *err)
{
	static const char *const names[] = { "mean", "slope", "typical", "median" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct json *one = import_object(from, names[i]);

		if (!isfinite(import_number(import, one, "estimate")))
			continue;
		criterion_estimate(import, id, one, factor);
		return 0;
	}
	return error_set(err, ERR_USAGE,
		"the message of '%.200s' has no samples, and no estimate of a mean, slope or median",
		id);
}

/* Its "change" is in fractions that it calls "%", and is passed over. */
static int criterion_message(struct import *import, const struct json *from, struct error *err)
{
	const char *id = import_text(from, "id"), *said = import_text(from, "unit");
	size_t nr_counts = 0, nr_sums = 0;
	const struct json *counts = import_list(from, "iteration_count");
	const struct json *sums = import_list(from, "measured_values");
	const double *count = import_numbers(import, counts, &nr_counts);
	const double *sum = import_numbers(import, sums, &nr_sums);
	double factor = import_unit(said ? said : "ns").factor;

	if (!id)
		return error_set(err, ERR_USAGE, "a benchmark-complete message has no \"id\"");
	if (!count || !sum || nr_counts != nr_sums || !nr_sums)
		return criterion_estimates(import, id, from, factor, err);
	for (size_t i = 0; i < nr_sums; i++)
		import_sample(import, id, &metric_time, sum[i] / count[i] * factor);
	return 0;
}

static int criterion_messages_read(struct import *import, struct error *err)
{
	const char *at = import->text;
	struct json *message;

	while ((message = import_next_json(import, &at, err))) {
		const char *reason = import_text(message, "reason");
		int rc = reason && strcmp(reason, "benchmark-complete") == 0
			? criterion_message(import, message, err)
			: 0;

		json_free(message);
		if (rc)
			return -1;
	}
	return err->kind == ERR_NONE ? 0 : -1;
}

const struct import_format import_criterion_messages = {
	.name = "criterion-messages",
	.title = "cargo criterion --message-format=json",
	.shape = IMPORT_LINES,
	.marks = { "\"reason\"", "\"benchmark-complete\"", "\"id\"" },
	.read = criterion_messages_read,
	.values = "the time of an iteration in each sample of one process",
};

/* "[1.2 ns 1.3 ns 1.4 ns]" */
static bool criterion_three(const char *at, double values[3])
{
	for (int i = 0; i < 3; i++) {
		char unit[16];
		struct import_unit known;

		if (!import_take_number(&at, &values[i]) ||
			!import_take_word(&at, unit, sizeof unit))
			return false;
		if (i == 2 && !strchr(unit, ']'))
			return false;
		unit[strcspn(unit, "]")] = '\0';
		known = import_unit(unit);
		values[i] *= known.factor;
		if (strcmp(known.unit, "ns") != 0)
			return false;
	}
	return true;
}

static int criterion_text_read(struct import *import, struct error *err)
{
	struct import_line line = { .at = import->text };
	char before[1024] = "", name[1024];
	double values[3];

	while (import_next_line(&line)) {
		const char *time = strstr(line.text, "time:   ["), *end = time;

		if (time && !criterion_three(time + strlen("time:   ["), values))
			return import_bad_line(&line, "time:   [1.2 ns 1.3 ns 1.4 ns]", err);
		if (!time) {
			if (*line.text && !isblank((unsigned char)*line.text))
				snprintf(before, sizeof before, "%.1000s", line.text);
			continue;
		}
		while (end > line.text && isblank((unsigned char)end[-1]))
			end--;
		snprintf(name, sizeof name, "%.*s", (int)(end - line.text), line.text);
		import_interval(import, *name ? name : before, &metric_time,
			(const double[]){ values[1], values[0], values[2] });
	}
	return 0;
}

const struct import_format import_criterion_text = {
	.name = "criterion-text",
	.title = "criterion.rs, what cargo bench prints",
	.shape = IMPORT_TEXT,
	.marks = { "time:   [", "]" },
	.read = criterion_text_read,
	.values = "an estimate with its interval",
	.more = "target/criterion has the samples",
};
