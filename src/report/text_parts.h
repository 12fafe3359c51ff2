/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the report on a terminal is put together from. */
#ifndef REPORT_TEXT_PARTS_H
#define REPORT_TEXT_PARTS_H

#include "report/text.h"

#define TEXT_DIM "\033[2m"

/* What all parts need; borrowed. */
struct page {
	const struct verdict *verdict;
	const struct text_style *style;
	bool marks; /* sides that are not comparable are compared all the same, and every line of
		       them says so */
	struct buf *out;
};

/* In that color, where there are colors and it is not "". */
void text_add(const struct page *page, const char *color, const char *text);

const char *text_word_color(enum verdict_word word);

/* Does the policy let what usually fails a run off with a warning? */
bool text_only_warns(const struct verdict *verdict, const struct comparison *comparison);

/* The word that goes with the comparison's line, or NULL. */
const char *text_mark(const struct page *page, const struct comparison *comparison);

/* What there is to worry about, the most serious first; with a blank line behind it. */
void text_troubles(const struct page *page);

/* A row a metric. */
void text_table(const struct page *page);

/* A row a budget; nothing where there is none. */
void text_targets(const struct page *page, bool blank_line_before);

/* A row for each gap to a competitor; nothing where there is none. */
void text_gaps(const struct page *page, bool blank_line_before);

/* How each benchmark was measured and compared. */
void text_how(const struct page *page);

/* What doctor --calibrate says that this machine will not see of what was asked for. */
void text_blind(const struct page *page);

/* What the history says of the present. */
void text_past(const struct page *page);

/* The last line. */
void text_sum(const struct page *page);

#endif
