/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/kept_explanation.h"

#include "base/array.h"

void kept_explanation_release(struct kept_explanation *kept)
{
	free(kept->base);
	free(kept->head);
	free(kept->base_commit);
	free(kept->tool);
	free(kept->summary);
	free(kept->cause);
	free(kept->function);
	free(kept->file);
	free(kept->unit);
	free(kept->report);
	free(kept->code);
	texts_release(&kept->names);
	texts_release(&kept->files);
	ARRAY_RELEASE(&kept->stacks);
}

void kept_explanation_free(struct kept_explanation *kept)
{
	if (!kept)
		return;
	kept_explanation_release(kept);
	free(kept);
}

/* A stack stands behind the one that called it. */
double *kept_explanation_all(const struct kept_explanation *kept, int side)
{
	double *all = mem_alloc(kept->stacks.nr + 1, sizeof *all);

	for (size_t i = 0; i < kept->stacks.nr; i++)
		all[i] = kept->stacks.items[i].own[side];
	for (size_t i = kept->stacks.nr; i-- > 1;)
		all[kept->stacks.items[i].parent] += all[i];
	return all;
}
