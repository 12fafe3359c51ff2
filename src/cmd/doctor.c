/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/verbs.h"
#include "harness/machine.h"
#include "report/findings.h"
#include "session/calibrate.h"
#include "session/tuning.h"
#include "sys/clock.h"
#include "sys/process.h"
#include "sys/term.h"

#include <unistd.h>

struct doctor_options {
	struct calibrate_options calibrate;
	struct tuning_options tuning;
	bool is_calibrate;
	bool is_fix;
};

static const struct opt opts[] = {
	OPT_WORDS('s', "suite", struct doctor_options, calibrate.measure.select.suites, "FILE",
		"look at this suite instead of the benchmarks linked in"),
	OPT_FLAG(0, "json", struct doctor_options, calibrate.json, "as JSON, for programs"),
	OPT_CHOICE(0, "color", struct doctor_options, calibrate.measure.color, "auto,always,never",
		"whether to color the output (default auto)"),
	OPT_FLAG(0, "fix", struct doctor_options, is_fix,
		"set the kernel up for measuring, as far as it can be done without a restart: frequency "
		"governor, turbo, address randomisation, huge pages, compaction, interrupts; needs root"),
	OPT_FLAG(0, "restore", struct doctor_options, tuning.restore,
		"put back what --fix changed; needs root"),
	OPT_FLAG(0, "dry-run", struct doctor_options, tuning.dry_run,
		"with --fix or --restore: change nothing, say what would change"),
	OPT_FLAG(0, "calibrate", struct doctor_options, is_calibrate,
		"measure the suite against itself, alone and in turn, and say what this machine can "
		"see; what follows belongs to it"),
	OPT_DURATION('b', "budget", struct doctor_options, calibrate.measure.plan.budget_ns,
		"what it may take (default 5min); drift needs over 1min, more makes all of it surer"),
	OPT_WORDS('k', "only", struct doctor_options, calibrate.patterns, "PATTERN",
		"only benchmarks whose names match; may be given again"),
	OPT_WORD('t', "tier", struct doctor_options, calibrate.measure.select.tier, "TIER[,TIER]",
		"only these tiers: critical, standard, comprehensive or your own"),
	OPT_WORD(0, "trigger", struct doctor_options, calibrate.measure.select.trigger, "OCCASION",
		"only the tiers that run on every_commit, pull_requests, daily, release or your own "
		"occasion; each of these includes those before it"),
	SETTINGS_OPTS(struct doctor_options, calibrate.measure.select.settings),
	SANDBOX_OPT(struct doctor_options, calibrate.measure.select.settings),
	OPT_WORD('o', "out", struct doctor_options, calibrate.out, "FILE",
		"write it here instead of calibrations/ beside the baselines (see 'benchgate help "
		"calibration-schema')"),
	OPT_FLAG('q', "quiet", struct doctor_options, calibrate.measure.quiet, "no progress"),
	OPT_END,
};

/* A second's look, while we do nothing ourselves. */
static void watch_a_second(struct env *env)
{
	struct load_look look;

	machine_watch(&look);
	clock_sleep_ns(CLOCK_NS_PER_S);
	machine_watched(env, &look);
}

/* A program with no benchmarks in it has a machine to look at all the same. */
static int look_at_suite(const struct select_options *options, const struct settings *settings,
	struct env *env, struct error *err)
{
	struct catalog catalog = CATALOG_INIT;
	int rc;

	catalog.sandbox = settings_sandbox(settings);
	rc = catalog_add_all(&catalog, &options->suites, err);

	if (!rc && catalog.benches.nr)
		machine_describe_suite(env, &catalog);
	catalog_release(&catalog);
	return rc;
}

/* What nothing would come of must not pass for what was done. */
static int doctor_check_options(const struct doctor_options *options, struct error *err)
{
	const struct measure_options *measure = &options->calibrate.measure;
	const struct settings_options *settings = &measure->select.settings;
	const struct {
		bool given;
		const char *name;
	} belonging[] = {
		{ measure->plan.budget_ns != 0, "budget" },
		{ options->calibrate.patterns.nr != 0, "only" },
		{ measure->select.tier != NULL, "tier" },
		{ measure->select.trigger != NULL, "trigger" },
		{ settings->threshold != NULL, "threshold" },
		{ settings->target != NULL, "target" },
		{ settings->alpha != NULL, "alpha" },
		{ options->calibrate.out != NULL, "out" },
	};

	if (options->is_fix + options->tuning.restore + options->is_calibrate > 1)
		return error_set(err, ERR_USAGE,
			"--fix, --restore and --calibrate exclude each other: choose one");
	if (options->tuning.dry_run && !options->is_fix && !options->tuning.restore)
		return error_set(err, ERR_USAGE, "--dry-run belongs to --fix or --restore");
	for (size_t i = 0; i < sizeof belonging / sizeof *belonging; i++)
		if (belonging[i].given && !options->is_calibrate)
			return error_set(
				err, ERR_USAGE, "--%s belongs to --calibrate", belonging[i].name);
	return 0;
}

static int doctor_parse(struct arguments given, struct doctor_options *options, struct error *err)
{
	struct words operands = { 0 };
	int rc = opts_parse(opts, given, options, &operands, err);

	if (!rc && operands.nr)
		rc = error_set(err, ERR_USAGE, "doctor takes no argument, but got '%s'",
			operands.items[0]);
	ARRAY_RELEASE(&operands);
	return rc ? rc : doctor_check_options(options, err);
}

/* Would run refuse to measure here? */
static bool fails_policy(const struct settings *settings, const struct machine_answers *answers)
{
	for (size_t i = 0; i < answers->nr; i++)
		if (answers->items[i].word == REQUIREMENT_FAILED)
			return settings->policy.on_environment == ACTION_FAIL;
	return false;
}

static int look(const struct measure_options *options, bool json, struct outcome *outcome,
	struct error *err)
{
	bool color = term_color(STDOUT_FILENO, options->color);
	struct env env = { { NULL } };
	struct settings settings = SETTINGS_INIT;
	struct machine_answers answers = { .nr = 0 };
	struct findings findings;
	struct buf text = BUF_INIT;
	int rc = -1;

	if (settings_load(&options->select.settings, &settings, err) ||
		settings_choose_sandbox(&options->select.settings, &settings, err) ||
		look_at_suite(&options->select, &settings, &env, err))
		goto out;
	machine_describe(&env);
	machine_describe_source(&env);
	watch_a_second(&env);
	findings = trust_judge(&env);
	machine_answer(&settings, &env, &answers);
	if (json) {
		findings_json(&env, &findings, &settings.policy.requirements, answers.items, &text);
	} else {
		findings_text(&env, &findings, color, &text);
		requirements_text(&settings.policy.requirements, answers.items, color, &text);
	}
	outcome->unmeasured = findings.worst == TRUST_BAD || fails_policy(&settings, &answers);
	rc = command_print(&text, err);
out:
	buf_release(&text);
	machine_answers_release(&answers);
	settings_release(&settings);
	env_release(&env);
	return rc;
}

static int tune(const struct tuning_options *options, struct outcome *outcome, struct error *err)
{
	struct buf text = BUF_INIT;
	bool complete = false;
	int rc = tuning_run(options, &text, &complete, err);

	outcome->unmeasured = !rc && !complete;
	if (command_print(&text, err))
		rc = -1;
	buf_release(&text);
	return rc;
}

static int doctor_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct doctor_options options = { .calibrate = { .measure = MEASURE_OPTIONS_INIT } };
	struct calibrate_options *calibrating = &options.calibrate;
	int rc = doctor_parse(given, &options, err);

	process_setup();
	if (!rc && (options.is_fix || options.tuning.restore))
		rc = tune(&options.tuning, outcome, err);
	else if (!rc)
		rc = options.is_calibrate
			? calibrate(calibrating, outcome, err)
			: look(&calibrating->measure, calibrating->json, outcome, err);
	ARRAY_RELEASE(&calibrating->measure.select.suites);
	ARRAY_RELEASE(&calibrating->measure.select.said.commands);
	ARRAY_RELEASE(&calibrating->patterns);
	return rc;
}

const struct command command_doctor = {
	.name = "doctor",
	.group = COMMANDS_GATE,
	.operands = "",
	.summary = "say whether this machine is fit to measure",
	.details =
		"Lists what is known of the machine and of what it does right now, what of it stands in the way of "
		"trustworthy results, and the command that mends it.\n"
		"It also answers each requirement of \"environment\" in the policy file.\n"
		"Exits with 3 when something makes measuring meaningless, or when a requirement fails and "
		"\"on_environment\" is \"fail\".\n"
		"--fix sets the kernel up for measuring, and says what it changed, what was so already, what this "
		"kernel does not have, and what failed (exit code 3). What was before is kept in " TUNING_FILE
		", and --restore puts it back: also after a crash, and but for what somebody else changed since. "
		"A restart of the machine undoes all of it.\n"
		"--calibrate measures the suite against itself, as run does and as compare does, and says what "
		"this machine is worth: how often it gives a false alarm, and for each benchmark the smallest change that "
		"it detects with 90 % power. run and update-baselines read what it writes, and warn of what "
		"they cannot detect.",
	.examples = "benchgate doctor\n"
		    "benchgate doctor --fix --dry-run\n"
		    "benchgate doctor --calibrate\n",
	.opts = opts,
	.run = doctor_run,
};
