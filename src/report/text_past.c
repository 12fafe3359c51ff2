/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/past_words.h"
#include "report/text_parts.h"

#define MAX_LINES 20

struct lines {
	const struct page *page;
	size_t nr;
};

static void text_past_add_line(const char *name, const struct past_word *word, void *context)
{
	struct lines *lines = context;
	struct buf *out = lines->page->out;

	if (lines->nr++ >= MAX_LINES && !lines->page->style->verbose)
		return;
	buf_addf(out, "history: %s%s%s\n", name ? name : "", name ? ": " : "", word->text);
	if (word->command)
		buf_addf(out, "         settle it: %s\n", word->command);
}

void text_past(const struct page *page)
{
	struct lines lines = { page, 0 };

	past_words_each(page->verdict, text_past_add_line, &lines);
	if (lines.nr > MAX_LINES && !page->style->verbose)
		buf_addf(page->out, "history: %zu more: -v, or the other reports\n",
			lines.nr - MAX_LINES);
}
