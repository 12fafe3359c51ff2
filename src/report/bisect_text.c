/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bisect_report.h"

#include "report/bisect_words.h"

static void add_text_line(enum bisect_line kind, const char *text, struct buf *out)
{
	static const char *const before[] = { [BISECT_LINE_PLAIN] = "",
		[BISECT_LINE_HEADING] = "\n",
		[BISECT_LINE_ITEM] = "  ",
		[BISECT_LINE_DETAIL] = "          " };

	buf_adds(out, before[kind]);
	buf_add_printable(out, text);
	buf_addc(out, '\n');
}

static void add_step_line(const struct bisect_step *step, bool is_named, struct buf *out)
{
	struct buf words = BUF_INIT;

	buf_addf(out, "  %.*s with %.*s  ", BISECT_SHORT_HASH, step->head, BISECT_SHORT_HASH,
		step->base);
	if (is_named)
		buf_addf(&words, "%s  ", step->benchmark);
	bisect_words_step(step, &words);
	buf_add_printable(out, words.data);
	if (step->nr_units)
		buf_addf(out, "  (%zu units, %.1f s)", (size_t)step->nr_units, step->seconds);
	buf_addc(out, '\n');
	buf_release(&words);
}

void bisect_text(const struct bisect_account *account, struct buf *out)
{
	bisect_words_findings(account, add_text_line, out);
	if (account->steps.nr)
		buf_adds(out, "\nsteps:\n");
	for (size_t i = 0; i < account->steps.nr; i++)
		add_step_line(&account->steps.items[i], account->subjects.nr > 1, out);
	buf_addc(out, '\n');
	bisect_words_cost(account, out);
	buf_addc(out, '\n');
	buf_defuse(out);
}
