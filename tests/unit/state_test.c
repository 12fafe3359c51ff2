/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "notify/keep.h"

#include "support/sighted.h"
#include "sys/file.h"
#include "sys/folder.h"

#include "support/playground.h"

static char rule_name[] = "slower";
static const struct rule rule = { .name = rule_name };

static struct standing *add_standing(struct state *state, unsigned nr)
{
	struct standing *standing = ARRAY_ADD(&state->standings);

	*standing = (struct standing){ .notice = sighted_notice(
					       nr, &rule, URGENCY_WARNING, "2026-11-21T04:00:00Z"),
		.peak = URGENCY_CRITICAL,
		.announced = true,
		.seen = str_dup("2026-11-21T04:00:00Z") };
	return standing;
}

static struct letter *add_letter(struct state *state, const char *id, const char *written)
{
	struct letter *letter = ARRAY_ADD(&state->outbox);

	*letter = (struct letter){ .outlet = str_dup("chat"),
		.type = str_dup("file"),
		.about = str_dup(""),
		.title = str_dup("benchgate: \"x\""),
		.fingerprints = str_dup("0000000000000001 0000000000000002"),
		.written = str_dup(written),
		.claim = str_dup(""),
		.claimed = str_dup(""),
		.body = json_new_object() };
	snprintf(letter->id, sizeof letter->id, "%s", id);
	json_add_text(letter->body, "text", "bench1");
	return letter;
}

/* One of everything. */
static void fill(struct state *state)
{
	struct standing *standing = add_standing(state, 1);
	struct letter *letter;

	standing->resolved = str_dup("2026-11-21T05:00:00Z");
	standing->held = str_dup("2026-11-21T06:00:00Z");
	standing->acked = str_dup("2026-11-21T07:00:00Z");
	standing->reason = str_dup("known\n\"since\" Monday");
	standing->nr_escalated = 2;
	texts_add(&standing->told, "chat");
	texts_add(&standing->told, "pager");
	texts_add(&standing->untold, "mail");
	standing_leave(standing, "chat", "1700000000.000100");
	add_standing(state, 2)->notice.change_percent = (double)NAN;
	*ARRAY_ADD(&state->silences) =
		(struct silence){ str_dup("sort/*"), str_dup("2026-12-31T00:00:00Z"), NULL };
	state_wait(state, "chat", &standing->notice);
	state->waiting.items[0].notice.kind = NOTICE_RESOLVED;
	letter = add_letter(state, "0123456789abcdef", "2026-11-21T04:00:00Z");
	letter->trouble = str_dup("status 500");
	letter->nr_attempts = 3;
	letter->overtaken = true;
	letter->recallable = true;
	add_letter(state, "fedcba9876543210", "2026-11-21T04:00:00Z");
}

static void print(struct state *state, struct buf *out)
{
	struct buf warnings = BUF_INIT;

	state_print(state, out, &warnings);
	assert_string_equal(warnings.data, "");
}

TEST(what_is_written_is_read_back_the_same)
{
	struct state first = { .waiting = { .nr = 0 } }, second = { .waiting = { .nr = 0 } };
	struct buf text = BUF_INIT, again = BUF_INIT;
	struct error err = ERROR_INIT;

	fill(&first);
	print(&first, &text);
	if (state_parse(text.data, text.len, &second, &err))
		fail_msg("%s", err.text);
	print(&second, &again);
	assert_string_equal(text.data, again.data);
	assert_string_equal(standing_left(&second.standings.items[0], "chat"), "1700000000.000100");
	assert_int_equal(second.waiting.items[0].notice.kind, NOTICE_RESOLVED);
	assert_string_equal(second.standings.items[0].untold.items[0], "mail");
	assert_true(second.outbox.items[0].overtaken);
	assert_false(second.outbox.items[1].overtaken);
	assert_true(second.outbox.items[0].recallable);
	assert_true(isnan(second.standings.items[1].notice.change_percent));
	state_release(&first);
	state_release(&second);
	buf_release(&text);
	buf_release(&again);
}

TEST(a_text_that_is_cut_anywhere_is_refused)
{
	struct state whole = { .waiting = { .nr = 0 } };
	struct buf text = BUF_INIT;

	fill(&whole);
	print(&whole, &text);
	for (size_t len = 0; len + 2 < text.len; len++) {
		struct state part = { .waiting = { .nr = 0 } };
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
	struct state read = { .waiting = { .nr = 0 } };
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
	struct state whole = { .waiting = { .nr = 0 } };
	struct buf text = BUF_INIT;

	fill(&whole);
	print(&whole, &text);
	refused(text.data, "benchgate-alerts", "benchgate-run", "format");
	refused(text.data, "\"version\": 1", "\"version\": 9", "version");
	refused(text.data, "\"0000000000000001\"", "\"1\"", "alerts[0].fingerprint");
	refused(text.data, "\"resolved\": \"2026-11-21T05:00:00Z\"", "\"resolved\": \"now\"",
		"alerts[0].resolved");
	refused(text.data, "\"most_severe\": \"critical\"", "\"most_severe\": \"bad\"",
		"alerts[0].most_severe");
	refused(text.data, "\"told\": [", "\"told\": [7,", "alerts[0].told");
	refused(text.data, "\"until\": \"2026", "\"until\": \"26", "silences[0].until");
	refused(text.data, "\"kind\": \"resolved\"", "\"kind\": \"odd\"", "waiting[0].kind");
	refused(text.data, "\"body\": {", "\"bodies\": {", "outbox[0]");
	refused(text.data, "\"id\": \"0123456789abcdef\"", "\"id\": \"0123456789ABCDEF\"",
		"outbox[0].id");
	refused(text.data, "\"outbox\": [", "\"outbox\": [null,", "outbox[0]");
	state_release(&whole);
	buf_release(&text);
}

TEST(what_is_too_old_is_dropped_and_counted)
{
	struct state known = { .waiting = { .nr = 0 } };
	struct buf warnings = BUF_INIT;

	add_standing(&known, 1)->resolved = str_dup("2026-11-21T05:00:00Z");
	add_standing(&known, 2);
	add_letter(&known, "0123456789abcdef", "2026-11-21T04:00:00Z");
	add_letter(&known, "fedcba9876543210", "2026-11-25T04:00:00Z");
	*ARRAY_ADD(&known.silences) =
		(struct silence){ str_dup("a"), str_dup("2026-11-28T00:00:00Z"), NULL };
	state_expire(&known, "2026-11-28T04:00:00Z", &warnings);
	assert_int_equal(known.outbox.nr, 2);
	assert_int_equal(known.silences.nr, 0);
	assert_string_equal(warnings.data, "");
	state_expire(&known, "2026-11-28T04:00:01Z", &warnings);
	assert_int_equal(known.outbox.nr, 1);
	assert_string_equal(known.outbox.items[0].id, "fedcba9876543210");
	assert_string_equal(
		warnings.data, "1 message was dropped that could not be sent for 7 days\n");
	buf_clear(&warnings);
	letters_remove(&known.outbox, 0);
	state_expire(&known, "2026-12-21T05:00:01Z", &warnings);
	assert_int_equal(known.standings.nr, 1);
	assert_string_equal(known.standings.items[0].notice.benchmark, "bench2");
	buf_clear(&warnings);
	state_expire(&known, "2027-02-19T04:00:01Z", &warnings);
	assert_int_equal(known.standings.nr, 0);
	assert_string_equal(
		warnings.data, "1 alert was forgotten that no run has judged for 90 days\n");
	state_release(&known);
	buf_release(&warnings);
}

TEST(a_state_that_is_too_large_loses_its_oldest_letters)
{
	struct state known = { .waiting = { .nr = 0 } }, read = { .waiting = { .nr = 0 } };
	struct buf text = BUF_INIT, warnings = BUF_INIT, large = BUF_INIT;
	struct error err = ERROR_INIT;

	buf_fill(&large, 'x', 3 << 20);
	for (unsigned i = 0; i < 8; i++) {
		char id[LETTER_ID_MAX];

		sighted_fingerprint(i, id);
		json_add_text(
			add_letter(&known, id, "2026-11-21T04:00:00Z")->body, "large", large.data);
	}
	state_print(&known, &text, &warnings);
	assert_true(text.len <= STATE_MAX_BYTES);
	assert_int_equal(known.outbox.nr, 4);
	assert_string_equal(known.outbox.items[0].id, "0000000000000004");
	assert_non_null(strstr(warnings.data, "4 messages were dropped"));
	assert_int_equal(state_parse(text.data, text.len, &read, &err), 0);
	state_release(&known);
	state_release(&read);
	buf_release(&text);
	buf_release(&warnings);
	buf_release(&large);
}

TEST(what_nobody_knows_of_any_more_waits_no_longer)
{
	struct state known = { .waiting = { .nr = 0 } };
	struct buf warnings = BUF_INIT;

	add_standing(&known, 1);
	add_standing(&known, 2)->resolved = str_dup("2026-11-21T05:00:00Z");
	state_wait(&known, "gone", &known.standings.items[0].notice);
	state_wait(&known, "gone", &known.standings.items[1].notice);
	state_expire(&known, "2026-12-21T05:00:00Z", &warnings);
	assert_int_equal(known.waiting.nr, 2);
	state_expire(&known, "2026-12-21T05:00:01Z", &warnings);
	assert_int_equal(known.waiting.nr, 1);
	assert_string_equal(known.waiting.items[0].notice.benchmark, "bench1");
	state_release(&known);
	buf_release(&warnings);
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
	struct state read = { .waiting = { .nr = 0 } };
	struct error err = ERROR_INIT;

	state_print(known, &text, &warnings);
	assert_true(text.len <= STATE_MAX_BYTES);
	assert_string_equal(warnings.data, warned);
	assert_int_equal(state_parse(text.data, text.len, &read, &err), 0);
	state_release(&read);
	buf_release(&text);
	buf_release(&warnings);
}

TEST(a_state_that_is_too_large_loses_resolved_alerts_before_letters)
{
	struct state known = { .waiting = { .nr = 0 } };

	for (unsigned i = 0; i < 6; i++) {
		struct standing *standing = add_standing(&known, i);

		make_large(&standing->reason);
		if (i % 2)
			standing->resolved = str_dup("2026-11-21T05:00:00Z");
	}
	add_letter(&known, "0123456789abcdef", "2026-11-21T04:00:00Z");
	assert_shrunk(&known, "2 resolved alerts were forgotten: more than 16 MB would be kept\n");
	assert_int_equal(known.outbox.nr, 1);
	assert_int_equal(known.standings.nr, 4);
	assert_string_equal(known.standings.items[3].notice.benchmark, "bench5");
	state_release(&known);
}

TEST(a_state_that_is_too_large_whatever_it_has_gets_smaller)
{
	struct state known = { .waiting = { .nr = 0 } };

	for (unsigned i = 0; i < 5; i++)
		make_large(&add_standing(&known, i)->reason);
	state_wait(&known, "gone", &known.standings.items[0].notice);
	assert_shrunk(&known,
		"1 notice was dropped that waited for the end of quiet hours: more than 16 MB would be kept\n"
		"3 alerts were forgotten: more than 16 MB would be kept\n");
	assert_int_equal(known.standings.nr, 2);
	assert_string_equal(known.standings.items[0].notice.benchmark, "bench3");
	state_release(&known);
}

TEST(what_nobody_was_told_in_the_end_is_news_again)
{
	struct state known = { .waiting = { .nr = 0 } };
	struct standing *standing = add_standing(&known, 1);

	texts_add(&standing->told, "chat");
	texts_add(&standing->told, "pager");
	standing_untell(standing, "chat");
	assert_false(texts_have(&standing->told, "chat"));
	assert_true(standing->announced);
	assert_true(texts_have(&standing->untold, "chat"));
	standing_untell(standing, "pager");
	assert_false(standing->announced);
	/* Of a channel that keeps one message nobody says that it was told. */
	standing->announced = true;
	standing_untell(standing, "comment");
	assert_true(standing->announced);
	state_release(&known);
}

static void write_text(const char *name, const char *text)
{
	write_file(name, text, strlen(text));
}

TEST_WITH(a_kept_state_is_there_again, open_playground, close_playground)
{
	struct buf warnings = BUF_INIT;
	struct keep keep = KEEP_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(keep_open(&keep, inside("a/b/state.json"), &warnings, &err), 0);
	assert_int_equal(keep.state.standings.nr, 0);
	fill(&keep.state);
	assert_int_equal(keep_write(&keep, &warnings, &err), 0);
	keep_close(&keep);
	assert_int_equal(keep_look(&keep, inside("a/b/state.json"), &err), 0);
	assert_int_equal(keep.state.standings.nr, 2);
	assert_string_equal(warnings.data, "");
	keep_close(&keep);
}

TEST_WITH(a_spoilt_file_is_put_aside_with_one_warning, open_playground, close_playground)
{
	struct buf warnings = BUF_INIT;
	struct keep keep = KEEP_INIT;
	struct error err = ERROR_INIT;

	write_text("spoilt.json", "{ \"format\": \"benchgate-alerts\", ");
	assert_int_equal(keep_look(&keep, inside("spoilt.json"), &err), -1);
	assert_true(file_is_there(inside("spoilt.json")));
	keep_close(&keep);
	assert_int_equal(keep_open(&keep, inside("spoilt.json"), &warnings, &err), 0);
	assert_int_equal(keep.state.standings.nr, 0);
	assert_non_null(strstr(warnings.data, "spoilt.json.spoilt, and what was told"));
	assert_ptr_equal(strchr(warnings.data, '\n'), warnings.data + warnings.len - 1);
	assert_false(file_is_there(inside("spoilt.json")));
	assert_true(file_is_there(inside("spoilt.json.spoilt")));
	keep_close(&keep);
	buf_release(&warnings);
}
