/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mail, handed to a server that sends it on. */
#include "base/date.h"
#include "base/mem.h"
#include "base/str.h"
#include "notify/mime.h"
#include "notify/notifier.h"
#include "notify/reply.h"
#include "report/escape.h"
#include "sys/clock.h"

#include <stdlib.h>
#include <string.h>

/* Of more, nobody would read more. */
#define MAX_NOTICES 500

struct fact_row {
	const char *name;
	const char *value; /* NULL or "": it is left out */
};

#define NR_FACTS 5

static void take_facts(const struct content *content, struct fact_row known[NR_FACTS])
{
	const struct ci_context *ci = content->ci;
	const struct fact_row all[NR_FACTS] = {
		{ "Status", content->verdict ? verdict_word_name(content->verdict->word) : NULL },
		{ "Repository", ci->repository },
		{ "Change", ci->pull_request },
		{ "Branch", ci->branch },
		{ "Commit", ci->commit },
	};

	for (size_t i = 0; i < NR_FACTS; i++)
		known[i] = all[i];
}

static struct content shown_of(const struct content *content)
{
	struct content shown = *content;

	if (shown.nr > MAX_NOTICES)
		shown.nr = MAX_NOTICES;
	return shown;
}

static void email_add_text(const struct content *content, struct buf *out)
{
	struct content shown = shown_of(content);
	struct fact_row known[NR_FACTS];

	content_add_text(&shown, out);
	if (shown.nr < content->nr)
		buf_addf(out, "and %zu more\n", content->nr - shown.nr);
	buf_addc(out, '\n');
	take_facts(content, known);
	for (size_t i = 0; i < NR_FACTS; i++) {
		if (!known[i].value || !*known[i].value)
			continue;
		buf_addf(out, "%s: ", known[i].name);
		buf_add_printable(out, known[i].value);
		buf_addc(out, '\n');
	}
}

#define CELL "style=\"padding:4px 8px;border:1px solid #ccc;text-align:left;vertical-align:top\""

static void add_element(struct buf *out, const char *start, const char *text, const char *end)
{
	buf_adds(out, start);
	escape_xml(out, text);
	buf_adds(out, end);
}

static void email_add_notice(const struct notice *notice, struct buf *out)
{
	static const char *const colours[] = {
		[URGENCY_INFO] = "#1a7f37",
		[URGENCY_WARNING] = "#9a6700",
		[URGENCY_CRITICAL] = "#cf222e",
	};
	struct buf line = BUF_INIT;
	bool over = notice->kind == NOTICE_RESOLVED;

	buf_addf(out, "<tr><td " CELL "><strong style=\"color:%s\">%s</strong>, %s%s</td>\n",
		colours[over ? URGENCY_INFO : notice->urgency],
		over ? "passes again" : urgency_words[notice->urgency], over ? "was " : "",
		over ? urgency_words[notice->urgency] : notice_words[notice->kind]);
	add_element(out, "<td " CELL ">", notice->benchmark, "");
	if (*notice->metric)
		add_element(out, " (", notice->metric, ")");
	content_add_line(notice->text, &line);
	add_element(out, "</td>\n<td " CELL ">", line.data, "");
	buf_clear(&line);
	content_add_details(notice, &line);
	if (line.len)
		add_element(out, "<br>\n", line.data, "");
	buf_adds(out, "</td></tr>\n");
	buf_release(&line);
}

static void email_add_notices(const struct content *content, struct buf *out)
{
	struct content shown = shown_of(content);

	buf_adds(out,
		"<table style=\"border-collapse:collapse\">\n<tr><th " CELL
		">Severity</th><th " CELL ">Benchmark</th><th " CELL ">Message</th></tr>\n");
	for (size_t i = 0; i < shown.nr; i++)
		email_add_notice(shown.notices[i], out);
	buf_adds(out, "</table>\n");
	if (shown.nr < content->nr)
		buf_addf(out, "<p>and %zu more</p>\n", content->nr - shown.nr);
}

static void email_add_html(const struct content *content, struct buf *out)
{
	const char *url = content->ci->job_url;
	struct fact_row known[NR_FACTS];

	add_element(out, "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>",
		content->title, "</title></head>\n");
	add_element(out, "<body style=\"font-family:sans-serif\">\n<h1 style=\"font-size:1.2em\">",
		content->title, "</h1>\n");
	if (content->cause)
		add_element(out, "<p>", content->cause, "</p>\n");
	email_add_notices(content, out);
	take_facts(content, known);
	for (size_t i = 0; i < NR_FACTS; i++) {
		if (!known[i].value || !*known[i].value)
			continue;
		buf_addf(out, "%s%s: ", "<br>\n", known[i].name);
		escape_xml(out, known[i].value);
	}
	if (str_starts(url, "https://") || str_starts(url, "http://"))
		add_element(out, "<p><a href=\"", url, "\">The job</a></p>\n");
	buf_adds(out, "</body></html>\n");
}

static const char *const tls_words[] = {
	[HTTP_TLS_REQUIRED] = "required",
	[HTTP_TLS_OFFERED] = "offered",
	[HTTP_TLS_NEVER] = "never",
	NULL,
};

struct email_settings {
	struct outlet_terms terms;
	char *server;
	char *from;
	struct texts to;
	char *user;
	struct secret_place password;
	enum http_tls starttls;
};

static const struct policy_key keys[] = {
	OUTLET_KEYS(struct email_settings),
	POLICY_KEY_TEXT("server", struct email_settings, server),
	POLICY_KEY_TEXT("from", struct email_settings, from),
	POLICY_KEY_TEXTS("to", struct email_settings, to),
	POLICY_KEY_TEXT("user", struct email_settings, user),
	POLICY_KEY_SECRET("password", struct email_settings, password),
	POLICY_KEY_WORD("starttls", struct email_settings, starttls, enum http_tls, tls_words),
	POLICY_KEY_END,
};

static const struct email_settings *email_settings_of(const struct outlet *outlet)
{
	return (const struct email_settings *)(const void *)outlet->terms;
}

static int check_server(const char *server, const char *place, struct error *err)
{
	if (!server)
		return error_set(err, ERR_USAGE,
			"%s has no server; it must have one, such as \"server\": \"smtp://mail.example.org:587\" or \"smtps://...\"",
			place);
	if (strchr(server, '@'))
		return error_set(err, ERR_USAGE,
			"%s.server has a user in it; say it with user and password", place);
	if (!str_starts(server, "smtp://") && !str_starts(server, "smtps://"))
		return error_set(err, ERR_USAGE,
			"%s.server is \"%.80s\"; it must begin with smtp:// or smtps://, such as \"smtp://mail.example.org:587\"",
			place, server);
	return outlet_check_host(server, place, "server", err);
}

static int check_mailboxes(
	const struct email_settings *settings, const char *place, struct error *err)
{
	const char *wrong = NULL;

	if (!settings->from || !settings->to.nr)
		return error_set(err, ERR_USAGE,
			"%s has no %s; it must have one, such as \"Some Body <somebody@example.org>\"",
			place, settings->from ? "to" : "from");
	for (size_t i = 0; i < settings->to.nr; i++)
		if (!mime_is_mailbox(settings->to.items[i]))
			wrong = settings->to.items[i];
	if (!mime_is_mailbox(settings->from))
		wrong = settings->from;
	if (!wrong)
		return 0;
	return error_set(err, ERR_USAGE,
		"%s.%s has \"%.60s\"; each must be one address, such as \"somebody@example.org\" or \"Some Body <somebody@example.org>\"",
		place, wrong == settings->from ? "from" : "to", wrong);
}

static int check_login(const struct email_settings *settings, const char *place, struct error *err)
{
	bool has_password = secrets_named(&settings->password);

	if (has_password != (settings->user != NULL))
		return error_set(err, ERR_USAGE, "%s has %s; it must have both or neither", place,
			has_password ? "a password and no user" : "a user and no password");
	if (settings->user && strchr(settings->user, ':'))
		return error_set(err, ERR_USAGE,
			"%s.user has a colon in it, which no mail server takes", place);
	if (has_password && str_starts(settings->server, "smtp://") &&
		settings->starttls != HTTP_TLS_REQUIRED)
		return error_set(err, ERR_USAGE,
			"%s.starttls is \"%s\", and a password may be seen then; with one it must be \"required\"",
			place, tls_words[settings->starttls]);
	return 0;
}

static int email_check(const struct outlet *outlet, const char *place, struct error *err)
{
	const struct email_settings *settings = email_settings_of(outlet);

	return check_server(settings->server, place, err) ||
			check_mailboxes(settings, place, err) || check_login(settings, place, err)
		? -1
		: 0;
}

/* What is said is composed now; to whom and how is as it stands when it is sent. */
static bool email_compose(
	const struct outlet *outlet, const struct content *content, struct json *body)
{
	char now[CLOCK_TIMESTAMP_MAX];
	struct buf text = BUF_INIT, html = BUF_INIT;

	(void)outlet;
	if (!content->nr)
		return false;
	clock_timestamp(now);
	email_add_text(content, &text);
	email_add_html(content, &html);
	json_add_text(body, "date", now);
	json_add_text(body, "subject", content->title);
	json_add_text(body, "text", text.data);
	json_add_text(body, "html", html.data);
	if (content->earlier && content->notices[0]->kind != NOTICE_NEW)
		json_add_text(body, "earlier", content->earlier);
	buf_release(&text);
	buf_release(&html);
	return true;
}

/* What was kept may be from another's hand: "" of what is not there. */
static const char *said(const struct talk *talk, const char *name)
{
	const struct json *member = json_get(talk->body, name);

	return member && json_type(member) == JSON_TEXT ? json_text(member) : "";
}

static void add_id(const struct talk *talk, struct buf *out)
{
	char *from = mime_address(email_settings_of(talk->outlet)->from);

	buf_addf(out, "<%s%s>", talk->id, strrchr(from, '@'));
	free(from);
}

static bool email_is_id(const char *text)
{
	size_t len = strcspn(text, "> \r\n");

	return *text == '<' && text[len] == '>' && !text[len + 1] && len < 200;
}

static void email_add_head(const struct talk *talk, struct buf *out)
{
	const struct email_settings *settings = email_settings_of(talk->outlet);
	const char *date = said(talk, "date"), *earlier = said(talk, "earlier");

	if (date_is_time(date))
		mime_add_date(out, "Date", date);
	mime_add_mailboxes(out, "From", &settings->from, 1);
	mime_add_mailboxes(out, "To", settings->to.items, settings->to.nr);
	mime_add_text(out, "Subject", said(talk, "subject"));
	buf_adds(out, "Message-ID: ");
	add_id(talk, out);
	buf_adds(out, "\r\n");
	if (email_is_id(earlier))
		buf_addf(out, "In-Reply-To: %s\r\nReferences: %s\r\n", earlier, earlier);
	buf_adds(out, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
}

static void email_add_part(
	const struct talk *talk, const char *type, const char *text, struct buf *out)
{
	buf_addf(out,
		"--=_%s\r\nContent-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
		talk->id, type);
	mime_add_quoted(out, text);
	buf_adds(out, "\r\n");
}

/* No quoted-printable text has "=_" in it, so that no part can hold the boundary. */
static void add_mail(const struct talk *talk, struct buf *out)
{
	email_add_head(talk, out);
	buf_addf(out, "Content-Type: multipart/alternative;\r\n boundary=\"=_%s\"\r\n\r\n",
		talk->id);
	email_add_part(talk, "text/plain", said(talk, "text"), out);
	email_add_part(talk, "text/html", said(talk, "html"), out);
	buf_addf(out, "--=_%s--\r\n", talk->id);
}

static int add_login(struct talk *talk)
{
	const struct email_settings *settings = email_settings_of(talk->outlet);
	struct buf credentials = BUF_INIT;
	const char *password;

	if (!settings->user)
		return 0;
	password = secrets_get(talk->secrets, &settings->password, &talk->error);
	if (!password)
		return -1;
	secrets_add_login(talk->secrets, settings->user, password);
	buf_addf(&credentials, "%s:%s", settings->user, password);
	talk->request.credentials = buf_detach(&credentials);
	return 0;
}

static void email_remember(struct talk *talk)
{
	const char *earlier = said(talk, "earlier");
	struct buf left = BUF_INIT;

	if (email_is_id(earlier))
		buf_adds(&left, earlier);
	else
		add_id(talk, &left);
	talk->left = buf_detach(&left);
}

/* True if this recipient still has to be told. The progress is a list of those; the state file may
 * have been edited: only configured addresses count. */
static bool email_is_left(const struct talk *talk, const char *address)
{
	const char *at = talk->progress;
	size_t len = strlen(address);

	if (!at)
		return true;
	for (; *at; at += strcspn(at, " "), at += *at == ' ')
		if (strcspn(at, " ") == len && strncmp(at, address, len) == 0)
			return true;
	return false;
}

static void add_recipients(struct talk *talk)
{
	const struct email_settings *settings = email_settings_of(talk->outlet);

	for (size_t i = 0; i < settings->to.nr; i++) {
		char *address = mime_address(settings->to.items[i]);

		if (email_is_left(talk, address))
			texts_add(&talk->request.mail_to, address);
		free(address);
	}
}

/* Whom the server puts off gets it later; of whom it does not know it is said. */
static enum talk_next take_refusals(struct talk *talk)
{
	const struct texts *refused = &talk->response->refused;
	struct buf said = BUF_INIT, left = BUF_INIT;
	bool waits;

	for (size_t i = 0; i < refused->nr; i++) {
		const char *line = refused->items[i];
		int len = (int)strcspn(line, " ");
		char *address = mem_copy(line, (size_t)len);

		buf_addf(&said, "%s%s:%.200s", i ? "; " : "sent, but not to ", address, line + len);
		if (reply_puts_off(line))
			buf_addf(&left, "%s%s", left.len ? " " : "", address);
		free(address);
	}
	waits = left.len > 0;
	if (waits)
		str_set(&talk->progress, left.data);
	if (refused->nr)
		error_set(waits ? &talk->error : &talk->earlier, ERR_IO, "%s", said.data);
	buf_release(&left);
	buf_release(&said);
	return waits ? TALK_LATER : TALK_DONE;
}

static enum talk_next email_step(struct talk *talk)
{
	const struct email_settings *settings = email_settings_of(talk->outlet);
	struct http_request *request = &talk->request;

	if (talk->response) {
		email_remember(talk);
		return take_refusals(talk);
	}
	add_recipients(talk);
	if (!request->mail_to.nr)
		return TALK_DONE;
	request->url = str_dup(settings->server);
	request->tls = settings->starttls;
	request->mail_from = mime_address(settings->from);
	add_mail(talk, &request->body);
	return add_login(talk) ? TALK_LATER : TALK_ASK;
}

const struct notifier email_notifier = {
	.type = "email",
	.what = "a mail, by way of a server",
	.keys = keys,
	.size = sizeof(struct email_settings),
	.check = email_check,
	.compose = email_compose,
	.step = email_step,
};
