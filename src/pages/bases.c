/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pages/bases.h"

#include "base/array.h"
#include "store/baseline.h"
#include "store/shelf.h"
#include "sys/folder.h"

#include <math.h>
#include <string.h>

static void read_one(struct bases *bases, const char *path)
{
	struct base_of base = { .run = RUN_INIT };
	struct error ignored = ERROR_INIT;

	if (baseline_read(path, &base.run, &ignored)) {
		run_release(&base.run);
		return;
	}
	env_machine(&base.run.env, base.machine);
	*ARRAY_ADD(bases) = base;
}

void bases_read(struct bases *bases, const char *folder)
{
	struct error ignored = ERROR_INIT;
	struct texts names = { 0 };

	folder_list(folder, ".json", &names, &ignored);
	for (size_t i = 0; i < names.nr; i++) {
		struct buf path = BUF_INIT;

		buf_addf(&path, "%s/%s", folder, names.items[i]);
		if (strcmp(names.items[i], SHELF_ACCEPTED) != 0)
			read_one(bases, path.data);
		buf_release(&path);
	}
	texts_release(&names);
}

void bases_release(struct bases *bases)
{
	for (size_t i = 0; i < bases->nr; i++)
		run_release(&bases->items[i].run);
	ARRAY_RELEASE(bases);
}

double bases_level(const struct bases *bases, const struct series *series)
{
	for (size_t i = 0; i < bases->nr && !series->in_turn; i++) {
		const struct base_of *base = &bases->items[i];
		const struct result *result = strcmp(base->machine, series->machine) == 0
			? run_find(&base->run, series->benchmark)
			: NULL;
		const struct metric *metric =
			result ? metrics_find(&result->metrics, series->metric) : NULL;

		if (metric && strcmp(metric->unit, series->unit) == 0)
			return metric_level(metric);
	}
	return NAN;
}
