/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/validate.h"

#include "base/str.h"
#include "gate/counts.h"
#include "gate/estimate.h"
#include "model/counted.h"
#include "stats/summary.h"

#include <math.h>
#include <string.h>

static double validate_level_of(const struct result *result)
{
	const struct metric *time = result ? metrics_time(&result->metrics) : NULL;

	return time ? estimate_of(time).value : NAN;
}

static void validate_add_result(struct validate_bench *bench, const struct result *result)
{
	double level_ns = validate_level_of(result);

	if (result->word == RESULT_OK && level_ns > 0) {
		*ARRAY_ADD(&bench->levels_ns) = level_ns;
	} else if (!bench->reason) {
		bench->word = result->word;
		bench->reason = str_dup(result->reason ? result->reason : "it has no time");
	}
}

void validate_add_run(struct validate *validate, const struct run *run)
{
	for (size_t i = 0; i < run->nr && !validate->nr_runs; i++)
		*ARRAY_ADD(validate) = (struct validate_bench){
			.name = run->items[i].name,
			.tier = run->items[i].tier,
		};
	for (size_t i = 0; i < validate->nr; i++)
		validate_add_result(&validate->items[i], run_find(run, validate->items[i].name));
	validate->nr_runs++;
}

static enum validate_word held(bool holds)
{
	return holds ? VALIDATE_HOLDS : VALIDATE_FAILS;
}

/* What the kernel does for a process differs by chance. */
static bool is_judged_count(const struct metric *count)
{
	const struct counted_metric *row = counted_find(count->name);

	return row && row->is_exact && row->gating != GATING_SHOWN;
}

static void keep_counts(struct validate_bench *bench, const struct metrics *counts)
{
	for (size_t i = 0; i < counts->nr; i++) {
		double apart = counts_values_apart(&counts->items[i].values);

		if (!is_judged_count(&counts->items[i]) ||
			(bench->uneven && apart <= bench->uneven_ratio))
			continue;
		bench->uneven = &counts->items[i];
		bench->uneven_ratio = apart;
	}
	if (bench->uneven)
		bench->same_work = held(bench->uneven_ratio <= COUNTS_UNEVEN_RATIO);
}

void validate_add_counts(struct validate *validate, const struct run *run)
{
	for (size_t i = 0; i < validate->nr; i++) {
		const struct result *result = run_find(run, validate->items[i].name);

		if (result)
			keep_counts(&validate->items[i], &result->counts);
	}
}

static void judge_spread(const struct validate *validate, struct validate_bench *bench)
{
	const struct result result = { .name = (char *)bench->name, .tier = (char *)bench->tier };
	struct tolerance tolerance = policy_tolerance(validate->policy, &result, metric_time.name);

	bench->spread_ratio = bench->slowest_ns / bench->fastest_ns - 1;
	bench->spread_limit_ratio = isnan(validate->spread_limit_ratio)
		? tolerance.target_ratio
		: validate->spread_limit_ratio;
	bench->reproducible = held(bench->spread_ratio <= bench->spread_limit_ratio);
}

static void judge_expected(const struct validate *validate, struct validate_bench *bench)
{
	bench->window = policy_window(validate->policy, bench->name);
	if (bench->window)
		bench->expected = held(bench->fastest_ns >= bench->window->low_ns &&
			bench->slowest_ns <= bench->window->high_ns);
}

static void judge_other(const struct validate *validate, struct validate_bench *bench)
{
	if (!validate->other)
		return;
	bench->other_ns = validate_level_of(run_find(validate->other, bench->name));
	if (!(bench->other_ns > 0))
		return;
	bench->times = fmax(bench->level_ns / bench->other_ns, bench->other_ns / bench->level_ns);
	bench->agrees = held(bench->times <= validate->factor);
}

void validate_judge(struct validate *validate)
{
	for (size_t i = 0; i < validate->nr; i++) {
		struct validate_bench *bench = &validate->items[i];

		struct summary levels = summary_of(bench->levels_ns.items, bench->levels_ns.nr);

		bench->fastest_ns = levels.min;
		bench->slowest_ns = levels.max;
		bench->level_ns =
			exp(summary_of_logs(bench->levels_ns.items, bench->levels_ns.nr).mean);
		bench->spread_ratio = bench->spread_limit_ratio = NAN;
		bench->other_ns = bench->times = NAN;
		if (!validate_is_measured(validate, bench))
			continue;
		judge_spread(validate, bench);
		judge_expected(validate, bench);
		judge_other(validate, bench);
	}
}

bool validate_is_measured(const struct validate *validate, const struct validate_bench *bench)
{
	return bench->levels_ns.nr == validate->nr_planned;
}

bool validate_is_valid(const struct validate_bench *bench)
{
	return bench->reproducible != VALIDATE_FAILS && bench->expected != VALIDATE_FAILS &&
		bench->agrees != VALIDATE_FAILS && bench->same_work != VALIDATE_FAILS;
}

void validate_release(struct validate *validate)
{
	for (size_t i = 0; i < validate->nr; i++) {
		ARRAY_RELEASE(&validate->items[i].levels_ns);
		free(validate->items[i].reason);
	}
	ARRAY_RELEASE(validate);
}
