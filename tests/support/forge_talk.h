/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A conversation of which the test makes up the answers. test.h goes before. */
#ifndef SUPPORT_FORGE_TALK_H
#define SUPPORT_FORGE_TALK_H

#include "gate/trial.h"
#include "notify/notifier.h"
#include "support/judged.h"

#define FORGE_COMMIT "0123456789abcdef0123456789abcdef01234567"

struct forge_talk {
	struct judged judged;
	struct verdict verdict;
	struct ci_context ci; /* its texts are literals */
	struct notice notice; /* the same */
	struct content content;
	struct outlets outlets;
	struct json *body; /* NULL: nothing was composed */
	struct secrets secrets;
	struct talk talk;
	struct http_response response;
};

static inline void talk_setup(struct forge_talk *forge, const char *system, const char *repository)
{
	*forge = (struct forge_talk){ .response = { .body = BUF_INIT } };
	setenv("FORGE_TEST_TOKEN", "planted-token", 1);
	unsetenv("GITHUB_API_URL");
	unsetenv("CI_API_V4_URL");
	judged_init(&forge->judged);
	forge->ci = (struct ci_context){ .system = (char *)system,
		.api = (char *)"",
		.repository = (char *)repository,
		.commit = (char *)FORGE_COMMIT,
		.branch = (char *)"topic",
		.pull_request = (char *)"7",
		.job_url = (char *)"https://ci.example/job/1",
		.folder = (char *)"/home/ci/project" };
	forge->notice = (struct notice){ .kind = NOTICE_RESOLVED,
		.urgency = URGENCY_WARNING,
		.text = (char *)"hash <is> @fine again",
		.since = (char *)"2026-11-20T04:05:06Z",
		.unit = (char *)"ns",
		.baseline_value = 1000,
		.current_value = 1010,
		.nr_runs = 3 };
}

/* The channel as the policy file has it; what of it is to be told of is composed. */
static inline void talk_compose(struct forge_talk *forge, const char *channel, size_t nr_notices)
{
	const struct notice *notices[] = { &forge->notice };
	struct error err = ERROR_INIT;
	struct json *json = json_parse(channel, strlen(channel), &err);
	struct json *all = json_new_object();

	assert_non_null(json);
	json_add_copy(all, "forge", json);
	assert_int_equal(outlets_read(all, ".", &forge->outlets, &err), 0);
	json_free(all);
	json_free(json);
	forge->verdict = trial_judge(&forge->judged.trial);
	forge->content = (struct content){ .id = "1",
		.verdict = &forge->verdict,
		.ci = &forge->ci,
		.notices = notices,
		.nr = nr_notices,
		.title = "a title" };
	forge->body = json_new_object();
	if (!forge->outlets.items[0].notifier->compose(
		    &forge->outlets.items[0], &forge->content, forge->body)) {
		json_free(forge->body);
		forge->body = NULL;
	}
	forge->talk = (struct talk){ .outlet = &forge->outlets.items[0],
		.body = forge->body,
		.id = "1",
		.secrets = &forge->secrets };
}

static inline enum talk_next talk_go(struct forge_talk *forge, const struct http_response *response)
{
	http_request_release(&forge->talk.request);
	forge->talk.repeatable = false;
	forge->talk.response = response;
	return forge->talk.outlet->notifier->step(&forge->talk);
}

static inline enum talk_next talk_start(struct forge_talk *forge)
{
	assert_non_null(forge->body);
	return talk_go(forge, NULL);
}

/* The service's answer; `header` is NULL or "Name: value". */
static inline enum talk_next talk_answer(
	struct forge_talk *forge, long status, const char *header, const char *body)
{
	enum talk_next next;

	http_response_release(&forge->response);
	forge->response = (struct http_response){ .status = status, .body = BUF_INIT };
	if (header)
		texts_add(&forge->response.headers, header);
	buf_adds(&forge->response.body, body);
	next = talk_go(forge, &forge->response);
	return next;
}

static inline void talk_asks(const struct forge_talk *forge, const char *method, const char *url)
{
	assert_non_null(forge->talk.request.url);
	assert_string_equal(forge->talk.request.method, method);
	assert_string_equal(forge->talk.request.url, url);
}

/* What the request says under that name of its body. */
static inline void talk_sends(const struct forge_talk *forge, const char *name, const char *text)
{
	const struct buf *body = &forge->talk.request.body;
	struct error err = ERROR_INIT;
	struct json *json = json_parse(body->data, body->len, &err);

	assert_non_null(json);
	assert_non_null(json_get(json, name));
	assert_string_equal(json_text(json_get(json, name)), text);
	json_free(json);
}

static inline void talk_says(const struct forge_talk *forge, const char *text)
{
	if (!strstr(forge->talk.error.text, text))
		fail_msg("\"%s\" lacks \"%s\"", forge->talk.error.text, text);
}

static inline void talk_teardown(struct forge_talk *forge)
{
	http_request_release(&forge->talk.request);
	http_response_release(&forge->response);
	free(forge->talk.found);
	free(forge->talk.progress);
	secrets_release(&forge->secrets);
	json_free(forge->body);
	verdict_release(&forge->verdict);
	outlets_release(&forge->outlets);
	judged_release(&forge->judged);
}

#endif
