/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/result_file.h"

#include "base/str.h"
#include "base/texts.h"
#include "store/baseline.h"
#include "store/criterion_folder.h"
#include "sys/file.h"
#include "sys/folder.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BYTES (512u << 20)

/* Ours says so near its start; of older and foreign ones, a member tells. */
static bool is_own_format(const char *text, size_t len)
{
	static const char *const marks[] = { "\"benchgate-", "\"benchmark_run\"" };
	size_t start = len > 4096 ? 4096 : len;

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (memmem(text, start, marks[i], strlen(marks[i])))
			return true;
	return false;
}

/* Those have no mark; what is wrong with one is said of it as a baseline. */
static bool may_be_old_baseline(const char *text, size_t len)
{
	static const char *const members[] = { "\"version\"", "\"baselines\"", "\"format\"" };

	if (text[strspn(text, " \t\r\n")] != '{')
		return !*text;
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (memmem(text, len, members[i], strlen(members[i])))
			return true;
	return false;
}

int result_file_parse(
	const struct import_input *input, struct run *run, bool *is_result, struct error *err)
{
	*is_result = true;
	if (input->format)
		return import_read(input, run, err);
	if (is_own_format(input->text, input->len))
		return baseline_parse_run(input->text, input->len, run, is_result, err);
	if (import_recognise(input->text, input->len))
		return import_read(input, run, err);
	if (may_be_old_baseline(input->text, input->len))
		return baseline_parse_run(input->text, input->len, run, is_result, err);
	return import_unknown(input->text, input->len, err);
}

#define NAMED_BYTES 4096

/* A name for what has none, of its ends and its length: those of a large file tell enough. */
static void name_import(const struct import_input *input, struct run *run)
{
	size_t end_len = input->len < NAMED_BYTES ? input->len : NAMED_BYTES;
	char *start = mem_copy(input->text, end_len);
	uint64_t hash = str_hash(STR_HASH_START + input->len, start);

	hash = str_hash(hash, input->text + (input->len - end_len));
	free(start);
	if (!*run->id)
		snprintf(run->id, sizeof run->id, "%016" PRIx64, hash);
	if (!*run->timestamp)
		file_timestamp(input->path, run->timestamp);
}

static int read_one(const char *path, const struct import_hint *hint, struct run *run,
	bool *is_result, struct error *err)
{
	struct buf text = BUF_INIT;
	int rc = file_read(path, MAX_BYTES, &text, err);
	struct import_input input = { .path = path,
		.text = text.data,
		.len = text.len,
		.format = hint ? hint->format : NULL,
		.columns = hint ? &hint->columns : NULL };

	*is_result = false;
	if (!rc && result_file_parse(&input, run, is_result, err)) {
		/* A file that cannot be read is no slip on the command line. */
		err->kind = ERR_IO;
		rc = error_wrap(err, "%s", path);
	}
	if (!rc && *is_result)
		name_import(&input, run);
	buf_release(&text);
	return rc;
}

/* A run that is taken twice would count as two that agree. */
static int check_fresh(const struct texts *ids, const struct run *run, struct error *err)
{
	for (size_t i = 0; i < ids->nr; i++)
		if (strcmp(ids->items[i], run->id) == 0)
			return error_set(err, ERR_USAGE,
				"this run is given twice; each file must be of a run of its own");
	return 0;
}

static int read_several(const struct texts *paths, const struct import_hint *hint, struct run *run,
	struct error *err)
{
	struct texts ids = { 0 };
	int rc = 0;

	for (size_t i = 0; i < paths->nr && !rc; i++) {
		struct run more = RUN_INIT;
		bool is_result;

		rc = read_one(paths->items[i], hint, i ? &more : run, &is_result, err);
		if (!rc && !is_result)
			rc = error_set(err, ERR_USAGE,
				"%s is a baseline; only result files can be taken together",
				paths->items[i]);
		if (!rc)
			rc = check_fresh(&ids, i ? &more : run, err);
		if (!rc)
			texts_add(&ids, i ? more.id : run->id);
		if (!rc && i)
			rc = import_join(run, &more, err);
		if (rc && i)
			error_wrap(err, "%s", paths->items[i]);
		run_release(&more);
	}
	texts_release(&ids);
	return rc;
}

static void list_items(const char *list, struct texts *paths)
{
	const char *item;
	size_t len;

	while ((item = str_next_item(&list, &len))) {
		char *path = mem_copy(item, len);

		texts_add(paths, path);
		free(path);
	}
}

static int list_folder(const char *folder, struct texts *paths, struct error *err)
{
	struct texts names = { 0 };
	struct buf path = BUF_INIT;
	int rc = folder_list(folder, "", &names, err);

	for (size_t i = 0; i < names.nr; i++) {
		buf_clear(&path);
		buf_addf(&path, "%s/%s", folder, names.items[i]);
		texts_add(paths, path.data);
	}
	if (!rc && !names.nr)
		rc = error_set(err, ERR_IO, "%s: there is no result file in this folder", folder);
	buf_release(&path);
	texts_release(&names);
	return rc;
}

static int read_folder(
	const char *folder, const struct import_hint *hint, struct run *run, struct error *err)
{
	struct texts paths = { 0 };
	int rc;

	if (criterion_folder_is(folder))
		return criterion_folder_read(folder, run, err);
	rc = list_folder(folder, &paths, err);
	if (!rc)
		rc = read_several(&paths, hint, run, err);
	texts_release(&paths);
	return rc;
}

int result_file_read(const char *path, const struct import_hint *hint, struct run *run,
	bool *is_result, struct error *err)
{
	struct texts paths = { 0 };
	int rc;

	*is_result = true;
	if (folder_is(path))
		return read_folder(path, hint, run, err);
	if (!strchr(path, ',') || file_is_there(path))
		return read_one(path, hint, run, is_result, err);
	list_items(path, &paths);
	rc = read_several(&paths, hint, run, err);
	texts_release(&paths);
	return rc;
}
