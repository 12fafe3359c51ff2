/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/array.h"
#include "base/str.h"
#include "base/version.h"
#include "cmd/verbs.h"
#include "pages/assets.h"
#include "pages/documents.h"
#include "session/recorder.h"
#include "sys/file.h"
#include "sys/folder.h"
#include "sys/process.h"

#include <string.h>

/* Says that a folder is a site, and which benchgate made it. */
#define MARK "benchgate-site.txt"
#define MARK_TEXT \
	"A site that 'benchgate site' made, by benchgate " BENCHGATE_VERSION \
	", documents " DOCUMENTS_VERSION ".\n"
#define CALL "benchgateTake("
#define MAX_RUN_BYTES ((size_t)64 << 20)

struct site_options {
	struct settings_options settings;
	uint64_t nr_levels, nr_values;
};

static const struct opt opts[] = {
	CONFIG_OPT(struct site_options, settings),
	OPT_COUNT(0, "runs", struct site_options, nr_levels, "N",
		"keep environment and levels of the newest N runs (default 2000); points are kept of all"),
	OPT_COUNT(0, "values", struct site_options, nr_values, "N",
		"keep what each process measured of the newest N runs (default 20); levels are kept of all"),
	OPT_END,
};

/* Folders of the site, whose files are swept. */
static const char *const folders[] = { "data", "data/series", "data/points", "data/run",
	"data/values", "data/explained", "profiles", "spark" };

#define NR_FOLDERS (sizeof folders / sizeof *folders)

struct site {
	const char *out;
	struct settings settings;
	struct history *history;
	struct documents documents;
	bool is_same;      /* it was made by this very program: what cannot change stays */
	struct texts made; /* paths below `out` */
	struct buf path, text;
};

static const char *path_in(struct site *site, const char *name)
{
	buf_clear(&site->path);
	buf_addf(&site->path, "%s/%s", site->out, name);
	return site->path.data;
}

/* A picture or a feed is a file of its own; JSON is the argument of a call, in a script. */
static bool is_file_itself(const char *name)
{
	return strchr(name, '.') != NULL;
}

static char *file_of(const char *name)
{
	struct buf file = BUF_INIT;

	if (is_file_itself(name))
		buf_adds(&file, name);
	else
		buf_addf(&file, "data/%s.js", name);
	return buf_detach(&file);
}

static int put(struct site *site, const char *name, const struct buf *text, struct error *err)
{
	texts_add(&site->made, name);
	return file_renew(path_in(site, name), text, err);
}

static int take(const char *name, const struct buf *document, void *context, struct error *err)
{
	struct site *site = context;
	char *file = file_of(name);
	int rc;

	buf_clear(&site->text);
	if (!is_file_itself(name))
		buf_addf(&site->text, CALL "\"%s\",", name);
	buf_add(&site->text, document->data, document->len);
	if (!is_file_itself(name))
		buf_adds(&site->text, ");\n");
	rc = put(site, file, &site->text, err);
	free(file);
	if (!rc && process_interrupted())
		return error_set(err, ERR_IO, "interrupted: %s is not complete", site->out);
	return rc;
}

/* Was it made of this run? A history that was made anew may number its runs anew. */
static bool is_of_run(struct site *site, const char *file, const struct history_run *run)
{
	struct buf there = BUF_INIT, id = BUF_INIT;
	struct error ignored = ERROR_INIT;
	bool is;

	buf_addf(&id, "\"id\": \"%s\"", run->id);
	is = !file_read(path_in(site, file), MAX_RUN_BYTES, &there, &ignored) &&
		strstr(there.data, id.data);
	buf_release(&there);
	buf_release(&id);
	return is;
}

/* Of a run's file itself the document of that name says whose it is. */
static bool is_there_of_run(
	struct site *site, const char *name, const char *file, const struct history_run *run)
{
	struct buf document = BUF_INIT;
	bool is;

	if (!is_file_itself(name))
		return is_of_run(site, file, run);
	buf_addf(&document, "data/explained/%lld.js", (long long)run->number);
	is = is_of_run(site, document.data, run) && file_is_there(path_in(site, file));
	buf_release(&document);
	return is;
}

/* A run that is there stays as it is, until a newer benchgate says more of it. */
static bool needs(const char *name, const struct history_run *run, void *context)
{
	struct site *site = context;
	char *file = file_of(name);
	bool is_there = site->is_same && is_there_of_run(site, name, file, run);

	if (is_there)
		texts_add(&site->made, file);
	free(file);
	return !is_there;
}

static int put_assets(struct site *site, struct error *err)
{
	int rc = 0;

	/* The page is the last: it finds all that it loads. */
	for (size_t i = 1; assets[i].name && !rc; i++) {
		buf_clear(&site->text);
		buf_adds(&site->text, assets[i].text);
		rc = put(site, assets[i].name, &site->text, err);
	}
	buf_clear(&site->text);
	assets_site_index(site->documents.nr_levels, site->documents.nr_values, &site->text);
	return rc ? -1 : put(site, assets[0].name, &site->text, err);
}

static bool was_made(const struct texts *made, const char *path)
{
	size_t low = 0, high = made->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(made->items[middle], path);

		if (!order)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* Series and runs that are gone, and what a killed writer left. */
static int sweep(struct site *site, const char *folder, struct error *err)
{
	struct texts names = { 0 };
	struct buf path = BUF_INIT;
	int rc = folder_list(path_in(site, folder), "", &names, err);

	for (size_t i = 0; i < names.nr && !rc; i++) {
		buf_clear(&path);
		buf_addf(&path, "%s/%s", folder, names.items[i]);
		if (!was_made(&site->made, path.data))
			rc = folder_remove(path_in(site, path.data), err);
	}
	buf_release(&path);
	texts_release(&names);
	return rc;
}

/* Nobody's files are overwritten by mistake. */
static int look_at_folder(struct site *site, struct error *err)
{
	struct texts files = { 0 }, inside = { 0 };
	struct buf was = BUF_INIT;
	int rc = 0;

	if (folder_is(site->out)) {
		bool is_site = file_is_there(path_in(site, MARK));

		file_new_sweep(path_in(site, MARK));
		rc = folder_list(site->out, "", &files, err);
		if (!rc)
			rc = folder_list_folders(site->out, &inside, err);
		if (!rc && !is_site && files.nr + inside.nr)
			rc = error_set(err, ERR_USAGE,
				"%s holds files, and is no site that benchgate made: give a new or an empty folder",
				site->out);
		if (!rc && is_site)
			rc = file_read(path_in(site, MARK), 4096, &was, err);
		site->is_same = strcmp(was.data, MARK_TEXT) == 0;
	}
	texts_release(&files);
	texts_release(&inside);
	buf_release(&was);
	return rc;
}

static int make_folders(struct site *site, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; i < NR_FOLDERS && !rc; i++)
		rc = folder_make(path_in(site, folders[i]), err);
	return rc;
}

/* What is not complete is not the same, and made anew the next time. */
static int put_mark(struct site *site, bool complete, struct error *err)
{
	buf_clear(&site->text);
	buf_adds(&site->text, complete ? MARK_TEXT : "A site that was not completed.\n");
	return put(site, MARK, &site->text, err);
}

static int sweep_all(struct site *site, struct error *err)
{
	int rc = 0;

	texts_sort(&site->made);
	for (size_t i = 0; i < NR_FOLDERS && !rc; i++)
		rc = sweep(site, folders[i], err);
	return rc;
}

static int make_site(struct site *site, struct error *err)
{
	const struct documents_taker taker = { needs, take, site };

	if (look_at_folder(site, err) || folder_make(site->out, err) ||
		(!site->is_same && put_mark(site, false, err)) || make_folders(site, err) ||
		documents_each(&site->documents, &taker, err) || put_assets(site, err) ||
		sweep_all(site, err))
		return -1;
	return put_mark(site, true, err);
}

static int open_and_make(
	struct site *site, const char *db, const struct site_options *options, struct error *err)
{
	site->history = recorder_read(db, err);
	if (!site->history || documents_open(&site->documents, site->history, &site->settings, err))
		return -1;
	site->documents.nr_levels = options->nr_levels;
	site->documents.nr_values = options->nr_values;
	return make_site(site, err);
}

static int site_run(struct arguments given, struct outcome *outcome, struct error *err)
{
	struct site_options options = { .nr_levels = DOCUMENTS_RUNS,
		.nr_values = DOCUMENTS_VALUES };
	struct site site = { .settings = SETTINGS_INIT,
		.documents = DOCUMENTS_INIT,
		.path = BUF_INIT,
		.text = BUF_INIT };
	struct words operands = { NULL, 0, 0 };
	int rc = opts_parse(opts, given, &options, &operands, err);

	(void)outcome;
	process_setup();
	if (!rc && (operands.nr != 2 || !*operands.items[1]))
		rc = error_set(err, ERR_USAGE,
			"site takes a history and the folder to write: benchgate site benchmarks.db public");
	if (!rc)
		rc = settings_load(&options.settings, &site.settings, err);
	if (!rc) {
		site.out = operands.items[1];
		rc = open_and_make(&site, operands.items[0], &options, err);
	}
	documents_release(&site.documents);
	history_close(site.history);
	settings_release(&site.settings);
	texts_release(&site.made);
	buf_release(&site.path);
	buf_release(&site.text);
	ARRAY_RELEASE(&operands);
	return rc;
}

const struct command command_site = {
	.name = "site",
	.group = COMMANDS_RESULTS,
	.operands = "DB FOLDER",
	.summary = "write a history as web pages, for GitHub or GitLab Pages",
	.details =
		"Writes a folder of static files that needs no server: what is worse and since when, the course of every benchmark, "
		"runs side by side, machines, and the gate's own record. It opens from a disk, too, and loads nothing from elsewhere. "
		"An Atom feed of changes (changes.atom), a badge (badge.svg) and a picture of each series (spark/) are beside the pages.\n"
		"The next time only files that change are written, and those of series that are gone are removed. Authors and "
		"subjects of commits come from git, where it is run in the repository.",
	.examples = "benchgate site benchmarks.db public\n",
	.opts = opts,
	.run = site_run,
};
