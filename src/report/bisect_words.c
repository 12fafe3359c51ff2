/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bisect_words.h"

#include "model/units.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

/* Commits of a range that are shown. */
#define MOST_SHOWN 10

const char *const bisect_outcome_words[] = { "running", "found", "not there", "not sure",
	"identical", "not measured", NULL };

/* A format, and where its lines go. */
struct lines_to {
	const struct bisect_account *account;
	bisect_add_line *add;
	struct buf *out;
};

static void add_bisect_line(const struct lines_to *to, enum bisect_line kind, const char *format,
	...) __attribute__((format(printf, 3, 4)));

static void add_bisect_line(
	const struct lines_to *to, enum bisect_line kind, const char *format, ...)
{
	struct buf line = BUF_INIT;
	va_list args;

	va_start(args, format);
	buf_vaddf(&line, format, args);
	va_end(args);
	to->add(kind, line.data, to->out);
	buf_release(&line);
}

bool bisect_words_is_layout(const struct bisect_finding *finding)
{
	return finding->step.answer == BISECT_AS_GOOD || finding->step.answer == BISECT_AS_BAD;
}

const struct bisect_commit *bisect_words_commit(const struct bisect_account *account,
	const struct bisect *search, const struct bisect_finding *finding)
{
	return &account->commits.items[search->chains.items[finding->chain].commits[finding->last]];
}

/* "+3.1 % [+2.9 .. +3.3 %]" */
static void add_told(const struct bisect_told *told, struct buf *out)
{
	units_add_change(out, expm1(told->change));
	if (!isfinite(told->low) || !isfinite(told->high) || told->low == told->high)
		return;
	buf_adds(out, " [");
	units_add_changes(out, expm1(told->low), expm1(told->high));
	buf_addc(out, ']');
}

static bool is_slower(const struct bisect_subject *subject)
{
	return subject->search.whole.change > 0;
}

static const char *change_word(const struct bisect_subject *subject)
{
	if (subject->is_time)
		return is_slower(subject) ? "slower" : "faster";
	return is_slower(subject) ? "worse" : "better";
}

static void add_change_of_ends(const struct bisect_subject *subject, struct buf *out)
{
	if (isnan(subject->search.whole.change))
		return;
	buf_adds(out, subject->metric ? subject->metric : "time");
	buf_addc(out, ' ');
	add_told(&subject->search.whole, out);
}

static const char *trouble_at_ends(
	const struct bisect_account *account, const struct bisect_subject *subject)
{
	for (size_t i = 0; i < account->steps.nr; i++) {
		const struct bisect_step *step = &account->steps.items[i];

		if (step->trouble && strcmp(step->benchmark, subject->name) == 0 &&
			step->purpose == BISECT_ENDS)
			return step->trouble;
	}
	return "an end could not be measured";
}

static void add_outcome(const struct lines_to *to, const struct bisect_subject *subject)
{
	struct buf change = BUF_INIT;

	add_change_of_ends(subject, &change);
	switch (subject->search.outcome) {
	case BISECT_FOUND:
		add_bisect_line(to, BISECT_LINE_PLAIN, "%s: %s", change_word(subject), change.data);
		break;
	case BISECT_NOT_THERE:
		add_bisect_line(to, BISECT_LINE_PLAIN,
			"no change: %s, measured in turn. If the two differed at different times, the machine did, and not the code.",
			change.data);
		break;
	case BISECT_IDENTICAL:
		add_bisect_line(to, BISECT_LINE_PLAIN,
			"identical: its machine code and files are the same at both ends, so no commit between them changed it. A difference that was seen is one of layout or of the machine; --measure-identical measures all the same.");
		break;
	case BISECT_NO_END:
		add_bisect_line(to, BISECT_LINE_PLAIN, "not measured: %s",
			trouble_at_ends(to->account, subject));
		break;
	default:
		add_bisect_line(to, BISECT_LINE_PLAIN, "not sure that there is a change: %s%s",
			change.data, to->account->stopped ? "" : "; more --units tell more");
		break;
	}
	buf_release(&change);
}

/* Its part of the whole change; steps of ratios add up as logarithms. */
static void add_step_size(
	const struct bisect_subject *subject, const struct bisect_finding *finding, struct buf *out)
{
	double part = finding->step.change / subject->search.whole.change;

	if (isnan(finding->step.change)) {
		buf_adds(out, "its size was not measured");
		return;
	}
	add_told(&finding->step, out);
	buf_addf(out, ", %.0f %% of the change", 100 * part);
}

static bool is_confirmed(const struct bisect_subject *subject, const struct bisect_finding *finding)
{
	return is_slower(subject) ? finding->step.low > 0 : finding->step.high < 0;
}

static void add_notes(const struct lines_to *to, const struct bisect_subject *subject,
	const struct bisect_finding *finding)
{
	if (bisect_words_is_layout(finding))
		add_bisect_line(to, BISECT_LINE_DETAIL,
			"layout alone: the benchmark's machine code is the same before and after it, and lies elsewhere");
	else if (!isnan(finding->step.change) && !is_confirmed(subject, finding))
		add_bisect_line(to, BISECT_LINE_DETAIL,
			"not confirmed: measured with the commit before it, there is no sure difference");
	if (finding->unmerged)
		add_bisect_line(to, BISECT_LINE_DETAIL,
			"a merge; what it merged is not %s by itself", change_word(subject));
	if (finding->merge != BISECT_NONE) {
		const struct bisect *search = &subject->search;
		const struct bisect_commit *merge = bisect_words_commit(
			to->account, search, &search->findings.items[finding->merge]);

		add_bisect_line(to, BISECT_LINE_DETAIL, "merged by %.*s %s", BISECT_SHORT_HASH,
			merge->hash, merge->subject ? merge->subject : "");
	}
}

static void add_single(const struct lines_to *to, const struct bisect_subject *subject,
	const struct bisect_finding *finding)
{
	const struct bisect_commit *commit =
		bisect_words_commit(to->account, &subject->search, finding);
	struct buf size = BUF_INIT;

	add_step_size(subject, finding, &size);
	add_bisect_line(to, BISECT_LINE_ITEM, "%.*s %s", BISECT_SHORT_HASH, commit->hash,
		commit->subject ? commit->subject : "");
	add_bisect_line(to, BISECT_LINE_DETAIL, "%s, %.10s: %s",
		commit->author ? commit->author : "?", commit->date ? commit->date : "?",
		size.data);
	add_notes(to, subject, finding);
	buf_release(&size);
}

static const char *word_in_range(enum bisect_word word)
{
	if (word == BISECT_SKIPPED)
		return " (cannot be measured)";
	return word == BISECT_UNCLEAR ? " (undecided)" : "";
}

static void add_range(const struct lines_to *to, const struct bisect_subject *subject,
	const struct bisect_finding *finding)
{
	const struct bisect_chain *chain = &subject->search.chains.items[finding->chain];
	size_t nr = finding->last - finding->before;
	struct buf size = BUF_INIT;

	add_step_size(subject, finding, &size);
	add_bisect_line(to, BISECT_LINE_ITEM, "one of these %zu commits: %s", nr, size.data);
	for (size_t i = 1; i <= nr && i <= MOST_SHOWN; i++) {
		const struct bisect_commit *commit =
			&to->account->commits.items[chain->commits[finding->before + i]];

		add_bisect_line(to, BISECT_LINE_DETAIL, "%.*s %s%s", BISECT_SHORT_HASH,
			commit->hash, commit->subject ? commit->subject : "",
			word_in_range(chain->words[finding->before + i]));
	}
	if (nr > MOST_SHOWN)
		add_bisect_line(to, BISECT_LINE_DETAIL, "... and %zu more", nr - MOST_SHOWN);
	add_notes(to, subject, finding);
	buf_release(&size);
}

static void add_subject(const struct lines_to *to, const struct bisect_subject *subject)
{
	const struct bisect *search = &subject->search;

	add_bisect_line(to, BISECT_LINE_HEADING, "%s", subject->name);
	add_outcome(to, subject);
	for (size_t i = 0; i < search->findings.nr; i++) {
		const struct bisect_finding *finding = &search->findings.items[i];

		if (finding->followed)
			continue;
		if (finding->last == finding->before + 1)
			add_single(to, subject, finding);
		else
			add_range(to, subject, finding);
	}
}

void bisect_words_findings(
	const struct bisect_account *account, bisect_add_line *add, struct buf *out)
{
	const struct lines_to to = { account, add, out };

	add_bisect_line(&to, BISECT_LINE_PLAIN, "good: %s, bad: %s; %zu commit%s to choose from",
		account->good, account->bad, account->nr_between,
		account->nr_between == 1 ? "" : "s");
	if (account->note)
		add_bisect_line(&to, BISECT_LINE_PLAIN, "note: %s", account->note);
	if (account->stopped)
		add_bisect_line(&to, BISECT_LINE_PLAIN,
			"note: the budget is over; the same command goes on from here");
	for (size_t i = 0; i < account->subjects.nr; i++)
		add_subject(&to, &account->subjects.items[i]);
}

/* The limit has the sign of the change that is looked for. */
static const char *word_of_step(const struct bisect_step *step)
{
	bool is_after = step->told.answer == (step->limit > 0 ? BISECT_ABOVE : BISECT_BELOW);

	switch (step->told.answer) {
	case BISECT_AS_GOOD:
		return "the same code as before the change";
	case BISECT_AS_BAD:
		return "the same code as after the change";
	case BISECT_UNDECIDED:
		return step->purpose == BISECT_STEP ? "the step" : "undecided";
	default:
		break;
	}
	if (step->purpose == BISECT_ENDS)
		return step->told.answer == BISECT_BETWEEN ? "the ends: no change" : "the ends";
	if (step->purpose == BISECT_STEP)
		return "the step";
	if (step->told.answer == BISECT_BETWEEN)
		return "has a part of the change";
	return is_after ? "after the change" : "before the change";
}

void bisect_words_step(const struct bisect_step *step, struct buf *out)
{
	if (step->told.answer == BISECT_UNMEASURED) {
		buf_addf(out, "not measured: %s", step->trouble ? step->trouble : "?");
		return;
	}
	if (!isnan(step->told.change)) {
		add_told(&step->told, out);
		buf_adds(out, ", ");
	}
	buf_adds(out, word_of_step(step));
}

static size_t nr_in_trouble(const struct bisect_account *account)
{
	size_t nr = 0;

	for (size_t i = 0; i < account->commits.nr; i++)
		nr += account->commits.items[i].trouble != NULL;
	return nr;
}

void bisect_words_cost(const struct bisect_account *account, struct buf *out)
{
	size_t nr_builds = (size_t)account->steps.nr_builds, skipped = nr_in_trouble(account);

	buf_addf(out, "%zu comparison%s, %zu build%s", account->steps.nr,
		account->steps.nr == 1 ? "" : "s", nr_builds, nr_builds == 1 ? "" : "s");
	if (nr_builds) {
		buf_adds(out, " in ");
		units_add_duration(out, account->steps.build_seconds);
	}
	if (skipped)
		buf_addf(out, ", %zu commit%s that cannot be built", skipped,
			skipped == 1 ? "" : "s");
	buf_adds(out, "; ");
	units_add_duration(out, account->steps.seconds);
	buf_adds(out, " in all");
}
