/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/verbs.h"
#include "session/propose.h"
#include "sys/process.h"

static const struct opt opts[] = {
	MEASURE_OPTS(struct update_options, measure),
	FORMAT_OPT(struct update_options, measure.select.settings),
	COUNTS_OPT(struct update_options, measure),
	OPT_WORD(0, "from", struct update_options, from, "FILE",
		"record what this file holds, of benchgate or of another tool, and measure nothing; "
		"files behind it are processes of the same session",
		GROUP_EVERYDAY),
	OPT_WORD('B', "baseline", struct update_options, baseline, "NAME|FILE",
		"add to the baseline of that name (baselines/named/NAME.json) or in that file "
		"(default: this machine's)",
		GROUP_EVERYDAY),
	OPT_WORD('r', "reason", struct update_options, reason, "TEXT",
		"why what changed is as it should be: sustained-improvement, environment-change, "
		"test-procedure or manual-override, perhaps with a colon and a note",
		GROUP_EVERYDAY),
	OPT_FLAG(0, "auto", struct update_options, propose,
		"measure nothing: propose what the newest runs of the base branch support, take over what was proposed "
		"long enough ago, and withdraw what later runs contradict",
		GROUP_EVERYDAY),
	OPT_FLAG(0, "approve", struct update_options, approve,
		"measure nothing: take over what is proposed, of benchmarks whose names match a pattern",
		GROUP_EVERYDAY),
	OPT_WORD(0, "db", struct update_options, db, "FILE",
		"with --auto and --approve: the history that has the runs (default: \"history\" of the policy file)",
		GROUP_RESULTS),
	OPT_WORD(0, "approved-by", struct update_options, approved_by, "NAME",
		"who approved the change (with --approve: git's user.name if not given)",
		GROUP_RESULTS),
	OPT_COUNT('n', "sessions", struct update_options, nr_sessions, "N",
		"measure so many sessions, at least 60 s apart (default: 5 where none is on record, "
		"else 1)",
		GROUP_EVERYDAY),
	OPT_DURATION(0, "spread", struct update_options, spread_ns,
		"the time from the first session to the last", GROUP_MEASURE),
	OPT_FLAG(0, "replace", struct update_options, replace,
		"forget the older sessions: after a change that is to stay", GROUP_EVERYDAY),
	OPT_FLAG('y', "yes", struct update_options, yes, "record without asking", GROUP_EVERYDAY),
	OPT_FLAG('d', "dry-run", struct update_options, dry_run, "measure and show, record nothing",
		GROUP_EVERYDAY),
	OPT_FLAG('f', "force", struct update_options, force,
		"record what is unstable, too (its processes differ by more than 5 %)",
		GROUP_RESULTS),
	OPT_END,
};

/* Operands are patterns, or files behind the first one. */
static int record_given(const struct update_options *options, const struct words *operands,
	struct outcome *outcome, struct error *err)
{
	struct words files = { NULL, 0, 0 };
	int rc;

	if (!options->from)
		return update_baselines(options, operands, outcome, err);
	*ARRAY_ADD(&files) = options->from;
	for (size_t i = 0; i < operands->nr; i++)
		*ARRAY_ADD(&files) = operands->items[i];
	rc = update_baselines_from(options, &files, outcome, err);
	ARRAY_RELEASE(&files);
	return rc;
}

static int update_baselines_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct update_options options = { .measure = MEASURE_OPTIONS_INIT,
		.nr_sessions = UPDATE_SESSIONS_DEFAULT };
	struct words patterns = { 0 };
	int rc = opts_parse(opts, given, &options, &patterns, err);

	process_setup();
	if (!rc)
		rc = options.propose || options.approve
			? propose_updates(&options, &patterns, err)
			: record_given(&options, &patterns, outcome, err);
	ARRAY_RELEASE(&options.measure.select.suites);
	ARRAY_RELEASE(&options.measure.select.said.commands);
	ARRAY_RELEASE(&patterns);
	return rc;
}

const struct command command_update_baselines = {
	.name = "update-baselines",
	.group = COMMANDS_BASELINES,
	.operands = "[PATTERN...] | --from FILE...",
	.summary = "measure sessions and add them to the baseline",
	.details =
		"Measures the benchmarks whose names match a pattern (all when there is none), shows what was known "
		"and what is new, and adds the session to this machine's baseline, which keeps the last ten.\n"
		"Where none of these benchmarks has a session on record yet, it measures five, a minute apart, and says "
		"how long that takes. Of several sessions it shows the last one, compared with those before it. --budget "
		"bounds each of them.\n"
		"A benchmark is not recorded when its processes differ by more than 5 %, nor when it changed by more "
		"than its threshold and --reason does not say why; the exit code is 3 then.\n"
		"--auto reads a history in place of measuring ('benchgate help history-file'): seven runs of the base branch in a row, "
		"each better than the baseline and together surely by 3 % or more, make a proposal in baselines/proposed. It "
		"is taken over after 24 hours, or with --approve, and withdrawn where later runs contradict it. A regression "
		"is never taken over so.\n"
		"With --from nothing is measured: the files, of benchgate or of another tool, are one session, each file "
		"a process.\n"
		"UPDATE_BASELINES=1 benchgate run ... does the same without asking; a value other than 1 is the reason.",
	.examples =
		"benchgate update-baselines --suite ./my.so\n"
		"benchgate update-baselines 'sort/*' --replace --reason \"sustained-improvement: radix sort\"\n"
		"benchgate update-baselines --auto --db benchmarks.db\n"
		"benchgate update-baselines --from bench1.txt bench2.txt bench3.txt --baseline main --yes\n",
	.opts = opts,
	.run = update_baselines_run,
};
