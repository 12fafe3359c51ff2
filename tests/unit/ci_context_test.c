/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "base/mem.h"
#include "notify/ci_context.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEAD "0123456789abcdef0123456789abcdef01234567"
#define MERGE "89abcdef0123456789abcdef0123456789abcdef"

/* A test's environment is what it says and nothing else: NAME=VALUE, blanks between. */
static void set_environment(const char *variables)
{
	clearenv();
	while (*variables) {
		size_t len = strcspn(variables, " "), name_len = strcspn(variables, "=");
		char *name = mem_copy(variables, name_len);
		char *value = mem_copy(variables + name_len + 1, len - name_len - 1);

		setenv(name, value, 1);
		free(value);
		free(name);
		variables += len + (variables[len] == ' ');
	}
}

static char event_path[] = "/tmp/benchgate-event-XXXXXX";

static void set_event(const char *text)
{
	FILE *file = fopen(event_path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	setenv("GITHUB_EVENT_PATH", event_path, 1);
}

static int make_event(void **state)
{
	int fd = mkstemp(event_path);

	(void)state;
	return fd < 0 || close(fd) ? -1 : 0;
}

static int remove_event(void **state)
{
	(void)state;
	return unlink(event_path);
}

/* Eight of them, in the order of the struct, with bars between. */
static void is(const char *right, const char *commit, const char *branch)
{
	struct ci_context found;
	char said[1024];

	ci_context_find(&found, commit, branch);
	snprintf(said, sizeof said, "%s|%s|%s|%.4s|%s|%s|%s|%s", found.system, found.api,
		found.repository, found.commit, found.branch, found.pull_request, found.job_url,
		found.is_fork ? "fork" : "");
	assert_string_equal(said, right);
	ci_context_release(&found);
}

static const char github[] =
	"GITHUB_ACTIONS=true GITHUB_API_URL=https://ghe.example/api/v3 GITHUB_REPOSITORY=us/project "
	"GITHUB_SHA=" MERGE " GITHUB_REF=refs/pull/7/merge GITHUB_REF_NAME=7/merge "
	"GITHUB_HEAD_REF=topic GITHUB_SERVER_URL=https://ghe.example GITHUB_RUN_ID=99";

#define RUN "https://ghe.example/us/project/actions/runs/99"
#define PULL(from) \
	"{\"pull_request\": {\"number\": 7, \"head\": {\"sha\": \"" HEAD \
	"\", \"ref\": \"topic\", \"repo\": {\"full_name\": \"" from \
	"\"}}, \"base\": {\"repo\": {\"full_name\": \"us/project\"}}}}"

TEST(a_pull_request_is_its_head_not_its_merge)
{
	set_environment(github);
	set_event(PULL("us/project"));
	is("github|https://ghe.example/api/v3|us/project|0123|topic|7|" RUN "|", NULL, NULL);
	set_event(PULL("them/project"));
	is("github|https://ghe.example/api/v3|us/project|0123|topic|7|" RUN "|fork", MERGE, "x");
	/* That runs as the project does. */
	setenv("GITHUB_EVENT_NAME", "pull_request_target", 1);
	is("github|https://ghe.example/api/v3|us/project|0123|topic|7|" RUN "|", NULL, NULL);
}

/* The run that a workflow_run follows is another than the one that it is. */
TEST(a_following_workflow_is_of_what_it_follows)
{
	set_environment(github);
	setenv("GITHUB_HEAD_REF", "", 1);
	set_event("{\"workflow_run\": {\"head_sha\": \"" HEAD
		  "\", \"head_branch\": \"theirs\", \"pull_requests\": [], "
		  "\"head_repository\": {\"full_name\": \"them/project\"}}, "
		  "\"repository\": {\"full_name\": \"us/project\"}}");
	setenv("GITHUB_REF", "refs/heads/main", 1);
	is("github|https://ghe.example/api/v3|us/project|0123|theirs||" RUN "|", NULL, NULL);
	set_event("{\"workflow_run\": {\"pull_requests\": [{\"number\": 8}]}}");
	is("github|https://ghe.example/api/v3|us/project|89ab|7/merge|8|" RUN "|", NULL, NULL);
}

TEST(a_branch_that_ends_in_a_number_is_no_pull_request)
{
	static const char *const refs[] = { "refs/heads/release/7", "refs/heads/pull/7",
		"refs/tags/7", "refs/pull/7a/merge", "refs/pull//merge" };
	struct ci_context found;

	set_environment("GITHUB_ACTIONS=true");
	for (size_t i = 0; i < sizeof refs / sizeof *refs; i++) {
		setenv("GITHUB_REF", refs[i], 1);
		ci_context_find(&found, NULL, NULL);
		assert_string_equal(found.pull_request, "");
		ci_context_release(&found);
	}
}

TEST(an_event_that_cannot_be_read_says_nothing)
{
	static const char *const events[] = { "", "[", "{\"pull_request\": 7}",
		"{\"pull_request\": {\"number\": \"a/b\", \"head\": {\"sha\": [1]}}}", "[[[[1]]]]",
		"null", "{\"workflow_run\": {\"pull_requests\": {}}}" };

	set_environment(github);
	for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
		set_event(events[i]);
		is("github|https://ghe.example/api/v3|us/project|89ab|topic|7|" RUN "|", NULL,
			NULL);
	}
	setenv("GITHUB_EVENT_PATH", "/nowhere/event.json", 1);
	is("github|https://ghe.example/api/v3|us/project|89ab|topic|7|" RUN "|", NULL, NULL);
	/* No regular file, without an end */
	setenv("GITHUB_EVENT_PATH", "/dev/zero", 1);
	is("github|https://ghe.example/api/v3|us/project|89ab|topic|7|" RUN "|", NULL, NULL);
}

static const struct {
	const char *variables, *right;
} systems[] = {
	{ "GITLAB_CI=true CI_API_V4_URL=https://git.example/api/v4/ CI_PROJECT_ID=12 "
	  "CI_MERGE_REQUEST_IID=7 CI_COMMIT_SHA=" MERGE " CI_MERGE_REQUEST_SOURCE_BRANCH_SHA=" HEAD
	  " CI_COMMIT_REF_NAME=topic CI_JOB_URL=https://git.example/job/1 "
	  "CI_MERGE_REQUEST_SOURCE_PROJECT_ID=12",
		"gitlab|https://git.example/api/v4|12|0123|topic|7|https://git.example/job/1|" },
	{ "GITLAB_CI=true CI_PROJECT_ID=12 CI_COMMIT_SHA=" MERGE
	  " CI_COMMIT_REF_NAME=main CI_MERGE_REQUEST_SOURCE_BRANCH_SHA=",
		"gitlab||12|89ab|main|||" },
	/* In the fork's own pipeline the request is one of the other project. */
	{ "GITLAB_CI=true CI_PROJECT_ID=34 CI_MERGE_REQUEST_PROJECT_ID=12 CI_MERGE_REQUEST_IID=7 "
	  "CI_MERGE_REQUEST_SOURCE_PROJECT_ID=34 CI_MERGE_REQUEST_SOURCE_BRANCH_NAME=theirs",
		"gitlab||12||theirs|7||fork" },
	{ "GITLAB_CI=true CI_PROJECT_ID=12 CI_MERGE_REQUEST_SOURCE_PROJECT_ID=34 "
	  "CI_MERGE_REQUEST_IID=7",
		"gitlab||12|||7||fork" },
	{ "JENKINS_URL=https://j.example/ GIT_COMMIT=" HEAD " GIT_BRANCH=origin/topic CHANGE_ID=7 "
	  "BUILD_URL=https://j.example/job/p/1/",
		"jenkins|||0123|topic|7|https://j.example/job/p/1|" },
	{ "TF_BUILD=True BUILD_SOURCEVERSION=" MERGE " SYSTEM_PULLREQUEST_SOURCECOMMITID=" HEAD
	  " SYSTEM_PULLREQUEST_SOURCEBRANCH=refs/heads/topic "
	  "SYSTEM_PULLREQUEST_PULLREQUESTNUMBER=7 SYSTEM_COLLECTIONURI=https://a.example/us/ "
	  "SYSTEM_TEAMPROJECT=it BUILD_BUILDID=5",
		"azure|||0123|topic|7|https://a.example/us/it/_build/results?buildId=5|" },
	{ "BUILDKITE=true BUILDKITE_COMMIT=" HEAD " BUILDKITE_BRANCH=topic "
	  "BUILDKITE_PULL_REQUEST=false BUILDKITE_BUILD_URL=https://b.example/1",
		"buildkite|||0123|topic||https://b.example/1|" },
	{ "CIRCLECI=true CIRCLE_SHA1=" HEAD " CIRCLE_BRANCH=topic "
	  "CIRCLE_PULL_REQUEST=https://github.com/us/project/pull/7 "
	  "CIRCLE_BUILD_URL=https://c.example/1",
		"circleci|||0123|topic|7|https://c.example/1|" },
	{ "DRONE=true DRONE_COMMIT_SHA=" HEAD " DRONE_SOURCE_BRANCH=topic DRONE_BRANCH=main "
	  "DRONE_PULL_REQUEST=7 DRONE_BUILD_LINK=https://d.example/1",
		"drone|||0123|topic|7|https://d.example/1|" },
	{ "CI=woodpecker CI_COMMIT_SHA=" HEAD " CI_COMMIT_SOURCE_BRANCH=topic "
	  "CI_COMMIT_BRANCH=main CI_COMMIT_PULL_REQUEST=7 CI_PIPELINE_URL=https://w.example/1",
		"woodpecker|||0123|topic|7|https://w.example/1|" },
	{ "BITBUCKET_BUILD_NUMBER=3 BITBUCKET_COMMIT=" HEAD " BITBUCKET_BRANCH=topic "
	  "BITBUCKET_PR_ID=7 BITBUCKET_GIT_HTTP_ORIGIN=https://b.example/us/it",
		"bitbucket|||0123|topic|7|https://b.example/us/it/pipelines/results/3|" },
};

TEST(each_system_is_read_in_its_own_words)
{
	for (size_t i = 0; i < sizeof systems / sizeof *systems; i++) {
		set_environment(systems[i].variables);
		is(systems[i].right, NULL, NULL);
	}
}

/* What a repository knows is what there is without a system, and where one is silent. */
TEST(elsewhere_the_repository_is_asked)
{
	set_environment("CI=true");
	is("|||0123|topic|||", HEAD, "topic");
	set_environment("BUILDKITE=true BUILDKITE_BRANCH=theirs");
	is("buildkite|||0123|theirs|||", HEAD, "topic");
}

/* What becomes a part of an address is what it says it is, or it is not there. */
TEST(what_is_not_fit_is_not_taken)
{
	set_environment(
		"GITHUB_ACTIONS=true GITHUB_API_URL=javascript:x GITHUB_REPOSITORY=us/../them "
		"GITHUB_SHA=main GITHUB_REF=refs/pull/7x/merge "
		"GITHUB_SERVER_URL=https://x/\ty GITHUB_RUN_ID=99");
	is("github||||refs/pull/7x/merge|||", "not-a-commit", NULL);
	set_environment("GITHUB_ACTIONS=true GITHUB_REPOSITORY=us/p?q "
			"GITHUB_API_URL=https://x/<b> GITHUB_SHA=0123;45");
	is("github|||||||", NULL, "");
	set_environment("JENKINS_URL=https://j.example BUILD_URL=https://me:hidden@j.example/1");
	is("jenkins|||||||", NULL, "");
}

TEST(what_it_was_about_is_written)
{
	struct json *json = json_new_object();
	struct ci_context found;
	struct buf text = BUF_INIT;

	set_environment(github);
	set_event(PULL("them/project"));
	setenv("GITHUB_WORKSPACE", "/home/runner/secret-place", 1);
	ci_context_find(&found, NULL, NULL);
	assert_string_equal(found.folder, "/home/runner/secret-place");
	ci_context_write(&found, json);
	json_print(json, &text);
	assert_string_equal(json_text(json_get(json, "pull_request")), "7");
	assert_true(json_bool(json_get(json, "is_fork")));
	assert_null(strstr(text.data, "secret-place"));
	buf_release(&text);
	ci_context_release(&found);
	json_free(json);
}

TEST_GROUP(make_event, remove_event);
