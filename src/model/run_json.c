/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/run_json.h"

#include "base/json_fields.h"
#include "base/str.h"
#include "model/basis_json.h"
#include "model/counting_json.h"
#include "model/kept_explanation_json.h"
#include "model/processes_json.h"
#include "model/profile_json.h"
#include "model/shard.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const struct json_field plan_rows[] = {
	JSON_FIELD_U64("processes", struct plan, nr_processes),
	JSON_FIELD_U64("time_ns", struct plan, time_ns),
	JSON_FIELD_U64("batch_ns", struct plan, batch_ns),
	JSON_FIELD_U64("budget_ns", struct plan, budget_ns),
	JSON_FIELD_U64("timeout_ns", struct plan, timeout_ns),
	JSON_FIELD_U64("memory_limit_bytes", struct plan, memory_limit),
	JSON_FIELD_U64("seed", struct plan, seed),
	JSON_FIELD_BOOL("looks", struct plan, looks),
	JSON_FIELD_END,
};

/* Only where it is not the usual one. */
static const struct json_field warmup_rows[] = {
	JSON_FIELD_U64("warmup_ns", struct plan, warmup_ns),
	JSON_FIELD_END,
};

static const struct json_field in_turn_rows[] = {
	JSON_FIELD_U64("units", struct plan, nr_units),
	JSON_FIELD_U64("duet_ns", struct plan, duet_ns),
	JSON_FIELD_END,
};

static const struct json_field job_rows[] = {
	JSON_FIELD_U64("jobs", struct plan, nr_jobs),
	JSON_FIELD_END,
};

static const struct json_field layout_rows[] = {
	JSON_FIELD_U64("layouts", struct plan, nr_layouts),
	JSON_FIELD_END,
};

static const struct json_field result_rows[] = {
	JSON_FIELD_TEXT("name", struct result, name),
	JSON_FIELD_TEXT("tier", struct result, tier),
	JSON_FIELD_MAYBE("suite", struct result, suite),
	JSON_FIELD_TEXT("file", struct result, file),
	JSON_FIELD_U32("line", struct result, line),
	JSON_FIELD_U32("threads", struct result, nr_threads),
	JSON_FIELD_WORD("status", struct result, word, enum result_word, result_words),
	JSON_FIELD_MAYBE("reason", struct result, reason),
	JSON_FIELD_MAYBE("note", struct result, note),
	JSON_FIELD_NUMBER("bytes_per_iteration", struct result, bytes),
	JSON_FIELD_NUMBER("items_per_iteration", struct result, items),
	JSON_FIELD_U64("clock_ns", struct result, clock_ns),
	JSON_FIELD_U64("spent_ns", struct result, spent_ns),
	JSON_FIELD_U64("screened", struct result, nr_screened),
	JSON_FIELD_END,
};

/* Only where it is not the plan's. */
static const struct json_field time_rows[] = {
	JSON_FIELD_U64("time_ns", struct result, time_ns),
	JSON_FIELD_END,
};

/* Only where it has counts. */
static const struct json_field counted_rows[] = {
	JSON_FIELD_U64("counted_iterations", struct result, counted_iterations),
	JSON_FIELD_END,
};

static const struct json_field code_rows[] = {
	JSON_FIELD_WORD("likeness", struct result, code, enum code_likeness, code_words),
	JSON_FIELD_BOOL("branchy", struct result, branchy),
	JSON_FIELD_END,
};

static const char *const better_words[] = { "less", "more", NULL };

/* A metric as the file spells it. */
struct metric_line {
	char *benchmark, *name, *unit;
	unsigned better; /* place in better_words */
};

static const struct json_field metric_rows[] = {
	JSON_FIELD_TEXT("benchmark", struct metric_line, benchmark),
	JSON_FIELD_TEXT("name", struct metric_line, name),
	JSON_FIELD_TEXT("unit", struct metric_line, unit),
	JSON_FIELD_WORD("better", struct metric_line, better, unsigned, better_words),
	JSON_FIELD_END,
};

/* The occasion as the file spells it. */
struct occasion {
	char *id, *timestamp;
	double duration_s;
	enum run_status status;
};

static const struct json_field occasion_rows[] = {
	JSON_FIELD_TEXT("id", struct occasion, id),
	JSON_FIELD_TEXT("timestamp", struct occasion, timestamp),
	JSON_FIELD_NUMBER("duration", struct occasion, duration_s),
	JSON_FIELD_WORD("status", struct occasion, status, enum run_status, run_status_words),
	JSON_FIELD_END,
};

/* Fields that were not found out are left out. */
void run_json_add_system(struct json *root, const struct env *env)
{
	struct json *to = json_add_object(root, "system_info");
	char machine[ENV_MACHINE_MAX];

	env_machine(env, machine);
	json_add_text(to, "machine", machine);
	for (int i = 0; i < ENV_NR_FIELDS; i++) {
		if (!env->values[i])
			continue;
		if (env_fields[i].number)
			json_add_number(to, env_fields[i].name, env_number(env, (enum env_id)i));
		else
			json_add_text(to, env_fields[i].name, env->values[i]);
	}
}

int run_json_read_system(const struct json *root, struct env *env, struct error *err)
{
	const struct json *from = json_member(root, "system_info", JSON_OBJECT, JSON_ROOT, err);

	if (!from)
		return -1;
	for (int i = 0; i < ENV_NR_FIELDS; i++) {
		const struct json *member = json_get(from, env_fields[i].name);
		enum json_type wanted = env_fields[i].number ? JSON_NUMBER : JSON_TEXT;

		if (!member)
			continue;
		if (json_type(member) != wanted)
			return error_set(err, ERR_USAGE, "system_info.%s is %s; it must be %s",
				env_fields[i].name, json_type_name(json_type(member)),
				json_type_name(wanted));
		if (env_fields[i].number)
			env_setf(env, (enum env_id)i, "%.15g", json_number(member));
		else
			env_set(env, (enum env_id)i, json_text(member));
	}
	return 0;
}

static void add_benchmark(struct json *benchmarks, const struct result *result)
{
	struct json *to = json_add_object(benchmarks, NULL);

	json_fields_write(to, result_rows, result);
	if (result->time_ns)
		json_fields_write(to, time_rows, result);
	if (result->counted_iterations)
		json_fields_write(to, counted_rows, result);
	profile_json_add(to, &result->profile);
	if (result->explained)
		kept_explanation_json_add(to, result->explained);
	if (result->identical)
		json_add_bool(to, "identical", true);
	if (result->nr_duets_before)
		json_add_number(to, "duets_before", (double)result->nr_duets_before);
	if (result->differs)
		json_add_text(to, "differs", result->differs);
	if (result->code)
		json_fields_write(json_add_object(to, "code"), code_rows, result);
	processes_json_add(to, result);
}

static void add_metrics(struct json *list, const struct result *result, const struct metrics *from)
{
	for (size_t i = 0; i < from->nr; i++) {
		const struct metric *metric = &from->items[i];
		struct metric_line line = { result->name, metric->name, metric->unit,
			metric->more_is_better };
		struct json *to = json_add_object(list, NULL);

		json_fields_write(to, metric_rows, &line);
		json_add_numbers(to, "process_values", metric->values.items, metric->values.nr);
		if (metric->ratios.nr)
			json_add_numbers(
				to, "duet_log_ratios", metric->ratios.items, metric->ratios.nr);
		basis_json_add(to, metric);
		if (metric->digest.nr)
			digest_json_add(to, "digest", &metric->digest);
	}
}

static void add_plan(struct json *root, const struct run *run)
{
	struct json *to = json_add_object(root, "plan"), *in_turn;

	json_fields_write(to, plan_rows, &run->plan);
	if (run->plan.warmup_ns)
		json_fields_write(to, warmup_rows, &run->plan);
	if (!run->plan.nr_units)
		return;
	in_turn = json_add_object(to, "in_turn");
	json_fields_write(in_turn, in_turn_rows, &run->plan);
	if (run->plan.nr_jobs > 1)
		json_fields_write(in_turn, job_rows, &run->plan);
	if (run->plan.nr_layouts)
		json_fields_write(in_turn, layout_rows, &run->plan);
	json_add_text(in_turn, "base", run->base_id);
}

static void add_counts_of_run(struct json *root, const struct run *run)
{
	struct json *list;

	if (!counting_json_add(root, &run->counting))
		return;
	list = json_add_array(root, "counts");
	for (size_t i = 0; i < run->nr; i++)
		add_metrics(list, &run->items[i], &run->items[i].counts);
}

/* Of a file of another tool. */
static void add_imported(struct json *root, const struct run *run)
{
	struct json *to;

	if (!run->format)
		return;
	to = json_add_object(root, "imported");
	json_add_text(to, "format", run->format);
	if (run->more)
		json_add_text(to, "more", run->more);
}

void run_json_print(const struct run *run, struct buf *out)
{
	struct json *root = json_new_object(), *benchmarks, *list;
	struct occasion occasion = { (char *)run->id, (char *)run->timestamp,
		(double)run->duration_ns / 1e9, run->status };

	json_add_text(root, "format", "benchgate-run");
	json_add_number(root, "version", RUN_JSON_VERSION);
	json_fields_write(json_add_object(root, "benchmark_run"), occasion_rows, &occasion);
	add_plan(root, run);
	shard_json_add(root, &run->shard);
	run_json_add_system(root, &run->env);
	add_imported(root, run);
	benchmarks = json_add_array(root, "benchmarks");
	for (size_t i = 0; i < run->nr; i++)
		add_benchmark(benchmarks, &run->items[i]);
	list = json_add_array(root, "metrics");
	for (size_t i = 0; i < run->nr; i++)
		add_metrics(list, &run->items[i], &run->items[i].metrics);
	add_counts_of_run(root, run);
	json_print(root, out);
	json_free(root);
}

static int read_occasion(const struct json *root, struct run *run, struct error *err)
{
	const struct json *from = json_member(root, "benchmark_run", JSON_OBJECT, JSON_ROOT, err);
	struct occasion occasion = { .id = NULL };
	int rc = from ? json_fields_read(from, occasion_rows, &occasion, "benchmark_run", err) : -1;

	if (!rc) {
		snprintf(run->id, sizeof run->id, "%s", occasion.id);
		snprintf(run->timestamp, sizeof run->timestamp, "%s", occasion.timestamp);
		run->duration_ns = (uint64_t)llround(fmin(fmax(occasion.duration_s, 0), 1e9) * 1e9);
		run->status = occasion.status;
	}
	free(occasion.id);
	free(occasion.timestamp);
	return rc;
}

static int read_code(
	const struct json *from, struct result *result, const char *where, struct error *err)
{
	const struct json *code = json_get(from, "code");

	if (!code)
		return 0;
	code = json_member(from, "code", JSON_OBJECT, where, err);
	return code ? json_fields_read(code, code_rows, result, where, err) : -1;
}

static int read_identical(
	const struct json *from, struct result *result, const char *where, struct error *err)
{
	const struct json *said = json_get(from, "identical");

	if (said && !json_member(from, "identical", JSON_BOOL, where, err))
		return -1;
	result->identical = said && json_bool(said);
	return 0;
}

/* Whole units, and no more than there are. */
static int read_duets_before(
	const struct json *from, struct result *result, const char *where, struct error *err)
{
	static const struct json_field rows[] = {
		JSON_FIELD_U64("duets_before", struct result, nr_duets_before),
		JSON_FIELD_END,
	};

	if (!json_get(from, "duets_before"))
		return 0;
	if (json_fields_read(from, rows, result, where, err))
		return -1;
	if (result->nr_duets_before % DUETS_A_UNIT || result->nr_duets_before > result->duets.nr)
		return error_set(err, ERR_USAGE,
			"%s.duets_before is %llu, of %zu duets; it must be an even number, and no more than these",
			where, (unsigned long long)result->nr_duets_before, result->duets.nr);
	return 0;
}

static int read_explained(
	const struct json *from, struct result *result, const char *where, struct error *err)
{
	if (!json_get(from, "explained"))
		return 0;
	result->explained = mem_alloc(1, sizeof *result->explained);
	return kept_explanation_json_read(from, result->explained, where, err);
}

static int read_differs(
	const struct json *from, struct result *result, const char *where, struct error *err)
{
	const struct json *said = json_get(from, "differs")
		? json_member(from, "differs", JSON_TEXT, where, err)
		: NULL;

	if (said)
		result->differs = str_dup(json_text(said));
	return json_get(from, "differs") && !said ? -1 : 0;
}

static int read_benchmark(
	const struct json *from, struct run *run, const char *where, struct error *err)
{
	const struct json *name = json_member(from, "name", JSON_TEXT, where, err);
	struct result *result;

	if (!name)
		return -1;
	if (run_find(run, json_text(name)))
		return error_set(err, ERR_USAGE,
			"%s.name is \"%s\", which another benchmark has too", where,
			json_text(name));
	result = run_add(run, &(struct bench){ .name = (char *)json_text(name) });
	if (json_fields_read(from, result_rows, result, where, err))
		return -1;
	if (json_get(from, "time_ns") && json_fields_read(from, time_rows, result, where, err))
		return -1;
	if (json_get(from, "counted_iterations") &&
		json_fields_read(from, counted_rows, result, where, err))
		return -1;
	if (processes_json_read(from, result, where, err) ||
		profile_json_read(from, &result->profile, where, err) ||
		read_explained(from, result, where, err))
		return -1;
	if (read_code(from, result, where, err) || read_identical(from, result, where, err) ||
		read_differs(from, result, where, err) ||
		read_duets_before(from, result, where, err))
		return -1;
	if (result->processes.nr)
		result->pace = (struct pace){ result->processes.items[0].iterations,
			result->processes.items[0].nr_batches };
	return 0;
}

/* One a duet, or none at all. */
static int read_ratios(const struct json *from, struct doubles *ratios, size_t nr_duets,
	const char *where, struct error *err)
{
	if (!json_get(from, "duet_log_ratios"))
		return 0;
	if (json_read_numbers(from, "duet_log_ratios", ratios, where, err))
		return -1;
	if (ratios->nr && ratios->nr != nr_duets)
		return error_set(err, ERR_USAGE,
			"%s.duet_log_ratios has %zu items, and the benchmark has %zu duets; it must have one a duet",
			where, ratios->nr, nr_duets);
	return 0;
}

/* A digest stands in place of values. */
static int read_basis(
	const struct json *from, struct metric *metric, const char *where, struct error *err)
{
	const struct json *digest = json_get(from, "digest");

	if (basis_json_read(from, metric, where, err))
		return -1;
	if (digest && digest_json_read(digest, &metric->digest, where, err))
		return -1;
	if (metric->digest.nr && metric->values.nr)
		return error_set(err, ERR_USAGE,
			"%s has both process_values and a digest; it must have one of them", where);
	if ((metric->basis == BASIS_MEAN || metric->basis == BASIS_INTERVAL) && !metric->digest.nr)
		return error_set(err, ERR_USAGE, "%s.digest is missing; basis \"%s\" needs it",
			where, basis_words[metric->basis]);
	return 0;
}

/* What is listed of a metric; and where it goes. */
struct metric_values {
	struct metrics *list;
	size_t nr_duets;
};

/* A metric without values is none. */
static int read_values(const struct json *from, struct metric_line *line, struct metric_values into,
	const char *where, struct error *err)
{
	struct doubles values = { 0 }, ratios = { 0 };
	struct metrics *metrics = into.list;
	struct metric *metric;

	if (json_read_numbers(from, "process_values", &values, where, err) ||
		read_ratios(from, &ratios, into.nr_duets, where, err)) {
		ARRAY_RELEASE(&values);
		ARRAY_RELEASE(&ratios);
		return -1;
	}
	if (!values.nr && !ratios.nr && !json_get(from, "digest")) {
		ARRAY_RELEASE(&values);
		ARRAY_RELEASE(&ratios);
		return 0;
	}
	/* Most benchmarks have one or two. */
	if (!metrics->alloc) {
		metrics->alloc = 2;
		metrics->items = mem_alloc(2, sizeof *metrics->items);
	}
	metric = ARRAY_ADD(metrics);
	*metric = (struct metric){ .name = line->name,
		.unit = line->unit,
		.more_is_better = line->better,
		.values = values,
		.ratios = ratios };
	line->name = line->unit = NULL;
	return read_basis(from, metric, where, err);
}

static struct metric_values timed_of(struct result *result)
{
	return (struct metric_values){ &result->metrics, result->duets.nr };
}

static struct metric_values counted_of(struct result *result)
{
	return (struct metric_values){ &result->counts, 0 };
}

static int read_line(const struct json *from, struct run *run,
	struct metric_values (*list_of)(struct result *result), const char *where,
	struct error *err)
{
	struct metric_line line = { .benchmark = NULL };
	struct result *result;
	int rc = json_fields_read(from, metric_rows, &line, where, err);

	if (!rc) {
		result = run_find(run, line.benchmark);
		if (!result)
			rc = error_set(err, ERR_USAGE,
				"%s.benchmark is \"%s\", which is not among the benchmarks", where,
				line.benchmark);
		else if (metrics_find(list_of(result).list, line.name))
			rc = error_set(err, ERR_USAGE, "%s: %s has the metric \"%s\" twice", where,
				line.benchmark, line.name);
		else
			rc = read_values(from, &line, list_of(result), where, err);
	}
	free(line.benchmark);
	free(line.name);
	free(line.unit);
	return rc;
}

static int read_metric(
	const struct json *from, struct run *run, const char *where, struct error *err)
{
	return read_line(from, run, timed_of, where, err);
}

static int read_counted(
	const struct json *from, struct run *run, const char *where, struct error *err)
{
	return read_line(from, run, counted_of, where, err);
}

/* Reads each member of a list. */
static int read_list(const struct json *root, const char *name, struct run *run,
	int (*read)(const struct json *from, struct run *run, const char *where, struct error *err),
	struct error *err)
{
	const struct json *list = json_member(root, name, JSON_ARRAY, JSON_ROOT, err);
	size_t nr = 0;
	char where[64];

	if (!list)
		return -1;
	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		snprintf(where, sizeof where, "%s[%zu]", name, nr++);
		if (read(at, run, where, err))
			return -1;
	}
	return 0;
}

static int read_in_turn(const struct json *plan, struct run *run, struct error *err)
{
	const struct json *from = json_member(plan, "in_turn", JSON_OBJECT, "plan", err);
	const struct json *base =
		from ? json_member(from, "base", JSON_TEXT, "plan.in_turn", err) : NULL;

	if (!base || json_fields_read(from, in_turn_rows, &run->plan, "plan.in_turn", err))
		return -1;
	if (json_get(from, "jobs") &&
		json_fields_read(from, job_rows, &run->plan, "plan.in_turn", err))
		return -1;
	if (json_get(from, "layouts") &&
		json_fields_read(from, layout_rows, &run->plan, "plan.in_turn", err))
		return -1;
	snprintf(run->base_id, sizeof run->base_id, "%s", json_text(base));
	return 0;
}

static int read_plan(const struct json *root, struct run *run, struct error *err)
{
	const struct json *from = json_member(root, "plan", JSON_OBJECT, JSON_ROOT, err);

	if (!from || json_fields_read(from, plan_rows, &run->plan, "plan", err))
		return -1;
	if (json_get(from, "warmup_ns") &&
		json_fields_read(from, warmup_rows, &run->plan, "plan", err))
		return -1;
	return json_get(from, "in_turn") ? read_in_turn(from, run, err) : 0;
}

static int read_imported(const struct json *root, struct run *run, struct error *err)
{
	const struct json *from = json_get(root, "imported")
		? json_member(root, "imported", JSON_OBJECT, JSON_ROOT, err)
		: NULL;
	const struct json *format =
		from ? json_member(from, "format", JSON_TEXT, "imported", err) : NULL;
	const struct json *more = format && json_get(from, "more")
		? json_member(from, "more", JSON_TEXT, "imported", err)
		: NULL;

	if (!json_get(root, "imported"))
		return 0;
	if (!format || (json_get(from, "more") && !more))
		return -1;
	str_set(&run->format, json_text(format));
	str_set(&run->more, more ? json_text(more) : NULL);
	return 0;
}

int run_json_read_tree(const struct json *root, struct run *run, struct error *err)
{
	if (json_check_versions(root, "benchgate-run", RUN_JSON_OLDEST, RUN_JSON_VERSION, err) ||
		read_occasion(root, run, err))
		return -1;
	if (read_plan(root, run, err) || shard_json_read(root, &run->shard, err))
		return -1;
	if (run_json_read_system(root, &run->env, err) || read_imported(root, run, err))
		return -1;
	if (read_list(root, "benchmarks", run, read_benchmark, err))
		return -1;
	if (read_list(root, "metrics", run, read_metric, err) ||
		counting_json_read(root, &run->counting, err))
		return -1;
	if (json_get(root, "counts") && read_list(root, "counts", run, read_counted, err))
		return -1;
	for (size_t i = 0; i < run->nr && json_number(json_get(root, "version")) == 1; i++)
		metrics_date_time(&run->items[i].metrics);
	return 0;
}

static int read_root(const struct json *root, void *run, struct error *err)
{
	return run_json_read_tree(root, run, err);
}

void run_json_forget(void *run)
{
	run_release(run);
	*(struct run *)run = (struct run)RUN_INIT;
}

int run_json_read(const char *text, size_t len, struct run *run, struct error *err)
{
	const struct json_reader reader = { read_root, run_json_forget, run };

	return json_read_large(text, len, &reader, err);
}
