/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One run: its file, adding it, removing it. */
#include "serve/routes.h"

#include "base/date.h"
#include "base/sha256.h"
#include "sys/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MAX_HEIGHT INT32_MAX

/* By its whole id; 0: there is none. */
static int find_run(struct history *history, const char *id, int64_t *number, struct error *err)
{
	return db_number(
		history_db(history), number, err, "SELECT id FROM runs WHERE name = ?", "t", id);
}

int call_run_file(struct call *call, struct error *err)
{
	struct history *history = call->server->reader;
	int64_t number;

	if (find_run(history, call->argument, &number, err))
		return -1;
	if (!number)
		return call_refuse(call, 404, "there is no run %.32s", call->argument);
	if (history_text(history, number, &call->answer->body, err))
		return -1;
	call->answer->status = 200;
	call->answer->type = "application/json; charset=utf-8";
	return 0;
}

int call_remove_run(struct call *call, struct error *err)
{
	struct history *history = call->server->writer;
	int64_t number;

	if (find_run(history, call->argument, &number, err))
		return -1;
	if (!number)
		return call_refuse(call, 404, "there is no run %.32s", call->argument);
	if (history_remove(history, number, err))
		return -1;
	call->answer->status = 204;
	return 0;
}

static int read_upload(struct call *call, struct run *run, struct error *err)
{
	const struct buf *body = &call->request->body;
	const char *format = target_value(call->target, "format");
	struct import_input input = { .path = "the body",
		.name = target_value(call->target, "name"),
		.text = body->data,
		.len = body->len };
	bool is_result;

	if (format && !(input.format = import_named(format, err)))
		return -1;
	if (result_file_parse(&input, run, &is_result, err))
		return -1;
	if (!is_result)
		return error_set(err, ERR_USAGE,
			"it is a baseline, which has several runs in it; a history takes runs");
	return 0;
}

/* What a file of another tool does not say: an id, by its content, so that it is not kept twice;
 * and a time, which is now. */
static void identify_upload(const struct buf *body, struct run *run)
{
	char hash[SHA256_HEX_MAX];

	if (!*run->id) {
		sha256_hex(body->data, body->len, hash);
		snprintf(run->id, sizeof run->id, "%.16s", hash);
	}
	if (!date_is_time(run->timestamp))
		clock_timestamp(run->timestamp);
}

/* Of a file of another tool the request says where it was measured. */
static int complete_run(struct call *call, struct run *run, struct error *err)
{
	const char *commit = target_value(call->target, "commit");
	const char *measured = run->env.values[ENV_COMMIT];

	if (!commit)
		return 0;
	if (strlen(commit) > 64 || strspn(commit, "0123456789abcdef") != strlen(commit))
		return error_set(err, ERR_USAGE, "commit takes a whole hash");
	if (measured && strcmp(measured, commit) != 0)
		return error_set(
			err, ERR_USAGE, "the file says that it was measured at %.64s", measured);
	env_set(&run->env, ENV_COMMIT, commit);
	return 0;
}

static bool upload_has_values(const struct run *run)
{
	for (size_t i = 0; i < run->nr; i++)
		if (run->items[i].metrics.nr)
			return true;
	return false;
}

static int add_upload(struct call *call, struct run *run, struct error *err)
{
	struct history_origin origin = { target_value(call->target, "branch"),
		target_value(call->target, "tag"), 0 };
	struct json *root;
	uint64_t height;
	bool is_new;

	if (call_number(call, "height", (struct call_range){ 0, MAX_HEIGHT }, &height, err) ||
		complete_run(call, run, err))
		return -1;
	if (!upload_has_values(run) || run->status == RUN_INTERRUPTED)
		return error_set(err, ERR_USAGE, "%s",
			upload_has_values(run) ? "the run was interrupted"
					       : "the run has no value");
	origin.height = (int64_t)height;
	identify_upload(&call->request->body, run);
	if (history_add(call->server->writer, run, &origin, &is_new, err))
		return -1;
	root = json_new_object();
	json_add_text(root, "id", run->id);
	json_add_bool(root, "new", is_new);
	return answer_json(call->answer, is_new ? 201 : 200, root);
}

int call_add_run(struct call *call, struct error *err)
{
	struct run run = RUN_INIT;
	int rc;

	if (!call->request->body.len)
		return error_set(err, ERR_USAGE, "the body must be a result file");
	rc = read_upload(call, &run, err);
	if (!rc)
		rc = add_upload(call, &run, err);
	run_release(&run);
	return rc;
}
