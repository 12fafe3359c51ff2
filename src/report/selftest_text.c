/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/selftest_text.h"

#include "model/units.h"
#include "report/cells.h"
#include "report/columns.h"
#include "report/describe.h"

#include <math.h>

#define NR(table) (sizeof(table) / sizeof *(table))

static void selftest_text_fill_name(const void *row, struct buf *cell)
{
	const struct selftest_bench *bench = row;

	buf_add_printable(cell, bench->name);
}

static void fill_slower(const void *row, struct buf *cell)
{
	const struct selftest_bench *bench = row;

	if (isnan(bench->slower_ratio))
		buf_addc(cell, '-');
	else
		units_add_ratio(cell, bench->slower_ratio);
}

static void selftest_text_add_word(
	const struct comparison *comparison, enum shown shown, struct buf *cell)
{
	if (shown == SHOWN_NOT_GATED)
		buf_adds(cell, verdict_word_name(VERDICT_UNGATED));
	else
		buf_adds(cell,
			verdict_word_name(comparison ? comparison->word : VERDICT_NOT_MEASURED));
}

static void fill_slowed(const void *row, struct buf *cell)
{
	const struct selftest_bench *bench = row;

	selftest_text_add_word(bench->slowed, bench->shown_slowed, cell);
}

static void fill_found(const void *row, struct buf *cell)
{
	const struct selftest_bench *bench = row;

	if (bench->slowed && bench->slowed->metric)
		cells_change(bench->slowed, cell);
}

static void selftest_text_add_seconds(const struct comparison *comparison, struct buf *cell)
{
	if (comparison && comparison->head)
		units_add_duration(cell, (double)comparison->head->spent_ns / 1e9);
}

static void fill_slowed_s(const void *row, struct buf *cell)
{
	const struct selftest_bench *bench = row;

	selftest_text_add_seconds(bench->slowed, cell);
}

static void fill_unchanged(const void *row, struct buf *cell)
{
	const struct selftest_bench *bench = row;

	selftest_text_add_word(bench->unchanged, bench->shown_unchanged, cell);
}

static void fill_bound(const void *row, struct buf *cell)
{
	const struct selftest_bench *bench = row;

	if (bench->unchanged && bench->unchanged->metric)
		cells_bound(bench->unchanged, cell);
}

static void fill_unchanged_s(const void *row, struct buf *cell)
{
	const struct selftest_bench *bench = row;

	selftest_text_add_seconds(bench->unchanged, cell);
}

static const struct column columns[] = {
	{ "benchmark", selftest_text_fill_name, 0 },
	{ "slowed by", fill_slower, 0 },
	{ "verdict", fill_slowed, 0 },
	{ "change", fill_found, 2 },
	{ "takes", fill_slowed_s, 1 },
	{ "unchanged", fill_unchanged, 0 },
	{ "bound", fill_bound, 2 },
	{ "takes", fill_unchanged_s, 1 },
};

/* Has no batch of the head one iteration more, but every so many? Then returns how many, else 0. */
static double batches_an_extra(const struct selftest_bench *bench)
{
	const struct duets *duets = &bench->slowed->head->duets;
	double extra = duets->nr ? (double)duets->items[0].iterations * bench->slower_ratio : 1;

	return extra < 1 ? 1 / extra : 0;
}

/* Has it no comparison, it was never begun. */
static void add_failed(const struct comparison *comparison, struct buf *out)
{
	const struct result *result = comparison ? describe_result(comparison) : NULL;

	if (!result || !result->reason) {
		buf_adds(out, "it has no measured time");
		return;
	}
	buf_addf(out, "%s: ", result_word_name(result->word));
	buf_add_printable(out, result->reason);
}

static void slowed_failed(const struct selftest_bench *bench, struct buf *out)
{
	add_failed(bench->slowed, out);
}

static void unchanged_failed(const struct selftest_bench *bench, struct buf *out)
{
	add_failed(bench->unchanged, out);
}

static void has_no_work(const struct selftest_bench *bench, struct buf *out)
{
	buf_adds(out, "it cannot be slowed: an iteration takes ");
	units_add(out, bench->slowed->base_estimate.value, "ns");
	buf_adds(out,
		", no more than one of an empty loop; the compiler may have removed the work: put BG_KEEP around inputs and results ('benchgate help suites')");
}

static void selftest_text_add_found(const struct selftest_bench *bench, struct buf *out)
{
	buf_adds(out, "with ");
	units_add_ratio(out, bench->slower_ratio);
	buf_adds(out, " more work, ");
	if (!isfinite(bench->slowed->change_ratio))
		return;
	buf_adds(out, "its time changed by ");
	units_add_change(out, bench->slowed->change_ratio);
	buf_adds(out, ", ");
}

/* Behind what the gate cannot tell; that the interval is too wide is said by this. */
static void selftest_text_add_reason(const struct comparison *comparison, struct buf *out)
{
	if (comparison->why != WHY_NOT_ENOUGH)
		buf_addf(out, ": %s", describe_group(comparison->why));
}

static void selftest_text_add_mend(const struct comparison *comparison, struct buf *out)
{
	struct buf mend = BUF_INIT;

	describe_advice(comparison, &mend);
	if (mend.len)
		buf_addf(out, "; %s", mend.data);
	buf_release(&mend);
}

static void slowed_wrong(const struct selftest_bench *bench, struct buf *out)
{
	selftest_text_add_found(bench, out);
	buf_addf(out,
		"which is %s; the measured time does not seem to grow with the work (the body waits for a clock, works in its first iteration only, or is cheaper when it runs again at once)",
		verdict_word_name(bench->slowed->word));
}

static void slowed_unsure(const struct selftest_bench *bench, struct buf *out)
{
	double batches = batches_an_extra(bench);

	selftest_text_add_found(bench, out);
	buf_addf(out, "%sthe gate cannot tell whether that is more than ",
		isfinite(bench->slowed->change_ratio) ? "and " : "");
	units_add_ratio(out, bench->slowed->tolerance.threshold_ratio);
	selftest_text_add_reason(bench->slowed, out);
	if (batches > 0)
		buf_addf(out,
			"; an iteration is so long that only one batch in %.0f has an iteration more, which is harder to detect than a change of the code",
			batches);
	selftest_text_add_mend(bench->slowed, out);
	buf_adds(out, ", or a larger change (--slow)");
}

static void unchanged_wrong(const struct selftest_bench *bench, struct buf *out)
{
	const struct comparison *unchanged = bench->unchanged;

	if (!metric_is_time(unchanged->metric)) {
		buf_add_printable(out, unchanged->metric->name);
		buf_addc(out, ' ');
	}
	buf_adds(out, "changed by ");
	units_add_change(out, unchanged->change_ratio);
	buf_addf(out,
		" though the code is the same on both sides, which is %s: a false alarm; check that the body does the same work in every process",
		verdict_word_name(unchanged->word));
}

static void unchanged_unsure(const struct selftest_bench *bench, struct buf *out)
{
	buf_adds(out, "the gate cannot tell whether it changed by less than ");
	units_add_ratio(out, bench->unchanged->tolerance.target_ratio);
	selftest_text_add_reason(bench->unchanged, out);
	selftest_text_add_mend(bench->unchanged, out);
}

typedef void explain_fn(const struct selftest_bench *bench, struct buf *out);

/* NULL: there is nothing to explain. */
static const struct explanation {
	explain_fn *slowed, *unchanged;
} explanations[SHOWN_NR] = {
	[SHOWN_FAILED] = { slowed_failed, unchanged_failed },
	[SHOWN_NOT_MEASURED] = { slowed_failed, unchanged_failed },
	[SHOWN_NO_WORK] = { has_no_work, NULL },
	[SHOWN_WRONG] = { slowed_wrong, unchanged_wrong },
	[SHOWN_UNSURE] = { slowed_unsure, unchanged_unsure },
};

static void selftest_text_add_line(
	const struct selftest_bench *bench, const char *half, explain_fn *explain, struct buf *out)
{
	if (!explain)
		return;
	buf_adds(out, "not proven: ");
	buf_add_printable(out, bench->name);
	buf_addf(out, ", %s: ", half);
	explain(bench, out);
	buf_addc(out, '\n');
}

static void add_explanations(const struct selftest *selftest, struct buf *out)
{
	for (size_t i = 0; i < selftest->nr; i++) {
		const struct selftest_bench *bench = &selftest->items[i];

		selftest_text_add_line(
			bench, "slowed", explanations[bench->shown_slowed].slowed, out);
		selftest_text_add_line(
			bench, "unchanged", explanations[bench->shown_unchanged].unchanged, out);
	}
}

static void add_not_gated(size_t nr, struct buf *out)
{
	if (nr)
		buf_addf(out, "%zu benchmark%s left out: the policy does not judge the time\n", nr,
			nr == 1 ? " is" : "s are");
}

static const char *opening(const struct selftest_count *count, size_t nr)
{
	if (count->slowed[SHOWN_WRONG] || count->unchanged[SHOWN_WRONG])
		return "the gate works here, but not for every benchmark";
	if (!nr || count->slowed[SHOWN_YES] < nr || count->unchanged[SHOWN_YES] < nr)
		return "it is not proven that the gate works here";
	return "the gate works here";
}

static void add_sum(const struct selftest *selftest, struct buf *out)
{
	struct selftest_count count = selftest_count(selftest);
	size_t nr = selftest->nr - count.slowed[SHOWN_NOT_GATED];

	add_not_gated(count.slowed[SHOWN_NOT_GATED], out);
	buf_addf(out, "%s: %zu of %zu slowed benchmark%s red, %zu of %zu unchanged %s green; ",
		opening(&count, nr), count.slowed[SHOWN_YES], nr, nr == 1 ? " is" : "s are",
		count.unchanged[SHOWN_YES], nr, nr == 1 ? "is" : "are");
	units_add_duration(out, selftest->duration_s);
	if (count.slowed[SHOWN_UNSURE] || count.unchanged[SHOWN_UNSURE] ||
		count.unchanged[SHOWN_WRONG])
		buf_adds(
			out, "; 'benchgate doctor --calibrate' shows what this machine can detect");
	buf_addc(out, '\n');
}

void selftest_text(const struct selftest *selftest, unsigned width, struct buf *out)
{
	struct rows rows = { selftest->items, selftest->nr, sizeof *selftest->items };

	columns_add(columns, NR(columns), rows, width, out);
	add_explanations(selftest, out);
	add_sum(selftest, out);
}
