/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/result.h"

#include "base/buf.h"
#include "base/str.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *const result_words[] = {
	[RESULT_OK] = "ok",
	[RESULT_CRASHED] = "crashed",
	[RESULT_ABORTED] = "aborted",
	[RESULT_EXITED] = "exited",
	[RESULT_TIMED_OUT] = "timed-out",
	[RESULT_OUT_OF_MEMORY] = "out-of-memory",
	[RESULT_WRONG] = "wrong-result",
	[RESULT_NOT_LOADED] = "not-loaded",
	[RESULT_NOT_MEASURED] = "not-measured",
	NULL,
};

const char *result_word_name(enum result_word word)
{
	return result_words[word];
}

int fault_set(struct fault *fault, enum result_word word, const char *format, ...)
{
	va_list args;

	fault->word = word;
	va_start(args, format);
	vsnprintf(fault->reason, sizeof fault->reason, format, args);
	va_end(args);
	return -1;
}

const char *const reason_words[] = {
	[REASON_SESSION] = "session",
	[REASON_IMPROVEMENT] = "sustained-improvement",
	[REASON_ENVIRONMENT] = "environment-change",
	[REASON_PROCEDURE] = "test-procedure",
	[REASON_OVERRIDE] = "manual-override",
	NULL,
};

const char *const basis_words[] = {
	[BASIS_PROCESSES] = "processes",
	[BASIS_SAMPLES] = "samples",
	[BASIS_MEAN] = "mean",
	[BASIS_INTERVAL] = "interval",
	[BASIS_SINGLE] = "single",
	NULL,
};

struct metric *metrics_find(const struct metrics *metrics, const char *name)
{
	for (size_t i = 0; i < metrics->nr; i++)
		if (strcmp(metrics->items[i].name, name) == 0)
			return &metrics->items[i];
	return NULL;
}

const struct metric_kind metric_time = { "time", "ns", false };
const struct metric_kind metric_typical = { "typical", "ns", false };

struct metric *metrics_time(const struct metrics *metrics)
{
	struct metric *time = metrics_find(metrics, metric_time.name);

	return time ? time : metrics_find(metrics, metric_typical.name);
}

void metrics_date_time(struct metrics *metrics)
{
	struct metric *time = metrics_find(metrics, metric_time.name);

	/* A digest does not say which of the two its mean is of. */
	if (!time || time->digest.nr || metrics_find(metrics, metric_typical.name))
		return;
	free(time->name);
	time->name = str_dup(metric_typical.name);
}

bool metric_is(const struct metric *metric, const struct metric_kind *kind)
{
	return strcmp(metric->name, kind->name) == 0;
}

bool metric_is_time(const struct metric *metric)
{
	return metric_is(metric, &metric_time) || metric_is(metric, &metric_typical);
}

struct metric *metrics_make(struct metrics *metrics, const struct metric_kind *kind)
{
	struct metric *metric = metrics_find(metrics, kind->name);

	if (!metric) {
		metric = ARRAY_ADD(metrics);
		*metric = (struct metric){ .name = str_dup(kind->name),
			.unit = str_dup(kind->unit),
			.more_is_better = kind->more_is_better };
	}
	return metric;
}

struct metric *metrics_add(struct metrics *metrics, const struct metric_kind *kind, double value)
{
	struct metric *metric = metrics_make(metrics, kind);

	*ARRAY_ADD(&metric->values) = value;
	return metric;
}

void metrics_add_ratio(struct metrics *metrics, const struct metric_kind *kind, double log_ratio)
{
	struct metric *metric = metrics_make(metrics, kind);

	*ARRAY_ADD(&metric->ratios) = log_ratio;
}

bool metric_is_digest(const struct metric *metric)
{
	return metric->digest.nr && !metric->sessions.nr;
}

double metric_level(const struct metric *metric)
{
	double sum = 0;

	if (metric->digest.nr)
		return metric->digest.mean;
	for (size_t i = 0; i < metric->values.nr; i++)
		sum += metric->values.items[i];
	return metric->values.nr ? sum / (double)metric->values.nr : NAN;
}

bool duet_counts(const struct duet *duet)
{
	/* Slow bodies have few, and none of them is dropped. */
	return duet->nr_dropped ? duet->nr_quads >= duet->nr_dropped + DUET_MIN_QUADS
				: duet->nr_quads > 0;
}

void metric_release(struct metric *metric)
{
	free(metric->name);
	free(metric->unit);
	ARRAY_RELEASE(&metric->values);
	ARRAY_RELEASE(&metric->ratios);
	ARRAY_RELEASE(&metric->sessions);
}

void metrics_release(struct metrics *metrics)
{
	for (size_t i = 0; i < metrics->nr; i++)
		metric_release(&metrics->items[i]);
	ARRAY_RELEASE(metrics);
}

void result_init(struct result *result, const struct bench *bench)
{
	*result = (struct result){
		.name = str_dup(bench->name),
		.tier = str_dup(bench->tier),
		.suite = str_dup(str_path_name(bench->source)),
		.file = str_dup(bench->file),
		.line = bench->line,
		.nr_threads = bench->nr_threads,
	};
}

bool result_is_empty(const struct result *result)
{
	size_t nr_empty = 0;

	for (size_t i = 0; i < result->processes.nr; i++)
		nr_empty += result->processes.items[i].empty;
	for (size_t i = 0; i < result->duets.nr; i++)
		nr_empty += result->duets.items[i].head_empty;
	return 2 * nr_empty > result->processes.nr + result->duets.nr;
}

bool result_base_is_empty(const struct result *result)
{
	size_t nr_empty = 0;

	for (size_t i = 0; i < result->duets.nr; i++)
		nr_empty += result->duets.items[i].base_empty;
	return 2 * nr_empty > result->duets.nr;
}

void change_release(struct change *change)
{
	free(change->timestamp);
	free(change->note);
	free(change->commit);
	free(change->approved_by);
}

void result_release(struct result *result)
{
	metrics_release(&result->metrics);
	metrics_release(&result->counts);
	profile_release(&result->profile);
	kept_explanation_free(result->explained);
	ARRAY_RELEASE(&result->processes);
	for (size_t i = 0; i < result->batches.nr; i++)
		ARRAY_RELEASE(&result->batches.items[i]);
	ARRAY_RELEASE(&result->batches);
	ARRAY_RELEASE(&result->duets);
	for (size_t i = 0; i < result->changes.nr; i++)
		change_release(&result->changes.items[i]);
	ARRAY_RELEASE(&result->changes);
	free(result->name);
	free(result->tier);
	free(result->suite);
	free(result->file);
	free(result->reason);
	free(result->note);
	free(result->differs);
}

void result_fault(struct result *result, const struct fault *fault)
{
	free(result->reason);
	result->word = fault->word;
	result->reason = str_dup(fault->reason);
}

void result_add_note(struct result *result, const char *note)
{
	struct buf text = BUF_INIT;

	if (result->note)
		buf_addf(&text, "%s; ", result->note);
	buf_adds(&text, note);
	free(result->note);
	result->note = buf_detach(&text);
}
