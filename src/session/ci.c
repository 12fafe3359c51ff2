/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ci.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

/* GitHub and Gitea, GitLab, Jenkins, Azure, Bitbucket, Buildkite, Drone and Woodpecker. */
static const char *const target_variables[] = { "GITHUB_BASE_REF",
	"CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "CHANGE_TARGET", "SYSTEM_PULLREQUEST_TARGETBRANCH",
	"BITBUCKET_PR_DESTINATION_BRANCH", "BUILDKITE_PULL_REQUEST_BASE_BRANCH",
	"CI_COMMIT_TARGET_BRANCH", "DRONE_TARGET_BRANCH" };

bool ci_is_there(void)
{
	const char *ci = getenv("CI");

	return ci && *ci && strcmp(ci, "false") != 0 && strcmp(ci, "0") != 0;
}

const char *ci_target_branch(void)
{
	static const char heads[] = "refs/heads/";

	for (size_t i = 0; i < sizeof target_variables / sizeof *target_variables; i++) {
		const char *branch = getenv(target_variables[i]);

		if (branch && str_starts(branch, heads))
			branch += sizeof heads - 1;
		if (branch && *branch)
			return branch;
	}
	return NULL;
}
