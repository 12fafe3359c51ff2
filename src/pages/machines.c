/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who measured: what each machine ran, how noisy it is, and how often its values jump. */
#include "pages/parts.h"

#include "base/array.h"
#include "base/date.h"
#include "base/texts.h"
#include "gate/trust.h"
#include "session/known_drifts.h"
#include "session/weeks.h"
#include "stats/summary.h"
#include "store/calibrations.h"

#include <math.h>
#include <string.h>

/* The gate's record goes back so far. */
#define RECORD_DAYS 90
#define DAY_S 86400

static struct machine_sum *machine_sum_of(struct machine_sums *sums, const char *machine)
{
	for (size_t i = 0; i < sums->nr; i++)
		if (strcmp(sums->items[i].machine, machine) == 0)
			return &sums->items[i];
	*ARRAY_ADD(sums) = (struct machine_sum){ .machine = machine };
	return &sums->items[sums->nr - 1];
}

void machines_gather(const struct line *line, struct gathering *gathering)
{
	const struct changepoints *changes = &line->past.changes;
	struct machine_sum *sum;

	if (series_is_shared(line->series))
		return;
	sum = machine_sum_of(&gathering->machines, line->series->machine);
	sum->nr_points += line->moments.nr;
	sum->nr_spikes += changes->nr_spikes;
	sum->nr_steps += changes->nr;
	if (changes->logs && isfinite(changes->noise) &&
		line->moments.nr >= CHANGEPOINTS_MIN_VALUES) {
		sum->noise += changes->noise;
		sum->nr_series++;
	}
}

static void add_machine_runs(
	struct json *to, const struct documents *documents, const char *machine)
{
	const struct history_run *first = NULL, *last = NULL;
	struct json *compilers = json_add_array(to, "compilers");
	struct texts seen = { 0 };
	size_t nr = 0;

	for (size_t i = 0; i < documents->runs.nr; i++) {
		const struct history_run *run = &documents->runs.items[i];

		if (strcmp(run->machine, machine) != 0 || history_run_is_of_competitor(run))
			continue;
		nr++;
		first = first ? first : run;
		last = run;
		if (run->toolchain && !texts_have(&seen, run->toolchain)) {
			struct json *compiler = json_add_object(compilers, NULL);

			texts_add(&seen, run->toolchain);
			json_add_text(compiler, "compiler", run->toolchain);
			json_add_text(compiler, "since", run->time);
		}
	}
	json_add_number(to, "runs", (double)nr);
	json_add_text(to, "first", first ? first->time : NULL);
	json_add_text(to, "last", last ? last->time : NULL);
	json_add_number(to, "last_run", last ? (double)last->number : (double)NAN);
	texts_release(&seen);
}

/* What doctor would say of where the run was made: what is not as it should be, and how much of it
 * nobody knows. */
static void add_machine_findings(struct json *to, const struct env *env)
{
	struct json *list = json_add_array(to, "findings");
	struct findings findings = trust_judge(env);
	size_t nr_unknown = 0;

	for (size_t i = 0; i < findings.nr; i++) {
		const struct finding *finding = &findings.items[i];
		struct json *item;

		nr_unknown += finding->grade == TRUST_UNKNOWN;
		if (finding->grade != TRUST_CAUTION && finding->grade != TRUST_BAD)
			continue;
		item = json_add_object(list, NULL);
		json_add_text(item, "field", env_fields[finding->id].title);
		json_add_text(item, "value", env->values[finding->id]);
		json_add_text(item, "grade", trust_grade_name(finding->grade));
		json_add_text(item, "meaning", finding->meaning);
		json_add_text(item, "mend", finding->mend);
	}
	json_add_number(to, "looked_at", (double)findings.nr);
	json_add_number(to, "not_known", (double)nr_unknown);
}

static double median_drift_of(const struct known_drifts *drifts)
{
	double *all = mem_alloc(drifts->nr, sizeof *all), median;

	for (size_t i = 0; i < drifts->nr; i++)
		all[i] = sqrt(drifts->items[i].variance);
	median = drifts->nr ? median_of(all, drifts->nr) : (double)NAN;
	free(all);
	return median;
}

static void add_calibration_gates(
	struct json *to, const char *name, const struct calibration_gates *gates)
{
	struct json *item;

	if (!gates->nr)
		return;
	item = json_add_object(to, name);
	json_add_number(item, "gates", (double)gates->nr);
	json_add_number(item, "alarmed", (double)gates->nr_alarmed);
	json_add_number(item, "comparisons", (double)gates->comparisons);
	json_add_number(item, "alarms", (double)gates->alarms);
}

/* The change that is found in nine of ten of the benchmarks, in turn. */
static double usually_detectable(const struct calibration *calibration)
{
	double *all = mem_alloc(calibration->nr, sizeof *all), found;
	size_t nr = 0;

	for (size_t i = 0; i < calibration->nr; i++)
		if (isfinite(calibration->items[i].detectable_in_turn))
			all[nr++] = calibration->items[i].detectable_in_turn;
	found = quantile_of(all, nr, .9);
	free(all);
	return found;
}

static void add_calibration(struct json *to, const struct calibration *calibration)
{
	struct json *item;

	json_add_number(
		to, "drift_percent", line_figures(100 * median_drift_of(&calibration->drifts), 3));
	json_add_number(to, "drift_benchmarks", (double)calibration->drifts.nr);
	if (!calibration->machine)
		return;
	item = json_add_object(to, "calibration");
	json_add_text(item, "time", calibration->timestamp);
	json_add_number(item, "benchmarks", (double)calibration->nr);
	json_add_number(
		item, "detectable_percent", line_figures(100 * usually_detectable(calibration), 3));
	add_calibration_gates(item, "alone", &calibration->alone);
	add_calibration_gates(item, "in_turn", &calibration->in_turn);
}

/* By its newest run that is kept whole. A calibration that cannot be read is none: the gate says so
 * where it matters. */
static int add_machine_state(
	struct json *to, const struct documents *documents, const char *machine, struct error *err)
{
	const struct history_run *newest = NULL;
	struct calibration calibration = CALIBRATION_INIT;
	struct error ignored = ERROR_INIT;
	struct run run = RUN_INIT;
	int rc = 0;

	for (size_t i = documents->runs.nr; i-- > 0 && !newest;)
		if (documents->runs.items[i].is_whole &&
			strcmp(documents->runs.items[i].machine, machine) == 0)
			newest = &documents->runs.items[i];
	if (newest)
		rc = history_read(documents->history, newest->number, &run, err);
	if (newest && !rc) {
		add_machine_findings(to, &run.env);
		if (documents->settings->baselines)
			calibrations_read(
				documents->settings->baselines, &run.env, &calibration, &ignored);
		known_drifts_of(
			documents->history, documents->settings, &run.env, &calibration, &ignored);
		add_calibration(to, &calibration);
	}
	calibration_release(&calibration);
	run_release(&run);
	return rc;
}

int machines_end(const struct documents *documents, const struct gathering *gathering,
	struct buf *out, struct error *err)
{
	struct json *root = json_new_object(), *list;
	int rc = 0;

	json_add_text(root, "format", "benchgate-machines");
	json_add_number(root, "version", 1);
	list = json_add_array(root, "machines");
	for (size_t i = 0; i < gathering->machines.nr && !rc; i++) {
		const struct machine_sum *sum = &gathering->machines.items[i];
		struct json *machine = json_add_object(list, NULL);

		json_add_text(machine, "machine", sum->machine);
		json_add_number(machine, "noise_percent",
			line_figures(100 * sum->noise / (double)sum->nr_series, 3));
		json_add_number(machine, "points", (double)sum->nr_points);
		json_add_number(machine, "spikes", (double)sum->nr_spikes);
		json_add_number(machine, "steps", (double)sum->nr_steps);
		add_machine_runs(machine, documents, sum->machine);
		rc = add_machine_state(machine, documents, sum->machine, err);
	}
	if (!rc)
		json_print_line(root, out);
	json_free(root);
	return rc;
}

/* --- the gate ----------------------------------------------------------------------------------
 */

static void add_gate_record(struct json *to, const struct weekly_record *record)
{
	json_add_number(to, "runs", (double)record->nr_runs);
	json_add_number(to, "commits", (double)record->nr_commits);
	json_add_number(to, "machines", (double)record->nr_machines);
	json_add_number(to, "accepted", (double)record->nr_accepted);
	json_add_bool(to, "alerts_known", record->has_alerts);
	if (!record->has_alerts)
		return;
	json_add_bool(to, "all_alerts", record->all_alerts);
	json_add_number(to, "alerts", (double)record->nr_alerts);
	json_add_number(to, "alerts_before_merge", (double)record->nr_before_merge);
	json_add_number(to, "alerts_over", (double)record->nr_passed);
	json_add_number(to, "alerts_standing", (double)record->nr_standing);
	json_add_number(to, "alerts_acknowledged", (double)record->nr_acked);
	json_add_number(to, "median_s_to_alert", record->median_s);
}

int gate_document(struct documents *documents, struct buf *out, struct error *err)
{
	struct weeks weeks = WEEKS_INIT;
	struct json *root;
	char since[DATE_TIME_MAX];

	/* As of the newest run: the same history makes the same document. */
	snprintf(weeks.until, sizeof weeks.until, "%s",
		documents->runs.nr ? documents->runs.items[documents->runs.nr - 1].time
				   : "1970-01-01T00:00:00Z");
	memcpy(since, weeks.until, sizeof since);
	date_add_seconds(since, -(int64_t)RECORD_DAYS * DAY_S);
	weeks.weekly.since = since;
	weeks.weekly.until = weeks.until;
	if (weeks_count(&weeks, &documents->runs, documents->settings, err))
		return -1;
	root = json_new_object();
	json_add_text(root, "format", "benchgate-gate");
	json_add_number(root, "version", 1);
	json_add_text(root, "since", since);
	json_add_text(root, "until", weeks.until);
	add_gate_record(root, &weeks.weekly.record);
	json_print_line(root, out);
	json_free(root);
	return 0;
}
