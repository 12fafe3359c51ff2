/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/history_run.h"

#include "base/array.h"

void history_runs_release(struct history_runs *runs)
{
	for (size_t i = 0; i < runs->nr; i++) {
		free(runs->items[i].id);
		free(runs->items[i].commit);
		free(runs->items[i].branch);
		free(runs->items[i].tag);
		free(runs->items[i].machine);
		free(runs->items[i].toolchain);
	}
	ARRAY_RELEASE(runs);
}
