/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/basis.h"

#include "model/units.h"

#include <math.h>
#include <string.h>

void basis_add_values(const struct metric *metric, size_t nr, struct buf *out)
{
	const char *plural = nr == 1 ? "" : "s";

	switch (metric->basis) {
	case BASIS_PROCESSES:
		buf_addf(out, "%zu process%s", nr, nr == 1 ? "" : "es");
		break;
	case BASIS_SAMPLES:
		buf_addf(out, "%zu sample%s of one process", nr, plural);
		break;
	case BASIS_MEAN:
		buf_addf(out, "a mean of %zu sample%s", nr, plural);
		break;
	case BASIS_INTERVAL:
		buf_adds(out, "a value with its interval");
		break;
	case BASIS_SINGLE:
		buf_adds(out, "a single value");
		break;
	}
}

bool basis_is_weak(const struct comparison *comparison)
{
	return comparison->metric && comparison->basis != BASIS_PROCESSES &&
		comparison->evidence != EVIDENCE_EXACT;
}

/* Of the side that says less; its file may be of another tool than the other's. */
static const char *more_of(const struct verdict *verdict, const struct comparison *comparison)
{
	const struct verdict_part *part = &verdict->parts[comparison->part];
	bool is_of_base = comparison->base_metric &&
		comparison->base_metric->basis > comparison->metric->basis;

	return is_of_base && part->base ? part->base->more : part->head->more;
}

void basis_add_note(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	static const char *const notes[] = {
		[BASIS_SAMPLES] = "; from samples of one process",
		[BASIS_MEAN] = "; from a mean and its deviation",
		[BASIS_INTERVAL] = "; from a value and its interval",
	};
	const char *more;

	if (!basis_is_weak(comparison))
		return;
	if (comparison->basis != BASIS_SINGLE && comparison->evidence != EVIDENCE_NONE)
		buf_adds(out, notes[comparison->basis]);
	more = more_of(verdict, comparison);
	/* Who has samples wants processes. */
	if (more && comparison->basis == BASIS_SAMPLES && !strstr(more, "process"))
		more = NULL;
	if (more && comparison->word == VERDICT_INCONCLUSIVE) {
		buf_adds(out, " (");
		buf_add_printable(out, more);
		buf_addc(out, ')');
	}
}

/* A process of another tool's file counts as one batch of one iteration, without a source, and took
 * none of our time. */
static bool basis_is_of_tool(const struct comparison *comparison)
{
	const struct result *head = comparison->head;
	const struct process_row *first =
		head && head->processes.nr ? &head->processes.items[0] : NULL;

	return first && first->iterations == 1 && first->nr_batches == 1 && first->settled &&
		!(head->file && *head->file) && !head->spent_ns;
}

void basis_add_in_turn(const struct comparison *comparison, struct buf *out)
{
	buf_adds(out,
		basis_is_of_tool(comparison)
			? "let benchgate run the tool, base and head in turn (compare --bench)"
			: "measure it in turn with the base (--base REVISION|FILE)");
}

void basis_add_from(const struct comparison *comparison, struct buf *out)
{
	if (basis_is_of_tool(comparison))
		buf_adds(out, " --from FILE..., each a minute or more after the last");
}

void basis_add_sure(const struct comparison *comparison, struct buf *out)
{
	double open = (1 + comparison->bound_ratio) / (1 + comparison->change_ratio);
	double threshold = comparison->tolerance.threshold_ratio;

	if (!(comparison->change_ratio > threshold) || !isfinite(open))
		return;
	buf_adds(out, "; a regression is sure from ");
	units_add_change(out, (1 + threshold) * open - 1);
	buf_adds(out, " on");
}
