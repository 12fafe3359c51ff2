/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One request at a time to the bad server, and its response. test.h goes before. */
#ifndef SUPPORT_HTTP_ASK_H
#define SUPPORT_HTTP_ASK_H

#include "support/http_evil.h"

static struct http_request request;
static struct http_response response;

static int begin(void **state)
{
	(void)state;
	http_request_init(&request);
	response = (struct http_response){ .body = BUF_INIT };
	return 0;
}

static int end(void **state)
{
	(void)state;
	http_request_release(&request);
	http_response_release(&response);
	return 0;
}

__attribute__((format(printf, 3, 4))) static void ask(
	struct http_request *of, const char *method, const char *format, ...)
{
	struct buf url = BUF_INIT;
	va_list args;

	va_start(args, format);
	buf_vaddf(&url, format, args);
	va_end(args);
	of->method = str_dup(method);
	of->url = buf_detach(&url);
}

#define HTTP "http://127.0.0.1:%u"

static inline struct http *open_http(void)
{
	struct error err = ERROR_INIT;
	struct http *http = http_open(&err);

	if (!http)
		fail_msg("%s", err.text);
	return http;
}

/* The response to the one request that is on its way. */
static enum http_trouble answer(struct http *http)
{
	void *whose = NULL;

	http_response_release(&response);
	assert_true(http_wait(http, clock_now_ns() + PATIENCE_NS, &whose, &response));
	assert_ptr_equal(whose, &response);
	return response.trouble;
}

static inline enum http_trouble send_with(struct http *http)
{
	http_start(http, &request, &response);
	return answer(http);
}

static inline enum http_trouble send(void)
{
	struct http *http = open_http();
	enum http_trouble trouble = send_with(http);

	http_close(http);
	return trouble;
}

static inline enum http_trouble get(const char *path)
{
	ask(&request, "GET", HTTP "%s", ports.http, path);
	return send();
}

#define assert_in(text, part) assert_in_at(text, part, __LINE__)

static inline void assert_in_at(const char *text, const char *part, int line)
{
	if (!text || !strstr(text, part))
		fail_msg("line %d: there is no \"%s\" in: %s", line, part, text ? text : "");
}

#endif
