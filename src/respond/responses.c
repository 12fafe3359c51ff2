/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "respond/responses.h"

#include "base/array.h"
#include "base/str.h"
#include "notify/forge.h"

#include <stdlib.h>
#include <string.h>

const char *const response_action_words[] = {
	[RESPONSE_UNSAID] = "",
	[RESPONSE_COMMAND] = "command",
	[RESPONSE_EXPLAIN] = "explain",
	[RESPONSE_BISECT] = "bisect",
	[RESPONSE_ISSUE] = "issue",
	[RESPONSE_RERUN] = "rerun",
	[RESPONSE_STATUS] = "status",
	NULL,
};

const struct policy_key response_keys[] = {
	POLICY_KEY_WORD(
		"action", struct response, action, enum response_action, response_action_words),
	POLICY_KEY_WORD("severity", struct response, at_least, enum urgency, urgency_words),
	POLICY_KEY_TEXT("condition", struct response, condition),
	POLICY_KEY_TEXTS("on", struct response, on),
	POLICY_KEY_DURATION("cool_down", struct response, cool_down_ns),
	POLICY_KEY_DURATION("budget", struct response, budget_ns),
	POLICY_KEY_COUNT("max_per_run", struct response, max_per_run),
	POLICY_KEY_TEXTS("command", struct response, command),
	POLICY_KEY_TEXT("channel", struct response, channel),
	POLICY_KEY_TEXTS("labels", struct response, labels),
	POLICY_KEY_TEXT("workflow", struct response, workflow),
	POLICY_KEY_TEXT("ref", struct response, ref),
	POLICY_KEY_OBJECT("inputs", struct response, inputs),
	POLICY_KEY_TEXT("context", struct response, context),
	POLICY_KEY_END,
};

#define MINUTE_NS (60 * UINT64_C(1000000000))
#define HOUR_NS (60 * MINUTE_NS)
#define BIT(kind) (1u << (kind))
#define BEGINS (BIT(NOTICE_NEW) | BIT(NOTICE_WORSE))
#define KEEPS (BEGINS | BIT(NOTICE_ESCALATED) | BIT(NOTICE_STANDING) | BIT(NOTICE_RESOLVED))
#define FIRST_KEYS "action severity condition "

/* What each action takes, and what holds where that is unsaid. */
static const struct {
	const char *keys; /* each with a blank behind it */
	unsigned kinds;
	uint64_t cool_down_ns, budget_ns, max_per_run;
} actions[] = {
	[RESPONSE_COMMAND] = { FIRST_KEYS "on cool_down budget max_per_run command ", BEGINS,
		HOUR_NS, MINUTE_NS, 3 },
	[RESPONSE_EXPLAIN] = { FIRST_KEYS "on cool_down budget max_per_run ", BEGINS, 24 * HOUR_NS,
		5 * MINUTE_NS, 3 },
	[RESPONSE_BISECT] = { FIRST_KEYS "on cool_down budget max_per_run ", BEGINS, 24 * HOUR_NS,
		30 * MINUTE_NS, 1 },
	[RESPONSE_ISSUE] = { FIRST_KEYS "cool_down max_per_run channel labels ", KEEPS, HOUR_NS, 0,
		10 },
	[RESPONSE_RERUN] = { FIRST_KEYS "on cool_down max_per_run channel workflow ref inputs ",
		BEGINS, 24 * HOUR_NS, 0, 50 },
	[RESPONSE_STATUS] = { FIRST_KEYS "channel context ", 0, 0, 0, 0 },
};

bool response_is_program(const struct response *response)
{
	return response->action == RESPONSE_COMMAND || response->action == RESPONSE_EXPLAIN ||
		response->action == RESPONSE_BISECT;
}

static bool takes(enum response_action action, const char *key)
{
	const char *keys = actions[action].keys, *found = strstr(keys, key);
	size_t len = strlen(key);

	while (found && !((found == keys || found[-1] == ' ') && found[len] == ' '))
		found = strstr(found + 1, key);
	return found != NULL;
}

static int check_keys(const struct json *json, const struct response *response, const char *place,
	struct error *err)
{
	if (response->action == RESPONSE_UNSAID)
		return error_set(err, ERR_USAGE,
			"%s has no action; it must have one, such as \"action\": \"issue\"", place);
	for (const struct json *at = json_first(json); at; at = json_next(at))
		if (!takes(response->action, json_name(at)))
			return error_set(err, ERR_USAGE,
				"%s.%s is none of the keys of action %s, which are %.*s", place,
				json_name(at), response_action_words[response->action],
				(int)strlen(actions[response->action].keys) - 1,
				actions[response->action].keys);
	return 0;
}

/* What stands changes in no way that a program could be told. */
static int read_kinds(struct response *response, const char *place, struct error *err)
{
	for (size_t i = 0; i < response->on.nr; i++) {
		unsigned kind = 0;

		while (kind < NOTICE_NR_KINDS &&
			(kind == NOTICE_STANDING ||
				strcmp(notice_words[kind], response->on.items[i]) != 0))
			kind++;
		if (kind == NOTICE_NR_KINDS)
			return error_set(err, ERR_USAGE,
				"%s.on is \"%.40s\"; it must be of new, worse, escalated and resolved",
				place, response->on.items[i]);
		response->kinds |= BIT(kind);
	}
	if (!response->kinds)
		response->kinds = actions[response->action].kinds;
	return 0;
}

static void set_unsaid(uint64_t *value, uint64_t usual)
{
	*value = *value ? *value : usual;
}

/* The only channel of a forge, where none is named. */
static const struct outlet *find_forge(const struct outlets *outlets, const char *name)
{
	const struct outlet *found = NULL;

	for (size_t i = 0; i < outlets->nr; i++) {
		const struct outlet *outlet = &outlets->items[i];

		if (!outlet->notifier->forge || (name && strcmp(outlet->name, name) != 0))
			continue;
		if (found)
			return NULL;
		found = outlet;
	}
	return found;
}

static int find_channel(struct response *response, const struct outlets *outlets, const char *place,
	struct error *err)
{
	const struct outlet *outlet = find_forge(outlets, response->channel);

	if (response_is_program(response))
		return 0;
	if (!outlet && response->channel)
		return error_set(err, ERR_USAGE,
			"%s.channel is \"%.40s\"; it must name a channel of type github or gitlab",
			place, response->channel);
	if (!outlet)
		return error_set(err, ERR_USAGE,
			"%s has no channel; it must name the one of type github or gitlab that it acts by",
			place);
	str_set(&response->channel, outlet->name);
	return 0;
}

/* It becomes a part of an address. */
static int check_workflow(const struct response *response, const struct outlets *outlets,
	const char *place, struct error *err)
{
	const struct outlet *outlet =
		response->channel ? outlets_find(outlets, response->channel) : NULL;
	bool is_needed = response->action == RESPONSE_RERUN && outlet &&
		!outlet->notifier->forge->path_is_one_part;

	if (is_needed && !response->workflow)
		return error_set(err, ERR_USAGE,
			"%s has no workflow; it must name the file of one, such as \"workflow\": \"bench.yml\"",
			place);
	if (response->workflow &&
		response->workflow[strspn(response->workflow,
			"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")])
		return error_set(err, ERR_USAGE,
			"%s.workflow is \"%.60s\"; it must be the name of a file, without its folder",
			place, response->workflow);
	return 0;
}

static int check_input_texts(const struct response *response, const char *place, struct error *err)
{
	for (const struct json *at = response->inputs ? json_first(response->inputs) : NULL; at;
		at = json_next(at))
		if (json_type(at) != JSON_TEXT)
			return error_set(err, ERR_USAGE, "%s.inputs.%.40s is %s; it must be a text",
				place, json_name(at), json_type_name(json_type(at)));
	return 0;
}

static int settle_response(struct response *response, const struct notify_settings *settings,
	const char *place, struct error *err)
{
	if (response->condition) {
		response->parsed = condition_parse(response->condition, err);
		if (!response->parsed)
			return error_wrap(err, "%s.condition", place);
	}
	if (response->action == RESPONSE_COMMAND && !response->command.nr)
		return error_set(err, ERR_USAGE,
			"%s has no command; it must have one, such as \"command\": [\"./roll-back\", \"--now\"]",
			place);
	if (outlets_find(&settings->outlets, response->name))
		return error_set(err, ERR_USAGE,
			"%s has the name of a channel; it must have another", place);
	set_unsaid(&response->cool_down_ns, actions[response->action].cool_down_ns);
	set_unsaid(&response->budget_ns, actions[response->action].budget_ns);
	set_unsaid(&response->max_per_run, actions[response->action].max_per_run);
	if (read_kinds(response, place, err) ||
		find_channel(response, &settings->outlets, place, err) ||
		check_workflow(response, &settings->outlets, place, err))
		return -1;
	return check_input_texts(response, place, err);
}

static int read_response(const struct json *json, const char *place,
	const struct notify_settings *settings, struct response *response, struct error *err)
{
	if (policy_keys_read(json, response_keys, response, place, err) ||
		check_keys(json, response, place, err))
		return -1;
	return settle_response(response, settings, place, err);
}

int responses_read(const struct json *json, const struct notify_settings *settings,
	struct responses *responses, struct error *err)
{
	int rc = 0;

	if (!json)
		return 0;
	if (json_type(json) != JSON_OBJECT)
		return policy_wrong(
			json, "responses", "an object of responses by their names", err);
	for (const struct json *at = json_first(json); at && !rc; at = json_next(at)) {
		struct response *response = ARRAY_ADD(responses);
		struct buf place = BUF_INIT, name = BUF_INIT;

		*response = (struct response){ .name = str_dup(json_name(at)),
			.at_least = URGENCY_WARNING };
		buf_add_printable(&name, response->name);
		buf_addf(&place, "responses.%.60s", name.data);
		if (!name.len || strcmp(name.data, response->name) != 0)
			rc = error_set(err, ERR_USAGE,
				"responses has one named \"%.60s\"; a name must not be empty or hold a control character",
				name.data);
		else
			rc = read_response(at, place.data, settings, response, err);
		buf_release(&place);
		buf_release(&name);
	}
	return rc;
}

void responses_release(struct responses *responses)
{
	for (size_t i = 0; i < responses->nr; i++) {
		policy_keys_release(response_keys, &responses->items[i]);
		condition_free(responses->items[i].parsed);
		free(responses->items[i].name);
	}
	ARRAY_RELEASE(responses);
}
