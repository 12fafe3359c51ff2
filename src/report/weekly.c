/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/weekly.h"

#include "base/array.h"
#include "base/str.h"
#include "model/units.h"
#include "report/escape.h"
#include "report/together.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What makes a benchmark one to mend: nights of the same code differ by more. */
#define NOISY_RATIO .02
#define MAX_NOISY 5
#define MIN_NOISY_POINTS 10
#define MAX_FIRST 5
/* Of what moved together. */
#define MAX_NAMED 8

void weekly_release(struct weekly *weekly)
{
	for (size_t i = 0; i < weekly->nr; i++)
		past_release(&weekly->items[i].past);
	for (size_t i = 0; i < weekly->flaky.nr; i++) {
		free(weekly->flaky.items[i].benchmark);
		free(weekly->flaky.items[i].failed_and_worked);
		free(weekly->flaky.items[i].passed_and_regressed);
	}
	ARRAY_RELEASE(&weekly->flaky);
	ARRAY_RELEASE(weekly);
}

#define SECTION(part_title, part_key, part_none) \
	{ \
		.title = part_title, .key = part_key, .none = part_none \
	}

static const struct weekly_section empty[WEEKLY_NR_PARTS] = {
	[WEEKLY_FIRST] = SECTION("What to do first", "first", "nothing: no change asks for it"),
	[WEEKLY_WORSE] = SECTION("Became worse", "worse", "nothing"),
	[WEEKLY_BETTER] = SECTION("Became better", "better", "nothing"),
	[WEEKLY_TOGETHER] = SECTION("Moved together", "together", "no two benchmarks"),
	[WEEKLY_CREEPS] = SECTION("Creeps", "creeps", "nothing"),
	[WEEKLY_SPIKES] = SECTION("Spikes and unusual values", "unusual", "none"),
	[WEEKLY_NOISY] =
		SECTION("Noisiest", "noisiest", "nothing: runs of the same code agree within 2 %"),
	[WEEKLY_FLAKY] = SECTION("Flaky and undecided", "flaky", "nothing"),
	[WEEKLY_MADE] = SECTION("Machines and compilers", "made", "none changed"),
	[WEEKLY_RECORD] = SECTION("The gate's own record", "record", ""),
};

/* "sort", "sort allocs"; where several series are called so, the machine or the branch, too. */
static char *series_name(const struct weekly *weekly, const struct weekly_series *series)
{
	struct buf name = BUF_INIT;
	bool machines = false, branches = false;

	for (size_t i = 0; i < weekly->nr; i++) {
		const struct weekly_series *other = &weekly->items[i];

		if (strcmp(other->benchmark, series->benchmark) != 0 ||
			strcmp(other->metric, series->metric) != 0)
			continue;
		machines |= strcmp(other->machine, series->machine) != 0;
		branches |= strcmp(other->branch, series->branch) != 0;
	}
	buf_add_printable(&name, series->benchmark);
	if (strcmp(series->metric, "time") != 0) {
		buf_addc(&name, ' ');
		buf_add_printable(&name, series->metric);
	}
	if (branches)
		buf_adds(&name, " on ");
	buf_add_printable(&name, branches ? series->branch : "");
	if (machines) {
		buf_adds(&name, ", machine ");
		buf_add_printable(&name, series->machine);
	}
	return buf_detach(&name);
}

static struct weekly_line *line_add(struct weekly_section *section)
{
	struct weekly_line *line = ARRAY_ADD(section);

	*line = (struct weekly_line){ .kind = "" };
	return line;
}

static bool is_within(const struct weekly *weekly, const struct past *past, size_t at)
{
	return strcmp(past->points.items[at].time, weekly->since) >= 0;
}

static bool is_for_worse(const struct past *past, const struct changepoint *change)
{
	return (change->after > change->before) != past->more_is_better;
}

static double change_size(const struct past *past, const struct changepoint *change)
{
	return past->changes.logs ? fabs(log(change->after / change->before))
				  : fabs(change->after - change->before);
}

static char *compare_command(const struct weekly_series *series, const struct changepoint *change)
{
	const struct past *past = &series->past;
	struct buf range = BUF_INIT, command = BUF_INIT;
	char *dots;

	past_words_add_range(past, change, &range);
	dots = range.len ? strstr(range.data, "..") : NULL;
	if (dots) {
		*dots = '\0';
		buf_addf(&command, "benchgate compare %s %s --only ", range.data, dots + 2);
		escape_shell(&command, series->benchmark);
	}
	buf_release(&range);
	return command.len ? buf_detach(&command) : NULL;
}

/* The changes of words and of changes are in the same order, the newest first. */
static void sort_change(struct weekly_report *report, const struct weekly *weekly,
	const struct weekly_series *series, const struct past_word *word, struct weekly_line *line)
{
	const struct past *past = &series->past;

	for (size_t i = 0; i < past->changes.nr; i++) {
		const struct changepoint *change = &past->changes.items[i];
		enum weekly_part part = is_for_worse(past, change) ? WEEKLY_WORSE : WEEKLY_BETTER;

		if (change->at != word->at)
			continue;
		if (change->kind == CHANGE_SLOPE ? !is_within(weekly, past, change->end - 1)
						 : !is_within(weekly, past, change->at))
			break;
		line->size = change_size(past, change);
		if (change->kind == CHANGE_STEP && part == WEEKLY_WORSE)
			line->command = compare_command(series, change);
		*ARRAY_ADD(&report->parts[part]) = *line;
		return;
	}
	free(line->name);
	free(line->text);
}

static void sort_word(struct weekly_report *report, const struct weekly *weekly,
	const struct weekly_series *series, const struct past_word *word)
{
	static const enum weekly_part parts[] = { [PAST_CREEP] = WEEKLY_CREEPS,
		[PAST_BUDGET] = WEEKLY_CREEPS,
		[PAST_SPIKE] = WEEKLY_SPIKES,
		[PAST_ANOMALY] = WEEKLY_SPIKES,
		[PAST_COMPILER] = WEEKLY_MADE,
		[PAST_MACHINE] = WEEKLY_MADE };
	bool of_all = word->kind == PAST_COMPILER || word->kind == PAST_MACHINE;
	struct weekly_line line = {
		.series = series, .kind = past_kinds[word->kind], .text = str_dup(word->text)
	};
	struct weekly_section *section;

	if (!of_all)
		line.name = series_name(weekly, series);
	if (word->kind == PAST_STEP || word->kind == PAST_MAYBE || word->kind == PAST_SLOPE) {
		sort_change(report, weekly, series, word, &line);
		return;
	}
	section = &report->parts[parts[word->kind]];
	line.size = fabs(series->past.trend.slope);
	for (size_t i = 0; i < section->nr && of_all; i++)
		of_all = strcmp(section->items[i].text, line.text) != 0;
	if (!is_within(weekly, &series->past, word->at) || (!line.name && !of_all)) {
		free(line.name);
		free(line.text);
		return;
	}
	*ARRAY_ADD(section) = line;
}

static void add_noise(struct weekly_report *report, const struct weekly *weekly,
	const struct weekly_series *series)
{
	struct weekly_section *section = &report->parts[WEEKLY_NOISY];
	const struct changepoints *changes = &series->past.changes;
	struct buf text = BUF_INIT;
	struct weekly_line *line;

	if (series->past.points.nr < MIN_NOISY_POINTS || !changes->logs ||
		changes->noise < NOISY_RATIO)
		return;
	line = line_add(section);
	line->series = series;
	line->name = series_name(weekly, series);
	line->size = changes->noise;
	buf_adds(&text, "runs differ by ");
	units_add_ratio(&text, changes->noise);
	buf_adds(&text, " where nothing changed");
	line->text = buf_detach(&text);
}

static int compare_lines(const void *a, const void *b)
{
	const struct weekly_line *one = a, *other = b;

	if (one->size != other->size)
		return one->size < other->size ? 1 : -1;
	return one->name && other->name ? strcmp(one->name, other->name) : 0;
}

static void line_release(struct weekly_line *line)
{
	free(line->name);
	free(line->text);
	free(line->command);
}

static void sort_section(struct weekly_section *section, size_t most)
{
	if (section->nr)
		qsort(section->items, section->nr, sizeof *section->items, compare_lines);
	while (section->nr > most)
		line_release(&section->items[--section->nr]);
}

static void advise(struct weekly_section *section, const struct weekly_line *of, const char *what,
	const char *command)
{
	struct buf text = BUF_INIT;
	struct weekly_line *line;

	if (section->nr >= MAX_FIRST)
		return;
	line = line_add(section);
	buf_addf(&text, "%s: %s", of->name, what);
	line->series = of->series;
	line->text = buf_detach(&text);
	line->command = str_dup(command);
}

/* A doubt is cheap to settle; then what is over a budget soon, what creeps, and what makes the
 * gate blind. */
static void add_first(struct weekly_report *report)
{
	struct weekly_section *first = &report->parts[WEEKLY_FIRST];

	for (size_t i = 0; i < report->parts[WEEKLY_WORSE].nr; i++) {
		const struct weekly_line *line = &report->parts[WEEKLY_WORSE].items[i];

		if (line->command)
			advise(first, line,
				strcmp(line->kind, "maybe") == 0
					? "settle whether it became worse"
					: "measure both sides of the step in turn: is it the code, or the machine?",
				line->command);
	}
	for (size_t i = 0; i < report->parts[WEEKLY_CREEPS].nr; i++)
		if (strcmp(report->parts[WEEKLY_CREEPS].items[i].kind, "budget") == 0)
			advise(first, &report->parts[WEEKLY_CREEPS].items[i],
				report->parts[WEEKLY_CREEPS].items[i].text, NULL);
	for (size_t i = 0; i < report->parts[WEEKLY_CREEPS].nr; i++)
		if (strcmp(report->parts[WEEKLY_CREEPS].items[i].kind, "creep") == 0)
			advise(first, &report->parts[WEEKLY_CREEPS].items[i],
				"find what adds up: no single commit is to blame", NULL);
	for (size_t i = 0; i < report->parts[WEEKLY_NOISY].nr && i < 1; i++)
		advise(first, &report->parts[WEEKLY_NOISY].items[i],
			"the noisiest: small changes of it pass unseen", "benchgate doctor");
}

static void begin_part(struct buf *text)
{
	buf_adds(text, text->len ? "; " : "");
}

/* The cost is what was measured for nothing. */
static void add_flaky(struct weekly_section *section, const struct weekly_flaky *flaky)
{
	struct buf text = BUF_INIT, name = BUF_INIT;
	struct weekly_line *line;

	if (flaky->failed_and_worked)
		buf_addf(&text, "failed and worked at %.12s", flaky->failed_and_worked);
	if (flaky->passed_and_regressed) {
		begin_part(&text);
		buf_addf(&text, "passed and regressed at %.12s", flaky->passed_and_regressed);
	}
	if (flaky->nr_undecided) {
		begin_part(&text);
		buf_addf(&text, "INCONCLUSIVE in %zu of %zu comparisons, ", flaky->nr_undecided,
			flaky->nr_judged);
		units_add_duration(&text, flaky->undecided_s);
		buf_adds(&text, " of measuring");
	}
	if (flaky->nr_retried) {
		begin_part(&text);
		buf_addf(&text, "worked in %zu of %zu runs only when it was tried again",
			flaky->nr_retried, flaky->nr_runs);
	}
	if (!text.len)
		return;
	line = line_add(section);
	buf_add_printable(&name, flaky->benchmark);
	line->name = buf_detach(&name);
	line->text = buf_detach(&text);
	line->size = flaky->failed_and_worked || flaky->passed_and_regressed || flaky->nr_retried
		? INFINITY
		: flaky->undecided_s;
}

static size_t count_benchmarks_like(const struct weekly *weekly, const struct move *like)
{
	struct texts names = { 0 };
	size_t nr;

	for (size_t i = 0; i < weekly->nr; i++)
		if (strcmp(weekly->items[i].machine, like->machine) == 0 &&
			strcmp(weekly->items[i].branch, like->branch) == 0 &&
			!texts_have(&names, weekly->items[i].benchmark))
			texts_add(&names, weekly->items[i].benchmark);
	nr = names.nr;
	texts_release(&names);
	return nr;
}

static void add_moves_line(struct weekly_section *section, const struct weekly *weekly,
	const struct moves *moves, size_t from, size_t end)
{
	struct buf text = BUF_INIT;

	moves_add_place(moves, from, end, &text);
	buf_adds(&text, ": ");
	moves_add_share(
		moves, from, end, count_benchmarks_like(weekly, &moves->items[from]), &text);
	for (size_t i = from; i < end && i < from + MAX_NAMED; i++) {
		buf_adds(&text, i == from ? ": " : ", ");
		buf_add_printable(&text, moves->items[i].benchmark);
		buf_addc(&text, ' ');
		if (strcmp(moves->items[i].metric, "time") != 0) {
			buf_add_printable(&text, moves->items[i].metric);
			buf_addc(&text, ' ');
		}
		moves_add_change(&moves->items[i], &text);
	}
	if (end - from > MAX_NAMED)
		buf_addf(&text, " and %zu more", end - from - MAX_NAMED);
	line_add(section)->text = buf_detach(&text);
}

static void add_together(struct weekly_section *section, const struct weekly *weekly)
{
	struct moves moves = { 0 };

	for (size_t i = 0; i < weekly->nr; i++) {
		const struct weekly_series *series = &weekly->items[i];

		moves_add(&moves,
			&(struct move){ .benchmark = series->benchmark,
				.metric = series->metric,
				.machine = series->machine,
				.branch = series->branch },
			&series->past, weekly->since);
	}
	moves_sort(&moves);
	for (size_t from = 0, end; from < moves.nr; from = end) {
		end = moves_end(&moves, from);
		if (moves_benchmarks(&moves, from, end) > 1)
			add_moves_line(section, weekly, &moves, from, end);
	}
	moves_release(&moves);
}

static void weekly_say(struct weekly_section *section, struct buf *text)
{
	line_add(section)->text = buf_detach(text);
}

static const char *plural(size_t nr)
{
	return nr == 1 ? "" : "s";
}

static void say_alerts(struct weekly_section *section, const struct weekly_record *record)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "%zu alert%s began: %zu passed again, %zu stand%s, %zu of all acknowledged",
		record->nr_alerts, plural(record->nr_alerts), record->nr_passed,
		record->nr_standing, record->nr_standing == 1 ? "s" : "", record->nr_acked);
	weekly_say(section, &text);
	if (record->nr_alerts) {
		buf_addf(&text, "%zu before the merge, %zu after it", record->nr_before_merge,
			record->nr_alerts - record->nr_before_merge);
		weekly_say(section, &text);
	}
	if (record->nr_timed) {
		buf_adds(&text, "from commit to alert: ");
		units_add_duration(&text, record->median_s);
		buf_addf(&text, " (median of %zu)", record->nr_timed);
		weekly_say(section, &text);
	}
}

static void say_record(struct weekly_section *section, const struct weekly_record *record)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "%zu run%s of %zu commit%s on %zu machine%s", record->nr_runs,
		plural(record->nr_runs), record->nr_commits, plural(record->nr_commits),
		record->nr_machines, plural(record->nr_machines));
	weekly_say(section, &text);
	if (record->has_alerts)
		say_alerts(section, record);
	buf_addf(&text, "%zu regression%s accepted", record->nr_accepted,
		plural(record->nr_accepted));
	weekly_say(section, &text);
	buf_adds(&text, "not known: ");
	if (!record->has_alerts)
		buf_adds(&text,
			"alerts, of which there is no state here (\"notify\": \"state\" in the policy file); ");
	else if (record->nr_alerts && !record->nr_timed)
		buf_adds(&text,
			"the time from commit to alert, for the commits are not in this repository; ");
	if (record->has_alerts && !record->all_alerts)
		buf_adds(&text, "when older alerts began, which is forgotten after two weeks; ");
	buf_adds(&text, "how many runs failed, for verdicts are not kept");
	weekly_say(section, &text);
}

struct weekly_report weekly_report_of(const struct weekly *weekly)
{
	struct weekly_report report;

	memcpy(report.parts, empty, sizeof empty);
	for (size_t i = 0; i < weekly->nr; i++) {
		const struct weekly_series *series = &weekly->items[i];
		struct past_words words = past_words_of(&series->past, series->benchmark,
			series->limit.text ? &series->limit : NULL);

		for (size_t at = 0; at < words.nr; at++)
			sort_word(&report, weekly, series, &words.items[at]);
		add_noise(&report, weekly, series);
		past_words_release(&words);
	}
	for (size_t i = 0; i < weekly->flaky.nr; i++)
		add_flaky(&report.parts[WEEKLY_FLAKY], &weekly->flaky.items[i]);
	for (int part = WEEKLY_WORSE; part < WEEKLY_RECORD; part++)
		sort_section(&report.parts[part], part == WEEKLY_NOISY ? MAX_NOISY : SIZE_MAX);
	add_together(&report.parts[WEEKLY_TOGETHER], weekly);
	add_first(&report);
	say_record(&report.parts[WEEKLY_RECORD], &weekly->record);
	return report;
}

void weekly_report_release(struct weekly_report *report)
{
	for (int part = 0; part < WEEKLY_NR_PARTS; part++) {
		for (size_t i = 0; i < report->parts[part].nr; i++)
			line_release(&report->parts[part].items[i]);
		ARRAY_RELEASE(&report->parts[part]);
	}
}
