/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A verdict becomes an outcome, by the policy. */
#ifndef CMD_OUTCOME_H
#define CMD_OUTCOME_H

#include "cmd/command.h"
#include "gate/verdict.h"

void outcome_take(struct outcome *outcome, const struct verdict *verdict);

#endif
