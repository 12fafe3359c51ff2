/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stories: at a time, runs find alerts; each channel is told that, and nothing else. */
#include "support/test.h"

#include "notify/cause.h"
#include "notify/compose.h"
#include "sys/clock.h"

#include "support/observed.h"
#include "support/outlets.h"

#define HOUR_NS (3600ull * CLOCK_NS_PER_S)

/* "chat" is told of everything, "pager" of what is critical; "comment" keeps one message. */
struct office {
	struct notify_settings settings;
	struct ci_context ci;
	struct verdict verdict;
	struct rule rule;
	struct rules rules;
	struct state state;
	struct observations observations;
	bool state_unknown;
};

static void begin(struct office *office)
{
	*office = (struct office){ .rule = { .name = str_dup("slower") },
		.verdict = { .word = VERDICT_REGRESSION } };
	office->rules = (struct rules){ &office->rule, 1, 1 };
	notify_settings_init(&office->settings);
	ci_context_find(&office->ci, NULL, NULL);
	outlets_open(&office->settings, "chat", &outlets_tells, URGENCY_INFO);
	outlets_open(&office->settings, "pager", &outlets_tells, URGENCY_CRITICAL);
}

static void end(struct office *office)
{
	notify_settings_release(&office->settings);
	ci_context_release(&office->ci);
	state_release(&office->state);
	texts_release(&office->rule.escalate_to);
	free(office->rule.name);
}

static void quiet_nights(struct office *office)
{
	office->settings.quiet =
		(struct quiet_hours){ .from = str_dup("22:00"), .to = str_dup("07:00") };
}

static void ack_all(struct office *office, const char *now)
{
	for (size_t i = 0; i < office->state.alerts.nr; i++)
		str_set(&office->state.alerts.items[i].acked, now);
}

static void silence_all(struct office *office, const char *now)
{
	char until[DATE_TIME_MAX];

	snprintf(until, sizeof until, "%s", now);
	date_add_seconds(until, 2 * 3600);
	*ARRAY_ADD(&office->state.silences) =
		(struct silence){ str_dup("bench*"), str_dup(until), NULL };
}

/* A word of what happens, as steps have them. */
static void happens(struct office *office, const char *word, const char *now)
{
	unsigned nr = (unsigned)strtoul(word, NULL, 10);
	const char *what = strchr(word, ':');

	if (strcmp(word, "ack") == 0)
		ack_all(office, now);
	else if (strcmp(word, "silence") == 0)
		silence_all(office, now);
	else if (strcmp(what, ":well") == 0 || strcmp(what, ":unclear") == 0)
		observed_judge(&office->observations, nr, what[1] == 'w');
	else
		for (enum urgency urgency = 0; urgency < URGENCY_NR; urgency++)
			if (strcmp(what + 1, urgency_words[urgency]) == 0)
				observed_raise(
					&office->observations, nr, &office->rule, urgency, now);
}

/* "chat new:1 new:2; " */
static void read_message(const struct outgoing *message, struct buf *told)
{
	const struct json *alerts = json_get(message->body, "alerts");

	buf_adds(told, message->outlet->name);
	for (const struct json *at = json_first(alerts); at; at = json_next(at))
		buf_addf(told, " %s:%s", json_text(json_get(at, "kind")),
			json_text(json_get(at, "benchmark")) + strlen("bench"));
	buf_adds(told, "; ");
}

/* What a step's run is told of and how its messages fare. */
static void run(struct office *office, const char *now, const char *how, struct buf *told)
{
	bool no_run = strcmp(how, "time") == 0, unreached = strcmp(how, "fails") == 0,
	     doubtful = strcmp(how, "unsure") == 0, refused = strcmp(how, "refused") == 0;
	struct telling telling = { &office->settings, &office->rules,
		no_run ? NULL : &office->verdict, &office->ci, NULL, now, "", NULL };
	struct buf warnings = BUF_INIT;
	struct compose_job job = { .telling = &telling,
		.census = &office->observations.census,
		.warnings = &warnings,
		.state_unknown = office->state_unknown };
	struct outgoings messages;

	reconcile_run(&office->state, no_run ? NULL : &office->observations, &telling);
	messages = compose_all(&job, &office->state);
	outgoings_start(&messages, &office->state);
	for (size_t i = 0; i < messages.nr; i++) {
		struct delivery delivery = { .outlet = messages.items[i].outlet,
			.id = messages.items[i].id,
			.doubtful = doubtful,
			.outcome = unreached || doubtful ? DELIVERED_LATER
				: refused                ? DELIVERED_REFUSED
							 : DELIVERED };

		read_message(&messages.items[i], told);
		outgoing_end(&messages.items[i], &delivery, &office->state);
	}
	outgoings_release(&messages);
	observations_release(&office->observations);
	office->observations = (struct observations){ .census = { 50, 3, false } };
}

struct step {
	const char *now; /* of the days of 2026-11 */
	const char *happens;
	const char *how; /* "time": there is no run; "fails", "unsure", "refused": the messages */
	const char *told;
};

static void play(struct office *office, const struct step *steps, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		char now[DATE_TIME_MAX], word[16];
		struct buf told = BUF_INIT;
		const char *at = steps[i].happens;

		snprintf(now, sizeof now, "2026-11-%sZ", steps[i].now);
		for (; *at; at += strcspn(at, " "), at += *at == ' ') {
			snprintf(word, sizeof word, "%.*s", (int)strcspn(at, " "), at);
			happens(office, word, now);
		}
		run(office, now, steps[i].how, &told);
		if (strcmp(told.data, steps[i].told) != 0)
			fail_msg("%s: told '%s', not '%s'", now, told.data, steps[i].told);
		buf_release(&told);
	}
}

#define PLAY(office, ...) \
	do { \
		static const struct step steps[] = { __VA_ARGS__ }; \
\
		play(office, steps, sizeof steps / sizeof *steps); \
		end(office); \
	} while (0)

TEST(an_alert_is_told_once_and_its_end_once)
{
	struct office office;

	begin(&office);
	PLAY(&office, { "21T04:00:00", "1:warning", "", "chat new:1; " },
		{ "21T05:00:00", "1:warning", "", "" }, { "21T06:00:00", "1:unclear", "", "" },
		{ "21T07:00:00", "", "", "" }, { "21T07:00:00", "", "time", "" },
		{ "21T08:00:00", "1:well", "", "chat resolved:1; " },
		{ "21T09:00:00", "1:well", "", "" },
		{ "21T10:00:00", "1:warning", "", "chat new:1; " });
}

TEST(what_is_more_urgent_than_ever_is_worse_once)
{
	struct office office;

	begin(&office);
	PLAY(&office, { "21T04:00:00", "1:warning", "", "chat new:1; " },
		{ "21T05:00:00", "1:critical", "", "chat worse:1; pager worse:1; " },
		{ "21T06:00:00", "1:warning", "", "" }, { "21T07:00:00", "1:critical", "", "" },
		{ "21T08:00:00", "1:well", "", "chat resolved:1; pager resolved:1; " });
}

TEST(an_improvement_that_is_gone_is_forgotten_without_a_word)
{
	struct office office;
	struct buf told = BUF_INIT;

	begin(&office);
	observed_raise(&office.observations, 1, &office.rule, URGENCY_INFO, "2026-11-21T04:00:00Z")
		->notice.better = true;
	run(&office, "2026-11-21T04:00:00Z", "", &told);
	assert_string_equal(told.data, "chat new:1; ");
	buf_release(&told);
	PLAY(&office, { "21T05:00:00", "1:well", "", "" });
}

TEST(what_comes_back_too_soon_is_told_when_it_has_cooled_down)
{
	struct office office;

	begin(&office);
	office.rule.cool_down_ns = 3 * HOUR_NS;
	PLAY(&office, { "21T04:00:00", "1:warning", "", "chat new:1; " },
		{ "21T05:00:00", "1:well", "", "chat resolved:1; " },
		{ "21T06:00:00", "1:warning", "", "" }, { "21T07:00:00", "1:well", "", "" },
		{ "21T08:00:00", "1:warning", "", "chat new:1; " },
		{ "21T09:00:00", "1:well", "", "chat resolved:1; " });
}

TEST(what_comes_back_more_urgent_is_told_at_once)
{
	struct office office;

	begin(&office);
	office.rule.cool_down_ns = 30 * HOUR_NS;
	PLAY(&office, { "21T04:00:00", "1:warning", "", "chat new:1; " },
		{ "21T05:00:00", "1:well", "", "chat resolved:1; " },
		{ "21T06:00:00", "1:warning", "", "" },
		{ "21T07:00:00", "1:critical", "", "chat new:1; pager new:1; " },
		{ "21T08:00:00", "1:critical", "", "" },
		{ "21T09:00:00", "1:well", "", "chat resolved:1; pager resolved:1; " },
		{ "21T10:00:00", "1:critical", "", "" });
}

TEST(it_is_escalated_step_by_step_by_runs)
{
	struct office office;

	begin(&office);
	office.rule.escalate_after_runs = 2;
	texts_add(&office.rule.escalate_to, "pager");
	texts_add(&office.rule.escalate_to, "chat");
	PLAY(&office, { "21T04:00:00", "1:warning", "", "chat new:1; " },
		{ "21T05:00:00", "1:warning", "", "" },
		{ "21T06:00:00", "1:warning", "fails", "pager escalated:1; " },
		{ "21T06:30:00", "", "time", "pager escalated:1; " },
		{ "21T07:00:00", "1:warning", "", "" },
		{ "21T08:00:00", "1:warning", "", "chat escalated:1; " },
		{ "21T09:00:00", "1:warning", "", "" }, { "21T10:00:00", "1:warning", "", "" },
		{ "21T11:00:00", "1:well", "", "chat resolved:1; pager resolved:1; " });
}

TEST(it_is_escalated_by_time_even_without_a_run)
{
	struct office office;

	begin(&office);
	office.rule.escalate_after_ns = 2 * HOUR_NS;
	texts_add(&office.rule.escalate_to, "pager");
	PLAY(&office, { "21T04:00:00", "1:warning", "", "chat new:1; " },
		{ "21T05:00:00", "", "time", "" },
		{ "21T06:00:00", "", "time", "pager escalated:1; " },
		{ "21T08:00:00", "", "time", "" });
}

TEST(an_acknowledged_alert_is_quiet_until_it_ends_or_gets_worse)
{
	struct office office;

	begin(&office);
	office.rule.escalate_after_runs = 1;
	texts_add(&office.rule.escalate_to, "pager");
	PLAY(&office, { "21T04:00:00", "1:warning", "", "chat new:1; " },
		{ "21T05:00:00", "ack 1:warning", "", "" }, { "21T06:00:00", "1:warning", "", "" },
		{ "21T07:00:00", "1:well", "", "chat resolved:1; " },
		{ "21T08:00:00", "1:warning", "", "chat new:1; " },
		{ "21T09:00:00", "ack 1:critical", "", "chat worse:1; pager worse:1; " });
}

TEST(what_began_while_silenced_is_told_when_that_is_over)
{
	struct office office;

	begin(&office);
	PLAY(&office, { "21T04:00:00", "silence 1:critical", "", "" },
		{ "21T05:00:00", "1:critical", "", "" },
		{ "21T06:00:00", "1:critical", "", "chat new:1; pager new:1; " },
		{ "21T07:00:00", "silence 1:well", "", "" }, { "21T10:00:00", "1:well", "", "" });
}

TEST(what_is_not_critical_waits_for_the_morning)
{
	struct office office;

	begin(&office);
	quiet_nights(&office);
	PLAY(&office, { "21T23:59:59", "1:warning 2:critical", "", "chat new:2; pager new:2; " },
		{ "22T06:59:59", "3:warning", "", "" },
		{ "22T07:00:00", "", "time", "chat new:1 new:3; " },
		{ "22T07:00:01", "", "time", "" });
}

TEST(what_ends_at_night_before_it_is_told_is_not_told_at_all)
{
	struct office office;

	begin(&office);
	quiet_nights(&office);
	PLAY(&office, { "21T23:00:00", "1:warning", "", "" }, { "22T03:00:00", "1:well", "", "" },
		{ "22T08:00:00", "", "", "" }, { "22T09:00:00", "1:warning", "", "chat new:1; " });
}

TEST(what_was_told_before_the_night_ends_in_the_digest)
{
	struct office office;

	begin(&office);
	quiet_nights(&office);
	PLAY(&office, { "21T20:00:00", "1:warning 2:warning", "", "chat new:1 new:2; " },
		{ "21T23:00:00", "1:well 2:well", "", "" }, { "21T23:10:00", "2:warning", "", "" },
		{ "22T08:00:00", "", "", "chat resolved:1; " },
		{ "22T09:00:00", "2:well", "", "chat resolved:2; " });
}

TEST(what_grows_critical_at_night_is_told_then_and_once)
{
	struct office office;

	begin(&office);
	quiet_nights(&office);
	PLAY(&office, { "21T23:00:00", "1:info", "", "" }, { "21T23:10:00", "1:warning", "", "" },
		{ "21T23:20:00", "1:critical", "", "chat new:1; pager worse:1; " },
		{ "22T08:00:00", "", "", "" });
}

TEST(what_waits_of_a_silenced_benchmark_goes_on_waiting)
{
	struct office office;

	begin(&office);
	quiet_nights(&office);
	PLAY(&office, { "21T23:00:00", "1:warning", "", "" }, { "22T07:30:00", "silence", "", "" },
		{ "22T09:30:00", "", "time", "chat new:1; " });
}

TEST(a_kept_message_is_about_every_run)
{
	struct office office;

	begin(&office);
	quiet_nights(&office);
	outlets_open(&office.settings, "comment", &outlets_stays, URGENCY_WARNING);
	PLAY(&office, { "21T23:00:00", "1:warning 2:info", "fails", "comment new:1; " },
		{ "21T23:10:00", "1:warning", "", "comment standing:1; " },
		{ "21T23:20:00", "", "time", "" },
		{ "21T23:30:00", "1:well", "", "comment resolved:1; " },
		{ "21T23:40:00", "", "", "comment; " });
}

TEST(without_a_state_it_is_one_message_a_run)
{
	struct office office;

	begin(&office);
	office.state_unknown = true;
	PLAY(&office,
		{ "21T04:00:00", "1:critical 2:warning 3:critical", "",
			"chat new:1 new:3 new:2; pager new:1 new:3; " });
}

TEST(routes_say_who_is_told_of_an_urgency)
{
	struct office office;

	begin(&office);
	texts_add(&office.settings.routes[URGENCY_CRITICAL], "pager");
	texts_add(&office.settings.routes[URGENCY_WARNING], "pager");
	office.settings.routed = 1u << URGENCY_CRITICAL | 1u << URGENCY_WARNING;
	PLAY(&office, { "21T04:00:00", "1:info 2:warning", "", "chat new:1; " },
		{ "21T05:00:00", "1:critical 2:warning", "", "pager worse:1; " },
		{ "21T06:00:00", "1:well 2:well", "", "chat resolved:1; pager resolved:1; " });
}

TEST(channels_of_a_rule_go_before_routes)
{
	struct office office;
	struct buf told = BUF_INIT;

	begin(&office);
	texts_add(&office.settings.routes[URGENCY_WARNING], "pager");
	office.settings.routed = 1u << URGENCY_WARNING;
	texts_add(&observed_raise(&office.observations, 1, &office.rule, URGENCY_WARNING,
			  "2026-11-21T04:00:00Z")
			   ->channels,
		"chat");
	run(&office, "2026-11-21T04:00:00Z", "", &told);
	assert_string_equal(told.data, "chat new:1; ");
	buf_release(&told);
	end(&office);
}

TEST(what_ends_before_it_could_be_sent_is_not_sent)
{
	struct office office;

	begin(&office);
	PLAY(&office, { "21T04:00:00", "1:warning", "fails", "chat new:1; " },
		{ "21T05:00:00", "1:well", "", "" },
		{ "21T06:00:00", "1:warning", "", "chat new:1; " });
}

TEST(what_may_have_arrived_ends_with_a_message)
{
	struct office office;

	begin(&office);
	PLAY(&office, { "21T04:00:00", "1:warning", "unsure", "chat new:1; " },
		{ "21T05:00:00", "1:well", "", "chat resolved:1; " });
}

TEST(what_grew_worse_before_it_could_be_sent_is_told_once)
{
	struct office office;

	begin(&office);
	PLAY(&office, { "21T04:00:00", "1:info", "fails", "chat new:1; " },
		{ "21T05:00:00", "1:warning", "", "chat new:1; " },
		{ "21T06:00:00", "1:critical", "fails", "chat worse:1; pager worse:1; " },
		{ "21T07:00:00", "1:critical", "", "chat worse:1; pager worse:1; " },
		{ "21T08:00:00", "1:well", "", "chat resolved:1; pager resolved:1; " });
}

TEST(what_is_refused_is_told_by_the_next_run)
{
	struct office office;

	begin(&office);
	PLAY(&office, { "21T04:00:00", "1:warning", "refused", "chat new:1; " },
		{ "21T05:00:00", "1:warning", "", "chat new:1; " });
}

TEST(a_message_that_failed_is_sent_without_what_has_ended)
{
	struct office office;

	begin(&office);
	PLAY(&office, { "21T04:00:00", "1:warning 2:warning", "fails", "chat new:1 new:2; " },
		{ "21T05:00:00", "3:warning", "fails", "chat new:1 new:2; chat new:3; " },
		{ "21T06:00:00", "1:well 3:well", "fails", "chat new:2; " },
		{ "21T07:00:00", "2:well", "", "" });
}

TEST(three_hundred_alerts_are_few_messages)
{
	struct office office;
	struct buf told = BUF_INIT;
	size_t nr = 0;

	begin(&office);
	for (unsigned i = 0; i < 300; i++) {
		struct observation *observation =
			observed_raise(&office.observations, i, &office.rule,
				i % 3 ? URGENCY_WARNING : URGENCY_INFO, "2026-11-21T04:00:00Z");
		char text[32];

		snprintf(text, sizeof text, "src/%u/x.c", i % 40);
		str_set(&observation->notice.file, text);
	}
	office.observations.census = (struct census){ 1000, 40, false };
	run(&office, "2026-11-21T04:00:00Z", "", &told);
	for (const char *at = told.data; (at = strchr(at, ';')); at++)
		nr++;
	assert_int_equal(nr, CAUSE_MAX_BUNDLES);
	buf_release(&told);
	end(&office);
}
