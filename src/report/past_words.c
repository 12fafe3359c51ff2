/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/past_words.h"

#include "base/array.h"
#include "base/texts.h"
#include "model/units.h"
#include "report/describe.h"
#include "report/escape.h"

#include <math.h>
#include <string.h>

#define WEEKS_FROM_DAYS 14

const char *const past_kinds[] = {
	[PAST_STEP] = "step",
	[PAST_MAYBE] = "maybe",
	[PAST_SLOPE] = "slope",
	[PAST_SPIKE] = "spike",
	[PAST_CREEP] = "creep",
	[PAST_ANOMALY] = "anomaly",
	[PAST_BUDGET] = "budget",
	[PAST_COMPILER] = "compiler",
	[PAST_MACHINE] = "machine",
	NULL,
};

static struct past_word *word_add(
	struct past_words *words, const struct past *past, enum past_kind kind, size_t at)
{
	struct past_word *word = ARRAY_ADD(words);

	*word = (struct past_word){ .kind = kind, .at = at, .is_recent = at >= past->window };
	return word;
}

/* A history may come from anywhere. */
static bool is_hash(const char *commit)
{
	return commit && strlen(commit) >= 7 && commit[strspn(commit, "0123456789abcdef")] == '\0';
}

static void add_commit(const struct past_point *point, struct buf *out)
{
	if (is_hash(point->commit))
		buf_addf(out, "%.7s", point->commit);
	else
		buf_addf(out, "%.10s", point->time);
}

static void add_sureness(double p, struct buf *out)
{
	if (p < 1e-4)
		buf_adds(out, "over 99.99 %");
	else
		buf_addf(out, "%.4g %%", 100 * (1 - p));
}

void past_words_add_range(
	const struct past *past, const struct changepoint *change, struct buf *out)
{
	const char *from = change->low ? past->points.items[change->low - 1].commit : NULL;
	const char *to = past->points.items[change->high].commit;

	if (is_hash(from) && is_hash(to))
		buf_addf(out, "%.12s..%.12s", from, to);
}

/* Of an exact count: there is nothing to estimate. */
static bool is_exact_change(const struct changepoint *change)
{
	return change->ratio.low == change->ratio.high;
}

static void add_change_size(
	const struct past *past, const struct changepoint *change, struct buf *out)
{
	if (!past->changes.logs) {
		buf_addf(out, "from %g to %g", change->before, change->after);
		return;
	}
	buf_adds(out, "of ");
	units_add_change(out, change->after / change->before - 1);
	if (is_exact_change(change))
		return;
	buf_adds(out, " (95 %: ");
	units_add_changes(out, change->ratio.low - 1, change->ratio.high - 1);
	buf_addc(out, ')');
}

static void past_words_add_place(
	const struct past *past, const struct changepoint *change, struct buf *out)
{
	const struct past_point *first = &past->points.items[change->at];
	struct buf range = BUF_INIT;

	if (change->kind == CHANGE_SLOPE) {
		buf_adds(out, " from ");
		add_commit(first, out);
		buf_adds(out, " to ");
		add_commit(&past->points.items[change->end - 1], out);
		return;
	}
	past_words_add_range(past, change, &range);
	buf_adds(out, range.len ? " in " : " at ");
	buf_adds(out, range.data);
	if (!range.len)
		add_commit(first, out);
	buf_release(&range);
	if (is_hash(first->commit))
		buf_addf(out, " (%.10s)", first->time);
}

static void add_compilers(const struct past *past, size_t mark, struct buf *out)
{
	size_t at = past->marks[mark];

	for (size_t before = at; before-- > 0;)
		if (past->points.items[before].compiler) {
			buf_add_printable(out, past->points.items[before].compiler);
			break;
		}
	buf_adds(out, " -> ");
	buf_add_printable(out, past->points.items[at].compiler);
}

/* Both sides of where the first changed value may be. */
static char *settling(
	const struct past *past, const struct changepoint *change, const char *benchmark)
{
	const struct past_point *before = &past->points.items[change->low - 1];
	const struct past_point *after = &past->points.items[change->high];
	struct buf command = BUF_INIT;

	if (!is_hash(before->commit) || !is_hash(after->commit) ||
		strcmp(before->commit, after->commit) == 0)
		return NULL;
	buf_addf(&command, "benchgate compare %.12s %.12s --only ", before->commit, after->commit);
	escape_shell(&command, benchmark);
	return buf_detach(&command);
}

static void say_change(struct past_words *words, const struct past *past,
	const struct changepoint *change, const char *benchmark)
{
	static const char *const names[] = { [CHANGE_STEP] = "step ", [CHANGE_SLOPE] = "slope " };
	enum past_kind kind = change->maybe   ? PAST_MAYBE
		: change->kind == CHANGE_STEP ? PAST_STEP
					      : PAST_SLOPE;
	struct past_word *word = word_add(words, past, kind, change->at);
	size_t mark = past_mark_of(past, change);
	struct buf text = BUF_INIT;

	word->is_recent |= change->kind == CHANGE_SLOPE && change->end > past->window;
	buf_adds(&text, change->maybe ? "maybe a " : "");
	buf_adds(&text, names[change->kind]);
	add_change_size(past, change, &text);
	past_words_add_place(past, change, &text);
	if (is_exact_change(change)) {
		buf_adds(&text, ", counted exactly");
	} else {
		buf_adds(&text, ", certainty ");
		add_sureness(change->p, &text);
	}
	if (change->maybe)
		buf_adds(&text, "; only the newest runs show it");
	if (mark < past->nr_marks) {
		buf_adds(&text, "; the suite's compiler changed there, too: ");
		add_compilers(past, mark, &text);
	}
	word->text = buf_detach(&text);
	if (change->maybe)
		word->command = settling(past, change, benchmark);
}

/* What the newest values alone show may be anything. */
static void say_spikes(struct past_words *words, const struct past *past)
{
	for (size_t i = 0; i < past->changes.nr_spikes; i++) {
		size_t at = past->changes.spikes[i];
		struct buf text = BUF_INIT;

		if (at >= past_unsettled(past))
			break;
		buf_adds(&text, "spike of ");
		units_add_change(
			&text, past->points.items[at].value / past_level_near(past, at) - 1);
		buf_adds(&text, " at ");
		add_commit(&past->points.items[at], &text);
		buf_adds(&text, ": single runs, no step");
		word_add(words, past, PAST_SPIKE, at)->text = buf_detach(&text);
	}
}

static void say_creep(struct past_words *words, const struct past *past)
{
	struct buf text = BUF_INIT;

	if (!past->creeps)
		return;
	buf_adds(&text, "creep of ");
	units_add_change(&text, expm1(past->trend.slope));
	buf_adds(&text, " a week (95 %: ");
	units_add_changes(&text, expm1(past->trend.interval.low), expm1(past->trend.interval.high));
	buf_adds(&text, "), without a step");
	word_add(words, past, PAST_CREEP, past->points.nr - 1)->text = buf_detach(&text);
}

static void say_anomaly(struct past_words *words, const struct past *past)
{
	size_t last = past->points.nr - 1;
	struct buf text = BUF_INIT;

	if (!past_is_unusual(past))
		return;
	buf_adds(&text, "unusual value, ");
	units_add_change(&text, past->points.items[last].value / past->usual - 1);
	buf_adds(&text, " from what it was before, certainty ");
	add_sureness(past->anomaly_p, &text);
	buf_adds(&text, "; the next runs show whether it is a spike or a step");
	word_add(words, past, PAST_ANOMALY, last)->text = buf_detach(&text);
}

static void say_crossing(
	struct past_words *words, const struct past *past, const struct limit *limit)
{
	struct past_crossing crossing = past_crossing(past, limit->value);
	bool weeks = crossing.days >= WEEKS_FROM_DAYS;
	double unit = weeks ? 7 : 1;
	struct buf text = BUF_INIT;

	if (isnan(crossing.days))
		return;
	buf_adds(&text, "crosses its budget of ");
	buf_add_printable(&text, limit->text);
	buf_addf(&text, " in about %.0f %s (%.0f", crossing.days / unit, weeks ? "weeks" : "days",
		crossing.soonest / unit);
	if (isnan(crossing.latest))
		buf_adds(&text, " or more)");
	else
		buf_addf(&text, " to %.0f)", crossing.latest / unit);
	word_add(words, past, PAST_BUDGET, past->points.nr - 1)->text = buf_detach(&text);
}

static void say_marks(struct past_words *words, const struct past *past)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < past->nr_marks; i++) {
		buf_adds(&text, "another compiler made the suite since ");
		add_commit(&past->points.items[past->marks[i]], &text);
		buf_adds(&text, ": ");
		add_compilers(past, i, &text);
		word_add(words, past, PAST_COMPILER, past->marks[i])->text = buf_detach(&text);
	}
	if (!past->machine_before)
		return;
	buf_adds(&text, "the history of this machine begins at ");
	add_commit(&past->points.items[0], &text);
	buf_adds(&text, "; before, machine ");
	buf_add_printable(&text, past->machine_before);
	buf_adds(&text, " measured");
	word_add(words, past, PAST_MACHINE, 0)->text = buf_detach(&text);
}

struct past_words past_words_of(
	const struct past *past, const char *benchmark, const struct limit *limit)
{
	struct past_words words = { 0 };

	if (!past->points.nr)
		return words;
	for (size_t i = past->changes.nr; i-- > 0;)
		if (past_surprises(past, past->changes.items[i].p))
			say_change(&words, past, &past->changes.items[i], benchmark);
	say_anomaly(&words, past);
	say_creep(&words, past);
	if (limit)
		say_crossing(&words, past, limit);
	say_spikes(&words, past);
	say_marks(&words, past);
	return words;
}

void past_words_release(struct past_words *words)
{
	for (size_t i = 0; i < words->nr; i++) {
		free(words->items[i].text);
		free(words->items[i].command);
	}
	ARRAY_RELEASE(words);
}

struct past_words past_words_of_comparison(const struct comparison *comparison)
{
	struct past_words words = { 0 };

	if (!comparison->past)
		return words;
	if (!comparison->is_limit)
		return past_words_of(comparison->past, describe_result(comparison)->name, NULL);
	if (comparison->why != WHY_LIMIT_UNIT)
		say_crossing(&words, comparison->past, comparison->tolerance.limit);
	return words;
}

static bool is_of_all(enum past_kind kind)
{
	return kind == PAST_COMPILER || kind == PAST_MACHINE;
}

void past_words_each(const struct verdict *verdict, past_words_visit *visit, void *context)
{
	struct texts said = { 0 };

	for (size_t i = 0; i < verdict->nr; i++) {
		struct past_words words = past_words_of_comparison(&verdict->items[i]);
		struct buf name = BUF_INIT;

		verdict_add_name(&verdict->items[i], &name);
		for (size_t at = 0; at < words.nr; at++) {
			const struct past_word *word = &words.items[at];
			bool of_all = is_of_all(word->kind);

			if (!word->is_recent || (of_all && texts_have(&said, word->text)))
				continue;
			visit(of_all ? NULL : name.data, word, context);
			if (of_all)
				texts_add(&said, word->text);
		}
		buf_release(&name);
		past_words_release(&words);
	}
	texts_release(&said);
}
