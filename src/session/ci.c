/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ci.h"

#include "base/str.h"
#include "notify/ci_context.h"

#include <stdlib.h>
#include <string.h>

/* Where a CI system says that it tests a change, and the branch that the change is for. */
struct change_variables {
	const char *change; /* set, and not "false", for a change; NULL: the branch alone says so */
	const char *branch; /* NULL: it is not said */
};

static const struct change_variables change_rows[] = {
	{ NULL, "GITHUB_BASE_REF" }, /* Gitea and Forgejo, too */
	{ NULL, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME" },
	{ NULL, "CHANGE_TARGET" },
	{ NULL, "ghprbTargetBranch" },
	{ NULL, "SYSTEM_PULLREQUEST_TARGETBRANCH" },
	{ NULL, "BITBUCKET_PR_DESTINATION_BRANCH" },
	{ NULL, "BUILDKITE_PULL_REQUEST_BASE_BRANCH" },
	{ NULL, "CI_COMMIT_TARGET_BRANCH" },
	{ NULL, "DRONE_TARGET_BRANCH" },
	{ NULL, "CIRRUS_BASE_BRANCH" },
	{ "TRAVIS_PULL_REQUEST", "TRAVIS_BRANCH" },
	{ "APPVEYOR_PULL_REQUEST_NUMBER", "APPVEYOR_REPO_BRANCH" },
	{ "CIRCLE_PULL_REQUEST", NULL },
	{ "CIRCLE_PR_NUMBER", NULL },
};

/* NULL where it says nothing. */
static const char *value_of(const char *variable)
{
	const char *value = variable ? getenv(variable) : NULL;

	return value && *value && strcmp(value, "false") != 0 ? value : NULL;
}

/* The row of the change that is tested, or NULL. */
static const struct change_variables *find_change(void)
{
	for (size_t i = 0; i < sizeof change_rows / sizeof *change_rows; i++)
		if (value_of(change_rows[i].change ? change_rows[i].change : change_rows[i].branch))
			return &change_rows[i];
	return NULL;
}

bool ci_is_there(void)
{
	const char *ci = getenv("CI");

	return ci && *ci && strcmp(ci, "false") != 0 && strcmp(ci, "0") != 0;
}

bool ci_tests_change(void)
{
	return find_change() != NULL;
}

bool ci_is_asked_for(void)
{
	static const char *const rows[][2] = { { "GITHUB_EVENT_NAME", "workflow_dispatch" },
		{ "CI_PIPELINE_SOURCE", "api" }, { "CI_PIPELINE_SOURCE", "trigger" },
		{ "CI_PIPELINE_SOURCE", "web" } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *value = getenv(rows[i][0]);

		if (value && strcmp(value, rows[i][1]) == 0)
			return true;
	}
	return false;
}

static const char *without_heads(const char *branch)
{
	static const char heads[] = "refs/heads/";

	return branch && str_starts(branch, heads) ? branch + sizeof heads - 1 : branch;
}

const char *ci_target_branch(void)
{
	const struct change_variables *row = find_change();

	return without_heads(row ? value_of(row->branch) : NULL);
}

/* Those of a change stand before those of the state that it is merged into. */
static const char *const branch_variables[] = { "GITHUB_HEAD_REF", "GITHUB_REF_NAME",
	"CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_COMMIT_BRANCH", "CHANGE_BRANCH", "BRANCH_NAME",
	"SYSTEM_PULLREQUEST_SOURCEBRANCH", "BUILD_SOURCEBRANCHNAME", "BITBUCKET_BRANCH",
	"BUILDKITE_BRANCH", "DRONE_SOURCE_BRANCH", "DRONE_BRANCH", "CIRRUS_BRANCH",
	"TRAVIS_PULL_REQUEST_BRANCH", "TRAVIS_BRANCH", "APPVEYOR_REPO_BRANCH", "CIRCLE_BRANCH" };

const char *ci_branch(void)
{
	const char *branch = NULL;

	for (size_t i = 0; i < sizeof branch_variables / sizeof *branch_variables && !branch; i++)
		branch = value_of(branch_variables[i]);
	return without_heads(branch);
}

void ci_describe_job(struct env *env)
{
	char *url = ci_context_job_url();

	env_set(env, ENV_CI_JOB, url);
	free(url);
}
