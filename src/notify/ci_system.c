/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/ci_system.h"

#include "base/buf.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

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
