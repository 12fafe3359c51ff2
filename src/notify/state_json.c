/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A state's spelling in JSON. Its schema is state.schema.json beside this file. */
#include "notify/state.h"

#include "base/date.h"
#include "base/json_fields.h"
#include "base/str.h"

#include <stdio.h>
#include <string.h>

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

static const struct json_field standing_rows[] = {
	JSON_FIELD_WORD("most_severe", struct standing, peak, enum urgency, urgency_words),
	JSON_FIELD_BOOL("announced", struct standing, announced),
	JSON_FIELD_TEXT("seen", struct standing, seen),
	JSON_FIELD_MAYBE("last_run", struct standing, run),
	JSON_FIELD_MAYBE("resolved", struct standing, resolved),
	JSON_FIELD_MAYBE("held_until", struct standing, held),
	JSON_FIELD_MAYBE("acknowledged", struct standing, acked),
	JSON_FIELD_MAYBE("reason", struct standing, reason),
	JSON_FIELD_U64("escalations", struct standing, nr_escalated),
	JSON_FIELD_END,
};

static const struct json_field left_rows[] = {
	JSON_FIELD_TEXT("channel", struct left, outlet),
	JSON_FIELD_TEXT("text", struct left, text),
	JSON_FIELD_END,
};

static const struct json_field silence_rows[] = {
	JSON_FIELD_TEXT("benchmark", struct silence, benchmark),
	JSON_FIELD_TEXT("until", struct silence, until),
	JSON_FIELD_MAYBE("reason", struct silence, reason),
	JSON_FIELD_END,
};

static const struct json_field waiting_rows[] = {
	JSON_FIELD_TEXT("channel", struct waiting, outlet),
	JSON_FIELD_WORD("kind", struct waiting, notice.kind, enum notice_kind, notice_words),
	JSON_FIELD_END,
};

static const struct json_field letter_rows[] = {
	JSON_FIELD_TEXT("channel", struct letter, outlet),
	JSON_FIELD_TEXT("type", struct letter, type),
	JSON_FIELD_TEXT("about", struct letter, about),
	JSON_FIELD_BOOL("overtaken", struct letter, overtaken),
	JSON_FIELD_BOOL("recallable", struct letter, recallable),
	JSON_FIELD_TEXT("title", struct letter, title),
	JSON_FIELD_TEXT("fingerprints", struct letter, fingerprints),
	JSON_FIELD_TEXT("written", struct letter, written),
	JSON_FIELD_U64("attempts", struct letter, nr_attempts),
	JSON_FIELD_MAYBE("trouble", struct letter, trouble),
	JSON_FIELD_TEXT("claimed_by", struct letter, claim),
	JSON_FIELD_TEXT("claimed_until", struct letter, claimed),
	JSON_FIELD_END,
};

static void write_notice(struct json *to, const struct notice *notice)
{
	json_add_text(to, "fingerprint", notice->fingerprint);
	json_fields_write(to, notice_rows, notice);
}

static void write_texts(struct json *to, const char *name, const struct texts *texts)
{
	struct json *list = json_add_array(to, name);

	for (size_t i = 0; i < texts->nr; i++)
		json_add_text(list, NULL, texts->items[i]);
}

static void write_standing(struct json *to, const struct standing *standing)
{
	struct json *lefts;

	write_notice(to, &standing->notice);
	json_fields_write(to, standing_rows, standing);
	write_texts(to, "told", &standing->told);
	write_texts(to, "untold", &standing->untold);
	lefts = json_add_array(to, "left");
	for (size_t i = 0; i < standing->lefts.nr; i++)
		json_fields_write(
			json_add_object(lefts, NULL), left_rows, &standing->lefts.items[i]);
}

static void write_letter(struct json *to, const struct letter *letter)
{
	json_add_text(to, "id", letter->id);
	json_fields_write(to, letter_rows, letter);
	json_add_copy(to, "body", letter->body);
}

void state_write_waiting(const struct state *state, struct json *to)
{
	struct json *list = json_add_array(to, "waiting");

	for (size_t i = 0; i < state->waiting.nr; i++) {
		struct json *one = json_add_object(list, NULL);

		json_fields_write(one, waiting_rows, &state->waiting.items[i]);
		write_notice(one, &state->waiting.items[i].notice);
	}
	list = json_add_array(to, "outbox");
	for (size_t i = 0; i < state->outbox.nr; i++)
		write_letter(json_add_object(list, NULL), &state->outbox.items[i]);
}

void state_write_alerts(const struct state *state, const char *benchmark, struct json *to)
{
	struct json *list = json_add_array(to, "alerts");

	for (size_t i = 0; i < state->standings.nr; i++)
		if (!benchmark ||
			str_matches(benchmark, state->standings.items[i].notice.benchmark))
			write_standing(json_add_object(list, NULL), &state->standings.items[i]);
	list = json_add_array(to, "silences");
	for (size_t i = 0; i < state->silences.nr; i++)
		json_fields_write(
			json_add_object(list, NULL), silence_rows, &state->silences.items[i]);
}

static void print(const struct state *state, struct buf *out)
{
	struct json *root = json_new_object();

	json_add_text(root, "format", FORMAT);
	json_add_number(root, "version", STATE_VERSION);
	state_write_alerts(state, NULL, root);
	state_write_waiting(state, root);
	json_print(root, out);
	json_free(root);
}

static void say_lost(const size_t lost[LOSS_NR_KINDS], struct buf *warnings)
{
	static const struct {
		const char *what, *how;
	} words[] = { [LOSS_RESOLVED] = { "resolved alert", "forgotten" },
		[LOSS_LETTERS] = { "message", "dropped that could not be sent" },
		[LOSS_WAITING] = { "notice", "dropped that waited for the end of quiet hours" },
		[LOSS_ALERTS] = { "alert", "forgotten" } };

	for (enum loss what = 0; what < LOSS_NR_KINDS; what++)
		if (lost[what])
			buf_addf(warnings, "%zu %s%s %s: more than %u MB would be kept\n",
				lost[what], words[what].what, lost[what] > 1 ? "s were" : " was",
				words[what].how, STATE_MAX_BYTES >> 20);
}

void state_print(struct state *state, struct buf *out, struct buf *warnings)
{
	size_t lost[LOSS_NR_KINDS] = { 0 };

	print(state, out);
	while (out->len > STATE_MAX_BYTES && state_shrink(state, lost)) {
		buf_clear(out);
		print(state, out);
	}
	say_lost(lost, warnings);
}

static int check_time(const char *time, const char *where, const char *name, struct error *err)
{
	if (!time || date_is_time(time))
		return 0;
	return error_set(err, ERR_USAGE,
		"%s.%s is \"%.40s\"; it must be a time such as 2026-11-21T04:05:06Z", where, name,
		time);
}

static int read_id(const struct json *from, const char *name, char id[ALERT_FINGERPRINT_MAX],
	const char *where, struct error *err)
{
	const struct json *text = json_member(from, name, JSON_TEXT, where, err);

	if (!text)
		return -1;
	if (strlen(json_text(text)) != ALERT_FINGERPRINT_MAX - 1 ||
		strspn(json_text(text), "0123456789abcdef") != ALERT_FINGERPRINT_MAX - 1)
		return error_set(err, ERR_USAGE, "%s.%s is \"%.40s\"; it must be 16 hex digits",
			where, name, json_text(text));
	snprintf(id, ALERT_FINGERPRINT_MAX, "%s", json_text(text));
	return 0;
}

static int read_notice(
	const struct json *from, struct notice *notice, const char *where, struct error *err)
{
	if (read_id(from, "fingerprint", notice->fingerprint, where, err) ||
		json_fields_read(from, notice_rows, notice, where, err))
		return -1;
	return check_time(notice->since, where, "since", err);
}

static int read_texts(const struct json *from, const char *name, struct texts *texts,
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

static int read_lefts(
	const struct json *from, struct lefts *lefts, const char *where, struct error *err)
{
	const struct json *list = json_member(from, "left", JSON_ARRAY, where, err);
	struct buf place = BUF_INIT;
	int rc = list ? 0 : -1;

	buf_addf(&place, "%s.left", where);
	for (const struct json *at = list ? json_first(list) : NULL; at && !rc;
		at = json_next(at)) {
		struct left *left = ARRAY_ADD(lefts);

		*left = (struct left){ .outlet = NULL };
		rc = json_fields_read(at, left_rows, left, place.data, err);
	}
	buf_release(&place);
	return rc;
}

static int read_standing(
	const struct json *from, struct state *state, const char *where, struct error *err)
{
	struct standing *standing = ARRAY_ADD(&state->standings);

	*standing = (struct standing){ .seen = NULL };
	if (read_notice(from, &standing->notice, where, err) ||
		json_fields_read(from, standing_rows, standing, where, err) ||
		check_time(standing->seen, where, "seen", err) ||
		check_time(standing->resolved, where, "resolved", err) ||
		check_time(standing->held, where, "held_until", err) ||
		check_time(standing->acked, where, "acknowledged", err) ||
		read_texts(from, "told", &standing->told, where, err) ||
		read_texts(from, "untold", &standing->untold, where, err))
		return -1;
	return read_lefts(from, &standing->lefts, where, err);
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

static int read_waiting(
	const struct json *from, struct state *state, const char *where, struct error *err)
{
	struct waiting *waiting = ARRAY_ADD(&state->waiting);

	*waiting = (struct waiting){ .outlet = NULL };
	if (json_fields_read(from, waiting_rows, waiting, where, err))
		return -1;
	return read_notice(from, &waiting->notice, where, err);
}

static int read_letter(
	const struct json *from, struct state *state, const char *where, struct error *err)
{
	struct letter *letter = ARRAY_ADD(&state->outbox);
	const struct json *body;

	*letter = (struct letter){ .outlet = NULL };
	if (read_id(from, "id", letter->id, where, err) ||
		json_fields_read(from, letter_rows, letter, where, err) ||
		check_time(letter->written, where, "written", err) ||
		(*letter->claimed && check_time(letter->claimed, where, "claimed_until", err)))
		return -1;
	body = json_member(from, "body", JSON_OBJECT, where, err);
	letter->body = json_new_object();
	if (body)
		json_copy_members(letter->body, body);
	return body ? 0 : -1;
}

static int read_list(const struct json *root, struct state *state, const char *name,
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

	if (root && !json_check_format(root, FORMAT, STATE_VERSION, err) &&
		!read_list(root, state, "alerts", read_standing, err) &&
		!read_list(root, state, "silences", read_silence, err) &&
		!read_list(root, state, "waiting", read_waiting, err))
		rc = read_list(root, state, "outbox", read_letter, err);
	json_free(root);
	return rc;
}
