/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/update.h"
#include "session/output.h"

#include "gate/question.h"
#include "harness/fit.h"
#include "model/units.h"
#include "session/update_session.h"
#include "store/baseline.h"
#include "sys/clock.h"
#include "sys/process.h"
#include "sys/term.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Sessions that are recorded one after the other. */
struct recording {
	const struct update_options *options;
	const struct selection *selection;
	struct outcome *outcome;
	uint64_t nr, nr_begun;
	struct buf path; /* of the baseline */
	struct update_said said;
};

void update_add_outlook(size_t nr, struct buf *text)
{
	buf_addf(text, "%zu session%s on record", nr, nr == 1 ? "" : "s");
	if (nr < QUESTION_OWN_SESSIONS)
		buf_addf(text,
			"; with %zu more, each benchmark's own drift between sessions is known, which decides how small a change can be seen",
			QUESTION_OWN_SESSIONS - nr);
	else if (nr < BASELINE_MAX_SESSIONS)
		buf_adds(text, "; each benchmark's own drift is known, more make it surer");
	buf_addc(text, '\n');
}

static int wait_a_while(bool quiet, double seconds, const char *why)
{
	uint64_t end_ns = clock_now_ns() + (uint64_t)(seconds * 1e9);
	struct buf left = BUF_INIT;

	units_add_duration(&left, seconds);
	if (!quiet)
		fprintf(stderr, "benchgate: waiting %s: %s\n", left.data, why);
	buf_release(&left);
	while (clock_now_ns() < end_ns && !process_interrupted())
		clock_sleep_ns(CLOCK_NS_PER_S / 10);
	return process_interrupted() ? -1 : 0;
}

static double time_to_wait_s(const struct run *baseline, const struct run *head)
{
	double gap_s = (double)BASELINE_SESSION_GAP_NS / 1e9, newest_s = INFINITY;

	for (size_t i = 0; i < head->nr; i++) {
		const struct result *result = run_find(baseline, head->items[i].name);
		const struct metric *time = result ? metrics_time(&result->metrics) : NULL;

		if (time && time->sessions.nr)
			newest_s = fmin(newest_s,
				clock_age_s(time->sessions.items[time->sessions.nr - 1].timestamp));
	}
	return newest_s >= 0 && newest_s < gap_s ? gap_s - newest_s : 0;
}

int update_keep_apart(const struct run *baseline, const struct run *head, bool quiet)
{
	double wait_s = time_to_wait_s(baseline, head);

	return wait_s > 0 ? wait_a_while(quiet, wait_s, "sessions are at least 60 s apart") : 0;
}

/* What is replaced, or not recorded, waits for nothing. */
static double session_wait_s(const struct update_session *session)
{
	const struct update_options *options = session->options;

	if (options->replace || options->dry_run)
		return 0;
	return time_to_wait_s(&session->base.run, &session->run);
}

static int keep_apart(const struct update_session *session)
{
	return session_wait_s(session) > 0 ? update_keep_apart(&session->base.run, &session->run,
						     session->options->measure.quiet)
					   : 0;
}

/* From the start of one to the start of the next. */
static double gap_s(const struct recording *recording)
{
	double spread_s = (double)recording->options->spread_ns / 1e9;

	return recording->nr > 1 ? spread_s / (double)(recording->nr - 1) : 0;
}

static int wait_for_turn(const struct recording *recording, uint64_t start_ns)
{
	double due_s = gap_s(recording) * (double)recording->nr_begun;
	double late_s = (double)(clock_now_ns() - start_ns) / 1e9;
	struct buf why = BUF_INIT;
	int rc;

	if (!recording->nr_begun || late_s >= due_s)
		return 0;
	buf_addf(&why, "session %" PRIu64 " of %" PRIu64 " is next; ", recording->nr_begun + 1,
		recording->nr);
	units_add_duration(&why, (double)(recording->nr - 1) * gap_s(recording) - late_s);
	buf_adds(&why, " until the last");
	rc = wait_a_while(recording->options->measure.quiet, due_s - late_s, why.data);
	buf_release(&why);
	return rc;
}

/* Where nobody said how many. Five tell a benchmark's own drift; a dry run records none of them. */
static uint64_t default_sessions(const struct update_session *session)
{
	for (size_t i = 0; i < session->run.nr; i++)
		if (update_session_count(&session->base.run, session->run.items[i].name))
			return 1;
	return session->options->dry_run ? 1 : QUESTION_OWN_SESSIONS;
}

static double expected_s(const struct recording *recording, const struct update_session *first)
{
	double session_s = (double)fit_expected_ns(&first->run) / 1e9;
	double apart_s = recording->options->dry_run ? 0 : (double)BASELINE_SESSION_GAP_NS / 1e9;
	double period_s = fmax(fmax(gap_s(recording), apart_s), session_s);

	return session_wait_s(first) + (double)(recording->nr - 1) * period_s + session_s;
}

static void add_announcement(
	const struct recording *recording, const struct update_session *first, struct buf *text)
{
	size_t nr = first->run.nr;

	buf_addf(text, "%" PRIu64 " sessions of %zu benchmark%s take about ", recording->nr, nr,
		nr == 1 ? "" : "s");
	units_add_duration(text, expected_s(recording, first));
	if (recording->options->nr_sessions == UPDATE_SESSIONS_DEFAULT)
		buf_adds(text, ", because there are none yet (--sessions 1 takes one)");
}

/* Says how long several sessions take, or asks, before they begin. False: they are not wanted. */
static bool announce_sessions(const struct recording *recording, const struct update_session *first)
{
	const struct update_options *options = recording->options;
	struct buf text = BUF_INIT;
	bool wanted = true;

	add_announcement(recording, first, &text);
	if (!options->yes && !options->dry_run) {
		buf_addf(&text, "; record them in %s?", recording->path.data);
		wanted = term_confirm(text.data);
	} else if (!options->measure.quiet) {
		fprintf(stderr, "benchgate: %s\n", text.data);
	}
	buf_release(&text);
	return wanted;
}

static struct update_session next_session(
	struct recording *recording, const struct update_options *options)
{
	struct update_session session = UPDATE_SESSION_INIT;

	session.number = recording->nr_begun + 1;
	session.nr = recording->nr;
	session.options = options;
	session.selection = recording->selection;
	session.outcome = recording->outcome;
	session.said = &recording->said;
	return session;
}

/* Before anything is measured: how many sessions, and are they wanted? */
static int plan_sessions(struct recording *recording, struct error *err)
{
	struct update_session first = next_session(recording, recording->options);
	int rc = update_session_open(&first, err);

	if (!rc) {
		buf_adds(&recording->path, first.base.path.data);
		recording->nr = recording->options->nr_sessions;
		if (recording->nr == UPDATE_SESSIONS_DEFAULT)
			recording->nr = default_sessions(&first);
		if (recording->nr > 1 && !announce_sessions(recording, &first))
			recording->nr = 0;
	}
	update_session_release(&first);
	return rc;
}

static int take_one(struct recording *recording, struct error *err)
{
	struct update_options once = *recording->options;
	struct update_session session = next_session(recording, &once);
	int rc;

	/* What the first session of several replaced is gone. */
	once.replace = once.replace && !recording->nr_begun;
	recording->nr_begun++;
	rc = update_session_open(&session, err);
	if (!rc && !keep_apart(&session))
		rc = update_session_take(&session, err);
	update_session_release(&session);
	return rc;
}

static int take_sessions(struct recording *recording, struct error *err)
{
	uint64_t start_ns = clock_now_ns();
	int rc = 0;

	while (recording->nr_begun < recording->nr && !rc && !process_interrupted())
		if (!wait_for_turn(recording, start_ns))
			rc = take_one(recording, err);
	return rc;
}

static void add_end(const struct recording *recording, struct buf *text)
{
	const struct update_said *said = &recording->said;

	if (recording->options->dry_run) {
		buf_addf(text, "%zu would be recorded in %s\n", said->recorded.nr,
			recording->path.data);
	} else if (said->recorded.nr) {
		buf_addf(text, "%zu recorded in %s: ", said->recorded.nr, recording->path.data);
		update_add_outlook(said->nr_on_record, text);
		if (said->has_no_machine && !recording->options->baseline)
			buf_adds(text,
				"note: the files do not name the processor, so those of any machine go into this baseline: keep one for each machine with --baseline NAME\n");
	} else {
		buf_adds(text, "nothing was recorded\n");
	}
}

/* One table, whatever became of the sessions, and what is on record now. */
static int conclude_sessions(struct recording *recording, int rc, struct error *err)
{
	struct error of_print = ERROR_INIT;
	struct buf text = BUF_INIT;

	if (recording->said.recorded.nr || (!rc && !process_interrupted()))
		add_end(recording, &text);
	if ((update_said_print(&recording->said, &of_print) || command_print(&text, &of_print)) &&
		!rc) {
		*err = of_print;
		rc = -1;
	}
	buf_release(&text);
	return rc;
}

static int all_sessions(const struct update_options *options, const struct selection *selection,
	struct outcome *outcome, struct error *err)
{
	struct recording recording = { options, selection, outcome, 0, 0, BUF_INIT,
		UPDATE_SAID_INIT };
	int rc = plan_sessions(&recording, err);

	if (!rc) {
		rc = take_sessions(&recording, err);
		rc = conclude_sessions(&recording, rc, err);
	}
	update_said_release(&recording.said);
	buf_release(&recording.path);
	return rc;
}

static int update_check_options(const struct update_options *options, struct error *err)
{
	bool by_default = options->nr_sessions == UPDATE_SESSIONS_DEFAULT;

	if (options->db)
		return error_set(err, ERR_USAGE,
			"--db goes with --auto and --approve: what is measured for a baseline is kept in it");

	if (!options->nr_sessions || (options->nr_sessions > 1000 && !by_default))
		return error_set(err, ERR_USAGE, "--sessions takes a number from 1 to 1000");
	if (options->spread_ns && (by_default || options->nr_sessions == 1))
		return error_set(err, ERR_USAGE,
			"--spread is the time from the first session to the last: say how many with --sessions");
	if (!options->yes && !options->dry_run && !term_is_terminal(STDIN_FILENO))
		return error_set(err, ERR_USAGE,
			"update-baselines asks before it records, but there is no terminal: give --yes or --dry-run");
	return 0;
}

int update_baselines(const struct update_options *options, const struct words *patterns,
	struct outcome *outcome, struct error *err)
{
	struct settings settings = SETTINGS_INIT;
	struct catalog catalog = CATALOG_INIT;
	struct selection selection = { &options->measure.select, patterns, &settings, &catalog };
	int rc = update_check_options(options, err);

	if (!rc)
		rc = measure_select(&selection, &options->measure.plan, err);
	if (!rc)
		rc = all_sessions(options, &selection, outcome, err);
	catalog_release(&catalog);
	settings_release(&settings);
	return rc;
}

/* One session, whose path is known only when it was read. */
static int record_files(struct recording *recording, const struct words *files, struct error *err)
{
	struct update_session session = next_session(recording, recording->options);
	int rc = update_session_from(&session, files, err);

	buf_adds(&recording->path, session.base.path.data);
	update_session_release(&session);
	return conclude_sessions(recording, rc, err);
}

static int check_from(const struct update_options *options, struct error *err)
{
	const struct select_options *select = &options->measure.select;

	if (select->suites.nr || select->said.commands.nr || select->said.bench)
		return error_set(err, ERR_USAGE,
			"--from records what was measured already: it goes with no --suite, --command or --bench");
	if (options->nr_sessions != UPDATE_SESSIONS_DEFAULT && options->nr_sessions != 1)
		return error_set(err, ERR_USAGE,
			"the files of --from are one session: it goes with no --sessions");
	return 0;
}

int update_baselines_from(const struct update_options *options, const struct words *files,
	struct outcome *outcome, struct error *err)
{
	struct settings settings = SETTINGS_INIT;
	struct selection selection = { &options->measure.select, NULL, &settings, NULL };
	struct recording recording = { options, &selection, outcome, 1, 0, BUF_INIT,
		UPDATE_SAID_INIT };
	int rc = update_check_options(options, err);

	if (!rc)
		rc = check_from(options, err);
	if (!rc)
		rc = settings_load(&options->measure.select.settings, &settings, err);
	if (!rc)
		rc = record_files(&recording, files, err);
	update_said_release(&recording.said);
	buf_release(&recording.path);
	settings_release(&settings);
	return rc;
}

bool update_is_asked_for(const char **reason)
{
	const char *asked = getenv("UPDATE_BASELINES");

	if (!asked || !*asked || strcmp(asked, "0") == 0)
		return false;
	*reason = strcmp(asked, "1") == 0 ? NULL : asked;
	return true;
}
