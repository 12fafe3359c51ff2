/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slack: by an incoming webhook, whose address is a secret, or as an app of one's own, which can go
 * on in the thread of what it said before. */
#include "notify/kinds.h"

#include "base/str.h"
#include "notify/slack_blocks.h"

#include <stdlib.h>
#include <string.h>

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

static const struct slack_settings *settings_of(const struct outlet *outlet)
{
	return (const struct slack_settings *)(const void *)outlet->terms;
}

static int check(const struct outlet *outlet, const char *place, struct error *err)
{
	const struct slack_settings *settings = settings_of(outlet);
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

static bool all_resolved(const struct news *news)
{
	for (size_t i = 0; i < news->nr; i++)
		if (news->notices[i]->kind != NOTICE_RESOLVED)
			return false;
	return true;
}

/* What is known goes on in the thread that told of it: shown in the channel as well, but for what
 * is over. `earlier` is "CHANNEL TS". */
static void add_thread(const struct news *news, struct json *body)
{
	const char *blank = news->earlier ? strchr(news->earlier, ' ') : NULL;

	if (!blank || !news->nr || news->notices[0]->kind == NOTICE_NEW)
		return;
	json_add_text(body, "thread", news->earlier);
	json_add_bool(body, "broadcast", !all_resolved(news));
}

static bool compose(const struct outlet *outlet, const struct news *news, struct json *body)
{
	if (!news->nr)
		return false;
	slack_blocks_add(news, body);
	if (secrets_named(&settings_of(outlet)->token))
		add_thread(news, body);
	return true;
}

static const char *text_of(const struct json *object, const char *name)
{
	const struct json *member = json_get(object, name);

	return member && json_type(member) == JSON_TEXT ? json_text(member) : NULL;
}

/* Takes the body over. */
static void ask(struct talk *talk, const char *url, struct json *body)
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
		url = secrets_get(talk->secrets, &settings_of(talk->outlet)->webhook, &talk->error);
		if (!url)
			return TALK_LATER;
		ask(talk, url, json_new_object());
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

static void add_place(const struct talk *talk, struct json *body)
{
	const char *thread = text_of(talk->body, "thread");
	size_t len = thread ? strcspn(thread, " ") : 0;
	const struct json *broadcast = json_get(talk->body, "broadcast");
	char *channel;

	if (!thread || !thread[len] || talk->stage == STAGE_BY_ITSELF) {
		json_add_text(body, "channel", settings_of(talk->outlet)->channel);
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
	const struct slack_settings *settings = settings_of(talk->outlet);
	const char *token = secrets_get(talk->secrets, &settings->token, &talk->error);
	const char *api = settings->api_url ? settings->api_url : API_URL;
	struct buf text = BUF_INIT;
	struct json *body;

	if (!token)
		return TALK_LATER;
	body = json_new_object();
	add_place(talk, body);
	json_add_text(body, "parse", "none");
	json_add_bool(body, "unfurl_links", false);
	json_add_bool(body, "unfurl_media", false);
	buf_addf(&text, "%s/chat.postMessage", api);
	ask(talk, text.data, body);
	buf_clear(&text);
	buf_addf(&text, "Bearer %s", token);
	http_request_header(&talk->request, "Authorization", text.data);
	buf_release(&text);
	return TALK_ASK;
}

/* An answer may repeat anything of our request, and what is kept is read by others. */
static bool is_id(const char *channel)
{
	return !channel[strspn(channel, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")];
}

/* A later one goes on in the thread's first message, be this that or one in it. */
static void remember(struct talk *talk, const struct json *answer)
{
	const char *thread = text_of(talk->body, "thread");
	const char *channel = text_of(answer, "channel"), *ts = text_of(answer, "ts");
	struct buf left = BUF_INIT;

	if (thread && talk->stage == STAGE_IN_THREAD)
		buf_adds(&left, thread);
	else if (channel && ts && is_id(channel) && !ts[strspn(ts, "0123456789.")])
		buf_addf(&left, "%.40s %.40s", channel, ts);
	talk->left = left.len ? buf_detach(&left) : NULL;
}

static enum talk_next complain(struct talk *talk, const char *name)
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
		return complain(talk, text_of(answer, "error"));
	remember(talk, answer);
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

static enum talk_next step(struct talk *talk)
{
	return secrets_named(&settings_of(talk->outlet)->webhook) ? step_webhook(talk)
								  : step_api(talk);
}

const struct notifier slack_notifier = {
	.type = "slack",
	.what = "messages in a channel of Slack",
	.keys = keys,
	.size = sizeof(struct slack_settings),
	.check = check,
	.compose = compose,
	.step = step,
};
