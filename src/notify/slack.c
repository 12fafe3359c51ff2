/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slack: by an incoming webhook, whose address is a secret, or as an app of one's own, which can go
 * on in the thread of what it said before. */
#include "base/str.h"
#include "notify/notifier.h"

#include <stdlib.h>
#include <string.h>

/* Slack's limits are in characters; bytes are never fewer. */
#define MAX_HEADER 150
#define MAX_SECTION 3000
#define MAX_FIELD 2000
#define MAX_TEXT 4000
/* Not Slack's: of more, nobody would read more. */
#define MAX_LINE 600
#define SHORT_COMMIT 12
#define MAX_LINES 40
#define MAX_LINE_BYTES 12000

#define CUT "\xe2\x80\xa6" /* three dots */
#define BULLET "\xe2\x80\xa2"

/* As much as fits, in one line. In Slack's markup three characters begin what is not text. */
static void slack_add_cut(struct buf *out, size_t max, const char *text, bool in_markup)
{
	static const char *const entities[] = { "&amp;", "&lt;", "&gt;" };
	struct buf clean = BUF_INIT;

	content_add_line(text, &clean);
	for (const char *at = clean.data; *at; at += str_utf8_len(at)) {
		const char *special = in_markup ? strchr("&<>", *at) : NULL;
		const char *piece = special ? entities[special - "&<>"] : at;
		size_t len = special ? strlen(piece) : str_utf8_len(at);

		if (out->len + len + strlen(CUT) > max) {
			buf_adds(out, CUT);
			break;
		}
		buf_add(out, piece, len);
	}
	buf_release(&clean);
}

static void slack_write_text(struct json *to, const char *name, const char *type, const char *text)
{
	struct json *object = json_add_object(to, name);

	json_add_text(object, "type", type);
	json_add_text(object, "text", text);
	/* Else Slack would look for names and addresses in it. */
	if (strcmp(type, "mrkdwn") == 0)
		json_add_bool(object, "verbatim", true);
	else
		json_add_bool(object, "emoji", false);
}

static void slack_add_header(const char *title, struct json *blocks)
{
	struct json *block = json_add_object(blocks, NULL);
	struct buf text = BUF_INIT;

	slack_add_cut(&text, MAX_HEADER, title, false);
	json_add_text(block, "type", "header");
	slack_write_text(block, "text", "plain_text", text.data);
	buf_release(&text);
}

static void add_section(struct buf *text, struct json *blocks)
{
	struct json *block;

	if (!text->len)
		return;
	block = json_add_object(blocks, NULL);
	json_add_text(block, "type", "section");
	slack_write_text(block, "text", "mrkdwn", text->data);
	buf_clear(text);
}

static void add_field(const char *name, const char *value, struct json *fields)
{
	struct buf text = BUF_INIT;

	if (!value || !*value)
		return;
	buf_addf(&text, "*%s*\n", name);
	slack_add_cut(&text, MAX_FIELD, value, true);
	slack_write_text(fields, NULL, "mrkdwn", text.data);
	buf_release(&text);
}

static void add_fields(const struct content *content, struct json *blocks)
{
	struct json *block = json_add_object(blocks, NULL), *fields;
	char *commit = mem_copy(content->ci->commit, strnlen(content->ci->commit, SHORT_COMMIT));

	json_add_text(block, "type", "section");
	fields = json_add_array(block, "fields");
	add_field("Severity", urgency_words[content->urgency], fields);
	if (content->verdict)
		add_field("Status", verdict_word_name(content->verdict->word), fields);
	add_field("Repository", content->ci->repository, fields);
	add_field("Branch", content->ci->branch, fields);
	add_field("Change", content->ci->pull_request, fields);
	add_field("Commit", commit, fields);
	free(commit);
}

static void add_kind(const struct notice *notice, struct buf *out)
{
	const char *urgency = urgency_words[notice->urgency];

	if (notice->kind == NOTICE_RESOLVED)
		buf_addf(out, BULLET " *passes again*, was %s: ", urgency);
	else
		buf_addf(out, BULLET " *%s*, %s: ", urgency, notice_words[notice->kind]);
}

static void slack_add_lines(const struct content *content, struct json *blocks)
{
	struct buf section = BUF_INIT, line = BUF_INIT, details = BUF_INIT;
	size_t nr_bytes = 0, i;

	for (i = 0; i < content->nr && i < MAX_LINES && nr_bytes < MAX_LINE_BYTES; i++) {
		const struct notice *notice = content->notices[i];

		buf_clear(&line);
		add_kind(notice, &line);
		slack_add_cut(&line, MAX_LINE, notice->text, true);
		content_add_details(notice, &details);
		if (details.len) {
			buf_adds(&line, "\n");
			slack_add_cut(&line, line.len + MAX_LINE, details.data, true);
			buf_clear(&details);
		}
		nr_bytes += line.len;
		if (section.len + line.len + 1 > MAX_SECTION)
			add_section(&section, blocks);
		buf_addf(&section, "%s%s", section.len ? "\n" : "", line.data);
	}
	add_section(&section, blocks);
	if (i < content->nr) {
		buf_addf(&section, "and %zu more", content->nr - i);
		add_section(&section, blocks);
	}
	buf_release(&section);
	buf_release(&details);
	buf_release(&line);
}

static bool is_link(const char *url)
{
	return (str_starts(url, "https://") || str_starts(url, "http://")) &&
		!strpbrk(url, "<>| \"");
}

static void add_link(const char *url, struct json *blocks)
{
	struct buf text = BUF_INIT;
	struct json *block;

	if (!*url)
		return;
	if (is_link(url))
		buf_addc(&text, '<');
	slack_add_cut(&text, MAX_FIELD, url, true);
	if (is_link(url))
		buf_adds(&text, "|The job>");
	block = json_add_object(blocks, NULL);
	json_add_text(block, "type", "context");
	slack_write_text(json_add_array(block, "elements"), NULL, "mrkdwn", text.data);
	buf_release(&text);
}

static void add_fallback(const struct content *content, struct json *body)
{
	struct buf text = BUF_INIT;

	slack_add_cut(&text, MAX_LINE, content->title, true);
	if (content->nr) {
		buf_adds(&text, ": ");
		slack_add_cut(&text, MAX_TEXT, content->notices[0]->text, true);
	}
	json_add_text(body, "text", text.data);
	buf_release(&text);
}

static void slack_blocks_add(const struct content *content, struct json *body)
{
	struct json *blocks;
	struct buf cause = BUF_INIT;

	add_fallback(content, body);
	blocks = json_add_array(body, "blocks");
	slack_add_header(content->title, blocks);
	if (content->cause)
		slack_add_cut(&cause, MAX_SECTION, content->cause, true);
	add_section(&cause, blocks);
	add_fields(content, blocks);
	slack_add_lines(content, blocks);
	add_link(content->ci->job_url, blocks);
	buf_release(&cause);
}

#define API_URL "https://slack.com/api"

struct slack_settings {
	struct outlet_terms terms;
	struct secret_place webhook, token;
	char *channel;
	char *api_url;
};

static const struct policy_key keys[] = {
	OUTLET_KEYS(struct slack_settings),
	POLICY_KEY_SECRET("webhook", struct slack_settings, webhook),
	POLICY_KEY_SECRET("token", struct slack_settings, token),
	POLICY_KEY_TEXT("channel", struct slack_settings, channel),
	POLICY_KEY_TEXT("api_url", struct slack_settings, api_url),
	POLICY_KEY_END,
};

static const struct slack_settings *slack_settings_of(const struct outlet *outlet)
{
	return (const struct slack_settings *)(const void *)outlet->terms;
}

static int slack_check(const struct outlet *outlet, const char *place, struct error *err)
{
	const struct slack_settings *settings = slack_settings_of(outlet);
	bool by_webhook = secrets_named(&settings->webhook);

	if (by_webhook == secrets_named(&settings->token))
		return error_set(err, ERR_USAGE,
			"%s has %s; it must have one of them, such as \"webhook\": {\"env\": \"SLACK_WEBHOOK_URL\"}",
			place, by_webhook ? "both webhook and token" : "neither webhook nor token");
	if (by_webhook && settings->channel)
		return error_set(err, ERR_USAGE,
			"%s has a channel, and a webhook has its own; say it with a token, or leave it out",
			place);
	if (!by_webhook && !settings->channel)
		return error_set(err, ERR_USAGE,
			"%s has no channel; with a token it must have one, such as \"channel\": \"#performance\"",
			place);
	return settings->api_url ? outlet_check_url(settings->api_url, place, "api_url", err) : 0;
}

static bool all_resolved(const struct content *content)
{
	for (size_t i = 0; i < content->nr; i++)
		if (content->notices[i]->kind != NOTICE_RESOLVED)
			return false;
	return true;
}

/* What is known goes on in the thread that told of it: shown in the channel as well, but for what
 * is over. `earlier` is "CHANNEL TS". */
static void add_thread(const struct content *content, struct json *body)
{
	const char *blank = content->earlier ? strchr(content->earlier, ' ') : NULL;

	if (!blank || !content->nr || content->notices[0]->kind == NOTICE_NEW)
		return;
	json_add_text(body, "thread", content->earlier);
	json_add_bool(body, "broadcast", !all_resolved(content));
}

static bool slack_compose(
	const struct outlet *outlet, const struct content *content, struct json *body)
{
	if (!content->nr)
		return false;
	slack_blocks_add(content, body);
	if (secrets_named(&slack_settings_of(outlet)->token))
		add_thread(content, body);
	return true;
}

static const char *text_of(const struct json *object, const char *name)
{
	const struct json *member = json_get(object, name);

	return member && json_type(member) == JSON_TEXT ? json_text(member) : NULL;
}

/* Takes the body over. */
static void slack_ask(struct talk *talk, const char *url, struct json *body)
{
	const struct json *blocks = json_get(talk->body, "blocks");

	json_add_text(body, "text", text_of(talk->body, "text"));
	if (blocks)
		json_add_copy(body, "blocks", blocks);
	talk->request.method = str_dup("POST");
	talk->request.url = str_dup(url);
	http_request_header(&talk->request, "Content-Type", "application/json; charset=utf-8");
	json_print_line(body, &talk->request.body);
	json_free(body);
}

/* What is said of some errors, whether they come as an API's or a webhook's. */
static const struct complaint {
	const char *name;
	enum talk_next next;
	const char *advice;
} complaints[] = {
	{ "invalid_auth", TALK_LATER, "Slack does not know the token" },
	{ "not_authed", TALK_LATER, "Slack saw no token" },
	{ "token_expired", TALK_LATER, "the token must be renewed" },
	{ "token_revoked", TALK_LATER, "the token was revoked: install the app again" },
	{ "account_inactive", TALK_LATER, "the token's app or user was removed" },
	{ "not_allowed_token_type", TALK_LATER, "it must be a bot's token (xoxb-)" },
	{ "missing_scope", TALK_LATER, "the app needs the scope chat:write" },
	{ "channel_not_found", TALK_LATER,
		"there is no such channel, or it is private and the app is no member: /invite it" },
	{ "not_in_channel", TALK_LATER, "the app is no member of the channel: /invite it" },
	{ "is_archived", TALK_LATER, "the channel is archived: name another" },
	{ "channel_is_archived", TALK_LATER, "the channel is archived: make another webhook" },
	{ "restricted_action", TALK_LATER, "the workspace lets few post in this channel" },
	{ "action_prohibited", TALK_LATER, "an administrator forbids it" },
	{ "posting_to_general_channel_denied", TALK_LATER, "an administrator forbids it" },
	{ "no_service", TALK_LATER, "the webhook was removed or switched off: make another" },
	{ "no_service_id", TALK_LATER, "the webhook's address is not all there" },
	{ "no_team", TALK_LATER, "the webhook's address is not all there" },
	{ "team_disabled", TALK_LATER, "the workspace is no more" },
	{ "invalid_token", TALK_LATER, "the webhook's address is wrong" },
	{ "ratelimited", TALK_LATER, "too many messages for now" },
	{ "rate_limited", TALK_LATER, "too many messages for now" },
	{ "message_limit_exceeded", TALK_LATER, "the workspace's messages are used up" },
	{ "invalid_blocks", TALK_REFUSED, "Slack cannot read the message" },
	{ "invalid_blocks_format", TALK_REFUSED, "Slack cannot read the message" },
	{ "invalid_payload", TALK_REFUSED, "Slack cannot read the message" },
	{ "invalid_arguments", TALK_REFUSED, "Slack cannot read the message" },
	{ "no_text", TALK_REFUSED, "Slack cannot read the message" },
	{ "msg_too_long", TALK_REFUSED, "the message is too long" },
	{ "msg_blocks_too_long", TALK_REFUSED, "the message is too long" },
	{ NULL, TALK_LATER, NULL },
};

static const struct complaint *complaint_named(const char *name)
{
	const struct complaint *row = complaints;

	while (row->name && strcmp(row->name, name) != 0)
		row++;
	return row;
}

static enum talk_next say_complaint(
	struct talk *talk, const struct complaint *row, const char *name)
{
	struct buf shown = BUF_INIT;

	buf_adds(&shown, name);
	secrets_mask(talk->secrets, &shown);
	error_set(&talk->error, ERR_IO, "status %ld: %.100s%s%s", talk->response->status,
		shown.data, row->advice ? ": " : "", row->advice ? row->advice : "");
	buf_release(&shown);
	return row->next;
}

static enum talk_next step_webhook(struct talk *talk)
{
	const struct complaint *row;
	const char *url;

	if (!talk->response) {
		url = secrets_get(
			talk->secrets, &slack_settings_of(talk->outlet)->webhook, &talk->error);
		if (!url)
			return TALK_LATER;
		slack_ask(talk, url, json_new_object());
		return TALK_ASK;
	}
	if (talk_succeeded(talk))
		return TALK_DONE;
	row = complaint_named(talk->response->body.data);
	return row->name ? say_complaint(talk, row, row->name) : talk_fail(talk);
}

/* In its thread, unless that is gone: then by itself. */
enum {
	STAGE_IN_THREAD,
	STAGE_BY_ITSELF,
};

static void slack_add_place(const struct talk *talk, struct json *body)
{
	const char *thread = text_of(talk->body, "thread");
	size_t len = thread ? strcspn(thread, " ") : 0;
	const struct json *broadcast = json_get(talk->body, "broadcast");
	char *channel;

	if (!thread || !thread[len] || talk->stage == STAGE_BY_ITSELF) {
		json_add_text(body, "channel", slack_settings_of(talk->outlet)->channel);
		return;
	}
	channel = mem_copy(thread, len);
	json_add_text(body, "channel", channel);
	json_add_text(body, "thread_ts", thread + len + 1);
	json_add_bool(body, "reply_broadcast", broadcast && json_bool(broadcast));
	free(channel);
}

static enum talk_next post(struct talk *talk)
{
	const struct slack_settings *settings = slack_settings_of(talk->outlet);
	const char *token = secrets_get(talk->secrets, &settings->token, &talk->error);
	const char *api = settings->api_url ? settings->api_url : API_URL;
	struct buf text = BUF_INIT;
	struct json *body;

	if (!token)
		return TALK_LATER;
	body = json_new_object();
	slack_add_place(talk, body);
	json_add_text(body, "parse", "none");
	json_add_bool(body, "unfurl_links", false);
	json_add_bool(body, "unfurl_media", false);
	buf_addf(&text, "%s/chat.postMessage", api);
	slack_ask(talk, text.data, body);
	buf_clear(&text);
	buf_addf(&text, "Bearer %s", token);
	http_request_header(&talk->request, "Authorization", text.data);
	buf_release(&text);
	return TALK_ASK;
}

/* An answer may repeat anything of our request, and what is kept is read by others. */
static bool slack_is_id(const char *channel)
{
	return !channel[strspn(channel, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")];
}

/* A later one goes on in the thread's first message, be this that or one in it. */
static void slack_remember(struct talk *talk, const struct json *answer)
{
	const char *thread = text_of(talk->body, "thread");
	const char *channel = text_of(answer, "channel"), *ts = text_of(answer, "ts");
	struct buf left = BUF_INIT;

	if (thread && talk->stage == STAGE_IN_THREAD)
		buf_adds(&left, thread);
	else if (channel && ts && slack_is_id(channel) && !ts[strspn(ts, "0123456789.")])
		buf_addf(&left, "%.40s %.40s", channel, ts);
	talk->left = left.len ? buf_detach(&left) : NULL;
}

static enum talk_next slack_complain(struct talk *talk, const char *name)
{
	bool thread_is_gone = strcmp(name, "thread_not_found") == 0 ||
		strcmp(name, "cannot_reply_to_message") == 0 ||
		strcmp(name, "invalid_thread_ts") == 0;

	if (thread_is_gone && talk->stage == STAGE_IN_THREAD && text_of(talk->body, "thread")) {
		talk->stage = STAGE_BY_ITSELF;
		return post(talk);
	}
	return say_complaint(talk, complaint_named(name), name);
}

static enum talk_next take_answer(struct talk *talk, const struct json *answer, bool ok)
{
	if (!ok)
		return slack_complain(talk, text_of(answer, "error"));
	slack_remember(talk, answer);
	return TALK_DONE;
}

static enum talk_next take_other(struct talk *talk, const struct json *answer)
{
	/* What a dry run is answered. */
	if (answer && json_type(answer) == JSON_ARRAY)
		return TALK_DONE;
	if (!talk_succeeded(talk))
		return talk_fail(talk);
	error_set(&talk->error, ERR_IO, "status %ld, and the answer is not one of Slack's%s%s",
		talk->response->status, talk->response->trouble ? ": " : "",
		talk->response->trouble ? talk->response->said : "");
	return TALK_LATER;
}

static enum talk_next step_api(struct talk *talk)
{
	struct error ignored = ERROR_INIT;
	struct json *answer;
	const struct json *ok;
	enum talk_next next;

	if (!talk->response)
		return post(talk);
	answer = json_parse(talk->response->body.data, talk->response->body.len, &ignored);
	ok = answer && json_type(answer) == JSON_OBJECT ? json_get(answer, "ok") : NULL;
	if (ok && json_type(ok) == JSON_BOOL && (json_bool(ok) || text_of(answer, "error")))
		next = take_answer(talk, answer, json_bool(ok));
	else
		next = take_other(talk, answer);
	json_free(answer);
	return next;
}

static enum talk_next slack_step(struct talk *talk)
{
	return secrets_named(&slack_settings_of(talk->outlet)->webhook) ? step_webhook(talk)
									: step_api(talk);
}

const struct notifier slack_notifier = {
	.type = "slack",
	.what = "messages in a channel of Slack",
	.keys = keys,
	.size = sizeof(struct slack_settings),
	.check = slack_check,
	.compose = slack_compose,
	.step = slack_step,
};
