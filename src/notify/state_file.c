/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/state_file.h"

#include "base/date.h"
#include "base/json_fields.h"
#include "base/str.h"
#include "notify/state.h"
#include "sys/file.h"
#include "sys/folder.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SPOILT "spoilt"
#define MARGIN_NS UINT64_C(5000000000)

static int lock_state(struct state_file *file, uint64_t budget_ns, struct error *err)
{
	struct buf path = BUF_INIT;
	int rc;

	buf_addf(&path, "%s.lock", file->path);
	rc = lock_wait(&file->lock, path.data, LOCK_ALONE, budget_ns + MARGIN_NS, err);
	buf_release(&path);
	return rc;
}

static int put_aside(const char *path, const char *why, struct buf *warnings, struct error *err)
{
	struct buf aside = BUF_INIT;
	int rc;

	buf_addf(&aside, "%s." SPOILT, path);
	rc = file_rename(path, aside.data, err);
	if (!rc)
		buf_addf(warnings,
			"%s; it is now %s, and what was told before is not known any more\n", why,
			aside.data);
	buf_release(&aside);
	return rc;
}

/* *spoilt: the file was read and makes no sense. */
static int read_state(struct state_file *file, bool *spoilt, struct error *err)
{
	struct buf text = BUF_INIT;
	int rc = 0;

	*spoilt = false;
	if (folder_lacks(file->path))
		return 0;
	rc = file_read(file->path, STATE_MAX_BYTES, &text, err);
	if (!rc && state_parse(text.data, text.len, &file->state, err)) {
		*spoilt = true;
		err->kind = ERR_IO;
		rc = error_wrap(err, "%s", file->path);
		state_release(&file->state);
	}
	buf_release(&text);
	return rc;
}

int state_file_open(struct state_file *file, const char *path, uint64_t budget_ns,
	struct buf *warnings, struct error *err)
{
	struct error why = ERROR_INIT;
	bool spoilt;

	*file = (struct state_file){ .path = path, .lock = LOCK_INIT };
	if (folder_make_parents(path, err) || lock_state(file, budget_ns, err))
		return -1;
	if (!read_state(file, &spoilt, &why))
		return 0;
	if (spoilt && !put_aside(path, why.text, warnings, err))
		return 0;
	if (!spoilt)
		*err = why;
	state_file_close(file);
	return -1;
}

int state_file_look(struct state_file *file, const char *path, struct error *err)
{
	bool spoilt;

	*file = (struct state_file){ .path = path, .lock = LOCK_INIT };
	return read_state(file, &spoilt, err);
}

int state_file_write(struct state_file *file, struct buf *warnings, struct error *err)
{
	struct file_new new_file = FILE_NEW_INIT;
	struct buf text = BUF_INIT;
	int rc;

	state_print(&file->state, &text, warnings);
	rc = file_new_open(&new_file, file->path, err) || file_new_commit(&new_file, &text, err)
		? -1
		: 0;
	file_new_release(&new_file);
	buf_release(&text);
	return rc;
}

void state_file_close(struct state_file *file)
{
	state_release(&file->state);
	lock_release(&file->lock);
}

/* A state's spelling in JSON. Its schema is state.schema.json beside this file. */

#define FORMAT "benchgate-alerts"

static const struct json_field notice_rows[] = {
	JSON_FIELD_TEXT("benchmark", struct notice, benchmark),
	JSON_FIELD_TEXT("metric", struct notice, metric),
	JSON_FIELD_TEXT("tier", struct notice, tier),
	JSON_FIELD_TEXT("file", struct notice, file),
	JSON_FIELD_U32("line", struct notice, line),
	JSON_FIELD_TEXT("base", struct notice, base),
	JSON_FIELD_TEXT("branch", struct notice, branch),
	JSON_FIELD_TEXT("rule", struct notice, rule),
	JSON_FIELD_TEXT("text", struct notice, text),
	JSON_FIELD_WORD("severity", struct notice, urgency, enum urgency, urgency_words),
	JSON_FIELD_BOOL("better", struct notice, better),
	JSON_FIELD_NUMBER("change_percent", struct notice, change_percent),
	JSON_FIELD_U64("runs", struct notice, nr_runs),
	JSON_FIELD_TEXT("since", struct notice, since),
	JSON_FIELD_END,
};

/* Not in files of earlier versions. */
static const struct json_field detail_rows[] = {
	JSON_FIELD_MAYBE("unit", struct notice, unit),
	JSON_FIELD_MAYBE("advice", struct notice, advice),
	JSON_FIELD_MAYBE("recurs", struct notice, recurs),
	JSON_FIELD_NUMBER("baseline_value", struct notice, baseline_value),
	JSON_FIELD_NUMBER("current_value", struct notice, current_value),
	JSON_FIELD_END,
};

static const struct json_field alert_rows[] = {
	JSON_FIELD_WORD("most_severe", struct tracked_alert, peak, enum urgency, urgency_words),
	JSON_FIELD_BOOL("announced", struct tracked_alert, announced),
	JSON_FIELD_TEXT("seen", struct tracked_alert, seen),
	JSON_FIELD_MAYBE("last_run", struct tracked_alert, run),
	JSON_FIELD_MAYBE("resolved", struct tracked_alert, resolved),
	JSON_FIELD_MAYBE("held_until", struct tracked_alert, held),
	JSON_FIELD_MAYBE("acknowledged", struct tracked_alert, acked),
	JSON_FIELD_MAYBE("reason", struct tracked_alert, reason),
	JSON_FIELD_U64("escalations", struct tracked_alert, nr_escalated),
	JSON_FIELD_END,
};

/* Not in files of earlier versions. */
static const struct json_field passed_rows[] = {
	JSON_FIELD_MAYBE("passed", struct tracked_alert, passed),
	JSON_FIELD_END,
};

static const struct json_field start_rows[] = {
	JSON_FIELD_TEXT("at", struct start, at),
	JSON_FIELD_MAYBE("before", struct start, before),
	JSON_FIELD_MAYBE("commit", struct start, commit),
	JSON_FIELD_END,
};

/* Since version 2. */
static const struct json_field turn_rows[] = {
	JSON_FIELD_WORD("first_severity", struct tracked_alert, began, enum urgency, urgency_words),
	JSON_FIELD_TEXT("changed_by", struct tracked_alert, turn),
	JSON_FIELD_END,
};

static const struct json_field receipt_rows[] = {
	JSON_FIELD_TEXT("channel", struct receipt, channel),
	JSON_FIELD_BOOL("told", struct receipt, told),
	JSON_FIELD_WORD("kind", struct receipt, kind, enum notice_kind, notice_words),
	JSON_FIELD_WORD("severity", struct receipt, urgency, enum urgency, urgency_words),
	JSON_FIELD_BOOL("unsure", struct receipt, unsure),
	JSON_FIELD_BOOL("put_off", struct receipt, put_off),
	JSON_FIELD_U64("escalations", struct receipt, nr_escalated),
	JSON_FIELD_MAYBE("thread", struct receipt, thread),
	JSON_FIELD_MAYBE("message", struct receipt, message),
	JSON_FIELD_END,
};

static const struct json_field silence_rows[] = {
	JSON_FIELD_TEXT("benchmark", struct silence, subject),
	JSON_FIELD_TEXT("until", struct silence, until),
	JSON_FIELD_MAYBE("reason", struct silence, reason),
	JSON_FIELD_END,
};

static const struct json_field pause_rows[] = {
	JSON_FIELD_TEXT("channel", struct silence, subject),
	JSON_FIELD_TEXT("until", struct silence, until),
	JSON_FIELD_MAYBE("reason", struct silence, reason),
	JSON_FIELD_END,
};

static const struct json_field unsent_rows[] = {
	JSON_FIELD_TEXT("channel", struct unsent, channel),
	JSON_FIELD_TEXT("type", struct unsent, type),
	JSON_FIELD_TEXT("about", struct unsent, about),
	JSON_FIELD_TEXT("title", struct unsent, title),
	JSON_FIELD_TEXT("written", struct unsent, written),
	JSON_FIELD_U64("attempts", struct unsent, nr_attempts),
	JSON_FIELD_MAYBE("trouble", struct unsent, trouble),
	JSON_FIELD_END,
};

/* Since version 2. */
static const struct json_field unsent_alerts_rows[] = {
	JSON_FIELD_U64("alerts", struct unsent, nr_alerts),
	JSON_FIELD_MAYBE("progress", struct unsent, progress),
	JSON_FIELD_END,
};

static void write_alert(struct json *to, const struct tracked_alert *alert)
{
	struct json *channels, *told, *starts;

	json_add_text(to, "fingerprint", alert->notice.fingerprint);
	json_fields_write(to, notice_rows, &alert->notice);
	json_fields_write(to, detail_rows, &alert->notice);
	json_fields_write(to, alert_rows, alert);
	json_fields_write(to, turn_rows, alert);
	json_fields_write(to, passed_rows, alert);
	starts = json_add_array(to, "starts");
	for (size_t i = 0; i < alert->starts.nr; i++)
		json_fields_write(
			json_add_object(starts, NULL), start_rows, &alert->starts.items[i]);
	channels = json_add_array(to, "channels");
	for (size_t i = 0; i < alert->channels.nr; i++)
		json_add_text(channels, NULL, alert->channels.items[i]);
	told = json_add_array(to, "told");
	for (size_t i = 0; i < alert->told.nr; i++)
		json_fields_write(json_add_object(told, NULL), receipt_rows, &alert->told.items[i]);
}

static void write_unsent(struct json *to, const struct unsent *unsent)
{
	json_add_text(to, "id", unsent->id);
	json_fields_write(to, unsent_rows, unsent);
	json_fields_write(to, unsent_alerts_rows, unsent);
	json_add_copy(to, "body", unsent->body);
}

void state_write_alerts(const struct state *state, const char *benchmark, struct json *to)
{
	struct json *list = json_add_array(to, "alerts");

	for (size_t i = 0; i < state->alerts.nr; i++)
		if (!benchmark || str_matches(benchmark, state->alerts.items[i].notice.benchmark))
			write_alert(json_add_object(list, NULL), &state->alerts.items[i]);
	list = json_add_array(to, "silences");
	for (size_t i = 0; i < state->silences.nr; i++)
		json_fields_write(
			json_add_object(list, NULL), silence_rows, &state->silences.items[i]);
	list = json_add_array(to, "pauses");
	for (size_t i = 0; i < state->pauses.nr; i++)
		json_fields_write(json_add_object(list, NULL), pause_rows, &state->pauses.items[i]);
	list = json_add_array(to, "unsent");
	for (size_t i = 0; i < state->unsent.nr; i++)
		write_unsent(json_add_object(list, NULL), &state->unsent.items[i]);
	reactions_write(&state->reactions, to);
}

static void print_whole(const struct state *state, struct buf *out)
{
	struct json *root = json_new_object();

	json_add_text(root, "format", FORMAT);
	json_add_number(root, "version", STATE_VERSION);
	state_write_alerts(state, NULL, root);
	json_print(root, out);
	json_free(root);
}

void state_print(struct state *state, struct buf *out, struct buf *warnings)
{
	static const char *const words[] = { [LOSS_RESOLVED] = "resolved alert",
		[LOSS_UNSENT] = "unsent message",
		[LOSS_ALERTS] = "alert" };
	size_t lost[LOSS_NR_KINDS] = { 0 };

	print_whole(state, out);
	while (out->len > STATE_MAX_BYTES && state_shrink(state, lost)) {
		buf_clear(out);
		print_whole(state, out);
	}
	for (enum loss i = 0; i < LOSS_NR_KINDS; i++)
		if (lost[i])
			buf_addf(warnings,
				"%zu %s%s forgotten: the state file may hold %u MB at most\n",
				lost[i], words[i], lost[i] > 1 ? "s were" : " was",
				STATE_MAX_BYTES >> 20);
}

static int check_time(const char *time, const char *where, const char *name, struct error *err)
{
	if (!time || date_is_time(time))
		return 0;
	return error_set(err, ERR_USAGE,
		"%s.%s is \"%.40s\"; it must be a time such as 2026-11-21T04:05:06Z", where, name,
		time);
}

static int check_id(const char *text, const char *where, const char *name, struct error *err)
{
	if (!text ||
		(strlen(text) == STATE_ID_MAX - 1 &&
			strspn(text, "0123456789abcdef") == STATE_ID_MAX - 1))
		return 0;
	return error_set(
		err, ERR_USAGE, "%s.%s is \"%.40s\"; it must be 16 hex digits", where, name, text);
}

static int read_id(const struct json *from, const char *name, char id[STATE_ID_MAX],
	const char *where, struct error *err)
{
	const struct json *text = json_member(from, name, JSON_TEXT, where, err);

	if (!text || check_id(json_text(text), where, name, err))
		return -1;
	snprintf(id, STATE_ID_MAX, "%s", json_text(text));
	return 0;
}

static int read_details(
	const struct json *from, struct notice *notice, const char *where, struct error *err)
{
	if (json_get(from, detail_rows[0].name))
		return json_fields_read(from, detail_rows, notice, where, err);
	notice->baseline_value = notice->current_value = NAN;
	return 0;
}

static int read_notice(
	const struct json *from, struct notice *notice, const char *where, struct error *err)
{
	if (read_id(from, "fingerprint", notice->fingerprint, where, err) ||
		json_fields_read(from, notice_rows, notice, where, err) ||
		read_details(from, notice, where, err))
		return -1;
	return check_time(notice->since, where, "since", err);
}

static int read_receipts(
	const struct json *list, struct receipts *receipts, const char *where, struct error *err)
{
	char place[80];
	size_t nr = 0;

	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		struct receipt *receipt = ARRAY_ADD(receipts);

		*receipt = (struct receipt){ .channel = NULL };
		snprintf(place, sizeof place, "%s.told[%zu]", where, nr++);
		if (json_fields_read(at, receipt_rows, receipt, place, err) ||
			check_id(receipt->message, place, "message", err))
			return -1;
	}
	return 0;
}

static int state_file_read_texts(const struct json *from, const char *name, struct texts *texts,
	const char *where, struct error *err)
{
	const struct json *list = json_member(from, name, JSON_ARRAY, where, err);

	if (!list)
		return -1;
	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		if (json_type(at) != JSON_TEXT)
			return error_set(err, ERR_USAGE, "%s.%s holds %s; it must be texts", where,
				name, json_type_name(json_type(at)));
		texts_add(texts, json_text(at));
	}
	return 0;
}

/* Version 1 named the channels that were told, whatever of, and those that refused it. */
static int read_old_told(
	const struct json *from, struct tracked_alert *alert, const char *where, struct error *err)
{
	struct texts told = { NULL, 0, 0 }, untold = { NULL, 0, 0 };
	int rc = state_file_read_texts(from, "told", &told, where, err) ||
			state_file_read_texts(from, "untold", &untold, where, err)
		? -1
		: 0;

	for (size_t i = 0; i < told.nr; i++)
		receipt_tell(receipts_get(&alert->told, told.items[i]), alert,
			alert->resolved ? NOTICE_RESOLVED : NOTICE_NEW);
	for (size_t i = 0; i < untold.nr; i++)
		receipts_get(&alert->told, untold.items[i]);
	texts_release(&told);
	texts_release(&untold);
	return rc;
}

static const char *old_text(const struct json *from, const char *name)
{
	const struct json *text = json_type(from) == JSON_OBJECT ? json_get(from, name) : NULL;

	return text && json_type(text) == JSON_TEXT ? json_text(text) : "";
}

static void read_old_threads(const struct json *from, struct tracked_alert *alert)
{
	const struct json *left = json_get(from, "left");

	for (const struct json *at = left && json_type(left) == JSON_ARRAY ? json_first(left)
									   : NULL;
		at; at = json_next(at)) {
		struct receipt *receipt = receipts_find(&alert->told, old_text(at, "channel"));

		if (receipt)
			str_set(&receipt->thread, old_text(at, "text"));
	}
}

static int read_told(
	const struct json *from, struct tracked_alert *alert, const char *where, struct error *err)
{
	const struct json *list = json_member(from, "told", JSON_ARRAY, where, err);

	if (!list)
		return -1;
	if (json_get(from, turn_rows[0].name))
		return json_fields_read(from, turn_rows, alert, where, err) ||
				state_file_read_texts(
					from, "channels", &alert->channels, where, err)
			? -1
			: read_receipts(list, &alert->told, where, err);
	alert->began = alert->peak;
	alert->turn = str_dup("");
	if (read_old_told(from, alert, where, err))
		return -1;
	read_old_threads(from, alert);
	return 0;
}

static int read_starts(
	const struct json *from, struct tracked_alert *alert, const char *where, struct error *err)
{
	const struct json *list;
	char place[80];
	size_t nr = 0;

	if (!json_get(from, "starts"))
		return 0;
	list = json_member(from, "starts", JSON_ARRAY, where, err);
	if (!list || json_fields_read(from, passed_rows, alert, where, err))
		return -1;
	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		struct start *start = ARRAY_ADD(&alert->starts);

		*start = (struct start){ .at = NULL };
		snprintf(place, sizeof place, "%s.starts[%zu]", where, nr++);
		if (json_fields_read(at, start_rows, start, place, err) ||
			check_time(start->at, place, "at", err))
			return -1;
	}
	return 0;
}

static int read_alert(
	const struct json *from, struct state *state, const char *where, struct error *err)
{
	struct tracked_alert *alert = ARRAY_ADD(&state->alerts);

	*alert = (struct tracked_alert){ .seen = NULL };
	if (read_notice(from, &alert->notice, where, err) ||
		json_fields_read(from, alert_rows, alert, where, err) ||
		check_time(alert->seen, where, "seen", err) ||
		check_time(alert->resolved, where, "resolved", err) ||
		check_time(alert->held, where, "held_until", err) ||
		check_time(alert->acked, where, "acknowledged", err) ||
		read_starts(from, alert, where, err))
		return -1;
	return read_told(from, alert, where, err);
}

static int read_silence(
	const struct json *from, struct state *state, const char *where, struct error *err)
{
	struct silence *silence = ARRAY_ADD(&state->silences);

	*silence = (struct silence){ .until = NULL };
	if (json_fields_read(from, silence_rows, silence, where, err))
		return -1;
	return check_time(silence->until, where, "until", err);
}

static int read_pause(
	const struct json *from, struct state *state, const char *where, struct error *err)
{
	struct silence *pause = ARRAY_ADD(&state->pauses);

	*pause = (struct silence){ .until = NULL };
	if (json_fields_read(from, pause_rows, pause, where, err))
		return -1;
	return check_time(pause->until, where, "until", err);
}

static int read_message(
	const struct json *from, struct unsent *unsent, const char *where, struct error *err)
{
	const struct json *body;

	if (read_id(from, "id", unsent->id, where, err) ||
		json_fields_read(from, unsent_rows, unsent, where, err) ||
		check_time(unsent->written, where, "written", err))
		return -1;
	body = json_member(from, "body", JSON_OBJECT, where, err);
	unsent->body = json_new_object();
	if (body)
		json_copy_members(unsent->body, body);
	return body ? 0 : -1;
}

static int read_unsent(
	const struct json *from, struct state *state, const char *where, struct error *err)
{
	struct unsent *unsent = ARRAY_ADD(&state->unsent);

	*unsent = (struct unsent){ .channel = NULL };
	if (read_message(from, unsent, where, err))
		return -1;
	return json_fields_read(from, unsent_alerts_rows, unsent, where, err);
}

/* Of version 1: what waited for the end of quiet hours. The channel was told what came before. */
static int read_old_waiting(
	const struct json *from, struct state *state, const char *where, struct error *err)
{
	const char *kind = old_text(from, "kind"), *channel = old_text(from, "channel");
	struct tracked_alert *alert = state_find(state, old_text(from, "fingerprint"));
	struct receipt *receipt;

	(void)where;
	(void)err;
	if (!alert || !*channel)
		return 0;
	receipt = receipts_get(&alert->told, channel);
	receipt->put_off = true;
	if (strcmp(kind, notice_words[NOTICE_NEW]) == 0)
		receipt->told = false;
	if (strcmp(kind, notice_words[NOTICE_WORSE]) == 0)
		receipt->urgency = URGENCY_INFO;
	if (strcmp(kind, notice_words[NOTICE_ESCALATED]) == 0 && receipt->nr_escalated)
		receipt->nr_escalated--;
	if (strcmp(kind, notice_words[NOTICE_RESOLVED]) == 0)
		receipt->kind = NOTICE_NEW;
	return 0;
}

/* Of version 1: a message that was not sent, though its alerts say that it was told. It is sent
 * whatever becomes of them, as if it were about itself; unless a later one took its place. */
static int read_old_unsent(
	const struct json *from, struct state *state, const char *where, struct error *err)
{
	const struct json *overtaken =
		json_type(from) == JSON_OBJECT ? json_get(from, "overtaken") : NULL;
	struct unsent *unsent;

	if (overtaken && json_type(overtaken) == JSON_BOOL && json_bool(overtaken))
		return 0;
	unsent = ARRAY_ADD(&state->unsent);
	*unsent = (struct unsent){ .channel = NULL };
	if (read_message(from, unsent, where, err))
		return -1;
	if (!*unsent->about)
		str_set(&unsent->about, unsent->id);
	return 0;
}

static int state_file_read_list(const struct json *root, struct state *state, const char *name,
	int (*read)(
		const struct json *from, struct state *state, const char *where, struct error *err),
	struct error *err)
{
	const struct json *list = json_member(root, name, JSON_ARRAY, JSON_ROOT, err);
	size_t nr = 0;
	char where[64];

	if (!list)
		return -1;
	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		snprintf(where, sizeof where, "%s[%zu]", name, nr++);
		if (read(at, state, where, err))
			return -1;
	}
	return 0;
}

int state_parse(const char *text, size_t len, struct state *state, struct error *err)
{
	struct json *root = json_parse(text, len, err);
	int rc = -1;

	if (!root || json_check_versions(root, FORMAT, 1, STATE_VERSION, err) ||
		state_file_read_list(root, state, "alerts", read_alert, err) ||
		state_file_read_list(root, state, "silences", read_silence, err) ||
		(json_get(root, "pauses") &&
			state_file_read_list(root, state, "pauses", read_pause, err)) ||
		reactions_read(root, &state->reactions, err))
		rc = -1;
	else if (json_number(json_get(root, "version")) >= 2)
		rc = state_file_read_list(root, state, "unsent", read_unsent, err);
	else
		rc = state_file_read_list(root, state, "waiting", read_old_waiting, err) ||
				state_file_read_list(root, state, "outbox", read_old_unsent, err)
			? -1
			: 0;
	json_free(root);
	return rc;
}
