/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain/moved_code.h"

#include "base/array.h"
#include "base/str.h"

#include <math.h>
#include <string.h>

/* Of a function that no sample fell on, so many would have been by chance alone. */
#define SAMPLES_NOT_BY_CHANCE 10

/* --- other names -------------------------------------------------------------------------------
 */

/* A function that only one side has, and who calls it most. */
struct lonely {
	size_t function, caller; /* of the explanation; caller: COSTS_NONE: nobody does */
	enum explanation_side side;
	double calls;
	double most; /* of one caller */
	struct lonely *other;
	bool is_unique; /* no second one would do as well */
};

struct lonelies {
	struct lonely *items;
	size_t nr, alloc;
};

/* The source has it, although the compiler inlined it everywhere. */
static bool is_inlined_somewhere(const struct costs *costs, const char *name)
{
	for (size_t i = 0; i < costs->lines.nr; i++)
		if (costs->lines.items[i].inlined != COSTS_NONE &&
			strcmp(costs->inlined.items[costs->lines.items[i].inlined], name) == 0)
			return true;
	return false;
}

/* Few samples may leave a side without any. */
static bool is_seen_enough(const struct explained *side, const struct costs *costs)
{
	return costs->has[COST_INSTRUCTIONS] ||
		side->own.of[COST_TIME] >= SAMPLES_NOT_BY_CHANCE * costs->sample_ns;
}

static void find_lonely(const struct explanation *explanation,
	const struct costs *const sides[NR_SIDES], struct lonelies *lonelies)
{
	for (size_t i = 0; i < explanation->functions.nr; i++) {
		const struct explained_function *said = &explanation->functions.items[i];
		enum explanation_side side = said->kind == EXPLAINED_NEW ? SIDE_HEAD : SIDE_BASE;

		if (said->kind == EXPLAINED_BOTH || said->is_shared ||
			!is_seen_enough(&said->side[side], sides[side]) ||
			is_inlined_somewhere(sides[1 - side], said->name))
			continue;
		*ARRAY_ADD(lonelies) = (struct lonely){ .function = i,
			.caller = COSTS_NONE,
			.side = side,
			.calls = said->side[side].calls,
			.is_unique = true };
	}
}

static void find_caller(const struct explanation *explanation, const struct costs *costs,
	enum cost_event event, struct lonely *it)
{
	for (size_t i = 0; i < costs->calls.nr; i++) {
		const struct cost_call *call = &costs->calls.items[i];
		size_t from = explanation->of[it->side][call->from];

		if (explanation->of[it->side][call->to] == it->function && from != it->function &&
			call->all.of[event] > it->most) {
			it->most = call->all.of[event];
			it->caller = from;
		}
	}
}

static void find_callers(const struct explanation *explanation,
	const struct costs *const sides[NR_SIDES], struct lonelies *lonelies)
{
	for (size_t k = 0; k < lonelies->nr; k++) {
		const struct costs *costs = sides[lonelies->items[k].side];

		find_caller(explanation, costs, costs_main(costs), &lonelies->items[k]);
	}
}

static bool does_same_for(
	const struct explanation *explanation, const struct lonely *gone, const struct lonely *new)
{
	const char *one = explanation->functions.items[gone->function].file;
	const char *other = explanation->functions.items[new->function].file;

	return gone->side == SIDE_BASE && new->side == SIDE_HEAD && gone->caller != COSTS_NONE &&
		gone->caller ==
		new->caller &&fabs(gone->calls - new->calls) <= 1e-6 * gone->calls &&
		(gone->calls > 0 || strcmp(one ? one : "", other ? other : "") == 0);
}

static void find_others(const struct explanation *explanation, struct lonelies *lonelies)
{
	for (size_t i = 0; i < lonelies->nr; i++)
		for (size_t k = 0; k < lonelies->nr; k++) {
			struct lonely *gone = &lonelies->items[i], *new = &lonelies->items[k];

			if (!does_same_for(explanation, gone, new))
				continue;
			gone->is_unique &= !gone->other;
			new->is_unique &= !new->other;
			gone->other = new;
			new->other = gone;
		}
}

/* The one that is gone has nothing more. */
static void join_functions(
	struct explanation *explanation, const struct costs *base, size_t gone, size_t new)
{
	struct explained_function *to = &explanation->functions.items[new];
	struct explained_function *from = &explanation->functions.items[gone];

	to->side[SIDE_BASE] = from->side[SIDE_BASE];
	to->kind = EXPLAINED_BOTH;
	to->was = str_dup(from->name);
	from->side[SIDE_BASE] = (struct explained){ .there = false };
	for (size_t i = 0; i < base->functions.nr; i++)
		if (explanation->of[SIDE_BASE][i] == gone)
			explanation->of[SIDE_BASE][i] = new;
}

static void drop_empty_functions(
	struct explanation *explanation, const struct costs *const sides[NR_SIDES])
{
	size_t *at = mem_alloc(explanation->functions.nr + 1, sizeof *at), nr = 0;

	for (size_t i = 0; i < explanation->functions.nr; i++) {
		struct explained_function *function = &explanation->functions.items[i];

		at[i] = nr;
		if (function->side[SIDE_BASE].there || function->side[SIDE_HEAD].there) {
			explanation->functions.items[nr++] = *function;
		} else {
			free(function->name);
			free(function->file);
		}
	}
	explanation->functions.nr = nr;
	for (int side = 0; side < NR_SIDES; side++)
		for (size_t i = 0; i < sides[side]->functions.nr; i++)
			explanation->of[side][i] = at[explanation->of[side][i]];
	free(at);
}

void moved_code_join_renamed(
	struct explanation *explanation, const struct costs *const sides[NR_SIDES])
{
	struct lonelies lonelies = { NULL, 0, 0 };

	find_lonely(explanation, sides, &lonelies);
	find_callers(explanation, sides, &lonelies);
	find_others(explanation, &lonelies);
	for (size_t i = 0; i < lonelies.nr; i++) {
		const struct lonely *gone = &lonelies.items[i];

		if (gone->side == SIDE_BASE && gone->other && gone->is_unique &&
			gone->other->is_unique)
			join_functions(explanation, sides[SIDE_BASE], gone->function,
				gone->other->function);
	}
	drop_empty_functions(explanation, sides);
	ARRAY_RELEASE(&lonelies);
}

/* --- inlining ----------------------------------------------------------------------------------
 */

/* Did its only caller take over what it did itself, about as much of it? */
static void look_for_inlining(struct explanation *explanation, size_t function)
{
	struct explained_function *gone = &explanation->functions.items[function];
	bool is_gone = gone->kind == EXPLAINED_GONE;
	enum explanation_side with = is_gone ? SIDE_BASE : SIDE_HEAD, without = 1 - with;
	enum cost_event event = explanation->has[COST_INSTRUCTIONS] ? COST_INSTRUCTIONS : COST_TIME;
	double own = gone->side[with].own.of[event], most = 0;
	size_t caller = COSTS_NONE;

	for (size_t i = 0; i < explanation->calls.nr; i++) {
		const struct explained_call *call = &explanation->calls.items[i];
		const struct explained_function *from = &explanation->functions.items[call->from];
		double grown = from->side[without].own.of[event] - from->side[with].own.of[event];

		if (call->to == function && from->kind == EXPLAINED_BOTH &&
			(call->calls[with] > 0 || call->all[with].of[event] > 0) && grown > most) {
			most = grown;
			caller = call->from;
		}
	}
	if (caller == COSTS_NONE || own <= 0 || most < own / 3 || most > 3 * own)
		return;
	gone->kind = is_gone ? EXPLAINED_INLINED : EXPLAINED_OUTLINED;
	gone->other = caller;
}

void moved_code_find_inlining(struct explanation *explanation)
{
	for (size_t i = 0; i < explanation->functions.nr; i++) {
		const struct explained_function *function = &explanation->functions.items[i];

		if (!function->is_shared &&
			(function->kind == EXPLAINED_NEW || function->kind == EXPLAINED_GONE))
			look_for_inlining(explanation, i);
	}
}

/* --- what is inlined in the culprit -----------------------------------------------------------
 */

/* A function of the source, and how much it changed where it is inlined in the culprit. */
struct inlined_change {
	const char *name, *file; /* borrowed */
	double change;
};

struct inlined_changes {
	struct inlined_change *items;
	size_t nr, alloc;
};

static void add_inlined_change(struct inlined_changes *changes, const struct costs *costs,
	const struct cost_line *line, double change)
{
	const char *name = costs->inlined.items[line->inlined];
	const char *file = str_path_name(costs->files.items[line->file]);

	for (size_t i = 0; i < changes->nr; i++)
		if (strcmp(changes->items[i].name, name) == 0) {
			changes->items[i].change += change;
			return;
		}
	*ARRAY_ADD(changes) = (struct inlined_change){ name, file, change };
}

/* What it does itself, and what it makes shared libraries do. */
static bool is_charged_to(const struct explanation *explanation, const struct cost_line *line,
	enum explanation_side side, size_t function)
{
	return explanation->of[side][line->function] == function &&
		(line->called == COSTS_NONE ||
			explanation->functions.items[explanation->of[side][line->called]]
				.is_shared);
}

static void find_inlined_culprit(
	struct explanation *explanation, const struct costs *const sides[NR_SIDES], size_t culprit)
{
	struct inlined_changes changes = { NULL, 0, 0 };
	double whole = explanation_change(explanation, culprit), most = whole / 2;
	const struct inlined_change *found = NULL;

	for (int side = 0; side < NR_SIDES; side++)
		for (size_t i = 0; i < sides[side]->lines.nr; i++) {
			const struct cost_line *line = &sides[side]->lines.items[i];
			double cost = line->cost.of[explanation->event];

			if (line->inlined != COSTS_NONE &&
				is_charged_to(
					explanation, line, (enum explanation_side)side, culprit))
				add_inlined_change(&changes, sides[side], line,
					side == SIDE_HEAD ? cost : -cost);
		}
	for (size_t i = 0; i < changes.nr; i++)
		if (whole > 0 ? changes.items[i].change > most : changes.items[i].change < most) {
			most = changes.items[i].change;
			found = &changes.items[i];
		}
	if (found) {
		explanation->inlined = str_dup(found->name);
		explanation->inlined_file = str_dup(found->file);
	}
	ARRAY_RELEASE(&changes);
}

/* That there is no function of that name does not say that the source has none. */
static void find_where_it_was(
	struct explanation *explanation, const struct costs *const sides[NR_SIDES], size_t culprit)
{
	const struct explained_function *said = &explanation->functions.items[culprit];
	enum explanation_side side = said->kind == EXPLAINED_NEW ? SIDE_BASE : SIDE_HEAD;

	if (said->kind != EXPLAINED_NEW && said->kind != EXPLAINED_GONE)
		return;
	for (size_t i = 0; !explanation->was_in && i < sides[side]->lines.nr; i++) {
		const struct cost_line *line = &sides[side]->lines.items[i];

		if (line->inlined != COSTS_NONE &&
			strcmp(sides[side]->inlined.items[line->inlined], said->name) == 0)
			explanation->was_in = str_dup(
				explanation->functions.items[explanation->of[side][line->function]]
					.name);
	}
}

void moved_code_look_into_culprit(
	struct explanation *explanation, const struct costs *const sides[NR_SIDES])
{
	size_t culprit = explanation_culprit(explanation);

	if (culprit == COSTS_NONE)
		return;
	find_inlined_culprit(explanation, sides, culprit);
	find_where_it_was(explanation, sides, culprit);
}
