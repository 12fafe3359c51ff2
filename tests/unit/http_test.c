/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "sys/http.h"

#include "sys/dynlib.h"

#include "support/http_ask.h"

#include <signal.h>
#include <sys/wait.h>

TEST_WITH(a_response_is_status_headers_and_body, begin, end)
{
	assert_int_equal(get("/ok"), HTTP_FINE);
	assert_int_equal(response.status, 200);
	assert_string_equal(response.body.data, "fine");
	assert_string_equal(http_header(&response, "x-kind"), "very  kind");
	assert_string_equal(http_header(&response, "CONTENT-LENGTH"), "4");
	assert_null(http_header(&response, "X-Kin"));
	assert_null(http_header(&response, "X-Kind: very"));
	assert_string_equal(response.said, "");
}

TEST_WITH(an_error_status_is_a_response, begin, end)
{
	assert_int_equal(get("/status/404/nobody"), HTTP_FINE);
	assert_int_equal(response.status, 404);
	assert_string_equal(response.body.data, "nobody");
}

/* Each method, with a body and without; what arrives is what was to be sent, bytes are bytes. */
TEST_WITH(a_request_is_sent_as_it_is, begin, end)
{
	static const struct {
		const char *method, *body;
		size_t len;
		const char *tail; /* of the request */
	} cases[] = {
		{ "GET", "", 0, "X-Empty:\r\n\r\n" },
		{ "DELETE", "", 0, "X-Empty:\r\n\r\n" },
		{ "DELETE", "a", 1, "Content-Length: 1\r\n\r\na" },
		{ "POST", "a\0\r\n\xff", 5, "Content-Length: 5\r\n\r\na\0\r\n\xff" },
		{ "POST", "", 0, "Content-Length: 0\r\n\r\n" },
		{ "PUT", "b", 1, "Content-Length: 1\r\n\r\nb" },
		{ "PUT", "", 0, "Content-Length: 0\r\n\r\n" },
		{ "PATCH", "c", 1, "Content-Length: 1\r\n\r\nc" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf first = BUF_INIT;
		size_t tail_len = strlen(cases[i].tail) + (cases[i].len == 5 ? 4 : 0);

		ask(&request, cases[i].method, HTTP "/echo/a/../b%%2F?x=1", ports.http);
		http_request_header(&request, "Authorization", "token of ours");
		http_request_header(&request, "X-Empty", "");
		buf_add(&request.body, cases[i].body, cases[i].len);
		buf_addf(&first, "%s /echo/a/../b%%2F?x=1 HTTP/1.1\r\n", cases[i].method);
		assert_int_equal(send(), HTTP_FINE);
		assert_true(str_starts(response.body.data, first.data));
		assert_in(response.body.data, "\r\nUser-Agent: benchgate/");
		assert_in(response.body.data, "\r\nAuthorization: token of ours\r\n");
		assert_null(strstr(response.body.data, "Expect"));
		assert_null(strstr(response.body.data, "Content-Type"));
		assert_true(response.body.len > tail_len);
		assert_memory_equal(
			response.body.data + response.body.len - tail_len, cases[i].tail, tail_len);
		buf_release(&first);
		end(NULL);
		begin(NULL);
	}
}

TEST_WITH(a_large_body_goes_without_asking, begin, end)
{
	ask(&request, "POST", HTTP "/echo", ports.http);
	http_request_header(&request, "Content-Type", "application/json");
	buf_fill(&request.body, 'x', 300000);
	assert_int_equal(send(), HTTP_FINE);
	assert_null(strstr(response.body.data, "Expect"));
	assert_in(response.body.data, "Content-Type: application/json\r\n");
	assert_true(response.body.len > 300000);
}

TEST_WITH(of_a_head_there_is_no_body, begin, end)
{
	ask(&request, "HEAD", HTTP "/ok", ports.http);
	assert_int_equal(send(), HTTP_FINE);
	assert_int_equal(response.status, 200);
	assert_int_equal(response.body.len, 0);
	assert_string_equal(http_header(&response, "X-Kind"), "very  kind");
}

TEST_WITH(chunks_are_put_together_and_a_hint_is_no_answer, begin, end)
{
	assert_int_equal(get("/chunked"), HTTP_FINE);
	assert_string_equal(response.body.data, "in pieces");
	end(state);
	begin(state);
	assert_int_equal(get("/early"), HTTP_FINE);
	assert_null(http_header(&response, "X-Kind"));
	assert_string_equal(response.body.data, "fine");
}

TEST_WITH(a_redirect_is_not_followed, begin, end)
{
	ask(&request, "POST", HTTP "/redirect/x", ports.http);
	http_request_header(&request, "Authorization", "secret");
	assert_int_equal(send(), HTTP_FINE);
	assert_int_equal(response.status, 302);
	assert_in(http_header(&response, "Location"), "/taken/x");
	assert_int_equal(nr_logged("POST /redirect/x"), 1);
	assert_int_equal(nr_logged("GET /taken/x"), 0);
	assert_int_equal(nr_logged("POST /taken/x"), 0);
}

/* Of each: what it is, what is known of it, and that the program goes on. */
TEST_WITH(bad_answers_are_troubles, begin, end)
{
	static const struct {
		const char *path;
		enum http_trouble trouble;
		long status;
		const char *body;
	} cases[] = {
		{ "/slow", HTTP_TIMED_OUT, 0, "" },
		{ "/drip", HTTP_TIMED_OUT, 200, NULL },
		{ "/truncated", HTTP_BROKEN, 200, "the start" },
		{ "/truncated/422", HTTP_BROKEN, 422, "the start" },
		{ "/chunk_lost", HTTP_BROKEN, 200, NULL },
		{ "/nothing", HTTP_BROKEN, 0, "" },
		{ "/garbage", HTTP_BROKEN, 0, "" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		if (cases[i].trouble == HTTP_TIMED_OUT)
			request.timeout_ns = 300 * MS;
		if (get(cases[i].path) != cases[i].trouble)
			fail_msg("%s: %d (%s)", cases[i].path, response.trouble, response.said);
		if (cases[i].status != response.status)
			fail_msg("%s: status %ld", cases[i].path, response.status);
		if (cases[i].body)
			assert_string_equal(response.body.data, cases[i].body);
		assert_string_not_equal(response.said, "");
		print_message("# %s: %s\n", cases[i].path, response.said);
		end(state);
		begin(state);
	}
}

TEST_WITH(half_a_header_is_no_crash, begin, end)
{
	get("/half");
	assert_true(response.trouble == HTTP_BROKEN || response.body.len == 0);
}

TEST_WITH(a_large_answer_is_cut, begin, end)
{
	request.max_bytes = 1000;
	assert_int_equal(get("/huge/413"), HTTP_TOO_LARGE);
	assert_int_equal(response.status, 413);
	assert_string_equal(http_header(&response, "X-Kind"), "huge");
	assert_int_equal(response.body.len, 1000);
	assert_string_equal(response.said, "the answer's body is over 1000 bytes");
}

TEST_WITH(as_much_as_is_allowed_is_not_too_much, begin, end)
{
	request.max_bytes = 4;
	assert_int_equal(get("/ok"), HTTP_FINE);
	assert_string_equal(response.body.data, "fine");
	end(state);
	begin(state);
	request.max_bytes = 3;
	assert_int_equal(get("/ok"), HTTP_TOO_LARGE);
	assert_string_equal(response.body.data, "fin");
}

TEST_WITH(headers_without_end_are_cut, begin, end)
{
	static const char *const paths[] = { "/bomb", "/many" };

	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(get(paths[i]), HTTP_TOO_LARGE);
		assert_in(response.said, "the answer's header is over");
		assert_int_equal(response.status, 200);
		end(state);
		begin(state);
	}
}

TEST_WITH(where_nobody_listens_nothing_is_sent, begin, end)
{
	ask(&request, "POST", "http://127.0.0.1:1/");
	assert_int_equal(send(), HTTP_UNREACHED);
	assert_int_equal(response.status, 0);
	assert_in(response.said, "127.0.0.1");
}

TEST_WITH(a_host_that_is_none_is_unreached, begin, end)
{
	ask(&request, "GET", "http://nobody.invalid/");
	assert_int_equal(send(), HTTP_UNREACHED);
	assert_in(response.said, "nobody.invalid");
}

TEST_WITH(a_connection_that_is_never_taken_is_given_up, begin, end)
{
	ask(&request, "POST", "http://127.0.0.1:%u/", ports.full);
	request.connect_timeout_ns = 200 * MS;
	assert_int_equal(send(), HTTP_UNREACHED);
	assert_string_not_equal(response.said, "");
}

TEST_WITH(what_is_no_request_is_refused, begin, end)
{
	static const struct {
		const char *url, *said;
	} cases[] = {
		{ "ftp://127.0.0.1/", "rotocol" },
		{ "file:///etc/passwd", "rotocol" },
		{ "smtp://127.0.0.1/", "rotocol" },
		{ "http://", "" },
		{ "http://127.0.0.1:99999/", "" },
		{ "http://us:secret@127.0.0.1/", "the address must not hold a user name" },
		{ "http://127.0.0.1/a\r\nX: y",
			"its address has a line break or another control character in it" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ask(&request, "GET", "%s", cases[i].url);
		if (send() != HTTP_WRONG)
			fail_msg("%s: %d (%s)", cases[i].url, response.trouble, response.said);
		assert_in(response.said, cases[i].said);
		assert_null(strstr(response.said, "secret"));
		end(state);
		begin(state);
	}
	ask(&request, "GET", HTTP "/ok", ports.http);
	http_request_header(&request, "Authorization", "token\n");
	assert_int_equal(send(), HTTP_WRONG);
	assert_string_equal(
		response.said, "a header has a line break or another control character in it");
}

TEST_WITH(the_quick_does_not_wait_for_the_hanging, begin, end)
{
	static const char *const paths[] = { "/slow/1", "/drip", "/ok" };
	struct http_request requests[3];
	struct http *http = open_http();

	for (size_t i = 0; i < 3; i++) {
		http_request_init(&requests[i]);
		ask(&requests[i], "GET", HTTP "%s", ports.http, paths[i]);
		if (i < 2)
			requests[i].timeout_ns = 1000 * MS;
		http_start(http, &requests[i], &requests[i]);
	}
	for (size_t i = 0; i < 3; i++) {
		void *whose = NULL;

		http_response_release(&response);
		assert_true(http_wait(http, clock_now_ns() + PATIENCE_NS, &whose, &response));
		assert_int_equal(whose == &requests[2], i == 0);
		assert_int_equal(response.trouble, i == 0 ? HTTP_FINE : HTTP_TIMED_OUT);
	}
	http_close(http);
	for (size_t i = 0; i < 3; i++)
		http_request_release(&requests[i]);
}

TEST_WITH(waiting_ends_at_the_deadline_and_what_is_on_its_way_can_be_left, begin, end)
{
	struct http *http = open_http();
	void *whose = NULL;
	uint64_t deadline_ns = clock_now_ns() + 20 * MS;

	ask(&request, "GET", HTTP "/slow/2", ports.http);
	assert_false(http_wait(http, deadline_ns, &whose, &response));
	assert_true(clock_now_ns() >= deadline_ns);
	http_start(http, &request, &response);
	deadline_ns = clock_now_ns() + 50 * MS;
	assert_false(http_wait(http, deadline_ns, &whose, &response));
	assert_true(clock_now_ns() >= deadline_ns);
	http_close(http);
	http_close(NULL);
}

TEST_WITH(a_signal_ends_the_waiting, begin, end)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct http *http = http_open(&(struct error)ERROR_INIT);
		void *whose;
		bool ended;

		http_request_init(&request);
		ask(&request, "GET", HTTP "/slow/3", ports.http);
		http_start(http, &request, &response);
		raise(SIGINT);
		ended = http_wait(http, UINT64_MAX, &whose, &response);
		_exit(ended || process_interrupted() != SIGINT);
	}
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
}

/* The server has a connection that it answers no second time on: a repeated GET is fine, and what
 * is not safe to send twice is sent once. */
TEST_WITH(a_post_is_sent_once_also_where_connections_are_kept, begin, end)
{
	struct http *http = open_http();

	ask(&request, "GET", HTTP "/second/get", ports.http);
	assert_int_equal(send_with(http), HTTP_FINE);
	assert_int_equal(send_with(http), HTTP_FINE);
	end(state);
	begin(state);
	ask(&request, "POST", HTTP "/second/post", ports.http);
	assert_int_equal(send_with(http), HTTP_FINE);
	assert_int_equal(nr_logged("POST /second/post"), 1);
	http_close(http);
}

TEST_WITH(connections_are_kept, begin, end)
{
	struct http *http = open_http();

	ask(&request, "GET", HTTP "/second/kept", ports.http);
	assert_int_equal(send_with(http), HTTP_FINE);
	/* Sent on the old one, and then on a new one. */
	assert_int_equal(send_with(http), HTTP_FINE);
	assert_int_equal(nr_logged("GET /second/kept"), 3);
	http_close(http);
}

static void look_for_it(void *context, const char *path, const char *build_id)
{
	(void)build_id;
	if (strstr(path, "libcurl"))
		*(bool *)context = true;
}

/* In this environment, a process only says whether it has a library. */
#define ONLY_LIBRARY "BENCHGATE_TEST_LIBRARY"

/* Nor may it be there before it is needed. */
static void say_whether_there_is_a_library(void)
{
	struct error err = ERROR_INIT;
	bool early = false;
	struct http *http;

	dynlib_each(look_for_it, &early);
	if (early)
		puts("it is linked with the program");
	http = http_open(&err);
	puts(http ? "there is" : err.text);
	http_close(http);
}

TEST_WITH(without_a_library_one_line_says_what_to_install, begin, end)
{
	static const char *const names[] = { "libcurl.so.4", "libcurl-gnutls.so.4",
		"libcurl-nss.so.4" };
	struct buf output = BUF_INIT;
	char *self = process_own_path(), path[512];

	for (size_t i = 0; i < 3; i++)
		write_file(names[i], "", 0);
	snprintf(path, sizeof path, "LD_LIBRARY_PATH=%s", playground);
	process_capture((char *[]){ (char[]){ "/usr/bin/env" }, path, (char[]){ ONLY_LIBRARY "=1" },
				self, (char[]){ "http_test" }, NULL },
		PATIENCE_NS, &output);
	assert_string_equal(output.data,
		"libcurl is not found; install it (Debian: libcurl4; Fedora: libcurl; Arch "
		"and Homebrew: curl)\n");
	buf_clear(&output);
	process_capture((char *[]){ (char[]){ "/usr/bin/env" }, (char[]){ ONLY_LIBRARY "=1" }, self,
				(char[]){ "http_test" }, NULL },
		PATIENCE_NS, &output);
	assert_string_equal(output.data, "there is\n");
	buf_release(&output);
	free(self);
}

TEST_START
{
	if (!getenv(ONLY_LIBRARY))
		return;
	say_whether_there_is_a_library();
	exit(0);
}

TEST_GROUP(open_evil, close_evil);
