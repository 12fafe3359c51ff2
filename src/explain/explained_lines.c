/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain/explained_lines.h"

#include "base/array.h"
#include "base/str.h"

#include <math.h>
#include <string.h>

/* Lines of one function that are matched one by one; a longer function's are matched by place. */
#define MAX_PAIRS 250000
#define MAX_TEXT 120
/* Of the whole change: smaller ones are no rows. */
#define LEAST_OF_CHANGE 0.005

/* A line of a function on one side. */
struct side_line {
	size_t function;         /* of the explanation */
	const char *path, *file; /* the file without its folder; borrowed */
	unsigned line;
	unsigned place;   /* in its function */
	const char *text; /* without blanks around it; NULL: not known */
	size_t len;
	struct cost charge; /* its own, and what it makes shared libraries do */
};

struct side_lines {
	struct side_line *items;
	size_t nr, alloc;
};

static int by_function_and_line(const void *a, const void *b)
{
	const struct side_line *one = a, *other = b;
	int order;

	if (one->function != other->function)
		return one->function < other->function ? -1 : 1;
	order = strcmp(one->file, other->file);
	return order ? order : (one->line > other->line) - (one->line < other->line);
}

static void find_line_text(const char *source, struct side_line *line)
{
	for (unsigned i = 1; source && i < line->line; i++) {
		source = strchr(source, '\n');
		source += source != NULL;
	}
	if (!source || !*source)
		return;
	source += strspn(source, " \t");
	line->text = source;
	line->len = strcspn(source, "\r\n");
	while (line->len && strchr(" \t", source[line->len - 1]))
		line->len--;
}

static void join_side_lines(struct side_lines *lines)
{
	struct side_line *last = lines->items;

	if (!lines->nr)
		return;
	qsort(lines->items, lines->nr, sizeof *lines->items, by_function_and_line);
	for (size_t i = 1; i < lines->nr; i++) {
		if (by_function_and_line(last, &lines->items[i]) == 0)
			cost_add(&last->charge, &lines->items[i].charge);
		else
			*++last = lines->items[i];
	}
	lines->nr = (size_t)(last - lines->items) + 1;
}

static void collect_lines(const struct explanation *explanation, const struct line_sources *from,
	enum explanation_side side, struct side_lines *lines)
{
	const struct costs *costs = from->costs[side];

	for (size_t i = 0; i < costs->lines.nr; i++) {
		const struct cost_line *said = &costs->lines.items[i];
		size_t function = explanation->of[side][said->function];

		if (explanation->functions.items[function].is_shared ||
			(said->called != COSTS_NONE &&
				!explanation->functions.items[explanation->of[side][said->called]]
					 .is_shared))
			continue;
		*ARRAY_ADD(lines) = (struct side_line){ .function = function,
			.path = costs->files.items[said->file],
			.file = str_path_name(costs->files.items[said->file]),
			.line = said->line,
			.text = from->texts[side][said->file],
			.charge = said->cost };
	}
	join_side_lines(lines);
	for (size_t i = 0; i < lines->nr; i++) {
		struct side_line *line = &lines->items[i];
		const char *source = line->text;
		unsigned first = explanation->functions.items[line->function].side[side].line;

		line->place = line->line - first;
		line->text = NULL;
		find_line_text(source, line);
	}
}

static bool is_same_line(const struct side_line *one, const struct side_line *other)
{
	if (one->text && other->text)
		return one->len == other->len && memcmp(one->text, other->text, one->len) == 0;
	return one->place == other->place && strcmp(one->file, other->file) == 0;
}

static void add_explained_line(
	struct explanation *explanation, const struct side_line *base, const struct side_line *head)
{
	const struct side_line *known = head ? head : base;
	enum cost_event event = explanation->event;
	double change = (head ? head->charge.of[event] : 0) - (base ? base->charge.of[event] : 0);
	double whole =
		explanation->total[SIDE_HEAD].of[event] - explanation->total[SIDE_BASE].of[event];
	struct explained_line *line;

	if (fabs(change) <= LEAST_OF_CHANGE * fabs(whole))
		return;
	line = ARRAY_ADD(&explanation->lines);
	*line = (struct explained_line){ .function = known->function,
		.file = str_dup(known->file),
		.path = str_dup(known->path),
		.text = known->text
			? mem_copy(known->text, known->len < MAX_TEXT ? known->len : MAX_TEXT)
			: NULL };
	if (base) {
		line->line[SIDE_BASE] = base->line;
		line->charge[SIDE_BASE] = base->charge;
	}
	if (head) {
		line->line[SIDE_HEAD] = head->line;
		line->charge[SIDE_HEAD] = head->charge;
	}
}

/* The longest common subsequence: lengths[i][j] is that of what follows line i and line j. */
static void match_lines(struct explanation *explanation, const struct side_line *base,
	size_t nr_base, const struct side_line *head, size_t nr_head)
{
	size_t width = nr_head + 1, i = 0, j = 0;
	unsigned *lengths = mem_alloc((nr_base + 1) * width, sizeof *lengths);

	for (i = nr_base; i-- > 0;)
		for (j = nr_head; j-- > 0;) {
			unsigned down = lengths[(i + 1) * width + j];
			unsigned right = lengths[i * width + j + 1];

			lengths[i * width + j] = is_same_line(&base[i], &head[j])
				? lengths[(i + 1) * width + j + 1] + 1
				: down > right ? down
					       : right;
		}
	i = j = 0;
	while (i < nr_base || j < nr_head) {
		if (i < nr_base && j < nr_head && is_same_line(&base[i], &head[j])) {
			add_explained_line(explanation, &base[i++], &head[j++]);
		} else if (j == nr_head ||
			(i < nr_base &&
				lengths[(i + 1) * width + j] >= lengths[i * width + j + 1])) {
			add_explained_line(explanation, &base[i++], NULL);
		} else {
			add_explained_line(explanation, NULL, &head[j++]);
		}
	}
	free(lengths);
}

static size_t lines_of_function(const struct side_lines *lines, size_t from, size_t function)
{
	size_t nr = 0;

	while (from + nr < lines->nr && lines->items[from + nr].function == function)
		nr++;
	return nr;
}

static double size_of_line_change(const struct explained_line *line, enum cost_event event)
{
	return fabs(line->charge[SIDE_HEAD].of[event] - line->charge[SIDE_BASE].of[event]);
}

/* A few rows: the largest first, by insertion. */
static void sort_explained_lines(struct explanation *explanation)
{
	for (size_t i = 1; i < explanation->lines.nr; i++) {
		struct explained_line line = explanation->lines.items[i];
		double size = size_of_line_change(&line, explanation->event);
		size_t at = i;

		for (; at &&
			size_of_line_change(&explanation->lines.items[at - 1], explanation->event) <
				size;
			at--)
			explanation->lines.items[at] = explanation->lines.items[at - 1];
		explanation->lines.items[at] = line;
	}
}

void explained_lines_add(struct explanation *explanation, const struct line_sources *from)
{
	struct side_lines base = { 0 }, head = { 0 };
	size_t i = 0, j = 0;

	if (!explanation_has_change(explanation))
		return;
	collect_lines(explanation, from, SIDE_BASE, &base);
	collect_lines(explanation, from, SIDE_HEAD, &head);
	for (size_t at = 0; at < explanation->functions.nr; at++) {
		size_t nr_base = lines_of_function(&base, i, at);
		size_t nr_head = lines_of_function(&head, j, at);

		if ((nr_base || nr_head) && nr_base * nr_head <= MAX_PAIRS)
			match_lines(explanation, base.items + i, nr_base, head.items + j, nr_head);
		i += nr_base;
		j += nr_head;
	}
	sort_explained_lines(explanation);
	ARRAY_RELEASE(&base);
	ARRAY_RELEASE(&head);
}
