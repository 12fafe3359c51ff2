/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "serve/routes.h"

#include "base/str.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define API "/api/v1"
#define JSON_TYPE "application/json; charset=utf-8"
#define DOCUMENT "format:string version:integer "
#define KEPT (ROUTE_KEPT | ROUTE_READS)
#define SERIES \
	DOCUMENT "series:integer benchmark:string metric:string unit:string tier:string? " \
		 "machine:string branch:string? in_turn:boolean more_is_better:boolean " \
		 "state:string budget:string? budget_value:number? baseline:number? " \
		 "noise_is_ratio:boolean noise:number? changes:array levels:array marks:array " \
		 "findings:array others:array nr_points:integer value:number points:object"
#define RUN \
	DOCUMENT "number:integer id:string time:string commit:string? branch:string? tag:string* " \
		 "machine:string compiler:string? in_turn:boolean* dirty:boolean* whole:boolean " \
		 "metrics:integer explained:boolean* status:string* duration_s:number* " \
		 "processes:integer* imported:string* ci_job:string* command:string* " \
		 "environment:array* failed:array* profiles:array* levels:object*"
/* The schema of a verdict has more of it, and that of a run of its file. */
#define VERDICT \
	DOCUMENT "benchmark_run:object summary:object detailed_metrics:array regressions:array " \
		 "charts:array benchmark_metadata:object recommendations:array advice:array " \
		 "metrics:array system_info:object"
#define NOTE "id:string kind:string time:string author:string? text:string?"

const struct route routes[] = {
	{ "GET", API "/health", ROLE_NONE, 0, call_health,
		"whether the server can read its history", NULL, NULL,
		"status:string version:string writable:boolean" },
	{ "GET", API "/openapi.json", ROLE_NONE, ROUTE_KEPT | ROUTE_FIXED, call_openapi,
		"this document", NULL, NULL,
		"openapi:string info:object paths:object components:object" },
	{ "GET", API "/me", ROLE_READ, 0, call_me, "who asks, and what is allowed", NULL, NULL,
		"name:string? role:string" },
	{ "GET", API "/runs", ROLE_READ, KEPT, call_runs,
		"all runs, the oldest first; with parameters those that are asked for, the newest first",
		"limit,offset,branch,machine,commit,since,before", NULL, DOCUMENT "runs:array" },
	{ "POST", API "/runs", ROLE_WRITE, ROUTE_WRITES, call_add_run,
		"add a run: a result file, or a file of another tool",
		"branch,commit,tag,height,format,name", "", "id:string new:boolean" },
	{ "GET", API "/runs/{run}/file", ROLE_READ, KEPT, call_run_file, "the result file of a run",
		NULL, NULL, "format:string version:integer" },
	{ "DELETE", API "/runs/{run}", ROLE_ADMIN, ROUTE_WRITES, call_remove_run,
		"take a run out of the history", NULL, NULL, NULL },
	{ "GET", API "/overview", ROLE_READ, KEPT, call_document,
		"a row for each series that is judged: state, value, change, sparkline", NULL, NULL,
		DOCUMENT "window_days:integer runs:integer runs_with_commit:integer newest:string? "
			 "spark:object rows:array" },
	{ "GET", API "/benchmarks", ROLE_READ, KEPT, call_benchmarks,
		"the names of all series: benchmark, metric, machine, branch",
		"limit,offset,benchmark,metric,machine,branch", NULL,
		"benchmarks:array total:integer offset:integer" },
	{ "GET", API "/series", ROLE_READ, KEPT, call_document, "the same for the pages", NULL,
		NULL, DOCUMENT "series:array" },
	{ "GET", API "/series/{series}", ROLE_READ, KEPT, call_series,
		"the points of a series by its number, and what is found in them; with points, of neighbours the least, the largest and the mean, so many at most",
		"points", NULL, SERIES },
	{ "GET", API "/series/{series}/rows", ROLE_READ, KEPT, call_series_rows,
		"the points of a series, the newest first, each with its time: for data sources such as Grafana's",
		"limit,offset,since,before,commit,tag", NULL,
		"rows:array total:integer offset:integer" },
	{ "GET", API "/points/{chunk}", ROLE_READ, KEPT, call_document,
		"the points of a series in chunks of 4,096: SERIES-0 is the first", NULL, NULL,
		DOCUMENT "series:integer from:integer run:array value:array error_percent:array" },
	{ "GET", API "/run/{number}", ROLE_READ, KEPT, call_document,
		"a run by its number: where it was made, and its levels", NULL, NULL, RUN },
	{ "GET", API "/values/{number}", ROLE_READ, KEPT, call_document,
		"what each process of a run measured", NULL, NULL,
		DOCUMENT "id:string metrics:array" },
	{ "GET", API "/explained/{number}", ROLE_READ, KEPT, call_document,
		"why benchmarks of a run changed, where it keeps that: function, line, cause, and who calls whom on both sides",
		NULL, NULL, DOCUMENT "id:string benchmarks:array" },
	{ "GET", API "/profiles/{file}", ROLE_READ, KEPT, call_document,
		"the same as files: NUMBER.txt in words, NUMBER.stacks.txt for flamegraph.pl, NUMBER.speedscope.json",
		NULL, NULL, NULL },
	{ "GET", API "/compare", ROLE_READ, KEPT, call_compare,
		"the verdict on head against base: commits, runs or branches", "base,head", NULL,
		VERDICT },
	{ "GET", API "/compare/{sides}", ROLE_READ, KEPT, call_compare, "the same of BASE..HEAD",
		NULL, NULL, VERDICT },
	{ "GET", API "/changes", ROLE_READ, KEPT, call_document,
		"every step and slope, the newest first", NULL, NULL, DOCUMENT "changes:array" },
	{ "GET", API "/machines", ROLE_READ, KEPT, call_document,
		"what each machine ran, its noise and its spikes", NULL, NULL,
		DOCUMENT "machines:array" },
	{ "GET", API "/gate", ROLE_READ, KEPT, call_document, "the gate's own record", NULL, NULL,
		DOCUMENT "since:string until:string runs:integer commits:integer machines:integer "
			 "accepted:integer alerts_known:boolean" },
	{ "GET", API "/commits", ROLE_READ, KEPT, call_commits,
		"author and subject of the commits, where the server has the repository", NULL,
		NULL, DOCUMENT "commits:object" },
	{ "GET", API "/notes", ROLE_READ, KEPT, call_document,
		"annotations, bookmarks and states of alerts in one, for the pages", NULL, NULL,
		DOCUMENT "notes:array" },
	{ "GET", API "/alerts", ROLE_READ, KEPT, call_alerts,
		"changes for the worse that stand, and their states", "state", NULL,
		"alerts:array" },
	{ "POST", API "/alerts/{alert}", ROLE_WRITE, ROUTE_WRITES, call_set_alert,
		"say what becomes of an alert: open, acknowledged, accepted, fixed", NULL,
		"state,text", NOTE },
	{ "GET", API "/annotations", ROLE_READ, KEPT, call_notes,
		"what people wrote on commits and changes", "commit,benchmark,metric", NULL,
		"annotations:array" },
	{ "POST", API "/annotations", ROLE_WRITE, ROUTE_WRITES, call_add_annotation,
		"write on a commit, or on a change of one benchmark", NULL,
		"commit,benchmark,metric,machine,branch,text", NOTE },
	{ "DELETE", API "/annotations/{id}", ROLE_WRITE, ROUTE_WRITES, call_remove_note,
		"remove an annotation: one's own, or as admin any", NULL, NULL, NULL },
	{ "GET", API "/bookmarks", ROLE_READ, KEPT, call_notes, "views that people keep", NULL,
		NULL, "bookmarks:array" },
	{ "POST", API "/bookmarks", ROLE_WRITE, ROUTE_WRITES, call_add_bookmark,
		"keep a view: what stands in the address from #/ on, and its name", NULL,
		"view,text", NOTE },
	{ "DELETE", API "/bookmarks/{id}", ROLE_WRITE, ROUTE_WRITES, call_remove_note,
		"remove a bookmark: one's own, or as admin any", NULL, NULL, NULL },
	{ "GET", API "/live", ROLE_READ, 0, call_live, "runs that are being measured now", NULL,
		NULL, "live:array" },
	{ "POST", API "/live/{run}", ROLE_WRITE, 0, call_tell_live,
		"tell how far a run is, as 'benchgate run --live' does", NULL,
		"event,name,done,all", NULL },
	{ "GET", API "/events", ROLE_READ, 0, call_events,
		"server-sent events: run, alert, note, live, reload", "last_event_id", NULL, NULL },
	{ "GET", "/metrics", ROLE_READ, ROUTE_READS, call_metrics,
		"the newest values in the format of OpenMetrics", NULL, NULL, NULL },
	{ "GET", "/changes.atom", ROLE_READ, KEPT, call_document, "the newest changes as a feed",
		NULL, NULL, NULL },
	{ "GET", "/badge.svg", ROLE_READ, KEPT, call_document, "how many series are worse", NULL,
		NULL, NULL },
	{ "GET", "/spark/{series}", ROLE_READ, KEPT, call_document, "a small picture of a series",
		NULL, NULL, NULL },
	{ "GET", "/", ROLE_NONE, ROUTE_KEPT | ROUTE_FIXED, call_asset, "the pages", NULL, NULL,
		NULL },
	{ "GET", "/{asset}", ROLE_NONE, ROUTE_KEPT | ROUTE_FIXED, call_asset, "a file of the pages",
		NULL, NULL, NULL },
	{ .path = NULL },
};

static bool segment_fits(
	const char *pattern, size_t len, const char *segment, const char **argument)
{
	if (*pattern == '{') {
		*argument = segment;
		return true;
	}
	return strlen(segment) == len && memcmp(pattern, segment, len) == 0;
}

static bool path_fits(const char *path, const struct target *target, const char **argument)
{
	size_t i = 0;

	*argument = NULL;
	for (; *path && path[1]; i++) {
		size_t len = strcspn(++path, "/");

		if (i == target->segments.nr ||
			!segment_fits(path, len, target->segments.items[i], argument))
			return false;
		path += len;
	}
	return i == target->segments.nr;
}

static bool method_fits(const struct route *route, const char *method)
{
	/* The library leaves the body of an answer to HEAD out. */
	return strcmp(route->method, strcmp(method, "HEAD") ? method : "GET") == 0;
}

const struct route *route_find(
	const char *method, const struct target *target, const char **argument, struct buf *allowed)
{
	for (const struct route *route = routes; route->path; route++) {
		if (!path_fits(route->path, target, argument))
			continue;
		if (method_fits(route, method))
			return route;
		buf_addf(allowed, "%s%s", allowed->len ? ", " : "", route->method);
	}
	return NULL;
}

size_t route_max_body(const struct route *route)
{
	if (!route->body)
		return 0;
	return *route->body ? ROUTE_SMALL_BODY : ROUTE_LARGE_BODY;
}

int route_check_parameters(
	const struct route *route, const struct target *target, struct error *err)
{
	const char *known = route->parameters ? route->parameters : "";

	for (size_t i = 0; i < target->names.nr; i++)
		if (!str_in_list(known, target->names.items[i]))
			return error_set(err, ERR_USAGE, "unknown parameter '%.64s'%s%s",
				target->names.items[i], *known ? "; known: " : "", known);
	return 0;
}

int answer_json(struct httpd_answer *answer, unsigned status, struct json *root)
{
	answer->status = status;
	answer->type = JSON_TYPE;
	json_print_line(root, &answer->body);
	json_free(root);
	return 0;
}

void answer_error(struct httpd_answer *answer, unsigned status, const char *text)
{
	struct json *root = json_new_object();

	buf_clear(&answer->body);
	json_add_text(root, "error", text);
	answer_json(answer, status, root);
}

int call_refuse(struct call *call, unsigned status, const char *format, ...)
{
	struct buf text = BUF_INIT;
	va_list args;

	va_start(args, format);
	buf_vaddf(&text, format, args);
	va_end(args);
	answer_error(call->answer, status, text.data);
	buf_release(&text);
	return -1;
}

struct json *call_body(struct call *call)
{
	const struct buf *body = &call->request->body;
	struct error wrong = ERROR_INIT;
	struct json *root = json_parse(body->data, body->len, &wrong);

	if (root && json_type(root) == JSON_OBJECT)
		return root;
	json_free(root);
	call_refuse(call, 400, "the body must be a JSON object%s%s", root ? "" : ": ",
		root ? "" : wrong.text);
	return NULL;
}

int call_number(const struct call *call, const char *name, struct call_range range,
	uint64_t *number, struct error *err)
{
	const char *said = target_value(call->target, name);

	*number = range.usual;
	if (said && (!str_to_u64(said, number) || *number > range.most))
		return error_set(
			err, ERR_USAGE, "%s takes a number from 0 to %" PRIu64, name, range.most);
	return 0;
}
