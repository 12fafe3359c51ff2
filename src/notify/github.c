/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GitHub, its Enterprise servers, and what speaks like them. */
#include "notify/github.h"

#include "notify/kinds.h"

#include <stdlib.h>
#include <string.h>

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

static void authorise(struct talk *talk, const char *token)
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
	.authorise = authorise,
};

static void init(void *settings)
{
	forge_init(settings, "GITHUB_TOKEN");
}

static int check(const struct outlet *outlet, const char *place, struct error *err)
{
	const char *repository = forge_settings(outlet)->repository;
	const char *slash = repository ? strchr(repository, '/') : NULL;

	if (repository && (!slash || slash == repository || !slash[1] || strchr(slash + 1, '/')))
		return error_set(err, ERR_USAGE,
			"%s.repository is \"%.80s\"; it must be \"owner/name\"", place, repository);
	return forge_check(outlet, place, err);
}

static void add_comment(const struct outlet *outlet, const struct news *news,
	const char *repository, struct json *acts)
{
	const char *change = forge_change(&github, news->occasion);
	struct json *act;

	if (!forge_comments(&github, outlet, news->occasion))
		return;
	act = forge_add_act(acts, "comment", "pull-requests: write");
	forge_add_path(act, "path", "/repos/%s/issues/%s/comments", repository, change);
	forge_add_path(act, "update", "/repos/%s/issues/comments", repository);
	forge_add_comment(outlet, news, act);
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

static void add_status(const struct outlet *outlet, const struct news *news, const char *repository,
	struct json *acts)
{
	const struct occasion *occasion = news->occasion;
	struct json *act = forge_add_act(acts, "commit status", "statuses: write"), *sent;
	struct buf line = BUF_INIT;

	forge_add_path(act, "path", "/repos/%s/statuses/%s", repository, occasion->commit);
	forge_add_line(news->verdict, &line);
	sent = json_add_object(act, "json");
	json_add_text(sent, "state", state_of(news->verdict));
	json_add_text(sent, "context", forge_settings(outlet)->context);
	json_add_text(sent, "description", line.data);
	if (*occasion->job_url)
		json_add_text(sent, "target_url", occasion->job_url);
	buf_release(&line);
}

static bool compose(const struct outlet *outlet, const struct news *news, struct json *body)
{
	const struct forge_settings *settings = forge_settings(outlet);
	const char *repository = forge_repository(&github, outlet, news->occasion);
	struct json *acts;

	if (!news->verdict)
		return false;
	if (!*repository)
		return forge_end(&github, outlet, news, NULL);
	acts = forge_begin(&github, outlet, news->occasion, body);
	add_comment(outlet, news, repository, acts);
	if (settings->status == CHOICE_YES && *news->occasion->commit)
		add_status(outlet, news, repository, acts);
	if (settings->check == CHOICE_YES && *news->occasion->commit)
		github_add_check(outlet, news, repository, acts);
	return forge_end(&github, outlet, news, acts);
}

static void about(const struct outlet *outlet, const struct occasion *occasion, struct buf *out)
{
	forge_add_about(&github, outlet, occasion, out);
}

static enum talk_next step(struct talk *talk)
{
	return forge_step(&github, talk);
}

const struct notifier github_notifier = {
	.type = "github",
	.what = "a pull request's comment, a commit's status, a check with annotations",
	.keys = keys,
	.size = sizeof(struct forge_settings),
	.init = init,
	.check = check,
	.stays = true,
	.about = about,
	.compose = compose,
	.step = step,
};
