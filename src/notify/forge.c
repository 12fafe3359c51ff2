/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An act is a comment or an issue, which is looked for page by page, unless its number is known,
 * then changed or made, an issue with another look at whether somebody else made it, too; or
 * something to be posted, with more behind it where it has annotations. Of the talk, `stage` is the
 * act, `at` the page or how many requests of annotations were sent, and `found` what is worked on:
 * NULL as long as it is looked for, "" when it is to be made, else its number. What fails does not
 * keep the acts behind it from being tried, and what is done is not done again when the message is
 * kept. The progress is a word for each act that is done, "2", or a check that has begun:
 * "2:5000000001:1" is its number and how many of its requests were answered. The last word about an
 * act counts.
 */
#include "notify/forge.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PAGE_SIZE 100
#define MAX_PAGES 100
#define MAX_SENT 10000
#define MAX_ANNOTATIONS 50 /* of a request: GitHub's */
/* A hundred of the longest comments, with what JSON makes of them. */
#define MAX_ANSWER_BYTES (32u << 20)

static const char *text_in(const struct json *json, const char *name)
{
	const struct json *member = json_get(json, name);

	return member && json_type(member) == JSON_TEXT ? json_text(member) : "";
}

/* A later run of a fork's has none either. */
static enum talk_next no_token(struct talk *talk)
{
	struct error why = talk->error;

	if (!forge_is_of_fork(talk->body))
		return TALK_LATER;
	error_set(&talk->error, ERR_IO, "%s; a change from a fork is given none", why.text);
	return TALK_REFUSED;
}

static enum talk_next ask_forge(
	const struct forge *forge, struct talk *talk, const char *method, const struct buf *path)
{
	const struct forge_settings *settings = forge_settings(talk->outlet);
	const char *token = secrets_get(talk->secrets, &settings->token, &talk->error);
	struct buf url = BUF_INIT;

	if (!token)
		return no_token(talk);
	buf_addf(&url, "%s%s", text_in(talk->body, "api"), path->data);
	talk->request.method = str_dup(method);
	talk->request.url = buf_detach(&url);
	talk->request.max_bytes = MAX_ANSWER_BYTES;
	forge->authorise(talk, token);
	if (talk->request.body.len)
		http_request_header(&talk->request, "Content-Type", "application/json");
	return TALK_ASK;
}

static enum talk_next ask_with(const struct forge *forge, struct talk *talk, const char *method,
	const struct buf *path, const struct json *sent)
{
	json_print_line(sent, &talk->request.body);
	return ask_forge(forge, talk, method, path);
}

static bool is_issue(const struct json *act)
{
	return json_get(act, "new") != NULL;
}

/* The page of comments or issues that the talk is at. */
static enum talk_next ask_page(const struct forge *forge, struct talk *talk, const struct json *act)
{
	struct buf path = BUF_INIT;
	enum talk_next next;

	buf_addf(&path, "%s?per_page=%d&page=%zu%s", text_in(act, "path"), PAGE_SIZE, talk->at,
		is_issue(act) ? text_in(act, "query") : forge->order);
	next = ask_forge(forge, talk, "GET", &path);
	buf_release(&path);
	return next;
}

/* The comment that was found is changed, or, where that is "", made. */
static enum talk_next ask_comment(
	const struct forge *forge, struct talk *talk, const struct json *act)
{
	struct json *sent = json_new_object();
	struct buf path = BUF_INIT;
	bool is_new = !*talk->found;
	enum talk_next next;

	if (is_issue(act))
		json_copy_members(sent, json_get(act, is_new ? "new" : "change"));
	else
		json_add_text(sent, "body", text_in(act, "text"));
	if (is_new)
		buf_adds(&path, text_in(act, "path"));
	else
		buf_addf(&path, "%s/%s", text_in(act, "update"), talk->found);
	talk->repeatable = !is_new;
	next = ask_with(forge, talk, is_new ? "POST" : forge->update, &path, sent);
	buf_release(&path);
	json_free(sent);
	return next;
}

/* Those of this request, of all. */
static void forge_add_annotations(
	const struct talk *talk, const struct json *act, struct json *output)
{
	const struct json *all = json_get(act, "annotations");
	struct json *some = json_add_array(output, "annotations");
	size_t first = talk->at * MAX_ANNOTATIONS, i = 0;

	for (const struct json *at = json_first(all); at; at = json_next(at), i++)
		if (i >= first && i < first + MAX_ANNOTATIONS)
			json_add_copy(some, NULL, at);
}

/* The first request of a check says all but what does not fit in it; the others add that. */
static enum talk_next ask_check(
	const struct forge *forge, struct talk *talk, const struct json *act)
{
	struct json *sent = json_new_object(), *output;
	struct buf path = BUF_INIT;
	bool is_new = talk->at == 0;
	enum talk_next next;

	if (is_new)
		json_copy_members(sent, json_get(act, "json"));
	output = json_add_object(sent, "output");
	json_copy_members(output, json_get(act, "output"));
	forge_add_annotations(talk, act, output);
	buf_adds(&path, text_in(act, "path"));
	if (!is_new)
		buf_addf(&path, "/%s", talk->found);
	next = ask_with(forge, talk, is_new ? "POST" : "PATCH", &path, sent);
	buf_release(&path);
	json_free(sent);
	return next;
}

/* What is to be posted; of a check with its annotations the part that the talk is at. */
static enum talk_next ask_post(const struct forge *forge, struct talk *talk, const struct json *act)
{
	struct buf path = BUF_INIT;
	enum talk_next next;

	if (json_get(act, "annotations"))
		return ask_check(forge, talk, act);
	buf_adds(&path, text_in(act, "path"));
	talk->repeatable = !json_get(act, "once");
	next = ask_with(forge, talk, "POST", &path, json_get(act, "json"));
	buf_release(&path);
	return next;
}

static bool is_comment(const struct json *act)
{
	return json_get(act, "mark") != NULL;
}

static const struct json *act_of(const struct talk *talk)
{
	const struct json *acts = json_get(talk->body, "acts");
	const struct json *at = acts ? json_first(acts) : NULL;

	for (int i = 0; at && i < talk->stage; i++)
		at = json_next(at);
	return at;
}

static bool is_ours(const struct forge *forge, const struct talk *talk, const struct json *act,
	const struct json *comment)
{
	const char *wanted = forge_settings(talk->outlet)->author;
	const struct json *author = json_get(comment, forge->author);
	const char *text = text_in(comment, is_issue(act) ? text_in(act, "field") : "body");

	if (!str_starts(text, text_in(act, "mark")))
		return false;
	if (!wanted)
		return true;
	return author && json_type(author) == JSON_OBJECT &&
		strcmp(text_in(author, forge->author_name), wanted) == 0;
}

/* What a comment or an issue is known by in addresses. */
static const char *number_key(const struct json *act)
{
	return is_issue(act) ? text_in(act, "key") : "id";
}

static bool forge_take_number(struct talk *talk, const char *key, const struct json *from)
{
	const struct json *id = json_type(from) == JSON_OBJECT ? json_get(from, key) : NULL;
	struct buf number = BUF_INIT;

	if (!id || json_type(id) != JSON_NUMBER)
		return false;
	buf_addf(&number, "%.0f", json_number(id));
	str_set(&talk->found, number.data);
	buf_release(&number);
	return true;
}

/* GitHub's issues have pull requests among them. */
static bool is_kind(const struct json *act, const struct json *row)
{
	return json_type(row) == JSON_OBJECT && !(is_issue(act) && json_get(row, "pull_request"));
}

/* Is it the number of what was made before what was found? */
static bool is_earlier(const struct talk *talk, const char *key, const struct json *row)
{
	const struct json *id = json_get(row, key);

	return !talk->found ||
		(id && json_type(id) == JSON_NUMBER && json_number(id) < strtod(talk->found, NULL));
}

/* Says how many comments the page has; the lowest number of ours becomes `found`. */
static size_t forge_look_through(const struct forge *forge, struct talk *talk,
	const struct json *act, const struct json *page)
{
	size_t nr = 0;

	for (const struct json *at = json_first(page); at; at = json_next(at), nr++)
		if (is_kind(act, at) && is_ours(forge, talk, act, at) &&
			is_earlier(talk, number_key(act), at))
			forge_take_number(talk, number_key(act), at);
	return nr;
}

/* GitLab leaves comments out of a page that not everybody may see: a short one need not be the
 * last. */
static bool has_next_page(const struct http_response *response, size_t nr)
{
	const char *next = http_header(response, "x-next-page"),
		   *link = http_header(response, "link");

	if (next)
		return *next != '\0';
	return link ? strstr(link, "rel=\"next\"") != NULL : nr == PAGE_SIZE;
}

static enum talk_next no_list(struct talk *talk)
{
	error_set(&talk->error, ERR_IO, "the answer is no list of comments or issues");
	return TALK_LATER;
}

static enum talk_next not_there(
	const struct forge *forge, struct talk *talk, const struct json *act)
{
	const struct json *post = json_get(act, "post");

	if (!post || json_type(post) != JSON_BOOL || !json_bool(post))
		return TALK_DONE;
	str_set(&talk->found, "");
	return ask_comment(forge, talk, act);
}

static enum talk_next answer_page(
	const struct forge *forge, struct talk *talk, const struct json *act)
{
	struct error ignored = ERROR_INIT;
	struct json *page =
		json_parse(talk->response->body.data, talk->response->body.len, &ignored);
	bool is_list = page && json_type(page) == JSON_ARRAY;
	size_t nr = is_list ? forge_look_through(forge, talk, act, page) : 0;

	json_free(page);
	if (!is_list)
		return no_list(talk);
	if (talk->found)
		return ask_comment(forge, talk, act);
	if (!has_next_page(talk->response, nr))
		return not_there(forge, talk, act);
	if (++talk->at <= MAX_PAGES)
		return ask_page(forge, talk, act);
	error_set(&talk->error, ERR_USAGE, "none of the first %d %s is ours", MAX_PAGES * PAGE_SIZE,
		is_issue(act) ? "issues" : "comments");
	return TALK_REFUSED;
}

/* Of jobs that open an issue about the same at once, those whose numbers are higher close their
 * own: without the mark, so that nobody finds it. Of the talk, `found` is the own, `left` the
 * other. */
static enum talk_next ask_closing(
	const struct forge *forge, struct talk *talk, const struct json *act)
{
	struct json *sent = json_new_object();
	struct buf path = BUF_INIT, text = BUF_INIT;
	enum talk_next next;

	json_copy_members(sent, json_get(act, "twin"));
	buf_addf(&text, "Two jobs said the same at once: see #%s.\n", talk->left);
	json_add_text(sent, text_in(act, "field"), text.data);
	buf_addf(&path, "%s/%s", text_in(act, "update"), talk->found);
	talk->repeatable = true;
	next = ask_with(forge, talk, forge->update, &path, sent);
	buf_release(&path);
	buf_release(&text);
	json_free(sent);
	return next;
}

/* Nothing is lost where the page cannot be read: there is an issue. The list begins with the
 * newest. */
static enum talk_next answer_twins(
	const struct forge *forge, struct talk *talk, const struct json *act)
{
	struct error ignored = ERROR_INIT;
	struct json *page =
		json_parse(talk->response->body.data, talk->response->body.len, &ignored);
	char *own = talk->left;
	enum talk_next next = TALK_DONE;

	str_set(&talk->found, own);
	if (page && json_type(page) == JSON_ARRAY)
		forge_look_through(forge, talk, act, page);
	talk->left = str_dup(talk->found);
	str_set(&talk->found, own);
	if (strcmp(talk->left, own) != 0)
		next = ask_closing(forge, talk, act);
	free(own);
	json_free(page);
	return next;
}

/* A later message is about the same issue. */
static enum talk_next leave_number(
	const struct forge *forge, struct talk *talk, const struct json *act)
{
	struct error ignored = ERROR_INIT;
	struct json *issue =
		json_parse(talk->response->body.data, talk->response->body.len, &ignored);
	bool is_new = !*talk->found;
	bool is_left = is_issue(act) &&
		(!is_new || (issue && forge_take_number(talk, number_key(act), issue)));

	json_free(issue);
	if (!is_left)
		return TALK_DONE;
	str_set(&talk->left, talk->found);
	if (!is_new)
		return TALK_DONE;
	str_set(&talk->found, "");
	talk->at = 1;
	return ask_page(forge, talk, act);
}

/* Somebody may have deleted it since it was found. */
static enum talk_next answer_comment(
	const struct forge *forge, struct talk *talk, const struct json *act)
{
	long status = talk->response->status;

	if (is_issue(act) && talk->left && !*talk->found)
		return answer_twins(forge, talk, act);
	if (is_issue(act) && talk->left)
		return talk_succeeded(talk) ? TALK_DONE : forge_fail(forge, talk, act);
	if (talk->found && *talk->found && is_issue(act) && (status == 404 || status == 410))
		return not_there(forge, talk, act);
	if (talk->found && *talk->found && status == 404) {
		str_set(&talk->found, "");
		return ask_comment(forge, talk, act);
	}
	if (!talk_succeeded(talk))
		return forge_fail(forge, talk, act);
	return talk->found ? leave_number(forge, talk, act) : answer_page(forge, talk, act);
}

static void add_progress(struct talk *talk, bool is_act_done)
{
	struct buf words = BUF_INIT;

	buf_addf(&words, "%s%s%d", talk->progress ? talk->progress : "", talk->progress ? " " : "",
		talk->stage);
	if (!is_act_done)
		buf_addf(&words, ":%s:%zu", talk->found, talk->at);
	free(talk->progress);
	talk->progress = buf_detach(&words);
}

/* The last word about the act, behind its number: "" when it is done; NULL: none. */
static const char *find_progress(const struct talk *talk)
{
	const char *at = talk->progress ? talk->progress : "", *found = NULL;

	for (; *at; at += strcspn(at, " "), at += *at == ' ') {
		char *end;

		if (strtol(at, &end, 10) == talk->stage && end > at)
			found = end;
	}
	return found;
}

static bool is_act_done(const struct talk *talk)
{
	const char *word = find_progress(talk);

	return word && *word != ':';
}

/* Of a check that has begun; the file that it was kept in may have been edited. */
static void resume_check(struct talk *talk, const struct json *act)
{
	const char *word = find_progress(talk);
	size_t len = word && *word == ':' ? strspn(word + 1, "0123456789") : 0;
	unsigned long nr_sent;
	char *number;

	if (!len || len > 20 || word[1 + len] != ':' || !json_get(act, "annotations"))
		return;
	nr_sent = strtoul(word + 1 + len + 1, NULL, 10);
	if (!nr_sent || nr_sent > MAX_SENT)
		return;
	number = mem_copy(word + 1, len);
	str_set(&talk->found, number);
	free(number);
	talk->at = nr_sent;
}

static bool is_left(const struct talk *talk, const struct json *act)
{
	const struct json *all = json_get(act, "annotations");
	size_t nr = 0;

	for (const struct json *at = all ? json_first(all) : NULL; at; at = json_next(at))
		nr++;
	return nr > (talk->at + 1) * MAX_ANNOTATIONS;
}

/* A rehearsal's answer names no check; what would be sent is shown all the same. */
static void take_check(struct talk *talk)
{
	struct error ignored = ERROR_INIT;
	struct json *check =
		json_parse(talk->response->body.data, talk->response->body.len, &ignored);

	if (!check || !forge_take_number(talk, "id", check))
		str_set(&talk->found, "ID");
	json_free(check);
}

static enum talk_next answer_post(
	const struct forge *forge, struct talk *talk, const struct json *act)
{
	const struct http_response *response = talk->response;

	if (response->status == 400 && forge->accepted &&
		strstr(response->body.data, forge->accepted))
		return TALK_DONE;
	if (!talk_succeeded(talk))
		return forge_fail(forge, talk, act);
	if (!is_left(talk, act))
		return TALK_DONE;
	if (!talk->found)
		take_check(talk);
	talk->at++;
	add_progress(talk, false);
	return ask_post(forge, talk, act);
}

/* The acts' troubles are one; it is for good where all of them are. */
static enum talk_next end(struct talk *talk)
{
	if (talk->earlier.kind == ERR_NONE)
		return TALK_DONE;
	talk->error = talk->earlier;
	return talk->earlier.kind == ERR_USAGE ? TALK_REFUSED : TALK_LATER;
}

/* The number was kept in a file, which may have been edited. */
static bool is_numbered(const struct json *act)
{
	const char *number = text_in(act, "number");

	return *number && strlen(number) <= 20 && !number[strspn(number, "0123456789")];
}

static enum talk_next forge_start(const struct forge *forge, struct talk *talk)
{
	const struct json *act;

	while (is_act_done(talk))
		talk->stage++;
	act = act_of(talk);
	str_set(&talk->found, NULL);
	talk->at = 0;
	if (!act)
		return end(talk);
	if (!is_comment(act)) {
		resume_check(talk, act);
		return ask_post(forge, talk, act);
	}
	talk->at = 1;
	if (!is_numbered(act))
		return ask_page(forge, talk, act);
	str_set(&talk->found, text_in(act, "number"));
	return ask_comment(forge, talk, act);
}

static void forge_note(struct talk *talk, const struct json *act, enum talk_next next)
{
	struct error earlier = talk->earlier;
	bool for_good = next == TALK_REFUSED && earlier.kind != ERR_IO;

	error_set(&talk->earlier, for_good ? ERR_USAGE : ERR_IO, "%s%s%s: %s", earlier.text,
		*earlier.text ? "; " : "", text_in(act, "what"), talk->error.text);
}

/* What would be an address of another host, behind ours, is no path. */
static bool has_path(const struct json *act, const char *name)
{
	return *text_in(act, name) == '/';
}

static bool is_object_in(const struct json *act, const char *name)
{
	const struct json *member = json_get(act, name);

	return member && json_type(member) == JSON_OBJECT;
}

static bool is_act(const struct json *act)
{
	const struct json *json = json_get(act, "json"), *all = json_get(act, "annotations");

	if (json_type(act) != JSON_OBJECT || !has_path(act, "path"))
		return false;
	if (is_comment(act))
		return *text_in(act, "mark") && has_path(act, "update") &&
			(!is_issue(act) ||
				(is_object_in(act, "new") && is_object_in(act, "change") &&
					is_object_in(act, "twin")));
	return json && json_type(json) == JSON_OBJECT &&
		(!all || (json_type(all) == JSON_ARRAY && json_get(act, "output")));
}

/* A message that was kept may have been edited, or damaged. */
static bool is_whole(struct talk *talk)
{
	const struct json *acts = json_get(talk->body, "acts");
	bool whole = acts && json_type(acts) == JSON_ARRAY;

	for (const struct json *at = whole ? json_first(acts) : NULL; at; at = json_next(at))
		whole = whole && is_act(at);
	if (!whole)
		error_set(&talk->error, ERR_IO, "the kept message is incomplete");
	return whole;
}

/* Such a message is for one address; the token is not sent to any but ours. */
static bool is_for_us(const struct forge *forge, struct talk *talk)
{
	char *api = forge_api(forge, forge_settings(talk->outlet));
	bool same = strcmp(api, text_in(talk->body, "api")) == 0;

	if (!same)
		error_set(&talk->error, ERR_IO,
			"the message is for %.200s, and %.200s is what api_url or %s says",
			text_in(talk->body, "api"), api, forge->api_variable);
	free(api);
	return same;
}

static enum talk_next open_talk(const struct forge *forge, struct talk *talk)
{
	if (!is_whole(talk))
		return TALK_REFUSED;
	return is_for_us(forge, talk) ? forge_start(forge, talk) : TALK_LATER;
}

enum talk_next forge_step(const struct forge *forge, struct talk *talk)
{
	const struct json *act = act_of(talk);
	enum talk_next next;

	if (!talk->response)
		return open_talk(forge, talk);
	if (!act)
		return end(talk);
	next = is_comment(act) ? answer_comment(forge, talk, act) : answer_post(forge, talk, act);
	if (next == TALK_ASK)
		return next;
	if (next != TALK_DONE)
		forge_note(talk, act, next);
	if (next != TALK_LATER)
		add_progress(talk, true);
	if (next == TALK_LATER && forge_is_shut(talk->response))
		return end(talk);
	talk->stage++;
	return forge_start(forge, talk);
}

#define MAX_DETAILS 200

/* A primary limit is used up; a secondary one is for who asks too fast. */
static bool is_limited(const struct http_response *response)
{
	const char *left = http_header(response, "x-ratelimit-remaining");

	if (response->status == 429)
		return true;
	return response->status == 403 &&
		((left && strcmp(left, "0") == 0) || http_header(response, "retry-after") ||
			strcasestr(response->body.data, "rate limit"));
}

bool forge_is_shut(const struct http_response *response)
{
	return response->status == 401 || is_limited(response);
}

/* What GitHub says behind its "Validation Failed". */
static void add_details(const struct talk *talk, struct buf *out)
{
	const struct http_response *response = talk->response;
	struct error ignored = ERROR_INIT;
	struct json *json = json_parse(response->body.data, response->body.len, &ignored);
	const struct json *errors =
		json && json_type(json) == JSON_OBJECT ? json_get(json, "errors") : NULL;
	struct buf line = BUF_INIT, cut = BUF_INIT_MAX(MAX_DETAILS);

	if (errors) {
		json_print_line(errors, &line);
		while (line.len && line.data[line.len - 1] == '\n')
			line.data[--line.len] = '\0';
		secrets_mask(talk->secrets, &line);
		buf_add_printable(&cut, line.data);
		buf_addf(out, " %s", cut.data);
	}
	buf_release(&cut);
	buf_release(&line);
	json_free(json);
}

bool forge_is_of_fork(const struct json *body)
{
	const struct json *fork = json_get(body, "fork");

	return fork && json_type(fork) == JSON_BOOL && json_bool(fork);
}

static const struct forge_hint *find_hint(const struct forge *forge, const struct talk *talk)
{
	bool is_fork = forge_is_of_fork(talk->body);
	const struct http_response *response = talk->response;

	for (const struct forge_hint *hint = forge->hints; hint->status; hint++)
		if (hint->status == response->status && (is_fork || !hint->of_fork) &&
			(!hint->said || strstr(response->body.data, hint->said)))
			return hint;
	return NULL;
}

static void add_hint(const struct forge_hint *hint, const struct talk *talk, const struct json *act,
	struct buf *out)
{
	const struct json *detail = NULL;

	if (hint->detail)
		detail = json_get(act, hint->detail);
	if (hint->detail && !detail)
		detail = json_get(talk->body, hint->detail);
	buf_addf(out, "; %s", hint->hint);
	if (detail && json_type(detail) == JSON_TEXT)
		buf_addf(out, " %s", json_text(detail));
}

enum talk_next forge_fail(const struct forge *forge, struct talk *talk, const struct json *act)
{
	enum talk_next next = talk_fail(talk);
	const struct forge_hint *hint = find_hint(forge, talk);
	struct buf text = BUF_INIT;

	buf_adds(&text, talk->error.text);
	if (is_limited(talk->response)) {
		buf_adds(&text, "; it is asked too often");
		next = TALK_LATER;
	} else if (hint) {
		add_hint(hint, talk, act, &text);
		next = hint->next;
	} else {
		add_details(talk, &text);
	}
	error_set(&talk->error, ERR_IO, "%s", text.data);
	buf_release(&text);
	return next;
}
