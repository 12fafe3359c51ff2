/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/functions.h"

#include "base/array.h"
#include "model/counted.h"
#include "report/describe.h"

/* Of a benchmark, in a line and in a table. */
#define MAX_IN_LINE 3
#define MAX_ROWS 10

const char *const functions_titles[FUNCTIONS_NR_CELLS] = { "Benchmark", "Function", "Base", "Head",
	"Change" };

struct profile_changes functions_of(const struct comparison *comparison)
{
	if (!comparison->is_count || !comparison->head || !comparison->base ||
		!counted_is(comparison->metric->name, COUNTED_INSTRUCTIONS) ||
		!comparison->base->profile.nr || !comparison->head->profile.nr)
		return (struct profile_changes){ 0 };
	return profile_compare(&comparison->base->profile, &comparison->head->profile);
}

struct function_rows functions_rows(const struct verdict *verdict)
{
	struct function_rows rows = { 0 };

	for (size_t i = 0; i < verdict->nr; i++) {
		struct profile_changes changes = functions_of(&verdict->items[i]);

		for (size_t k = 0; k < changes.nr && k < MAX_ROWS; k++)
			*ARRAY_ADD(&rows) =
				(struct function_row){ &verdict->items[i], changes.items[k] };
		rows.nr_left_out += changes.nr > MAX_ROWS ? changes.nr - MAX_ROWS : 0;
		ARRAY_RELEASE(&changes);
	}
	return rows;
}

static void add_instructions(double instructions, bool is_most, struct buf *out)
{
	if (is_most)
		buf_adds(out, "<= ");
	if (instructions > 0)
		buf_addf(out, "%.6g", instructions);
	else
		buf_addc(out, '-');
}

void functions_add_cell(const struct function_row *row, size_t cell, struct buf *out)
{
	const struct profile_change *change = &row->change;

	switch (cell) {
	case 0:
		buf_add_printable(out, describe_result(row->comparison)->name);
		break;
	case 1:
		buf_add_printable(out, change->function);
		break;
	case 2:
		add_instructions(
			change->base, change->is_least && change->base < change->head, out);
		break;
	case 3:
		add_instructions(
			change->head, change->is_least && change->head < change->base, out);
		break;
	default:
		profile_add_change(change, out);
	}
}

void functions_add_lines(const struct verdict *verdict, struct buf *out)
{
	for (size_t i = 0; i < verdict->nr; i++) {
		struct profile_changes changes = functions_of(&verdict->items[i]);

		if (changes.nr) {
			buf_adds(out, "instructions of ");
			buf_add_printable(out, describe_result(&verdict->items[i])->name);
			buf_adds(out, ": ");
			profile_add_changes(&changes, MAX_IN_LINE, out);
			buf_addc(out, '\n');
		}
		ARRAY_RELEASE(&changes);
	}
}
