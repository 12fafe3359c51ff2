/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/verbs.h"
#include "respond/respond.h"
#include "session/ci.h"
#include "session/pasts.h"
#include "session/retold.h"
#include "session/tell.h"
#include "sys/clock.h"
#include "sys/process.h"

#include <stdlib.h>

struct notify_options {
	struct retold_options retold;
	bool dry_run, flush, strict;
	const char *policy_from, *test;
};

static const struct opt opts[] = {
	OPT_FLAG('n', "dry-run", struct notify_options, dry_run,
		"show what would be sent, secrets masked, and send nothing"),
	OPT_FLAG(0, "flush", struct notify_options, flush,
		"send what waits, without a result file too"),
	OPT_WORD(0, "test", struct notify_options, test, "CHANNEL",
		"send this channel a test message, whatever it is told otherwise"),
	OPT_FLAG(0, "strict-notify", struct notify_options, strict,
		"what cannot be sent is a failure (exit code 3)"),
	POLICY_FROM_OPT(struct notify_options, policy_from),
	RETOLD_OPTS(struct notify_options, retold),
	OPT_END,
};

struct work {
	struct notify_options options;
	struct words operands;
	struct retold retold;
	struct settings of_base;
	const struct settings *by;   /* who says who is told */
	const struct outlet *tested; /* NULL: none */
	struct told told;
};

#define WORK_INIT \
	{ \
		.retold = RETOLD_INIT, .of_base = SETTINGS_INIT, .told = TOLD_INIT \
	}

static void notify_work_release(struct work *work)
{
	told_release(&work->told);
	settings_release(&work->of_base);
	retold_release(&work->retold);
	ARRAY_RELEASE(&work->operands);
}

static void send_messages(struct work *work, const struct telling *telling)
{
	const struct notify_options *options = &work->options;
	const struct responding responding = { telling, &work->by->responses, work->by->file,
		ci_is_asked_for() };

	if (work->tested) {
		notify_test(telling, work->tested, options->dry_run, &work->told);
	} else if (options->dry_run) {
		notify_show(telling, &work->told);
		respond_show(&responding, &work->told);
	} else {
		notify_tell(telling, &work->told);
		respond(&responding, &work->told);
	}
}

static void tell_verdict(struct work *work, const struct verdict *verdict)
{
	const struct settings *settings = work->by;
	const struct env *env = verdict ? &verdict->head->env : NULL;
	struct error why_no_state = ERROR_INIT;
	char *state = tell_state_path(settings, &why_no_state);
	char now[CLOCK_TIMESTAMP_MAX];
	struct ci_context ci;
	struct telling telling = { &settings->notify, &settings->rules, verdict, &ci, state, now,
		why_no_state.text, tell_changed_files };

	clock_timestamp(now);
	ci_context_find(
		&ci, env ? env->values[ENV_COMMIT] : NULL, env ? env->values[ENV_BRANCH] : NULL);
	send_messages(work, &telling);
	ci_context_release(&ci);
	free(state);
}

/* A message that is kept up to date must not become one of a test. */
static int find_tested(struct work *work, struct error *err)
{
	work->tested = outlets_require(&work->by->notify.outlets, work->options.test, err);
	if (!work->tested || !work->tested->notifier->stays)
		return work->tested ? 0 : -1;
	return error_set(err, ERR_USAGE,
		"%s (%s) keeps one message of each run, which a test would replace; 'benchgate notify --dry-run RESULT' shows what it would be sent",
		work->tested->name, work->tested->notifier->type);
}

static int check_arguments(const struct work *work, struct error *err)
{
	const struct notify_options *options = &work->options;

	if (options->test && (work->operands.nr || options->flush))
		return error_set(err, ERR_USAGE,
			"--test CHANNEL sends a test message alone; leave out the result file and --flush");
	if (work->operands.nr > 1 || (!work->operands.nr && !options->flush && !options->test))
		return error_set(err, ERR_USAGE,
			"notify takes one result file, as --out of run and compare writes it, or --flush");
	return 0;
}

static int notify_prepare(struct work *work, struct error *err)
{
	const struct notify_options *options = &work->options;
	struct settings *settings = &work->retold.settings;

	if (check_arguments(work, err) || settings_load(&options->retold.settings, settings, err))
		return -1;
	if (tell_settings(options->policy_from, settings, &work->of_base, &work->by, err))
		return -1;
	if (!tell_has_anybody(work->by))
		return error_set(err, ERR_USAGE,
			"%s%s names no channels and no responses (see 'benchgate help alerting')",
			settings->file ? settings->file : "there is no policy file, which",
			work->by == settings ? "" : " of the base");
	if (options->test)
		return find_tested(work, err);
	return work->operands.nr
		? retold_read(&work->retold, &options->retold, work->operands.items[0], err)
		: 0;
}

/* Rules may ask the history. */
static int notify_of_result(struct work *work, struct error *err)
{
	struct verdict verdict = retold_verdict(&work->retold);
	const char *db = pasts_db(NULL, &work->retold.settings);
	struct pasts pasts = { .nr = 0 };
	int rc = db ? pasts_give(&pasts, db, &work->retold.settings, &verdict, err) : 0;

	if (!rc)
		tell_verdict(work, &verdict);
	verdict_release(&verdict);
	pasts_release(&pasts);
	return rc;
}

static int notify(struct work *work, struct outcome *outcome, struct error *err)
{
	int rc = 0;

	if (work->operands.nr)
		rc = notify_of_result(work, err);
	else
		tell_verdict(work, NULL);
	if (rc)
		return rc;
	rc = command_print(&work->told.lines, err);
	tell_warn(&work->told);
	tell_strictly(work->options.strict || work->tested, work->by, &work->told, outcome);
	return rc;
}

static int notify_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct work work = WORK_INIT;
	int rc = opts_parse(opts, given, &work.options, &work.operands, err);

	process_setup();
	if (!rc)
		rc = notify_prepare(&work, err);
	if (!rc)
		rc = notify(&work, outcome, err);
	notify_work_release(&work);
	return rc;
}

const struct command command_notify = {
	.name = "notify",
	.group = COMMANDS_ALERTS,
	.operands = "[RESULT]",
	.summary = "tell the channels of what was measured, or show what they would be told",
	.details =
		"Reads a result file, judges it against a base where one is given, and tells the policy file's channels, "
		"as run and compare do by themselves in CI. Nothing is told twice.\n"
		"See 'benchgate help alerting' for rules and channels.",
	.examples = "benchgate notify --dry-run result.json --against base.json\n"
		    "benchgate notify --flush\n",
	.opts = opts,
	.run = notify_run,
};
