/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A verdict with a comparison of each kind that rules can speak of. */
#ifndef SUPPORT_SUBJECTS_H
#define SUPPORT_SUBJECTS_H

#include "gate/facts.h"
#include "gate/trial.h"
#include "support/judged.h"

struct subjects {
	struct judged judged;
	struct verdict verdict;
	struct subject one; /* of the first comparison */
};

static const struct metric_kind rate_kind = { "rate", "op/s", true };
static const struct metric_kind p99_kind = { "p99", "ns", false };

/* The same number in every process. */
static inline void subjects_allocs(
	struct judged *judged, const char *name, double base, double head)
{
	judged_values(judged_result(&judged->base, name), &allocs_kind, base, 0, 10);
	judged_values(judged_result(&judged->head, name), &allocs_kind, head, 0, 10);
}

static inline void subjects_limit(struct judged *judged, const char *name, double value_ns)
{
	*ARRAY_ADD(&judged->policy.limits) = (struct limit){ .benchmark = str_dup(name),
		.metric = str_dup("time"),
		.value = value_ns,
		.unit = "ns",
		.text = str_dup("1us") };
}

static inline void subjects_faults(struct judged *judged)
{
	struct fault fault = FAULT_INIT;

	fault_set(&fault, RESULT_CRASHED, "SIGSEGV in \033[31mred");
	judged_base(&judged->base, "crashed", 0.004, 6);
	result_fault(judged_result(&judged->head, "crashed"), &fault);
	fault = (struct fault)FAULT_INIT;
	fault_set(&fault, RESULT_NOT_MEASURED, "no time was left");
	result_fault(judged_result(&judged->head, "waiting"), &fault);
	judged_base(&judged->base, "gone", 0.004, 6);
}

/* In place: what is judged points into it. */
static inline void subjects_init(struct subjects *subjects)
{
	struct judged *judged = &subjects->judged;
	struct result *rate;

	judged_init(judged);
	judged_pair(judged, "slower", 0.2);
	judged_pair(judged, "faster", -0.2);
	judged_pair(judged, "same", 0);
	subjects_allocs(judged, "more/allocs", 100, 107);
	subjects_allocs(judged, "fewer/allocs", 100, 50);
	subjects_allocs(judged, "as/many", 100, 100);
	judged_values(judged_result(&judged->base, "rate"), &rate_kind, 1000, 0.01, 10);
	rate = judged_result(&judged->head, "rate");
	judged_values(rate, &rate_kind, 500, 0.01, 10);
	judged_values(judged_result(&judged->base, "rate"), &p99_kind, 1000, 0.01, 10);
	judged_values(rate, &p99_kind, 2000, 0.01, 10);
	judged_values(judged_result(&judged->head, "new"), &time_kind, 5, 0.01, 10);
	judged_values(judged_result(&judged->head, "limited"), &time_kind, 2000, 0.01, 10);
	subjects_limit(judged, "limited", 1000);
	judged_values(judged_result(&judged->head, "frugal"), &time_kind, 500, 0.01, 10);
	subjects_limit(judged, "frugal", 1000);
	subjects_faults(judged);
	subjects->verdict = trial_judge(&judged->trial);
	subjects->one = (struct subject){ &subjects->verdict, subjects->verdict.items, "main",
		"0123456789abcdef" };
}

static inline void subjects_release(struct subjects *subjects)
{
	verdict_release(&subjects->verdict);
	judged_release(&subjects->judged);
}

/* "slower", "more/allocs allocs", "limited" of the base and "limited budget" of its limit; NULL:
 * there is none. */
static inline const struct subject *subjects_find(struct subjects *subjects, const char *name)
{
	for (size_t i = 0; i < subjects->verdict.nr; i++) {
		const struct comparison *comparison = &subjects->verdict.items[i];
		struct buf found = BUF_INIT;
		bool is_it;

		verdict_add_name(comparison, &found);
		buf_adds(&found, comparison->is_limit ? " budget" : "");
		is_it = strcmp(found.data, name) == 0;
		buf_release(&found);
		if (!is_it)
			continue;
		subjects->one.comparison = comparison;
		return &subjects->one;
	}
	return NULL;
}

#endif
