/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"
#include "base/json_fields.h"
#include "base/str.h"
#include "cmd/baselines.h"
#include "gate/question.h"
#include "harness/machine.h"
#include "model/basis_json.h"
#include "model/units.h"
#include "report/basis.h"
#include "store/baseline.h"
#include "store/baseline_rows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What is to be said of one file. */
struct entry {
	const char *path;
	struct error trouble; /* why it cannot be read, or nothing */
	char machine[ENV_MACHINE_MAX];
	bool here;           /* this machine's */
	char *cpu;           /* or NULL */
	size_t nr;           /* benchmarks */
	size_t fewest, most; /* sessions of a benchmark */
	char newest[32];     /* session, or "" */
};

struct entries {
	struct entry *items;
	size_t nr, alloc;
};

static void entries_release(struct entries *entries)
{
	for (size_t i = 0; i < entries->nr; i++)
		free(entries->items[i].cpu);
	ARRAY_RELEASE(entries);
}

static void count_sessions(struct entry *entry, const struct run *baseline)
{
	const char *newest = "";

	for (size_t i = 0; i < baseline->nr; i++) {
		size_t nr = baseline_file_sessions(&baseline->items[i]);
		const char *last = baseline_file_newest(&baseline->items[i]);

		entry->fewest = !i || nr < entry->fewest ? nr : entry->fewest;
		entry->most = nr > entry->most ? nr : entry->most;
		if (last && strcmp(last, newest) > 0)
			newest = last;
	}
	snprintf(entry->newest, sizeof entry->newest, "%s", *newest ? newest : baseline->timestamp);
}

static void baselines_show_look_at(struct entry *entry, const char *machine)
{
	struct run baseline = RUN_INIT;

	if (!baseline_read(entry->path, &baseline, &entry->trouble)) {
		baseline_file_machine(&baseline.env, entry->machine);
		entry->here = strcmp(entry->machine, machine) == 0;
		entry->cpu = str_dup(baseline.env.values[ENV_CPU]);
		entry->nr = baseline.nr;
		count_sessions(entry, &baseline);
	}
	run_release(&baseline);
}

enum { NR_COLUMNS = 6 };

/* Row by row. */
static void baselines_show_add_cell(struct texts *cells, const char *text)
{
	struct buf cell = BUF_INIT;

	buf_add_printable(&cell, text && *text ? text : "-");
	texts_add(cells, cell.data);
	buf_release(&cell);
}

static void baselines_show_add_count(struct texts *cells, size_t fewest, size_t most)
{
	char text[64];

	if (fewest == most)
		snprintf(text, sizeof text, "%zu", most);
	else
		snprintf(text, sizeof text, "%zu..%zu", fewest, most);
	baselines_show_add_cell(cells, text);
}

static void baselines_show_add_row(struct texts *cells, const struct entry *entry)
{
	char machine[64];

	snprintf(machine, sizeof machine, "%s%s", entry->machine,
		entry->here ? ", this machine" : "");
	baselines_show_add_cell(cells, entry->path);
	baselines_show_add_cell(cells, machine);
	baselines_show_add_count(cells, entry->nr, entry->nr);
	baselines_show_add_count(cells, entry->fewest, entry->most);
	baselines_show_add_cell(cells, entry->newest);
	baselines_show_add_cell(cells, entry->cpu);
}

static void print_cells(const struct texts *cells, struct buf *out)
{
	size_t widths[NR_COLUMNS] = { 0 };

	for (size_t i = 0; i < cells->nr; i++) {
		size_t columns = str_columns(cells->items[i]), *width = &widths[i % NR_COLUMNS];

		*width = columns > *width ? columns : *width;
	}
	for (size_t i = 0; i < cells->nr; i++) {
		bool last = i % NR_COLUMNS == NR_COLUMNS - 1;
		size_t left = widths[i % NR_COLUMNS] - str_columns(cells->items[i]);

		buf_adds(out, cells->items[i]);
		buf_fill(out, last ? '\n' : ' ', last ? 1 : left + 2);
	}
}

static void print_list_text(const struct entries *entries, struct buf *out)
{
	static const char *const headings[NR_COLUMNS] = { "baseline", "machine", "benchmarks",
		"sessions", "newest session", "processor" };
	struct texts cells = { 0 };

	for (size_t i = 0; i < NR_COLUMNS; i++)
		baselines_show_add_cell(&cells, headings[i]);
	for (size_t i = 0; i < entries->nr; i++)
		if (!entries->items[i].trouble.kind)
			baselines_show_add_row(&cells, &entries->items[i]);
	if (cells.nr > NR_COLUMNS)
		print_cells(&cells, out);
	for (size_t i = 0; i < entries->nr; i++) {
		if (!entries->items[i].trouble.kind)
			continue;
		buf_adds(out, "cannot be read: ");
		buf_add_printable(out, entries->items[i].trouble.text);
		buf_addc(out, '\n');
	}
	texts_release(&cells);
}

static void add_json(struct json *list, const struct entry *entry)
{
	struct json *to = json_add_object(list, NULL);
	bool known = strcmp(entry->machine, "-") != 0;

	json_add_text(to, "file", entry->path);
	if (entry->trouble.kind) {
		json_add_text(to, "error", entry->trouble.text);
		return;
	}
	json_add_text(to, "machine", known ? entry->machine : NULL);
	json_add_bool(to, "this_machine", entry->here);
	json_add_text(to, "cpu", entry->cpu);
	json_add_number(to, "benchmarks", (double)entry->nr);
	json_add_number(to, "fewest_sessions", (double)entry->fewest);
	json_add_number(to, "most_sessions", (double)entry->most);
	json_add_text(to, "newest_session", *entry->newest ? entry->newest : NULL);
}

static void print_list_json(
	const struct entries *entries, const char *folder, const char *machine, struct buf *out)
{
	struct json *root = json_new_object(), *list;

	json_add_text(root, "folder", folder);
	json_add_text(root, "machine", machine);
	list = json_add_array(root, "baselines");
	for (size_t i = 0; i < entries->nr; i++)
		add_json(list, &entries->items[i]);
	json_print(root, out);
	json_free(root);
}

static void baselines_show_print(const struct baselines_work *work, const struct entries *entries,
	const char *machine, struct buf *out)
{
	if (work->options->json) {
		print_list_json(entries, work->settings.baselines, machine, out);
	} else if (entries->nr) {
		print_list_text(entries, out);
	} else {
		buf_adds(out, "no baselines in ");
		buf_add_printable(out, work->settings.baselines);
		buf_adds(out, ": 'benchgate update-baselines' records this machine's\n");
	}
}

int baselines_list(struct baselines_work *work, struct error *err)
{
	struct texts paths = { 0 };
	struct entries entries = { 0 };
	struct env env = { { NULL } };
	char machine[ENV_MACHINE_MAX];
	int rc = -1;

	if (work->operands.nr) {
		error_set(err, ERR_USAGE, "baselines list takes no argument, but got '%s'",
			work->operands.items[0]);
		goto out;
	}
	if (settings_load(&work->options->select.settings, &work->settings, err) ||
		baseline_file_list(work->settings.baselines, &paths, err))
		goto out;
	machine_describe(&env);
	env_machine(&env, machine);
	for (size_t i = 0; i < paths.nr; i++) {
		struct entry *entry = ARRAY_ADD(&entries);

		*entry = (struct entry){ .path = paths.items[i], .trouble = ERROR_INIT };
		baselines_show_look_at(entry, machine);
		work->outcome->unmeasured |= entry->trouble.kind != ERR_NONE;
	}
	baselines_show_print(work, &entries, machine, &work->text);
	rc = 0;
out:
	env_release(&env);
	entries_release(&entries);
	texts_release(&paths);
	return rc;
}

#define CONFIDENCE 0.95
/* Of what a line of text begins with. */
#define LABEL_WIDTH 9

/* What judging knows of one metric. */
struct level {
	double mean; /* of the sessions' means */
	double low,
		high; /* 95 % interval of it, the drift reckoned with; NaN where there is none */
	double spread_pct; /* between the processes of a session; NaN where there is none */
	struct question question;
};

static struct level plain_level(const struct metric *metric)
{
	struct summary summary = summary_of(metric->values.items, metric->values.nr);

	return (struct level){ .mean = summary.mean, .low = NAN, .high = NAN, .spread_pct = NAN };
}

/* The mean over sessions varies by the spread inside them and by the drift between them. */
static struct level level_of_sessions(const struct question *question)
{
	double nr = (double)question->nr_sessions, sum = 0, inverses = 0, within = 0, df = 0;
	struct drift drift = question->drift;
	struct component terms[2];
	struct interval interval;

	for (size_t i = 0; i < question->nr_sessions; i++) {
		struct summary session = question->sessions[i];

		sum += session.mean;
		inverses += 1 / (double)session.nr;
		if (session.nr < 2)
			continue;
		within += (double)(session.nr - 1) * session.sd * session.sd;
		df += (double)(session.nr - 1);
	}
	if (df < 1)
		return (struct level){ exp(sum / nr), NAN, NAN, NAN, *question };
	terms[0] = component_of_mean(sqrt(within / df), nr * nr / inverses, df);
	terms[1] = (struct component){ fmax(drift.variance, 0) / nr, drift.wobble / (nr * nr) };
	interval = contrast_ratio_interval(
		contrast_of(sum / nr, fabs(sum / nr), terms, 2), CONFIDENCE);
	if (!interval_is_useful(interval, question->nr_base))
		interval = (struct interval){ NAN, NAN };
	return (struct level){ exp(sum / nr), interval.low, interval.high,
		100 * expm1(sqrt(within / df)), *question };
}

static struct level baselines_show_level_of(const struct metric *metric, const struct pools *pools)
{
	struct tolerance tolerance = { .gated = true };
	struct question question;
	struct level level;

	question_of_base(&question, metric, metric, &tolerance);
	question_weigh(&question, pools);
	level = question.exact || question.trouble ? plain_level(metric)
						   : level_of_sessions(&question);
	level.question = question;
	return level;
}

static void baselines_show_add_level(const struct level *level, const char *unit, struct buf *out)
{
	units_add(out, level->mean, unit);
	if (!isfinite(level->low))
		return;
	buf_adds(out, " (95 %: ");
	units_add(out, level->low, unit);
	buf_adds(out, " .. ");
	units_add(out, level->high, unit);
	buf_addc(out, ')');
}

static void baselines_show_add_drift(const struct level *level, struct buf *out)
{
	const struct question *question = &level->question;

	if (question->drift_source == DRIFT_NONE)
		return;
	buf_adds(out,
		question->drift_source == DRIFT_ASSUMED ? "; that sessions differ by "
							: "; sessions differ by ");
	units_add_ratio(out, expm1(drift_tau(question->drift)));
	if (question->drift_source == DRIFT_OWN)
		buf_addf(out, ", as these %zu do", question->nr_sessions);
	else if (question->drift_source == DRIFT_POOLED)
		buf_adds(out, ", as all of this baseline do");
	else
		buf_adds(out, " is assumed");
}

/* As judging takes it: geometric, where the values have such a mean. */
static double session_mean(const struct session *session, const double *values)
{
	double mean = exp(summary_of_logs(values, session->nr_values).mean);

	if (session->digest.nr)
		return session->digest.mean;
	return isfinite(mean) ? mean : summary_of(values, session->nr_values).mean;
}

static void baselines_show_add_sessions(const struct metric *metric, struct buf *out)
{
	const double *values = metric->values.items;

	for (size_t i = 0; i < metric->sessions.nr; i++) {
		const struct session *session = &metric->sessions.items[i];

		buf_addf(out, "  session  %s  ", session->timestamp);
		basis_add_values(
			metric, session->digest.nr ? session->digest.nr : session->nr_values, out);
		buf_adds(out, ", ");
		units_add(out, session_mean(session, values), metric->unit);
		buf_addc(out, '\n');
		values += session->nr_values;
	}
	if (metric_is_digest(metric))
		buf_addf(out, "  session  only mean and deviation of %llu values\n",
			(unsigned long long)metric->digest.nr);
}

static void baselines_show_add_metric(
	const struct metric *metric, const struct pools *pools, struct buf *out)
{
	struct level level = baselines_show_level_of(metric, pools);
	size_t columns = str_columns(metric->name);

	buf_adds(out, "  ");
	buf_add_printable(out, metric->name);
	buf_fill(out, ' ', columns < LABEL_WIDTH ? LABEL_WIDTH - columns : 2);
	baselines_show_add_level(&level, metric->unit, out);
	if (isfinite(level.spread_pct)) {
		buf_adds(out, ", spread ");
		units_add_percent(out, level.spread_pct);
	}
	baselines_show_add_drift(&level, out);
	buf_addc(out, '\n');
}

/* "; LABEL TEXT", where there is a text. */
static void baselines_show_add_part(struct buf *out, const char *label, const char *text)
{
	if (!text || !*text)
		return;
	buf_addf(out, "; %s", label);
	buf_add_printable(out, text);
}

static void baselines_show_add_change(const struct change *change, struct buf *out)
{
	buf_adds(out, "  change   ");
	buf_add_printable(out, change->timestamp);
	buf_addf(out, "  %s", reason_words[change->reason]);
	if (change->note && *change->note) {
		buf_adds(out, ": ");
		buf_add_printable(out, change->note);
	}
	buf_adds(out, "; ");
	if (isfinite(change->old_ns)) {
		units_add(out, change->old_ns, "ns");
		buf_adds(out, " -> ");
	}
	units_add(out, change->new_ns, "ns");
	if (isfinite(change->low) && isfinite(change->high)) {
		buf_adds(out, ", 95 %: ");
		units_add_changes(out, change->low - 1, change->high - 1);
	}
	baselines_show_add_part(out, "commit ", change->commit);
	baselines_show_add_part(out, "approved by ", change->approved_by);
	buf_addc(out, '\n');
}

static void baselines_show_add_result(
	const struct result *result, const struct pools *pools, struct buf *out)
{
	const char *suite = result->suite ? result->suite : "suite unknown";

	buf_addc(out, '\n');
	buf_add_printable(out, result->name);
	buf_adds(out, " (");
	buf_add_printable(out, *result->tier ? result->tier : "tier unknown");
	buf_adds(out, ", ");
	buf_add_printable(out, *suite ? suite : "linked in");
	buf_adds(out, ")\n");
	for (size_t i = 0; i < result->metrics.nr; i++) {
		const struct metric *metric = &result->metrics.items[i];

		baselines_show_add_metric(metric, pools, out);
		if (metric == metrics_time(&result->metrics))
			baselines_show_add_sessions(metric, out);
	}
	for (size_t i = 0; i < result->changes.nr; i++)
		baselines_show_add_change(&result->changes.items[i], out);
}

/* Which file it is, and whose. */
struct title {
	const char *path, *cpu;
	char machine[ENV_MACHINE_MAX];
	bool here; /* this machine's */
};

static struct title baselines_show_title_of(const struct base *base, const struct run *here)
{
	struct title title = { base->path.data, base->run.env.values[ENV_CPU], "", false };
	char own[ENV_MACHINE_MAX];

	baseline_file_machine(&base->run.env, title.machine);
	env_machine(&here->env, own);
	title.here = strcmp(title.machine, own) == 0;
	return title;
}

static void baselines_show_print_text(const struct title *title, const struct run *run,
	const struct words *patterns, struct buf *out)
{
	struct pools pools = question_pools(run);

	buf_add_printable(out, title->path);
	buf_addf(out, ": machine %s%s, ", title->machine, title->here ? " (this machine)" : "");
	buf_add_printable(out, title->cpu ? title->cpu : "processor unknown");
	buf_addf(out, ", %zu benchmark%s\n", run->nr, run->nr == 1 ? "" : "s");
	for (size_t i = 0; i < run->nr; i++)
		if (baseline_file_chosen(patterns, run->items[i].name))
			baselines_show_add_result(&run->items[i], &pools, out);
}

static const char *drift_name(enum drift_source source)
{
	static const char *const names[] = {
		[DRIFT_NONE] = NULL,
		[DRIFT_OWN] = "own",
		[DRIFT_POOLED] = "pooled",
		[DRIFT_CALIBRATED] = "calibrated",
		[DRIFT_HISTORY] = "history",
		[DRIFT_ASSUMED] = "assumed",
	};

	return names[source];
}

static void add_json_metric(
	struct json *list, const struct metric *metric, const struct pools *pools)
{
	struct level level = baselines_show_level_of(metric, pools);
	bool drifts = level.question.drift_source != DRIFT_NONE;
	struct json *to = json_add_object(list, NULL), *sessions;
	const double *values = metric->values.items;

	json_add_text(to, "name", metric->name);
	json_fields_write(to, baseline_metric_rows,
		&(struct metric_line){ metric->unit, metric->more_is_better });
	basis_json_add(to, metric);
	json_add_number(to, "mean", level.mean);
	json_add_numbers(to, "interval", (double[]){ level.low, level.high }, 2);
	json_add_number(to, "spread_pct", level.spread_pct);
	json_add_number(to, "drift_pct",
		drifts ? 100 * expm1(drift_tau(level.question.drift)) : (double)NAN);
	json_add_text(to, "drift_from", drift_name(level.question.drift_source));
	sessions = json_add_array(to, "sessions");
	for (size_t i = 0; i < metric->sessions.nr; i++) {
		const struct session *session = &metric->sessions.items[i];
		struct json *one = json_add_object(sessions, NULL);

		json_add_text(one, "timestamp", session->timestamp);
		json_add_number(one, "processes",
			metric->basis == BASIS_PROCESSES ? (double)session->nr_values : 1);
		json_add_number(one, "mean", session_mean(session, values));
		values += session->nr_values;
	}
}

static void add_json_result(
	struct json *list, const struct result *result, const struct pools *pools)
{
	struct json *to = json_add_object(list, NULL), *metrics, *changes;

	json_add_text(to, "name", result->name);
	json_fields_write(to, baseline_bench_rows, result);
	metrics = json_add_array(to, "metrics");
	for (size_t i = 0; i < result->metrics.nr; i++)
		add_json_metric(metrics, &result->metrics.items[i], pools);
	changes = json_add_array(to, "changes");
	for (size_t i = 0; i < result->changes.nr; i++) {
		const struct change *change = &result->changes.items[i];
		struct json *one = json_add_object(changes, NULL);

		json_fields_write(one, baseline_change_rows, change);
		json_add_numbers(one, "interval", (double[]){ change->low, change->high }, 2);
	}
}

static void baselines_show_print_json(const struct title *title, const struct run *run,
	const struct words *patterns, struct buf *out)
{
	struct json *root = json_new_object(), *list;
	struct pools pools = question_pools(run);

	json_add_text(root, "file", title->path);
	json_add_text(root, "machine", strcmp(title->machine, "-") == 0 ? NULL : title->machine);
	json_add_bool(root, "this_machine", title->here);
	json_add_text(root, "cpu", title->cpu);
	list = json_add_array(root, "benchmarks");
	for (size_t i = 0; i < run->nr; i++)
		if (baseline_file_chosen(patterns, run->items[i].name))
			add_json_result(list, &run->items[i], &pools);
	json_print(root, out);
	json_free(root);
}

int baselines_show(struct baselines_work *work, struct error *err)
{
	struct base base = BASE_INIT;
	struct run here = RUN_INIT;
	struct title title;
	int rc = -1;

	if (settings_load(&work->options->select.settings, &work->settings, err) ||
		baselines_find(work, &base, &here, err))
		goto out;
	if (baseline_read(base.path.data, &base.run, err)) {
		/* A file of our own that cannot be read is no slip on the command line. */
		err->kind = ERR_IO;
		goto out;
	}
	if (baseline_file_check_patterns(&work->operands, &base.run, NULL, err))
		goto out;
	title = baselines_show_title_of(&base, &here);
	(work->options->json ? baselines_show_print_json : baselines_show_print_text)(
		&title, &base.run, &work->operands, &work->text);
	rc = 0;
out:
	run_release(&here);
	base_release(&base);
	return rc;
}
