/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "notify/reconcile.h"

#include "support/subjects.h"

#define NOW "2026-11-21T04:05:06Z"

/* A verdict with one of everything, by the rules that are built in and one for what fails. */
struct scene {
	struct subjects subjects;
	struct rules rules;
	struct alerts alerts;
	struct observations observations;
};

static const char rules_text[] =
	"[ { \"name\": \"slower\", \"condition\": \"change_percent > 10\", \"severity\": \"critical\", "
	"\"channels\": [\"chat\"] }, "
	"{ \"name\": \"faster\", \"condition\": \"change_percent < -10\", \"severity\": \"info\" }, "
	"{ \"name\": \"broken\", \"condition\": \"status = 'FAILED' OR status = 'MISSING'\" } ]";

static void begin(struct scene *scene)
{
	struct error err = ERROR_INIT;
	struct json *json = json_parse(rules_text, strlen(rules_text), &err);

	subjects_init(&scene->subjects);
	rules_init(&scene->rules);
	assert_non_null(json);
	assert_int_equal(rules_read(json, &scene->rules, &err), 0);
	json_free(json);
	scene->alerts = alerts_raise(&scene->rules, &scene->subjects.one);
	scene->observations = observations_take(&scene->subjects.one, &scene->alerts, NOW);
}

static void end(struct scene *scene)
{
	observations_release(&scene->observations);
	alerts_release(&scene->alerts);
	rules_release(&scene->rules);
	subjects_release(&scene->subjects);
}

static const struct observation *raised(const struct scene *scene, const char *benchmark)
{
	for (size_t i = 0; i < scene->observations.nr; i++)
		if (scene->observations.items[i].raised &&
			strcmp(scene->observations.items[i].notice.benchmark, benchmark) == 0)
			return &scene->observations.items[i];
	return NULL;
}

/* Of the benchmark's own comparison, or of the benchmark as a whole. */
static const struct observation *of(
	struct scene *scene, const char *benchmark, bool whole, bool better)
{
	const struct verdict *verdict = &scene->subjects.verdict;
	char fingerprint[ALERT_FINGERPRINT_MAX];
	struct subject subject = scene->subjects.one;
	struct comparison comparison = { .head = NULL };

	for (size_t i = 0; i < verdict->nr; i++) {
		const struct comparison *at = &verdict->items[i];

		if (strcmp((at->head ? at->head : at->base)->name, benchmark) == 0 && !at->is_limit)
			comparison = *at;
	}
	if (whole)
		comparison.metric = NULL;
	subject.comparison = &comparison;
	alert_fingerprint(&subject, better, fingerprint);
	for (size_t i = 0; i < scene->observations.nr; i++)
		if (strcmp(scene->observations.items[i].fingerprint, fingerprint) == 0)
			return &scene->observations.items[i];
	return NULL;
}

TEST(what_is_raised_is_said_in_full)
{
	const struct observation *observation;
	struct scene scene;

	begin(&scene);
	observation = raised(&scene, "slower");
	assert_non_null(observation);
	assert_ptr_equal(observation, of(&scene, "slower", false, false));
	assert_false(observation->passes);
	assert_string_equal(observation->notice.fingerprint, observation->fingerprint);
	assert_string_equal(observation->notice.metric, "time");
	assert_string_equal(observation->notice.rule, "slower");
	assert_string_equal(observation->notice.since, NOW);
	assert_int_equal(observation->notice.urgency, URGENCY_CRITICAL);
	assert_float_equal(observation->notice.change_percent, 20, 0.01);
	assert_string_equal(observation->channels.items[0], "chat");
	assert_string_equal(observation->rule->name, "slower");
	end(&scene);
}

TEST(what_passes_ends_troubles_and_gains)
{
	struct scene scene;

	begin(&scene);
	assert_true(of(&scene, "as/many", false, false)->passes);
	assert_true(of(&scene, "as/many", false, true)->passes);
	assert_true(of(&scene, "slower", false, true)->passes);
	assert_true(of(&scene, "faster", false, false)->passes);
	assert_true(raised(&scene, "faster")->notice.better);
	end(&scene);
}

TEST(what_could_not_be_measured_ends_nothing)
{
	struct scene scene;

	begin(&scene);
	assert_true(raised(&scene, "crashed"));
	assert_false(of(&scene, "waiting", true, false)->passes);
	assert_false(of(&scene, "gone", true, true)->passes);
	end(&scene);
}

TEST(a_benchmark_that_has_values_fails_no_longer)
{
	struct scene scene;

	begin(&scene);
	assert_true(of(&scene, "slower", true, false)->passes);
	assert_ptr_equal(raised(&scene, "crashed"), of(&scene, "crashed", true, false));
	end(&scene);
}

TEST(no_fingerprint_is_there_twice)
{
	struct scene scene;

	begin(&scene);
	for (size_t i = 0; i < scene.observations.nr; i++)
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(scene.observations.items[i].fingerprint,
				scene.observations.items[j].fingerprint);
	end(&scene);
}

TEST(what_was_compared_is_counted)
{
	const struct verdict *verdict;
	struct scene scene;
	size_t nr = 0;

	begin(&scene);
	verdict = &scene.subjects.verdict;
	for (size_t i = 0; i < verdict->nr; i++) {
		const struct comparison *at = &verdict->items[i];

		nr += at->metric && at->head && at->base &&
			(!i || at->head != verdict->items[i - 1].head);
	}
	assert_true(nr > 3);
	assert_int_equal(scene.observations.census.nr_compared, nr);
	assert_int_equal(scene.observations.census.nr_folders, 1);
	assert_false(scene.observations.census.in_turn);
	end(&scene);
}
