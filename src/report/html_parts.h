/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of the page for a browser, for html.c and their tests. Without its script the page is
 * whole but for sorting, filtering and plots. */
#ifndef REPORT_HTML_PARTS_H
#define REPORT_HTML_PARTS_H

#include "base/buf.h"
#include "gate/verdict.h"

/* Two rows a comparison, what says most first: its cells, and what unfolds beneath them. The row's
 * id is HTML_ID and the comparison's place in the verdict. */
#define HTML_ID "c"
void html_table(const struct verdict *verdict, struct buf *out);

/* What unfolds: the reason, the figures, and a place for the plots. */
void html_detail(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out);

/* What the plots show, as JSON that fits into a script element: {"comparisons": [...]}, in the
 * order of the verdict. */
void html_data(const struct verdict *verdict, struct buf *out);

/* The head of the page: what it comes to, what needs a look, what to do next. */
void html_summary(const struct verdict *verdict, struct buf *out);

/* The comparison's word, which looks like what it does to the run. */
void html_add_word(
	const struct verdict *verdict, const struct comparison *comparison, struct buf *out);

/* Does the run's word depend on it, or should people know of it? */
bool html_needs_a_look(const struct verdict *verdict, const struct comparison *comparison);

#endif
