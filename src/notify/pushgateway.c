/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The metrics of a run, put in the place of those of the run before, for Prometheus to scrape. */
#include "notify/notifier.h"

#include "base/encode.h"
#include "base/str.h"
#include "report/reporter.h"

#include <stdlib.h>
#include <string.h>

struct pushgateway_settings {
	struct outlet_terms terms;
	char *url, *job;
	struct texts grouping; /* "label=value", or a label that we know the value of */
	char *user;
	struct secret_place password, token;
};

static const struct policy_key keys[] = {
	OUTLET_KEYS(struct pushgateway_settings),
	POLICY_KEY_TEXT("url", struct pushgateway_settings, url),
	POLICY_KEY_TEXT("job", struct pushgateway_settings, job),
	POLICY_KEY_TEXTS("grouping", struct pushgateway_settings, grouping),
	POLICY_KEY_TEXT("user", struct pushgateway_settings, user),
	POLICY_KEY_SECRET("password", struct pushgateway_settings, password),
	POLICY_KEY_SECRET("token", struct pushgateway_settings, token),
	POLICY_KEY_END,
};

static const struct pushgateway_settings *pushgateway_settings_of(const struct outlet *outlet)
{
	return (const struct pushgateway_settings *)(const void *)outlet->terms;
}

static char *instance(const struct content *content)
{
	char machine[ENV_MACHINE_MAX];

	env_machine(&content->verdict->head->env, machine);
	return str_dup(machine);
}

static char *pushgateway_branch(const struct content *content)
{
	return str_dup(content->ci->branch);
}

static char *repository(const struct content *content)
{
	return str_dup(content->ci->repository);
}

/* Labels that we know the value of; it may be empty. */
static const struct known_label {
	const char *name;
	char *(*value)(const struct content *content);
} known_labels[] = {
	{ "instance", instance },
	{ "branch", pushgateway_branch },
	{ "repository", repository },
};

#define NR_KNOWN (sizeof known_labels / sizeof *known_labels)

static const struct known_label *known_label(const char *name)
{
	for (size_t i = 0; i < NR_KNOWN; i++)
		if (strcmp(known_labels[i].name, name) == 0)
			return &known_labels[i];
	return NULL;
}

static void pushgateway_init(void *from)
{
	struct pushgateway_settings *settings = from;

	settings->job = str_dup("benchgate");
	for (size_t i = 0; i < NR_KNOWN; i++)
		texts_add(&settings->grouping, known_labels[i].name);
}

static size_t pushgateway_name_len(const char *label)
{
	return strcspn(label, "=");
}

static bool pushgateway_is_name(const char *label)
{
	size_t len =
		strspn(label, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	return len && len == pushgateway_name_len(label) && !(*label >= '0' && *label <= '9') &&
		!str_starts(label, "__");
}

/* The group's labels go over the metrics' own: what they told apart would be one. */
static bool pushgateway_is_taken(const char *label)
{
	static const char *const taken[] = { "job", "benchmark", "metric", "tier", "unit",
		"against", "status" };

	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
		if (strlen(taken[i]) == pushgateway_name_len(label) &&
			strncmp(taken[i], label, pushgateway_name_len(label)) == 0)
			return true;
	return false;
}

static bool is_there_before(const struct texts *labels, size_t nr)
{
	size_t len = pushgateway_name_len(labels->items[nr]);

	for (size_t i = 0; i < nr; i++)
		if (pushgateway_name_len(labels->items[i]) == len &&
			strncmp(labels->items[i], labels->items[nr], len) == 0)
			return true;
	return false;
}

static int check_label(const struct texts *labels, size_t nr, const char *place, struct error *err)
{
	const char *label = labels->items[nr];

	if (!pushgateway_is_name(label))
		return error_set(err, ERR_USAGE,
			"%s.grouping has \"%.60s\"; it must be label=value, the label of letters, "
			"digits and _, no digit first and no __",
			place, label);
	if (pushgateway_is_taken(label))
		return error_set(err, ERR_USAGE,
			"%s.grouping has \"%.60s\"; that label is one of the metrics' own, or the "
			"job's: name another",
			place, label);
	if (is_there_before(labels, nr))
		return error_set(err, ERR_USAGE, "%s.grouping has \"%.60s\" twice", place, label);
	if (!strchr(label, '=') && !known_label(label))
		return error_set(err, ERR_USAGE,
			"%s.grouping has \"%.60s\" without a value; only instance, branch and "
			"repository need none",
			place, label);
	return 0;
}

static int check_url(const char *url, const char *place, struct error *err)
{
	if (!url)
		return error_set(err, ERR_USAGE,
			"%s has no url; it must have one, such as \"url\": \"http://pushgateway:9091\"",
			place);
	if (outlet_check_url(url, place, "url", err))
		return -1;
	if (strpbrk(url, "?#"))
		return error_set(err, ERR_USAGE,
			"%s.url has a ? or # in it; it must be the gateway's address alone, such as \"http://pushgateway:9091\"",
			place);
	return 0;
}

static int pushgateway_check(const struct outlet *outlet, const char *place, struct error *err)
{
	const struct pushgateway_settings *settings = pushgateway_settings_of(outlet);

	if (check_url(settings->url, place, err))
		return -1;
	if (secrets_named(&settings->password) != (settings->user != NULL))
		return error_set(err, ERR_USAGE,
			"%s has one of user and password; it must have both or none", place);
	if (settings->user && secrets_named(&settings->token))
		return error_set(err, ERR_USAGE,
			"%s has a user and a token; it must have one of them", place);
	for (size_t i = 0; i < settings->grouping.nr; i++)
		if (check_label(&settings->grouping, i, place, err))
			return -1;
	return 0;
}

/*
 * A path is cleaned on its way: an escaped slash parts it all the same, and what is empty, . or ..
 * is gone.
 */
static void add_pair(struct buf *path, const char *name, size_t len, const char *value)
{
	struct buf clean = BUF_INIT;

	buf_add_printable(&clean, value);
	buf_addc(path, '/');
	buf_add(path, name, len);
	if (*value && !strchr(value, '/') && strspn(value, ".") != strlen(value)) {
		buf_addc(path, '/');
		encode_percent(path, clean.data, "");
	} else {
		buf_adds(path, *value ? "@base64/" : "@base64/=");
		encode_base64url(path, clean.data);
	}
	buf_release(&clean);
}

/* What is not known is no label. */
static void pushgateway_add_label(
	struct buf *path, const char *label, const struct content *content)
{
	const char *given = strchr(label, '=');
	char *value = given ? str_dup(given + 1) : known_label(label)->value(content);

	if (given || *value)
		add_pair(path, label, pushgateway_name_len(label), value);
	free(value);
}

static bool pushgateway_compose(
	const struct outlet *outlet, const struct content *content, struct json *body)
{
	const struct pushgateway_settings *settings = pushgateway_settings_of(outlet);
	struct buf path = BUF_INIT, metrics = BUF_INIT;

	if (!content->verdict)
		return false;
	buf_adds(&path, "/metrics");
	add_pair(&path, "job", strlen("job"), settings->job);
	for (size_t i = 0; i < settings->grouping.nr; i++)
		pushgateway_add_label(&path, settings->grouping.items[i], content);
	reporter_named("openmetrics")->render(content->verdict, &metrics);
	json_add_text(body, "path", path.data);
	json_add_text(body, "metrics", metrics.data);
	buf_release(&metrics);
	buf_release(&path);
	return true;
}

/* A secret that is not to be had may be there the next time. */
static int pushgateway_identify(struct talk *talk, const struct pushgateway_settings *settings)
{
	struct http_request *request = &talk->request;
	bool by_token = secrets_named(&settings->token);
	struct buf text = BUF_INIT;
	const char *secret;

	if (!by_token && !settings->user)
		return 0;
	secret = secrets_get(
		talk->secrets, by_token ? &settings->token : &settings->password, &talk->error);
	if (!secret)
		return -1;
	buf_addf(&text, "%s%s", by_token ? "Bearer " : settings->user, by_token ? "" : ":");
	buf_adds(&text, secret);
	if (by_token)
		http_request_header(request, "Authorization", text.data);
	else
		request->credentials = str_dup(text.data);
	if (!by_token)
		secrets_add_login(talk->secrets, settings->user, secret);
	explicit_bzero(text.data, text.len);
	buf_release(&text);
	return 0;
}

static const char *kept(const struct talk *talk, const char *name)
{
	const struct json *text = json_get(talk->body, name);

	return text && json_type(text) == JSON_TEXT ? json_text(text) : "";
}

/* The body was kept in a file that others may have written: no path is an address of another
 * host, to which our token would go. */
static enum talk_next pushgateway_ask(struct talk *talk)
{
	const struct pushgateway_settings *settings = pushgateway_settings_of(talk->outlet);
	struct http_request *request = &talk->request;
	const char *path = kept(talk, "path");
	size_t len = strlen(settings->url);
	struct buf url = BUF_INIT;

	if (!str_starts(path, "/metrics/")) {
		error_set(&talk->error, ERR_IO, "the kept message names no group of a Pushgateway");
		return TALK_REFUSED;
	}
	if (pushgateway_identify(talk, settings))
		return TALK_LATER;
	while (len && settings->url[len - 1] == '/')
		len--;
	buf_add(&url, settings->url, len);
	buf_adds(&url, path);
	request->method = str_dup("PUT");
	request->url = buf_detach(&url);
	http_request_header(request, "Content-Type", "text/plain; version=0.0.4");
	buf_adds(&request->body, kept(talk, "metrics"));
	return TALK_ASK;
}

static enum talk_next pushgateway_step(struct talk *talk)
{
	if (!talk->response)
		return pushgateway_ask(talk);
	return talk_succeeded(talk) ? TALK_DONE : talk_fail(talk);
}

const struct notifier pushgateway_notifier = {
	.type = "pushgateway",
	.what = "a run's metrics, for Prometheus",
	.keys = keys,
	.size = sizeof(struct pushgateway_settings),
	.init = pushgateway_init,
	.check = pushgateway_check,
	.stays = true,
	.compose = pushgateway_compose,
	.step = pushgateway_step,
};
