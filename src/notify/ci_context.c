/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/ci_context.h"

#include "base/buf.h"
#include "base/json_fields.h"
#include "base/str.h"
#include "sys/file.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* GitHub sends no larger ones. */
#define MAX_EVENT_BYTES (25u << 20)

static const struct json_field rows[] = {
	JSON_FIELD_TEXT("system", struct ci_context, system),
	JSON_FIELD_TEXT("api", struct ci_context, api),
	JSON_FIELD_TEXT("repository", struct ci_context, repository),
	JSON_FIELD_TEXT("commit", struct ci_context, commit),
	JSON_FIELD_TEXT("branch", struct ci_context, branch),
	JSON_FIELD_TEXT("pull_request", struct ci_context, pull_request),
	JSON_FIELD_TEXT("job_url", struct ci_context, job_url),
	JSON_FIELD_BOOL("is_fork", struct ci_context, is_fork),
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
	size_t to;   /* in the CI context */
	size_t from; /* in the system's row */
	char *(*take)(const char *said);
} parts[] = {
	{ offsetof(struct ci_context, api), offsetof(struct ci_system, api), take_url },
	{ offsetof(struct ci_context, repository), offsetof(struct ci_system, repository),
		take_repository },
	{ offsetof(struct ci_context, commit), offsetof(struct ci_system, commit), take_commit },
	{ offsetof(struct ci_context, branch), offsetof(struct ci_system, branch), take_branch },
	{ offsetof(struct ci_context, pull_request), offsetof(struct ci_system, pull_request),
		take_number },
	{ offsetof(struct ci_context, job_url), offsetof(struct ci_system, job_url), take_url },
	{ offsetof(struct ci_context, folder), offsetof(struct ci_system, folder), take_text },
};

#define NR_PARTS (sizeof parts / sizeof *parts)

static char **field_of(struct ci_context *ci, const struct part *part)
{
	return (char **)(void *)((char *)ci + part->to);
}

static void put(struct ci_context *ci, const struct part *part, const char *said)
{
	char **field = field_of(ci, part), *taken = part->take(said);

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
	{ "pull_request.number", offsetof(struct ci_context, pull_request) },
	{ "pull_request.head.sha", offsetof(struct ci_context, commit) },
	{ "pull_request.head.ref", offsetof(struct ci_context, branch) },
	{ "workflow_run.head_sha", offsetof(struct ci_context, commit) },
	{ "workflow_run.head_branch", offsetof(struct ci_context, branch) },
	{ "workflow_run.pull_requests.0.number", offsetof(struct ci_context, pull_request) },
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

static void take_event_row(const struct json *event, size_t row, struct ci_context *ci)
{
	struct buf said = BUF_INIT;

	find_in(event, event_rows[row].path, &said);
	for (size_t i = 0; i < NR_PARTS; i++)
		if (parts[i].to == event_rows[row].to)
			put(ci, &parts[i], said.data);
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
static void take_event(struct ci_context *ci)
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
		take_event_row(event, i, ci);
	ci->is_fork = event_is_of_fork(event);
	json_free(event);
}

static void fill(struct ci_context *ci, const struct ci_system *system)
{
	for (size_t i = 0; i < NR_PARTS; i++) {
		const char *alternatives =
			*(const char *const *)(const void *)((const char *)system + parts[i].from);
		char **field = field_of(ci, &parts[i]);

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

void ci_context_find(struct ci_context *ci, const char *commit, const char *branch)
{
	const struct ci_system *system = ci_system_find();

	*ci = (struct ci_context){ .system = str_dup(system ? system->name : "") };
	if (system && strcmp(system->name, "github") == 0)
		take_event(ci);
	if (system) {
		fill(ci, system);
		ci->is_fork = ci->is_fork || system_is_of_fork(system);
	}
	if (!ci->commit && commit)
		ci->commit = take_commit(commit);
	if (!ci->branch && branch)
		ci->branch = take_branch(branch);
	for (size_t i = 0; i < NR_PARTS; i++)
		if (!*field_of(ci, &parts[i]))
			*field_of(ci, &parts[i]) = str_dup("");
}

char *ci_context_job_url(void)
{
	const struct ci_system *system = ci_system_find();

	return system ? ci_system_say(system->job_url, take_url) : NULL;
}

void ci_context_release(struct ci_context *ci)
{
	free(ci->system);
	for (size_t i = 0; i < NR_PARTS; i++)
		free(*field_of(ci, &parts[i]));
}

void ci_context_write(const struct ci_context *ci, struct json *to)
{
	json_fields_write(to, rows, ci);
}

#define MAX_VARIABLE 64

static const struct ci_system systems[] = {
	{ .name = "github",
		.mark = "GITHUB_ACTIONS",
		.api = "$GITHUB_API_URL",
		.repository = "$GITHUB_REPOSITORY",
		.commit = "$GITHUB_SHA",
		.branch = "$GITHUB_HEAD_REF $GITHUB_REF_NAME $GITHUB_REF",
		.pull_request = "$GITHUB_REF",
		.job_url = "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID",
		.folder = "$GITHUB_WORKSPACE" },
	/* A merge request's number is one of the project that it is to be merged into. */
	{ .name = "gitlab",
		.mark = "GITLAB_CI",
		.api = "$CI_API_V4_URL",
		.repository = "$CI_MERGE_REQUEST_PROJECT_ID $CI_PROJECT_ID",
		.commit = "$CI_MERGE_REQUEST_SOURCE_BRANCH_SHA $CI_COMMIT_SHA",
		.branch = "$CI_MERGE_REQUEST_SOURCE_BRANCH_NAME $CI_COMMIT_REF_NAME",
		.pull_request = "$CI_MERGE_REQUEST_IID",
		.job_url = "$CI_JOB_URL",
		.folder = "$CI_PROJECT_DIR",
		.source = "$CI_MERGE_REQUEST_SOURCE_PROJECT_ID",
		.target = "$CI_MERGE_REQUEST_PROJECT_ID $CI_PROJECT_ID" },
	{ .name = "jenkins",
		.mark = "JENKINS_URL",
		.commit = "$GIT_COMMIT",
		.branch = "$CHANGE_BRANCH $BRANCH_NAME $GIT_BRANCH",
		.pull_request = "$CHANGE_ID",
		.job_url = "$BUILD_URL",
		.folder = "$WORKSPACE" },
	{ .name = "azure",
		.mark = "TF_BUILD",
		.commit = "$SYSTEM_PULLREQUEST_SOURCECOMMITID $BUILD_SOURCEVERSION",
		.branch = "$SYSTEM_PULLREQUEST_SOURCEBRANCH $BUILD_SOURCEBRANCH",
		.pull_request = "$SYSTEM_PULLREQUEST_PULLREQUESTNUMBER",
		.job_url =
			"$SYSTEM_COLLECTIONURI$SYSTEM_TEAMPROJECT/_build/results?buildId=$BUILD_BUILDID",
		.folder = "$BUILD_SOURCESDIRECTORY" },
	{ .name = "buildkite",
		.mark = "BUILDKITE",
		.commit = "$BUILDKITE_COMMIT",
		.branch = "$BUILDKITE_BRANCH",
		.pull_request = "$BUILDKITE_PULL_REQUEST",
		.job_url = "$BUILDKITE_BUILD_URL",
		.folder = "$BUILDKITE_BUILD_CHECKOUT_PATH" },
	{ .name = "circleci",
		.mark = "CIRCLECI",
		.commit = "$CIRCLE_SHA1",
		.branch = "$CIRCLE_BRANCH",
		.pull_request = "$CIRCLE_PR_NUMBER $CIRCLE_PULL_REQUEST",
		.job_url = "$CIRCLE_BUILD_URL",
		.folder = "$CIRCLE_WORKING_DIRECTORY" },
	{ .name = "drone",
		.mark = "DRONE",
		.commit = "$DRONE_COMMIT_SHA",
		.branch = "$DRONE_SOURCE_BRANCH $DRONE_BRANCH",
		.pull_request = "$DRONE_PULL_REQUEST",
		.job_url = "$DRONE_BUILD_LINK",
		.folder = "$DRONE_WORKSPACE" },
	{ .name = "woodpecker",
		.mark = "CI=woodpecker",
		.commit = "$CI_COMMIT_SHA",
		.branch = "$CI_COMMIT_SOURCE_BRANCH $CI_COMMIT_BRANCH",
		.pull_request = "$CI_COMMIT_PULL_REQUEST",
		.job_url = "$CI_PIPELINE_URL",
		.folder = "$CI_WORKSPACE" },
	{ .name = "bitbucket",
		.mark = "BITBUCKET_BUILD_NUMBER",
		.commit = "$BITBUCKET_COMMIT",
		.branch = "$BITBUCKET_BRANCH",
		.pull_request = "$BITBUCKET_PR_ID",
		.job_url = "$BITBUCKET_GIT_HTTP_ORIGIN/pipelines/results/$BITBUCKET_BUILD_NUMBER",
		.folder = "$BITBUCKET_CLONE_DIR" },
};

/* NULL where it is not set, or empty. */
static const char *find_variable(const char *name, size_t len)
{
	char copy[MAX_VARIABLE];
	const char *value;

	if (len >= sizeof copy)
		return NULL;
	memcpy(copy, name, len);
	copy[len] = '\0';
	value = getenv(copy);
	return value && *value ? value : NULL;
}

static bool is_marked(const char *mark)
{
	size_t len = strcspn(mark, "=");
	const char *value = find_variable(mark, len);

	return value && (!mark[len] || strcmp(value, mark + len + 1) == 0);
}

const struct ci_system *ci_system_find(void)
{
	for (size_t i = 0; i < sizeof systems / sizeof *systems; i++)
		if (is_marked(systems[i].mark))
			return &systems[i];
	return NULL;
}

static bool add_variable(const char *name, size_t len, struct buf *out)
{
	const char *value = find_variable(name, len);

	if (value)
		buf_adds(out, value);
	return value != NULL;
}

/* One alternative, len bytes long: false where a variable of it is not set. */
static bool expand(const char *text, size_t len, struct buf *out)
{
	static const char names[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	const char *end = text + len;

	while (text < end) {
		size_t name_len = *text == '$' ? strspn(text + 1, names) : 0;

		if (!name_len)
			buf_addc(out, *text++);
		else if (add_variable(text + 1, name_len, out))
			text += 1 + name_len;
		else
			return false;
	}
	return true;
}

char *ci_system_say(const char *alternatives, char *(*take)(const char *said))
{
	char *taken = NULL;

	for (const char *at = alternatives; at && *at && !taken;) {
		struct buf said = BUF_INIT;
		size_t len = strcspn(at, " ");

		if (expand(at, len, &said))
			taken = take(said.data);
		buf_release(&said);
		at += len + (at[len] == ' ');
	}
	return taken;
}
