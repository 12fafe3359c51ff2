/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "support/forge_talk.h"

#define CHANNEL(more) "{\"type\": \"github\", \"token\": {\"env\": \"FORGE_TEST_TOKEN\"}" more "}"
#define API "https://api.github.com"
#define COMMENTS API "/repos/us/project/issues/7/comments"
#define PAGE(n) COMMENTS "?per_page=100&page=" #n
#define MARK "<!-- benchgate: the report of a pull request -->"
#define OURS "[{\"id\": 41, \"body\": \"no\"}, {\"id\": 42, \"body\": \"" MARK "\\nold\"}]"
#define MORE "Link: <https://api.github.com/x?page=2>; rel=\"next\", <https://api.github.com/y>"

static void slower(struct forge_talk *forge)
{
	talk_setup(forge, "github", "us/project");
	judged_pair(&forge->judged, "hash", 0.12);
}

static void kept(struct forge_talk *forge)
{
	talk_setup(forge, "github", "us/project");
	judged_pair(&forge->judged, "hash", 0);
}

TEST(a_comment_is_posted_where_there_is_none)
{
	struct forge_talk forge;
	const struct texts *headers = &forge.talk.request.headers;

	slower(&forge);
	talk_compose(&forge, CHANNEL(""), 1);
	assert_int_equal(talk_start(&forge), TALK_ASK);
	talk_asks(&forge, "GET", PAGE(1));
	assert_string_equal(http_header_in(headers, "authorization"), "Bearer planted-token");
	assert_string_equal(http_header_in(headers, "accept"), "application/vnd.github+json");
	assert_string_equal(http_header_in(headers, "x-github-api-version"), "2022-11-28");
	assert_int_equal(talk_answer(&forge, 200, NULL, "[]"), TALK_ASK);
	talk_asks(&forge, "POST", COMMENTS);
	assert_false(forge.talk.repeatable);
	assert_non_null(strstr(forge.talk.request.body.data, "\"body\": \"" MARK));
	assert_non_null(strstr(forge.talk.request.body.data, "## Performance: REGRESSION"));
	assert_non_null(strstr(forge.talk.request.body.data,
		"**passes again**, was warning, 3 runs since 2026-11-20: hash &lt;is&gt; @<!-- -->fine "
		"again<br>baseline 1.00 us, now 1.01 us"));
	assert_non_null(strstr(forge.talk.request.body.data,
		"Measured at " FORGE_COMMIT " by [this run](<https://ci.example/job/1>)"));
	assert_int_equal(talk_answer(&forge, 201, NULL, "{\"id\": 1}"), TALK_DONE);
	talk_teardown(&forge);
}

/* Nothing of the state file is a secret, and nothing of it decides where one is sent. */
TEST(the_body_holds_no_token_and_no_say_in_where_it_goes)
{
	struct forge_talk forge;
	struct buf text = BUF_INIT;

	slower(&forge);
	talk_compose(&forge, CHANNEL(", \"status\": true, \"check\": true"), 0);
	assert_int_equal(talk_start(&forge), TALK_ASK);
	json_print(forge.body, &text);
	assert_null(strstr(text.data, "planted-token"));
	setenv("GITHUB_API_URL", "https://ghe.example/api/v3/", 1);
	assert_int_equal(talk_start(&forge), TALK_LATER);
	talk_says(&forge, "https://ghe.example/api/v3 is what api_url or GITHUB_API_URL says");
	assert_null(forge.talk.request.url);
	buf_release(&text);
	talk_teardown(&forge);
}

TEST(ours_is_changed_in_place)
{
	struct forge_talk forge;

	kept(&forge);
	talk_compose(&forge, CHANNEL(""), 0);
	assert_int_equal(talk_start(&forge), TALK_ASK);
	assert_int_equal(talk_answer(&forge, 200, MORE, "[{\"id\": 1, \"body\": null}]"), TALK_ASK);
	talk_asks(&forge, "GET", PAGE(2));
	assert_int_equal(talk_answer(&forge, 200, MORE, "[]"), TALK_ASK);
	talk_asks(&forge, "GET", PAGE(3));
	assert_int_equal(talk_answer(&forge, 200, NULL, OURS), TALK_ASK);
	talk_asks(&forge, "PATCH", API "/repos/us/project/issues/comments/42");
	assert_true(forge.talk.repeatable);
	assert_int_equal(talk_answer(&forge, 200, NULL, "{}"), TALK_DONE);
	talk_teardown(&forge);
}

/* A pass is told to who was told of something else. */
TEST(nothing_is_posted_where_there_is_nothing_to_say)
{
	static const struct {
		const char *channel;
		size_t nr_notices;
		enum talk_next next;
	} cases[] = {
		{ CHANNEL(""), 0, TALK_DONE },
		{ CHANNEL(", \"comment\": \"news\""), 1, TALK_ASK },
		{ CHANNEL(", \"comment\": \"always\""), 0, TALK_ASK },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct forge_talk forge;

		kept(&forge);
		talk_compose(&forge, cases[i].channel, cases[i].nr_notices);
		assert_int_equal(talk_start(&forge), TALK_ASK);
		assert_int_equal(talk_answer(&forge, 200, NULL, "[]"), cases[i].next);
		talk_teardown(&forge);
	}
}

TEST(what_is_deleted_meanwhile_is_posted_anew)
{
	struct forge_talk forge;

	kept(&forge);
	talk_compose(&forge, CHANNEL(""), 0);
	talk_start(&forge);
	assert_int_equal(talk_answer(&forge, 200, NULL, OURS), TALK_ASK);
	assert_int_equal(talk_answer(&forge, 404, NULL, "{\"message\": \"Not Found\"}"), TALK_ASK);
	talk_asks(&forge, "POST", COMMENTS);
	assert_int_equal(talk_answer(&forge, 404, NULL, "{}"), TALK_REFUSED);
	talk_teardown(&forge);
}

TEST(only_the_authors_own_counts_where_one_is_named)
{
	static const char page[] =
		"[{\"id\": 1, \"user\": {\"login\": \"stranger\"}, \"body\": \"" MARK
		"\"}, {\"id\": 2, \"user\": null, \"body\": \"" MARK
		"\"}, {\"id\": 3, \"user\": {\"login\": \"us[bot]\"}, \"body\": \"" MARK "\"}]";
	struct forge_talk forge;

	kept(&forge);
	talk_compose(&forge, CHANNEL(", \"author\": \"us[bot]\""), 0);
	talk_start(&forge);
	assert_int_equal(talk_answer(&forge, 200, NULL, page), TALK_ASK);
	talk_asks(&forge, "PATCH", API "/repos/us/project/issues/comments/3");
	talk_teardown(&forge);
}

/* Two suites in one pull request do not write over each other. */
TEST(another_context_is_another_comment)
{
	struct forge_talk forge;

	slower(&forge);
	talk_compose(&forge, CHANNEL(", \"context\": \"nightly\""), 0);
	talk_start(&forge);
	assert_int_equal(talk_answer(&forge, 200, NULL, OURS), TALK_ASK);
	talk_asks(&forge, "POST", COMMENTS);
	assert_non_null(strstr(forge.talk.request.body.data,
		"<!-- benchgate: the report of a pull request, nightly -->"));
	talk_teardown(&forge);
}

TEST(a_status_says_what_the_verdict_is)
{
	static const struct {
		double change;
		enum action on_missing;
		const char *word, *line;
	} cases[] = {
		{ 0, ACTION_FAIL, "success", "PASS: 1 compared, 1 pass in " },
		{ 0.12, ACTION_FAIL, "failure", "REGRESSION: 1 compared, 1 regressed in " },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct forge_talk forge;
		char *line = NULL;
		struct error err = ERROR_INIT;
		struct json *json;

		talk_setup(&forge, "github", "us/project");
		judged_pair(&forge.judged, "hash", cases[i].change);
		talk_compose(&forge,
			CHANNEL(", \"status\": true, \"comment\": \"never\", \"context\": \"speed\""),
			0);
		assert_int_equal(talk_start(&forge), TALK_ASK);
		talk_asks(&forge, "POST", API "/repos/us/project/statuses/" FORGE_COMMIT);
		talk_sends(&forge, "state", cases[i].word);
		talk_sends(&forge, "context", "speed");
		talk_sends(&forge, "target_url", "https://ci.example/job/1");
		json = json_parse(forge.talk.request.body.data, forge.talk.request.body.len, &err);
		line = str_dup(json_text(json_get(json, "description")));
		assert_true(str_starts(line, cases[i].line));
		assert_true(strlen(line) <= 140);
		assert_true(forge.talk.repeatable);
		assert_int_equal(talk_answer(&forge, 201, NULL, "{}"), TALK_DONE);
		free(line);
		json_free(json);
		talk_teardown(&forge);
	}
}

TEST(troubles_are_told_apart)
{
#define SAYS(text) "{\"message\": \"" text "\", \"documentation_url\": \"https://x\"}"
	static const struct {
		long status;
		const char *header, *body;
		bool fork;
		enum talk_next next;
		const char *says;
	} cases[] = {
		{ 401, NULL, SAYS("Bad credentials"), false, TALK_LATER,
			"comment: status 401: Bad credentials; it does not take the token" },
		{ 403, NULL, SAYS("Resource not accessible by integration"), false, TALK_LATER,
			"the token lacks the permission pull-requests: write" },
		{ 403, NULL, SAYS("Resource not accessible by integration"), true, TALK_REFUSED,
			"a change from a fork gets a token that can only read; a workflow_run job" },
		{ 403, NULL, SAYS("Must have admin rights"), false, TALK_LATER,
			"Must have admin rights; the token may not do that; it takes the permission pull-requests: write" },
		{ 403, "X-RateLimit-Remaining: 0", SAYS("API rate limit exceeded"), false,
			TALK_LATER, "it is asked too often" },
		{ 403, "X-RateLimit-Remaining: 0", SAYS("API rate limit exceeded"), true,
			TALK_LATER, "it is asked too often" },
		{ 429, "X-RateLimit-Reset: 1764000000", SAYS("slow down"), false, TALK_LATER,
			"slow down; it is asked too often" },
		{ 403, "Retry-After: 60", SAYS("You have exceeded a secondary rate limit"), false,
			TALK_LATER, "a secondary rate limit; it is asked too often" },
		{ 410, NULL, SAYS("Issues are disabled"), false, TALK_REFUSED,
			"status 410: Issues are disabled; it was taken away, or switched off: us/project" },
		{ 404, NULL, SAYS("Not Found"), false, TALK_REFUSED,
			"it is not there, or the token may not see it: us/project" },
		{ 422, NULL,
			"{\"message\": \"Validation Failed\", \"errors\": [{\"field\": \"body\"}]}",
			false, TALK_REFUSED,
			"status 422: Validation Failed [{\"field\": \"body\"}]" },
		{ 500, NULL, "<html>", false, TALK_LATER, "status 500: <html>" },
		{ 200, NULL, "{}", false, TALK_LATER, "the answer is no list of comments" },
		{ 200, NULL, "[tru", false, TALK_LATER, "the answer is no list of comments" },
		{ 302, "Location: http://elsewhere", "", false, TALK_REFUSED, "status 302" },
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

/* The comment's permission is not the status'. */
TEST(one_trouble_does_not_keep_the_rest_from_being_told)
{
	struct forge_talk forge;

	slower(&forge);
	talk_compose(&forge, CHANNEL(", \"status\": true, \"check\": true"), 0);
	talk_start(&forge);
	assert_int_equal(talk_answer(&forge, 200, NULL, "[]"), TALK_ASK);
	assert_int_equal(talk_answer(&forge, 422, NULL, "{\"message\": \"too long\"}"), TALK_ASK);
	talk_asks(&forge, "POST", API "/repos/us/project/statuses/" FORGE_COMMIT);
	assert_int_equal(talk_answer(&forge, 201, NULL, "{}"), TALK_ASK);
	talk_asks(&forge, "POST", API "/repos/us/project/check-runs");
	assert_int_equal(talk_answer(&forge, 403, NULL,
				 "{\"message\": \"Resource not accessible by integration\"}"),
		TALK_LATER);
	talk_says(&forge, "comment: status 422: too long; check run: status 403");
	talk_says(&forge, "checks: write");
	talk_teardown(&forge);
}

TEST(who_is_asked_too_often_is_not_asked_again)
{
	struct forge_talk forge;

	slower(&forge);
	talk_compose(&forge, CHANNEL(", \"status\": true"), 0);
	talk_start(&forge);
	assert_int_equal(talk_answer(&forge, 429, "Retry-After: 3", "{}"), TALK_LATER);
	assert_null(forge.talk.request.url);
	talk_teardown(&forge);
}

TEST(without_a_token_nothing_is_asked)
{
	struct forge_talk forge;

	slower(&forge);
	talk_compose(&forge, CHANNEL(""), 0);
	unsetenv("FORGE_TEST_TOKEN");
	assert_int_equal(talk_start(&forge), TALK_LATER);
	talk_says(&forge, "FORGE_TEST_TOKEN");
	assert_null(forge.talk.request.url);
	talk_teardown(&forge);
	slower(&forge);
	forge.ci.is_fork = true;
	talk_compose(&forge, CHANNEL(""), 0);
	unsetenv("FORGE_TEST_TOKEN");
	assert_int_equal(talk_start(&forge), TALK_REFUSED);
	talk_says(&forge, "a change from a fork is given none");
	assert_null(forge.talk.request.url);
	talk_teardown(&forge);
}

TEST(composes_nothing_where_there_is_nobody_to_tell)
{
	static const struct {
		const char *system, *repository, *pull_request, *commit, *channel;
		bool said;
	} cases[] = {
		{ "github", "us/project", "7", FORGE_COMMIT, CHANNEL(""), true },
		{ "github", "us/project", "", FORGE_COMMIT, CHANNEL(""), false },
		{ "github", "us/project", "", FORGE_COMMIT, CHANNEL(", \"status\": true"), true },
		{ "github", "us/project", "", "", CHANNEL(", \"status\": true"), false },
		{ "", "", "7", FORGE_COMMIT, CHANNEL(", \"status\": true"), false },
		{ "jenkins", "", "7", FORGE_COMMIT, CHANNEL(", \"repository\": \"us/it\""), true },
		/* GitLab's numbers are not ours. */
		{ "gitlab", "12", "7", FORGE_COMMIT, CHANNEL(", \"status\": true"), false },
		{ "gitlab", "12", "7", FORGE_COMMIT, CHANNEL(", \"repository\": \"us/it\""),
			false },
		{ "github", "us/project", "7", FORGE_COMMIT, CHANNEL(", \"comment\": \"never\""),
			false },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct forge_talk forge;

		talk_setup(&forge, cases[i].system, cases[i].repository);
		judged_pair(&forge.judged, "hash", 0.12);
		forge.ci.pull_request = (char *)cases[i].pull_request;
		forge.ci.commit = (char *)cases[i].commit;
		talk_compose(&forge, cases[i].channel, 0);
		assert_int_equal(forge.body != NULL, cases[i].said);
		talk_teardown(&forge);
	}
}

TEST(settings_that_are_wrong_are_named)
{
	static const struct {
		const char *channel, *says;
	} cases[] = {
		{ CHANNEL(", \"repository\": \"us\""), "it must be \"owner/name\"" },
		{ CHANNEL(", \"repository\": \"us/a/b\""), "it must be \"owner/name\"" },
		{ CHANNEL(", \"repository\": \"us/a?b\""), "us/a?b" },
		{ CHANNEL(", \"api_url\": \"ftp://x\""), "https://" },
		{ CHANNEL(", \"context\": \"a --> b\""), "channels.forge.context" },
		{ CHANNEL(", \"comment\": \"sometimes\""), "\"news\", \"always\", \"never\"" },
		{ CHANNEL(", \"project\": \"1\""), "project" },
		{ "{\"type\": \"github\", \"token\": \"ghp_1\"}", "never write the secret itself" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct outlets outlets = { NULL, 0, 0 };
		struct error err = ERROR_INIT;
		struct json *json = json_parse(cases[i].channel, strlen(cases[i].channel), &err);
		struct json *all = json_new_object();

		json_add_copy(all, "forge", json);
		assert_int_equal(outlets_read(all, ".", &outlets, &err), -1);
		if (!strstr(err.text, cases[i].says))
			fail_msg("\"%s\" lacks \"%s\"", err.text, cases[i].says);
		json_free(all);
		json_free(json);
		outlets_release(&outlets);
	}
}
