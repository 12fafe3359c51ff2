/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Made-up sightings, rules and channels, for tests of who is told what. test.h goes before. */
#ifndef SUPPORT_SIGHTED_H
#define SUPPORT_SIGHTED_H

#include "base/array.h"
#include "base/date.h"
#include "base/str.h"
#include "notify/sighting.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of an alert by its number. */
static inline void sighted_fingerprint(unsigned nr, char fingerprint[ALERT_FINGERPRINT_MAX])
{
	snprintf(fingerprint, ALERT_FINGERPRINT_MAX, "%016x", nr);
}

static inline struct notice sighted_notice(
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
	sighted_fingerprint(nr, notice.fingerprint);
	return notice;
}

static inline struct sighting *sighted_raise(struct sightings *sightings, unsigned nr,
	const struct rule *rule, enum urgency urgency, const char *now)
{
	struct sighting *sighting = ARRAY_ADD(sightings);

	*sighting = (struct sighting){
		.raised = true, .rule = rule, .notice = sighted_notice(nr, rule, urgency, now)
	};
	sighted_fingerprint(nr, sighting->fingerprint);
	return sighting;
}

static inline void sighted_judge(struct sightings *sightings, unsigned nr, bool passes)
{
	struct sighting *sighting = ARRAY_ADD(sightings);

	*sighting = (struct sighting){ .passes = passes };
	sighted_fingerprint(nr, sighting->fingerprint);
}

#endif
