/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/baselines.h"
#include "session/names.h"

#include "base/str.h"
#include "session/finish.h"
#include "session/judging.h"
#include "session/reading.h"
#include "store/shelf.h"
#include "sys/file.h"
#include "sys/folder.h"

#include <string.h>

static int baselines_diff_find(
	struct buf *path, const char *name, const char *folder, struct error *err)
{
	if (strchr(name, ',') || (file_is_there(name) && !strchr(name, '/'))) {
		buf_adds(path, name);
		return 0;
	}
	if (shelf_named_path(folder, name, path, err))
		return -1;
	if (folder_lacks(path->data))
		return error_set(err, ERR_NO_BASE,
			"there is no '%s': %s is missing; nothing was compared", shelf_name(name),
			path->data);
	return 0;
}

static int read_sides(const struct words *operands, const struct settings *settings,
	struct base *base, struct run *head, struct error *err)
{
	struct buf paths[2] = { BUF_INIT, BUF_INIT };
	struct reading readings[2] = { { .hint = &settings->import, .run = &base->run },
		{ .hint = &settings->import, .run = head } };
	int rc = 0;

	for (int i = 0; i < 2 && !rc; i++) {
		rc = baselines_diff_find(&paths[i], operands->items[i], settings->baselines, err);
		readings[i].path = paths[i].data;
	}
	if (!rc)
		rc = reading_both(readings, err);
	if (!rc)
		baseline_file_forget_looks(head);
	for (int i = 0; i < 2; i++)
		buf_release(&paths[i]);
	return rc;
}

/* What was not asked for is not there, and not missed. */
static void baselines_diff_choose(struct base *base, struct run *head, const struct words *patterns)
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
	baselines_diff_choose(base, head, &patterns);
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
