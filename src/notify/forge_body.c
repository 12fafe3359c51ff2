/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/forge.h"

#include "base/str.h"
#include "model/units.h"
#include "report/escape.h"
#include "report/formats.h"
#include "report/tally.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* GitHub's, in characters; GitLab takes a million. */
#define MAX_COMMENT 65536
/* What stands behind the alerts. */
#define FOOT_ROOM 600
#define MAX_LINE 140
#define MAX_CONTEXT 100

const char *const forge_comment_words[] = { "news", "always", "never", NULL };

const struct forge_settings *forge_settings(const struct outlet *outlet)
{
	return (const struct forge_settings *)(const void *)outlet->terms;
}

void forge_init(struct forge_settings *settings, const char *token_variable)
{
	settings->token.env = str_dup(token_variable);
	settings->context = str_dup("benchgate");
}

static bool is_fit(const char *text, const char *others)
{
	for (; text && *text; text++)
		if (!isalnum((unsigned char)*text) && !strchr(others, *text))
			return false;
	return true;
}

int forge_check(const struct outlet *outlet, const char *place, struct error *err)
{
	const struct forge_settings *settings = forge_settings(outlet);

	if (settings->api_url && outlet_check_url(settings->api_url, place, "api_url", err))
		return -1;
	if (!is_fit(settings->context, " ._/:()+") || strlen(settings->context) > MAX_CONTEXT)
		return error_set(err, ERR_USAGE,
			"%s.context is \"%.120s\"; it must be of letters, digits, blanks and ._/:()+, at most %d",
			place, settings->context, MAX_CONTEXT);
	if (!is_fit(settings->repository, "._-/"))
		return error_set(err, ERR_USAGE,
			"%s is of \"%.80s\", which is the name of no repository", place,
			settings->repository);
	return 0;
}

char *forge_api(const struct forge *forge, const struct forge_settings *settings)
{
	const char *api = settings->api_url ? settings->api_url : getenv(forge->api_variable);
	size_t len;

	if (!api || !*api)
		api = forge->api;
	len = strlen(api);
	while (len && api[len - 1] == '/')
		len--;
	return mem_copy(api, len);
}

struct json *forge_begin(const struct forge *forge, const struct outlet *outlet,
	const struct ci_context *ci, struct json *body)
{
	char *api = forge_api(forge, forge_settings(outlet));

	json_add_text(body, "api", api);
	json_add_text(body, "where", forge_repository(forge, outlet, ci));
	json_add_bool(body, "fork", ci->is_fork);
	free(api);
	return json_add_array(body, "acts");
}

/* Another forge's repository is not ours, and neither are the numbers of its changes. */
static bool is_elsewhere(const struct forge *forge, const struct ci_context *ci)
{
	return *ci->repository && strcmp(ci->system, forge->system) != 0;
}

const char *forge_repository(
	const struct forge *forge, const struct outlet *outlet, const struct ci_context *ci)
{
	const char *said = forge_settings(outlet)->repository;

	if (said)
		return said;
	return is_elsewhere(forge, ci) ? "" : ci->repository;
}

void forge_add_repository(const struct forge *forge, const struct outlet *outlet,
	const struct ci_context *ci, struct buf *out)
{
	for (const char *at = forge_repository(forge, outlet, ci); *at; at++) {
		if (*at == '/' && forge->path_is_one_part)
			buf_adds(out, "%2F");
		else
			buf_addc(out, *at);
	}
}

const char *forge_change(const struct forge *forge, const struct ci_context *ci)
{
	return is_elsewhere(forge, ci) ? "" : ci->pull_request;
}

bool forge_comments(
	const struct forge *forge, const struct outlet *outlet, const struct ci_context *ci)
{
	return *forge_change(forge, ci) && forge_settings(outlet)->comment != FORGE_COMMENT_NEVER;
}

void forge_add_about(const struct forge *forge, const struct outlet *outlet,
	const struct ci_context *ci, struct buf *out)
{
	bool comments = forge_comments(forge, outlet, ci);

	buf_addf(out, "%s%s%s", forge_repository(forge, outlet, ci), comments ? "#" : "@",
		comments ? forge_change(forge, ci) : ci->commit);
}

static void say_silence(
	const struct forge *forge, const struct outlet *outlet, const struct content *content)
{
	const struct forge_settings *settings = forge_settings(outlet);
	bool comments = settings->comment != FORGE_COMMENT_NEVER;
	bool marks = settings->status == CHOICE_YES || settings->check == CHOICE_YES;

	if (!comments && !marks) {
		buf_adds(content->silence,
			"comments on nothing and marks no commit, as it is set; only \"responses\" act by it");
		return;
	}
	buf_adds(content->silence, "not told: ");
	if (!*forge_repository(forge, outlet, content->ci))
		buf_adds(content->silence, "no repository is known that is one of its own");
	else if (comments)
		buf_addf(content->silence,
			"no %s is known (the environment of a run for one names it)%s",
			forge->change, marks ? ", and no commit" : "");
	else
		buf_adds(content->silence, "no commit is known");
}

bool forge_end(const struct forge *forge, const struct outlet *outlet,
	const struct content *content, const struct json *acts)
{
	if (acts && json_first(acts))
		return true;
	if (content->silence)
		say_silence(forge, outlet, content);
	return false;
}

struct json *forge_add_act(struct json *acts, const char *what, const char *needs)
{
	struct json *act = json_add_object(acts, NULL);

	json_add_text(act, "what", what);
	json_add_text(act, "needs", needs);
	return act;
}

void forge_add_path(struct json *act, const char *name, const char *format, ...)
{
	struct buf path = BUF_INIT;
	va_list args;

	va_start(args, format);
	buf_vaddf(&path, format, args);
	va_end(args);
	json_add_text(act, name, path.data);
	buf_release(&path);
}

enum action forge_action(const struct verdict *verdict)
{
	enum action worst = ACTION_PASS;

	for (size_t i = 0; i < verdict->nr; i++) {
		enum action action = verdict_action(verdict, &verdict->items[i]);

		worst = action > worst ? action : worst;
	}
	return worst;
}

/* Not in the middle of a character. */
static void forge_body_add_cut(const char *text, size_t max, struct buf *out)
{
	size_t len = strlen(text), at = 0, next;

	if (len <= max) {
		buf_add(out, text, len);
		return;
	}
	while ((next = str_utf8_len(text + at)) && at + next <= max - 3)
		at += next;
	buf_add(out, text, at);
	buf_adds(out, "...");
}

void forge_add_line(const struct verdict *verdict, struct buf *out)
{
	struct tally tally = tally_of(verdict);
	struct buf counts = BUF_INIT, line = BUF_INIT;

	/* How many and how long first: a long name is what a status cuts off. */
	buf_addf(&line, "%s: ", verdict_word_name(verdict->word));
	tally_add_counts(verdict, &tally, &counts);
	buf_add(&line, counts.data, strcspn(counts.data, ";"));
	if (verdict_compared(verdict)) {
		buf_adds(&line, " in ");
		units_add_duration(&line, (double)verdict_duration_ns(verdict) / 1e9);
	}
	if (tally.worst && forge_action(verdict) != ACTION_PASS) {
		buf_adds(&line, "; ");
		tally_add_worst(&tally, &line);
	}
	forge_body_add_cut(line.data, MAX_LINE, out);
	buf_release(&line);
	buf_release(&counts);
}

/* The mark of a workflow's own comment (scripts/ci/comment.sh) too, so that there are not two. */
static void forge_body_add_mark(const char *context, struct buf *out)
{
	buf_adds(out, "<!-- benchgate: the report of a pull request");
	if (strcmp(context, "benchgate") != 0)
		buf_addf(out, ", %s", context);
	buf_adds(out, " -->");
}

static void forge_body_add_notice(const struct notice *notice, struct buf *out)
{
	struct buf line = BUF_INIT;

	if (notice->kind == NOTICE_RESOLVED)
		buf_addf(out, "- **passes again**, was %s", urgency_words[notice->urgency]);
	else
		buf_addf(out, "- **%s**, %s", notice_words[notice->kind],
			urgency_words[notice->urgency]);
	if (notice->nr_runs > 1)
		buf_addf(out, ", %llu runs since %.10s", (unsigned long long)notice->nr_runs,
			notice->since);
	buf_adds(out, ": ");
	content_add_line(notice->text, &line);
	escape_markdown(out, line.data);
	buf_clear(&line);
	content_add_details(notice, &line);
	if (line.len) {
		buf_adds(out, "<br>");
		escape_markdown(out, line.data);
	}
	buf_release(&line);
	buf_addc(out, '\n');
}

static void forge_body_add_notices(const struct content *content, struct buf *out)
{
	struct buf line = BUF_INIT;
	size_t nr_left_out = 0;

	if (!content->nr)
		return;
	buf_adds(out, "\n### Alerts\n\n");
	if (content->cause && out->len + strlen(content->cause) <= MAX_COMMENT - FOOT_ROOM) {
		escape_markdown(out, content->cause);
		buf_adds(out, "\n\n");
	}
	for (size_t i = 0; i < content->nr; i++) {
		forge_body_add_notice(content->notices[i], &line);
		if (out->len + line.len <= MAX_COMMENT - FOOT_ROOM)
			buf_adds(out, line.data);
		else
			nr_left_out++;
		buf_clear(&line);
	}
	if (nr_left_out)
		buf_addf(out, "- and %zu more\n", nr_left_out);
	buf_release(&line);
}

static void add_foot(const struct ci_context *ci, struct buf *out)
{
	if (!*ci->commit && !*ci->job_url)
		return;
	buf_adds(out, "\nMeasured");
	if (*ci->commit)
		buf_addf(out, " at %s", ci->commit);
	if (*ci->job_url && strlen(ci->job_url) < FOOT_ROOM / 2)
		buf_addf(out, " by [this run](<%s>)", ci->job_url);
	buf_adds(out, ".\n");
}

static bool is_worth_posting(const struct outlet *outlet, const struct content *content)
{
	enum verdict_word word = content->verdict->word;

	return forge_settings(outlet)->comment == FORGE_COMMENT_ALWAYS || content->nr ||
		(word != VERDICT_PASS && word != VERDICT_NEW);
}

void forge_add_comment(const struct outlet *outlet, const struct content *content, struct json *act)
{
	struct buf mark = BUF_INIT, text = BUF_INIT;

	forge_body_add_mark(forge_settings(outlet)->context, &mark);
	buf_addf(&text, "%s\n", mark.data);
	markdown_report(content->verdict, &text);
	forge_body_add_notices(content, &text);
	add_foot(content->ci, &text);
	json_add_text(act, "mark", mark.data);
	json_add_text(act, "text", text.data);
	json_add_bool(act, "post", is_worth_posting(outlet, content));
	buf_release(&text);
	buf_release(&mark);
}
