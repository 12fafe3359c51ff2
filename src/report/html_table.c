/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/html_parts.h"

#include "base/array.h"
#include "report/cells.h"
#include "report/describe.h"
#include "report/escape.h"
#include "report/group.h"
#include "report/tally.h"

#include <math.h>
#include <stdlib.h>

#define NR(table) (sizeof(table) / sizeof *(table))

struct column {
	const char *heading;
	const char *class; /* "roomy" and "wide" are left out where there is no room */
	void (*fill)(const struct comparison *comparison, struct buf *cell);
	double (*key)(const struct comparison *comparison); /* that it is sorted by, or NULL */
};

/* A row, with what decides where it stands at first. */
struct row {
	const struct comparison *comparison;
	int weight;
};

struct rows {
	struct row *items;
	size_t nr, alloc;
};

static double key_base(const struct comparison *comparison)
{
	return comparison->is_limit ? NAN : comparison->base_estimate.value;
}

static double key_head(const struct comparison *comparison)
{
	return comparison->head ? comparison->estimate.value : NAN;
}

static double key_change(const struct comparison *comparison)
{
	return comparison->change_ratio;
}

static double key_width(const struct comparison *comparison)
{
	return comparison->change_high - comparison->change_low;
}

static double key_bound(const struct comparison *comparison)
{
	return comparison->bound_ratio;
}

static double key_own_width(const struct comparison *comparison)
{
	const struct estimate *estimate = &comparison->estimate;

	return comparison->head ? (estimate->high - estimate->low) / estimate->value : NAN;
}

static double key_spread(const struct comparison *comparison)
{
	return comparison->head ? comparison->estimate.spread_pct : NAN;
}

/* Half the bar's width, and from its middle to the threshold, in its own units. */
#define HALF 60
#define TO_THRESHOLD 20.0

/* Where a worsening lies; what is outside lies on the edge. */
static double bar_place(double worse, double threshold)
{
	return fmin(fmax(worse / threshold * TO_THRESHOLD, -HALF + 4), HALF - 4);
}

static bool is_outside(double worse, double threshold)
{
	return fabs(worse / threshold * TO_THRESHOLD) > HALF;
}

static void add_arrow(double worse, double threshold, struct buf *cell)
{
	if (is_outside(worse, threshold))
		buf_adds(cell,
			worse < 0 ? "<path d=\"M-55-4l-4 4l4 4\"/>"
				  : "<path d=\"M55-4l4 4l-4 4\"/>");
}

/* For eyes only: the cells beside it say the same in figures. */
static void draw_bar(const double worse[3], double threshold, struct buf *cell)
{
	double low = bar_place(worse[0], threshold), high = bar_place(worse[2], threshold);

	buf_addf(cell,
		"<svg class=\"bar\" viewBox=\"-%d -8 %d 16\" aria-hidden=\"true\">"
		"<path class=\"limit\" d=\"M-%.0f-7v14M%.0f-7v14\"/><path class=\"none\" d=\"M0-7v14\"/>"
		"<path d=\"M%.1f 0H%.1f\"/>",
		HALF, 2 * HALF, TO_THRESHOLD, TO_THRESHOLD, low, high);
	add_arrow(worse[0], threshold, cell);
	add_arrow(worse[2], threshold, cell);
	if (!is_outside(worse[1], threshold))
		buf_addf(cell, "<circle cx=\"%.1f\" r=\"3.5\"/>", bar_place(worse[1], threshold));
	buf_adds(cell, "</svg>");
}

/* The change on a line whose middle is none, worse to the right, as cells_bar has it in letters. */
static void fill_bar(const struct comparison *comparison, struct buf *cell)
{
	bool more = comparison->metric->more_is_better, exact = describe_is_exact(comparison);
	double change = comparison->change_ratio, threshold = comparison->tolerance.threshold_ratio;
	double low = exact ? change : more ? comparison->change_high : comparison->change_low;
	double high = exact ? change : more ? comparison->change_low : comparison->change_high;

	if (!comparison->tolerance.gated || comparison->is_limit || !isfinite(change) ||
		!(threshold > 0) || isnan(low) || isnan(high))
		return;
	draw_bar((const double[]){ verdict_worsening_of(low, more),
			 verdict_worsening_of(change, more), verdict_worsening_of(high, more) },
		threshold, cell);
}

static const struct column compared[] = {
	{ "base", "number roomy", cells_base, key_base },
	{ "head", "number roomy", cells_head, key_head },
	{ "change", "number", cells_change, key_change },
	{ "better | worse", "drawn roomy", fill_bar, verdict_worsening },
	{ "95 % interval", "number wide", cells_change_interval, key_width },
	{ "bound", "number wide", cells_bound, key_bound },
};

static const struct column alone[] = {
	{ "value", "number", cells_head, key_head },
	{ "95 % interval", "number roomy", cells_interval, key_own_width },
	{ "spread", "number roomy", cells_spread, key_spread },
	{ "throughput", "number wide", cells_rate, NULL },
};

/* The columns that have something in them. */
struct table {
	const struct verdict *verdict;
	struct column columns[NR(compared)];
	size_t nr;
};

_Static_assert(NR(compared) >= NR(alone), "a table has room for either");

static bool fills(const struct verdict *verdict, const struct column *column)
{
	struct buf cell = BUF_INIT;
	bool any = false;

	for (size_t i = 0; !any && i < verdict->nr; i++) {
		if (verdict->items[i].metric && verdict->items[i].head)
			column->fill(&verdict->items[i], &cell);
		any = cell.len;
	}
	buf_release(&cell);
	return any;
}

static struct table table_of(const struct verdict *verdict)
{
	const struct column *columns = verdict->base ? compared : alone;
	size_t nr = verdict->base ? NR(compared) : NR(alone);
	struct table table = { .verdict = verdict };

	for (size_t i = 0; i < nr; i++)
		if (fills(verdict, &columns[i]))
			table.columns[table.nr++] = columns[i];
	return table;
}

/* sort: how it is sorted by this, or NULL: it cannot be. */
static void add_heading(const char *heading, const char *class, const char *sort, struct buf *out)
{
	buf_addf(out, "<th scope=\"col\" class=\"%s\"", class);
	if (sort)
		buf_addf(out, " aria-sort=\"%s\"><button type=\"button\">%s</button></th>", sort,
			heading);
	else
		buf_addf(out, ">%s</th>", heading);
}

static void add_head(const struct table *table, struct buf *out)
{
	buf_adds(out, "<thead><tr>");
	add_heading("benchmark", "name", "none", out);
	for (size_t i = 0; i < table->nr; i++)
		add_heading(table->columns[i].heading, table->columns[i].class,
			table->columns[i].key ? "none" : NULL, out);
	add_heading("verdict", "word", "descending", out);
	buf_adds(out, "</tr></thead>\n");
}

static void add_key(double key, struct buf *out)
{
	if (isfinite(key))
		buf_addf(out, " data-key=\"%.6g\"", key);
}

/* A drawing is made here, and text may be anybody's. */
static void add_cell(
	const struct column *column, const struct comparison *comparison, struct buf *out)
{
	struct buf cell = BUF_INIT;

	if (comparison->metric && comparison->head)
		column->fill(comparison, &cell);
	buf_addf(out, "<td class=\"%s\"", column->class);
	if (column->key && cell.len)
		add_key(column->key(comparison), out);
	buf_addc(out, '>');
	if (column->fill == fill_bar)
		buf_adds(out, cell.data);
	else
		escape_xml(out, cell.data);
	buf_adds(out, "</td>");
	buf_release(&cell);
}

static void add_name(const struct comparison *comparison, size_t at, struct buf *out)
{
	struct buf name = BUF_INIT;

	describe_name(comparison, &name);
	buf_addf(out,
		"<th scope=\"row\" class=\"name\"><button type=\"button\" aria-expanded=\"false\" "
		"aria-controls=\"" HTML_ID "%zu-more\">",
		at);
	escape_xml(out, name.data);
	buf_adds(out, "</button></th>");
	buf_release(&name);
}

static void add_body(const struct table *table, const struct row *row, struct buf *out)
{
	const struct verdict *verdict = table->verdict;
	const struct comparison *comparison = row->comparison;
	const char *tier = describe_result(comparison)->tier;
	size_t at = (size_t)(comparison - verdict->items);

	buf_addf(out, "<tbody id=\"" HTML_ID "%zu\" data-at=\"%zu\" data-word=\"%s\" data-tier=\"",
		at, at, verdict_word_name(comparison->word));
	escape_xml(out, tier ? tier : "");
	buf_adds(out, "\">\n<tr>");
	add_name(comparison, at, out);
	for (size_t i = 0; i < table->nr; i++)
		add_cell(&table->columns[i], comparison, out);
	buf_addf(out, "<td class=\"word\" data-key=\"%d\">", row->weight);
	html_add_word(verdict, comparison, out);
	buf_addf(out,
		"</td></tr>\n<tr class=\"more\" id=\"" HTML_ID "%zu-more\"><td colspan=\"%zu\">\n",
		at, table->nr + 2);
	html_detail(verdict, comparison, out);
	buf_adds(out, "</td></tr>\n</tbody>\n");
}

/* Where they weigh the same, as the suite has them. */
static int heavier_first(const void *a, const void *b)
{
	const struct row *one = a, *other = b;

	if (one->weight != other->weight)
		return one->weight > other->weight ? -1 : 1;
	return one->comparison < other->comparison ? -1 : one->comparison > other->comparison;
}

void html_table(const struct verdict *verdict, struct buf *out)
{
	struct table table = table_of(verdict);
	struct rows rows = { 0 };

	for (size_t i = 0; i < verdict->nr; i++)
		*ARRAY_ADD(&rows) = (struct row){ &verdict->items[i],
			group_weight(verdict, &verdict->items[i]) };
	if (rows.nr)
		qsort(rows.items, rows.nr, sizeof *rows.items, heavier_first);
	buf_adds(out,
		"<table id=\"comparisons\">\n<caption>What was measured. "
		"The buttons in its head sort it, a benchmark's name unfolds more.</caption>\n");
	add_head(&table, out);
	for (size_t i = 0; i < rows.nr; i++)
		add_body(&table, &rows.items[i], out);
	buf_adds(out, "</table>\n");
	ARRAY_RELEASE(&rows);
}
