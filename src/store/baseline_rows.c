/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/baseline_rows.h"

#include "model/result.h"

const struct json_field baseline_bench_rows[] = {
	JSON_FIELD_TEXT("tier", struct result, tier),
	JSON_FIELD_MAYBE("suite", struct result, suite),
	JSON_FIELD_TEXT("file", struct result, file),
	JSON_FIELD_U32("line", struct result, line),
	JSON_FIELD_U32("threads", struct result, nr_threads),
	JSON_FIELD_U64("iterations", struct result, pace.iterations),
	JSON_FIELD_U64("batches", struct result, pace.nr_batches),
	JSON_FIELD_NUMBER("bytes_per_iteration", struct result, bytes),
	JSON_FIELD_NUMBER("items_per_iteration", struct result, items),
	JSON_FIELD_END,
};

const struct json_field baseline_spent_rows[] = {
	JSON_FIELD_U64("spent_ns", struct result, spent_ns),
	JSON_FIELD_END,
};

const struct json_field baseline_counted_rows[] = {
	JSON_FIELD_U64("counted_iterations", struct result, counted_iterations),
	JSON_FIELD_END,
};

const struct json_field baseline_digest_rows[] = {
	JSON_FIELD_NUMBER("mean_ns", struct digest, mean),
	JSON_FIELD_NUMBER("std_dev_ns", struct digest, sd),
	JSON_FIELD_U64("sample_size", struct digest, nr),
	JSON_FIELD_END,
};

const struct json_field baseline_change_rows[] = {
	JSON_FIELD_TEXT("timestamp", struct change, timestamp),
	JSON_FIELD_WORD("reason", struct change, reason, enum reason, reason_words),
	JSON_FIELD_MAYBE("note", struct change, note),
	JSON_FIELD_MAYBE("commit", struct change, commit),
	JSON_FIELD_MAYBE("approved_by", struct change, approved_by),
	JSON_FIELD_NUMBER("old_ns", struct change, old_ns),
	JSON_FIELD_NUMBER("new_ns", struct change, new_ns),
	JSON_FIELD_END,
};

static const char *const better_words[] = { "less", "more", NULL };

const struct json_field baseline_metric_rows[] = {
	JSON_FIELD_TEXT("unit", struct metric_line, unit),
	JSON_FIELD_WORD("better", struct metric_line, better, unsigned, better_words),
	JSON_FIELD_END,
};
