/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GitLab, wherever it runs. */
#include "notify/forge.h"
#include "notify/notifier.h"

#include <string.h>

static const struct policy_key keys[] = {
	FORGE_KEYS("project"),
	POLICY_KEY_END,
};

static const struct forge_hint hints[] = {
	{ 401, NULL, false, TALK_LATER,
		"it does not take the token: is it expired, another server's, or a job's own (which can only read notes)?",
		NULL },
	{ 403, "insufficient_scope", false, TALK_LATER, "the token lacks the scope", "scope" },
	{ 403, NULL, true, TALK_REFUSED,
		"a pipeline of a fork gets no protected variables; run it in the project itself ('benchgate help channels')",
		NULL },
	{ 403, NULL, false, TALK_LATER, "the token may not do that; it takes", "needs" },
	{ 404, NULL, false, TALK_REFUSED, "it is not there, or the token may not see it: project",
		"where" },
	{ .status = 0 },
};

/* A job has a token of its own, which goes by another name. */
static void gitlab_authorise(struct talk *talk, const char *token)
{
	const char *variable = forge_settings(talk->outlet)->token.env;
	bool is_job = variable && strcmp(variable, "CI_JOB_TOKEN") == 0;

	http_request_header(&talk->request, is_job ? "JOB-TOKEN" : "PRIVATE-TOKEN", token);
}

static const struct forge gitlab = {
	.system = "gitlab",
	.change = "merge request",
	.api = "https://gitlab.com/api/v4",
	.api_variable = "CI_API_V4_URL",
	.update = "PUT",
	.order = "&order_by=created_at&sort=asc",
	.author = "author",
	.author_name = "username",
	.path_is_one_part = true,
	.accepted = "Cannot transition status",
	.hints = hints,
	.authorise = gitlab_authorise,
};

static void gitlab_init(void *settings)
{
	forge_init(settings, "GITLAB_TOKEN");
}

static void gitlab_add_note(const struct outlet *outlet, const struct content *content,
	const char *project, struct json *acts)
{
	const char *change = forge_change(&gitlab, content->ci);
	struct json *act;

	if (!forge_comments(&gitlab, outlet, content->ci))
		return;
	act = forge_add_act(acts, "comment", "a Reporter's role");
	forge_add_path(act, "path", "/projects/%s/merge_requests/%s/notes", project, change);
	forge_add_path(act, "update", "/projects/%s/merge_requests/%s/notes", project, change);
	forge_add_comment(outlet, content, act);
}

static void gitlab_add_status(const struct outlet *outlet, const struct content *content,
	const char *project, struct json *acts)
{
	const struct ci_context *ci = content->ci;
	struct json *act, *sent;
	struct buf line = BUF_INIT;

	if (forge_settings(outlet)->status != CHOICE_YES || !*ci->commit)
		return;
	act = forge_add_act(acts, "commit status", "a Developer's role");
	forge_add_path(act, "path", "/projects/%s/statuses/%s", project, ci->commit);
	forge_add_line(content->verdict, &line);
	sent = json_add_object(act, "json");
	json_add_text(sent, "state",
		forge_action(content->verdict) == ACTION_FAIL ? "failed" : "success");
	json_add_text(sent, "name", forge_settings(outlet)->context);
	json_add_text(sent, "description", line.data);
	if (*ci->job_url)
		json_add_text(sent, "target_url", ci->job_url);
	/* A fork's branch is none of the project's. */
	if (*ci->branch && !ci->is_fork)
		json_add_text(sent, "ref", ci->branch);
	buf_release(&line);
}

static bool gitlab_compose(
	const struct outlet *outlet, const struct content *content, struct json *body)
{
	struct buf project = BUF_INIT;
	struct json *acts;

	if (!content->verdict)
		return false;
	forge_add_repository(&gitlab, outlet, content->ci, &project);
	if (!project.len)
		return forge_end(&gitlab, outlet, content, NULL);
	acts = forge_begin(&gitlab, outlet, content->ci, body);
	json_add_text(body, "scope", "api");
	gitlab_add_note(outlet, content, project.data, acts);
	gitlab_add_status(outlet, content, project.data, acts);
	buf_release(&project);
	return forge_end(&gitlab, outlet, content, acts);
}

static void gitlab_about(const struct outlet *outlet, const struct ci_context *ci, struct buf *out)
{
	forge_add_about(&gitlab, outlet, ci, out);
}

static enum talk_next gitlab_step(struct talk *talk)
{
	return forge_step(&gitlab, talk);
}

const struct notifier gitlab_notifier = {
	.type = "gitlab",
	.what = "a merge request's note, a commit's status",
	.keys = keys,
	.size = sizeof(struct forge_settings),
	.forge = &gitlab,
	.init = gitlab_init,
	.check = forge_check,
	.stays = true,
	.about = gitlab_about,
	.compose = gitlab_compose,
	.step = gitlab_step,
};
