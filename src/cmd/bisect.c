/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/array.h"
#include "base/str.h"
#include "cmd/accounts.h"
#include "cmd/verbs.h"
#include "report/bisect_report.h"
#include "session/bisect_range.h"
#include "session/bisecting.h"
#include "session/ci.h"
#include "session/recorder.h"
#include "sys/process.h"

#include <stdio.h>
#include <string.h>

/* Of the units that a benchmark gets at most in a comparison, unless it is said. */
#define USUAL_UNITS 60

struct bisect_options {
	struct measure_options measure;
	const char *good, *bad, *metric, *db, *state, *cache;
	uint64_t nr_units;
	bool fresh, measure_identical;
	struct words reports;
};

static const struct opt opts[] = {
	OPT_WORD(0, "good", struct bisect_options, good, "REV",
		"a commit before the change (default: from the history; else \"base\" of the policy file, or where the bad one branched off)",
		GROUP_EVERYDAY),
	OPT_WORD(0, "bad", struct bisect_options, bad, "REV",
		"a commit behind the change (default: HEAD)", GROUP_EVERYDAY),
	OPT_WORD(0, "db", struct bisect_options, db, "FILE",
		"the history whose newest step is looked into, where no end is named; none: in none (default: "
		"\"history\" of the policy file)",
		GROUP_EVERYDAY),
	OPT_WORD('t', "tier", struct bisect_options, measure.select.tier, "TIER[,TIER]",
		"only these tiers: critical, standard, comprehensive or your own", GROUP_SELECT),
	OPT_WORD(0, "metric", struct bisect_options, metric, "NAME",
		"the metric that changed (default: the mean or the typical time, whichever shows it best)",
		GROUP_SELECT),
	OPT_FLAG(0, "measure-identical", struct bisect_options, measure_identical,
		"measure a benchmark although its code and files are the same as in a commit that is known",
		GROUP_SELECT),
	OPT_COUNT('u', "units", struct bisect_options, nr_units, "N",
		"units that a benchmark gets at most in a comparison, each of four fresh processes (default 60)",
		GROUP_MEASURE),
	OPT_DURATION(0, "time", struct bisect_options, measure.plan.duet_ns,
		"timed in each half of a unit, both sides together (default 40ms)", GROUP_MEASURE),
	JOBS_OPT(struct bisect_options, measure),
	MEASURE_LIMIT_OPTS(struct bisect_options, measure),
	OPT_WORD(0, "cache", struct bisect_options, cache, "FOLDER",
		"where what commits build to is kept (default: benchgate in $XDG_CACHE_HOME or ~/.cache)",
		GROUP_BUILD),
	OPT_WORD(0, "state", struct bisect_options, state, "FILE",
		"where the steps are kept, for going on later (default: a file below $XDG_STATE_HOME or ~/.local/state)",
		GROUP_RESULTS),
	OPT_FLAG(0, "fresh", struct bisect_options, fresh,
		"begin anew, although steps of the same bisection are kept", GROUP_RESULTS),
	OPT_WORDS(0, "report", struct bisect_options, reports, "FORMAT[=FILE]",
		"text, markdown or json; may be given again (default: text)", GROUP_RESULTS),
	SETTINGS_OPTS(struct bisect_options, measure.select.settings),
	SANDBOX_OPT(struct bisect_options, measure.select.settings),
	MEASURE_SHOW_OPTS(struct bisect_options, measure),
	OPT_END,
};

static void fill_bisection_text(const void *account, struct buf *out)
{
	bisect_text(account, out);
}

static void fill_bisection_markdown(const void *account, struct buf *out)
{
	bisect_markdown(account, out);
}

static void fill_bisection_json(const void *account, struct buf *out)
{
	bisect_json(account, out);
}

static const struct account_format bisect_formats[] = {
	{ "text", "good: ", fill_bisection_text },
	{ "markdown", "## Bisection", fill_bisection_markdown },
	{ "json", "{", fill_bisection_json },
	{ .name = NULL },
};

struct bisect_work {
	struct bisect_options options;
	struct words patterns;
	struct settings settings;
	struct revision good, bad;
	struct bisect_range range; /* that the history gave */
	struct bisect_task task;
	struct bisecting bisecting;
	struct accounts accounts;
};

/* --- ends --------------------------------------------------------------------------------------
 */

static const char *usual_good(const struct bisect_work *work)
{
	const char *said = work->settings.base;
	bool is_named = said && strcmp(said, "auto") != 0 && strcmp(said, "none") != 0 &&
		revision_is_known(work->settings.root, said);

	return is_named ? said : NULL;
}

/* Both ends, where nobody names one: a step that the history shows, if git knows its commits. */
static int find_range(struct bisect_work *work, struct error *err)
{
	struct bisect_options *options = &work->options;
	const char *path = recorder_path(options->db, &work->settings);
	struct bisect_range *range = &work->range;

	if (options->good || options->bad || !path)
		return 0;
	if (bisect_range_find(path, &work->patterns, options->metric, range, err))
		return -1;
	if (!range->good && options->db)
		return error_set(err, ERR_USAGE,
			"%s has no step of these benchmarks: name the ends, with --good and --bad",
			path);
	/* A history may be of more than was fetched. */
	if (!range->good ||
		(!options->db &&
			!(revision_is_known(work->settings.root, range->good) &&
				revision_is_known(work->settings.root, range->bad))))
		return 0;
	options->good = range->good;
	options->bad = range->bad;
	work->bisecting.account.note = str_dup(range->note);
	return 0;
}

/* What the bad one does not go back to is no end: where the two branched off is. */
static int find_ends(struct bisect_work *work, struct error *err)
{
	const char *root = work->settings.root;
	const char *bad = work->options.bad ? work->options.bad : "HEAD";
	const char *good = work->options.good ? work->options.good : usual_good(work);
	struct revision said = REVISION_INIT;
	int rc = -1;

	if (revision_resolve(root, bad, &work->bad, err))
		return -1;
	if (!good && !work->options.bad)
		return revision_before(root, ci_target_branch(), &work->good, err);
	if (!good)
		return error_set(err, ERR_USAGE,
			"name a commit before the change, with --good, or \"base\" in the policy file");
	if (revision_resolve(root, good, &said, err))
		return -1;
	rc = revision_merge_base(root, good, bad, &work->good, err);
	if (!rc && strcmp(said.commit, work->good.commit) == 0) {
		revision_release(&work->good);
		work->good = said;
		return 0;
	}
	revision_release(&said);
	return rc;
}

/* --- the bisection -----------------------------------------------------------------------------
 */

static int check_bisect_options(const struct bisect_work *work, struct error *err)
{
	if (!work->options.nr_units || work->options.nr_units > 10000)
		return error_set(err, ERR_USAGE, "--units takes a number from 1 to 10000");
	return 0;
}

static int prepare_bisection(struct bisect_work *work, struct error *err)
{
	struct bisect_options *options = &work->options;
	struct select_options *select = &options->measure.select;

	if (check_bisect_options(work, err) ||
		accounts_open(&work->accounts, &options->reports, err) ||
		settings_load(&select->settings, &work->settings, err) ||
		settings_choose_sandbox(&select->settings, &work->settings, err) ||
		find_range(work, err) || find_ends(work, err))
		return -1;
	options->measure.plan.nr_units = options->nr_units;
	options->measure.plan.looks = true;
	options->measure.plan.nr_retries = work->settings.policy.retry_failed;
	work->task = (struct bisect_task){ .measure = &options->measure,
		.patterns = &work->patterns,
		.settings = &work->settings,
		.of_side = { .settings = &work->settings,
			.plan = &options->measure.plan,
			.wanted = SIDE_MEASURABLE,
			.cache = options->cache,
			.quiet = options->measure.quiet },
		.metric = options->metric,
		.state = options->state,
		.fresh = options->fresh,
		.measure_identical = options->measure_identical };
	return bisecting_open(&work->bisecting, &work->task, &work->good, &work->bad, err);
}

static bool has_range(const struct bisect *search)
{
	for (size_t i = 0; i < search->findings.nr; i++)
		if (search->findings.items[i].last > search->findings.items[i].before + 1)
			return true;
	return false;
}

static void tell_outcome(const struct bisect_account *account, struct outcome *outcome)
{
	for (size_t i = 0; i < account->subjects.nr; i++) {
		const struct bisect *search = &account->subjects.items[i].search;

		outcome->regressed |= search->outcome == BISECT_FOUND && search->whole.change > 0;
		outcome->unmeasured |= search->outcome == BISECT_NO_END;
		outcome->inconclusive |= search->outcome == BISECT_NOT_SURE || has_range(search);
	}
}

static void say_how_to_go_on(const struct bisect_work *work)
{
	if (work->bisecting.state_path && work->bisecting.account.steps.nr)
		fprintf(stderr,
			"benchgate: the same command goes on from here; %zu of its steps %s kept\n",
			work->bisecting.account.steps.nr,
			work->bisecting.account.steps.nr == 1 ? "is" : "are");
}

static int bisect_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct bisect_work work = { .options = { .measure = MEASURE_OPTIONS_INIT,
					    .nr_units = USUAL_UNITS },
		.settings = SETTINGS_INIT,
		.good = REVISION_INIT,
		.bad = REVISION_INIT,
		.bisecting = BISECTING_INIT,
		.accounts = { .what = "report of a bisection", .formats = bisect_formats } };
	int rc = opts_parse(opts, given, &work.options, &work.patterns, err);

	process_setup();
	if (!rc)
		rc = prepare_bisection(&work, err);
	if (!rc)
		rc = bisecting_work(&work.bisecting, err);
	if (!rc && work.bisecting.interrupted) {
		say_how_to_go_on(&work);
	} else if (!rc) {
		rc = accounts_write(&work.accounts, &work.bisecting.account, err);
		tell_outcome(&work.bisecting.account, outcome);
	}
	accounts_release(&work.accounts);
	bisecting_release(&work.bisecting);
	bisect_range_release(&work.range);
	revision_release(&work.good);
	revision_release(&work.bad);
	settings_release(&work.settings);
	ARRAY_RELEASE(&work.options.reports);
	ARRAY_RELEASE(&work.patterns);
	return rc;
}

const struct command command_bisect = {
	.name = "bisect",
	.group = COMMANDS_GATE,
	.operands = "[BENCHMARK...]",
	.summary = "find the commit that made a benchmark slower or faster",
	.details =
		"Measures commits between a good one and a bad one in turn with the good one, until one is left; then that "
		"with the commit before it, for the size of its change. The answer is wrong once in a hundred bisections at most. "
		"The ends are measured first: a change that is not there, or that is one of layout or of the machine, is said to be.\n"
		"Commits are built as 'benchgate compare' does it, by \"build\" in the policy file; the checkout is not touched, and what "
		"was built is kept. Several benchmarks share builds and measurements. A commit that does not build is left out: where the "
		"change may be one of these, the answer is a range. A merge is followed into what it merged; a change that came in two "
		"steps is two commits.\n"
		"A bisection that was ended goes on with the same command. --budget ends it; what is known by then is the answer.\n"
		"Exit codes: 1 when what made a benchmark slower was found, a commit or a range; 0 when nothing changed or what made one "
		"faster was found; else 2, 3 or 5: 'benchgate help bisecting'.",
	.examples = "benchgate bisect sort/1000 --good v1.4                # from v1.4 to HEAD\n"
		    "benchgate bisect --good v1.4 --report markdown=found.md  # whatever changed\n",
	.opts = opts,
	.run = bisect_run,
};
