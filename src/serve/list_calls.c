/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of documents, by pages: the rows that are asked for, so many from such a place on. */
#include "serve/routes.h"

#include "base/array.h"
#include "base/encode.h"
#include "base/str.h"

#include <inttypes.h>
#include <string.h>

#define USUAL_LIMIT 100
#define MAX_LIMIT 10000
#define MAX_OFFSET 1000000000

struct listing {
	const char *document, *rows; /* its name, and that of its list */
	const char *as;              /* what the list is called in the answer */
	bool newest_first;           /* the document has the oldest first */
};

struct row_list {
	struct {
		const struct json *json; /* borrowed */
	} * items;
	size_t nr, alloc;
};

static const char *text_in_member(const struct json *row, const char *name)
{
	const struct json *value = json_get(row, name);

	return value && json_type(value) == JSON_TEXT ? json_text(value) : "";
}

/* What a parameter other than limit and offset asks of a row. */
static bool row_fits(const struct json *row, const char *name, const char *asked)
{
	if (strcmp(name, "since") == 0)
		return strcmp(text_in_member(row, "time"), asked) >= 0;
	if (strcmp(name, "before") == 0)
		return strcmp(text_in_member(row, "time"), asked) < 0;
	if (strcmp(name, "commit") == 0)
		return *asked && str_starts(text_in_member(row, name), asked);
	if (strcmp(name, "benchmark") == 0)
		return str_matches(asked, text_in_member(row, name));
	return strcmp(text_in_member(row, name), asked) == 0;
}

static bool is_row_wanted(const struct target *target, const struct json *row)
{
	for (size_t i = 0; i < target->values.nr; i++) {
		const char *name = target->names.items[i];

		if (strcmp(name, "limit") != 0 && strcmp(name, "offset") != 0 &&
			!row_fits(row, name, target->values.items[i]))
			return false;
	}
	return true;
}

/* RFC 8288: where the next rows are. */
static void link_next_rows(struct call *call, uint64_t offset, uint64_t limit)
{
	const struct target *target = call->target;
	struct buf line = BUF_INIT;

	buf_adds(&line, "Link: <");
	for (size_t i = 0; i < target->segments.nr; i++) {
		buf_addc(&line, '/');
		encode_percent(&line, target->segments.items[i], "");
	}
	buf_addf(&line, "?limit=%" PRIu64 "&offset=%" PRIu64, limit, offset + limit);
	for (size_t i = 0; i < target->values.nr; i++) {
		const char *name = target->names.items[i];

		if (strcmp(name, "limit") == 0 || strcmp(name, "offset") == 0)
			continue;
		buf_addf(&line, "&%s=", name);
		encode_percent(&line, target->values.items[i], "");
	}
	buf_adds(&line, ">; rel=\"next\"");
	texts_add(&call->answer->headers, line.data);
	buf_release(&line);
}

static void answer_rows(struct call *call, const struct listing *listing,
	const struct row_list *wanted, uint64_t offset, uint64_t limit)
{
	struct json *root = json_new_object(), *list = json_add_array(root, listing->as);

	for (uint64_t i = offset; i < wanted->nr && i - offset < limit; i++)
		json_copy_members(json_add_object(list, NULL),
			wanted->items[listing->newest_first ? wanted->nr - 1 - i : i].json);
	json_add_number(root, "total", (double)wanted->nr);
	json_add_number(root, "offset", (double)offset);
	if (limit && offset + limit < wanted->nr)
		link_next_rows(call, offset, limit);
	answer_json(call->answer, 200, root);
}

static int list_rows(struct call *call, const struct listing *listing, const struct json *document,
	struct error *err)
{
	struct row_list wanted = { 0 };
	uint64_t offset, limit;

	if (call_number(call, "offset", (struct call_range){ 0, MAX_OFFSET }, &offset, err) ||
		call_number(
			call, "limit", (struct call_range){ USUAL_LIMIT, MAX_LIMIT }, &limit, err))
		return -1;
	for (const struct json *at = json_first(json_get(document, listing->rows)); at;
		at = json_next(at))
		if (is_row_wanted(call->target, at))
			ARRAY_ADD(&wanted)->json = at;
	answer_rows(call, listing, &wanted, offset, limit);
	ARRAY_RELEASE(&wanted);
	return 0;
}

static int list_document_rows(struct call *call, const struct listing *listing, struct error *err)
{
	struct documents *documents = server_documents(call->server, err);
	struct buf text = BUF_INIT;
	struct json *document = NULL;
	int rc = -1;

	if (documents && !documents_add(documents, listing->document, &text, err))
		document = json_parse(text.data, text.len, err);
	if (document)
		rc = list_rows(call, listing, document, err);
	json_free(document);
	buf_release(&text);
	return rc;
}

int call_benchmarks(struct call *call, struct error *err)
{
	static const struct listing listing = { "series", "series", "benchmarks", false };

	return list_document_rows(call, &listing, err);
}

/* As a data source of Grafana takes them: a row a point, with its time. */
int call_series_rows(struct call *call, struct error *err)
{
	struct buf name = BUF_INIT;
	struct listing listing = { .rows = "rows", .as = "rows", .newest_first = true };
	int rc;

	buf_addf(&name, "rows/%s", call->argument);
	listing.document = name.data;
	rc = list_document_rows(call, &listing, err);
	buf_release(&name);
	return rc;
}

/* The pages take all of them at once, the oldest first; who says what is wanted, the newest first.
 */
int call_runs(struct call *call, struct error *err)
{
	static const struct listing listing = { "runs", "runs", "runs", true };

	return call->target->names.nr ? list_document_rows(call, &listing, err)
				      : call_document(call, err);
}
