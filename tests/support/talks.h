/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A kind of channel whose conversation is written down in what it is to say: {"ask": ["GET URL",
 * ...], "repeatable": true, "stubborn": true, "mail": "smtp://..."}. A stubborn one goes on after a
 * refusal. One delivery after the other is added, and all are delivered. test.h goes before.
 */
#ifndef SUPPORT_TALKS_H
#define SUPPORT_TALKS_H

#include "notify/deliver.h"

#include "support/http_evil.h"

#define MAX_TALKS 40
#define TOKEN "a-planted-secret"

static struct {
	struct delivery deliveries[MAX_TALKS];
	struct json *bodies[MAX_TALKS];
	struct outlet outlets[MAX_TALKS];
	struct outlet_terms terms[MAX_TALKS];
	size_t nr;
	struct secrets secrets;
	char ended[MAX_TALKS + 1]; /* the letters of those that were looked at last, in order */
} talks;

static const char *member(const struct json *body, const char *name)
{
	const struct json *value = json_get(body, name);

	return value ? json_text(value) : NULL;
}

static enum talk_next ask_next(struct talk *talk)
{
	const struct json *at = json_get(talk->body, "ask");

	at = at ? json_first(at) : NULL;
	for (int i = 0; at && i < talk->stage; i++)
		at = json_next(at);
	if (!at && !member(talk->body, "for_ever"))
		return TALK_DONE;
	talk->stage += at ? 1 : 0;
	if (at) {
		const char *text = json_text(at), *blank = strchr(text, ' ');

		talk->request.method = mem_copy(text, (size_t)(blank - text));
		talk->request.url = str_dup(blank + 1);
	} else {
		talk->request.method = str_dup("GET");
		talk->request.url = str_dup(member(talk->body, "for_ever"));
	}
	return TALK_ASK;
}

static enum talk_next mail_next(struct talk *talk)
{
	if (talk->stage++)
		return TALK_DONE;
	talk->request.url = str_dup(member(talk->body, "mail"));
	talk->request.mail_from = str_dup("us@here.example");
	texts_add(&talk->request.mail_to, "you@there.example");
	talk->request.tls = HTTP_TLS_NEVER;
	talk->request.credentials = str_dup("us:" TOKEN);
	buf_adds(&talk->request.body, "Subject: words\r\n\r\nmore\r\n");
	return TALK_ASK;
}

static enum talk_next step(struct talk *talk)
{
	enum talk_next next = TALK_ASK;

	if (talk->response && !talk_succeeded(talk))
		next = talk_fail(talk);
	if (next != TALK_ASK && json_get(talk->body, "stubborn")) {
		talk->earlier = talk->error;
		next = TALK_ASK;
	}
	if (next == TALK_ASK)
		next = member(talk->body, "mail") ? mail_next(talk) : ask_next(talk);
	talk->repeatable = json_get(talk->body, "repeatable") != NULL;
	if (next != TALK_ASK) {
		talks.ended[strlen(talks.ended)] = *talk->outlet->name;
	} else if (!talk->request.mail_from) {
		http_request_header(&talk->request, "Authorization", "token " TOKEN);
		if (*talk->request.method == 'P')
			buf_adds(&talk->request.body, "{\n  \"words\": \"" TOKEN "\"\n}");
	}
	return next;
}

static int put(const struct outlet *outlet, const struct json *body, struct error *err)
{
	talks.ended[strlen(talks.ended)] = *outlet->name;
	return member(body, "fail") ? error_set(err, ERR_IO, "the disk says %s", TOKEN) : 0;
}

static void show(const struct outlet *outlet, const struct json *body, struct buf *out)
{
	(void)body;
	buf_addf(out, "write to %s with %s\n", outlet->name, TOKEN);
}

static const struct notifier talking = { .type = "talking", .step = step };
static const struct notifier putting = { .type = "putting", .put = put, .show = show };

/* The body is JSON with ' for ", and %u for ports. */
__attribute__((format(printf, 2, 3))) static inline struct outlet_terms *add(
	const char *name, const char *format, ...)
{
	size_t at = talks.nr++;
	struct error err = ERROR_INIT;
	struct buf text = BUF_INIT;
	va_list args;

	assert_true(at < MAX_TALKS);
	va_start(args, format);
	buf_vaddf(&text, format, args);
	va_end(args);
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] == '\'')
			text.data[i] = '"';
	talks.bodies[at] = json_parse(text.data, text.len, &err);
	if (!talks.bodies[at])
		fail_msg("%s: %s", text.data, err.text);
	buf_release(&text);
	talks.terms[at] = (struct outlet_terms){ .timeout_ns = 0 };
	talks.outlets[at] = (struct outlet){ (char *)name,
		json_get(talks.bodies[at], "put") ? &putting : &talking, &talks.terms[at] };
	talks.deliveries[at] = (struct delivery){ .outlet = &talks.outlets[at],
		.id = "0123456789abcdef",
		.body = talks.bodies[at],
		.error = ERROR_INIT };
	return &talks.terms[at];
}

static inline void deliver_all(uint64_t budget_ns)
{
	struct delivery_terms terms = {
		.budget_ns = budget_ns, .seed = 7, .secrets = &talks.secrets
	};

	memset(talks.ended, 0, sizeof talks.ended);
	deliver(talks.deliveries, talks.nr, &terms);
}

static inline int begin_talks(void **state)
{
	(void)state;
	texts_add(&talks.secrets.values, TOKEN);
	return 0;
}

static inline int end_talks(void **state)
{
	(void)state;
	for (size_t i = 0; i < talks.nr; i++) {
		free(talks.deliveries[i].left);
		free(talks.deliveries[i].progress);
		json_free(talks.bodies[i]);
	}
	secrets_release(&talks.secrets);
	talks.nr = 0;
	return 0;
}

#endif
