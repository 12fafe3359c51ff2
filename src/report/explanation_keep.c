/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/explanation_keep.h"

#include "base/array.h"
#include "base/str.h"
#include "explain/flame.h"
#include "report/explanation_report.h"
#include "report/explanation_words.h"

#include <math.h>
#include <string.h>

const struct explanation_limits explanation_small = { 0.001, 500 };

/* Names of C++ are long, and a text may be of any length. */
#define MAX_NAME 300
#define MAX_TEXT 16384

/* No more than so many bytes, and no half of a letter. */
static char *cut_name(const char *name)
{
	size_t len = 0, step;

	while (name[len] && (step = str_utf8_len(name + len), len + (step ? step : 1) <= MAX_NAME))
		len += step ? step : 1;
	return mem_copy(name, len);
}

/* Whole lines, and how much is not there. */
static char *cut_text(struct buf *text)
{
	size_t len = MAX_TEXT;

	if (text->len > MAX_TEXT) {
		size_t all = text->len;

		while (len && text->data[len - 1] != '\n')
			len--;
		text->data[text->len = len] = '\0';
		buf_addf(text, "(%zu more bytes are left out)\n", all - len);
	}
	return buf_detach(text);
}

/* --- stacks ------------------------------------------------------------------------------------
 */

static double share_of_node(const struct flame *flame, size_t at)
{
	double most = 0;

	for (int side = 0; side < NR_SIDES; side++)
		if (flame->items[0].value[side] > 0)
			most = fmax(
				most, flame->items[at].value[side] / flame->items[0].value[side]);
	return most;
}

static int compare_shares(const void *a, const void *b)
{
	double one = *(const double *)a, other = *(const double *)b;

	return (one < other) - (one > other);
}

/* The share that a stack must be above. One that is has a parent that is, too. */
static double find_least(const struct flame *flame, const struct explanation_limits *limits)
{
	double *shares, least = limits->least_share;

	if (!limits->most_stacks || flame->nr <= limits->most_stacks)
		return least;
	shares = mem_alloc(flame->nr, sizeof *shares);
	for (size_t i = 0; i < flame->nr; i++)
		shares[i] = share_of_node(flame, i);
	qsort(shares, flame->nr, sizeof *shares, compare_shares);
	least = fmax(least, shares[limits->most_stacks]);
	free(shares);
	return least;
}

static double six_figures(double value)
{
	double factor = value > 0 ? pow(10, 5 - floor(log10(value))) : 1;

	return value > 0 ? round(value * factor) / factor : 0;
}

/* Places of functions among the names; 0: it is not there yet, for the benchmark has that. */
static size_t name_of_function(const struct explanation *explanation, size_t function,
	size_t *places, struct kept_explanation *kept)
{
	const struct explained_function *of = &explanation->functions.items[function];
	char *name;

	if (places[function])
		return places[function];
	places[function] = kept->names.nr;
	name = cut_name(of->name);
	texts_add(&kept->names, name);
	free(name);
	name = cut_name(of->file ? of->file : "");
	texts_add(&kept->files, name);
	free(name);
	return places[function];
}

/* What is not kept is part of the nearest that called it. */
static void keep_stacks(const struct flame *flame, const struct explanation *explanation,
	double least, struct kept_explanation *kept)
{
	size_t *places = mem_alloc(explanation->functions.nr + 1, sizeof *places);
	size_t *kept_as = mem_alloc(flame->nr + 1, sizeof *kept_as);

	*ARRAY_ADD(&kept->stacks) = (struct kept_stack){ 0, 0, { 0, 0 } };
	for (size_t i = 1; i < flame->nr; i++) {
		const struct flame_node *node = &flame->items[i];
		size_t parent = kept_as[node->parent];

		if (least > 0 && !(share_of_node(flame, i) > least)) {
			kept_as[i] = parent;
			kept->nr_left_out++;
		} else {
			kept_as[i] = kept->stacks.nr;
			*ARRAY_ADD(&kept->stacks) = (struct kept_stack){
				name_of_function(explanation, node->function, places, kept), parent,
				{ 0, 0 }
			};
		}
		for (int side = 0; side < NR_SIDES; side++)
			kept->stacks.items[kept_as[i]].own[side] += node->own[side];
	}
	for (size_t i = 0; i < kept->stacks.nr; i++)
		for (int side = 0; side < NR_SIDES; side++)
			kept->stacks.items[i].own[side] =
				six_figures(kept->stacks.items[i].own[side]);
	free(places);
	free(kept_as);
}

static void keep_flame(const struct explain_subject *subject,
	const struct explanation_limits *limits, struct kept_explanation *kept)
{
	struct flame flame = flame_make(&subject->explanation,
		(const struct costs *const[NR_SIDES]){
			&subject->costs[SIDE_BASE], &subject->costs[SIDE_HEAD] });
	char *name = cut_name(subject->name);

	texts_add(&kept->names, name);
	texts_add(&kept->files, "");
	keep_stacks(&flame, &subject->explanation, find_least(&flame, limits), kept);
	flame_release(&flame);
	free(name);
}

/* --- words -------------------------------------------------------------------------------------
 */

static void keep_culprit(const struct explanation *explanation, struct kept_explanation *kept)
{
	size_t culprit = explanation_culprit(explanation);
	const struct explained_function *function;

	kept->part = NAN;
	if (culprit == COSTS_NONE)
		return;
	function = &explanation->functions.items[culprit];
	kept->function = cut_name(function->name);
	kept->file = function->file ? cut_name(function->file) : NULL;
	kept->line = function->side[function->side[SIDE_HEAD].there ? SIDE_HEAD : SIDE_BASE].line;
	kept->part = explanation_part(explanation, culprit);
}

void explanation_keep(const struct explain_account *account, const struct explain_subject *subject,
	const struct explanation_limits *limits, struct kept_explanation *kept)
{
	struct buf text = BUF_INIT;

	kept->base = cut_name(account->said[SIDE_BASE]);
	kept->head = cut_name(account->said[SIDE_HEAD]);
	kept->tool = str_dup(account->tool);
	kept->unit = str_dup(cost_event_units[costs_main(&subject->costs[SIDE_HEAD])]);
	kept->iterations = subject->iterations;
	explanation_words_summary(&subject->explanation, &text);
	kept->summary = cut_text(&text);
	source_changes_add_cause(&account->changes, &subject->explanation, &text);
	kept->cause = text.len ? cut_text(&text) : NULL;
	keep_culprit(&subject->explanation, kept);
	explanation_text_subject(account, subject, &text);
	kept->report = cut_text(&text);
	explanation_text_code(subject, &text);
	kept->code = text.len ? cut_text(&text) : NULL;
	keep_flame(subject, limits, kept);
	buf_release(&text);
}
