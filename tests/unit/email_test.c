/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "support/some_content.h"

#define ADDRESSES "\"from\": \"Gate <gate@example.org>\", \"to\": [\"a@b.c\", \"B <d@e.f>\"]"
#define LOGIN "\"user\": \"us\", \"password\": {\"env\": \"SOME_PASSWORD\"}"

static char job_url[] = "https://ci.example.org/1?a=1&b=\"2\"";

static int begin(void **state)
{
	(void)state;
	setenv("SOME_PASSWORD", "open:sesame", 1);
	some_ci.job_url = job_url;
	return 0;
}

static void use(const char *settings)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "{\"type\": \"email\", %s}", settings);
	use_outlet(text.data);
	buf_release(&text);
}

TEST_WITH(a_mail_is_from_one_to_many, begin, end_talk)
{
	const struct http_request *request = &some_talk.request;

	use("\"server\": \"smtp://mail.example.org:587\", " ADDRESSES ", " LOGIN);
	content_of(2, (char[]){ "it is slow" });
	compose_news();
	assert_int_equal(begin_talk(), TALK_ASK);
	assert_null(request->method);
	assert_string_equal(request->url, "smtp://mail.example.org:587");
	assert_string_equal(request->mail_from, "gate@example.org");
	assert_int_equal(request->mail_to.nr, 2);
	assert_string_equal(request->mail_to.items[1], "d@e.f");
	assert_int_equal(request->tls, HTTP_TLS_REQUIRED);
	assert_string_equal(request->credentials, "us:open:sesame");
	assert_has(request->body.data, "Message-ID: <0011223344556677@example.org>\r\n");
	assert_has(request->body.data, "\r\nSubject: benchgate: 2 alerts\r\n");
	assert_has(request->body.data,
		"boundary=\"=_0011223344556677\"\r\n\r\n--=_0011223344556677\r\n");
	assert_has_not(request->body.data, "References");
	assert_has_not(request->body.data, "sesame");
	assert_int_equal(answer_talk(250, ""), TALK_DONE);
	assert_string_equal(some_talk.left, "<0011223344556677@example.org>");
}

/* What is resolved stands in the thread of what it was told by. */
TEST_WITH(a_later_mail_answers_the_first, begin, end_talk)
{
	use("\"server\": \"smtp://x\", " ADDRESSES);
	content_of(1, (char[]){ "it is fine again" });
	some_notices[0].kind = NOTICE_RESOLVED;
	some_news.earlier = "<first@example.org>";
	compose_news();
	assert_int_equal(begin_talk(), TALK_ASK);
	assert_has(some_talk.request.body.data,
		"\r\nIn-Reply-To: <first@example.org>\r\nReferences: <first@example.org>\r\n");
	assert_int_equal(answer_talk(250, ""), TALK_DONE);
	assert_string_equal(some_talk.left, "<first@example.org>");

	some_news.earlier = "<first@example.org>\r\nBcc: <x@y.z>";
	compose_news();
	assert_int_equal(begin_talk(), TALK_ASK);
	assert_has_not(some_talk.request.body.data, "Bcc");
	some_news.earlier = "<first@example.org>";
	some_notices[0].kind = NOTICE_NEW;
	compose_news();
	assert_int_equal(begin_talk(), TALK_ASK);
	assert_has_not(some_talk.request.body.data, "In-Reply-To");
}

static const char *composed(const char *name)
{
	return json_text(json_get(some_body, name));
}

TEST_WITH(what_it_says_is_escaped_in_html, begin, end_talk)
{
	use("\"server\": \"smtp://x\", " ADDRESSES);
	content_of(1, (char[]){ "<b>slow</b> & \"quoted\"" });
	some_news.cause = "<i>one</i> cause";
	some_news.title = "<script>";
	compose_news();
	assert_has(composed("html"), "&lt;b&gt;slow&lt;/b&gt; &amp; &quot;quoted&quot;");
	assert_has(composed("html"), "<br>\nbaseline 1.00 us, now 1.25 us; to do: find it</td>");
	assert_has(composed("text"), "\n  baseline 1.00 us, now 1.25 us; to do: find it\n");
	assert_has(composed("html"), "<p>&lt;i&gt;one&lt;/i&gt; cause</p>");
	assert_has(composed("html"), "href=\"https://ci.example.org/1?a=1&amp;b=&quot;2&quot;\"");
	assert_has_not(composed("html"), "<script>");
	assert_has(composed("text"), "<b>slow</b> & \"quoted\"");
	assert_has(composed("text"), "Branch: faster\n");
	some_ci.job_url = (char[]){ "javascript:alert(1)" };
	compose_news();
	assert_has_not(composed("html"), "href");
}

TEST_WITH(of_very_many_the_rest_is_counted, begin, end_talk)
{
	use("\"server\": \"smtp://x\", " ADDRESSES);
	content_of(500, (char[]){ "it is slow" });
	compose_news();
	assert_has_not(composed("text"), " more");
	content_of(MAX_SOME, (char[]){ "it is slow" });
	compose_news();
	assert_has(composed("text"), "\nand 100 more\n");
	assert_has(composed("html"), "<p>and 100 more</p>");
}

TEST_WITH(settings_that_cannot_be_right_are_told, begin, end_talk)
{
	static const struct {
		const char *settings, *said;
	} cases[] = {
		{ ADDRESSES, "channels.some has no server; it must have one" },
		{ "\"server\": \"mail.example.org\", " ADDRESSES,
			"channels.some.server is \"mail.example.org\"; it must begin with smtp:// or smtps://" },
		{ "\"server\": \"http://x\", " ADDRESSES,
			"channels.some.server is \"http://x\"; it must begin with" },
		{ "\"server\": \"smtp://\", " ADDRESSES,
			"channels.some.server has no host behind its ://" },
		{ "\"server\": \"smtp://mail:99999\", " ADDRESSES,
			"channels.some.server has a port that is none" },
		{ "\"server\": \"smtp://us:hidden@mail\", " ADDRESSES,
			"channels.some.server has a user in it; say it with user and password" },
		{ "\"server\": \"smtp://x\", \"to\": \"a@b.c\"", "channels.some has no from" },
		{ "\"server\": \"smtp://x\", \"to\": \"a@b.c\", \"from\": \"us\"",
			"channels.some.from has \"us\"; each must be one address" },
		{ "\"server\": \"smtp://x\", " ADDRESSES ", \"user\": \"us\"",
			"channels.some has a user and no password; it must have both or neither" },
		{ "\"server\": \"smtp://x\", " ADDRESSES ", \"password\": {\"env\": \"A\"}",
			"channels.some has a password and no user; it must have both or neither" },
		{ "\"server\": \"smtp://x\", " ADDRESSES
		  ", \"user\": \"u:s\", \"password\": {\"env\": \"A\"}",
			"channels.some.user has a colon in it" },
		{ "\"server\": \"smtp://x\", \"starttls\": \"never\", " ADDRESSES ", " LOGIN,
			"channels.some.starttls is \"never\", and a password may be seen then; with one it must be \"required\"" },
		{ "\"server\": \"smtp://x\", \"starttls\": \"maybe\", " ADDRESSES,
			"channels.some.starttls is \"maybe\"; it must be one of \"required\", \"offered\", \"never\"" },
		{ "\"server\": \"smtps://x\", \"starttls\": \"never\", " ADDRESSES ", " LOGIN, "" },
		{ "\"server\": \"smtp://x\", \"starttls\": \"never\", " ADDRESSES, "" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf settings = BUF_INIT;
		const char *said;

		buf_addf(&settings, "{\"type\": \"email\", %s}", cases[i].settings);
		said = outlet_error(settings.data);
		assert_has(said, cases[i].said);
		assert_has_not(said, "hidden");
		if (!*cases[i].said)
			assert_string_equal(said, "");
		buf_release(&settings);
	}
}

/* As a server may repeat it. */
TEST_WITH(a_login_is_hidden_as_it_goes_over_the_line, begin, end_talk)
{
	struct buf said = BUF_INIT;

	use("\"server\": \"smtp://x\", " ADDRESSES ", " LOGIN);
	content_of(1, (char[]){ "it is slow" });
	compose_news();
	assert_int_equal(begin_talk(), TALK_ASK);
	buf_adds(
		&said, "AUTH PLAIN AHVzAG9wZW46c2VzYW1l, AUTH LOGIN b3BlbjpzZXNhbWU=, open:sesame");
	secrets_mask(&some_secrets, &said);
	assert_string_equal(said.data, "AUTH PLAIN ***, AUTH LOGIN ***, ***");
	buf_release(&said);
	unsetenv("SOME_PASSWORD");
	assert_int_equal(begin_talk(), TALK_LATER);
}
