/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/text_parts.h"

#include "report/calibration_text.h"

#define MAX_NOTES 3

/* By what is asked now, which may differ from what was asked when the machine was calibrated. */
static struct blindness blindness_of(const struct policy *policy,
	const struct calibration *calibration, const struct result *head)
{
	const struct calibration_bench *bench = calibration_find(calibration, head->name);
	struct tolerance tolerance = policy_tolerance(policy, head, metric_time.name);

	if (!bench || !tolerance.gated)
		return (struct blindness){ head->name, 1, 0 };
	return (struct blindness){ head->name, tolerance.target_ratio,
		calibration_detectable(bench, tolerance.threshold_ratio) };
}

/* Adds to *nr those that there are. */
static void text_blind_add_notes(
	const struct page *page, const struct verdict_part *part, size_t *nr)
{
	for (size_t i = 0; part->calibration && i < part->head->nr; i++) {
		struct blindness blindness = blindness_of(
			page->verdict->policy, part->calibration, &part->head->items[i]);

		if (!calibration_is_blind(&blindness) || ++*nr > MAX_NOTES)
			continue;
		buf_adds(page->out, "note: ");
		calibration_add_blindness(&blindness, page->out);
		buf_addf(page->out, " (doctor --calibrate, %.10s)\n", part->calibration->timestamp);
	}
}

void text_blind(const struct page *page)
{
	const struct verdict *verdict = page->verdict;
	size_t nr = 0;

	for (size_t i = 0; verdict->policy && i < verdict->nr_parts; i++)
		text_blind_add_notes(page, &verdict->parts[i], &nr);
	if (nr > MAX_NOTES)
		buf_addf(page->out,
			"note: the same holds for %zu more; 'benchgate compare' detects smaller changes\n",
			nr - MAX_NOTES);
}
