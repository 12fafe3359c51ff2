/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/text.h"

#include "base/str.h"
#include "gate/trust.h"
#include "report/units.h"

#include <math.h>
#include <string.h>

enum column { NAME, VALUE, INTERVAL, SPREAD, RATE, NR_COLUMNS };

#define RED "\033[31;1m"
#define YELLOW "\033[33m"
#define DIM "\033[2m"
#define PLAIN "\033[0m"

struct table {
	struct buf cells[NR_COLUMNS];
	size_t widths[NR_COLUMNS];
};

static const char *const headings[NR_COLUMNS] = { "benchmark", "time/iteration", "95 % interval",
	"spread", "throughput" };

static void set_color(const struct text_style *style, const char *color, struct buf *out)
{
	if (style->color)
		buf_adds(out, color);
}

static void fill_rate(const struct comparison *comparison, struct buf *out)
{
	const struct result *head = comparison->head;
	double nr_threads = (double)head->nr_threads;

	if (head->bytes > 0)
		units_add_rate(out, head->bytes * nr_threads, comparison->estimate.value, "B");
	if (head->bytes > 0 && head->items > 0)
		buf_adds(out, ", ");
	if (head->items > 0)
		units_add_rate(out, head->items * nr_threads, comparison->estimate.value, "");
}

static void fill_row(const struct comparison *comparison, struct buf cells[NR_COLUMNS])
{
	const struct estimate *estimate = &comparison->estimate;
	const struct metric *metric = comparison->metric;
	bool is_time = strcmp(metric->name, "time") == 0;

	for (int i = 0; i < NR_COLUMNS; i++)
		buf_clear(&cells[i]);
	if (is_time)
		buf_add_printable(&cells[NAME], comparison->head->name);
	else {
		buf_adds(&cells[NAME], "  ");
		buf_add_printable(&cells[NAME], metric->name);
	}
	units_add(&cells[VALUE], estimate->value, metric->unit);
	if (isfinite(estimate->low)) {
		units_add(&cells[INTERVAL], estimate->low, metric->unit);
		buf_adds(&cells[INTERVAL], " .. ");
		units_add(&cells[INTERVAL], estimate->high, metric->unit);
	}
	if (isfinite(estimate->spread_pct))
		buf_addf(&cells[SPREAD], "%.1f %%", estimate->spread_pct);
	if (is_time)
		fill_rate(comparison, &cells[RATE]);
}

static void widen(struct table *table)
{
	for (int i = 0; i < NR_COLUMNS; i++)
		if (str_columns(table->cells[i].data) > table->widths[i])
			table->widths[i] = str_columns(table->cells[i].data);
}

/* Names to the left, numbers to the right. A name too long for its column pushes its own row only.
 */
static void print_row(const struct table *table, struct buf *out)
{
	size_t last = out->len;

	for (int i = 0; i < NR_COLUMNS; i++) {
		const struct buf *cell = &table->cells[i];
		size_t width = str_columns(cell->data);
		size_t pad = table->widths[i] > width ? table->widths[i] - width : 0;

		if (!table->widths[i])
			continue;
		if (i != NAME)
			buf_fill(out, ' ', pad + 2);
		buf_add(out, cell->data, cell->len);
		if (i == NAME)
			buf_fill(out, ' ', pad);
	}
	while (out->len > last && out->data[out->len - 1] == ' ')
		out->data[--out->len] = '\0';
	buf_addc(out, '\n');
}

static void print_heading(struct table *table, const struct text_style *style, struct buf *out)
{
	for (int i = 0; i < NR_COLUMNS; i++) {
		buf_clear(&table->cells[i]);
		buf_adds(&table->cells[i], headings[i]);
	}
	set_color(style, DIM, out);
	print_row(table, out);
	/* Before the end of the line: what follows starts plain. */
	out->data[--out->len] = '\0';
	set_color(style, PLAIN, out);
	buf_addc(out, '\n');
}

/* What does not fit the width is left out, the least telling first. */
static void fit(struct table *table, unsigned width)
{
	static const enum column least_first[] = { RATE, INTERVAL, SPREAD };
	size_t all = 0;

	for (int i = 0; i < NR_COLUMNS; i++) {
		if (table->widths[i] && table->widths[i] < strlen(headings[i]))
			table->widths[i] = strlen(headings[i]);
		all += table->widths[i] ? table->widths[i] + 2 : 0;
	}
	for (size_t i = 0; i < sizeof least_first / sizeof *least_first && all > width + 2; i++) {
		size_t *column = &table->widths[least_first[i]];

		all -= *column ? *column + 2 : 0;
		*column = 0;
	}
}

static void print_table(
	const struct verdict *verdict, const struct text_style *style, struct buf *out)
{
	struct table table = { .widths = { 0 } };

	for (int i = 0; i < NR_COLUMNS; i++)
		table.cells[i] = (struct buf)BUF_INIT;
	for (size_t i = 0; i < verdict->nr; i++) {
		if (!verdict->items[i].metric)
			continue;
		fill_row(&verdict->items[i], table.cells);
		widen(&table);
	}
	fit(&table, style->width);
	if (table.widths[VALUE])
		print_heading(&table, style, out);
	for (size_t i = 0; i < verdict->nr; i++) {
		if (!verdict->items[i].metric)
			continue;
		fill_row(&verdict->items[i], table.cells);
		print_row(&table, out);
	}
	for (int i = 0; i < NR_COLUMNS; i++)
		buf_release(&table.cells[i]);
}

static void print_troubles(
	const struct verdict *verdict, const struct text_style *style, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < verdict->nr; i++) {
		const struct comparison *comparison = &verdict->items[i];

		if (comparison->metric)
			continue;
		set_color(style, comparison->word == VERDICT_FAILED ? RED : YELLOW, out);
		buf_adds(out, verdict_word_name(comparison->word));
		set_color(style, PLAIN, out);
		buf_addc(out, ' ');
		buf_add_printable(out, comparison->head->name);
		buf_addf(out, ": %s: ", result_word_name(comparison->head->word));
		buf_add_printable(out, comparison->head->reason);
		buf_addc(out, '\n');
		any = true;
	}
	if (any)
		buf_addc(out, '\n');
}

static void add_note(const struct result *result, struct buf *out)
{
	buf_adds(out, "note: ");
	buf_add_printable(out, result->name);
	buf_adds(out, ": ");
	buf_add_printable(out, result->note);
	buf_addc(out, '\n');
}

/* Code that nobody runs must not be taken for code that users do. */
static void add_build_note(const struct env *env, struct buf *out)
{
	struct findings findings = trust_judge(env);

	for (size_t i = 0; i < findings.nr; i++)
		if (findings.items[i].id == ENV_SUITE_BUILD && findings.items[i].grade == TRUST_BAD)
			buf_addf(out, "note: the suite was built %s: %s\n",
				env->values[ENV_SUITE_BUILD], findings.items[i].meaning);
}

static void print_notes(const struct run *run, struct buf *out)
{
	add_build_note(&run->env, out);
	for (size_t i = 0; i < run->nr; i++)
		if (run->items[i].note)
			add_note(&run->items[i], out);
}

/* How each was measured, process by process summed up. */
static void print_how(const struct run *run, struct buf *out)
{
	for (size_t i = 0; i < run->nr; i++) {
		const struct result *result = &run->items[i];
		uint64_t nr_batches = 0, nr_disturbed = 0, warmup_ns = 0, peak_bytes = 0;
		size_t nr_settled = 0, nr = result->processes.nr;

		for (size_t j = 0; j < nr; j++) {
			const struct process_row *row = &result->processes.items[j];

			nr_batches += row->nr_batches;
			nr_disturbed += row->nr_disturbed;
			warmup_ns += row->warmup_ns;
			nr_settled += row->settled;
			peak_bytes = row->peak_bytes > peak_bytes ? row->peak_bytes : peak_bytes;
		}
		if (!nr)
			continue;
		buf_add_printable(out, result->name);
		buf_addf(out, ": %zu processes, each %llu batches of %llu iterations", nr,
			(unsigned long long)result->processes.items[0].nr_batches,
			(unsigned long long)result->processes.items[0].iterations);
		buf_addf(out, " after %.0f ms of warm-up (%zu of %zu settled);",
			(double)warmup_ns / 1e6 / (double)nr, nr_settled, nr);
		buf_addf(out,
			" %llu of %llu batches disturbed; clock %llu ns; peak memory %.1f MiB\n",
			(unsigned long long)nr_disturbed, (unsigned long long)nr_batches,
			(unsigned long long)result->clock_ns, (double)peak_bytes / 0x1p20);
	}
}

static void print_sum(const struct verdict *verdict, struct buf *out)
{
	const struct run *run = verdict->head;
	size_t nr_failed = verdict_count(verdict, VERDICT_FAILED);
	size_t nr_unmeasured = verdict_count(verdict, VERDICT_NOT_MEASURED);

	buf_addf(out, "%zu measured", run->nr - nr_failed - nr_unmeasured);
	if (nr_failed)
		buf_addf(out, ", %zu failed", nr_failed);
	if (nr_unmeasured)
		buf_addf(out, ", %zu not measured", nr_unmeasured);
	buf_adds(out, " in ");
	units_add_duration(out, (double)run->duration_ns / 1e9);
	buf_addf(out, "%s; nothing was compared\n",
		run->status == RUN_INTERRUPTED ? ", interrupted" : "");
}

void text_report(const struct verdict *verdict, struct text_style style, struct buf *out)
{
	print_troubles(verdict, &style, out);
	print_table(verdict, &style, out);
	if (style.verbose)
		print_how(verdict->head, out);
	print_notes(verdict->head, out);
	print_sum(verdict, out);
}
