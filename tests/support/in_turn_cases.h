/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Benchmarks that were measured in turn, for the gate, without measuring. Include after test.h.
 */
#ifndef TESTS_SUPPORT_IN_TURN_CASES_H
#define TESTS_SUPPORT_IN_TURN_CASES_H

#include "gate/in_turn.h"
#include "support/judge_cases.h"

/* A trial of runs in turn, of at most that many units a benchmark. */
static inline void open_in_turn(struct hearing *hearing, uint64_t nr_units)
{
	open_hearing(hearing);
	hearing->head.plan.nr_units = nr_units;
	hearing->trial.in_turn = true;
}

/* A calm duet. */
static inline void add_duet(struct result *head)
{
	*ARRAY_ADD(&head->duets) = (struct duet){
		.base_first = head->duets.nr % 2 == 0, .nr_quads = 100, .iterations = 1
	};
}

/* What a unit says of a metric; its two duets differ by what the start order does. */
static inline void add_unit_ratio(
	struct result *head, const struct metric_kind *kind, double log_ratio)
{
	metrics_add_ratio(&head->metrics, kind, log_ratio + 0.0625);
	metrics_add_ratio(&head->metrics, kind, log_ratio - 0.0625);
	while (head->duets.nr < metrics_find(&head->metrics, kind->name)->ratios.nr)
		add_duet(head);
}

/* A benchmark of both sides whose time became ratio times what it was, give or take sd, in so many
 * units: always the same numbers. */
static inline struct result *add_in_turn(
	struct hearing *hearing, const char *name, struct summary wanted)
{
	struct result *base = case_result(&hearing->base, name);
	struct result *head = case_result(&hearing->head, name);

	head->nr_threads = 1;
	for (size_t i = 0; i < wanted.nr; i++) {
		metrics_add(&base->metrics, &case_time, CASE_LEVEL_NS);
		metrics_add(&base->metrics, &case_time, CASE_LEVEL_NS);
		metrics_add(&head->metrics, &case_time, CASE_LEVEL_NS * wanted.mean);
		metrics_add(&head->metrics, &case_time, CASE_LEVEL_NS * wanted.mean);
		add_unit_ratio(head, &case_time, log(wanted.mean) + wanted.sd * case_spread(i));
	}
	return head;
}

/* The p-value of a one-sided t-test of those units, as a look at all of them sees it. */
static inline double plain_p_above(const struct result *head, size_t nr, double limit)
{
	const struct doubles *ratios = &metrics_find(&head->metrics, "time")->ratios;
	double units[128];

	for (size_t i = 0; i < nr; i++)
		units[i] = (ratios->items[2 * i] + ratios->items[2 * i + 1]) / 2;
	return contrast_p_above(contrast_of_one(summary_of(units, nr)), limit);
}

#endif
