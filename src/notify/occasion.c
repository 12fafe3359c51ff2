/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/occasion.h"

#include "base/json_fields.h"
#include "base/str.h"
#include "notify/ci_system.h"
#include "sys/file.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* GitHub sends no larger ones. */
#define MAX_EVENT_BYTES (25u << 20)

static const struct json_field rows[] = {
	JSON_FIELD_TEXT("system", struct occasion, system),
	JSON_FIELD_TEXT("api", struct occasion, api),
	JSON_FIELD_TEXT("repository", struct occasion, repository),
	JSON_FIELD_TEXT("commit", struct occasion, commit),
	JSON_FIELD_TEXT("branch", struct occasion, branch),
	JSON_FIELD_TEXT("pull_request", struct occasion, pull_request),
	JSON_FIELD_TEXT("job_url", struct occasion, job_url),
	JSON_FIELD_BOOL("is_fork", struct occasion, is_fork),
	JSON_FIELD_END,
};

/* Each of these takes what a field is said to be: what it is, owned, or NULL. */

static char *take_text(const char *said)
{
	return *said ? str_dup(said) : NULL;
}

static char *take_url(const char *said)
{
	size_t len = strlen(said);
	const char *host = said + strcspn(said, "/") + 2;

	if (!str_starts(said, "https://") && !str_starts(said, "http://"))
		return NULL;
	for (const char *at = said; *at; at++)
		if (!isgraph((unsigned char)*at) || strchr("<>\"\\`", *at))
			return NULL;
	/* A name and a password in it are nobody's business. */
	if (memchr(host, '@', strcspn(host, "/?#")))
		return NULL;
	while (said[len - 1] == '/')
		len--;
	return mem_copy(said, len);
}

/* It becomes a part of an address, as the next two do. */
static char *take_repository(const char *said)
{
	for (const char *at = said; *at; at++)
		if (!isalnum((unsigned char)*at) && !strchr("._-/", *at))
			return NULL;
	return *said && *said != '/' && !strstr(said, "..") ? str_dup(said) : NULL;
}

static char *take_commit(const char *said)
{
	size_t len = strspn(said, "0123456789abcdefABCDEF");

	return len >= 7 && len <= 64 && !said[len] ? str_dup(said) : NULL;
}

/* "7", "refs/pull/7/merge", "https://host/us/project/pull/7"; a branch may be called pull/7. */
static char *take_number(const char *said)
{
	static const char ref[] = "refs/pull/", part[] = "/pull/";
	const char *at = str_starts(said, "https://") ? strstr(said, part) : NULL;
	size_t len;

	if (at)
		said = at + strlen(part);
	else if (str_starts(said, ref))
		said += strlen(ref);
	len = strspn(said, "0123456789");
	return len && len <= 18 && (!said[len] || said[len] == '/') ? mem_copy(said, len) : NULL;
}

static char *take_branch(const char *said)
{
	static const char *const prefixes[] = { "refs/heads/", "refs/tags/", "origin/" };

	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
		if (str_starts(said, prefixes[i]))
			said += strlen(prefixes[i]);
	return take_text(said);
}

static const struct part {
	size_t to;   /* in the occasion */
	size_t from; /* in the system's row */
	char *(*take)(const char *said);
} parts[] = {
	{ offsetof(struct occasion, api), offsetof(struct ci_system, api), take_url },
	{ offsetof(struct occasion, repository), offsetof(struct ci_system, repository),
		take_repository },
	{ offsetof(struct occasion, commit), offsetof(struct ci_system, commit), take_commit },
	{ offsetof(struct occasion, branch), offsetof(struct ci_system, branch), take_branch },
	{ offsetof(struct occasion, pull_request), offsetof(struct ci_system, pull_request),
		take_number },
	{ offsetof(struct occasion, job_url), offsetof(struct ci_system, job_url), take_url },
	{ offsetof(struct occasion, folder), offsetof(struct ci_system, folder), take_text },
};

#define NR_PARTS (sizeof parts / sizeof *parts)

static char **field_of(struct occasion *occasion, const struct part *part)
{
	return (char **)(void *)((char *)occasion + part->to);
}

static void put(struct occasion *occasion, const struct part *part, const char *said)
{
	char **field = field_of(occasion, part), *taken = part->take(said);

	if (!taken)
		return;
	free(*field);
	*field = taken;
}

/* GitHub's account of what happened, which knows a pull request's own head where the environment
 * has a merge of it. */
static const struct {
	const char *path;
	size_t to;
} event_rows[] = {
	{ "pull_request.number", offsetof(struct occasion, pull_request) },
	{ "pull_request.head.sha", offsetof(struct occasion, commit) },
	{ "pull_request.head.ref", offsetof(struct occasion, branch) },
	{ "workflow_run.head_sha", offsetof(struct occasion, commit) },
	{ "workflow_run.head_branch", offsetof(struct occasion, branch) },
	{ "workflow_run.pull_requests.0.number", offsetof(struct occasion, pull_request) },
};

static const struct json *step_into(const struct json *json, const char *name)
{
	if (json_type(json) == JSON_ARRAY && strcmp(name, "0") == 0)
		return json_first(json);
	return json_type(json) == JSON_OBJECT ? json_get(json, name) : NULL;
}

/* What is there as a text; nothing where there is no such thing. */
static void find_in(const struct json *json, const char *path, struct buf *out)
{
	while (json && *path) {
		size_t len = strcspn(path, ".");
		char *name = mem_copy(path, len);

		json = step_into(json, name);
		free(name);
		path += len + (path[len] == '.');
	}
	if (json && json_type(json) == JSON_TEXT)
		buf_adds(out, json_text(json));
	if (json && json_type(json) == JSON_NUMBER)
		buf_addf(out, "%.0f", json_number(json));
}

static void take_event_row(const struct json *event, size_t row, struct occasion *occasion)
{
	struct buf said = BUF_INIT;

	find_in(event, event_rows[row].path, &said);
	for (size_t i = 0; i < NR_PARTS; i++)
		if (parts[i].to == event_rows[row].to)
			put(occasion, &parts[i], said.data);
	buf_release(&said);
}

/* Only what is tested as it comes from there is kept from secrets. */
static bool event_is_of_fork(const struct json *event)
{
	const char *name = getenv("GITHUB_EVENT_NAME");
	struct buf source = BUF_INIT, target = BUF_INIT;
	bool fork;

	find_in(event, "pull_request.head.repo.full_name", &source);
	find_in(event, "pull_request.base.repo.full_name", &target);
	fork = source.len && target.len && strcmp(source.data, target.data) != 0 &&
		!(name && strcmp(name, "pull_request_target") == 0);
	buf_release(&target);
	buf_release(&source);
	return fork;
}

/* One that cannot be read says nothing; the environment knows enough to go on with. */
static void take_event(struct occasion *occasion)
{
	const char *path = getenv("GITHUB_EVENT_PATH");
	struct error ignored = ERROR_INIT;
	struct buf text = BUF_INIT;
	struct json *event = NULL;

	if (path && *path && !file_read(path, MAX_EVENT_BYTES, &text, &ignored))
		event = json_parse(text.data, text.len, &ignored);
	buf_release(&text);
	if (!event)
		return;
	for (size_t i = 0; i < sizeof event_rows / sizeof *event_rows; i++)
		take_event_row(event, i, occasion);
	occasion->is_fork = event_is_of_fork(event);
	json_free(event);
}

static void fill(struct occasion *occasion, const struct ci_system *system)
{
	for (size_t i = 0; i < NR_PARTS; i++) {
		const char *alternatives =
			*(const char *const *)(const void *)((const char *)system + parts[i].from);
		char **field = field_of(occasion, &parts[i]);

		if (!*field)
			*field = ci_system_say(alternatives, parts[i].take);
	}
}

static bool system_is_of_fork(const struct ci_system *system)
{
	char *source = ci_system_say(system->source, take_text),
	     *target = ci_system_say(system->target, take_text);
	bool fork = source && target && strcmp(source, target) != 0;

	free(target);
	free(source);
	return fork;
}

void occasion_find(struct occasion *occasion, const char *commit, const char *branch)
{
	const struct ci_system *system = ci_system_find();

	*occasion = (struct occasion){ .system = str_dup(system ? system->name : "") };
	if (system && strcmp(system->name, "github") == 0)
		take_event(occasion);
	if (system) {
		fill(occasion, system);
		occasion->is_fork = occasion->is_fork || system_is_of_fork(system);
	}
	if (!occasion->commit && commit)
		occasion->commit = take_commit(commit);
	if (!occasion->branch && branch)
		occasion->branch = take_branch(branch);
	for (size_t i = 0; i < NR_PARTS; i++)
		if (!*field_of(occasion, &parts[i]))
			*field_of(occasion, &parts[i]) = str_dup("");
}

void occasion_release(struct occasion *occasion)
{
	free(occasion->system);
	for (size_t i = 0; i < NR_PARTS; i++)
		free(*field_of(occasion, &parts[i]));
}

void occasion_write(const struct occasion *occasion, struct json *to)
{
	json_fields_write(to, rows, occasion);
}
