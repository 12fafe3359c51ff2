/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/explanation_words.h"

#include "base/array.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

#define LINE_BYTES 64

static bool find_place(const struct explain_subject *subject, size_t function,
	enum explanation_side side, struct machine_range *range)
{
	const struct machine_function of = { &subject->costs[side], subject->explanation.of[side],
		function };

	return machine_range_find(&of, range);
}

/* Of what executes the same on both sides. */
static void advise_layout(const struct explain_subject *subject, struct texts *advice)
{
	const struct explanation *explanation = &subject->explanation;
	size_t at = function_with_most(explanation, charged_main);
	struct machine_range base, head;
	struct buf text = BUF_INIT;

	if (at == COSTS_NONE || !explanation->has[COST_INSTRUCTIONS] ||
		explanation_has_change(explanation) || !find_place(subject, at, SIDE_BASE, &base) ||
		!find_place(subject, at, SIDE_HEAD, &head) ||
		base.first % LINE_BYTES == head.first % LINE_BYTES)
		return;
	explanation_words_function(&explanation->functions.items[at], &text);
	buf_addf(&text,
		" executes as many instructions as before, from %u bytes into a cache line in the base and %u in the head: "
		"where time changed, that is layout, which -falign-functions=%d and -falign-loops=%d make less likely",
		(unsigned)(base.first % LINE_BYTES), (unsigned)(head.first % LINE_BYTES),
		LINE_BYTES, LINE_BYTES / 2);
	texts_add(advice, text.data);
	buf_release(&text);
}

void explanation_advice(const struct explain_subject *subject, struct texts *advice)
{
	const struct explanation *explanation = &subject->explanation;

	advise_hottest(explanation, advice);
	advise_allocations(explanation, advice);
	advise_branches(explanation, advice);
	advise_layout(subject, advice);
}

/* --- the suite ---------------------------------------------------------------------------------
 */

#define MAX_HOTTEST 3

/* A function's part of all that benchmarks execute. */
struct hot_function {
	const struct explained_function *function;
	double part;
};

struct hot_functions {
	struct hot_function *items;
	size_t nr, alloc;
};

static bool is_same_function(
	const struct explained_function *one, const struct explained_function *other)
{
	return strcmp(one->name, other->name) == 0 &&
		strcmp(one->file ? one->file : "", other->file ? other->file : "") == 0;
}

static void add_hot(
	struct hot_functions *hot, const struct explained_function *function, double part)
{
	for (size_t i = 0; i < hot->nr; i++)
		if (is_same_function(hot->items[i].function, function)) {
			hot->items[i].part += part;
			return;
		}
	*ARRAY_ADD(hot) = (struct hot_function){ function, part };
}

static void add_hot_of(const struct explanation *explanation, struct hot_functions *hot)
{
	double all = explanation->total[SIDE_HEAD].of[main_event(explanation)];

	for (size_t i = 0; i < explanation->functions.nr && all > 0; i++) {
		double charged = charged_main(side_advised(explanation, i));

		if (!explanation->functions.items[i].is_shared && charged > 0)
			add_hot(hot, &explanation->functions.items[i], charged / all);
	}
}

static int compare_hot(const void *a, const void *b)
{
	const struct hot_function *one = a, *other = b;

	if (one->part != other->part)
		return one->part < other->part ? 1 : -1;
	return strcmp(one->function->name, other->function->name);
}

void explanation_suite_advice(const struct explain_account *account, struct buf *out)
{
	struct hot_functions hot = { NULL, 0, 0 };
	size_t nr = 0;

	for (size_t i = 0; i < account->subjects.nr; i++) {
		if (account->subjects.items[i].trouble)
			continue;
		add_hot_of(&account->subjects.items[i].explanation, &hot);
		nr++;
	}
	if (nr > 1 && hot.nr) {
		qsort(hot.items, hot.nr, sizeof *hot.items, compare_hot);
		buf_addf(out,
			"the hottest functions of these %zu benchmarks, each of which weighs the same: ",
			nr);
		for (size_t i = 0; i < hot.nr && i < MAX_HOTTEST; i++) {
			buf_adds(out, i ? ", " : "");
			explanation_words_function(hot.items[i].function, out);
			buf_addf(out, " %.0f %%", 100 * hot.items[i].part / (double)nr);
		}
	}
	ARRAY_RELEASE(&hot);
}
