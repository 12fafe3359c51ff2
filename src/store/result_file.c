/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/result_file.h"

#include "base/array.h"
#include "base/str.h"
#include "base/texts.h"
#include "store/baseline.h"
#include "store/criterion_folder.h"
#include "store/import/clean.h"
#include "sys/file.h"
#include "sys/folder.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BYTES (512u << 20)

static bool has_member(const char *text, size_t len, const char *member)
{
	return memmem(text, len, member, strlen(member));
}

/* Ours says so near its start; of older and foreign ones, a member tells. */
static bool is_own_format(const char *text, size_t len)
{
	static const char *const marks[] = { "\"benchgate-", "\"benchmark_run\"" };
	size_t start = len > 4096 ? 4096 : len;

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (has_member(text, start, marks[i]))
			return true;
	return false;
}

/* Other tools have a text there. */
static bool has_version_number(const char *text)
{
	static const char member[] = "\"version\"";
	const char *at = strstr(text, member);

	return at &&
		isdigit((
			unsigned char)at[strlen(member) + strspn(at + strlen(member), ": \t\r\n")]);
}

/* Those have no mark; what is wrong with one is said of it as a baseline. */
static bool may_be_old_baseline(const char *text, size_t len)
{
	if (text[strspn(text, " \t\r\n")] != '{')
		return false;
	return has_member(text, len, "\"baselines\"") ||
		(has_member(text, len, "\"benchmarks\"") &&
			(has_version_number(text) || has_member(text, len, "\"format\"")));
}

static bool is_json(const char *text)
{
	char first = text[strspn(text, " \t\r\n")];

	return first == '{' || first == '[';
}

/* What has columns that somebody named is a table. */
static int read_table(const struct import_input *input, struct run *run, struct error *err)
{
	struct import_input known = *input;

	known.format = import_named(is_json(input->text) ? "json" : "csv", err);
	return import_read(&known, run, err);
}

/* The error of a table of which it is not known what its columns are says how to tell. */
static bool asks_columns(const struct import_input *input, struct error *err)
{
	const struct import_format *format =
		input->format ? input->format : import_recognise(input->text, input->len);
	bool is_csv = !format || strcmp(format->name, "csv") == 0;
	struct buf headings = BUF_INIT;
	bool asks = is_csv && !is_json(input->text) && import_asks_columns(input, &headings);

	if (asks)
		error_set(err, ERR_USAGE,
			"its columns are called %s: say which has the names and which the values, such as --columns name=1,value=2 (unit=3)",
			headings.data);
	buf_release(&headings);
	return asks;
}

int result_file_parse(
	const struct import_input *input, struct run *run, bool *is_result, struct error *err)
{
	*is_result = true;
	if (import_check_text(input->text, input->len, err))
		return -1;
	if (input->format)
		return import_read(input, run, err);
	if (is_own_format(input->text, input->len))
		return baseline_parse_run(input->text, input->len, run, is_result, err);
	if (import_recognise(input->text, input->len))
		return import_read(input, run, err);
	if (may_be_old_baseline(input->text, input->len))
		return baseline_parse_run(input->text, input->len, run, is_result, err);
	if (input->columns && (input->columns->name || input->columns->value))
		return read_table(input, run, err);
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

bool result_file_is_input(const char *said)
{
	return strcmp(said, "-") == 0;
}

static int result_file_read_text(
	const struct import_input *input, struct run *run, bool *is_result, struct error *err)
{
	if (result_file_parse(input, run, is_result, err)) {
		/* A file that cannot be read is no slip on the command line; to leave out what it
		 * takes to read it is one. */
		if (!asks_columns(input, err))
			err->kind = ERR_IO;
		return error_wrap(err, "%s", input->path);
	}
	if (*is_result)
		name_import(input, run);
	return 0;
}

static int result_file_read_one(const char *said, const struct import_hint *hint, struct run *run,
	bool *is_result, struct error *err)
{
	const char *path = result_file_is_input(said) ? "/dev/stdin" : said;
	struct import_input input = { .path = path,
		.format = hint ? hint->format : NULL,
		.columns = hint ? &hint->columns : NULL };
	struct buf text = BUF_INIT;
	int rc;

	*is_result = true;
	if (criterion_folder_is(path))
		return criterion_folder_read(path, run, err);
	rc = file_read(path, MAX_BYTES, &text, err);
	if (!rc) {
		clean_encoding(&text);
		input.text = text.data;
		input.len = text.len;
		rc = result_file_read_text(&input, run, is_result, err);
	}
	buf_release(&text);
	return rc;
}

/* A run that is taken twice would count as two that agree. */
static int check_fresh(struct texts *ids, const struct run *run, struct error *err)
{
	if (*run->id && texts_have(ids, run->id))
		return error_set(err, ERR_USAGE,
			"this run is given twice; each file must be of a run of its own");
	texts_add(ids, run->id);
	return 0;
}

/* What was read of a file of another tool. */
struct content {
	const char *path;
	uint64_t hash;    /* of all names and values, in whatever order they stand */
	size_t nr_digits; /* of different measured values, without the first DIGITS_BY_CHANCE of
			     each */
};

struct contents {
	struct content *items;
	size_t nr, alloc;
};

/* So many digits of a value may well be the same in another process, and all values of a file
 * together so many more. */
#define DIGITS_BY_CHANCE 3
#define DIGITS_TOLD 6

/* Twelve figures: what a change of the unit rounds is not a digit. */
static size_t result_file_add_value(double value, struct buf *text)
{
	char figures[32];
	size_t nr = 0, nr_zeros = 0;

	snprintf(figures, sizeof figures, "%.11e", value);
	for (const char *at = figures; *at && *at != 'e'; at++) {
		if (!isdigit((unsigned char)*at))
			continue;
		nr_zeros = *at == '0' ? nr_zeros + 1 : 0;
		nr++;
	}
	buf_addf(text, " %s", figures);
	return nr - nr_zeros > DIGITS_BY_CHANCE ? nr - nr_zeros - DIGITS_BY_CHANCE : 0;
}

static void add_metric_content(
	const char *name, const struct metric *metric, struct content *content)
{
	struct buf text = BUF_INIT;
	size_t nr = 0;

	buf_addf(&text, "%s\n%s\n%s\n", name, metric->name, metric->unit);
	for (size_t i = 0; i < metric->values.nr; i++) {
		bool is_new = !i || metric->values.items[i] != metric->values.items[i - 1];
		size_t more = result_file_add_value(metric->values.items[i], &text);

		nr += is_new ? more : 0;
	}
	if (metric->digest.nr)
		nr += result_file_add_value(metric->digest.mean, &text) +
			result_file_add_value(metric->digest.sd, &text);
	content->nr_digits += metric->is_count ? 0 : nr;
	content->hash += str_hash(STR_HASH_START, text.data);
	buf_release(&text);
}

static struct content content_of(const struct run *run, const char *path)
{
	struct content content = { path, 0, 0 };

	for (size_t i = 0; i < run->nr; i++)
		for (size_t k = 0; k < run->items[i].metrics.nr; k++)
			add_metric_content(
				run->items[i].name, &run->items[i].metrics.items[k], &content);
	return content;
}

/* A copy that only its layout tells from the first: two processes that differ in nothing are none.
 */
static int check_copies(
	struct contents *contents, const struct run *run, const char *path, struct error *err)
{
	struct content content = content_of(run, path);

	for (size_t i = 0; i < contents->nr && run->format; i++)
		if (contents->items[i].hash == content.hash && content.nr_digits >= DIGITS_TOLD)
			return error_set(err, ERR_USAGE,
				"all of its values are those of %s, so it is a copy; each file must be of a run of its own",
				contents->items[i].path);
	*ARRAY_ADD(contents) = content;
	return 0;
}

/* Files that become one run. */
struct joining {
	struct run *run;
	struct texts ids;
	struct contents contents;
	bool is_only;
};

static int join_one(struct joining *joining, const struct run *more, bool is_result,
	const char *path, struct error *err)
{
	if (!is_result)
		return error_set(err, ERR_USAGE, "it is a baseline, no result file");
	if (!joining->is_only && run_is_in_turn(more))
		return error_set(err, ERR_USAGE,
			"it was measured in turn with a base, and goes with no other file");
	if (!joining->is_only && more->shard.of > 1)
		return error_set(err, ERR_USAGE,
			"it is one of %" PRIu64 " shards: 'benchgate merge' makes them one",
			more->shard.of);
	if (check_fresh(&joining->ids, more, err) ||
		check_copies(&joining->contents, more, path, err))
		return -1;
	return more == joining->run ? 0 : import_join(joining->run, more, err);
}

/* Each is of a process of its own, or of several. */
static int read_several(const struct texts *paths, const struct import_hint *hint, struct run *run,
	struct error *err)
{
	struct joining joining = { .run = run, .is_only = paths->nr == 1 };
	int rc = 0;

	for (size_t i = 0; i < paths->nr && !rc; i++) {
		struct run more = RUN_INIT, *to = i ? &more : run;
		bool is_result;

		rc = result_file_read_one(paths->items[i], hint, to, &is_result, err);
		if (!rc && (rc = join_one(&joining, to, is_result, paths->items[i], err)))
			error_wrap(err, "%s", paths->items[i]);
		run_release(&more);
	}
	texts_release(&joining.ids);
	ARRAY_RELEASE(&joining.contents);
	return rc;
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

/* Which files a path stands for: a folder's, those of a list, or itself. */
static int add_paths_of(const char *path, struct texts *paths, struct error *err)
{
	const char *item;
	size_t len;

	if (folder_is(path) && !criterion_folder_is(path))
		return list_folder(path, paths, err);
	if (!strchr(path, ',') || file_is_there(path)) {
		texts_add(paths, path);
		return 0;
	}
	while ((item = str_next_item(&path, &len))) {
		char *one = mem_copy(item, len);

		texts_add(paths, one);
		free(one);
	}
	return 0;
}

int result_file_read(const char *path, const struct import_hint *hint, struct run *run,
	bool *is_result, struct error *err)
{
	struct texts paths = { 0 };
	int rc = add_paths_of(path, &paths, err);

	*is_result = true;
	if (!rc && paths.nr == 1)
		rc = result_file_read_one(paths.items[0], hint, run, is_result, err);
	else if (!rc)
		rc = read_several(&paths, hint, run, err);
	texts_release(&paths);
	return rc;
}

int result_files_read(const struct words *paths, const struct import_hint *hint, struct run *run,
	struct error *err)
{
	struct texts files = { 0 };
	int rc = 0;

	for (size_t i = 0; i < paths->nr && !rc; i++)
		rc = add_paths_of(paths->items[i], &files, err);
	if (!rc)
		rc = read_several(&files, hint, run, err);
	texts_release(&files);
	return rc;
}
