/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/array.h"
#include "base/date.h"
#include "base/error.h"
#include "base/str.h"
#include "cmd/verbs.h"
#include "harness/machine.h"
#include "model/units.h"
#include "session/baseline_file.h"
#include "session/settings.h"
#include "store/acceptances.h"
#include "store/baseline.h"
#include "store/shelf.h"
#include "sys/clock.h"
#include "sys/lock.h"
#include "sys/process.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

struct accept_options {
	const char *metric; /* NULL: every metric */
	const char *reason;
	const char *until;
	const char *max;
	const char *by;
	bool list;
	bool remove;
	struct settings_options settings; /* the file alone */
};

static const struct opt opts[] = {
	OPT_WORD('r', "reason", struct accept_options, reason, "TEXT", "why it may stay"),
	OPT_WORD('u', "until", struct accept_options, until, "DATE",
		"the last day that it may: 2026-12-31 (default: for ever)"),
	OPT_WORD('m', "max", struct accept_options, max, "PERCENT",
		"the largest change that may: 8% (default: any)"),
	OPT_WORD(0, "metric", struct accept_options, metric, "NAME",
		"the metric that it is about: time, p99, or the benchmark's own, or a pattern (default: "
		"every metric)"),
	OPT_WORD(0, "by", struct accept_options, by, "NAME", "who says so"),
	OPT_FLAG('l', "list", struct accept_options, list, "show what is accepted"),
	OPT_FLAG(0, "remove", struct accept_options, remove,
		"take back what was accepted of this very benchmark, with --metric of this metric"),
	OPT_WORD(0, "config", struct accept_options, settings.config, "FILE",
		"the policy file, or none (default: benchgate.json or benchgate.yml, here or in "
		"the nearest folder above)"),
	OPT_END,
};

/* The file of acceptances, read. */
struct work {
	struct accept_options options;
	struct settings settings;
	struct buf path;
	struct acceptances accepted;
	char today[CLOCK_TIMESTAMP_MAX]; /* the day alone */
	struct buf text;                 /* for standard output */
};

#define WORK_INIT \
	{ \
		.settings = SETTINGS_INIT, .path = BUF_INIT, .text = BUF_INIT \
	}

static void accept_work_release(struct work *work)
{
	buf_release(&work->text);
	acceptances_release(&work->accepted);
	buf_release(&work->path);
	settings_release(&work->settings);
}

/* As it is now, in place of what was read before. */
static int read_accepted(struct work *work, struct error *err)
{
	acceptances_release(&work->accepted);
	work->accepted = (struct acceptances){ 0 };
	if (!acceptances_read(work->path.data, &work->accepted, err))
		return 0;
	/* A file of our own that cannot be read is no slip on the command line. */
	err->kind = ERR_IO;
	return -1;
}

static int load(struct work *work, struct error *err)
{
	if (settings_load(&work->options.settings, &work->settings, err))
		return -1;
	buf_addf(&work->path, "%s/" SHELF_ACCEPTED, work->settings.baselines);
	clock_today(work->today);
	return read_accepted(work, err);
}

/* "sort/1000 until 2026-12-31, up to 8 %" */
static void add_what(struct buf *out, const struct acceptance *acceptance)
{
	buf_add_printable(out, acceptance->benchmark);
	if (acceptance->metric) {
		buf_addc(out, ' ');
		buf_add_printable(out, acceptance->metric);
	}
	if (acceptance->until)
		buf_addf(out, " until %s", acceptance->until);
	if (isfinite(acceptance->max_ratio)) {
		buf_addf(out, "%s up to ", acceptance->until ? "," : "");
		units_add_ratio(out, acceptance->max_ratio);
	}
}

static void accept_add_part(struct buf *out, const char *label, const char *text)
{
	if (!text)
		return;
	buf_adds(out, label);
	buf_add_printable(out, text);
}

static void list(struct work *work)
{
	struct buf *out = &work->text;

	for (size_t i = 0; i < work->accepted.nr; i++) {
		const struct acceptance *acceptance = &work->accepted.items[i];
		const char *until = acceptance->until;

		add_what(out, acceptance);
		if (until && strcmp(until, work->today) < 0)
			buf_adds(out, " (expired)");
		accept_add_part(out, ": ", acceptance->reason);
		accept_add_part(out, "; ", acceptance->timestamp);
		accept_add_part(out, ", by ", acceptance->by);
		accept_add_part(out, ", commit ", acceptance->commit);
		buf_addc(out, '\n');
	}
	if (!work->accepted.nr)
		buf_addf(out, "nothing is accepted in %s\n", work->path.data);
}

/* The very text of both; NULL: every metric. */
static bool accept_is_same(
	const struct acceptance *acceptance, const char *benchmark, const char *metric)
{
	if (strcmp(acceptance->benchmark, benchmark) != 0)
		return false;
	return metric ? acceptance->metric && strcmp(acceptance->metric, metric) == 0
		      : !acceptance->metric;
}

/* False when nothing was accepted by that very text. */
static bool accept_forget(struct acceptances *accepted, const char *benchmark, const char *metric)
{
	struct acceptances kept = { 0 }, gone = { 0 };
	bool found;

	for (size_t i = 0; i < accepted->nr; i++) {
		bool is_it = accept_is_same(&accepted->items[i], benchmark, metric);

		*ARRAY_ADD(is_it ? &gone : &kept) = accepted->items[i];
	}
	found = gone.nr > 0;
	acceptances_release(&gone);
	ARRAY_RELEASE(accepted);
	*accepted = kept;
	return found;
}

static bool is_accepted(const struct work *work, const char *benchmark)
{
	for (size_t i = 0; i < work->accepted.nr; i++)
		if (accept_is_same(&work->accepted.items[i], benchmark, work->options.metric))
			return true;
	return false;
}

/*
 * Moves what is added, one or none, to the place of those of the same text. Others may have changed
 * the file since we read it: what is there now is changed. *replaced: there was one.
 */
static int write_change(struct work *work, const char *benchmark, struct acceptances *added,
	bool *replaced, struct error *err)
{
	struct lock lock = LOCK_INIT;
	int rc = lock_folder_of(&lock, work->path.data, err);

	if (!rc)
		rc = read_accepted(work, err);
	if (!rc) {
		*replaced = accept_forget(&work->accepted, benchmark, work->options.metric);
		for (; added->nr; added->nr--)
			*ARRAY_ADD(&work->accepted) = added->items[added->nr - 1];
		rc = acceptances_write(work->path.data, &work->accepted, err);
	}
	lock_release(&lock);
	return rc;
}

static int take_back(struct work *work, const char *benchmark, struct error *err)
{
	struct unknown unknown = { .given = benchmark, .see = "'benchgate accept --list'" };
	struct acceptances none = { 0 };
	bool found;

	if (!is_accepted(work, benchmark)) {
		for (size_t i = 0; i < work->accepted.nr; i++)
			unknown_offer(&unknown, work->accepted.items[i].benchmark);
		return unknown_error(&unknown, err, "'%s%s%s' is not accepted in %s", benchmark,
			work->options.metric ? " " : "",
			work->options.metric ? work->options.metric : "", work->path.data);
	}
	if (write_change(work, benchmark, &none, &found, err))
		return -1;
	buf_adds(&work->text, "no longer accepted: ");
	add_what(&work->text,
		&(const struct acceptance){ .benchmark = (char *)benchmark,
			.metric = (char *)work->options.metric,
			.max_ratio = NAN });
	buf_addf(&work->text, " (%s)\n", work->path.data);
	return 0;
}

/* Whether some benchmark has that name and that metric, and which name is near. */
struct search {
	struct unknown unknown;
	const char *metric; /* NULL: any */
	bool found, has_metric;
	size_t nr;           /* of files that were looked at */
	struct error failed; /* why one of them cannot be read, or nothing */
};

static bool result_has_metric(const struct result *result, const char *metric)
{
	for (size_t i = 0; i < result->metrics.nr && metric; i++)
		if (str_glob(metric, result->metrics.items[i].name))
			return true;
	return !metric;
}

static void look_in(struct search *search, const char *path)
{
	struct run baseline = RUN_INIT;

	search->nr++;
	if (baseline_read(path, &baseline, &search->failed))
		search->failed.kind = ERR_IO;
	for (size_t i = 0; i < baseline.nr && !search->has_metric; i++) {
		const struct result *result = &baseline.items[i];
		bool found = str_matches(search->unknown.given, result->name);

		search->found |= found;
		search->has_metric |= found && result_has_metric(result, search->metric);
		unknown_offer(&search->unknown, result->name);
	}
	run_release(&baseline);
}

/* Where nothing is recorded yet, any name may be right. */
static int judge_search(const struct search *search, struct error *err)
{
	if (search->has_metric || !search->nr)
		return 0;
	if (search->failed.kind) {
		*err = search->failed;
		return -1;
	}
	if (search->found)
		return error_set(err, ERR_USAGE,
			"no benchmark of any baseline that matches '%s' has a metric '%s'",
			search->unknown.given, search->metric);
	return unknown_error(&search->unknown, err, "no benchmark of any baseline matches '%s'",
		search->unknown.given);
}

static int check_benchmark(const struct work *work, const char *benchmark, struct error *err)
{
	struct search search = {
		.unknown = { .given = benchmark, .see = "'benchgate baselines show'" },
		.metric = work->options.metric,
		.failed = ERROR_INIT,
	};
	struct texts paths = { 0 };
	int rc = baseline_file_list(work->settings.baselines, &paths, err);

	for (size_t i = 0; i < paths.nr && !search.has_metric; i++)
		look_in(&search, paths.items[i]);
	if (!rc)
		rc = judge_search(&search, err);
	texts_release(&paths);
	return rc;
}

static bool accept_is_blank(const char *text)
{
	while (isspace((unsigned char)*text))
		text++;
	return !*text;
}

static int check_words(
	const struct accept_options *options, const char *today, double *max, struct error *err)
{
	if (!options->reason || accept_is_blank(options->reason))
		return error_set(err, ERR_USAGE,
			"say why the regression may stay, with --reason; reviewers will read it");
	if (options->metric && accept_is_blank(options->metric))
		return error_set(
			err, ERR_USAGE, "--metric takes the name of a metric, or a pattern");
	if (options->by && accept_is_blank(options->by))
		return error_set(err, ERR_USAGE, "--by takes a name");
	if (options->until && !date_is_day(options->until))
		return error_set(err, ERR_USAGE,
			"--until takes a day such as 2026-12-31; '%s' is not one", options->until);
	if (options->until && strcmp(options->until, today) < 0)
		return error_set(err, ERR_USAGE, "--until %s is over: today is %s (UTC)",
			options->until, today);
	if (options->max && !(str_to_ratio(options->max, max) && *max > 0))
		return error_set(err, ERR_USAGE,
			"--max takes a percentage above 0, like 8%%; '%s' is not one",
			options->max);
	return 0;
}

static int record(struct work *work, const char *benchmark, struct error *err)
{
	const struct accept_options *options = &work->options;
	struct env env = { { NULL } };
	char now[CLOCK_TIMESTAMP_MAX];
	double max = NAN;
	struct acceptances added = { 0 };
	bool again;
	int rc;

	if (check_words(options, work->today, &max, err) || check_benchmark(work, benchmark, err))
		return -1;
	machine_describe_source(&env);
	clock_timestamp(now);
	*ARRAY_ADD(&added) = (struct acceptance){ .benchmark = str_dup(benchmark),
		.metric = options->metric ? str_dup(options->metric) : NULL,
		.reason = str_dup(options->reason),
		.until = str_dup(options->until),
		.max_ratio = max,
		.timestamp = str_dup(now),
		.commit = str_dup(env.values[ENV_COMMIT]),
		.by = str_dup(options->by) };
	env_release(&env);
	rc = write_change(work, benchmark, &added, &again, err);
	acceptances_release(&added);
	if (rc)
		return -1;
	buf_adds(&work->text, again ? "accepted again: " : "accepted: ");
	add_what(&work->text, &work->accepted.items[work->accepted.nr - 1]);
	buf_addf(&work->text, " (%s)\n", work->path.data);
	return 0;
}

static int check_operands(
	const struct accept_options *options, const struct words *words, struct error *err)
{
	bool says_more = options->reason || options->until || options->max || options->by;

	if (options->list && (words->nr || options->remove || options->metric || says_more))
		return error_set(
			err, ERR_USAGE, "--list shows all that is accepted; it takes nothing else");
	if (options->remove && says_more)
		return error_set(err, ERR_USAGE,
			"--remove takes only a benchmark; --reason, --until, --max and --by are for accepting");
	if (!options->list && (words->nr != 1 || !*words->items[0]))
		return error_set(
			err, ERR_USAGE, "accept takes one benchmark: its name, or a pattern");
	return 0;
}

static int accept_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct work work = WORK_INIT;
	struct words words = { 0 };
	const char *benchmark;
	int rc = opts_parse(opts, given, &work.options, &words, err);

	(void)outcome;
	process_setup();
	if (!rc)
		rc = check_operands(&work.options, &words, err);
	if (!rc)
		rc = load(&work, err);
	benchmark = words.nr ? words.items[0] : "";
	if (!rc && work.options.list)
		list(&work);
	else if (!rc && work.options.remove)
		rc = take_back(&work, benchmark, err);
	else if (!rc)
		rc = record(&work, benchmark, err);
	if (!rc)
		rc = command_print(&work.text, err);
	accept_work_release(&work);
	ARRAY_RELEASE(&words);
	return rc;
}

const struct command command_accept = {
	.name = "accept",
	.group = COMMANDS_BASELINES,
	.operands = "BENCHMARK",
	.summary = "record that a regression may stay",
	.details =
		"Records in accepted.json beside the baselines that a regression of BENCHMARK (its name, or a pattern) "
		"may stay, of all its metrics or with --metric of that one: run says ACCEPTED then, and does not fail. Of several that speak of a benchmark, the newest "
		"counts; an older one of the very same text is replaced.\n"
		"A change that is to stay for good is better recorded with 'benchgate update-baselines --replace'.",
	.examples = "benchgate accept sort/1000 --reason \"safer\" --max 8% --until 2027-06-30\n"
		    "benchgate accept --list\n",
	.opts = opts,
	.run = accept_run,
};
