/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "gate/rules.h"
#include "gate/trial.h"
#include "support/subjects.h"

#include <ctype.h>

#define NR(table) (sizeof(table) / sizeof *(table))

static struct rules read_rules(const char *text)
{
	struct rules rules = { .nr = 0 };
	struct error err = ERROR_INIT;
	struct json *json = json_parse(text, strlen(text), &err);

	if (!json || rules_read(json, &rules, &err))
		fail_msg("%s", err.text);
	json_free(json);
	return rules;
}

/* Of that comparison, or NULL. */
static const struct alert *alert_of(
	struct subjects *subjects, const struct alerts *alerts, const char *name)
{
	const struct subject *subject = subjects_find(subjects, name);

	assert_non_null(subject);
	for (size_t i = 0; i < alerts->nr; i++)
		if (alerts->items[i].comparison == subject->comparison)
			return &alerts->items[i];
	return NULL;
}

static const struct {
	const char *of, *rule; /* NULL: no alert */
	bool better;
} usual[] = {
	{ "slower", "large-regression", false },
	{ "rate rate", "large-regression", false },
	{ "limited budget", "large-regression", false },
	{ "more/allocs allocs", "regression", false },
	{ "faster", "improvement", true },
	{ "fewer/allocs allocs", "improvement", true },
	{ "same", NULL, false },
	{ "as/many allocs", NULL, false },
	{ "rate p99", NULL, false },
	{ "limited", NULL, false },
	{ "frugal budget", NULL, false },
	{ "new", NULL, false },
	{ "crashed", NULL, false },
	{ "waiting", NULL, false },
	{ "gone", NULL, false },
};

TEST(the_usual_rules_tell_of_changes_that_are_sure)
{
	struct subjects subjects;
	struct rules rules;
	struct alerts alerts;
	size_t nr = 0;

	subjects_init(&subjects);
	rules_init(&rules);
	alerts = alerts_raise(&rules, &subjects.one);
	for (size_t i = 0; i < NR(usual); i++) {
		const struct alert *alert = alert_of(&subjects, &alerts, usual[i].of);

		if (!alert != !usual[i].rule)
			fail_msg("%s: %s", usual[i].of, alert ? alert->rule->name : "no alert");
		if (!alert)
			continue;
		nr++;
		assert_string_equal(alert->rule->name, usual[i].rule);
		assert_int_equal(alert->urgency, alert->rule->urgency);
		assert_int_equal(alert->better, usual[i].better);
		assert_int_equal(alert->channels.nr, 0);
		assert_true(str_starts(alert->message,
			subjects_find(&subjects, usual[i].of)->comparison->head->name));
	}
	assert_int_equal(alerts.nr, nr);
	for (size_t i = 1; i < alerts.nr; i++)
		assert_true(alerts.items[i - 1].comparison < alerts.items[i].comparison);
	alerts_release(&alerts);
	rules_release(&rules);
	subjects_release(&subjects);
}

/* Judged anew with an acceptance of it, the same is no news. */
TEST(what_was_accepted_raises_no_alert)
{
	struct acceptance acceptance = { .benchmark = (char[]){ "slower" },
		.reason = (char[]){ "it is worth it" },
		.max_ratio = 0.5 };
	struct subjects subjects;
	struct rules rules;
	struct alerts alerts;

	subjects_init(&subjects);
	verdict_release(&subjects.verdict);
	*ARRAY_ADD(&subjects.judged.accepted) = acceptance;
	subjects.verdict = trial_judge(&subjects.judged.trial);
	rules_init(&rules);
	alerts = alerts_raise(&rules, &subjects.one);
	assert_int_equal(subjects_find(&subjects, "slower")->comparison->word, VERDICT_ACCEPTED);
	assert_null(alert_of(&subjects, &alerts, "slower"));
	assert_non_null(alert_of(&subjects, &alerts, "rate rate"));
	alerts_release(&alerts);
	rules_release(&rules);
	subjects_release(&subjects);
}

TEST(no_rule_no_alert)
{
	struct subjects subjects;
	struct rules rules = read_rules("[]");
	struct alerts alerts;

	subjects_init(&subjects);
	alerts = alerts_raise(&rules, &subjects.one);
	assert_int_equal(alerts.nr, 0);
	alerts_release(&alerts);
	rules_release(&rules);
	subjects_release(&subjects);
}

TEST(of_several_rules_the_most_urgent_speaks_and_all_are_told)
{
	struct rules rules = read_rules(
		"[{\"name\":\"w1\",\"condition\":\"change_percent>0\",\"channels\":[\"a\",\"b\"],"
		"  \"message_template\":\"w1 {benchmark}\"},"
		" {\"name\":\"c1\",\"condition\":\"change_percent>50\",\"severity\":\"critical\","
		"  \"channels\":[\"b\",\"c\"],\"message_template\":\"c1 {benchmark}\"},"
		" {\"name\":\"c2\",\"condition\":\"change_percent>50\",\"severity\":\"critical\","
		"  \"channels\":\"d\",\"message_template\":\"c2 {benchmark}\"},"
		" {\"name\":\"i1\",\"condition\":\"evidence='exact'\",\"severity\":\"info\"}]");
	static const char *const told[] = { "a", "b", "c", "d" };
	struct subjects subjects;
	struct alerts alerts;
	const struct alert *alert;

	subjects_init(&subjects);
	alerts = alerts_raise(&rules, &subjects.one);
	alert = alert_of(&subjects, &alerts, "rate rate");
	assert_string_equal(alert->rule->name, "c1");
	assert_string_equal(alert->message, "c1 rate");
	assert_int_equal(alert->channels.nr, NR(told));
	for (size_t i = 0; i < NR(told); i++)
		assert_string_equal(alert->channels.items[i], told[i]);
	alert = alert_of(&subjects, &alerts, "slower");
	assert_string_equal(alert->rule->name, "w1");
	assert_int_equal(alert->channels.nr, 2);
	/* One that leaves it to routes leaves all of it to them. */
	alert = alert_of(&subjects, &alerts, "more/allocs allocs");
	assert_string_equal(alert->rule->name, "w1");
	assert_int_equal(alert->channels.nr, 0);
	alert = alert_of(&subjects, &alerts, "fewer/allocs allocs");
	assert_string_equal(alert->rule->name, "i1");
	assert_true(alert->better);
	alerts_release(&alerts);
	rules_release(&rules);
	subjects_release(&subjects);
}

TEST(what_has_no_change_can_raise_an_alert_too)
{
	struct rules rules = read_rules("[{\"name\":\"broken\",\"condition\":"
					"\"status='failed' OR status='missing'\"}]");
	struct subjects subjects;
	struct alerts alerts;

	subjects_init(&subjects);
	alerts = alerts_raise(&rules, &subjects.one);
	assert_int_equal(alerts.nr, 2);
	assert_false(alert_of(&subjects, &alerts, "crashed")->better);
	assert_false(alert_of(&subjects, &alerts, "gone")->better);
	alerts_release(&alerts);
	rules_release(&rules);
	subjects_release(&subjects);
}

static char *print_of(struct subjects *subjects, const char *name, bool better)
{
	const struct subject *subject = subjects_find(subjects, name);
	char fingerprint[ALERT_FINGERPRINT_MAX];

	assert_non_null(subject);
	alert_fingerprint(subject, better, fingerprint);
	assert_int_equal(strlen(fingerprint), 16);
	for (const char *c = fingerprint; *c; c++)
		assert_true(isdigit((unsigned char)*c) || (*c >= 'a' && *c <= 'f'));
	return str_dup(fingerprint);
}

/* Benchmark, metric, direction, base and branch each make another alert. */
TEST(fingerprints_are_of_what_the_alert_is_about)
{
	struct subjects subjects;
	struct buf all = BUF_INIT;
	char *prints[10];

	subjects_init(&subjects);
	prints[0] = print_of(&subjects, "slower", false);
	prints[1] = print_of(&subjects, "slower", true);
	prints[2] = print_of(&subjects, "faster", false);
	prints[3] = print_of(&subjects, "rate rate", false);
	prints[4] = print_of(&subjects, "rate p99", false);
	prints[5] = print_of(&subjects, "limited", false);
	prints[6] = print_of(&subjects, "limited budget", false);
	subjects.judged.policy.limits.items[0].text[0] = '2';
	prints[7] = print_of(&subjects, "limited budget", false);
	subjects.one.branch = "other";
	prints[8] = print_of(&subjects, "slower", false);
	subjects.one.branch = "main";
	env_set(&subjects.judged.base.env, ENV_CPU, "another");
	prints[9] = print_of(&subjects, "slower", false);
	for (size_t i = 0; i < NR(prints); i++) {
		if (strstr(all.data, prints[i]))
			fail_msg("%zu is as one before", i);
		buf_adds(&all, prints[i]);
		free(prints[i]);
	}
	buf_release(&all);
	env_release(&subjects.judged.base.env);
	subjects_release(&subjects);
}

/* Kept in a file, it must be the same in the next run, with other values and by another program. */
TEST(fingerprints_outlive_the_run)
{
	struct subjects subjects, again;
	char *print, *other;

	subjects_init(&subjects);
	subjects_init(&again);
	again.one.commit = "another";
	print = print_of(&subjects, "slower", false);
	other = print_of(&again, "slower", false);
	assert_string_equal(print, other);
	assert_string_equal(print, "5f6eb7a70a737b3e");
	free(print);
	free(other);
	subjects_release(&again);
	subjects_release(&subjects);
}

/* The budget, the benchmark as a whole, the metric: what has no metric is known too. */
TEST(what_is_raised_is_known_by_its_fingerprint)
{
	struct rules rules =
		read_rules("[{\"name\":\"all\",\"condition\":\"confidence_level=95\"}]");
	struct subjects subjects;
	struct alerts alerts;

	subjects_init(&subjects);
	alerts = alerts_raise(&rules, &subjects.one);
	assert_int_equal(alerts.nr, subjects.verdict.nr);
	for (size_t i = 0; i < alerts.nr; i++) {
		char fingerprint[ALERT_FINGERPRINT_MAX];

		subjects.one.comparison = alerts.items[i].comparison;
		alert_fingerprint(&subjects.one, alerts.items[i].better, fingerprint);
		assert_string_equal(alerts.items[i].fingerprint, fingerprint);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(alerts.items[j].fingerprint, fingerprint);
	}
	alerts_release(&alerts);
	rules_release(&rules);
	subjects_release(&subjects);
}
