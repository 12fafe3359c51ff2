/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The member "explained" of a benchmark, which only those have that were explained; and its stacks
 * alone, as a flame graph takes them. */
#ifndef MODEL_KEPT_EXPLANATION_JSON_H
#define MODEL_KEPT_EXPLANATION_JSON_H

#include "base/error.h"
#include "base/json.h"
#include "model/kept_explanation.h"

void kept_explanation_json_add(struct json *to, const struct kept_explanation *kept);

/* Into one that is all zero; the caller releases it, whatever came of it. */
int kept_explanation_json_read(const struct json *from, struct kept_explanation *kept,
	const char *where, struct error *err);

/* Adds unit, functions, files, stacks and left_out. */
void kept_explanation_json_add_stacks(struct json *to, const struct kept_explanation *kept);

#endif
