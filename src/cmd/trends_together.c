/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"
#include "cmd/trends.h"

#include <string.h>

static size_t count_benchmarks(
	const struct series_list *series, const struct places *shown, const struct move *like)
{
	const char *before = NULL;
	size_t nr = 0;

	for (size_t i = 0; i < shown->nr; i++) {
		const struct series *one = &series->items[shown->items[i]];

		if (strcmp(one->machine, like->machine) != 0 ||
			strcmp(one->branch, like->branch) != 0)
			continue;
		nr += !before || strcmp(before, one->benchmark) != 0;
		before = one->benchmark;
	}
	return nr;
}

static void add_name_of(const struct move *move, struct buf *out)
{
	buf_add_printable(out, move->benchmark);
	if (strcmp(move->metric, "time") != 0) {
		buf_addc(out, ' ');
		buf_add_printable(out, move->metric);
	}
}

static void print_group(
	const struct moves *moves, size_t from, size_t end, size_t nr_all, struct buf *out)
{
	const struct move *first = &moves->items[from];

	moves_add_place(moves, from, end, out);
	buf_adds(out, ", ");
	buf_add_printable(out, *first->branch ? first->branch : "no branch");
	buf_adds(out, ", machine ");
	buf_add_printable(out, first->machine);
	buf_adds(out, ": ");
	moves_add_share(moves, from, end, nr_all, out);
	buf_addc(out, '\n');
	for (size_t i = from; i < end; i++) {
		buf_adds(out, "  ");
		add_name_of(&moves->items[i], out);
		buf_adds(out, ": ");
		moves_add_change(&moves->items[i], out);
		buf_addc(out, '\n');
	}
}

static void add_group_json(
	const struct moves *moves, size_t from, size_t end, size_t nr_all, struct json *to)
{
	const struct move *first = &moves->items[from];
	struct json *list;

	json_add_text(to, "branch", *first->branch ? first->branch : NULL);
	json_add_text(to, "machine", first->machine);
	json_add_number(to, "benchmarks", (double)moves_benchmarks(moves, from, end));
	json_add_number(to, "of_benchmarks", (double)nr_all);
	list = json_add_array(to, "moves");
	for (size_t i = from; i < end; i++) {
		const struct move *move = &moves->items[i];
		struct json *item = json_add_object(list, NULL);

		json_add_text(item, "benchmark", move->benchmark);
		json_add_text(item, "metric", move->metric);
		json_add_text(item, "kind", move->is_slope ? "slope" : "step");
		json_add_bool(item, "maybe", move->maybe);
		json_add_number(item, "change_percent", 100 * move->change_ratio);
		json_add_text(item, "commits", *move->commits ? move->commits : NULL);
		json_add_text(item, "first", move->first);
		json_add_text(item, "last", move->last);
	}
}

void trends_together(struct moves *moves, const struct series_list *series,
	const struct places *shown, bool json, struct buf *out)
{
	struct json *root = json_new_object(), *list = json_add_array(root, "together");
	bool is_empty = true;

	moves_sort(moves);
	for (size_t from = 0, end; from < moves->nr; from = end) {
		size_t nr_all = count_benchmarks(series, shown, &moves->items[from]);

		end = moves_end(moves, from);
		if (moves_benchmarks(moves, from, end) < 2)
			continue;
		is_empty = false;
		if (json)
			add_group_json(moves, from, end, nr_all, json_add_object(list, NULL));
		else
			print_group(moves, from, end, nr_all, out);
	}
	if (json)
		json_print(root, out);
	else if (is_empty)
		buf_adds(out, "no two benchmarks moved at the same commit\n");
	json_free(root);
}
