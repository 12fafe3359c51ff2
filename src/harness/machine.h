/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fills in what a run says of the machine it is made on. */
#ifndef HARNESS_MACHINE_H
#define HARNESS_MACHINE_H

#include "model/env.h"

void machine_describe(struct env *env, const char *suite_compiler);

#endif
