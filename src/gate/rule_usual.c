/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an alert says of a comparison if its rule has no words of its own; tests/data/words.txt
 * holds it beside the words of the reports. */
#include "gate/rules.h"

#include "model/units.h"

#include <math.h>
#include <string.h>

static const struct fact *known(const char *name)
{
	return fact_named(name, strlen(name));
}

static void add_fact(const char *name, const struct subject *subject, struct buf *out)
{
	fact_print(known(name), subject, out);
}

static void add_certainty(const struct subject *subject, struct buf *out)
{
	const struct comparison *comparison = subject->comparison;

	if (comparison->evidence == EVIDENCE_EXACT) {
		buf_adds(out, ", exactly");
		return;
	}
	if (isnan(comparison->change_low))
		return;
	buf_adds(out, " (95 %: ");
	units_add_changes(out, comparison->change_low, comparison->change_high);
	if (!isnan(known("p_value")->number(subject))) {
		buf_adds(out, ", p ");
		add_fact("p_value", subject, out);
	}
	buf_addc(out, ')');
}

static void add_change(const struct subject *subject, struct buf *out)
{
	const struct comparison *comparison = subject->comparison;
	bool more = comparison->change_ratio > 0;
	bool is_time = comparison->metric && metric_is_time(comparison->metric);

	if (isinf(comparison->change_ratio)) {
		buf_adds(out, " rose from zero");
	} else {
		buf_adds(out, is_time ? " takes " : more ? " rose by " : " fell by ");
		units_add_ratio(out, fabs(comparison->change_ratio));
		if (is_time)
			buf_adds(out, more ? " longer" : " less time");
	}
	if (comparison->metric) {
		buf_adds(out, ": ");
		add_fact("baseline_value", subject, out);
		buf_adds(out, " -> ");
		add_fact("current_value", subject, out);
	}
	add_certainty(subject, out);
}

static void add_limit(const struct subject *subject, struct buf *out)
{
	const struct comparison *comparison = subject->comparison;
	double worse = verdict_worsening(comparison);

	buf_adds(out, " is ");
	add_fact("current_value", subject, out);
	buf_adds(out,
		!(worse > 0)                                 ? ", within "
			: comparison->metric->more_is_better ? ", below "
							     : ", over ");
	buf_adds(out, "its budget of ");
	buf_add_printable(out, comparison->tolerance.limit->text);
}

static void add_reason(const struct result *head, struct buf *out)
{
	if (!head || !head->reason)
		return;
	buf_adds(out, ": ");
	if (head->word != RESULT_NOT_MEASURED)
		buf_addf(out, "%s: ", result_word_name(head->word));
	buf_add_printable(out, head->reason);
}

/* Where there is no change to speak of. */
static void add_word(const struct subject *subject, struct buf *out)
{
	const struct comparison *comparison = subject->comparison;

	switch (comparison->word) {
	case VERDICT_FAILED:
		buf_adds(out,
			comparison->is_limit ? " cannot be compared with its budget" : " failed");
		add_reason(comparison->head, out);
		break;
	case VERDICT_NOT_MEASURED:
		buf_adds(out, " was not measured");
		add_reason(comparison->head, out);
		break;
	case VERDICT_MISSING:
		buf_adds(out,
			comparison->why == WHY_METRIC_GONE
				? " is in the base, but the benchmark no longer reports it"
				: " is in the base, but not in the suite");
		break;
	case VERDICT_NEW:
		buf_adds(out, " is new: not in the base");
		break;
	case VERDICT_REFUSED:
		buf_adds(out, " was not compared: the base is not comparable");
		break;
	case VERDICT_PASS:
		buf_adds(out, " did not change: PASS");
		break;
	default:
		buf_addf(out, ": %s", verdict_word_name(comparison->word));
		break;
	}
}

void rule_usual_message(const struct subject *subject, struct buf *out)
{
	const struct comparison *comparison = subject->comparison;
	double change_ratio = comparison->change_ratio;

	verdict_add_name(comparison, out);
	if (isnan(change_ratio) || (change_ratio == 0 && !comparison->is_limit)) {
		add_word(subject, out);
		return;
	}
	if (comparison->is_limit)
		add_limit(subject, out);
	else
		add_change(subject, out);
	if (comparison->word != VERDICT_REGRESSION && comparison->word != VERDICT_IMPROVEMENT)
		buf_addf(out, "; %s", verdict_word_name(comparison->word));
}
