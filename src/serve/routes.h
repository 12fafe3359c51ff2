/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is answered: a row for each method and path. The rows are also the OpenAPI document. */
#ifndef SERVE_ROUTES_H
#define SERVE_ROUTES_H

#include "base/json.h"
#include "serve/server.h"
#include "serve/target.h"

/* A request that was let in. All is borrowed but the answer. */
struct call {
	struct server *server;
	const struct httpd_request *request;
	const struct target *target;
	const char *argument; /* what stands in the place of {...}; NULL: there is none */
	const char *author;   /* the name of its token; NULL: it has none */
	enum role role;       /* as which it was let in */
	struct httpd_answer *answer;
};

enum route_flag {
	ROUTE_KEPT = 1 << 0,   /* only the target and the history decide the answer */
	ROUTE_READS = 1 << 1,  /* it uses the reader */
	ROUTE_WRITES = 1 << 2, /* it uses the writer */
	ROUTE_FIXED = 1 << 3,  /* the history does not decide it either */
};

#define ROUTE_SMALL_BODY 16384
#define ROUTE_LARGE_BODY ((size_t)64 << 20)

struct route {
	const char *method;
	const char *path; /* "/api/v1/runs/{run}" */
	enum role role;
	unsigned flags;
	int (*run)(struct call *call, struct error *err);
	const char *summary;
	const char *parameters; /* of the query: "limit,offset"; NULL: none */
	const char *body;       /* members that it takes: "text,commit"; "": a file; NULL: none */
	/* Members of the object and their types, "runs:array tag:string*" (about_calls.c); NULL: it
	 * is no JSON */
	const char *answer;
};

/* NULL path at the end. */
extern const struct route routes[];

/* The row for it. NULL: there is none; *allowed then has the methods of that path, "" for none. */
const struct route *route_find(const char *method, const struct target *target,
	const char **argument, struct buf *allowed);

/* The most bytes of body that it takes. */
size_t route_max_body(const struct route *route);

/* Is every parameter of the query one that the route knows? */
int route_check_parameters(
	const struct route *route, const struct target *target, struct error *err);

/* The answer is an error in JSON. */
void answer_error(struct httpd_answer *answer, unsigned status, const char *text);
/* The answer is this object, which is freed. Returns 0. */
int answer_json(struct httpd_answer *answer, unsigned status, struct json *root);
/* Does the same as an error, and returns -1: the rest is not done. */
int call_refuse(struct call *call, unsigned status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The body of a call, which must be a JSON object; NULL: it was refused. */
struct json *call_body(struct call *call);

struct call_range {
	uint64_t usual, most;
};

/* A whole number of the query, or what is usual; 0 to `most`. */
int call_number(const struct call *call, const char *name, struct call_range range,
	uint64_t *number, struct error *err);

/* What rows call, by the files that they are in. */
int call_benchmarks(struct call *call, struct error *err);
int call_runs(struct call *call, struct error *err);
int call_series_rows(struct call *call, struct error *err);
int call_run_file(struct call *call, struct error *err);
int call_add_run(struct call *call, struct error *err);
int call_remove_run(struct call *call, struct error *err);
int call_notes(struct call *call, struct error *err);
int call_add_annotation(struct call *call, struct error *err);
int call_add_bookmark(struct call *call, struct error *err);
int call_remove_note(struct call *call, struct error *err);
/* Writes the body as such a note. */
struct note;
int call_write_note(struct call *call, struct note *note, struct error *err);
int call_live(struct call *call, struct error *err);
int call_tell_live(struct call *call, struct error *err);
int call_events(struct call *call, struct error *err);
int call_document(struct call *call, struct error *err);
int call_series(struct call *call, struct error *err);
int call_compare(struct call *call, struct error *err);
int call_commits(struct call *call, struct error *err);
int call_asset(struct call *call, struct error *err);
int call_alerts(struct call *call, struct error *err);
int call_set_alert(struct call *call, struct error *err);
int call_metrics(struct call *call, struct error *err);
int call_health(struct call *call, struct error *err);
int call_me(struct call *call, struct error *err);
int call_openapi(struct call *call, struct error *err);

#endif
