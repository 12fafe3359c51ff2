/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/validate_text.h"

#include "base/json.h"
#include "model/units.h"
#include "report/columns.h"

#include <math.h>

#define NR(table) (sizeof(table) / sizeof *(table))

/* "the same", "9.1 % apart" */
static void add_apart(const struct validate_bench *bench, struct buf *out)
{
	if (bench->uneven_ratio == 0)
		buf_adds(out, "the same");
	else if (isfinite(bench->uneven_ratio))
		buf_addf(out, "%.2g %% apart", 100 * bench->uneven_ratio);
	else
		buf_adds(out, "zero and more");
}

static void validate_text_fill_name(const void *row, struct buf *cell)
{
	const struct validate_bench *bench = row;

	buf_add_printable(cell, bench->name);
}

static void fill_level(const void *row, struct buf *cell)
{
	const struct validate_bench *bench = row;

	units_add(cell, bench->level_ns, "ns");
}

static void fill_spread(const void *row, struct buf *cell)
{
	const struct validate_bench *bench = row;

	if (bench->reproducible == VALIDATE_NOT_ASKED)
		buf_addc(cell, '-');
	else
		units_add_percent(cell, 100 * bench->spread_ratio);
}

static void fill_allowed(const void *row, struct buf *cell)
{
	const struct validate_bench *bench = row;

	if (bench->reproducible != VALIDATE_NOT_ASKED)
		units_add_ratio(cell, bench->spread_limit_ratio);
}

static void fill_expected(const void *row, struct buf *cell)
{
	const struct validate_bench *bench = row;

	buf_add_printable(cell, bench->window ? bench->window->text : "-");
}

static void fill_counts(const void *row, struct buf *cell)
{
	const struct validate_bench *bench = row;

	if (bench->same_work == VALIDATE_NOT_ASKED)
		buf_addc(cell, '-');
	else
		add_apart(bench, cell);
}

static void fill_other(const void *row, struct buf *cell)
{
	const struct validate_bench *bench = row;

	units_add(cell, bench->other_ns, "ns");
}

static const char *measured_word(const struct validate_bench *bench)
{
	return result_word_name(bench->reason ? bench->word : RESULT_NOT_MEASURED);
}

static void fill_valid(const void *row, struct buf *cell)
{
	const struct validate_bench *bench = row;

	if (bench->reproducible == VALIDATE_NOT_ASKED)
		buf_adds(cell, measured_word(bench));
	else
		buf_adds(cell, validate_is_valid(bench) ? "valid" : "NOT VALID");
}

/* What nothing was held against has no column. */
static const struct column all_columns[] = {
	{ "benchmark", validate_text_fill_name, 0 },
	{ "time/iteration", fill_level, 0 },
	{ "spread", fill_spread, 0 },
	{ "allowed", fill_allowed, 1 },
	{ "expected", fill_expected, 0 },
	{ "counts", fill_counts, 0 },
	{ "other machine", fill_other, 0 },
	{ "", fill_valid, 0 },
};

static bool has_window(const struct validate *validate)
{
	for (size_t i = 0; i < validate->nr; i++)
		if (validate->items[i].window)
			return true;
	return false;
}

static bool has_counts(const struct validate *validate)
{
	for (size_t i = 0; i < validate->nr; i++)
		if (validate->items[i].same_work != VALIDATE_NOT_ASKED)
			return true;
	return false;
}

static bool is_shown(const struct validate *validate, const struct column *column)
{
	if (column->fill == fill_expected)
		return has_window(validate);
	if (column->fill == fill_counts)
		return has_counts(validate);
	return column->fill != fill_other || validate->other;
}

static void add_table(const struct validate *validate, unsigned width, struct buf *out)
{
	struct rows rows = { validate->items, validate->nr, sizeof *validate->items };
	struct column columns[NR(all_columns)];
	size_t nr = 0;

	for (size_t i = 0; i < NR(all_columns); i++)
		if (is_shown(validate, &all_columns[i]))
			columns[nr++] = all_columns[i];
	columns_add(columns, nr, rows, width, out);
}

static void begin_line(const char *word, const struct validate_bench *bench, struct buf *out)
{
	buf_addf(out, "%s: ", word);
	buf_add_printable(out, bench->name);
	buf_adds(out, ": ");
}

static void add_spread(
	const struct validate *validate, const struct validate_bench *bench, struct buf *out)
{
	begin_line("not reproducible", bench, out);
	buf_addf(out, "its %zu runs took ", validate->nr_runs);
	units_add(out, bench->fastest_ns, "ns");
	buf_adds(out, " to ");
	units_add(out, bench->slowest_ns, "ns");
	buf_adds(out, ", a spread of ");
	units_add_ratio(out, bench->spread_ratio);
	buf_adds(out, "; allowed: ");
	units_add_ratio(out, bench->spread_limit_ratio);
	buf_addc(out, '\n');
}

static void add_unexpected(const struct validate_bench *bench, struct buf *out)
{
	begin_line("not as expected", bench, out);
	units_add(out, bench->fastest_ns, "ns");
	buf_adds(out, " to ");
	units_add(out, bench->slowest_ns, "ns");
	buf_adds(out, "; expected: ");
	buf_add_printable(out, bench->window->text);
	buf_addc(out, '\n');
}

static void add_uneven_work(const struct validate_bench *bench, struct buf *out)
{
	begin_line("not the same work each time", bench, out);
	buf_addf(out, "its %s an iteration are ", bench->uneven->name);
	for (size_t i = 0; i < bench->uneven->values.nr; i++)
		buf_addf(out, "%s%.10g", i ? " and " : "", bench->uneven->values.items[i]);
	buf_adds(out, ", ");
	add_apart(bench, out);
	buf_addc(out, '\n');
}

static void add_other(const struct validate *validate, const struct validate_bench *bench,
	const char *other, struct buf *out)
{
	begin_line("does not agree", bench, out);
	units_add(out, bench->level_ns, "ns");
	buf_adds(out, " here, ");
	units_add(out, bench->other_ns, "ns");
	buf_adds(out, " in ");
	buf_add_printable(out, other);
	buf_addf(out, ": %.3g times as %s; allowed: %.3g times\n", bench->times,
		bench->level_ns > bench->other_ns ? "slow" : "fast", validate->factor);
}

static void add_unmeasured(
	const struct validate *validate, const struct validate_bench *bench, struct buf *out)
{
	begin_line(measured_word(bench), bench, out);
	if (bench->reason)
		buf_add_printable(out, bench->reason);
	else
		buf_addf(out, "interrupted after %zu of %zu runs", validate->nr_runs,
			validate->nr_planned);
	buf_addc(out, '\n');
}

static void validate_text_add_lines(
	const struct validate *validate, const char *other, struct buf *out)
{
	for (size_t i = 0; i < validate->nr; i++) {
		const struct validate_bench *bench = &validate->items[i];

		if (!validate_is_measured(validate, bench))
			add_unmeasured(validate, bench, out);
		if (bench->reproducible == VALIDATE_FAILS)
			add_spread(validate, bench, out);
		if (bench->expected == VALIDATE_FAILS)
			add_unexpected(bench, out);
		if (bench->same_work == VALIDATE_FAILS)
			add_uneven_work(bench, out);
		if (bench->agrees == VALIDATE_FAILS)
			add_other(validate, bench, other, out);
	}
}

static void add_not_there(const struct validate *validate, const char *other, struct buf *out)
{
	struct buf names = BUF_INIT;

	for (size_t i = 0; i < validate->nr && validate->other; i++) {
		const struct validate_bench *bench = &validate->items[i];

		if (validate_is_measured(validate, bench) && bench->agrees == VALIDATE_NOT_ASKED)
			buf_addf(&names, "%s%s", names.len ? ", " : "", bench->name);
	}
	if (names.len) {
		buf_adds(out, "not in ");
		buf_add_printable(out, other);
		buf_adds(out, ": ");
		buf_add_printable(out, names.data);
		buf_addc(out, '\n');
	}
	buf_release(&names);
}

void validate_text(
	const struct validate *validate, const char *other, unsigned width, struct buf *out)
{
	size_t nr_valid = 0;

	add_table(validate, width, out);
	validate_text_add_lines(validate, other, out);
	add_not_there(validate, other, out);
	for (size_t i = 0; i < validate->nr; i++)
		nr_valid += validate_is_measured(validate, &validate->items[i]) &&
			validate_is_valid(&validate->items[i]);
	buf_addf(out, "%s: %zu of %zu benchmark%s valid, in %zu run%s\n",
		nr_valid == validate->nr ? "VALID" : "NOT VALID", nr_valid, validate->nr,
		validate->nr == 1 ? " is" : "s are", validate->nr_runs,
		validate->nr_runs == 1 ? "" : "s");
}

static void validate_text_add_word(struct json *to, const char *name, enum validate_word word)
{
	if (word == VALIDATE_NOT_ASKED)
		json_add_text(to, name, NULL);
	else
		json_add_bool(to, name, word == VALIDATE_HOLDS);
}

void validate_json(const struct validate *validate, struct buf *out)
{
	struct json *root = json_new_object(), *benchmarks;

	json_add_number(root, "runs", (double)validate->nr_runs);
	benchmarks = json_add_array(root, "benchmarks");
	for (size_t i = 0; i < validate->nr; i++) {
		const struct validate_bench *bench = &validate->items[i];
		struct json *to = json_add_object(benchmarks, NULL);

		json_add_text(to, "name", bench->name);
		json_add_text(to, "status",
			validate_is_measured(validate, bench) ? result_word_name(RESULT_OK)
							      : measured_word(bench));
		json_add_bool(to, "valid",
			validate_is_measured(validate, bench) && validate_is_valid(bench));
		json_add_numbers(to, "run_ns", bench->levels_ns.items, bench->levels_ns.nr);
		json_add_number(to, "spread_ratio", bench->spread_ratio);
		json_add_number(to, "spread_limit_ratio", bench->spread_limit_ratio);
		validate_text_add_word(to, "reproducible", bench->reproducible);
		json_add_text(to, "expected", bench->window ? bench->window->text : NULL);
		validate_text_add_word(to, "as_expected", bench->expected);
		if (has_counts(validate)) {
			validate_text_add_word(to, "same_work", bench->same_work);
			json_add_text(to, "uneven_count",
				bench->uneven && bench->uneven_ratio > 0 ? bench->uneven->name
									 : NULL);
			json_add_number(
				to, "uneven_ratio", bench->uneven ? bench->uneven_ratio : NAN);
		}
		json_add_number(to, "other_ns", bench->other_ns);
		validate_text_add_word(to, "agrees", bench->agrees);
	}
	json_print(root, out);
	json_free(root);
}
