/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/propose.h"

#include "base/date.h"
#include "base/str.h"
#include "gate/proposing.h"
#include "gate/trial.h"
#include "model/units.h"
#include "session/base.h"
#include "session/baseline_file.h"
#include "session/branch_runs.h"
#include "session/judging.h"
#include "session/recorder.h"
#include "session/update_session.h"
#include "store/baseline.h"
#include "store/proposals.h"
#include "store/shelf.h"
#include "suite/git.h"
#include "sys/clock.h"
#include "sys/folder.h"
#include "sys/lock.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct proposer {
	const struct update_options *options;
	const struct words *patterns;
	struct settings settings;
	struct history *history; /* NULL: there is none */
	const char *history_path;
	char *approver; /* NULL: nobody approves */
	char now[CLOCK_TIMESTAMP_MAX];
	struct buf text; /* for standard output */
};

/* A baseline and what is proposed for it. */
struct proposed {
	struct proposer *by;
	const char *path;
	struct buf proposals_path;
	struct run baseline;
	struct proposals proposals;
	struct branch_runs runs; /* of its machine */
	bool is_changed;         /* what is proposed, or the baseline */
	bool is_baseline_changed;
};

/* A benchmark of it in the sessions and the runs. */
struct lived {
	const struct result *result;
	const struct metric *metric; /* of the baseline, NULL: it has no level */
	struct proposing_levels sessions, runs;
};

static double propose_level_of(const double *values, size_t nr, bool more_is_better)
{
	double level = summary_of_logs(values, nr).mean;

	return more_is_better ? -level : level;
}

static double propose_value_of(double level, bool more_is_better)
{
	return exp(more_is_better ? -level : level);
}

static void propose_add_sessions(const struct run *baseline, struct lived *lived)
{
	const struct metric *metric = lived->metric;
	const double *values = metric->values.items;
	struct proposing_level level = { .timestamp = baseline->timestamp };

	for (size_t i = 0; i < metric->sessions.nr; i++) {
		const struct session *session = &metric->sessions.items[i];

		level.timestamp = session->timestamp;
		level.level = propose_level_of(values, session->nr_values, metric->more_is_better);
		*ARRAY_ADD(&lived->sessions) = level;
		values += session->nr_values;
	}
	if (metric->sessions.nr || !(metric->digest.mean > 0))
		return;
	level.level = propose_level_of(&metric->digest.mean, 1, metric->more_is_better);
	*ARRAY_ADD(&lived->sessions) = level;
}

static void add_branch_runs(const struct branch_runs *runs, struct lived *lived)
{
	for (size_t i = 0; i < runs->nr; i++) {
		const struct run *run = &runs->items[i];
		const struct result *result = run_find(run, lived->result->name);
		const struct metric *metric = result && result->word == RESULT_OK
			? metrics_find(&result->metrics, lived->metric->name)
			: NULL;
		bool alike = metric && strcmp(metric->unit, lived->metric->unit) == 0;

		*ARRAY_ADD(&lived->runs) = (struct proposing_level){ .run = run->id,
			.timestamp = run->timestamp,
			.commit = run->env.values[ENV_COMMIT],
			.level = alike ? propose_level_of(metric->values.items, metric->values.nr,
						 metric->more_is_better)
				       : (double)NAN,
			.failed = result && result->word != RESULT_OK &&
				result->word != RESULT_NOT_MEASURED };
	}
}

static struct lived live(const struct proposed *proposed, const struct result *result)
{
	struct lived lived = { .result = result, .metric = metrics_time(&result->metrics) };

	if (!lived.metric && result->metrics.nr)
		lived.metric = &result->metrics.items[0];
	if (!lived.metric)
		return lived;
	propose_add_sessions(&proposed->baseline, &lived);
	add_branch_runs(&proposed->runs, &lived);
	lived.runs.noise = proposing_noise(&lived.runs);
	return lived;
}

static void lived_release(struct lived *lived)
{
	ARRAY_RELEASE(&lived->sessions);
	ARRAY_RELEASE(&lived->runs);
}

/* --- what is said ------------------------------------------------------------------------------
 */

static void say_benchmark(const struct proposed *proposed, const char *word, const char *benchmark)
{
	struct buf *text = &proposed->by->text;

	buf_addf(text, "%s: ", word);
	buf_add_printable(text, benchmark);
}

/* "sort: time 1.00 us to 900 ns (-10 %, 99 % sure of at least 3 %), sustained_improvement" */
static void add_proposal(const struct proposed *proposed, const struct proposal *proposal)
{
	struct buf *text = &proposed->by->text;

	buf_adds(text, " ");
	buf_add_printable(text, proposal->metric);
	buf_addc(text, ' ');
	units_add(text, proposal->old_level, proposal->unit);
	buf_adds(text, " to ");
	units_add(text, proposal->new_level, proposal->unit);
	buf_adds(text, " (");
	units_add_change(text, proposal->new_level / proposal->old_level - 1);
	buf_addf(text, " by %zu runs), %s", proposal->supports.nr,
		proposal_reason_words[proposal->reason]);
	if (proposal->note) {
		buf_adds(text, ": ");
		buf_add_printable(text, proposal->note);
	}
}

static void say_proposed(
	const struct proposed *proposed, const char *word, const struct proposal *proposal)
{
	const struct proposing_rules *rules = &proposed->by->settings.updates;
	struct buf *text = &proposed->by->text;

	say_benchmark(proposed, word, proposal->benchmark);
	add_proposal(proposed, proposal);
	if (proposal->status == PROPOSAL_PENDING && isfinite(proposal->confidence)) {
		char due[DATE_TIME_MAX];

		snprintf(due, sizeof due, "%s", proposal->timestamp);
		date_add_seconds(due, (int64_t)(rules->approval_ns / CLOCK_NS_PER_S));
		buf_addf(text, "; taken over after %s, or with --approve", due);
	} else if (proposal->status == PROPOSAL_PENDING) {
		buf_adds(text, "; taken over with --approve alone");
	}
	buf_addc(text, '\n');
}

static void say_withdrawn(const struct proposed *proposed, const struct proposal *proposal)
{
	say_benchmark(proposed, "withdrawn", proposal->benchmark);
	buf_addf(&proposed->by->text, ": %s\n", proposal->why);
}

static void say_held(const struct proposed *proposed, const char *benchmark, const char *why)
{
	say_benchmark(proposed, "not proposed", benchmark);
	buf_addf(&proposed->by->text, ": %s\n", why);
}

/* --- what is there already ---------------------------------------------------------------------
 */

static void withdraw(struct proposed *proposed, struct proposal *proposal, const char *why)
{
	proposal->status = PROPOSAL_WITHDRAWN;
	proposal->requires_approval = false;
	str_set(&proposal->why, why);
	proposed->is_changed = true;
	say_withdrawn(proposed, proposal);
}

static bool is_same_level(double one, double other)
{
	return fabs(one / other - 1) < 1e-9;
}

/* Is one of its runs of a commit that a rebase took from the branch? Appends which. */
static bool has_lost_run(
	const struct proposed *proposed, const struct proposal *proposal, struct buf *why)
{
	for (size_t i = 0; i < proposal->supports.nr; i++) {
		const struct proposal_support *support = &proposal->supports.items[i];

		if (!texts_have(&proposed->runs.gone, support->run))
			continue;
		buf_adds(why, "the branch no longer has the commit of its run ");
		buf_add_printable(why, support->run);
		return true;
	}
	return false;
}

static void review(struct proposed *proposed, struct proposal *proposal)
{
	const struct result *result = run_find(&proposed->baseline, proposal->benchmark);
	struct lived lived = result ? live(proposed, result) : (struct lived){ .result = NULL };
	const struct proposing_rules *rules = &proposed->by->settings.updates;
	struct buf why = BUF_INIT;
	double level = NAN;

	if (lived.metric)
		level = proposing_look(rules, &lived.sessions, &lived.runs).old_level;
	if (!lived.metric || !isfinite(level))
		buf_adds(&why, "the baseline no longer has it");
	else if (!is_same_level(propose_value_of(level, lived.metric->more_is_better),
			 proposal->old_level))
		buf_adds(&why, "the baseline has another level by now");
	else if (!has_lost_run(proposed, proposal, &why))
		proposing_is_contradicted(rules, proposal, level, &lived.runs, &why);
	if (why.len)
		withdraw(proposed, proposal, why.data);
	lived_release(&lived);
	buf_release(&why);
}

static void review_all(struct proposed *proposed)
{
	for (size_t i = 0; i < proposed->proposals.nr; i++)
		if (proposed->proposals.items[i].status != PROPOSAL_WITHDRAWN)
			review(proposed, &proposed->proposals.items[i]);
}

/* --- what is new -------------------------------------------------------------------------------
 */

static void add_supports(const struct lived *lived, size_t first, struct proposal *proposal)
{
	for (size_t i = first; i < lived->runs.nr; i++) {
		const struct proposing_level *level = &lived->runs.items[i];

		if (isfinite(level->level))
			*ARRAY_ADD(&proposal->supports) =
				(struct proposal_support){ .run = str_dup(level->run),
					.timestamp = str_dup(level->timestamp),
					.commit = str_dup(level->commit),
					.value = propose_value_of(
						level->level, lived->metric->more_is_better) };
	}
}

static struct proposal proposal_of(const struct proposed *proposed, const struct lived *lived,
	const struct proposing_finding *finding)
{
	const struct proposer *by = proposed->by;
	bool more = lived->metric->more_is_better;
	struct proposal proposal = { .benchmark = str_dup(lived->result->name),
		.metric = str_dup(lived->metric->name),
		.unit = str_dup(lived->metric->unit),
		.old_level = propose_value_of(finding->old_level, more),
		.new_level = propose_value_of(finding->new_level, more),
		.low = exp(more ? -finding->high : finding->low),
		.high = exp(more ? -finding->low : finding->high),
		.confidence = finding->word == PROPOSING_YES ? by->settings.updates.confidence
							     : (double)NAN,
		.timestamp = str_dup(by->now),
		.requires_approval = true };

	add_supports(lived, finding->first, &proposal);
	return proposal;
}

static void give_reason(
	const struct proposed *proposed, bool moved_together, struct proposal *proposal)
{
	const char *said = proposed->by->options->reason, *of_said;
	struct buf note = BUF_INIT;

	proposal->reason =
		proposing_reason(&proposed->baseline, &proposed->runs.items[proposed->runs.nr - 1],
			proposal->benchmark, moved_together, &note);
	if (said) {
		proposal->reason = update_read_reason(said, &of_said);
		buf_clear(&note);
		buf_adds(&note, of_said ? of_said : "");
	}
	proposal->note = note.len ? buf_detach(&note) : NULL;
	buf_release(&note);
}

/* Would the baseline take over with it that another metric got worse? Appends which. */
static bool worsens(
	const struct verdict *verdict, const char *benchmark, const char *metric, struct buf *why)
{
	for (size_t i = 0; i < verdict->nr; i++) {
		const struct comparison *comparison = &verdict->items[i];

		if (!comparison->head || strcmp(comparison->head->name, benchmark) != 0 ||
			!comparison->metric || comparison->is_limit ||
			comparison->word == VERDICT_UNGATED ||
			strcmp(comparison->metric->name, metric) == 0 ||
			!(verdict_worsening(comparison) > comparison->tolerance.threshold_ratio))
			continue;
		buf_add_printable(why, metric);
		buf_adds(why, " is better, but ");
		buf_add_printable(why, comparison->metric->name);
		buf_adds(why, " is worse: ");
		units_add_change(why, comparison->change_ratio);
		return true;
	}
	return false;
}

/* The runs of a row as one, which the verdict borrows. */
static struct verdict judge_row(const struct proposed *proposed, struct run *row)
{
	const struct branch_runs *runs = &proposed->runs;
	size_t nr = (size_t)proposed->by->settings.updates.nr_runs;
	struct base base = { .run = proposed->baseline, .found = true };
	const struct judging judging = { .policy = &proposed->by->settings.policy,
		.head = row,
		.base = &base,
		.allow_mismatch = true };
	struct trial trial;

	for (size_t i = runs->nr > nr ? runs->nr - nr : 0; i < runs->nr; i++)
		baseline_add_session(row, &runs->items[i], false);
	trial = judging_trial(&judging, NULL);
	trial.base = trial.counts_base = &proposed->baseline;
	trial.accepted = NULL;
	return trial_judge(&trial);
}

static void propose(struct proposed *proposed, struct proposal *proposal)
{
	struct proposal *before = proposals_find(&proposed->proposals, proposal->benchmark);

	if (before) {
		proposal_release(before);
		*before = *proposal;
	} else {
		*ARRAY_ADD(&proposed->proposals) = *proposal;
	}
	proposed->is_changed = true;
	say_proposed(proposed, "proposed", proposal);
}

/* The changes of all benchmarks that have a row. */
static bool moved_together(const struct proposed *proposed)
{
	struct doubles changes = { 0 };
	bool is_so;

	for (size_t i = 0; i < proposed->baseline.nr; i++) {
		struct lived lived = live(proposed, &proposed->baseline.items[i]);
		struct proposing_finding finding = proposing_look(
			&proposed->by->settings.updates, &lived.sessions, &lived.runs);

		if (isfinite(finding.change))
			*ARRAY_ADD(&changes) = finding.change;
		lived_release(&lived);
	}
	is_so = proposing_moved_together(changes.items, changes.nr);
	ARRAY_RELEASE(&changes);
	return is_so;
}

struct looking {
	struct run row;
	struct verdict verdict; /* of all; found once something is to be proposed */
	bool is_judged, together;
};

static bool propose_is_wanted(const struct proposed *proposed, enum proposing_word word)
{
	return word == PROPOSING_YES ||
		(proposed->by->options->reason &&
			(word == PROPOSING_NOT_BETTER || word == PROPOSING_UNSURE));
}

static void look_at_benchmark(
	struct proposed *proposed, const struct result *result, struct looking *looking)
{
	struct lived lived = live(proposed, result);
	struct proposing_finding finding =
		proposing_look(&proposed->by->settings.updates, &lived.sessions, &lived.runs);
	struct buf why = BUF_INIT;

	if (!lived.metric || !propose_is_wanted(proposed, finding.word)) {
		lived_release(&lived);
		return;
	}
	if (!looking->is_judged) {
		looking->verdict = judge_row(proposed, &looking->row);
		looking->together = moved_together(proposed);
		looking->is_judged = true;
	}
	if (!proposed->by->options->reason &&
		worsens(&looking->verdict, result->name, lived.metric->name, &why)) {
		say_held(proposed, result->name, why.data);
	} else {
		struct proposal proposal = proposal_of(proposed, &lived, &finding);

		give_reason(proposed, looking->together, &proposal);
		propose(proposed, &proposal);
	}
	buf_release(&why);
	lived_release(&lived);
}

static void look_at_all(struct proposed *proposed)
{
	struct looking looking = { .row = RUN_INIT };

	for (size_t i = 0; i < proposed->baseline.nr; i++) {
		const struct result *result = &proposed->baseline.items[i];
		const struct proposal *there = proposals_find(&proposed->proposals, result->name);

		if (there && there->status != PROPOSAL_WITHDRAWN)
			say_proposed(proposed, "pending", there);
		else if (baseline_file_chosen(proposed->by->patterns, result->name))
			look_at_benchmark(proposed, result, &looking);
	}
	if (looking.is_judged)
		verdict_release(&looking.verdict);
	run_release(&looking.row);
}

/* --- what is approved, and taken over ----------------------------------------------------------
 */

static void approve_all(struct proposed *proposed)
{
	for (size_t i = 0; i < proposed->proposals.nr; i++) {
		struct proposal *proposal = &proposed->proposals.items[i];

		if (proposal->status != PROPOSAL_PENDING ||
			!baseline_file_chosen(proposed->by->patterns, proposal->benchmark))
			continue;
		proposal->status = PROPOSAL_APPROVED;
		proposal->requires_approval = false;
		str_set(&proposal->approved_by, proposed->by->approver);
		proposed->is_changed = true;
		if (!proposed->by->history)
			say_proposed(proposed, "approved", proposal);
	}
}

static const struct run *run_of_id(const struct branch_runs *runs, const char *id)
{
	for (size_t i = 0; i < runs->nr; i++)
		if (strcmp(runs->items[i].id, id) == 0)
			return &runs->items[i];
	return NULL;
}

/* NULL: all of them are there. */
static const char *missing_run(const struct proposed *proposed, const struct proposal *proposal)
{
	for (size_t i = 0; i < proposal->supports.nr; i++) {
		const struct run *run = run_of_id(&proposed->runs, proposal->supports.items[i].run);

		if (!run || !run_find(run, proposal->benchmark))
			return proposal->supports.items[i].run;
	}
	return NULL;
}

/* A run that holds this benchmark alone: its session, whole. */
static void add_session_of(const struct run *run, const char *benchmark, struct run *baseline)
{
	const struct result *result = run_find(run, benchmark);
	struct run alone = *run;

	alone.items = (struct result *)result;
	alone.nr = 1;
	alone.slots = NULL;
	alone.nr_slots = 0;
	baseline_add_session(baseline, &alone, false);
}

static struct change change_by(const struct proposal *proposal)
{
	const struct proposal_support *last = &proposal->supports.items[proposal->supports.nr - 1];

	return (struct change){ .timestamp = str_dup(last->timestamp),
		.reason = proposal->reason,
		.note = str_dup(proposal->note),
		.commit = str_dup(last->commit),
		.approved_by = str_dup(proposal->approved_by),
		.old_ns = proposal->old_level,
		.new_ns = proposal->new_level,
		.low = proposal->low,
		.high = proposal->high };
}

/* The runs that support it become the benchmark's sessions. */
static bool take_over(struct proposed *proposed, const struct proposal *proposal)
{
	struct result *result = run_find(&proposed->baseline, proposal->benchmark);
	const char *missing = missing_run(proposed, proposal);

	if (missing) {
		say_benchmark(proposed, "not taken over", proposal->benchmark);
		buf_addf(&proposed->by->text,
			": its run %s is not among the newest %d whole ones of the history\n",
			missing, BRANCH_RUNS_NEWEST);
		return false;
	}
	metrics_release(&result->metrics);
	for (size_t i = 0; i < proposal->supports.nr; i++)
		add_session_of(run_of_id(&proposed->runs, proposal->supports.items[i].run),
			proposal->benchmark, &proposed->baseline);
	*ARRAY_ADD(&result->changes) = change_by(proposal);
	proposed->is_changed = proposed->is_baseline_changed = true;
	say_benchmark(proposed, "taken over", proposal->benchmark);
	add_proposal(proposed, proposal);
	if (proposal->approved_by) {
		buf_adds(&proposed->by->text, "; approved by ");
		buf_add_printable(&proposed->by->text, proposal->approved_by);
	}
	buf_addc(&proposed->by->text, '\n');
	return true;
}

static void take_all(struct proposed *proposed)
{
	struct proposals *proposals = &proposed->proposals;
	bool *gone = mem_alloc(proposals->nr + 1, sizeof *gone);

	for (size_t i = 0; i < proposals->nr; i++)
		gone[i] = proposing_is_due(&proposed->by->settings.updates, &proposals->items[i],
				  proposed->by->now) &&
			take_over(proposed, &proposals->items[i]);
	proposals_drop(proposals, gone);
	free(gone);
}

/* --- files -------------------------------------------------------------------------------------
 */

static int read_proposed(struct proposed *proposed, struct error *err)
{
	const struct settings *settings = &proposed->by->settings;
	const struct base_branches branches = { settings->updates.branch, settings->base };
	char machine[ENV_MACHINE_MAX];

	proposals_path(proposed->path, &proposed->proposals_path);
	if (baseline_read(proposed->path, &proposed->baseline, err) ||
		proposals_read(proposed->proposals_path.data, &proposed->proposals, err)) {
		/* A file of our own that cannot be read is no slip on the command line. */
		err->kind = ERR_IO;
		return -1;
	}
	if (!proposed->by->history)
		return 0;
	env_machine(&proposed->baseline.env, machine);
	return branch_runs_read(proposed->by->history, &branches, machine, &proposed->runs, err);
}

static int write_proposed(const struct proposed *proposed, struct error *err)
{
	if (proposed->by->options->dry_run || !proposed->is_changed)
		return 0;
	if (proposed->is_baseline_changed &&
		baseline_write(proposed->path, &proposed->baseline, err))
		return -1;
	return proposals_write(proposed->proposals_path.data, &proposed->proposals, err);
}

static void decide_proposals(struct proposed *proposed)
{
	const struct proposer *by = proposed->by;

	if (by->history && proposed->runs.nr) {
		review_all(proposed);
		take_all(proposed);
		if (by->options->propose)
			look_at_all(proposed);
	}
	if (by->options->approve)
		approve_all(proposed);
	if (by->history && by->options->approve)
		take_all(proposed);
}

static int propose_for(struct proposer *by, const char *path, struct error *err)
{
	struct proposed proposed = {
		.by = by, .path = path, .proposals_path = BUF_INIT, .baseline = RUN_INIT
	};
	struct lock lock = LOCK_INIT;
	int rc = by->options->dry_run ? 0 : lock_folder_of(&lock, path, err);

	if (!rc)
		rc = read_proposed(&proposed, err);
	if (!rc) {
		decide_proposals(&proposed);
		rc = write_proposed(&proposed, err);
	}
	if (!rc && proposed.is_changed)
		buf_addf(&by->text, "%s %s\n", by->options->dry_run ? "would be in" : "in",
			proposed.is_baseline_changed ? path : proposed.proposals_path.data);
	lock_release(&lock);
	branch_runs_release(&proposed.runs);
	proposals_release(&proposed.proposals);
	run_release(&proposed.baseline);
	buf_release(&proposed.proposals_path);
	return rc;
}

/* The baselines of machines, or the one that is named. */
static int list_paths(const struct proposer *by, struct texts *paths, struct error *err)
{
	struct buf path = BUF_INIT;
	int rc = 0;

	if (by->options->baseline) {
		rc = shelf_named_path(by->settings.baselines, by->options->baseline, &path, err);
		if (!rc && folder_lacks(path.data))
			rc = error_set(err, ERR_NO_BASE, "there is no baseline '%s': %s is missing",
				shelf_name(by->options->baseline), path.data);
		texts_add(paths, path.data);
	} else {
		rc = baseline_file_list_machines(by->settings.baselines, paths, err);
	}
	buf_release(&path);
	if (!rc && !paths->nr)
		rc = error_set(err, ERR_NO_BASE,
			"there is no baseline in %s; 'benchgate update-baselines' records one",
			by->settings.baselines);
	return rc;
}

static int find_approver(struct proposer *by, struct error *err)
{
	const char *const name[] = { "config", "user.name", NULL };
	const struct git git = { .folder = "." };
	struct error ignored = ERROR_INIT;

	if (!by->options->approve)
		return 0;
	by->approver = by->options->approved_by ? str_dup(by->options->approved_by)
						: git_line(&git, name, &ignored);
	if (by->approver && *by->approver)
		return 0;
	return error_set(err, ERR_USAGE, "nobody knows who approves: give --approved-by NAME");
}

static int find_history(struct proposer *by, struct error *err)
{
	by->history_path = recorder_path(by->options->db, &by->settings);
	if (by->history_path)
		by->history = history_open(by->history_path, DB_READ, err);
	else if (by->options->propose)
		return error_set(err, ERR_USAGE,
			"--auto looks at a history: give --db FILE, or set \"history\" in the policy file");
	return by->history_path && !by->history ? -1 : 0;
}

static int propose_for_all(struct proposer *by, struct error *err)
{
	struct texts paths = { 0 };
	int rc = list_paths(by, &paths, err);

	for (size_t i = 0; i < paths.nr && !rc; i++)
		rc = propose_for(by, paths.items[i], err);
	texts_release(&paths);
	if (!rc && !by->text.len)
		buf_adds(&by->text, "nothing to propose\n");
	return rc;
}

int propose_updates(
	const struct update_options *options, const struct words *patterns, struct error *err)
{
	struct proposer by = { .options = options,
		.patterns = patterns,
		.settings = SETTINGS_INIT,
		.text = BUF_INIT };
	int rc = -1;

	if (options->from)
		return error_set(err, ERR_USAGE,
			"--from records a session: it goes with neither --auto nor --approve");
	if (options->propose && options->reason && !patterns->nr)
		return error_set(err, ERR_USAGE,
			"--reason with --auto proposes what runs do not support by themselves: name the benchmarks");
	clock_timestamp(by.now);
	if (!settings_load(&options->measure.select.settings, &by.settings, err) &&
		!find_approver(&by, err) && !find_history(&by, err))
		rc = propose_for_all(&by, err);
	if (!rc)
		rc = command_print(&by.text, err);
	history_close(by.history);
	settings_release(&by.settings);
	free(by.approver);
	buf_release(&by.text);
	return rc;
}
