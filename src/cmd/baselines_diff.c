/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/baselines.h"
#include "session/names.h"

#include "base/str.h"
#include "session/finish.h"
#include "session/judging.h"
#include "store/shelf.h"
#include "sys/file.h"
#include "sys/folder.h"

#include <pthread.h>
#include <string.h>

/* A file on its way in: large ones take time, and there are two. */
struct reading {
	struct buf path;
	const struct import_hint *hint;
	struct run *run;
	struct error err;
	int rc;
};

static int find(struct reading *reading, const char *name, const char *folder, struct error *err)
{
	if (strchr(name, ',') || (file_is_there(name) && !strchr(name, '/'))) {
		buf_adds(&reading->path, name);
		return 0;
	}
	if (shelf_named_path(folder, name, &reading->path, err))
		return -1;
	if (folder_lacks(reading->path.data))
		return error_set(err, ERR_NO_BASE,
			"there is no '%s': %s is missing; nothing was compared", shelf_name(name),
			reading->path.data);
	return 0;
}

static void *read_one(void *context)
{
	struct reading *reading = context;
	bool is_result;

	reading->rc = result_file_read(
		reading->path.data, reading->hint, reading->run, &is_result, &reading->err);
	return NULL;
}

/* Both at once. */
static int read_both(struct reading readings[2], struct error *err)
{
	pthread_t thread;
	bool apart = pthread_create(&thread, NULL, read_one, &readings[0]) == 0;

	if (!apart)
		read_one(&readings[0]);
	read_one(&readings[1]);
	if (apart)
		pthread_join(thread, NULL);
	for (int i = 0; i < 2; i++) {
		if (!readings[i].rc)
			continue;
		*err = readings[i].err;
		return -1;
	}
	return 0;
}

static int read_sides(const struct words *operands, const struct settings *settings,
	struct base *base, struct run *head, struct error *err)
{
	struct reading readings[2] = { { BUF_INIT, &settings->import, &base->run, ERROR_INIT, 0 },
		{ BUF_INIT, &settings->import, head, ERROR_INIT, 0 } };
	int rc = 0;

	for (int i = 0; i < 2 && !rc; i++)
		rc = find(&readings[i], operands->items[i], settings->baselines, err);
	if (!rc)
		rc = read_both(readings, err);
	if (!rc)
		baseline_file_forget_looks(head);
	for (int i = 0; i < 2; i++)
		buf_release(&readings[i].path);
	return rc;
}

/* What was not asked for is not there, and not missed. */
static void choose(struct base *base, struct run *head, const struct words *patterns)
{
	for (size_t i = head->nr; i-- > 0;)
		if (!baseline_file_chosen(patterns, head->items[i].name))
			run_remove(head, head->items[i].name);
	for (size_t i = 0; i < base->run.nr; i++)
		base->run.items[i].aside = !baseline_file_chosen(patterns, base->run.items[i].name);
}

static int judge(struct baselines_work *work, struct base *base, struct run *head,
	struct finish *finish, struct error *err)
{
	const struct baselines_options *options = work->options;
	const struct judging judging = {
		.policy = &work->settings.policy, .head = head, .base = base, .allow_mismatch = true
	};
	struct verdict verdict = judging_verdict(&judging);
	struct outcome found = { .regressed = false };
	int rc = finish_verdict(finish, &verdict, &found, err);

	if (base->mismatch && !options->allow_mismatch)
		found = (struct outcome){ .incomparable = true };
	if (options->exit_code)
		*work->outcome = found;
	verdict_release(&verdict);
	return rc;
}

static int diff(struct baselines_work *work, struct base *base, struct run *head, struct error *err)
{
	const struct baselines_options *options = work->options;
	const struct words *operands = &work->operands;
	struct words patterns = { operands->items + 2, operands->nr - 2, 0 };
	struct finish finish = FINISH_INIT;
	int rc = -1;

	if (settings_load(&options->select.settings, &work->settings, err) ||
		read_sides(operands, &work->settings, base, head, err) ||
		base_complete(base, &work->settings, head, err) ||
		baseline_file_check_patterns(&patterns, &base->run, head, err))
		return -1;
	names_warn_of_run(&work->settings, head, &base->run);
	choose(base, head, &patterns);
	finish.style = measure_style(
		&(struct measure_options){ .color = options->color, .verbose = options->verbose });
	if (!finish_open(&finish, &options->reports, err))
		rc = judge(work, base, head, &finish, err);
	finish_release(&finish);
	return rc;
}

int baselines_diff(struct baselines_work *work, struct error *err)
{
	struct base base = BASE_INIT;
	struct run head = RUN_INIT;
	int rc;

	if (work->operands.nr < 2)
		return error_set(err, ERR_USAGE,
			"baselines diff takes a base and a head: each the name of a baseline, or a file");
	if (work->options->allow_mismatch && !work->options->exit_code)
		return error_set(err, ERR_USAGE,
			"--allow-mismatch needs --exit-code: without that, diff always compares");
	rc = diff(work, &base, &head, err);
	run_release(&head);
	base_release(&base);
	return rc;
}
