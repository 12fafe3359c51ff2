/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/counting.h"

#include "harness/counts.h"
#include "session/ci.h"
#include "session/output.h"
#include "sys/clock.h"
#include "sys/process.h"
#include "sys/trace.h"

#include <string.h>

enum counts_when counting_when(const struct measure_options *options, const struct policy *policy)
{
	enum counts_when when = policy->counts;

	for (unsigned i = COUNTS_AUTO; options->counts && counts_words[i]; i++)
		if (strcmp(options->counts, counts_words[i]) == 0)
			when = i;
	if (options->keep_profile && !options->counts)
		return COUNTS_CALLGRIND;
	if (when == COUNTS_UNSAID || when == COUNTS_AUTO)
		return ci_is_there() ? COUNTS_ON : COUNTS_NONE;
	return when;
}

static enum counts_way way_of(enum counts_when when)
{
	if (when == COUNTS_PERF)
		return COUNTS_BY_PERF;
	return when == COUNTS_CALLGRIND ? COUNTS_BY_CALLGRIND : COUNTS_BY_BEST;
}

/* What failed would fail again, and what is known to be the same would count the same. */
static bool is_counted(const struct result *result)
{
	return result && result->word == RESULT_OK && !result->identical;
}

/* The same number of iterations in both makes counts of both comparable to the last. */
static void lend_iterations(const struct counting_side *side, struct result *result)
{
	const struct result *like = side->like ? run_find(side->like, result->name) : NULL;

	result->counted_iterations = like ? like->counted_iterations : 0;
}

static size_t count_benches(const struct counting_side *side)
{
	size_t nr = 0;

	for (size_t i = 0; i < side->benches->nr; i++)
		nr += !side->benches->items[i].command &&
			is_counted(run_find(side->run, side->benches->items[i].name));
	return nr;
}

/* Measuring fills a budget, so counting has a part of its own. */
#define BUDGET_PARTS 4

uint64_t counting_allowance(uint64_t budget_ns, uint64_t spent_ns)
{
	uint64_t left_ns = budget_ns > spent_ns ? budget_ns - spent_ns : 0;

	if (!budget_ns)
		return UINT64_MAX;
	return left_ns > budget_ns / BUDGET_PARTS ? left_ns : budget_ns / BUDGET_PARTS;
}

static void count_all(const struct counts *counts, struct progress_line *line,
	const struct counting_side *side, struct progress *progress)
{
	uint64_t start_ns = clock_now_ns();
	uint64_t allowed_ns = counting_allowance(side->run->plan.budget_ns, side->run->duration_ns);

	for (size_t i = 0; i < side->benches->nr && !process_interrupted(); i++) {
		const struct bench *bench = &side->benches->items[i];
		struct result *result = run_find(side->run, bench->name);
		uint64_t trace_ns = trace_start();

		/* Commands have no worker that could count. */
		if (bench->command || !is_counted(result))
			continue;
		progress->name = bench->name;
		progress->elapsed_ns = clock_now_ns() - start_ns;
		if (progress->nr_done)
			progress->left_ns = progress->elapsed_ns / progress->nr_done *
				(progress->nr_all - progress->nr_done);
		progress_tell(line, progress);
		if (progress->elapsed_ns > allowed_ns) {
			counts_skip(bench, "no time was left for it in the budget",
				&side->run->counting);
			continue;
		}
		lend_iterations(side, result);
		counts_take(counts, bench, &side->run->plan, result, &side->run->counting);
		trace_event(trace_ns, 0, "measure", "count %s", bench->name);
		progress->nr_done++;
	}
}

void counting_take(const struct measure_options *options, enum counts_when when,
	const struct counting_side *side)
{
	struct progress_line own = progress_line(options->quiet, options->color);
	struct progress progress = { .nr_all = count_benches(side) };
	struct counts counts = COUNTS_INIT;
	uint64_t start_ns = clock_now_ns();

	if (when == COUNTS_NONE || !progress.nr_all || side->run->status == RUN_INTERRUPTED)
		return;
	counting_release(&side->run->counting);
	counts.keep_profile = options->keep_profile;
	counts_open(&counts, way_of(when), &side->run->counting);
	count_all(&counts, options->progress ? options->progress : &own, side, &progress);
	counts_join_untaken(&side->run->counting, progress.nr_all);
	counts_release(&counts);
	progress.name = NULL;
	progress_tell(&own, &progress);
	side->run->duration_ns += clock_now_ns() - start_ns;
}

#define MAX_NOTES 5

void counting_add_notes(const struct counting *counting, struct buf *text)
{
	for (size_t i = 0; i < counting->nr && i < MAX_NOTES; i++) {
		const struct untaken *item = &counting->items[i];

		buf_addf(text, "note: not counted%s", item->benchmark ? " of " : "");
		if (item->benchmark)
			buf_add_printable(text, item->benchmark);
		buf_addf(text, ": %s (", item->metric);
		buf_add_printable(text, item->reason);
		buf_adds(text, ")\n");
	}
	if (counting->nr > MAX_NOTES)
		buf_addf(text,
			"note: %zu more were not counted; the result file (--out) has all reasons\n",
			counting->nr - MAX_NOTES);
}
