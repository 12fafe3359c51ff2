/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notify/email_parts.h"

#include "base/str.h"
#include "report/escape.h"

/* Of more, nobody would read more. */
#define MAX_NOTICES 500

struct fact_row {
	const char *name;
	const char *value; /* NULL or "": it is left out */
};

#define NR_FACTS 5

static void take_facts(const struct news *news, struct fact_row known[NR_FACTS])
{
	const struct occasion *occasion = news->occasion;
	const struct fact_row all[NR_FACTS] = {
		{ "Status", news->verdict ? verdict_word_name(news->verdict->word) : NULL },
		{ "Repository", occasion->repository },
		{ "Change", occasion->pull_request },
		{ "Branch", occasion->branch },
		{ "Commit", occasion->commit },
	};

	for (size_t i = 0; i < NR_FACTS; i++)
		known[i] = all[i];
}

static struct news shown_of(const struct news *news)
{
	struct news shown = *news;

	if (shown.nr > MAX_NOTICES)
		shown.nr = MAX_NOTICES;
	return shown;
}

void email_add_text(const struct news *news, struct buf *out)
{
	struct news shown = shown_of(news);
	struct fact_row known[NR_FACTS];

	news_add_text(&shown, out);
	if (shown.nr < news->nr)
		buf_addf(out, "and %zu more\n", news->nr - shown.nr);
	buf_addc(out, '\n');
	take_facts(news, known);
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

static void add_notice(const struct notice *notice, struct buf *out)
{
	static const char *const colours[] = {
		[URGENCY_INFO] = "#1a7f37",
		[URGENCY_WARNING] = "#9a6700",
		[URGENCY_CRITICAL] = "#cf222e",
	};
	struct buf line = BUF_INIT;

	buf_addf(out, "<tr><td " CELL "><strong style=\"color:%s\">%s</strong>, %s</td>\n",
		colours[notice->urgency], urgency_words[notice->urgency],
		notice_words[notice->kind]);
	add_element(out, "<td " CELL ">", notice->benchmark, "");
	if (*notice->metric)
		add_element(out, " (", notice->metric, ")");
	news_add_line(notice->text, &line);
	add_element(out, "</td>\n<td " CELL ">", line.data, "</td></tr>\n");
	buf_release(&line);
}

static void add_notices(const struct news *news, struct buf *out)
{
	struct news shown = shown_of(news);

	buf_adds(out,
		"<table style=\"border-collapse:collapse\">\n<tr><th " CELL
		">Severity</th><th " CELL ">Benchmark</th><th " CELL ">Message</th></tr>\n");
	for (size_t i = 0; i < shown.nr; i++)
		add_notice(shown.notices[i], out);
	buf_adds(out, "</table>\n");
	if (shown.nr < news->nr)
		buf_addf(out, "<p>and %zu more</p>\n", news->nr - shown.nr);
}

void email_add_html(const struct news *news, struct buf *out)
{
	const char *url = news->occasion->job_url;
	struct fact_row known[NR_FACTS];

	add_element(out, "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>",
		news->title, "</title></head>\n");
	add_element(out, "<body style=\"font-family:sans-serif\">\n<h1 style=\"font-size:1.2em\">",
		news->title, "</h1>\n");
	if (news->cause)
		add_element(out, "<p>", news->cause, "</p>\n");
	add_notices(news, out);
	take_facts(news, known);
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
