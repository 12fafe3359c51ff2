/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/history_run.h"

#include "base/array.h"
#include "base/str.h"

bool history_run_is_of_competitor(const struct history_run *run)
{
	return run->branch && str_starts(run->branch, HISTORY_COMPETITOR);
}

void history_add_name(const char *name, size_t most, struct buf *to)
{
	struct buf first = BUF_INIT;

	buf_addf(&first, "%.*s", (int)most, name);
	buf_add_printable(to, first.data);
	buf_release(&first);
}

void history_run_release(struct history_run *run)
{
	free(run->id);
	free(run->commit);
	free(run->branch);
	free(run->tag);
	free(run->machine);
	free(run->toolchain);
}

void history_runs_release(struct history_runs *runs)
{
	for (size_t i = 0; i < runs->nr; i++)
		history_run_release(&runs->items[i]);
	ARRAY_RELEASE(runs);
}
