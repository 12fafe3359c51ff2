/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The policy file with all its sections. */
#include "fuzz/fuzz.h"

#include "gate/mentions.h"
#include "gate/policy_json.h"
#include "gate/trial.h"
#include "notify/notify.h"
#include "support/subjects.h"

static struct subjects *subjects_once(void)
{
	static struct subjects subjects;

	if (!subjects.verdict.nr)
		subjects_init(&subjects);
	return &subjects;
}

/* Alerts have messages that can be read. */
static void raise_alerts(const struct rules *rules)
{
	struct subject subject = subjects_once()->one;
	struct alerts alerts = alerts_raise(rules, &subject);

	for (size_t i = 0; i < alerts.nr; i++)
		fuzz_check(fuzz_is_printable(alerts.items[i].message, true), "no good message",
			alerts.items[i].message);
	alerts_release(&alerts);
}

static void judge_by(const struct policy *policy)
{
	struct trial trial = subjects_once()->judged.trial;
	struct verdict verdict;

	trial.policy = policy;
	verdict = trial_judge(&trial);
	verdict_overall(&verdict);
	verdict_release(&verdict);
}

static void check_mentions(const struct policy_file *file)
{
	struct mentions mentions = { 0 };
	struct known_names known = { .whole = true };
	struct texts lines = { 0 };

	mentions_read(file->root, &file->rules, &mentions);
	known_names_add_run(&known, &subjects_once()->judged.head);
	mentions_check(&mentions, &file->policy, &known, &lines);
	mentions_check_values(&mentions, &known, &subjects_once()->judged.head, &lines);
	texts_release(&lines);
	known_names_release(&known);
	mentions_release(&mentions);
}

static void use_policy(const struct policy_file *file, const char *bytes)
{
	struct notify_settings notify;
	struct error err = ERROR_INIT;

	check_mentions(file);
	raise_alerts(&file->rules);
	judge_by(&file->policy);
	notify_settings_init(&notify);
	if (notify_settings_read(file->root, ".", &file->rules, &notify, &err))
		fuzz_check_error(&err, bytes);
	notify_settings_release(&notify);
}

void fuzz_policy(const char *bytes, size_t len)
{
	struct policy_file file;
	struct error err = ERROR_INIT;

	policy_file_init(&file);
	if (policy_file_read(bytes, len, &file, &err))
		fuzz_check_error(&err, bytes);
	else
		use_policy(&file, bytes);
	policy_file_release(&file);
}
