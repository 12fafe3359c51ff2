/* SPDX-License-Identifier: GPL-3.0-or-later */
/* github-action-benchmark keeps what is better smaller and what is better bigger in two files. */
#include "report/formats.h"

#include "base/json.h"
#include "report/cells.h"
#include "report/describe.h"

#include <math.h>

static void add_entry(
	const struct verdict *verdict, const struct comparison *comparison, struct json *to)
{
	struct json *entry = json_add_object(to, NULL);
	struct buf name = BUF_INIT, range = BUF_INIT, extra = BUF_INIT;

	verdict_add_name(comparison, &name);
	buf_addf(&extra, "%s: ", verdict_word_name(comparison->word));
	describe_reason(verdict, comparison, &extra);
	json_add_text(entry, "name", name.data);
	json_add_text(entry, "unit", comparison->metric->unit);
	json_add_number(entry, "value", comparison->estimate.value);
	cells_spread(comparison, &range);
	if (range.len)
		json_add_text(entry, "range", range.data);
	json_add_text(entry, "extra", extra.data);
	buf_release(&extra);
	buf_release(&range);
	buf_release(&name);
}

static void gab_add_all(const struct verdict *verdict, bool bigger, struct buf *out)
{
	struct json *root = json_new_array();

	for (size_t i = 0; i < verdict->nr; i++) {
		const struct comparison *comparison = &verdict->items[i];

		if (comparison->metric && comparison->metric->more_is_better == bigger &&
			!comparison->is_limit && isfinite(comparison->estimate.value))
			add_entry(verdict, comparison, root);
	}
	json_print(root, out);
	json_free(root);
}

void gab_smaller(const struct verdict *verdict, struct buf *out)
{
	gab_add_all(verdict, false, out);
}

void gab_bigger(const struct verdict *verdict, struct buf *out)
{
	gab_add_all(verdict, true, out);
}
