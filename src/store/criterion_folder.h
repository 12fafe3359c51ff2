/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folder that criterion keeps its results in, target/criterion, as a run. */
#ifndef STORE_CRITERION_FOLDER_H
#define STORE_CRITERION_FOLDER_H

#include "base/error.h"
#include "model/run.h"

#include <stdbool.h>

/* Is there a result of criterion in it, a few folders down? */
bool criterion_folder_is(const char *folder);
/* Into an empty run: all benchmarks in it, as they were measured last ("new"), or as the baseline
 * that is the only one there. */
int criterion_folder_read(const char *folder, struct run *run, struct error *err);

#endif
