/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/base.h"

#include "base/str.h"
#include "session/branch_runs.h"
#include "session/ci.h"
#include "store/acceptances.h"
#include "store/baseline.h"
#include "store/history.h"
#include "store/shelf.h"
#include "sys/folder.h"

#include <string.h>

static int no_baseline(const struct base *base, const struct base_options *options,
	const struct settings *settings, struct error *err)
{
	if (options->baseline)
		return error_set(err, ERR_NO_BASE,
			"there is no baseline '%s': %s is missing; nothing was compared",
			shelf_name(options->baseline), base->path.data);
	return error_set(err, ERR_NO_BASE,
		"no baseline for this machine in %s%s%s; 'benchgate update-baselines' records one; nothing was compared",
		settings->baselines, base->others.nr ? ", only of others such as " : "",
		base->others.nr ? base->others.items[0] : "");
}

static bool share_a_benchmark(const struct run *base, const struct run *head)
{
	for (size_t i = 0; i < head->nr; i++)
		if (run_find(base, head->items[i].name))
			return true;
	return false;
}

/* Another suite's build says nothing of this one's. */
static char *mismatch_of(const struct run *base, const struct run *head)
{
	struct buf text = BUF_INIT;

	if ((run_is_in_turn(base) || run_is_in_turn(head)) && !run_is_in_turn_with(head, base)) {
		buf_adds(&text,
			"times that were measured in turn can be compared only with those of the same measurement");
		return buf_detach(&text);
	}
	if (!env_differences(&base->env, &head->env, ENV_IDENTITY, &text) &&
		(!share_a_benchmark(base, head) ||
			!env_differences(&base->env, &head->env, ENV_REFUSES, &text))) {
		buf_release(&text);
		return NULL;
	}
	return buf_detach(&text);
}

static char *counts_mismatch_of(const struct run *base, const struct run *head)
{
	struct buf text = BUF_INIT;

	if (base->counting.is_wanted && share_a_benchmark(base, head) &&
		env_count_differences(&base->env, &head->env, &text))
		return buf_detach(&text);
	buf_release(&text);
	return NULL;
}

/* A baseline that cannot be read was not asked for. */
void base_find_counts(struct base *base, const struct settings *settings, const struct run *head)
{
	bool has_own = base->found && base->run.counting.is_wanted;

	for (size_t i = 0; !has_own && i < base->others.nr && !base->counts_found; i++) {
		struct buf path = BUF_INIT;
		struct error err = ERROR_INIT;
		char *mismatch = NULL;

		buf_addf(&path, "%s/%s", settings->baselines, base->others.items[i]);
		base->counts_found = !baseline_read(path.data, &base->counts, &err) &&
			base->counts.counting.is_wanted && share_a_benchmark(&base->counts, head) &&
			!(mismatch = counts_mismatch_of(&base->counts, head));
		if (!base->counts_found)
			run_release(&base->counts);
		free(mismatch);
		buf_release(&path);
	}
}

const struct run *base_of_counts(const struct base *base)
{
	if (base->counts_found)
		return &base->counts;
	return base->found ? &base->run : NULL;
}

int base_find(struct base *base, const char *baseline, const struct settings *settings,
	const struct env *env, struct error *err)
{
	if (baseline)
		return shelf_named_path(settings->baselines, baseline, &base->path, err);
	shelf_path(settings->baselines, env, &base->path);
	return shelf_others(settings->baselines, env, &base->others, err);
}

int base_complete(struct base *base, const struct settings *settings, const struct run *head,
	struct error *err)
{
	struct buf accepted = BUF_INIT;
	int rc;

	buf_addf(&accepted, "%s/" SHELF_ACCEPTED, settings->baselines);
	rc = acceptances_read(accepted.data, &base->accepted, err);
	/* A file of our own that cannot be read is no slip on the command line. */
	if (rc)
		err->kind = ERR_IO;
	base->found = !rc;
	base->mismatch = mismatch_of(&base->run, head);
	base->counts_mismatch = counts_mismatch_of(&base->run, head);
	buf_release(&accepted);
	return rc;
}

int base_load_if_there(struct base *base, const char *baseline, const struct settings *settings,
	const struct run *head, struct error *err)
{
	if (base_find(base, baseline, settings, &head->env, err))
		return -1;
	if (folder_lacks(base->path.data))
		return 0;
	if (baseline_read(base->path.data, &base->run, err)) {
		err->kind = ERR_IO;
		return -1;
	}
	return base_complete(base, settings, head, err);
}

/* Each run of a commit is a session. */
static int add_runs_of_db(struct base *base, struct history *history,
	const struct history_runs *runs, struct error *err)
{
	for (size_t i = 0; i < runs->nr; i++) {
		struct run more = RUN_INIT;
		struct buf text = BUF_INIT;
		int rc = history_text(history, runs->items[i].number, &text, err);

		if (!rc)
			rc = baseline_parse(text.data, text.len, i ? &more : &base->run, err);
		if (!rc && i)
			baseline_add_session(&base->run, &more, false);
		buf_release(&text);
		run_release(&more);
		if (rc)
			return -1;
	}
	base->found = runs->nr > 0;
	return 0;
}

/* Runs of the commit that the work began at. */
static int list_of_commit(struct history *history, struct history_filter filter, const char *branch,
	struct history_runs *runs, struct error *err)
{
	struct revision revision = REVISION_INIT;
	struct error none = ERROR_INIT;
	int rc = 0;

	if (!revision_before(".", branch, &revision, &none)) {
		filter.commit = revision.commit;
		filter.newest = BASELINE_MAX_SESSIONS;
		rc = history_list(history, &filter, runs, err);
	}
	revision_release(&revision);
	return rc;
}

static int list_bases(struct history *history, const struct settings *settings, const char *machine,
	struct history_runs *runs, struct error *err)
{
	const struct base_branches branches = { ci_target_branch(), settings->base };
	struct history_filter filter = {
		.machine = machine, .alone = true, .clean = true, .whole = true, .newest = 1
	};

	if (list_of_commit(history, filter, branches.said, runs, err))
		return -1;
	return branch_runs_list(history, &branches, &filter, runs, err);
}

static int load_from_db(struct base *base, const struct base_options *options,
	const struct settings *settings, const struct run *head, struct error *err)
{
	struct history *history = history_open(options->db, DB_READ, err);
	struct history_runs runs = { 0 };
	char machine[ENV_MACHINE_MAX];
	int rc = history ? 0 : -1;

	env_machine(&head->env, machine);
	buf_adds(&base->path, options->db);
	if (!rc)
		rc = list_bases(history, settings, machine, &runs, err);
	if (!rc)
		rc = add_runs_of_db(base, history, &runs, err);
	if (!rc && base->found)
		rc = base_complete(base, settings, head, err);
	if (!rc && !base->found && options->require)
		rc = error_set(err, ERR_NO_BASE,
			"%s has no run of this machine, of the commit that the work began at or of the branch that it began on; nothing was compared",
			options->db);
	history_runs_release(&runs);
	history_close(history);
	return rc;
}

int base_load(struct base *base, const struct base_options *options,
	const struct settings *settings, const struct run *head, struct error *err)
{
	if (options->db && options->baseline)
		return error_set(err, ERR_USAGE,
			"--baseline and --baseline-db both name the base: give one");
	if (options->db)
		return load_from_db(base, options, settings, head, err);
	if (base_load_if_there(base, options->baseline, settings, head, err))
		return -1;
	if (!base->found && (options->baseline || options->require))
		return no_baseline(base, options, settings, err);
	if (!options->baseline)
		base_find_counts(base, settings, head);
	return 0;
}

void base_release(struct base *base)
{
	run_release(&base->run);
	run_release(&base->counts);
	free(base->counts_mismatch);
	buf_release(&base->path);
	texts_release(&base->others);
	acceptances_release(&base->accepted);
	free(base->mismatch);
}

void base_lend_pace(const struct base *base, struct run *head)
{
	for (size_t i = 0; i < head->nr; i++) {
		const struct result *before = run_find(&base->run, head->items[i].name);

		if (before)
			head->items[i].pace = before->pace;
	}
}

static bool is_suite_given(const struct catalog *catalog, const char *suite)
{
	const struct benches *lists[] = { &catalog->benches, &catalog->others };

	for (size_t i = 0; i < 2; i++)
		for (size_t j = 0; j < lists[i]->nr; j++)
			if (strcmp(str_path_name(lists[i]->items[j].source), suite) == 0)
				return true;
	return false;
}

/* Of a suite that was renamed, some benchmark is still there under its old name. */
static bool is_suite_renamed(
	const struct base *base, const struct catalog *catalog, const char *suite)
{
	for (size_t i = 0; i < base->run.nr; i++) {
		const struct result *result = &base->run.items[i];

		if (result->suite && strcmp(result->suite, suite) == 0 &&
			(benches_find(&catalog->benches, result->name) ||
				benches_find(&catalog->others, result->name)))
			return true;
	}
	return false;
}

void base_set_aside(struct base *base, const struct selection *selection)
{
	const struct catalog *catalog = selection->catalog;

	for (size_t i = 0; i < base->run.nr; i++) {
		struct result *result = &base->run.items[i];
		const char *suite = result->suite;

		if (benches_find(&catalog->benches, result->name))
			continue;
		result->aside = benches_find(&catalog->others, result->name) ||
			!measure_chooses(selection, result->name, result->tier) ||
			(suite && !is_suite_given(catalog, suite) &&
				!is_suite_renamed(base, catalog, suite));
	}
}

void base_set_aside_all(struct base *base)
{
	for (size_t i = 0; i < base->run.nr; i++)
		base->run.items[i].aside = true;
}
