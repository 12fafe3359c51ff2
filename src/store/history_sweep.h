/* SPDX-License-Identifier: GPL-3.0-or-later */
/* After runs of a history were given up: takes out the shapes that no run has any more. */
#ifndef STORE_HISTORY_SWEEP_H
#define STORE_HISTORY_SWEEP_H

#include "store/db.h"

/* All of it or nothing. Where a run is damaged, nothing is taken out. */
int history_sweep(struct db *db, struct error *err);

#endif
