/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/baselines.h"

#include "base/str.h"
#include "store/baseline.h"
#include "store/shelf.h"
#include "sys/folder.h"
#include "sys/lock.h"
#include "sys/process.h"
#include "sys/term.h"

#include <string.h>
#include <unistd.h>

static int check_usage(const struct baselines_work *work, struct error *err)
{
	if (!work->operands.nr)
		return error_set(err, ERR_USAGE, "baselines rm takes the names of baselines");
	if (!work->options->yes && !work->options->dry_run && !term_is_terminal(STDIN_FILENO))
		return error_set(err, ERR_USAGE,
			"rm asks before it removes anything, but there is no terminal: give --yes or --dry-run");
	return 0;
}

static int no_such_baseline(
	const char *folder, const char *name, const char *path, struct error *err)
{
	struct str_nearest nearest = str_nearest(name);
	struct texts files = { 0 };
	struct buf named = BUF_INIT;

	buf_addf(&named, "%s/named", folder);
	if (folder_list(named.data, ".json", &files, err))
		goto out;
	for (size_t i = 0; i < files.nr; i++) {
		files.items[i][strlen(files.items[i]) - strlen(".json")] = '\0';
		str_nearest_offer(&nearest, files.items[i]);
	}
	error_set(err, ERR_NO_BASE, "there is no baseline '%s': %s is missing%s%s%s", name, path,
		nearest.best ? "; did you mean " : "", nearest.best ? nearest.best : "",
		nearest.best ? "?" : "");
out:
	buf_release(&named);
	texts_release(&files);
	return -1;
}

/* The file of each name; every name is looked at before the first file goes. */
static int find_paths(const struct baselines_work *work, struct texts *paths, struct error *err)
{
	const struct words *names = &work->operands;
	const char *folder = work->settings.baselines;
	struct buf path = BUF_INIT;
	int rc = 0;

	for (size_t i = 0; i < names->nr && !rc; i++) {
		const char *name = shelf_name(names->items[i]);

		buf_clear(&path);
		rc = shelf_named_path(folder, name, &path, err);
		if (!rc && strcmp(path.data, name) == 0)
			rc = error_set(err, ERR_USAGE,
				"baselines rm takes names of baselines, and '%s' is a file", name);
		if (!rc && folder_lacks(path.data))
			rc = no_such_baseline(folder, name, path.data, err);
		if (!rc && !texts_have(paths, path.data))
			texts_add(paths, path.data);
	}
	buf_release(&path);
	return rc;
}

static void add_size(const char *path, struct buf *text)
{
	struct run baseline = RUN_INIT;
	struct error unreadable = ERROR_INIT;
	size_t most = 0;

	buf_adds(text, "to remove: ");
	buf_add_printable(text, path);
	if (baseline_read(path, &baseline, &unreadable)) {
		buf_adds(text, ", which cannot be read\n");
	} else {
		for (size_t i = 0; i < baseline.nr; i++) {
			size_t nr = baseline_file_sessions(&baseline.items[i]);

			most = nr > most ? nr : most;
		}
		buf_addf(text, ", %zu benchmark%s, up to %zu session%s\n", baseline.nr,
			baseline.nr == 1 ? "" : "s", most, most == 1 ? "" : "s");
	}
	run_release(&baseline);
}

static int remove_one(struct baselines_work *work, const char *path, struct error *err)
{
	/* Who adds a session to it now is waited for. */
	struct lock lock = LOCK_INIT;
	int rc = lock_folder_of(&lock, path, err);

	if (!rc)
		rc = folder_remove(path, err);
	lock_release(&lock);
	if (!rc) {
		buf_adds(&work->text, "removed: ");
		buf_add_printable(&work->text, path);
		buf_addc(&work->text, '\n');
	}
	return rc;
}

static int remove_all(struct baselines_work *work, const struct texts *paths, struct error *err)
{
	struct buf *text = &work->text;
	int rc = 0;

	for (size_t i = 0; i < paths->nr; i++)
		add_size(paths->items[i], text);
	if (work->options->dry_run)
		return 0;
	if (command_print(text, err))
		return -1;
	buf_clear(text);
	if ((!work->options->yes && !term_confirm("remove this?")) || process_interrupted()) {
		buf_adds(text, "nothing was removed\n");
		return 0;
	}
	for (size_t i = 0; i < paths->nr && !rc; i++)
		rc = remove_one(work, paths->items[i], err);
	return rc;
}

int baselines_rm(struct baselines_work *work, struct error *err)
{
	struct texts paths = { 0 };
	int rc = check_usage(work, err);

	process_setup();
	if (!rc)
		rc = settings_load(&work->options->select.settings, &work->settings, err);
	if (!rc)
		rc = find_paths(work, &paths, err);
	if (!rc)
		rc = remove_all(work, &paths, err);
	texts_release(&paths);
	return rc;
}
