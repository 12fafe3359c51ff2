/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/fill.h"

#include "base/str.h"

#include <string.h>

static const char *id_of(const struct content *content)
{
	return content->id;
}

static const char *fill_title_of(const struct content *content)
{
	return content->title;
}

static const char *severity_of(const struct content *content)
{
	return urgency_words[content->urgency];
}

static const char *status_of(const struct content *content)
{
	return content->verdict ? verdict_word_name(content->verdict->word) : "";
}

static const char *cause_of(const struct content *content)
{
	return content->cause ? content->cause : "";
}

static const char *fill_commit_of(const struct content *content)
{
	return content->ci->commit;
}

static const char *branch_of(const struct content *content)
{
	return content->ci->branch;
}

static const char *repository_of(const struct content *content)
{
	return content->ci->repository;
}

static const char *pull_request_of(const struct content *content)
{
	return content->ci->pull_request;
}

static const char *job_url_of(const struct content *content)
{
	return content->ci->job_url;
}

static void add_alerts(const struct content *content, struct buf *out)
{
	for (size_t i = 0; i < content->nr; i++) {
		if (i)
			buf_addc(out, '\n');
		content_add_line(content->notices[i]->text, out);
	}
}

static void add_benchmark_names(const struct content *content, struct buf *out)
{
	for (size_t i = 0; i < content->nr; i++)
		buf_addf(out, "%s%s", i ? "," : "", content->notices[i]->benchmark);
}

static void fill_add_count(const struct content *content, struct buf *out)
{
	buf_addf(out, "%zu", content->nr);
}

static void write_alerts(const struct content *content, struct json *to, const char *name)
{
	struct json *all = json_new_object();

	content_write(content, all);
	json_add_copy(to, name, json_get(all, "alerts"));
	json_free(all);
}

static void write_count(const struct content *content, struct json *to, const char *name)
{
	json_add_number(to, name, (double)content->nr);
}

/* What a placeholder is as a text: what it points to, or what is added; and by itself, where that
 * is no text. */
static const struct placeholder {
	const char *name;
	const char *(*text)(const struct content *content);
	void (*add)(const struct content *content, struct buf *out);
	void (*write)(const struct content *content, struct json *to, const char *name);
} placeholders[] = {
	{ "id", id_of, NULL, NULL },
	{ "title", fill_title_of, NULL, NULL },
	{ "severity", severity_of, NULL, NULL },
	{ "status", status_of, NULL, NULL },
	{ "cause", cause_of, NULL, NULL },
	{ "text", NULL, content_add_text, NULL },
	{ "alerts", NULL, add_alerts, write_alerts },
	{ "count", NULL, fill_add_count, write_count },
	{ "benchmarks", NULL, add_benchmark_names, NULL },
	{ "commit_hash", fill_commit_of, NULL, NULL },
	{ "branch", branch_of, NULL, NULL },
	{ "repository", repository_of, NULL, NULL },
	{ "pull_request", pull_request_of, NULL, NULL },
	{ "job_url", job_url_of, NULL, NULL },
	{ NULL, NULL, NULL, NULL },
};

static const struct placeholder *placeholder_of(struct brace_piece piece)
{
	const struct placeholder *row = placeholders;

	while (row->name && (strncmp(row->name, piece.at, piece.len) != 0 || row->name[piece.len]))
		row++;
	return row->name ? row : NULL;
}

static int fill_unknown_placeholder(struct brace_piece piece, const char *place, struct error *err)
{
	char *name = mem_copy(piece.at, piece.len < 40 ? piece.len : 40);
	struct str_nearest nearest = str_nearest(name);
	struct buf known = BUF_INIT, shown = BUF_INIT;

	for (const struct placeholder *row = placeholders; row->name; row++) {
		str_nearest_offer(&nearest, row->name);
		buf_addf(&known, "%s{%s}", known.len ? ", " : "", row->name);
	}
	buf_add_printable(&shown, name);
	if (nearest.best)
		error_set(err, ERR_USAGE, "%s: {%s} is no placeholder; did you mean {%s}?", place,
			shown.data, nearest.best);
	else
		error_set(err, ERR_USAGE,
			"%s: {%s} is no placeholder; there are %s, and a brace itself is {{ or }}",
			place, shown.data, known.data);
	buf_release(&known);
	buf_release(&shown);
	free(name);
	return -1;
}

static int check_text(const char *text, const char *place, struct error *err)
{
	struct brace_piece piece;

	for (; *text; text = piece.next) {
		piece = brace_piece(text);
		if (piece.type == BRACE_OPEN || piece.type == BRACE_CLOSE)
			return error_set(err, ERR_USAGE,
				"%s has a %c that stands alone; a brace itself is {{ or }}", place,
				*piece.at);
		if (piece.type == BRACE_PLACEHOLDER && !placeholder_of(piece))
			return fill_unknown_placeholder(piece, place, err);
	}
	return 0;
}

/* The variable's name, or NULL. */
static const char *secret_place(const struct json *value)
{
	const struct json *only = json_type(value) == JSON_OBJECT ? json_first(value) : NULL;

	return only && !json_next(only) && strcmp(json_name(only), "env") == 0 &&
			json_type(only) == JSON_TEXT && *json_text(only)
		? json_text(only)
		: NULL;
}

static int check_member(const struct json *member, const char *place, struct error *err)
{
	const char *name = json_name(member);

	if (json_type(member) == JSON_TEXT && !strchr(json_text(member), '{') &&
		secrets_go_by(name, strlen(name)))
		return error_set(err, ERR_USAGE,
			"%s looks like a secret, and a secret itself has no place in this file; say {\"env\": \"NAME\"}",
			place);
	return fill_check(member, place, err);
}

int fill_check(const struct json *pattern, const char *place, struct error *err)
{
	enum json_type type = json_type(pattern);
	size_t nr = 0;
	int rc = 0;

	if (type == JSON_TEXT)
		return check_text(json_text(pattern), place, err);
	if (secret_place(pattern) && !policy_is_variable(secret_place(pattern)))
		return error_set(err, ERR_USAGE, "%s.env must be %s", place, POLICY_VARIABLE_RIGHT);
	if ((type != JSON_OBJECT && type != JSON_ARRAY) || secret_place(pattern))
		return 0;
	for (const struct json *at = json_first(pattern); at && !rc; at = json_next(at)) {
		struct buf inner = BUF_INIT;

		if (type == JSON_OBJECT)
			buf_addf(&inner, "%s.%.60s", place, json_name(at));
		else
			buf_addf(&inner, "%s[%zu]", place, nr++);
		rc = type == JSON_OBJECT ? check_member(at, inner.data, err)
					 : fill_check(at, inner.data, err);
		buf_release(&inner);
	}
	return rc;
}

static void add_placeholder(
	const struct placeholder *row, const struct content *content, struct buf *out)
{
	if (row->text)
		buf_adds(out, row->text(content));
	else
		row->add(content, out);
}

static void fill_text(
	const char *text, const struct content *content, struct json *to, const char *name)
{
	struct brace_piece piece = brace_piece(text);
	struct buf out = BUF_INIT;

	if (piece.type == BRACE_PLACEHOLDER && !*piece.next && placeholder_of(piece)->write) {
		placeholder_of(piece)->write(content, to, name);
		return;
	}
	for (; *text; text = piece.next) {
		piece = brace_piece(text);
		if (piece.type == BRACE_PLACEHOLDER)
			add_placeholder(placeholder_of(piece), content, &out);
		else
			buf_add(&out, piece.at, piece.len);
	}
	json_add_text(to, name, out.data);
	buf_release(&out);
}

static void fill_value(
	const struct json *value, const struct content *content, struct json *to, const char *name)
{
	enum json_type type = json_type(value);
	struct json *inner;

	if (type == JSON_OBJECT && !secret_place(value)) {
		fill(value, content, json_add_object(to, name));
	} else if (type == JSON_ARRAY) {
		inner = json_add_array(to, name);
		for (const struct json *at = json_first(value); at; at = json_next(at))
			fill_value(at, content, inner, NULL);
	} else if (type == JSON_TEXT && *json_text(value)) {
		fill_text(json_text(value), content, to, name);
	} else {
		json_add_copy(to, name, value);
	}
}

void fill(const struct json *pattern, const struct content *content, struct json *to)
{
	for (const struct json *at = json_first(pattern); at; at = json_next(at))
		fill_value(at, content, to, json_name(at));
}

static int reveal(const struct json *pattern, const struct json *filled, struct secrets *secrets,
	struct json *to, struct error *err)
{
	const char *name = json_name(filled);
	struct secret_place place = { .env = (char *)secret_place(pattern) };
	const char *secret;

	if (!place.env && json_type(pattern) == JSON_OBJECT && json_type(filled) == JSON_OBJECT)
		return fill_secrets(pattern, filled, secrets, json_add_object(to, name), err);
	if (!place.env) {
		json_add_copy(to, name, filled);
		return 0;
	}
	secret = secrets_get(secrets, &place, err);
	json_add_text(to, name, secret);
	return secret ? 0 : -1;
}

int fill_secrets(const struct json *pattern, const struct json *filled, struct secrets *secrets,
	struct json *to, struct error *err)
{
	int rc = 0;

	for (const struct json *at = json_first(filled); at; at = json_next(at)) {
		const struct json *same = pattern ? json_get(pattern, json_name(at)) : NULL;

		if (!same)
			json_add_copy(to, json_name(at), at);
		else if (reveal(same, at, secrets, to, err))
			rc = -1;
	}
	return rc;
}
