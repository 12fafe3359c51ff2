/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/text_parts.h"

#include "report/calibration_text.h"

#define MAX_NOTES 3

/* By what is asked now, which may differ from what was asked when the machine was calibrated. */
static struct blindness blindness_of(const struct verdict *verdict, const struct result *head)
{
	const struct calibration_bench *bench = calibration_find(verdict->calibration, head->name);
	struct tolerance tolerance = policy_tolerance(verdict->policy, head, "time");

	if (!bench || !tolerance.gated)
		return (struct blindness){ head->name, 1, 0 };
	return (struct blindness){ head->name, tolerance.target_ratio,
		calibration_detectable(bench, tolerance.threshold_ratio) };
}

void text_blind(const struct page *page)
{
	const struct verdict *verdict = page->verdict;
	size_t nr = 0;

	if (!verdict->calibration || !verdict->policy)
		return;
	for (size_t i = 0; i < verdict->head->nr; i++) {
		struct blindness blindness = blindness_of(verdict, &verdict->head->items[i]);

		if (!calibration_is_blind(&blindness) || ++nr > MAX_NOTES)
			continue;
		buf_adds(page->out, "note: ");
		calibration_add_blindness(&blindness, page->out);
		buf_addf(page->out, " (doctor --calibrate, %.10s)\n",
			verdict->calibration->timestamp);
	}
	if (nr > MAX_NOTES)
		buf_addf(page->out, "note: and so with %zu more; 'benchgate compare' sees more\n",
			nr - MAX_NOTES);
}
