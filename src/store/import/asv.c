/* SPDX-License-Identifier: GPL-3.0-or-later */
/* airspeed velocity: the result file of a commit, both versions of the format. */
#include "store/import/rows.h"

#include "base/buf.h"
#include "base/json_fields.h"
#include "base/str.h"

#include <math.h>
#include <string.h>

/* What a benchmark has in its columns; a member is NULL where there is none. */
struct asv_entry {
	const char *name;
	const struct json *result, *params, *samples, *low, *high, *stats;
};

/* The kind of a benchmark is the beginning of its function's name. */
static double asv_kind(const char *name, struct metric_kind *kind)
{
	const char *dot = strrchr(name, '.');

	name = dot ? dot + 1 : name;
	*kind = metric_time;
	if (str_starts(name, "mem") || str_starts(name, "peakmem"))
		*kind = (struct metric_kind){ "memory", "B", false };
	else if (str_starts(name, "track"))
		*kind = (struct metric_kind){ "value", "", false };
	return strcmp(kind->unit, "ns") == 0 ? 1e9 : 1;
}

static const struct json *member_at(const struct json *list, size_t at)
{
	const struct json *member = list && json_type(list) == JSON_ARRAY ? json_first(list) : NULL;

	while (member && at--)
		member = json_next(member);
	return member;
}

static size_t count_members(const struct json *list)
{
	size_t nr = 0;

	for (const struct json *at = member_at(list, 0); at; at = json_next(at))
		nr++;
	return nr;
}

/* "name(1, 'a')" of the combination of that number, in which the last parameter changes first. */
static void asv_add_params(const struct json *params, size_t number, struct buf *name)
{
	size_t nr = count_members(params), after = 1;

	for (size_t i = 0; i < nr; i++)
		after *= count_members(member_at(params, i));
	buf_addc(name, '(');
	for (size_t i = 0; i < nr; i++) {
		size_t choices = count_members(member_at(params, i));
		const struct json *choice;

		after = choices ? after / choices : 1;
		choice = member_at(
			member_at(params, i), choices && after ? number / after % choices : 0);
		buf_adds(name, i ? ", " : "");
		if (choice && json_type(choice) == JSON_TEXT)
			buf_adds(name, json_text(choice));
	}
	buf_addc(name, ')');
}

/* NaN and null mean something here, and are no mistakes. */
static double asv_number(struct import *import, const struct json *value)
{
	if (!value || json_type(value) == JSON_NULL)
		return NAN;
	return json_type(value) == JSON_TEXT && strcmp(json_text(value), "NaN") == 0
		? (double)NAN
		: import_value(import, NULL, value);
}

static void asv_add_value(
	struct import *import, const struct asv_entry *entry, size_t number, const char *name)
{
	const struct json *value = member_at(entry->result, number);
	const struct json *stats = member_at(entry->stats, number);
	double low = asv_number(import, member_at(entry->low, number));
	double high = asv_number(import, member_at(entry->high, number));
	struct metric_kind kind;
	double factor = asv_kind(entry->name, &kind);
	const struct json *samples = member_at(entry->samples, number);
	const struct json *ci = import_list(stats, "ci_99");

	if (ci) {
		low = asv_number(import, member_at(ci, 0));
		high = asv_number(import, member_at(ci, 1));
	}
	if (samples && json_type(samples) == JSON_ARRAY &&
		import_samples(import, name, &kind, samples, factor))
		return;
	/* NaN: passed over; null: failed. */
	if (isnan(asv_number(import, value)) && value && json_type(value) == JSON_TEXT)
		return;
	if (isnan(asv_number(import, value))) {
		import_fault(import, name, RESULT_EXITED, "asv has no value of it: it failed");
		return;
	}
	import->is_count = strcmp(kind.unit, "B") == 0;
	import_interval(import, name, &kind,
		(const double[]){
			asv_number(import, value) * factor, low * factor, high * factor });
	import->is_count = false;
}

static void asv_add(struct import *import, const struct asv_entry *entry)
{
	size_t nr = count_members(entry->result);

	for (size_t i = 0; i < nr; i++) {
		struct buf name = BUF_INIT;

		buf_adds(&name, entry->name);
		if (count_members(entry->params))
			asv_add_params(entry->params, i, &name);
		asv_add_value(import, entry, i, name.data);
		buf_release(&name);
	}
}

/* A number, null, or an object of lists. */
static void asv_old(struct import *import, const struct json *from)
{
	const char *name = json_name(from);
	struct metric_kind kind;
	double factor = asv_kind(name, &kind), value;

	if (json_type(from) == JSON_OBJECT && import_list(from, "result")) {
		asv_add(import,
			&(struct asv_entry){ .name = json_name(from),
				.result = import_list(from, "result"),
				.params = import_list(from, "params"),
				.samples = import_list(from, "samples"),
				.stats = import_list(from, "stats") });
		return;
	}
	if (json_type(from) == JSON_OBJECT)
		from = import_get(from, "result");
	if (!from)
		return;
	if (json_type(from) == JSON_NULL) {
		import_fault(import, name, RESULT_EXITED, "asv has no value of it");
		return;
	}
	value = import_value(import, json_name(from), from);
	if (!isnan(value))
		import_sample(import, name, &kind, value * factor);
}

static const struct json *asv_column(
	const struct json *columns, const struct json *row, const char *name)
{
	size_t nr = 0;

	for (const struct json *at = member_at(columns, 0); at; at = json_next(at), nr++)
		if (json_type(at) == JSON_TEXT && strcmp(json_text(at), name) == 0)
			return member_at(row, nr);
	return NULL;
}

static int asv_read(struct import *import, struct error *err)
{
	const struct json *results =
		json_member(import->root, "results", JSON_OBJECT, JSON_ROOT, err);
	const struct json *columns = import_list(import->root, "result_columns");

	env_set(&import->run->env, ENV_CPU,
		import_text(import_object(import->root, "params"), "cpu"));
	env_set(&import->run->env, ENV_COMMIT, import_text(import->root, "commit_hash"));
	for (const struct json *at = results ? json_first(results) : NULL; at; at = json_next(at)) {
		if (!columns || json_type(at) != JSON_ARRAY) {
			asv_old(import, at);
			continue;
		}
		asv_add(import,
			&(struct asv_entry){ .name = json_name(at),
				.result = asv_column(columns, at, "result"),
				.params = asv_column(columns, at, "params"),
				.samples = asv_column(columns, at, "samples"),
				.low = asv_column(columns, at, "stats_ci_99_a"),
				.high = asv_column(columns, at, "stats_ci_99_b") });
	}
	return results ? 0 : -1;
}

const struct import_format import_asv = {
	.name = "asv",
	.title = "airspeed velocity, results/MACHINE/COMMIT-ENVIRONMENT.json",
	.shape = IMPORT_JSON,
	.marks = { "\"commit_hash\"", "\"results\"", "\"params\"",
		"\"requirements\"|\"env_name\"" },
	.read = asv_read,
	.values = "the median with its interval, or the samples; memory as a count",
	.more = "asv run --record-samples keeps the samples",
};
