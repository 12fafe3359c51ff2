/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/verbs.h"
#include "harness/machine.h"
#include "report/findings.h"
#include "session/calibrate.h"
#include "sys/clock.h"
#include "sys/process.h"
#include "sys/term.h"

#include <unistd.h>

struct doctor_options {
	struct calibrate_options calibrate;
	bool is_calibrate;
};

static const struct opt opts[] = {
	OPT_WORDS('s', "suite", struct doctor_options, calibrate.measure.select.suites, "FILE",
		"look at this suite instead of the benchmarks linked in"),
	OPT_FLAG(0, "json", struct doctor_options, calibrate.json, "as JSON, for programs"),
	OPT_CHOICE(0, "color", struct doctor_options, calibrate.measure.color, "auto,always,never",
		"whether to color the output (default auto)"),
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
static int look_at_suite(const struct select_options *options, struct env *env, struct error *err)
{
	struct catalog catalog = CATALOG_INIT;
	struct settings settings = SETTINGS_INIT;
	int rc = settings_choose_sandbox(&options->settings, &settings, err);

	catalog.sandbox = settings_sandbox(&settings);
	if (!rc)
		rc = catalog_add_all(&catalog, &options->suites, err);

	if (!rc && catalog.benches.nr)
		machine_describe_suite(env, &catalog);
	catalog_release(&catalog);
	settings_release(&settings);
	return rc;
}

/* What nothing would come of must not pass for what was done. */
static int check_options(const struct doctor_options *options, struct error *err)
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
		{ settings->config != NULL, "config" },
		{ settings->threshold != NULL, "threshold" },
		{ settings->target != NULL, "target" },
		{ settings->alpha != NULL, "alpha" },
		{ options->calibrate.out != NULL, "out" },
	};

	for (size_t i = 0; i < sizeof belonging / sizeof *belonging; i++)
		if (belonging[i].given && !options->is_calibrate)
			return error_set(
				err, ERR_USAGE, "--%s belongs to --calibrate", belonging[i].name);
	return 0;
}

static int parse(struct arguments given, struct doctor_options *options, struct error *err)
{
	struct words operands = { 0 };
	int rc = opts_parse(opts, given, options, &operands, err);

	if (!rc && operands.nr)
		rc = error_set(
			err, ERR_USAGE, "doctor takes no argument; '%s' is one", operands.items[0]);
	ARRAY_RELEASE(&operands);
	return rc ? rc : check_options(options, err);
}

static int look(const struct measure_options *options, bool json, struct outcome *outcome,
	struct error *err)
{
	struct env env = { { NULL } };
	struct findings findings;
	struct buf text = BUF_INIT;
	int rc = -1;

	if (look_at_suite(&options->select, &env, err))
		goto out;
	machine_describe(&env);
	machine_describe_source(&env);
	watch_a_second(&env);
	findings = trust_judge(&env);
	if (json)
		findings_json(&env, &findings, &text);
	else
		findings_text(&env, &findings, term_color(STDOUT_FILENO, options->color), &text);
	outcome->unmeasured = findings.worst == TRUST_BAD;
	rc = command_print(&text, err);
out:
	buf_release(&text);
	env_release(&env);
	return rc;
}

static int doctor_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct doctor_options options = { .calibrate = { .measure = MEASURE_OPTIONS_INIT } };
	struct calibrate_options *calibrating = &options.calibrate;
	int rc = parse(given, &options, err);

	process_setup();
	if (!rc)
		rc = options.is_calibrate
			? calibrate(calibrating, outcome, err)
			: look(&calibrating->measure, calibrating->json, outcome, err);
	ARRAY_RELEASE(&calibrating->measure.select.suites);
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
		"Exits with 3 when something makes measuring meaningless.\n"
		"--calibrate measures the suite against itself, as run does and as compare does, and says what "
		"this machine is worth: how often it cries wolf, and the smallest change of each benchmark that it "
		"would see nine times in ten. run and update-baselines read what it writes, and warn of what "
		"they cannot see.",
	.examples = "benchgate doctor\n"
		    "benchgate doctor --calibrate\n",
	.opts = opts,
	.run = doctor_run,
};
