/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "support/forge_talk.h"

#define CHANNEL(more) "{\"type\": \"github\", \"token\": {\"env\": \"FORGE_TEST_TOKEN\"}" more "}"
#define API "https://api.github.com"

static size_t count_annotations(const struct forge_talk *forge, const char *level)
{
	struct error err = ERROR_INIT;
	const struct buf *body = &forge->talk.request.body;
	struct json *json = json_parse(body->data, body->len, &err);
	size_t nr = 0;

	for (const struct json *at = json_first(json_get(json_get(json, "output"), "annotations"));
		at; at = json_next(at)) {
		assert_string_equal(json_text(json_get(at, "annotation_level")), level);
		assert_string_equal(json_text(json_get(at, "path")), "bench/suite.c");
		nr++;
	}
	json_free(json);
	return nr;
}

TEST(annotations_go_fifty_a_request)
{
	static const char *const files[] = { "bench/suite.c", "./bench/suite.c",
		"/home/ci/project/bench/suite.c" };
	struct forge_talk forge;

	talk_setup(&forge, "github", "us/project");
	for (size_t i = 0; i < 120; i++) {
		char name[16];
		struct result *head;

		snprintf(name, sizeof name, "b%zu", i);
		judged_pair(&forge.judged, name, 0.12);
		head = run_find(&forge.judged.head, name);
		free(head->file);
		head->file = str_dup(files[i % 3]);
		head->line = 7;
	}
	talk_compose(&forge, CHANNEL(", \"check\": true, \"comment\": \"never\""), 0);
	assert_int_equal(talk_start(&forge), TALK_ASK);
	talk_asks(&forge, "POST", API "/repos/us/project/check-runs");
	assert_false(forge.talk.repeatable);
	talk_sends(&forge, "head_sha", FORGE_COMMIT);
	talk_sends(&forge, "status", "completed");
	talk_sends(&forge, "conclusion", "failure");
	assert_int_equal(count_annotations(&forge, "failure"), 50);
	assert_int_equal(talk_answer(&forge, 201, NULL, "{\"id\": 5000000001}"), TALK_ASK);
	talk_asks(&forge, "PATCH", API "/repos/us/project/check-runs/5000000001");
	assert_int_equal(count_annotations(&forge, "failure"), 50);
	assert_int_equal(talk_answer(&forge, 200, NULL, "{}"), TALK_ASK);
	talk_asks(&forge, "PATCH", API "/repos/us/project/check-runs/5000000001");
	assert_int_equal(count_annotations(&forge, "failure"), 20);
	assert_int_equal(talk_answer(&forge, 200, NULL, "{}"), TALK_DONE);
	talk_teardown(&forge);
}

/* A later run goes on with a message where this one had to leave it. */
static void talk_again(struct forge_talk *forge)
{
	assert_non_null(forge->talk.progress);
	http_request_release(&forge->talk.request);
	free(forge->talk.found);
	forge->talk = (struct talk){ .outlet = &forge->outlets.items[0],
		.body = forge->body,
		.id = "1",
		.progress = forge->talk.progress,
		.secrets = &forge->secrets };
}

TEST(a_check_is_made_once_however_often_the_rest_of_it_fails)
{
	static const char check[] = API "/repos/us/project/check-runs/5000000001";
	struct forge_talk forge;

	talk_setup(&forge, "github", "us/project");
	for (size_t i = 0; i < 120; i++) {
		char name[16];

		snprintf(name, sizeof name, "b%zu", i);
		judged_pair(&forge.judged, name, 0.12);
		run_find(&forge.judged.head, name)->file = str_dup("bench/suite.c");
	}
	talk_compose(
		&forge, CHANNEL(", \"status\": true, \"check\": true, \"comment\": \"never\""), 0);
	assert_int_equal(talk_start(&forge), TALK_ASK);
	assert_int_equal(talk_answer(&forge, 403, NULL, "{}"), TALK_ASK);
	assert_null(forge.talk.progress);
	assert_int_equal(talk_answer(&forge, 201, NULL, "{\"id\": 5000000001}"), TALK_ASK);
	talk_asks(&forge, "PATCH", check);
	assert_int_equal(talk_answer(&forge, 500, NULL, "{}"), TALK_LATER);
	talk_again(&forge);
	assert_int_equal(talk_start(&forge), TALK_ASK);
	talk_asks(&forge, "POST", API "/repos/us/project/statuses/" FORGE_COMMIT);
	assert_int_equal(talk_answer(&forge, 201, NULL, "{}"), TALK_ASK);
	talk_asks(&forge, "PATCH", check);
	assert_int_equal(count_annotations(&forge, "failure"), 50);
	assert_int_equal(talk_answer(&forge, 200, NULL, "{}"), TALK_ASK);
	assert_int_equal(count_annotations(&forge, "failure"), 20);
	assert_int_equal(talk_answer(&forge, 500, NULL, "{}"), TALK_LATER);
	talk_again(&forge);
	assert_int_equal(talk_start(&forge), TALK_ASK);
	talk_asks(&forge, "PATCH", check);
	assert_int_equal(count_annotations(&forge, "failure"), 20);
	assert_int_equal(talk_answer(&forge, 200, NULL, "{}"), TALK_DONE);
	talk_teardown(&forge);
}

/* It is answered with an empty list, which names no check. */
TEST(a_rehearsal_shows_what_would_follow)
{
	struct forge_talk forge;

	talk_setup(&forge, "github", "us/project");
	for (size_t i = 0; i < 51; i++) {
		char name[16];

		snprintf(name, sizeof name, "b%zu", i);
		judged_pair(&forge.judged, name, 0.12);
		run_find(&forge.judged.head, name)->file = str_dup("bench/suite.c");
	}
	talk_compose(&forge, CHANNEL(", \"check\": true"), 0);
	assert_int_equal(talk_start(&forge), TALK_ASK);
	assert_int_equal(talk_answer(&forge, 200, NULL, "[]"), TALK_ASK);
	talk_asks(&forge, "POST", API "/repos/us/project/issues/7/comments");
	assert_int_equal(talk_answer(&forge, 200, NULL, "[]"), TALK_ASK);
	talk_asks(&forge, "POST", API "/repos/us/project/check-runs");
	assert_int_equal(talk_answer(&forge, 200, NULL, "[]"), TALK_ASK);
	talk_asks(&forge, "PATCH", API "/repos/us/project/check-runs/ID");
	assert_int_equal(count_annotations(&forge, "failure"), 1);
	assert_int_equal(talk_answer(&forge, 200, NULL, "[]"), TALK_DONE);
	talk_teardown(&forge);
}

/* GitHub refuses all annotations of a request for one that it cannot place. */
TEST(what_lies_outside_of_the_repository_is_not_annotated)
{
	static const char *const files[] = { "/usr/src/suite.c", "../suite.c", "",
		"/home/ci/project2/suite.c", "a/../../suite.c" };
	struct forge_talk forge;

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct result *head;

		talk_setup(&forge, "github", "us/project");
		judged_pair(&forge.judged, "hash", 0.12);
		head = run_find(&forge.judged.head, "hash");
		free(head->file);
		head->file = str_dup(files[i]);
		talk_compose(&forge, CHANNEL(", \"check\": true, \"comment\": \"never\""), 0);
		talk_start(&forge);
		assert_int_equal(count_annotations(&forge, "failure"), 0);
		assert_int_equal(talk_answer(&forge, 201, NULL, "{}"), TALK_DONE);
		talk_teardown(&forge);
	}
}

/* The longest report, and more alerts than there is room for. */
TEST(a_comment_fits)
{
	struct forge_talk forge;
	static const struct notice *notices[2000];
	struct json *body = json_new_object();
	const struct json *act;

	talk_setup(&forge, "github", "us/project");
	for (size_t i = 0; i < 400; i++) {
		char name[100];

		snprintf(name, sizeof name, "%090zu", i);
		judged_pair(&forge.judged, name, 0.12);
	}
	talk_compose(&forge, CHANNEL(""), 0);
	for (size_t i = 0; i < 2000; i++)
		notices[i] = &forge.notice;
	forge.content.notices = notices;
	forge.content.nr = 2000;
	assert_true(github_notifier.compose(&forge.outlets.items[0], &forge.content, body));
	act = json_first(json_get(body, "acts"));
	assert_in_range(strlen(json_text(json_get(act, "text"))), 60000, 65536);
	assert_non_null(strstr(json_text(json_get(act, "text")), "\n- and 1"));
	assert_non_null(strstr(json_text(json_get(act, "text")), "Measured at"));
	json_free(body);
	talk_teardown(&forge);
}

/* All of an object or array but its nth member, in any depth; that becomes a number. */
static void copy_but(struct json *to, const struct json *from, int *nth)
{
	for (const struct json *at = json_first(from); at; at = json_next(at)) {
		const char *name = json_type(from) == JSON_OBJECT ? json_name(at) : NULL;

		if ((*nth)-- == 0)
			json_add_number(to, name, 7);
		else if (json_type(at) == JSON_OBJECT)
			copy_but(json_add_object(to, name), at, nth);
		else if (json_type(at) == JSON_ARRAY)
			copy_but(json_add_array(to, name), at, nth);
		else
			json_add_copy(to, name, at);
	}
}

/* The state file may have been damaged, or written by another version. */
TEST(a_body_that_is_not_whole_harms_nobody)
{
	static const char *const answers[] = { "[]", "[{\"id\": 1, \"body\": 5}, 4, null]",
		"{\"id\": \"x\"}", "7", "" };
	struct forge_talk forge;
	struct json *whole;
	struct result *head;
	bool left = true;

	talk_setup(&forge, "github", "us/project");
	judged_pair(&forge.judged, "hash", 0.12);
	head = run_find(&forge.judged.head, "hash");
	head->file = str_dup("a.c");
	talk_compose(&forge, CHANNEL(", \"check\": true, \"status\": true"), 1);
	whole = forge.body;
	for (int i = 0; left; i++) {
		int nth = i;

		forge.body = json_new_object();
		copy_but(forge.body, whole, &nth);
		left = nth < 0;
		forge.talk.body = forge.body;
		forge.talk.stage = 0;
		free(forge.talk.progress);
		forge.talk.progress = NULL;
		forge.talk.earlier = forge.talk.error = (struct error)ERROR_INIT;
		if (talk_start(&forge) == TALK_ASK)
			for (int j = 0; j < 10; j++)
				if (talk_answer(&forge, 200, NULL, answers[(i + j) % 5]) !=
					TALK_ASK)
					break;
		json_free(forge.body);
	}
	forge.body = whole;
	talk_teardown(&forge);
}

/* Behind a host's name, what begins with @ makes it a user's. */
TEST(a_path_that_would_be_another_host_is_refused)
{
	struct forge_talk forge;
	struct error err = ERROR_INIT;
	static const char *const bodies[] = {
		"{\"api\": \"" API "\", \"acts\": [{\"path\": \"@evil.example/\", \"json\": {}}]}",
		"{\"api\": \"" API
		"\", \"acts\": [{\"path\": \"/x\", \"mark\": \"m\", \"update\": \".evil.example/\"}]}",
		"{\"api\": \"" API "\", \"acts\": 7}",
		"{\"api\": \"https://evil.example\", \"acts\": []}",
	};

	talk_setup(&forge, "github", "us/project");
	judged_pair(&forge.judged, "hash", 0.12);
	talk_compose(&forge, CHANNEL(""), 0);
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		json_free(forge.body);
		forge.body = json_parse(bodies[i], strlen(bodies[i]), &err);
		forge.talk.body = forge.body;
		assert_int_not_equal(talk_start(&forge), TALK_ASK);
		assert_int_not_equal(talk_start(&forge), TALK_DONE);
		assert_null(forge.talk.request.url);
	}
	talk_teardown(&forge);
}

/* The state file may have been edited: what is no number is no check to go on with. */
TEST(a_progress_that_makes_no_sense_is_no_progress)
{
	static const char *const words[] = { "0:1/../y:1", "0:x:1", "0::1", "0:5:0", "0:5:99999",
		"0:5", "1:5:1", "x", "-0:", "0:123456789012345678901:1" };
	struct forge_talk forge;

	talk_setup(&forge, "github", "us/project");
	judged_pair(&forge.judged, "hash", 0.12);
	talk_compose(&forge, CHANNEL(", \"check\": true, \"comment\": \"never\""), 0);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		str_set(&forge.talk.progress, words[i]);
		forge.talk.stage = 0;
		assert_int_equal(talk_start(&forge), TALK_ASK);
		talk_asks(&forge, "POST", API "/repos/us/project/check-runs");
	}
	str_set(&forge.talk.progress, "0:5:1 0");
	forge.talk.stage = 0;
	assert_int_equal(talk_start(&forge), TALK_DONE);
	talk_teardown(&forge);
}
