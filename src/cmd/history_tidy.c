/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/history.h"

#include "base/array.h"
#include "base/date.h"
#include "base/str.h"
#include "session/baseline_file.h"
#include "session/from_history.h"
#include "store/baseline.h"
#include "store/proposals.h"
#include "store/series.h"
#include "sys/clock.h"
#include "sys/process.h"
#include "sys/term.h"

#include <string.h>
#include <unistd.h>

/* What becomes of each run. */
enum fate { FATE_STAYS, FATE_THIN, FATE_GOES };

struct fated {
	const struct history_run *run;
	enum fate fate;
};

struct fates {
	struct fated *items;
	size_t nr, alloc;
};

static int check_asking(const struct history_work *work, const char *action, struct error *err)
{
	if (work->options->yes || work->options->dry_run || term_is_terminal(STDIN_FILENO))
		return 0;
	return error_set(err, ERR_USAGE,
		"%s asks before it changes anything, but there is no terminal: give --yes or --dry-run",
		action);
}

static size_t count_fates(const struct fates *fates, enum fate fate)
{
	size_t nr = 0;

	for (size_t i = 0; i < fates->nr; i++)
		nr += fates->items[i].fate == fate;
	return nr;
}

static void spell_fates(const struct fates *fates, struct buf *text)
{
	for (size_t i = 0; i < fates->nr; i++) {
		buf_adds(text,
			fates->items[i].fate == FATE_GOES ? "to take out: "
							  : "to give up but for its levels: ");
		history_spell_run(fates->items[i].run, text);
		buf_addc(text, '\n');
	}
}

static int apply_fates(struct history_work *work, const struct fates *fates, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; i < fates->nr && !rc && !process_interrupted(); i++) {
		int64_t number = fates->items[i].run->number;

		rc = fates->items[i].fate == FATE_GOES ? history_remove(work->history, number, err)
						       : history_thin(work->history, number, err);
	}
	if (!rc && fates->nr)
		rc = history_tidy(work->history, err);
	if (!rc)
		buf_addf(&work->text, "%zu taken out, %zu given up but for their levels\n",
			count_fates(fates, FATE_GOES), count_fates(fates, FATE_THIN));
	return rc;
}

static int decide_fates(struct history_work *work, const struct fates *fates, struct error *err)
{
	struct buf *text = &work->text;

	spell_fates(fates, text);
	if (!fates->nr)
		buf_adds(text, "nothing to do\n");
	if (work->options->dry_run || !fates->nr)
		return 0;
	if (command_print(text, err))
		return -1;
	buf_clear(text);
	if (!work->options->yes && !term_confirm("do this?")) {
		buf_adds(text, "nothing was changed\n");
		return 0;
	}
	return apply_fates(work, fates, err);
}

int history_remove_runs(struct history_work *work, struct error *err)
{
	struct history_runs runs = { 0 };
	struct fates fates = { 0 };
	int rc = check_asking(work, "rm", err);

	if (!rc && !work->operands.nr)
		rc = error_set(err, ERR_USAGE, "history rm takes runs");
	for (size_t i = 0; i < work->operands.nr && !rc; i++)
		rc = from_history_find(work->history, work->operands.items[i], &runs, err);
	for (size_t i = 0; i < runs.nr && !rc; i++)
		*ARRAY_ADD(&fates) = (struct fated){ &runs.items[i], FATE_GOES };
	if (!rc)
		rc = decide_fates(work, &fates, err);
	ARRAY_RELEASE(&fates);
	history_runs_release(&runs);
	return rc;
}

/* --- prune -------------------------------------------------------------------------------------
 */

static void take_commits(const struct run *baseline, struct texts *named)
{
	const char *commit = baseline->env.values[ENV_COMMIT];

	if (commit)
		texts_add(named, commit);
	for (size_t i = 0; i < baseline->nr; i++) {
		const struct changes *changes = &baseline->items[i].changes;

		for (size_t j = 0; j < changes->nr; j++)
			if (changes->items[j].commit &&
				!texts_have(named, changes->items[j].commit))
				texts_add(named, changes->items[j].commit);
	}
}

/* Runs that what is proposed for a baseline rests on. */
static int take_supports(const char *baseline, struct texts *named, struct error *err)
{
	struct proposals proposals = { 0 };
	struct buf path = BUF_INIT;
	int rc;

	proposals_path(baseline, &path);
	rc = proposals_read(path.data, &proposals, err);
	for (size_t i = 0; i < proposals.nr; i++)
		for (size_t j = 0; j < proposals.items[i].supports.nr; j++)
			if (proposals.items[i].status != PROPOSAL_WITHDRAWN)
				texts_add(named, proposals.items[i].supports.items[j].run);
	proposals_release(&proposals);
	buf_release(&path);
	return rc;
}

/* Commits that baselines were recorded from, and runs that they are to be recorded from. */
static int read_baselines(const struct history_work *work, struct texts *named, struct error *err)
{
	struct texts paths = { 0 };
	int rc = baseline_file_list(work->settings.baselines, &paths, err);

	for (size_t i = 0; i < paths.nr && !rc; i++) {
		struct run baseline = RUN_INIT;

		rc = baseline_read(paths.items[i], &baseline, err);
		take_commits(&baseline, named);
		if (!rc)
			rc = take_supports(paths.items[i], named, err);
		run_release(&baseline);
	}
	texts_release(&paths);
	return rc;
}

/* How long a run is kept: as long as the longest of its tiers asks for. 0: for good. */
struct term {
	uint64_t whole_ns, points_ns;
	bool is_known; /* something of it was found */
};

static uint64_t longer_of(uint64_t one_ns, uint64_t other_ns)
{
	return !one_ns || !other_ns ? 0 : one_ns > other_ns ? one_ns : other_ns;
}

/* What the command line says holds for every tier. */
static struct term term_of_tier(const struct history_work *work, const char *tier)
{
	const struct history_options *options = work->options;
	uint64_t whole_ns = options->keep_ns, points_ns = options->keep_points_ns;

	return (struct term){ whole_ns ? whole_ns : keeping_of(&work->settings.keep, tier),
		points_ns ? points_ns : keeping_of(&work->settings.keep_points, tier), true };
}

static void add_term(struct term *to, struct term of)
{
	to->whole_ns = to->is_known ? longer_of(to->whole_ns, of.whole_ns) : of.whole_ns;
	to->points_ns = to->is_known ? longer_of(to->points_ns, of.points_ns) : of.points_ns;
	to->is_known = true;
}

/* One for each run; the policy file says which tier a benchmark belongs to. */
static int find_terms_of_runs(struct history_work *work, const struct history_runs *runs,
	struct term *terms, struct error *err)
{
	struct series_reader reader = SERIES_READER_INIT;
	struct series_list list = { 0 };
	struct moments moments = { 0 };
	int rc = series_find(history_db(work->history), NULL, &list, err);

	if (!rc)
		rc = series_reader_open(&reader, history_db(work->history), runs, true, err);
	for (size_t i = 0; i < list.nr && !rc; i++) {
		const char *tier = tiers_holding(
			&work->settings.policy.tiers, list.items[i].benchmark, list.items[i].tier)
					   ->name;

		moments.nr = 0;
		rc = series_read(&reader, list.items[i].number, &moments, err);
		for (size_t at = 0; at < moments.nr; at++)
			add_term(&terms[moments.items[at].run - runs->items],
				term_of_tier(work, tier));
	}
	ARRAY_RELEASE(&moments);
	series_reader_release(&reader);
	series_list_release(&list);
	return rc;
}

static bool is_run_older(const struct history_run *run, uint64_t keep_ns)
{
	char since[CLOCK_TIMESTAMP_MAX];

	if (!keep_ns)
		return false;
	clock_timestamp(since);
	date_add_seconds(since, -(int64_t)(keep_ns / CLOCK_NS_PER_S));
	return strcmp(run->time, since) < 0;
}

static enum fate decide_fate(
	const struct texts *named, const struct history_run *run, const struct term *term)
{
	if (run->tag || texts_have(named, run->id) ||
		(run->commit && texts_have(named, run->commit)))
		return FATE_STAYS;
	if (is_run_older(run, term->points_ns))
		return FATE_GOES;
	return run->is_whole && is_run_older(run, term->whole_ns) ? FATE_THIN : FATE_STAYS;
}

static int check_limits(const struct history_work *work, struct error *err)
{
	const struct history_options *options = work->options;

	if (work->operands.nr)
		return error_set(err, ERR_USAGE, "history prune takes no argument, but got '%s'",
			work->operands.items[0]);
	if (options->keep_ns || options->keep_points_ns || work->settings.keep.nr ||
		work->settings.keep_points.nr)
		return check_asking(work, "prune", err);
	return error_set(err, ERR_USAGE,
		"nothing says how long runs are kept: give --keep or --keep-points, or set them in \"history\" of the policy file");
}

int history_prune_runs(struct history_work *work, struct error *err)
{
	struct history_runs runs = { 0 };
	struct fates fates = { 0 };
	struct texts named = { 0 };
	struct term *terms = NULL;
	int rc = check_limits(work, err);

	if (!rc)
		rc = read_baselines(work, &named, err);
	if (!rc)
		rc = history_chosen(work, &runs, err);
	terms = mem_alloc(runs.nr, sizeof *terms);
	if (!rc)
		rc = find_terms_of_runs(work, &runs, terms, err);
	for (size_t i = 0; i < runs.nr && !rc; i++) {
		enum fate fate = decide_fate(&named, &runs.items[i], &terms[i]);

		if (fate != FATE_STAYS)
			*ARRAY_ADD(&fates) = (struct fated){ &runs.items[i], fate };
	}
	if (!rc)
		rc = decide_fates(work, &fates, err);
	free(terms);
	ARRAY_RELEASE(&fates);
	texts_release(&named);
	history_runs_release(&runs);
	return rc;
}
