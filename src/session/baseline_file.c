/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/baseline_file.h"

#include "base/error.h"
#include "base/str.h"
#include "store/baseline.h"
#include "store/shelf.h"
#include "sys/folder.h"

#include <stdio.h>
#include <string.h>

int baseline_file_list_machines(const char *folder, struct texts *paths, struct error *err)
{
	struct texts names = { 0 };
	struct buf path = BUF_INIT;
	int rc = folder_list(folder, ".json", &names, err);

	for (size_t i = 0; i < names.nr; i++) {
		if (strcmp(names.items[i], SHELF_ACCEPTED) == 0)
			continue;
		buf_clear(&path);
		buf_addf(&path, "%s/%s", folder, names.items[i]);
		texts_add(paths, path.data);
	}
	buf_release(&path);
	texts_release(&names);
	return rc;
}

int baseline_file_list(const char *folder, struct texts *paths, struct error *err)
{
	struct buf named = BUF_INIT;
	int rc;

	buf_addf(&named, "%s/named", folder);
	rc = baseline_file_list_machines(folder, paths, err);
	if (!rc)
		rc = baseline_file_list_machines(named.data, paths, err);
	buf_release(&named);
	return rc;
}

bool baseline_file_chosen(const struct words *patterns, const char *name)
{
	for (size_t i = 0; i < patterns->nr; i++)
		if (str_matches(patterns->items[i], name))
			return true;
	return !patterns->nr;
}

static int baseline_file_check_pattern(
	const char *pattern, const struct run *const runs[2], struct error *err)
{
	struct unknown unknown = { .given = pattern, .see = "'benchgate baselines show'" };

	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0; runs[i] && j < runs[i]->nr; j++) {
			if (str_matches(pattern, runs[i]->items[j].name))
				return 0;
			unknown_offer(&unknown, runs[i]->items[j].name);
		}
	}
	return unknown_error(&unknown, err, "no benchmark matches '%s'", pattern);
}

void baseline_file_forget_looks(struct run *head)
{
	head->plan.looks = false;
	for (size_t i = 0; i < head->nr; i++)
		head->items[i].nr_screened = 0;
}

int baseline_file_check_patterns(const struct words *patterns, const struct run *one,
	const struct run *other, struct error *err)
{
	for (size_t i = 0; i < patterns->nr; i++)
		if (baseline_file_check_pattern(
			    patterns->items[i], (const struct run *const[]){ one, other }, err))
			return -1;
	return 0;
}

/* Its metrics have their sessions in common, but for those that came later. */
static const struct metric *oldest_metric(const struct result *result)
{
	const struct metric *time = metrics_time(&result->metrics);

	return time || !result->metrics.nr ? time : &result->metrics.items[0];
}

size_t baseline_file_sessions(const struct result *result)
{
	const struct metric *metric = oldest_metric(result);

	if (!metric)
		return 0;
	return metric->sessions.nr ? metric->sessions.nr : metric->digest.nr > 0;
}

const char *baseline_file_newest(const struct result *result)
{
	const struct metric *metric = oldest_metric(result);
	size_t nr = metric ? metric->sessions.nr : 0;

	return nr ? metric->sessions.items[nr - 1].timestamp : NULL;
}

void baseline_file_machine(const struct env *env, char name[ENV_MACHINE_MAX])
{
	if (env->values[ENV_CPUS])
		env_machine(env, name);
	else
		snprintf(name, ENV_MACHINE_MAX, "-");
}
