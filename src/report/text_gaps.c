/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/gap_columns.h"
#include "report/text_parts.h"

void text_gaps(const struct page *page, bool blank_line_before)
{
	const struct gaps *gaps = gaps_of(page->verdict);

	if (!gaps)
		return;
	if (blank_line_before)
		buf_addc(page->out, '\n');
	if (gaps->nr)
		columns_add(gap_columns, gap_nr_columns(gaps),
			(struct rows){ gaps->items, gaps->nr, sizeof *gaps->items },
			page->style->width, page->out);
	for (size_t i = 0; i < gaps->notes.nr; i++)
		buf_addf(page->out, "note: %s\n", gaps->notes.items[i]);
}
