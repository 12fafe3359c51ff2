/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the policy file spells trade-offs. */
#ifndef GATE_TRADEOFFS_JSON_H
#define GATE_TRADEOFFS_JSON_H

#include "gate/policy_keys.h"
#include "gate/tradeoffs.h"

/* The rows of a trade-off, and of its "if", which are in the struct payment. */
extern const struct policy_key tradeoff_keys[];
extern const struct policy_key payment_keys[];

/* Adds what "tradeoffs" lists; NULL lists nothing. */
int tradeoffs_read(const struct json *json, struct tradeoffs *tradeoffs, struct error *err);

#endif
