/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happens now: runs that are being measured, and the stream of events. */
#include "serve/routes.h"

#include "sys/http.h"

int call_live(struct call *call, struct error *err)
{
	struct json *root = json_new_object();

	(void)err;
	live_print(&call->server->live, json_add_array(root, "live"));
	return answer_json(call->answer, 200, root);
}

int call_tell_live(struct call *call, struct error *err)
{
	struct server *server = call->server;
	struct json *body = call_body(call);
	int rc;

	if (!body)
		return -1;
	rc = live_tell(&server->live, call->argument, body, call->author, err);
	json_free(body);
	if (rc)
		return -1;
	if (server->woken)
		server->woken(server->woken_context);
	call->answer->status = 204;
	return 0;
}

/* EventSource sends the id of the last event that it got as a header; who cannot set one, in the
 * query. */
int call_events(struct call *call, struct error *err)
{
	struct server *server = call->server;
	struct httpd_answer *answer = call->answer;
	const char *id = http_header_in(&call->request->headers, "Last-Event-ID");
	bool missed;

	(void)err;
	if (!id)
		id = target_value(call->target, "last_event_id");
	answer->cursor = feed_place(&server->feed, id, live_place(&server->live), &missed);
	feed_begin(&server->feed, answer->cursor, &answer->body);
	if (missed)
		buf_adds(&answer->body, FEED_RELOAD);
	answer->is_stream = true;
	answer->status = 200;
	answer->type = "text/event-stream; charset=utf-8";
	/* nginx would hold events back. */
	texts_add(&answer->headers, "X-Accel-Buffering: no");
	return 0;
}
