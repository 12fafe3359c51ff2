/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Made-up observations, rules and channels, for tests of who is told what. test.h goes before. */
#ifndef SUPPORT_OBSERVED_H
#define SUPPORT_OBSERVED_H

#include "base/array.h"
#include "base/date.h"
#include "base/str.h"
#include "notify/reconcile.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of an alert by its number. */
static inline void observed_fingerprint(unsigned nr, char fingerprint[ALERT_FINGERPRINT_MAX])
{
	snprintf(fingerprint, ALERT_FINGERPRINT_MAX, "%016x", nr);
}

static inline struct notice observed_notice(
	unsigned nr, const struct rule *rule, enum urgency urgency, const char *now)
{
	char name[32];
	struct notice notice = { .urgency = urgency,
		.metric = str_dup("time"),
		.tier = str_dup("critical"),
		.file = str_dup("src/bench.c"),
		.line = 7,
		.base = str_dup("baseline"),
		.branch = str_dup("main"),
		.rule = str_dup(rule->name),
		.since = str_dup(now),
		.change_percent = 10 + nr,
		.nr_runs = 1 };

	snprintf(name, sizeof name, "bench%u", nr);
	notice.benchmark = str_dup(name);
	notice.text = str_dup(name);
	observed_fingerprint(nr, notice.fingerprint);
	return notice;
}

static inline struct observation *observed_raise(struct observations *observations, unsigned nr,
	const struct rule *rule, enum urgency urgency, const char *now)
{
	struct observation *observation = ARRAY_ADD(observations);

	*observation = (struct observation){
		.raised = true, .rule = rule, .notice = observed_notice(nr, rule, urgency, now)
	};
	observed_fingerprint(nr, observation->fingerprint);
	return observation;
}

static inline void observed_judge(struct observations *observations, unsigned nr, bool passes)
{
	struct observation *observation = ARRAY_ADD(observations);

	*observation = (struct observation){ .passes = passes };
	observed_fingerprint(nr, observation->fingerprint);
}

#endif
