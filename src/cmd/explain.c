/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/array.h"
#include "base/str.h"
#include "cmd/accounts.h"
#include "cmd/verbs.h"
#include "report/explanation_keep.h"
#include "report/explanation_report.h"
#include "report/flame_report.h"
#include "session/ci.h"
#include "session/explaining.h"
#include "session/measure.h"
#include "session/side.h"
#include "sys/clock.h"
#include "sys/process.h"

#include <string.h>

struct explain_options {
	struct select_options select;
	struct plan plan;
	const char *cache, *with;
	bool quiet, code;
	struct words reports, flames;
};

static const struct opt opts[] = {
	OPT_WORDS(0, "report", struct explain_options, reports, "FORMAT[=FILE]",
		"text, markdown or json; may be given again (default: text)", GROUP_RESULTS),
	OPT_WORDS(0, "flame", struct explain_options, flames, "FILE",
		"write a flame graph of both sides: a page (.html), stacks (.txt), or for speedscope (.json); may be given again",
		GROUP_RESULTS),
	OPT_FLAG(0, "code", struct explain_options, code,
		"show the machine code of the function that changed most, base beside head",
		GROUP_RESULTS),
	OPT_CHOICE(0, "with", struct explain_options, with, "auto,perf,callgrind",
		"what profiles: perf samples time, callgrind counts instructions and calls (default: auto: perf where the kernel "
		"allows it and its samples can tell, or else callgrind)",
		GROUP_MEASURE),
	OPT_DURATION('b', "budget", struct explain_options, plan.budget_ns,
		"what all profiling may take; what is left out then is said (default: no limit)",
		GROUP_MEASURE),
	OPT_DURATION(0, "timeout", struct explain_options, plan.timeout_ns,
		"what one process of a benchmark may take before it is killed (default 60s)",
		GROUP_MEASURE),
	OPT_COUNT(0, "seed", struct explain_options, plan.seed, "N",
		"of the benchmarks' own data (default, and 0: a new one)", GROUP_MEASURE),
	OPT_WORD(0, "cache", struct explain_options, cache, "FOLDER",
		"where what revisions build to is kept (default: benchgate in $XDG_CACHE_HOME or ~/.cache)",
		GROUP_BUILD),
	CONFIG_OPT(struct explain_options, select.settings),
	SANDBOX_OPT(struct explain_options, select.settings),
	OPT_FLAG('q', "quiet", struct explain_options, quiet, "no progress", GROUP_EVERYDAY),
	OPT_END,
};

static void fill_explanation_text(const void *account, struct buf *out)
{
	explanation_text(account, out);
}

static void fill_explanation_markdown(const void *account, struct buf *out)
{
	explanation_markdown(account, out);
}

static void fill_explanation_json(const void *account, struct buf *out)
{
	explanation_json(account, out);
}

static const struct account_format explanation_formats[] = {
	{ "text", "base: ", fill_explanation_text },
	{ "markdown", "## Explanation", fill_explanation_markdown },
	{ "json", "{", fill_explanation_json },
	{ .name = NULL },
};

static const struct {
	const char *suffix, *begins;
	void (*fill)(const struct flame_list *list, struct buf *out);
} flame_formats[] = {
	{ ".html", FLAME_HTML_BEGINS, flame_html },
	{ ".txt", "", flame_stacks },
	{ ".json", "{", flame_speedscope },
};

struct flame_files {
	struct flame_file {
		struct file_new file;
		size_t format;
	} * items;
	size_t nr, alloc;
};

#define NR_FLAME_FORMATS (sizeof flame_formats / sizeof *flame_formats)

struct explain_work {
	struct explain_options options;
	struct words operands;
	struct settings settings;
	struct side sides[NR_SIDES];
	struct accounts accounts;
	struct flame_files flames;
	struct benches chosen; /* borrowed, of the head */
	struct explain_account account;
};

/* Where it is not said: what the policy file or the CI system says. */
static const char *usual_base(const struct explain_work *work)
{
	const char *said = work->settings.base;
	bool is_named = said && strcmp(said, "auto") != 0 && strcmp(said, "none") != 0;

	return is_named ? said : ci_target_branch();
}

static int has_no_code(const struct side *side, struct error *err)
{
	return error_set(err, ERR_USAGE,
		"'%s' has no code to profile: explain takes suites and git revisions",
		side->said ? side->said : "the working tree");
}

static int find_explained_sides(struct explain_work *work, struct error *err)
{
	const struct words *operands = &work->operands;
	struct side *base = &work->sides[SIDE_BASE], *head = &work->sides[SIDE_HEAD];
	const struct side_options options = { .settings = &work->settings,
		.plan = &work->options.plan,
		.wanted = SIDE_MEASURABLE,
		.cache = work->options.cache,
		.merge_base = ci_is_there(),
		.quiet = work->options.quiet };

	base->is_base = true;
	base->said = operands->nr > 1 ? operands->items[1] : usual_base(work);
	head->said = operands->nr > 2 ? operands->items[2] : NULL;
	if (!base->said && !work->settings.build)
		return error_set(err, ERR_USAGE,
			"explain takes a base: a suite or a git revision; or \"base\" in the policy file");
	for (int i = 0; i < NR_SIDES; i++)
		if (side_must_be_result(&work->sides[i]))
			return has_no_code(&work->sides[i], err);
	if (side_find(head, &options, NULL, err) ||
		(base->said ? side_find(
				      base, &options, head->revision.tree ? head->said : NULL, err)
			    : side_find_auto(base, &options, NULL, err)))
		return -1;
	for (int i = 0; i < NR_SIDES; i++)
		if (!side_can_be_measured(&work->sides[i]))
			return has_no_code(&work->sides[i], err);
	return side_prepare(base, &options, err) || side_prepare(head, &options, err) ? -1 : 0;
}

/* Of the head's benchmarks, those that the pattern names and that the base has, too. */
static int choose_explained(struct explain_work *work, struct error *err)
{
	const char *pattern = work->operands.items[0];
	const struct benches *head = &work->sides[SIDE_HEAD].catalog.benches;
	const struct benches *base = &work->sides[SIDE_BASE].catalog.benches;
	struct unknown unknown = { .given = pattern, .see = "'benchgate list'" };

	for (size_t i = 0; i < head->nr; i++) {
		unknown_offer(&unknown, head->items[i].name);
		if (!str_matches(pattern, head->items[i].name))
			continue;
		if (benches_find(base, head->items[i].name))
			*ARRAY_ADD(&work->chosen) = head->items[i];
		else if (!strpbrk(pattern, "*?"))
			return error_set(err, ERR_USAGE, "the base has no benchmark '%s'",
				head->items[i].name);
	}
	if (!work->chosen.nr)
		return unknown_error(&unknown, err, "no benchmark matches '%s'", pattern);
	return 0;
}

static int open_flame(struct flame_files *flames, const char *path, struct error *err)
{
	for (size_t i = 0; i < NR_FLAME_FORMATS; i++) {
		size_t len = strlen(path), suffix = strlen(flame_formats[i].suffix);
		struct flame_file *flame;

		if (len <= suffix || strcmp(path + len - suffix, flame_formats[i].suffix) != 0)
			continue;
		flame = ARRAY_ADD(flames);
		*flame = (struct flame_file){ FILE_NEW_INIT, i };
		return command_open_file(&flame->file, path,
			(struct command_file){ "flame graph", flame_formats[i].begins }, err);
	}
	return error_set(err, ERR_USAGE,
		"--flame %s: a flame graph is a file that ends in .html, .txt or .json", path);
}

static int open_flames(struct explain_work *work, struct error *err)
{
	const struct words *paths = &work->options.flames;

	for (size_t i = 0; i < paths->nr; i++)
		if (open_flame(&work->flames, paths->items[i], err))
			return -1;
	return 0;
}

static int fill_flames(struct flame_files *flames, const struct flame_list *list, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; i < flames->nr; i++) {
		struct buf text = BUF_INIT;

		flame_formats[flames->items[i].format].fill(list, &text);
		if (file_new_commit(&flames->items[i].file, &text, err))
			rc = -1;
		buf_release(&text);
	}
	return rc;
}

/* Of all subjects that have no trouble, with every stack. */
static int write_flames(struct explain_work *work, struct error *err)
{
	const struct explanation_limits all = { 0 };
	size_t nr = work->account.subjects.nr;
	struct kept_explanation *kept = mem_alloc(nr + 1, sizeof *kept);
	struct flame_list list = { 0 };
	int rc;

	for (size_t i = 0; i < nr && work->flames.nr; i++) {
		if (work->account.subjects.items[i].trouble)
			continue;
		explanation_keep(&work->account, &work->account.subjects.items[i], &all, &kept[i]);
		flame_list_add(&list, &kept[i]);
	}
	rc = fill_flames(&work->flames, &list, err);
	ARRAY_RELEASE(&list);
	for (size_t i = 0; i < nr; i++)
		kept_explanation_release(&kept[i]);
	free(kept);
	return rc;
}

static int prepare_explain(struct explain_work *work, struct error *err)
{
	struct explain_options *options = &work->options;

	if (!work->operands.nr)
		return error_set(err, ERR_USAGE,
			"explain takes the name of a benchmark: explain BENCHMARK [BASE [HEAD]]");
	if (work->operands.nr > 3)
		return error_set(err, ERR_USAGE,
			"explain takes a benchmark, a base and a head, but also got '%s'",
			work->operands.items[3]);
	if (accounts_open(&work->accounts, &options->reports, err) || open_flames(work, err) ||
		settings_load(&options->select.settings, &work->settings, err) ||
		settings_choose_sandbox(&options->select.settings, &work->settings, err) ||
		find_explained_sides(work, err) || choose_explained(work, err))
		return -1;
	return 0;
}

static bool has_all_troubles(const struct explain_account *account)
{
	for (size_t i = 0; i < account->subjects.nr; i++)
		if (!account->subjects.items[i].trouble)
			return false;
	return true;
}

static enum explaining_way explain_way(const char *with)
{
	return !with || strcmp(with, "auto") == 0 ? EXPLAINING_AUTO
		: strcmp(with, "perf") == 0       ? EXPLAINING_PERF
						  : EXPLAINING_CALLGRIND;
}

static int take_explanations(struct explain_work *work, struct outcome *outcome, struct error *err)
{
	const struct plan plan = plan_settled(work->options.plan);
	const struct explaining explaining = { .way = explain_way(work->options.with),
		.plan = &plan,
		.catalogs = { &work->sides[SIDE_BASE].catalog, &work->sides[SIDE_HEAD].catalog },
		.revisions = { &work->sides[SIDE_BASE].revision, &work->sides[SIDE_HEAD].revision },
		.said = { work->sides[SIDE_BASE].said, work->sides[SIDE_HEAD].said },
		.quiet = work->options.quiet,
		.deadline_ns = plan.budget_ns ? clock_now_ns() + plan.budget_ns : 0 };

	explaining_say_sides(&explaining, &work->account);
	if (explaining_take(&explaining, &work->chosen, &work->account, err))
		return -1;
	explaining_find_changes(&explaining, work->settings.root, &work->account.changes);
	work->account.shows_code = work->options.code;
	outcome->unmeasured = has_all_troubles(&work->account);
	if (process_interrupted())
		return 0;
	return accounts_write(&work->accounts, &work->account, err) || write_flames(work, err) ? -1
											       : 0;
}

static int explain_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct explain_work work = { .options = { .plan = PLAN_UNSAID },
		.settings = SETTINGS_INIT,
		.sides = { SIDE_INIT, SIDE_INIT },
		.accounts = { .what = "explanation", .formats = explanation_formats } };
	int rc = opts_parse(opts, given, &work.options, &work.operands, err);

	process_setup();
	if (!rc)
		rc = prepare_explain(&work, err);
	if (!rc)
		rc = take_explanations(&work, outcome, err);
	explain_account_release(&work.account);
	accounts_release(&work.accounts);
	for (size_t i = 0; i < work.flames.nr; i++)
		file_new_release(&work.flames.items[i].file);
	ARRAY_RELEASE(&work.flames);
	ARRAY_RELEASE(&work.chosen);
	for (int i = 0; i < NR_SIDES; i++)
		side_release(&work.sides[i]);
	settings_release(&work.settings);
	ARRAY_RELEASE(&work.options.reports);
	ARRAY_RELEASE(&work.options.flames);
	ARRAY_RELEASE(&work.operands);
	return rc;
}

const struct command command_explain = {
	.name = "explain",
	.group = COMMANDS_GATE,
	.operands = "BENCHMARK [BASE [HEAD]]",
	.summary = "say which function, line or call made a benchmark slower or faster",
	.details =
		"Profiles the benchmark on both sides, and compares: which functions cost more, which are new, gone or inlined, what "
		"they call more often, where they allocate, in which lines. perf samples where time goes; callgrind counts every "
		"instruction and call.\n"
		"BASE and HEAD are suites or git revisions, as for 'benchgate compare': without HEAD it is the working tree; without "
		"BASE it is \"base\" of the policy file, or where the work branched off. Revisions are built by \"build\" in the "
		"policy file, and what was built is kept. BENCHMARK may be a pattern.\n"
		"perf or valgrind must be installed. Lines and files need debug information: build with -g. 'benchgate help explaining' says "
		"what the numbers mean.",
	.examples = "benchgate explain parse v1.4              # from v1.4 to the working tree\n"
		    "benchgate explain parse old.so new.so\n",
	.opts = opts,
	.run = explain_run,
};
