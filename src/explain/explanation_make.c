/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making an explanation: matching both sides, and who is charged with what. */
#include "explain/explanation.h"

#include "base/array.h"
#include "base/str.h"
#include "explain/moved_code.h"

#include <math.h>
#include <string.h>

/* One function of one side, in the order that makes the two sides' neighbours. */
struct key {
	const struct costs *costs;
	enum explanation_side side;
	size_t function;
};

static const struct cost_function *function_of_key(const struct key *key)
{
	return &key->costs->functions.items[key->function];
}

static int compare_files(const char *one, const char *other)
{
	return strcmp(one ? one : "", other ? other : "");
}

static int by_name_and_file(const void *a, const void *b)
{
	const struct key *one = a, *other = b;
	const struct cost_function *first = function_of_key(one), *second = function_of_key(other);
	int order = strcmp(first->name, second->name);

	if (!order)
		order = compare_files(
			costs_file(one->costs, first), costs_file(other->costs, second));
	if (!order)
		order = (int)one->side - (int)other->side;
	return order ? order
		     : (one->function > other->function) - (one->function < other->function);
}

static bool is_shared(const struct costs *const sides[NR_SIDES], const struct key *key)
{
	const char *object = costs_object(key->costs, function_of_key(key));

	if (!object || (key->costs->suite && strcmp(object, key->costs->suite) == 0))
		return false;
	/* One that only one side needs did not change, where it is the system's. */
	return str_starts(object, "/lib/") || str_starts(object, "/lib64/") ||
		str_starts(object, "/usr/lib") ||
		(texts_have(&sides[SIDE_BASE]->objects, object) &&
			texts_have(&sides[SIDE_HEAD]->objects, object));
}

static void add_to_function(struct explained_function *to, const struct key *key)
{
	const struct cost_function *function = function_of_key(key);
	struct explained *side = &to->side[key->side];

	side->there = true;
	cost_add(&side->own, &function->own);
	side->calls += function->calls;
	if (function->level == 1)
		cost_add(&side->all, &function->all);
	if (function->line && (!side->line || function->line < side->line))
		side->line = function->line;
}

/* A file that was renamed: one function of that name on each side, in two files. */
static struct explained_function *same_elsewhere(
	struct explanation *explanation, const struct key *key)
{
	const char *name = function_of_key(key)->name;
	struct explained_function *found = NULL;

	for (size_t i = explanation->functions.items ? explanation->functions.nr : 0; i-- > 0;) {
		struct explained_function *before = &explanation->functions.items[i];

		if (strcmp(before->name, name) != 0)
			break;
		if (before->side[key->side].there || found)
			return NULL;
		found = before;
	}
	return found;
}

static struct explained_function *function_for(struct explanation *explanation,
	const struct costs *const sides[NR_SIDES], const struct key *key)
{
	const struct cost_function *function = function_of_key(key);
	const char *file = costs_file(key->costs, function);
	struct explained_function *last = explanation->functions.nr
		? &explanation->functions.items[explanation->functions.nr - 1]
		: NULL;

	if (last && strcmp(last->name, function->name) == 0 && compare_files(last->file, file) == 0)
		return last;
	last = same_elsewhere(explanation, key);
	if (last && file && key->side == SIDE_HEAD)
		str_set(&last->file, file);
	if (last)
		return last;
	last = ARRAY_ADD(&explanation->functions);
	*last = (struct explained_function){ .name = str_dup(function->name),
		.file = file ? str_dup(file) : NULL,
		.is_shared = is_shared(sides, key),
		.other = COSTS_NONE };
	return last;
}

static void match_both_sides(
	struct explanation *explanation, const struct costs *const sides[NR_SIDES])
{
	size_t nr_base = sides[SIDE_BASE]->functions.nr;
	size_t nr = nr_base + sides[SIDE_HEAD]->functions.nr;
	struct key *keys = mem_alloc(nr + 1, sizeof *keys);

	for (size_t i = 0; i < nr; i++)
		keys[i] = i < nr_base ? (struct key){ sides[SIDE_BASE], SIDE_BASE, i }
				      : (struct key){ sides[SIDE_HEAD], SIDE_HEAD, i - nr_base };
	qsort(keys, nr, sizeof *keys, by_name_and_file);
	for (size_t i = 0; i < NR_SIDES; i++)
		explanation->of[i] =
			mem_alloc(sides[i]->functions.nr + 1, sizeof *explanation->of[i]);
	for (size_t i = 0; i < nr; i++) {
		struct explained_function *function = function_for(explanation, sides, &keys[i]);

		add_to_function(function, &keys[i]);
		explanation->of[keys[i].side][keys[i].function] =
			(size_t)(function - explanation->functions.items);
	}
	for (size_t i = 0; i < explanation->functions.nr; i++) {
		struct explained_function *function = &explanation->functions.items[i];

		function->kind = !function->side[SIDE_BASE].there ? EXPLAINED_NEW
			: !function->side[SIDE_HEAD].there        ? EXPLAINED_GONE
								  : EXPLAINED_BOTH;
	}
	free(keys);
}

/* --- what is charged to whom -------------------------------------------------------------------
 */

bool explanation_is_allocator(const char *name)
{
	static const char *const names[] = { "malloc", "calloc", "realloc", "aligned_alloc",
		"memalign", "posix_memalign", "valloc", NULL };

	for (size_t i = 0; names[i]; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* Of shared functions: how much of what they cost with what they call is the libraries' own, and
 * how many allocations a call makes. */
struct charging {
	const struct explanation *explanation;
	const struct costs *costs;
	const size_t *of;
	size_t *first_call; /* by function; calls are sorted */
	struct cost *part;
	double *allocations;
	char *state; /* 0: not known; 1: at work; 2: known */
};

static bool is_shared_function(const struct charging *charging, size_t function)
{
	return charging->explanation->functions.items[charging->of[function]].is_shared;
}

static void learn_part(struct charging *charging, size_t function)
{
	const struct costs *costs = charging->costs;
	const struct cost_function *own = &costs->functions.items[function];
	struct cost sum = own->own;
	double allocations = 0;

	charging->state[function] = 1;
	for (size_t i = charging->first_call[function];
		i < costs->calls.nr && costs->calls.items[i].from == function; i++) {
		const struct cost_call *call = &costs->calls.items[i];

		if (call->to == function || !is_shared_function(charging, call->to))
			continue;
		if (!charging->state[call->to])
			learn_part(charging, call->to);
		for (size_t k = 0; k < NR_COST_EVENTS; k++)
			sum.of[k] += call->all.of[k] *
				(charging->state[call->to] == 2 ? charging->part[call->to].of[k]
								: 1);
		allocations += call->calls * charging->allocations[call->to];
	}
	for (size_t k = 0; k < NR_COST_EVENTS; k++)
		charging->part[function].of[k] =
			own->all.of[k] > 0 ? fmin(1, sum.of[k] / own->all.of[k]) : 1;
	charging->allocations[function] = explanation_is_allocator(own->name) ? 1
		: own->calls > 0 ? allocations / own->calls
				 : 0;
	charging->state[function] = 2;
}

static void charge_call(
	struct charging *charging, const struct cost_call *call, struct explained *to)
{
	if (!charging->state[call->to])
		learn_part(charging, call->to);
	for (size_t k = 0; k < NR_COST_EVENTS; k++)
		to->charge.of[k] += call->all.of[k] * charging->part[call->to].of[k];
	to->allocations += call->calls * charging->allocations[call->to];
}

static void charge_side(
	struct explanation *explanation, const struct costs *costs, enum explanation_side side)
{
	size_t nr = costs->functions.nr;
	struct charging charging = { .explanation = explanation,
		.costs = costs,
		.of = explanation->of[side],
		.first_call = mem_alloc(nr + 1, sizeof(size_t)),
		.part = mem_alloc(nr + 1, sizeof(struct cost)),
		.allocations = mem_alloc(nr + 1, sizeof(double)),
		.state = mem_alloc(nr + 1, 1) };

	for (size_t i = 0; i < nr; i++)
		charging.first_call[i] = costs->calls.nr;
	for (size_t i = costs->calls.nr; i-- > 0;)
		charging.first_call[costs->calls.items[i].from] = i;
	for (size_t i = 0; i < explanation->functions.nr; i++)
		explanation->functions.items[i].side[side].charge =
			explanation->functions.items[i].side[side].own;
	for (size_t i = 0; i < costs->calls.nr; i++) {
		const struct cost_call *call = &costs->calls.items[i];
		const struct explained_function *to =
			&explanation->functions.items[charging.of[call->to]];
		struct explained *from =
			&explanation->functions.items[charging.of[call->from]].side[side];

		if (is_shared_function(&charging, call->to)) {
			if (!is_shared_function(&charging, call->from))
				charge_call(&charging, call, from);
		} else if (explanation_is_allocator(to->name)) {
			from->allocations += call->calls;
		}
	}
	free(charging.first_call);
	free(charging.part);
	free(charging.allocations);
	free(charging.state);
}

/* --- calls -------------------------------------------------------------------------------------
 */

static int by_both_ends(const void *a, const void *b)
{
	const struct explained_call *one = a, *other = b;

	if (one->from != other->from)
		return one->from < other->from ? -1 : 1;
	return (one->to > other->to) - (one->to < other->to);
}

static int by_change_of_calls(const void *a, const void *b)
{
	const struct explained_call *one = a, *other = b;
	double first = fabs(one->calls[SIDE_HEAD] - one->calls[SIDE_BASE]);
	double second = fabs(other->calls[SIDE_HEAD] - other->calls[SIDE_BASE]);

	return first != second ? (first < second ? 1 : -1) : by_both_ends(a, b);
}

static void collect_calls(
	struct explanation *explanation, const struct costs *const sides[NR_SIDES])
{
	for (int side = 0; side < NR_SIDES; side++)
		for (size_t i = 0; i < sides[side]->calls.nr; i++) {
			const struct cost_call *call = &sides[side]->calls.items[i];
			struct explained_call one = { explanation->of[side][call->from],
				explanation->of[side][call->to], { 0 }, { { { 0 } } } };

			one.calls[side] = call->calls;
			one.all[side] = call->all;
			*ARRAY_ADD(&explanation->calls) = one;
		}
}

static void compare_calls(
	struct explanation *explanation, const struct costs *const sides[NR_SIDES])
{
	struct explained_call *items, *last;

	collect_calls(explanation, sides);
	if (!explanation->calls.nr)
		return;
	items = last = explanation->calls.items;
	qsort(items, explanation->calls.nr, sizeof *items, by_both_ends);
	for (size_t i = 1; i < explanation->calls.nr; i++) {
		if (by_both_ends(last, &items[i]) == 0) {
			last->calls[SIDE_BASE] += items[i].calls[SIDE_BASE];
			last->calls[SIDE_HEAD] += items[i].calls[SIDE_HEAD];
			cost_add(&last->all[SIDE_BASE], &items[i].all[SIDE_BASE]);
			cost_add(&last->all[SIDE_HEAD], &items[i].all[SIDE_HEAD]);
		} else {
			*++last = items[i];
		}
	}
	explanation->calls.nr = (size_t)(last - items) + 1;
	qsort(items, explanation->calls.nr, sizeof *items, by_change_of_calls);
}

/* About what a miss costs in instructions of time: valgrind's own estimate (CEst). */
static const double cost_weights[NR_COST_EVENTS] = {
	[COST_INSTRUCTIONS] = 1,
	[COST_CACHE_MISSES] = 10,
	[COST_MEMORY_READS] = 90,
	[COST_BRANCH_MISSES] = 10,
};

/* Instructions, unless they hardly changed and something else did. */
static enum cost_event most_telling(const struct explanation *explanation)
{
	enum cost_event best = COST_INSTRUCTIONS;
	double instructions = explanation->total[SIDE_BASE].of[COST_INSTRUCTIONS];

	if (explanation->has[COST_TIME] && !explanation->has[COST_INSTRUCTIONS])
		return COST_TIME;
	if (fabs(explanation_total_change(explanation, COST_INSTRUCTIONS)) > 0.005 * instructions)
		return best;
	for (int i = 0; i < NR_COST_EVENTS; i++)
		if (explanation->has[i] &&
			fabs(explanation_total_change(explanation, (enum cost_event)i)) *
					cost_weights[i] >
				fmax(0.005 * instructions,
					fabs(explanation_total_change(explanation, best)) *
						cost_weights[best]))
			best = (enum cost_event)i;
	return best;
}

void explanation_make(struct explanation *explanation, const char *benchmark,
	const struct costs *const sides[NR_SIDES])
{
	*explanation = (struct explanation){ .benchmark = benchmark };
	for (int side = 0; side < NR_SIDES; side++) {
		explanation->total[side] = sides[side]->total;
		explanation->sample_ns[side] = sides[side]->sample_ns;
		explanation->nr_samples[side] = sides[side]->nr_samples;
	}
	for (size_t i = 0; i < COST_PAIRS; i++)
		if (sides[SIDE_BASE]->pair_ns[i] > 0)
			explanation->pair_change[i] =
				sides[SIDE_HEAD]->pair_ns[i] / sides[SIDE_BASE]->pair_ns[i] - 1;
	for (int i = 0; i < NR_COST_EVENTS; i++)
		explanation->has[i] = sides[SIDE_BASE]->has[i] && sides[SIDE_HEAD]->has[i];
	match_both_sides(explanation, sides);
	moved_code_join_renamed(explanation, sides);
	for (int side = 0; side < NR_SIDES; side++)
		charge_side(explanation, sides[side], (enum explanation_side)side);
	compare_calls(explanation, sides);
	moved_code_find_inlining(explanation);
	explanation->event = most_telling(explanation);
	moved_code_look_into_culprit(explanation, sides);
}
