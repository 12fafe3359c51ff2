/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The versions of a history's file: its tables, and how an older file becomes one of this version.
 */
#ifndef STORE_HISTORY_UPGRADE_H
#define STORE_HISTORY_UPGRADE_H

#include "store/db.h"

#define HISTORY_VERSION 3
/* From this version on the counts of every run are points. */
#define HISTORY_COUNTED 3

/* Finds the version, 0: it is empty. A newer file, another program's, and one with tables that are
 * not as its version makes them are errors. */
int history_upgrade_check(struct db *db, int64_t *version, struct error *err);

/* Makes the tables of this version, all of them or none; another process may do the same at this
 * moment. A file that has runs stays below HISTORY_COUNTED until history_set_version. */
int history_upgrade(struct db *db, struct error *err);
int history_set_version(struct db *db, int64_t version, struct error *err);

#endif
