/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run with alerts, and responses to them as the policy file has them. test.h goes before. */
#ifndef SUPPORT_RESPONDING_H
#define SUPPORT_RESPONDING_H

#include "base/array.h"
#include "base/str.h"
#include "gate/trial.h"
#include "notify/ci_context.h"
#include "respond/due.h"
#include "support/judged.h"

#define RESPOND_NOW "2026-11-21T04:05:06Z"
#define RESPOND_GOOD "0123456789abcdef0123456789abcdef01234567"
#define RESPOND_BAD "89abcdef0123456789abcdef0123456789abcdef"
#define RESPOND_CHANNEL "'review': {'type': 'github', 'token': {'env': 'NO_SUCH_TOKEN'}}"

struct respond_office {
	struct notify_settings settings;
	struct responses responses;
	struct judged judged;
	struct verdict verdict;
	struct rules rules;
	struct ci_context ci; /* its texts are literals */
	struct subject subject;
	struct due_run run;
	struct telling telling;
	struct state state; /* its alerts are those of the verdict, and new */
	struct buf waits;
};

/* Texts with ' for ". The caller's to free. */
static inline struct json *respond_parse(const char *text)
{
	struct error err = ERROR_INIT;
	struct buf quoted = BUF_INIT;
	struct json *json;

	buf_adds(&quoted, text);
	for (size_t i = 0; i < quoted.len; i++)
		if (quoted.data[i] == '\'')
			quoted.data[i] = '"';
	json = json_parse(quoted.data, quoted.len, &err);
	if (!json)
		fail_msg("%s", err.text);
	buf_release(&quoted);
	return json;
}

static inline int respond_read(struct respond_office *office, const char *channels,
	const char *responses, struct error *err)
{
	struct json *json = respond_parse(channels);
	int rc;

	assert_int_equal(outlets_read(json, ".", &office->settings.outlets, err), 0);
	json_free(json);
	json = respond_parse(responses);
	rc = responses_read(json, &office->settings, &office->responses, err);
	json_free(json);
	return rc;
}

static inline void respond_add_alert(struct respond_office *office, const struct alert *alert)
{
	struct tracked_alert *tracked = ARRAY_ADD(&office->state.alerts);

	*tracked = (struct tracked_alert){ .announced = true, .peak = alert->urgency };
	tracked->notice = (struct notice){ .urgency = alert->urgency,
		.benchmark = str_dup(alert->comparison->head->name),
		.metric = str_dup("time"),
		.tier = str_dup("critical"),
		.file = str_dup("src/bench.c"),
		.line = 7,
		.base = str_dup("baseline"),
		.branch = str_dup("main"),
		.rule = str_dup(alert->rule->name),
		.text = str_dup(alert->message),
		.since = str_dup(RESPOND_NOW),
		.unit = str_dup("ns"),
		.baseline_value = 1000,
		.current_value = 1000 * (1 + alert->comparison->change_ratio),
		.change_percent = 100 * alert->comparison->change_ratio,
		.nr_runs = 1 };
	memcpy(tracked->notice.fingerprint, alert->fingerprint, ALERT_FINGERPRINT_MAX);
	starts_add(&tracked->starts, RESPOND_NOW, RESPOND_GOOD, RESPOND_BAD);
}

/* "hash" is slower by 12 %, and "sort" by 30 %. */
static inline void respond_begin(struct respond_office *office, const char *responses)
{
	struct error err = ERROR_INIT;
	struct alerts alerts;

	*office = (struct respond_office){ .waits = BUF_INIT };
	notify_settings_init(&office->settings);
	rules_init(&office->rules);
	if (respond_read(office, "{" RESPOND_CHANNEL "}", responses, &err))
		fail_msg("%s", err.text);
	judged_init(&office->judged);
	judged_pair(&office->judged, "hash", 0.12);
	judged_pair(&office->judged, "sort", 0.3);
	office->verdict = trial_judge(&office->judged.trial);
	office->ci = (struct ci_context){ .system = (char *)"github",
		.api = (char *)"",
		.repository = (char *)"us/project",
		.commit = (char *)RESPOND_BAD,
		.branch = (char *)"main",
		.pull_request = (char *)"",
		.job_url = (char *)"https://ci.example/job/1",
		.folder = (char *)"" };
	office->subject = (struct subject){ &office->verdict, NULL, "main", RESPOND_BAD };
	office->run = (struct due_run){ &office->rules, &office->subject, RESPOND_NOW };
	office->telling = (struct telling){ .settings = &office->settings,
		.rules = &office->rules,
		.verdict = &office->verdict,
		.ci = &office->ci,
		.now = RESPOND_NOW };
	alerts = alerts_raise(&office->rules, &office->subject);
	for (size_t i = 0; i < alerts.nr; i++)
		respond_add_alert(office, &alerts.items[i]);
	alerts_release(&alerts);
}

static inline void respond_end(struct respond_office *office)
{
	responses_release(&office->responses);
	state_release(&office->state);
	rules_release(&office->rules);
	verdict_release(&office->verdict);
	judged_release(&office->judged);
	notify_settings_release(&office->settings);
	buf_release(&office->waits);
}

static inline struct dues respond_dues(struct respond_office *office)
{
	buf_clear(&office->waits);
	return dues_find(&office->responses, &office->state, &office->run, &office->waits);
}

#endif
