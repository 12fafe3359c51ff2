/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/probe.h"

#include "base/str.h"
#include "harness/sitting.h"

#include <stdlib.h>

/* One window of it is 10 ms. */
#define WARM_NS UINT64_C(20000000)

static int probe_converse(
	struct sitting *sitting, const struct bench *bench, const struct plan *plan, int watch)
{
	struct fault fault = FAULT_INIT;

	return sitting_begin_watched(sitting, bench, plan, watch, &fault) ||
			sitting_warm(sitting, WARM_NS, &fault) || sitting_finish(sitting, &fault)
		? -1
		: 0;
}

bool probe_files(const struct bench *bench, const struct plan *plan, struct watched *files)
{
	int watch = watch_open();
	struct sitting sitting = { .plan = NULL };
	int rc = watch < 0 ? 0 : probe_converse(&sitting, bench, plan, watch);

	sitting_end(&sitting);
	sitting_release(&sitting);
	process_sweep();
	watch_read(watch, files);
	if (!rc)
		return true;
	free(files->unknown);
	files->unknown = str_dup("the process that looks at its files failed");
	return false;
}
