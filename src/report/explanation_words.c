/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/explanation_words.h"

#include "base/mem.h"
#include "base/str.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of calls that changed, in a sentence. */
#define MAX_CALLS 3
/* Changes that say nothing: a thousandth of a call. */
#define LEAST_CALLS 0.001

void explanation_words_number(double number, struct buf *out)
{
	buf_addf(out, fabs(number) < 1000 ? "%.4g" : "%.0f", number);
}

static void add_signed_number(double number, struct buf *out)
{
	buf_addf(out, fabs(number) < 1000 ? "%+.3g" : "%+.0f", number);
}

void explanation_words_change(double base, double head, struct buf *out)
{
	/* Sums of the same parts in another order differ in their last digits. */
	if (fabs(head - base) <= 1e-9 * fabs(base))
		buf_addc(out, '-');
	else if (base <= 0)
		buf_adds(out, "new");
	else if (head <= 0)
		buf_adds(out, "gone");
	else
		buf_addf(out, "%+.3g %%", 100 * (head / base - 1));
}

#define MAX_NAME 80

/* Behind the bracket that closes the one there; the text's end where none does. */
static const char *behind_bracket(const char *at)
{
	const char open = *at, close = open == '<' ? '>' : ')';
	size_t depth = 0;

	for (; *at; at++) {
		depth += *at == open;
		if (*at == close && at[-1] != '-' && --depth == 0)
			return at + 1;
	}
	return at;
}

/* Is it a bracket of what a template or a function takes, not of an operator or a namespace? */
static bool begins_list(const char *name, const char *at)
{
	static const char word[] = "operator";
	const char *before = at;

	if (*at == '(')
		return at[1] != ')' && !str_starts(at, "(anonymous namespace)");
	while (before > name && before[-1] == '<')
		before--;
	return *at == '<' &&
		((size_t)(before - name) < sizeof word - 1 ||
			memcmp(before - (sizeof word - 1), word, sizeof word - 1) != 0);
}

void explanation_words_name(const char *name, struct buf *out)
{
	if (str_columns(name) <= MAX_NAME) {
		buf_adds(out, name);
		return;
	}
	for (const char *at = name; *at;) {
		if (begins_list(name, at)) {
			buf_adds(out, *at == '<' ? "<...>" : "(...)");
			at = behind_bracket(at);
		} else {
			buf_addc(out, *at++);
		}
	}
}

/* A name between words. */
static void add_named(const char *before, const char *name, const char *after, struct buf *out)
{
	buf_adds(out, before);
	explanation_words_name(name, out);
	buf_adds(out, after);
}

void explanation_words_function(const struct explained_function *function, struct buf *out)
{
	enum explanation_side side = function->side[SIDE_HEAD].there ? SIDE_HEAD : SIDE_BASE;

	explanation_words_name(function->name, out);
	if (function->file && function->side[side].line)
		buf_addf(out, " (%s:%u)", function->file, function->side[side].line);
	else if (function->file)
		buf_addf(out, " (%s)", function->file);
}

void explanation_words_kind(const struct explanation *explanation, size_t function, struct buf *out)
{
	static const char *const words[] = { [EXPLAINED_BOTH] = "",
		[EXPLAINED_NEW] = "new",
		[EXPLAINED_GONE] = "gone",
		[EXPLAINED_INLINED] = "inlined, it seems, into ",
		[EXPLAINED_OUTLINED] = "no longer inlined, it seems, in " };
	const struct explained_function *said = &explanation->functions.items[function];

	buf_adds(out, words[said->kind]);
	if (said->was)
		add_named("in place of ", said->was, "", out);
	if (said->other != COSTS_NONE)
		add_named("", explanation->functions.items[said->other].name, "", out);
}

/* How often the function does something in one call of it. */
static double in_a_call(const struct explained *side, double nr)
{
	return side->calls > 0 ? nr / side->calls : nr;
}

static double more_in_a_call(
	const struct explanation *explanation, const struct explained_call *call)
{
	const struct explained_function *from = &explanation->functions.items[call->from];

	return in_a_call(&from->side[SIDE_HEAD], call->calls[SIDE_HEAD]) -
		in_a_call(&from->side[SIDE_BASE], call->calls[SIDE_BASE]);
}

/* That free follows what makes memory is known, and what was inlined is done all the same. */
static bool is_call_told(const struct explanation *explanation, const struct explained_call *call)
{
	const struct explained_function *to = &explanation->functions.items[call->to];

	return strcmp(to->name, "free") != 0 && !str_starts(to->name, "operator delete") &&
		to->other != call->from;
}

static bool allocates(const char *name)
{
	return explanation_is_allocator(name) || str_starts(name, "operator new");
}

/* Of calls that changed: those that make memory, then those whose cost changed most. */
static bool is_told_before(const struct explanation *explanation, const struct explained_call *call,
	const struct explained_call *other)
{
	enum cost_event event = explanation->event;
	double change = fabs(call->all[SIDE_HEAD].of[event] - call->all[SIDE_BASE].of[event]);
	double less = fabs(other->all[SIDE_HEAD].of[event] - other->all[SIDE_BASE].of[event]);
	bool allocating = allocates(explanation->functions.items[call->to].name);

	if (allocating != allocates(explanation->functions.items[other->to].name))
		return allocating;
	return change > less;
}

static bool is_changed_call(
	const struct explanation *explanation, const struct explained_call *call, size_t function)
{
	return call->from == function && call->to != function &&
		fabs(more_in_a_call(explanation, call)) >= LEAST_CALLS &&
		is_call_told(explanation, call);
}

/* "+1 malloc, +2 strlen" */
static void add_changed_calls(
	const struct explanation *explanation, size_t function, struct buf *out)
{
	const struct explained_call *told[MAX_CALLS];
	size_t nr = 0;

	for (size_t i = 0; i < explanation->calls.nr; i++) {
		const struct explained_call *call = &explanation->calls.items[i];
		size_t at = nr;

		if (!is_changed_call(explanation, call, function))
			continue;
		while (at && is_told_before(explanation, call, told[at - 1]))
			at--;
		if (at == MAX_CALLS)
			continue;
		nr += nr < MAX_CALLS;
		for (size_t k = nr - 1; k > at; k--)
			told[k] = told[k - 1];
		told[at] = call;
	}
	for (size_t i = 0; i < nr; i++) {
		buf_adds(out, i ? ", " : "");
		add_signed_number(more_in_a_call(explanation, told[i]), out);
		add_named(" ", explanation->functions.items[told[i]->to].name, "", out);
	}
}

/* Smaller parts of a function's change are not told. */
#define LEAST_OF_FUNCTION 0.1

static double more_cost_in_a_call(
	const struct explanation *explanation, const struct explained_call *call)
{
	const struct explained_function *from = &explanation->functions.items[call->from];
	enum cost_event event = explanation->event;

	return in_a_call(&from->side[SIDE_HEAD], call->all[SIDE_HEAD].of[event]) -
		in_a_call(&from->side[SIDE_BASE], call->all[SIDE_BASE].of[event]);
}

/* Is it a library's function that is called as often, as far as is known, and costs more or less?
 */
static bool is_changed_cost(
	const struct explanation *explanation, const struct explained_call *call, size_t function)
{
	const struct explained_function *from = &explanation->functions.items[function];
	enum cost_event event = explanation->event;
	double base = call->all[SIDE_BASE].of[event], head = call->all[SIDE_HEAD].of[event];
	double whole = in_a_call(&from->side[SIDE_HEAD], from->side[SIDE_HEAD].charge.of[event]) -
		in_a_call(&from->side[SIDE_BASE], from->side[SIDE_BASE].charge.of[event]);

	if (call->from != function || !explanation->functions.items[call->to].is_shared)
		return false;
	if (event == COST_TIME)
		return fabs(head - base) > 2 * explanation_error(explanation, base, head);
	return fabs(more_in_a_call(explanation, call)) < LEAST_CALLS &&
		fabs(more_cost_in_a_call(explanation, call)) > LEAST_OF_FUNCTION * fabs(whole);
}

/* "+31 ns in malloc" */
static void add_changed_costs(
	const struct explanation *explanation, size_t function, struct buf *out)
{
	size_t nr = 0;

	for (size_t i = 0; i < explanation->calls.nr && nr < MAX_CALLS; i++) {
		const struct explained_call *call = &explanation->calls.items[i];

		if (!is_changed_cost(explanation, call, function))
			continue;
		buf_adds(out, out->len ? ", " : "");
		add_signed_number(more_cost_in_a_call(explanation, call), out);
		buf_addf(out, " %s in ", cost_event_units[explanation->event]);
		explanation_words_name(explanation->functions.items[call->to].name, out);
		nr++;
	}
}

static const struct explained_function *busiest_caller(
	const struct explanation *explanation, size_t function)
{
	const struct explained_call *call = explanation_busiest_call(explanation, function);

	return call ? &explanation->functions.items[call->from] : NULL;
}

static void add_first_call(const struct explanation *explanation, size_t function, struct buf *out)
{
	const struct explained_call *call = explanation_first_call(explanation, function);

	if (!call || call->to == function)
		return;
	add_named(", which begins where ", explanation->functions.items[call->from].name, "", out);
	add_named(" calls ", explanation->functions.items[call->to].name, " ", out);
	explanation_words_number(call->calls[SIDE_HEAD], out);
	buf_adds(out, " times instead of ");
	explanation_words_number(call->calls[SIDE_BASE], out);
}

static void add_callers(const struct explanation *explanation, size_t function, struct buf *out)
{
	const struct explained_function *said = &explanation->functions.items[function];
	const struct explained_function *caller = busiest_caller(explanation, function);

	buf_adds(out, "called ");
	explanation_words_number(said->side[SIDE_HEAD].calls, out);
	buf_adds(out, " times an iteration instead of ");
	explanation_words_number(said->side[SIDE_BASE].calls, out);
	if (caller)
		add_named(", by ", caller->name, "", out);
	add_first_call(explanation, function, out);
}

/* What it executes itself, with what was inlined into it. */
static double own_of(
	const struct explanation *explanation, size_t function, enum explanation_side side)
{
	double sum = 0;

	for (size_t i = 0; i < explanation->functions.nr; i++)
		if (i == function || explanation->functions.items[i].other == function)
			sum += explanation->functions.items[i]
				       .side[side]
				       .own.of[explanation->event];
	return in_a_call(&explanation->functions.items[function].side[side], sum);
}

/* What is new, or gone, and does most of what it does on one side. */
static size_t taken_over(const struct explanation *explanation, size_t function)
{
	for (size_t i = 0; i < explanation->functions.nr; i++) {
		const struct explained_function *other = &explanation->functions.items[i];
		enum explanation_side with =
			other->kind == EXPLAINED_OUTLINED ? SIDE_HEAD : SIDE_BASE;

		if (other->other == function &&
			other->side[with].charge.of[explanation->event] >
				explanation->functions.items[function]
					.side[with]
					.charge.of[explanation->event])
			return i;
	}
	return COSTS_NONE;
}

/* "its work is done by parse_more now, which is new: -300 instructions" */
static void add_taken_over(
	const struct explanation *explanation, size_t function, size_t by, struct buf *out)
{
	const struct explained_function *other = &explanation->functions.items[by];

	if (other->kind == EXPLAINED_OUTLINED)
		add_named("most of its work is done by ", other->name,
			" now, it seems, which is new: ", out);
	else
		add_named("it does most of the work of ", other->name,
			" now, it seems, which is gone: ", out);
	add_signed_number(explanation_change(explanation, function), out);
	buf_addf(out, " %s an iteration in both", cost_event_units[explanation->event]);
}

/* Why it costs more, as far as calls show it; else how much of it is its own. */
static void add_reason(const struct explanation *explanation, size_t function, struct buf *out)
{
	const struct explained_function *said = &explanation->functions.items[function];
	const struct explained_function *caller = busiest_caller(explanation, function);
	size_t by = taken_over(explanation, function);
	struct buf calls = BUF_INIT;

	if (said->kind != EXPLAINED_BOTH) {
		explanation_words_kind(explanation, function, out);
		if (caller)
			add_named(said->kind == EXPLAINED_NEW ? ", called by " : ", was called by ",
				caller->name, "", out);
		if (explanation->was_in)
			add_named(said->kind == EXPLAINED_NEW ? "; in the base it was inlined into "
							      : "; in the head it is inlined into ",
				explanation->was_in, "", out);
	} else if (by != COSTS_NONE) {
		add_taken_over(explanation, function, by, out);
	} else if (explanation_is_called_more(explanation, function)) {
		add_callers(explanation, function, out);
	} else {
		double own = own_of(explanation, function, SIDE_HEAD) -
			own_of(explanation, function, SIDE_BASE);

		if (explanation->event != COST_TIME)
			add_changed_calls(explanation, function, &calls);
		add_changed_costs(explanation, function, &calls);
		buf_adds(out, calls.data);
		if (!calls.len || own != 0) {
			buf_adds(out, calls.len ? ", and " : "");
			add_signed_number(own, out);
			buf_addf(out, " %s of its own", cost_event_units[explanation->event]);
		}
		buf_adds(out, said->side[SIDE_HEAD].calls > 0 ? " a call" : " an iteration");
	}
	buf_release(&calls);
}

/* Of samples: how much the whole changed, as far as they say. */
static void add_nothing_of_time(const struct explanation *explanation, struct buf *out)
{
	const uint64_t *nr = explanation->nr_samples;
	double base = explanation->total[SIDE_BASE].of[COST_TIME];
	double head = explanation->total[SIDE_HEAD].of[COST_TIME];

	if (!explanation_has_samples(explanation))
		buf_addf(out,
			"nothing can be told: there are %" PRIu64 " samples of base and %" PRIu64
			" of head only; it waits, or works in the kernel, which perf does not see here",
			nr[SIDE_BASE], nr[SIDE_HEAD]);
	else if (!explanation_pairs_agree(explanation))
		buf_addf(out,
			"nothing can be told: one pair of processes has time changed by %+.3g %%, another by %+.3g %%",
			100 * explanation->pair_change[0], 100 * explanation->pair_change[1]);
	else if (explanation_has_change(explanation))
		buf_addf(out,
			"nothing can be told: time changed by %+.3g %%, but in no function by more than the chance of sampling",
			100 * (head / base - 1));
	else
		buf_addf(out,
			"nothing can be told: time changed by %+.3g %% (± %.2g %% by the chance of sampling), which is too little to be told from that of processes",
			100 * (head / base - 1), 100 * explanation_whole_error(explanation) / base);
}

static void add_nothing(const struct explanation *explanation, struct buf *out)
{
	if (explanation->event == COST_TIME) {
		add_nothing_of_time(explanation, out);
		return;
	}
	buf_adds(
		out, "no change to explain: the number of instructions differs by less than 0.1 %");
	if (explanation->has[COST_CACHE_MISSES])
		buf_adds(out, ", and simulated misses by too little to matter");
	buf_adds(out,
		"; if it takes longer, look at layout, at waiting, and at what the processor does: "
		"'benchgate help regressions'");
}

/* Names of C++ may differ only in what is left out of them. */
static void add_place_of(const char *was, const char *is, struct buf *out)
{
	struct buf before = BUF_INIT, after = BUF_INIT;

	explanation_words_name(was, &before);
	explanation_words_name(is, &after);
	if (strcmp(before.data, after.data) != 0)
		buf_addf(out, ", in place of %s", before.data);
	buf_release(&before);
	buf_release(&after);
}

void explanation_words_summary(const struct explanation *explanation, struct buf *out)
{
	size_t culprit = explanation_culprit(explanation);
	double base = explanation->total[SIDE_BASE].of[explanation->event];
	double head = explanation->total[SIDE_HEAD].of[explanation->event];

	if (culprit == COSTS_NONE) {
		add_nothing(explanation, out);
		return;
	}
	buf_addf(out, "%.0f %% ", 100 * explanation_part(explanation, culprit));
	if (explanation->event == COST_TIME)
		buf_addf(out, "(± %.2g %%) ", 100 * explanation_part_error(explanation, culprit));
	buf_adds(out, "of ");
	if (base > 0)
		explanation_words_change(base, head, out);
	else
		add_signed_number(head - base, out);
	buf_addf(out, " %s is in ", cost_event_names[explanation->event]);
	explanation_words_function(&explanation->functions.items[culprit], out);
	if (explanation->functions.items[culprit].was)
		add_place_of(explanation->functions.items[culprit].was,
			explanation->functions.items[culprit].name, out);
	if (explanation->inlined && taken_over(explanation, culprit) == COSTS_NONE)
		add_named(
			", most of it in ", explanation->inlined, ", which is inlined there", out);
	buf_adds(out, ": ");
	add_reason(explanation, culprit, out);
}

void explanation_words_code(const struct explain_subject *subject, struct buf *out)
{
	const struct machine_code *code = subject->code;
	struct buf facts = BUF_INIT;

	if (code[SIDE_BASE].nr && code[SIDE_HEAD].nr)
		machine_code_add_facts(&code[SIDE_BASE], &code[SIDE_HEAD], &facts);
	if (facts.len)
		buf_addf(out, "its machine code: %s", facts.data);
	else if (subject->code_trouble)
		buf_addf(out, "its machine code is not compared: %s", subject->code_trouble);
	buf_release(&facts);
}

#define MAX_MOST 3
#define LEAST_OF_MOST 0.02

/* The largest change of those that are not taken yet. */
static size_t next_most(const struct explanation *explanation, const bool *taken)
{
	size_t best = COSTS_NONE;
	double most = LEAST_OF_MOST;

	for (size_t i = 0; i < explanation->functions.nr; i++) {
		double part = fabs(explanation_part(explanation, i));

		if (!taken[i] && !explanation->functions.items[i].is_shared &&
			explanation->functions.items[i].other == COSTS_NONE && part > most) {
			most = part;
			best = i;
		}
	}
	return best;
}

void explanation_words_most(const struct explanation *explanation, struct buf *out)
{
	bool *taken = mem_alloc(explanation->functions.nr + 1, sizeof *taken);
	struct buf list = BUF_INIT;
	size_t nr = 0;

	for (size_t at; nr < MAX_MOST && (at = next_most(explanation, taken)) != COSTS_NONE; nr++) {
		taken[at] = true;
		add_named(nr ? ", " : "", explanation->functions.items[at].name, " ", &list);
		add_signed_number(explanation_change(explanation, at), &list);
	}
	if (nr > 1)
		buf_addf(out, "; most changed: %s %s an iteration", list.data,
			cost_event_units[explanation->event]);
	buf_release(&list);
	free(taken);
}
