/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "notify/post.h"

#include "support/outlets.h"
#include "support/sighted.h"

/* Runs over a state, each at a time that it names. */
struct office {
	struct notify_settings settings;
	struct occasion occasion;
	struct verdict verdict;
	struct rule rule;
	struct rules rules;
	struct census census;
	struct state state;
	struct sightings sightings; /* of the next run */
	bool forgetful;
};

static void begin(struct office *office)
{
	*office = (struct office){ .rule = { .name = str_dup("slower") },
		.census = { 100, 4, false },
		.verdict = { .word = VERDICT_REGRESSION } };
	office->rules = (struct rules){ &office->rule, 1, 1 };
	notify_settings_init(&office->settings);
	occasion_find(&office->occasion, NULL, NULL);
	outlets_open(&office->settings, "chat", &outlets_tells, URGENCY_INFO);
}

static void end(struct office *office)
{
	notify_settings_release(&office->settings);
	occasion_release(&office->occasion);
	state_release(&office->state);
	sightings_release(&office->sightings);
	free(office->rule.name);
}

static void quiet_nights(struct office *office)
{
	office->settings.quiet = (struct quiet_hours){ str_dup("22:00"), str_dup("07:00"), NULL };
}

static void raise_it(struct office *office, unsigned nr, enum urgency urgency)
{
	sighted_raise(&office->sightings, nr, &office->rule, urgency, "2026-11-20T00:00:00Z");
}

static size_t run(struct office *office, const char *now)
{
	struct telling telling = { &office->settings, &office->rules, &office->verdict,
		&office->occasion, NULL, now, "" };
	struct post post = { .telling = &telling,
		.census = &office->census,
		.forgetful = office->forgetful,
		.ignorant = office->forgetful,
		.claim = "0123456789abcdef",
		.claimed = "2026-11-20T00:01:00Z" };
	struct settlement settlement =
		settle(&office->state, &office->sightings, &office->rules, now);

	post_letters(&post, &settlement, &office->state);
	settlement_release(&settlement);
	sightings_release(&office->sightings);
	return post.nr_waiting;
}

static void sent(struct office *office)
{
	letters_release(&office->state.outbox);
}

/* The titles in the outbox, a line each, with their channels. */
static void assert_outbox(const struct office *office, const char *lines)
{
	struct buf said = BUF_INIT;

	for (size_t i = 0; i < office->state.outbox.nr; i++)
		buf_addf(&said, "%s: %s\n", office->state.outbox.items[i].outlet,
			office->state.outbox.items[i].title);
	assert_string_equal(said.data, lines);
	buf_release(&said);
}

TEST(news_become_a_letter_that_is_claimed)
{
	const struct letter *letter;
	struct office office;

	begin(&office);
	raise_it(&office, 1, URGENCY_WARNING);
	run(&office, "2026-11-21T12:00:00Z");
	assert_outbox(&office, "chat: benchgate: bench1 +11.0 % (warning) on main\n");
	letter = &office.state.outbox.items[0];
	assert_string_equal(letter->claim, "0123456789abcdef");
	assert_string_equal(letter->written, "2026-11-21T12:00:00Z");
	assert_string_equal(letter->fingerprints, "0000000000000001");
	assert_int_equal(strlen(letter->id), 16);
	assert_string_equal(json_text(json_get(letter->body, "id")), letter->id);
	assert_true(texts_have(&office.state.standings.items[0].told, "chat"));
	end(&office);
}

TEST(what_is_not_critical_waits_for_the_morning)
{
	struct office office;

	begin(&office);
	quiet_nights(&office);
	raise_it(&office, 1, URGENCY_WARNING);
	raise_it(&office, 2, URGENCY_CRITICAL);
	assert_int_equal(run(&office, "2026-11-21T23:59:59Z"), 1);
	assert_outbox(&office, "chat: benchgate: bench2 +12.0 % (critical) on main\n");
	sent(&office);
	raise_it(&office, 3, URGENCY_WARNING);
	assert_int_equal(run(&office, "2026-11-22T06:59:59Z"), 1);
	assert_outbox(&office, "");
	assert_int_equal(run(&office, "2026-11-22T07:00:00Z"), 0);
	assert_outbox(&office, "chat: benchgate: after quiet hours, 2 new on main\n");
	assert_true(json_bool(json_get(office.state.outbox.items[0].body, "digest")));
	assert_int_equal(office.state.waiting.nr, 0);
	sent(&office);
	run(&office, "2026-11-22T07:00:01Z");
	assert_outbox(&office, "");
	end(&office);
}

TEST(what_ends_before_it_is_told_is_not_told_at_all)
{
	struct office office;

	begin(&office);
	quiet_nights(&office);
	raise_it(&office, 1, URGENCY_WARNING);
	run(&office, "2026-11-21T23:00:00Z");
	sighted_judge(&office.sightings, 1, true);
	run(&office, "2026-11-22T03:00:00Z");
	run(&office, "2026-11-22T08:00:00Z");
	assert_outbox(&office, "");
	end(&office);
}

TEST(what_was_told_before_the_night_ends_in_the_digest)
{
	struct office office;

	begin(&office);
	quiet_nights(&office);
	raise_it(&office, 1, URGENCY_WARNING);
	run(&office, "2026-11-21T20:00:00Z");
	sent(&office);
	sighted_judge(&office.sightings, 1, true);
	run(&office, "2026-11-21T23:00:00Z");
	assert_outbox(&office, "");
	run(&office, "2026-11-22T08:00:00Z");
	assert_outbox(&office, "chat: benchgate: after quiet hours, 1 resolved on main\n");
	end(&office);
}

TEST(what_grows_critical_at_night_is_told_then_and_once)
{
	struct office office;

	begin(&office);
	quiet_nights(&office);
	raise_it(&office, 1, URGENCY_INFO);
	run(&office, "2026-11-21T23:00:00Z");
	raise_it(&office, 1, URGENCY_WARNING);
	run(&office, "2026-11-21T23:10:00Z");
	assert_int_equal(office.state.waiting.nr, 1);
	assert_int_equal(office.state.waiting.items[0].notice.kind, NOTICE_NEW);
	assert_int_equal(office.state.waiting.items[0].notice.urgency, URGENCY_WARNING);
	raise_it(&office, 1, URGENCY_CRITICAL);
	run(&office, "2026-11-21T23:20:00Z");
	assert_outbox(&office, "chat: benchgate: bench1 +11.0 % (critical) on main\n");
	sent(&office);
	run(&office, "2026-11-22T08:00:00Z");
	assert_outbox(&office, "");
	end(&office);
}

TEST(what_comes_back_before_its_end_was_told_never_ended)
{
	struct office office;

	begin(&office);
	quiet_nights(&office);
	raise_it(&office, 1, URGENCY_WARNING);
	run(&office, "2026-11-21T20:00:00Z");
	sent(&office);
	sighted_judge(&office.sightings, 1, true);
	run(&office, "2026-11-21T23:00:00Z");
	raise_it(&office, 1, URGENCY_WARNING);
	run(&office, "2026-11-21T23:10:00Z");
	run(&office, "2026-11-22T08:00:00Z");
	assert_outbox(&office, "");
	sighted_judge(&office.sightings, 1, true);
	run(&office, "2026-11-22T09:00:00Z");
	assert_outbox(&office, "chat: benchgate: bench1 passes again on main\n");
	end(&office);
}

TEST(what_waits_of_a_silenced_benchmark_goes_on_waiting)
{
	struct office office;

	begin(&office);
	quiet_nights(&office);
	raise_it(&office, 1, URGENCY_WARNING);
	run(&office, "2026-11-21T23:00:00Z");
	*ARRAY_ADD(&office.state.silences) =
		(struct silence){ str_dup("bench1"), str_dup("2026-11-22T09:00:00Z"), NULL };
	run(&office, "2026-11-22T08:00:00Z");
	assert_outbox(&office, "");
	run(&office, "2026-11-22T09:00:00Z");
	assert_outbox(&office, "chat: benchgate: after quiet hours, 1 new on main\n");
	end(&office);
}

TEST(a_kept_message_is_about_every_run_and_replaces_what_was_not_sent)
{
	struct office office;

	begin(&office);
	quiet_nights(&office);
	outlets_open(&office.settings, "comment", &outlets_stays, URGENCY_INFO);
	raise_it(&office, 1, URGENCY_WARNING);
	run(&office, "2026-11-21T23:00:00Z");
	assert_outbox(&office, "comment: benchgate: REGRESSION, 1 new on main\n");
	office.verdict.word = VERDICT_PASS;
	run(&office, "2026-11-21T23:00:10Z");
	assert_outbox(&office, "comment: benchgate: PASS\n");
	end(&office);
}

TEST(what_another_run_is_sending_is_overtaken)
{
	struct office office;

	begin(&office);
	outlets_open(&office.settings, "comment", &outlets_stays, URGENCY_INFO);
	run(&office, "2026-11-20T00:00:00Z");
	run(&office, "2026-11-20T00:00:59Z");
	assert_int_equal(office.state.outbox.nr, 2);
	assert_true(office.state.outbox.items[0].overtaken);
	assert_false(office.state.outbox.items[1].overtaken);
	end(&office);
}

TEST(without_a_memory_it_is_one_message_and_nothing_waits)
{
	static const unsigned alerts[] = { 1, 2, 3 };
	struct office office;

	begin(&office);
	quiet_nights(&office);
	office.forgetful = true;
	for (size_t i = 0; i < 3; i++)
		raise_it(&office, alerts[i], URGENCY_WARNING);
	raise_it(&office, 4, URGENCY_CRITICAL);
	assert_int_equal(run(&office, "2026-11-21T23:00:00Z"), 0);
	assert_outbox(&office, "chat: benchgate: REGRESSION, 4 new on main\n");
	end(&office);
}

TEST(a_later_letter_knows_what_the_first_one_left)
{
	struct office office;

	begin(&office);
	raise_it(&office, 1, URGENCY_WARNING);
	run(&office, "2026-11-21T12:00:00Z");
	sent(&office);
	standing_leave(&office.state.standings.items[0], "chat", "thread 7");
	sighted_judge(&office.sightings, 1, true);
	run(&office, "2026-11-21T13:00:00Z");
	assert_string_equal(
		json_text(json_get(office.state.outbox.items[0].body, "earlier")), "thread 7");
	end(&office);
}

/* Nobody could deliver them, and nobody has them. */
static void failed(struct office *office)
{
	for (size_t i = 0; i < office->state.outbox.nr; i++)
		*office->state.outbox.items[i].claim = '\0';
}

TEST(what_ends_before_it_could_be_sent_is_not_sent)
{
	struct office office;

	begin(&office);
	outlets_open(&office.settings, "pager", &outlets_tells, URGENCY_INFO);
	raise_it(&office, 1, URGENCY_WARNING);
	run(&office, "2026-11-21T12:00:00Z");
	failed(&office);
	letters_remove(&office.state.outbox, 1);
	sighted_judge(&office.sightings, 1, true);
	run(&office, "2026-11-21T13:00:00Z");
	assert_outbox(&office, "pager: benchgate: bench1 passes again on main\n");
	sent(&office);
	raise_it(&office, 1, URGENCY_WARNING);
	run(&office, "2026-11-21T14:00:00Z");
	assert_int_equal(office.state.outbox.nr, 2);
	end(&office);
}

TEST(what_may_have_arrived_ends_with_a_message)
{
	struct office office;

	begin(&office);
	raise_it(&office, 1, URGENCY_WARNING);
	run(&office, "2026-11-21T12:00:00Z");
	failed(&office);
	office.state.outbox.items[0].recallable = false;
	sighted_judge(&office.sightings, 1, true);
	run(&office, "2026-11-21T13:00:00Z");
	assert_int_equal(office.state.outbox.nr, 2);
	end(&office);
}

TEST(what_another_run_is_sending_ends_with_a_message)
{
	struct office office;

	begin(&office);
	raise_it(&office, 1, URGENCY_WARNING);
	run(&office, "2026-11-21T12:00:00Z");
	sighted_judge(&office.sightings, 1, true);
	run(&office, "2026-11-21T13:00:00Z");
	assert_int_equal(office.state.outbox.nr, 2);
	end(&office);
}

TEST(a_message_is_sent_as_long_as_one_of_its_alerts_stands)
{
	struct office office;

	begin(&office);
	for (unsigned i = 1; i <= 2; i++)
		raise_it(&office, i, URGENCY_WARNING);
	office.census.nr_folders = 1;
	run(&office, "2026-11-21T12:00:00Z");
	assert_int_equal(office.state.outbox.nr, 1);
	failed(&office);
	sighted_judge(&office.sightings, 1, true);
	run(&office, "2026-11-21T13:00:00Z");
	assert_int_equal(office.state.outbox.nr, 2);
	sent(&office);
	end(&office);
}

TEST(what_grew_worse_meanwhile_is_told_from_its_beginning_to_its_end)
{
	struct office office;

	begin(&office);
	raise_it(&office, 1, URGENCY_WARNING);
	run(&office, "2026-11-21T12:00:00Z");
	raise_it(&office, 1, URGENCY_CRITICAL);
	run(&office, "2026-11-21T13:00:00Z");
	failed(&office);
	sighted_judge(&office.sightings, 1, true);
	run(&office, "2026-11-21T14:00:00Z");
	assert_int_equal(office.state.outbox.nr, 3);
	end(&office);
}

TEST(three_hundred_alerts_are_few_messages)
{
	struct office office;

	begin(&office);
	for (unsigned i = 0; i < 300; i++) {
		struct sighting *sighting;
		char text[32];

		raise_it(&office, i, i % 3 ? URGENCY_WARNING : URGENCY_CRITICAL);
		sighting = &office.sightings.items[i];
		snprintf(text, sizeof text, "src/%u/x.c", i % 40);
		free(sighting->notice.file);
		sighting->notice.file = str_dup(text);
	}
	office.census.nr_compared = 1000;
	run(&office, "2026-11-21T12:00:00Z");
	assert_int_equal(office.state.outbox.nr, 5);
	end(&office);
}
