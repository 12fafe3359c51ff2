/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/gaps.h"

#include "base/array.h"
#include "base/str.h"
#include "gate/past.h"
#include "stats/adjust.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A p-value for all gaps that is below this is a difference. */
#define ALPHA .05

const char *const gap_words[] = {
	[GAP_UNKNOWN] = "unknown",
	[GAP_NONE] = "none",
	[GAP_BETTER] = "better",
	[GAP_WORSE] = "worse",
	NULL,
};

const char *const gap_source_words[] = {
	[GAP_IN_TURN] = "in-turn",
	[GAP_RUN] = "same-run",
	[GAP_FILES] = "files",
	[GAP_FILES_UNKNOWN] = "files-of-an-unknown-machine",
	[GAP_FILES_OTHER] = "files-of-another-machine",
	NULL,
};

void gaps_release(struct gaps *gaps)
{
	for (size_t i = 0; i < gaps->nr; i++) {
		free(gaps->items[i].benchmark);
		free(gaps->items[i].theirs);
		free(gaps->items[i].metric);
		free(gaps->items[i].unit);
	}
	ARRAY_RELEASE(gaps);
	texts_release(&gaps->notes);
}

/* In turn a fault is the head's result's, and says when it is the base's. */
#define OF_BASE "the base: "

static void gaps_add_note(struct gaps *gaps, const struct competitor *competitor,
	const struct result *result, const char *what, const char *reason)
{
	struct buf note = BUF_INIT;

	competitor_add_name(competitor, &note);
	buf_adds(&note, ": ");
	buf_add_printable(&note, result->name);
	buf_addf(&note, ": %s", what);
	buf_add_printable(&note, reason);
	texts_add(&gaps->notes, note.data);
	buf_release(&note);
}

static void note_failure(struct gaps *gaps, const struct competitor *competitor,
	const struct result *result, bool is_ours)
{
	const char *reason = result->reason;

	if (str_starts(reason, OF_BASE)) {
		is_ours = false;
		reason += strlen(OF_BASE);
	}
	gaps_add_note(
		gaps, competitor, result, is_ours ? "ours failed: " : "theirs failed: ", reason);
}

/* Of benchmarks of both: why they have no values, or none that tell anything. */
static void note_troubles(
	struct gaps *gaps, const struct competitor *competitor, const struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->head->nr; i++) {
		const struct result *ours = &verdict->head->items[i];
		const struct result *theirs = run_find(verdict->base, ours->name);
		bool ours_is_empty = result_is_empty(ours);

		if (theirs && ours->word != RESULT_OK)
			note_failure(gaps, competitor, ours, true);
		else if (theirs && theirs->word != RESULT_OK)
			note_failure(gaps, competitor, theirs, false);
		else if (theirs && (ours_is_empty || result_base_is_empty(ours)))
			gaps_add_note(gaps, competitor, ours, ours_is_empty ? "ours" : "theirs",
				" takes no more time than an empty loop: the compiler may have removed its body");
	}
}

/* Of too few values to be compared there are levels still. */
static double ratio_to_theirs(const struct comparison *comparison)
{
	double ours = metric_level(comparison->metric);
	double theirs = metric_level(comparison->base_metric);

	if (isfinite(comparison->change_ratio))
		return comparison->change_ratio;
	return ours > 0 && theirs > 0 ? ours / theirs - 1 : (double)NAN;
}

static double gaps_level_of(double estimate, const struct metric *metric)
{
	return isfinite(estimate) ? estimate : metric_level(metric);
}

/* Why both have the metric, and it has no gap. */
static void note_no_gap(
	struct gaps *gaps, const struct competitor *competitor, const struct comparison *comparison)
{
	const struct metric *ours = comparison->metric, *theirs = comparison->base_metric;
	struct buf reason = BUF_INIT;

	if (comparison->why == WHY_OTHER_UNIT)
		buf_addf(&reason, "%s is in %s of ours and in %s of theirs", ours->name, ours->unit,
			theirs->unit);
	else
		buf_addf(&reason, "%s of %s is zero or negative and has no ratio", ours->name,
			metric_level(ours) > 0 ? "theirs" : "ours");
	gaps_add_note(gaps, competitor, comparison->head, "", reason.data);
	buf_release(&reason);
}

static void append_gap(struct gaps *gaps, const struct competitor *competitor,
	enum gap_source source, const struct comparison *comparison)
{
	const struct metric *metric = comparison->metric;
	const char *ours = comparison->head->name;
	double ratio = ratio_to_theirs(comparison);

	if (isnan(ratio) || comparison->why == WHY_OTHER_UNIT) {
		note_no_gap(gaps, competitor, comparison);
		return;
	}
	*ARRAY_ADD(gaps) = (struct gap){
		.competitor = competitor,
		.benchmark = str_dup(ours),
		.theirs = str_dup(competitor_name_of(competitor, ours)),
		.metric = str_dup(metric->name),
		.unit = str_dup(metric->unit),
		.more_is_better = metric->more_is_better,
		.our_value = gaps_level_of(comparison->estimate.value, metric),
		.their_value =
			gaps_level_of(comparison->base_estimate.value, comparison->base_metric),
		.ratio = ratio,
		.low = comparison->change_low,
		.high = comparison->change_high,
		.p = comparison->evidence == EVIDENCE_EXACT ? comparison->change_ratio == 0
							    : comparison->p_changed,
		.source = source,
		.is_time = metric_is_time(metric),
	};
}

static void note_no_metric(struct gaps *gaps, const struct competitor *competitor)
{
	struct buf note = BUF_INIT;

	competitor_add_name(competitor, &note);
	buf_adds(&note,
		" was not compared: ours and theirs have none of its \"metrics\" in common (unsaid: the time)");
	texts_add(&gaps->notes, note.data);
	buf_release(&note);
}

void gaps_add(struct gaps *gaps, const struct competitor *competitor, enum gap_source source,
	const struct verdict *verdict)
{
	size_t nr_before = gaps->nr + gaps->notes.nr;

	for (size_t i = 0; i < verdict->nr; i++) {
		const struct comparison *comparison = &verdict->items[i];

		if (!comparison->is_limit && comparison->head && comparison->metric &&
			comparison->base_metric &&
			competitor_has_metric(competitor, comparison->metric->name))
			append_gap(gaps, competitor, source, comparison);
	}
	note_troubles(gaps, competitor, verdict);
	if (gaps->nr + gaps->notes.nr == nr_before)
		note_no_metric(gaps, competitor);
}

static enum gap_word gap_word_of(const struct gap *gap)
{
	if (isnan(gap->p))
		return GAP_UNKNOWN;
	if (!(gap->p < ALPHA) || gap->ratio == 0)
		return GAP_NONE;
	return gap_percent(gap) > 0 ? GAP_WORSE : GAP_BETTER;
}

void gaps_judge(struct gaps *gaps)
{
	double *p = mem_alloc(gaps->nr, sizeof *p);
	struct ranked *scratch = mem_alloc(gaps->nr, sizeof *scratch);

	for (size_t i = 0; i < gaps->nr; i++)
		p[i] = gaps->items[i].p;
	adjust_holm(p, p, scratch, gaps->nr);
	for (size_t i = 0; i < gaps->nr; i++) {
		gaps->items[i].p = p[i];
		gaps->items[i].word = gap_word_of(&gaps->items[i]);
	}
	free(scratch);
	free(p);
}

const struct gap *gaps_widest(const struct gaps *gaps, const char *benchmark, const char *metric)
{
	const struct gap *widest = NULL;

	for (size_t i = 0; i < gaps->nr; i++) {
		const struct gap *gap = &gaps->items[i];

		if (strcmp(gap->benchmark, benchmark) == 0 && strcmp(gap->metric, metric) == 0 &&
			(!widest || gap_percent(gap) > gap_percent(widest)))
			widest = gap;
	}
	return widest;
}

double gap_trend_percent(const struct gap *gap)
{
	return gap->past
		? 100 * verdict_worsening_of(expm1(gap->past->trend.slope), gap->more_is_better)
		: (double)NAN;
}

double gap_percent(const struct gap *gap)
{
	return 100 * verdict_worsening_of(gap->ratio, gap->more_is_better);
}

double gap_low_percent(const struct gap *gap)
{
	return 100 *
		verdict_worsening_of(
			gap->more_is_better ? gap->high : gap->low, gap->more_is_better);
}

double gap_high_percent(const struct gap *gap)
{
	return 100 *
		verdict_worsening_of(
			gap->more_is_better ? gap->low : gap->high, gap->more_is_better);
}

const char *gap_say(const struct gap *gap)
{
	switch (gap->word) {
	case GAP_BETTER:
		return gap->is_time ? "faster" : "better";
	case GAP_WORSE:
		return gap->is_time ? "slower" : "worse";
	case GAP_NONE:
		return "no difference seen";
	default:
		return "too few values";
	}
}

const char *gap_say_source(const struct gap *gap)
{
	static const char *const said[] = {
		[GAP_IN_TURN] = "measured in turn",
		[GAP_RUN] = "same run, each alone",
		[GAP_FILES] = "theirs from files",
		[GAP_FILES_UNKNOWN] = "theirs from files, machine not known",
		[GAP_FILES_OTHER] = "theirs from files of another machine",
	};

	return said[gap->source];
}

void gap_add_metric(const struct gap *gap, struct buf *out)
{
	if (strcmp(gap->metric, metric_time.name) != 0)
		buf_addf(out, "%s ", gap->metric);
	buf_adds(out, "gap");
}

void gap_add_name(const struct gap *gap, struct buf *out)
{
	buf_add_printable(out, gap->benchmark);
	if (strcmp(gap->metric, metric_time.name) == 0)
		return;
	buf_addc(out, ' ');
	buf_add_printable(out, gap->metric);
}
