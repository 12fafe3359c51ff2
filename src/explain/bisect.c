/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain/bisect.h"

#include "base/array.h"

#include <math.h>
#include <string.h>

/* A step that is surely a smaller part of the change leaves a rest worth looking at. */
#define WHOLE_STEP 0.8
/* A rest of less than this part of the change is none: it is half of the smallest step. */
#define REST_LIMIT (1.0 / 6)
/* How well the size of a step is to be known, as a part of the change. */
#define STEP_WIDTH 0.15
/* The part of the error that the questions of a search without trouble share. */
#define PLANNED_ERROR 0.5
/* What is surely between these parts of the change has a part of it. */
#define PART_LOW 0.25
#define PART_HIGH 0.75
/* With more that cannot be told around the middle, what is asked next is far from it. */
#define MOST_NEAR_MIDDLE 2

const char *const bisect_answer_words[] = { "undecided", "slower", "faster", "between",
	"same as before", "same as after", "not measured", NULL };
const char *const bisect_purpose_words[] = { "ends", "candidate", "step", NULL };

static size_t log2_above(size_t nr)
{
	size_t steps = 0;

	while (((size_t)1 << steps) < nr)
		steps++;
	return steps;
}

static void add_chain(
	struct bisect *bisect, const size_t *commits, size_t nr, double limit, size_t merge)
{
	struct bisect_chain *chain = ARRAY_ADD(&bisect->chains);

	*chain = (struct bisect_chain){ .commits = mem_alloc(nr, sizeof *commits),
		.words = mem_alloc(nr, sizeof *chain->words),
		.nr = nr,
		.limit = limit,
		.change = NAN,
		.merge = merge };
	memcpy(chain->commits, commits, nr * sizeof *commits);
	for (size_t i = 0; i < nr; i++)
		chain->words[i] = BISECT_UNKNOWN;
	chain->words[0] = BISECT_GOOD;
	chain->words[nr - 1] = BISECT_BAD;
}

void bisect_init(
	struct bisect *bisect, const size_t *commits, size_t nr, double error, double least)
{
	*bisect = (struct bisect){ .error = error,
		.least = least,
		.whole = { .change = NAN, .low = NAN, .high = NAN },
		.nr_planned = 1 + log2_above(nr - 1) };
	add_chain(bisect, commits, nr, least, BISECT_NONE);
}

void bisect_release(struct bisect *bisect)
{
	for (size_t i = 0; i < bisect->chains.nr; i++) {
		free(bisect->chains.items[i].commits);
		free(bisect->chains.items[i].words);
	}
	ARRAY_RELEASE(&bisect->chains);
	ARRAY_RELEASE(&bisect->findings);
}

/* All of them together are at most the error of the whole, however many there are: 1/2 + 1/6 + 1/12
 * ... is 1. */
static double error_of_next(const struct bisect *bisect)
{
	size_t more;

	if (bisect->nr_asked < bisect->nr_planned)
		return PLANNED_ERROR * bisect->error / (double)bisect->nr_planned;
	more = bisect->nr_asked - bisect->nr_planned + 1;
	return (1 - PLANNED_ERROR) * bisect->error / (double)more / (double)(more + 1);
}

/* The first that is not over; chains are looked at one after the other. */
static size_t chain_at_hand(const struct bisect *bisect)
{
	size_t at = 0;

	while (at < bisect->chains.nr && bisect->chains.items[at].stage == BISECT_STAGE_OVER)
		at++;
	return at;
}

static size_t last_good(const struct bisect_chain *chain)
{
	size_t at = chain->nr - 1;

	while (at > 0 && chain->words[at] != BISECT_GOOD)
		at--;
	return at;
}

/* Behind the last good one: a bad one before it would be a change that went back. */
static size_t first_bad(const struct bisect_chain *chain)
{
	size_t at = last_good(chain) + 1;

	while (at < chain->nr - 1 && chain->words[at] != BISECT_BAD)
		at++;
	return at;
}

static size_t distance(size_t a, size_t b)
{
	return a < b ? b - a : a - b;
}

/* Of those between that nothing is known of, the nearest to the middle; where commits near the
 * middle cannot be told, others near it mostly cannot either: the middle of the longest run. */
static size_t place_to_ask(const struct bisect_chain *chain, size_t low, size_t high)
{
	size_t middle = low + (high - low) / 2, nearest = BISECT_NONE, nr_unclear = 0;
	size_t run = 0, longest = 0, behind = 0;

	for (size_t i = low + 1; i < high; i++) {
		bool open = chain->words[i] == BISECT_UNKNOWN;

		nr_unclear += !open;
		run = open ? run + 1 : 0;
		if (run > longest) {
			longest = run;
			behind = i + 1;
		}
		if (open &&
			(nearest == BISECT_NONE || distance(i, middle) < distance(nearest, middle)))
			nearest = i;
	}
	return nr_unclear > MOST_NEAR_MIDDLE && longest ? behind - (longest + 1) / 2 : nearest;
}

struct cheap {
	bool (*is)(void *context, size_t commit);
	void *context;
};

/* One that is built already, in the middle half, saves more than it costs. */
static size_t cheap_place(
	const struct bisect_chain *chain, size_t low, size_t high, const struct cheap *cheap)
{
	size_t quarter = (high - low) / 4, middle = low + (high - low) / 2, best = BISECT_NONE;

	for (size_t i = low + 1; i < high && cheap->is; i++)
		if (chain->words[i] == BISECT_UNKNOWN && distance(i, middle) <= quarter &&
			cheap->is(cheap->context, chain->commits[i]) &&
			(best == BISECT_NONE || distance(i, middle) < distance(best, middle)))
			best = i;
	return best;
}

static size_t next_place(const struct bisect_chain *chain, const struct cheap *cheap)
{
	size_t low = last_good(chain), high = first_bad(chain);
	size_t place = cheap_place(chain, low, high, cheap);

	return place != BISECT_NONE ? place : place_to_ask(chain, low, high);
}

/* The whole may change either way; its parts only as the whole does. */
static struct bisect_question ask_ends(const struct bisect *bisect, size_t at)
{
	const struct bisect_chain *chain = &bisect->chains.items[at];
	size_t first = chain->commits[0], last = chain->commits[chain->nr - 1];

	return (struct bisect_question){ .purpose = BISECT_ENDS,
		.base = first,
		.head = last,
		.low = at ? chain->limit : -chain->limit,
		.high = chain->limit,
		.inner_low = at ? 0 : -chain->limit,
		.inner_high = at ? 0 : chain->limit,
		.error = error_of_next(bisect),
		.like_good = first,
		.like_bad = last };
}

static struct bisect_question ask_candidate(
	const struct bisect *bisect, const struct bisect_chain *chain, size_t place)
{
	return (struct bisect_question){ .purpose = BISECT_CANDIDATE,
		.base = chain->commits[0],
		.head = chain->commits[place],
		.low = chain->change / 2,
		.high = chain->change / 2,
		.inner_low = fmin(PART_LOW * chain->change, PART_HIGH * chain->change),
		.inner_high = fmax(PART_LOW * chain->change, PART_HIGH * chain->change),
		.error = error_of_next(bisect),
		.like_good = chain->commits[last_good(chain)],
		.like_bad = chain->commits[first_bad(chain)] };
}

static struct bisect_question ask_step(const struct bisect_chain *chain)
{
	size_t before = chain->commits[last_good(chain)], last = chain->commits[first_bad(chain)];

	return (struct bisect_question){ .purpose = BISECT_STEP,
		.base = before,
		.head = last,
		.low = chain->change / 2,
		.high = chain->change / 2,
		.width = STEP_WIDTH * fabs(chain->change),
		.error = 0.05,
		.like_good = before,
		.like_bad = last };
}

enum bisect_need bisect_next(const struct bisect *bisect,
	bool (*is_cheap)(void *context, size_t commit), void *context,
	struct bisect_question *question, size_t *commit)
{
	const struct cheap cheap = { is_cheap, context };
	size_t at = chain_at_hand(bisect);
	const struct bisect_chain *chain = &bisect->chains.items[at];

	if (at == bisect->chains.nr)
		return BISECT_DONE;
	switch (chain->stage) {
	case BISECT_STAGE_ENDS:
		*question = ask_ends(bisect, at);
		return BISECT_COMPARE;
	case BISECT_STAGE_SEARCH:
		*question = ask_candidate(bisect, chain, next_place(chain, &cheap));
		return BISECT_COMPARE;
	case BISECT_STAGE_STEP:
		*question = ask_step(chain);
		return BISECT_COMPARE;
	default:
		*commit = chain->commits[first_bad(chain)];
		return BISECT_BRANCH;
	}
}

/* What is between the step and the ends of its chain. */
static void look_into_rest(struct bisect *bisect, size_t at, double limit)
{
	struct bisect_chain chain = bisect->chains.items[at];
	size_t before = last_good(&chain), last = first_bad(&chain);

	if (before > 0)
		add_chain(bisect, chain.commits, before + 1, limit, chain.merge);
	if (last < chain.nr - 1)
		add_chain(bisect, chain.commits + last, chain.nr - last, limit, chain.merge);
}

static bool leaves_rest(const struct bisect_told *step, double whole)
{
	return whole > 0 ? step->high < WHOLE_STEP * whole : step->low > WHOLE_STEP * whole;
}

static void add_finding(struct bisect *bisect, size_t at, struct bisect_told step)
{
	struct bisect_chain *chain = &bisect->chains.items[at];
	size_t before = last_good(chain), last = first_bad(chain);
	double whole = chain->change;

	*ARRAY_ADD(&bisect->findings) = (struct bisect_finding){
		.chain = at, .before = before, .last = last, .step = step, .merge = chain->merge
	};
	bisect->outcome = BISECT_FOUND;
	chain->stage =
		last == before + 1 && !bisect->stopped ? BISECT_STAGE_BRANCH : BISECT_STAGE_OVER;
	if (!bisect->stopped && leaves_rest(&step, whole))
		look_into_rest(bisect, at, whole * REST_LIMIT);
}

/* Nothing between can be told any more? Between neighbours, the ends say how large the step is. */
static void search_on(struct bisect *bisect, size_t at, const struct bisect_told *ends)
{
	struct bisect_chain *chain = &bisect->chains.items[at];

	chain->stage = BISECT_STAGE_SEARCH;
	if (next_place(chain, &(struct cheap){ NULL, NULL }) != BISECT_NONE)
		return;
	chain->stage = BISECT_STAGE_STEP;
	if (chain->nr == 2 && ends)
		add_finding(bisect, at, *ends);
}

static enum bisect_outcome outcome_of_ends(enum bisect_answer answer)
{
	switch (answer) {
	case BISECT_BETWEEN:
		return BISECT_NOT_THERE;
	case BISECT_AS_GOOD:
	case BISECT_AS_BAD:
		return BISECT_IDENTICAL;
	case BISECT_UNMEASURED:
		return BISECT_NO_END;
	case BISECT_UNDECIDED:
		return BISECT_NOT_SURE;
	default:
		return BISECT_RUNNING;
	}
}

static void tell_whole(struct bisect *bisect, struct bisect_told told)
{
	struct bisect_chain *chain = &bisect->chains.items[0];

	bisect->whole = told;
	chain->change = told.change;
	bisect->outcome = outcome_of_ends(told.answer);
	if (bisect->outcome == BISECT_RUNNING)
		search_on(bisect, 0, &told);
	else
		chain->stage = BISECT_STAGE_OVER;
}

/* Has this part of the whole the change, or a part of it? */
static void tell_part(struct bisect *bisect, size_t at, struct bisect_told told)
{
	struct bisect_chain *chain = &bisect->chains.items[at];
	bool is_there = told.answer == (chain->limit > 0 ? BISECT_ABOVE : BISECT_BELOW);
	bool is_branch =
		chain->merge != BISECT_NONE && !bisect->findings.items[chain->merge].followed;

	chain->change = told.change;
	if (is_branch) {
		bisect->findings.items[chain->merge].followed = is_there;
		bisect->findings.items[chain->merge].unmerged = !is_there;
	}
	if (is_there)
		search_on(bisect, at, &told);
	else
		chain->stage = BISECT_STAGE_OVER;
}

static enum bisect_word word_of(const struct bisect_chain *chain, enum bisect_answer answer)
{
	switch (answer) {
	case BISECT_ABOVE:
		return chain->change > 0 ? BISECT_BAD : BISECT_GOOD;
	case BISECT_BELOW:
		return chain->change > 0 ? BISECT_GOOD : BISECT_BAD;
	case BISECT_AS_GOOD:
		return BISECT_GOOD;
	case BISECT_AS_BAD:
		return BISECT_BAD;
	case BISECT_UNMEASURED:
		return BISECT_SKIPPED;
	default:
		return BISECT_UNCLEAR;
	}
}

/* One with a part of the change: the rest of it came later. */
static void split_chain(struct bisect *bisect, size_t at, size_t place, double part)
{
	struct bisect_chain chain = bisect->chains.items[at];
	size_t first = bisect->chains.nr;

	bisect->chains.items[at].stage = BISECT_STAGE_OVER;
	add_chain(bisect, chain.commits, place + 1, chain.limit, chain.merge);
	add_chain(bisect, chain.commits + place, chain.nr - place, chain.limit, chain.merge);
	bisect->chains.items[first].change = part;
	bisect->chains.items[first + 1].change = chain.change - part;
	search_on(bisect, first, NULL);
	search_on(bisect, first + 1, NULL);
}

static void tell_candidate(
	struct bisect *bisect, size_t at, size_t commit, const struct bisect_told *told)
{
	struct bisect_chain *chain = &bisect->chains.items[at];
	size_t place = 1;

	while (place < chain->nr - 2 && chain->commits[place] != commit)
		place++;
	if (told->answer == BISECT_BETWEEN) {
		split_chain(bisect, at, place, told->change);
	} else {
		chain->words[place] = word_of(chain, told->answer);
		search_on(bisect, at, NULL);
	}
}

void bisect_tell(
	struct bisect *bisect, const struct bisect_question *question, struct bisect_told told)
{
	size_t at = chain_at_hand(bisect);

	if (question->purpose != BISECT_STEP && told.answer <= BISECT_BETWEEN)
		bisect->nr_asked++;
	if (question->purpose == BISECT_STEP)
		add_finding(bisect, at, told);
	else if (question->purpose == BISECT_CANDIDATE)
		tell_candidate(bisect, at, question->head, &told);
	else if (at)
		tell_part(bisect, at, told);
	else
		tell_whole(bisect, told);
}

void bisect_follow(struct bisect *bisect, const size_t *commits, size_t nr)
{
	size_t at = chain_at_hand(bisect), finding = bisect->findings.nr;

	while (finding-- > 0 && bisect->findings.items[finding].chain != at)
		;
	if (nr >= 2)
		add_chain(bisect, commits, nr, bisect->chains.items[at].change / 2, finding);
	else
		bisect->chains.items[at].stage = BISECT_STAGE_OVER;
}

void bisect_stop(struct bisect *bisect)
{
	const struct bisect_told none = { BISECT_UNDECIDED, NAN, NAN, NAN };
	size_t nr = bisect->chains.nr;

	bisect->stopped = true;
	for (size_t i = 0; i < nr; i++) {
		enum bisect_stage stage = bisect->chains.items[i].stage;

		if (stage == BISECT_STAGE_SEARCH || stage == BISECT_STAGE_STEP)
			add_finding(bisect, i, none);
		bisect->chains.items[i].stage = BISECT_STAGE_OVER;
	}
	if (bisect->outcome == BISECT_RUNNING)
		bisect->outcome = BISECT_NOT_SURE;
}

size_t bisect_nr_left(const struct bisect *bisect)
{
	size_t at = chain_at_hand(bisect);
	const struct bisect_chain *chain = &bisect->chains.items[at];

	return at == bisect->chains.nr ? 0 : first_bad(chain) - last_good(chain);
}

size_t bisect_steps_left(const struct bisect *bisect)
{
	size_t at = chain_at_hand(bisect), left;

	if (at == bisect->chains.nr)
		return 0;
	left = log2_above(bisect_nr_left(bisect));
	switch (bisect->chains.items[at].stage) {
	case BISECT_STAGE_ENDS:
		return left + 2;
	case BISECT_STAGE_BRANCH:
		return 0;
	default:
		return left + 1;
	}
}
