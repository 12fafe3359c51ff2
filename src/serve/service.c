/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "serve/service.h"

#include "base/str.h"
#include "pages/assets.h"
#include "serve/access.h"
#include "serve/routes.h"
#include "sys/http.h"

#include <string.h>
#include <strings.h>

/* Nothing from elsewhere, no script or style in the page itself, no frame around it. */
static const char policy[] = "Content-Security-Policy: " ASSETS_POLICY "; frame-ancestors 'none'";

static const char *const safety[] = {
	policy,
	"X-Content-Type-Options: nosniff",
	"Referrer-Policy: no-referrer",
	"Cross-Origin-Resource-Policy: same-origin",
	"Cross-Origin-Opener-Policy: same-origin",
};

/* --- a visit -----------------------------------------------------------------------------------
 */

struct visit {
	struct target target;
	struct access access;
	const struct route *route; /* NULL: it was refused */
	struct call call;
};

static void refuse_method(struct httpd_answer *answer, const struct buf *allowed)
{
	struct buf line = BUF_INIT;

	if (!allowed->len) {
		answer_error(answer, 404, "there is nothing of that name");
		return;
	}
	buf_addf(&line, "Allow: %s", allowed->data);
	texts_add(&answer->headers, line.data);
	buf_release(&line);
	answer_error(answer, 405, "it cannot be asked for in that way");
}

/* A page of another site can make a browser send requests; what changes something is not taken
 * from one. */
static bool is_from_elsewhere(const struct httpd_request *request)
{
	const char *origin = http_header_in(&request->headers, "Origin");
	const char *host = http_header_in(&request->headers, "Host");
	const char *at = origin ? strstr(origin, "://") : NULL;

	return origin && (!at || !host || strcmp(at + 3, host) != 0);
}

static size_t count_headers(const struct httpd_request *request, const char *name)
{
	size_t nr = 0, len = strlen(name);

	for (size_t i = 0; i < request->headers.nr; i++)
		nr += strncasecmp(request->headers.items[i], name, len) == 0 &&
			request->headers.items[i][len] == ':';
	return nr;
}

static bool check_request(struct server *server, const struct httpd_request *request,
	struct visit *visit, struct httpd_answer *answer)
{
	const char *why;

	if (!access_check_host(server, request, answer))
		return false;
	why = target_parse(&visit->target, request->target);
	if (why) {
		answer_error(answer, 400, why);
		return false;
	}
	/* Two lengths, or hosts, mean one thing to us and another to a proxy. */
	if (count_headers(request, "Content-Length") + count_headers(request, "Transfer-Encoding") >
			1 ||
		count_headers(request, "Host") > 1) {
		answer_error(answer, 400, "it says its length, or the host, twice");
		return false;
	}
	return true;
}

static bool visit_begin(struct visit *visit, struct server *server,
	const struct httpd_request *request, struct httpd_answer *answer)
{
	struct buf allowed = BUF_INIT;
	const struct route *route;
	const char *argument = NULL;

	*visit = (struct visit){ .route = NULL };
	if (!check_request(server, request, visit, answer))
		return false;
	route = route_find(request->method, &visit->target, &argument, &allowed);
	if (!route)
		refuse_method(answer, &allowed);
	buf_release(&allowed);
	if (!route || !access_check_role(server, request, route->role, &visit->access, answer))
		return false;
	if (strcmp(route->method, "GET") != 0 && is_from_elsewhere(request)) {
		answer_error(answer, 403, "it comes from a page of another site");
		return false;
	}
	visit->route = route;
	visit->call = (struct call){ server, request, &visit->target, argument,
		*visit->access.name ? visit->access.name : NULL, visit->access.role, answer };
	return true;
}

static void finish_answer(const struct visit *visit, struct httpd_answer *answer)
{
	bool kept = visit->route && (visit->route->flags & ROUTE_KEPT) && answer->status < 400;

	for (size_t i = 0; i < sizeof safety / sizeof *safety; i++)
		texts_add(&answer->headers, safety[i]);
	/* no-cache: it may be kept, and is asked for again by its tag. */
	texts_add(&answer->headers,
		kept ? "Cache-Control: no-cache, private" : "Cache-Control: no-store");
}

static bool is_too_large(const struct httpd_request *request, size_t most)
{
	const char *said = http_header_in(&request->headers, "Content-Length");
	uint64_t len;

	return said && (!str_to_u64(said, &len) || len > most);
}

static size_t server_admit(
	void *context, const struct httpd_request *request, struct httpd_answer *answer)
{
	struct server *server = context;
	struct visit visit;
	size_t most = 0;

	atomic_fetch_add(&server->nr_requests, 1);
	if (visit_begin(&visit, server, request, answer)) {
		most = route_max_body(visit.route);
		if (is_too_large(request, most))
			answer_error(answer, 413, "its body is too large");
	}
	if (answer->status) {
		atomic_fetch_add(&server->nr_refused, 1);
		finish_answer(&visit, answer);
	}
	target_release(&visit.target);
	return most;
}

/* --- answering ---------------------------------------------------------------------------------
 */

static void answer_failure(struct httpd_answer *answer, const struct error *err)
{
	if (answer->status)
		return;
	answer_error(answer,
		err->kind == ERR_USAGE             ? 400
			: err->kind == ERR_NO_BASE ? 404
						   : 500,
		err->text);
}

/* Drops what is kept when somebody has written to the file. */
static int look_at_version(struct server *server, struct error *err)
{
	int rc;

	db_bind(server->version, "");
	rc = db_step(server->version, err);
	if (rc < 0)
		return -1;
	if (rc && db_int(server->version, 0) != server->read_version) {
		server->read_version = db_int(server->version, 0);
		server_forget(server);
	}
	/* Until it is reset the snapshot stays. */
	db_bind(server->version, "");
	return 0;
}

/* Under the read lock. */
static int answer_kept(struct visit *visit, struct error *err)
{
	struct call *call = &visit->call;
	struct answers *answers = &call->server->answers;
	const struct kept_answer *kept = answers_find(answers, call->request->target);

	if (!kept) {
		if (visit->route->run(call, err) || call->answer->status != 200)
			return call->answer->status ? 0 : -1;
		kept = answers_add(
			answers, call->request->target, call->answer->type, &call->answer->body);
	}
	call->answer->status = 0;
	kept_answer_send(kept, call->request, call->answer);
	return 0;
}

static int answer_reading(struct visit *visit, struct error *err)
{
	struct server *server = visit->call.server;
	int rc;

	pthread_mutex_lock(&server->read_lock);
	rc = look_at_version(server, err);
	if (!rc)
		rc = visit->route->flags & ROUTE_KEPT ? answer_kept(visit, err)
						      : visit->route->run(&visit->call, err);
	pthread_mutex_unlock(&server->read_lock);
	return rc;
}

static int answer_writing(struct visit *visit, struct error *err)
{
	struct server *server = visit->call.server;
	int rc;

	pthread_mutex_lock(&server->write_lock);
	if (server->writer)
		rc = visit->route->run(&visit->call, err);
	else
		rc = call_refuse(&visit->call, 503, "the history cannot be written to: %s",
			server->why_not_writable);
	pthread_mutex_unlock(&server->write_lock);
	return rc;
}

static int answer_visit(struct visit *visit, struct error *err)
{
	if (route_check_parameters(visit->route, &visit->target, err))
		return -1;
	if (visit->route->flags & ROUTE_WRITES)
		return answer_writing(visit, err);
	if (visit->route->flags & (ROUTE_READS | ROUTE_KEPT))
		return answer_reading(visit, err);
	return visit->route->run(&visit->call, err);
}

static void server_answer(
	void *context, const struct httpd_request *request, struct httpd_answer *answer)
{
	struct error err = ERROR_INIT;
	struct visit visit;

	if (visit_begin(&visit, context, request, answer) && answer_visit(&visit, &err))
		answer_failure(answer, &err);
	finish_answer(&visit, answer);
	target_release(&visit.target);
}

static size_t server_stream(void *context, uint64_t *cursor, char *into, size_t room)
{
	struct server *server = context;

	return feed_read(&server->feed, cursor, into, room);
}

struct httpd_service server_service(struct server *server)
{
	return (struct httpd_service){ server, server_admit, server_answer, server_stream,
		": nothing new\n\n" };
}
