/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/reactions.h"

#include "base/array.h"
#include "base/date.h"
#include "base/json_fields.h"
#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void reaction_release(struct reaction *reaction)
{
	free(reaction->response);
	free(reaction->fingerprint);
	free(reaction->at);
	free(reaction->thread);
	free(reaction->finding);
}

static void entry_release(struct reaction_entry *entry)
{
	free(entry->at);
	free(entry->response);
	free(entry->benchmark);
	free(entry->did);
	free(entry->result);
}

void reactions_release(struct reactions *reactions)
{
	for (size_t i = 0; i < reactions->nr; i++)
		reaction_release(&reactions->items[i]);
	for (size_t i = 0; i < reactions->log.nr; i++)
		entry_release(&reactions->log.items[i]);
	ARRAY_RELEASE(&reactions->log);
	ARRAY_RELEASE(reactions);
}

struct reaction *reactions_find(
	const struct reactions *reactions, const char *response, const char *fingerprint)
{
	for (size_t i = 0; i < reactions->nr; i++)
		if (strcmp(reactions->items[i].fingerprint, fingerprint) == 0 &&
			strcmp(reactions->items[i].response, response) == 0)
			return &reactions->items[i];
	return NULL;
}

static void drop_first(struct reactions *reactions)
{
	reaction_release(&reactions->items[0]);
	reactions->nr--;
	memmove(reactions->items, reactions->items + 1, reactions->nr * sizeof *reactions->items);
}

/* The newest findings are kept. */
static void drop_findings(struct reactions *reactions)
{
	size_t nr = 0;

	for (size_t i = reactions->nr; i-- > 0;)
		if (reactions->items[i].finding && ++nr > REACTIONS_MAX_FINDINGS)
			str_set(&reactions->items[i].finding, NULL);
}

struct reaction *reactions_begin(
	struct reactions *reactions, const char *response, const char *fingerprint, const char *now)
{
	struct reaction *found = reactions_find(reactions, response, fingerprint);
	struct reaction reaction = { .response = NULL };

	if (found) {
		size_t at = (size_t)(found - reactions->items);

		reaction = *found;
		reactions->nr--;
		memmove(found, found + 1, (reactions->nr - at) * sizeof *found);
	} else {
		reaction.response = str_dup(response);
		reaction.fingerprint = str_dup(fingerprint);
	}
	if (reactions->nr >= REACTIONS_MAX)
		drop_first(reactions);
	str_set(&reaction.at, now);
	reaction.failed = true;
	*ARRAY_ADD(reactions) = reaction;
	drop_findings(reactions);
	return &reactions->items[reactions->nr - 1];
}

void reactions_log(struct reactions *reactions, struct reaction_entry entry)
{
	struct reaction_log *log = &reactions->log;

	if (log->nr >= REACTIONS_MAX_LOG) {
		entry_release(&log->items[0]);
		log->nr--;
		memmove(log->items, log->items + 1, log->nr * sizeof *log->items);
	}
	*ARRAY_ADD(log) = entry;
}

static const struct json_field reaction_rows[] = {
	JSON_FIELD_TEXT("response", struct reaction, response),
	JSON_FIELD_TEXT("fingerprint", struct reaction, fingerprint),
	JSON_FIELD_TEXT("at", struct reaction, at),
	JSON_FIELD_WORD("kind", struct reaction, kind, enum notice_kind, notice_words),
	JSON_FIELD_WORD("severity", struct reaction, urgency, enum urgency, urgency_words),
	JSON_FIELD_U64("escalations", struct reaction, nr_escalated),
	JSON_FIELD_BOOL("failed", struct reaction, failed),
	JSON_FIELD_MAYBE("thread", struct reaction, thread),
	JSON_FIELD_MAYBE("finding", struct reaction, finding),
	JSON_FIELD_END,
};

static const struct json_field entry_rows[] = {
	JSON_FIELD_TEXT("at", struct reaction_entry, at),
	JSON_FIELD_TEXT("response", struct reaction_entry, response),
	JSON_FIELD_TEXT("benchmark", struct reaction_entry, benchmark),
	JSON_FIELD_TEXT("did", struct reaction_entry, did),
	JSON_FIELD_TEXT("result", struct reaction_entry, result),
	JSON_FIELD_NUMBER("seconds", struct reaction_entry, seconds),
	JSON_FIELD_END,
};

void reactions_write(const struct reactions *reactions, struct json *to)
{
	struct json *list = json_add_array(to, "reactions");

	for (size_t i = 0; i < reactions->nr; i++)
		json_fields_write(json_add_object(list, NULL), reaction_rows, &reactions->items[i]);
	list = json_add_array(to, "log");
	for (size_t i = 0; i < reactions->log.nr; i++)
		json_fields_write(
			json_add_object(list, NULL), entry_rows, &reactions->log.items[i]);
}

static int check_reaction_time(const char *time, const char *where, struct error *err)
{
	if (date_is_time(time))
		return 0;
	return error_set(err, ERR_USAGE,
		"%s.at is \"%.40s\"; it must be a time such as 2026-11-21T04:05:06Z", where, time);
}

static int read_reactions(const struct json *list, struct reactions *reactions, struct error *err)
{
	char where[64];

	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		struct reaction *reaction;

		if (reactions->nr >= REACTIONS_MAX)
			drop_first(reactions);
		reaction = ARRAY_ADD(reactions);
		*reaction = (struct reaction){ .response = NULL };
		snprintf(where, sizeof where, "reactions[%zu]", reactions->nr - 1);
		if (json_fields_read(at, reaction_rows, reaction, where, err) ||
			check_reaction_time(reaction->at, where, err))
			return -1;
	}
	drop_findings(reactions);
	return 0;
}

static int read_reaction_log(
	const struct json *list, struct reactions *reactions, struct error *err)
{
	char where[64];
	size_t nr = 0;

	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		struct reaction_entry entry = { .at = NULL };

		snprintf(where, sizeof where, "log[%zu]", nr++);
		if (json_fields_read(at, entry_rows, &entry, where, err) ||
			check_reaction_time(entry.at, where, err)) {
			entry_release(&entry);
			return -1;
		}
		reactions_log(reactions, entry);
	}
	return 0;
}

int reactions_read(const struct json *from, struct reactions *reactions, struct error *err)
{
	const struct json *list = json_get(from, "reactions"), *log = json_get(from, "log");

	if (list && json_type(list) != JSON_ARRAY)
		return error_set(err, ERR_USAGE, "reactions is %s; it must be a list",
			json_type_name(json_type(list)));
	if (log && json_type(log) != JSON_ARRAY)
		return error_set(err, ERR_USAGE, "log is %s; it must be a list",
			json_type_name(json_type(log)));
	return (list && read_reactions(list, reactions, err)) ||
			(log && read_reaction_log(log, reactions, err))
		? -1
		: 0;
}
