/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/proposing.h"

#include "base/date.h"
#include "model/units.h"
#include "stats/changepoints.h"
#include "stats/student.h"

#include <math.h>
#include <string.h>

#define DAY_LEN 10
#define MIN_TOGETHER 3
#define SHARE_TOGETHER 0.8

static bool counts_as_run(const struct proposing_level *level)
{
	return level->failed || isfinite(level->level);
}

static double *finite_levels(const struct proposing_levels *levels, size_t from, size_t *nr)
{
	double *values = mem_alloc(levels->nr + 1, sizeof *values);

	*nr = 0;
	for (size_t i = from; i < levels->nr; i++)
		if (isfinite(levels->items[i].level))
			values[(*nr)++] = levels->items[i].level;
	return values;
}

static struct summary summary_from(const struct proposing_levels *levels, size_t from)
{
	size_t nr;
	double *values = finite_levels(levels, from, &nr);
	struct summary summary = summary_of(values, nr);

	free(values);
	return summary;
}

/* What one day brings, all of its values share. */
static size_t count_days(const struct proposing_levels *levels, size_t from)
{
	const char *before = "";
	size_t nr = 0;

	for (size_t i = from; i < levels->nr; i++) {
		const struct proposing_level *level = &levels->items[i];

		if (!isfinite(level->level))
			continue;
		nr += strncmp(level->timestamp, before, DAY_LEN) != 0;
		before = level->timestamp;
	}
	return nr;
}

double proposing_noise(const struct proposing_levels *runs)
{
	struct changepoints found = CHANGEPOINTS_INIT;
	size_t nr;
	double *values = finite_levels(runs, 0, &nr), noise;

	for (size_t i = 0; i < nr; i++)
		values[i] = exp(values[i]);
	changepoints_find(&found, values, nr, .01);
	noise = isfinite(found.noise) ? found.noise : 0;
	changepoints_release(&found);
	free(values);
	return noise;
}

/* Where the row of the newest nr runs that count begins; *nr is how many there are. */
static size_t row_start(const struct proposing_levels *runs, const char *since, size_t *nr)
{
	size_t most = *nr, at = runs->nr, first = runs->nr;

	*nr = 0;
	while (at > 0 && *nr < most && strcmp(runs->items[at - 1].timestamp, since) > 0) {
		at--;
		if (!counts_as_run(&runs->items[at]))
			continue;
		++*nr;
		first = at;
	}
	return first;
}

static enum proposing_word look_at_row(
	const struct proposing_levels *runs, size_t from, double old_level)
{
	for (size_t i = from; i < runs->nr; i++)
		if (runs->items[i].failed)
			return PROPOSING_FAILED;
	for (size_t i = from; i < runs->nr; i++)
		if (isfinite(runs->items[i].level) && !(runs->items[i].level < old_level))
			return PROPOSING_NOT_BETTER;
	return PROPOSING_YES;
}

struct proposing_finding proposing_look(const struct proposing_rules *rules,
	const struct proposing_levels *base, const struct proposing_levels *runs)
{
	struct proposing_finding finding = { PROPOSING_TOO_FEW, (size_t)rules->nr_runs, 0, NAN, NAN,
		NAN, NAN, NAN };
	struct summary before = summary_from(base, 0), after;
	double sd, half;

	if (!base->nr || !isfinite(before.mean))
		return finding;
	finding.first = row_start(runs, base->items[base->nr - 1].timestamp, &finding.nr);
	finding.old_level = before.mean;
	if (finding.nr < rules->nr_runs)
		return finding;
	after = summary_from(runs, finding.first);
	finding.new_level = after.mean;
	finding.change = after.mean - before.mean;
	finding.word = look_at_row(runs, finding.first, before.mean);
	if (finding.word != PROPOSING_YES)
		return finding;
	/* Sessions of the base may lie minutes apart: of their spread alone nothing is claimed. */
	sd = fmax(fmax(after.sd, runs->noise), before.nr > 1 ? before.sd : 0);
	half = student_quantile(rules->confidence, (double)(after.nr - 1)) * sd *
		sqrt(1 / (double)count_days(base, 0) + 1 / (double)count_days(runs, finding.first));
	finding.low = finding.change - half;
	finding.high = finding.change + half;
	if (!(finding.high <= log1p(-rules->min_ratio)))
		finding.word = PROPOSING_UNSURE;
	return finding;
}

static const char *last_support(const struct proposal *proposal)
{
	return proposal->supports.items[proposal->supports.nr - 1].timestamp;
}

/* "8.2 % worse" */
static void add_worsening(double change, struct buf *out)
{
	units_add_percent(out, fabs(100 * expm1(change)));
	buf_adds(out, change > 0 ? " worse" : " better");
}

static bool failed_later(const struct proposing_levels *runs, size_t from, struct buf *why)
{
	for (size_t i = from; i < runs->nr; i++)
		if (runs->items[i].failed) {
			buf_addf(why, "it failed in the run of %s", runs->items[i].timestamp);
			return true;
		}
	return false;
}

/* Are the runs since then surely worse than those that support the proposal? */
static bool is_worse_later(const struct proposing_rules *rules, struct summary support,
	struct summary later, double noise, struct buf *why)
{
	double change = later.mean - support.mean;
	double limit = student_quantile(rules->confidence, (double)(support.nr - 1)) *
		fmax(support.sd, noise) * sqrt(1 / (double)later.nr + 1 / (double)support.nr);

	if (support.nr < 2 || !(change > limit))
		return false;
	buf_addf(why, "the newest %s ", later.nr == 1 ? "run is" : "runs are");
	add_worsening(change, why);
	buf_adds(why, " than those that support it");
	return true;
}

/* Is the improvement of the newest row, with what came since, less than what is asked for? */
static bool is_too_small_now(const struct proposing_rules *rules, double old_level,
	const struct proposing_levels *runs, struct buf *why)
{
	size_t nr = (size_t)rules->nr_runs, from = row_start(runs, "", &nr);
	double change = summary_from(runs, from).mean - old_level;

	if (!(change > log1p(-rules->min_ratio)))
		return false;
	buf_addf(why, "the newest %zu runs are ", nr);
	add_worsening(change, why);
	buf_addf(why, " than the baseline; %.9g %% better is asked for", 100 * rules->min_ratio);
	return true;
}

bool proposing_is_contradicted(const struct proposing_rules *rules, const struct proposal *proposal,
	double old_level, const struct proposing_levels *runs, struct buf *why)
{
	size_t nr = SIZE_MAX, from = row_start(runs, last_support(proposal), &nr);
	struct proposing_levels support = { 0 };
	struct summary before;
	bool is_so;

	if (!nr)
		return false;
	for (size_t i = 0; i < from; i++)
		for (size_t j = 0; j < proposal->supports.nr; j++)
			if (strcmp(proposal->supports.items[j].run, runs->items[i].run) == 0)
				*ARRAY_ADD(&support) = runs->items[i];
	before = summary_from(&support, 0);
	is_so = failed_later(runs, from, why) ||
		is_worse_later(rules, before, summary_from(runs, from), runs->noise, why) ||
		(isfinite(proposal->confidence) && is_too_small_now(rules, old_level, runs, why));
	ARRAY_RELEASE(&support);
	return is_so;
}

bool proposing_is_due(
	const struct proposing_rules *rules, const struct proposal *proposal, const char *now)
{
	if (proposal->status == PROPOSAL_APPROVED)
		return true;
	/* What the runs do not support surely waits for a word. */
	return proposal->status == PROPOSAL_PENDING && isfinite(proposal->confidence) &&
		date_seconds_between(proposal->timestamp, now) >=
		(int64_t)(rules->approval_ns / 1000000000u);
}

bool proposing_moved_together(double *changes, size_t nr)
{
	double middle, room;
	size_t nr_near = 0;

	if (nr < MIN_TOGETHER)
		return false;
	middle = median_of(changes, nr);
	room = fmax(.015, fabs(middle) / 4);
	for (size_t i = 0; i < nr; i++)
		nr_near += fabs(changes[i] - middle) <= room;
	return middle < -.015 && (double)nr_near >= SHARE_TOGETHER * (double)nr;
}

static bool is_other_procedure(const struct result *base, const struct result *head)
{
	return base->nr_threads != head->nr_threads || base->bytes != head->bytes ||
		base->items != head->items;
}

enum reason proposing_reason(const struct run *base, const struct run *head, const char *benchmark,
	bool moved_together, struct buf *note)
{
	const struct result *before = run_find(base, benchmark), *now = run_find(head, benchmark);
	size_t start = note->len;

	if (before && now && is_other_procedure(before, now)) {
		buf_adds(note, "the benchmark does other work than the baseline's");
		return REASON_PROCEDURE;
	}
	env_differences(&base->env, &head->env, ENV_REFUSES, note);
	if (note->len == start)
		env_differences(&base->env, &head->env, ENV_WARNS, note);
	if (note->len == start && moved_together)
		buf_adds(note, "nearly all benchmarks changed alike");
	return note->len > start ? REASON_ENVIRONMENT : REASON_IMPROVEMENT;
}
