/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "notify/settle.h"

#include "support/sighted.h"
#include "sys/clock.h"

#define HOUR_NS (3600ull * CLOCK_NS_PER_S)

/* A state and the runs that go over it, an hour apart. */
struct history {
	struct state state;
	struct rule rule;
	struct rules rules;
	char now[DATE_TIME_MAX];
	struct settlement last;
};

static void begin(struct history *history)
{
	*history = (struct history){ .rule = { .name = str_dup("slower") } };
	history->rules = (struct rules){ &history->rule, 1, 1 };
	snprintf(history->now, sizeof history->now, "2026-11-21T04:00:00Z");
}

static void end(struct history *history)
{
	free(history->rule.name);
	texts_release(&history->rule.escalate_to);
	settlement_release(&history->last);
	state_release(&history->state);
}

/* Who is told is what settling leaves to others. */
static void hear(struct history *history)
{
	for (size_t i = 0; i < history->last.nr; i++) {
		const struct settled *settled = &history->last.items[i];
		struct standing *standing =
			state_find(&history->state, settled->notice.fingerprint);

		if (settled->is_news && !standing->told.nr)
			texts_add(&standing->told, "chat");
	}
}

static void run(struct history *history, struct sightings *sightings)
{
	date_add_seconds(history->now, 3600);
	settlement_release(&history->last);
	history->last = settle(&history->state, sightings, &history->rules, history->now);
	hear(history);
	if (sightings)
		sightings_release(sightings);
}

static void raise_it(struct history *history, enum urgency urgency)
{
	struct sightings sightings = { .nr = 0 };

	sighted_raise(&sightings, 1, &history->rule, urgency, history->now);
	run(history, &sightings);
}

static void judge_it(struct history *history, bool passes)
{
	struct sightings sightings = { .nr = 0 };

	sighted_judge(&sightings, 1, passes);
	run(history, &sightings);
}

static void let_time_pass(struct history *history)
{
	run(history, NULL);
}

/* The last run has one notice, of that kind. */
#define assert_kind(history, of_kind) \
	(assert_int_equal((history).last.nr, 1), \
		assert_int_equal((history).last.items[0].notice.kind, of_kind))

TEST(an_alert_is_news_once)
{
	struct history history;

	begin(&history);
	raise_it(&history, URGENCY_WARNING);
	assert_kind(history, NOTICE_NEW);
	assert_true(history.last.items[0].is_news);
	raise_it(&history, URGENCY_WARNING);
	assert_kind(history, NOTICE_STANDING);
	assert_false(history.last.items[0].is_news);
	assert_int_equal(history.last.items[0].notice.nr_runs, 2);
	assert_string_equal(history.last.items[0].notice.since, "2026-11-21T04:00:00Z");
	assert_string_equal(history.state.standings.items[0].seen, "2026-11-21T06:00:00Z");
	end(&history);
}

TEST(what_is_more_urgent_than_ever_is_worse_once)
{
	struct history history;

	begin(&history);
	raise_it(&history, URGENCY_WARNING);
	raise_it(&history, URGENCY_CRITICAL);
	assert_kind(history, NOTICE_WORSE);
	assert_int_equal(history.last.items[0].notice.urgency, URGENCY_CRITICAL);
	raise_it(&history, URGENCY_WARNING);
	assert_kind(history, NOTICE_STANDING);
	assert_int_equal(history.last.items[0].notice.urgency, URGENCY_WARNING);
	raise_it(&history, URGENCY_CRITICAL);
	assert_kind(history, NOTICE_STANDING);
	end(&history);
}

TEST(it_is_resolved_once_for_those_who_heard)
{
	struct history history;

	begin(&history);
	raise_it(&history, URGENCY_CRITICAL);
	judge_it(&history, true);
	assert_kind(history, NOTICE_RESOLVED);
	assert_true(history.last.items[0].exactly);
	assert_string_equal(history.last.items[0].channels.items[0], "chat");
	assert_int_equal(history.last.items[0].notice.urgency, URGENCY_CRITICAL);
	judge_it(&history, true);
	assert_int_equal(history.last.nr, 0);
	raise_it(&history, URGENCY_CRITICAL);
	assert_kind(history, NOTICE_NEW);
	assert_int_equal(history.last.items[0].notice.nr_runs, 1);
	assert_string_equal(history.last.items[0].notice.since, "2026-11-21T08:00:00Z");
	end(&history);
}

TEST(what_is_not_judged_or_not_sure_stays_as_it_was)
{
	struct history history;

	begin(&history);
	raise_it(&history, URGENCY_WARNING);
	judge_it(&history, false);
	assert_int_equal(history.last.nr, 0);
	run(&history, &(struct sightings){ .nr = 0 });
	assert_int_equal(history.last.nr, 0);
	raise_it(&history, URGENCY_WARNING);
	assert_kind(history, NOTICE_STANDING);
	assert_int_equal(history.last.items[0].notice.nr_runs, 2);
	end(&history);
}

TEST(an_improvement_that_is_gone_is_forgotten_without_a_word)
{
	struct sightings sightings = { .nr = 0 };
	struct history history;

	begin(&history);
	sighted_raise(&sightings, 1, &history.rule, URGENCY_INFO, history.now)->notice.better =
		true;
	run(&history, &sightings);
	assert_kind(history, NOTICE_NEW);
	judge_it(&history, true);
	assert_int_equal(history.last.nr, 0);
	assert_non_null(history.state.standings.items[0].resolved);
	end(&history);
}

TEST(what_comes_back_too_soon_is_told_when_it_has_cooled_down)
{
	struct history history;

	begin(&history);
	history.rule.cool_down_ns = 3 * HOUR_NS;
	raise_it(&history, URGENCY_WARNING);
	judge_it(&history, true);
	raise_it(&history, URGENCY_WARNING);
	assert_kind(history, NOTICE_STANDING);
	judge_it(&history, true);
	assert_int_equal(history.last.nr, 0);
	raise_it(&history, URGENCY_WARNING);
	assert_kind(history, NOTICE_NEW);
	judge_it(&history, true);
	assert_kind(history, NOTICE_RESOLVED);
	end(&history);
}

TEST(what_comes_back_more_urgent_is_told_at_once)
{
	struct history history;

	begin(&history);
	history.rule.cool_down_ns = 30 * HOUR_NS;
	raise_it(&history, URGENCY_WARNING);
	judge_it(&history, true);
	raise_it(&history, URGENCY_CRITICAL);
	assert_kind(history, NOTICE_NEW);
	judge_it(&history, true);
	raise_it(&history, URGENCY_CRITICAL);
	assert_kind(history, NOTICE_STANDING);
	end(&history);
}

TEST(a_held_alert_that_worsens_is_told)
{
	struct history history;

	begin(&history);
	history.rule.cool_down_ns = 30 * HOUR_NS;
	raise_it(&history, URGENCY_WARNING);
	judge_it(&history, true);
	raise_it(&history, URGENCY_WARNING);
	raise_it(&history, URGENCY_CRITICAL);
	assert_kind(history, NOTICE_NEW);
	raise_it(&history, URGENCY_CRITICAL);
	assert_kind(history, NOTICE_STANDING);
	end(&history);
}

TEST(it_is_escalated_step_by_step_by_runs)
{
	static const enum notice_kind kinds[] = { NOTICE_NEW, NOTICE_STANDING, NOTICE_ESCALATED,
		NOTICE_STANDING, NOTICE_ESCALATED, NOTICE_STANDING, NOTICE_STANDING,
		NOTICE_STANDING };
	struct history history;

	begin(&history);
	history.rule.escalate_after_runs = 2;
	texts_add(&history.rule.escalate_to, "pager");
	texts_add(&history.rule.escalate_to, "phone");
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		raise_it(&history, URGENCY_WARNING);
		assert_kind(history, kinds[i]);
		if (kinds[i] != NOTICE_ESCALATED)
			continue;
		assert_true(history.last.items[0].exactly);
		assert_int_equal(history.last.items[0].channels.nr, 1);
		assert_string_equal(
			history.last.items[0].channels.items[0], i == 2 ? "pager" : "phone");
	}
	end(&history);
}

TEST(it_is_escalated_by_time_even_without_a_run)
{
	struct history history;

	begin(&history);
	history.rule.escalate_after_ns = 2 * HOUR_NS;
	texts_add(&history.rule.escalate_to, "pager");
	raise_it(&history, URGENCY_WARNING);
	assert_kind(history, NOTICE_NEW);
	let_time_pass(&history);
	assert_kind(history, NOTICE_ESCALATED);
	assert_false(history.last.items[0].of_run);
	let_time_pass(&history);
	assert_int_equal(history.last.nr, 0);
	end(&history);
}

TEST(an_acknowledged_alert_is_quiet_until_it_ends)
{
	struct history history;

	begin(&history);
	history.rule.escalate_after_runs = 1;
	texts_add(&history.rule.escalate_to, "pager");
	raise_it(&history, URGENCY_WARNING);
	history.state.standings.items[0].acked = str_dup(history.now);
	raise_it(&history, URGENCY_WARNING);
	assert_kind(history, NOTICE_STANDING);
	let_time_pass(&history);
	assert_int_equal(history.last.nr, 0);
	judge_it(&history, true);
	assert_kind(history, NOTICE_RESOLVED);
	raise_it(&history, URGENCY_WARNING);
	assert_kind(history, NOTICE_NEW);
	assert_null(history.state.standings.items[0].acked);
	end(&history);
}

TEST(who_acknowledged_a_warning_did_not_know_of_worse)
{
	struct history history;

	begin(&history);
	raise_it(&history, URGENCY_WARNING);
	history.state.standings.items[0].acked = str_dup(history.now);
	raise_it(&history, URGENCY_CRITICAL);
	assert_kind(history, NOTICE_WORSE);
	assert_null(history.state.standings.items[0].acked);
	end(&history);
}

static void silence_bench(struct history *history, int64_t seconds)
{
	struct silence *silence = ARRAY_ADD(&history->state.silences);
	char until[DATE_TIME_MAX];

	snprintf(until, sizeof until, "%s", history->now);
	date_add_seconds(until, seconds);
	*silence = (struct silence){ str_dup("bench*"), str_dup(until), NULL };
}

TEST(what_began_while_silenced_is_told_when_that_is_over)
{
	struct history history;

	begin(&history);
	silence_bench(&history, 2 * 3600 + 1);
	raise_it(&history, URGENCY_CRITICAL);
	assert_int_equal(history.last.nr, 0);
	raise_it(&history, URGENCY_CRITICAL);
	assert_int_equal(history.last.nr, 0);
	raise_it(&history, URGENCY_CRITICAL);
	assert_kind(history, NOTICE_NEW);
	assert_int_equal(history.last.items[0].notice.nr_runs, 3);
	end(&history);
}

TEST(an_end_while_silenced_is_silent)
{
	struct history history;

	begin(&history);
	raise_it(&history, URGENCY_CRITICAL);
	silence_bench(&history, 2 * 3600 + 1);
	judge_it(&history, true);
	assert_int_equal(history.last.nr, 0);
	assert_non_null(history.state.standings.items[0].resolved);
	end(&history);
}

/* Nobody heard of it, so nobody needs to hear of its end, but for a comment that shows it; and its
 * return is new. */
TEST(what_waits_to_be_told_vanishes_when_it_is_resolved)
{
	struct sightings sightings = { .nr = 0 };
	struct history history;

	begin(&history);
	history.rule.cool_down_ns = 30 * HOUR_NS;
	sighted_raise(&sightings, 1, &history.rule, URGENCY_WARNING, history.now);
	history.last = settle(&history.state, &sightings, &history.rules, history.now);
	state_wait(&history.state, "chat", &history.last.items[0].notice);
	sightings_release(&sightings);
	judge_it(&history, true);
	assert_int_equal(history.last.nr, 1);
	assert_kind(history, NOTICE_RESOLVED);
	assert_false(history.last.items[0].is_news);
	assert_int_equal(history.state.waiting.nr, 0);
	raise_it(&history, URGENCY_WARNING);
	assert_kind(history, NOTICE_NEW);
	end(&history);
}
