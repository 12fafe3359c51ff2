/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "support/some_content.h"

#define BY_WEBHOOK "{\"type\": \"slack\", \"webhook\": {\"env\": \"SOME_WEBHOOK\"}}"
#define BY_TOKEN \
	"{\"type\": \"slack\", \"token\": {\"env\": \"SOME_TOKEN\"}, \"channel\": \"#perf\"}"
#define WEBHOOK "https://hooks.slack.com/services/T0/B0/abcdefghijkl"

static char job_url[] = "https://ci.example.org/jobs/1?a=1&b=2";

static int begin(void **state)
{
	(void)state;
	setenv("SOME_WEBHOOK", WEBHOOK, 1);
	setenv("SOME_TOKEN", "xoxb-0123456789", 1);
	some_ci.job_url = job_url;
	return 0;
}

static const char *text_in(const struct json *object, const char *name)
{
	const struct json *member = json_get(object, name);

	assert_non_null(member);
	assert_int_equal(json_type(member), JSON_TEXT);
	return json_text(member);
}

static const struct json *first_block(const char *type)
{
	const struct json *at = json_first(json_get(some_body, "blocks"));

	while (at && strcmp(text_in(at, "type"), type) != 0)
		at = json_next(at);
	assert_non_null(at);
	return at;
}

TEST_WITH(settings_name_one_way_and_all_that_it_needs, begin, end_talk)
{
	static const struct {
		const char *settings, *said;
	} cases[] = {
		{ BY_WEBHOOK, "" },
		{ BY_TOKEN, "" },
		{ "{\"type\": \"slack\"}",
			"channels.some has neither webhook nor token; it must have one of them, such as \"webhook\": {\"env\": \"SLACK_WEBHOOK_URL\"}" },
		{ "{\"type\": \"slack\", \"webhook\": {\"env\": \"A\"}, \"token\": {\"env\": \"B\"}}",
			"channels.some has both webhook and token; it must have one of them, such as \"webhook\": {\"env\": \"SLACK_WEBHOOK_URL\"}" },
		{ "{\"type\": \"slack\", \"token\": {\"env\": \"B\"}}",
			"channels.some has no channel; with a token it must have one, such as \"channel\": \"#performance\"" },
		{ "{\"type\": \"slack\", \"webhook\": {\"env\": \"A\"}, \"channel\": \"c\"}",
			"channels.some has a channel, and a webhook has its own; say it with a token, or leave it out" },
		{ "{\"type\": \"slack\", \"webhook\": \"https://hooks.slack.com/services/T0\"}",
			"channels.some.webhook does not say where its secret is; it must be {\"env\": \"NAME\"} or {\"file\": \"PATH\"}: never write the secret itself into this file" },
		{ "{\"type\": \"slack\", \"token\": {\"env\": \"B\"}, \"channel\": \"c\", \"api_url\": \"slack.com\"}",
			"channels.some.api_url has no http:// or https:// before its host; it must begin with one of them" },
		{ "{\"type\": \"slack\", \"token\": {\"env\": \"B\"}, \"channel\": \"c\", \"api_url\": \"https://me:hidden@slack.com\"}",
			"channels.some.api_url has a user in it; a secret itself has no place in this file" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(outlet_error(cases[i].settings), cases[i].said);
}

TEST_WITH(nothing_from_outside_mentions_anyone_or_is_markup, begin, end_talk)
{
	const char *line;

	use_outlet(BY_WEBHOOK);
	content_of(1, (char[]){ "<!here> <@U123> & \033[1m\nnext" });
	some_news.title = "<!channel> is told";
	some_news.cause = "all of <#C1>";
	compose_news();
	assert_string_equal(text_in(some_body, "text"),
		"&lt;!channel&gt; is told: &lt;!here&gt; &lt;@U123&gt; &amp; ?[1m next");
	assert_string_equal(text_in(json_get(first_block("header"), "text"), "type"), "plain_text");
	line = text_in(json_get(first_block("section"), "text"), "text");
	assert_string_equal(line, "all of &lt;#C1&gt;");
	assert_true(json_bool(json_get(json_get(first_block("section"), "text"), "verbatim")));
	assert_string_equal(
		text_in(json_first(json_get(first_block("context"), "elements")), "text"),
		"<https://ci.example.org/jobs/1?a=1&amp;b=2|The job>");
	some_ci.job_url = (char[]){ "https://a|<!here>" };
	compose_news();
	assert_string_equal(
		text_in(json_first(json_get(first_block("context"), "elements")), "text"),
		"https://a|&lt;!here&gt;");
}

/* The texts of all blocks, each within its limit; returns how many blocks there are. */
static size_t check_limits(void)
{
	size_t nr = 0;

	for (const struct json *at = json_first(json_get(some_body, "blocks")); at;
		at = json_next(at), nr++) {
		const struct json *text = json_get(at, "text"), *fields = json_get(at, "fields");
		size_t max = strcmp(text_in(at, "type"), "header") == 0 ? 150 : 3000, nr_fields = 0;

		if (text)
			assert_in_range(strlen(text_in(text, "text")), 1, max);
		for (const struct json *field = fields ? json_first(fields) : NULL; field;
			field = json_next(field), nr_fields++)
			assert_in_range(strlen(text_in(field, "text")), 1, 2000);
		assert_in_range(nr_fields, 0, 10);
	}
	assert_in_range(strlen(text_in(some_body, "text")), 1, 4000);
	return nr;
}

TEST_WITH(the_largest_of_news_is_within_slacks_limits, begin, end_talk)
{
	static const char *const parts[] = { "&", "\xc3\xa9", "x" };
	struct buf text = BUF_INIT, printed = BUF_INIT;

	use_outlet(BY_WEBHOOK);
	for (size_t part = 0; part < 3; part++) {
		buf_clear(&text);
		for (size_t i = 0; i < 5000; i++)
			buf_adds(&text, parts[part]);
		for (size_t nr = 1; nr <= 300; nr += 299) {
			content_of(nr, text.data);
			some_news.title = text.data;
			some_news.cause = text.data;
			some_ci.job_url = text.data;
			compose_news();
			assert_in_range(check_limits(), 5, 50);
		}
		buf_clear(&printed);
		json_print_line(some_body, &printed);
		assert_has(printed.data, "and 2");
		assert_has_not(printed.data, "?");
		assert_has_not(printed.data, "&am\xe2");
	}
	buf_release(&text);
	buf_release(&printed);
}

TEST_WITH(many_short_alerts_are_counted, begin, end_talk)
{
	struct buf printed = BUF_INIT;

	use_outlet(BY_WEBHOOK);
	content_of(300, (char[]){ "short" });
	compose_news();
	assert_in_range(check_limits(), 3, 50);
	json_print_line(some_body, &printed);
	assert_has(printed.data, "and 260 more");
	buf_release(&printed);
}

TEST_WITH(no_news_are_no_message, begin, end_talk)
{
	use_outlet(BY_WEBHOOK);
	content_of(0, NULL);
	new_body();
	assert_false(some_talk.outlet->notifier->compose(some_talk.outlet, &some_news, some_body));
}

TEST_WITH(a_webhook_is_asked_once, begin, end_talk)
{
	use_outlet(BY_WEBHOOK);
	content_of(1, (char[]){ "it is slow" });
	compose_news();
	assert_int_equal(begin_talk(), TALK_ASK);
	assert_string_equal(some_talk.request.method, "POST");
	assert_string_equal(some_talk.request.url, WEBHOOK);
	assert_string_equal(http_header_in(&some_talk.request.headers, "Content-Type"),
		"application/json; charset=utf-8");
	assert_false(some_talk.repeatable);
	assert_has(some_talk.request.body.data, "it is slow");
	assert_int_equal(answer_talk(200, "ok"), TALK_DONE);
	assert_int_equal(answer_talk(200, "[]"), TALK_DONE);
}

TEST_WITH(what_a_webhook_answers_is_told_by_name, begin, end_talk)
{
	static const struct {
		long status;
		const char *body;
		enum talk_next next;
		const char *said;
	} cases[] = {
		{ 400, "invalid_payload", TALK_REFUSED,
			"status 400: invalid_payload: Slack cannot read the message" },
		{ 404, "no_service", TALK_LATER,
			"status 404: no_service: the webhook was removed or switched off: make another" },
		{ 410, "channel_is_archived", TALK_LATER,
			"status 410: channel_is_archived: the channel is archived: make another webhook" },
		{ 403, "action_prohibited", TALK_LATER,
			"status 403: action_prohibited: an administrator forbids it" },
		{ 418, "teapot", TALK_REFUSED, "status 418: teapot" },
		{ 500, "", TALK_LATER, "status 500" },
		{ 502, "no " WEBHOOK " here", TALK_LATER, "status 502: no *** here" },
	};

	use_outlet(BY_WEBHOOK);
	content_of(1, (char[]){ "it is slow" });
	compose_news();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(begin_talk(), TALK_ASK);
		assert_int_equal(answer_talk(cases[i].status, cases[i].body), cases[i].next);
		assert_string_equal(some_talk.error.text, cases[i].said);
	}
	unsetenv("SOME_WEBHOOK");
	assert_int_equal(begin_talk(), TALK_LATER);
	assert_string_equal(some_talk.error.text,
		"the environment has no SOME_WEBHOOK, which is to hold a secret");
}

TEST_WITH(an_app_posts_and_remembers_where, begin, end_talk)
{
	use_outlet(BY_TOKEN);
	content_of(1, (char[]){ "it is slow" });
	compose_news();
	assert_int_equal(begin_talk(), TALK_ASK);
	assert_string_equal(some_talk.request.url, "https://slack.com/api/chat.postMessage");
	assert_string_equal(http_header_in(&some_talk.request.headers, "Authorization"),
		"Bearer xoxb-0123456789");
	assert_has(some_talk.request.body.data, "\"channel\": \"#perf\"");
	assert_has_not(some_talk.request.body.data, "thread_ts");
	assert_int_equal(answer_talk(200, "{\"ok\": true, \"channel\": \"C1\", \"ts\": \"1.5\"}"),
		TALK_DONE);
	assert_string_equal(some_talk.left, "C1 1.5");
	assert_int_equal(answer_talk(200, "[]"), TALK_DONE); /* a dry run's */
}

/* What is kept is no secret. */
TEST_WITH(an_answer_that_repeats_the_token_leaves_nothing, begin, end_talk)
{
	use_outlet(BY_TOKEN);
	content_of(1, (char[]){ "it is slow" });
	compose_news();
	assert_int_equal(begin_talk(), TALK_ASK);
	assert_int_equal(
		answer_talk(
			200, "{\"ok\": true, \"channel\": \"C1\", \"ts\": \"xoxb-0123456789\"}"),
		TALK_DONE);
	assert_null(some_talk.left);
}

TEST_WITH(what_was_told_goes_on_in_its_thread, begin, end_talk)
{
	use_outlet(BY_TOKEN);
	content_of(2, (char[]){ "it is fine again" });
	some_news.earlier = "C1 1.5";
	some_notices[0].kind = some_notices[1].kind = NOTICE_RESOLVED;
	compose_news();
	assert_int_equal(begin_talk(), TALK_ASK);
	assert_has(some_talk.request.body.data, "\"channel\": \"C1\"");
	assert_has(some_talk.request.body.data, "\"thread_ts\": \"1.5\"");
	assert_has(some_talk.request.body.data, "\"reply_broadcast\": false");
	assert_int_equal(answer_talk(200, "{\"ok\": true, \"channel\": \"C1\", \"ts\": \"2.5\"}"),
		TALK_DONE);
	assert_string_equal(some_talk.left, "C1 1.5");

	some_notices[0].kind = NOTICE_ESCALATED;
	compose_news();
	assert_int_equal(begin_talk(), TALK_ASK);
	assert_has(some_talk.request.body.data, "\"reply_broadcast\": true");
	some_notices[0].kind = NOTICE_NEW;
	compose_news();
	assert_int_equal(begin_talk(), TALK_ASK);
	assert_has_not(some_talk.request.body.data, "thread_ts");
}

TEST_WITH(a_thread_that_is_gone_is_done_without, begin, end_talk)
{
	use_outlet(BY_TOKEN);
	content_of(1, (char[]){ "it is fine again" });
	some_news.earlier = "C1 1.5";
	some_notices[0].kind = NOTICE_RESOLVED;
	compose_news();
	assert_int_equal(begin_talk(), TALK_ASK);
	assert_int_equal(
		answer_talk(200, "{\"ok\": false, \"error\": \"thread_not_found\"}"), TALK_ASK);
	assert_has(some_talk.request.body.data, "\"channel\": \"#perf\"");
	assert_has_not(some_talk.request.body.data, "thread_ts");
	assert_int_equal(
		answer_talk(200, "{\"ok\": false, \"error\": \"thread_not_found\"}"), TALK_LATER);
	assert_string_equal(some_talk.error.text, "status 200: thread_not_found");
}

TEST_WITH(what_the_api_answers_is_told_by_name, begin, end_talk)
{
	static const struct {
		long status;
		const char *body;
		enum talk_next next;
		const char *said;
	} cases[] = {
		{ 200, "{\"ok\": false, \"error\": \"invalid_auth\"}", TALK_LATER,
			"status 200: invalid_auth: Slack does not know the token" },
		{ 200, "{\"ok\": false, \"error\": \"not_in_channel\"}", TALK_LATER,
			"status 200: not_in_channel: the app is no member of the channel: /invite it" },
		{ 200, "{\"ok\": false, \"error\": \"channel_not_found\"}", TALK_LATER,
			"status 200: channel_not_found: there is no such channel, or it is private and the app is no member: /invite it" },
		{ 200, "{\"ok\": false, \"error\": \"ratelimited\"}", TALK_LATER,
			"status 200: ratelimited: too many messages for now" },
		{ 200, "{\"ok\": false, \"error\": \"invalid_blocks\"}", TALK_REFUSED,
			"status 200: invalid_blocks: Slack cannot read the message" },
		{ 200, "{\"ok\": false, \"error\": \"of_tomorrow\"}", TALK_LATER,
			"status 200: of_tomorrow" },
		{ 200, "{\"ok\": false, \"error\": \"xoxb-0123456789\"}", TALK_LATER,
			"status 200: ***" },
		{ 200, "{\"ok\": false, \"error\": 7}", TALK_LATER,
			"status 200, and the answer is not one of Slack's" },
		{ 200, "<html>", TALK_LATER, "status 200, and the answer is not one of Slack's" },
		{ 429, "", TALK_LATER, "status 429" },
		{ 503, "{\"ok\": false, \"error\": \"service_unavailable\"}", TALK_LATER,
			"status 503: service_unavailable" },
		{ 404, "{\"message\": \"who are you?\"}", TALK_LATER, "status 404: who are you?" },
	};

	use_outlet(BY_TOKEN);
	content_of(1, (char[]){ "it is slow" });
	compose_news();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(begin_talk(), TALK_ASK);
		assert_int_equal(answer_talk(cases[i].status, cases[i].body), cases[i].next);
		assert_string_equal(some_talk.error.text, cases[i].said);
	}
}
