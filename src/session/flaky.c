/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/flaky.h"

#include "base/array.h"
#include "base/str.h"
#include "gate/trial.h"
#include "gate/verdict.h"

#include <stdlib.h>
#include <string.h>

/* Each is read and judged again. */
#define MAX_RUNS 300
#define S_NS 1e9

/* What a benchmark did at a commit, a bit each. */
enum {
	DID_WORK = 1,
	DID_FAIL = 2,
	DID_PASS = 4,
	DID_REGRESS = 8,
};

struct deed {
	size_t row;         /* of the benchmark */
	const char *commit; /* borrowed from the list of runs */
	unsigned did;
};

struct deeds {
	struct deed *items;
	size_t nr, alloc;
};

struct flaky_counting {
	const struct policy *policy;
	struct weekly_flakies *flakies;
	struct deeds deeds;
	size_t before; /* the row that was found last: most runs have the same order */
};

static size_t find_flaky(struct flaky_counting *counting, const char *benchmark)
{
	struct weekly_flakies *flakies = counting->flakies;

	for (size_t i = 0; i < flakies->nr; i++) {
		size_t at = (counting->before + 1 + i) % flakies->nr;

		if (strcmp(flakies->items[at].benchmark, benchmark) == 0)
			return counting->before = at;
	}
	*ARRAY_ADD(flakies) = (struct weekly_flaky){ .benchmark = str_dup(benchmark) };
	return counting->before = flakies->nr - 1;
}

static void add_deed(struct flaky_counting *counting, size_t row, const char *commit, unsigned did)
{
	if (commit)
		*ARRAY_ADD(&counting->deeds) = (struct deed){ row, commit, did };
}

static void count_ends(struct flaky_counting *counting, const struct run *run, const char *commit)
{
	for (size_t i = 0; i < run->nr; i++) {
		const struct result *result = &run->items[i];
		struct weekly_flaky *flaky;
		bool failed = result->word != RESULT_OK;
		size_t row;

		if (result->word == RESULT_NOT_MEASURED)
			continue;
		row = find_flaky(counting, result->name);
		flaky = &counting->flakies->items[row];
		flaky->nr_runs++;
		flaky->nr_failed += failed;
		flaky->nr_retried += result->note && strstr(result->note, "flaky: ");
		add_deed(counting, row, commit, failed ? DID_FAIL : DID_WORK);
	}
}

/* A benchmark is as undecided as the least sure of its metrics. */
static void count_word(struct flaky_counting *counting, const struct verdict *verdict, size_t from,
	size_t to, const char *commit)
{
	const struct result *head = verdict->items[from].head;
	struct weekly_flaky *flaky;
	bool undecided = false, regressed = false;
	size_t row;

	for (size_t i = from; i < to; i++) {
		undecided |= verdict->items[i].word == VERDICT_INCONCLUSIVE;
		regressed |= verdict->items[i].word == VERDICT_REGRESSION;
	}
	row = find_flaky(counting, head->name);
	flaky = &counting->flakies->items[row];
	flaky->nr_judged++;
	flaky->nr_undecided += undecided;
	flaky->undecided_s += undecided ? (double)head->spent_ns / S_NS : 0;
	if (!undecided)
		add_deed(counting, row, commit, regressed ? DID_REGRESS : DID_PASS);
}

static void count_words(struct flaky_counting *counting, const struct run *run, const char *commit)
{
	/* The ratios are with the base; only its name is looked up. */
	const struct trial trial = {
		.head = run, .base = run, .policy = counting->policy, .today = "", .in_turn = true
	};
	struct verdict verdict = trial_judge(&trial);

	for (size_t from = 0, to; from < verdict.nr; from = to) {
		const struct result *head = verdict.items[from].head;

		for (to = from + 1; to < verdict.nr && verdict.items[to].head == head;)
			to++;
		if (head && head->word == RESULT_OK && head->duets.nr)
			count_word(counting, &verdict, from, to, commit);
	}
	verdict_release(&verdict);
}

static int compare_deeds(const void *a, const void *b)
{
	const struct deed *one = a, *other = b;

	if (one->row != other->row)
		return one->row < other->row ? -1 : 1;
	return strcmp(one->commit, other->commit);
}

static void add_mixed(struct weekly_flaky *flaky, const struct deed *deed)
{
	const unsigned ends = DID_WORK | DID_FAIL, words = DID_PASS | DID_REGRESS;

	if ((deed->did & ends) == ends && !flaky->failed_and_worked)
		flaky->failed_and_worked = str_dup(deed->commit);
	if ((deed->did & words) == words && !flaky->passed_and_regressed)
		flaky->passed_and_regressed = str_dup(deed->commit);
}

static void find_mixed(struct flaky_counting *counting)
{
	struct deeds *deeds = &counting->deeds;

	if (deeds->nr)
		qsort(deeds->items, deeds->nr, sizeof *deeds->items, compare_deeds);
	for (size_t i = 0; i < deeds->nr; i++) {
		struct deed *next = i + 1 < deeds->nr ? &deeds->items[i + 1] : NULL;

		if (next && compare_deeds(&deeds->items[i], next) == 0)
			next->did |= deeds->items[i].did;
		else
			add_mixed(&counting->flakies->items[deeds->items[i].row], &deeds->items[i]);
	}
}

static int count_flaky_run(struct flaky_counting *counting, struct history *history,
	const struct history_run *row, struct error *err)
{
	struct run run = RUN_INIT;
	int rc = history_read(history, row->number, &run, err);

	if (!rc) {
		count_ends(counting, &run, row->dirty ? NULL : row->commit);
		if (row->in_turn)
			count_words(counting, &run, row->dirty ? NULL : row->commit);
	}
	run_release(&run);
	return rc;
}

int flaky_read(struct history *history, const struct history_runs *runs,
	const struct policy *policy, struct weekly *weekly, struct error *err)
{
	struct flaky_counting counting = { .policy = policy, .flakies = &weekly->flaky };
	size_t nr = 0;
	int rc = 0;

	for (size_t i = runs->nr; i-- > 0 && nr < MAX_RUNS && !rc;) {
		const struct history_run *run = &runs->items[i];

		if (strcmp(run->time, weekly->since) < 0)
			break;
		if (!run->is_whole)
			continue;
		rc = count_flaky_run(&counting, history, run, err);
		nr++;
	}
	find_mixed(&counting);
	ARRAY_RELEASE(&counting.deeds);
	return rc;
}
