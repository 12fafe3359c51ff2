/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "sys/http.h"

#include "support/http_ask.h"

static void mail_to(const char *mode)
{
	ask(&request, "", "smtp://127.0.0.1:%u/%s", ports.mail, mode);
	request.mail_from = str_dup("us@here.example");
	texts_add(&request.mail_to, "you@there.example");
	texts_add(&request.mail_to, "them@there.example");
	request.tls = HTTP_TLS_NEVER;
	buf_adds(&request.body, "Subject: words\r\n\r\n.a dot\r\nthe end\r\n");
}

TEST_WITH(a_mail_is_sent_as_it_is, begin, end)
{
	mail_to("fine");
	request.credentials = str_dup("us:pass:word");
	assert_int_equal(send(), HTTP_FINE);
	assert_int_equal(response.status, 250);
	assert_string_equal(response.body.data, "250 queued as 7");
	assert_int_equal(nr_logged("RCPT TO:<you@there.example>"), 1);
	assert_int_equal(nr_logged("RCPT TO:<them@there.example>"), 1);
	assert_int_equal(nr_logged("login AHVzAHBhc3M6d29yZA=="), 1);
	assert_int_equal(
		nr_logged("mail b'Subject: words\\r\\n\\r\\n..a dot\\r\\nthe end\\r\\n.\\r\\n'"),
		1);
}

TEST_WITH(a_mail_server_says_no, begin, end)
{
	static const struct {
		const char *mode;
		enum http_trouble trouble;
		long status;
		const char *said;
	} cases[] = {
		{ "norcpt", HTTP_REFUSED, 550,
			"550-no such user here 550 ask <postmaster@here.example>" },
		{ "noauth", HTTP_REFUSED, 535, "535 5.7.8 wrong password" },
		{ "spam", HTTP_REFUSED, 554, "554 spam" },
		{ "nodata", HTTP_UNREACHED, 250, "" },
		{ "drop", HTTP_BROKEN, 354, "" },
		{ "silent", HTTP_TIMED_OUT, 354, "" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		mail_to(cases[i].mode);
		request.credentials = str_dup("us:secret");
		if (cases[i].trouble == HTTP_TIMED_OUT)
			request.timeout_ns = 500 * MS;
		if (send() != cases[i].trouble)
			fail_msg("%s: %d (%s)", cases[i].mode, response.trouble, response.said);
		assert_int_equal(response.status, cases[i].status);
		assert_in(response.said, cases[i].said);
		print_message("# %s: %s\n", cases[i].mode, response.said);
		end(state);
		begin(state);
	}
}

TEST_WITH(one_bad_recipient_is_not_all, begin, end)
{
	mail_to("somercpt");
	texts_add(&request.mail_to, "her@there.example");
	assert_int_equal(send(), HTTP_FINE);
	assert_int_equal(response.status, 250);
	assert_int_equal(response.refused.nr, 1);
	assert_string_equal(response.refused.items[0],
		"them@there.example 550-no such user here 550 ask <postmaster@here.example>");
}

TEST_WITH(a_mail_is_encrypted_or_not_sent, begin, end)
{
	static const struct {
		const char *mode, *ca;
		enum http_tls tls;
		enum http_trouble trouble;
	} cases[] = {
		{ "starttls", "ca.pem", HTTP_TLS_REQUIRED, HTTP_FINE },
		{ "starttls", "unknown.pem", HTTP_TLS_REQUIRED, HTTP_UNTRUSTED },
		{ "starttls", "unknown.pem", HTTP_TLS_OFFERED, HTTP_UNTRUSTED },
		{ "plain", "ca.pem", HTTP_TLS_REQUIRED, HTTP_UNTRUSTED },
		{ "plain", "ca.pem", HTTP_TLS_OFFERED, HTTP_FINE },
	};
	size_t nr_mails = nr_logged("MAIL FROM:<us@here.example>");

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		mail_to(cases[i].mode);
		request.tls = cases[i].tls;
		request.ca_file = str_dup(inside(cases[i].ca));
		if (send() != cases[i].trouble)
			fail_msg("%zu: %d (%s)", i, response.trouble, response.said);
		nr_mails += !cases[i].trouble;
		assert_int_equal(nr_logged("MAIL FROM:<us@here.example>"), nr_mails);
		end(state);
		begin(state);
	}
}

/* After its answer it says nothing to QUIT: nobody waits for that. */
TEST_WITH(a_mail_server_that_does_not_say_goodbye_holds_nobody_up, begin, end)
{
	static const char *const modes[] = { "noquit", "noquit-norcpt" };

	for (size_t i = 0; i < 2; i++) {
		uint64_t start_ns = clock_now_ns();

		mail_to(modes[i]);
		assert_int_equal(send(), i ? HTTP_REFUSED : HTTP_FINE);
		print_message("# %s took %g ms\n", modes[i],
			(double)(clock_now_ns() - start_ns) / (double)MS);
		assert_true(clock_now_ns() < start_ns + PATIENCE_NS / 4);
		end(state);
		begin(state);
	}
}

TEST_WITH(what_a_server_says_cannot_steer_a_terminal, begin, end)
{
	mail_to("fine");
	texts_add(&request.mail_to, "a\rb");
	assert_int_equal(send(), HTTP_WRONG);
	assert_string_equal(response.said,
		"a recipient's address has a line break or another control character in it");
}

TEST_GROUP(open_evil, close_evil);
