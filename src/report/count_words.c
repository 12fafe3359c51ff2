/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/count_words.h"

#include "gate/counts.h"
#include "model/counted.h"
#include "model/units.h"

#include <math.h>
#include <string.h>

static bool is_count(const struct comparison *comparison, enum counted id)
{
	return comparison->metric && counted_is(comparison->metric->name, id);
}

void count_words_add_apart(const struct comparison *comparison, struct buf *out)
{
	double apart = counts_apart_ratio(comparison);

	if (isfinite(apart))
		units_add_ratio(out, round(1e4 * apart) / 1e4);
	else
		buf_adds(out, "from zero");
	buf_adds(out, " apart");
}

static void add_uneven(const struct comparison *comparison, struct buf *out)
{
	if (comparison->evidence != EVIDENCE_COUNTED || comparison->why == WHY_UNEVEN ||
		comparison->is_limit || !counted_find(comparison->metric->name) ||
		!(counts_apart_ratio(comparison) > COUNTS_UNEVEN_RATIO))
		return;
	buf_adds(out, "; it does not do the same work each time (");
	count_words_add_apart(comparison, out);
	buf_addc(out, ')');
}

/* What a regression of a count means. */
static void add_meaning(const struct comparison *comparison, struct buf *out)
{
	if (comparison->why != WHY_BEYOND_THRESHOLD || !comparison->metric)
		return;
	if (is_count(comparison, COUNTED_HEAP_GROWTH))
		buf_adds(out, "; an iteration does not give this memory back: it leaks or grows");
	if (comparison->word != VERDICT_WARNING)
		return;
	if (is_count(comparison, COUNTED_INSTRUCTIONS)) {
		buf_adds(out, "; more instructions are not always slower");
		return;
	}
	buf_adds(out, "; it fails above ");
	units_add_ratio(out, comparison->tolerance.fail_ratio);
}

static bool is_all_the_same(const struct comparison *time, const struct comparison *work)
{
	return work->change_ratio == 0 && time->head->code == CODE_SAME && !time->head->differs;
}

/* A time that is undecided, or worse, is better known with the work beside it. */
static void add_work_beside(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	const struct comparison *work;

	if (comparison->word != VERDICT_INCONCLUSIVE && comparison->word != VERDICT_REGRESSION)
		return;
	work = counts_work_beside(verdict, comparison);
	if (!work)
		return;
	if (is_all_the_same(comparison, work)) {
		buf_adds(out, "; its work, its code and its libraries are unchanged");
	} else if (fabs(work->change_ratio) <= work->tolerance.threshold_ratio) {
		buf_adds(out, "; its work is unchanged (instructions ");
		units_add_change(out, work->change_ratio);
		buf_addc(out, ')');
	} else {
		buf_adds(out, "; it executes ");
		units_add_change(out, work->change_ratio);
		buf_adds(out, " instructions");
	}
}

void count_words_add(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	add_uneven(comparison, out);
	add_meaning(comparison, out);
	add_work_beside(verdict, comparison, out);
}

void count_words_add_lacking(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	const struct counting *counting = &verdict->parts[comparison->part].head->counting;
	size_t nr = 0;

	buf_adds(out, "the policy requires what could not be counted: ");
	for (int id = 0; id < NR_COUNTED; id++) {
		const struct untaken *item = counts_lacking(
			verdict->policy, counting, comparison->head, (enum counted)id);

		if (!item)
			continue;
		buf_addf(out, "%s%s (", nr++ ? ", " : "", counted_metrics[id].kind.name);
		buf_add_printable(out, item->reason);
		buf_addc(out, ')');
	}
}

static void add_of_counting(
	const char *what, const char *base, const char *head, const char *unsaid, struct buf *out)
{
	buf_addf(out, "%s: ", what);
	buf_add_printable(out, base ? base : unsaid);
	buf_adds(out, ", here ");
	buf_add_printable(out, head ? head : unsaid);
}

static bool is_same_text(const char *one, const char *other)
{
	return one && other ? strcmp(one, other) == 0 : one == other;
}

void count_words_add_mismatch(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	const struct verdict_part *part =
		comparison->part < verdict->nr_parts ? &verdict->parts[comparison->part] : NULL;
	const struct counting *base, *head;

	if (!part || part->counts_mismatch || !part->counts_base) {
		buf_add_printable(out,
			part && part->counts_mismatch ? part->counts_mismatch : "another build");
		return;
	}
	base = &part->counts_base->counting;
	head = &part->head->counting;
	if (!is_same_text(base->way, head->way))
		add_of_counting("instructions counted by", base->way, head->way, "nothing", out);
	else if (!is_same_text(base->dispatch, head->dispatch))
		add_of_counting("variant of the C library", base->dispatch, head->dispatch,
			"its own choice", out);
	else
		add_of_counting("processor, by which the C library chose",
			part->counts_base->env.values[ENV_CPU], part->head->env.values[ENV_CPU],
			"unknown", out);
}

bool count_words_are_quiet(const struct comparison *comparison)
{
	return comparison->is_count &&
		(comparison->word == VERDICT_PASS || comparison->word == VERDICT_NEW ||
			comparison->word == VERDICT_UNGATED);
}
