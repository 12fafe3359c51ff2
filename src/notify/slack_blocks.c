/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/slack_blocks.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

/* Slack's limits are in characters; bytes are never fewer. */
#define MAX_HEADER 150
#define MAX_SECTION 3000
#define MAX_FIELD 2000
#define MAX_TEXT 4000
/* Not Slack's: of more, nobody would read more. */
#define MAX_LINE 600
#define SHORT_COMMIT 12
#define MAX_LINES 40
#define MAX_LINE_BYTES 12000

#define CUT "\xe2\x80\xa6" /* three dots */
#define BULLET "\xe2\x80\xa2"

/* As much as fits, in one line. In Slack's markup three characters begin what is not text. */
static void add_cut(struct buf *out, size_t max, const char *text, bool in_markup)
{
	static const char *const entities[] = { "&amp;", "&lt;", "&gt;" };
	struct buf clean = BUF_INIT;

	news_add_line(text, &clean);
	for (const char *at = clean.data; *at; at += str_utf8_len(at)) {
		const char *special = in_markup ? strchr("&<>", *at) : NULL;
		const char *piece = special ? entities[special - "&<>"] : at;
		size_t len = special ? strlen(piece) : str_utf8_len(at);

		if (out->len + len + strlen(CUT) > max) {
			buf_adds(out, CUT);
			break;
		}
		buf_add(out, piece, len);
	}
	buf_release(&clean);
}

static void write_text(struct json *to, const char *name, const char *type, const char *text)
{
	struct json *object = json_add_object(to, name);

	json_add_text(object, "type", type);
	json_add_text(object, "text", text);
	/* Else Slack would look for names and addresses in it. */
	if (strcmp(type, "mrkdwn") == 0)
		json_add_bool(object, "verbatim", true);
	else
		json_add_bool(object, "emoji", false);
}

static void add_header(const char *title, struct json *blocks)
{
	struct json *block = json_add_object(blocks, NULL);
	struct buf text = BUF_INIT;

	add_cut(&text, MAX_HEADER, title, false);
	json_add_text(block, "type", "header");
	write_text(block, "text", "plain_text", text.data);
	buf_release(&text);
}

static void add_section(struct buf *text, struct json *blocks)
{
	struct json *block;

	if (!text->len)
		return;
	block = json_add_object(blocks, NULL);
	json_add_text(block, "type", "section");
	write_text(block, "text", "mrkdwn", text->data);
	buf_clear(text);
}

static void add_field(const char *name, const char *value, struct json *fields)
{
	struct buf text = BUF_INIT;

	if (!value || !*value)
		return;
	buf_addf(&text, "*%s*\n", name);
	add_cut(&text, MAX_FIELD, value, true);
	write_text(fields, NULL, "mrkdwn", text.data);
	buf_release(&text);
}

static void add_fields(const struct news *news, struct json *blocks)
{
	struct json *block = json_add_object(blocks, NULL), *fields;
	char *commit =
		mem_copy(news->occasion->commit, strnlen(news->occasion->commit, SHORT_COMMIT));

	json_add_text(block, "type", "section");
	fields = json_add_array(block, "fields");
	add_field("Severity", urgency_words[news->urgency], fields);
	if (news->verdict)
		add_field("Status", verdict_word_name(news->verdict->word), fields);
	add_field("Repository", news->occasion->repository, fields);
	add_field("Branch", news->occasion->branch, fields);
	add_field("Change", news->occasion->pull_request, fields);
	add_field("Commit", commit, fields);
	free(commit);
}

static void add_lines(const struct news *news, struct json *blocks)
{
	struct buf section = BUF_INIT, line = BUF_INIT;
	size_t nr_bytes = 0, i;

	for (i = 0; i < news->nr && i < MAX_LINES && nr_bytes < MAX_LINE_BYTES; i++) {
		const struct notice *notice = news->notices[i];

		buf_clear(&line);
		buf_addf(&line, BULLET " *%s*, %s: ", urgency_words[notice->urgency],
			notice_words[notice->kind]);
		add_cut(&line, MAX_LINE, notice->text, true);
		nr_bytes += line.len;
		if (section.len + line.len + 1 > MAX_SECTION)
			add_section(&section, blocks);
		buf_addf(&section, "%s%s", section.len ? "\n" : "", line.data);
	}
	add_section(&section, blocks);
	if (i < news->nr) {
		buf_addf(&section, "and %zu more", news->nr - i);
		add_section(&section, blocks);
	}
	buf_release(&section);
	buf_release(&line);
}

static bool is_link(const char *url)
{
	return (str_starts(url, "https://") || str_starts(url, "http://")) &&
		!strpbrk(url, "<>| \"");
}

static void add_link(const char *url, struct json *blocks)
{
	struct buf text = BUF_INIT;
	struct json *block;

	if (!*url)
		return;
	if (is_link(url))
		buf_addc(&text, '<');
	add_cut(&text, MAX_FIELD, url, true);
	if (is_link(url))
		buf_adds(&text, "|The job>");
	block = json_add_object(blocks, NULL);
	json_add_text(block, "type", "context");
	write_text(json_add_array(block, "elements"), NULL, "mrkdwn", text.data);
	buf_release(&text);
}

static void add_fallback(const struct news *news, struct json *body)
{
	struct buf text = BUF_INIT;

	add_cut(&text, MAX_LINE, news->title, true);
	if (news->nr) {
		buf_adds(&text, ": ");
		add_cut(&text, MAX_TEXT, news->notices[0]->text, true);
	}
	json_add_text(body, "text", text.data);
	buf_release(&text);
}

void slack_blocks_add(const struct news *news, struct json *body)
{
	struct json *blocks;
	struct buf cause = BUF_INIT;

	add_fallback(news, body);
	blocks = json_add_array(body, "blocks");
	add_header(news->title, blocks);
	if (news->cause)
		add_cut(&cause, MAX_SECTION, news->cause, true);
	add_section(&cause, blocks);
	add_fields(news, blocks);
	add_lines(news, blocks);
	add_link(news->occasion->job_url, blocks);
	buf_release(&cause);
}
