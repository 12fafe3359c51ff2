/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "gate/trial.h"
#include "support/responding.h"

#define NR(table) (sizeof(table) / sizeof *(table))
#define OWN(more) "{'own': {'action': 'command', 'command': 'true'" more "}}"
#define TICKET(more) "{'ticket': {'action': 'issue'" more "}}"

/* "new sort, new hash", in the order in which they are done. */
static void expect_dues(struct respond_office *office, const char *expected)
{
	struct dues dues = respond_dues(office);
	struct buf found = BUF_INIT;

	for (size_t i = 0; i < dues.nr; i++)
		buf_addf(&found, "%s%s %s", i ? ", " : "", notice_words[dues.items[i].notice.kind],
			dues.items[i].notice.benchmark);
	assert_string_equal(found.data, expected);
	buf_release(&found);
	dues_release(&dues);
}

/* All that is due is begun, and done unless it fails. */
static void act(struct respond_office *office, bool fails)
{
	struct dues dues = respond_dues(office);

	for (size_t i = 0; i < dues.nr; i++)
		due_begin(&dues.items[i], &office->state, office->run.now)->failed = fails;
	dues_release(&dues);
}

static struct tracked_alert *alert_named(struct respond_office *office, const char *benchmark)
{
	for (size_t i = 0; i < office->state.alerts.nr; i++)
		if (strcmp(office->state.alerts.items[i].notice.benchmark, benchmark) == 0)
			return &office->state.alerts.items[i];
	fail_msg("no alert of %s", benchmark);
	return NULL;
}

TEST(what_is_new_is_due_once_the_most_severe_first)
{
	struct respond_office office;

	respond_begin(&office, OWN(""));
	expect_dues(&office, "new sort, new hash");
	act(&office, false);
	expect_dues(&office, "");
	office.run.now = "2026-11-21T05:05:06Z";
	expect_dues(&office, "");
	respond_end(&office);
}

TEST(what_is_over_the_limit_waits_and_says_so)
{
	struct respond_office office;

	respond_begin(&office, OWN(", 'max_per_run': 1"));
	expect_dues(&office, "new sort");
	assert_string_equal(
		office.waits.data, "own: 1 more alert waits for a later run: max_per_run is 1\n");
	act(&office, false);
	expect_dues(&office, "new hash");
	respond_end(&office);
}

TEST(severity_and_condition_say_which_alerts_it_is_about)
{
	static const struct {
		const char *response, *due;
	} cases[] = {
		{ OWN(", 'condition': 'benchmark = \\'hash\\''"), "new hash" },
		{ OWN(", 'condition': 'change_percent > 20'"), "new sort" },
		{ OWN(", 'condition': 'change_percent > 50'"), "" },
		{ OWN(", 'severity': 'critical'"), "new sort" },
		{ OWN(", 'on': ['resolved']"), "" },
	};

	for (size_t i = 0; i < NR(cases); i++) {
		struct respond_office office;

		respond_begin(&office, cases[i].response);
		alert_named(&office, "hash")->peak = URGENCY_WARNING;
		expect_dues(&office, cases[i].due);
		respond_end(&office);
	}
}

TEST(nothing_is_due_about_what_somebody_took_on_or_silenced)
{
	struct respond_office office;

	respond_begin(&office, OWN(""));
	str_set(&alert_named(&office, "sort")->acked, RESPOND_NOW);
	*ARRAY_ADD(&office.state.silences) =
		(struct silence){ str_dup("ha*"), str_dup("2026-11-22T00:00:00Z"), NULL };
	expect_dues(&office, "");
	office.run.now = "2026-11-22T00:00:01Z";
	expect_dues(&office, "new hash");
	respond_end(&office);
}

TEST(what_gets_worse_waits_for_the_cool_down_of_a_program)
{
	struct respond_office office;

	respond_begin(&office, OWN(""));
	alert_named(&office, "hash")->peak = URGENCY_WARNING;
	act(&office, false);
	alert_named(&office, "hash")->peak = URGENCY_CRITICAL;
	office.run.now = "2026-11-21T05:05:05Z";
	expect_dues(&office, "");
	assert_true(str_starts(
		office.waits.data, "own: not before 2026-11-21T05:05:06Z (its cool-down): hash "));
	office.run.now = "2026-11-21T05:05:06Z";
	expect_dues(&office, "worse hash");
	respond_end(&office);
}

TEST(a_program_that_failed_is_tried_after_its_cool_down_and_an_issue_by_the_next_run)
{
	struct respond_office office;

	respond_begin(&office, OWN(""));
	act(&office, true);
	expect_dues(&office, "");
	office.run.now = "2026-11-21T05:05:06Z";
	expect_dues(&office, "new sort, new hash");
	respond_end(&office);

	respond_begin(&office, TICKET(""));
	act(&office, true);
	expect_dues(&office, "new sort, new hash");
	respond_end(&office);
}

TEST(an_issue_is_kept_up_to_date_at_leisure_and_closed_at_once)
{
	struct respond_office office;

	respond_begin(&office, TICKET(""));
	act(&office, false);
	expect_dues(&office, "");
	str_set(&alert_named(&office, "sort")->resolved, RESPOND_NOW);
	expect_dues(&office, "resolved sort");
	act(&office, false);
	expect_dues(&office, "");
	office.run.now = "2026-11-21T05:05:06Z";
	expect_dues(&office, "standing hash");
	/* It comes back. */
	str_set(&alert_named(&office, "sort")->resolved, NULL);
	expect_dues(&office, "new sort, standing hash");
	respond_end(&office);
}

/* Nobody hears of the end of what nothing was done about. */
TEST(the_end_of_what_it_never_acted_on_is_not_due)
{
	struct respond_office office;

	respond_begin(&office, TICKET(""));
	for (size_t i = 0; i < office.state.alerts.nr; i++)
		str_set(&office.state.alerts.items[i].resolved, RESPOND_NOW);
	expect_dues(&office, "");
	respond_end(&office);
}

TEST(a_status_counts_what_nobody_took_on)
{
	struct respond_office office;
	const struct tracked_alert *worst;

	respond_begin(&office, "{'mark': {'action': 'status'}}");
	alert_named(&office, "hash")->notice.urgency = URGENCY_WARNING;
	assert_int_equal(due_count(office.responses.items, &office.state, &office.run, &worst), 2);
	assert_string_equal(worst->notice.benchmark, "sort");
	str_set(&alert_named(&office, "sort")->acked, RESPOND_NOW);
	assert_int_equal(due_count(office.responses.items, &office.state, &office.run, &worst), 1);
	assert_string_equal(worst->notice.benchmark, "hash");
	respond_end(&office);
}

/* The head's benchmarks as they are in another run: as noisy as that. */
static void judge_again(struct respond_office *office, double spread)
{
	static const char *const names[] = { "hash", "sort" };

	verdict_release(&office->verdict);
	judged_release(&office->judged);
	judged_init(&office->judged);
	for (size_t i = 0; i < NR(names); i++) {
		judged_base(&office->judged.base, names[i], 0.004, 6);
		judged_values(judged_result(&office->judged.head, names[i]), &time_kind, 1000,
			spread, 10);
	}
	office->verdict = trial_judge(&office->judged.trial);
}

TEST(what_was_an_alert_and_cannot_be_told_is_no_success)
{
	static const struct {
		const char *response;
		double spread;
		enum verdict_word word;
		size_t nr;
	} cases[] = {
		{ "{'mark': {'action': 'status'}}", 1, VERDICT_INCONCLUSIVE, 2 },
		{ "{'mark': {'action': 'status', 'condition': 'benchmark = \\'sort\\''}}", 1,
			VERDICT_INCONCLUSIVE, 1 },
		{ "{'mark': {'action': 'status'}}", 0.01, VERDICT_PASS, 0 },
	};

	for (size_t i = 0; i < NR(cases); i++) {
		struct respond_office office;
		const struct tracked_alert *worst;

		respond_begin(&office, cases[i].response);
		judge_again(&office, cases[i].spread);
		assert_int_equal(office.verdict.word, cases[i].word);
		assert_int_equal(
			due_count(office.responses.items, &office.state, &office.run, &worst),
			cases[i].nr);
		respond_end(&office);
	}
}
