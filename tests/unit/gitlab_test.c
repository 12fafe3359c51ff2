/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "support/forge_talk.h"

#define CHANNEL(more) "{\"type\": \"gitlab\", \"token\": {\"env\": \"FORGE_TEST_TOKEN\"}" more "}"
#define API "https://gitlab.com/api/v4"
#define NOTES API "/projects/12/merge_requests/7/notes"
#define PAGE(n) NOTES "?per_page=100&page=" #n "&order_by=created_at&sort=asc"
#define MARK "<!-- benchgate: the report of a pull request -->"
#define OURS "[{\"id\": 42, \"author\": {\"username\": \"robot\"}, \"body\": \"" MARK "\\nold\"}]"

static void slower(struct forge_talk *forge)
{
	talk_setup(forge, "gitlab", "12");
	judged_pair(&forge->judged, "hash", 0.12);
}

TEST(a_note_is_posted_where_there_is_none)
{
	struct forge_talk forge;
	const struct texts *headers = &forge.talk.request.headers;

	slower(&forge);
	talk_compose(&forge, CHANNEL(""), 0);
	assert_int_equal(talk_start(&forge), TALK_ASK);
	talk_asks(&forge, "GET", PAGE(1));
	assert_string_equal(http_header_in(headers, "private-token"), "planted-token");
	assert_null(http_header_in(headers, "job-token"));
	assert_null(http_header_in(headers, "content-type"));
	assert_int_equal(talk_answer(&forge, 200, "X-Next-Page: ", "[]"), TALK_ASK);
	talk_asks(&forge, "POST", NOTES);
	assert_string_equal(http_header_in(headers, "content-type"), "application/json");
	assert_non_null(strstr(forge.talk.request.body.data, "## Performance: REGRESSION"));
	assert_int_equal(talk_answer(&forge, 201, NULL, "{\"id\": 1}"), TALK_DONE);
	talk_teardown(&forge);
}

/* Notes that not everybody may see are left out of a page, which ends nothing. */
TEST(ours_is_changed_on_whatever_page_it_is)
{
	struct forge_talk forge;

	slower(&forge);
	talk_compose(&forge, CHANNEL(", \"author\": \"robot\""), 0);
	talk_start(&forge);
	assert_int_equal(talk_answer(&forge, 200, "X-Next-Page: 2", "[]"), TALK_ASK);
	talk_asks(&forge, "GET", PAGE(2));
	assert_int_equal(talk_answer(&forge, 200, "X-Next-Page: 3", OURS), TALK_ASK);
	talk_asks(&forge, "PUT", NOTES "/42");
	assert_true(forge.talk.repeatable);
	assert_int_equal(
		talk_answer(&forge, 404, NULL, "{\"message\": \"404 Not found\"}"), TALK_ASK);
	talk_asks(&forge, "POST", NOTES);
	assert_int_equal(talk_answer(&forge, 201, NULL, "{}"), TALK_DONE);
	talk_teardown(&forge);
}

/* A hundred pages without an end are a server that does not count. */
TEST(the_search_ends)
{
	struct forge_talk forge;
	size_t nr = 1;

	slower(&forge);
	talk_compose(&forge, CHANNEL(""), 0);
	assert_int_equal(talk_start(&forge), TALK_ASK);
	while (talk_answer(&forge, 200, "X-Next-Page: 2", "[]") == TALK_ASK)
		assert_true(++nr < 150);
	assert_int_equal(nr, 100);
	talk_says(&forge, "none of the first 10000 comments is ours");
	talk_teardown(&forge);
}

TEST(a_status_is_failed_or_success)
{
	struct forge_talk forge;

	slower(&forge);
	talk_compose(&forge, CHANNEL(", \"status\": true, \"comment\": \"never\""), 0);
	assert_int_equal(talk_start(&forge), TALK_ASK);
	talk_asks(&forge, "POST", API "/projects/12/statuses/" FORGE_COMMIT);
	talk_sends(&forge, "state", "failed");
	talk_sends(&forge, "name", "benchgate");
	talk_sends(&forge, "ref", "topic");
	talk_sends(&forge, "target_url", "https://ci.example/job/1");
	/* It has that state already. */
	assert_int_equal(
		talk_answer(&forge, 400, NULL,
			"{\"message\": \"Cannot transition status via :drop from :failed\"}"),
		TALK_DONE);
	talk_teardown(&forge);
	talk_setup(&forge, "gitlab", "12");
	judged_pair(&forge.judged, "hash", 0);
	talk_compose(&forge, CHANNEL(", \"status\": true, \"comment\": \"never\""), 0);
	talk_start(&forge);
	talk_sends(&forge, "state", "success");
	assert_int_equal(
		talk_answer(&forge, 400, NULL, "{\"message\": \"state is wrong\"}"), TALK_REFUSED);
	talk_says(&forge, "commit status: status 400: state is wrong");
	talk_teardown(&forge);
}

TEST(a_path_is_one_part_of_an_address)
{
	struct forge_talk forge;

	talk_setup(&forge, "jenkins", "");
	judged_pair(&forge.judged, "hash", 0.12);
	talk_compose(&forge,
		CHANNEL(", \"project\": \"us/our/it\", \"api_url\": \"https://git.example/sub/api/v4/\""),
		0);
	assert_int_equal(talk_start(&forge), TALK_ASK);
	talk_asks(&forge, "GET",
		"https://git.example/sub/api/v4/projects/us%2Four%2Fit/merge_requests/7/notes"
		"?per_page=100&page=1&order_by=created_at&sort=asc");
	talk_teardown(&forge);
}

TEST(a_jobs_own_token_goes_by_its_name)
{
	struct forge_talk forge;

	slower(&forge);
	setenv("CI_JOB_TOKEN", "job-secret", 1);
	talk_compose(&forge, "{\"type\": \"gitlab\", \"token\": {\"env\": \"CI_JOB_TOKEN\"}}", 0);
	assert_int_equal(talk_start(&forge), TALK_ASK);
	assert_string_equal(http_header_in(&forge.talk.request.headers, "job-token"), "job-secret");
	assert_null(http_header_in(&forge.talk.request.headers, "private-token"));
	unsetenv("CI_JOB_TOKEN");
	talk_teardown(&forge);
}

TEST(troubles_are_told_apart)
{
	static const struct {
		long status;
		const char *header, *body;
		bool fork;
		enum talk_next next;
		const char *says;
	} cases[] = {
		{ 401, NULL, "{\"message\": \"401 Unauthorized\"}", false, TALK_LATER,
			"comment: status 401: 401 Unauthorized; it does not take the token" },
		{ 403, NULL, "{\"error\": \"insufficient_scope\"}", false, TALK_LATER,
			"insufficient_scope; the token lacks the scope api" },
		{ 403, NULL, "{\"message\": \"403 Forbidden\"}", false, TALK_LATER,
			"it takes a Reporter's role" },
		{ 403, NULL, "{\"message\": \"403 Forbidden\"}", true, TALK_REFUSED,
			"a pipeline of a fork gets no protected variables" },
		{ 404, NULL, "{\"message\": \"404 Project Not Found\"}", false, TALK_REFUSED,
			"the token may not see it: project 12" },
		{ 429, "Retry-After: 9", "Retry later", false, TALK_LATER,
			"status 429: Retry later; it is asked too often" },
		{ 503, NULL, "", false, TALK_LATER, "status 503" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct forge_talk forge;

		slower(&forge);
		forge.ci.is_fork = cases[i].fork;
		talk_compose(&forge, CHANNEL(""), 0);
		talk_start(&forge);
		assert_int_equal(
			talk_answer(&forge, cases[i].status, cases[i].header, cases[i].body),
			cases[i].next);
		talk_says(&forge, cases[i].says);
		talk_teardown(&forge);
	}
}

/* What is in the branch of a fork is not in the project's. */
TEST(a_forks_branch_is_not_named)
{
	struct forge_talk forge;

	slower(&forge);
	forge.ci.is_fork = true;
	talk_compose(&forge, CHANNEL(", \"status\": true, \"comment\": \"never\""), 0);
	talk_start(&forge);
	assert_null(strstr(forge.talk.request.body.data, "\"ref\""));
	talk_teardown(&forge);
}
