/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Content of a few alerts, a channel made of JSON, and one talk at a time with it. cmocka.h goes
 * before. */
#ifndef SUPPORT_SOME_CONTENT_H
#define SUPPORT_SOME_CONTENT_H

#include "base/str.h"
#include "notify/notifier.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SOME 600

static struct ci_context some_ci = { .system = (char[]){ "github" },
	.api = (char[]){ "" },
	.repository = (char[]){ "us/project" },
	.commit = (char[]){ "0123456789abcdef0123456789abcdef01234567" },
	.branch = (char[]){ "faster" },
	.pull_request = (char[]){ "7" },
	.job_url = (char[]){ "https://ci.example.org/jobs/1?a=1&b=2" } };
static struct notice some_notices[MAX_SOME];
static const struct notice *some_pointers[MAX_SOME];
static struct content some_news;

static inline struct notice some_notice(enum notice_kind kind, enum urgency urgency, char *text)
{
	static char benchmark[] = "parse", metric[] = "time", tier[] = "critical",
		    file[] = "bench/suite.c", base[] = "main", branch[] = "faster",
		    rule[] = "regression", since[] = "2026-11-21T04:05:06Z", unit[] = "ns",
		    advice[] = "find it";

	return (struct notice){ .kind = kind,
		.urgency = urgency,
		.fingerprint = "00112233aabbccdd",
		.benchmark = benchmark,
		.metric = metric,
		.tier = tier,
		.file = file,
		.line = 10,
		.base = base,
		.branch = branch,
		.rule = rule,
		.text = text,
		.since = since,
		.unit = unit,
		.advice = advice,
		.baseline_value = 1000,
		.current_value = 1250,
		.change_percent = 12.5,
		.nr_runs = 1 };
}

/* That many, of which the first is critical and new; all say the text. */
static inline void content_of(size_t nr, char *text)
{
	for (size_t i = 0; i < nr; i++) {
		some_notices[i] =
			some_notice(NOTICE_NEW, i ? URGENCY_WARNING : URGENCY_CRITICAL, text);
		some_pointers[i] = &some_notices[i];
	}
	some_news = (struct content){ .id = "0011223344556677",
		.ci = &some_ci,
		.notices = some_pointers,
		.nr = nr,
		.urgency = URGENCY_CRITICAL,
		.title = "benchgate: 2 alerts" };
}

/* The channel that is talked with, and what it composed. */
static struct outlets some_outlets;
static struct secrets some_secrets;
static struct json *some_body;
static struct talk some_talk;

static inline const char *outlet_error(const char *settings)
{
	static struct error err;
	struct buf text = BUF_INIT;
	struct json *json;
	int rc;

	err = (struct error)ERROR_INIT;
	buf_addf(&text, "{\"some\": %s}", settings);
	json = json_parse(text.data, text.len, &err);
	if (!json)
		fail_msg("%s", err.text);
	outlets_release(&some_outlets);
	rc = outlets_read(json, ".", &some_outlets, &err);
	json_free(json);
	buf_release(&text);
	return rc ? err.text : "";
}

static inline void new_body(void)
{
	json_free(some_body);
	some_body = json_new_object();
}

static inline void use_outlet(const char *settings)
{
	const char *trouble = outlet_error(settings);

	if (*trouble)
		fail_msg("%s", trouble);
	new_body();
	http_request_release(&some_talk.request);
	free(some_talk.left);
	some_talk = (struct talk){ .outlet = some_outlets.items,
		.body = some_body,
		.id = "0011223344556677",
		.secrets = &some_secrets,
		.request = { .body = BUF_INIT },
		.error = ERROR_INIT };
}

static inline void compose_news(void)
{
	new_body();
	some_talk.body = some_body;
	some_talk.stage = 0;
	assert_true(some_talk.outlet->notifier->compose(some_talk.outlet, &some_news, some_body));
}

static inline enum talk_next begin_talk(void)
{
	http_request_release(&some_talk.request);
	http_request_init(&some_talk.request);
	some_talk.response = NULL;
	some_talk.error = (struct error)ERROR_INIT;
	return some_talk.outlet->notifier->step(&some_talk);
}

static inline enum talk_next answer_talk(long status, const char *body)
{
	struct http_response response = { .status = status, .body = BUF_INIT };
	enum talk_next next;

	buf_adds(&response.body, body);
	some_talk.response = &response;
	http_request_release(&some_talk.request);
	http_request_init(&some_talk.request);
	next = some_talk.outlet->notifier->step(&some_talk);
	some_talk.response = NULL;
	buf_release(&response.body);
	return next;
}

static inline int end_talk(void **state)
{
	(void)state;
	http_request_release(&some_talk.request);
	http_request_init(&some_talk.request);
	free(some_talk.left);
	free(some_talk.found);
	some_talk = (struct talk){ .outlet = NULL };
	json_free(some_body);
	some_body = NULL;
	outlets_release(&some_outlets);
	secrets_release(&some_secrets);
	return 0;
}

static inline void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no \"%s\" in: %s", part, text);
}

static inline void assert_has_not(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("\"%s\" in: %s", part, text);
}

#endif
