/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/formats.h"

#include "report/basis.h"
#include "report/describe.h"
#include "report/escape.h"

#include <math.h>

static void csv_add_text(struct buf *out, const char *text)
{
	escape_csv(out, text);
	buf_addc(out, ',');
}

/* All its digits; empty where there is none. */
static void csv_add_number(struct buf *out, double number)
{
	if (isfinite(number))
		buf_addf(out, "%.17g", number);
	buf_addc(out, ',');
}

static void csv_add_row(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	const struct result *result = describe_result(comparison);
	const struct metric *metric = comparison->metric;
	bool asked = comparison->tolerance.gated && !comparison->is_limit;
	struct buf why = BUF_INIT;

	describe_reason(verdict, comparison, &why);
	csv_add_text(out, result->name);
	csv_add_text(out, metric ? metric->name : "");
	csv_add_text(out, result->tier);
	csv_add_text(out, verdict_word_name(comparison->word));
	csv_add_text(out, metric ? metric->unit : "");
	csv_add_number(out, comparison->is_limit ? NAN : comparison->base_estimate.value);
	csv_add_number(out, comparison->estimate.value);
	csv_add_number(out, comparison->change_ratio);
	csv_add_number(out, comparison->change_low);
	csv_add_number(out, comparison->change_high);
	csv_add_number(out, verdict_p_value(verdict, comparison));
	csv_add_number(out, verdict_p_above_threshold(comparison));
	csv_add_number(out, verdict_p_above_threshold_adjusted(verdict, comparison));
	csv_add_number(out, asked ? comparison->tolerance.threshold_ratio : NAN);
	csv_add_number(out, comparison->is_limit ? comparison->tolerance.limit->value : NAN);
	csv_add_text(out, why.data);
	escape_csv(out, basis_is_weak(comparison) ? basis_words[comparison->basis] : "");
	buf_adds(out, "\r\n");
	buf_release(&why);
}

/* Lines end as RFC 4180 has them. */
void csv_report(const struct verdict *verdict, struct buf *out)
{
	buf_adds(out,
		"benchmark,metric,tier,status,unit,baseline,value,change,low,high,p_value,p_above_threshold,p_above_threshold_adjusted,threshold,limit,why,basis\r\n");
	for (size_t i = 0; i < verdict->nr; i++)
		csv_add_row(verdict, &verdict->items[i], out);
}
