/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which benchmarks a gate cannot rely on, by the runs that a history keeps whole: undecided ones,
 * and those that failed and worked, or passed and regressed, at the same commit. */
#ifndef SESSION_FLAKY_H
#define SESSION_FLAKY_H

#include "gate/policy.h"
#include "report/weekly.h"
#include "store/history.h"

/* Fills in weekly->flaky, of runs since weekly->since, the newest few hundred. Verdicts are reached
 * again, by this policy, of what was measured in turn; what was measured alone has no base here. */
int flaky_read(struct history *history, const struct history_runs *runs,
	const struct policy *policy, struct weekly *weekly, struct error *err);

#endif
