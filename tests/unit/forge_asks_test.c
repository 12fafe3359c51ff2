/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "respond/forge_asks.h"

#include "support/forge_talk.h"
#include "support/responding.h"

#define API "https://api.github.com/repos/us/project/issues"
#define LIST API "?per_page=100&page=1&state=all&since=2026-08-23T04:05:06Z"
#define TICKET "{'ticket': {'action': 'issue', 'labels': ['slow']}}"

/* An issue of the first alert that is due, and the talk about it. */
struct asked {
	struct respond_office office;
	struct dues dues;
	struct forge_talk forge;
	struct buf ours; /* as an issue's body begins */
};

static void begin_asked(struct asked *asked)
{
	struct forge_asking asking = { &asked->office.telling,
		&asked->office.settings.outlets.items[0], &asked->office.state };

	setenv("NO_SUCH_TOKEN", "planted-token", 1);
	unsetenv("GITHUB_API_URL");
	asked->dues = respond_dues(&asked->office);
	assert_int_equal(asked->dues.nr, 2);
	asked->forge = (struct forge_talk){ .response = { .body = BUF_INIT },
		.body = forge_ask_issue(&asking, &asked->dues.items[0]) };
	asked->forge.talk = (struct talk){ .outlet = asking.outlet,
		.body = asked->forge.body,
		.id = "1",
		.secrets = &asked->forge.secrets };
	asked->ours = (struct buf)BUF_INIT;
	buf_addf(&asked->ours, "<!-- benchgate: alert %s -->",
		asked->dues.items[0].notice.fingerprint);
}

static void end_asked(struct asked *asked)
{
	http_request_release(&asked->forge.talk.request);
	http_response_release(&asked->forge.response);
	free(asked->forge.talk.found);
	free(asked->forge.talk.left);
	free(asked->forge.talk.progress);
	secrets_release(&asked->forge.secrets);
	json_free(asked->forge.body);
	dues_release(&asked->dues);
	respond_end(&asked->office);
	buf_release(&asked->ours);
}

/* Issues of those numbers whose bodies begin with the mark. */
static enum talk_next answer_issues(struct asked *asked, const char *const *numbers)
{
	struct buf page = BUF_INIT;
	enum talk_next next;

	buf_addc(&page, '[');
	for (; *numbers; numbers++)
		buf_addf(&page, "{\"number\": %s, \"body\": \"%s\\nmore\"}, ", *numbers,
			asked->ours.data);
	buf_adds(&page, "{\"number\": 1, \"body\": \"another\"}]");
	next = talk_answer(&asked->forge, 200, NULL, page.data);
	buf_release(&page);
	return next;
}

static void open_issue(struct asked *asked)
{
	respond_begin(&asked->office, TICKET);
	begin_asked(asked);
	assert_int_equal(talk_start(&asked->forge), TALK_ASK);
	talk_asks(&asked->forge, "GET", LIST);
	assert_int_equal(answer_issues(asked, (const char *[]){ NULL }), TALK_ASK);
	talk_asks(&asked->forge, "POST", API);
	assert_false(asked->forge.talk.repeatable);
	talk_sends(&asked->forge, "title", "sort got worse on main");
	assert_int_equal(talk_answer(&asked->forge, 201, NULL, "{\"number\": 12}"), TALK_ASK);
	talk_asks(&asked->forge, "GET", LIST);
}

TEST(an_issue_that_nobody_else_opened_stays)
{
	struct asked asked;

	open_issue(&asked);
	assert_int_equal(answer_issues(&asked, (const char *[]){ "12", NULL }), TALK_DONE);
	assert_string_equal(asked.forge.talk.left, "12");
	end_asked(&asked);
}

/* Two jobs whose state files are not the same. */
TEST(of_two_that_were_opened_at_once_the_later_one_is_closed)
{
	struct asked asked;

	open_issue(&asked);
	assert_int_equal(
		answer_issues(&asked, (const char *[]){ "13", "12", "9", NULL }), TALK_ASK);
	talk_asks(&asked.forge, "PATCH", API "/12");
	talk_sends(&asked.forge, "state", "closed");
	talk_sends(&asked.forge, "body", "Two jobs said the same at once: see #9.\n");
	assert_int_equal(talk_answer(&asked.forge, 200, NULL, "{}"), TALK_DONE);
	assert_string_equal(asked.forge.talk.left, "9");
	end_asked(&asked);

	open_issue(&asked);
	assert_int_equal(answer_issues(&asked, (const char *[]){ "13", "12", NULL }), TALK_DONE);
	assert_string_equal(asked.forge.talk.left, "12");
	end_asked(&asked);
}

TEST(an_issue_is_there_although_nobody_could_look_for_another)
{
	struct asked asked;

	open_issue(&asked);
	assert_int_equal(talk_answer(&asked.forge, 500, NULL, "out of order"), TALK_DONE);
	assert_string_equal(asked.forge.talk.left, "12");
	end_asked(&asked);
}

TEST(one_that_is_there_is_found_and_one_whose_number_is_known_is_not_looked_for)
{
	struct asked asked;

	respond_begin(&asked.office, TICKET);
	begin_asked(&asked);
	assert_int_equal(talk_start(&asked.forge), TALK_ASK);
	/* Of two, the one that another job is about to close is not the one. */
	assert_int_equal(answer_issues(&asked, (const char *[]){ "8", "7", NULL }), TALK_ASK);
	talk_asks(&asked.forge, "PATCH", API "/7");
	talk_sends(&asked.forge, "state", "open");
	assert_int_equal(talk_answer(&asked.forge, 200, NULL, "{}"), TALK_DONE);
	assert_string_equal(asked.forge.talk.left, "7");
	end_asked(&asked);

	respond_begin(&asked.office, TICKET);
	for (size_t i = 0; i < asked.office.state.alerts.nr; i++)
		str_set(&reactions_begin(&asked.office.state.reactions, "ticket",
				asked.office.state.alerts.items[i].notice.fingerprint,
				"2026-11-20T04:05:06Z")
				 ->thread,
			"7");
	begin_asked(&asked);
	assert_int_equal(talk_start(&asked.forge), TALK_ASK);
	talk_asks(&asked.forge, "PATCH", API "/7");
	/* It was deleted meanwhile. */
	assert_int_equal(talk_answer(&asked.forge, 410, NULL, "{}"), TALK_ASK);
	talk_asks(&asked.forge, "POST", API);
	end_asked(&asked);
}

TEST(an_issue_says_what_was_found_since_the_alert_began_and_how_to_look_oneself)
{
	struct respond_office office;
	struct forge_asking asking = { &office.telling, NULL, &office.state };
	struct buf body = BUF_INIT;
	struct dues dues;
	const char *fingerprint;

	respond_begin(&office, TICKET);
	asking.outlet = &office.settings.outlets.items[0];
	fingerprint = office.state.alerts.items[1].notice.fingerprint;
	str_set(&reactions_begin(
			&office.state.reactions, "old", fingerprint, "2026-11-20T04:05:06Z")
			 ->finding,
		"of an earlier time");
	str_set(&reactions_begin(&office.state.reactions, "why", fingerprint, RESPOND_NOW)->finding,
		"it is `parse`");
	dues = respond_dues(&office);
	issue_add_body(&asking, &dues.items[0], &body);
	assert_non_null(strstr(body.data, "**critical**: sort takes 30 % longer"));
	assert_non_null(strstr(
		body.data, "What <b>why</b> found at " RESPOND_NOW "</summary>\n\nit is `parse`"));
	assert_null(strstr(body.data, "of an earlier time"));
	assert_non_null(strstr(body.data, "benchgate explain sort 0123456789ab 89abcdef0123\n"));
	assert_non_null(strstr(
		body.data, "benchgate bisect sort --good 0123456789ab --bad 89abcdef0123\n"));
	str_set(&dues.items[0].notice.metric, "allocations");
	buf_clear(&body);
	issue_add_body(&asking, &dues.items[0], &body);
	assert_non_null(strstr(body.data, "--bad 89abcdef0123 --metric allocations\n"));
	buf_release(&body);
	dues_release(&dues);
	respond_end(&office);
}

/* A list of one text, without its brackets. */
TEST(a_rerun_is_told_of_all_that_is_due_and_a_status_fits)
{
	struct respond_office office;
	struct forge_asking asking = { &office.telling, NULL, &office.state };
	struct buf line = BUF_INIT;
	struct dues dues;
	struct json *body;
	const struct json *sent;

	respond_begin(&office,
		"{'again': {'action': 'rerun', 'workflow': 'bench.yml',"
		" 'inputs': {'which': '{benchmarks}'}}}");
	asking.outlet = &office.settings.outlets.items[0];
	dues = respond_dues(&office);
	body = forge_ask_rerun(
		&asking, (const struct due *[]){ &dues.items[0], &dues.items[1] }, dues.nr);
	sent = json_get(json_first(json_get(body, "acts")), "json");
	assert_string_equal(json_text(json_get(sent, "ref")), "main");
	assert_string_equal(json_text(json_get(json_get(sent, "inputs"), "which")), "sort,hash");
	json_free(body);
	/* Not in the middle of a character. */
	for (int i = 0; i < 100; i++)
		buf_adds(&line, "\xc2\xb5");
	buf_adds(&line, "s");
	body = forge_ask_status(&asking, dues.items[0].response, line.data, false);
	sent = json_get(json_first(json_get(body, "acts")), "json");
	assert_string_equal(json_text(json_get(sent, "state")), "failure");
	assert_string_equal(json_text(json_get(sent, "context")), "benchgate/again");
	assert_int_equal(strlen(json_text(json_get(sent, "description"))), 140);
	json_free(body);
	office.ci.commit = (char *)"";
	assert_null(forge_ask_status(&asking, dues.items[0].response, "no alert", true));
	office.ci.repository = (char *)"";
	assert_null(forge_ask_issue(&asking, &dues.items[0]));
	buf_release(&line);
	dues_release(&dues);
	respond_end(&office);
}
