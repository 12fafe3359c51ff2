/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/kept_explanation_json.h"

#include "base/json_fields.h"
#include "base/str.h"
#include "model/columns_json.h"

#include <math.h>
#include <string.h>

static const struct json_field rows[] = {
	JSON_FIELD_TEXT("base", struct kept_explanation, base),
	JSON_FIELD_TEXT("head", struct kept_explanation, head),
	JSON_FIELD_MAYBE("base_commit", struct kept_explanation, base_commit),
	JSON_FIELD_MAYBE("tool", struct kept_explanation, tool),
	JSON_FIELD_TEXT("summary", struct kept_explanation, summary),
	JSON_FIELD_MAYBE("cause", struct kept_explanation, cause),
	JSON_FIELD_MAYBE("function", struct kept_explanation, function),
	JSON_FIELD_MAYBE("file", struct kept_explanation, file),
	JSON_FIELD_U32("line", struct kept_explanation, line),
	JSON_FIELD_NUMBER("part", struct kept_explanation, part),
	JSON_FIELD_TEXT("unit", struct kept_explanation, unit),
	JSON_FIELD_U64("iterations", struct kept_explanation, iterations),
	JSON_FIELD_TEXT("report", struct kept_explanation, report),
	JSON_FIELD_MAYBE("code", struct kept_explanation, code),
	JSON_FIELD_U64("left_out", struct kept_explanation, nr_left_out),
	JSON_FIELD_END,
};

/* A stack as the file has it. */
struct stack_row {
	uint64_t function, parent;
	double base, head;
};

static const struct column stack_columns[] = {
	COLUMN_COUNT("function", struct stack_row, function),
	COLUMN_COUNT("parent", struct stack_row, parent),
	COLUMN_NUMBER("base", struct stack_row, base),
	COLUMN_NUMBER("head", struct stack_row, head),
};

static const struct columns of_stack = COLUMNS(stack_columns, struct stack_row, "stack");

static void add_list_of_texts(struct json *to, const char *name, const struct texts *texts)
{
	struct json *list = json_add_array(to, name);

	for (size_t i = 0; i < texts->nr; i++)
		json_add_text(list, NULL, texts->items[i]);
}

static void add_lists(struct json *to, const struct kept_explanation *kept)
{
	struct stack_row *list = mem_alloc(kept->stacks.nr + 1, sizeof *list);

	add_list_of_texts(to, "functions", &kept->names);
	add_list_of_texts(to, "files", &kept->files);
	for (size_t i = 0; i < kept->stacks.nr; i++) {
		const struct kept_stack *stack = &kept->stacks.items[i];

		list[i] = (struct stack_row){ stack->function, stack->parent, stack->own[0],
			stack->own[1] };
	}
	columns_json_add(json_add_object(to, "stacks"), &of_stack, list, kept->stacks.nr);
	free(list);
}

void kept_explanation_json_add_stacks(struct json *to, const struct kept_explanation *kept)
{
	json_add_text(to, "unit", kept->unit);
	json_add_number(to, "left_out", (double)kept->nr_left_out);
	add_lists(to, kept);
}

void kept_explanation_json_add(struct json *to, const struct kept_explanation *kept)
{
	struct json *object = json_add_object(to, "explained");

	json_fields_write(object, rows, kept);
	add_lists(object, kept);
}

static int check_len(const char *text, size_t most, const char *where, struct error *err)
{
	if (text && strlen(text) > most)
		return error_set(err, ERR_USAGE, "%s has a text of %zu bytes; it may have %zu",
			where, strlen(text), most);
	return 0;
}

static int check_texts(const struct kept_explanation *kept, const char *where, struct error *err)
{
	const char *const texts[] = { kept->base, kept->head, kept->base_commit, kept->tool,
		kept->summary, kept->cause, kept->function, kept->file, kept->unit, kept->report,
		kept->code };

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (check_len(texts[i], KEPT_MOST_TEXT, where, err))
			return -1;
	return 0;
}

static int read_texts(const struct json *from, const char *name, struct texts *texts,
	const char *where, struct error *err)
{
	const struct json *list = json_member(from, name, JSON_ARRAY, where, err);

	if (!list)
		return -1;
	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		if (json_type(at) != JSON_TEXT)
			return error_set(err, ERR_USAGE, "%s.%s[%zu] is %s; it must be a text",
				where, name, texts->nr, json_type_name(json_type(at)));
		if (texts->nr == KEPT_MOST_STACKS)
			return error_set(err, ERR_USAGE, "%s.%s has more than %d items", where,
				name, KEPT_MOST_STACKS);
		if (check_len(json_text(at), KEPT_MOST_NAME, where, err))
			return -1;
		texts_add(texts, json_text(at));
	}
	return 0;
}

#define MOST_COST 1e18

/* The first is its own parent; of any other the parent is before it. */
static bool is_stack(const struct stack_row *row, size_t at, size_t nr_names, const size_t *depth)
{
	return row->function < nr_names && (at ? row->parent < at : !row->parent) &&
		(!at || depth[row->parent] < KEPT_MOST_DEPTH) && row->base >= 0 &&
		row->base <= MOST_COST && row->head >= 0 && row->head <= MOST_COST;
}

static int take_stacks(const struct stack_row *list, size_t nr, struct kept_explanation *kept,
	const char *where, struct error *err)
{
	size_t *depth = mem_alloc(nr + 1, sizeof *depth), at = 0;

	for (; at < nr && is_stack(&list[at], at, kept->names.nr, depth); at++) {
		depth[at] = at ? depth[list[at].parent] + 1 : 0;
		*ARRAY_ADD(&kept->stacks) = (struct kept_stack){ (size_t)list[at].function,
			(size_t)list[at].parent, { list[at].base, list[at].head } };
	}
	free(depth);
	if (at < nr)
		return error_set(err, ERR_USAGE,
			"%s.stacks: item %zu must have a function of the list, a parent before it that is at most %d deep, and costs of at least 0",
			where, at, KEPT_MOST_DEPTH);
	return 0;
}

static int read_stacks(const struct json *from, struct kept_explanation *kept, const char *where,
	struct error *err)
{
	const struct json *columns = json_member(from, "stacks", JSON_OBJECT, where, err);
	struct column_rows list = { 0 };
	struct buf place = BUF_INIT;
	int rc = columns ? 0 : -1;

	buf_addf(&place, "%s.stacks", where);
	if (!rc)
		rc = columns_json_read(
			columns, &(struct column_place){ &of_stack, place.data }, &list, err);
	if (!rc && (!list.nr || list.nr > KEPT_MOST_STACKS))
		rc = error_set(err, ERR_USAGE, "%s.stacks has %zu items; it must have 1 to %d",
			where, list.nr, KEPT_MOST_STACKS);
	if (!rc)
		rc = take_stacks(list.items, list.nr, kept, where, err);
	free(list.items);
	buf_release(&place);
	return rc;
}

static int read_all(const struct json *from, struct kept_explanation *kept, const char *where,
	struct error *err)
{
	if (json_fields_read(from, rows, kept, where, err) || check_texts(kept, where, err) ||
		read_texts(from, "functions", &kept->names, where, err) ||
		read_texts(from, "files", &kept->files, where, err))
		return -1;
	if (kept->names.nr != kept->files.nr)
		return error_set(err, ERR_USAGE,
			"%s has %zu functions and %zu files; it must have a file for each function",
			where, kept->names.nr, kept->files.nr);
	return read_stacks(from, kept, where, err);
}

int kept_explanation_json_read(const struct json *from, struct kept_explanation *kept,
	const char *where, struct error *err)
{
	const struct json *object = json_member(from, "explained", JSON_OBJECT, where, err);
	struct buf place = BUF_INIT;
	int rc;

	buf_addf(&place, "%s.explained", where);
	rc = object ? read_all(object, kept, place.data, err) : -1;
	buf_release(&place);
	return rc;
}
