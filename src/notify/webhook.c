/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A request with JSON in it to any address, signed if one wants. */
#include "notify/notifier.h"

#include "base/sha256.h"
#include "base/str.h"
#include "notify/fill.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define AUTH_HEADER "Authorization: Bearer"
#define SIGNATURE_HEADER "X-Benchgate-Signature-256"

enum method {
	METHOD_POST,
	METHOD_PUT,
};

static const char *const method_words[] = { "POST", "PUT", NULL };

struct webhook_settings {
	struct outlet_terms terms;
	char *url;
	struct secret_place secret_url, auth, secret;
	enum method method;
	struct texts headers;
	char *auth_header, *signature_header;
	struct json *body;
	enum choice idempotent;
};

static const struct policy_key keys[] = {
	OUTLET_KEYS(struct webhook_settings),
	POLICY_KEY_TEXT("url", struct webhook_settings, url),
	POLICY_KEY_SECRET("secret_url", struct webhook_settings, secret_url),
	POLICY_KEY_WORD("method", struct webhook_settings, method, enum method, method_words),
	POLICY_KEY_TEXTS("headers", struct webhook_settings, headers),
	POLICY_KEY_SECRET("auth", struct webhook_settings, auth),
	POLICY_KEY_TEXT("auth_header", struct webhook_settings, auth_header),
	POLICY_KEY_SECRET("secret", struct webhook_settings, secret),
	POLICY_KEY_TEXT("signature_header", struct webhook_settings, signature_header),
	POLICY_KEY_OBJECT("body", struct webhook_settings, body),
	POLICY_KEY_CHOICE("idempotent", struct webhook_settings, idempotent),
	POLICY_KEY_END,
};

static const struct webhook_settings *webhook_settings_of(const struct outlet *outlet)
{
	return (const struct webhook_settings *)(const void *)outlet->terms;
}

/* How long a header's name is; 0: there is none. */
static size_t webhook_name_len(const char *line)
{
	size_t len = 0;

	while (isalnum((unsigned char)line[len]) || (line[len] && strchr("-_", line[len])))
		len++;
	return len;
}

/* Where the request goes and where it ends is not for a configuration to say. */
static int check_framing(const char *line, const char *place, const char *key, struct error *err)
{
	static const char *const ours[] = { "Connection", "Content-Length", "Expect", "Host",
		"Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade" };
	size_t len = webhook_name_len(line);

	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		if (len == strlen(ours[i]) && strncasecmp(line, ours[i], len) == 0)
			return error_set(err, ERR_USAGE,
				"%s.%s has %s, which is set by whoever sends the request; leave it out",
				place, key, ours[i]);
	return 0;
}

static int check_header(const struct texts *headers, size_t i, const char *place, struct error *err)
{
	const char *line = headers->items[i];
	size_t len = webhook_name_len(line);

	if (!len || line[len] != ':' || str_has_control(line))
		return error_set(err, ERR_USAGE,
			"%s.headers[%zu] is no header; it must be \"Name: value\"", place, i);
	if (check_framing(line, place, "headers", err))
		return -1;
	if (secrets_go_by(line, len))
		return error_set(err, ERR_USAGE,
			"%s.headers has %.*s, and a secret itself has no place in this file; say it with auth, and auth_header if need be",
			place, (int)(len < 60 ? len : 60), line);
	return 0;
}

static int webhook_check_names(
	const struct webhook_settings *settings, const char *place, struct error *err)
{
	const char *auth = settings->auth_header, *signature = settings->signature_header;

	if (auth &&
		(!webhook_name_len(auth) || auth[webhook_name_len(auth)] != ':' ||
			str_has_control(auth)))
		return error_set(err, ERR_USAGE,
			"%s.auth_header is \"%.40s\"; it must be what stands before the secret, such as \"X-Api-Key:\"",
			place, auth);
	if (signature && (!webhook_name_len(signature) || signature[webhook_name_len(signature)]))
		return error_set(err, ERR_USAGE,
			"%s.signature_header is \"%.40s\"; it must be a header's name", place,
			signature);
	if ((auth && check_framing(auth, place, "auth_header", err)) ||
		(signature && check_framing(signature, place, "signature_header", err)))
		return -1;
	for (size_t i = 0; i < settings->headers.nr; i++)
		if (check_header(&settings->headers, i, place, err))
			return -1;
	return 0;
}

/* "token" of "https://host/path?token=x&more=y" */
static int webhook_check_query(const char *url, const char *place, struct error *err)
{
	const char *at = strchr(url, '?');

	while (at && *++at) {
		size_t len = strcspn(at, "=&");

		if (secrets_go_by(at, len))
			return error_set(err, ERR_USAGE,
				"%s.url has %.*s in it, and a secret itself has no place in this file; say the address with secret_url",
				place, (int)(len < 60 ? len : 60), at);
		at = strchr(at, '&');
	}
	return 0;
}

/* Whoever knows such an address may write there. */
static int check_known_secret(const char *url, const char *place, struct error *err)
{
	static const char *const hosts[] = { "hooks.slack.com", "hooks.slack-gov.com" };
	const char *host = strstr(url, "://") + strlen("://");

	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
		if (strncasecmp(host, hosts[i], strlen(hosts[i])) == 0)
			return error_set(err, ERR_USAGE,
				"%s.url is a webhook of Slack's, and a secret itself has no place in this file; say it with secret_url, or with webhook of a channel of type slack",
				place);
	return 0;
}

static int check_address(const char *url, const char *place, struct error *err)
{
	return outlet_check_url(url, place, "url", err) || webhook_check_query(url, place, err) ||
			check_known_secret(url, place, err)
		? -1
		: 0;
}

static int webhook_check(const struct outlet *outlet, const char *place, struct error *err)
{
	const struct webhook_settings *settings = webhook_settings_of(outlet);
	struct buf inner = BUF_INIT;
	int rc;

	if (!settings->url == !secrets_named(&settings->secret_url))
		return error_set(err, ERR_USAGE,
			"%s has %s; it must have one of them, such as \"url\": \"https://example.org/hook\"",
			place,
			settings->url ? "both url and secret_url" : "neither url nor secret_url");
	if ((settings->url && check_address(settings->url, place, err)) ||
		webhook_check_names(settings, place, err))
		return -1;
	buf_addf(&inner, "%s.body", place);
	rc = settings->body ? fill_check(settings->body, inner.data, err) : 0;
	buf_release(&inner);
	return rc;
}

static bool webhook_compose(
	const struct outlet *outlet, const struct content *content, struct json *body)
{
	const struct webhook_settings *settings = webhook_settings_of(outlet);

	if (!content->nr)
		return false;
	if (settings->body)
		fill(settings->body, content, body);
	else
		content_write(content, body);
	return true;
}

static int add_address(struct talk *talk)
{
	const struct webhook_settings *settings = webhook_settings_of(talk->outlet);
	const char *url = settings->url;

	if (!url)
		url = secrets_get(talk->secrets, &settings->secret_url, &talk->error);
	talk->request.method = str_dup(method_words[settings->method]);
	talk->request.url = str_dup(url);
	return url ? 0 : -1;
}

static int add_auth(struct talk *talk)
{
	const struct webhook_settings *settings = webhook_settings_of(talk->outlet);
	const char *auth;
	struct buf line = BUF_INIT;

	if (!secrets_named(&settings->auth))
		return 0;
	auth = secrets_get(talk->secrets, &settings->auth, &talk->error);
	if (!auth)
		return -1;
	buf_addf(&line, "%s %s", settings->auth_header ? settings->auth_header : AUTH_HEADER, auth);
	texts_add(&talk->request.headers, line.data);
	buf_release(&line);
	return 0;
}

static int add_signature(struct talk *talk)
{
	static const char start[] = "sha256=";
	const struct webhook_settings *settings = webhook_settings_of(talk->outlet);
	const struct buf *body = &talk->request.body;
	char value[sizeof start + SHA256_HEX_MAX] = "sha256=";
	const char *secret;

	if (!secrets_named(&settings->secret))
		return 0;
	secret = secrets_get(talk->secrets, &settings->secret, &talk->error);
	if (!secret)
		return -1;
	sha256_hmac_hex(secret, body->data, body->len, value + strlen(start));
	http_request_header(&talk->request,
		settings->signature_header ? settings->signature_header : SIGNATURE_HEADER, value);
	return 0;
}

static void add_headers(struct talk *talk)
{
	const struct texts *own = &webhook_settings_of(talk->outlet)->headers;

	for (size_t i = 0; i < own->nr; i++)
		texts_add(&talk->request.headers, own->items[i]);
	if (!http_header_in(own, "Content-Type"))
		http_request_header(&talk->request, "Content-Type", "application/json");
	http_request_header(&talk->request, "X-Benchgate-Delivery", talk->id);
	http_request_header(&talk->request, "Idempotency-Key", talk->id);
}

/* Whoever signs or reads it need not guess where it ends. */
static int webhook_add_body(struct talk *talk)
{
	const struct json *pattern = webhook_settings_of(talk->outlet)->body;
	struct json *body = json_new_object();
	int rc = fill_secrets(pattern, talk->body, talk->secrets, body, &talk->error);

	json_print_line(body, &talk->request.body);
	talk->request.body.data[--talk->request.body.len] = '\0';
	json_free(body);
	return rc;
}

static enum talk_next webhook_step(struct talk *talk)
{
	if (talk->response)
		return talk_succeeded(talk) ? TALK_DONE : talk_fail(talk);
	add_headers(talk);
	if (webhook_add_body(talk) || add_address(talk) || add_auth(talk) || add_signature(talk))
		return TALK_LATER;
	talk->repeatable = webhook_settings_of(talk->outlet)->idempotent == CHOICE_YES;
	return TALK_ASK;
}

const struct notifier webhook_notifier = {
	.type = "webhook",
	.what = "a request with JSON in it to an address of your own",
	.keys = keys,
	.size = sizeof(struct webhook_settings),
	.check = webhook_check,
	.compose = webhook_compose,
	.step = webhook_step,
};
