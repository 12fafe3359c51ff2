/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/explain.h"

#include "base/error.h"
#include "gate/in_turn.h"
#include "gate/judge.h"
#include "gate/looks.h"
#include "model/builtin.h"
#include "model/units.h"
#include "report/describe.h"

#include <math.h>
#include <string.h>

/* One comparison, and the judge that its part had. */
struct account {
	const struct verdict *verdict;
	const struct comparison *comparison;
	struct judge judge;
	struct buf *out;
};

static struct account open_account(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out)
{
	const struct verdict_part *part = &verdict->parts[comparison->part];
	struct account account = { verdict, comparison,
		judge_new(part->base, verdict->policy, part->head->plan), out };

	account.judge.in_turn = true;
	return account;
}

/* --- in turn --------------------------------------------------------------------------------- */

/* A time is asked about twice: its mean, and its typical value. */
struct asked {
	const char *name;
	struct question question;
};

static bool ask_aspect(const struct account *account, enum aspect_of which, struct asked *asked)
{
	const struct comparison *comparison = account->comparison;
	const struct metric *head = comparison->aspects[which].metric;
	const struct metric *base =
		head ? metrics_find(&comparison->base->metrics, head->name) : NULL;

	if (!base)
		return false;
	asked->name = metric_is(head, &metric_time) ? "mean" : head->name;
	judge_ask(&account->judge, comparison->head, (const struct metric *[]){ base, head },
		&asked->question, &comparison->tolerance);
	return asked->question.duets;
}

static size_t nr_units(const struct question *question)
{
	return (question->until - question->from) / DUETS_A_UNIT;
}

/* As if no more than these had been taken. */
static struct question only_units(const struct question *question, size_t from, size_t until)
{
	struct question part = *question;

	part.until = question->from + until * DUETS_A_UNIT;
	part.from = question->from + from * DUETS_A_UNIT;
	return part;
}

/* Of logarithms in which more is worse, the change as the report has it. */
static void add_change(const struct question *question, double log_ratio, struct buf *out)
{
	units_add_change(out, expm1(question->sign * log_ratio));
}

static void list_units(const struct asked *asked, struct buf *out)
{
	buf_addf(out, "  %s of each unit:", asked->name);
	for (size_t i = 0; i < nr_units(&asked->question); i++) {
		struct question one = only_units(&asked->question, i, i + 1);
		struct summary unit;

		one.nr_layouts = 0;
		unit = question_units(&one, 1);
		buf_addc(out, ' ');
		if (unit.nr)
			add_change(&one, unit.mean, out);
		else
			buf_adds(out, "disturbed");
		buf_addc(out, i + 1 < nr_units(&asked->question) ? ',' : '\n');
	}
}

static void add_look(const struct account *account, const struct asked *asked, size_t nr)
{
	struct question so_far = only_units(&asked->question, 0, nr);
	struct ruling ruling = in_turn_rule(&account->judge, &so_far);

	buf_addf(account->out, "  after %2zu units: %s ", nr, asked->name);
	add_change(&so_far, ruling.head.mean, account->out);
	if (isfinite(ruling.p))
		buf_addf(account->out, ", p of a regression %.2g, of a pass %.2g", ruling.p,
			ruling.p_pass);
	else
		buf_adds(account->out, ", too few units that count for a test");
	buf_addc(account->out, '\n');
}

static void list_looks(const struct account *account, const struct asked *asked)
{
	size_t taken = nr_units(&asked->question);

	for (size_t nr = IN_TURN_MIN_UNITS; nr <= taken; nr++)
		if (nr == taken || looks_include(&account->judge.plan, nr))
			add_look(account, asked, nr);
}

static void add_fresh_units(const struct account *account)
{
	const struct again *again = &account->comparison->again;

	if (!again->nr_units)
		return;
	buf_addf(account->out, "  measured again, because a control moved: %zu fresh units, ",
		again->nr_units);
	units_add_change(account->out, again->change_ratio);
	if (isfinite(again->p_adjusted))
		buf_addf(account->out, ", p %.2g", again->p_adjusted);
	buf_addc(account->out, '\n');
}

static void explain_in_turn(const struct account *account)
{
	const struct comparison *comparison = account->comparison;
	struct asked asked[NR_ASPECTS];
	size_t nr = 0;

	for (size_t i = 0; i < NR_ASPECTS; i++)
		nr += ask_aspect(account, (enum aspect_of)i, &asked[nr]);
	buf_addf(account->out,
		"Measured: %zu units in turn with the base. A unit is two processes of each side; head's times divided by the base's.\n",
		nr ? nr_units(&asked[0].question) : 0);
	for (size_t i = 0; i < nr; i++)
		list_units(&asked[i], account->out);
	buf_adds(account->out,
		"Looked at: each look spends a part of alpha, so p is the smallest so far over its look's part.\n");
	for (size_t i = 0; i < nr; i++)
		list_looks(account, &asked[i]);
	if (comparison->disturbed)
		buf_adds(account->out,
			"  disturbed: too many batches, or one side's more often, to call it a pass\n");
	add_fresh_units(account);
}

/* --- against a stored base ------------------------------------------------------------------- */

static void explain_alone(const struct account *account)
{
	const struct comparison *comparison = account->comparison;
	struct buf drift = BUF_INIT;

	buf_addf(account->out, "Measured: %zu%s processes of head", comparison->nr_head,
		comparison->evidence == EVIDENCE_SECOND_LOOK ? " fresh" : "");
	if (!comparison->is_limit)
		buf_addf(account->out, "; the base has %zu in %zu %s", comparison->nr_base,
			comparison->nr_sessions,
			comparison->nr_sessions == 1 ? "session" : "sessions");
	buf_adds(account->out, ".\nChange: ");
	units_add_change(account->out, comparison->change_ratio);
	if (isfinite(comparison->change_low)) {
		buf_adds(account->out, ", 95 %: ");
		units_add_changes(account->out, comparison->change_low, comparison->change_high);
	}
	describe_drift(comparison, &drift);
	buf_addf(account->out, "%s%s.\n", drift.len ? "; " : "", drift.data);
	buf_release(&drift);
	if (isfinite(comparison->p))
		buf_addf(account->out, "Tested: p of a regression %.2g", comparison->p);
	if (isfinite(comparison->p_better))
		buf_addf(account->out, ", of an improvement %.2g", comparison->p_better);
	if (isfinite(comparison->p))
		buf_adds(account->out, ".\n");
}

/* --- what follows from it -------------------------------------------------------------------- */

static void add_asked(const struct account *account)
{
	const struct comparison *comparison = account->comparison;
	const struct tolerance *tolerance = &comparison->tolerance;

	buf_adds(account->out, "Asked: ");
	if (comparison->is_limit) {
		buf_adds(account->out, "is it certainly over, or certainly within, ");
		describe_budget(comparison, account->out);
	} else {
		buf_adds(account->out, "a regression certainly exceeds the threshold of ");
		units_add_ratio(account->out, tolerance->threshold_ratio);
		buf_adds(account->out, ", a pass is certainly below the target of ");
		units_add_ratio(account->out, tolerance->target_ratio);
		if (!tolerance->gated)
			buf_adds(account->out, "; it is not gated");
	}
	buf_adds(account->out, ".\n");
}

static void add_corrected(const struct account *account)
{
	const struct comparison *comparison = account->comparison;
	const struct verdict *verdict = account->verdict;
	bool better = comparison->word == VERDICT_IMPROVEMENT;
	double p = better ? verdict_p_above_threshold(comparison) : comparison->p;
	double adjusted = better ? verdict_p_above_threshold_adjusted(verdict, comparison)
				 : comparison->p_adjusted;
	bool in_turn = comparison->evidence == EVIDENCE_IN_TURN;

	if (!isfinite(p) || !isfinite(adjusted))
		return;
	buf_addf(account->out,
		"Corrected: for all %zu questions of the run, p of %s %.2g becomes %.2g; it must be below alpha, %.2g.\n",
		in_turn ? verdict->family_in_turn : verdict->family,
		better ? "an improvement" : "a regression", p, adjusted, verdict->policy->alpha);
	if (in_turn && isfinite(comparison->p_pass))
		buf_addf(account->out,
			"A pass: p %.2g; it must be below alpha, and is not corrected: every benchmark is asked for itself.\n",
			comparison->p_pass);
}

static void explain_evidence(const struct account *account)
{
	switch (account->comparison->evidence) {
	case EVIDENCE_NONE:
		break;
	case EVIDENCE_EXACT:
		buf_adds(account->out,
			"Measured: each side has the same value in every process, so no test is needed.\n");
		break;
	case EVIDENCE_COUNTED:
		buf_addf(account->out,
			"Measured: %zu counts of head and %zu of base, which differ; a test by their spread, p %.2g.\n",
			account->comparison->nr_head, account->comparison->nr_base,
			account->comparison->p_adjusted);
		break;
	case EVIDENCE_IDENTICAL:
		buf_adds(account->out,
			"Measured: nothing, for both sides are the same code and use the same files.\n");
		break;
	case EVIDENCE_IN_TURN:
		explain_in_turn(account);
		add_corrected(account);
		break;
	case EVIDENCE_FIRST_LOOK:
	case EVIDENCE_SECOND_LOOK:
		explain_alone(account);
		add_corrected(account);
		break;
	}
}

static void explain_one(const struct account *account)
{
	const struct comparison *comparison = account->comparison;

	describe_name(comparison, account->out);
	buf_addf(account->out, ": %s\n", verdict_words[comparison->word]);
	if (comparison->head && (comparison->base || comparison->is_limit) &&
		comparison->evidence != EVIDENCE_NONE) {
		add_asked(account);
		explain_evidence(account);
	}
	buf_addf(account->out, "So %s: ", verdict_words[comparison->word]);
	describe_reason(account->verdict, comparison, account->out);
	buf_adds(account->out, ".\n");
}

static int no_such_benchmark(
	const struct verdict *verdict, const char *benchmark, struct error *err)
{
	struct unknown unknown = { .given = benchmark, .see = "the usual report" };

	for (size_t i = 0; i < verdict->nr; i++)
		unknown_offer(&unknown, describe_result(&verdict->items[i])->name);
	return unknown_error(
		&unknown, err, "--why %s: the result has no such benchmark", benchmark);
}

int explain_benchmark(
	const struct verdict *verdict, const char *benchmark, struct buf *out, struct error *err)
{
	size_t nr = 0;

	for (size_t i = 0; i < verdict->nr; i++) {
		const struct comparison *comparison = &verdict->items[i];
		struct account account = open_account(verdict, comparison, out);

		if (strcmp(describe_result(comparison)->name, benchmark) != 0)
			continue;
		if (nr++)
			buf_addc(out, '\n');
		explain_one(&account);
	}
	return nr ? 0 : no_such_benchmark(verdict, benchmark, err);
}

void explain_all(const struct verdict *verdict, struct buf *out)
{
	for (size_t i = 0; i < verdict->nr; i++) {
		struct account account = open_account(verdict, &verdict->items[i], out);

		buf_addc(out, '\n');
		explain_one(&account);
	}
	buf_addc(out, '\n');
}
