/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What strangers send to a server: a first line, headers, and behind an empty line a body. */
#include "fuzz/fuzz.h"

#include "base/mem.h"
#include "base/str.h"
#include "serve/routes.h"
#include "serve/service.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct server server;

/* Anybody may read, and nobody writes: what is answered depends on the bytes alone. */
static void start_server(void)
{
	static const struct settings settings = { .baselines = (char *)"none" };
	static char name[] = "/tmp/benchgate_fuzz.XXXXXX";
	static const struct server_settings open_to_all = {
		.db = name, .settings = &settings, .reading = READING_OPEN
	};
	static bool started;
	struct error err = ERROR_INIT;
	struct history *history;

	if (started)
		return;
	started = true;
	close(mkstemp(name));
	history = history_open(name, DB_MAY_NEW, &err);
	history_close(history);
	if (!history || server_open(&server, &open_to_all, &err))
		fuzz_fail(err.text, "");
	/* It stays open as long as the process. */
	unlink(name);
}

static char *next_line(const char **at)
{
	size_t len = strcspn(*at, "\n");
	char *line = mem_copy(*at, len);

	*at += len + ((*at)[len] == '\n');
	return line;
}

static void read_request(const char *bytes, struct httpd_request *request, char **method)
{
	char *line = next_line(&bytes);
	size_t len = strcspn(line, " ");

	*method = mem_copy(line, len);
	request->method = *method;
	request->target = str_dup(line + len + (line[len] == ' '));
	free(line);
	while (*(line = next_line(&bytes))) {
		if (strchr(line, ':'))
			texts_add(&request->headers, line);
		free(line);
	}
	free(line);
	buf_adds(&request->body, bytes);
}

static void check_answer(const struct httpd_answer *answer, const char *bytes)
{
	fuzz_check(answer->status >= 200 && answer->status < 600, "no status", bytes);
	fuzz_check(answer->status != 500, answer->body.data, bytes);
	for (size_t i = 0; i < answer->headers.nr; i++)
		fuzz_check(!str_has_control(answer->headers.items[i]) &&
				strchr(answer->headers.items[i], ':'),
			"no header", bytes);
	if (answer->status >= 400) {
		struct error err = ERROR_INIT;
		struct json *root = json_parse(answer->body.data, answer->body.len, &err);

		fuzz_check(root && json_get(root, "error"), "no error", bytes);
		json_free(root);
	}
}

void fuzz_routes(const char *bytes, size_t len)
{
	struct httpd_service service;
	struct httpd_request request = { .is_local = true, .body = BUF_INIT };
	struct httpd_answer answer = { .body = BUF_INIT };
	char *method;
	size_t most;

	(void)len;
	start_server();
	service = server_service(&server);
	read_request(bytes, &request, &method);
	most = service.admit(&server, &request, &answer);
	if (!answer.status && request.body.len <= most)
		service.answer(&server, &request, &answer);
	if (answer.status)
		check_answer(&answer, bytes);
	httpd_request_release(&request);
	httpd_answer_release(&answer);
	free(method);
}
