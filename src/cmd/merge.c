/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/verbs.h"
#include "gate/trial.h"
#include "session/calibrate.h"
#include "session/finish.h"
#include "session/judging.h"
#include "session/merge_inputs.h"
#include "session/merge_out.h"
#include "session/names.h"
#include "session/tell.h"
#include "sys/clock.h"
#include "sys/process.h"

#include <inttypes.h>
#include <string.h>

struct merge_options {
	struct measure_options measure; /* the settings and the looks, no more */
	struct words against;
	const char *out, *base_out, *db;
	struct words reports;
	struct tell_options tell;
	bool require;
	bool allow_mismatch;
};

static const struct opt opts[] = {
	OPT_WORDS('B', "against", struct merge_options, against, "BASE",
		"a base: what compare wrote with --base-out, a result file, or the name or file of a "
		"baseline; each shard "
		"takes what is its own; may be given again (default: its machine's baseline)",
		GROUP_BASE),
	OPT_WORD('o', "out", struct merge_options, out, "FILE",
		"write what the shards measured as one result file, which report, compare, baselines "
		"diff, push and merge read; the shards must be of one machine",
		GROUP_RESULTS),
	OPT_WORD(0, "base-out", struct merge_options, base_out, "FILE",
		"with --out, of shards of compare: write what they were measured in turn with",
		GROUP_RESULTS),
	DB_OPT(struct merge_options, db),
	REPORT_OPT(struct merge_options, reports),
	FORMAT_OPT(struct merge_options, measure.select.settings),
	TELL_OPTS(struct merge_options, tell, "never"),
	SETTINGS_OPTS(struct merge_options, measure.select.settings),
	OPT_FLAG(0, "require-baseline", struct merge_options, require,
		"having nothing to compare with is a failure (exit code 4): for CI", GROUP_BASE),
	OPT_FLAG(0, "allow-mismatch", struct merge_options, allow_mismatch,
		"compare with a base of another machine or build all the same", GROUP_BASE),
	MEASURE_STYLE_OPTS(struct merge_options, measure),
	OPT_END,
};

struct work {
	struct merge_options options;
	struct words operands;
	struct settings settings;
	struct finish finish;
	struct merge_inputs inputs;
	struct merge_out out;
};

#define WORK_INIT \
	{ \
		.settings = SETTINGS_INIT, .finish = FINISH_INIT, .inputs = MERGE_INPUTS_INIT, \
		.out = MERGE_OUT_INIT \
	}

static void merge_work_release(struct work *work)
{
	merge_out_release(&work->out);
	merge_inputs_release(&work->inputs);
	finish_release(&work->finish);
	settings_release(&work->settings);
	ARRAY_RELEASE(&work->options.reports);
	ARRAY_RELEASE(&work->options.against);
	ARRAY_RELEASE(&work->operands);
}

static struct trial trial_of(const struct work *work, struct merge_input *input, const char *today)
{
	const struct judging judging = { .policy = &work->settings.policy,
		.head = &input->head,
		.base = &input->base,
		.calibration = calibrate_known(&input->calibration),
		.allow_mismatch = work->options.allow_mismatch,
		.in_turn = input->in_turn };

	return judging_trial(&judging, today);
}

static struct verdict reach(const struct work *work, const char *today)
{
	const struct merge_inputs *inputs = &work->inputs;
	struct trial *trials = mem_alloc(inputs->nr + 1, sizeof *trials);
	size_t nr = inputs->nr;
	struct verdict verdict;

	for (size_t i = 0; i < nr; i++)
		trials[i] = trial_of(work, &inputs->items[i], today);
	if (inputs->absent.nr)
		trials[nr++] = (struct trial){
			.head = &inputs->absent, .policy = &work->settings.policy, .absent = true
		};
	verdict = trials_judge(trials, nr);
	merge_inputs_order(inputs, &verdict);
	free(trials);
	return verdict;
}

static void merge_add_note(const struct work *work, struct buf *text)
{
	const struct merge_inputs *inputs = &work->inputs;
	size_t nr_machines = merge_inputs_count_machines(inputs);

	if (inputs->items[0].head.format)
		buf_addf(text, "%zu file%s, taken as one run\n", work->operands.nr,
			work->operands.nr == 1 ? "" : "s");
	else
		buf_addf(text, "%zu of %" PRIu64 " shards, on %zu machine%s\n", inputs->nr,
			inputs->items[0].head.shard.of, nr_machines, nr_machines == 1 ? "" : "s");
	if (!merge_inputs_have_base(inputs))
		buf_adds(text,
			"no baseline for these machines yet: 'benchgate update-baselines' records one\n");
}

static int merge_conclude(struct work *work, struct outcome *outcome, struct error *err)
{
	char today[CLOCK_TIMESTAMP_MAX];
	struct verdict verdict;
	int rc;

	clock_today(today);
	verdict = reach(work, today);
	merge_add_note(work, &work->finish.notes);
	rc = finish_verdict(&work->finish, &verdict, outcome, err);
	verdict_release(&verdict);
	if (merge_out_write(&work->out, &work->inputs, err))
		rc = -1;
	return rc;
}

/* Shards need not be all of a suite. */
static void warn_of_names(const struct work *work)
{
	struct known_names known = { .whole = false };

	for (size_t i = 0; i < work->inputs.nr; i++) {
		known_names_add_run(&known, &work->inputs.items[i].head);
		known_names_add_run(&known, &work->inputs.items[i].base.run);
	}
	names_warn(&work->settings, &known);
	for (size_t i = 0; i < work->inputs.nr; i++)
		names_warn_of_values(&work->settings, &known, &work->inputs.items[i].head);
	known_names_release(&known);
}

static int merge_prepare(struct work *work, struct error *err)
{
	const struct merge_options *options = &work->options;

	if (!work->operands.nr)
		return error_set(err, ERR_USAGE,
			"merge takes the result files of shards, as --out of 'run --shard' and 'compare --shard' writes them");
	if (settings_load(&options->measure.select.settings, &work->settings, err) ||
		recorder_open(&work->out.recorder, options->db, &work->settings, err) ||
		command_open_out(&work->out.head, options->out, "out", err) ||
		command_open_out(&work->out.base, options->base_out, "base-out", err) ||
		finish_open(&work->finish, &options->reports, err) ||
		merge_inputs_read(&work->inputs, &work->operands, &work->settings, err) ||
		merge_out_check(&work->out, &work->inputs, err))
		return -1;
	if (merge_inputs_find_bases(&work->inputs, &options->against, &work->settings, err))
		return -1;
	warn_of_names(work);
	work->finish.settings = &work->settings;
	work->finish.past_db = work->out.recorder.path;
	work->finish.style = measure_style(&options->measure);
	work->finish.require_base = options->require;
	/* Shards may come from jobs that are not trusted, so alerts must be asked for. */
	work->finish.tell = options->tell.when ? &options->tell : NULL;
	return 0;
}

static int merge_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct work work = WORK_INIT;
	int rc = opts_parse(opts, given, &work.options, &work.operands, err);

	/* A channel may be a program. */
	process_setup();
	if (!rc)
		rc = merge_prepare(&work, err);
	if (!rc)
		rc = merge_conclude(&work, outcome, err);
	merge_work_release(&work);
	return rc;
}

const struct command command_merge = {
	.name = "merge",
	.group = COMMANDS_RESULTS,
	.operands = "SHARD...",
	.summary = "judge the shards of a suite as one run",
	.details =
		"Reads the result files that the shards of one suite left (run --shard I/N --out FILE, or compare "
		"--shard), and judges them together: each against its own machine's baseline or its own base, all "
		"corrected for the comparisons of the whole selection. Nothing is measured. --out keeps them as one.\n"
		"Files of other tools are taken as one run: benchmarks that several of them have were measured by as "
		"many processes.\n"
		"What a shard that is not given would have measured is NOT MEASURED. A shard whose machine has no "
		"baseline that it can be compared with is REFUSED; the others are judged all the same.\n"
		"What each word and exit code means: 'benchgate help verdicts', 'benchgate help exit-codes'.",
	.examples = "benchgate merge shard-1.json shard-2.json\n"
		    "benchgate merge shard-1.json shard-2.json --report junit=performance.xml\n",
	.opts = opts,
	.run = merge_run,
};
