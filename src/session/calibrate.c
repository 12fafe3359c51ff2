/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/calibrate.h"
#include "session/in_turn.h"
#include "session/output.h"

#include "base/str.h"
#include "gate/calibrating.h"
#include "gate/judge.h"
#include "gate/trial.h"
#include "harness/bouts.h"
#include "harness/fit.h"
#include "harness/machine.h"
#include "model/calibration.h"
#include "report/calibration_text.h"
#include "session/base.h"
#include "store/baseline.h"
#include "store/calibrations.h"
#include "sys/clock.h"
#include "sys/folder.h"
#include "sys/process.h"
#include "sys/term.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NR_UNITS 20

/* All that a calibration lives with. */
struct work {
	const struct calibrate_options *options;
	struct measure_options measure; /* of the bout at hand */
	struct settings settings;
	struct catalog catalog;
	struct benches benches; /* of the catalog's, borrowed, those that have not failed */
	struct progress_line line;
	char part[64];    /* of the line */
	struct base base; /* sessions so far, as a baseline would have them */
	struct calibration calibration;
	struct calibrating calibrating;
	struct buf failed; /* what was left out, and why */
	uint64_t nr_processes;
	uint64_t gates_alone_ns, gates_in_turn_ns; /* what they took so far */
	struct file_new out;
};

#define WORK_INIT \
	{ \
		.settings = SETTINGS_INIT, .catalog = CATALOG_INIT, .base = BASE_INIT, \
		.calibration = CALIBRATION_INIT, \
		.calibrating = { .sessions = RUN_INIT, .units = RUN_INIT }, .failed = BUF_INIT, \
		.out = FILE_NEW_INIT \
	}

static void calibrate_work_release(struct work *work)
{
	file_new_release(&work->out);
	buf_release(&work->failed);
	calibrating_release(&work->calibrating);
	calibration_release(&work->calibration);
	base_release(&work->base);
	ARRAY_RELEASE(&work->benches);
	catalog_release(&work->catalog);
	settings_release(&work->settings);
}

/* What fails once is left out from then on. */
static void drop_failed(struct work *work, const struct run *run)
{
	struct benches left = { 0 };

	for (size_t i = 0; i < work->benches.nr; i++) {
		const struct bench *bench = &work->benches.items[i];
		const struct result *result = run_find(run, bench->name);

		if (result->word == RESULT_OK || result->word == RESULT_NOT_MEASURED) {
			*ARRAY_ADD(&left) = *bench;
			continue;
		}
		buf_adds(&work->failed, "left out: ");
		buf_add_printable(&work->failed, bench->name);
		buf_addf(&work->failed, " %s: ", result_word_name(result->word));
		buf_add_printable(&work->failed, result->reason ? result->reason : "");
		buf_addc(&work->failed, '\n');
	}
	ARRAY_RELEASE(&work->benches);
	work->benches = left;
}

/* One bout's run, ready to be measured; an error was noticed before the first one. */
static int calibrate_begin(struct work *work, uint64_t limit_ns, struct run *run)
{
	struct error err = ERROR_INIT;
	struct catalog chosen = work->catalog;

	chosen.benches = work->benches;
	work->measure.plan.budget_ns = limit_ns;
	*run = (struct run)RUN_INIT;
	return measure_prepare(&work->measure, &chosen, run, &err);
}

static struct verdict judge_alone(struct work *work, const struct run *run)
{
	struct trial trial = {
		.head = run, .base = &work->base.run, .policy = &work->settings.policy
	};

	base_set_aside_all(&work->base);
	return trial_judge(&trial);
}

/* As a session is measured: the processes that fit, each benchmark alone. */
static int calibrate_measure_alone(struct work *work, uint64_t limit_ns, struct run *run)
{
	struct measuring measuring = { &work->settings.policy.tiers, decider_fixed(), NULL };

	work->measure.plan = work->options->measure.plan;
	work->measure.plan.time_ns =
		work->measure.plan.time_ns * work->nr_processes / work->measure.plan.nr_processes;
	work->measure.plan.nr_processes = work->nr_processes;
	if (calibrate_begin(work, limit_ns, run))
		return -1;
	base_lend_pace(&work->base, run);
	measure_benches(&work->measure, &work->benches, measuring, run);
	drop_failed(work, run);
	return 0;
}

static int take_session(void *context, uint64_t limit_ns)
{
	struct work *work = context;
	struct calibration *calibration = &work->calibration;
	struct verdict verdict;
	struct run run;
	int rc;

	snprintf(work->part, sizeof work->part, "session %" PRIu64 " alone",
		calibration->nr_sessions + 1);
	rc = calibrate_measure_alone(work, limit_ns, &run);
	if (!rc) {
		verdict = judge_alone(work, &run);
		calibrating_add_session(
			&work->calibrating, &run, calibration->nr_sessions ? &verdict : NULL);
		verdict_release(&verdict);
		baseline_add_session(&work->base.run, &run, false);
	}
	run_release(&run);
	return rc || !work->benches.nr ? -1 : 0;
}

/* What `run` would say now, with the sessions so far as its baseline: sessions are too rare to tell
 * how often that is wrong. */
static int take_gate_alone(struct work *work, uint64_t limit_ns)
{
	struct verdict verdict;
	struct run run;
	int rc;

	snprintf(work->part, sizeof work->part, "gate %" PRIu64 " alone",
		work->calibration.alone.nr + 1);
	rc = calibrate_measure_alone(work, limit_ns, &run);
	if (!rc) {
		verdict = judge_alone(work, &run);
		calibrating_add_gate_alone(&work->calibrating, &verdict);
		verdict_release(&verdict);
	}
	run_release(&run);
	return rc;
}

static void measure_gate(struct work *work, struct run *base, struct run *head)
{
	struct measure_pair pair = { .settings = &work->settings,
		.base = &work->benches,
		.base_run = base,
		.head = &work->benches };
	struct trial trial = {
		.head = head, .base = base, .policy = &work->settings.policy, .in_turn = true
	};
	struct verdict verdict;

	in_turn_measure(&work->measure, &pair, head);
	drop_failed(work, head);
	verdict = trial_judge(&trial);
	calibrating_add_gate(&work->calibrating, &verdict);
	verdict_release(&verdict);
}

static int take_gate_in_turn(struct work *work, uint64_t limit_ns)
{
	struct run base, head;
	int rc;

	snprintf(work->part, sizeof work->part, "gate %" PRIu64 " in turn",
		work->calibrating.nr_gates + 1);
	work->measure.plan = work->options->measure.plan;
	work->measure.plan.nr_units = NR_UNITS;
	work->measure.plan.looks = true;
	rc = calibrate_begin(work, limit_ns, &base);
	if (!rc) {
		rc = calibrate_begin(work, limit_ns, &head);
		if (!rc)
			measure_gate(work, &base, &head);
		run_release(&head);
	}
	run_release(&base);
	return rc || !work->benches.nr ? -1 : 0;
}

/* Both kinds take as long: of the shorter one, alone, there are more. */
static int take_gate(void *context, uint64_t limit_ns)
{
	struct work *work = context;
	bool alone = work->calibration.nr_sessions && work->gates_alone_ns < work->gates_in_turn_ns;
	uint64_t start_ns = clock_now_ns();
	int rc = alone ? take_gate_alone(work, limit_ns) : take_gate_in_turn(work, limit_ns);

	*(alone ? &work->gates_alone_ns : &work->gates_in_turn_ns) += clock_now_ns() - start_ns;
	return rc || !work->benches.nr ? -1 : 0;
}

static void rest(void *context, uint64_t time_ns)
{
	struct work *work = context;
	uint64_t end_ns = clock_now_ns() + time_ns;

	snprintf(work->part, sizeof work->part, "waiting");
	progress_tell(
		&work->line, &(struct progress){ .name = "sessions are at least 60 s apart" });
	while (clock_now_ns() < end_ns && !process_interrupted())
		clock_sleep_ns(CLOCK_NS_PER_S / 10);
	progress_tell(&work->line, &(struct progress){ .name = NULL });
}

/* As many as `run` takes, where half the time is enough for that in all the sessions that fit. */
static uint64_t processes_that_fit(const struct work *work, uint64_t budget_ns)
{
	const struct plan *plan = &work->options->measure.plan;
	uint64_t nr_sessions = 1 + budget_ns / BASELINE_SESSION_GAP_NS;
	uint64_t process_ns = plan->time_ns / plan->nr_processes + fit_overhead_ns(plan);
	uint64_t nr = budget_ns / 2 / nr_sessions / process_ns / work->benches.nr;

	if (nr < JUDGE_MIN_PROCESSES)
		return JUDGE_MIN_PROCESSES;
	return nr < plan->nr_processes ? nr : plan->nr_processes;
}

static void calibrate_describe(struct work *work)
{
	struct calibration *calibration = &work->calibration;
	struct run run = RUN_INIT;
	char machine[ENV_MACHINE_MAX], timestamp[CLOCK_TIMESTAMP_MAX];

	if (!calibrate_begin(work, 0, &run)) {
		env_machine(&run.env, machine);
		calibration->machine = str_dup(machine);
		calibration->build = str_dup(run.env.values[ENV_SUITE_BUILD]);
	}
	clock_timestamp(timestamp);
	calibration->timestamp = str_dup(timestamp);
	calibration->clock_resolution_ns = (double)clock_resolution_ns();
	calibration->clock_cost_ns = (double)clock_cost_ns();
	run_release(&run);
}

static int open_out(struct work *work, struct error *err)
{
	struct env env = { { NULL } };
	struct buf path = BUF_INIT;
	int rc;

	if (work->options->out)
		return command_open_out(&work->out, work->options->out, "out", err);
	machine_describe(&env);
	calibrations_path(work->settings.baselines, &env, &path);
	rc = folder_make_parents(path.data, err);
	if (!rc)
		rc = file_new_open(&work->out, path.data, err);
	buf_release(&path);
	env_release(&env);
	return rc;
}

static void measure(struct work *work, uint64_t budget_ns)
{
	struct bouts bouts = { .budget_ns = budget_ns,
		.gap_ns = BASELINE_SESSION_GAP_NS,
		.now_ns = clock_now_ns,
		.interrupted = process_interrupted,
		.session = take_session,
		.gate = take_gate,
		.rest = rest,
		.context = work };
	uint64_t start_ns = clock_now_ns();

	work->line = progress_line(work->measure.quiet, work->measure.color);
	work->line.part = work->part;
	work->line.whole_start_ns = start_ns;
	work->line.whole_ns = budget_ns;
	work->measure.progress = &work->line;
	bouts_run(&bouts);
	work->calibration.duration_s = (double)(clock_now_ns() - start_ns) / 1e9;
	calibrating_conclude(&work->calibrating);
}

static void calibrate_add_text(const struct work *work, const char *unwritten, struct buf *text)
{
	if (work->calibration.nr)
		calibration_text(&work->calibration, measure_style(&work->measure).width, text);
	buf_adds(text, work->failed.data);
	if (unwritten)
		buf_addf(text, "%s: nothing was written\n", unwritten);
	else
		buf_addf(text, "written to %s%s\n", work->out.path,
			work->options->out ? "" : ", which run and update-baselines read");
}

/* Half a calibration is none. */
static int calibrate_conclude(struct work *work, struct error *err)
{
	struct buf json = BUF_INIT, text = BUF_INIT;
	const char *unwritten = process_interrupted() ? "interrupted"
		: work->calibration.nr                ? NULL
						      : "nothing was measured";
	int rc;

	calibration_json_print(&work->calibration, &json);
	if (work->options->json)
		buf_add(&text, json.data, json.len);
	else
		calibrate_add_text(work, unwritten, &text);
	rc = unwritten ? 0 : file_new_commit_locked(&work->out, &json, err);
	if (!rc)
		rc = command_print(&text, err);
	buf_release(&text);
	buf_release(&json);
	return rc;
}

static int calibrate_prepare(struct work *work, struct error *err)
{
	const struct calibrate_options *options = work->options;
	struct selection selection = { &options->measure.select, &options->patterns,
		&work->settings, &work->catalog };

	if (measure_select(&selection, &options->measure.plan, err) || open_out(work, err))
		return -1;
	for (size_t i = 0; i < work->catalog.benches.nr; i++)
		*ARRAY_ADD(&work->benches) = work->catalog.benches.items[i];
	work->measure = options->measure;
	work->calibrating.calibration = &work->calibration;
	work->calibrating.policy = &work->settings.policy;
	work->calibrating.plan = options->measure.plan;
	work->calibrating.plan.nr_units = NR_UNITS;
	calibrate_describe(work);
	return 0;
}

int calibrate(const struct calibrate_options *options, struct outcome *outcome, struct error *err)
{
	uint64_t budget_ns = options->measure.plan.budget_ns;
	struct work work = WORK_INIT;
	int rc;

	if (!budget_ns)
		budget_ns = CALIBRATE_BUDGET_NS;
	work.options = options;
	rc = calibrate_prepare(&work, err);
	if (!rc) {
		work.nr_processes = processes_that_fit(&work, budget_ns);
		measure(&work, budget_ns);
		outcome->unmeasured = work.failed.len != 0;
		rc = calibrate_conclude(&work, err);
	}
	calibrate_work_release(&work);
	return rc;
}

const struct calibration *calibrate_known(const struct calibration *calibration)
{
	return calibration->machine || calibration->drifts.nr ? calibration : NULL;
}
