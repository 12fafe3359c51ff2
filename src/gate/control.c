/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/control.h"

#include "gate/in_turn.h"
#include "stats/adjust.h"

#include <math.h>

size_t control_count(size_t nr)
{
	return nr < CONTROL_MOST ? nr : CONTROL_MOST;
}

size_t control_place(size_t nr, size_t part)
{
	return (2 * part + 1) * nr / (2 * control_count(nr));
}

static bool can_be_control(const struct result *result)
{
	return result->word == RESULT_OK && result->duets.nr &&
		(result->identical || result->code == CODE_SAME);
}

/* The question whether a time moved at all, up or down; false: it is not to be asked. */
static bool ask_of_zero(const struct judge *judge, const struct result *head,
	const struct metric_kind *kind, struct question *question)
{
	const struct result *base = judge->base ? run_find(judge->base, head->name) : NULL;
	const struct metric *const metrics[2] = { base ? metrics_find(&base->metrics, kind->name)
						       : NULL,
		metrics_find(&head->metrics, kind->name) };
	struct tolerance zero = { .threshold_ratio = 0 };

	if (!metrics[0] || !metrics[1])
		return false;
	judge_ask(judge, head, metrics, question, &zero);
	return question->duets;
}

/* Against zero, not the threshold: what may be 1 % here may be 3 % there. The price of a control
 * that moved is but another look at what regressed. */
static void control_take(const struct judge *judge, const struct result *head,
	const struct metric_kind *kind, double family, struct control *control)
{
	struct question question;
	struct ruling ruling;
	double p;

	if (!ask_of_zero(judge, head, kind, &question))
		return;
	ruling = in_turn_rule(judge, &question);
	p = fmin(2 * fmin(ruling.p, ruling.p_better) * family, 1);
	if (isnan(p) || (control->result && p >= control->p_adjusted))
		return;
	*control = (struct control){ .result = head,
		.change_ratio = expm1(question.sign * ruling.contrast.difference),
		.p_adjusted = p,
		.moved = p < judge->policy->alpha };
}

struct control control_of(const struct judge *judge, const struct run *head)
{
	struct control control = { .result = NULL, .change_ratio = NAN, .p_adjusted = NAN };
	const struct result **all = mem_alloc(head->nr, sizeof(void *));
	size_t nr = 0, nr_chosen;

	for (size_t i = 0; judge->in_turn && judge->policy && i < head->nr; i++)
		if (can_be_control(&head->items[i]))
			all[nr++] = &head->items[i];
	nr_chosen = control_count(nr);
	for (size_t part = 0; part < nr_chosen; part++) {
		const struct result *chosen = all[control_place(nr, part)];
		double family = (double)(NR_ASPECTS * nr_chosen);

		control_take(judge, chosen, &metric_time, family, &control);
		control_take(judge, chosen, &metric_typical, family, &control);
	}
	free(all);
	return control;
}

static bool is_at_stake(const struct comparison *comparison, size_t part)
{
	return comparison->part == part && comparison->word == VERDICT_REGRESSION &&
		comparison->evidence == EVIDENCE_IN_TURN;
}

/* The aspect that says REGRESSION most surely in the fresh units. */
static struct again look_again(
	const struct judge *judge, const struct comparison *comparison, double family)
{
	struct again again = { .change_ratio = NAN, .p_adjusted = NAN };
	struct judge of_fresh = *judge;

	of_fresh.of_fresh = true;
	for (size_t k = 0; k < NR_ASPECTS && comparison->head->nr_duets_before; k++) {
		const struct metric *head = comparison->aspects[k].metric;
		const struct metric *base =
			head ? metrics_find(&comparison->base->metrics, head->name) : NULL;
		struct question question;
		struct ruling ruling;
		double p;

		if (!base)
			continue;
		judge_ask(&of_fresh, comparison->head, (const struct metric *[]){ base, head },
			&question, &comparison->tolerance);
		if (!question.duets)
			continue;
		ruling = in_turn_rule(&of_fresh, &question);
		p = isnan(ruling.p) ? 1 : fmin(ruling.p * family, 1);
		if (!again.nr_units || p < again.p_adjusted)
			again = (struct again){ ruling.nr,
				expm1(question.sign * ruling.contrast.difference), p };
	}
	return again;
}

static void control_settle_one(
	const struct judge *judge, struct comparison *comparison, bool moved, double family)
{
	if (!moved && !comparison->head->nr_duets_before)
		return;
	comparison->again = look_again(judge, comparison, family);
	if (comparison->again.p_adjusted < judge->policy->alpha)
		return;
	comparison->word = VERDICT_INCONCLUSIVE;
	comparison->why = WHY_NOT_REPEATED;
}

void control_settle(struct verdict *verdict, const struct judge *const *judges)
{
	for (size_t part = 0; part < verdict->nr_parts; part++) {
		struct control control = control_of(judges[part], verdict->parts[part].head);
		size_t family = 0;

		verdict->parts[part].control = control;
		for (size_t i = 0; i < verdict->nr; i++)
			if (is_at_stake(&verdict->items[i], part))
				family += NR_ASPECTS;
		for (size_t i = 0; i < verdict->nr; i++)
			if (is_at_stake(&verdict->items[i], part))
				control_settle_one(judges[part], &verdict->items[i], control.moved,
					(double)family);
	}
}
