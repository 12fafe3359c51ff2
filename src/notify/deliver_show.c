/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/deliver.h"

#include "base/str.h"
#include "notify/talk.h"

#include <string.h>

/* Lines stay lines. */
static void add_lines(const struct buf *text, struct buf *out)
{
	for (size_t at = 0; at < text->len; at++) {
		struct buf line = BUF_INIT;

		for (; at < text->len && text->data[at] != '\n'; at++)
			buf_addc(&line, text->data[at] ? text->data[at] : '?');
		if (line.len && line.data[line.len - 1] == '\r')
			line.data[--line.len] = '\0';
		buf_add_printable(out, line.data);
		buf_addc(out, '\n');
		buf_release(&line);
	}
}

static void show_mail(const struct http_request *request, struct buf *out)
{
	static const char *const words[] = {
		[HTTP_TLS_REQUIRED] = "encrypted, or not at all",
		[HTTP_TLS_OFFERED] = "encrypted where the server can",
		[HTTP_TLS_NEVER] = "not encrypted",
	};

	buf_addf(out, "MAIL %s, %s\n", request->url, words[request->tls]);
	buf_addf(out, "From: <%s>\n", request->mail_from);
	for (size_t i = 0; i < request->mail_to.nr; i++)
		buf_addf(out, "To: <%s>\n", request->mail_to.items[i]);
}

/* Of a password that stands in no other place, too, nothing is shown. */
static void show_request(const struct http_request *request, struct buf *out)
{
	if (request->mail_from)
		show_mail(request, out);
	else
		buf_addf(out, "%s %s\n", request->method, request->url);
	for (size_t i = 0; i < request->headers.nr; i++)
		buf_addf(out, "%s\n", request->headers.items[i]);
	if (request->credentials)
		buf_addf(out, "%s: %.*s:" SECRETS_MASK "\n",
			request->signing ? request->signing : "as",
			(int)strcspn(request->credentials, ":"), request->credentials);
	buf_addc(out, '\n');
	if (request->body.len) {
		add_lines(&request->body, out);
		buf_addc(out, '\n');
	}
}

static void show_talk(struct talk *talk, struct buf *out)
{
	struct http_response nothing = { .status = 200, .body = BUF_INIT };
	enum talk_next next = talk_step(talk, NULL);

	buf_adds(&nothing.body, "[]");
	for (size_t i = 0; next == TALK_ASK && i < DELIVER_MAX_REQUESTS; i++) {
		show_request(&talk->request, out);
		next = talk_step(talk, &nothing);
	}
	if (*talk->error.text) {
		buf_add_printable(out, talk->error.text);
		buf_addc(out, '\n');
	}
	buf_release(&nothing.body);
}

void deliver_show(
	const struct delivery *delivery, const struct delivery_terms *terms, struct buf *out)
{
	const struct outlet *outlet = delivery->outlet;
	struct talk talk = talk_about(outlet, delivery->id, delivery->body, terms->secrets);
	struct buf text = BUF_INIT;

	talk.progress = delivery->progress ? str_dup(delivery->progress) : NULL;
	terms->secrets->only_shown = true;
	if (outlet->notifier->show)
		outlet->notifier->show(outlet, delivery->body, &text);
	else
		show_talk(&talk, &text);
	secrets_mask(terms->secrets, &text);
	buf_adds(out, text.data);
	buf_release(&text);
	talk_release(&talk);
}
