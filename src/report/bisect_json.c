/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bisect_report.h"

#include "base/json.h"
#include "report/bisect_words.h"

#include <math.h>

#define VERSION 1

static double percent(double change)
{
	return 100 * expm1(change);
}

static void add_told_json(struct json *to, const struct bisect_told *told)
{
	json_add_number(to, "change_percent", percent(told->change));
	json_add_number(to, "low_percent", percent(told->low));
	json_add_number(to, "high_percent", percent(told->high));
}

static void add_commit_json(struct json *list, const struct bisect_commit *commit)
{
	struct json *to = json_add_object(list, NULL);

	json_add_text(to, "commit", commit->hash);
	json_add_text(to, "author", commit->author);
	json_add_text(to, "date", commit->date);
	json_add_text(to, "subject", commit->subject);
}

static void add_finding_json(struct json *list, const struct bisect_account *account,
	const struct bisect *search, const struct bisect_finding *finding)
{
	const struct bisect_chain *chain = &search->chains.items[finding->chain];
	struct json *to = json_add_object(list, NULL), *commits = json_add_array(to, "commits");

	for (size_t i = finding->before + 1; i <= finding->last; i++)
		add_commit_json(commits, &account->commits.items[chain->commits[i]]);
	json_add_text(to, "before", account->commits.items[chain->commits[finding->before]].hash);
	add_told_json(to, &finding->step);
	json_add_number(to, "part", finding->step.change / search->whole.change);
	json_add_bool(to, "layout", bisect_words_is_layout(finding));
	json_add_text(to, "merged_by",
		finding->merge == BISECT_NONE ? NULL
					      : bisect_words_commit(account, search,
							&search->findings.items[finding->merge])
							->hash);
}

static void add_subject_json(struct json *list, const struct bisect_account *account,
	const struct bisect_subject *subject)
{
	const struct bisect *search = &subject->search;
	struct json *to = json_add_object(list, NULL), *found;

	json_add_text(to, "benchmark", subject->name);
	json_add_text(to, "metric", subject->metric);
	json_add_text(to, "outcome", bisect_outcome_words[search->outcome]);
	add_told_json(to, &search->whole);
	found = json_add_array(to, "found");
	for (size_t i = 0; i < search->findings.nr; i++)
		if (!search->findings.items[i].followed)
			add_finding_json(found, account, search, &search->findings.items[i]);
}

static void add_step_json(struct json *list, const struct bisect_step *step)
{
	struct json *to = json_add_object(list, NULL);
	struct buf words = BUF_INIT;

	bisect_words_step(step, &words);
	json_add_text(to, "benchmark", step->benchmark);
	json_add_text(to, "metric", step->metric);
	json_add_text(to, "base", step->base);
	json_add_text(to, "head", step->head);
	json_add_text(to, "purpose", bisect_purpose_words[step->purpose]);
	json_add_text(to, "words", words.data);
	add_told_json(to, &step->told);
	json_add_number(to, "units", (double)step->nr_units);
	json_add_number(to, "seconds", step->seconds);
	buf_release(&words);
}

void bisect_json(const struct bisect_account *account, struct buf *out)
{
	struct json *root = json_new_object(), *list;

	json_add_text(root, "format", "benchgate-bisection");
	json_add_number(root, "version", VERSION);
	json_add_text(root, "good", account->commits.items[0].hash);
	json_add_text(root, "bad", account->commits.items[account->nr_between].hash);
	json_add_number(root, "commits", (double)account->nr_between);
	json_add_bool(root, "complete", !account->stopped);
	json_add_number(root, "builds", (double)account->steps.nr_builds);
	json_add_number(root, "build_seconds", account->steps.build_seconds);
	json_add_number(root, "seconds", account->steps.seconds);
	list = json_add_array(root, "benchmarks");
	for (size_t i = 0; i < account->subjects.nr; i++)
		add_subject_json(list, account, &account->subjects.items[i]);
	list = json_add_array(root, "steps");
	for (size_t i = 0; i < account->steps.nr; i++)
		add_step_json(list, &account->steps.items[i]);
	json_print(root, out);
	json_free(root);
}
