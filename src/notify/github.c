/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GitHub, its Enterprise servers, and what speaks like them. */
#include "base/str.h"
#include "notify/forge.h"
#include "notify/notifier.h"
#include "report/describe.h"
#include "report/formats.h"
#include "report/group.h"

#include <stdlib.h>
#include <string.h>

/* GitHub's, in characters. */
#define MAX_TITLE 255
#define MAX_MESSAGE 60000

/* NULL: nothing is to be said beside the source. */
static const char *github_level_of(
	const struct verdict *verdict, const struct comparison *comparison)
{
	enum action action = verdict_action(verdict, comparison);

	if (action == ACTION_FAIL)
		return "failure";
	if (action == ACTION_WARN || comparison->word == VERDICT_ACCEPTED)
		return "warning";
	return comparison->word == VERDICT_IMPROVEMENT ? "notice" : NULL;
}

/* From the repository's top, where GitHub knows it; NULL where it does not lie in there. */
static const char *github_path_of(const struct ci_context *ci, const struct result *result)
{
	const char *file = result->file ? result->file : "";
	size_t len = strlen(ci->folder);

	if (len && strncmp(file, ci->folder, len) == 0 && file[len] == '/')
		file += len + 1;
	while (str_starts(file, "./"))
		file += 2;
	if (!*file || *file == '/' || str_starts(file, "../") || strstr(file, "/../"))
		return NULL;
	return file;
}

static void github_add_title(const struct comparison *comparison, struct json *to)
{
	struct buf all = BUF_INIT, title = BUF_INIT_MAX(MAX_TITLE);

	buf_addf(&all, "%s: ", verdict_word_name(comparison->word));
	verdict_add_name(comparison, &all);
	for (size_t at = 0, len; all.data[at] && (len = str_utf8_len(all.data + at)) && !title.full;
		at += len)
		buf_add(&title, all.data + at, len);
	json_add_text(to, "title", title.data);
	buf_release(&title);
	buf_release(&all);
}

static void github_add_message(
	const struct verdict *verdict, const struct comparison *comparison, struct json *to)
{
	struct buf text = BUF_INIT, mend = BUF_INIT;

	verdict_add_name(comparison, &text);
	buf_adds(&text, ": ");
	describe_reason(verdict, comparison, &text);
	describe_advice(comparison, &mend);
	if (mend.len)
		buf_addf(&text, "; %s", mend.data);
	if (text.len > MAX_MESSAGE)
		text.data[MAX_MESSAGE] = '\0';
	json_add_text(to, "message", text.data);
	buf_release(&mend);
	buf_release(&text);
}

/* A benchmark is annotated once, with what says most of it. */
static void github_add_annotations(const struct content *content, struct json *to)
{
	struct group group = GROUP_START;

	while (group_next(content->verdict, &group)) {
		const struct result *result = describe_result(group.worst);
		const char *level = github_level_of(content->verdict, group.worst),
			   *path = github_path_of(content->ci, result);
		double line = result->line ? (double)result->line : 1;
		struct json *annotation;

		if (!level || !path)
			continue;
		annotation = json_add_object(to, NULL);
		json_add_text(annotation, "path", path);
		json_add_number(annotation, "start_line", line);
		json_add_number(annotation, "end_line", line);
		json_add_text(annotation, "annotation_level", level);
		github_add_title(group.worst, annotation);
		github_add_message(content->verdict, group.worst, annotation);
	}
}

static void add_output(const struct verdict *verdict, struct json *to)
{
	struct buf text = BUF_INIT;

	forge_add_line(verdict, &text);
	json_add_text(to, "title", text.data);
	buf_clear(&text);
	markdown_report(verdict, &text);
	json_add_text(to, "summary", text.data);
	buf_release(&text);
}

static void github_add_check(const struct outlet *outlet, const struct content *content,
	const char *repository, struct json *acts)
{
	static const char *const conclusions[] = {
		[ACTION_PASS] = "success", [ACTION_WARN] = "neutral", [ACTION_FAIL] = "failure"
	};
	const struct ci_context *ci = content->ci;
	struct json *act = forge_add_act(acts, "check run", "checks: write"), *sent;

	forge_add_path(act, "path", "/repos/%s/check-runs", repository);
	sent = json_add_object(act, "json");
	json_add_text(sent, "name", forge_settings(outlet)->context);
	json_add_text(sent, "head_sha", ci->commit);
	json_add_text(sent, "status", "completed");
	json_add_text(sent, "conclusion", conclusions[forge_action(content->verdict)]);
	if (*ci->job_url)
		json_add_text(sent, "details_url", ci->job_url);
	add_output(content->verdict, json_add_object(act, "output"));
	github_add_annotations(content, json_add_array(act, "annotations"));
}

#define FORK_HINT \
	"a change from a fork gets a token that can only read; a workflow_run job can post it " \
	"('benchgate help channels')"

static const struct policy_key keys[] = {
	FORGE_KEYS("repository"),
	POLICY_KEY_CHOICE("check", struct forge_settings, check),
	POLICY_KEY_END,
};

static const struct forge_hint hints[] = {
	{ 401, NULL, false, TALK_LATER,
		"it does not take the token: is it expired, or another server's?", NULL },
	{ 403, NULL, true, TALK_REFUSED, FORK_HINT, NULL },
	{ 403, "Resource not accessible", false, TALK_LATER, "the token lacks the permission",
		"needs" },
	{ 403, NULL, false, TALK_LATER, "the token may not do that; it takes the permission",
		"needs" },
	{ 404, NULL, false, TALK_REFUSED,
		"it is not there, or the token may not see it:", "where" },
	{ 410, NULL, false, TALK_REFUSED, "it was taken away, or switched off:", "where" },
	{ .status = 0 },
};

static void github_authorise(struct talk *talk, const char *token)
{
	struct buf value = BUF_INIT;

	buf_addf(&value, "Bearer %s", token);
	http_request_header(&talk->request, "Authorization", value.data);
	http_request_header(&talk->request, "Accept", "application/vnd.github+json");
	http_request_header(&talk->request, "X-GitHub-Api-Version", "2022-11-28");
	explicit_bzero(value.data, value.len);
	buf_release(&value);
}

static const struct forge github = {
	.system = "github",
	.change = "pull request",
	.api = "https://api.github.com",
	.api_variable = "GITHUB_API_URL",
	.update = "PATCH",
	.order = "",
	.author = "user",
	.author_name = "login",
	.hints = hints,
	.authorise = github_authorise,
};

static void github_init(void *settings)
{
	forge_init(settings, "GITHUB_TOKEN");
}

static int github_check(const struct outlet *outlet, const char *place, struct error *err)
{
	const char *repository = forge_settings(outlet)->repository;
	const char *slash = repository ? strchr(repository, '/') : NULL;

	if (repository && (!slash || slash == repository || !slash[1] || strchr(slash + 1, '/')))
		return error_set(err, ERR_USAGE,
			"%s.repository is \"%.80s\"; it must be \"owner/name\"", place, repository);
	return forge_check(outlet, place, err);
}

static void add_comment(const struct outlet *outlet, const struct content *content,
	const char *repository, struct json *acts)
{
	const char *change = forge_change(&github, content->ci);
	struct json *act;

	if (!forge_comments(&github, outlet, content->ci))
		return;
	act = forge_add_act(acts, "comment", "pull-requests: write");
	forge_add_path(act, "path", "/repos/%s/issues/%s/comments", repository, change);
	forge_add_path(act, "update", "/repos/%s/issues/comments", repository);
	forge_add_comment(outlet, content, act);
}

/* What could not be measured is an error of the run, not a failure of the change. */
static const char *state_of(const struct verdict *verdict)
{
	if (forge_action(verdict) != ACTION_FAIL)
		return "success";
	switch (verdict->word) {
	case VERDICT_FAILED:
	case VERDICT_NOT_MEASURED:
	case VERDICT_REFUSED:
		return "error";
	default:
		return "failure";
	}
}

static void github_add_status(const struct outlet *outlet, const struct content *content,
	const char *repository, struct json *acts)
{
	const struct ci_context *ci = content->ci;
	struct json *act = forge_add_act(acts, "commit status", "statuses: write"), *sent;
	struct buf line = BUF_INIT;

	forge_add_path(act, "path", "/repos/%s/statuses/%s", repository, ci->commit);
	forge_add_line(content->verdict, &line);
	sent = json_add_object(act, "json");
	json_add_text(sent, "state", state_of(content->verdict));
	json_add_text(sent, "context", forge_settings(outlet)->context);
	json_add_text(sent, "description", line.data);
	if (*ci->job_url)
		json_add_text(sent, "target_url", ci->job_url);
	buf_release(&line);
}

static bool github_compose(
	const struct outlet *outlet, const struct content *content, struct json *body)
{
	const struct forge_settings *settings = forge_settings(outlet);
	const char *repository = forge_repository(&github, outlet, content->ci);
	struct json *acts;

	if (!content->verdict)
		return false;
	if (!*repository)
		return forge_end(&github, outlet, content, NULL);
	acts = forge_begin(&github, outlet, content->ci, body);
	add_comment(outlet, content, repository, acts);
	if (settings->status == CHOICE_YES && *content->ci->commit)
		github_add_status(outlet, content, repository, acts);
	if (settings->check == CHOICE_YES && *content->ci->commit)
		github_add_check(outlet, content, repository, acts);
	return forge_end(&github, outlet, content, acts);
}

static void github_about(const struct outlet *outlet, const struct ci_context *ci, struct buf *out)
{
	forge_add_about(&github, outlet, ci, out);
}

static enum talk_next github_step(struct talk *talk)
{
	return forge_step(&github, talk);
}

const struct notifier github_notifier = {
	.type = "github",
	.what = "a pull request's comment, a commit's status, a check with annotations",
	.keys = keys,
	.size = sizeof(struct forge_settings),
	.forge = &github,
	.init = github_init,
	.check = github_check,
	.stays = true,
	.about = github_about,
	.compose = github_compose,
	.step = github_step,
};
