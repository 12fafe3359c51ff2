/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/accepted.h"

#include "model/units.h"

#include <math.h>

static void add_acceptance(const struct comparison *comparison, struct buf *out)
{
	const struct acceptance *acceptance = comparison->acceptance;
	bool accepted = comparison->word == VERDICT_ACCEPTED && !comparison->trade.rule;

	if (!acceptance)
		return;
	buf_adds(out, accepted ? "; accepted" : "; was accepted");
	if (acceptance->by) {
		buf_adds(out, " by ");
		buf_add_printable(out, acceptance->by);
	}
	if (isfinite(acceptance->max_ratio)) {
		buf_adds(out, " up to ");
		units_add_ratio(out, acceptance->max_ratio);
	}
	if (acceptance->until) {
		buf_adds(out, " until ");
		buf_add_printable(out, acceptance->until);
	}
	if (!accepted)
		buf_adds(out, comparison->acceptance_expired ? " (expired)" : " (exceeded)");
	buf_adds(out, ": ");
	buf_add_printable(out, acceptance->reason);
}

/* "allocated", or "3 parse + 1 render time" */
static void add_payment(const struct payment *payment, struct buf *out)
{
	const struct weights *weights = &payment->weights;

	for (size_t i = 0; i < weights->nr; i++) {
		buf_addf(out, "%s%.9g ", i ? "+ " : "", weights->items[i].factor);
		buf_add_printable(out, weights->items[i].benchmark);
		buf_addc(out, ' ');
	}
	buf_add_printable(out, payment->metric);
}

/* With both numbers; that of what got worse stands before. */
static void add_trade(const struct comparison *comparison, struct buf *out)
{
	const struct trade *trade = &comparison->trade;

	if (!trade->rule)
		return;
	buf_addf(out, "; %sthe trade-off \"", trade->word == TRADE_HOLDS ? "accepted by " : "");
	buf_add_printable(out, trade->rule->name);
	buf_adds(out, trade->word == TRADE_HOLDS ? "\" (up to " : "\" does not cover it (up to ");
	units_add_ratio(out, trade->rule->worse_by_ratio);
	buf_adds(out, " worse): ");
	add_payment(&trade->rule->payment, out);
	if (trade->word == TRADE_NOT_COMPARED) {
		buf_adds(out, " was not compared");
		return;
	}
	buf_addc(out, ' ');
	units_add_change(out, trade->paid_ratio);
	if (trade->word == TRADE_TOO_MUCH_WORSE)
		return;
	buf_adds(out,
		trade->word == TRADE_HOLDS ? ", surely better by " : ", not surely better by ");
	units_add_ratio(out, trade->rule->payment.better_by_ratio);
	if (trade->word != TRADE_HOLDS)
		return;
	buf_adds(out, ": ");
	buf_add_printable(out, trade->rule->reason);
}

void accepted_add(const struct comparison *comparison, struct buf *out)
{
	add_acceptance(comparison, out);
	add_trade(comparison, out);
}
