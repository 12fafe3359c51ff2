/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random runs: whoever is told anything is told each turn of an alert exactly once, in order. */
#include "support/test.h"

#include "base/random.h"
#include "notify/compose.h"
#include "notify/state_file.h"

#include "support/observed.h"
#include "support/outlets.h"

#define NR_STORIES 80
#define NR_RUNS 60
#define NR_ALERTS 6

enum { CHAT, PAGER, NR_OUTLETS };

/* What a channel heard of an alert, and what it should have heard. */
struct ear {
	bool heard;        /* it was told, and not yet of its end */
	enum urgency most; /* that it was told since */
	size_t nr_told[NOTICE_NR_KINDS];
	size_t nr_due[NOTICE_NR_KINDS]; /* by the model */
	bool due_heard;
};

struct model {
	bool stands;
	enum urgency peak;
};

struct story {
	struct notify_settings settings;
	struct ci_context ci;
	struct verdict verdict;
	struct rule rule;
	struct rules rules;
	struct state state;
	struct random random;
	bool flaky; /* one message of four does not arrive */
	char now[DATE_TIME_MAX];
	struct model models[NR_ALERTS];
	struct ear ears[NR_OUTLETS][NR_ALERTS];
};

static void begin(struct story *story, uint64_t seed)
{
	*story = (struct story){ .rule = { .name = str_dup("slower") },
		.verdict = { .word = VERDICT_REGRESSION },
		.random = random_seed(seed) };
	story->rules = (struct rules){ &story->rule, 1, 1 };
	snprintf(story->now, sizeof story->now, "2026-11-21T04:00:00Z");
	notify_settings_init(&story->settings);
	ci_context_find(&story->ci, NULL, NULL);
	outlets_open(&story->settings, "chat", &outlets_tells, URGENCY_INFO);
	outlets_open(&story->settings, "pager", &outlets_tells, URGENCY_CRITICAL);
}

static void end(struct story *story)
{
	notify_settings_release(&story->settings);
	ci_context_release(&story->ci);
	state_release(&story->state);
	free(story->rule.name);
}

/* A turn of the alert in the model, and who is to hear of it. */
static void turn(struct story *story, unsigned nr, enum notice_kind kind, enum urgency urgency)
{
	for (size_t i = 0; i < NR_OUTLETS; i++) {
		struct ear *ear = &story->ears[i][nr];
		bool urgent = i == CHAT || urgency == URGENCY_CRITICAL;

		if (kind == NOTICE_RESOLVED ? !ear->due_heard : !urgent)
			continue;
		ear->nr_due[kind]++;
		ear->due_heard = kind != NOTICE_RESOLVED;
	}
}

static void model_raise(struct story *story, unsigned nr, enum urgency urgency)
{
	struct model *model = &story->models[nr];

	if (!model->stands)
		turn(story, nr, NOTICE_NEW, urgency);
	else if (urgency > model->peak)
		turn(story, nr, NOTICE_WORSE, urgency);
	if (!model->stands || urgency > model->peak)
		model->peak = urgency;
	model->stands = true;
}

/* Nobody hears of an end meanwhile, and whatever comes after it is new. */
static void end_in_silence(struct story *story, unsigned nr)
{
	char name[16];

	snprintf(name, sizeof name, "bench%u", nr);
	for (size_t i = 0; i < NR_OUTLETS; i++)
		if (state_silenced(&story->state, name, story->now))
			story->ears[i][nr].heard = false;
}

static void model_pass(struct story *story, unsigned nr)
{
	if (story->models[nr].stands)
		turn(story, nr, NOTICE_RESOLVED, story->models[nr].peak);
	story->models[nr].stands = false;
}

/* The alert is raised, passes, is unclear or is not looked at. */
static void draw_one(struct story *story, unsigned nr, struct observations *observations)
{
	size_t what = random_below(&story->random, 6);

	if (what < URGENCY_NR) {
		observed_raise(observations, nr, &story->rule, (enum urgency)what, story->now);
		model_raise(story, nr, (enum urgency)what);
	} else if (what < 5) {
		observed_judge(observations, nr, what == 3);
	}
	if (what == 3) {
		model_pass(story, nr);
		end_in_silence(story, nr);
	}
}

static struct observations draw(struct story *story)
{
	struct observations observations = { .census = { 50, 3, false } };

	for (unsigned nr = 0; nr < NR_ALERTS; nr++)
		draw_one(story, nr, &observations);
	return observations;
}

static enum notice_kind kind_named(const char *word)
{
	enum notice_kind kind = 0;

	while (strcmp(notice_words[kind], word) != 0)
		kind++;
	return kind;
}

/* A channel is not told twice, nor of the end of what it never heard of. */
static void hear(struct ear *ear, enum notice_kind kind, enum urgency urgency)
{
	if (kind == NOTICE_NEW)
		assert_false(ear->heard);
	if (kind == NOTICE_RESOLVED)
		assert_true(ear->heard);
	if (kind == NOTICE_WORSE && ear->heard)
		assert_true(urgency > ear->most);
	ear->heard = kind != NOTICE_RESOLVED;
	ear->most = urgency;
	ear->nr_told[kind]++;
}

static void read_message(struct story *story, const struct outgoing *message)
{
	size_t outlet = strcmp(message->outlet->name, "chat") == 0 ? CHAT : PAGER;
	const struct json *alerts = json_get(message->body, "alerts");

	for (const struct json *at = json_first(alerts); at; at = json_next(at)) {
		enum notice_kind kind = kind_named(json_text(json_get(at, "kind")));
		const char *severity = json_text(json_get(at, "severity"));
		unsigned long nr = strtoul(json_text(json_get(at, "fingerprint")), NULL, 16);
		enum urgency urgency = 0;

		while (strcmp(urgency_words[urgency], severity) != 0)
			urgency++;
		hear(&story->ears[outlet][nr], kind, urgency);
	}
}

static void send_message(struct story *story, const struct outgoing *message)
{
	bool arrives = !story->flaky || random_below(&story->random, 4);
	struct delivery delivery = { .outlet = message->outlet,
		.id = message->id,
		.outcome = arrives ? DELIVERED : DELIVERED_LATER };

	if (arrives)
		read_message(story, message);
	outgoing_end(message, &delivery, &story->state);
}

static void run(struct story *story, struct observations *observations)
{
	struct telling telling = { &story->settings, &story->rules, &story->verdict, &story->ci,
		NULL, story->now, "", NULL };
	struct buf warnings = BUF_INIT;
	struct compose_job job = {
		.telling = &telling, .census = &observations->census, .warnings = &warnings
	};
	struct outgoings messages;

	reconcile_run(&story->state, observations, &telling);
	messages = compose_all(&job, &story->state);
	outgoings_start(&messages, &story->state);
	for (size_t i = 0; i < messages.nr; i++)
		send_message(story, &messages.items[i]);
	outgoings_release(&messages);
	observations_release(observations);
}

/* What a state keeps is what its file keeps. */
static void write_and_read(struct state *state)
{
	struct buf text = BUF_INIT, again = BUF_INIT, warnings = BUF_INIT;
	struct error err = ERROR_INIT;

	state_print(state, &text, &warnings);
	state_release(state);
	if (state_parse(text.data, text.len, state, &err))
		fail_msg("%s", err.text);
	state_print(state, &again, &warnings);
	assert_string_equal(text.data, again.data);
	buf_release(&text);
	buf_release(&again);
	buf_release(&warnings);
}

static void go_on(struct story *story, size_t nr_runs)
{
	for (size_t i = 0; i < nr_runs; i++) {
		struct observations observations = draw(story);

		run(story, &observations);
		write_and_read(&story->state);
		date_add_seconds(story->now, 1800);
	}
}

TEST(every_turn_is_told_exactly_once_to_each)
{
	for (uint64_t seed = 0; seed < NR_STORIES; seed++) {
		struct story story;

		begin(&story, seed);
		go_on(&story, NR_RUNS);
		for (size_t i = 0; i < NR_OUTLETS; i++)
			for (size_t j = 0; j < NR_ALERTS; j++)
				assert_memory_equal(story.ears[i][j].nr_told,
					story.ears[i][j].nr_due, sizeof story.ears[i][j].nr_due);
		end(&story);
	}
}

/* All that may hold back a message, at random. */
static void disturb(struct story *story)
{
	struct state *known = &story->state;

	if (known->alerts.nr && random_below(&story->random, 8) == 0) {
		struct tracked_alert *alert =
			&known->alerts.items[random_below(&story->random, known->alerts.nr)];

		free(alert->acked);
		alert->acked = alert->resolved ? NULL : str_dup(story->now);
	}
	if (random_below(&story->random, 20) == 0) {
		char until[DATE_TIME_MAX], name[16];

		snprintf(name, sizeof name, "bench%zu", random_below(&story->random, NR_ALERTS));
		snprintf(until, sizeof until, "%s", story->now);
		date_add_seconds(until, (int64_t)random_below(&story->random, 40000));
		*ARRAY_ADD(&known->silences) =
			(struct silence){ str_dup(name), str_dup(until), NULL };
	}
}

/* In broad daylight, with no silence and everything cooled down. */
static void settle_down(struct story *story)
{
	struct observations observations = { .census = { 50, 3, false } };

	story->flaky = false;
	date_add_seconds(story->now, 3ll * 24 * 3600);
	memcpy(story->now + 11, "12:00:00Z", 10);
	for (size_t i = 0; i < story->state.alerts.nr; i++) {
		free(story->state.alerts.items[i].acked);
		story->state.alerts.items[i].acked = NULL;
	}
	for (unsigned nr = 0; nr < NR_ALERTS; nr++)
		if (story->models[nr].stands)
			observed_raise(&observations, nr, &story->rule, story->models[nr].peak,
				story->now);
	run(story, &observations);
}

/* With quiet hours, a cool-down, silences, acknowledgements and messages that fail: what anybody
 * hears is in order, and in the end the chat knows of all that stands. */
TEST(nothing_that_holds_messages_back_loses_or_doubles_one)
{
	for (uint64_t seed = 0; seed < NR_STORIES; seed++) {
		struct story story;

		begin(&story, seed);
		story.flaky = seed % 2;
		story.rule.cool_down_ns = 5 * 3600ull * 1000000000;
		story.settings.quiet = (struct quiet_hours){
			.from = str_dup("22:00"), .to = str_dup("07:00"), .zone = str_dup("+03:00")
		};
		for (size_t i = 0; i < NR_RUNS; i++) {
			disturb(&story);
			go_on(&story, 1);
		}
		settle_down(&story);
		for (size_t j = 0; j < NR_ALERTS; j++)
			if (story.models[j].stands)
				assert_true(story.ears[CHAT][j].heard);
		end(&story);
	}
}
