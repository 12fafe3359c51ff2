/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `compare --explain` keeps of a benchmark, with names that somebody else chose. */
#ifndef SUPPORT_EXPLAINED_H
#define SUPPORT_EXPLAINED_H

#include "base/array.h"
#include "base/str.h"
#include "model/result.h"

static inline void explain_result(struct result *result)
{
	static const struct kept_stack stacks[] = { { 0, 0, { 0, 0 } }, { 1, 0, { 10, 10 } },
		{ 2, 1, { 0, 20 } } };
	struct kept_explanation *kept = mem_alloc(1, sizeof *kept);

	kept->base = str_dup("v1");
	kept->head = str_dup("v2");
	kept->summary = str_dup("most of it is in f");
	kept->unit = str_dup("instructions");
	kept->iterations = 10;
	kept->report = str_dup("all that\n\twas \033[31mfound\n");
	kept->code = str_dup("ret\n");
	texts_add(&kept->names, result->name);
	texts_add(&kept->names, "</script>;g");
	texts_add(&kept->names, "f\033[0m");
	for (size_t i = 0; i < kept->names.nr; i++)
		texts_add(&kept->files, "");
	for (size_t i = 0; i < sizeof stacks / sizeof *stacks; i++)
		*ARRAY_ADD(&kept->stacks) = stacks[i];
	result->explained = kept;
}

#endif
