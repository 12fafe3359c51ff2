/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/settings.h"

#include "base/error.h"
#include "base/str.h"
#include "notify/notifier.h"
#include "sys/clock.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define BUDGET_NS (30ull * CLOCK_NS_PER_S)

const struct policy_key notify_keys[] = {
	POLICY_KEY_TEXT("state", struct notify_settings, state),
	POLICY_KEY_DURATION("budget", struct notify_settings, budget_ns),
	POLICY_KEY_CHOICE("strict", struct notify_settings, strict),
	POLICY_KEY_SECTION("routes"),
	POLICY_KEY_SECTION("quiet_hours"),
	POLICY_KEY_END,
};

/* In the order of the urgencies. */
const struct policy_key notify_route_keys[] = {
	POLICY_KEY_TEXTS("info", struct notify_settings, routes[URGENCY_INFO]),
	POLICY_KEY_TEXTS("warning", struct notify_settings, routes[URGENCY_WARNING]),
	POLICY_KEY_TEXTS("critical", struct notify_settings, routes[URGENCY_CRITICAL]),
	POLICY_KEY_END,
};

const struct policy_key notify_quiet_keys[] = {
	POLICY_KEY_TEXT("from", struct notify_settings, quiet.from),
	POLICY_KEY_TEXT("to", struct notify_settings, quiet.to),
	POLICY_KEY_TEXT("zone", struct notify_settings, quiet.zone),
	POLICY_KEY_TEXTS("days", struct notify_settings, quiet.days),
	POLICY_KEY_TEXTS("holidays", struct notify_settings, quiet.holidays),
	POLICY_KEY_END,
};

void notify_settings_init(struct notify_settings *settings)
{
	*settings = (struct notify_settings){ .budget_ns = BUDGET_NS };
}

void notify_settings_release(struct notify_settings *settings)
{
	outlets_release(&settings->outlets);
	policy_keys_release(notify_keys, settings);
	policy_keys_release(notify_route_keys, settings);
	policy_keys_release(notify_quiet_keys, settings);
}

static int settings_check_names(const struct notify_settings *settings, const struct texts *names,
	const char *place, const char *key, struct error *err)
{
	for (size_t i = 0; i < names->nr; i++) {
		struct str_nearest nearest = str_nearest(names->items[i]);

		if (outlets_find(&settings->outlets, names->items[i]))
			continue;
		for (size_t j = 0; j < settings->outlets.nr; j++)
			str_nearest_offer(&nearest, settings->outlets.items[j].name);
		return error_set(err, ERR_USAGE,
			"%s.%s names \"%.40s\", and channels has none of that name%s%s%s", place,
			key, names->items[i], nearest.best ? "; did you mean " : "",
			nearest.best ? nearest.best : "", nearest.best ? "?" : "");
	}
	return 0;
}

static int check_rules(
	const struct notify_settings *settings, const struct rules *rules, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; i < rules->nr && !rc; i++) {
		const struct rule *rule = &rules->items[i];
		struct buf place = BUF_INIT;

		buf_addf(&place, "alert_rules[%zu] (%.40s)", i, rule->name);
		rc = settings_check_names(settings, &rule->channels, place.data, "channels", err) ||
			settings_check_names(
				settings, &rule->escalate_to, place.data, "escalate_to", err);
		buf_release(&place);
	}
	return rc ? -1 : 0;
}

static int settings_read_notify(
	const struct json *json, struct notify_settings *settings, struct error *err)
{
	const struct json *routes, *quiet;

	if (policy_keys_read(json, notify_keys, settings, "notify", err))
		return -1;
	routes = json_get(json, "routes");
	quiet = json_get(json, "quiet_hours");
	if (routes && policy_keys_read(routes, notify_route_keys, settings, "notify.routes", err))
		return -1;
	if (routes)
		settings->routed = policy_keys_said(routes, notify_route_keys);
	if (!quiet)
		return 0;
	return policy_keys_read(quiet, notify_quiet_keys, settings, "notify.quiet_hours", err) ||
			quiet_check(&settings->quiet, "notify.quiet_hours", err)
		? -1
		: 0;
}

int notify_settings_read(const struct json *root, const char *folder, const struct rules *rules,
	struct notify_settings *settings, struct error *err)
{
	const struct json *channels = json_get(root, "channels"),
			  *notify = json_get(root, "notify");

	if ((channels && outlets_read(channels, folder, &settings->outlets, err)) ||
		(notify && settings_read_notify(notify, settings, err)))
		return -1;
	for (size_t i = 0; i < URGENCY_NR; i++)
		if (settings_check_names(
			    settings, &settings->routes[i], "notify.routes", urgency_words[i], err))
			return -1;
	return check_rules(settings, rules, err);
}

static void unknown_type(const char *type, const char *place, struct error *err)
{
	struct str_nearest nearest = str_nearest(type);
	struct buf known = BUF_INIT;

	for (size_t i = 0; notifiers[i]; i++) {
		str_nearest_offer(&nearest, notifiers[i]->type);
		buf_addf(&known, "%s%s", i ? ", " : "", notifiers[i]->type);
	}
	if (nearest.best)
		error_set(err, ERR_USAGE,
			"%s.type is \"%.40s\", which is none; did you mean %s? There are %s", place,
			type, nearest.best, known.data);
	else
		error_set(err, ERR_USAGE, "%s.type is \"%.40s\"; it must be one of %s", place, type,
			known.data);
	buf_release(&known);
}

static void wrong_type(const struct json *type, const char *place, struct error *err)
{
	struct buf inner = BUF_INIT;

	buf_addf(&inner, "%s.type", place);
	policy_wrong(type, inner.data, "a text such as \"github\"", err);
	buf_release(&inner);
}

/* NULL with the error. */
static const struct notifier *find_type(
	const struct json *json, const char *place, struct error *err)
{
	const struct json *type = json_type(json) == JSON_OBJECT ? json_get(json, "type") : NULL;

	if (!type && json_type(json) == JSON_OBJECT)
		error_set(err, ERR_USAGE,
			"%s has no type; it must have one, such as \"type\": \"github\"", place);
	else if (!type)
		policy_wrong(
			json, place, "an object with a type, such as {\"type\": \"github\"}", err);
	else if (json_type(type) != JSON_TEXT)
		wrong_type(type, place, err);
	if (!type || json_type(type) != JSON_TEXT)
		return NULL;
	for (size_t i = 0; notifiers[i]; i++)
		if (strcmp(notifiers[i]->type, json_text(type)) == 0)
			return notifiers[i];
	unknown_type(json_text(type), place, err);
	return NULL;
}

/* A path in the file is from the file's folder. */
static void root_path(const char *root, char **path)
{
	struct buf joined = BUF_INIT;

	if (!*path || **path == '/' || strcmp(root, ".") == 0)
		return;
	buf_addf(&joined, "%s/%s", root, *path);
	free(*path);
	*path = buf_detach(&joined);
}

/* What is a path is named so: "path", "ca_file", or the file of a secret. */
static void root_paths(const char *root, const struct policy_key *rows, char *settings)
{
	for (; rows->name; rows++) {
		char *field = settings + rows->offset;

		if (rows->type == POLICY_KEY_SECRET)
			root_path(root, &((struct secret_place *)(void *)field)->file);
		else if (strcmp(rows->name, "path") == 0 || strcmp(rows->name, "ca_file") == 0)
			root_path(root, (char **)(void *)field);
	}
}

static int read_channel(const struct json *json, const char *root, struct outlet *outlet,
	const char *place, struct error *err)
{
	outlet->notifier = find_type(json, place, err);
	if (!outlet->notifier)
		return -1;
	outlet->terms = mem_alloc(1, outlet->notifier->size);
	if (outlet->notifier->init)
		outlet->notifier->init(outlet->terms);
	if (policy_keys_read(json, outlet->notifier->keys, outlet->terms, place, err))
		return -1;
	root_paths(root, outlet->notifier->keys, (char *)outlet->terms);
	return outlet->notifier->check ? outlet->notifier->check(outlet, place, err) : 0;
}

/* It stands in lines that people and programs read. */
static bool settings_is_name(const char *name)
{
	struct buf printable = BUF_INIT;
	bool same;

	buf_add_printable(&printable, name);
	same = *name && strcmp(printable.data, name) == 0;
	buf_release(&printable);
	return same;
}

static int settings_check_name(const char *name, struct error *err)
{
	struct buf printable = BUF_INIT;

	if (settings_is_name(name))
		return 0;
	buf_add_printable(&printable, name);
	error_set(err, ERR_USAGE,
		"channels has one named \"%.60s\"; a name must not be empty or hold a control character",
		printable.data);
	buf_release(&printable);
	return -1;
}

int outlets_read(
	const struct json *json, const char *root, struct outlets *outlets, struct error *err)
{
	int rc = 0;

	if (json_type(json) != JSON_OBJECT)
		return policy_wrong(json, "channels", "an object of channels by their names", err);
	for (const struct json *at = json_first(json); at && !rc; at = json_next(at)) {
		struct buf place = BUF_INIT;
		struct outlet *outlet;

		if (settings_check_name(json_name(at), err))
			return -1;
		outlet = ARRAY_ADD(outlets);
		*outlet = (struct outlet){ .name = str_dup(json_name(at)) };
		buf_addf(&place, "channels.%.60s", outlet->name);
		rc = read_channel(at, root, outlet, place.data, err);
		buf_release(&place);
	}
	return rc;
}

void outlets_secrets(const struct outlets *outlets, struct secrets *secrets)
{
	struct error ignored = ERROR_INIT;

	for (size_t i = 0; i < outlets->nr; i++) {
		const struct outlet *outlet = &outlets->items[i];

		for (const struct policy_key *row = outlet->notifier->keys; row->name; row++) {
			const void *field = (const char *)outlet->terms + row->offset;

			if (row->type == POLICY_KEY_SECRET && secrets_named(field))
				secrets_get(secrets, field, &ignored);
		}
	}
}

void outlets_release(struct outlets *outlets)
{
	for (size_t i = 0; i < outlets->nr; i++) {
		struct outlet *outlet = &outlets->items[i];

		if (outlet->terms)
			policy_keys_release(outlet->notifier->keys, outlet->terms);
		free(outlet->terms);
		free(outlet->name);
	}
	ARRAY_RELEASE(outlets);
}

const struct outlet *outlets_find(const struct outlets *outlets, const char *name)
{
	for (size_t i = 0; i < outlets->nr; i++)
		if (strcmp(outlets->items[i].name, name) == 0)
			return &outlets->items[i];
	return NULL;
}

const struct outlet *outlets_require(
	const struct outlets *outlets, const char *name, struct error *err)
{
	const struct outlet *found = outlets_find(outlets, name);
	struct unknown unknown = { .given = name, .kinds = "channels" };

	for (size_t i = 0; i < outlets->nr; i++)
		unknown_offer(&unknown, outlets->items[i].name);
	if (!found)
		unknown_error(&unknown, err, "unknown channel '%.80s'", name);
	return found;
}

/* What of an address cannot be right is known before anything is sent. It is not shown: it may be a
 * secret that went astray. */

#define MAX_PORT 65535
#define MAX_PORT_DIGITS 5

static bool is_of(const char *text, size_t len, const char *others)
{
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)text[i]) && (unsigned char)text[i] < 0x80 &&
			!strchr(others, text[i]))
			return false;
	return len > 0;
}

/* How long the host is, with its brackets; 0: it is none. */
static size_t host_len(const char *at, size_t len)
{
	const char *end;
	size_t nr;

	if (*at == '[') {
		end = memchr(at, ']', len);
		nr = end ? (size_t)(end - at) : 0;
		return nr && is_of(at + 1, nr - 1, ":.%") ? nr + 1 : 0;
	}
	end = memchr(at, ':', len);
	nr = end ? (size_t)(end - at) : len;
	return is_of(at, nr, "-._") ? nr : 0;
}

/* ":8080" and no more */
static bool is_port(const char *at, size_t len)
{
	long port = 0;

	if (*at != ':' || len < 2 || len > 1 + MAX_PORT_DIGITS)
		return false;
	for (size_t i = 1; i < len; i++) {
		if (!isdigit((unsigned char)at[i]))
			return false;
		port = 10 * port + at[i] - '0';
	}
	return port >= 1 && port <= MAX_PORT;
}

static bool has_blank(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text <= ' ' || *text == 0x7f)
			return true;
	return false;
}

int outlet_check_host(const char *url, const char *place, const char *key, struct error *err)
{
	const char *scheme = strstr(url, "://"), *host = scheme ? scheme + strlen("://") : url;
	size_t len = strcspn(host, "/?#"), nr = host_len(host, len);

	if (!len)
		return error_set(err, ERR_USAGE, "%s.%s has no host behind its ://", place, key);
	if (has_blank(url))
		return error_set(err, ERR_USAGE,
			"%s.%s has a blank or a control character in it, which no address has",
			place, key);
	if (!nr)
		return error_set(err, ERR_USAGE,
			"%s.%s has a host that is none; it must be a name or an address, that of IPv6 in brackets",
			place, key);
	if (nr < len && !is_port(host + nr, len - nr))
		return error_set(err, ERR_USAGE,
			"%s.%s has a port that is none; it must be a number from 1 to %d", place,
			key, MAX_PORT);
	return 0;
}

int outlet_check_url(const char *url, const char *place, const char *key, struct error *err)
{
	const char *host = strstr(url, "://");

	if (!host)
		return error_set(err, ERR_USAGE,
			"%s.%s has no http:// or https:// before its host; it must begin with one of them",
			place, key);
	if (!str_starts(url, "http://") && !str_starts(url, "https://"))
		return error_set(err, ERR_USAGE,
			"%s.%s is no address of HTTP; it must begin with https:// or http://",
			place, key);
	host += strlen("://");
	if (memchr(host, '@', strcspn(host, "/?#")))
		return error_set(err, ERR_USAGE,
			"%s.%s has a user in it; a secret itself has no place in this file", place,
			key);
	return outlet_check_host(url, place, key, err);
}
