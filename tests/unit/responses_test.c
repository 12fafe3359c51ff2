/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "support/responding.h"

#define GITHUB "{" RESPOND_CHANNEL "}"
#define GITLAB "{'review': {'type': 'gitlab', 'token': {'env': 'X'}}}"
#define TWO "{" RESPOND_CHANNEL ", 'other': {'type': 'gitlab', 'token': {'env': 'X'}}}"
#define CHAT "{'chat': {'type': 'webhook', 'url': 'https://chat.example/'}}"
#define HOUR_NS (3600 * UINT64_C(1000000000))

static int read_response(struct respond_office *office, const char *channels, const char *response,
	struct error *err)
{
	struct buf text = BUF_INIT;
	int rc;

	*office = (struct respond_office){ .waits = BUF_INIT };
	notify_settings_init(&office->settings);
	*err = (struct error)ERROR_INIT;
	buf_addf(&text, "{'a': %s}", response);
	rc = respond_read(office, channels, text.data, err);
	buf_release(&text);
	return rc;
}

static void end_reading(struct respond_office *office)
{
	responses_release(&office->responses);
	notify_settings_release(&office->settings);
}

TEST(what_is_unsaid_is_what_suits_the_action)
{
	static const struct {
		const char *response;
		uint64_t cool_down_ns, budget_ns, max_per_run;
		bool on_end;
	} cases[] = {
		{ "{'action': 'command', 'command': 'true'}", HOUR_NS, HOUR_NS / 60, 3, false },
		{ "{'action': 'explain'}", 24 * HOUR_NS, HOUR_NS / 12, 3, false },
		{ "{'action': 'bisect'}", 24 * HOUR_NS, HOUR_NS / 2, 1, false },
		{ "{'action': 'issue'}", HOUR_NS, 0, 10, true },
		{ "{'action': 'rerun', 'workflow': 'b.yml'}", 24 * HOUR_NS, 0, 50, false },
		{ "{'action': 'status'}", 0, 0, 0, false },
		{ "{'action': 'explain', 'on': 'resolved', 'cool_down': '2h', 'budget': '1h',"
		  " 'max_per_run': 9}",
			2 * HOUR_NS, HOUR_NS, 9, true },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct respond_office office;
		struct error err;
		const struct response *response;

		if (read_response(&office, GITHUB, cases[i].response, &err))
			fail_msg("%s: %s", cases[i].response, err.text);
		response = &office.responses.items[0];
		assert_int_equal(response->cool_down_ns, cases[i].cool_down_ns);
		assert_int_equal(response->budget_ns, cases[i].budget_ns);
		assert_int_equal(response->max_per_run, cases[i].max_per_run);
		assert_int_equal(response->kinds >> NOTICE_RESOLVED & 1, cases[i].on_end);
		assert_int_equal(response->at_least, URGENCY_WARNING);
		assert_int_equal(response->channel == NULL, response_is_program(response));
		end_reading(&office);
	}
}

TEST(what_is_wrong_is_named_with_its_place_and_what_would_be_right)
{
	static const struct {
		const char *channels, *response, *said; /* said: behind "responses.a" */
	} cases[] = {
		{ GITHUB, "{'severity': 'info'}",
			" has no action; it must have one, such as \"action\": \"issue\"" },
		{ GITHUB, "{'action': 'command'}", " has no command; it must have one, " },
		{ GITHUB, "{'action': 'explain', 'command': 'true'}",
			".command is none of the keys of action explain, which are action " },
		{ GITHUB, "{'action': 'issue', 'channel': 'chat'}",
			".channel is \"chat\"; it must name a channel of type github or gitlab" },
		{ CHAT, "{'action': 'issue'}", " has no channel; it must name the one of type " },
		{ TWO, "{'action': 'issue'}", " has no channel; it must name the one of type " },
		{ GITHUB, "{'action': 'rerun'}",
			" has no workflow; it must name the file of one, " },
		{ GITHUB, "{'action': 'rerun', 'workflow': '../../x'}",
			".workflow is \"../../x\"; it must be the name of a file, " },
		{ GITLAB, "{'action': 'rerun', 'inputs': {'one': 1}}",
			".inputs.one is a number; it must be a text" },
		{ GITHUB, "{'action': 'explain', 'on': 'standing'}",
			".on is \"standing\"; it must be of new, worse, escalated and resolved" },
		{ GITHUB, "{'action': 'explain', 'condition': 'units >'}", ".condition: " },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct respond_office office;
		struct error err;

		assert_int_equal(
			read_response(&office, cases[i].channels, cases[i].response, &err), -1);
		if (!str_starts(err.text, "responses.a") ||
			!str_starts(err.text + strlen("responses.a"), cases[i].said))
			fail_msg("%s: %s", cases[i].response, err.text);
		end_reading(&office);
	}
}

TEST(of_two_forges_the_one_that_is_named_acts)
{
	struct respond_office office;
	struct error err;

	if (read_response(&office, TWO, "{'action': 'rerun', 'channel': 'other'}", &err))
		fail_msg("%s", err.text);
	assert_string_equal(office.responses.items[0].channel, "other");
	end_reading(&office);
}
