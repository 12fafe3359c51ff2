/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The condition of an alert rule: "change_percent > 10 AND p_value < 0.05". Facts compared with
 * numbers and texts, AND OR NOT and parentheses. What is not to be had makes a comparison neither
 * true nor false, and NOT does not turn that into truth.
 */
#ifndef GATE_CONDITION_H
#define GATE_CONDITION_H

#include "base/error.h"
#include "gate/facts.h"

/* Bytes, and parentheses and NOTs within each other. */
#define CONDITION_MAX 2000
#define CONDITION_MAX_NESTED 50

struct condition;

/* NULL with the error, which says at which character and what would be right. */
struct condition *condition_parse(const char *text, struct error *err);
void condition_free(struct condition *condition);

/* The texts and patterns that the fact of that name is compared with: the next from *at, which is 0
 * at first. Borrowed; NULL after the last. */
const char *condition_next_text(
	const struct condition *condition, const char *fact, size_t *at, bool *is_pattern);

bool condition_holds(const struct condition *condition, const struct subject *subject);

#endif
