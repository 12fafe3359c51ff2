/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "sys/http.h"

#include "support/http_ask.h"

TEST_WITH(a_certificate_must_be_the_hosts_and_of_somebody_known, begin, end)
{
	const struct {
		const char *host;
		unsigned port;
		const char *ca;
		enum http_trouble trouble;
	} cases[] = {
		{ "127.0.0.1", ports.https, "ca.pem", HTTP_FINE },
		{ "localhost", ports.https, "ca.pem", HTTP_FINE },
		{ "127.0.0.1", ports.https, NULL, HTTP_UNTRUSTED },
		{ "127.0.0.1", ports.https, "unknown.pem", HTTP_UNTRUSTED },
		{ "127.0.0.1", ports.wrong_host, "ca.pem", HTTP_UNTRUSTED },
		{ "127.0.0.1", ports.unknown, "ca.pem", HTTP_UNTRUSTED },
		{ "127.0.0.1", ports.unknown, "unknown.pem", HTTP_FINE },
		{ "127.0.0.1", ports.http, "ca.pem", HTTP_UNREACHED },
		{ "127.0.0.1", ports.https, "missing.pem", HTTP_WRONG },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ask(&request, "GET", "https://%s:%u/ok", cases[i].host, cases[i].port);
		request.ca_file = cases[i].ca ? str_dup(inside(cases[i].ca)) : NULL;
		if (cases[i].trouble == HTTP_UNREACHED)
			request.connect_timeout_ns = 300 * MS;
		if (send() != cases[i].trouble)
			fail_msg("%zu: %d (%s)", i, response.trouble, response.said);
		assert_int_equal(!response.trouble, response.status == 200);
		print_message("# %zu: %s\n", i, response.said);
		end(state);
		begin(state);
	}
}

TEST_WITH(the_usual_variables_name_a_proxy, begin, end)
{
	struct buf proxy = BUF_INIT;

	buf_addf(&proxy, HTTP, ports.http);
	setenv("http_proxy", proxy.data, 1);
	ask(&request, "GET", "http://nobody.invalid/echo");
	assert_int_equal(send(), HTTP_FINE);
	assert_true(str_starts(response.body.data, "GET http://nobody.invalid/echo HTTP/1.1\r\n"));
	setenv("no_proxy", "nobody.invalid", 1);
	assert_int_equal(send(), HTTP_UNREACHED);
	unsetenv("no_proxy");
	unsetenv("http_proxy");
	buf_release(&proxy);
}

TEST_WITH(a_proxys_password_is_not_repeated, begin, end)
{
	static const char *const proxies[] = { "http://us:secret@127.0.0.1:1/",
		"us:secret@127.0.0.1:port", "strange://us:secret@here", "http://us:secret@:::/" };

	for (size_t i = 0; i < sizeof proxies / sizeof *proxies; i++) {
		setenv("http_proxy", proxies[i], 1);
		ask(&request, "GET", "http://nobody.invalid/echo");
		assert_int_not_equal(send(), HTTP_FINE);
		print_message("# %s\n", response.said);
		assert_null(strstr(response.said, "secret"));
		end(state);
		begin(state);
	}
	unsetenv("http_proxy");
}

TEST_WITH(credentials_may_have_any_character, begin, end)
{
	ask(&request, "GET", HTTP "/echo", ports.http);
	request.credentials = str_dup("us:a:b@c/d%25 e");
	assert_int_equal(send(), HTTP_FINE);
	/* base64 of the whole */
	assert_in(response.body.data, "\r\nAuthorization: Basic dXM6YTpiQGMvZCUyNSBl\r\n");
}

TEST_WITH(a_request_can_be_signed, begin, end)
{
	ask(&request, "PUT", HTTP "/echo/bucket/key", ports.http);
	request.credentials = str_dup("AKID:se:cret/+");
	request.signing = str_dup("aws:amz:eu-west-1:s3");
	buf_adds(&request.body, "content");
	assert_int_equal(send(), HTTP_FINE);
	assert_in(response.body.data, "\r\nAuthorization: AWS4-HMAC-SHA256 Credential=AKID/");
	assert_in(response.body.data, "/eu-west-1/s3/aws4_request, SignedHeaders=");
	assert_null(strstr(response.body.data, "cret"));
}

TEST_GROUP(open_evil, close_evil);
