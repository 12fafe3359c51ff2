/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "support/some_content.h"

#define URL "\"url\": \"https://example.org/hook\""

#define SIGNATURE "sha256=15da01209fef067b53e5e9a49e7d189174eb5b1c44f3242bef88493ed0011973"

static char job_url[] = "https://ci.example.org/1";

static int begin(void **state)
{
	(void)state;
	setenv("SOME_SECRET", "key", 1);
	setenv("SOME_URL", "http://example.org/a-secret-place", 1);
	some_ci.job_url = job_url;
	return 0;
}

static void use(const char *settings)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "{\"type\": \"webhook\", %s}", settings);
	use_outlet(text.data);
	buf_release(&text);
}

/* What the body becomes, on one line. */
static void check_body(const char *body, const char *expected)
{
	struct buf settings = BUF_INIT, printed = BUF_INIT;

	buf_addf(&settings, URL ", \"body\": %s", body);
	use(settings.data);
	compose_news();
	json_print_line(some_body, &printed);
	assert_string_equal(printed.data, expected);
	buf_release(&settings);
	buf_release(&printed);
}

TEST_WITH(placeholders_are_filled_in_wherever_a_text_is, begin, end_talk)
{
	content_of(2, (char[]){ "it is \"slow\"" });
	some_news.cause = "one cause";
	check_body("{\"a\": \"{title} ({severity}, {count}): {cause}\"}",
		"{\"a\": \"benchgate: 2 alerts (critical, 2): one cause\"}\n");
	check_body("{\"{title}\": [\"{id}\", {\"b\": \"{branch}\"}, 1, null, false, \"\"]}",
		"{\"{title}\": [\"0011223344556677\",{\"b\": \"faster\"},1,null,false,\"\"]}\n");
	check_body("{\"a\": \"{commit_hash} {repository} {pull_request} {job_url}\"}",
		"{\"a\": \"0123456789abcdef0123456789abcdef01234567 us/project 7 https://ci.example.org/1\"}\n");
	check_body("{\"a\": \"{alerts}!\", \"n\": \"{count}\"}",
		"{\"a\": \"it is \\\"slow\\\"\\nit is \\\"slow\\\"!\",\"n\": 2}\n");
	check_body("{\"a\": \"{{}} {{id}}\"}", "{\"a\": \"{} {id}\"}\n");
	check_body("{}", "{}\n");
}

/* Placeholders that the text of an alert has stay text. */
TEST_WITH(what_is_filled_in_is_not_filled_in_again, begin, end_talk)
{
	content_of(1, (char[]){ "{title} {" });
	check_body("{\"a\": \"{alerts} {id}\"}", "{\"a\": \"{title} { 0011223344556677\"}\n");
}

TEST_WITH(alone_the_alerts_are_a_list, begin, end_talk)
{
	const struct json *alerts;

	content_of(3, (char[]){ "it is slow" });
	use(URL ", \"body\": {\"a\": \"{alerts}\"}");
	compose_news();
	alerts = json_get(some_body, "a");
	assert_int_equal(json_type(alerts), JSON_ARRAY);
	assert_string_equal(json_text(json_get(json_first(alerts), "text")), "it is slow");
}

TEST_WITH(what_is_no_placeholder_is_told_where_it_stands, begin, end_talk)
{
	static const struct {
		const char *body, *said;
	} cases[] = {
		{ "{\"a\": [\"x\", {\"b\": \"{titel}\"}]}",
			"channels.some.body.a[1].b: {titel} is no placeholder; did you mean {title}?" },
		{ "{\"a\": \"{}\"}",
			"channels.some.body.a: {} is no placeholder; there are {id}, {title}, {severity}, {status}, {cause}, {text}, {alerts}, {count}, {benchmarks}, {commit_hash}, {branch}, {repository}, {pull_request}, {job_url}, and a brace itself is {{ or }}" },
		{ "{\"a\": \"{titl\"}",
			"channels.some.body.a has a { that stands alone; a brace itself is {{ or }}" },
		{ "{\"a\": \"titl}\"}",
			"channels.some.body.a has a } that stands alone; a brace itself is {{ or }}" },
		{ "{\"a\": \"{title\\u001b[1m quite far}\"}",
			"channels.some.body.a: {title?[1m quite far} is no placeholder; there are {id}" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf settings = BUF_INIT;

		buf_addf(
			&settings, "{\"type\": \"webhook\", " URL ", \"body\": %s}", cases[i].body);
		assert_has(outlet_error(settings.data), cases[i].said);
		buf_release(&settings);
	}
}

/* Python's hmac said what the signature is. */
TEST_WITH(what_is_sent_is_signed_and_named, begin, end_talk)
{
	const struct texts *headers = &some_talk.request.headers;

	use(URL ", \"secret\": {\"env\": \"SOME_SECRET\"}, \"body\": {\"text\": \"The quick brown fox\"}");
	content_of(1, (char[]){ "it is slow" });
	compose_news();
	assert_int_equal(begin_talk(), TALK_ASK);
	assert_string_equal(some_talk.request.method, "POST");
	assert_string_equal(some_talk.request.url, "https://example.org/hook");
	assert_string_equal(some_talk.request.body.data, "{\"text\": \"The quick brown fox\"}");
	assert_string_equal(http_header_in(headers, "X-Benchgate-Signature-256"), SIGNATURE);
	assert_string_equal(http_header_in(headers, "X-Benchgate-Delivery"), "0011223344556677");
	assert_string_equal(http_header_in(headers, "Idempotency-Key"), "0011223344556677");
	assert_string_equal(http_header_in(headers, "Content-Type"), "application/json");
	assert_null(http_header_in(headers, "Authorization"));
	assert_false(some_talk.repeatable);
	assert_int_equal(answer_talk(204, ""), TALK_DONE);
}

TEST_WITH(headers_are_what_one_says, begin, end_talk)
{
	const struct texts *headers = &some_talk.request.headers;

	use("\"secret_url\": {\"env\": \"SOME_URL\"}, \"method\": \"PUT\", \"idempotent\": true, \"auth\": {\"env\": \"SOME_SECRET\"},"
	    "\"secret\": {\"env\": \"SOME_SECRET\"}, \"signature_header\": \"X-Hub-Signature-256\","
	    "\"headers\": [\"content-type: application/cloudevents+json\", \"X-Team: us\"]");
	content_of(1, (char[]){ "it is slow" });
	compose_news();
	assert_int_equal(begin_talk(), TALK_ASK);
	assert_string_equal(some_talk.request.method, "PUT");
	assert_string_equal(some_talk.request.url, "http://example.org/a-secret-place");
	assert_string_equal(http_header_in(headers, "Authorization"), "Bearer key");
	assert_non_null(http_header_in(headers, "X-Hub-Signature-256"));
	assert_string_equal(
		http_header_in(headers, "Content-Type"), "application/cloudevents+json");
	assert_string_equal(http_header_in(headers, "X-Team"), "us");
	assert_true(some_talk.repeatable);
	use(URL ", \"auth\": {\"env\": \"SOME_SECRET\"}, \"auth_header\": \"Authorization: GenieKey\"");
	compose_news();
	assert_int_equal(begin_talk(), TALK_ASK);
	assert_string_equal(http_header_in(headers, "Authorization"), "GenieKey key");
}

TEST_WITH(a_refusal_is_told_in_the_servers_words_without_secrets, begin, end_talk)
{
	struct buf said = BUF_INIT;

	use("\"secret_url\": {\"env\": \"SOME_URL\"}");
	content_of(1, (char[]){ "it is slow" });
	compose_news();
	assert_int_equal(begin_talk(), TALK_ASK);
	assert_int_equal(answer_talk(422, "{\"message\": \"no\\nsuch thing\"}"), TALK_REFUSED);
	assert_string_equal(some_talk.error.text, "status 422: no?such thing");
	/* The secret stands where the message is cut off. */
	buf_fill(&said, 'x', 285);
	buf_adds(&said, "/a-secret-place and more");
	assert_int_equal(answer_talk(500, said.data), TALK_LATER);
	assert_has(some_talk.error.text, "xxx***");
	assert_has_not(some_talk.error.text, "/a-");
	unsetenv("SOME_URL");
	assert_int_equal(begin_talk(), TALK_LATER);
	assert_string_equal(
		some_talk.error.text, "the environment has no SOME_URL, which is to hold a secret");
	buf_release(&said);
}

TEST_WITH(what_looks_like_a_secret_is_refused_and_not_shown, begin, end_talk)
{
	static const char *const headers[] = { "Authorization: Bearer hidden", "x-api-key: hidden",
		"X-Auth-Token: hidden", "Cookie: hidden", "X-PASSWORD: hidden", "hidden",
		"Bad Name: hidden", "X-Two: a\\r\\nhidden: b", ": hidden", "My-Secret: hidden" };

	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
		struct buf settings = BUF_INIT;
		const char *said;

		buf_addf(&settings, "{\"type\": \"webhook\", " URL ", \"headers\": \"%s\"}",
			headers[i]);
		said = outlet_error(settings.data);
		assert_has(said, "channels.some.headers");
		assert_has_not(said, "hidden");
		buf_release(&settings);
	}
}

TEST_WITH(a_body_is_shown_on_one_line, begin, end_talk)
{
	const struct policy_key *key = webhook_notifier.keys;
	struct buf shown = BUF_INIT;

	while (key->type != POLICY_KEY_OBJECT)
		key++;
	use(URL);
	policy_key_print(key, some_outlets.items[0].terms, &shown);
	assert_string_equal(shown.data, "");
	use(URL ", \"body\": {\"a\": [1, {\"b\": \"{title}\"}]}");
	policy_key_print(key, some_outlets.items[0].terms, &shown);
	assert_string_equal(shown.data, "{\"a\": [1,{\"b\": \"{title}\"}]}");
	buf_release(&shown);
}
