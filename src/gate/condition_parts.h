/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a condition is made of: for its parser and what weighs it, and nobody else. */
#ifndef GATE_CONDITION_PARTS_H
#define GATE_CONDITION_PARTS_H

#include "gate/condition.h"
#include "gate/condition_tokens.h"

/* A fact, or else a text, or else a number. */
struct operand {
	const struct fact *fact;
	char *text;
	double number;
};

bool operand_is_text(const struct operand *operand);

/* One of a list in postfix: a comparison, or AND, OR, NOT of what stands before it. */
struct step {
	enum token_type type;
	struct operand left, right;
};

struct condition {
	struct step *items;
	size_t nr, alloc;
};

#endif
