/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * After a rebase or a force push a branch has other commits than those that were measured before.
 * A series must not mix the two: of a branch whose heights went back in time, only runs of commits
 * that its newest one has behind it are left.
 */
#ifndef SESSION_LINEAGE_H
#define SESSION_LINEAGE_H

#include "store/history_run.h"

/* Takes the other runs out of the list, which is in the order of time. Git is asked in the current
 * folder, and only of such branches; where it does not know the branch's newest commit, or was not
 * fetched as a whole, the list stays as it is. */
void lineage_keep(struct history_runs *runs);

#endif
