/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/notifier.h"

#define NOTIFIER_ROW(name) &name##_notifier,
const struct notifier *const notifiers[] = { NOTIFIERS(NOTIFIER_ROW) NULL };

bool talk_succeeded(const struct talk *talk)
{
	return talk->response->status >= 200 && talk->response->status < 300;
}

#define MAX_SAID 300

static bool is_object(const struct json *json)
{
	return json && json_type(json) == JSON_OBJECT;
}

/* Between characters. */
static void cut(struct buf *text, size_t len)
{
	if (text->len <= len)
		return;
	while (len && ((unsigned char)text->data[len] & 0xc0) == 0x80)
		len--;
	text->data[text->len = len] = '\0';
}

/* Of JSON its "message" or "error", of anything else its beginning. */
static void add_said(const struct talk *talk, struct buf *out)
{
	const struct buf *body = &talk->response->body;
	struct error ignored = ERROR_INIT;
	struct json *json = json_parse(body->data, body->len, &ignored);
	const struct json *message = is_object(json) ? json_get(json, "message") : NULL;
	struct buf said = BUF_INIT;

	if (is_object(json) && !message)
		message = json_get(json, "error");
	buf_adds(&said,
		message && json_type(message) == JSON_TEXT ? json_text(message) : body->data);
	/* Before it is cut off: a half would not be known as one. */
	secrets_mask(talk->secrets, &said);
	cut(&said, MAX_SAID);
	if (said.len)
		buf_adds(out, ": ");
	buf_add_printable(out, said.data);
	buf_release(&said);
	json_free(json);
}

/* What a moment, another secret or another address may change; all else is the message's own fault.
 */
static bool may_change(long status)
{
	static const long passing[] = { 401, 403, 404, 405, 408, 410, 425, 429 };

	for (size_t i = 0; i < sizeof passing / sizeof *passing; i++)
		if (passing[i] == status)
			return true;
	return status >= 500;
}

enum talk_next talk_fail(struct talk *talk)
{
	struct buf said = BUF_INIT;

	add_said(talk, &said);
	error_set(&talk->error, ERR_IO, "status %ld%s", talk->response->status, said.data);
	buf_release(&said);
	return may_change(talk->response->status) ? TALK_LATER : TALK_REFUSED;
}
