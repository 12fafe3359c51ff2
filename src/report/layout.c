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

	return head && comparison->metric && !comparison->is_limit &&
		comparison->evidence == EVIDENCE_IN_TURN && comparison->word != VERDICT_PASS &&
		metric_is_time(comparison->metric) &&
		(head->code == CODE_SAME || head->code == CODE_MOVED);
}

bool layout_is_suspected(const struct comparison *comparison)
{
	return concerns(comparison) && comparison->word != VERDICT_INCONCLUSIVE &&
		comparison->head->branchy && fabs(comparison->change_ratio) <= LAYOUT_RATIO;
}

void layout_add(const struct comparison *comparison, struct buf *out)
{
	bool suspected = layout_is_suspected(comparison);

	if (!concerns(comparison))
		return;
	if (comparison->head->code == CODE_SAME)
		buf_adds(out, "the machine code that it reaches is byte-identical on both sides");
	else if (suspected)
		buf_adds(out,
			"its own machine code is the same on both sides, though not all that it reaches");
	if (suspected)
		buf_adds(out,
			"; this may be code layout alone, for branchy code depends on where it lies: "
			"build both sides with -falign-functions=64");
}
