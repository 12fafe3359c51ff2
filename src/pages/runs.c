/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs: the list of all, one with its levels, and two as a verdict. */
#include "pages/parts.h"

#include "base/array.h"
#include "model/profile_json.h"
#include "report/verdict_json.h"
#include "session/baseline_file.h"
#include "session/from_history.h"
#include "session/judging.h"

#include <math.h>
#include <string.h>

#define FIGURES 6

static void add_run_row(struct json *to, const struct history_run *run)
{
	json_add_number(to, "number", (double)run->number);
	json_add_text(to, "id", run->id);
	json_add_text(to, "time", run->time);
	json_add_text(to, "commit", run->commit);
	json_add_text(to, "branch", run->branch);
	if (run->tag)
		json_add_text(to, "tag", run->tag);
	json_add_text(to, "machine", run->machine);
	json_add_text(to, "compiler", run->toolchain);
	if (run->in_turn)
		json_add_bool(to, "in_turn", true);
	if (run->dirty)
		json_add_bool(to, "dirty", true);
	json_add_bool(to, "whole", run->is_whole);
	if (run->is_explained)
		json_add_bool(to, "explained", true);
	json_add_number(to, "metrics", (double)run->nr_levels);
}

void runs_document(const struct documents *documents, struct buf *out)
{
	struct buf rows = BUF_INIT;

	for (size_t i = 0; i < documents->runs.nr; i++) {
		struct json *row = json_new_object();

		add_run_row(row, &documents->runs.items[i]);
		parts_add_member(row, &rows);
	}
	buf_addf(out, "{\"format\":\"benchgate-runs\",\"version\":1,\"runs\":[%s]}", rows.data);
	buf_release(&rows);
}

/* --- one run -----------------------------------------------------------------------------------
 */

static void add_environment(struct json *to, const struct env *env)
{
	struct json *list = json_add_array(to, "environment");

	for (int i = 0; i < ENV_NR_FIELDS; i++)
		if (env->values[i]) {
			struct json *item = json_add_object(list, NULL);

			json_add_text(item, "name", env_fields[i].title);
			json_add_text(item, "value", env->values[i]);
		}
}

/* What measures the same again. */
static void add_command(struct json *to, const struct run *run)
{
	const char *commit = run->env.values[ENV_COMMIT];
	struct buf text = BUF_INIT;

	/* A name that somebody made up could be an option. */
	if (commit && *commit && !commit[strspn(commit, "0123456789abcdefABCDEF")])
		buf_addf(&text, "git checkout %s && ", commit);
	buf_addf(&text, "benchgate run --processes %llu --time %gs --seed %llu",
		(unsigned long long)run->plan.nr_processes, (double)run->plan.time_ns / 1e9,
		(unsigned long long)run->plan.seed);
	if (!run->format && !run_is_in_turn(run))
		json_add_text(to, "command", text.data);
	buf_release(&text);
}

static void add_failures(struct json *to, const struct run *run)
{
	struct json *list = json_add_array(to, "failed");

	for (size_t i = 0; i < run->nr; i++) {
		const struct result *result = &run->items[i];
		struct json *item;

		if (result->word == RESULT_OK)
			continue;
		item = json_add_object(list, NULL);
		json_add_text(item, "benchmark", result->name);
		json_add_text(item, "word", result_word_name(result->word));
		json_add_text(item, "reason", result->reason);
	}
}

/* Where the instructions of benchmarks go, for which that was kept. */
static void add_profiles(struct json *to, const struct run *run)
{
	struct json *list = json_add_array(to, "profiles");

	for (size_t i = 0; i < run->nr; i++) {
		struct json *item;

		if (!run->items[i].profile.nr)
			continue;
		item = json_add_object(list, NULL);
		json_add_text(item, "benchmark", run->items[i].name);
		profile_json_add(item, &run->items[i].profile);
	}
}

static bool is_series_of(const struct series *series, const struct history_run *run,
	const struct history_level *level)
{
	return strcmp(series->metric, level->metric) == 0 &&
		strcmp(series->unit, level->unit) == 0 &&
		strcmp(series->machine, *level->any ? level->any : run->machine) == 0 &&
		strcmp(series->branch, run->branch ? run->branch : "") == 0 &&
		series->in_turn == (run->in_turn && !*level->any);
}

/* Series are in the order of their benchmarks. */
static const struct series *series_of_level(const struct series_list *list,
	const struct history_run *run, const struct history_level *level)
{
	size_t low = 0, high = list->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(list->items[middle].benchmark, level->benchmark) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < list->nr && strcmp(list->items[low].benchmark, level->benchmark) == 0; low++)
		if (is_series_of(&list->items[low], run, level))
			return &list->items[low];
	return NULL;
}

static void list_levels_of(struct json *to, const struct documents *documents,
	const struct history_run *row, const struct run *run)
{
	struct history_levels levels = { 0 };
	double *series, *value, *error;
	size_t nr = 0;

	series_levels(run, &levels);
	series = mem_alloc(levels.nr, sizeof *series);
	value = mem_alloc(levels.nr, sizeof *value);
	error = mem_alloc(levels.nr, sizeof *error);
	for (size_t i = 0; i < levels.nr; i++) {
		const struct series *found =
			series_of_level(&documents->series, row, &levels.items[i]);

		if (!found)
			continue;
		series[nr] = (double)found->number;
		value[nr] = line_figures(levels.items[i].value, FIGURES);
		error[nr++] = line_figures(100 * levels.items[i].spread, 2);
	}
	json_add_numbers(to, "series", series, nr);
	json_add_numbers(to, "value", value, nr);
	json_add_numbers(to, "error_percent", error, nr);
	free(series);
	free(value);
	free(error);
	ARRAY_RELEASE(&levels);
}

static void add_kept_whole(struct json *to, const struct documents *documents,
	const struct history_run *row, const struct run *run)
{
	json_add_text(to, "status", run_status_words[run->status]);
	json_add_number(to, "duration_s", line_figures((double)run->duration_ns / 1e9, 4));
	json_add_number(to, "processes", (double)run->plan.nr_processes);
	json_add_text(to, "imported", run->format);
	if (run->env.values[ENV_CI_JOB])
		json_add_text(to, "ci_job", run->env.values[ENV_CI_JOB]);
	add_command(to, run);
	add_environment(to, &run->env);
	add_failures(to, run);
	add_profiles(to, run);
	list_levels_of(json_add_object(to, "levels"), documents, row, run);
}

int run_document(struct documents *documents, const struct history_run *row, struct buf *out,
	struct error *err)
{
	struct json *root = json_new_object();
	struct run run = RUN_INIT;
	int rc = row->is_whole ? history_read(documents->history, row->number, &run, err) : 0;

	json_add_text(root, "format", "benchgate-run-page");
	json_add_number(root, "version", 1);
	add_run_row(root, row);
	if (!rc && row->is_whole)
		add_kept_whole(root, documents, row, &run);
	if (!rc)
		json_print_line(root, out);
	run_release(&run);
	json_free(root);
	return rc;
}

/* --- the values of its processes ---------------------------------------------------------------
 */

static void add_values(struct json *list, const struct metric *metric, const struct series *series)
{
	double *values;
	struct json *item;

	if (!series || !metric->values.nr)
		return;
	values = mem_alloc(metric->values.nr, sizeof *values);
	for (size_t i = 0; i < metric->values.nr; i++)
		values[i] = line_figures(metric->values.items[i], FIGURES);
	item = json_add_object(list, NULL);
	json_add_number(item, "series", (double)series->number);
	json_add_numbers(item, "values", values, metric->values.nr);
	free(values);
}

/* Of the metrics of a result, or of its counts. */
static void list_values(struct json *list, const struct documents *documents,
	const struct history_run *row, const struct run *run, const struct result *result)
{
	struct history_level level = { .benchmark = result->name };

	for (size_t i = 0; i < result->metrics.nr + result->counts.nr; i++) {
		bool is_count = i >= result->metrics.nr;
		const struct metric *metric = is_count
			? &result->counts.items[i - result->metrics.nr]
			: &result->metrics.items[i];

		level.metric = metric->name;
		level.unit = metric->unit;
		if (is_count)
			series_share(run, metric->name, level.any);
		add_values(list, metric, series_of_level(&documents->series, row, &level));
	}
}

int values_document(struct documents *documents, const struct history_run *row, struct buf *out,
	struct error *err)
{
	struct json *root = json_new_object(), *list;
	struct run run = RUN_INIT;
	int rc = history_read(documents->history, row->number, &run, err);

	json_add_text(root, "format", "benchgate-values");
	json_add_number(root, "version", 1);
	json_add_text(root, "id", row->id);
	list = json_add_array(root, "metrics");
	for (size_t i = 0; i < run.nr && !rc; i++)
		list_values(list, documents, row, &run, &run.items[i]);
	if (!rc)
		json_print_line(root, out);
	run_release(&run);
	json_free(root);
	return rc;
}

/* --- two runs ----------------------------------------------------------------------------------
 */

static void judge_both(
	const struct documents *documents, struct run *head, struct base *base, struct buf *out)
{
	struct judging judging = { .policy = &documents->settings->policy,
		.head = head,
		.base = base,
		.in_turn = run_is_in_turn_with(head, &base->run) };
	struct verdict verdict;

	if (*base->run.id && !judging.in_turn)
		baseline_file_forget_looks(head);
	verdict = judging_verdict(&judging);
	verdict_json(&verdict, out);
	verdict_release(&verdict);
}

int compare_document(
	struct documents *documents, const char *sides, struct buf *out, struct error *err)
{
	const char *dots = strstr(sides, "..");
	struct base base = BASE_INIT;
	struct run head = RUN_INIT;
	struct buf first = BUF_INIT;
	struct from_history_sides both = {
		.head = dots ? dots + 2 : NULL, .base_run = &base.run, .head_run = &head
	};
	int rc = 0;

	if (!dots)
		return error_set(err, ERR_USAGE,
			"a comparison is of two runs, BASE..HEAD; '%s' is none", sides);
	buf_add(&first, sides, (size_t)(dots - sides));
	both.base = first.data;
	rc = from_history_read(db_path(history_db(documents->history)), &both, err);
	if (!rc)
		rc = base_complete(&base, documents->settings, &head, err);
	if (!rc)
		judge_both(documents, &head, &base, out);
	base_release(&base);
	run_release(&head);
	buf_release(&first);
	return rc;
}
