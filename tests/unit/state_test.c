/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "notify/state_file.h"

#include "support/observed.h"
#include "sys/file.h"
#include "sys/folder.h"

#include "support/playground.h"

static char rule_name[] = "slower";
static const struct rule rule = { .name = rule_name };

static struct tracked_alert *add_alert(struct state *state, unsigned nr)
{
	struct tracked_alert *alert = ARRAY_ADD(&state->alerts);

	*alert = (struct tracked_alert){ .notice = observed_notice(nr, &rule, URGENCY_WARNING,
						 "2026-11-21T04:00:00Z"),
		.peak = URGENCY_CRITICAL,
		.announced = true,
		.turn = str_dup("0123456789abcdef"),
		.seen = str_dup("2026-11-21T04:00:00Z") };
	return alert;
}

static struct unsent *add_unsent(struct state *state, const char *id, const char *written)
{
	struct unsent unsent = { .channel = str_dup("review"),
		.type = str_dup("github"),
		.about = str_dup(id),
		.nr_alerts = 3,
		.title = str_dup("benchgate: REGRESSION"),
		.written = str_dup(written),
		.body = json_new_object(),
		.progress = str_dup("0 2:5000000001:1"),
		.trouble = str_dup("status 500"),
		.nr_attempts = 2 };

	snprintf(unsent.id, sizeof unsent.id, "%s", id);
	json_add_text(unsent.body, "text", "x");
	unsents_add(&state->unsent, unsent);
	return &state->unsent.items[state->unsent.nr - 1];
}

/* One of everything. */
static void fill(struct state *state)
{
	struct tracked_alert *alert = add_alert(state, 1);
	struct receipt *receipt = receipts_get(&alert->told, "chat");

	alert->resolved = str_dup("2026-11-21T05:00:00Z");
	alert->held = str_dup("2026-11-21T06:00:00Z");
	alert->acked = str_dup("2026-11-21T07:00:00Z");
	alert->reason = str_dup("known\n\"since\" Monday");
	alert->nr_escalated = 2;
	texts_add(&alert->channels, "chat");
	*receipt = (struct receipt){ .channel = receipt->channel,
		.told = true,
		.kind = NOTICE_WORSE,
		.urgency = URGENCY_CRITICAL,
		.unsure = true,
		.put_off = true,
		.nr_escalated = 1,
		.thread = str_dup("1700000000.000100"),
		.message = str_dup("0123456789abcdef") };
	receipts_get(&alert->told, "pager");
	add_alert(state, 2)->notice.change_percent = (double)NAN;
	*ARRAY_ADD(&state->silences) =
		(struct silence){ str_dup("sort/*"), str_dup("2026-12-31T00:00:00Z"), NULL };
	*ARRAY_ADD(&state->pauses) = (struct silence){ str_dup("chat"),
		str_dup("2026-12-30T00:00:00Z"), str_dup("on holiday") };
	add_unsent(state, "0123456789abcdef", "2026-11-21T04:00:00Z");
}

TEST(a_later_message_about_the_same_replaces_an_unsent_one)
{
	struct state known = { .unsent = { .nr = 0 } };

	add_unsent(&known, "0123456789abcdef", "2026-11-21T04:00:00Z");
	add_unsent(&known, "fedcba9876543210", "2026-11-21T05:00:00Z");
	add_unsent(&known, "0123456789abcdef", "2026-11-21T06:00:00Z");
	assert_int_equal(known.unsent.nr, 2);
	assert_string_equal(
		unsents_find(&known.unsent, "0123456789abcdef")->written, "2026-11-21T06:00:00Z");
	assert_null(unsents_find(&known.unsent, "0123456789abcde0"));
	state_release(&known);
}

static void print(struct state *state, struct buf *out)
{
	struct buf warnings = BUF_INIT;

	state_print(state, out, &warnings);
	assert_string_equal(warnings.data, "");
}

TEST(what_is_written_is_read_back_the_same)
{
	struct state first = { .alerts = { .nr = 0 } }, second = { .alerts = { .nr = 0 } };
	struct buf text = BUF_INIT, again = BUF_INIT;
	struct error err = ERROR_INIT;

	fill(&first);
	print(&first, &text);
	if (state_parse(text.data, text.len, &second, &err))
		fail_msg("%s", err.text);
	print(&second, &again);
	assert_string_equal(text.data, again.data);
	assert_int_equal(second.alerts.items[0].told.nr, 2);
	assert_string_equal(
		receipts_find(&second.alerts.items[0].told, "chat")->thread, "1700000000.000100");
	assert_null(receipts_find(&second.alerts.items[1].told, "chat"));
	assert_true(isnan(second.alerts.items[1].notice.change_percent));
	state_release(&first);
	state_release(&second);
	buf_release(&text);
	buf_release(&again);
}

TEST(a_text_that_is_cut_anywhere_is_refused)
{
	struct state whole = { .alerts = { .nr = 0 } };
	struct buf text = BUF_INIT;

	fill(&whole);
	print(&whole, &text);
	for (size_t len = 0; len + 2 < text.len; len++) {
		struct state part = { .alerts = { .nr = 0 } };
		struct error err = ERROR_INIT;
		char *cut = mem_copy(text.data, len);

		assert_int_equal(state_parse(cut, len, &part, &err), -1);
		assert_true(*err.text);
		state_release(&part);
		free(cut);
	}
	state_release(&whole);
	buf_release(&text);
}

/* The text with its first `from` replaced. */
static void refused(const char *text, const char *from, const char *to, const char *says)
{
	const char *at = strstr(text, from);
	struct state read = { .alerts = { .nr = 0 } };
	struct buf spoilt = BUF_INIT;
	struct error err = ERROR_INIT;

	assert_non_null(at);
	buf_add(&spoilt, text, (size_t)(at - text));
	buf_adds(&spoilt, to);
	buf_adds(&spoilt, at + strlen(from));
	assert_int_equal(state_parse(spoilt.data, spoilt.len, &read, &err), -1);
	if (!strstr(err.text, says))
		fail_msg("%s says nothing of %s", err.text, says);
	state_release(&read);
	buf_release(&spoilt);
}

TEST(what_is_wrong_is_said_with_its_place)
{
	struct state whole = { .alerts = { .nr = 0 } };
	struct buf text = BUF_INIT;

	fill(&whole);
	print(&whole, &text);
	refused(text.data, "benchgate-alerts", "benchgate-run", "format");
	refused(text.data, "\"version\": 2", "\"version\": 9", "version");
	refused(text.data, "\"0000000000000001\"", "\"1\"", "alerts[0].fingerprint");
	refused(text.data, "\"resolved\": \"2026-11-21T05:00:00Z\"", "\"resolved\": \"now\"",
		"alerts[0].resolved");
	refused(text.data, "\"most_severe\": \"critical\"", "\"most_severe\": \"bad\"",
		"alerts[0].most_severe");
	refused(text.data, "\"told\": [", "\"told\": [7,", "alerts[0].told");
	refused(text.data, "\"until\": \"2026", "\"until\": \"26", "silences[0].until");
	refused(text.data, "\"until\": \"2026-12-30", "\"until\": \"26-12-30", "pauses[0].until");
	refused(text.data, "\"kind\": \"worse\"", "\"kind\": \"odd\"", "alerts[0].told[0].kind");
	refused(text.data, "\"channels\": [", "\"channels\": [7,", "alerts[0].channels");
	refused(text.data, "\"message\": \"", "\"message\": \"x", "alerts[0].told[0].message");
	refused(text.data, "\"body\": {", "\"bodies\": {", "unsent[0]");
	refused(text.data, "\"id\": \"0123456789abcdef\"", "\"id\": \"0123456789ABCDEF\"",
		"unsent[0].id");
	refused(text.data, "\"unsent\": [", "\"unsent\": [null,", "unsent[0]");
	state_release(&whole);
	buf_release(&text);
}

TEST(what_is_too_old_is_dropped_and_counted)
{
	struct state known = { .alerts = { .nr = 0 } };
	struct buf warnings = BUF_INIT;

	add_alert(&known, 1)->resolved = str_dup("2026-11-21T05:00:00Z");
	add_alert(&known, 2);
	*ARRAY_ADD(&known.silences) =
		(struct silence){ str_dup("a"), str_dup("2026-11-28T00:00:00Z"), NULL };
	add_unsent(&known, "0123456789abcdef", "2026-11-21T03:59:59Z");
	add_unsent(&known, "fedcba9876543210", "2026-11-21T04:00:00Z");
	state_expire(&known, "2026-11-28T04:00:00Z", &warnings);
	assert_int_equal(known.unsent.nr, 1);
	assert_string_equal(known.unsent.items[0].id, "fedcba9876543210");
	assert_string_equal(
		warnings.data, "1 message was dropped that could not be sent for 7 days\n");
	buf_clear(&warnings);
	assert_int_equal(known.silences.nr, 0);
	assert_int_equal(known.alerts.nr, 2);
	assert_string_equal(warnings.data, "");
	state_expire(&known, "2026-12-21T05:00:01Z", &warnings);
	assert_int_equal(known.unsent.nr, 0);
	assert_int_equal(known.alerts.nr, 1);
	assert_string_equal(known.alerts.items[0].notice.benchmark, "bench2");
	buf_clear(&warnings);
	state_expire(&known, "2027-02-19T04:00:01Z", &warnings);
	assert_int_equal(known.alerts.nr, 0);
	assert_string_equal(
		warnings.data, "1 alert was forgotten that no run has judged for 90 days\n");
	state_release(&known);
	buf_release(&warnings);
}

TEST(a_state_that_is_too_large_loses_its_oldest_messages)
{
	struct state known = { .alerts = { .nr = 0 } }, read = { .alerts = { .nr = 0 } };
	struct buf text = BUF_INIT, warnings = BUF_INIT, large = BUF_INIT;
	struct error err = ERROR_INIT;

	buf_fill(&large, 'x', 3 << 20);
	for (unsigned i = 0; i < 8; i++) {
		char id[STATE_ID_MAX];

		observed_fingerprint(i, id);
		json_add_text(
			add_unsent(&known, id, "2026-11-21T04:00:00Z")->body, "large", large.data);
	}
	state_print(&known, &text, &warnings);
	assert_true(text.len <= STATE_MAX_BYTES);
	assert_int_equal(known.unsent.nr, 4);
	assert_string_equal(known.unsent.items[0].id, "0000000000000004");
	assert_string_equal(warnings.data,
		"4 unsent messages were forgotten: the state file may hold 16 MB at most\n");
	assert_int_equal(state_parse(text.data, text.len, &read, &err), 0);
	state_release(&known);
	state_release(&read);
	buf_release(&text);
	buf_release(&warnings);
	buf_release(&large);
}

TEST(a_channel_is_failing_until_its_messages_are_sent_but_tried_in_full_now_and_then)
{
	struct state known = { .alerts = { .nr = 0 } };
	struct unsent *unsent = add_unsent(&known, "0123456789abcdef", "2026-11-21T04:00:00Z");

	assert_true(state_is_failing(&known, "review"));
	assert_false(state_is_failing(&known, "chat"));
	unsent->nr_attempts = 0;
	assert_false(state_is_failing(&known, "review"));
	unsent->nr_attempts = STATE_WHOLE_TRY_EVERY;
	assert_false(state_is_failing(&known, "review"));
	unsent->nr_attempts++;
	assert_true(state_is_failing(&known, "review"));
	unsents_remove(&known.unsent, 0);
	assert_false(state_is_failing(&known, "review"));
	state_release(&known);
}

TEST(a_message_of_alerts_is_dropped_when_no_receipt_names_it)
{
	struct state known = { .alerts = { .nr = 0 } };

	str_set(&receipts_get(&add_alert(&known, 1)->told, "chat")->message, "0123456789abcdef");
	str_set(&add_unsent(&known, "0123456789abcdef", "2026-11-21T04:00:00Z")->about, "");
	str_set(&add_unsent(&known, "fedcba9876543210", "2026-11-21T04:00:00Z")->about, "");
	add_unsent(&known, "0000000000000001", "2026-11-21T04:00:00Z");
	state_drop_unsent(&known);
	assert_int_equal(known.unsent.nr, 2);
	assert_string_equal(known.unsent.items[0].id, "0123456789abcdef");
	assert_string_equal(known.unsent.items[1].id, "0000000000000001");
	state_release(&known);
}

/* So large that five are too many. */
static void make_large(char **text)
{
	struct buf large = BUF_INIT;

	buf_fill(&large, 'x', 7u << 19);
	free(*text);
	*text = buf_detach(&large);
}

static void assert_shrunk(struct state *known, const char *warned)
{
	struct buf text = BUF_INIT, warnings = BUF_INIT;
	struct state read = { .alerts = { .nr = 0 } };
	struct error err = ERROR_INIT;

	state_print(known, &text, &warnings);
	assert_true(text.len <= STATE_MAX_BYTES);
	assert_string_equal(warnings.data, warned);
	assert_int_equal(state_parse(text.data, text.len, &read, &err), 0);
	state_release(&read);
	buf_release(&text);
	buf_release(&warnings);
}

TEST(a_state_that_is_too_large_loses_resolved_alerts_first)
{
	struct state known = { .alerts = { .nr = 0 } };

	for (unsigned i = 0; i < 6; i++) {
		struct tracked_alert *alert = add_alert(&known, i);

		make_large(&alert->reason);
		if (i % 2)
			alert->resolved = str_dup("2026-11-21T05:00:00Z");
	}
	add_unsent(&known, "0123456789abcdef", "2026-11-21T04:00:00Z");
	assert_shrunk(&known,
		"2 resolved alerts were forgotten: the state file may hold 16 MB at most\n");
	assert_int_equal(known.alerts.nr, 4);
	assert_int_equal(known.unsent.nr, 1);
	assert_string_equal(known.alerts.items[3].notice.benchmark, "bench5");
	state_release(&known);
}

TEST(a_state_that_is_too_large_whatever_it_has_gets_smaller)
{
	struct state known = { .alerts = { .nr = 0 } };

	for (unsigned i = 0; i < 5; i++)
		make_large(&add_alert(&known, i)->reason);
	add_unsent(&known, "0123456789abcdef", "2026-11-21T04:00:00Z");
	assert_shrunk(&known,
		"1 unsent message was forgotten: the state file may hold 16 MB at most\n"
		"3 alerts were forgotten: the state file may hold 16 MB at most\n");
	assert_int_equal(known.alerts.nr, 2);
	assert_string_equal(known.alerts.items[0].notice.benchmark, "bench3");
	state_release(&known);
}

static void write_text(const char *name, const char *text)
{
	write_file(name, text, strlen(text));
}

TEST_WITH(a_kept_state_is_there_again, open_playground, close_playground)
{
	struct buf warnings = BUF_INIT;
	struct state_file file = STATE_FILE_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(state_file_open(&file, inside("a/b/state.json"), 0, &warnings, &err), 0);
	assert_int_equal(file.state.alerts.nr, 0);
	fill(&file.state);
	assert_int_equal(state_file_write(&file, &warnings, &err), 0);
	state_file_close(&file);
	assert_int_equal(state_file_look(&file, inside("a/b/state.json"), &err), 0);
	assert_int_equal(file.state.alerts.nr, 2);
	assert_string_equal(warnings.data, "");
	state_file_close(&file);
}

TEST_WITH(a_spoilt_file_is_put_aside_with_one_warning, open_playground, close_playground)
{
	struct buf warnings = BUF_INIT;
	struct state_file file = STATE_FILE_INIT;
	struct error err = ERROR_INIT;

	write_text("spoilt.json", "{ \"format\": \"benchgate-alerts\", ");
	assert_int_equal(state_file_look(&file, inside("spoilt.json"), &err), -1);
	assert_true(file_is_there(inside("spoilt.json")));
	state_file_close(&file);
	assert_int_equal(state_file_open(&file, inside("spoilt.json"), 0, &warnings, &err), 0);
	assert_int_equal(file.state.alerts.nr, 0);
	assert_non_null(strstr(warnings.data, "spoilt.json.spoilt, and what was told"));
	assert_ptr_equal(strchr(warnings.data, '\n'), warnings.data + warnings.len - 1);
	assert_false(file_is_there(inside("spoilt.json")));
	assert_true(file_is_there(inside("spoilt.json.spoilt")));
	state_file_close(&file);
	buf_release(&warnings);
}
