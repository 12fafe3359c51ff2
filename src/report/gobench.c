/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Go's benchmark text: a line a process, which is what benchstat counts as one observation. Of a
 * run in turn, too, it is the head's levels; the base's are in the base's own result file.
 */
#include "report/formats.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

/* One word: blanks would end it. */
static void gobench_add_word(struct buf *out, const char *text)
{
	size_t start = out->len;

	buf_add_printable(out, text);
	for (char *at = out->data + start; *at; at++)
		if (*at == ' ')
			*at = '_';
}

/* What follows "Benchmark" must not be a small letter. */
static void gobench_add_name(const struct result *result, struct buf *out)
{
	size_t start;

	buf_adds(out, "Benchmark");
	start = out->len;
	gobench_add_word(out, result->name);
	out->data[start] = (char)toupper((unsigned char)out->data[start]);
	buf_addf(out, "-%" PRIu32, result->nr_threads ? result->nr_threads : 1);
}

static void gobench_add_value(const struct metric *metric, double value, struct buf *out)
{
	if (!isfinite(value))
		return;
	buf_addf(out, "\t%.6g ", value);
	if (metric_is(metric, &metric_time) && strcmp(metric->unit, "ns") == 0) {
		buf_adds(out, "ns/op");
		return;
	}
	gobench_add_word(out, metric->name);
	if (*metric->unit) {
		buf_addc(out, '-');
		gobench_add_word(out, metric->unit);
	}
}

static uint64_t iterations_of(const struct result *result, size_t process)
{
	const struct process_row *row;

	if (process >= result->processes.nr || !result->processes.items[process].iterations)
		return 1;
	row = &result->processes.items[process];
	return row->iterations * (row->nr_batches ? row->nr_batches : 1);
}

static void gobench_add_process(const struct result *result, size_t process, struct buf *out)
{
	gobench_add_name(result, out);
	buf_addf(out, "\t%" PRIu64, iterations_of(result, process));
	for (size_t i = 0; i < result->metrics.nr; i++)
		if (process < result->metrics.items[i].values.nr)
			gobench_add_value(&result->metrics.items[i],
				result->metrics.items[i].values.items[process], out);
	buf_addc(out, '\n');
}

static size_t nr_processes(const struct result *result)
{
	size_t nr = 0;

	for (size_t i = 0; i < result->metrics.nr; i++)
		if (result->metrics.items[i].values.nr > nr)
			nr = result->metrics.items[i].values.nr;
	return nr;
}

static void gobench_add_line(const char *name, const char *value, struct buf *out)
{
	if (!value)
		return;
	buf_addf(out, "%s: ", name);
	buf_add_printable(out, value);
	buf_addc(out, '\n');
}

/* As Go spells it: "linux". */
static void gobench_add_system(const char *system, struct buf *out)
{
	size_t start = out->len;

	gobench_add_line("goos", system, out);
	for (char *at = out->data + start; *at; at++)
		*at = (char)tolower((unsigned char)*at);
}

static const char *go_arch(const char *arch)
{
	return arch && strcmp(arch, "x86_64") == 0     ? "amd64"
		: arch && strcmp(arch, "aarch64") == 0 ? "arm64"
						       : arch;
}

/* Lines on a machine hold until there are others. */
static void gobench_add_run(const struct run *head, struct buf *out)
{
	gobench_add_system(head->env.values[ENV_OS], out);
	gobench_add_line("goarch", go_arch(head->env.values[ENV_ARCH]), out);
	gobench_add_line("cpu", head->env.values[ENV_CPU], out);
	for (size_t i = 0; i < head->nr; i++)
		for (size_t process = 0; process < nr_processes(&head->items[i]); process++)
			gobench_add_process(&head->items[i], process, out);
}

void gobench_report(const struct verdict *verdict, struct buf *out)
{
	for (size_t i = 0; i < verdict->nr_parts; i++)
		gobench_add_run(verdict->parts[i].head, out);
}
