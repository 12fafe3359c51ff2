/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/explanation_words.h"

#include "base/array.h"
#include "base/str.h"

#include <math.h>
#include <string.h>

#define MAX_FUNCTIONS 10
#define MAX_CHANGED_CALLS 10
#define MAX_LINES 10
#define MAX_SITES 10
#define MAX_FILES 10
/* Of the functions' lines that git names, before one more. */
#define MAX_CONTEXT 120
/* Parts of the change that are not worth a row. */
#define LEAST_OF_CHANGE 0.005

static struct explanation_table *begin_table(struct explanation_tables *tables, const char *title,
	const char *const *heads, size_t nr_texts)
{
	struct explanation_table *table = ARRAY_ADD(tables);

	*table = (struct explanation_table){ .title = title, .heads = heads, .nr_texts = nr_texts };
	while (heads[table->nr_columns])
		table->nr_columns++;
	return table;
}

static void end_table(struct explanation_tables *tables)
{
	if (!tables->items[tables->nr - 1].cells.nr)
		tables->nr--;
}

static void take_cell(struct explanation_table *table, struct buf *text)
{
	texts_add(&table->cells, text->data);
	buf_clear(text);
}

static void add_number_cell(struct explanation_table *table, double number, struct buf *text)
{
	explanation_words_number(number, text);
	take_cell(table, text);
}

static void add_change_cells(
	struct explanation_table *table, double base, double head, struct buf *text)
{
	add_number_cell(table, base, text);
	add_number_cell(table, head, text);
	explanation_words_change(base, head, text);
	take_cell(table, text);
}

/* "92 % in parse_number" */
static void add_most_of(
	const struct explanation *explanation, enum cost_event event, struct buf *text)
{
	size_t function;
	double part = explanation_most_of(explanation, event, &function);

	if (function != COSTS_NONE)
		buf_addf(text, "%.0f %% in %s", 100 * part,
			explanation->functions.items[function].name);
}

static void add_totals(
	const struct explanation *explanation, struct explanation_tables *tables, struct buf *text)
{
	static const char *const heads[] = { "An iteration", "Most of its change", "Base", "Head",
		"Change", NULL };
	struct explanation_table *table = begin_table(tables, "Costs", heads, 2);

	for (int i = 0; i < NR_COST_EVENTS; i++) {
		if (!explanation->has[i])
			continue;
		buf_addf(text, "%s%s", cost_event_names[i],
			i == COST_INSTRUCTIONS   ? ""
				: i == COST_TIME ? ", ns, sampled"
						 : ", simulated");
		take_cell(table, text);
		add_most_of(explanation, (enum cost_event)i, text);
		take_cell(table, text);
		add_change_cells(table, explanation->total[SIDE_BASE].of[i],
			explanation->total[SIDE_HEAD].of[i], text);
	}
	end_table(tables);
}

struct ranked {
	size_t function;
	double change;
};

static int by_change_of_function(const void *a, const void *b)
{
	const struct ranked *one = a, *other = b;
	double first = fabs(one->change), second = fabs(other->change);

	if (first != second)
		return first < second ? 1 : -1;
	return (one->function > other->function) - (one->function < other->function);
}

static double own_change(const struct explained_function *function, enum cost_event event)
{
	/* What libraries do is charged to who called them: here it would count twice. */
	return function->is_shared ? 0
				   : function->side[SIDE_HEAD].charge.of[event] -
			function->side[SIDE_BASE].charge.of[event];
}

static struct ranked *rank_functions(const struct explanation *explanation)
{
	struct ranked *ranked = mem_alloc(explanation->functions.nr + 1, sizeof *ranked);

	for (size_t i = 0; i < explanation->functions.nr; i++)
		ranked[i] = (struct ranked){ i,
			own_change(&explanation->functions.items[i], explanation->event) };
	qsort(ranked, explanation->functions.nr, sizeof *ranked, by_change_of_function);
	return ranked;
}

static void add_function_row(const struct explanation *explanation, size_t at,
	struct explanation_table *table, struct buf *text)
{
	const struct explained_function *function = &explanation->functions.items[at];
	const struct explained *base = &function->side[SIDE_BASE];
	const struct explained *head = &function->side[SIDE_HEAD];
	enum cost_event event = explanation->event;
	double whole =
		explanation->total[SIDE_HEAD].of[event] - explanation->total[SIDE_BASE].of[event];

	explanation_words_function(function, text);
	take_cell(table, text);
	explanation_words_kind(explanation, at, text);
	take_cell(table, text);
	add_change_cells(table, base->charge.of[event], head->charge.of[event], text);
	buf_addf(text, "%.0f %%", 100 * own_change(function, event) / whole);
	if (event == COST_TIME)
		buf_addf(text, " ± %.2g", 100 * explanation_part_error(explanation, at));
	take_cell(table, text);
	add_number_cell(table, base->all.of[event], text);
	add_number_cell(table, head->all.of[event], text);
	if (event == COST_TIME)
		return;
	add_number_cell(table, base->calls, text);
	add_number_cell(table, head->calls, text);
}

static void add_function_table(
	const struct explanation *explanation, struct explanation_tables *tables, struct buf *text)
{
	static const char *const heads[] = { "Function, with the libraries that it calls", "",
		"Base", "Head", "Change", "Part", "Base with all", "Head with all", "Base calls",
		"Head calls", NULL };
	static const char *const heads_of_time[] = { "Function, with the libraries that it calls",
		"", "Base", "Head", "Change", "Part", "Base with all", "Head with all", NULL };
	struct explanation_table *table;
	struct ranked *ranked;
	double least;

	if (!explanation_has_change(explanation))
		return;
	table = begin_table(
		tables, "Functions", explanation->event == COST_TIME ? heads_of_time : heads, 2);
	ranked = rank_functions(explanation);
	least = LEAST_OF_CHANGE *
		fabs(explanation->total[SIDE_HEAD].of[explanation->event] -
			explanation->total[SIDE_BASE].of[explanation->event]);
	for (size_t i = 0; i < explanation->functions.nr && i < MAX_FUNCTIONS; i++)
		if (fabs(ranked[i].change) > least)
			add_function_row(explanation, ranked[i].function, table, text);
	free(ranked);
	end_table(tables);
}

static void add_calls(
	const struct explanation *explanation, struct explanation_tables *tables, struct buf *text)
{
	static const char *const heads[] = { "Caller", "Calls", "Base", "Head", "Change", NULL };
	struct explanation_table *table = begin_table(tables, "Calls that changed", heads, 2);

	for (size_t i = 0; i < explanation->calls.nr &&
		table->cells.nr < MAX_CHANGED_CALLS * table->nr_columns;
		i++) {
		const struct explained_call *call = &explanation->calls.items[i];
		const struct explained_function *from = &explanation->functions.items[call->from];

		if (from->is_shared ||
			fabs(call->calls[SIDE_HEAD] - call->calls[SIDE_BASE]) < 0.001)
			continue;
		texts_add(&table->cells, from->name);
		texts_add(&table->cells, explanation->functions.items[call->to].name);
		add_change_cells(table, call->calls[SIDE_BASE], call->calls[SIDE_HEAD], text);
	}
	end_table(tables);
}

static void add_allocation_sites(
	const struct explanation *explanation, struct explanation_tables *tables, struct buf *text)
{
	static const char *const heads[] = { "Allocates", "Base", "Head", "Change", NULL };
	struct explanation_table *table = begin_table(tables, "Allocations that changed", heads, 1);

	for (size_t i = 0;
		i < explanation->functions.nr && table->cells.nr < MAX_SITES * table->nr_columns;
		i++) {
		const struct explained_function *function = &explanation->functions.items[i];
		double base = function->side[SIDE_BASE].allocations;
		double head = function->side[SIDE_HEAD].allocations;

		if (function->is_shared || fabs(head - base) < 0.001)
			continue;
		explanation_words_function(function, text);
		take_cell(table, text);
		add_change_cells(table, base, head, text);
	}
	end_table(tables);
}

static void add_line_cell(
	const struct explained_line *line, struct explanation_table *table, struct buf *text)
{
	unsigned base = line->line[SIDE_BASE], head = line->line[SIDE_HEAD];

	buf_addf(text, "%s:%u", line->file, head ? head : base);
	if (base && head && base != head)
		buf_addf(text, " (was %u)", base);
	take_cell(table, text);
	texts_add(&table->cells, line->text ? line->text : "");
}

static void add_lines(
	const struct explanation *explanation, struct explanation_tables *tables, struct buf *text)
{
	static const char *const heads[] = { "Line, with the libraries that it calls", "", "Base",
		"Head", "Change", NULL };
	struct explanation_table *table = begin_table(tables, "Lines", heads, 2);

	for (size_t i = 0; i < explanation->lines.nr && i < MAX_LINES; i++) {
		const struct explained_line *line = &explanation->lines.items[i];

		add_line_cell(line, table, text);
		add_change_cells(table, line->charge[SIDE_BASE].of[explanation->event],
			line->charge[SIDE_HEAD].of[explanation->event], text);
	}
	end_table(tables);
}

static void add_code_cells(const struct machine_code *code, size_t at,
	struct explanation_table *table, struct buf *text)
{
	if (at != SIZE_MAX)
		explanation_words_number(code->items[at].executed, text);
	take_cell(table, text);
	if (at != SIZE_MAX)
		buf_adds(text, code->items[at].text);
	take_cell(table, text);
}

static void add_code_table(
	const struct explain_subject *subject, struct explanation_tables *tables, struct buf *text)
{
	static const char *const heads[] = { "Base runs", "Base", "Head runs", "Head", NULL };
	const struct machine_code *code = subject->code;
	struct explanation_table *table = begin_table(tables, "Machine code", heads, 4);
	struct machine_rows rows = machine_code_compare(&code[SIDE_BASE], &code[SIDE_HEAD]);

	for (size_t i = 0; i < rows.nr; i++) {
		add_code_cells(&code[SIDE_BASE], rows.items[i].at[SIDE_BASE], table, text);
		add_code_cells(&code[SIDE_HEAD], rows.items[i].at[SIDE_HEAD], table, text);
	}
	ARRAY_RELEASE(&rows);
	end_table(tables);
}

static bool is_executed_file(const struct explanation *explanation, const char *path)
{
	const char *name = str_path_name(path);

	for (size_t i = 0; i < explanation->functions.nr; i++)
		if (explanation->functions.items[i].file &&
			strcmp(explanation->functions.items[i].file, name) == 0)
			return true;
	for (size_t i = 0; i < explanation->lines.nr; i++)
		if (strcmp(explanation->lines.items[i].file, name) == 0)
			return true;
	return false;
}

/* Changes from `from` to `end` are those of one file. */
static void add_changed_file(const struct source_changes *changes, size_t from, size_t end,
	struct explanation_table *table, struct buf *text)
{
	double added = 0, removed = 0;
	const char *last = "";

	for (size_t i = from; i < end; i++) {
		const struct source_change *change = &changes->items[i];

		added += change->nr[SIDE_HEAD];
		removed += change->nr[SIDE_BASE];
		if (*change->context && strcmp(change->context, last) != 0 &&
			text->len < MAX_CONTEXT)
			buf_addf(text, "%s%s", text->len ? "; " : "", change->context);
		last = change->context;
	}
	texts_add(&table->cells, changes->items[from].file);
	take_cell(table, text);
	add_number_cell(table, added, text);
	add_number_cell(table, removed, text);
}

static size_t next_changed_file(const struct source_changes *changes, size_t from)
{
	size_t end = from;

	while (end < changes->nr &&
		strcmp(changes->items[end].file, changes->items[from].file) == 0)
		end++;
	return end;
}

/* The files that were changed, with the functions that git names; first those that are executed. */
static void add_changed_files(const struct source_changes *changes,
	const struct explanation *explanation, struct explanation_tables *tables, struct buf *text)
{
	static const char *const heads[] = { "Changed between", "", "Lines added", "Lines removed",
		NULL };
	struct explanation_table *table = begin_table(tables, "Changed between", heads, 2);

	for (int executed = 1; executed >= 0; executed--)
		for (size_t i = 0, end;
			i < changes->nr && table->cells.nr < MAX_FILES * table->nr_columns;
			i = end) {
			end = next_changed_file(changes, i);
			if (is_executed_file(explanation, changes->items[i].file) == (bool)executed)
				add_changed_file(changes, i, end, table, text);
		}
	end_table(tables);
}

struct explanation_tables explanation_tables(
	const struct explain_account *account, const struct explain_subject *subject)
{
	const struct explanation *explanation = &subject->explanation;
	struct explanation_tables tables = { 0 };
	struct buf text = BUF_INIT;

	add_totals(explanation, &tables, &text);
	add_function_table(explanation, &tables, &text);
	add_lines(explanation, &tables, &text);
	add_allocation_sites(explanation, &tables, &text);
	add_calls(explanation, &tables, &text);
	add_changed_files(&account->changes, explanation, &tables, &text);
	if (account->shows_code)
		add_code_table(subject, &tables, &text);
	buf_release(&text);
	return tables;
}

struct explanation_tables explanation_code_tables(const struct explain_subject *subject)
{
	struct explanation_tables tables = { 0 };
	struct buf text = BUF_INIT;

	add_code_table(subject, &tables, &text);
	buf_release(&text);
	return tables;
}

void explanation_tables_release(struct explanation_tables *tables)
{
	for (size_t i = 0; i < tables->nr; i++)
		texts_release(&tables->items[i].cells);
	ARRAY_RELEASE(tables);
}
