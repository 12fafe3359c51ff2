/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bisect_report.h"

#include "report/bisect_words.h"
#include "report/escape.h"

static void add_markdown_line(enum bisect_line kind, const char *text, struct buf *out)
{
	static const char *const before[] = { [BISECT_LINE_PLAIN] = "",
		[BISECT_LINE_HEADING] = "\n### ",
		[BISECT_LINE_ITEM] = "- ",
		[BISECT_LINE_DETAIL] = "  - " };

	buf_adds(out, before[kind]);
	escape_markdown(out, text);
	buf_adds(out, kind == BISECT_LINE_ITEM || kind == BISECT_LINE_DETAIL ? "\n" : "\n\n");
}

static void add_step_cells(const struct bisect_step *step, struct buf *out)
{
	struct buf words = BUF_INIT;

	bisect_words_step(step, &words);
	buf_addf(out, "| `%.*s` | `%.*s` | ", BISECT_SHORT_HASH, step->head, BISECT_SHORT_HASH,
		step->base);
	escape_code(out, step->benchmark, true);
	buf_adds(out, " | ");
	escape_markdown(out, words.data);
	buf_addf(out, " | %zu | %.1f |\n", (size_t)step->nr_units, step->seconds);
	buf_release(&words);
}

void bisect_markdown(const struct bisect_account *account, struct buf *out)
{
	buf_adds(out, "## Bisection\n\n");
	bisect_words_findings(account, add_markdown_line, out);
	if (account->steps.nr)
		buf_adds(out,
			"\n| Head | Base | Benchmark | What it says | Units | Seconds |\n|---|---|---|---|---:|---:|\n");
	for (size_t i = 0; i < account->steps.nr; i++)
		add_step_cells(&account->steps.items[i], out);
	buf_addc(out, '\n');
	bisect_words_cost(account, out);
	buf_addc(out, '\n');
}
