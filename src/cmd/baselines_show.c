/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/baselines.h"

#include "base/json_fields.h"
#include "base/str.h"
#include "gate/question.h"
#include "model/units.h"
#include "store/baseline.h"
#include "store/baseline_rows.h"

#include <math.h>
#include <string.h>

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

static struct level level_of(const struct metric *metric, const struct pools *pools)
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

static void add_level(const struct level *level, const char *unit, struct buf *out)
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

static void add_drift(const struct level *level, struct buf *out)
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
static double session_mean(const double *values, size_t nr)
{
	double mean = exp(summary_of_logs(values, nr).mean);

	return isfinite(mean) ? mean : summary_of(values, nr).mean;
}

static void add_sessions(const struct metric *metric, struct buf *out)
{
	const double *values = metric->values.items;

	for (size_t i = 0; i < metric->sessions.nr; i++) {
		const struct session *session = &metric->sessions.items[i];
		size_t nr = session->nr_values;

		buf_addf(out, "  session  %s  %zu process%s, ", session->timestamp, nr,
			nr == 1 ? "" : "es");
		units_add(out, session_mean(values, nr), metric->unit);
		buf_addc(out, '\n');
		values += nr;
	}
	if (metric->digest.nr)
		buf_addf(out, "  session  only mean and deviation of %llu values\n",
			(unsigned long long)metric->digest.nr);
}

static void add_metric(const struct metric *metric, const struct pools *pools, struct buf *out)
{
	struct level level = level_of(metric, pools);
	size_t columns = str_columns(metric->name);

	buf_adds(out, "  ");
	buf_add_printable(out, metric->name);
	buf_fill(out, ' ', columns < LABEL_WIDTH ? LABEL_WIDTH - columns : 2);
	add_level(&level, metric->unit, out);
	if (isfinite(level.spread_pct))
		buf_addf(out, ", spread %.1f %%", level.spread_pct);
	add_drift(&level, out);
	buf_addc(out, '\n');
}

/* "; LABEL TEXT", where there is a text. */
static void add_part(struct buf *out, const char *label, const char *text)
{
	if (!text || !*text)
		return;
	buf_addf(out, "; %s", label);
	buf_add_printable(out, text);
}

static void add_change(const struct change *change, struct buf *out)
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
	add_part(out, "commit ", change->commit);
	add_part(out, "approved by ", change->approved_by);
	buf_addc(out, '\n');
}

static void add_result(const struct result *result, const struct pools *pools, struct buf *out)
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

		add_metric(metric, pools, out);
		if (metric == metrics_time(&result->metrics))
			add_sessions(metric, out);
	}
	for (size_t i = 0; i < result->changes.nr; i++)
		add_change(&result->changes.items[i], out);
}

/* Which file it is, and whose. */
struct title {
	const char *path, *cpu;
	char machine[ENV_MACHINE_MAX];
	bool here; /* this machine's */
};

static struct title title_of(const struct base *base, const struct run *here)
{
	struct title title = { base->path.data, base->run.env.values[ENV_CPU], "", false };
	char own[ENV_MACHINE_MAX];

	baseline_file_machine(&base->run.env, title.machine);
	env_machine(&here->env, own);
	title.here = strcmp(title.machine, own) == 0;
	return title;
}

static void print_text(const struct title *title, const struct run *run,
	const struct words *patterns, struct buf *out)
{
	struct pools pools = question_pools(run);

	buf_add_printable(out, title->path);
	buf_addf(out, ": machine %s%s, ", title->machine, title->here ? " (this machine)" : "");
	buf_add_printable(out, title->cpu ? title->cpu : "processor unknown");
	buf_addf(out, ", %zu benchmark%s\n", run->nr, run->nr == 1 ? "" : "s");
	for (size_t i = 0; i < run->nr; i++)
		if (baseline_file_chosen(patterns, run->items[i].name))
			add_result(&run->items[i], &pools, out);
}

static const char *drift_name(enum drift_source source)
{
	static const char *const names[] = {
		[DRIFT_NONE] = NULL,
		[DRIFT_OWN] = "own",
		[DRIFT_POOLED] = "pooled",
		[DRIFT_CALIBRATED] = "calibrated",
		[DRIFT_ASSUMED] = "assumed",
	};

	return names[source];
}

static void add_json_metric(
	struct json *list, const struct metric *metric, const struct pools *pools)
{
	struct level level = level_of(metric, pools);
	bool drifts = level.question.drift_source != DRIFT_NONE;
	struct json *to = json_add_object(list, NULL), *sessions;
	const double *values = metric->values.items;

	json_add_text(to, "name", metric->name);
	json_fields_write(to, baseline_metric_rows,
		&(struct metric_line){ metric->unit, metric->more_is_better });
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
		json_add_number(one, "processes", (double)session->nr_values);
		json_add_number(one, "mean", session_mean(values, session->nr_values));
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

static void print_json(const struct title *title, const struct run *run,
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
	title = title_of(&base, &here);
	(work->options->json ? print_json : print_text)(
		&title, &base.run, &work->operands, &work->text);
	rc = 0;
out:
	run_release(&here);
	base_release(&base);
	return rc;
}
