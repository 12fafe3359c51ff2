/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/date.h"
#include "base/error.h"
#include "base/str.h"
#include "cmd/verbs.h"
#include "model/units.h"
#include "notify/reconcile.h"
#include "notify/state_file.h"
#include "session/tell.h"
#include "sys/clock.h"
#include "sys/process.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct alerts_options {
	struct settings_options settings;
	const char *until;
	const char *reason;
	bool json;
};

static const struct opt opts[] = {
	OPT_WORD('u', "until", struct alerts_options, until, "DAY|DURATION",
		"with silence and pause: the last day of it, such as 2026-12-31 (UTC), or how long from now: 90min, 4h"),
	OPT_WORD('r', "reason", struct alerts_options, reason, "TEXT",
		"with ack, silence and pause: why, for whoever reads the list"),
	OPT_FLAG(0, "json", struct alerts_options, json, "with list: as JSON, for programs"),
	CONFIG_OPT(struct alerts_options, settings),
	OPT_END,
};

struct work {
	struct alerts_options options;
	struct words words; /* the task, and what it is about */
	struct settings settings;
	struct state_file file;
	char now[CLOCK_TIMESTAMP_MAX];
	struct buf text; /* for standard output */
};

static const char *subject_of(const struct work *work)
{
	return work->words.nr > 1 ? work->words.items[1] : "*";
}

static void list_alert(const struct tracked_alert *alert, const struct work *work, struct buf *out)
{
	const struct notice *notice = &alert->notice;

	buf_addf(out, "%-8s  ", urgency_words[notice->urgency]);
	content_add_line(notice->text, out);
	buf_addf(out, "\n          since %s, %" PRIu64 " run%s", notice->since, notice->nr_runs,
		notice->nr_runs == 1 ? "" : "s");
	if (*notice->branch) {
		buf_adds(out, ", on ");
		buf_add_printable(out, notice->branch);
	}
	if (state_silenced(&work->file.state, notice->benchmark, work->now))
		buf_adds(out, ", silenced");
	if (alert->nr_escalated)
		buf_addf(out, ", escalated %" PRIu64 " time%s", alert->nr_escalated,
			alert->nr_escalated == 1 ? "" : "s");
	if (alert->acked)
		buf_addf(out, ", acknowledged %s", alert->acked);
	if (alert->acked && alert->reason) {
		buf_adds(out, ": ");
		buf_add_printable(out, alert->reason);
	}
	buf_addc(out, '\n');
}

static void list_silence(const char *what, const struct silence *silence, struct buf *out)
{
	buf_addf(out, "%-8s  ", what);
	buf_add_printable(out, silence->subject);
	buf_addf(out, " until %s", silence->until);
	if (silence->reason) {
		buf_adds(out, ": ");
		buf_add_printable(out, silence->reason);
	}
	buf_addc(out, '\n');
}

static void list_unsent(const struct unsent *unsent, struct buf *out)
{
	buf_adds(out, "unsent    ");
	buf_add_printable(out, unsent->channel);
	buf_adds(out, ": ");
	buf_add_printable(out, unsent->title);
	if (unsent->trouble) {
		buf_addf(out, " (%" PRIu64 " attempt%s; ", unsent->nr_attempts,
			unsent->nr_attempts == 1 ? "" : "s");
		buf_add_printable(out, unsent->trouble);
		buf_addc(out, ')');
	}
	buf_addc(out, '\n');
}

/* By quiet hours, or by a pause of the channel, and still to be told. */
static size_t count_put_off(const struct work *work, bool by_pause)
{
	const struct telling telling = {
		.settings = &work->settings.notify, .rules = &work->settings.rules, .now = work->now
	};
	const struct outlets *outlets = &telling.settings->outlets;
	const struct tracked_alerts *alerts = &work->file.state.alerts;
	enum notice_kind kind;
	size_t nr = 0;

	for (size_t i = 0; i < outlets->nr; i++) {
		const struct outlet *outlet = &outlets->items[i];

		if (state_paused(&work->file.state, outlet->name, work->now) != by_pause)
			continue;
		for (size_t j = 0; j < alerts->nr; j++) {
			const struct receipt *receipt =
				receipts_find(&alerts->items[j].told, outlet->name);

			nr += receipt && receipt->put_off &&
				reconcile_owes(&work->file.state, &alerts->items[j], outlet,
					&telling, &kind);
		}
	}
	return nr;
}

static void list_waiting(size_t nr, const char *until, struct buf *out)
{
	if (nr)
		buf_addf(out, "waiting   %zu notice%s, until %s\n", nr, nr > 1 ? "s" : "", until);
}

static void list_all_unsent(const struct work *work, struct buf *out)
{
	const struct unsents *unsents = &work->file.state.unsent;

	list_waiting(count_put_off(work, false), "quiet hours are over", out);
	list_waiting(count_put_off(work, true), "the pause of the channel is over", out);
	for (size_t i = 0; i < unsents->nr; i++)
		list_unsent(&unsents->items[i], out);
}

static bool is_listed(const struct tracked_alert *alert, const char *pattern)
{
	return !alert->resolved && !alert->notice.better &&
		str_matches(pattern, alert->notice.benchmark);
}

static void list_text(struct work *work)
{
	const struct state *state = &work->file.state;
	struct buf *out = &work->text;

	for (size_t i = 0; i < state->alerts.nr; i++)
		if (is_listed(&state->alerts.items[i], subject_of(work)))
			list_alert(&state->alerts.items[i], work, out);
	if (!out->len)
		buf_adds(out, "no alert stands\n");
	for (size_t i = 0; i < state->silences.nr; i++)
		if (strcmp(work->now, state->silences.items[i].until) < 0)
			list_silence("silenced", &state->silences.items[i], out);
	list_all_unsent(work, out);
}

static int alerts_list(struct work *work, struct error *err)
{
	struct json *root;

	(void)err;
	if (!work->options.json) {
		list_text(work);
		return 0;
	}
	root = json_new_object();
	state_write_alerts(&work->file.state, subject_of(work), root);
	json_print(root, &work->text);
	json_free(root);
	return 0;
}

static int none_stands(const struct work *work, struct error *err)
{
	const struct tracked_alerts *alerts = &work->file.state.alerts;
	struct unknown unknown = { .given = subject_of(work), .see = "'benchgate alerts list'" };

	for (size_t i = 0; i < alerts->nr; i++)
		if (is_listed(&alerts->items[i], "*"))
			unknown_offer(&unknown, alerts->items[i].notice.benchmark);
	return unknown_error(&unknown, err, "no alert of '%s' stands", subject_of(work));
}

static void ack_one(struct work *work, struct tracked_alert *alert)
{
	str_set(&alert->acked, work->now);
	if (work->options.reason || !alert->reason)
		str_set(&alert->reason, work->options.reason);
}

/* As if nobody had heard of it, so that no cool-down holds back what is found again. */
static void resolve_one(struct work *work, struct tracked_alert *alert)
{
	str_set(&alert->resolved, work->now);
	str_set(&alert->held, NULL);
	receipts_clear(&alert->told, false);
	alert->announced = false;
}

static int alerts_change(struct work *work,
	void (*one)(struct work *work, struct tracked_alert *alert), const char *done,
	struct error *err)
{
	struct tracked_alerts *alerts = &work->file.state.alerts;
	size_t nr = 0;

	for (size_t i = 0; i < alerts->nr; i++) {
		if (!is_listed(&alerts->items[i], subject_of(work)))
			continue;
		one(work, &alerts->items[i]);
		buf_addf(&work->text, "%s: ", done);
		content_add_line(alerts->items[i].notice.text, &work->text);
		buf_addc(&work->text, '\n');
		nr++;
	}
	return nr ? 0 : none_stands(work, err);
}

static int ack(struct work *work, struct error *err)
{
	return alerts_change(work, ack_one, "acknowledged", err);
}

static int resolve(struct work *work, struct error *err)
{
	int rc = alerts_change(work, resolve_one, "resolved", err);

	state_drop_unsent(&work->file.state);
	return rc;
}

/* A day counts to its end. */
static int until(const struct work *work, char time[DATE_TIME_MAX], struct error *err)
{
	const char *said = work->options.until;
	uint64_t duration_ns;

	if (!said)
		return error_set(err, ERR_USAGE,
			"%s takes --until, such as --until 2026-12-31 or --until 4h",
			work->words.items[0]);
	if (date_is_day(said)) {
		snprintf(time, DATE_TIME_MAX, "%sT00:00:00Z", said);
		date_add_seconds(time, 24 * 3600);
	} else if (str_to_duration(said, &duration_ns)) {
		snprintf(time, DATE_TIME_MAX, "%s", work->now);
		date_add_seconds(time, (int64_t)(duration_ns / CLOCK_NS_PER_S));
	} else {
		return error_set(err, ERR_USAGE,
			"--until takes a day such as 2026-12-31 or a duration such as 4h; '%s' is neither",
			said);
	}
	if (strcmp(time, work->now) <= 0)
		return error_set(err, ERR_USAGE, "--until %s is over already", said);
	return 0;
}

static struct silence *find_silence(const struct silences *silences, const char *subject)
{
	for (size_t i = 0; i < silences->nr; i++)
		if (strcmp(silences->items[i].subject, subject) == 0)
			return &silences->items[i];
	return NULL;
}

static int add_silence(
	struct work *work, struct silences *silences, const char *what, struct error *err)
{
	struct silence *silence = find_silence(silences, subject_of(work));
	char time[DATE_TIME_MAX];

	if (until(work, time, err))
		return -1;
	if (!silence) {
		silence = ARRAY_ADD(silences);
		*silence = (struct silence){ .subject = str_dup(subject_of(work)) };
	}
	str_set(&silence->until, time);
	str_set(&silence->reason, work->options.reason);
	list_silence(what, silence, &work->text);
	return 0;
}

static int end_silence(struct work *work, struct silences *silences, const char *what,
	const char *see, struct error *err)
{
	struct silence *found = find_silence(silences, subject_of(work));

	if (!found)
		return error_set(err, ERR_USAGE, "'%s' is not %s (see 'benchgate alerts %s')",
			subject_of(work), what, see);
	silences_remove(silences, (size_t)(found - silences->items));
	buf_addf(&work->text, "no longer %s: ", what);
	buf_add_printable(&work->text, subject_of(work));
	buf_addc(&work->text, '\n');
	return 0;
}

static int silence(struct work *work, struct error *err)
{
	return add_silence(work, &work->file.state.silences, "silenced", err);
}

static int unsilence(struct work *work, struct error *err)
{
	return end_silence(work, &work->file.state.silences, "silenced", "list", err);
}

static int pause_channel(struct work *work, struct error *err)
{
	if (!outlets_require(&work->settings.notify.outlets, subject_of(work), err))
		return -1;
	return add_silence(work, &work->file.state.pauses, "paused", err);
}

/* The channel need not be there any more. */
static int unpause_channel(struct work *work, struct error *err)
{
	return end_silence(work, &work->file.state.pauses, "paused", "channels", err);
}

/* How many messages it could not be sent, and why not. */
static void list_failures(const struct work *work, const struct outlet *outlet, struct buf *out)
{
	const struct unsents *unsents = &work->file.state.unsent;
	const char *trouble = NULL;
	size_t nr = 0;

	for (size_t i = 0; i < unsents->nr; i++) {
		if (strcmp(unsents->items[i].channel, outlet->name) != 0)
			continue;
		trouble = unsents->items[i].trouble ? unsents->items[i].trouble : trouble;
		nr++;
	}
	if (!nr)
		return;
	buf_addf(out, "; %zu message%s not sent", nr, nr > 1 ? "s" : "");
	if (trouble) {
		buf_adds(out, ": ");
		buf_add_printable(out, trouble);
	}
}

static void list_channel(const struct work *work, const struct outlet *outlet, struct buf *out)
{
	const struct silence *pause = find_silence(&work->file.state.pauses, outlet->name);

	buf_addf(out, "%-12s  %-11s  ", outlet->name, outlet->notifier->type);
	if (outlet->notifier->stays)
		buf_adds(out, "each run");
	else if (outlet->terms->at_least == URGENCY_INFO)
		buf_adds(out, "all alerts");
	else
		buf_addf(out, "alerts of severity %s%s", urgency_words[outlet->terms->at_least],
			outlet->terms->at_least == URGENCY_CRITICAL ? "" : " and above");
	if (pause && strcmp(work->now, pause->until) < 0) {
		buf_addf(out, "; paused until %s", pause->until);
		if (pause->reason) {
			buf_adds(out, ": ");
			buf_add_printable(out, pause->reason);
		}
	}
	list_failures(work, outlet, out);
	buf_addc(out, '\n');
}

static int list_channels(struct work *work, struct error *err)
{
	const struct outlets *outlets = &work->settings.notify.outlets;

	(void)err;
	for (size_t i = 0; i < outlets->nr; i++)
		list_channel(work, &outlets->items[i], &work->text);
	if (!outlets->nr)
		buf_adds(&work->text, "the policy file names no channels\n");
	return 0;
}

/* What responses did, the last at the end. */
static int list_log(struct work *work, struct error *err)
{
	const struct reaction_log *log = &work->file.state.reactions.log;
	const char *pattern = subject_of(work);
	struct buf *out = &work->text;

	(void)err;
	for (size_t i = 0; i < log->nr; i++) {
		const struct reaction_entry *entry = &log->items[i];

		if (!str_matches(pattern, entry->benchmark))
			continue;
		buf_addf(out, "%s  ", entry->at);
		buf_add_printable(out, entry->response);
		buf_adds(out, " (");
		buf_add_printable(out, entry->did);
		buf_adds(out, "): ");
		buf_add_printable(out, entry->benchmark);
		buf_addf(out, ": ");
		buf_add_printable(out, entry->result);
		buf_adds(out, ", ");
		units_add_duration(out, entry->seconds);
		buf_addc(out, '\n');
	}
	if (!out->len)
		buf_adds(out, "no response has done anything\n");
	return 0;
}

enum {
	LIST = 1,
	ACK = 2,
	RESOLVE = 4,
	SILENCE = 8,
	UNSILENCE = 16,
	CHANNELS = 32,
	PAUSE = 64,
	UNPAUSE = 128,
	LOG = 256,
	ONLY_READS = LIST | CHANNELS | LOG,
	TAKES_CHANNEL = PAUSE | UNPAUSE,
};

#define TASK_NAMES "list, ack, resolve, silence, unsilence, channels, pause, unpause or log"

static const struct task {
	const char *name;
	unsigned bit;
	int (*run)(struct work *work, struct error *err);
} tasks[] = {
	{ "list", LIST, alerts_list },
	{ "ack", ACK, ack },
	{ "resolve", RESOLVE, resolve },
	{ "silence", SILENCE, silence },
	{ "unsilence", UNSILENCE, unsilence },
	{ "channels", CHANNELS, list_channels },
	{ "pause", PAUSE, pause_channel },
	{ "unpause", UNPAUSE, unpause_channel },
	{ "log", LOG, list_log },
};

#define NR_TASKS (sizeof tasks / sizeof *tasks)

static int alerts_check_options(const struct work *work, const struct task *task, struct error *err)
{
	const struct {
		const char *name, *with;
		bool given;
		unsigned tasks;
	} rows[] = {
		{ "json", "list", work->options.json, LIST },
		{ "until", "silence and pause", work->options.until, SILENCE | PAUSE },
		{ "reason", "ack, silence and pause", work->options.reason, ACK | SILENCE | PAUSE },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].given && !(rows[i].tasks & task->bit))
			return error_set(err, ERR_USAGE, "--%s goes with alerts %s, not with %s",
				rows[i].name, rows[i].with, task->name);
	if (task->bit == CHANNELS && work->words.nr > 1)
		return error_set(err, ERR_USAGE, "alerts channels takes nothing else");
	if (work->words.nr > 2 || (work->words.nr < 2 && !(task->bit & ONLY_READS)))
		return error_set(err, ERR_USAGE, "alerts %s takes one %s", task->name,
			task->bit & TAKES_CHANNEL ? "channel (see 'benchgate alerts channels')"
						  : "benchmark, or a pattern such as 'sort/*'");
	return 0;
}

static const struct task *task_named(const char *name, struct error *err)
{
	struct unknown unknown = { .given = name, .kinds = "actions" };

	for (size_t i = 0; i < NR_TASKS; i++) {
		if (strcmp(tasks[i].name, name) == 0)
			return &tasks[i];
		unknown_offer(&unknown, tasks[i].name);
	}
	unknown_error(&unknown, err, "unknown alerts action '%s'", name);
	return NULL;
}

static int with_state(
	struct work *work, const struct task *task, const char *path, struct error *err)
{
	struct told told = TOLD_INIT;
	int rc;

	if (task->bit & ONLY_READS)
		rc = state_file_look(&work->file, path, err);
	else
		rc = state_file_open(
			&work->file, path, work->settings.notify.budget_ns, &told.warnings, err);
	if (!rc)
		rc = task->run(work, err);
	if (!rc && !(task->bit & ONLY_READS))
		rc = state_file_write(&work->file, &told.warnings, err);
	state_file_close(&work->file);
	tell_warn(&told);
	told_release(&told);
	return rc;
}

static int alerts_act(struct work *work, struct error *err)
{
	const struct task *task;
	char *path;
	int rc;

	if (!work->words.nr)
		return error_set(err, ERR_USAGE, "alerts takes " TASK_NAMES);
	task = task_named(work->words.items[0], err);
	if (!task || alerts_check_options(work, task, err) ||
		settings_load(&work->options.settings, &work->settings, err))
		return -1;
	path = tell_state_path(&work->settings, err);
	rc = path ? with_state(work, task, path, err) : -1;
	free(path);
	return rc;
}

static int alerts_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct work work = { .settings = SETTINGS_INIT, .file = STATE_FILE_INIT, .text = BUF_INIT };
	int rc = opts_parse(opts, given, &work.options, &work.words, err);

	(void)outcome;
	process_setup();
	clock_timestamp(work.now);
	if (!rc)
		rc = alerts_act(&work, err);
	if (!rc)
		rc = command_print(&work.text, err);
	buf_release(&work.text);
	settings_release(&work.settings);
	ARRAY_RELEASE(&work.words);
	return rc;
}

static void alerts_add_words(struct buf *out)
{
	for (size_t i = 0; i < NR_TASKS; i++)
		buf_addf(out, "%s ", tasks[i].name);
}

const struct command command_alerts = {
	.name = "alerts",
	.group = COMMANDS_ALERTS,
	.operands = "ACTION [BENCHMARK|CHANNEL]",
	.summary = "list what was alerted of, acknowledge it, silence it; pause a channel",
	.details =
		"list: the alerts that stand, silences, and what waits to be sent.\n"
		"ack: somebody takes care of the alerts of a benchmark (a name or a pattern): nobody is told of them "
		"again until they get worse, but of their end.\n"
		"resolve: they count as done, without a message; what a later run still finds is a new alert.\n"
		"silence: nobody is told anything of the benchmark for a while. unsilence ends that.\n"
		"channels: who is told, what could not be sent, what is paused.\n"
		"pause: the channel is told nothing for a while, then all of it in one digest. unpause ends that.\n"
		"log: what responses of the policy file did ('benchgate help responding').\n"
		"See 'benchgate help alerting'.",
	.examples = "benchgate alerts list\n"
		    "benchgate alerts silence 'sort/*' --until 2026-12-31\n",
	.opts = opts,
	.add_words = alerts_add_words,
	.run = alerts_run,
};
