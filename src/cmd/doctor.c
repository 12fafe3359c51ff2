/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/measure.h"
#include "cmd/verbs.h"
#include "harness/machine.h"
#include "report/findings.h"
#include "sys/clock.h"
#include "sys/process.h"
#include "sys/term.h"

#include <unistd.h>

struct doctor_options {
	struct select_options select;
	const char *color;
	bool json;
};

static const struct opt opts[] = {
	OPT_WORDS('s', "suite", struct doctor_options, select.suites, "FILE",
		"look at this suite instead of the benchmarks linked in"),
	OPT_FLAG(0, "json", struct doctor_options, json, "as JSON, for programs"),
	OPT_CHOICE(0, "color", struct doctor_options, color, "auto,always,never",
		"whether to color the output (default auto)"),
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
	int rc = catalog_add_all(&catalog, &options->suites, err);

	if (!rc && catalog.benches.nr)
		machine_describe_suite(env, &catalog);
	catalog_release(&catalog);
	return rc;
}

static int doctor_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct doctor_options options = { .json = false };
	struct words operands = { 0 };
	struct env env = { { NULL } };
	struct findings findings;
	struct buf text = BUF_INIT;
	int rc = -1;

	if (opts_parse(opts, given, &options, &operands, err))
		goto out;
	if (operands.nr) {
		error_set(
			err, ERR_USAGE, "doctor takes no argument; '%s' is one", operands.items[0]);
		goto out;
	}
	process_setup();
	if (look_at_suite(&options.select, &env, err))
		goto out;
	machine_describe(&env);
	machine_describe_source(&env);
	watch_a_second(&env);
	findings = trust_judge(&env);
	if (options.json)
		findings_json(&env, &findings, &text);
	else
		findings_text(&env, &findings, term_color(STDOUT_FILENO, options.color), &text);
	outcome->unmeasured = findings.worst == TRUST_BAD;
	rc = command_print(&text, err);
out:
	buf_release(&text);
	env_release(&env);
	ARRAY_RELEASE(&options.select.suites);
	ARRAY_RELEASE(&operands);
	return rc;
}

const struct command command_doctor = {
	.name = "doctor",
	.operands = "",
	.summary = "say whether this machine is fit to measure",
	.details =
		"Lists what is known of the machine and of what it does right now, what of it stands in the way of "
		"trustworthy results, and the command that mends it.\n"
		"Exits with 3 when something makes measuring meaningless.",
	.opts = opts,
	.run = doctor_run,
};
