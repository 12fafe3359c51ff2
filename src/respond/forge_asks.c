/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "respond/forge_asks.h"

#include "base/date.h"
#include "base/mem.h"
#include "base/str.h"
#include "notify/fill.h"
#include "notify/forge.h"
#include "report/escape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TITLE 200
#define MAX_STATUS 140
/* An issue that nobody touched for so long is not looked for. */
#define SEARCH_DAYS 90

static bool is_gitlab(const struct forge_asking *asking)
{
	return strcmp(asking->outlet->notifier->forge->system, "gitlab") == 0;
}

/* A body with one act, of which the path begins with the repository's. */
struct ask {
	struct json *body, *act;
	struct buf path;
};

struct ask_name {
	const char *what, *github_needs, *gitlab_needs;
};

/* False: no repository is known. */
static bool begin_ask(const struct forge_asking *asking, struct ask_name name, struct ask *ask)
{
	const struct forge *forge = asking->outlet->notifier->forge;
	const struct ci_context *ci = asking->telling->ci;
	struct json *acts;

	*ask = (struct ask){ .path = BUF_INIT };
	if (!*forge_repository(forge, asking->outlet, ci))
		return false;
	buf_adds(&ask->path, is_gitlab(asking) ? "/projects/" : "/repos/");
	forge_add_repository(forge, asking->outlet, ci, &ask->path);
	ask->body = json_new_object();
	acts = forge_begin(forge, asking->outlet, ci, ask->body);
	ask->act = forge_add_act(
		acts, name.what, is_gitlab(asking) ? name.gitlab_needs : name.github_needs);
	return true;
}

static struct json *end_ask(struct ask *ask)
{
	buf_release(&ask->path);
	return ask->body;
}

/* Always the same of one alert: whoever renames an issue sends a notice to everybody. */
static void forge_asks_add_title(const struct notice *notice, struct buf *out)
{
	struct buf text = BUF_INIT;

	buf_adds(&text, notice->benchmark);
	if (*notice->metric && strcmp(notice->metric, "time") != 0)
		buf_addf(&text, " %s", notice->metric);
	buf_adds(&text, notice->better ? " got better" : " got worse");
	if (*notice->branch)
		buf_addf(&text, " on %s", notice->branch);
	for (size_t at = 0, len;
		text.data[at] && (len = str_utf8_len(text.data + at)) && out->len + len < MAX_TITLE;
		at += len)
		buf_add(out, text.data + at, len);
	buf_release(&text);
}

static void forge_asks_add_mark(const struct notice *notice, struct buf *out)
{
	buf_addf(out, "<!-- benchgate: alert %s -->", notice->fingerprint);
}

static void forge_asks_add_row(const char *name, const char *value, struct buf *out)
{
	if (!value || !*value)
		return;
	buf_addf(out, "| %s | ", name);
	escape_markdown(out, value);
	buf_adds(out, " |\n");
}

static void add_alert_facts(
	const struct notice *notice, const struct ci_context *ci, struct buf *out)
{
	struct buf text = BUF_INIT;

	buf_adds(out, "\n| | |\n| --- | --- |\n");
	buf_adds(&text, notice->benchmark);
	if (*notice->file)
		buf_addf(&text, " (%s:%u)", notice->file, notice->line);
	forge_asks_add_row("Benchmark", text.data, out);
	forge_asks_add_row("Tier", notice->tier, out);
	forge_asks_add_row("Compared with", notice->base, out);
	buf_clear(&text);
	content_add_details(notice, &text);
	forge_asks_add_row("Values", text.data, out);
	forge_asks_add_row("Rule", notice->rule, out);
	buf_clear(&text);
	buf_addf(&text, "%s, %llu run%s", notice->since, (unsigned long long)notice->nr_runs,
		notice->nr_runs == 1 ? "" : "s");
	forge_asks_add_row("Since", text.data, out);
	forge_asks_add_row("Measured at", ci->commit, out);
	buf_release(&text);
}

static void add_findings(
	const struct reactions *reactions, const struct notice *notice, struct buf *out)
{
	for (size_t i = 0; i < reactions->nr; i++) {
		const struct reaction *reaction = &reactions->items[i];

		if (!reaction->finding || strcmp(reaction->fingerprint, notice->fingerprint) != 0 ||
			strcmp(reaction->at, notice->since) < 0)
			continue;
		buf_adds(out, "\n<details open><summary>What <b>");
		escape_markdown(out, reaction->response);
		buf_addf(out, "</b> found at %s</summary>\n\n%s\n\n</details>\n", reaction->at,
			reaction->finding);
	}
}

static bool is_shown_commit(const char *text)
{
	return text && *text && !text[strspn(text, "0123456789abcdef")];
}

static void add_commands(const struct due *due, struct buf *out)
{
	const char *metric = due_metric(due);
	struct buf name = BUF_INIT;

	if (!is_shown_commit(due->before) || !is_shown_commit(due->commit) ||
		strcmp(due->before, due->commit) == 0 || strpbrk(due->notice.benchmark, "`\n\r") ||
		(metric && strpbrk(metric, "`\n\r")))
		return;
	escape_shell(&name, due->notice.benchmark);
	buf_addf(out,
		"\nTo look for yourself:\n\n```sh\nbenchgate explain %s %.12s %.12s\nbenchgate bisect %s --good %.12s --bad %.12s",
		name.data, due->before, due->commit, name.data, due->before, due->commit);
	if (metric) {
		buf_clear(&name);
		escape_shell(&name, metric);
		buf_addf(out, " --metric %s", name.data);
	}
	buf_adds(out, "\n```\n");
	buf_release(&name);
}

void issue_add_body(const struct forge_asking *asking, const struct due *due, struct buf *out)
{
	const struct ci_context *ci = asking->telling->ci;
	struct buf line = BUF_INIT;

	forge_asks_add_mark(&due->notice, out);
	if (due->notice.kind == NOTICE_RESOLVED)
		buf_addf(out, "\n**Passes again**, was %s: ", urgency_words[due->notice.urgency]);
	else
		buf_addf(out, "\n**%s**: ", urgency_words[due->notice.urgency]);
	content_add_line(due->notice.text, &line);
	escape_markdown(out, line.data);
	buf_addc(out, '\n');
	add_alert_facts(&due->notice, ci, out);
	add_findings(&asking->state->reactions, &due->notice, out);
	add_commands(due, out);
	if (*ci->job_url)
		buf_addf(out, "\nBy [this run](<%s>).", ci->job_url);
	buf_adds(out,
		"\nbenchgate keeps this issue up to date, and closes it when the benchmark passes again.\n");
	buf_release(&line);
}

static void add_issue_labels(
	const struct forge_asking *asking, const struct texts *labels, struct json *to)
{
	struct buf text = BUF_INIT;
	struct json *list;

	if (!labels->nr)
		return;
	if (is_gitlab(asking)) {
		for (size_t i = 0; i < labels->nr; i++)
			buf_addf(&text, "%s%s", i ? "," : "", labels->items[i]);
		json_add_text(to, "labels", text.data);
	} else {
		list = json_add_array(to, "labels");
		for (size_t i = 0; i < labels->nr; i++)
			json_add_text(list, NULL, labels->items[i]);
	}
	buf_release(&text);
}

static void add_state(const struct forge_asking *asking, bool opens, struct json *to)
{
	if (is_gitlab(asking))
		json_add_text(to, "state_event", opens ? "reopen" : "close");
	else
		json_add_text(to, "state", opens ? "open" : "closed");
}

/* Somebody may have closed it by hand: only what begins or gets worse opens it again. */
static void add_state_of_kind(
	const struct forge_asking *asking, enum notice_kind kind, struct json *to)
{
	bool opens = kind == NOTICE_NEW || kind == NOTICE_WORSE;

	if (opens || kind == NOTICE_RESOLVED)
		add_state(asking, opens, to);
}

static void add_search(const struct forge_asking *asking, struct json *act)
{
	char since[DATE_TIME_MAX];
	struct buf query = BUF_INIT;

	snprintf(since, sizeof since, "%s", asking->telling->now);
	date_add_seconds(since, -(int64_t)SEARCH_DAYS * 24 * 3600);
	buf_addf(&query, "&state=all&%s=%s", is_gitlab(asking) ? "updated_after" : "since", since);
	json_add_text(act, "query", query.data);
	buf_release(&query);
}

struct json *forge_ask_issue(const struct forge_asking *asking, const struct due *due)
{
	const char *field = is_gitlab(asking) ? "description" : "body";
	enum notice_kind kind = due->notice.kind;
	struct buf text = BUF_INIT;
	struct json *act, *sent;
	struct ask ask;

	if (!begin_ask(asking, (struct ask_name){ "issue", "issues: write", "a Reporter's role" },
		    &ask))
		return NULL;
	act = ask.act;
	forge_add_path(act, "path", "%s/issues", ask.path.data);
	forge_add_path(act, "update", "%s/issues", ask.path.data);
	json_add_text(act, "key", is_gitlab(asking) ? "iid" : "number");
	json_add_text(act, "field", field);
	add_search(asking, act);
	if (due->thread)
		json_add_text(act, "number", due->thread);
	forge_asks_add_mark(&due->notice, &text);
	json_add_text(act, "mark", text.data);
	json_add_bool(act, "post", kind != NOTICE_RESOLVED && kind != NOTICE_STANDING);
	sent = json_add_object(act, "new");
	buf_clear(&text);
	forge_asks_add_title(&due->notice, &text);
	json_add_text(sent, "title", text.data);
	buf_clear(&text);
	issue_add_body(asking, due, &text);
	json_add_text(sent, field, text.data);
	add_issue_labels(asking, &due->response->labels, sent);
	sent = json_add_object(act, "change");
	json_add_text(sent, field, text.data);
	add_state_of_kind(asking, kind, sent);
	add_state(asking, false, json_add_object(act, "twin"));
	buf_release(&text);
	return end_ask(&ask);
}

/* Texts alone: that is what both services take. */
static struct json *fill_inputs(
	const struct forge_asking *asking, const struct due *const *dues, size_t nr)
{
	const struct notice **notices = mem_alloc(nr + 1, sizeof(struct notice *));
	const struct response *response = dues[0]->response;
	struct json *filled = json_new_object(), *inputs = json_new_object();
	struct buf title = BUF_INIT, text = BUF_INIT;

	for (size_t i = 0; i < nr; i++)
		notices[i] = &dues[i]->notice;
	buf_addf(&title, "%zu alert%s", nr, nr > 1 ? "s" : "");
	if (response->inputs)
		fill(response->inputs,
			&(struct content){ .id = dues[0]->notice.fingerprint,
				.verdict = asking->telling->verdict,
				.ci = asking->telling->ci,
				.notices = notices,
				.nr = nr,
				.urgency = dues[0]->peak,
				.title = title.data },
			filled);
	for (const struct json *at = json_first(filled); at; at = json_next(at)) {
		buf_clear(&text);
		if (json_type(at) == JSON_TEXT)
			buf_adds(&text, json_text(at));
		else
			json_print_line(at, &text);
		json_add_text(inputs, json_name(at), text.data);
	}
	buf_release(&title);
	buf_release(&text);
	json_free(filled);
	free((void *)notices);
	return inputs;
}

static void add_inputs(
	const struct forge_asking *asking, const struct json *inputs, struct json *sent)
{
	struct json *list;

	if (!json_first(inputs))
		return;
	if (!is_gitlab(asking)) {
		json_add_copy(sent, "inputs", inputs);
		return;
	}
	list = json_add_array(sent, "variables");
	for (const struct json *at = json_first(inputs); at; at = json_next(at)) {
		struct json *variable = json_add_object(list, NULL);

		json_add_text(variable, "key", json_name(at));
		json_add_text(variable, "value", json_text(at));
	}
}

struct json *forge_ask_rerun(
	const struct forge_asking *asking, const struct due *const *dues, size_t nr)
{
	const struct response *response = dues[0]->response;
	const char *ref = response->ref ? response->ref : asking->telling->ci->branch;
	struct json *sent, *inputs;
	struct ask ask;

	if (!*ref ||
		!begin_ask(asking,
			(struct ask_name){ "re-run", "actions: write", "a Developer's role" },
			&ask))
		return NULL;
	if (is_gitlab(asking))
		forge_add_path(ask.act, "path", "%s/pipeline", ask.path.data);
	else
		forge_add_path(ask.act, "path", "%s/actions/workflows/%s/dispatches", ask.path.data,
			response->workflow);
	json_add_bool(ask.act, "once", true);
	sent = json_add_object(ask.act, "json");
	json_add_text(sent, "ref", ref);
	inputs = fill_inputs(asking, dues, nr);
	add_inputs(asking, inputs, sent);
	json_free(inputs);
	return end_ask(&ask);
}

struct json *forge_ask_status(const struct forge_asking *asking, const struct response *response,
	const char *line, bool ok)
{
	const struct ci_context *ci = asking->telling->ci;
	struct buf text = BUF_INIT_MAX(MAX_STATUS), context = BUF_INIT;
	struct json *sent;
	struct ask ask;

	if (!*ci->commit ||
		!begin_ask(asking,
			(struct ask_name){
				"commit status", "statuses: write", "a Developer's role" },
			&ask))
		return NULL;
	if (response->context)
		buf_adds(&context, response->context);
	else
		buf_addf(&context, "benchgate/%s", response->name);
	for (size_t at = 0, len; line[at] && (len = str_utf8_len(line + at)) && !text.full;
		at += len)
		buf_add(&text, line + at, len);
	forge_add_path(ask.act, "path", "%s/statuses/%s", ask.path.data, ci->commit);
	sent = json_add_object(ask.act, "json");
	json_add_text(sent, "state", ok ? "success" : is_gitlab(asking) ? "failed" : "failure");
	json_add_text(sent, is_gitlab(asking) ? "name" : "context", context.data);
	json_add_text(sent, "description", text.data);
	if (*ci->job_url)
		json_add_text(sent, "target_url", ci->job_url);
	buf_release(&text);
	buf_release(&context);
	return end_ask(&ask);
}
