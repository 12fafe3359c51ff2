/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/explanation_words.h"

#include "base/array.h"

#include <math.h>

/* What is hot enough to be named: a fifth of all. */
#define HOT_PART 0.2
/* Allocations in one call that look like those of a loop. */
#define MANY_ALLOCATIONS 2
/* A branch miss in so many instructions is much. */
#define MANY_BRANCH_MISSES 0.01

static const struct explained *side_advised(const struct explanation *explanation, size_t function)
{
	return &explanation->functions.items[function].side[SIDE_HEAD];
}

/* The one of the benchmark's own functions that has most of something; COSTS_NONE: none has any. */
static size_t function_with_most(
	const struct explanation *explanation, double (*measure)(const struct explained *head))
{
	size_t best = COSTS_NONE;

	for (size_t i = 0; i < explanation->functions.nr; i++)
		if (!explanation->functions.items[i].is_shared &&
			measure(side_advised(explanation, i)) >
				(best == COSTS_NONE ? 0 : measure(side_advised(explanation, best))))
			best = i;
	return best;
}

/* Instructions, or else time: one of them is always 0. */
static double charged_main(const struct explained *head)
{
	return head->charge.of[COST_INSTRUCTIONS] > 0 ? head->charge.of[COST_INSTRUCTIONS]
						      : head->charge.of[COST_TIME];
}

static double all_allocations(const struct explained *head)
{
	return head->allocations;
}

static double own_branch_misses(const struct explained *head)
{
	return head->own.of[COST_BRANCH_MISSES];
}

/* What is known of all that it executes. */
static enum cost_event main_event(const struct explanation *explanation)
{
	return explanation->has[COST_INSTRUCTIONS] ? COST_INSTRUCTIONS : COST_TIME;
}

static void advise_hottest(const struct explanation *explanation, struct texts *advice)
{
	size_t at = function_with_most(explanation, charged_main);
	double all = explanation->total[SIDE_HEAD].of[main_event(explanation)];
	struct buf text = BUF_INIT;

	if (at == COSTS_NONE || charged_main(side_advised(explanation, at)) < HOT_PART * all)
		return;
	explanation_words_function(&explanation->functions.items[at], &text);
	buf_addf(&text, " is the hottest: %.0f %% of all %s, with the libraries that it calls",
		100 * charged_main(side_advised(explanation, at)) / all,
		cost_event_names[main_event(explanation)]);
	texts_add(advice, text.data);
	buf_release(&text);
}

static void advise_allocations(const struct explanation *explanation, struct texts *advice)
{
	size_t at = function_with_most(explanation, all_allocations);
	const struct explained *head = at == COSTS_NONE ? NULL : side_advised(explanation, at);
	double calls = head && head->calls > 0 ? head->calls : 1;
	struct buf text = BUF_INIT;

	if (!head || head->allocations / calls < MANY_ALLOCATIONS)
		return;
	explanation_words_function(&explanation->functions.items[at], &text);
	buf_adds(&text, " allocates ");
	explanation_words_number(head->allocations / calls, &text);
	buf_adds(&text, head->calls > 0 ? " times in each call" : " times in each iteration");
	buf_adds(&text,
		": as a loop does; one block for all, or one that is used again, would be less work");
	texts_add(advice, text.data);
	buf_release(&text);
}

static void advise_branches(const struct explanation *explanation, struct texts *advice)
{
	size_t at = function_with_most(explanation, own_branch_misses);
	double all = explanation->total[SIDE_HEAD].of[COST_INSTRUCTIONS];
	double misses = explanation->total[SIDE_HEAD].of[COST_BRANCH_MISSES];
	struct buf text = BUF_INIT;

	if (at == COSTS_NONE || !explanation->has[COST_BRANCH_MISSES] ||
		misses < MANY_BRANCH_MISSES * all)
		return;
	explanation_words_function(&explanation->functions.items[at], &text);
	buf_addf(&text,
		" has %.0f %% of the branch misses, and there is one in %.0f instructions: its branches depend on data; "
		"sorted data, or a table instead of a branch, would be guessed better",
		100 * own_branch_misses(side_advised(explanation, at)) / misses, all / misses);
	texts_add(advice, text.data);
	buf_release(&text);
}

void explanation_advice(const struct explanation *explanation, struct texts *advice)
{
	advise_hottest(explanation, advice);
	advise_allocations(explanation, advice);
	advise_branches(explanation, advice);
}
