/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages, and the documents that they are made of (pages/documents.h). */
#include "serve/routes.h"

#include "base/str.h"
#include "pages/assets.h"

#include <inttypes.h>
#include <string.h>

#define JSON_TYPE "application/json; charset=utf-8"
#define MAX_POINTS 1000000

static const char *type_of(const char *name)
{
	static const struct {
		const char *ending, *type;
	} rows[] = { { ".svg", "image/svg+xml" },
		{ ".atom", "application/atom+xml; charset=utf-8" },
		{ ".txt", "text/plain; charset=utf-8" } };
	size_t len = strlen(name);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t end = strlen(rows[i].ending);

		if (len > end && strcmp(name + len - end, rows[i].ending) == 0)
			return rows[i].type;
	}
	return JSON_TYPE;
}

static int send_document(struct call *call, const char *name, struct error *err)
{
	struct documents *documents = server_documents(call->server, err);

	if (!documents || documents_add(documents, name, &call->answer->body, err))
		return -1;
	call->answer->status = 200;
	call->answer->type = type_of(name);
	return 0;
}

/* What the path says behind /api/v1/, or at the top. */
int call_document(struct call *call, struct error *err)
{
	const struct texts *segments = &call->target->segments;
	bool is_api = strcmp(segments->items[0], "api") == 0;
	struct buf name = BUF_INIT;
	int rc;

	for (size_t i = is_api ? 2 : 0; i < segments->nr; i++)
		buf_addf(&name, "%s%s", name.len ? "/" : "", segments->items[i]);
	rc = send_document(call, name.data, err);
	buf_release(&name);
	return rc;
}

/* All its points, or with ?points=N no more than these. */
int call_series(struct call *call, struct error *err)
{
	struct buf name = BUF_INIT;
	uint64_t most;
	int rc = call_number(call, "points", (struct call_range){ 0, MAX_POINTS }, &most, err);

	buf_addf(&name, "series/%s", call->argument);
	if (most)
		buf_addf(&name, "/%" PRIu64, most);
	if (!rc)
		rc = send_document(call, name.data, err);
	buf_release(&name);
	return rc;
}

/* --- comparing ---------------------------------------------------------------------------------
 */

static bool is_letters_of_hash(const char *said)
{
	size_t len = strlen(said);

	return len >= 4 && len <= 64 && strspn(said, "0123456789abcdef") == len;
}

/* Of a run, a commit or a branch, the newest; git is not asked for what strangers say. */
static int resolve_side(struct call *call, const char *said, struct buf *name, struct error *err)
{
	struct history_filter filter = { .whole = true, .newest = 1 };
	struct history_runs runs = { 0 };
	int rc = 0;

	for (int as_branch = 0; as_branch < 2 && !runs.nr && !rc; as_branch++) {
		if (!as_branch && !is_letters_of_hash(said))
			continue;
		filter.said = as_branch ? NULL : said;
		filter.branch = as_branch ? said : NULL;
		rc = history_list(call->server->reader, &filter, &runs, err);
	}
	if (!rc && !runs.nr)
		rc = call_refuse(call, 404, "no run that is kept whole is called '%.64s'", said);
	if (!rc)
		buf_adds(name, runs.items[0].commit ? runs.items[0].commit : runs.items[0].id);
	history_runs_release(&runs);
	return rc;
}

static int compare_sides(struct call *call, const char *base, const char *head, struct error *err)
{
	struct buf name = BUF_INIT;
	int rc;

	buf_adds(&name, "compare/");
	rc = resolve_side(call, base, &name, err);
	buf_adds(&name, "..");
	if (!rc)
		rc = resolve_side(call, head, &name, err);
	if (!rc)
		rc = send_document(call, name.data, err);
	buf_release(&name);
	return rc;
}

/* /compare/BASE..HEAD as the pages ask, or /compare?base=BASE&head=HEAD */
int call_compare(struct call *call, struct error *err)
{
	const char *dots = call->argument ? strstr(call->argument, "..") : NULL;
	const char *base = target_value(call->target, "base");
	const char *head = target_value(call->target, "head");
	char *first;
	int rc;

	if (call->argument && !dots)
		return error_set(err, ERR_USAGE, "a comparison is of two, BASE..HEAD");
	if (!dots && (!base || !head))
		return error_set(err, ERR_USAGE, "a comparison takes base and head");
	if (!dots)
		return compare_sides(call, base, head, err);
	first = mem_copy(call->argument, (size_t)(dots - call->argument));
	rc = compare_sides(call, first, dots + 2, err);
	free(first);
	return rc;
}

/* --- what is made elsewhere --------------------------------------------------------------------
 */

/* git is asked for these once, by who watches the history, and not for each visitor. */
int call_commits(struct call *call, struct error *err)
{
	const struct buf *commits = &call->server->commits;

	(void)err;
	buf_adds(&call->answer->body,
		commits->len ? commits->data
			     : "{\"format\":\"benchgate-commits\",\"version\":1,\"commits\":{}}");
	call->answer->status = 200;
	call->answer->type = JSON_TYPE;
	return 0;
}

int call_asset(struct call *call, struct error *err)
{
	const char *name = call->argument ? call->argument : assets[0].name;
	const struct asset *asset = assets;

	(void)err;
	while (asset->name && strcmp(asset->name, name) != 0)
		asset++;
	if (!asset->name)
		return call_refuse(call, 404, "there is nothing of that name");
	if (asset == assets)
		assets_live_index(&call->answer->body);
	else
		buf_adds(&call->answer->body, asset->text);
	call->answer->status = 200;
	call->answer->type = asset->type;
	return 0;
}
