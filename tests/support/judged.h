/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two small runs and what is to be judged of them, for tests of reports. test.h goes before. */
#ifndef SUPPORT_JUDGED_H
#define SUPPORT_JUDGED_H

#include "base/str.h"
#include "gate/trial.h"
#include "gate/verdict.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct metric_kind time_kind = { "time", "ns", false };
static const struct metric_kind allocs_kind = { "allocs", "", false };

struct judged {
	struct run base, head;
	struct policy policy;
	struct acceptances accepted;
	struct trial trial; /* of these, for trial_judge */
};

/* In place: the trial points into it. */
static inline void judged_init(struct judged *judged)
{
	*judged = (struct judged){ .base = RUN_INIT, .head = RUN_INIT };
	policy_init(&judged->policy);
	judged->head.duration_ns = 12000000000;
	judged->head.plan.nr_processes = 10;
	judged->trial = (struct trial){ .head = &judged->head,
		.base = &judged->base,
		.policy = &judged->policy,
		.accepted = &judged->accepted,
		.today = "2026-06-15" };
}

static inline void judged_release(struct judged *judged)
{
	run_release(&judged->base);
	run_release(&judged->head);
	policy_release(&judged->policy);
	ARRAY_RELEASE(&judged->accepted); /* the tests' acceptances own nothing */
}

static inline struct result *judged_result(struct run *run, const char *name)
{
	struct result *found = run_find(run, name);

	return found ? found
		     : run_add(run,
			       &(struct bench){ .name = (char *)name,
				       .tier = (char[]){ "critical" },
				       .nr_threads = 1 });
}

/* Values whose logarithms lie evenly about that of the middle, `spread` wide. */
static inline void judged_values(struct result *result, const struct metric_kind *kind,
	double middle, double spread, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		double at = nr > 1 ? (double)i / (double)(nr - 1) - 0.5 : 0;

		metrics_add(&result->metrics, kind, middle * exp(spread * at));
	}
}

/* A base's benchmark: sessions of 10 values whose middles lie `drift` wide about 1000 ns. */
static inline void judged_base(struct run *base, const char *name, double drift, size_t nr)
{
	struct result *result = judged_result(base, name);

	for (size_t i = 0; i < nr; i++) {
		double at = nr > 1 ? (double)i / (double)(nr - 1) - 0.5 : 0;

		judged_values(result, &time_kind, 1000 * exp(drift * at), 0.01, 10);
		*ARRAY_ADD(&result->metrics.items[0].sessions) =
			(struct session){ .nr_values = 10 };
	}
}

/* The benchmark on both sides: a base that is known well, and a head that changed by that. */
static inline void judged_pair(struct judged *judged, const char *name, double change)
{
	judged_base(&judged->base, name, 0.004, 6);
	judged_values(
		judged_result(&judged->head, name), &time_kind, 1000 * (1 + change), 0.01, 10);
}

/* Before judging: the run looks at 10 processes first, and fresh ones follow those that it
 * suspects. */
static inline void judged_second_look(struct judged *judged, const char *name, double change)
{
	struct result *result = judged_result(&judged->head, name);

	judged->head.plan.looks = true;
	judged_values(result, &time_kind, 1000 * (1 + change), 0.01, 10);
	result->nr_screened = 10;
	for (size_t i = 0; i < 20; i++)
		*ARRAY_ADD(&result->processes) = (struct process_row){ .nr_batches = 100 };
}

typedef void judged_render(const struct verdict *verdict, struct buf *out);

/* What a report says of it, newly allocated. */
static inline char *judged_rendered(const struct judged *judged, judged_render *render)
{
	struct verdict verdict = trial_judge(&judged->trial);
	struct buf out = BUF_INIT;

	render(&verdict, &out);
	verdict_release(&verdict);
	return buf_detach(&out);
}

#endif
