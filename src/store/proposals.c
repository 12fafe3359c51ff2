/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/proposals.h"

#include "base/array.h"
#include "base/date.h"
#include "base/json_fields.h"
#include "base/str.h"
#include "sys/file.h"
#include "sys/folder.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FORMAT "benchgate-proposals"
#define MAX_BYTES (64u << 20)

static const struct json_field rows[] = {
	JSON_FIELD_TEXT("benchmark", struct proposal, benchmark),
	JSON_FIELD_TEXT("metric_name", struct proposal, metric),
	JSON_FIELD_TEXT("unit", struct proposal, unit),
	JSON_FIELD_NUMBER("old_baseline", struct proposal, old_level),
	JSON_FIELD_NUMBER("new_baseline", struct proposal, new_level),
	JSON_FIELD_NUMBER("change_low", struct proposal, low),
	JSON_FIELD_NUMBER("change_high", struct proposal, high),
	JSON_FIELD_NUMBER("confidence_level", struct proposal, confidence),
	JSON_FIELD_WORD(
		"update_reason", struct proposal, reason, enum reason, proposal_reason_words),
	JSON_FIELD_MAYBE("note", struct proposal, note),
	JSON_FIELD_TEXT("proposed_at", struct proposal, timestamp),
	JSON_FIELD_BOOL("requires_approval", struct proposal, requires_approval),
	JSON_FIELD_WORD(
		"status", struct proposal, status, enum proposal_status, proposal_status_words),
	JSON_FIELD_MAYBE("why", struct proposal, why),
	JSON_FIELD_MAYBE("approved_by", struct proposal, approved_by),
	JSON_FIELD_END,
};

static const struct json_field support_rows[] = {
	JSON_FIELD_TEXT("run", struct proposal_support, run),
	JSON_FIELD_TEXT("timestamp", struct proposal_support, timestamp),
	JSON_FIELD_MAYBE("commit", struct proposal_support, commit),
	JSON_FIELD_NUMBER("value", struct proposal_support, value),
	JSON_FIELD_END,
};

void proposals_path(const char *baseline, struct buf *out)
{
	const char *name = str_path_name(baseline);

	buf_add(out, baseline, (size_t)(name - baseline));
	buf_addf(out, "proposed/%s", name);
}

static int check_level(double level, const char *name, const char *where, struct error *err)
{
	if (level > 0)
		return 0;
	return error_set(err, ERR_USAGE, "%s.%s is %.9g; it must be above 0", where, name, level);
}

static int check_moment(const char *text, const char *name, const char *where, struct error *err)
{
	if (date_is_time(text))
		return 0;
	return error_set(err, ERR_USAGE,
		"%s.%s is \"%.40s\"; it must be a time such as 2026-11-21T04:05:06Z", where, name,
		text);
}

static int read_supports(
	const struct json *from, struct proposal *into, const char *where, struct error *err)
{
	const struct json *list = json_member(from, "supporting_data", JSON_ARRAY, where, err);
	char place[96];

	if (!list)
		return -1;
	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		struct proposal_support *support = ARRAY_ADD(&into->supports);

		*support = (struct proposal_support){ .run = NULL };
		snprintf(place, sizeof place, "%s.supporting_data[%zu]", where,
			into->supports.nr - 1);
		if (json_fields_read(at, support_rows, support, place, err) ||
			check_moment(support->timestamp, "timestamp", place, err) ||
			check_level(support->value, "value", place, err))
			return -1;
	}
	if (into->supports.nr)
		return 0;
	return error_set(
		err, ERR_USAGE, "%s.supporting_data is empty; it must name the runs", where);
}

static int proposals_read_one(
	const struct json *from, struct proposal *into, const char *where, struct error *err)
{
	if (json_fields_read(from, rows, into, where, err) ||
		check_moment(into->timestamp, "proposed_at", where, err) ||
		check_level(into->old_level, "old_baseline", where, err) ||
		check_level(into->new_level, "new_baseline", where, err))
		return -1;
	if (!*into->benchmark)
		return error_set(err, ERR_USAGE, "%s.benchmark is empty; it must be a name", where);
	if (into->reason == REASON_SESSION)
		return error_set(err, ERR_USAGE,
			"%s.update_reason is \"%s\"; it must be one of \"%s\", \"%s\", \"%s\", \"%s\"",
			where, proposal_reason_words[0], proposal_reason_words[1],
			proposal_reason_words[2], proposal_reason_words[3],
			proposal_reason_words[4]);
	return read_supports(from, into, where, err);
}

static int proposals_read_all(
	const struct json *root, struct proposals *proposals, struct error *err)
{
	const struct json *list = json_check_format(root, FORMAT, PROPOSALS_VERSION, err)
		? NULL
		: json_member(root, "proposals", JSON_ARRAY, JSON_ROOT, err);
	char where[64];

	if (!list)
		return -1;
	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		struct proposal *proposal = ARRAY_ADD(proposals);

		*proposal = (struct proposal){ .benchmark = NULL };
		snprintf(where, sizeof where, "proposals[%zu]", proposals->nr - 1);
		if (proposals_read_one(at, proposal, where, err))
			return -1;
	}
	return 0;
}

int proposals_parse(const char *text, size_t len, struct proposals *proposals, struct error *err)
{
	struct json *root = json_parse(text, len, err);
	int rc = root ? proposals_read_all(root, proposals, err) : -1;

	json_free(root);
	return rc;
}

int proposals_read(const char *path, struct proposals *proposals, struct error *err)
{
	struct buf text = BUF_INIT;
	int rc;

	if (folder_lacks(path))
		return 0;
	rc = file_read(path, MAX_BYTES, &text, err);
	if (!rc && proposals_parse(text.data, text.len, proposals, err))
		rc = error_wrap(err, "%s", path);
	buf_release(&text);
	return rc;
}

void proposals_print(const struct proposals *proposals, struct buf *out)
{
	struct json *root = json_new_object(), *list;

	json_add_text(root, "format", FORMAT);
	json_add_number(root, "version", PROPOSALS_VERSION);
	list = json_add_array(root, "proposals");
	for (size_t i = 0; i < proposals->nr; i++) {
		const struct proposal *proposal = &proposals->items[i];
		struct json *to = json_add_object(list, NULL), *supports;

		json_fields_write(to, rows, proposal);
		supports = json_add_array(to, "supporting_data");
		for (size_t j = 0; j < proposal->supports.nr; j++)
			json_fields_write(json_add_object(supports, NULL), support_rows,
				&proposal->supports.items[j]);
	}
	json_print(root, out);
	json_free(root);
}

int proposals_write(const char *path, const struct proposals *proposals, struct error *err)
{
	struct file_new file = FILE_NEW_INIT;
	struct buf text = BUF_INIT;
	int rc = -1;

	if (!proposals->nr)
		return unlink(path) && errno != ENOENT
			? error_set(err, ERR_IO, "cannot remove %s: %s", path, strerror(errno))
			: 0;
	if (folder_make_parents(path, err) || file_new_open(&file, path, err))
		return -1;
	proposals_print(proposals, &text);
	rc = file_new_commit(&file, &text, err);
	buf_release(&text);
	return rc;
}
