/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "serve/routes.h"
#include "serve/service.h"

#include "base/str.h"
#include "model/builtin.h"

#include "support/explained.h"
#include "support/playground.h"

static struct error err;
static struct settings settings;
static struct server_settings server_settings;
static struct server server;
static char tokens[3][TOKEN_MAX]; /* read, write, admin */

static void open_server(enum reading reading)
{
	static char db[64];
	struct history *history;

	snprintf(db, sizeof db, "%s", inside("runs.db"));
	history = history_open(db, DB_MAY_NEW, &err);
	assert_non_null(history);
	history_close(history);
	for (int i = 0; i < 3; i++)
		assert_int_equal(tokens_add(inside("runs.db.tokens"), role_words[i + 1],
					 (enum role)(i + 1), tokens[i], &err),
			0);
	settings = (struct settings)SETTINGS_INIT;
	assert_int_equal(
		settings_load(&(struct settings_options){ .config = "none" }, &settings, &err), 0);
	str_set(&settings.baselines, inside("none"));
	server_settings = (struct server_settings){ db, &settings, reading, { 0 } };
	*ARRAY_ADD(&server_settings.hosts) = "bench.example";
	if (server_open(&server, &server_settings, &err))
		fail_msg("%s", err.text);
}

static void close_server(void)
{
	server_close(&server);
	settings_release(&settings);
	ARRAY_RELEASE(&server_settings.hosts);
}

/* A request; all that is NULL or 0 is usual. */
struct asked {
	const char *method, *target;
	const char *host, *header, *other; /* "Name: value" */
	enum role role;                    /* of its token */
	bool far;                          /* from another machine */
	const char *body;
	unsigned status;
	const char *says; /* a pattern of the body; NULL: anything */
};

static void fill_request(const struct asked *asked, struct httpd_request *request)
{
	struct buf line = BUF_INIT;

	*request = (struct httpd_request){ .method = asked->method ? asked->method : "GET",
		.target = str_dup(asked->target),
		.is_local = !asked->far,
		.body = BUF_INIT };
	snprintf(request->peer, sizeof request->peer, "%s", asked->far ? "192.0.2.1" : "127.0.0.1");
	buf_addf(&line, "Host: %s", asked->host ? asked->host : "127.0.0.1:8080");
	texts_add(&request->headers, line.data);
	if (asked->header)
		texts_add(&request->headers, asked->header);
	if (asked->other)
		texts_add(&request->headers, asked->other);
	buf_clear(&line);
	buf_addf(&line, "Authorization: Bearer %s", asked->role ? tokens[asked->role - 1] : "");
	if (asked->role)
		texts_add(&request->headers, line.data);
	buf_adds(&request->body, asked->body ? asked->body : "");
	buf_release(&line);
}

/* As the door asks. */
static void ask(const struct httpd_request *request, struct httpd_answer *answer)
{
	const struct httpd_service service = server_service(&server);
	size_t most;

	*answer = (struct httpd_answer){ .body = BUF_INIT };
	most = service.admit(service.context, request, answer);
	if (answer->status)
		return;
	assert_true(request->body.len <= most);
	service.answer(service.context, request, answer);
}

static void check(const struct asked *asked)
{
	struct httpd_request request;
	struct httpd_answer answer;

	fill_request(asked, &request);
	ask(&request, &answer);
	if (answer.status != asked->status ||
		(asked->says && !str_glob(asked->says, answer.body.data)))
		fail_msg("%s %s: %u %s", request.method, request.target, answer.status,
			answer.body.data);
	if (!texts_have(&answer.headers, "X-Content-Type-Options: nosniff"))
		fail_msg("%s: no safety", request.target);
	httpd_request_release(&request);
	httpd_answer_release(&answer);
}

#define CHECK_ALL(cases) \
	for (size_t i = 0; i < sizeof(cases) / sizeof *(cases); i++) \
	check(&(cases)[i])

#define RUNS "/api/v1/runs"
#define NOTES "/api/v1/annotations"

TEST_WITH(whoever_may_not_is_refused, open_playground, close_playground)
{
	static const struct asked cases[] = {
		{ .target = RUNS, .status = 200 },
		{ .method = "HEAD", .target = RUNS, .status = 200 },
		{ .target = RUNS, .host = "localhost", .status = 200 },
		{ .target = RUNS, .host = "[::1]:80", .status = 200 },
		/* DNS rebinding: a name of somebody else's that leads here */
		{ .target = RUNS, .host = "evil.example", .status = 421 },
		{ .target = RUNS, .host = "127.0.0.1.evil.example", .status = 421 },
		{ .target = RUNS, .host = "localhost:80:80", .status = 400 },
		{ .target = RUNS, .host = "", .status = 400 },
		/* what a proxy of this machine hands on is not of this machine */
		{ .target = RUNS, .host = "bench.example", .status = 401 },
		{ .target = RUNS, .header = "X-Forwarded-For: 192.0.2.7", .status = 401 },
		{ .target = RUNS, .far = true, .status = 401, .says = "*needs a token*" },
		{ .target = "/api/v1/health", .far = true, .host = "192.0.2.9", .status = 200 },
		{ .target = RUNS, .far = true, .role = ROLE_READ, .status = 200 },
		{ .target = RUNS, .header = "Authorization: Basic YTpi", .status = 401 },
		{ .method = "POST", .target = NOTES, .body = "{}", .status = 401 },
		{ .method = "POST", .target = NOTES, .role = ROLE_READ, .status = 403 },
		{ .method = "POST",
			.target = NOTES,
			.role = ROLE_WRITE,
			.body = "[]",
			.status = 400,
			.says = "*must be a JSON object*" },
		{ .method = "POST",
			.target = NOTES,
			.role = ROLE_WRITE,
			.body = "{}",
			.header = "Origin: http://evil.example",
			.status = 403 },
		{ .method = "POST",
			.target = NOTES,
			.role = ROLE_WRITE,
			.body = "{}",
			.header = "Content-Length: 99999999",
			.status = 413 },
		{ .method = "POST",
			.target = NOTES,
			.role = ROLE_WRITE,
			.header = "Content-Length: 2",
			.other = "Transfer-Encoding: chunked",
			.status = 400,
			.says = "*twice*" },
		{ .target = RUNS,
			.header = "Content-Length: 0",
			.other = "content-length: 0",
			.status = 400 },
		{ .target = RUNS, .header = "host: localhost", .status = 400 },
		{ .target = RUNS, .header = "Content-Length: 7", .status = 413 },
		{ .method = "DELETE", .target = RUNS "/0", .role = ROLE_WRITE, .status = 403 },
		{ .method = "DELETE", .target = RUNS "/0", .role = ROLE_ADMIN, .status = 404 },
		{ .method = "PUT", .target = RUNS, .status = 405 },
		{ .target = "/api/v1/none", .status = 404 },
		{ .target = "/api/v1/runs/../runs", .status = 400 },
		{ .target = RUNS "?limit=x", .status = 400, .says = "*limit takes a number*" },
		{ .target = RUNS "?lmit=1", .status = 400, .says = "*unknown parameter 'lmit'*" },
	};

	open_server(READING_AUTO);
	CHECK_ALL(cases);
	close_server();
}

TEST_WITH(reading_is_as_open_as_is_said, open_playground, close_playground)
{
	static const struct asked open = { .target = RUNS, .far = true, .status = 200 };
	static const struct asked closed = { .target = RUNS, .status = 401 };

	open_server(READING_OPEN);
	check(&open);
	server_settings.reading = READING_TOKEN;
	check(&closed);
	close_server();
}

TEST_WITH(notes_are_written_seen_and_removed_by_who_may, open_playground, close_playground)
{
	static const struct asked cases[] = {
		{ .target = NOTES, .status = 200, .says = "{\"annotations\": []}*" },
		{ .method = "POST",
			.target = NOTES,
			.role = ROLE_WRITE,
			.status = 201,
			.body = "{\"commit\": \"c0ffee\", \"text\": \"<b>\"}",
			.says = "*\"author\": \"write\"*" },
		{ .method = "POST",
			.target = NOTES,
			.role = ROLE_WRITE,
			.status = 400,
			.body = "{\"commit\": \"c0ffee\", \"author\": \"me\", \"text\": \"x\"}",
			.says = "*\\\"author\\\" is no member that this takes*" },
		{ .method = "POST",
			.target = NOTES,
			.role = ROLE_WRITE,
			.status = 400,
			.body = "{\"text\": \"x\"}",
			.says = "*an annotation needs a commit*" },
		{ .method = "POST",
			.target = "/api/v1/bookmarks",
			.role = ROLE_WRITE,
			.status = 400,
			.body = "{\"view\": \"//evil\", \"text\": \"x\"}",
			.says = "*a bookmark's view*" },
		{ .target = NOTES, .status = 200, .says = "*\"text\": \"<b>\"*" },
		{ .target = NOTES "?commit=other",
			.status = 200,
			.says = "{\"annotations\": []}*" },
		{ .method = "DELETE",
			.target = NOTES "/0123456789abcdef",
			.role = ROLE_ADMIN,
			.status = 404 },
		{ .method = "DELETE",
			.target = "/api/v1/bookmarks/0123456789abcdef",
			.role = ROLE_WRITE,
			.status = 404 },
	};

	open_server(READING_AUTO);
	CHECK_ALL(cases);
	close_server();
}

/* The header of that name, the caller's to free; NULL: there is none. */
static char *header_of(const struct httpd_answer *answer, const char *name)
{
	for (size_t i = 0; i < answer->headers.nr; i++)
		if (str_starts(answer->headers.items[i], name))
			return str_dup(answer->headers.items[i] + strlen(name) + 2);
	return NULL;
}

TEST_WITH(what_a_client_has_is_not_sent_again_until_it_changes, open_playground, close_playground)
{
	struct asked asked = { .target = NOTES, .status = 200 };
	const struct asked change = { .method = "POST",
		.target = NOTES,
		.role = ROLE_WRITE,
		.status = 201,
		.body = "{\"commit\": \"c0ffee\", \"text\": \"x\"}" };
	struct httpd_request request;
	struct httpd_answer answer;
	struct buf line = BUF_INIT;
	char *tag;

	open_server(READING_AUTO);
	fill_request(&asked, &request);
	ask(&request, &answer);
	tag = header_of(&answer, "ETag");
	assert_non_null(tag);
	buf_addf(&line, "If-None-Match: %s", tag);
	asked.header = line.data;
	asked.status = 304;
	check(&asked);
	check(&change);
	asked.status = 200;
	check(&asked);
	close_server();
	httpd_request_release(&request);
	httpd_answer_release(&answer);
	buf_release(&line);
	free(tag);
}

TEST_WITH(what_is_removed_of_the_tokens_is_not_let_in_again, open_playground, close_playground)
{
	struct asked asked = { .target = "/api/v1/me",
		.role = ROLE_READ,
		.status = 200,
		.says = "*\"role\": \"read\"*" };

	open_server(READING_AUTO);
	check(&asked);
	assert_int_equal(tokens_remove(inside("runs.db.tokens"), "read", &err), 0);
	asked.status = 401;
	asked.says = NULL;
	check(&asked);
	close_server();
}

/* Behind a proxy all may have one address. */
TEST_WITH(a_good_token_never_waits_for_the_wrong_ones_of_its_address, open_playground,
	close_playground)
{
	static const struct asked wrong[] = {
		{ .target = RUNS, .far = true, .header = "Authorization: Bearer x", .status = 401 },
		{ .target = RUNS, .far = true, .header = "Authorization: Bearer x", .status = 429 },
	};
	static const struct asked good = {
		.target = RUNS, .far = true, .role = ROLE_READ, .status = 200
	};

	open_server(READING_AUTO);
	for (size_t i = 0; i <= FAILURES_FREE; i++)
		check(&wrong[0]);
	check(&wrong[1]);
	check(&good);
	check(&wrong[1]);
	close_server();
}

static bool is_required(const struct json *schema, const char *name)
{
	for (const struct json *at = json_first(json_get(schema, "required")); at;
		at = json_next(at))
		if (strcmp(json_text(at), name) == 0)
			return true;
	return false;
}

/* part: another schema has more of it */
static void check_members(
	const char *where, const struct json *schema, const struct json *answer, bool part)
{
	static const char *const types[] = { "null", "boolean", "number", "string", "array",
		"object" };
	const struct json *properties = json_get(schema, "properties");

	for (const struct json *at = json_first(properties); at; at = json_next(at)) {
		const struct json *is = json_get(answer, json_name(at));
		const struct json *type = json_get(at, "type");
		const char *wanted = json_type(type) == JSON_ARRAY ? json_text(json_first(type))
								   : json_text(type);

		if (!is && !is_required(schema, json_name(at)))
			continue;
		if (!is)
			fail_msg("%s: no %s", where, json_name(at));
		if (strcmp(wanted, "integer") == 0)
			wanted = "number";
		if (strcmp(types[json_type(is)], wanted) != 0 &&
			!(json_type(is) == JSON_NULL && json_type(type) == JSON_ARRAY))
			fail_msg("%s: %s is no %s", where, json_name(at), wanted);
	}
	for (const struct json *at = json_first(answer); at; at = json_next(at))
		if (!part && !json_get(properties, json_name(at)))
			fail_msg("%s: %s is not described", where, json_name(at));
}

static struct json *get(const char *target)
{
	struct httpd_request request;
	struct httpd_answer answer;
	struct json *root;

	fill_request(&(struct asked){ .target = target, .role = ROLE_ADMIN }, &request);
	ask(&request, &answer);
	root = json_parse(answer.body.data, answer.body.len, &err);
	if (answer.status != 200 || !root)
		fail_msg("%s: %u %s", target, answer.status, answer.body.data);
	httpd_request_release(&request);
	httpd_answer_release(&answer);
	return root;
}

#define BASE_ID "0123456789abcde0"
#define RUN_ID "0123456789abcdef"

/* A run of one benchmark, as another program adds it. */
static void add_run_beside(const char *id, const char *time)
{
	const struct history_origin origin = { .branch = "main", .height = 1 };
	struct history *history = history_open(inside("runs.db"), DB_MAY_NEW, &err);
	struct run run = RUN_INIT;
	struct result *result = run_add(&run,
		&(struct bench){ .name = (char *)"sort",
			.tier = (char *)"critical",
			.file = (char *)"a.c" });
	bool is_new;

	snprintf(run.id, sizeof run.id, "%s", id);
	snprintf(run.timestamp, sizeof run.timestamp, "%s", time);
	for (int i = 0; i < 3; i++)
		metrics_add(&result->metrics, &metric_time, 100 + i);
	explain_result(result);
	assert_int_equal(history_add(history, &run, &origin, &is_new, &err), 0);
	run_release(&run);
	history_close(history);
}

/* A path of the document as it can be asked for, where there are these two runs. */
static void fill_path(const char *path, struct buf *target)
{
	const struct {
		const char *place, *with;
	} rows[] = { { "{run}", RUN_ID }, { "{series}", "1" }, { "{chunk}", "1-0" },
		{ "{number}", "1" }, { "{sides}", BASE_ID ".." RUN_ID } };
	const char *brace = strchr(path, '{');

	buf_clear(target);
	buf_add(target, path, brace ? (size_t)(brace - path) : strlen(path));
	for (size_t i = 0; brace && i < sizeof rows / sizeof *rows; i++)
		if (str_starts(brace, rows[i].place)) {
			buf_adds(target, rows[i].with);
			buf_adds(target, brace + strlen(rows[i].place));
		}
	if (strcmp(path, "/api/v1/compare") == 0)
		buf_adds(target, "?base=" BASE_ID "&head=" RUN_ID);
}

/* Every GET that answers JSON. Returns how many were asked. */
static size_t check_answers(const struct json *document)
{
	struct buf target = BUF_INIT;
	size_t nr = 0;

	for (const struct json *at = json_first(json_get(document, "paths")); at;
		at = json_next(at)) {
		const struct json *good =
			json_get(json_get(json_get(at, "get"), "responses"), "2XX");
		const struct json *content = json_get(good, "content");
		struct json *answer;

		if (!content)
			continue;
		fill_path(json_name(at), &target);
		answer = get(target.data);
		check_members(json_name(at),
			json_get(json_get(content, "application/json"), "schema"), answer,
			strstr(json_name(at), "/file") || strstr(json_name(at), "/compare"));
		json_free(answer);
		nr++;
	}
	buf_release(&target);
	return nr;
}

TEST_WITH(why_a_run_changed_can_be_had_as_files, open_playground, close_playground)
{
	static const struct asked cases[] = {
		{ .target = "/api/v1/explained/1",
			.status = 200,
			.says = "*\"benchmark\": \"sort\"*\"functions\": [\"sort\",\"</script>;g\",*" },
		{ .target = "/api/v1/profiles/1.stacks.txt",
			.status = 200,
			.says = "sort;</script>:g 100 100\nsort;</script>:g;f?[0m 0 200\n" },
		{ .target = "/api/v1/profiles/1.txt",
			.status = 200,
			.says = "all that\n?was ?[31mfound\nret\n" },
		{ .target = "/api/v1/profiles/1.speedscope.json",
			.status = 200,
			.says = "*\"samples\": [[1],[1,2]],\"weights\": [10,20],*" },
		{ .target = "/api/v1/profiles/1.svg", .status = 404 },
		{ .target = "/api/v1/profiles/1", .status = 404 },
		{ .target = "/api/v1/profiles/2.txt", .status = 404 },
		{ .target = "/api/v1/profiles/..%2f1.txt", .status = 404 },
		{ .target = "/api/v1/explained/2", .status = 404 },
		{ .target = "/api/v1/explained/", .status = 400 },
	};

	open_server(READING_AUTO);
	add_run_beside(RUN_ID, "2026-11-30T00:00:00Z");
	CHECK_ALL(cases);
	close_server();
}

TEST_WITH(the_openapi_document_describes_what_is_answered, open_playground, close_playground)
{
	struct json *document;
	size_t nr = 0;

	open_server(READING_AUTO);
	add_run_beside(BASE_ID, "2026-11-29T00:00:00Z");
	add_run_beside(RUN_ID, "2026-11-30T00:00:00Z");
	check(&(struct asked){ .target = "/api/v1/series/1/rows?limit=1",
		.status = 200,
		.says = "{\"rows\": [{\"time\": \"2026-11-30T00:00:00Z\",\"value\": 100.997*\"total\": 2*" });
	document = get("/api/v1/openapi.json");
	for (const struct route *route = routes; route->path; route++)
		nr += route->answer && strcmp(route->method, "GET") == 0;
	assert_int_equal(check_answers(document), nr);
	json_free(document);
	close_server();
}

TEST_WITH(a_history_that_cannot_be_made_says_why, open_playground, close_playground)
{
	server_settings = (struct server_settings){ .db = inside("none/runs.db") };
	assert_int_equal(server_open(&server, &server_settings, &err), -1);
	assert_true(str_glob("*cannot be made in its folder: No such file or directory", err.text));
	server_close(&server);
}

static size_t count_members(const struct json *object)
{
	size_t nr = 0;

	for (const struct json *at = json_first(object); at; at = json_next(at))
		nr++;
	return nr;
}

TEST_WITH(the_openapi_document_has_every_route_and_no_other, open_playground, close_playground)
{
	struct json *document;
	const struct json *paths;
	size_t nr_routes = 0, nr = 0;

	open_server(READING_AUTO);
	document = get("/api/v1/openapi.json");
	paths = json_get(document, "paths");
	for (const struct route *route = routes; route->path; route++, nr_routes++) {
		char *method = str_dup(route->method);

		for (char *at = method; *at; at++)
			*at = (char)(*at | 0x20);
		if (!json_get(json_get(paths, route->path), method))
			fail_msg("%s %s is not there", route->method, route->path);
		free(method);
	}
	for (const struct json *at = json_first(paths); at; at = json_next(at))
		nr += count_members(at);
	assert_int_equal(nr, nr_routes);
	json_free(document);
	close_server();
}
