/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate/judge.h"

#include "gate/in_turn.h"
#include "gate/looks.h"
#include "stats/adjust.h"

#include <math.h>

/* The level of the test that makes a suspect, and nothing more. */
#define SCREEN_ALPHA 0.05
/* Which standard errors of head's own mean a hopeless case is given to get better. */
#define HOPE_SE 2

/* What arithmetic may add to a change that is exactly the threshold. */
#define ROUNDING 1e-12

/* When benchmarks are looked at, in shares of the planned processes, and what part of alpha each
 * look may use up; the rest is the second look's. */
static const struct {
	double share, weight;
} first_looks[] = { { 0.5, 0.3 }, { 0.7, 0.2 }, { 1, 0.2 }, { 2, 0.15 } };

#define NR_LOOKS (sizeof first_looks / sizeof *first_looks)
#define SECOND_WEIGHT 0.15
/* A file may name any number; this is more than anybody measures, and a double counts to it. */
#define MOST_PROCESSES 1e15

/* Looks of the same size become one. */
static struct looks plan_looks(const struct plan *plan)
{
	struct looks looks = { .nr = 0 };

	for (size_t i = 0; i < NR_LOOKS; i++) {
		double share = ceil(first_looks[i].share * (double)plan->nr_processes);
		size_t size = (size_t)fmin(share, MOST_PROCESSES);

		if (size < JUDGE_MIN_PROCESSES)
			size = JUDGE_MIN_PROCESSES;
		if (looks.nr && looks.items[looks.nr - 1].nr == size)
			looks.items[looks.nr - 1].weight += first_looks[i].weight;
		else
			looks.items[looks.nr++] = (struct look){ size, first_looks[i].weight };
	}
	return looks;
}

/* Those that a benchmark with that many processes has behind it. One that ended between two looks
 * has the later one early. */
static struct looks judge_looks_until(const struct plan *plan, size_t nr_processes)
{
	struct looks looks = plan_looks(plan);
	size_t planned = looks.nr;

	if (!plan->looks)
		return (struct looks){ { { nr_processes, 1 } },
			nr_processes >= JUDGE_MIN_PROCESSES };
	looks.nr = 0;
	while (looks.nr < planned && looks.items[looks.nr].nr <= nr_processes)
		looks.nr++;
	if (nr_processes >= JUDGE_MIN_PROCESSES && looks.nr < planned &&
		(!looks.nr || looks.items[looks.nr - 1].nr < nr_processes))
		looks.items[looks.nr++].nr = nr_processes;
	return looks;
}

static size_t last_look(const struct plan *plan)
{
	struct looks looks = plan_looks(plan);

	return looks.items[looks.nr - 1].nr;
}

struct judge judge_new(const struct run *base, const struct policy *policy, struct plan plan)
{
	static const struct drift no_drift = { .answer = ANSWER_TOO_FEW };

	return (struct judge){ .base = base,
		.policy = policy,
		.plan = plan,
		.pools = base ? question_pools(base) : (struct pools){ no_drift, no_drift } };
}

/* Even with that many processes, would the uncertainty be so large that they hardly lead below the
 * target? */
static bool is_out_of_reach(
	const struct question *question, const struct ruling *ruling, size_t nr, double alpha)
{
	struct contrast now = ruling->contrast, full;
	struct summary head = ruling->head;
	double to_come;

	if (question->is_limit || now.answer != ANSWER_OK || nr <= ruling->nr)
		return false;
	head.nr = nr;
	full = question_ask(question, head);
	to_come = sqrt(fmax(now.se * now.se - full.se * full.se, 0));
	return contrast_upper(full, alpha) - HOPE_SE * to_come > question->target;
}

static void judge_take_look(
	struct ruling *ruling, const struct question *question, struct look look, double alpha)
{
	double bound;

	ruling->nr = look.nr;
	ruling->head = question_head(question, ruling->from, look.nr);
	ruling->contrast = question_ask(question, ruling->head);
	ruling->p = contrast_p_above(ruling->contrast, question->threshold);
	if (!question->is_limit) {
		ruling->p_changed = contrast_p_differs(ruling->contrast, 0);
		adjust_add_look(&ruling->p_better,
			contrast_p_below(ruling->contrast, -question->threshold), look.weight);
	}
	bound = contrast_upper(ruling->contrast, alpha * look.weight);
	if (isnan(ruling->bound) || bound < ruling->bound)
		ruling->bound = bound;
}

/* What an earlier look found better for sure would have passed there. */
static enum verdict_word pass_word(const struct ruling *ruling, double alpha, size_t family)
{
	return adjust_bonferroni(ruling->p_better, family) < alpha ? VERDICT_IMPROVEMENT
								   : VERDICT_PASS;
}

static enum why why_undecided(
	const struct ruling *ruling, const struct question *question, double alpha)
{
	if (ruling->contrast.answer == ANSWER_NO_SPREAD)
		return WHY_NO_SPREAD;
	if (question->is_limit)
		return WHY_AT_LIMIT;
	if (ruling->suspect || ruling->evidence == EVIDENCE_SECOND_LOOK)
		return WHY_NOT_CONFIRMED;
	return is_out_of_reach(question, ruling, SIZE_MAX, alpha) ? WHY_DRIFT : WHY_NOT_ENOUGH;
}

/* Passes, fails, or neither. Where there are looks, failing is the second look's to say. */
static void decide(const struct judge *judge, const struct question *question, struct look look,
	size_t family, struct ruling *ruling)
{
	double alpha = judge->policy->alpha;
	double p_below = contrast_p_below(ruling->contrast, question->target);
	bool may_fail = ruling->evidence == EVIDENCE_SECOND_LOOK || !judge->plan.looks;

	ruling->p_adjusted = adjust_bonferroni(ruling->p, family);
	if (may_fail && ruling->p_adjusted < alpha) {
		ruling->word = VERDICT_REGRESSION;
		ruling->why = question->is_limit ? WHY_OVER_LIMIT : WHY_BEYOND_THRESHOLD;
	} else if (!ruling->suspect && p_below < alpha * look.weight) {
		ruling->word = pass_word(ruling, alpha, family);
		ruling->why = question->is_limit              ? WHY_UNDER_LIMIT
			: ruling->word == VERDICT_IMPROVEMENT ? WHY_FASTER
							      : WHY_BELOW_TARGET;
	} else {
		ruling->word = VERDICT_INCONCLUSIVE;
		ruling->hopeless = is_out_of_reach(
			question, ruling, last_look(&judge->plan), alpha * look.weight);
		ruling->why = why_undecided(ruling, question, alpha * look.weight);
	}
}

static void rule_first(const struct judge *judge, const struct question *question, size_t nr_first,
	size_t family, struct ruling *ruling)
{
	struct looks looks = judge_looks_until(&judge->plan, nr_first);

	ruling->evidence = EVIDENCE_FIRST_LOOK;
	ruling->why = WHY_TOO_FEW_PROCESSES;
	for (size_t i = 0; i < looks.nr && !ruling->suspect; i++) {
		judge_take_look(ruling, question, looks.items[i], judge->policy->alpha);
		ruling->suspect = judge->plan.looks && ruling->p < SCREEN_ALPHA;
		decide(judge, question, looks.items[i], family, ruling);
		if (ruling->word != VERDICT_INCONCLUSIVE)
			break;
	}
}

/* Fresh processes, those alone. */
static void rule_second(const struct judge *judge, const struct question *question, size_t nr_first,
	size_t family, struct ruling *ruling)
{
	struct look look = { question_nr_head(question) - nr_first, SECOND_WEIGHT };

	if (look.nr < JUDGE_MIN_PROCESSES) {
		ruling->why = WHY_NOT_CONFIRMED;
		return;
	}
	*ruling = (struct ruling){ .word = VERDICT_INCONCLUSIVE,
		.evidence = EVIDENCE_SECOND_LOOK,
		.from = nr_first,
		.p_better = NAN,
		.p_changed = NAN,
		.bound = NAN };
	judge_take_look(ruling, question, look, judge->policy->alpha);
	decide(judge, question, look, family, ruling);
}

static void rule_exactly(const struct question *question, struct ruling *ruling)
{
	double change = log1p(question->exact_ratio);
	double threshold = question->threshold + ROUNDING;

	ruling->evidence = EVIDENCE_EXACT;
	ruling->nr = question_nr_head(question);
	ruling->contrast = contrast_without(ANSWER_NO_SPREAD, change);
	ruling->bound = change;
	if (change > threshold) {
		ruling->word = VERDICT_REGRESSION;
		ruling->why = question->is_limit ? WHY_OVER_LIMIT : WHY_BEYOND_THRESHOLD;
	} else if (change < -threshold && !question->is_limit) {
		ruling->word = VERDICT_IMPROVEMENT;
		ruling->why = WHY_FASTER;
	} else {
		ruling->word = VERDICT_PASS;
		ruling->why = question->is_limit ? WHY_UNDER_LIMIT : WHY_BELOW_TARGET;
	}
}

static void rule_identical(struct ruling *ruling)
{
	ruling->word = VERDICT_PASS;
	ruling->why = WHY_IDENTICAL;
	ruling->evidence = EVIDENCE_IDENTICAL;
}

struct ruling judge_rule(const struct judge *judge, const struct question *question,
	const struct result *head, size_t family)
{
	size_t nr = question_nr_head(question);
	bool has_second = head->nr_screened && head->nr_screened < nr;
	size_t nr_first = has_second ? head->nr_screened : nr;
	struct ruling ruling = { .word = VERDICT_INCONCLUSIVE,
		.contrast = contrast_without(ANSWER_TOO_FEW, NAN),
		.p = NAN,
		.p_better = NAN,
		.p_changed = NAN,
		.p_adjusted = NAN,
		.bound = NAN };

	if (question->trouble)
		ruling.why = question->trouble;
	else if (question->exact)
		rule_exactly(question, &ruling);
	else if (question->identical)
		rule_identical(&ruling);
	else if (question->duets)
		ruling = in_turn_rule(judge, question);
	else if (!question->is_limit && question->nr_base < JUDGE_MIN_PROCESSES)
		ruling.why = WHY_TOO_FEW_PROCESSES;
	else {
		rule_first(judge, question, nr_first, family, &ruling);
		/* What the first look has cleared stays clear. */
		if (has_second && ruling.word == VERDICT_INCONCLUSIVE)
			rule_second(judge, question, nr_first, family, &ruling);
	}
	return ruling;
}

static void ask_duets(
	const struct judge *judge, const struct result *head, struct question *question)
{
	size_t nr_before = head->nr_duets_before, nr = head->duets.nr;

	if (judge->of_fresh)
		question_in_turn(question, &head->duets, nr_before, nr);
	else
		question_in_turn(question, &head->duets, 0, nr_before ? nr_before : nr);
}

void judge_ask(const struct judge *judge, const struct result *head,
	const struct metric *const metrics[2], struct question *question,
	const struct tolerance *tolerance)
{
	question_of_base(question, metrics[0], metrics[1], tolerance);
	question->identical = judge->in_turn && head->identical;
	question->calibrated = judge->calibrated;
	question->history = question_history(judge->calibration, head->name, metrics[0]);
	question->nr_layouts = judge->plan.nr_layouts;
	if (judge->in_turn && head->duets.nr)
		ask_duets(judge, head, question);
}

bool judge_asks_limit(const struct result *head, const struct question *question)
{
	return question->exact || question->trouble || !head->duets.nr || head->processes.nr;
}

/* All questions of one benchmark that a test answers, one after the other. */
struct asking {
	const struct judge *judge;
	const struct result *head;
	size_t nr;
	bool undecided;
	bool out_of_reach;   /* the base is too uncertain to clear one of them */
	bool unsettled;      /* a metric that is measured in turn needs more units ... */
	bool time_unsettled; /* ... or the time does, by one of its two values */
	bool time_is_red;    /* surely too slow by one of them: the other does not matter */
	struct suspicion suspicion;
};

static void judge_count_one(struct asking *asking, struct question *question)
{
	asking->nr += question_is_tested(question) && !question->duets;
}

static void judge_ask_one(struct asking *asking, struct question *question)
{
	struct ruling ruling;

	judge_count_one(asking, question);
	if (!question_is_tested(question) || question->duets)
		return;
	question_weigh(question, &asking->judge->pools);
	ruling = judge_rule(asking->judge, question, asking->head, 1);
	*(question->is_limit ? &asking->suspicion.of_limit : &asking->suspicion.of_base) |=
		ruling.suspect;
	if (ruling.word != VERDICT_INCONCLUSIVE)
		return;
	asking->suspicion.uncleared |= !question->is_limit;
	asking->undecided |= !ruling.hopeless;
}

/* Head is the base itself here, known for sure. */
static void ask_reach(struct asking *asking, struct question *question)
{
	struct summary head;
	struct contrast full;
	double alpha = asking->judge->policy->alpha * first_looks[0].weight;

	if (!question_is_tested(question) || question->is_limit)
		return;
	question_weigh(question, &asking->judge->pools);
	head = question_head(question, 0, question_nr_head(question));
	head.nr = SIZE_MAX;
	full = question_ask(question, head);
	asking->out_of_reach |= full.answer == ANSWER_OK &&
		contrast_upper(full, alpha) - full.difference > question->target;
}

static void ask_in_turn(struct asking *asking, struct question *question)
{
	if (!question->duets)
		return;
	asking->nr++;
	if (!metric_is_time(question->head)) {
		asking->unsettled |= !in_turn_is_settled(asking->judge, question);
		return;
	}
	asking->time_unsettled |= !in_turn_is_settled(asking->judge, question);
	asking->time_is_red |= in_turn_is_red(asking->judge, question);
}

static struct asking ask_all(const struct judge *judge, const struct result *head,
	void (*one)(struct asking *, struct question *))
{
	const struct result *base = judge->base ? run_find(judge->base, head->name) : NULL;
	struct asking asking = { .judge = judge, .head = head };
	struct question question;

	for (size_t i = 0; i < head->metrics.nr; i++) {
		const struct metric *metric = &head->metrics.items[i];
		struct tolerance tolerance = policy_tolerance(judge->policy, head, metric->name);
		const struct metric *before =
			base ? metrics_find(&base->metrics, metric->name) : NULL;

		if (before && tolerance.gated) {
			judge_ask(judge, head, (const struct metric *[]){ before, metric },
				&question, &tolerance);
			one(&asking, &question);
		}
		/* A budget is about what users pay. */
		if (!tolerance.limit ||
			(metric_is_time(metric) && metric != metrics_time(&head->metrics)))
			continue;
		question_of_limit(&question, metric, tolerance.limit);
		if (judge_asks_limit(head, &question))
			one(&asking, &question);
	}
	return asking;
}

size_t judge_count(const struct judge *judge, const struct result *head)
{
	return ask_all(judge, head, judge_count_one).nr;
}

bool judge_enough(const struct judge *judge, const struct result *head)
{
	struct looks looks = plan_looks(&judge->plan);
	size_t nr_processes = head->processes.nr, nr_planned = judge->plan.nr_processes;
	struct asking asking;

	if (head->nr_screened)
		return nr_processes >= head->nr_screened + nr_planned;
	/* Too few to be judged were asked for. */
	if (nr_planned < JUDGE_MIN_PROCESSES)
		return nr_processes >= nr_planned;
	for (size_t i = 0; i < looks.nr; i++) {
		if (looks.items[i].nr != nr_processes)
			continue;
		asking = ask_all(judge, head, judge_ask_one);
		if (asking.nr)
			return i + 1 == looks.nr || asking.suspicion.of_base ||
				asking.suspicion.of_limit || !asking.undecided;
	}
	/* Nothing is asked: as many as planned. */
	return nr_processes >= last_look(&judge->plan) ||
		(nr_processes >= nr_planned && !judge_count(judge, head));
}

bool judge_may_clear(const struct judge *judge, const struct result *base)
{
	return !ask_all(judge, base, ask_reach).out_of_reach;
}

struct suspicion judge_suspicion(const struct judge *judge, const struct result *head)
{
	if (head->word != RESULT_OK || head->nr_screened)
		return (struct suspicion){ .of_base = false };
	return ask_all(judge, head, judge_ask_one).suspicion;
}

bool judge_suspects(const struct judge *judge, const struct result *head)
{
	struct suspicion suspicion = judge_suspicion(judge, head);

	return suspicion.of_base || suspicion.of_limit;
}

bool judge_enough_in_turn(const struct judge *judge, const struct result *head)
{
	size_t nr_units = (head->duets.nr - head->nr_duets_before) / DUETS_A_UNIT;
	struct judge now = *judge;
	struct asking asking;

	now.of_fresh = head->nr_duets_before != 0;
	if (nr_units >= judge->plan.nr_units)
		return true;
	if (!looks_include(&judge->plan, nr_units))
		return false;
	asking = ask_all(&now, head, ask_in_turn);
	return !asking.unsettled && (!asking.time_unsettled || asking.time_is_red);
}
