/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds libcjson, which base/json.h needs. */
#ifndef SYS_CJSON_H
#define SYS_CJSON_H

#include "base/error.h"

/* Before the first use of base/json.h, and never in a process that runs a suite's code. Does
 * nothing when it is loaded. */
int cjson_load(struct error *err);

#endif
