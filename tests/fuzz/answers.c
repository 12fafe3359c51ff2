/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Answers of servers: of forges, chats and other channels, and the lists of a bucket. An input is
 * answers with a line "--" between them, each as HTTP has it, the first line the status alone.
 */
#include "fuzz/fuzz.h"

#include "base/xml.h"
#include "gate/trial.h"
#include "notify/notifier.h"
#include "notify/reply.h"
#include "notify/talk.h"
#include "store/bucket_ask.h"
#include "support/judged.h"

static const char channels[] =
	"{\"hub\": {\"type\": \"github\", \"repository\": \"o/n\", \"check\": true, "
	"\"comment\": \"always\", \"author\": \"bot\"},"
	" \"lab\": {\"type\": \"gitlab\", \"project\": \"7\", \"comment\": \"always\"},"
	" \"app\": {\"type\": \"slack\", \"token\": {\"env\": \"FUZZ_TOKEN\"}, \"channel\": \"#p\"},"
	" \"hook\": {\"type\": \"slack\", \"webhook\": {\"env\": \"FUZZ_URL\"}},"
	" \"web\": {\"type\": \"webhook\", \"url\": \"https://h.example/\"},"
	" \"gauges\": {\"type\": \"pushgateway\", \"url\": \"https://h.example/\"}}";

struct outlets *fuzz_outlets(void)
{
	static struct outlets outlets;
	struct error err = ERROR_INIT;
	struct json *json;

	if (outlets.nr)
		return &outlets;
	setenv("FUZZ_TOKEN", "planted-token", 1);
	setenv("GITHUB_TOKEN", "planted-token", 1);
	setenv("GITLAB_TOKEN", "planted-token", 1);
	setenv("FUZZ_URL", "https://h.example/planted", 1);
	json = json_parse(channels, strlen(channels), &err);
	if (!json || outlets_read(json, ".", &outlets, &err))
		fuzz_fail(err.text, channels);
	json_free(json);
	return &outlets;
}

static struct ci_context ci = { .api = (char[]){ "" },
	.repository = (char[]){ "o/n" },
	.commit = (char[]){ "0123456789abcdef0123456789abcdef01234567" },
	.branch = (char[]){ "topic" },
	.pull_request = (char[]){ "7" },
	.job_url = (char[]){ "https://ci.example/1" },
	.folder = (char[]){ "/p" } };

static const struct notice notice = { .kind = NOTICE_WORSE,
	.urgency = URGENCY_CRITICAL,
	.fingerprint = "00112233aabbccdd",
	.benchmark = (char[]){ "parse" },
	.metric = (char[]){ "time" },
	.tier = (char[]){ "critical" },
	.file = (char[]){ "suite.c" },
	.line = 10,
	.base = (char[]){ "main" },
	.branch = (char[]){ "topic" },
	.rule = (char[]){ "slower" },
	.text = (char[]){ "parse is slower" },
	.since = (char[]){ "2026-11-21T04:05:06Z" },
	.change_percent = 12.5,
	.nr_runs = 2 };

static const struct verdict *one_verdict(void)
{
	static struct judged judged;
	static struct verdict verdict;

	if (!verdict.nr) {
		judged_init(&judged);
		judged_pair(&judged, "parse", 0.2);
		verdict = trial_judge(&judged.trial);
	}
	return &verdict;
}

static char github[] = "github", gitlab[] = "gitlab";

static struct json *compose(const struct outlet *outlet)
{
	const struct notice *const notices[] = { &notice };
	const struct content content = { .id = "1",
		.verdict = one_verdict(),
		.ci = &ci,
		.notices = notices,
		.nr = 1,
		.title = "a title",
		.earlier = "C1 12.3" };
	struct json *body = json_new_object();

	ci.system = outlet->notifier == &gitlab_notifier ? gitlab : github;
	fuzz_check(outlet->notifier->compose(outlet, &content, body), "no message", outlet->name);
	return body;
}

/* An answer, cut out of the text at *at. */
static void take_answer(char **at, struct http_response *response)
{
	char *end = strstr(*at, "\n--\n"), *line;
	char *next = end ? end + 4 : *at + strlen(*at);

	if (end)
		*end = '\0';
	*response = (struct http_response){ .body = BUF_INIT };
	line = strsep(at, "\n");
	response->status = strtol(line, NULL, 10) % 1000;
	while (*at && (line = strsep(at, "\n")) && *line)
		texts_add(&response->headers, line);
	if (*at)
		buf_adds(&response->body, *at);
	*at = next;
}

static void check_reply(const struct talk *talk, const struct http_response *response)
{
	struct error err = ERROR_INIT;

	reply_judge(&talk->request, talk->repeatable, response);
	fuzz_check(reply_wait_s(response) >= 0, "a time before now", response->body.data);
	reply_say(&talk->request, talk->repeatable, response, &err);
}

static void converse(const struct outlet *outlet, const struct json *body, const char *bytes)
{
	struct secrets secrets = { 0 };
	struct talk talk = talk_about(outlet, "1", body, &secrets);
	char *copy = str_dup(bytes), *at = copy;
	enum talk_next next;

	outlets_secrets(fuzz_outlets(), &secrets);
	next = talk_step(&talk, NULL);
	while (next == TALK_ASK && *at) {
		struct http_response response;

		take_answer(&at, &response);
		check_reply(&talk, &response);
		next = talk_step(&talk, &response);
		http_response_release(&response);
	}
	if (next == TALK_LATER || next == TALK_REFUSED)
		fuzz_check(fuzz_is_printable(talk.error.text, false), "no good error",
			talk.error.text);
	/* Parts of fewer than 8 characters are nobody's secret. */
	fuzz_check(!strstr(talk.error.text, "planted-t") &&
			!strstr(talk.error.text, "example/planted"),
		"a secret is told", talk.error.text);
	talk_release(&talk);
	secrets_release(&secrets);
	free(copy);
}

void fuzz_answers(const char *bytes, size_t len)
{
	static struct json *bodies[8];
	const struct outlets *outlets = fuzz_outlets();

	(void)len;
	for (size_t i = 0; i < outlets->nr; i++) {
		if (!bodies[i])
			bodies[i] = compose(&outlets->items[i]);
		converse(&outlets->items[i], bodies[i], bytes);
	}
}

/* A page of a list; the same bytes as an error's. */
void fuzz_bucket_list(const char *bytes, size_t len)
{
	struct bucket bucket = { .name = (char[]){ "b" }, .prefix = (char[]){ "p" } };
	struct http_response response = { .status = 403, .body = BUF_INIT };
	struct error err = ERROR_INIT;
	struct texts names = { 0 };
	char *next = NULL;

	buf_add(&response.body, bytes, len);
	if (bucket_read_page(&bucket, &response.body, &names, &next, &err))
		fuzz_check_error(&err, bytes);
	else
		fuzz_check(!next || *next, "no place to go on", bytes);
	for (size_t i = 0; i < names.nr; i++)
		if (bucket_name_is_safe(names.items[i]))
			fuzz_check(!strchr(names.items[i], '/') && *names.items[i] != '.' &&
					fuzz_is_printable(names.items[i], false),
				"no safe name", names.items[i]);
	bucket_fail(&bucket, NULL, &response, &err);
	fuzz_check(fuzz_is_printable(err.text, false), "no good error", err.text);
	free(next);
	texts_release(&names);
	http_response_release(&response);
}

struct leaves {
	size_t bytes;
};

static void count_leaf(void *context, const char *path, const char *text)
{
	struct leaves *leaves = context;

	fuzz_check(*path && *path != '/', "no path", path);
	leaves->bytes += strlen(text);
}

/* Nothing becomes longer than it was written. */
void fuzz_xml(const char *bytes, size_t len)
{
	struct leaves leaves = { 0 };
	struct error err = ERROR_INIT;

	if (xml_read(bytes, len, count_leaf, &leaves, &err))
		fuzz_check_error(&err, bytes);
	fuzz_check(leaves.bytes <= len, "more than there is", bytes);
}
