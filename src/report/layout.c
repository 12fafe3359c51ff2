/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/layout.h"

#include <math.h>
#include <string.h>

/* An unrelated function of 16 bytes was seen to move a tokenizer by 6 to 12 %. */
#define LAYOUT_RATIO 0.12

/* A time that did not pass, and whose own code is the same on both sides. */
static bool concerns(const struct comparison *comparison)
{
	const struct result *head = comparison->head;

	if (comparison->word == VERDICT_LAYOUT)
		return true;
	return head && comparison->metric && !comparison->is_limit &&
		comparison->evidence == EVIDENCE_IN_TURN && comparison->word != VERDICT_PASS &&
		metric_is_time(comparison->metric) &&
		(head->code == CODE_SAME || head->code == CODE_MOVED);
}

bool layout_is_suspected(const struct comparison *comparison)
{
	if (comparison->word == VERDICT_LAYOUT)
		return true;
	return concerns(comparison) && comparison->word != VERDICT_INCONCLUSIVE &&
		comparison->head->branchy && !comparison->head->differs &&
		!comparison->nr_layouts && fabs(comparison->change_ratio) <= LAYOUT_RATIO;
}

static void add_what_is_same(const struct result *head, bool suspected, struct buf *out)
{
	if (head->code == CODE_SAME)
		buf_adds(out, "the machine code that it reaches is byte-identical on both sides");
	else if (head->differs)
		buf_adds(out,
			"its own machine code is the same on both sides; what else it uses is not, or cannot be proved to be: ");
	else if (suspected)
		buf_adds(out,
			"its own machine code is the same on both sides, though not all that it reaches");
	if (head->code != CODE_SAME && head->differs)
		buf_add_printable(out, head->differs);
}

void layout_add(const struct comparison *comparison, struct buf *out)
{
	bool suspected = layout_is_suspected(comparison);

	if (!concerns(comparison))
		return;
	add_what_is_same(comparison->head, suspected, out);
	if (!suspected)
		return;
	buf_adds(out,
		comparison->word == VERDICT_LAYOUT
			? "; where it lies is not"
			: "; this may be code layout alone, for branchy code depends on where it lies");
	if (!comparison->nr_layouts)
		buf_adds(out,
			": compare with --layouts 8, or build both sides with -falign-functions=64");
}
