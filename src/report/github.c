/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Workflow commands that GitHub turns into annotations, at the benchmark's own line. It shows ten
 * errors and ten warnings of a step and drops the rest without a word, so the last of each counts
 * what is left out.
 */
#include "report/formats.h"

#include "report/describe.h"
#include "report/escape.h"
#include "report/group.h"
#include "report/tally.h"
#include "report/targets.h"

#include <math.h>

#define MAX_ALIKE 10

enum level { LEVEL_ERROR, LEVEL_WARNING, LEVEL_NOTICE, NR_LEVELS };

static const char *const level_names[NR_LEVELS] = { "error", "warning", "notice" };

/* NR_LEVELS: nothing to be said. */
static enum level report_github_level_of(
	const struct verdict *verdict, const struct comparison *comparison)
{
	switch (verdict_action(verdict, comparison)) {
	case ACTION_FAIL:
		return LEVEL_ERROR;
	case ACTION_WARN:
		return LEVEL_WARNING;
	default:
		break;
	}
	return comparison->word == VERDICT_ACCEPTED       ? LEVEL_WARNING
		: comparison->word == VERDICT_IMPROVEMENT ? LEVEL_NOTICE
							  : NR_LEVELS;
}

static void github_add_place(const struct result *result, struct buf *out)
{
	if (!result->file || !*result->file)
		return;
	buf_adds(out, "file=");
	escape_property(out, result->file);
	buf_addf(out, ",line=%u,", result->line);
}

static void github_add_command(const struct verdict *verdict, const struct comparison *comparison,
	enum level level, struct buf *out)
{
	const struct result *result = describe_result(comparison);
	struct buf name = BUF_INIT, text = BUF_INIT, mend = BUF_INIT;

	verdict_add_name(comparison, &name);
	describe_reason(verdict, comparison, &text);
	describe_advice(comparison, &mend);
	if (mend.len)
		buf_addf(&text, "; %s", mend.data);
	buf_addf(out, "::%s ", level_names[level]);
	github_add_place(result, out);
	buf_addf(out, "title=%s ", verdict_word_name(comparison->word));
	escape_property(out, name.data);
	buf_adds(out, "::");
	escape_message(out, name.data);
	buf_adds(out, ": ");
	escape_message(out, text.data);
	buf_addc(out, '\n');
	buf_release(&mend);
	buf_release(&text);
	buf_release(&name);
}

static size_t github_count(const struct verdict *verdict, enum level level)
{
	struct group group = GROUP_START;
	size_t nr = 0;

	while (group_next(verdict, &group))
		nr += report_github_level_of(verdict, group.worst) == level;
	return nr;
}

static void github_add_level(const struct verdict *verdict, enum level level, struct buf *out)
{
	size_t nr = github_count(verdict, level), most = nr > MAX_ALIKE ? MAX_ALIKE - 1 : nr,
	       at = 0;
	struct group group = GROUP_START;

	while (at < most && group_next(verdict, &group)) {
		if (report_github_level_of(verdict, group.worst) != level)
			continue;
		github_add_command(verdict, group.worst, level, out);
		at++;
	}
	if (nr > most)
		buf_addf(out,
			"::%s title=benchgate::and %zu more benchmarks; the job's summary has all\n",
			level_names[level], nr - most);
}

/* A benchmark is annotated once, with what says most of it. */
void github_commands(const struct verdict *verdict, struct buf *out)
{
	struct tally tally = tally_of(verdict);
	struct buf sum = BUF_INIT;

	for (int level = 0; level < NR_LEVELS; level++)
		github_add_level(verdict, (enum level)level, out);
	buf_addf(&sum, "%s: ", verdict_word_name(verdict->word));
	tally_add_counts(verdict, &tally, &sum);
	buf_adds(out, "::notice title=benchgate::");
	escape_message(out, sum.data);
	buf_addc(out, '\n');
	buf_release(&sum);
}

static void github_add_number(const char *name, double number, struct buf *out)
{
	if (isfinite(number))
		buf_addf(out, "%s=%.6g\n", name, number);
	else
		buf_addf(out, "%s=\n", name);
}

static void output_targets(const struct verdict *verdict, struct buf *out)
{
	struct targets targets = targets_of(verdict);
	size_t nr_met = 0;

	for (size_t i = 0; i < targets.nr; i++)
		nr_met += targets.items[i].comparison->word == VERDICT_PASS;
	buf_addf(out, "targets=%zu\ntargets-met=%zu\n", targets.nr, nr_met);
	targets_release(&targets);
}

void github_outputs(const struct verdict *verdict, struct buf *out)
{
	struct tally tally = tally_of(verdict);

	buf_addf(out, "verdict=%s\n", verdict_word_name(verdict->word));
	buf_addf(out, "regressions=%zu\n", tally.words[VERDICT_REGRESSION]);
	buf_addf(out, "improvements=%zu\n", tally.words[VERDICT_IMPROVEMENT]);
	buf_addf(out, "inconclusive=%zu\n", tally.words[VERDICT_INCONCLUSIVE]);
	buf_addf(out, "failed=%zu\n", tally.words[VERDICT_FAILED]);
	buf_addf(out, "missing=%zu\n", tally.words[VERDICT_MISSING]);
	output_targets(verdict, out);
	github_add_number("coverage", tally.coverage_ratio, out);
	github_add_number("worst-change", tally.worst ? tally.worst->change_ratio : NAN, out);
	buf_adds(out, "worst-metric=");
	if (tally.worst)
		verdict_add_name(tally.worst, out);
	buf_addc(out, '\n');
}
