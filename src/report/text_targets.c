/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/text_parts.h"

#include "report/columns.h"
#include "report/targets.h"

static void fill_metric(const void *row, struct buf *cell)
{
	targets_add_metric(row, cell);
}

static void fill_limit(const void *row, struct buf *cell)
{
	targets_add_limit(row, cell);
}

static void fill_current(const void *row, struct buf *cell)
{
	targets_add_current(row, cell);
}

static void fill_status(const void *row, struct buf *cell)
{
	buf_adds(cell, targets_status(row));
}

void text_targets(const struct page *page, bool blank_line_before)
{
	static const struct column columns[] = {
		{ "Metric", fill_metric, 0 },
		{ "Target", fill_limit, 0 },
		{ "Current", fill_current, 0 },
		{ "Status", fill_status, 0 },
	};
	struct targets targets = targets_of(page->verdict);

	if (targets.nr && blank_line_before)
		buf_addc(page->out, '\n');
	if (targets.nr)
		columns_add(columns, sizeof columns / sizeof *columns,
			(struct rows){ targets.items, targets.nr, sizeof *targets.items },
			page->style->width, page->out);
	targets_release(&targets);
}
