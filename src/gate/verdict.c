/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/verdict.h"

#include "stats/student.h"
#include "stats/summary.h"

#include <math.h>

static struct estimate estimate_logs(const struct doubles *values)
{
	struct summary logs = summary_of_logs(values->items, values->nr);
	struct interval interval = interval_of_mean(&logs, 0.95);

	return (struct estimate){
		.value = exp(logs.mean),
		.low = exp(interval.low),
		.high = exp(interval.high),
		.spread_pct = 100 * (exp(logs.sd) - 1),
	};
}

/* Metrics may be zero or negative, which have no logarithm. */
static struct estimate estimate_plain(const struct doubles *values)
{
	struct summary summary = summary_of(values->items, values->nr);
	struct interval interval = interval_of_mean(&summary, 0.95);

	return (struct estimate){
		.value = summary.mean,
		.low = interval.low,
		.high = interval.high,
		.spread_pct = summary.mean == 0 ? NAN : 100 * summary.sd / fabs(summary.mean),
	};
}

static struct estimate estimate(const struct doubles *values)
{
	struct estimate logs = estimate_logs(values);

	return isfinite(logs.value) && logs.value > 0 ? logs : estimate_plain(values);
}

static void add_result(struct verdict *verdict, const struct result *result)
{
	if (result->word != RESULT_OK) {
		*ARRAY_ADD(verdict) = (struct comparison){
			.word = result->word == RESULT_NOT_MEASURED ? VERDICT_NOT_MEASURED
								    : VERDICT_FAILED,
			.head = result,
		};
		return;
	}
	for (size_t i = 0; i < result->metrics.nr; i++)
		*ARRAY_ADD(verdict) = (struct comparison){
			.word = VERDICT_NEW,
			.head = result,
			.metric = &result->metrics.items[i],
			.estimate = estimate(&result->metrics.items[i].values),
		};
}

struct verdict verdict_of(const struct run *head)
{
	struct verdict verdict = { .head = head };

	for (size_t i = 0; i < head->nr; i++)
		add_result(&verdict, &head->items[i]);
	return verdict;
}

void verdict_release(struct verdict *verdict)
{
	ARRAY_RELEASE(verdict);
}

size_t verdict_count(const struct verdict *verdict, enum verdict_word word)
{
	size_t nr = 0;

	for (size_t i = 0; i < verdict->nr; i++)
		nr += verdict->items[i].word == word;
	return nr;
}

const char *verdict_word_name(enum verdict_word word)
{
	static const char *const names[] = {
		[VERDICT_NEW] = "NEW",
		[VERDICT_FAILED] = "FAILED",
		[VERDICT_NOT_MEASURED] = "NOT MEASURED",
	};

	return names[word];
}
