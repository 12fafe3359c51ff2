/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The newest values for Prometheus and its kin (OpenMetrics 1.0). */
#include "serve/routes.h"

#include "report/escape.h"
#include "sys/clock.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

static const struct {
	const char *label, *member;
} labels[] = {
	{ "benchmark", "benchmark" },
	{ "metric", "metric" },
	{ "unit", "unit" },
	{ "tier", "tier" },
	{ "machine", "machine" },
	{ "branch", "branch" },
};

static void add_row_labels(const struct json *row, struct buf *out)
{
	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
		const struct json *value = json_get(row, labels[i].member);

		buf_addf(out, "%s%s=\"", i ? "," : "{", labels[i].label);
		if (value && json_type(value) == JSON_TEXT)
			escape_label(out, json_text(value));
		buf_addc(out, '"');
	}
	buf_addf(out, ",in_turn=\"%s\"}", json_bool(json_get(row, "in_turn")) ? "yes" : "no");
}

static void add_gauge_rows(const struct json *rows, const char *name, const char *member,
	const char *help, struct buf *out)
{
	buf_addf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
	for (const struct json *row = json_first(rows); row; row = json_next(row)) {
		const struct json *value = json_get(row, member);

		if (!value || json_type(value) != JSON_NUMBER)
			continue;
		buf_adds(out, name);
		add_row_labels(row, out);
		buf_addf(out, " %.9g\n", json_number(value));
	}
}

static void add_counter(const char *name, const char *help, double value, struct buf *out)
{
	buf_addf(out, "# HELP %s %s\n# TYPE %s counter\n%s_total %.9g\n", name, help, name, name,
		value);
}

static void add_server(struct server *server, struct buf *out)
{
	add_counter("benchgate_serve_requests", "Requests that came in.",
		(double)atomic_load(&server->nr_requests), out);
	add_counter("benchgate_serve_refused", "Requests that were refused.",
		(double)atomic_load(&server->nr_refused), out);
	buf_addf(out,
		"# HELP benchgate_serve_uptime_seconds Since the server was started.\n"
		"# TYPE benchgate_serve_uptime_seconds gauge\n"
		"# UNIT benchgate_serve_uptime_seconds seconds\n"
		"benchgate_serve_uptime_seconds %.0f\n# EOF\n",
		(double)(clock_now_ns() - server->start_ns) / 1e9);
}

static void add_all(struct server *server, const struct json *overview, struct buf *out)
{
	const struct json *rows = json_get(overview, "rows");

	add_gauge_rows(rows, "benchgate_value", "value", "The newest value of a series.", out);
	add_gauge_rows(rows, "benchgate_change_percent", "change_percent",
		"Its change within two weeks, in percent.", out);
	add_gauge_rows(rows, "benchgate_budget_used_percent", "budget_used_percent",
		"How much of its budget it uses, in percent.", out);
	add_server(server, out);
}

int call_metrics(struct call *call, struct error *err)
{
	struct documents *documents = server_documents(call->server, err);
	struct buf text = BUF_INIT;
	struct json *overview = NULL;

	if (documents && !documents_add(documents, "overview", &text, err))
		overview = json_parse(text.data, text.len, err);
	buf_release(&text);
	if (!overview)
		return -1;
	add_all(call->server, overview, &call->answer->body);
	json_free(overview);
	call->answer->status = 200;
	call->answer->type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
	return 0;
}
